"""Credentials that expire and are renewed in time, by one thread for all of them.

Here is when to renew, which thread does it while the others wait or go on with what is still valid, and what a 401
means. Where the new secret comes from is decided by the kinds of tokens (``installation``, ``oauth``); nothing here
knows an endpoint.
"""

from __future__ import annotations

import logging
import math
import os
import threading
from abc import abstractmethod
from collections.abc import Mapping
from concurrent.futures import Future

from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.credential import Credential
from igitt._base.hidden import Hidden
from igitt._limits.headers import server_time
from igitt.auth.token import Token, fingerprint_of
from igitt.errors import IGittError

__all__ = ["RenewingToken", "Secret"]

_log = logging.getLogger("igitt.auth")
#: How long before its end a secret is renewed: seconds, or this part of its life where that is less.
_EARLY, _EARLY_PART = 300.0, 0.1
#: A renewal that fails while the old secret is still valid is tried again after this many seconds at most.
_PATIENCE = 30.0
#: While another process renews, one that holds a good secret looks for the new one at this interval, in seconds.
_LOOK = 1.0
#: How many seconds after a 401 led to a new secret a further 401 is about something else.
_TRUSTED = 60.0
#: How often a request waits for a new secret to be known: 1, 2 and 3 seconds.
_WAITS = 3


class Secret:
    """A secret as it was received, and how long it is valid. It shows nothing of itself.

    Args:
        value: the secret.
        received_at: when, in seconds since the epoch.
        expires_at: when it expires, likewise; None for never.
    """

    __slots__ = ("expires_at", "fingerprint", "headers", "in_place", "received_at", "refused", "renew_at", "value")

    def __init__(self, value: str, received_at: float, expires_at: float | None) -> None:
        self.value = Hidden(value)
        self.headers = {"Authorization": Hidden(f"Bearer {value}")}
        self.fingerprint = fingerprint_of(value)
        self.received_at = received_at
        self.expires_at = math.inf if expires_at is None else expires_at
        life = max(0.0, self.expires_at - received_at)
        self.renew_at = self.expires_at - min(_EARLY, life * _EARLY_PART)
        #: Whether the forge answered 401 to it, so that it must not be used again.
        self.refused = False
        #: Whether it was obtained in the place of a refused one.
        self.in_place = False


class _Flight(Future["Secret | None"]):
    """A renewal under way. Its result is the new secret, None if its thread was interrupted, or the error."""

    def __init__(self) -> None:
        super().__init__()
        self.leader = threading.get_ident()


class RenewingToken(Token):
    """A credential that renews itself; what all kinds of it share.

    Args:
        clock: the source of time.
        held: the secret to begin with; None when the first has to be requested.
    """

    #: How many seconds a new secret may be unknown to parts of the forge, which then answer 401.
    _grace = 0.0

    def __init__(self, clock: Clock = SYSTEM_CLOCK, held: Secret | None = None) -> None:
        self._clock = clock
        self._held = held
        self._patient_until = -math.inf
        # The renewal under way, by process: the thread that led one when this process was forked does not exist here.
        # A dict, whose setdefault is atomic, and no lock: one that another thread held at a fork would stay locked.
        self._flights: dict[int, _Flight] = {}

    @abstractmethod
    def _renew(self, old: Secret | None) -> Secret:
        """Get a new secret, or `old` if that is still valid and another process renews it; raises an IGittError."""

    def _renewable(self) -> bool:
        """Whether there is a way to get a new secret."""
        return True

    def _now(self) -> float:
        """Seconds since the epoch, by the forge's clock, as far as that is known."""
        return self._clock.time()

    # --- being a token -----------------------------------------------------------------------------------------------

    @property
    def value(self) -> str:
        """The secret itself, valid now; renews it first if needed."""
        return str(self._current().value)

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers that carry the credential, valid now."""
        return dict(self._current().headers)

    @property
    def fingerprint(self) -> str:
        """A keyed digest of the secret as it is now."""
        return self._current().fingerprint

    @property
    def credential(self) -> Credential:
        """Headers, identity and fingerprint of the secret as it is now."""
        held = self._current()
        return Credential(dict(held.headers), self.identity, held.fingerprint)

    @property
    def is_expired(self) -> bool:
        """Whether the secret at hand has expired; the next use renews it if that is possible."""
        held = self._held
        return held is not None and (held.refused or self._now() >= held.expires_at)

    def second_chance(self, sent: Mapping[str, str], answer_headers: Mapping[str, str], attempt: int) -> float | None:
        """After a 401: wait if the secret is only seconds old, take the new one if there is one, or get one, once."""
        held = self._held
        if held is None or held.refused or sent.get("Authorization") != held.headers["Authorization"]:
            return 0.0 if attempt <= _WAITS else None
        # What another machine received may be ahead of this one's clock, which makes it no younger.
        age = abs(self._now() - held.received_at)
        outlived = server_time(answer_headers, -math.inf) >= held.expires_at
        if outlived:
            # Its replacement may have expired as well, while this request waited.
            useless = attempt > _WAITS
        elif age < self._grace:
            return attempt + 1.0 if attempt < _WAITS else None
        else:
            useless = held.in_place and age < _TRUSTED
        if useless or not self._renewable():
            return None
        held.refused = True
        return 0.0

    # --- one renewal for all -----------------------------------------------------------------------------------------

    def _current(self) -> Secret:
        """The secret to use now."""
        while True:
            held = self._held
            now = self._now()
            if held is not None and not held.refused and now < held.renew_at:
                return held
            if held is not None and not self._renewable():
                return held
            good = held is not None and not held.refused and now < held.expires_at
            if held is not None and good and now < self._patient_until:
                return held
            process, own = os.getpid(), _Flight()
            flight = self._flights.setdefault(process, own)
            if flight is own:
                try:
                    return self._lead(flight)
                finally:
                    self._flights.pop(process, None)
            if held is not None and (good or flight.leader == threading.get_ident()):
                return held
            if flight.leader == threading.get_ident():
                raise IGittError(f"a {type(self).__name__} was requested while it was being made")
            found = flight.result()
            if found is not None:
                return found

    def _lead(self, flight: _Flight) -> Secret:
        """Renew, and let the others know the outcome."""
        held = self._held
        now = self._now()
        if held is not None and not held.refused and now < held.renew_at:
            flight.set_result(held)  # a renewal landed between this thread's look and its start
            return held
        try:
            fresh = self._renew(held)
        except IGittError as error:
            if held is None or held.refused or self._now() >= held.expires_at:
                flight.set_exception(error)
                raise
            self._patient_until = now + max(1.0, min(_PATIENCE, (held.expires_at - now) / 4))
            _log.warning(
                "renewing a %s failed, the old one is still valid: %s", type(self).__name__, type(error).__name__
            )
            flight.set_result(held)
            return held
        except BaseException:
            flight.set_result(None)
            raise
        if held is not None and fresh is held:
            now = self._now()
            self._patient_until = now + min(_LOOK, (held.expires_at - now) / 4)
            flight.set_result(held)
            return held
        fresh.in_place = held is not None and held.refused
        self._held = fresh
        flight.set_result(fresh)
        return fresh
