"""Going through the pages of a list so that each thing comes once, although the list may change in the meantime.

Pages are counted from a list's front. What is closed, deleted or marked done while the list is read moves the others
up, over the end of the page that was read last; what is new moves them down. So wherever the list may have changed, the
page that was read last is read again before the next one: what is new on it was moved there, and when even its first
thing is new, the page to go on from lies further to the front. A list that was seen to change is looked through once
more at its end. A list by cursor needs none of this: its places do not move.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

from igitt._http.changes import mark
from igitt._http.page import Page, key_of, query_number, with_query
from igitt.errors import IGittError, InvalidResponseError
from igitt.interfaces.convert import instant

if TYPE_CHECKING:
    from igitt._http.pagination import Pages

__all__ = ["Walk"]

#: Seconds of waiting for a page that make reading ahead worth it: below, threads only fight over the interpreter.
_WORTHWHILE = 0.01
#: Seconds between two pages after which somebody else may well have changed the list.
_LONG = 1.0
#: How often a list that goes on changing is looked through again.
_PASSES = 4


class Walk:
    """One way through a list.

    Args:
        pages: the client's transport, and the threads that read ahead.
        path: the list's API path, for errors.
        start: returns the first page.
        fetch: returns the page at a URL.

    Attributes:
        received: how many different things the pages had.
        changed: whether the list was seen to change.
        settled: whether it stopped changing, so that everything was met.
        end: the page that was read last.
    """

    def __init__(self, pages: Pages, path: str, start: Callable[[], Page], fetch: Callable[[str], Page]) -> None:
        self._pages = pages
        self._path = path
        self._start = start
        self._fetch = fetch
        self._seen: set[Any] | None = set()
        self._newest = 0
        self._floor = 1
        self._mark: object = None
        self._newest_first = False
        self._again = False
        self._before: Page
        self._ahead: Generator[Page] | None = None
        self._began: datetime | None = None
        self.received = 0
        self.changed = False
        self.settled = True
        self.end: Page | None = None

    def run(self, first: Page) -> Iterator[list[Any]]:
        """The items of `first` and of all pages after it, page by page, nothing twice."""
        self._began, self._floor, self._mark = _server_time(first), first.number, first.before
        keys = first.keys()
        numbered = bool(keys) and all(isinstance(key, int) for key in keys)
        self._newest_first = numbered and all(above > below for above, below in pairwise(keys))
        yield from self._once(first)
        if self._floor > 1:  # whoever begins in the middle wants what is there now
            return
        changing = self.changed
        for _ in range(_PASSES):
            if not changing or self._seen is None:
                return
            self.changed, met = False, len(self._seen)
            yield from self._once(self._start(), again=True)
            changing, self.changed = self.changed and len(self._seen) > met, True
        self.settled = not changing

    def _once(self, page: Page, *, again: bool = False) -> Iterator[list[Any]]:
        self._again, self._before = again, page
        followed: set[str] = set()
        try:
            yield self._new(page)
            while page.next_url is not None:
                moved: list[Any] = []
                if self._ahead is None and self._may_have_moved(page):
                    page = self._stepped_back(page)
                    followed.clear()
                    moved = self._new(page)
                    if 2 * len(moved) > len(page.items) or page.next_url is None:
                        yield moved
                        continue
                found = self._following(page, followed)
                if not self._joins(page, found):
                    there = self._stepped_back(page)
                    more = self._new(there)
                    if more:
                        page = there
                        followed.clear()
                        yield moved + more
                        continue
                self._before, page = page, found
                yield moved + self._new(page)
        finally:
            self.end = page
            self._stop_reading_ahead()

    def _following(self, page: Page, followed: set[str]) -> Page:
        """The page after another one."""
        url = page.next_url or ""
        if url in followed or url == page.url:
            how = "a page names itself as the next one" if url == page.url else "the links lead in a circle"
            raise InvalidResponseError(f"{self._path} has no end: {how}", url=url)
        followed.add(url)
        if self._ahead is None and self._worth_reading_ahead(page):
            self._ahead = self._read_ahead(url, page.last or 0)
        found = next(self._ahead, None) if self._ahead is not None else None
        if found is None:
            self._ahead, found = None, self._fetch(url)
        return found

    # --- what is new -------------------------------------------------------------------------------------------------

    def _new(self, page: Page) -> list[Any]:
        """The things of a page that were not met yet."""
        seen = self._seen
        if seen is None:
            self.received += len(page.items)
            return page.items
        keys = page.keys()
        if None in keys or len(set(keys)) < len(keys):  # nothing distinguishes them, so nothing can be noticed
            self._seen = None
            self.received += len(page.items)
            return page.items
        fresh = [item for item, key in zip(page.items, keys, strict=True) if key not in seen]
        if self._again or self.changed or mark(self._pages.transport.base_url) is not self._mark:
            fresh = [item for item in fresh if not self._was_made_since(item)]
        if not self._again and not self.changed:
            self._newest = max([self._newest, *(key for key in keys if isinstance(key, int))])
        seen.update(keys)
        self.received = len(seen)
        return fresh

    def _was_made_since(self, item: Any) -> bool:
        """Whether something was made after the list was begun: a loop may make one for each that it meets."""
        key, made = key_of(item), item.get("created_at")
        if not isinstance(key, int) or key <= self._newest:
            return False
        try:
            age = instant(made) if isinstance(made, str) else None
        except IGittError:
            return False
        if age is None or self._began is None:
            return False
        # Times have whole seconds; where numbers fall, the first one was the greatest then.
        return age > self._began or (self._newest_first and age == self._began)

    # --- whether the list has changed --------------------------------------------------------------------------------

    def _may_have_moved(self, page: Page) -> bool:
        if self._seen is None or page.has_fixed_place:
            return False
        transport = self._pages.transport
        return mark(transport.base_url) is not page.before or transport.now() - page.ended > _LONG

    def _joins(self, page: Page, following: Page) -> bool:
        """Whether one page continues where the other one ends, as far as can be seen."""
        seen = self._seen
        if seen is None or page.has_fixed_place or following.next_url == following.url:
            return True
        told = page.total is not None and following.total is not None and page.total != following.total
        moved_down = bool(following.items) and key_of(following.items[0]) in seen
        if told or (moved_down and not self.changed and not self._again):
            self.changed = True
            return False
        return following.after is page.before and following.began - page.ended <= _LONG

    def _stepped_back(self, page: Page) -> Page:
        """The page to go on from: the same again, or one before it whose first thing was met."""
        self._stop_reading_ahead()
        seen: set[Any] = self._seen or set()
        number = page.number
        while True:
            url = page.url if number == page.number else page.at(number)
            found = self._start() if number == 1 else self._fetch(url)
            if number == page.number and found.keys() != page.keys():
                self.changed = True
            if number <= self._floor or (found.items and key_of(found.items[0]) in seen):
                return found
            number = max(self._floor, number // 2)

    # --- reading ahead -----------------------------------------------------------------------------------------------

    def _worth_reading_ahead(self, page: Page) -> bool:
        # Both: one hiccup is not a reason.
        slow = min(self._before.waited, page.waited) >= _WORTHWHILE
        counted = page.last is not None and page.number_in(page.next_url) is not None and not page.has_fixed_place
        return slow and counted and not self.changed and self._pages.read_ahead > 1

    def _stop_reading_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def _read_ahead(self, following: str, last: int) -> Generator[Page]:
        """The pages from `following` on in order.

        Begins with two in flight and doubles: whoever stops early has wasted little. None is yielded before its turn,
        as a forge may promise any number.
        """
        name = self._pages.forge.page
        numbers = count(query_number(following, name) or 1)
        flying: deque[Future[Page]] = deque()
        window, done = 1, False
        try:
            while flying or not done:
                window = min(window * 2, self._pages.read_ahead)
                while not done and len(flying) < window:
                    number = next(numbers)
                    done = number >= last
                    flying.append(self._pages.submit(self._fetch, with_query(following, {name: number})))
                yield flying.popleft().result()
        finally:
            for future in flying:
                future.cancel()


def _server_time(page: Page) -> datetime | None:
    """When the forge sent a page, by its own clock."""
    try:
        found = parsedate_to_datetime(page.date)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
