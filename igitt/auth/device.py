"""A login with a code that the user enters at the forge: what to show, and how to wait for the answer (RFC 8628).

How to ask the forge is in :mod:`igitt.auth.oauth2`; here is when to ask, and when to stop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Generic, NoReturn, TypeVar

from igitt._base.checks import is_number
from igitt._base.clock import Clock
from igitt.errors import AuthenticationError, ConnectionFailedError, IGittError, InvalidResponseError, ServerError

__all__ = ["DeviceLogin"]

TokenT = TypeVar("TokenT")

#: Seconds: between two questions unless the forge says another number, and what "slow down" adds to it.
_INTERVAL, _SLOWER = 5.0, 5.0
_LONGEST = 60.0


class DeviceLogin(Generic[TokenT]):
    """A login under way: show :attr:`user_code` and :attr:`verification_uri`, then :meth:`wait`.

    Attributes:
        user_code: what the user enters, such as ``"WDJB-MJHT"``.
        verification_uri: the page where the user enters it.
        verification_uri_complete: the same with the code in it, where the forge has that; for a QR code.
        expires_at: when the code expires, in UTC.
        interval: how many seconds to leave between two requests to the forge.
    """

    def __init__(
        self,
        begun: Mapping[str, Any],
        ask: Callable[[str], Mapping[str, Any]],
        make: Callable[[Mapping[str, Any]], TokenT],
        clock: Clock,
    ) -> None:
        texts = [begun.get(name) for name in ("device_code", "user_code", "verification_uri")]
        if not all(isinstance(text, str) and text for text in texts):
            raise InvalidResponseError("the answer holds no code for the user to enter", method="POST")
        self._device_code, self.user_code, self.verification_uri = map(str, texts)
        complete = begun.get("verification_uri_complete")
        self.verification_uri_complete: str | None = complete if isinstance(complete, str) else None
        self.interval = _seconds(begun.get("interval"), _INTERVAL)
        self._ends = clock.time() + _seconds(begun.get("expires_in"), 900.0)
        self.expires_at = datetime.fromtimestamp(self._ends, UTC)
        self._ask, self._make, self._clock = ask, make, clock
        self._next = clock.time() + self.interval

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.verification_uri} until {self.expires_at:%H:%M:%S} UTC>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError("a DeviceLogin cannot be pickled or copied: whoever holds its code gets the user's token")

    def poll(self) -> TokenT | None:
        """Ask once, and return the token if the user has agreed by now; None if the user has not answered.

        Asks no sooner than :attr:`interval` seconds after the last time: before that, None is returned without asking.

        Raises:
            AuthenticationError: when the time is up.
            PermissionDeniedError: when the user declined.
        """
        now = self._clock.time()
        if now >= self._ends:
            raise AuthenticationError("the user did not answer in time: begin again with device_login()")
        if now < self._next:
            return None
        try:
            data = self._ask(self._device_code)
        except (ConnectionFailedError, ServerError):
            self._slow_down(self.interval * 2)
            raise
        except IGittError as error:
            told = error.data if isinstance(error.data, dict) else {}
            if told.get("error") == "slow_down":
                self._slow_down(max(self.interval + _SLOWER, _seconds(told.get("interval"), 0.0)))
            elif told.get("error") != "authorization_pending":
                raise
            self._next = self._clock.time() + self.interval
            return None
        return self._make(data)

    def wait(self) -> TokenT:
        """Wait for the user to agree, and return the token; asks as often as the forge allows until then.

        A connection that fails does not end the wait.

        Raises:
            AuthenticationError: when the time is up.
            PermissionDeniedError: when the user declined.
        """
        while True:
            self._clock.sleep(max(0.0, min(self._next, self._ends) - self._clock.time()))
            try:
                found = self.poll()
            except (ConnectionFailedError, ServerError):
                continue
            if found is not None:
                return found

    def _slow_down(self, interval: float) -> None:
        self.interval = max(self.interval, min(interval, _LONGEST))
        self._next = self._clock.time() + self.interval


def _seconds(value: object, otherwise: float) -> float:
    usable = is_number(value) and 0 < value < 1e6
    return float(value) if usable and isinstance(value, int | float) else otherwise
