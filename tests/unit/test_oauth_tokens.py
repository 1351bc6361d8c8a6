"""Tokens of users on both forges: renewed by one thread, revoked, asked about, and never lost."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from support.credentials import at_once
from support.oauth import Place, make_place

import igitt
from igitt.auth import GitHubUserToken, GitLabOAuthToken
from igitt.cache import ResponseCache
from igitt.errors import AuthenticationError, ConnectionFailedError, ReadOnlyError, ServerError, ValidationError


@pytest.fixture(params=["github", "gitlab"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A forge with an application."""
    with make_place(request.param) as found:
        yield found


def test_64_threads_renew_once(place: Place) -> None:
    """After the end of a token, one refresh serves all threads, and every request of theirs is answered."""
    token = place.log_in(place.make())
    client = place.client(token, cache=False)
    first = token.value
    place.sandbox.advance(30_000)
    place.forge.reset_log()
    names = at_once(lambda: client.get("user")["id"])
    assert len(set(names)) == 1
    assert place.trades() == 1
    assert token.value != first
    assert {record.status for record in place.forge.requests} == {200}


def test_the_old_pair_is_dead(place: Place) -> None:
    """A refresh token works once, and takes the old access token with it."""
    oauth = place.make()
    token = place.log_in(oauth)
    old = token.value, token.refresh_token
    fresh = oauth.refresh(old[1])
    assert fresh["access_token"] not in old
    with pytest.raises(AuthenticationError, match="was it revoked"):
        place.client(type(token)(old[0])).user.refresh()
    with pytest.raises(AuthenticationError, match="begin again with authorization_url"):
        oauth.refresh(old[1])
    with pytest.raises(AuthenticationError, match=r"bad_refresh_token|invalid_grant"):
        oauth.refresh("never-given-out")


def test_a_token_out_of_a_store(place: Place) -> None:
    """What was stored is enough to go on, also long after the access token's end; each new pair is stored."""
    oauth, store = place.make(), {}

    def save(new: Any) -> None:
        store["alice"] = (new.value, new.refresh_token, new.expires_at)

    save(place.log_in(oauth))
    cls = GitHubUserToken if place.hoster == "github" else GitLabOAuthToken
    for _ in range(3):
        place.sandbox.advance(86_400)
        before = store["alice"]
        loaded = cls(*before, place.make(), user="alice", on_renewal=save, clock=place.sandbox.clock)
        assert place.client(loaded).user.username == "alice"
        assert store["alice"] == (loaded.value, loaded.refresh_token, loaded.expires_at) != before


def test_a_read_only_client_renews(place: Place) -> None:
    """Renewing is no write of the client's."""
    token = place.log_in(place.make())
    place.sandbox.advance(30_000)
    client = place.client(token, read_only=True)
    assert client.user.username == "alice"
    with pytest.raises(ReadOnlyError, match="read-only"):
        client.create_repository("new")


def test_the_cache_outlives_a_renewal(place: Place) -> None:
    """What was kept for the user before is still the user's afterwards: the forge only says that nothing changed."""
    cache = ResponseCache()
    place.install("alice")
    token = place.log_in(place.make(), user="alice")
    client = place.client(token, cache=cache)
    assert client.get_repo("alice/notes").is_private
    identity, value = token.identity, token.value
    place.sandbox.advance(30_000)
    place.forge.reset_log()
    assert client.get_repo("alice/notes").is_private
    assert [record.status for record in place.forge.requests] == [200, 304]
    assert token.identity == identity
    assert token.value != value


def test_whose_answers_they_are(place: Place) -> None:
    """A user's answers are the same after a new login, and are not those of another user or application."""
    oauth, other = place.make(), place.make(client_id="another")
    token = place.log_in(oauth, user="5")
    assert place.log_in(oauth, user="5").identity == token.identity
    cls = type(token)
    strangers = [cls("x", oauth=oauth, user="6"), cls("x", oauth=other, user="5"), cls("x", user="5")]
    assert len({token.identity, *(one.identity for one in strangers)}) == 4


def test_it_stays_at_its_instance(place: Place) -> None:
    """A client of another instance, the public one among them, refuses the token before anything is sent."""
    token = place.log_in(place.make())
    public = igitt.GitHub if place.hoster == "github" else igitt.GitLab
    for make in (lambda: public(token), lambda: public(token, "https://git.example.com")):
        with pytest.raises(ValidationError, match=r"is for https://git\w+\.sandbox/api/v\d, not for"):
            make()


def test_a_lost_answer_is_not_asked_for_again(place: Place) -> None:
    """The refresh may have been carried out, so it is sent once; the error is told, and the next use tries anew."""
    token = place.log_in(place.make())
    client = place.client(token)
    place.sandbox.advance(30_000)
    place.forge.reset_log()
    place.forge.fail(method="POST", reset=True)
    with pytest.raises(ConnectionFailedError, match="no complete response"):
        client.user.refresh()
    assert place.trades() == 1
    place.forge.fail(502, method="POST")
    with pytest.raises(ServerError, match="Sandbox fault"):
        client.user.refresh()
    assert place.trades() == 2
    assert client.user.username == "alice"
    assert place.trades() == 3


