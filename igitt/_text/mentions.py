"""Issues and merge requests that a text names, and the keywords that close them.

Text in, values out: nothing is sent, and no client is known here. Which thing a name means is
:mod:`igitt._objects.shared.mentions`'s business; addresses of things for queues and databases are
:mod:`igitt._objects.reference`'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from igitt.errors import ValidationError
from igitt.urls import parse_url

__all__ = ["TextReference", "Verb", "references_in"]

Verb = Literal["close", "fix", "resolve", "implement"]


@dataclass(frozen=True, slots=True)
class TextReference:
    """An issue or a merge request that a text names.

    Attributes:
        number: its number.
        repository: the full name of its repository; None for the one that the text is in.
        base: the web address of its instance, where a URL tells it; None for the one that the text is in.
        is_merge_request: whether the text says that it is one. ``#5`` on GitHub does not tell.
        verb: which keyword closes it (``"close"`` for ``Closed``), None where it is only named.
    """

    number: int
    repository: str | None = None
    base: str | None = None
    is_merge_request: bool = False
    verb: Verb | None = None


#: What is quoted, or hidden from readers, names nothing.
_QUOTED = re.compile(r"<!--.*?(?:-->|\Z)|^(`{3,}|~{3,}).*?(?:^\1|\Z)|(?<!`)`[^`\n]+`(?!`)", re.DOTALL | re.MULTILINE)
_TOKEN = re.compile(
    r"(?P<url>(?<!\w)https?://[^\s<>\"'`)\]]+)"
    r"|(?:(?P<path>(?<![\w/.@&#!+~-])[A-Za-z0-9_][A-Za-z0-9_.-]*+(?:/[A-Za-z0-9_.-]++)+)|(?<![\w/&#!@=?]))"
    r"(?P<mark>[#!]|(?<![.-])GH-)(?P<number>[1-9][0-9]{0,9})(?!\w|\.[0-9])"
    r"|(?<![\w/#-])(?P<word>clos|fix|resolv|implement)(?P<form>e[sd]?|s|ed|ing|)(?![\w-])",
    re.IGNORECASE,
)
#: How far apart two references of one list may be, in characters: the words between them are looked at from each place.
_FARTHEST = 200
_VERBS: dict[str, Verb] = {"clos": "close", "fix": "fix", "resolv": "resolve", "implement": "implement"}


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How a forge's users say what a text closes.

    Attributes:
        forms: how each keyword may end.
        after: what may stand between a keyword and what it closes.
        between: what may stand between that and the next thing that the same keyword closes; None where each wants its
            own keyword.
    """

    forms: dict[str, frozenset[str]]
    after: re.Pattern[str]
    between: re.Pattern[str] | None


_FORMS = {"clos": {"e", "es", "ed"}, "fix": {"", "es", "ed"}, "resolv": {"e", "es", "ed"}, "implement": set[str]()}
_MORE_FORMS = {"clos": {"ing"}, "fix": {"ing"}, "resolv": {"ing"}, "implement": {"", "s", "ed", "ing"}}
#: Spaces, and the end of one line among them at most: a list ends with its paragraph.
_GAP = r"[ \t]*(?:\r?\n[ \t]*)?"
_ISSUES = rf"(?:issues?(?=\s){_GAP})?"
_GRAMMARS = {
    # Each number wants its own keyword: "Resolves #10, resolves #123" (source: GitHub's "Linking a pull request to an
    # issue", https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue).
    "github": _Grammar(
        {stem: frozenset(forms) for stem, forms in _FORMS.items()}, re.compile(r":?[ \t]+", re.IGNORECASE), None
    ),
    # A keyword is for the list that follows, over the ends of lines too: "fixes #18, #19⏎and URL" (source: the example
    # and the pattern of https://docs.gitlab.com/user/project/issues/managing_issues/#default-closing-pattern).
    "gitlab": _Grammar(
        {stem: frozenset(forms | _MORE_FORMS[stem]) for stem, forms in _FORMS.items()},
        re.compile(r":?[ \t]+(?:issues?[ \t]+)?", re.IGNORECASE),
        re.compile(
            rf"[ \t]*,{_GAP}(?:and(?=\s){_GAP})?{_ISSUES}"
            rf"|(?=\s){_GAP}(?:and|&)(?=\s){_GAP}{_ISSUES}"
            r"|[ \t]+(?:issues?[ \t]+)?",
            re.IGNORECASE,
        ),
    ),
}


