"""GitHub's GraphQL: its door. The executor, the schema and the resolvers are loaded by the first document.

``schema.graphql`` is the cut of GitHub's published schema (https://docs.github.com/en/graphql/overview/public-schema)
that is played, ``unplayed.txt`` the names of what those types have besides.
"""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox.github.context import routes
from igitt.testing.sandbox.wire import ApiError, Reply, Request


@routes.post("/api/graphql", web=True)
def graphql(request: Request) -> object:
    """Executes one document."""
    if request.viewer.kind == "anonymous":
        raise request.forge.unauthorized()
    body = request.json
    if not isinstance(body, dict):
        raise ApiError(400, "Body should be a JSON object")
    query, variables = body.get("query"), body.get("variables") or {}
    if not isinstance(query, str) or not isinstance(variables, dict):
        return {"errors": [{"message": "A query attribute must be specified and must be a string."}]}
    try:
        from igitt.testing.sandbox.github.graphql import door  # noqa: PLC0415  only who asks needs graphql-core
    except ImportError as error:
        if error.name is None or not error.name.startswith("graphql"):
            raise
        text = "the sandbox plays GraphQL with graphql-core: pip install igitt[sandbox]"
        raise ApiError(501, text, headers={"X-Igitt-Sandbox": "needs graphql-core"}) from error
    answer: dict[str, Any] = door.answer(request, query, variables, body.get("operationName"))
    return Reply(answer)
