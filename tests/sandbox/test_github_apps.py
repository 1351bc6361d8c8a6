"""GitHub Apps in the sandbox: JWT checks, tokens, what an installation may do, and signed deliveries."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from igitt.testing import Sandbox

NOW = 1_790_000_000
ISSUE = "/repos/acme/widgets/issues/1"


@pytest.fixture
def app(sandbox: Sandbox) -> Any:
    """Return an App that may write issues, beside two repositories of one organization and one of another."""
    forge = sandbox.github
    forge.add_organization("acme", members={"alice": "owner"})
    forge.add_repository("acme/widgets", private=True)
    forge.add_repository("acme/other", private=True)
    forge.add_repository("beta/public")
    forge.add_issue("acme/widgets", "It broke")
    return forge.add_app("triage", permissions={"issues": "write"}, events=["issues"], webhook_secret="hush")


@pytest.fixture
def mint(sandbox: Sandbox, app: Any, github_as: Callable[..., Any], app_jwt: Any) -> Callable[..., Any]:
    """Return a function that installs the App once and mints a token."""
    installation = sandbox.github.install(app, "acme")

    def call(**body: Any) -> Any:
        path = f"/app/installations/{installation.id}/access_tokens"
        return github_as(app_jwt(app))("POST", path, json=body)

    return call


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"exp": NOW + 700}, "'Expiration time' claim ('exp') is too far in the future"),
        ({"exp": NOW - 1}, "'Expiration time' claim ('exp') must be a numeric value"),
        ({"iat": NOW + 60}, "'Issued at' claim ('iat') must be an Integer"),
        ({"iat": NOW - 60.5}, "'Issued at' claim ('iat') must be an Integer"),
        ({"iss": "12"}, "Integration not found"),
    ],
)
def test_bad_claims(app: Any, github_as: Callable[..., Any], app_jwt: Any, claims: Any, message: str) -> None:
    """A JWT whose claims do not hold is refused in GitHub's words, and the answer tells the time."""
    answer = github_as(app_jwt(app, **claims))("GET", "/app")
    assert answer.status_code == (404 if "iss" in claims else 401)
    assert answer.json()["message"].startswith(message)
    assert answer.headers["Date"]


def test_good_issuers(app: Any, github_as: Callable[..., Any], app_jwt: Any) -> None:
    """The id and the client id both name the App."""
    for issuer in (str(app.id), app.client_id):
        assert github_as(app_jwt(app, iss=issuer))("GET", "/app").json()["slug"] == "triage"


def test_wrong_key(app: Any, github_as: Callable[..., Any]) -> None:
    """A JWT that another key signed cannot be decoded; neither can one without RS256."""
    forged = jwt.encode({"iat": NOW, "exp": NOW + 60, "iss": str(app.id)}, "x" * 64, "HS256")
    answer = github_as(forged)("GET", "/app")
    assert (answer.status_code, answer.json()["message"]) == (401, "A JSON web token could not be decoded")


def test_jwt_only_routes(app: Any, github_as: Callable[..., Any], app_jwt: Any) -> None:
    """A user's token is no App, and an App's JWT is no user."""
    assert github_as("alice")("GET", "/app").status_code == 401
    assert github_as(app_jwt(app))("GET", "/user").status_code == 403


def test_token_is_long_and_expires(sandbox: Sandbox, mint: Any, github_as: Callable[..., Any], app: Any) -> None:
    """A token has today's long format, works for its hour and not after it."""
    made = mint().json()
    assert made["token"].startswith(f"ghs_{app.id}_")
    assert 500 < len(made["token"]) < 540
    send = github_as(made["token"])
    assert send("GET", ISSUE).ok
    sandbox.advance(3601)
    late = send("GET", ISSUE)
    assert (late.status_code, late.json()["message"]) == (401, "Bad credentials")


def test_young_token_is_not_known_yet(sandbox: Sandbox, mint: Any, github_as: Callable[..., Any]) -> None:
    """With a replication delay a new token answers 401 at first."""
    sandbox.github.new_token_delay = 2
    send = github_as(mint().json()["token"])
    assert send("GET", ISSUE).status_code == 401
    sandbox.advance(2)
    assert send("GET", ISSUE).ok


def test_installation_acts_as_a_bot(mint: Any, github_as: Callable[..., Any]) -> None:
    """What a token writes is by the bot; it is nobody's account and writes nothing without the permission."""
    send = github_as(mint().json()["token"])
    comment = send("POST", f"{ISSUE}/comments", json={"body": "hi"}).json()
    assert (comment["user"]["login"], comment["user"]["type"]) == ("triage[bot]", "Bot")
    assert comment["performed_via_github_app"]["slug"] == "triage"
    user = send("GET", "/user")
    assert (user.status_code, user.json()["message"]) == (403, "Resource not accessible by integration")
    refused = send("POST", "/repos/acme/widgets/git/refs", json={"ref": "refs/heads/x", "sha": "y"})
    assert refused.status_code == 403
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "contents=write"
    assert send("POST", "/repos/beta/public/issues", json={"title": "x"}).status_code == 403


