"""Rate limits: how much is left, and what a refusal means.

The forges tell it in the headers of every answer, under other names: ``x-ratelimit-…`` on GitHub, ``RateLimit-…`` on
GitLab. A refusal is 429, or on GitHub also 403 with no units left (the primary limit) or with a text or ``Retry-After``
that tells the secondary one; any other 403 is about permissions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["RateLimit", "refusal_wait", "server_time"]

_SECONDARY = re.compile(r"secondary rate|abuse detection|rate limit exceeded", re.IGNORECASE)
#: GitHub asks for at least a minute, doubled at each further refusal, when it names no time.
_UNNAMED_WAIT = 60.0
#: A year, in seconds: nobody waits longer, and dates can be reckoned with it.
_LONGEST_WAIT = 366 * 86400.0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What the forge said last of one budget.

    Attributes:
        limit: requests in the whole window.
        remaining: requests left in it.
        reset_at: when the window ends, in UTC.
        resource: GitHub's name of the budget (``core``, ``search``, ``graphql``, …), GitLab's of the throttle.
    """

    limit: int
    remaining: int
    reset_at: datetime | None
    resource: str

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> RateLimit | None:
        """The state that an answer's headers tell, None if they tell none.

        Args:
            headers: a case-insensitive mapping.
        """
        github = headers.get("x-ratelimit-limit")
        prefix, name = ("x-ratelimit-", "resource") if github is not None else ("ratelimit-", "name")
        try:
            limit = int(headers[prefix + "limit"])
            remaining = int(headers[prefix + "remaining"])
        except (KeyError, ValueError):
            return None
        return cls(limit, remaining, _moment(headers.get(prefix + "reset")), headers.get(prefix + name, "core"))


def _moment(epoch: str | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(epoch), UTC) if epoch else None
    except (ValueError, OverflowError, OSError):
        return None


def server_time(headers: Mapping[str, str], default: float) -> float:
    """The forge's own clock in seconds since the epoch, as its answer tells it; `default` if it tells nothing."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, TypeError, ValueError, OverflowError):
        return default


def refusal_wait(status: int, headers: Mapping[str, str], message: str, *, now: float, refusals: int) -> float | None:
    """Seconds to wait if the answer is a refusal for the rate limit, None if it is something else.

    In the order that GitHub's documentation demands: ``Retry-After``, else the window's end when nothing is left, else
    a minute that doubles.

    Args:
        status: the HTTP status.
        headers: the answer's headers, case-insensitive.
        message: the answer's message.
        now: this machine's time, used when the answer carries no ``Date``.
        refusals: how many refusals of the same request came before.
    """
    retry_after = headers.get("retry-after", "").strip()
    limit = RateLimit.from_headers(headers)
    exhausted = limit is not None and limit.remaining == 0
    if status != 429 and not (status == 403 and (exhausted or retry_after or _SECONDARY.search(message))):
        return None
    if retry_after:
        return _seconds(retry_after, server_time(headers, now))
    if exhausted and limit is not None and limit.reset_at is not None:
        # One second more: the window ends at the end of that second.
        return min(max(0.0, limit.reset_at.timestamp() - server_time(headers, now)), _LONGEST_WAIT) + 1.0
    return _UNNAMED_WAIT * 2.0 ** min(refusals, 10)


def _seconds(retry_after: str, now: float) -> float:
    """``Retry-After`` is a number of seconds or a date (RFC 9110, section 10.2.3)."""
    try:
        seconds = float(retry_after)
        return min(max(0.0, seconds), _LONGEST_WAIT) if seconds == seconds else _UNNAMED_WAIT  # noqa: PLR0124 - not "nan"
    except ValueError:
        pass
    try:
        return min(max(0.0, parsedate_to_datetime(retry_after).timestamp() - now), _LONGEST_WAIT)
    except (TypeError, ValueError, OverflowError):
        return _UNNAMED_WAIT
