"""Lists over HTTP: following pages, reading ahead, and counting without reading everything.

The forge's ``Link`` header is followed as it is given, since only the forge knows how it counts (by number, by cursor).
Where it gives page numbers and takes its time, the next pages are fetched by a few threads while the caller works on
this one, in order.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from igitt.answer import Answer
from igitt.errors import IGittError, InvalidResponseError
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.shapes import MISSHAPEN, misshapen
from igitt.transport import Transport

__all__ = ["Pages", "RemoteList", "StaticList"]

T = TypeVar("T")

#: The most that both forges give at once, and so the fewest requests.
PER_PAGE = 100
#: Seconds of waiting for a page that make reading ahead worth it: below, threads only fight over the interpreter.
_WORTHWHILE = 0.01


class Pages:
    """Where a client's lists come from: its transport, and the threads that read ahead.

    Args:
        transport: sends the requests.
        read_ahead: how many pages are in flight at once; 1 for none ahead.
    """

    def __init__(self, transport: Transport, read_ahead: int) -> None:
        self.transport = transport
        self.read_ahead = read_ahead
        self._executor: ThreadPoolExecutor | None = None
        self._pid = 0

    def submit(self, function: Callable[[str], _Page], url: str) -> Future[_Page]:
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
        """Let the threads go once they are done; the next list starts new ones."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = None


class _Page:
    """One page: its items, what its headers tell of the others and of its place, and how long we waited."""

    __slots__ = ("items", "last", "next_url", "number", "total", "waited")

    def __init__(self, items: list[Any], next_url: str | None, last: int | None, total: int | None) -> None:
        self.items = items
        self.next_url = next_url
        self.last = last
        self.total = total
        self.number: int | None = None
        self.waited = 0.0


