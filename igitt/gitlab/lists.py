"""Lists that GitLab gives in another order or form than everybody expects.

Only what needs all of a list at once belongs here; everything else is a :class:`igitt._http.pagination.RemoteList`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

from igitt.interfaces.lists import PaginatedList

__all__ = ["ArrangedList"]

T = TypeVar("T")


class ArrangedList(PaginatedList[T]):
    """What a function makes of a whole list; lazy like every list, but it reads all pages at its first item.

    Args:
        source: the list as GitLab gives it.
        arrange: puts it into another order or form.
        total: whether there are as many things as in `source`, so that they can be counted without reading them all.
    """

    __slots__ = ("_arrange", "_held", "_source", "_total")

    def __init__(
        self, source: PaginatedList[Any], arrange: Callable[[list[Any]], list[T]], *, total: bool = False
    ) -> None:
        self._source = source
        self._arrange = arrange
        self._total = total
        self._held: list[T] | None = None

    def __repr__(self) -> str:
        return repr(self._source)

    def _all(self) -> list[T]:
        return self._arrange(list(self._source))

    def __iter__(self) -> Iterator[T]:
        # list(x) asks for len(x) between iter(x) and the first item: that must not read the pages a second time.
        self._held = things = self._all()
        return self._released(things)

    def _released(self, things: list[T]) -> Iterator[T]:
        self._held = None
        yield from things

    def __len__(self) -> int:
        if self._held is not None:
            return len(self._held)
        return len(self._source) if self._total else len(self._all())

    @property
    def total_count(self) -> int | None:
        return self._source.total_count if self._total else None

    def _from(self, index: int) -> Iterator[T]:
        return islice(self._all(), index, None)
