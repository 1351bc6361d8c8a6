"""Lists that only GraphQL has, page by page with a cursor.

Source: https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from igitt._http.page import integer
from igitt.errors import IGittError, InvalidResponseError
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.shapes import MISSHAPEN, misshapen

__all__ = ["ConnectionList"]

T = TypeVar("T")


class ConnectionList(PaginatedList[T]):
    """A list that GraphQL calls a connection.

    Args:
        client: the client.
        query: asks for a page after the cursor ``$after``, with its ``totalCount``, ``pageInfo`` and ``nodes``.
        variables: the query's other variables.
        place: the fields that lead to the connection in the response.
        make: makes a thing of a node.
        first: the first page, where it is at hand.
    """

    __slots__ = ("_client", "_first", "_make", "_place", "_primed", "_query", "_variables")

    def __init__(
        self,
        client: Any,
        query: str,
        variables: Mapping[str, Any],
        place: tuple[str, ...],
        make: Callable[[Any], T],
        first: Mapping[str, Any] | None = None,
    ) -> None:
        self._client = client
        self._query = query
        self._variables = variables
        self._place = place
        self._make = make
        self._first = first
        # list(x) asks for len(x) between iter(x) and the first item: the page is asked for once only.
        self._primed: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        return f"<PaginatedList {'/'.join(self._place)}>"

    def __iter__(self) -> Iterator[T]:
        self._primed = page = self._opening()
        return self._made(page)

    def _made(self, page: Mapping[str, Any]) -> Iterator[T]:
        self._primed, before = None, None
        while True:
            for node in page.get("nodes") or ():
                if not node:
                    continue
                try:
                    made = self._make(node)
                except IGittError:
                    raise
                except MISSHAPEN as error:
                    raise misshapen(error, f"an item of {'/'.join(self._place)}") from error
                yield made
            info = page.get("pageInfo") or {}
            if not info.get("hasNextPage"):
                return
            after = info.get("endCursor")
            if after is None or after == before:
                raise InvalidResponseError(f"a page of {'/'.join(self._place)} does not say what comes after it")
            page, before = self._page(after), after

    def _opening(self) -> Mapping[str, Any]:
        return self._checked(self._first) if self._first else self._page(None)

    def _page(self, after: str | None) -> Mapping[str, Any]:
        found: Any = self._client.graphql(self._query, {**self._variables, "after": after})
        for name in self._place:
            found = found.get(name) if isinstance(found, dict) else found
        return self._checked(found or {})

    def _checked(self, page: Any) -> Mapping[str, Any]:
        """A page, if it is one."""
        parts = (page.get("nodes") or [], page.get("pageInfo") or {}) if isinstance(page, dict) else ()
        if [type(part) for part in parts] != [list, dict]:
            raise InvalidResponseError(
                f"{'/'.join(self._place)} was answered with something other than a page of a list"
            )
        checked: Mapping[str, Any] = page
        return checked

    def __len__(self) -> int:
        hint = self._primed
        page = hint or self._opening()
        told = integer(page.get("totalCount"))
        if told is not None:
            return told
        # A query that does not ask for it: within list(), about how many is enough.
        return len(page.get("nodes") or ()) if hint else sum(1 for _ in self._made(page))

    @property
    def total_count(self) -> int | None:
        """How many there are."""
        return len(self)

    def _from(self, index: int) -> Iterator[T]:
        return islice(iter(self), index, None)
