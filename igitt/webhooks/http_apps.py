"""A bot's HTTP: WSGI and ASGI applications around one function that takes headers and a body.

Only POST is answered, a body that is too large is refused before it is read in, and of a failure
only its sentence is sent. No framework is needed, and no event is known here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from igitt._base.checks import is_whole
from igitt.errors import ValidationError
from igitt.webhooks.signatures import MAX_BODY

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["AsgiApplication", "asgi", "checked_max", "wsgi"]

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
#: What ASGI calls an application.
AsgiApplication = Callable[[_Message, _Receive, _Send], Awaitable[None]]


class _Outcome(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def message(self) -> str: ...


Deliver = Callable[[Any, bytes, "asyncio.AbstractEventLoop | None"], _Outcome]
#: Takes headers; returns why the body need not be read, or None.
Admit = Callable[[Any], _Outcome | None]
_Answer = tuple[int, str]


def checked_max(max_body: object) -> int:
    """The bound of a body, if it is one.

    Raises:
        ValidationError: when it is not a number of bytes that forges could send.
    """
    if not is_whole(max_body) or not 0 < max_body <= MAX_BODY:
        raise ValidationError(f"max_body is a number of bytes from 1 to {MAX_BODY}, not {max_body!r}")
    return max_body


def wsgi(deliver: Deliver, admit: Admit, path: str | None, max_body: int) -> WSGIApplication:
    """A WSGI application.

    Args:
        deliver: takes headers, body and loop.
        admit: takes headers, before the body is read.
        path: the only path to answer at, or None.
        max_body: how many bytes a body may have.
    """

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = _refusal(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), path)
        if answer is None:
            read = _read_body(environ, max_body, admit)
            if isinstance(read, bytes):
                outcome = deliver(environ, read, None)
                answer = outcome.status, outcome.message
            else:
                answer = read
        body, headers = _written(answer)
        start_response(f"{answer[0]} {HTTPStatus(answer[0]).phrase}", headers)
        return [body]

    return application


def _told(outcome: _Outcome | None) -> _Answer | None:
    return None if outcome is None else (outcome.status, outcome.message)


def _read_body(environ: WSGIEnvironment, max_body: int, admit: Admit) -> bytes | _Answer:
    told = environ.get("CONTENT_LENGTH") or ""
    if told and not (told.isascii() and told.isdecimal()):
        return 400, "the length of the body is not a number"
    if not told and not environ.get("wsgi.input_terminated"):
        return 411, "the length of the body is not given"
    if _too_large(told, max_body):
        return _TOO_LARGE
    refused = _told(admit(environ))
    if refused is not None:
        return refused
    left = int(told) if told else max_body + 1
    parts = []
    while left > 0 and (part := environ["wsgi.input"].read(min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    body = b"".join(parts)
    return _TOO_LARGE if len(body) > max_body else body


def asgi(deliver: Deliver, admit: Admit, close: Callable[[], None], path: str | None, max_body: int) -> AsgiApplication:
    """An ASGI application.

    Args:
        deliver: takes headers, body and the server's loop; runs in a thread.
        admit: takes headers, before the body is read.
        close: called when the server ends.
        path: the only path to answer at, or None.
        max_body: how many bytes a body may have.
    """

    async def application(scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send, close)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        where = str(scope.get("path", "")).removeprefix(str(scope.get("root_path") or ""))
        answer = _refusal(scope["method"], where, path)
        if answer is None:
            read = await _receive_body(scope, receive, max_body, admit)
            if read is None:
                return
            if isinstance(read, bytes):
                loop = asyncio.get_running_loop()
                outcome = await asyncio.to_thread(deliver, scope["headers"], read, loop)
                answer = outcome.status, outcome.message
            else:
                answer = read
        body, headers = _written(answer)
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": answer[0], "headers": pairs})
        await send({"type": "http.response.body", "body": body})

    return application


async def _live(receive: _Receive, send: _Send, close: Callable[[], None]) -> None:
    """Begin and end with the server."""
    while True:
        kind = (await receive())["type"]
        if kind == "lifespan.shutdown":
            await asyncio.to_thread(close)
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


async def _receive_body(scope: _Message, receive: _Receive, max_body: int, admit: Admit) -> bytes | _Answer | None:
    """The body; why it is refused; None if the other side went away."""
    told = next((value for name, value in scope["headers"] if name.lower() == b"content-length"), b"")
    if _too_large(told.decode("latin-1"), max_body):
        return _TOO_LARGE
    refused = _told(admit(scope["headers"]))
    if refused is not None:
        return refused
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > max_body:
            return _TOO_LARGE
        if not message.get("more_body"):
            return bytes(body)


_TOO_LARGE: _Answer = (413, "larger than any delivery of a forge")


def _too_large(told: str, max_body: int) -> bool:
    return told.isascii() and told.isdecimal() and (len(told) > 12 or int(told) > max_body)


def _refusal(method: str, where: str, path: str | None) -> _Answer | None:
    """Why a request is not even read."""
    if path is not None and where.rstrip("/") != path.rstrip("/"):
        return 404, "there is nothing here"
    return None if method == "POST" else (405, "forges POST their deliveries here")


def _written(answer: _Answer) -> tuple[bytes, list[tuple[str, str]]]:
    """An answer's body and headers."""
    status, message = answer
    body = f"{message}\n".encode("utf-8", "replace")
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    return body, [*headers, ("Allow", "POST")] if status == 405 else headers
