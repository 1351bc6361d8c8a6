"""The token of an installation: one mint for all, in time, and what a 401 leads to."""

import copy
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from typing import Any

import pytest
import requests
from support.credentials import FakeClock, FakeSender, at_once, pem_of, rsa_key

from igitt._http.dialect import Dialect
from igitt._http.transport import Transport
from igitt.auth import GitHubInstallationToken, GitHubJsonWebToken, GitHubToken
from igitt.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ElementDoesntExistError,
    IGittError,
    InvalidResponseError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ValidationError,
)
from igitt.testing import Sandbox

Made = tuple[GitHubInstallationToken, FakeSender, FakeClock]


def make(life: float = 3600.0, **options: Any) -> Made:
    """Return a token that mints at a fake GitHub, that GitHub, and the clock of both."""
    clock = FakeClock()
    sender = FakeSender(clock, life=life)
    jwt = GitHubJsonWebToken(pem_of(rsa_key()), 12345, clock=clock)
    token = GitHubInstallationToken(77, jwt, clock=clock, **options)
    token.bind(sender)
    return token, sender, clock


def mints(sender: FakeSender) -> int:
    """Return how often a token was minted."""
    return sum(method == "POST" for method, *_ in sender.exchanges)


# --- the mint --------------------------------------------------------------------------------------------------------


def test_it_is_minted_at_first_use() -> None:
    """Making one sends nothing; the first use sends one POST with the JWT, and the long new format fits."""
    token, sender, clock = make()
    assert (sender.exchanges, token.expires_at, token.permissions, token.is_expired) == ([], None, None, False)
    value = token.value
    assert sender.exchanges == [("POST", "app/installations/77/access_tokens", None, token.jwt)]
    assert len(value) > 500
    assert token.headers == {"Authorization": f"Bearer {value}"}
    assert token.permissions == {"issues": "write", "metadata": "read"}
    assert token.expires_at is not None
    assert token.expires_at.timestamp() == clock.now + 3600
    assert token.expires_at.tzinfo is not None
    assert mints(sender) == 1


def test_a_scope_is_asked_for() -> None:
    """Names, ids and permissions go into the request, each where GitHub wants it."""
    token, sender, _ = make(repositories=["widgets", 5, "gears", 5], permissions={"issues": "write", "checks": "read"})
    assert token.value
    assert sender.exchanges[0][2] == {
        "repositories": ["gears", "widgets"],
        "repository_ids": [5],
        "permissions": {"checks": "read", "issues": "write"},
    }
    assert token.repositories == (5, "gears", "widgets")


def test_64_threads_mint_once() -> None:
    """All threads that need a first token get the same one."""
    token, sender, _ = make()
    assert len(set(at_once(lambda: token.value))) == 1
    assert mints(sender) == 1


def test_64_threads_renew_once() -> None:
    """All threads that need another token after the end of the first get the same one."""
    token, sender, clock = make()
    first = token.value
    clock.now += 3600
    assert token.is_expired
    assert len({first, *at_once(lambda: token.value)}) == 2
    assert mints(sender) == 2


def test_64_threads_fail_together() -> None:
    """When no token can be had, the threads that waited for an attempt share its error instead of trying one by one."""
    token, sender, _ = make()
    sender.failures = [PermissionDeniedError("no", 403)] * 64
    sender.gate.clear()
    begun = threading.Semaphore(0)

    def attempt() -> str:
        begun.release()
        try:
            return token.value
        except PermissionDeniedError:
            return "refused"

    with ThreadPoolExecutor(64) as pool:
        waiting = [pool.submit(attempt) for _ in range(64)]
        assert sender.entered.wait(10)
        assert all(begun.acquire(timeout=10) for _ in range(64))
        sender.gate.set()
        assert {future.result(10) for future in waiting} == {"refused"}
    assert mints(sender) < 32  # one, and one for each thread that had begun but not yet asked


def test_it_is_renewed_five_minutes_early() -> None:
    """An hour's token is used for 55 minutes."""
    token, sender, clock = make()
    first = token.value
    clock.now += 3290
    assert token.value == first
    clock.now += 20
    assert token.value != first
    assert mints(sender) == 2


