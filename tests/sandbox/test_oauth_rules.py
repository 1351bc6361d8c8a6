"""OAuth as each forge has it, seen without igitt: addresses, statuses, names and shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from support.oauth import query_of

from igitt.testing import Sandbox

CALLBACK = "https://bot.example.com/callback"
JSON = {"Accept": "application/json"}


def code_for(forge: Any, application: Any) -> str:
    """Return the code that a yes of alice's gives."""
    asked = f"{forge.url}/{forge.authorize_path}?client_id={application.client_id}&redirect_uri={CALLBACK}&state=s"
    told = query_of(forge.answer_authorization(asked))
    assert told["state"] == "s"
    return told["code"]


def test_github_answers_forms_unless_asked(sandbox: Sandbox, github_as: Callable[..., Any]) -> None:
    """Without an Accept header, the answer is form-encoded; a refusal has status 200 in either form."""
    forge = sandbox.github
    application = forge.applications[forge.add_app("triage").client_id]
    send = github_as()
    data = {"client_id": application.client_id, "client_secret": application.client_secret}
    url = f"{forge.url}/login/oauth/access_token"
    answer = send("POST", url, data=data | {"code": code_for(forge, application)})
    told = dict(parse_qsl(answer.text))
    assert answer.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert (told["token_type"], told["expires_in"]) == ("bearer", "28800")
    assert told["access_token"].startswith("ghu_")
    assert told["refresh_token"].startswith("ghr_")
    refused = send("POST", url, data=data | {"code": "wrong"}, headers=JSON)
    assert (refused.status_code, refused.json()["error"]) == (200, "bad_verification_code")
    assert all(record.units == 0 for record in forge.requests)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "wrong"}, "incorrect_client_credentials"),
        ({"client_secret": "wrong"}, "incorrect_client_credentials"),
        ({"client_secret": None}, "incorrect_client_credentials"),
        ({"redirect_uri": "https://evil.example.com"}, "redirect_uri_mismatch"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "wrong"}, "bad_refresh_token"),
    ],
)
def test_githubs_refusals(sandbox: Sandbox, github_as: Callable[..., Any], changes: Any, error: str) -> None:
    """Each has GitHub's own name."""
    forge = sandbox.github
    application = forge.applications[forge.add_app("triage").client_id]
    data = {
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "code": code_for(forge, application),
    }
    answer = github_as()("POST", f"{forge.url}/login/oauth/access_token", data=data | changes, headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (200, error)


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"redirect_uri": None}, 400, "invalid_grant"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
    ],
)
def test_gitlabs_refusals(
    sandbox: Sandbox, gitlab_as: Callable[..., Any], changes: Any, status: int, error: str
) -> None:
    """Each has Doorkeeper's name and status; a code is worth nothing without the address that it was given to."""
    forge = sandbox.gitlab
    application = forge.add_application(scopes=["api"])
    data = {
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "grant_type": "authorization_code",
        "code": code_for(forge, application),
        "redirect_uri": CALLBACK,
    }
    answer = gitlab_as()("POST", f"{forge.url}/oauth/token", data=data | changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    if status == 400:
        answer = gitlab_as()("POST", f"{forge.url}/oauth/token", data=data)
        assert answer.json() | {"access_token": "", "refresh_token": ""} == {
            "access_token": "", "token_type": "Bearer", "expires_in": 7200, "refresh_token": "", "scope": "api",
            "created_at": int(sandbox.now()),
        }  # fmt: skip


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_the_page(sandbox: Sandbox, hoster: str, github_as: Callable[..., Any], gitlab_as: Callable[..., Any]) -> None:
    """By hand, the page says yes at once; a callback that is not registered gets no browser."""
    forge = getattr(sandbox, hoster)
    send = (github_as if hoster == "github" else gitlab_as)()
    application = forge.add_application()
    page = f"{forge.url}/{forge.authorize_path}?client_id={application.client_id}&state=s"
    answer = send("GET", page)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{CALLBACK}?code=")
    assert send("GET", f"{page}&redirect_uri=https://evil.example.com").status_code in {401, 404}
    with pytest.raises(ValueError, match="redirect_uri"):
        forge.answer_authorization(f"{page}&redirect_uri=https://evil.example.com")
    with pytest.raises(ValueError, match="client_id"):
        forge.answer_authorization(f"{forge.url}/{forge.authorize_path}?client_id=wrong")
    with pytest.raises(ValueError, match="is not where"):
        forge.answer_authorization("https://evil.example.com/oauth/authorize?client_id=wrong")


def test_a_foreign_application_revokes_nothing(sandbox: Sandbox, gitlab_as: Callable[..., Any]) -> None:
    """GitLab answers 200 for what it does not know, and 403 for what is another application's."""
    forge = sandbox.gitlab
    application, other = forge.add_application(), forge.add_application()
    data = {
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "grant_type": "authorization_code",
        "code": code_for(forge, application),
        "redirect_uri": CALLBACK,
    }
    send = gitlab_as()
    token = send("POST", f"{forge.url}/oauth/token", data=data).json()["access_token"]
    foreign = {"client_id": other.client_id, "client_secret": other.client_secret}
    answer = send("POST", f"{forge.url}/oauth/revoke", data=foreign | {"token": token})
    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")
    answer = send("POST", f"{forge.url}/oauth/revoke", data=foreign | {"token": "unknown"})
    assert (answer.status_code, answer.json()) == (200, {})
    assert token in forge.world.tokens
