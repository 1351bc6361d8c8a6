"""Rate limits: told from permissions, waited for within ``max_wait``, and otherwise told with the time."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from support.credentials import FakeClock
from support.wire import Door, Reply, slept

from igitt.errors import PermissionDeniedError, RateLimitError, ValidationError

NOW = 1_700_000_000


def date(seconds: float) -> str:
    """An HTTP date."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def exhausted(reset_in: int, status: int = 403, **more: str) -> Reply:
    """GitHub's primary limit is used up."""
    headers = {
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(NOW + reset_in),
        "X-RateLimit-Resource": "core",
        "Date": date(NOW),
        **more,
    }
    return Reply(status, {"message": "API rate limit exceeded for user ID 1."}, headers)


def secondary(status: int = 403, **headers: str) -> Reply:
    """GitHub's secondary limit is reached; there are units left."""
    found = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4000", "X-RateLimit-Reset": str(NOW + 3000)}
    return Reply(status, {"message": "You have exceeded a secondary rate limit."}, {**found, **headers})


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
def test_an_exhausted_limit_is_waited_for(method: str, status: int) -> None:
    """Every method is sent again after the window's end, since the forge refused it."""
    door = Door(exhausted(30, status), Reply(200, {}))
    client = door.github()
    assert client.request(method, "user").status == 200
    assert slept(client) == [31]


def test_the_forges_clock_counts() -> None:
    """A machine whose clock is wrong waits as long as the forge's own clock says."""
    door = Door(exhausted(30), Reply(200, {}))
    client = door.github(clock=FakeClock(NOW - 5000))
    client.request("GET", "user")
    assert slept(client) == [31]


def test_too_long_a_wait_is_an_error_with_the_time() -> None:
    """Beyond ``max_wait`` nothing is waited for; the error tells when requests are accepted again."""
    client = Door(exhausted(1800)).github()
    with pytest.raises(RateLimitError, match="max_wait") as caught:
        client.request("GET", "user")
    assert slept(client) == []
    assert caught.value.retry_after == 1801
    assert caught.value.reset_at == datetime.fromtimestamp(NOW + 1801, UTC)
    assert caught.value.status == 403


def test_max_wait_is_for_the_whole_request() -> None:
    """Several refusals of one request together wait no longer than ``max_wait``."""
    door = Door(*[secondary(**{"Retry-After": "25"})] * 3)
    client = door.github(max_wait=60)
    with pytest.raises(RateLimitError):
        client.request("GET", "user")
    assert slept(client) == [25, 25]


def test_not_waiting_at_all() -> None:
    """``max_wait=0`` tells of every refusal at once."""
    client = Door(secondary(**{"Retry-After": "1"})).github(max_wait=0)
    with pytest.raises(RateLimitError):
        client.request("GET", "user")
    assert slept(client) == []


@pytest.mark.parametrize("status", [403, 429])
def test_the_secondary_limit_with_a_time(status: int) -> None:
    """``Retry-After`` says how long, although there are units left."""
    client = Door(secondary(status, **{"Retry-After": "7"}), Reply(200, {})).github()
    client.request("POST", "user", json={})
    assert slept(client) == [7]


def test_the_secondary_limit_without_a_time() -> None:
    """Without a time GitHub wants a minute, and twice as long at each further refusal."""
    client = Door(secondary(), secondary(), Reply(200, {})).github(max_wait=200)
    client.request("GET", "user")
    assert slept(client) == [60, 120]


def test_retry_after_as_a_date() -> None:
    """``Retry-After`` may be a date, by the forge's clock."""
    reply = Reply(429, {"message": "slow down"}, {"Retry-After": date(NOW + 20), "Date": date(NOW)})
    client = Door(reply, Reply(200, {})).github(clock=FakeClock(NOW + 999))
    client.request("GET", "user")
    assert slept(client) == [20]


def test_gitlabs_refusal() -> None:
    """GitLab answers 429 with a plain text and its own header names."""
    headers = {"RateLimit-Limit": "60", "RateLimit-Remaining": "0", "RateLimit-Name": "throttle", "Retry-After": "11"}
    client = Door(Reply(429, body=b"Retry later\n", headers=headers), Reply(200, {})).github()
    client.request("GET", "user")
    assert slept(client) == [11]
    assert client.transport.rate_limits["throttle"].remaining == 0


@pytest.mark.parametrize("value", ["inf", "nan", "-5", "1e300", "soon", "99999999999999999999", ""])
def test_nonsense_as_a_time(value: str) -> None:
    """Whatever ``Retry-After`` and the reset hold, what comes out is one of our errors or an answer."""
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "1", "X-RateLimit-Reset": value, "Date": value}
    client = Door(secondary(**{**headers, "Retry-After": value}), Reply(200, {})).github()
    with suppress(RateLimitError):
        assert client.request("GET", "user").status == 200
    assert all(0 < pause <= 60 for pause in slept(client))


def test_a_matter_of_permission_is_no_rate_limit() -> None:
    """A 403 with units left and another message is raised at once."""
    headers = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4000"}
    reply = Reply(403, {"message": "Resource not accessible by integration"}, headers)
    client = Door(reply).github()
    with pytest.raises(PermissionDeniedError, match="not accessible"):
        client.request("GET", "user")
    assert slept(client) == []


def test_what_the_forge_says_is_kept() -> None:
    """The client knows each budget as the last answer told it."""
    headers = {
        "X-RateLimit-Limit": "30",
        "X-RateLimit-Remaining": "29",
        "X-RateLimit-Reset": str(NOW + 60),
        "X-RateLimit-Resource": "search",
    }
    client = Door(Reply(200, {}, headers)).github()
    client.request("GET", "search/issues")
    limit = client.transport.rate_limits["search"]
    assert (limit.limit, limit.remaining, limit.reset_at) == (30, 29, datetime.fromtimestamp(NOW + 60, UTC))


@pytest.mark.parametrize(
    "headers", [{"X-RateLimit-Limit": "x"}, {"X-RateLimit-Remaining": "1"}, {"RateLimit-Limit": "1"}]
)
def test_half_a_limit_is_none(headers: dict[str, str]) -> None:
    """Headers that do not tell a whole limit are no reason to fail."""
    client = Door(Reply(200, {}, headers)).github()
    assert client.request("GET", "user").status == 200
    assert client.transport.rate_limits == {}


@pytest.mark.parametrize("wrong", [-1, "60", None, True])
def test_a_wrong_max_wait(wrong: Any) -> None:
    """What is no number of seconds is refused when the client is made."""
    with pytest.raises(ValidationError, match="max_wait"):
        Door().github(max_wait=wrong)