def test_a_token_of_three_seconds_works() -> None:
    """Of a short life the last tenth is left out, not the last five minutes."""
    token, sender, clock = make(life=3)
    assert len({token.value, token.value}) == 1
    clock.now += 2.8
    assert token.value
    assert mints(sender) == 2


def test_an_early_renewal_keeps_nobody_waiting() -> None:
    """While one thread renews a token that still holds, the others go on with it."""
    token, sender, clock = make()
    first = token.value
    clock.now += 3400
    sender.entered.clear()
    sender.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(lambda: token.value)
        assert sender.entered.wait(10)
        assert token.value == first
        sender.gate.set()
        assert renewing.result(10) == token.value != first


def test_an_early_renewal_that_fails_keeps_the_token() -> None:
    """It is tried again later and not at every request; at the end the failure is told."""
    token, sender, clock = make()
    first = token.value
    clock.now += 3400
    sender.failures = [ServerError("down", 500)] * 50
    assert [token.value for _ in range(20)] == [first] * 20
    assert mints(sender) == 2
    clock.now += 31
    assert token.value == first
    assert mints(sender) == 3
    clock.now += 169
    with pytest.raises(ServerError):
        assert token.value
    sender.failures = []
    assert token.value != first


def test_a_mint_is_repeated_when_the_forge_failed() -> None:
    """Minting may be repeated: a 5xx and a lost connection cost seconds, not the request."""
    token, sender, clock = make()
    sender.failures = [ServerError("down", 502), ConnectionFailedError("lost")]
    assert token.value
    assert clock.slept == [1.0, 2.0]


def test_an_interrupted_renewal_is_taken_over() -> None:
    """When the thread that mints is interrupted, one that waited mints instead."""
    token, sender, _ = make()
    sender.failures = [KeyboardInterrupt()]
    sender.gate.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(lambda: token.value)
        assert sender.entered.wait(10)
        second = pool.submit(lambda: token.value)
        sender.gate.set()
        with pytest.raises(KeyboardInterrupt):
            first.result(10)
        assert second.result(10)


def test_a_clock_ahead_of_github_does_not_mint_for_every_request() -> None:
    """A token that seems to have ended before it came is used for a second all the same."""
    token, sender, _ = make(life=-100)
    assert token.value == token.value
    assert mints(sender) == 1


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_during_a_mint() -> None:
    """A child process mints for itself, although the thread that did exists in the parent only."""
    token, sender, _ = make()
    sender.gate.clear()
    thread = threading.Thread(target=lambda: token.value)
    thread.start()
    assert sender.entered.wait(10)
    child = os.fork()
    if child == 0:
        sender.gate = threading.Event()
        sender.gate.set()
        os._exit(0 if token.value else 1)
    sender.gate.set()
    thread.join(10)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("answer", [{}, {"token": 5}, {"token": "ghs_x"}, {"token": "ghs_x", "expires_at": "soon"}])
