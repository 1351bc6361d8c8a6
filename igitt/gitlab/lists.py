"""Lists that GitLab gives in another order or form than everybody expects, or only up to a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

from igitt._base.answer import Answer
from igitt._http.page import Page, query_number
from igitt._http.pagination import RemoteList
from igitt.interfaces.lists import PaginatedList

__all__ = ["ArrangedList", "ProjectList"]

T = TypeVar("T")

#: How many things GitLab counts pages over (https://docs.gitlab.com/api/rest/#offset-based-pagination).
_DEEPEST = 50_000


class ProjectList(RemoteList[T]):
    """Projects by their ids, the newest first: where GitLab counts no further pages, it goes on from the last id.

    Sources: https://docs.gitlab.com/api/rest/#keyset-based-pagination, which ``GET /projects`` takes with
    ``order_by=id``, and https://docs.gitlab.com/api/projects/#list-all-projects for ``id_before``.
    """

    __slots__ = ()

    def _page(self, url: str, answer: Answer) -> Page:
        page = super()._page(url, answer)
        size = page.told_size or self._params["per_page"]
        if page.next_url is not None and query_number(page.next_url, "page") and page.number * size >= _DEEPEST:
            page.next_url = self._url({"pagination": "keyset", "id_before": page.items[-1]["id"]})
        return page


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
