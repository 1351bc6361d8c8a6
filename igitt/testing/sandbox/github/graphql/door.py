"""Executes a document for whoever asks, and computes what it costs.

The cost of a document is that of the pages it asks for (source:
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    VariableNode,
)

from igitt.testing.sandbox.executor import Executor, Refusal
from igitt.testing.sandbox.github.graphql.root import Root
from igitt.testing.sandbox.github.graphql.things import Asking

# Their classes are found by the type of the model that they stand for.
from igitt.testing.sandbox.github.graphql import labels, pulls, releases, remarks, repositories  # noqa: F401  # isort: skip

if TYPE_CHECKING:
    from graphql import DocumentNode, SelectionSetNode

    from igitt.testing.sandbox.wire import Request

MOST, MOST_NODES = 100, 500_000


@cache
def executor() -> Executor:
    """The one executor."""
    return Executor(__package__ or "", "GitHub", MOST)


def answer(request: Request, query: str, variables: dict[str, Any], operation: str | None) -> dict[str, Any]:
    """The answer to a document; its cost becomes the request's."""
    asking = Asking(request)

    def check(document: DocumentNode, given: dict[str, Any]) -> list[GraphQLError]:
        found = Pages(document, given)
        asking.cost, asking.nodes = max(1, round(found.requests / 100)), found.nodes
        request.units = asking.cost
        return found.errors

    return executor().run(Root(asking), query, variables, operation, request.forge.note_unserved, check)


class Pages:
    """How many pages a document asks for, how many things can be on them, and which pages are not allowed."""

    def __init__(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        self.errors: list[GraphQLError] = []
        self.requests = 1
        self.nodes = 0
        self._variables = dict(variables)
        self._fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        for one in document.definitions:
            if isinstance(one, OperationDefinitionNode):
                for each in one.variable_definitions or ():
                    if each.default_value is not None:
                        default = getattr(each.default_value, "value", None)
                        self._variables.setdefault(each.variable.name.value, default)
                self._walk(one.selection_set, 1, [])
        if not self.errors and self.nodes > MOST_NODES:
            text = f"This query requests up to {self.nodes:,} possible nodes which exceeds the maximum limit of "
            text += f"{MOST_NODES:,}."
            self.errors.append(Refusal("MAX_NODE_LIMIT_EXCEEDED", text))

    def _walk(self, selected: SelectionSetNode | None, times: int, path: list[str]) -> None:
        for one in selected.selections if selected else ():
            if not isinstance(one, FieldNode):
                inner: Any = one
                if isinstance(one, FragmentSpreadNode):
                    inner = self._fragments.get(one.name.value)
                if inner is not None and path.count("…") < 50:
                    self._walk(inner.selection_set, times, [*path, "…"])
                continue
            here = [*path, one.alias.value if one.alias else one.name.value]
            names = {each.name.value for each in one.selection_set.selections if isinstance(each, FieldNode)} if (
                one.selection_set) else set()  # fmt: skip
            if names & {"nodes", "edges", "pageInfo"}:
                size = self._size(one, here, strict=bool(names & {"nodes", "edges"}))
                self.requests += times
                self.nodes += times * size
                self._walk(one.selection_set, times * size, here)
            else:
                self._walk(one.selection_set, times, here)

    def _size(self, node: FieldNode, path: list[str], *, strict: bool) -> int:
        name, found = node.name.value, None
        for one in node.arguments or ():
            if one.name.value in {"first", "last"}:
                value: Any = getattr(one.value, "value", None)
                if isinstance(one.value, VariableNode):
                    value = self._variables.get(one.value.name.value)
                if value is None:
                    continue
                found, word = int(value), one.name.value
                if found < 0:
                    text = f"`{word}` on the `{name}` connection cannot be less than zero."
                    self._refuse("ARGUMENT_LIMIT", text, node, path)
                if found > MOST:
                    text = (f"Requesting {found} records on the `{name}` connection exceeds the `{word}` limit of "
                            f"{MOST} records.")  # fmt: skip
                    self._refuse("EXCESSIVE_PAGINATION", text, node, path)
        if found is None and strict:
            text = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
            self._refuse("MISSING_PAGINATION_BOUNDARIES", text, node, path)
        return min(max(found or 1, 1), MOST)

    def _refuse(self, kind: str, text: str, node: FieldNode, path: list[str]) -> None:
        error = Refusal(kind, text)
        located = GraphQLError(text, [node], original_error=error, extensions={
            "path": ["query", *(one for one in path if one != "…")]})  # fmt: skip
        self.errors.append(located)
