"""Lists that GitLab gives in another order or form than everybody expects, or only up to a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

from igitt._base.answer import Answer
from igitt._http.page import Page, query_number
from igitt._http.pagination import RemoteList
from igitt.gitlab.diffs import left_out
from igitt.interfaces.lists import PaginatedList

__all__ = ["ArrangedList", "DiffList", "ProjectList", "ReversedList"]

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


class DiffList(RemoteList[T]):
    """The files that a merge request or a commit changes, of which GitLab keeps no more than the instance's limits.

    Args:
        client: asks.
        path: the API path.
        make: makes a thing of a file's data.
        cut: given the data that came, why there are more; None where they are all. It may ask, and is asked only where
            a limit may have been reached.

    Sources: https://docs.gitlab.com/administration/diff_limits/ (1,000 files unless set otherwise) and
    https://docs.gitlab.com/development/merge_request_concepts/diffs/ (what is below a hundred files, 5,000 lines and
    500 KB comes whole, one by one and together).
    """

    __slots__ = ("_cut",)

    def __init__(
        self, client: Any, path: str, make: Callable[[Any], T], cut: Callable[[list[Any]], str | None]
    ) -> None:
        super().__init__(client.page_source, path, make)
        self._cut = cut

    def __len__(self) -> int:
        first = self._primed
        if first is not None or (first := self._fetch_first()).next_url is None:
            return len(first.items)
        return sum(1 for _ in self._made(first))

    def _may_be_cut(self, first: Page) -> bool:
        return first.next_url is not None or _near_limits(first.items)

    def _through(self, first: Page, held: Page | None = None) -> Iterator[list[Any]]:
        walk, came = self._walk(held), list[Any]()
        for items in walk.run(first):
            came += items
            yield items
        if first.number == 1:
            why = self._cut(came) if _near_limits(came) else None
            expected = walk.end.total if walk.end is not None and not walk.changed else None
            whole = False if why is not None or not walk.settled else None
            self._ended(walk.received, None if why else expected, why or f"as {self._path} ends too early", whole=whole)


def _near_limits(files: list[Any]) -> bool:
    if len(files) >= 100 or any(left_out(data) for data in files):
        return True
    texts = [str(data.get("diff") or "") for data in files if isinstance(data, dict)]
    return sum(map(len, texts)) >= 250_000 or sum(text.count("\n") for text in texts) >= 5_000


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


class ReversedList(ArrangedList[T]):
    """A list that GitLab gives the other way round: its end comes first.

    Args:
        source: the list as GitLab gives it.
    """

    __slots__ = ()

    def __init__(self, source: PaginatedList[T]) -> None:
        super().__init__(source, lambda things: things[::-1], total=True)

    def _back(self, number: int) -> tuple[Iterator[T], bool]:
        things = list(islice(self._source, number))
        return reversed(things), len(things) >= number