def test_an_answer_that_is_none(answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no token, or has no end, is told as a wrong answer."""
    token, sender, _ = make()
    monkeypatch.setattr(sender, "exchange", lambda *_, **__: answer)
    with pytest.raises(InvalidResponseError):
        assert token.value


# --- a 401 -----------------------------------------------------------------------------------------------------------


def test_a_new_token_is_waited_for() -> None:
    """In a token's first seconds a 401 is waited out, 1, 2 and 3 seconds long; no other token is minted."""
    token, sender, clock = make()
    sent = token.headers
    for attempt, pause in enumerate((1.0, 2.0, 3.0)):
        assert token.second_chance(sent, {}, attempt) == pause
        clock.now += pause if attempt < 2 else 0
    assert token.second_chance(sent, {}, 3) is None
    assert (token.headers, mints(sender)) == (sent, 1)


def test_a_token_revoked_elsewhere_is_replaced_once() -> None:
    """A 401 to an older token leads to one other token; a 401 to that one stands."""
    token, sender, clock = make()
    sent = token.headers
    clock.now += 100
    assert token.second_chance(sent, {}, 0) == 0.0
    assert token.is_expired
    fresh = token.headers
    assert fresh != sent
    clock.now += 10
    assert token.second_chance(fresh, {}, 1) is None
    assert token.second_chance(fresh, {}, 0) is None
    assert mints(sender) == 2
    clock.now += 100
    assert token.second_chance(fresh, {}, 0) == 0.0


def test_64_threads_with_a_revoked_token_mint_once() -> None:
    """Each thread that was refused tries again, with the one new token."""
    token, sender, clock = make()
    sent = token.headers
    clock.now += 100

    def refused() -> str:
        assert token.second_chance(sent, {}, 0) == 0.0
        return token.value

    assert len(set(at_once(refused))) == 1
    assert mints(sender) == 2


def test_a_token_that_was_renewed_since_is_sent_at_once() -> None:
    """A 401 to the old token, while there is a new one, is no reason to wait or to mint."""
    token, sender, clock = make()
    sent = token.headers
    clock.now += 3400
    assert token.value
    assert token.second_chance(sent, {}, 0) == 0.0
    assert mints(sender) == 2


def test_the_forges_clock_tells_that_a_token_has_ended() -> None:
    """When the 401's Date lies behind the token's end, this machine's clock is wrong: there is nothing to wait for."""
    token, _, clock = make()
    sent = token.headers
    late = {"date": formatdate(clock.now + 3601, usegmt=True)}
    assert token.second_chance(sent, late, 0) == 0.0
    assert token.headers != sent
    assert token.second_chance(token.headers, late, 0) == 0.0
    # The one in its place ran out, too: several renewals may be needed while a request waits, but not without end.
    later = {"date": formatdate(clock.now + 9e4, usegmt=True)}
    assert token.second_chance(token.headers, later, 4) is None
    assert token.second_chance(token.headers, later, 1) == 0.0


# --- what refusals say -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (AuthenticationError("x", 401), "do app_id and private key belong together"),
        (PermissionDeniedError("x", 403), "was it suspended"),
        (ElementDoesntExistError("x", 404), "no installation 77 of App 12345"),
        (ValidationError("x", 422, errors={"permissions": ["no"]}), "not granted that permission or repository"),
        (RateLimitError("slow down", 403), "slow down"),
        (InvalidResponseError("no JSON", 200), "no JSON"),
    ],
)
def test_a_refusal_says_what_to_do(error: IGittError, hint: str) -> None:
    """The kind of the error stays, its sentence tells the likely cause."""
    token, sender, _ = make()
    error.data = {"message": "GitHub's own words"}
    sender.failures = [error]
    with pytest.raises(type(error), match=hint) as caught:
        assert token.value
    assert caught.value.status == error.status
    if isinstance(error, ValidationError):
        assert caught.value.errors == error.errors  # type: ignore[attr-defined]
        assert "GitHub's own words" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"repositories": "widgets"}, "is a list"),
        ({"repositories": ["acme/widgets"]}, "names an owner too.*give 'widgets'"),
        ({"repositories": []}, "1 to 500 repositories, not 0"),
        ({"repositories": range(1, 502)}, "1 to 500 repositories, not 501"),
        ({"repositories": [True]}, "names and ids"),
        ({"repositories": [""]}, "names and ids"),
        ({"repositories": [None]}, "names and ids"),
        ({"permissions": {}}, "is a mapping"),
        ({"permissions": ["issues"]}, "is a mapping"),
        ({"permissions": {"issues": "all"}}, "levels read, write, admin"),
        ({"url": "ftp://x"}, "web address"),
        ({"installation_id": 0}, "known by its number"),
        ({"installation_id": "77"}, "known by its number"),
        ({"installation_id": True}, "known by its number"),
        ({"jwt": GitHubToken("ghp_x")}, "minted with a GitHubJsonWebToken, not with GitHubToken"),
        ({"jwt": "text"}, "not with str"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], hint: str) -> None:
    """Each says what is wrong before anything is sent."""
    given = {"installation_id": 77, "jwt": GitHubJsonWebToken(pem_of(rsa_key()), 1), **options}
    with pytest.raises(ValidationError, match=hint):
        GitHubInstallationToken(**given)


