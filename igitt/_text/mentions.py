"""Issues and merge requests that a text names, and the keywords that close them.

Text in, values out: nothing is sent, and no client is known here. Which thing a name means is
:mod:`igitt._objects.shared.mentions`'s business; addresses of things for queues and databases are
:mod:`igitt._objects.reference`'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from igitt._base.forges import provider_of
from igitt._base.provider import Marks, Provider, Verb
from igitt.errors import ValidationError
from igitt.urls import parse_url

__all__ = ["TextReference", "Verb", "references_in"]


@dataclass(frozen=True, slots=True)
class TextReference:
    """An issue or a merge request that a text names.

    Attributes:
        number: its number.
        repository: the full name of its repository; None for the one that the text is in.
        base: the web address of its instance, where a URL names it; None for the one that the text is in.
        is_merge_request: whether the text says that it is one. ``#5`` on GitHub does not say.
        verb: which keyword closes it (``"close"`` for ``Closed``), None where it is only named.
    """

    number: int
    repository: str | None = None
    base: str | None = None
    is_merge_request: bool = False
    verb: Verb | None = None


#: What is quoted, or hidden from readers, names nothing.
_QUOTED = re.compile(r"<!--.*?(?:-->|\Z)|^(`{3,}|~{3,}).*?(?:^\1|\Z)|(?<!`)`[^`\n]+`(?!`)", re.DOTALL | re.MULTILINE)
#: How far apart two references of one list may be, in characters: the words between them are looked at from each place.
_FARTHEST = 200


class _Grammar(NamedTuple):
    """A forge's marks, as patterns."""

    token: re.Pattern[str]
    after: re.Pattern[str]
    between: re.Pattern[str] | None


@cache
def _grammar(marks: Marks) -> _Grammar:
    signs = sorted((*marks.issue, *marks.merge_request), key=len, reverse=True)
    # A mark of letters is one only where no word goes before it.
    mark = "|".join(rf"(?<![.-]){re.escape(sign)}" if sign[0].isalpha() else re.escape(sign) for sign in signs)
    words = "|".join(sorted(map(re.escape, marks.closing), key=len, reverse=True))
    token = re.compile(
        r"(?P<url>(?<!\w)https?://[^\s<>\"'`)\]]+)"
        r"|(?:(?P<path>(?<![\w/.@&#!+~-])[A-Za-z0-9_][A-Za-z0-9_.-]*+(?:/[A-Za-z0-9_.-]++)+)|(?<![\w/&#!@=?]))"
        rf"(?P<mark>{mark})(?P<number>[1-9][0-9]{{0,9}})(?!\w|\.[0-9])"
        rf"|(?<![\w/#-])(?P<word>{words})(?![\w-])",
        re.IGNORECASE,
    )
    between = None if marks.between is None else re.compile(marks.between, re.IGNORECASE)
    return _Grammar(token, re.compile(marks.after, re.IGNORECASE), between)


def references_in(text: str, hoster: str | Provider, base: str | None = None) -> list[TextReference]:
    """The issues and merge requests that a text names, in its order, each as often as it does.

    ``#5``, ``org/repo#5``, the URL of an issue or merge request on any host, GitHub's ``GH-5``, and GitLab's ``!5`` and
    ``group/sub/project#5``. A keyword before one closes it: GitHub's nine forms of close, fix and resolve, on GitLab
    also ``closing`` and the like, and ``implement``. On GitLab, one before a list closes all of it. What is quoted as
    code or in an HTML comment names nothing. ``word#5`` does not either, although GitLab takes it for a project of the
    same group: most people who write ``bug#5`` do not mean one.

    Args:
        text: the text.
        hoster: the forge whose rules count, or its name: ``"github"``, ``"gitlab"``, …
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
    forge = provider_of(hoster) if isinstance(hoster, str) else hoster
    marks, grammar = forge.marks, _grammar(forge.marks)
    verb: Verb | None = None
    joint: re.Pattern[str] | None = None
    end = 0
    for token in grammar.token.finditer(text):
        if token["word"] is not None:
            verb = marks.closing[token["word"].lower()]
            joint, end = grammar.after, token.end()
            continue
        # Whatever it is that stands there, a list goes on only from one reference straight to the next.
        if joint is None or token.start() - end > _FARTHEST or joint.fullmatch(text, end, token.start()) is None:
            verb = None
        found = _of_url(token["url"], base, forge, verb) if token["url"] else _of_mark(token, marks, verb)
        joint, end = grammar.between, token.end()
        if token["url"]:
            end -= len(token["url"]) - len(_without_end(token["url"]))
        if found is None:
            verb = None
        else:
            references.append(found)
    return references


def _of_mark(token: re.Match[str], marks: Marks, verb: Verb | None) -> TextReference | None:
    """``#5``, ``!5``, ``GH-5``, or one of these after a repository's name, where the forge has such a thing."""
    path, mark = token["path"], token["mark"].upper()
    if path is not None:
        parts = path.split("/")
        if mark in marks.bare or {".", ".."} & set(parts) or (marks.depth is not None and len(parts) != marks.depth):
            return None
    return TextReference(int(token["number"]), path, is_merge_request=mark in marks.merge_request, verb=verb)


def _without_end(url: str) -> str:
    """A URL without what belongs to the sentence around it."""
    return url.rstrip(".,;:!?*_~|\x00")


def _of_url(url: str, base: str | None, forge: Provider, verb: Verb | None) -> TextReference | None:
    url = _without_end(url).partition("\x00")[0]
    try:
        ours = base is not None and url.startswith(f"{base}/")
        place = parse_url(url, base=base if ours else None, provider=forge if ours else None)
    except ValidationError:
        return None
    if place.kind not in {"issue", "merge request"} or place.full_name is None or not place.number:
        return None
    return TextReference(place.number, place.full_name, place.base, place.kind == "merge request", verb)