def _done_here(function: Callable[[str], _Page], url: str) -> Future[_Page]:
    """Fetch a page in this thread."""
    future: Future[_Page] = Future()
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
        items: where the items are inside the answer, when it is an object around them (``"repositories"``).
        accept: the media type to ask for, when it is not the usual one.
        empty_on: the statuses that mean an empty list here (GitHub answers 409 for the commits of an empty repository).
        keep: whether an item belongs into the list, for what a forge cannot filter itself; such a list has no total.
    """

    __slots__ = ("_accept", "_empty_on", "_held", "_items", "_keep", "_make", "_pages", "_params", "_path", "_primed")

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
        self._params = {"per_page": PER_PAGE, **(params or {})}
        self._items = items
        self._accept = accept
        self._empty_on = empty_on
        self._keep = keep
        # list(x) calls iter(x), then len(x) as a hint, then iterates: each page it needs must be asked for once only.
        # So the first page lies here between iter() and the first next(), and the last page, if the hint looked at it,
        # until it is its turn.
        self._primed: _Page | None = None
        self._held: tuple[int, _Page] | None = None

    def __repr__(self) -> str:
        return f"<PaginatedList {self._path}>"

    def __iter__(self) -> Iterator[T]:
        self._primed = first = self._fetch_first()
        return self._made(first)

    def __len__(self) -> int:
        hint = self._primed
        if self._keep is not None:
            return len(hint.items) if hint else sum(1 for _ in self._made(self._fetch_first()))
        first = hint or self._fetch_first()
        if first.total is not None:
            return first.total
        if first.last is None or first.next_url is None or not _numbered(first.next_url):
            return len(first.items) if hint else sum(len(page.items) for page in self._from_page(first))
        last = self._fetch(_with_number(first.next_url, first.last))
        if hint:
            self._held = (first.last, last)
        if hint or (last.next_url is None and last.items):
            return (first.last - 1) * int(self._params["per_page"]) + len(last.items)
        return sum(len(page.items) for page in self._from_page(first))

    @property
    def total_count(self) -> int | None:
        """How many there are as the forge tells it; asks for the first page."""
        return None if self._keep is not None else self._fetch_first().total

    def _from(self, index: int) -> Iterator[T]:
        size = int(self._params["per_page"])
        skip = index
        page = None
        if index >= size and self._keep is None:
            number = index // size + 1
            jumped = self._fetch(self._url({"page": number}))
            # A list that is paged by a cursor ignores the number: then read it from its start.
            if not jumped.items or jumped.number == number:
                page, skip = jumped, index % size
        items = self._made(page or self._fetch_first())
        with contextlib.suppress(StopIteration):
            for _ in range(skip):
                next(items)
        return items

    # --- pages -------------------------------------------------------------------------------------------------------

    def _made(self, first: _Page) -> Iterator[T]:
        make, keep = self._make, self._keep
        self._primed, held = None, self._held
        self._held = None
        for page in self._from_page(first, held):
            for item in page.items:
                try:
                    if keep is not None and not keep(item):
                        continue
                    made = make(item)
                except IGittError:
                    raise
                except MISSHAPEN as error:
                    raise misshapen(error, f"an item of {self._path}") from error
                yield made

    def _from_page(self, first: _Page, held: tuple[int, _Page] | None = None) -> Iterator[_Page]:
        """`first` and all after it: link by link, or ahead by number where the forge counts and lets us wait."""

        def fetch(url: str) -> _Page:
            return held[1] if held is not None and held[0] == _number(url) else self._fetch(url)

        page = before = first
        yield page
        while (following := page.next_url) is not None:
            start = _number(following)
            urls = [following]
            slow = min(before.waited, page.waited) >= _WORTHWHILE  # both: one hiccup is no reason
            before = page
            if self._pages.read_ahead > 1 and page.last and start and slow:
                urls = [_with_number(following, number) for number in range(start, page.last + 1)] or urls
            for page in self._ahead(fetch, urls) if len(urls) > 1 else map(fetch, urls):
                yield page
            if page.next_url == urls[-1]:
                raise InvalidResponseError(f"a page of {self._path} names itself as the next one", url=page.next_url)

    def _ahead(self, fetch: Callable[[str], _Page], urls: list[str]) -> Iterator[_Page]:
        """The pages at `urls` in order. Begins with two in flight and doubles: who stops early has wasted little."""
        waiting = deque(urls)
        flying: deque[Future[_Page]] = deque()
        window = 1
        try:
            while waiting or flying:
                window = min(window * 2, self._pages.read_ahead)
                while waiting and len(flying) < window:
                    flying.append(self._pages.submit(fetch, waiting.popleft()))
                yield flying.popleft().result()
        finally:
            for future in flying:
                future.cancel()

    def _url(self, more: Mapping[str, Any] | None = None) -> str:
        return self._pages.transport.url_for(self._path, {**self._params, **(more or {})})

    def _fetch_first(self) -> _Page:
        return self._fetch(self._url())

    def _fetch(self, url: str) -> _Page:
        transport = self._pages.transport
        began = transport.now()
        answer = transport.request("GET", url, accept=self._accept, accepted=self._empty_on)
        waited = transport.now() - began
        if answer.status in self._empty_on:
            return self._empty_page()
        page = self._page(answer)
        page.waited = waited
        return page

    @staticmethod
    def _empty_page() -> _Page:
        return _Page([], None, None, 0)

    def _page(self, answer: Answer) -> _Page:
        data = answer.data
        total = _integer(answer.headers.get("x-total"))
        if isinstance(data, dict) and self._items is not None:
            total = _integer(data.get("total_count"))
            data = data.get(self._items)
        if data is None and answer.status in {202, 204, 205}:
            data = []
        if not isinstance(data, list):
            raise InvalidResponseError(
                f"{self._path} was answered with {type(data).__name__} instead of a list", answer.status, url=answer.url
            )
        links = answer.links
        follow = links.get("next")
        next_url = self._pages.transport.rebase(follow) if follow else None
        if not links and total is None:
            total = len(data)  # the forge gives no links when everything fits on one page
        last = _number(links["last"]) if "last" in links else _integer(answer.headers.get("x-total-pages"))
        page = _Page(data, next_url, last, total)
        following = _number(next_url) if next_url else None
        before = _number(links["prev"]) if "prev" in links else None
        page.number = following - 1 if following else before + 1 if before else None
        return page


class StaticList(PaginatedList[T]):
    """A list that is at hand: what a forge has none of, or sent along."""

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

    def _from(self, index: int) -> Iterator[T]:
        return iter(self._things[index:])


def _integer(value: object) -> int | None:
    try:
        return int(value) if isinstance(value, int | str) else None
    except ValueError:
        return None


def _number(url: str) -> int | None:
    """The page number in a URL's query."""
    return _integer(parse_qs(urlsplit(url).query).get("page", [None])[0])


def _numbered(url: str) -> bool:
    return _number(url) is not None


def _with_number(url: str, number: int) -> str:
    parts = urlsplit(url)
    parameters = parse_qs(parts.query, keep_blank_values=True)
    parameters["page"] = [str(number)]
    return parts._replace(query=urlencode(parameters, doseq=True)).geturl()
