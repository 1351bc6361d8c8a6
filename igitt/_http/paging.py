"""The lists of what igitt has no name for, as a part of every client: of the REST API and of GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from igitt.errors import ValidationError
from igitt.interfaces.hoster import Hoster
from igitt.interfaces.lists import PaginatedList

__all__ = ["Paging"]


def _as_it_came(data: Any) -> Any:
    return data


class Paging(Hoster):
    """The part of a client that goes through pages."""

    def pages(
        self, path: str, params: Mapping[str, Any] | None = None, *, items: str | None = None
    ) -> PaginatedList[Any]:
        """Every page of any list of the forge's API, for what igitt does not cover; lazy, as all lists are.

        Args:
            path: the API path, below the API's base URL.
            params: the query.
            items: where the items are, when a response is an object around them; where it has one list and no more,
                igitt finds it.

        Returns:
            The items as the forge sent them, decoded.

        Example:
            >>> from igitt.testing import Sandbox
            >>> with Sandbox(socket=False) as sandbox:
            ...     _ = sandbox.github.add_repository("acme/widgets", labels=["bug", "idea"])
            ...     [one["name"] for one in sandbox.github.client("bot").pages("repos/acme/widgets/labels")]
            ['bug', 'idea']
        """
        from igitt._http.page import ANY  # noqa: PLC0415 - lists load when the first is made

        client: Any = self
        found: PaginatedList[Any] = client.list_of(path, _as_it_came, params=params, items=items or ANY)
        return found

    def graphql_pages(
        self, query: str, variables: Mapping[str, Any] | None = None, connection: str = ""
    ) -> PaginatedList[Any]:
        """Every page of a connection of the forge's GraphQL API, lazily: its nodes as the forge sent them.

        Args:
            query: asks for ``nodes`` and ``pageInfo { hasNextPage endCursor }`` of the connection, and takes the cursor
                as ``$after: String``.
            variables: the query's other variables.
            connection: the fields that lead to the connection, with dots: ``"repository.issues"``.

        Raises:
            ValidationError: when the query takes no ``$after``, or no connection is named; nothing was sent.

        Example:
            >>> from igitt.testing import Sandbox
            >>> query = '''query($after: String) {
            ...   repository(owner: "acme", name: "widgets") {
            ...     issues(first: 50, after: $after) { nodes { title } pageInfo { hasNextPage endCursor } }
            ...   }
            ... }'''
            >>> with Sandbox(socket=False) as sandbox:
            ...     _ = sandbox.github.add_repository("acme/widgets")
            ...     _ = sandbox.github.add_issue("acme/widgets", "It broke")
            ...     list(sandbox.github.client("bot").graphql_pages(query, connection="repository.issues"))
            [{'title': 'It broke'}]
        """
        from igitt._http.connection import ConnectionList  # noqa: PLC0415 - as above

        place = tuple(part for part in connection.split(".") if part)
        if not place:
            raise ValidationError('which connection? graphql_pages(query, connection="repository.issues")')
        if "$after" not in query:
            raise ValidationError("the query has to take the cursor: query($after: String) { … (after: $after) … }")
        return ConnectionList(self, query, dict(variables or {}), place, _as_it_came)
