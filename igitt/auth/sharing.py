"""How many processes share one token: one requests it, the others find it in a store.

Whoever gets the lease makes the token. The others go on with what they hold, or wait for it to appear. What is kept is
encrypted, and bound to the token it was made for: a store learns nothing, and nothing in it can be passed off as
something else. What fails in a store costs a warning and another token, never the request.

Which tokens there are, and how one is made, is decided by the callers; this module knows no forge. ``cryptography`` is
loaded when something is shared.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from igitt._base.clock import Clock
from igitt._base.guarded_store import Read, Write
from igitt.auth.renewal import Secret
from igitt.errors import IGittError

if TYPE_CHECKING:
    from igitt.auth.sealing import Seal

__all__ = ["Add", "Hooks", "Renewal", "Shareable"]

S = TypeVar("S", bound=Secret)

_log = logging.getLogger("igitt.auth")
#: How many seconds one process has for making a token before it is taken for dead, and another one may.
_LEASE = 10
#: How long a process without a token waits for another one's; then it makes its own, whoever has the lease.
_WAIT = 3.0 * _LEASE
#: How long it waits between two looks: at first, and at most.
_FIRST_LOOK, _LONGEST_LOOK = 0.02, 0.25
#: Without `add`, a claim that still stands after this many seconds is a lease.
_SETTLED = 0.1


class Add(Protocol):
    """A store's function that keeps a text only where there is none."""

    def __call__(self, key: str, value: str, seconds: int, /) -> object:
        """Keep `value` for `seconds`; something true if there was none."""


@dataclass(frozen=True, slots=True)
class Shareable(Generic[S]):
    """A token that can be shared, as its kind describes it.

    Attributes:
        slot: whose token and for what: everything by which one token differs from another.
        secret: returns the bytes that the key is derived from, if the store was given none; the same in every process.
        clock: what to wait by.
        now: the time by the forge's clock, in seconds since the epoch.
        make: makes a new one.
        pack: what it is as JSON.
        unpack: makes it of that; raises an IGittError, KeyError, TypeError or ValueError for anything else.
    """

    slot: str
    secret: Callable[[], bytes]
    clock: Clock
    now: Callable[[], float]
    make: Callable[[], S]
    pack: Callable[[S], Mapping[str, Any]]
    unpack: Callable[[Mapping[str, Any]], S]


class _StoreError(Exception):
    """A store's function failed; the log says so."""


class Hooks:
    """A store's functions, which may fail, and the seals of the keys that came with them."""

    def __init__(
        self,
        read: Read,
        write: Write,
        delete: Callable[[str], object] | None,
        add: Add | None,
        seals: tuple[Seal, ...],
    ) -> None:
        self._read = read
        self._write = write
        self._delete = delete
        self._add = add
        self._failing = False
        self.seals = seals
        self.adds = add is not None
        self.deletes = delete is not None

    def read(self, name: str) -> str:
        """The text under a name; an empty one if there is none, or something else."""
        found = self._call("reading", self._read, name)
        if isinstance(found, bytes | bytearray):
            return found.decode("ascii", "replace")
        return found if isinstance(found, str) else ""

    def write(self, name: str, text: str) -> None:
        """Keep a text."""
        self._call("writing", self._write, name, text)

    def drop(self, name: str) -> None:
        """Keep nothing under a name any more."""
        if self._delete is None:
            self._call("writing", self._write, name, "")
        else:
            self._call("deleting", self._delete, name)

    def add(self, name: str, text: str, seconds: int) -> bool:
        """Keep a text for some seconds if there is none; whether this one is there then."""
        # A store's client may repeat what arrived the first time, and report on the second: so look at what is there.
        return bool(self._add and self._call("adding", self._add, name, text, seconds)) or self.read(name) == text

    def _call(self, doing: str, function: Callable[..., Any], *arguments: object) -> Any:
        try:
            found = function(*arguments)
        except KeyError:
            return None
        except Exception as error:  # noqa: BLE001 - a store is foreign code; whatever it does must not cost the request
            if not self._failing:
                # Of foreign errors the type only: their text may quote a value, or the store's password.
                _log.warning(
                    "the token store failed at %s (%s); until it works again, each process makes its own tokens",
                    doing,
                    error if isinstance(error, IGittError) else type(error).__name__,
                )
            self._failing = True
            raise _StoreError from None
        self._failing = False
        return found


class _Lease(NamedTuple):
    """The right to make a token: what was written, and where."""

    name: str
    text: str


