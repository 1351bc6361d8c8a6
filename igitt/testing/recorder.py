"""A recording, as a test sees it: its clock, what it was given, its secrets, and how it begins and ends.

What plays is in :mod:`igitt.testing.cassette`, what a file holds in :mod:`igitt.testing.exchange`, what a secret is in
:mod:`igitt.testing.scrub`. No request is looked at here.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, TypeVar, cast
from urllib.parse import urlsplit

from igitt._base.clock import Clock
from igitt.cache import Cache, ResponseCache
from igitt.testing.cassette import HOW, Deck, RecordedClock, shown
from igitt.testing.exchange import Record, RecordingError, write
from igitt.testing.scrub import Scrubber

__all__ = ["Recording"]

T = TypeVar("T")

#: The files that were recorded or played in this process; it shows what no test uses.
used: set[Path] = set()
#: Whether exchanges that their test no longer plays are dropped instead of failing it (``pytest --igitt-prune``).
prune = False
_running = threading.Lock()
_log = logging.getLogger("igitt.testing")
_LOOPBACK = re.compile(r"localhost|[\w.-]+\.localhost|127(?:\.\d+){3}|::1")


class Recording:
    """A test's exchanges with a forge: kept while it runs for the first time, played from then on.

    One is running at a time. While it runs, the process-wide :data:`igitt.Cache` is a fresh one, so that what a test
    sends does not depend on the tests before it. What goes through ``requests`` to other addresses of this machine
    than those that were :meth:`given` is let through.

    Args:
        path: the file.
        record: ``"once"`` or ``"all"`` to record, None to replay; the environment variable ``IGITT_RECORD`` says it
            over this.
        test: whose recording it is, ``module.py::Class::method``; derived from pytest if not given.

    Raises:
        RecordingError: when there is no such recording and none is to be made, or when it does not fit what is asked.

    Example:
        >>> from igitt.testing import Recording
        >>> with Recording("recordings/labels.json") as recording:
        ...     pass
        Traceback (most recent call last):
        ...
        igitt.testing.exchange.RecordingError: there is no recording recordings/labels.json: ...
    """

    def __init__(self, path: str | os.PathLike[str], *, record: str | None = None, test: str | None = None) -> None:
        self.path = Path(path)
        mode = os.environ.get("IGITT_RECORD") or record
        if mode not in {None, "once", "all"}:
            raise RecordingError(f"IGITT_RECORD is 'once' or 'all', not {mode!r}")
        #: Whether the forge is really asked.
        self.is_recording = mode == "all" or (mode == "once" and not self.path.exists())
        self._test = test or os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0].rpartition("/")[2]
        self._scrubber = Scrubber()
        self._given: dict[str, Any] = {}
        self._origins: set[str] = set()
        self._stack = contextlib.ExitStack()
        self._record = self._load()
        self._clock = RecordedClock(self._record.recorded_at, live=self.is_recording)
        kept = None if self.is_recording else self._record.exchanges
        self._deck = Deck(self.path, kept, self._scrubber, self._clock, self._passes)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path} {'recording' if self.is_recording else 'replay'}>"

    def _load(self) -> Record:
        if self.is_recording:
            return Record(self._test, time.time())
        try:
            return Record.load(self.path)
        except FileNotFoundError:
            raise RecordingError(f"there is no recording {self.path}: {HOW}") from None
        except (OSError, ValueError) as error:
            raise RecordingError(f"the recording {self.path} cannot be read ({error}): {HOW}") from error

    # --- what a test uses --------------------------------------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """The recording's own time, for clients.

        In a replay it is what it was then, so that no token has expired, and sleeping takes no time.
        """
        return self._clock

    @property
    def options(self) -> dict[str, Any]:
        """Options for a client, with which its requests are the same each time.

        They are the recording's clock, and one page of a list after the other.
        """
        return {"clock": self._clock, "read_ahead": 1}

    def given(self, name: str, value: T | Callable[[], T]) -> T:
        """Something that the requests depend on and that need not be there in a replay, such as an address or a name.

        Args:
            name: what it is called in the file.
            value: the value (text, number, or another JSON value), or a function that gives it; called only while
                recording, and once.

        Returns:
            The value; in a replay, the one that it was recorded with. An address on this machine is recorded as
            ``https://NAME.sandbox``, since its port differs each time.
        """
        if not self.is_recording:
            if name not in self._record.given:
                raise RecordingError(f"the recording {self.path} was made without {name!r}: {HOW}")
            return cast("T", self._record.given[name])
        if name in self._given:
            return cast("T", self._given[name])
        found = cast("T", _value_of(value))
        self._given[name] = found
        if isinstance(found, str) and _is_local(found):
            self._origins.add(_origin(found))
            self._scrubber.rename(found, f"https://{re.sub('[^a-z0-9-]+', '-', name.lower())}.sandbox")
        return found

    def secret(self, value: str | Callable[[], str]) -> str:
        """A secret that must not get into the file, wherever and however it is written.

        Credentials, and what goes by a name such as ``password``, are found without this.

        Args:
            value: the secret, or a function that gives it; called only while recording.

        Returns:
            The secret; in a replay, a text that stands for it.
        """
        if self.is_recording:
            self._scrubber.register(found := str(_value_of(value)))
            return found
        return self._scrubber.register(value) if isinstance(value, str) and value else self._scrubber.placeholder()

    def app_key(self, real: str | Callable[[], str] | None = None) -> str:
        """A private key for a GitHub App, as PEM text: made at random for each run, so that none has to be kept.

        Args:
            real: the key of the App at the forge, or a function that gives it; used only while recording.
        """
        if self.is_recording and real is not None:
            return self.secret(real)
        return self.secret(_random_key()) if self.is_recording else _random_key()

    # --- its life ----------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Begin to record or to play."""
        if not _running.acquire(blocking=False):
            raise RecordingError(f"{self.path} cannot be used while another recording runs; one at a time")
        self._stack.callback(_running.release)
        try:
            self._stack.enter_context(_fresh_cache())
            self._stack.enter_context(self._deck.running())
        except BaseException:
            self._stack.close()
            raise
        used.add(self.path.resolve())
        return self

    def finish(self) -> None:
        """End with a test that passed: write what was recorded, or see that everything was played.

        Raises:
            RecordingError: when something was asked that is not in the recording, or not asked what is.
        """
        self.abort()
        if self.is_recording:
            self._save()
            return
        if self._deck.refused:
            raise RecordingError(self._deck.refused[0])
        kept = self._record.exchanges
        left = [one for number, one in enumerate(kept) if not self._deck.was_played(number)]
        if left and prune:
            self._write(
                replace(
                    self._record, exchanges=[one for number, one in enumerate(kept) if self._deck.was_played(number)]
                )
            )
        elif left:
            listed = "\n".join(f"  {shown(one)}" for one in left)
            raise RecordingError(
                f"the recording {self.path} holds what the test does not ask for any more:\n{listed}\n"
                f"Run pytest --igitt-prune to drop it, or {HOW}"
            )

    def abort(self) -> None:
        """End with a test that failed: write nothing, and leave everything as it was before. May be called again."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        if kind is None:
            self.finish()
        else:
            self.abort()

    def _save(self) -> None:
        raw = self._deck.recorded
        if not raw:
            raise RecordingError(
                f"nothing was recorded for {self.path}: no request went through requests' own adapter, or only to "
                "addresses of this machine that were not given, as by recording.given('github', sandbox.github.url)"
            )
        # What is learnt from a later exchange is hidden in the earlier ones by the second round.
        _, scrubbed = ([one.scrubbed(self._scrubber) for one in raw] for _ in range(2))
        given = self._scrubber.data(self._given)
        self._write(Record(self._test, self._record.recorded_at, given, scrubbed))

    def _write(self, record: Record) -> None:
        text = record.dumps()
        if self._scrubber.leaks(text):
            raise RecordingError(f"a secret was left in the recording {self.path}; nothing was written")
        left = self._scrubber.remains(text)
        if left:
            shown = ", ".join(f"{one[:4]}… ({len(one)} characters)" for one in left[:5])
            _log.warning(
                "%s holds %d texts that look drawn by lot: %s; look at them before it is committed, and "
                "register() what is secret",
                self.path,
                len(left),
                shown,
            )
        write(self.path, text)

    def _passes(self, url: str) -> bool:
        """Whether a URL is of this machine and was not given: the bot under test, a database."""
        return _is_local(url) and _origin(url) not in self._origins


@contextlib.contextmanager
def _fresh_cache() -> Generator[None]:
    """The process-wide cache as it was when the process began; afterwards as it was before."""
    held = dict(vars(Cache))
    vars(Cache).update(vars(ResponseCache()))
    try:
        yield
    finally:
        vars(Cache).update(held)


def _value_of(value: Any) -> Any:
    """What was given, or what the function that was given gives."""
    return value() if callable(value) else value


@functools.cache
def _random_key() -> str:
    """A key for this run; made once, because that takes a while."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - only tests of Apps need it
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _is_local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and _LOOPBACK.fullmatch(parts.hostname or "") is not None
