"""Lists of things at a forge.

A forge sends lists page by page, and they may be long: so a list is lazy, and holds no more than the pages it is
working on. Iterating again asks again, which the cache makes cheap. How pages are asked for is
:mod:`igitt._http.pagination`'s business.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import islice
from typing import Generic, TypeVar, overload

from igitt.interfaces.naming import found_by_name

__all__ = ["PaginatedList"]

T = TypeVar("T")


class PaginatedList(ABC, Generic[T]):
    """A lazy list that can be iterated any number of times.

    Making one sends nothing. ``list(x)``, ``for``, ``len(x)``, ``x[3]``, ``x[-1]``, ``x[10:20]``, ``thing in x`` and
    ``bool(x)`` work as they do on a list, and each asks for the pages that it needs, no more.

    Example:
        >>> from igitt.testing import Sandbox
        >>> with Sandbox(socket=False) as sandbox:
        ...     repository = sandbox.github.add_repository("acme/widgets")
        ...     issues = sandbox.github.client("acme").get_repo("acme/widgets").issues
        ...     len(issues), list(issues), issues.first()
        (0, [], None)
    """

    __slots__ = ()

    @abstractmethod
    def __iter__(self) -> Iterator[T]:
        """The things, page by page, in the forge's order."""

    @abstractmethod
    def __len__(self) -> int:
        """How many there are.

        Asks for one or two pages, or for all where the forge sends neither totals nor page numbers.
        """

    @property
    @abstractmethod
    def total_count(self) -> int | None:
        """How many there are according to the forge; None where it does not say."""

    @property
    def is_complete(self) -> bool | None:
        """Whether it was complete when it was last read to its end; sends nothing.

        None while that is unknown, False where the forge sends only a part of it.
        """
        return None

    def partial(self) -> PaginatedList[T]:
        """The same list without the error at its end, for callers to whom a part of it is enough.

        A list of which a forge sends only a part yields that part, and then raises
        :class:`~igitt.errors.IncompleteListError`.

        Example:
            >>> from igitt.testing import Sandbox
            >>> with Sandbox(socket=False) as sandbox:
            ...     repository = sandbox.gitlab.add_repository("acme/widgets")
            ...     found = sandbox.gitlab.client("acme").get_repo("acme/widgets").issues.partial()
            ...     list(found), found.is_complete
            ([], True)
        """
        return self

    @abstractmethod
    def _from(self, index: int) -> Iterator[T]:
        """The things from `index` (not negative) on."""

    def _back(self, number: int) -> tuple[Iterator[T], bool]:
        """The things from the last but `number` - 1 on, and whether there are so many; all of them if not."""
        position = len(self) - number
        return self._from(max(position, 0)), position >= 0

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        """One thing, or a list of some; raises IndexError for one that is not there."""
        if isinstance(index, slice):
            return self._slice(index)
        if not isinstance(index, int):
            raise TypeError(f"a list is indexed by numbers and slices, not by {index!r}")
        items, there = (self._from(index), True) if index >= 0 else self._back(-index)
        if there:
            for item in items:
                return item
        raise IndexError(f"there is no item {index}")

    def _slice(self, part: slice) -> list[T]:
        if part.step == 0:
            raise ValueError("slice step cannot be zero")
        start, stop, step = part.start or 0, part.stop, part.step or 1
        if start < 0 and stop is None and step > 0:
            return list(self._back(-start)[0])[::step]
        if start < 0 or step < 0 or (stop is not None and stop < 0):
            start, stop, step = part.indices(len(self))
            if step < 0:
                positions = range(start, stop, step)
                return list(reversed(self[positions[-1] : positions[0] + 1 : -step])) if positions else []
        if stop is not None and stop <= start:
            return []
        return list(islice(self._from(start), None if stop is None else stop - start))[::step]

    def first(self) -> T | None:
        """The first thing, None if there is none; asks for one page.

        Example:
            >>> repository.issues.first().title
            'How do I turn it back?'
        """
        return next(iter(self), None)

    def __contains__(self, thing: object) -> bool:
        """Whether it is among them; what people call it does as well: ``"bug" in repository.labels``."""
        return found_by_name(self, thing)

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None
