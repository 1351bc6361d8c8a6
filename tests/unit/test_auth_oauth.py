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
    stored: list[tuple[str, str | None, datetime | None]] = []
    seen: list[str] = []

    def store(new: GitHubUserToken) -> None:
        seen.append(token.refresh_token)
        stored.append((new.value, new.refresh_token, new.expires_at))

    token, _, clock = make(on_renewal=store, user="alice")
    clock.now += 7200
    assert token.value == "access-1"
    assert stored == [("access-1", "refresh-1", datetime.fromtimestamp(clock.now + 7200, UTC))]
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


def test_a_pair_that_was_not_stored_is_offered_again(caplog: pytest.LogCaptureFixture) -> None:
    """Half a minute later, and by one thread, until it is taken: a store that was down for a while loses nothing."""
    caplog.set_level(logging.CRITICAL)
    stored: list[str] = []
    down = [True]

    def store(new: GitHubUserToken) -> None:
        stored.append(new.value)
        if down[0]:
            raise OSError("down")

    token, oauth, clock = make(on_renewal=store)
    clock.now += 7200
    assert [token.value, token.value] == ["access-1"] * 2
    assert stored == ["access-1"]
    clock.now += 31
    assert token.value == "access-1"
    assert stored == ["access-1"] * 2
    down[0] = False
    clock.now += 31
    assert set(at_once(lambda: token.value)) == {"access-1"}
    clock.now += 31
    assert token.value == "access-1"
    assert stored == ["access-1"] * 3
    assert oauth.asked == ["refresh-0"]


# --- many processes --------------------------------------------------------------------------------------------------


class Row:
    """A row of a database with the tokens of one user, and the processes that use it."""

    def __init__(self) -> None:
        self.clock, self.oauth = FakeClock(), FakeOAuth()
        self.pair = ("access-0", "refresh-0", datetime.fromtimestamp(self.clock.now + 7200, UTC))
        self.hidden = 0
        self.down = False

    def save(self, new: GitHubUserToken) -> None:
        """Store a pair."""
        if self.down:
            raise OSError("down")
        assert new.refresh_token is not None
        assert new.expires_at is not None
        self.pair = (new.value, new.refresh_token, new.expires_at)

    def load(self) -> GitHubUserToken | None:
        """Give what is stored, once it may be seen."""
        self.hidden -= 1
        if self.down:
            raise OSError("down at access-0")
        return None if self.hidden >= 0 else GitHubUserToken(*self.pair, clock=self.clock)

    def process(self) -> GitHubUserToken:
        """Return the token as one more process has it."""
        return GitHubUserToken(
            *self.pair, self.oauth, on_renewal=self.save, reload=self.load, user="alice", clock=self.clock
        )


def test_processes_find_each_others_pairs() -> None:
    """The second process that has to renew takes what the first one stored; so does one whose token was killed."""
    row = Row()
    first, second, third = (row.process() for _ in range(3))
    row.clock.now += 7000
    assert first.value == "access-1"
    assert third.second_chance({"Authorization": "Bearer access-0"}, {}, 0) == 0.0
    assert (second.value, third.value, third.refresh_token) == ("access-1", "access-1", "refresh-1")
    assert row.oauth.asked == ["refresh-0"]


def test_a_renewal_that_came_second() -> None:
    """What the forge refuses because another process was faster fails nobody, once that one has stored its pair."""
    row = Row()
    first, second = row.process(), row.process()
    row.clock.now += 7200
    assert first.value == "access-1"
    row.oauth.failure, row.hidden = AuthenticationError("bad_refresh_token", 200), 3
    assert second.value == "access-1"
    assert row.clock.slept == [0.0, 0.5, 1.0][: len(row.clock.slept)]
    assert row.hidden < 0
    row.clock.now += 7200
    with pytest.raises(AuthenticationError):
        assert second.value


def test_a_store_that_lags_behind() -> None:
    """A pair from before is not taken for a new one: its refresh token is dead."""
    row = Row()
    token, before = row.process(), row.pair
    for number in (1, 2):
        row.clock.now += 7200
        assert token.value == f"access-{number}"
        row.pair = before
    assert row.oauth.asked == ["refresh-0", "refresh-1"]


def test_a_store_that_is_down_takes_nothing_back() -> None:
    """A pair that could not be stored is not replaced by the dead one in the store, and is stored in the end."""
    row = Row()
    token = row.process()
    row.clock.now += 7200
    row.down = True
    assert token.value == "access-1"
    row.clock.now += 7200
    assert token.value == "access-2"
    assert row.oauth.asked == ["refresh-0", "refresh-1"]
    row.down = False
    row.clock.now += 31
    assert token.value == "access-2"
    assert row.pair[:2] == ("access-2", "refresh-2")


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


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ({"expires_in": 1e300}, None),
        ({"expires_in": float("nan")}, None),
        ({"expires_in": -5}, None),
        ({"expires_in": True}, None),
        ({"expires_in": "soon"}, None),
        ({"expires_in": 60.5}, 60.5),
    ],
)
def test_a_strange_end(answer: dict[str, Any], end: float | None) -> None:
    """An end that cannot be one counts as none; no foreign exception comes out."""
    token, oauth, clock = make()
    oauth.answer = {"access_token": "fresh", **answer}
    clock.now += 7200
    assert token.value == "fresh"
    assert token.expires_at == (None if end is None else datetime.fromtimestamp(clock.now + end, UTC))


@pytest.mark.parametrize(
    "answer", [{"access_token": "two words"}, {"refresh_token": "two words"}, {"refresh_token": 5}]
)
def test_a_strange_token(answer: dict[str, Any]) -> None:
    """A text that no token has is told as a wrong answer, and not quoted."""
    token, oauth, clock = make()
    oauth.answer = {"access_token": "fresh", **answer}
    clock.now += 7200
    with pytest.raises(InvalidResponseError, match="cannot be a GitHubUserToken") as caught:
        assert token.value
    assert "two words" not in str(caught.value)


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
    """It outlives renewals; a name without the application's secret proves nothing beyond the first access token."""
    named, _, clock = make(user="alice")
    plain, _, other_clock = make()
    before = plain.identity
    clock.now = other_clock.now = clock.now + 7200
    assert (named.value, plain.value) == ("access-1", "access-1")
    assert named.identity == GitHubUserToken("access-0", user="alice").identity
    assert named.identity != GitHubUserToken("something-else", user="alice").identity
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
        ({"reload": "load"}, "is a function"),
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
