"""Lists over HTTP: following pages, reading ahead, and counting without reading everything.

The forge's ``Link`` header is followed as it is, since only the forge knows how it counts (by number, by cursor).
Where it sends page numbers and is slow, the next pages are fetched by a few threads while the caller works on
this one, in order.
"""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from itertools import islice
from typing import Any, TypeVar

from igitt._base.answer import Answer
from igitt._http.changes import mark
from igitt._http.page import Page, query_number, read_page, with_query
from igitt._http.transport import Transport
from igitt._http.walking import Walk
from igitt.errors import (
    ConflictError,
    IGittError,
    IncompleteListError,
    RequestTimeoutError,
    ServerError,
    ValidationError,
)
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.shapes import MISSHAPEN, misshapen

__all__ = ["Pages", "RemoteList", "StaticList", "WholeList"]

T = TypeVar("T")

#: How many to ask for where a forge cannot produce a page in time, and the statuses (None: no response in time)
#: that mean this: GitHub gives up after ten seconds
#: (https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#timeouts).
_PIECES, _SMALLEST = (50, 25, 10, 5), 5
_TOO_SLOW = frozenset({None, 502, 504})


class Pages:
    """Where a client's lists come from: its transport, and the threads that read ahead.

    Args:
        transport: sends the requests.
        read_ahead: how many pages are in flight at once; 1 for none ahead.
        size: how many things to ask for at once.

    Attributes:
        small: the lists, by their paths, of which the forge could not send so many in time, and how many it could.
    """

    def __init__(self, transport: Transport, read_ahead: int, size: int) -> None:
        self.transport = transport
        self.read_ahead = read_ahead
        self.forge = transport.dialect.provider
        self.size = min(size, self.forge.most_per_page)
        self.small: dict[str, int] = {}
        self._executor: ThreadPoolExecutor | None = None
        self._pid = 0

    def submit(self, function: Callable[[str], Page], url: str) -> Future[Page]:
        """Fetch a page in another thread, within the caller's context (a disabled cache stays disabled)."""
        executor = self._executor
        if executor is None or self._pid != os.getpid():
            # Threads do not survive a fork: a child process needs its own.
            self._pid = os.getpid()
            self._executor = executor = ThreadPoolExecutor(self.read_ahead, thread_name_prefix="igitt-pages")
        try:
            return executor.submit(contextvars.copy_context().run, function, url)
        except RuntimeError:  # another thread has just closed the client, or the interpreter is about to end
            return _done_here(function, url)

    def close(self) -> None:
        """Stop the threads once they are done; the next list starts new ones."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = None


def _done_here(function: Callable[[str], Page], url: str) -> Future[Page]:
    """Fetch a page in this thread."""
    future: Future[Page] = Future()
    try:
        future.set_result(function(url))
    except IGittError as error:
        future.set_exception(error)
    return future


class RemoteList(PaginatedList[T]):
    """A list at the end of an API path.

    Args:
        pages: the client's :class:`Pages`.
        path: the API path.
        make: makes a thing of an item's data.
        params: the query.
        items: where the items are inside the response, when it is an object around them (``"repositories"``).
        accept: the media type to ask for, when it is not the usual one.
        empty_on: the statuses that mean an empty list here (GitHub answers 409 for the commits of an empty repository).
        keep: whether an item belongs in the list, for what a forge cannot filter itself; such a list has no total.
    """

    __slots__ = (
        "_accept", "_empty_on", "_held", "_items", "_keep", "_make", "_pages", "_params", "_path", "_primed", "_quiet",
        "_whole",
    )  # fmt: skip

    def __init__(
        self,
        pages: Pages,
        path: str,
        make: Callable[[Any], T],
        params: Mapping[str, Any] | None = None,
        *,
        items: str | None = None,
        accept: str | None = None,
        empty_on: frozenset[int] = frozenset(),
        keep: Callable[[Any], bool] | None = None,
    ) -> None:
        self._pages = pages
        self._path = path
        self._make = make
        size = pages.forge.page_size
        self._params = {size: pages.size, **(params or {})}
        self._params[size] = min(int(self._params[size]), pages.size)
        self._items = items
        self._accept = accept
        self._empty_on = empty_on
        self._keep = keep
        # list(x) calls iter(x), then len(x) as a hint, then iterates: each page it needs must be asked for once only.
        # So the first page lies here between iter() and the first next(), and the last page, if the hint looked at it,
        # until it is its turn.
        self._primed: Page | None = None
        self._held: Page | None = None
        #: Shared with what partial() returns.
        self._whole: list[bool | None] = [None]
        self._quiet = False

    def __repr__(self) -> str:
        return f"<PaginatedList {self._path}>"

    def __iter__(self) -> Iterator[T]:
        self._primed = first = self._fetch_first()
        return self._made(first)

    def __len__(self) -> int:
        hint = self._primed
        if self._keep is not None:
            return len(hint.items) if hint else sum(1 for _ in self._made(self._fetch_first()))
        return self._count(hint or self._fetch_first(), hint=hint is not None)

    def _count(self, first: Page, *, hint: bool) -> int:
        """How many there are, according to the first page; as a hint within ``list()``, about how many."""
        if first.total is not None:
            return first.total
        size = self._size_of(first)
        if first.last is not None and size and first.next_url is not None and not first.has_fixed_place:
            last = self._fetch(first.at(first.last, first.next_url))
            if hint:
                self._held = last
            if hint or (last.next_url is None and last.items and len(last.items) <= size):
                return (first.last - 1) * size + len(last.items)
        return len(first.items) if hint else sum(1 for _ in self._made(first))

    def _size_of(self, first: Page) -> int | None:
        """How many things a full page has; None where the first page does not show it, as it may be short by chance."""
        came, asked = len(first.items), self._params[self._pages.forge.page_size]
        return came if came and came in {asked, first.told_size} else None

    @property
    def total_count(self) -> int | None:
        """How many there are according to the forge; asks for the first page."""
        return None if self._keep is not None else self._fetch_first().total

    @property
    def is_complete(self) -> bool | None:
        """Whether all of it came; None as long as it was not read to its end; sends nothing."""
        return self._whole[0]

    def partial(self) -> PaginatedList[T]:
        """The same list, which ends where the forge cuts it, without an error."""
        other = copy(self)
        other._quiet, other._primed, other._held = True, None, None
        return other

    # --- places ------------------------------------------------------------------------------------------------------

    def _from(self, index: int) -> Iterator[T]:
        page, skip = self._jump(index) or (self._fetch_first(), index)
        return islice(self._made(page), skip, None)

    def _jump(self, index: int) -> tuple[Page, int] | None:
        """The page that has the item at `index`, and its place there; None where only reading on leads to it."""
        size = self._params[self._pages.forge.page_size]
        if index < size or self._keep is not None:
            return None
        try:
            page = self._fetch(self._url({self._pages.forge.page: index // size + 1}))
            if page.told_size is not None and 0 < page.told_size < size:  # the server's own limit
                size = page.told_size
                page = self._fetch(self._url({self._pages.forge.page: index // size + 1}))
        except (ValidationError, ConflictError):  # not by number, or not that far: GitHub's 422, GitLab's 405
            return None
        if page.items and page.told_number != page.number:
            return None  # a list that is paged by a cursor ignores the number
        if len(page.items) == size or not page.items:
            return page, index % size
        # The last page may be short; any other one says that there are fewer on each than were asked for.
        if page.next_url is not None or self._size_of(self._fetch_first()) != size:
            return None
        return page, index % size

    def _back(self, number: int) -> tuple[Iterator[T], bool]:
        first = self._fetch_first()
        found = self._kept(first) if first.next_url is None else self._at_end(first, number)
        if found is not None:
            return self._things(found[-number:]), len(found) >= number
        if self._keep is not None or self._may_be_cut(first):
            things = list(self._made(first))
            return iter(things[-number:]), len(things) >= number
        position = self._count(first, hint=False) - number
        return self._from(max(position, 0)), position >= 0

    def _at_end(self, first: Page, number: int) -> list[Any] | None:
        """The last items, read from the end: at least `number`, if there are so many; None if that cannot be."""
        far = self._keep is None and number > len(first.items)
        if first.last is None or first.next_url is None or first.has_fixed_place or far or self._may_be_cut(first):
            return None
        found: list[Any] = []
        for place in range(first.last, 0, -1):
            page = first if place == 1 else self._fetch(first.at(place, first.next_url))
            if place == first.last and (page.next_url is not None or not page.items):
                return None  # it is not the last one
            found = [*self._kept(page), *found]
            if len(found) >= number:
                break
        return found

    def _kept(self, page: Page) -> list[Any]:
        keep = self._keep
        try:
            return page.items if keep is None else [item for item in page.items if keep(item)]
        except MISSHAPEN as error:
            raise misshapen(error, f"an item of {self._path}") from error

    # --- pages -------------------------------------------------------------------------------------------------------

    def _made(self, first: Page) -> Iterator[T]:
        self._primed, held = None, self._held
        self._held = None
        for items in self._through(first, held):
            yield from self._things(items)

    def _things(self, items: Iterable[Any]) -> Iterator[T]:
        """The things made from the items that belong in the list."""
        make, keep = self._make, self._keep
        for item in items:
            try:
                if keep is not None and not keep(item):
                    continue
                made = make(item)
            except IGittError:
                raise
            except MISSHAPEN as error:
                raise misshapen(error, f"an item of {self._path}") from error
            yield made

    def _through(self, first: Page, held: Page | None = None) -> Iterator[list[Any]]:
        """The items of `first` and all after it; at the end an error if there are more."""
        walk = self._walk(held)
        yield from walk.run(first)
        yield from self._rest(walk)
        if first.number == 1:
            expected, reason = self._expected(walk), f"as {self._path} ends too early"
            if not walk.settled:
                expected, reason = None, f"as {self._path} changes faster than it can be read"
            self._ended(walk.received, expected, reason, whole=None if walk.settled else False)

    def _walk(self, held: Page | None = None) -> Walk:
        transport = self._pages.transport
        begun = mark(transport.base_url)

        def fetch(url: str) -> Page:
            if mark(transport.base_url) is begun:
                return (
                    held if held is not None and held.number_in(held.url) == held.number_in(url) else self._fetch(url)
                )
            if transport.cache is None or not transport.cache.fresh_for:
                return self._fetch(url)
            with transport.cache.disabled():  # what is served without asking would hide what was just written
                return self._fetch(url)

        return Walk(self._pages, self._path, lambda: fetch(self._url()), fetch)

    def _rest(self, walk: Walk) -> Iterator[list[Any]]:  # noqa: ARG002 - for a list that has one
        """What is beyond the end of the pages, where a list has another way to it."""
        return iter(())

    def _expected(self, walk: Walk) -> int | None:
        """How many there should have been; None where that is unknown."""
        return None if walk.changed or walk.end is None else walk.end.total

    def _may_be_cut(self, first: Page) -> bool:  # noqa: ARG002 - for a list that is
        """Whether there may be more of it than the pages have."""
        return False

    def _ended(
        self,
        received: int,
        expected: int | None,
        reason: str,
        *,
        whole: bool | None = None,
        cause: Exception | None = None,
    ) -> None:
        """Note whether all came, which the numbers show if nothing else does, and say so if not."""
        self._whole[0] = whole = (expected is None or received >= expected) if whole is None else whole
        if not whole and not self._quiet:
            raise IncompleteListError(received=received, expected=expected, reason=reason) from cause

    def _url(self, more: Mapping[str, Any] | None = None) -> str:
        return self._pages.transport.url_for(self._path, {**self._params, **(more or {})})

    def _fetch_first(self) -> Page:
        return self._fetch(self._url())

    def _fetch(self, url: str) -> Page:
        """The page at a URL; in smaller pieces where the forge cannot produce it in time."""
        asked, small = query_number(url, self._pages.forge.page_size), self._pages.small.get(self._path)
        if small is not None and asked is not None and asked > small:
            return self._in_pieces(url, asked, small)
        try:
            return self._fetch_whole(url)
        except (ServerError, RequestTimeoutError) as error:
            if error.status not in _TOO_SLOW or asked is None or asked <= _SMALLEST:
                raise
            for small in (size for size in _PIECES if size < asked and asked % size == 0):
                with suppress(ServerError, RequestTimeoutError):
                    page = self._in_pieces(url, asked, small)
                    self._pages.small[self._path] = small
                    return page
            raise

    def _in_pieces(self, url: str, asked: int, small: int) -> Page:
        """A page put together of smaller ones, which counts as the one that was asked for."""
        forge = self._pages.forge
        whole = Page(url, [], forge)
        number = whole.number_in(url)
        start = ((number or 1) - 1) * (asked // small) + 1
        if number is None and any(name in url for name in ("cursor=", "after=", "before=")):
            return self._fetch_whole(with_query(url, {forge.page_size: small}))  # it goes on from its own end
        for place in range(start, start + asked // small):
            piece = self._fetch_whole(with_query(url, {forge.page_size: small, forge.page: place}))
            if place == start:
                whole.began, whole.before, whole.date = piece.began, piece.before, piece.date
            whole.items += piece.items
            whole.total, whole.ended, whole.after = piece.total, piece.ended, piece.after
            whole.last = None if piece.last is None else -(-piece.last * small // asked)
            whole.waited += piece.waited
            if piece.next_url is None:
                whole.told_number = number or 1
                return whole
        whole.next_url = whole.at((number or 1) + 1)
        whole.told_number = number or 1
        return whole

    def _fetch_whole(self, url: str) -> Page:
        transport = self._pages.transport
        before, began = mark(transport.base_url), transport.now()
        answer = transport.request("GET", url, accept=self._accept, accepted=self._empty_on)
        page = self._empty_page(url) if answer.status in self._empty_on else self._page(url, answer)
        page.began, page.ended = began, transport.now()
        page.waited = page.ended - began
        page.before, page.after = before, mark(transport.base_url)
        return page

    def _empty_page(self, url: str) -> Page:
        page = Page(url, [], self._pages.forge)
        page.total = 0
        return page

    def _page(self, url: str, answer: Answer) -> Page:
        return read_page(url, answer, self._path, self._items, self._pages.transport.rebase, self._pages.forge)


class StaticList(PaginatedList[T]):
    """A list that is at hand: one that a forge does not have, or has sent along."""

    __slots__ = ("_things",)

    def __init__(self, things: Sequence[T] = ()) -> None:
        self._things = things

    def __repr__(self) -> str:
        return f"<PaginatedList of {len(self._things)}>"

    def __iter__(self) -> Iterator[T]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    @property
    def total_count(self) -> int | None:
        """How many there are."""
        return len(self._things)

    @property
    def is_complete(self) -> bool | None:
        """True: it is all at hand."""
        return True

    def _from(self, index: int) -> Iterator[T]:
        return iter(self._things[index:])


class WholeList(PaginatedList[T]):
    """A list that a forge sends in one response; it is read again whenever it is iterated, like every list.

    Args:
        where: what is read, for showing it.
        read: asks for all of it.
    """

    __slots__ = ("_held", "_read", "_where")

    def __init__(self, where: str, read: Callable[[], list[T]]) -> None:
        self._where = where
        self._read = read
        self._held: list[T] | None = None

    def __repr__(self) -> str:
        return f"<PaginatedList {self._where}>"

    def __iter__(self) -> Iterator[T]:
        # list(x) asks for len(x) between iter(x) and the first item: that must not read it a second time.
        self._held = things = self._read()
        return self._released(things)

    def _released(self, things: list[T]) -> Iterator[T]:
        self._held = None
        yield from things

    def __len__(self) -> int:
        return len(self._read() if self._held is None else self._held)

    @property
    def total_count(self) -> int | None:
        """How many there are."""
        return len(self)

    def _from(self, index: int) -> Iterator[T]:
        return iter(self._read()[index:])
