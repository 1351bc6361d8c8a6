"""Asking a forge's GraphQL API through a client: what counts as a write, and what a response with errors means.

The endpoint is the provider's business, and sending a request the transport's. No query is written here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from igitt._http.refusals import graphql_kind
from igitt.errors import ErrorContext, IGittError, InvalidResponseError, ServerError, ValidationError

if TYPE_CHECKING:
    from igitt._base.answer import Answer
    from igitt._base.provider import Provider
    from igitt.client import Client

__all__ = ["ask"]

#: A text that does not end goes on to the end of its line, or of all; else each quote would be looked at again.
_TEXT_OR_COMMENT = re.compile(r'"""(?:\\"""|.)*?(?:"""|\Z)|"(?:\\.|[^"\\\n])*+"?|#[^\n\r]*', re.DOTALL)
_BRACE_OR_MUTATION = re.compile(r"[{}]|\bmutation\b")


def ask(client: Client, path: str, query: str, variables: Mapping[str, Any] | None) -> dict[str, Any]:
    """Send a query, and return the ``data`` of the response.

    Args:
        client: sends it.
        path: the API path or URL of the forge's GraphQL.
        query: the document.
        variables: its variables.

    Raises:
        IGittError: of the kind that GitHub names, when GitHub's errors say so.
        ValidationError: when the forge reports other errors; ``.data`` has what it answered besides.
        RateLimitError: when the forge refuses for its rate limit, which GitHub does with status 200 here.
        ReadOnlyError: when it is a mutation and the client is read-only.
    """
    if not isinstance(query, str) or not query.strip():
        raise ValidationError(f"a GraphQL query is a text such as '{{ viewer {{ login }} }}', not {query!r}")
    body = {"query": query} if variables is None else {"query": query, "variables": variables}
    answer = client.request("POST", path, json=body, writes=_writes(query), graphql=True)
    data = answer.data
    if not isinstance(data, dict):
        raise InvalidResponseError(
            f"GraphQL was answered with {type(data).__name__} instead of an object", answer.status, url=answer.url
        )
    if data.get("errors"):
        error = _error(answer, data, client.provider)
        error.outcome_unknown = isinstance(error, ServerError) and _writes(query)
        raise error
    found = data.get("data")
    return found if isinstance(found, dict) else {}


def _writes(query: str) -> bool:
    """Whether a document has a mutation: its keyword stands outside of all braces, texts and comments."""
    depth = 0
    for found in _BRACE_OR_MUTATION.finditer(_TEXT_OR_COMMENT.sub(" ", query)):
        if found[0] == "mutation":
            if depth <= 0:
                return True
        else:
            depth += 1 if found[0] == "{" else -1
    return False


def _error(answer: Answer, data: Mapping[str, Any], provider: Provider) -> IGittError:
    kind, texts = graphql_kind(data["errors"])
    context = ErrorContext(
        url=answer.url, method="POST", data=data, response_headers=dict(answer.headers),
        request_id=provider.request_id_of(answer.headers),
    )  # fmt: skip
    if kind is ValidationError:
        return ValidationError("; ".join(texts), answer.status, errors={"": texts}, **context)
    return kind("; ".join(texts), answer.status, **context)
