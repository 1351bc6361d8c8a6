"""The history of GitLab's issues and merge requests, gathered: GitLab has no list of all of it.

Labels, milestones and states have lists of their own (source: https://docs.gitlab.com/api/resource_label_events/ and
beside it); whatever else happens, GitLab writes down as a note in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from igitt.gitlab.lists import ArrangedList
from igitt.interfaces.convert import optional_instant, text
from igitt.interfaces.issue_event import IssueEvent
from igitt.interfaces.lists import PaginatedList

__all__ = ["timeline"]

#: The notes about what the other lists have in more detail: old releases of GitLab wrote these too.
_TOLD_ELSEWHERE = re.compile(r"(?:closed|reopened|merged)\b|(?:changed|removed) milestone")
_PEOPLE = re.compile(
    r"(?P<word>assigned to|unassigned|requested review from|removed review request for)"
    r"(?P<names>(?:(?:,| and|) @[\w.-]+)+)"
)
_WORDS = {
    "assigned to": "assigned",
    "unassigned": "unassigned",
    "requested review from": "review_requested",
    "removed review request for": "review_request_removed",
}
_RENAMED = ("changed title from **", "** to **", "**")
_UNDONE = {"labeled": "unlabeled", "milestoned": "demilestoned"}


#: The kinds that have a list of their own, by the list; every other one is in the notes.
_LISTS = {
    "label": frozenset({"labeled", "unlabeled"}),
    "milestone": frozenset({"milestoned", "demilestoned"}),
    "state": frozenset({"closed", "reopened", "merged"}),
}


def timeline(client: Any, path: str, names: frozenset[str] | None = None) -> PaginatedList[IssueEvent]:
    """The history of the issue or merge request at `path`, oldest first.

    All of it is four requests for any usual one; of the kinds that are named, only the lists that hold these.
    """
    wanted = [kind for kind, held in _LISTS.items() if names is None or not held.isdisjoint(names)]
    lists = [client.list_of(f"{path}/resource_{kind}_events", dict) for kind in wanted]
    if names is None or not names <= frozenset().union(*_LISTS.values()):
        lists.append(client.list_of(f"{path}/notes", dict, params={"order_by": "created_at", "sort": "asc"}))

    def told(data: Mapping[str, Any]) -> Iterator[IssueEvent]:
        return _notes(client, data) if "body" in data else _changes(client, data)

    def arrange(first: list[dict[str, Any]]) -> list[IssueEvent]:
        rows = [*(data for kind in lists[:-1] for data in kind), *first]
        found = [(data, event) for data in rows for event in told(data) if names is None or event.name in names]
        found.sort(key=lambda pair: text(pair[0].get("created_at")))
        return [event for _, event in found]

    return ArrangedList(lists[-1], arrange)


def _line(client: Any, data: Mapping[str, Any], person: str, name: str, detail: str | None) -> IssueEvent:
    user = data.get(person)
    actor = client.User.from_data(user, client) if isinstance(user, dict) else None
    return IssueEvent(name, actor, optional_instant(data.get("created_at")), detail)


def _changes(client: Any, data: Mapping[str, Any]) -> Iterator[IssueEvent]:
    """A line about a label, a milestone or a state; what was deleted since has no name any more."""
    for key, word, inner in (("label", "labeled", "name"), ("milestone", "milestoned", "title")):
        if key in data:
            added = data.get("action") == "add"
            thing = data[key] or {}
            yield _line(client, data, "user", word if added else _UNDONE[word], thing.get(inner))
            return
    yield _line(client, data, "user", text(data.get("state")), None)


def _notes(client: Any, data: Mapping[str, Any]) -> Iterator[IssueEvent]:
    """What a note is: a comment, or one of GitLab's own sentences."""
    body = text(data.get("body"))
    if not data.get("system"):
        yield _line(client, data, "author", "commented", body)
        return
    renamed = _new_title(body)
    if renamed is not None:
        yield _line(client, data, "author", "renamed", renamed)
        return
    people = list(_PEOPLE.finditer(body))
    for found in people:
        for name in re.findall(r"@([\w.-]+)", found["names"]):
            yield _line(client, data, "author", _WORDS[found["word"]], name)
    if not people and not _is_told_elsewhere(body):
        yield _line(client, data, "author", "noted", body)


def _new_title(body: str) -> str | None:
    """The title that a note reports, without the marks of what is new in it; None for another note."""
    begin, between, end = _RENAMED
    if not body.startswith(begin) or not body.endswith(end):
        return None
    _, told, new = body[len(begin) : -len(end)].rpartition(between)
    if not told:
        return None
    first, *rest = new.split("{+")
    # Split and joined, because a pattern for pairs of marks takes the square of the time where the second is missing.
    return first + "".join("".join(one.split("+}", 1)) if "+}" in one else f"{{+{one}" for one in rest)


def _is_told_elsewhere(body: str) -> bool:
    line = body.partition("\n")[0]
    labels = body.startswith(("added ", "removed ")) and "~" in line and line == body.rstrip("\n")
    return (labels and line.endswith((" label", " labels"))) or _TOLD_ELSEWHERE.match(body) is not None
