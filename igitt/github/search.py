"""GitHub's searches, of which it gives only the first 1,000 results: the others are asked for by when they were made.

How a list goes from page to page is :mod:`igitt._http.pagination`'s; what a query says, its author's.
Source: https://docs.github.com/en/rest/search/search
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from igitt._base.answer import Answer
from igitt._http.page import Page
from igitt._http.pagination import RemoteList
from igitt.errors import ValidationError
from igitt.interfaces.convert import instant

__all__ = ["SearchList", "search"]

T = TypeVar("T")
_Part = tuple[datetime, datetime]
_log = logging.getLogger("igitt.github")
_CREATED = re.compile(r"(?<!\S)created:(\S+)")
_ISSUES = "search/issues"
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
#: When GitHub opened: nothing there is older.
_EARLIEST = datetime(2008, 1, 1, tzinfo=UTC)


def search(client: Any, what: str, make: Callable[[Any], T], query: str, **order: str) -> SearchList[T]:
    """What a query finds.

    Args:
        client: asks.
        what: the kind of things: ``issues`` or ``repositories``.
        make: makes a thing of an item's data.
        query: with GitHub's qualifiers.
        order: ``sort`` and ``order``, where not the best match is to come first.
    """
    return SearchList(client.page_source, f"search/{what}", make, {"q": query, **order}, items="items")


class SearchList(RemoteList[T]):
    """The results of a search, all of them.

    The first thousand come in the order that was asked for. What GitHub does not give then is searched for again by
    when it was made, the newest first, and nothing comes twice.
    """

    __slots__ = ()

    def _page(self, url: str, answer: Answer) -> Page:
        page = super()._page(url, answer)
        if isinstance(answer.data, dict) and answer.data.get("incomplete_results"):
            _log.warning("GitHub gave up searching at %s: results may be missing", self._path)
            page.gave_up = True
        return page

    def _from(self, index: int) -> Iterator[T]:
        first = None if index < self._params["per_page"] else self._fetch_first()
        if first is None or not self._is_cut(first):
            return super()._from(index)
        return islice(self._made(first), index, None)

    def _may_be_cut(self, first: Page) -> bool:
        return self._is_cut(first)

    def _is_cut(self, first: Page, least: int = 1) -> bool:
        """Whether there are more results than pages for them.

        Args:
            first: the first page of a search.
            least: how many at least a search gives that is cut; one that gives fewer only promises more than there are.
        """
        given = self._given(first)
        return (first.total or 0) > given >= least

    def _given(self, first: Page) -> int:
        """How many results GitHub gives of a search."""
        return len(first.items) if first.next_url is None else (first.last or 0) * self._params["per_page"]

    def _through(self, first: Page, held: Page | None = None) -> Iterator[list[Any]]:
        """The items that GitHub gives, then those of each window, without what came before."""
        whole = first.number == 1  # not a page in the midst, where a slice may begin
        cut = whole and self._is_cut(first)
        seen: set[Any] = set()
        ages: list[datetime] = []
        walk = self._walk(held)
        for items in walk.run(first):
            if cut:
                seen.update(item.get("id") for item in items)
                ages += [_age(item) for item in items]
            yield items
        received, gave_up = walk.received, first.gave_up
        if cut and ages:
            query, low, high = _bounds(self._params["q"], self._now())
            if self._path != _ISSUES:
                found = self._windows(query, _parts(low, high, ages, first.total, len(seen)), seen, self._given(first))
            else:
                if (self._params.get("sort"), self._params.get("order")) == ("created", "desc"):
                    high = min(high, ages[-1])
                found = self._older(query, low, high, seen, self._given(first))
            for page in found:
                received += len(page.items)
                gave_up = gave_up or page.gave_up
                yield page.items
        if whole:
            expected = None if walk.changed or gave_up else first.total
            reason = "as GitHub's time for searching was over" if gave_up else "as GitHub finds fewer than it promises"
            self._ended(received, expected, reason, whole=False if gave_up else None)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._pages.transport.clock.time(), UTC)

    def _within(self, query: str, low: datetime, high: datetime, **order: str) -> SearchList[T]:
        """The same search for what was made between two times, these included."""
        params = {**self._params, **order, "q": f"{query} created:{_written(low)}..{_written(high)}".strip()}
        return SearchList(self._pages, self._path, self._make, params, items=self._items)

    def _plain(self, first: Page) -> Iterator[Page]:
        """The pages of one search, as they come."""
        page = Page(first.url, [], first.forge)
        page.gave_up = first.gave_up
        for items in self._walk().run(first):
            page.items = items
            yield page

    def _older(self, query: str, low: datetime, high: datetime, seen: set[Any], least: int) -> Iterator[Page]:
        """Issues, the newest first: where GitHub stops, the next search begins. No request is wasted."""
        edge: set[Any] = set()
        while True:
            window = self._within(query, low, high, sort="created", order="desc")
            first = window._fetch_first()
            cut, given = self._is_cut(first, least), list[tuple[datetime, Any]]()
            for page in window._plain(first):
                given += [(_age(item), item.get("id")) for item in page.items]
                page.items = [item for item in page.items if item.get("id") not in seen and item.get("id") not in edge]
                yield page
            if not cut:
                return
            if given[-1][0] >= high:
                raise _too_many(first, high)
            high = given[-1][0]
            edge = {number for made, number in given if made == high}

    def _windows(self, query: str, parts: list[_Part], seen: set[Any], least: int) -> Iterator[Page]:
        """Repositories, which GitHub does not order by age: in parts of time that are small enough."""
        while parts:
            low, high = parts.pop()
            window = self._within(query, low, high)
            first = window._fetch_first()
            if not self._is_cut(first, least):
                for page in window._plain(first):
                    page.items = [item for item in page.items if item.get("id") not in seen]
                    yield page
            elif low < high:
                parts += _parts(low, high, [_age(item) for item in first.items], first.total, len(first.items))
            else:
                raise _too_many(first, low)


def _too_many(first: Page, moment: datetime) -> ValidationError:
    return ValidationError(
        f"GitHub gives only some of the {first.total} results that were made at {_written(moment)}; "
        "narrow the query by another qualifier"
    )


def _age(item: Any) -> datetime:
    return instant(item.get("created_at"))


def _parts(low: datetime, high: datetime, ages: list[datetime], total: int | None, given: int) -> list[_Part]:
    """A time in parts, oldest first, without gap and without overlap.

    Args:
        low: its first second.
        high: its last one.
        ages: when some of what is in it was made: where there is more, the parts are smaller.
        total: how many things are in it.
        given: how many of them GitHub gives at once.
    """
    inner = sorted(age for age in ages if low <= age < high)
    number = 2 + (total or 0) // max(given, 1)
    ends = sorted({inner[len(inner) * part // number] for part in range(1, number)}) if inner else []
    ends = ends or [low + timedelta(seconds=int((high - low).total_seconds()) // 2)]
    begins = [low, *(end + _SECOND for end in ends)]
    return [(begin, end) for begin, end in zip(begins, [*ends, high], strict=True) if begin <= end]


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _bounds(query: str, now: datetime) -> tuple[str, datetime, datetime]:
    """A query without its own times, and the earliest and latest that it lets through."""
    low, high = _EARLIEST, now.replace(microsecond=0) + _DAY
    found = _CREATED.search(query)
    if found is None or query.count('"', 0, found.start()) % 2:
        return query, low, high
    value = found[1]
    begin, dots, end = value.partition("..")
    if not dots:
        sign = value[: len(value) - len(value.lstrip("<>="))]
        begin, end = value[len(sign) :], value[len(sign) :]
        begin, end = ("*" if sign.startswith("<") else begin), ("*" if sign.startswith(">") else end)
        exclusive = sign in {"<", ">"}
    else:
        exclusive = False
    first, last = _moments(begin), _moments(end)
    if first is not None:
        low = first[1] + _SECOND if exclusive else first[0]
    if last is not None:
        high = last[0] - _SECOND if exclusive else last[1]
    return " ".join(f"{query[: found.start()]} {query[found.end() :]}".split()), low, high


def _moments(text: str) -> tuple[datetime, datetime] | None:
    """The first and the last second that a time in a query means; None for ``*``."""
    if text in {"", "*"}:
        return None
    begin = instant(text)
    return begin, begin + _DAY - _SECOND if len(text) == len("2026-01-31") else begin