def test_narrowed_token(mint: Any, github_as: Callable[..., Any]) -> None:
    """A token for one repository and reading only reaches nothing else."""
    made = mint(repositories=["widgets"], permissions={"issues": "read"}).json()
    assert [one["name"] for one in made["repositories"]] == ["widgets"]
    send = github_as(made["token"])
    assert send("GET", ISSUE).ok
    assert send("GET", "/repos/acme/other").status_code == 404
    assert send("PATCH", ISSUE, json={"title": "x"}).status_code == 403


@pytest.mark.parametrize("body", [{"repositories": ["public"]}, {"permissions": {"contents": "write"}}])
def test_token_beyond_the_grant(mint: Any, body: Any) -> None:
    """A repository or permission that the installation lacks is a 422."""
    assert mint(**body).status_code == 422


def test_suspended_and_deleted(
    sandbox: Sandbox, app: Any, mint: Any, github_as: Callable[..., Any], app_jwt: Any
) -> None:
    """A suspended installation answers 403; a deleted one's token is wrong, and minting is 404."""
    token = mint().json()["token"]
    send, master = github_as(token), github_as(app_jwt(app))
    number = next(iter(sandbox.github.world.installations))
    master("PUT", f"/app/installations/{number}/suspended")
    assert send("GET", ISSUE).json()["message"] == "This installation has been suspended"
    assert mint().status_code == 403
    master("DELETE", f"/app/installations/{number}/suspended")
    assert send("GET", ISSUE).ok
    master("DELETE", f"/app/installations/{number}")
    assert send("GET", ISSUE).status_code == 401
    assert mint().status_code == 404
    told = [(one.event, one.action) for one in sandbox.github.deliveries]
    assert told == [("installation", word) for word in ("created", "suspend", "unsuspend", "deleted")]


def test_deliveries_are_signed(sandbox: Sandbox, app: Any, mint: Any) -> None:
    """Opening a labelled issue sends `opened` and one `labeled` a label, signed, with the installation."""
    forge = sandbox.github
    forge.reset_log()
    forge.add_issue("acme/widgets", "Again", labels=["bug", "new"])
    assert [(one.event, one.action) for one in forge.deliveries] == [
        ("issues", "opened"), ("issues", "labeled"), ("issues", "labeled"),
    ]  # fmt: skip
    one = forge.deliveries[1]
    digest = hmac.new(b"hush", one.body, hashlib.sha256).hexdigest()
    assert one.headers["X-Hub-Signature-256"] == f"sha256={digest}"
    assert one.headers["X-GitHub-Event"] == "issues"
    assert one.headers["X-GitHub-Delivery"] == one.guid
    assert one.headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
    assert one.headers["X-GitHub-Hook-Installation-Target-ID"] == str(app.id)
    assert one.payload["label"]["name"] == "bug"
    assert set(one.payload["installation"]) == {"id", "node_id"}
    assert len({each.guid for each in forge.deliveries}) == 3


def test_unselected_repository_is_silent(sandbox: Sandbox, app: Any) -> None:
    """An installation on chosen repositories hears of those only."""
    forge = sandbox.github
    forge.install(app, "acme", ["other"])
    forge.reset_log()
    forge.add_issue("acme/widgets", "Unheard")
    forge.add_issue("acme/other", "Heard")
    assert [one.payload["issue"]["title"] for one in forge.deliveries] == ["Heard"]


def test_redelivery(sandbox: Sandbox, app: Any, mint: Any, github_as: Callable[..., Any], app_jwt: Any) -> None:
    """A redelivery has the same guid and body and a new id."""
    send = github_as(app_jwt(app))
    first = send("GET", "/app/hook/deliveries").json()[0]
    assert send("POST", f"/app/hook/deliveries/{first['id']}/attempts").status_code == 202
    again = send("GET", "/app/hook/deliveries").json()[0]
    assert (again["guid"], again["redelivery"]) == (first["guid"], True)
    assert again["id"] != first["id"]


def test_secrets_stay_out_of_reprs(sandbox: Sandbox, app: Any, mint: Any) -> None:
    """Neither keys nor secrets nor tokens are in a repr."""
    token = mint().json()["token"]
    shown = repr(app) + repr(sandbox.github.deliveries) + repr(list(sandbox.github.world.tokens.values()))
    shown += repr(sandbox.github.requests)
    shown += repr(sandbox.github.add_hook("acme/widgets", "https://h.example/x", "hush", ["push"]))
    assert "PRIVATE KEY" not in shown
    assert "hush" not in shown
    assert token not in shown
