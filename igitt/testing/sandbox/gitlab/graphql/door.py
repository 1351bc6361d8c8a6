"""Executes a document for whoever asks at GitLab's GraphQL."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.executor import Executor
from igitt.testing.sandbox.gitlab.graphql.root import Root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from igitt.testing.sandbox.wire import Request

#: The largest page, which is also what is given without a size.
MOST = 100


@cache
def executor() -> Executor:
    """The one executor."""
    return Executor(__package__ or "", "GitLab", MOST, "count")


def answer(request: Request, query: str, variables: dict[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a document."""
    operation = asked.get("operationName")
    return executor().run(Root(request), query, variables, operation, request.forge.note_unserved)
