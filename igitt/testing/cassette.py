"""What plays and records: it stands between ``requests`` and the network, with a cassette of vcrpy's in it.

What goes through ``requests`` is taken hold of at its adapter, where any number of threads may be at once and where a
session that was made before the recording is no exception. In a replay vcrpy watches all the other ways to the
network as well. Files, secrets and what a test sees of all this are elsewhere.
"""

from __future__ import annotations

import contextlib
import functools
import io
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, cast
from unittest import mock

import requests
from requests.adapters import HTTPAdapter

from igitt._base.urllib3 import urllib3
from igitt.testing.exchange import Exchange, RecordingError, essence, nearest
from igitt.testing.scrub import Scrubber

__all__ = ["HOW", "Deck", "RecordedClock", "shown"]

HOW = "set the environment variable IGITT_RECORD=once to record what is missing, or IGITT_RECORD=all to record again"
#: What an answer's decoding has made untrue.
_UNDONE = ("Content-Encoding", "Content-Length", "Transfer-Encoding")


class RecordedClock:
    """The machine's time while recording; in a replay, the recording's, which moves on with what is played and slept.

    Args:
        begun: when the recording began, in seconds since the epoch.
        live: whether it is being recorded now.
    """

    def __init__(self, begun: float, *, live: bool) -> None:
        self.begun = begun
        self._live = live
        self._now = begun

    def time(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time() if self._live else self._now

    def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock's time."""
        if self._live:
            time.sleep(seconds)
        else:
            self._now += seconds

    def reach(self, at: float) -> None:
        """Be at least `at` seconds after the beginning."""
        self._now = max(self._now, self.begun + at)


class Deck:
    """Keeps exchanges, or plays those that were kept, each once.

    Args:
        path: the recording's file, for messages.
        kept: what to play; None to record.
        scrubber: what hides secrets, so that requests can be compared.
        clock: the recording's.
        passes: returns for a URL whether the recording leaves it alone.

    Raises:
        ImportError: when vcrpy is not there.
    """

    def __init__(
        self,
        path: Path,
        kept: Sequence[Exchange] | None,
        scrubber: Scrubber,
        clock: RecordedClock,
        passes: Callable[[str], bool],
    ) -> None:
        self._path = path
        self._kept = kept
        self._scrubber = scrubber
        self._clock = clock
        self._passes = passes
        self._lock = threading.Lock()
        mode = _vcr("record_mode").RecordMode
        self._options = {
            "path": str(path),
            "match_on": (lambda asked, known: self._essence(asked) == self._essence(known),),
            "persister": self,
            "before_record_request": lambda asked: None if passes(asked.uri) else asked,
            "record_mode": mode.ALL if kept is None else mode.NONE,
        }
        self._cassette: Any = None
        #: What was asked for and is not there, as messages: the code under test may have swallowed the error.
        self.refused: list[str] = []

    @contextlib.contextmanager
    def running(self) -> Generator[None]:
        """Record or play within this context."""
        cassette = _vcr("cassette").Cassette
        with contextlib.ExitStack() as stack:
            stack.enter_context(_quiet_vcr())
            if self._kept is None:
                self._cassette = cassette(**self._options)
            else:
                self._cassette = stack.enter_context(cassette.use(**self._options))
            stack.enter_context(mock.patch.object(HTTPAdapter, "send", self._sender(HTTPAdapter.send)))
            yield

    @property
    def recorded(self) -> list[Exchange]:
        """What was recorded, with all its secrets."""
        return [_exchange(asked, answer) for asked, answer in self._cassette.data]

    def was_played(self, number: int) -> bool:
        """Whether exchange `number` (from 0) was asked for."""
        return bool(self._cassette.play_counts[number])

    # --- what vcrpy asks of a persister ------------------------------------------------------------------------------

    def load_cassette(self, _path: object, **_options: object) -> tuple[list[Any], list[Any]]:
        """Requests and responses, in vcrpy's words."""
        make, kept = _vcr("request").Request, self._kept or ()
        return [make(one.method, one.url, one.body, dict(one.sent)) for one in kept], [
            {
                "status": {"code": one.status, "message": one.reason},
                "headers": {name: list(values) for name, values in one.received.items()},
                "body": {"string": one.content},
                "at": one.at,
            }
            for one in kept
        ]

    def save_cassette(self, _path: object, _content: object, **_options: object) -> None:
        """Write nothing: whoever made the deck does so when the test has passed, and without secrets."""

    # --- on the way of a request -------------------------------------------------------------------------------------

    def _sender(self, real: Callable[..., requests.Response]) -> Callable[..., requests.Response]:
        """What stands in the place of ``HTTPAdapter.send``."""

        @functools.wraps(real)
        def send(adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
            url = str(request.url)
            if self._passes(url):
                return real(adapter, request, *args, **options)
            if request.body is not None:
                request.body = _bytes_of(request.body)
            asked = _vcr("request").Request(request.method, url, request.body or b"", dict(request.headers))
            if self._kept is not None:
                return _response(adapter, request, self._play(asked))
            answer = _kept_of(real(adapter, request, *args, **options))
            with self._lock:
                self._cassette.append(asked, {**answer, "at": self._clock.time() - self._clock.begun})
            return _response(adapter, request, answer)

        return send

    def _play(self, asked: Any) -> dict[str, Any]:
        with self._lock:
            if not self._cassette.can_play_response_for(asked):
                self._refuse(asked)
            answer: dict[str, Any] = self._cassette.play_response(asked)
            self._clock.reach(answer["at"])
            return answer

    def _refuse(self, asked: Any) -> NoReturn:
        """Say what was asked, and what may have been meant."""
        blank = Exchange(asked.method, asked.uri, {}, _bytes_of(asked.body), 0, "", {}, b"")
        wanted = shown(blank.scrubbed(self._scrubber))
        known: dict[str, str] = {}
        for number, one in enumerate(self._kept or ()):
            known[shown(one)] = " (played already)" if self.was_played(number) else ""
        like = "\n".join(f"  {text}{known[text]}" for text in nearest(wanted, known))
        message = (
            f"the recording {self._path} has no answer left for\n  {wanted}\nNearest in it:\n{like}\n"
            f"If the test is right, {HOW}"
        )
        self.refused.append(message)
        raise RecordingError(message)

    def _essence(self, request: Any) -> tuple[object, ...]:
        if not hasattr(request, "igitt_essence"):
            request.igitt_essence = essence(request.method, request.uri, _bytes_of(request.body), self._scrubber)
        return cast("tuple[object, ...]", request.igitt_essence)


def shown(exchange: Exchange) -> str:
    """An exchange's request in one line."""
    body = exchange.body.decode(errors="replace")
    return f"{exchange.method} {exchange.url}{' ' if body else ''}{body[:200]}{'…' if len(body) > 200 else ''}"


@contextlib.contextmanager
def _quiet_vcr() -> Generator[None]:
    """Keep vcrpy from logging: it logs whole answers, with their secrets."""
    log = logging.getLogger("vcr")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def _vcr(module: str) -> Any:
    """A module of vcrpy, which has no type hints."""
    try:
        return import_module(f"vcr.{module}")
    except ImportError as missing:
        raise ImportError("recorded tests need vcrpy: pip install '.[testing]' in a checkout") from missing


def _kept_of(response: requests.Response) -> dict[str, Any]:
    """An answer in vcrpy's words, its body read and decoded."""
    headers = urllib3.HTTPHeaderDict(response.raw.headers)
    for name in _UNDONE:
        headers.discard(name)
    return {
        "status": {"code": response.status_code, "message": response.reason or ""},
        "headers": {name: headers.getlist(name) for name in headers},
        "body": {"string": response.content},
    }


def _response(adapter: HTTPAdapter, request: requests.PreparedRequest, answer: dict[str, Any]) -> requests.Response:
    """An answer in requests' words, made of what was kept: a test that records sees what its replay will see."""
    headers = urllib3.HTTPHeaderDict()
    for name, values in answer["headers"].items():
        for value in values:
            headers.add(name, value)
    raw = urllib3.HTTPResponse(
        io.BytesIO(answer["body"]["string"]),
        headers,
        answer["status"]["code"],
        reason=answer["status"]["message"],
        preload_content=False,
        request_method=request.method,
    )
    return adapter.build_response(request, raw)


def _exchange(asked: Any, answer: dict[str, Any]) -> Exchange:
    return Exchange(
        asked.method,
        asked.uri,
        {name: [value] for name, value in asked.headers.items()},
        _bytes_of(asked.body),
        answer["status"]["code"],
        answer["status"]["message"],
        answer["headers"],
        answer["body"]["string"],
        answer["at"],
    )


def _bytes_of(body: Any) -> bytes:
    """A request's body, whatever it was given as."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    read = getattr(body, "read", None)
    return _bytes_of(read()) if read else b"".join(_bytes_of(part) for part in cast("Iterable[Any]", body))
