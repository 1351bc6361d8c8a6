"""The web flow on both forges: a state and a verifier there and back, and every callback that must not count."""

from __future__ import annotations

import base64
import hashlib
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from support.oauth import CALLBACK, Place, make_place, query_of

from igitt.auth import GitHubAppOAuth2, GitHubUserToken, GitLabOAuth2, GitLabOAuthToken
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


def test_a_user_logs_in(place: Place) -> None:
    """The callback's code becomes a token that acts as the user, with an end and a refresh token."""
    oauth = place.make()
    token = place.log_in(oauth)
    assert isinstance(token, GitHubUserToken if place.hoster == "github" else GitLabOAuthToken)
    client = place.client(token)
    assert client.user.username == "alice"
    place.install("alice")
    assert client.get_repo("alice/notes").is_private
    assert token.refresh_token
    assert token.expires_at is not None
    assert token.expires_at.timestamp() == place.sandbox.now() + (28800 if place.hoster == "github" else 7200)


def test_the_address(place: Place) -> None:
    """It is the forge's page, tells where to come back to, and has a state and a challenge that are new each time."""
    oauth = place.make()
    first, second = oauth.authorization_url(), oauth.authorization_url()
    page = "login/oauth/authorize" if place.hoster == "github" else "oauth/authorize"
    assert first.url.startswith(f"{place.forge.url}/{page}?")
    told = query_of(first)
    assert (told["client_id"], told["redirect_uri"], told["state"]) == (oauth.client_id, CALLBACK, first.state)
    digest = hashlib.sha256(first.verifier.encode()).digest()
    assert told["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert told["code_challenge_method"] == "S256"
    assert len({first.state, second.state, first.verifier, second.verifier}) == 4
    assert 43 <= len(first.verifier) <= 128
    assert first.verifier not in first
    assert first.verifier not in repr(first)
    assert place.forge.requests == []


def test_another_process_takes_the_callback(place: Place) -> None:
    """What the user's session keeps is enough; the address of the callback may be a path."""
    asked, callback = place.says_yes(place.make())
    kept = {"state": asked.state, "verifier": asked.verifier}
    token = place.make().fetch_token(callback.removeprefix("https://bot.example.com"), **kept)
    assert place.client(token).user.username == "alice"


def test_without_a_session_only_own_states_count(place: Place) -> None:
    """One process with one user needs to keep nothing; a state counts once, and only where it was given out."""
    oauth = place.make()
    _, callback = place.says_yes(oauth)
    with pytest.raises(AuthenticationError, match="not one that was given out here"):
        place.make().fetch_token(callback)
    assert oauth.fetch_token(callback)
    with pytest.raises(AuthenticationError, match="not one that was given out here"):
        oauth.fetch_token(callback)
    assert place.trades() == 1


def test_a_wrong_state(place: Place) -> None:
    """A callback that somebody else made is refused before anything is sent; a lost session is told as one."""
    oauth = place.make()
    asked, callback = place.says_yes(oauth)
    with pytest.raises(AuthenticationError, match="somebody else may have made it"):
        oauth.fetch_token(callback, state="another" + asked.state, verifier=asked.verifier)
    with pytest.raises(AuthenticationError, match="did the session expire"):
        oauth.fetch_token(callback, state=None, verifier=None)
    with pytest.raises(AuthenticationError, match="has no state"):
        oauth.fetch_token(f"{CALLBACK}?code=abc", state=asked.state, verifier=asked.verifier)
    assert place.trades() == 0


def test_a_wrong_verifier(place: Place) -> None:
    """The forge gives no token to who did not ask for it, and the error says how to go on."""
    oauth = place.make()
    asked, callback = place.says_yes(oauth)
    with pytest.raises(AuthenticationError, match="begin again with authorization_url") as caught:
        oauth.fetch_token(callback, state=asked.state, verifier="x" * 64)
    assert caught.value.status == (200 if place.hoster == "github" else 400)
    assert asked.verifier not in str(caught.value)


def test_a_replayed_code(place: Place) -> None:
    """A code works once."""
    oauth = place.make()
    asked, callback = place.says_yes(oauth)
    kept = {"state": asked.state, "verifier": asked.verifier}
    assert oauth.fetch_token(callback, **kept)
    with pytest.raises(AuthenticationError, match="used before"):
        oauth.fetch_token(callback, **kept)


def test_a_code_that_is_too_old(place: Place) -> None:
    """A code holds for ten minutes."""
    oauth = place.make()
    _, callback = place.says_yes(oauth)
    place.sandbox.advance(601)
    with pytest.raises(AuthenticationError, match="has expired"):
        oauth.fetch_token(callback)


def test_the_user_says_no(place: Place) -> None:
    """The forge's words come with the error, and nothing is sent."""
    oauth = place.make()
    asked = oauth.authorization_url()
    callback = place.forge.answer_authorization(asked, approve=False)
    with pytest.raises(PermissionDeniedError, match=r"access_denied: The (user has denied|resource owner)") as caught:
        oauth.fetch_token(callback)
    assert caught.value.status is None
    assert place.trades() == 0


def test_an_error_counts_only_with_the_state(place: Place) -> None:
    """Words that anybody may have put into an address are not shown."""
    asked = place.make().authorization_url()
    with pytest.raises(AuthenticationError) as caught:
        place.make().fetch_token(
            f"{CALLBACK}?error=access_denied&error_description=Call+555&state=x", state=asked.state, verifier="v"
        )
    assert "555" not in str(caught.value)


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ("", "neither a code nor an error"),
        ("&code=", "neither a code nor an error"),
        ("&code=a&code=b", "code more than once"),
        ("&state=x&code=a", "state more than once"),
    ],
)
def test_what_is_no_callback(place: Place, more: str, hint: str) -> None:
    """A callback without its parts, or with one twice, is refused before anything is sent."""
    oauth = place.make()
    asked = oauth.authorization_url()
    with pytest.raises(ValidationError, match=hint):
        oauth.fetch_token(f"{CALLBACK}?state={asked.state}{more}", state=asked.state, verifier=asked.verifier)
    assert place.trades() == 0