# --- whose it is -----------------------------------------------------------------------------------------------------


def test_the_identity_is_app_installation_and_scope() -> None:
    """It is the same for every token that is minted, another for whatever sees something else, and holds no secret."""
    token, _, clock = make()
    identity, fingerprint = token.identity, token.fingerprint
    value = token.value
    clock.now += 4000
    assert (token.identity, token.fingerprint == fingerprint) == (identity, False)
    assert value not in identity
    jwt, other = token.jwt, GitHubJsonWebToken(pem_of(rsa_key()), 9)
    several = [
        token,
        GitHubInstallationToken(78, jwt),
        GitHubInstallationToken(77, other),
        GitHubInstallationToken(77, jwt, url="https://ghe.example.com"),
        GitHubInstallationToken(77, jwt, permissions={"issues": "write"}),
        GitHubInstallationToken(77, jwt, permissions={"issues": "admin"}),
        GitHubInstallationToken(77, jwt, permissions={"issues": "read"}),
        GitHubInstallationToken(77, jwt, repositories=["5"]),
        GitHubInstallationToken(77, jwt, repositories=[5]),
        GitHubInstallationToken(77, jwt, repositories=["a", "b"]),
        GitHubInstallationToken(77, jwt, repositories=["a,b"]),
    ]
    assert len({one.identity for one in several}) == len(several)
    assert (
        GitHubInstallationToken(77, jwt, repositories=["b", "a"]).identity
        == GitHubInstallationToken(77, jwt, repositories=["a", "b", "a"]).identity
    )


def test_it_belongs_to_one_instance() -> None:
    """A client of another instance does not get it, neither after it was bound nor against its own url."""
    token, _, clock = make()
    elsewhere = FakeSender(clock, base_url="https://ghe.example.com/api/v3")
    with pytest.raises(ValidationError, match=r"is for https://api\.github\.com, not for https://ghe"):
        token.bind(elsewhere)
    theirs = GitHubInstallationToken(77, token.jwt, url="https://ghe.example.com")
    with pytest.raises(ValidationError, match=r"is for https://ghe\.example\.com/api/v3"):
        theirs.bind(FakeSender(clock))
    with pytest.raises(ValidationError, match="this App's JWT"):
        theirs.bind(elsewhere)


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_does_not_travel(leak: Callable[[object], object]) -> None:
    """It is in no pickle and no copy, and the text form shows nothing."""
    token, _, _ = make()
    value = token.value
    with pytest.raises(TypeError, match="must not travel"):
        leak(token)
    assert value not in f"{token!r}{token}{token._held!r}"  # noqa: SLF001 - what holds the secret must not show it either


# --- revoking --------------------------------------------------------------------------------------------------------


def test_revoking_uses_that_very_token() -> None:
    """The token is sent along with its own revocation, never a new one; the next use mints again."""
    token, sender, _ = make()
    token.revoke()
    assert sender.exchanges == []
    value = token.value
    token.revoke()
    method, path, _, sent = sender.exchanges[-1]
    assert (method, path, sent and sent.value, token.expires_at) == ("DELETE", "installation/token", value, None)
    assert token.value != value


def test_revoking_what_is_invalid_already() -> None:
    """A 401 to the revocation is no failure; another error is told, and the token is not used any more."""
    token, sender, _ = make()
    first = token.value
    sender.failures = [AuthenticationError("x", 401)]
    token.revoke()
    second = token.value
    sender.failures = [ServerError("x", 500)]
    with pytest.raises(ServerError):
        token.revoke()
    assert len({first, second, token.value}) == 3


# --- against a GitHub ------------------------------------------------------------------------------------------------


