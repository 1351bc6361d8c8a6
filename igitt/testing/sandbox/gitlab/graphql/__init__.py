"""GitLab's GraphQL: its door. The executor, the schema and the resolvers are loaded by the first document.

``schema.graphql`` is the cut of GitLab's schema (https://docs.gitlab.com/api/graphql/reference/) that is played,
``unplayed.txt`` names of what those types have besides, as far as they are known.
"""

from __future__ import annotations

from igitt.testing.sandbox.gitlab.context import routes
from igitt.testing.sandbox.wire import ApiError, Reply, Request


@routes.route("POST", "/api/graphql", web=True)
def graphql(request: Request) -> object:
    """Executes one document; also for nobody, who sees what is public."""
    data = request.json
    query = data.get("query") if isinstance(data, dict) else None
    if not query or not isinstance(query, str):
        return Reply({"errors": [{"message": "Unexpected end of document", "locations": []}]}, 400)
    try:
        from igitt.testing.sandbox.gitlab.graphql import door  # noqa: PLC0415  only who asks needs graphql-core
    except ImportError as error:
        if error.name is None or not error.name.startswith("graphql"):
            raise
        text = "the sandbox plays GraphQL with graphql-core: pip install igitt[sandbox]"
        raise ApiError(501, text, headers={"X-Igitt-Sandbox": "needs graphql-core"}) from error
    variables = data.get("variables") or {}
    return Reply(door.answer(request, query, variables if isinstance(variables, dict) else {}, data))
