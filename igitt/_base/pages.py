"""What the path of a forge's page is about, recognized by the words that the forge uses. Nothing is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Words", "merged", "number_in", "read_page", "read_thing"]

_SHA = re.compile(r"[0-9a-fA-F]{7,64}")
_FILES = frozenset({"blob", "raw", "blame", "edit"})


def _nothing(_rest: Sequence[str]) -> Mapping[str, Any] | None:
    return None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Words:
    """The words in the paths of a forge's pages.

    Attributes:
        numbered: words before a number, and the kind of thing that they mean.
        files: words before a branch and the path of a file.
        organizations: words before an organization's name, and whether such a name may have several parts.
        users: words before a user's name.
        depth: how many parts a repository's name has; None for two or more.
        divider: what stands between a repository's name and the words, where there is such a thing.
        telling: words that no other forge uses, so that they identify the forge of an unknown host.
        tagged: words after ``releases`` before a tag.
        plain_tag: whether a tag may follow ``releases`` itself.
        further: reads what is of no such form: given the parts after the repository's name, it gives fields of
            :class:`igitt.urls.ParsedUrl`, ``kind`` among them, or None.
    """

    numbered: Mapping[str, str] = field(default_factory=dict)
    files: frozenset[str] = _FILES
    organizations: Mapping[str, bool] = field(default_factory=dict)
    users: frozenset[str] = frozenset()
    depth: int | None = 2
    divider: str = ""
    telling: frozenset[str] = frozenset()
    tagged: frozenset[str] = frozenset({"tag"})
    plain_tag: bool = False
    further: Callable[[Sequence[str]], Mapping[str, Any] | None] = _nothing


def merged(several: Iterable[Words]) -> Words:
    """The words of several forges, for a host that may be any of them."""
    known = list(several)
    return Words(
        numbered={word: kind for one in known for word, kind in one.numbered.items()},
        files=frozenset().union(*(one.files for one in known)),
        organizations={word: deep for one in known for word, deep in one.organizations.items()},
        users=frozenset().union(*(one.users for one in known)),
        depth=None,
        divider=next((one.divider for one in known if one.divider), ""),
        tagged=frozenset().union(*(one.tagged for one in known)),
        further=lambda rest: next(filter(None, (one.further(rest) for one in known)), None),
    )


def read_page(parts: Sequence[str], words: Words) -> dict[str, Any]:
    """What a page, or an address for cloning, is about: fields of :class:`igitt.urls.ParsedUrl`.

    Two more may be among them, for a host that is not known: ``divided``, whether a divider stood there, and ``word``,
    the first word after the repository's name.
    """
    if not parts:
        return {"kind": "instance"}
    if any("/" in name for name in parts[:2]):
        return {"kind": "repository", "full_name": ""}
    if parts[0] in words.organizations and len(parts) > 1:
        end = len(parts) if words.organizations[parts[0]] else 2
        if words.divider and words.divider in parts:
            end = parts.index(words.divider)
        return {"kind": "organization", "full_name": "/".join(parts[1:end])}
    if parts[0] in words.users and len(parts) == 2:
        return {"kind": "user", "full_name": parts[1]}
    names, rest, divided = _divide(parts, words)
    told = {"divided": divided, "word": rest[0] if rest else ""}
    if len(names) < 2:
        return {"kind": "owner", "full_name": "/".join(names), **told}
    names[-1] = names[-1].removesuffix(".git")
    full_name = "/".join(names) if names[-1] else ""
    return {"full_name": full_name, **read_thing(rest, words, plain_tag=divided or words.plain_tag), **told}


def _divide(parts: Sequence[str], words: Words) -> tuple[list[str], Sequence[str], bool]:
    """The repository's names, the words after them, and whether a divider stood between."""
    if words.depth is not None:
        return list(parts[: words.depth]), parts[words.depth :], False
    if words.divider and words.divider in parts[1:]:
        at = parts.index(words.divider, 1)
        return list(parts[:at]), parts[at + 1 :], True
    for at in range(2, len(parts) - 1):
        rest = parts[at:]
        if rest[0] == "commit" and not _SHA.fullmatch(rest[1]):
            continue  # a project may be called so
        if read_thing(rest, words)["kind"] != "repository":
            return list(parts[:at]), rest, False
    return list(parts), (), False


def read_thing(rest: Sequence[str], words: Words, *, plain_tag: bool | None = None) -> dict[str, Any]:
    """What the words after a repository's name mean; the same words mean the same on pages and in APIs."""
    found = words.further(rest)
    if found is not None:
        return dict(found)
    thing: dict[str, Any] = {"kind": "repository"}
    match rest:
        case [word, number, *_] if word in words.numbered and number_in(number) is not None:
            thing = {"kind": words.numbered[word], "number": number_in(number)}
        case ["commit" | "commits", name, *_]:
            thing = {"kind": "commit", "sha" if _SHA.fullmatch(name) else "ref": name}
        case [word, ref, first, *path] if word in words.files:
            thing = {"kind": "file", "ref": ref, "path": "/".join([first, *path])}
        case ["tree", ref, *path]:
            thing = {"kind": "tree", "ref": ref, "path": "/".join(path) or None}
        case ["releases", word, first, *more] if word in words.tagged:
            thing = {"kind": "release", "ref": "/".join([first, *more])}
        case ["releases", tag] if words.plain_tag if plain_tag is None else plain_tag:
            thing = {"kind": "release", "ref": tag}
    return thing


def number_in(text: str) -> int | None:
    """A number as forges count: plain digits, few enough for a database; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None
