"""Things whose text names issues: commits and merge requests of every forge.

Makes objects of what :mod:`igitt._text.mentions` finds. Nothing in this room knows a forge.
"""

from __future__ import annotations

from typing import Any

from igitt._objects.shared.things import CommonCommit
from igitt._text.mentions import TextReference, Verb, references_in
from igitt.interfaces.attributes import computed_set
from igitt.interfaces.issue import Issue

__all__ = ["ReferringCommit", "ReferringMergeRequest", "issues_named"]


def issues_named(thing: Any, text: str, *, closed: bool = False, verb: Verb | None = None) -> set[Issue]:
    """The issues on the thing's own instance that a text names; sends nothing.

    Args:
        thing: what the text belongs to.
        text: the text.
        closed: only those that a keyword closes.
        verb: only those that this keyword closes.
    """
    client, home = thing.client, thing._repository
    found = set()
    for reference in references_in(text, client.provider, client.web_url):
        wanted = (reference.verb is not None or not closed) and (verb is None or reference.verb == verb)
        if wanted and not reference.is_merge_request and reference.base in {None, client.web_url}:
            found.add(client.Issue(client, _home(client, reference, home), reference.number))
    return found


def _home(client: Any, reference: TextReference, home: Any) -> Any:
    """The repository that a reference means: the text's own, unless it names another one."""
    own = str(home._data.get(home._key) or "").casefold()
    if reference.repository is None or reference.repository.casefold() == own:
        return home
    return client.Repository(client, reference.repository)


class ReferringCommit(CommonCommit):
    """A commit with the issues in its message, which every forge writes alike."""

    __slots__ = ()

    @computed_set
    def mentioned_issues(self) -> set[Issue]:
        """The issues that its message names; on GitHub, a pull request that is called ``#5`` is among them."""
        return issues_named(self, self.message)

    @computed_set
    def closes_issues(self) -> set[Issue]:
        """The issues that its message closes, by any keyword of the forge."""
        return issues_named(self, self.message, closed=True)

    @computed_set
    def will_close_issues(self) -> set[Issue]:
        """Those that it closes with a form of "close"."""
        return issues_named(self, self.message, verb="close")

    @computed_set
    def will_fix_issues(self) -> set[Issue]:
        """Those that it closes with a form of "fix"."""
        return issues_named(self, self.message, verb="fix")

    @computed_set
    def will_resolve_issues(self) -> set[Issue]:
        """Those that it closes with a form of "resolve"."""
        return issues_named(self, self.message, verb="resolve")


class ReferringMergeRequest:
    """A merge request with the issues that its words name; which of them it closes, the forge itself says."""

    __slots__ = ()

    @computed_set
    def mentioned_issues(self) -> set[Issue]:
        """The issues that its title, its description and its commits' messages name."""
        return _issues_in(self)

    @computed_set
    def will_close_issues(self) -> set[Issue]:
        """Those that it closes with a form of "close"."""
        return _issues_closed(self, "close")

    @computed_set
    def will_fix_issues(self) -> set[Issue]:
        """Those that it closes with a form of "fix"."""
        return _issues_closed(self, "fix")

    @computed_set
    def will_resolve_issues(self) -> set[Issue]:
        """Those that it closes with a form of "resolve"."""
        return _issues_closed(self, "resolve")


def _issues_in(merge_request: Any, verb: Verb | None = None) -> set[Issue]:
    """What title, description and commits name: one request besides its own."""
    texts = [merge_request.title, merge_request.description, *(commit.message for commit in merge_request.commits)]
    return {issue for text in texts for issue in issues_named(merge_request, text, verb=verb)}


def _issues_closed(merge_request: Any, verb: Verb) -> set[Issue]:
    """Of what the forge says that it closes, what a keyword is for."""
    named = _issues_in(merge_request, verb)
    return {issue for issue in merge_request.closes_issues if issue in named} if named else set()
