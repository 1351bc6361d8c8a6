"""What a name that a user writes means: "bob" among users, "bug" among labels, an address among hooks.

Nothing is sent that reading the attribute would not send.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from igitt.errors import IGittWarning

__all__ = ["found_by_name", "means", "near", "warn"]


#: How many words are still a help where a near one is known.
_LISTED = 30


def warn(message: str, depth: int = 3) -> None:
    """Warn the user's own line, `depth` calls up, of what it does not do."""
    warnings.warn(message, IGittWarning, stacklevel=depth)


def near(word: object, words: Iterable[str]) -> str:
    """The end of an error about a word that there is not: what was meant, or what there is."""
    known = sorted(set(words))
    from difflib import get_close_matches  # noqa: PLC0415 - loads when it is first needed

    found = get_close_matches(str(word), known, 3, 0.6)
    listed = f"there are {', '.join(known)}" if len(known) <= _LISTED or not found else ""
    return f"did you mean {' or '.join(map(repr, found))}? {listed}".rstrip() if found else listed


def names_of(thing: object) -> Iterator[str | int]:
    """The names and numbers by which a user means a thing; none for what has none."""
    for attribute in getattr(type(thing), "named_by", ()):
        name = getattr(thing, attribute)
        if isinstance(name, str | int):
            yield name


def means(one: object, thing: object) -> bool:
    """Whether `thing` is `one`, or its name."""
    if one is thing:
        return True
    named, texts = (one, thing) if hasattr(type(one), "named_by") else (thing, one)
    if isinstance(texts, str | int) and hasattr(type(named), "named_by"):
        shortest = getattr(type(named), "shortest_prefix", 0)
        if shortest and isinstance(texts, str) and len(texts) >= shortest:
            return any(isinstance(name, str) and name.startswith(texts.lower()) for name in names_of(named))
        if isinstance(texts, str) and getattr(type(named), "any_case", False):
            return any(isinstance(name, str) and name.casefold() == texts.casefold() for name in names_of(named))
        return any(type(name) is type(texts) and name == texts for name in names_of(named))
    return one == thing


def found_by_name(things: Iterable[object], thing: object) -> bool:
    """Whether `thing`, or what it names, is among things of one kind; warns where a name cannot be of that kind."""
    warned = False
    for one in things:
        if means(one, thing):
            return True
        if not warned and isinstance(thing, str | int) and not isinstance(one, str | int):
            warned = True
            if not any(type(name) is type(thing) for name in names_of(one)):
                ways = " or ".join(f".{attribute}" for attribute in getattr(type(one), "named_by", ()))
                article: Any = getattr(one, "kind_with_article", None)
                kind = article() if article else type(one).__name__
                warn(
                    f"{thing!r} is never the name of {kind}; " + (f"compare with {ways}" if ways else "it has none"), 4
                )
    return False
