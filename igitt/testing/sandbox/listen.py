"""One loopback port: reads HTTP/1.1 off a socket, keeps the connection alive, asks a forge, writes the answer.

The only module that needs Werkzeug. Faults that break a connection are carried out here.
"""

from __future__ import annotations

import socket
import struct
import time
import traceback
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.adapter import DRIPS, REASONS
from igitt.testing.sandbox.wire import Response, http_date

try:
    from werkzeug.serving import WSGIRequestHandler, make_server
except ImportError as missing:
    raise ImportError(
        "Sandbox() on a port needs Werkzeug: pip install '.[sandbox]' in a checkout, or use Sandbox(socket=False)"
    ) from missing

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from igitt.testing.sandbox.forge import Forge


def listen(port: int, forge: Callable[[], Forge], context: ssl.SSLContext | None = None) -> Any:
    """A threaded server on 127.0.0.1 (``port`` 0: a free one) that answers for a forge; the caller starts it."""

    class Handler(_Handler):
        ask = staticmethod(forge)

    return make_server("127.0.0.1", port, _unused, threaded=True, request_handler=Handler, ssl_context=context)


def _unused(*_: Any) -> Any:
    raise AssertionError("the handler answers by itself")


class _Handler(WSGIRequestHandler):
    """Werkzeug's handler closes the connection after each answer; this one keeps it, as both forges do."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    ask: Callable[[], Forge]

    def run_wsgi(self) -> None:
        """Answers the request that has just been parsed."""
        forge = self.ask()
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answer = forge.handle(self.command, self.path, headers, self._body(headers))
        except Exception:  # noqa: BLE001  a mistake of the sandbox must not look like a broken network
            text = traceback.format_exc()
            answer = Response(500, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())
        if answer.abort == "reset":
            # Without lingering, closing sends RST: what a client sees of a balancer that has died.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        self._write(answer, forge)

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(headers.get("content-length") or 0))

    def _write(self, answer: Response, forge: Forge) -> None:
        lines = [f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, '')}".rstrip()]
        body = answer.body
        if answer.status not in {204, 304}:
            lines.append(f"Content-Length: {len(body)}")
        if answer.abort == "truncate":
            body = body[: len(body) // 2]
            self.close_connection = True
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        if "Date" not in answer.headers:
            lines.append(f"Date: {http_date(forge.world.now())}")
        data = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body
        if not answer.drip:
            self.wfile.write(data)
            return
        pieces = max(1, min(len(body), DRIPS))
        size = -(-len(data) // pieces)
        for start in range(0, len(data), size):
            self.wfile.write(data[start : start + size])
            self.wfile.flush()
            time.sleep(answer.drip / pieces)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  the parent's name
        """Says nothing: requests are in ``forge.requests``."""
