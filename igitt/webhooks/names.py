"""The forges' names of events, and what an unknown name may mean."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from igitt._base.forges import built_in
from igitt.errors import ValidationError
from igitt.interfaces.actions import Action
from igitt.registry import client_class

__all__ = ["check_names"]


def check_names(what: Iterable[Any], clients: Iterable[Any]) -> None:
    """Refuse a name that no event of a forge has, which would never come.

    Args:
        what: what a function is registered for.
        clients: clients, whose forges may have events of their own.

    Raises:
        ValidationError: it says which name or action is probably meant.
    """
    wanted = [one for one in what if isinstance(one, str) and not isinstance(one, Action)]
    for name in wanted:
        known: set[str] = set()
        # Those of all forges that igitt brings count, so that one function may be written for all of them.
        for cls in (*map(type, clients), *map(client_class, reversed(built_in()))):
            names = getattr(getattr(cls, "_reader", None), "event_names", None)
            if names is None:
                break  # a forge from outside that does not list its names
            known |= set(names())
            if name.casefold() in known:
                break
        else:
            raise ValidationError(f"no forge has an event {name!r}{_meant(name, known)}")


def _meant(name: str, known: set[str]) -> str:
    word = name.casefold().replace("_", " ")
    actions = [f"{kind.__name__}.{one.name}" for kind in Action.__subclasses__() for one in kind if one.value == word]
    if actions:
        return f"; give the action itself: {', '.join(actions)}"
    close = get_close_matches(name.casefold().removesuffix(" hook").replace(" ", "_"), known, 3)
    return f"; is {' or '.join(map(repr, close))} meant?" if close else ", such as 'issues' or 'issue'"
