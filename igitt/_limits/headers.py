"""Rate limits: how much is left, and for how long to wait after a refusal.

The forges tell it in the headers of every answer, each under names of its own (:attr:`igitt.provider.Provider.rates`).
Which answers are refusals for it, :mod:`igitt._http.refusals` tells; here is what the headers say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from igitt._base.provider import NEUTRAL, Rates
from igitt.interfaces.rate_limit import RateLimit

__all__ = ["LONGEST_WAIT", "RateLimit", "named_wait", "nothing_left", "rate_limit_of", "server_time", "unnamed_wait"]

#: At least a minute, doubled at each further refusal, where no time is named (as GitHub asks).
_UNNAMED_WAIT = 60.0
#: What is less is no time of this century, but a number of seconds.
_NO_EPOCH = 1e9
#: A year, in seconds: nobody waits longer, and dates can be computed with it.
LONGEST_WAIT = 366 * 86400.0


def rate_limit_of(headers: Mapping[str, str], rates: Sequence[Rates] = NEUTRAL.rates) -> RateLimit | None:
    """The state in a response's headers; None if they have none.

    Args:
        headers: a case-insensitive mapping.
        rates: what the forge calls them.
    """
    told = next((one for one in rates if one.prefix + "limit" in headers), None)
    if told is None:
        return None
    prefix = told.prefix
    try:
        limit = int(headers[prefix + "limit"])
        remaining = int(headers[prefix + "remaining"])
    except (KeyError, ValueError):
        return None
    end = _moment(headers.get(prefix + "reset"), headers)
    return RateLimit(limit, remaining, end, headers.get(prefix + told.name, "core"))


def _moment(told: str | None, headers: Mapping[str, str]) -> datetime | None:
    """A window's end: seconds since the epoch, or (as the IETF's draft has it) from now, by the forge's clock."""
    try:
        seconds = float(told) if told else 0.0
        if 0 < seconds < _NO_EPOCH:
            there = server_time(headers, 0.0)
            return datetime.fromtimestamp(there + seconds, UTC) if there else None
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def server_time(headers: Mapping[str, str], default: float) -> float:
    """The forge's own clock in seconds since the epoch, as its response has it; `default` if that has none."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, TypeError, ValueError, OverflowError):
        return default


def nothing_left(headers: Mapping[str, str]) -> bool:
    """Whether the headers say that a budget is used up, whole or not: some refusals do not name the limit itself."""
    return _told(headers, "remaining").strip() in {"0", "0.0"}


def named_wait(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds in ``Retry-After``; None without one.

    Args:
        headers: a response's headers, case-insensitive.
        now: this machine's time, used when the response carries no ``Date``.
    """
    retry_after = headers.get("retry-after", "").strip()
    return _seconds(retry_after, server_time(headers, now)) if retry_after else None


def unnamed_wait(headers: Mapping[str, str], now: float, refusals: int) -> float:
    """Seconds to wait after a refusal for a rate limit without ``Retry-After``.

    As GitHub's documentation demands: to the window's end when nothing is left, else a minute that doubles.

    Args:
        headers: the refusal's headers, case-insensitive.
        now: this machine's time, used when the response carries no ``Date``.
        refusals: how many refusals of the same request came before.
    """
    there = server_time(headers, now)
    reset = _moment(_told(headers, "reset"), headers) if nothing_left(headers) else None
    if reset is None:
        return _UNNAMED_WAIT * 2.0 ** min(refusals, 10)
    # One second more: the window ends at the end of that second.
    return min(max(0.0, reset.timestamp() - there), LONGEST_WAIT) + 1.0


def _told(headers: Mapping[str, str], what: str) -> str:
    return headers.get(f"x-ratelimit-{what}") or headers.get(f"ratelimit-{what}") or ""


def _seconds(retry_after: str, now: float) -> float:
    """``Retry-After`` is a number of seconds or a date (RFC 9110, section 10.2.3)."""
    try:
        seconds = float(retry_after)
        return min(max(0.0, seconds), LONGEST_WAIT) if seconds == seconds else _UNNAMED_WAIT  # noqa: PLR0124 - not "nan"
    except ValueError:
        pass
    try:
        return min(max(0.0, parsedate_to_datetime(retry_after).timestamp() - now), LONGEST_WAIT)
    except (TypeError, ValueError, OverflowError):
        return _UNNAMED_WAIT
