"""The hashes of things that may be renamed, for as long as they are remembered: one for each id."""

from __future__ import annotations

import threading
from collections import OrderedDict

__all__ = ["forget_hashes", "hash_of_named"]

#: How many are remembered.
_MOST = 50_000
#: By instance, kind and id or name: the hash of what was seen with it.
_hashes: OrderedDict[tuple[str, str, int | str], int] = OrderedDict()
_hashes_lock = threading.Lock()


def hash_of_named(at: tuple[str, str], name: int | str | None, number: object) -> int:
    """The hash of what may be known by a name, by an id or by both, and may be renamed: a user, a repository, a label.

    It is that of the first name that it was seen with, for as long as igitt remembers which id that had. So what has
    one id has one hash, whatever it is called now, and names of other things do not meet in one place of a table.

    Args:
        at: the instance and the kind.
        name: what it is called, None if that is not known.
        number: its id, if that is known.
    """
    if not isinstance(number, int):
        return hash((*at, name)) if name is None else _hashes.get((*at, name)) or hash((*at, name))
    with _hashes_lock:
        found = _hashes.get((*at, number))
        if found is None:
            found = hash((*at, number)) if name is None else _hashes.get((*at, name)) or hash((*at, name))
            _hashes[*at, number] = found
        if name is not None and found != hash((*at, name)):
            _hashes[*at, name] = found
        while len(_hashes) > _MOST:
            _hashes.popitem(last=False)
    return found


def forget_hashes() -> None:
    """Start again: for a forge of a test, which has the address of another test's and other things."""
    with _hashes_lock:
        _hashes.clear()
