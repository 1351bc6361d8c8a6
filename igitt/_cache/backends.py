"""Where entries are kept: as objects in this process's memory, or as proven texts in a store of somebody's choice.

Two bodies of one form, so that the cache never asks which of them it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from igitt._base.proven import ProvenStore
from igitt._cache.entry import Entry
from igitt._cache.shared_stats import Teller
from igitt.stores.memory import MemoryStore

__all__ = ["Backend", "InMemory", "InStore"]


class Backend(Protocol):
    """What a cache keeps its entries in."""

    #: The store that other processes use as well; None for what is this process's own.
    shared: ProvenStore | None

    def get(self, key: str, /) -> Entry | None:
        """The entry under a key; None if there is none or it cannot be read."""

    def set(self, key: str, entry: Entry, /) -> None:
        """Keep an entry."""

    def delete(self, key: str, /) -> None:
        """Drop a key, which need not be there."""

    def clear(self, known: Iterable[str]) -> None:
        """Drop everything, or the known keys where that is all that can be dropped."""

    def report(self, stats: Any, now: float) -> None:
        """Tell what the cache did so far, where other processes add it up."""

    def after_fork(self) -> None:
        """Be usable in a process that was forked while another thread was in here."""


class InMemory:
    """Entries as objects: writing them out as text and reading them back would be wasted work."""

    shared: ProvenStore | None = None

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.get: Callable[[str], Entry | None] = store.get  # type: ignore[assignment]  # it gives what set() put there
        self.set: Callable[[str, Entry], None] = store.offer
        self.delete: Callable[[str], None] = store.delete

    def clear(self, known: Iterable[str]) -> None:  # noqa: ARG002 - it knows all of them
        """Drop everything."""
        self._store.clear()

    def report(self, stats: Any, now: float) -> None:
        """Nobody adds it up."""

    def after_fork(self) -> None:
        """Be usable in a process that was forked while another thread was in here."""
        self._store.after_fork()


class InStore:
    """Entries as texts.

    Args:
        store: the store.
        empty: empties it, where it can be emptied.
    """

    def __init__(self, store: ProvenStore, empty: Callable[[], object] | None = None) -> None:
        self.shared: ProvenStore | None = store
        self._store = store
        self._empty = empty
        self._teller = Teller()

    def get(self, key: str) -> Entry | None:
        """The entry under a key; None if there is none or it cannot be read."""
        proven = self._store.read(key)
        if proven is None:
            return None
        try:
            return Entry.loads(proven)
        except (ValueError, RecursionError):
            self._store.shelf.rubbish()
            return None

    def set(self, key: str, entry: Entry) -> None:
        """Keep an entry."""
        self._store.write(key, entry.dumps())

    def delete(self, key: str) -> None:
        """Drop a key, which need not be there."""
        self._store.delete(key)

    def clear(self, known: Iterable[str]) -> None:
        """Drop all that the store holds where it can be emptied, otherwise what is known."""
        if self._empty is not None:
            self._store.shelf.attempt("emptying", self._empty)
        else:
            for key in known:
                self.delete(key)

    def report(self, stats: Any, now: float) -> None:
        """Tell what the cache did so far to the store, now and then."""
        self._teller.tell(self._store.shelf, stats, now)

    def after_fork(self) -> None:
        """Be usable in a process that was forked while another thread was in here."""
        self._teller = Teller()
        self._store.shelf.after_fork()