@pytest.mark.parametrize("callback", [None, 5, b"x", "https://[", ""])
def test_what_is_no_address(place: Place, callback: Any) -> None:
    """No foreign exception comes out, whatever is given."""
    with pytest.raises((ValidationError, AuthenticationError)):
        place.make().fetch_token(callback)


def test_half_of_what_was_kept(place: Place) -> None:
    """State and verifier belong together."""
    oauth = place.make()
    asked, callback = place.says_yes(oauth)
    for kept in ({"state": asked.state}, {"verifier": asked.verifier}, {"state": "", "verifier": "v"}):
        with pytest.raises(ValidationError, match="verifier"):
            oauth.fetch_token(callback, **kept)


@pytest.mark.parametrize("wrong", [{"user": ""}, {"user": 5}, {"on_renewal": "save"}])
def test_wrong_options_cost_no_code(place: Place, wrong: dict[str, Any]) -> None:
    """What the token could not be made with is refused before the code is used up, and before a user is bothered."""
    oauth = place.make()
    _, callback = place.says_yes(oauth)
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        oauth.fetch_token(callback, **wrong)
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        oauth.device_login(**wrong)
    assert place.forge.requests == []
    assert oauth.fetch_token(callback, user="alice")


def test_a_wrong_secret(place: Place) -> None:
    """The error is about the application's credentials, and shows none."""
    oauth = place.make(client_secret="wr0ng-s3cret")
    _, callback = place.says_yes(oauth)
    with pytest.raises(AuthenticationError, match="do client_id and client_secret belong together") as caught:
        oauth.fetch_token(callback)
    assert "wr0ng" not in f"{caught.value} {caught.value.data} {caught.value.args}"


def test_the_secret_stays_in_the_body(place: Place) -> None:
    """No address and no log has the secret, the code, the verifier or a token; what is sent goes to the forge alone."""
    oauth = place.make()
    asked, callback = place.says_yes(oauth)
    token = oauth.fetch_token(callback, state=asked.state, verifier=asked.verifier)
    secrets = [place.application.client_secret, asked.verifier, token.value, token.refresh_token]
    seen = "".join(f"{record.path}?{record.query}" for record in place.forge.requests)
    assert seen
    for secret in (*secrets, query_of(callback)["code"]):
        assert secret not in seen
    assert not any(secret in f"{oauth!r} {token!r} {oauth}" for secret in secrets)


def test_it_does_not_travel(place: Place) -> None:
    """The application's secret is in no pickle; what a session has to keep is."""
    oauth = place.make()
    with pytest.raises(TypeError, match="holds the application's secret"):
        pickle.dumps(oauth)
    asked = oauth.authorization_url()
    kept = pickle.loads(pickle.dumps(asked))  # noqa: S301 - our own bytes
    assert (kept, kept.state, kept.verifier) == (asked, asked.state, asked.verifier)


def test_a_code_is_not_sent_twice(place: Place) -> None:
    """What the forge may have carried out is not repeated: neither after a lost answer nor after a 502."""
    oauth = place.make()
    for fault, error in (
        ({"reset": True, "after_effect": True}, ConnectionFailedError),
        ({"status": 502}, ServerError),
    ):
        asked, callback = place.says_yes(oauth)
        before = place.trades()
        place.forge.fail(method="POST", **fault)
        with pytest.raises(error):
            oauth.fetch_token(callback, state=asked.state, verifier=asked.verifier)
        assert place.trades() == before + 1


