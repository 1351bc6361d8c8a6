"""Tokens that users grant by OAuth: plain ones, and those that renew themselves."""

import copy
import logging
import pickle
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.credentials import FakeClock, at_once

from igitt.auth import GitHubUserToken, GitLabOAuthToken
from igitt.errors import AuthenticationError, InvalidResponseError, ServerError, ValidationError

BOTH = pytest.mark.parametrize("cls", [GitHubUserToken, GitLabOAuthToken])


class FakeOAuth:
    """An OAuth application whose refresh tokens work once."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failure: BaseException | None = None
        self.answer: Mapping[str, Any] | None = None

    def refresh(self, refresh_token: str) -> Mapping[str, Any]:
        """Give a new pair."""
        self.asked.append(refresh_token)
        if self.failure is not None:
            raise self.failure
        number = len(self.asked)
        return self.answer or {
            "access_token": f"access-{number}",
            "refresh_token": f"refresh-{number}",
            "expires_in": 7200,
            "token_type": "bearer",
        }


def make(cls: Any = GitHubUserToken, life: float | None = 7200, **options: Any) -> tuple[Any, FakeOAuth, FakeClock]:
    """Return a token that can renew itself, the application that it asks, and the clock."""
    clock, oauth = FakeClock(), FakeOAuth()
    ends = None if life is None else datetime.fromtimestamp(clock.now + life, UTC)
    return cls("access-0", "refresh-0", ends, oauth, clock=clock, **options), oauth, clock


@BOTH
def test_without_a_refresh_token_it_is_a_plain_one(cls: Any) -> None:
    """It travels as a bearer token, and is used as it is even after its end: only the forge knows better."""
    ends = datetime(2020, 1, 1, tzinfo=UTC)
    token = cls(" access ", expires_at=ends)
    assert token.headers == {"Authorization": "Bearer access"}
    assert (token.value, token.refresh_token, token.expires_at, token.is_expired) == ("access", None, ends, True)
    assert token.second_chance(token.headers, {}, 0) is None
    assert not cls("access").is_expired


@BOTH
def test_it_renews_itself_in_time(cls: Any) -> None:
    """Before the end the pair is traded for a new one, with the refresh token that came last."""
    token, oauth, clock = make(cls)
    assert (token.value, oauth.asked) == ("access-0", [])
    clock.now += 7000
    assert (token.value, token.refresh_token) == ("access-1", "refresh-1")
    assert token.expires_at == datetime.fromtimestamp(clock.now + 7200, UTC)
    clock.now += 7000
    assert (token.value, oauth.asked) == ("access-2", ["refresh-0", "refresh-1"])


def test_64_threads_renew_once() -> None:
    """A refresh token works once, so only one thread uses it."""
    token, oauth, clock = make()
    clock.now += 7200
    assert set(at_once(lambda: token.value)) == {"access-1"}
    assert oauth.asked == ["refresh-0"]


def test_the_new_pair_is_stored_before_it_is_used() -> None:
    """The callback gets a plain token with everything to store, while nobody has the new secret yet."""
    stored: list[tuple[str, str | None, datetime | None, str]] = []
    seen: list[str] = []

    def store(new: GitHubUserToken) -> None:
        seen.append(token.refresh_token)
        stored.append((new.value, new.refresh_token, new.expires_at, new.identity))

    token, _, clock = make(on_renewal=store, user="alice")
    clock.now += 7200
    assert token.value == "access-1"
    assert stored == [("access-1", "refresh-1", datetime.fromtimestamp(clock.now + 7200, UTC), "user alice")]
    assert seen == ["refresh-0"]


def test_a_callback_may_use_the_token(caplog: pytest.LogCaptureFixture) -> None:
    """A callback that asks the token itself, or waits for another thread that does, does not wait for ever."""
    values: list[str] = []

    def store(new: GitHubUserToken) -> None:
        values.append(token.value)
        thread = threading.Thread(target=lambda: values.append(new.value))
        thread.start()
        thread.join(10)

    token, _, clock = make(on_renewal=store)
    clock.now += 7200
    assert (token.value, values) == ("access-1", ["access-0", "access-1"])
    assert not caplog.records


def test_a_callback_that_fails_does_not_lose_the_pair(caplog: pytest.LogCaptureFixture) -> None:
    """The old pair is dead, so the new one is used; the log says that it was not stored, and quotes nothing."""

    def fail(new: GitHubUserToken) -> None:
        raise OSError(f"disk full at {new.value}")

    token, _, clock = make(on_renewal=fail)
    clock.now += 7200
    assert token.value == "access-1"
    assert "on_renewal failed (OSError)" in caplog.text
    assert "access-1" not in caplog.text


def test_a_renewal_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    """While the old token holds it is used, and the renewal tried again later; afterwards the failure is told."""
    caplog.set_level(logging.CRITICAL)
    token, oauth, clock = make()
    oauth.failure = ServerError("down", 500)
    clock.now += 7000
    assert [token.value, token.value] == ["access-0", "access-0"]
    assert len(oauth.asked) == 1
    clock.now += 200
    with pytest.raises(ServerError):
        assert token.value
    oauth.failure = ValueError("refresh-0 is bad")
    with pytest.raises(AuthenticationError, match="ValueError") as caught:
        assert token.value
    assert "refresh-0" not in str(caught.value)


@pytest.mark.parametrize("answer", [{"error": "bad_refresh_token"}, {"access_token": None}, ["access"], "text"])
def test_an_answer_without_a_token(answer: Any) -> None:
    """What holds no token is told as a wrong answer."""
    token, oauth, clock = make()
    oauth.answer = answer
    clock.now += 7200
    with pytest.raises(InvalidResponseError, match="holds no access_token"):
        assert token.value


def test_an_answer_without_refresh_token_and_end() -> None:
    """The old refresh token stays, and the token is used until the forge refuses it."""
    token, oauth, clock = make()
    oauth.answer = {"access_token": "lasting"}
    clock.now += 7200
    assert (token.value, token.refresh_token, token.expires_at) == ("lasting", "refresh-0", None)


def test_a_401_renews_once() -> None:
    """Without a known end, the forge's refusal leads to a renewal; a second refusal stands."""
    token, oauth, _ = make(life=None)
    sent = token.headers
    assert token.second_chance(sent, {}, 0) == 0.0
    assert token.value == "access-1"
    assert token.second_chance(sent, {}, 0) == 0.0
    assert token.second_chance(token.headers, {}, 1) is None
    assert oauth.asked == ["refresh-0"]