def test_a_dead_refresh_token_is_not_asked_about_again_and_again(place: Place) -> None:
    """The forge's refusal is told to each request, and asked for once a minute at most."""
    oauth = place.make()
    token = place.log_in(oauth)
    oauth.refresh(token.refresh_token)  # elsewhere, with the answer lost
    place.sandbox.advance(30_000)
    client = place.client(token)
    place.forge.reset_log()
    for _ in range(5):
        with pytest.raises(AuthenticationError, match="begin again"):
            client.user.refresh()
    assert place.trades() == 1
    place.sandbox.advance(61)
    with pytest.raises(AuthenticationError, match=r"bad_refresh_token|invalid_grant"):
        client.user.refresh()
    assert place.trades() == 2


# --- the end ---------------------------------------------------------------------------------------------------------


def test_revoke(place: Place) -> None:
    """A revoked token is refused, does not renew itself, and its refresh token is worth nothing."""
    oauth = place.make()
    token = place.log_in(oauth)
    refresh_token = token.refresh_token
    oauth.revoke(token)
    place.forge.reset_log()
    with pytest.raises(AuthenticationError, match="was it revoked"):
        place.client(token).user.refresh()
    assert place.trades() == 0
    with pytest.raises(AuthenticationError, match=r"bad_refresh_token|invalid_grant"):
        oauth.refresh(refresh_token)


def test_revoke_what_has_run_out(place: Place) -> None:
    """Forges forget tokens that ran out, but take their refresh tokens: so it is renewed first."""
    oauth = place.make()
    token = place.log_in(oauth)
    place.sandbox.advance(30_000)
    oauth.revoke(token)
    assert [one for one in place.forge.world.tokens.values() if one.application] == []


def test_revoke_a_text(place: Place) -> None:
    """What a store has is revoked without an object."""
    oauth = place.make()
    token = place.log_in(oauth)
    oauth.revoke(token.value)
    with pytest.raises(AuthenticationError, match="was it revoked"):
        place.client(type(token)(token.value)).user.refresh()


def test_revoke_fails(place: Place) -> None:
    """When the forge could not be told, that is an error; the token does not renew itself any more all the same."""
    oauth = place.make()
    token = place.log_in(oauth)
    place.forge.fail(503, path="revoke|applications", times=9)
    with pytest.raises(ServerError, match="Sandbox fault"):
        oauth.revoke(token)
    place.sandbox.advance(30_000)
    with pytest.raises(AuthenticationError, match=r"Bad credentials|invalid_token"):
        place.client(token).user.refresh()


def test_check(place: Place) -> None:
    """The forge tells whose token it is and until when; none of the answer's secrets is kept."""
    oauth = place.make()
    token = place.log_in(oauth)
    for asked in (token, token.value):
        found = oauth.check(asked)
        assert found.user_id == place.forge.world.user("alice").id
        assert found.expires_at == token.expires_at
        assert found.scopes == (set() if place.hoster == "github" else {"api", "read_user"})
        assert token.value not in f"{found!r} {found.data}"
    oauth.revoke(token)
    with pytest.raises(AuthenticationError, match="was it revoked"):
        oauth.check(token)


def test_a_token_of_another_application(place: Place) -> None:
    """A token that some other application got is not taken for a login here."""
    if place.hoster == "github":
        other = place.forge.applications[place.forge.add_app("other").client_id]
    else:
        other = place.forge.add_application("other")
    token = place.log_in(place.make())
    with pytest.raises(AuthenticationError, match=r"another application|of this application"):
        place.make(client_id=other.client_id, client_secret=other.client_secret).check(token)


def test_revoke_all_that_a_user_granted() -> None:
    """On GitHub, the grant goes with all its tokens; without the secret, neither can be asked."""
    with make_place("github") as place:
        oauth = place.make()
        first, second = place.log_in(oauth), place.log_in(oauth)
        oauth.revoke_grant(first)
        with pytest.raises(AuthenticationError, match="bad_refresh_token"):
            place.client(second).user.refresh()
        with pytest.raises(AuthenticationError, match="Are client_id and client_secret the right ones"):
            place.make(client_id="another").revoke_grant(first)
        with pytest.raises(ValidationError, match="needs the client_secret"):
            place.make(client_secret=None).revoke_grant(first)


def test_revoke_twice(place: Place) -> None:
    """What is invalid already is fine: after a first time, and where only the answer to it was lost."""
    oauth = place.make()
    token = place.log_in(oauth)
    place.forge.fail(503, path="applications", after_effect=True)
    for _ in range(2):
        oauth.revoke(token)
        oauth.revoke(token.value)
    with pytest.raises(AuthenticationError, match="was it revoked"):
        oauth.check(token)


# --- what nobody sees ------------------------------------------------------------------------------------------------


def test_no_secret_is_shown(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Neither log nor errors nor texts nor pickles hold a secret, from the login to a refused renewal."""
    caplog.set_level(logging.DEBUG)
    oauth = place.make()
    token = place.log_in(oauth)
    secrets = {place.application.client_secret, token.value, token.refresh_token}
    place.sandbox.advance(30_000)
    client = place.client(token)
    assert client.user.username == "alice"
    secrets |= {token.value, token.refresh_token}
    oauth.refresh(token.refresh_token)
    with pytest.raises(AuthenticationError, match=r"bad_refresh_token|invalid_grant") as caught:
        oauth.refresh(token.refresh_token)
    error = caught.value
    shown = f"{error} {error!r} {error.args} {error.data} {error.response_headers} {pickle.dumps(error)!r}"
    shown += f"{caplog.text} {oauth!r} {token!r} {client!r} {vars(place.session)!r}"
    assert "POST" in caplog.text
    assert not [secret for secret in secrets if secret in shown]
