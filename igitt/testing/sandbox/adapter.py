"""The way in without a socket: a ``requests`` adapter that hands a request straight to a forge."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

from igitt._base.urllib3 import urllib3

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import PreparedRequest

    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.wire import Response


class SandboxAdapter(HTTPAdapter):
    """Mount it on a session for a sandbox URL; any other address is refused, nothing ever leaves the process."""

    def __init__(self, forges: Mapping[str, Callable[[], Forge]]) -> None:
        super().__init__()
        self._forges = dict(forges)

    def send(self, request: PreparedRequest, stream: bool = False, *_unused: Any, **_options: Any) -> requests.Response:
        """Answers a prepared request in the caller's thread."""
        url = request.url or ""
        scheme, _colon, rest = url.partition("://")
        host, slash, target = rest.partition("/")
        find = self._forges.get(f"{scheme}://{host}")
        if find is None:
            raise requests.ConnectionError(f"the sandbox has no forge at {scheme}://{host}", request=request)
        headers = {_text(name).lower(): _text(value) for name, value in request.headers.items()}
        answer = find().handle(request.method or "GET", slash + target, headers, _body(request))
        if answer.abort == "reset":
            broken = urllib3.exceptions.ProtocolError(
                "Connection aborted.", ConnectionResetError(104, "Connection reset by peer")
            )
            raise requests.ConnectionError(broken, request=request)
        response = self.build_response(request, _raw(answer))
        if not stream:
            response.content  # noqa: B018  reads the body, so that a truncated one fails here as over a socket
        return response


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _body(request: PreparedRequest) -> bytes:
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    if hasattr(body, "read"):
        return bytes(body.read())
    return b"".join(body)


class _Dripping(io.BytesIO):
    """A body that comes in pieces over so many seconds."""

    def __init__(self, body: bytes, seconds: float) -> None:
        super().__init__(body)
        self._piece, self._pause = -(-len(body) // DRIPS) or 1, seconds / DRIPS

    def read(self, size: int | None = -1, /) -> bytes:
        time.sleep(self._pause)
        return super().read(self._piece if size is None or size < 0 else min(size, self._piece))


#: Into so many pieces an answer is cut that comes slowly.
DRIPS = 20


def _raw(answer: Response) -> Any:
    body = answer.body
    headers = dict(answer.headers)
    if answer.status not in {204, 304}:
        headers["Content-Length"] = str(len(body))
    if answer.abort == "truncate":
        body = body[: len(body) // 2]
    return urllib3.HTTPResponse(
        _Dripping(body, answer.drip) if answer.drip else io.BytesIO(body),
        headers,
        answer.status,
        version=11,
        reason=REASONS.get(answer.status, ""),
        preload_content=False,
    )


REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found",
    304: "Not Modified", 307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict", 410: "Gone",
    412: "Precondition Failed", 415: "Unsupported Media Type", 422: "Unprocessable Entity", 429: "Too Many Requests",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
}  # fmt: skip