def test_the_identity() -> None:
    """With a user's name it outlives renewals and restarts; otherwise it is that of the first access token."""
    named, _, clock = make(user="alice")
    plain, _, other_clock = make()
    before = plain.identity
    clock.now = other_clock.now = clock.now + 7200
    assert (named.value, plain.value) == ("access-1", "access-1")
    assert named.identity == GitHubUserToken("something-else", user="alice").identity
    assert plain.identity == before == GitHubUserToken("access-0").identity
    assert plain.fingerprint != before
    assert GitHubUserToken("access-0", user="bob").identity != named.identity


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"access_token": ""}, "is empty"),
        ({"access_token": "two words"}, "spaces"),
        ({"refresh_token": ""}, "refresh token is empty"),
        ({"expires_at": datetime(2030, 1, 1)}, "time zone"),  # noqa: DTZ001 - that it has none is the point
        ({"expires_at": timedelta(hours=1)}, "time zone"),
        ({"oauth": "client"}, "method refresh"),
        ({"on_renewal": "store"}, "is a function"),
        ({"user": ""}, "user of a"),
    ],
)
@BOTH
def test_wrong_arguments(cls: Any, arguments: dict[str, Any], hint: str) -> None:
    """Each says what is wrong."""
    with pytest.raises(ValidationError, match=hint):
        cls(**{"access_token": "access", **arguments})


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
@BOTH
def test_it_does_not_travel(cls: Any, leak: Callable[[object], object]) -> None:
    """Neither token is in a pickle or a copy, and the text form shows nothing."""
    token, _, _ = make(cls)
    with pytest.raises(TypeError, match="must not travel"):
        leak(token)
    assert repr(token) == f"<{cls.__name__}>"
