"""One answer has an end, however slowly it drips."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests
from support.wire import Door

import igitt
from igitt.errors import RequestTimeoutError, ValidationError

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
DRIPS: dict[str, Callable[[], tuple[bytes, bytes]]] = {
    "body": lambda: (HEAD + b"Content-Length: 1000\r\n\r\n", b" "),
    "chunks": lambda: (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "gzip": lambda: (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 1000\r\n\r\n", b"\x1f"),
    "headers": lambda: (HEAD + b"X-Slow: ", b"x"),
}


@contextmanager
def dripping(first: bytes, drop: bytes, each: float = 0.05) -> Iterator[tuple[str, list[int]]]:
    """A server that sends `first` and then a drop now and then; its address, and the connections that it had."""
    asked: list[int] = []
    over = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(first)
            while not over.wait(each):
                connection.sendall(drop)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                asked.append(1)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
        finally:
            over.set()
            listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("drip", DRIPS)
def test_a_dripping_answer_ends(drip: str) -> None:
    """Each part comes in time and the whole never does: the error names the option, and nothing is asked again."""
    with dripping(*DRIPS[drip]()) as (url, asked):
        client = igitt.GitLab("t", url, timeout=5, total_timeout=0.4, cache=False)
        began = time.monotonic()
        with pytest.raises(RequestTimeoutError, match=r"0\.4 s \(total_timeout\)"):
            client.get("user")
        assert time.monotonic() - began < 3
        assert len(asked) == 1


@pytest.mark.parametrize("drip", ["body", "chunks", "gzip"])
def test_a_dripping_body_ends_in_a_session_of_ones_own(drip: str) -> None:
    """The same for the body of an answer that comes by the caller's session."""
    session = requests.Session()
    session.trust_env = False
    with dripping(*DRIPS[drip]()) as (url, _):
        client = igitt.GitLab("t", url, timeout=5, total_timeout=0.4, cache=False, session=session)
        with pytest.raises(RequestTimeoutError, match="total_timeout"):
            client.get("user")


def test_a_slow_part_is_the_other_timeout() -> None:
    """Where a part does not come in time, ``timeout`` is what ends it."""
    with dripping(HEAD + b"Content-Length: 1000\r\n\r\n", b" ", each=60) as (url, _):
        client = igitt.GitLab("t", url, timeout=0.2, retries=0, cache=False)
        with pytest.raises(RequestTimeoutError, match="the client's timeout"):
            client.get("user")


@pytest.mark.parametrize("wrong", [0, -1, None, "5", True, float("inf"), float("nan"), (1, 2)])
def test_a_wrong_total(wrong: Any) -> None:
    """What is no number of seconds is refused when the client is made."""
    with pytest.raises(ValidationError, match="total_timeout"):
        Door().github(total_timeout=wrong)


def test_it_is_handed_on() -> None:
    """A client made of another one has the same total time."""
    client = Door().github(total_timeout=7)
    assert client.with_token("ghp_other0000").transport.total_timeout == 7