def test_no_other_credential_comes_along(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``~/.netrc`` has for the forge's host is not sent where tokens are given out."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {urlsplit(place.forge.url).hostname} login mallory password wr0ng\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert place.client(place.log_in(place.make())).user.username == "alice"


def test_nothing_follows_a_redirect_to_another_host(place: Place) -> None:
    """The secret and the code go to the forge alone, wherever it points."""
    oauth = place.make()
    _, callback = place.says_yes(oauth)
    place.forge.fail(307, method="POST", headers={"Location": "https://evil.example.com/token"})
    with pytest.raises(InvalidResponseError, match=r"redirects to https://evil\.example\.com"):
        oauth.fetch_token(callback)


def test_an_answer_that_is_none(place: Place) -> None:
    """A form or a page in the place of JSON is told without quoting it, as a token may be in it."""
    oauth = place.make()
    for body in ("access_token=gho_s3cret", '"gho_s3cret"', '{"scope": "gho_s3cret"}', "<html>gho_s3cret</html>"):
        asked, callback = place.says_yes(oauth)
        place.forge.fail(200, method="POST", body=body)
        with pytest.raises(InvalidResponseError) as caught:
            oauth.fetch_token(callback, state=asked.state, verifier=asked.verifier)
        assert "s3cret" not in f"{caught.value} {caught.value.data}"


def test_an_error_of_another_name(place: Place) -> None:
    """A refusal that no table has is an error too, in the forge's words on one line."""
    oauth = place.make()
    _, callback = place.says_yes(oauth)
    place.forge.fail(200, method="POST", body='{"error": "odd", "error_description": "Very\\nodd.", "token": "s3cret"}')
    with pytest.raises(ValidationError, match="odd: Very odd") as caught:
        oauth.fetch_token(callback)
    assert caught.value.data == {"error": "odd", "error_description": "Very\nodd."}


@pytest.mark.parametrize("cls", [GitHubAppOAuth2, GitLabOAuth2])
@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"client_id": ""}, "client_id is empty"),
        ({"client_secret": "two words"}, "client_secret has spaces"),
        ({"redirect_uri": "bot.example.com"}, "redirect_uri is a whole address"),
        ({"redirect_uri": "https://bot.example.com/#here"}, "without a fragment"),
        ({"redirect_uri": 5}, "redirect_uri is a whole address"),
        ({"scopes": ["two words"]}, "is not a scope"),
        ({"scopes": 5}, "scopes is a list"),
        ({"url": "ftp://example.com"}, "web address of an instance"),
    ],
)
def test_wrong_arguments(cls: Any, arguments: dict[str, Any], hint: str) -> None:
    """Each says what is wrong."""
    with pytest.raises(ValidationError, match=hint):
        cls(**{"client_id": "Iv1", **arguments})


def test_where_github_is_asked() -> None:
    """The pages are on the web's host, also where the API has one of its own; only what was given is told."""
    for url, page in (
        ("https://api.github.com", "https://github.com/login/oauth/authorize?"),
        ("https://acme.ghe.com", "https://acme.ghe.com/login/oauth/authorize?"),
        ("https://ghe.example.com/api/v3", "https://ghe.example.com/login/oauth/authorize?"),
    ):
        asked = GitHubAppOAuth2("Iv1", url=url).authorization_url(login="alice", allow_signup=False)
        assert asked.startswith(page)
        assert query_of(asked).keys() == {
            "client_id", "login", "allow_signup", "state", "code_challenge", "code_challenge_method",
        }  # fmt: skip


def test_github_wants_the_secret() -> None:
    """Without a client secret a code is worth nothing on GitHub, which is said before anything is sent."""
    with pytest.raises(ValidationError, match="needs the client_secret"):
        GitHubAppOAuth2("Iv1").fetch_token(f"{CALLBACK}?code=1&state=2", state="2", verifier="3")


def test_gitlab_below_a_path_and_with_scopes() -> None:
    """A GitLab may live below a path; scopes are named once, and have to be."""
    oauth = GitLabOAuth2("id", url="https://example.com/gitlab/", redirect_uri=CALLBACK)
    asked = oauth.authorization_url(scopes="api read_user api", root_namespace_id=5)
    assert asked.startswith("https://example.com/gitlab/oauth/authorize?")
    assert (query_of(asked)["scope"], query_of(asked)["root_namespace_id"]) == ("api read_user", "5")
    assert query_of(asked)["response_type"] == "code"
    with pytest.raises(ValidationError, match="say with scopes"):
        oauth.authorization_url()
    with pytest.raises(ValidationError, match="redirect_uri"):
        GitLabOAuth2("id", scopes="api").authorization_url()


def test_a_public_application_of_gitlab() -> None:
    """One without a secret logs users in by PKCE alone, and renews their tokens."""
    with make_place("gitlab") as place:
        place.application.confidential = False
        token = place.log_in(place.make(client_secret=None))
        place.sandbox.advance(7200)
        assert place.client(token).user.username == "alice"


def test_a_scope_that_is_not_registered() -> None:
    """GitLab refuses it, and the callback's error says so."""
    with make_place("gitlab") as place:
        oauth = place.make()
        callback = place.forge.answer_authorization(oauth.authorization_url(scopes=["sudo"]))
        with pytest.raises(ValidationError, match="invalid_scope: the application has to be registered"):
            oauth.fetch_token(callback)