class Renewal(Generic[S]):
    """One process's way to a replacement for a token that expires.

    Args:
        hooks: the store.
        what: the token.
        old: the one at hand, which is about to expire or was refused.
    """

    def __init__(self, hooks: Hooks, what: Shareable[S], old: S | None) -> None:
        self._hooks = hooks
        self._what = what
        self._old = old
        self._seals = hooks.seals or _seals_from(what.secret())
        self._names = [seal.name("token", what.slot) for seal in self._seals]

    def run(self) -> S:
        """Another process's token or a new one; the old one if it is still valid while another process renews it."""
        lease = None
        try:
            found, lease = self._look()
        except _StoreError:
            found = None
        if found is not None:
            return found
        try:
            made = self._what.make()
            with contextlib.suppress(_StoreError):
                self._hooks.write(self._names[0], self._closed(made))
            return made
        finally:
            self._release(lease)

    def forget(self) -> None:
        """Remove the old one from the store; what has replaced it since then stays."""
        for name, seal in zip(self._names, self._seals, strict=True):
            with contextlib.suppress(_StoreError):
                there = self._opened(self._hooks.read(name), seal)
                if there is not None and self._old is not None and there.fingerprint == self._old.fingerprint:
                    self._hooks.drop(name)

    # --- who makes it ------------------------------------------------------------------------------------------------

    def _look(self) -> tuple[S | None, _Lease | None]:
        """A token that is there, or the lease to make one; neither after too long a wait."""
        clock, pause = self._what.clock, _FIRST_LOOK
        end = clock.time() + _WAIT
        while True:
            there = self._read()
            found = self._usable(there)
            if found is not None:
                return found, None
            lease = self._claim(there)
            if lease is not None:
                # Another process may have had it, and be done, between the look and the claim.
                found = self._usable(self._read())
                if found is None:
                    return None, lease
                self._release(lease)
                return found, None
            if self._old is not None and not self._old.refused and self._what.now() < self._old.expires_at:
                return self._old, None
            if clock.time() >= end:
                _log.warning(
                    "no process put a token into the store within %.0f s, so this one makes its own; "
                    "does the store's add() return whether it did, and forget after its seconds?",
                    _WAIT,
                )
                return None, None
            clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_LOOK)

    def _claim(self, there: list[str]) -> _Lease | None:
        """Try to become the one that replaces what is there."""
        # A lease is for replacing a certain token, so that an old one never stands in the way of the next renewal.
        turn = hashlib.blake2b("\n".join(there).encode(), digest_size=20).hexdigest()
        now, own = self._what.clock.time(), secrets.token_hex(8)
        if self._hooks.adds:
            lease = _Lease(self._seals[0].name("lease", self._what.slot, turn), own)
            return lease if self._hooks.add(*lease, _LEASE) else None
        # Nothing is forgotten by itself here: all turns have one place, and a claim names its turn and its end.
        lease = _Lease(self._seals[0].name("lease", self._what.slot), f"{turn} {own} {now + _LEASE:.3f}")
        if _stands(self._hooks.read(lease.name), turn, now):
            return None
        self._hooks.write(*lease)
        self._what.clock.sleep(_SETTLED)
        return lease if self._hooks.read(lease.name) == lease.text else None

    def _release(self, lease: _Lease | None) -> None:
        """Let others try, if the lease is still this process's."""
        # With `add` and no `delete`, an empty text would be in its way; there, a lease ends by itself.
        if lease is not None and (self._hooks.deletes or not self._hooks.adds):
            with contextlib.suppress(_StoreError):
                if self._hooks.read(lease.name) == lease.text:
                    self._hooks.drop(lease.name)

    # --- what is there -----------------------------------------------------------------------------------------------

    def _read(self) -> list[str]:
        return [self._hooks.read(name) for name in self._names]

    def _usable(self, there: list[str]) -> S | None:
        """The first token that is good for a while."""
        now = self._what.now()
        for text, seal in zip(there, self._seals, strict=True):
            found = self._opened(text, seal)
            if found is not None and now < found.renew_at and self._is_newer_than_refused(found):
                return found
        return None

    def _is_newer_than_refused(self, found: S) -> bool:
        """Whether it was made after the one that was refused, if that was; so that no two are taken in turns."""
        if self._old is None or not self._old.refused:
            return True
        # The forge sends the end in whole seconds.
        return (found.expires_at, found.received_at) > (self._old.expires_at, self._old.received_at)

    def _closed(self, made: S) -> str:
        return self._seals[0].close(json.dumps({"slot": self._what.slot, "token": self._what.pack(made)}))

    def _opened(self, text: str, seal: Seal) -> S | None:
        """The token in what was kept; None for anything else, or what belongs elsewhere."""
        opened = seal.open(text) if text else None
        if opened is None:
            return None
        try:
            record = json.loads(opened)
            return self._what.unpack(record["token"]) if record["slot"] == self._what.slot else None
        except (IGittError, KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
            return None


def _stands(claim: str, turn: str, now: float) -> bool:
    """Whether somebody claims this turn, and has not for long."""
    try:
        claimed, _, end = claim.split(" ")
        # One that stands for longer than any was made by a clock that is wrong.
        return claimed == turn and now < float(end) <= now + 2 * _LEASE
    except ValueError:
        return False


def _seals_from(secret: bytes) -> tuple[Seal, ...]:
    from igitt.auth.sealing import Seal  # noqa: PLC0415 - loads `cryptography`, which only sharing tokens needs

    return (Seal(secret),)
