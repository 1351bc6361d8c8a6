"""The device flow on both forges: what the user is shown, when the forge is asked, and when that ends."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from support.oauth import TOKENS, Place, make_place

from igitt.auth import GitHubAppOAuth2, GitLabOAuth2
from igitt.errors import (
    AuthenticationError,
    ConnectionFailedError,
    InvalidResponseError,
    PermissionDeniedError,
    ServerError,
    ValidationError,
)


@pytest.fixture(params=["github", "gitlab"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A forge with an application."""
    with make_place(request.param) as found:
        yield found


class Answering:
    """The sandbox's clock; when it has slept so often, the user answers."""

    def __init__(self, place: Place, after: int, *, approve: bool = True) -> None:
        self.place, self.after, self.approve = place, after, approve
        self.user_code = ""
        self.slept: list[float] = []

    def time(self) -> float:
        """Return the time."""
        return self.place.sandbox.now()

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.slept.append(seconds)
        self.place.sandbox.advance(seconds)
        if len(self.slept) == self.after:
            self.place.forge.answer_device(self.user_code, approve=self.approve)


def begin(place: Place, after: int = 3, **options: Any) -> tuple[Any, Answering]:
    """Return a login under way, and the clock by which it waits."""
    clock = Answering(place, after, **options)
    login = place.make(clock=clock, client_secret=None if place.hoster == "github" else "unused").device_login()
    clock.user_code = login.user_code
    return login, clock


def test_a_user_logs_in(place: Place) -> None:
    """The user sees a code and a page, the forge is asked every five seconds, and no secret is needed."""
    login, clock = begin(place)
    page = "login/device" if place.hoster == "github" else "oauth/device"
    assert login.verification_uri == f"{place.forge.url}/{page}"
    assert len(login.user_code) == 9
    if place.hoster == "gitlab":
        assert login.user_code in login.verification_uri_complete
    token = login.wait()
    assert place.client(token).user.username == "alice"
    assert clock.slept == [5.0, 5.0, 5.0]
    assert place.trades() == 3


def test_polling_by_hand(place: Place) -> None:
    """A program with a loop of its own asks when it likes; the forge is asked no sooner than it wants to be."""
    login, _ = begin(place)
    assert [login.poll(), login.poll()] == [None, None]
    assert place.trades() == 0
    place.sandbox.advance(5)
    assert [login.poll(), login.poll()] == [None, None]
    assert place.trades() == 1
    place.forge.answer_device(login.user_code, "bob")
    place.sandbox.advance(5)
    assert place.client(login.poll()).user.username == "bob"


def test_slow_down(place: Place) -> None:
    """When the forge says so, five more seconds lie between two questions, or as many as it names."""
    login, clock = begin(place, after=4)
    place.sandbox.advance(5)
    impatient = place.make().device_login  # another login of the same application changes nothing for this one
    impatient()
    body = '{"error": "slow_down", "error_description": "Too many.", "interval": 17}'
    place.forge.fail(200 if place.hoster == "github" else 400, path=TOKENS[place.hoster], body=body)
    place.forge.fail(400, path=TOKENS[place.hoster], body='{"error": "slow_down"}')
    assert login.wait()
    assert clock.slept == [0.0, 17.0, 22.0, 22.0]


def test_the_forge_means_it(place: Place) -> None:
    """The sandbox refuses who asks too soon, as the forges do."""
    login, _ = begin(place)
    login._next = 0.0  # noqa: SLF001 - only a program with a fault of its own would ask too soon
    assert login.poll() is None
    assert login.interval == 10.0


def test_the_user_does_not_answer(place: Place) -> None:
    """At the end of the time the wait ends, without a last question, and says how to go on."""
    login, clock = begin(place, after=0)
    with pytest.raises(AuthenticationError, match="begin again with device_login"):
        login.wait()
    lifetime = 900 if place.hoster == "github" else 300
    assert sum(clock.slept) == lifetime
    assert login.expires_at.timestamp() == place.sandbox.now()
    assert place.trades() == lifetime / 5 - 1
    with pytest.raises(AuthenticationError):
        login.poll()


@pytest.mark.parametrize("name", ["expired_token", "token_expired"])
def test_the_forge_says_that_the_time_is_up(place: Place, name: str) -> None:
    """Both of GitHub's spellings mean it."""
    login, _ = begin(place)
    place.forge.fail(200, path=TOKENS[place.hoster], body=f'{{"error": "{name}"}}')
    with pytest.raises(AuthenticationError, match="did not answer in time"):
        login.wait()


def test_the_user_says_no(place: Place) -> None:
    """A no ends the wait."""
    login, _ = begin(place, approve=False)
    with pytest.raises(PermissionDeniedError, match="said no"):
        login.wait()


def test_a_code_works_once(place: Place) -> None:
    """After the token, the forge knows the device's code no more."""
    login, _ = begin(place, after=1)
    assert login.wait()
    with pytest.raises(AuthenticationError, match="used before"):
        login.wait()


def test_a_broken_connection_does_not_end_the_wait(place: Place) -> None:
    """The wait goes on, more slowly; who polls by hand is told."""
    login, clock = begin(place, after=3)
    place.forge.fail(path=TOKENS[place.hoster], reset=True)
    place.forge.fail(503, path=TOKENS[place.hoster])
    assert login.wait()
    assert clock.slept == [5.0, 10.0, 20.0]
    login, _ = begin(place)
    place.forge.fail(path=TOKENS[place.hoster], reset=True)
    place.forge.fail(503, path=TOKENS[place.hoster])
    for error in (ConnectionFailedError, ServerError):
        place.sandbox.advance(60)
        with pytest.raises(error):
            login.poll()


def test_it_is_not_enabled(place: Place) -> None:
    """An application without the device flow is told before the user is bothered."""
    place.application.device_flow = False
    with pytest.raises((ValidationError, AuthenticationError), match="settings"):
        place.make().device_login()


@pytest.mark.parametrize("body", ["{}", '{"device_code": "x"}', '{"device_code": 5, "user_code": 5}', "[]", "x"])
def test_a_strange_beginning(place: Place, body: str) -> None:
    """An answer without a code for the user is told as a wrong answer."""
    place.forge.fail(200, method="POST", body=body)
    with pytest.raises(InvalidResponseError):
        place.make().device_login()


def test_it_shows_nothing(place: Place) -> None:
    """The device's code is neither shown nor pickled: who has it gets the token."""
    login, _ = begin(place)
    code = login._device_code  # noqa: SLF001 - there is no public way to it, which is the point
    assert code not in f"{login!r} {login}"
    with pytest.raises(TypeError, match="gets the user's token"):
        pickle.dumps(login)


def test_what_is_asked_for() -> None:
    """GitLab is told the scopes, which have to be named."""
    with make_place("gitlab") as place:
        oauth = place.make()
        login = oauth.device_login(scopes=["read_user"])
        place.forge.answer_device(login.user_code)
        assert oauth.check(login.wait()).scopes == {"read_user"}
    with pytest.raises(ValidationError, match="say with scopes"):
        GitLabOAuth2("id").device_login()
    assert GitHubAppOAuth2("id").scopes == ""