def references_in(text: str, hoster: str, base: str | None = None) -> list[TextReference]:
    """The issues and merge requests that a text names, in its order, each as often as it does.

    ``#5``, ``org/repo#5``, the URL of an issue or merge request on any host, GitHub's ``GH-5``, and GitLab's ``!5`` and
    ``group/sub/project#5``. A keyword before one closes it: GitHub's nine forms of close, fix and resolve, on GitLab
    also ``closing`` and the like, and ``implement``. On GitLab, one before a list closes all of it. What is quoted as
    code or in an HTML comment names nothing. ``word#5`` does not either, although GitLab takes it for a project of the
    same group: most people who write ``bug#5`` do not mean one.

    Args:
        text: the text.
        hoster: whose rules count: ``"github"`` or ``"gitlab"``.
        base: the web address of the instance, needed for its URLs where it has a path.

    Example:
        >>> for found in references_in("Closes #1, #2 and group/sub/project#3; see !5", "gitlab"):
        ...     print(found.repository, found.number, found.is_merge_request, found.verb)
        None 1 False close
        None 2 False close
        group/sub/project 3 False close
        None 5 True None
    """
    text = _QUOTED.sub(lambda found: "\x00" * len(found[0]), text)
    references: list[TextReference] = []
    grammar = _GRAMMARS.get(hoster, _GRAMMARS["github"])
    verb: Verb | None = None
    joint: re.Pattern[str] | None = None
    end = 0
    for token in _TOKEN.finditer(text):
        if token["word"] is not None:
            verb = _verb(token, grammar)
            joint, end = grammar.after, token.end()
            continue
        # Whatever it is that stands there, a list goes on only from one reference straight to the next.
        if joint is None or token.start() - end > _FARTHEST or joint.fullmatch(text, end, token.start()) is None:
            verb = None
        found = _of_url(token["url"], base, verb) if token["url"] else _of_mark(token, hoster, verb)
        joint, end = grammar.between, token.end()
        if token["url"]:
            end -= len(token["url"]) - len(_without_end(token["url"]))
        if found is None:
            verb = None
        else:
            references.append(found)
    return references


def _verb(token: re.Match[str], grammar: _Grammar) -> Verb | None:
    stem, form = token["word"].lower(), token["form"].lower()
    return _VERBS[stem] if form in grammar.forms[stem] else None


def _of_mark(token: re.Match[str], hoster: str, verb: Verb | None) -> TextReference | None:
    """``#5``, ``!5``, ``GH-5``, or one of these after a repository's name, where the forge has such a thing."""
    path, mark = token["path"], token["mark"].upper()
    if path is not None:
        parts = path.split("/")
        if mark == "GH-" or {".", ".."} & set(parts) or (hoster == "github" and len(parts) != 2):
            return None
    if (mark == "!" and hoster != "gitlab") or (mark == "GH-" and hoster != "github"):
        return None
    return TextReference(int(token["number"]), path, is_merge_request=mark == "!", verb=verb)


def _without_end(url: str) -> str:
    """A URL without what belongs to the sentence around it."""
    return url.rstrip(".,;:!?*_~|\x00")


def _of_url(url: str, base: str | None, verb: Verb | None) -> TextReference | None:
    url = _without_end(url).partition("\x00")[0]
    try:
        place = parse_url(url, base=base if base and url.startswith(f"{base}/") else None)
    except ValidationError:
        return None
    if place.kind not in {"issue", "merge request"} or place.full_name is None or not place.number:
        return None
    return TextReference(place.number, place.full_name, place.base, place.kind == "merge request", verb)
