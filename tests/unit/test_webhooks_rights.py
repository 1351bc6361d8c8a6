"""What an App's installation may do changes by a delivery: its tokens do not go on with what it might before."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from igitt.auth import GitHubApp
from igitt.testing import Sandbox


def app_in(sandbox: Sandbox, known: Any) -> GitHubApp:
    """Return the App, whose requests go into the sandbox."""
    session = requests.Session()
    sandbox.github.client("alice", session=session)  # which makes it lead there
    return GitHubApp(known.id, known.private_key, sandbox.github.url, session=session, clock=sandbox.clock, cache=False)


ORGANIZATION = {"id": 1, "login": "acme", "type": "Organization"}


@pytest.mark.parametrize(("event", "action"), [
    ("installation", "new_permissions_accepted"), ("installation", "suspend"), ("installation", "unsuspend"),
    ("installation", "deleted"), ("installation_repositories", "added"), ("installation_repositories", "removed"),
])  # fmt: skip
def test_a_change_of_rights_lets_go_of_the_tokens(event: str, action: str) -> None:
    """Every token of that installation is minted anew at its next use, one with a scope too; those of others stay."""
    sandbox = Sandbox(socket=False)
    known = sandbox.github.add_app("triage", permissions={"issues": "write"}, owner="acme")
    numbers = [sandbox.github.install(known, account).id for account in ("acme", "other")]
    app = app_in(sandbox, known)
    mine = [app.client_for(numbers[0]), app.client_for(numbers[0], permissions={"issues": "read"})]
    other = app.client_for(numbers[1])

    def secrets() -> list[Any]:
        return [client.token.value for client in (*mine, other) if client.token is not None]

    before = secrets()
    payload = {"action": action, "installation": {"id": numbers[0], "account": ORGANIZATION}, "repositories": []}
    for client in (app.client, mine[0]):
        client.read_payload(event, payload)
        after = secrets()
        assert [one == two for one, two in zip(before, after, strict=True)] == [False, False, True]
        before = after


def test_other_deliveries_leave_the_tokens_alone() -> None:
    """What does not change any right costs no mint."""
    sandbox = Sandbox(socket=False)
    known = sandbox.github.add_app("triage", permissions={"issues": "write"}, owner="acme")
    number = sandbox.github.install(known, "acme").id
    app = app_in(sandbox, known)
    token = app.client_for(number).token
    assert token is not None
    before = token.value
    about = {"installation": {"id": number, "account": ORGANIZATION}, "sender": {"login": "bob", "id": 2}}
    app.client.read_payload("installation", {"action": "created", **about})
    app.client.read_payload("star", {"action": "created", "repository": {"full_name": "acme/w"}, **about})
    assert token.value == before