class App:
    """An App that is installed in a sandbox, and a transport with its installation's token."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.forge = sandbox.github
        self.forge.add_organization("acme")
        self.forge.add_repository("acme/widgets", private=True)
        self.known = self.forge.add_app("triage", permissions={"issues": "write"}, owner="acme")
        self.installation = self.forge.install(self.known, "acme")
        self.jwt = GitHubJsonWebToken(self.known.private_key, self.known.id)
        self.session = requests.Session()
        self.session.mount(self.forge.url, sandbox.adapter())

    def transport(self, token: Any) -> Transport:
        """Return a transport to the sandbox."""
        return Transport(self.forge.api_url, token, Dialect("application/vnd.github+json"), session=self.session)

    def asked(self, path: str) -> list[int]:
        """Return the statuses of the requests for a path, and forget all requests."""
        found = [record.status for record in self.forge.requests if record.path.endswith(path)]
        self.forge.reset_log()
        return found


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox without sockets."""
    with Sandbox(socket=False) as box:
        yield box


def test_an_hour_later_and_revoked_elsewhere(sandbox: Sandbox) -> None:
    """Requests go on when a token has ended by the forge's clock alone, and when it was revoked behind igitt's back."""
    app = App(sandbox)
    clock = FakeClock(sandbox.now())
    token = GitHubInstallationToken(app.installation.id, app.jwt, clock=clock)
    transport = app.transport(token)
    assert transport.request("GET", "repos/acme/widgets").status == 200
    assert app.asked("access_tokens") == [201]
    sandbox.advance(3700)
    assert transport.request("GET", "repos/acme/widgets").status == 200
    assert app.asked("access_tokens") == [401, 201]  # the JWT had to learn the time first
    clock.now += 100
    app.transport(GitHubToken(token.value)).request("DELETE", "installation/token")
    assert transport.request("GET", "repos/acme/widgets").status == 200
    assert app.asked("access_tokens") == [201]
    assert clock.slept == []


def test_a_suspended_and_a_deleted_installation(sandbox: Sandbox) -> None:
    """The sandbox's own answers lead to the errors that say what to do."""
    app = App(sandbox)
    transport = app.transport(app.jwt)
    path = f"app/installations/{app.installation.id}"
    transport.request("PUT", f"{path}/suspended")
    with pytest.raises(PermissionDeniedError, match=r"was it suspended\? \(GitHub says: This installation"):
        app.transport(GitHubInstallationToken(app.installation.id, app.jwt)).request("GET", "repos/acme/widgets")
    transport.request("DELETE", path)
    with pytest.raises(ElementDoesntExistError, match="was it uninstalled"):
        app.transport(GitHubInstallationToken(app.installation.id, app.jwt)).request("GET", "repos/acme/widgets")


def test_scope_beyond_the_grant_and_a_foreign_key(sandbox: Sandbox) -> None:
    """A permission that was not granted, a repository that is not there, and the key of another App."""
    app = App(sandbox)
    number = app.installation.id
    for scope in ({"permissions": {"contents": "write"}}, {"repositories": ["gears"]}):
        with pytest.raises(ValidationError, match="not granted that permission or repository"):
            app.transport(GitHubInstallationToken(number, app.jwt, **scope)).request("GET", "repos/acme/widgets")  # type: ignore[arg-type]
    stranger = GitHubJsonWebToken(pem_of(rsa_key()), app.known.id)
    with pytest.raises(AuthenticationError, match="belong together"):
        app.transport(GitHubInstallationToken(number, stranger)).request("GET", "repos/acme/widgets")


def test_a_token_without_a_client() -> None:
    """As the auth of plain requests it finds its GitHub by itself."""
    with Sandbox() as box:
        app = App(box)
        token = GitHubInstallationToken(app.installation.id, app.jwt, url=app.forge.url)
        answer = requests.get(f"{app.forge.api_url}/repos/acme/widgets", auth=token, timeout=10)
        assert (answer.status_code, answer.json()["full_name"]) == (200, "acme/widgets")
        token.revoke()
        token._bound().close()  # type: ignore[attr-defined]  # noqa: SLF001 - its connection was made behind the scenes
