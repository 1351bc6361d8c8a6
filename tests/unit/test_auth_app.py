"""A GitHub App as itself, against the sandbox: installations, their clients, and the webhook."""

import copy
import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from support.credentials import at_once, pem_of, rsa_key

from igitt.auth import GitHubApp
from igitt.errors import AuthenticationError, ElementDoesntExistError, ReadOnlyError, ValidationError
from igitt.testing import Sandbox


class World:
    """A sandbox with an App that is installed at an organization and at a user."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.forge = sandbox.github
        self.forge.add_user("alice")
        self.forge.add_user("bob")
        self.forge.add_organization("acme")
        for name in ("widgets", "gears"):
            self.forge.add_repository(f"acme/{name}", private=True)
        self.forge.add_issue("acme/widgets", "It rattles")
        self.known = self.forge.add_app("triage", permissions={"issues": "write"}, events=["issues"], owner="acme")
        self.at_acme = self.forge.install(self.known, "acme").id
        self.at_alice = self.forge.install(self.known, "alice").id
        self.session = requests.Session()
        self.session.mount(self.forge.url, sandbox.adapter())
        self.app = self.make()
        self.forge.reset_log()

    def make(self, **options: Any) -> GitHubApp:
        """Return the App."""
        given = {"app_id": self.known.id, "private_key": self.known.private_key, "session": self.session, **options}
        return GitHubApp(url=self.forge.url, **given)

    def requests(self) -> list[str]:
        """Return the requests since the last look."""
        found = [f"{record.method} {record.path}" for record in self.forge.requests]
        self.forge.reset_log()
        return found


@pytest.fixture
def world() -> Iterator[World]:
    """Return the sandbox with the App."""
    with Sandbox(socket=False) as sandbox:
        yield World(sandbox)


def test_it_sends_nothing_before_it_has_to(world: World) -> None:
    """Making the App, and naming an installation by number, sends nothing; the App's data come with the JWT."""
    app = world.make()
    assert app.get_installation(world.at_acme).identifier == world.at_acme
    assert app.client_for(world.at_acme).get_repo("acme/widgets").full_name == "acme/widgets"
    assert world.requests() == []
    assert app.data["slug"] == "triage"
    assert repr(app) == f"<GitHubApp {world.known.id} {world.forge.url}>"


def test_installations(world: World) -> None:
    """All installations are listed, and each is found where it is."""
    app = world.app
    assert {one.identifier for one in app.installations} == {world.at_acme, world.at_alice}
    world.requests()
    assert app.installation_for("acme/widgets").identifier == world.at_acme
    assert app.installation_for("https://github.com/acme/widgets/issues/1").identifier == world.at_acme
    assert app.installation_for("acme").identifier == world.at_acme
    assert app.installation_for(" alice ").identifier == world.at_alice
    assert world.requests() == [
        "GET /repos/acme/widgets/installation",
        "GET /repos/acme/widgets/installation",
        "GET /orgs/acme/installation",
        "GET /orgs/alice/installation",
        "GET /users/alice/installation",
    ]


def test_installations_of_objects(world: World) -> None:
    """Repositories, organizations and users of any client name the place."""
    client = world.app.client_for(world.at_acme)
    places = (client.get_repo("acme/widgets"), client.get_organization("acme"))
    assert {world.app.installation_for(place).identifier for place in places} == {world.at_acme}
    assert world.app.installation_for(client.get_user("alice")).identifier == world.at_alice


def test_where_it_is_not_installed(world: World) -> None:
    """One line says what to look at, and quotes no credential of a URL."""
    for where in ("acme/cogs", "bob", "nobody", "https://s3cret@github.com/bob/things"):
        with pytest.raises(ElementDoesntExistError, match=r"is not installed at .*is the name right") as caught:
            world.app.installation_for(where)
        assert caught.value.status == 404
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("where", [5, None, "", "https://github.com", "..", object()])
def test_what_is_no_place(world: World, where: Any) -> None:
    """What cannot have an installation is refused before anything is sent."""
    with pytest.raises(ValidationError):
        world.app.installation_for(where)
    issue = world.app.client_for(world.at_acme).get_repo("acme/widgets").get_issue(1)
    with pytest.raises(ValidationError, match="at a repository, an organization or a user"):
        world.app.installation_for(issue)


def test_one_client_and_one_token_for_each_installation(world: World) -> None:
    """The same arguments give the same client, however it is named; many threads mint one token."""
    app = world.app
    client = app.client_for(world.at_acme)
    assert client is app.client_for("acme/widgets")
    assert client is app.client_for(app.get_installation(world.at_acme))
    assert client is not app.client_for(world.at_alice)
    world.requests()
    titles = at_once(lambda: app.client_for(world.at_acme).get_repo("acme/widgets").get_issue(1).title, 16)
    assert set(titles) == {"It rattles"}
    assert sum("access_tokens" in line for line in world.requests()) == 1


def test_a_client_with_a_scope_of_its_own(world: World) -> None:
    """A scope has its own client and token, the same one for the same scope, and sees no more than the scope."""
    app = world.app
    scoped = app.client_for(world.at_acme, repositories=["gears"], permissions={"metadata": "read"})
    assert scoped is app.client_for(world.at_acme, repositories=["gears"], permissions={"metadata": "read"})
    others = [app.client_for(world.at_acme), app.client_for(world.at_acme, repositories=["gears"])]
    assert scoped not in others
    assert [one.full_name for one in scoped.repositories] == ["acme/gears"]
    assert {one.full_name for one in others[0].repositories} == {"acme/gears", "acme/widgets"}
    with pytest.raises(ElementDoesntExistError):
        scoped.get_repo("acme/widgets").get_issue(1).refresh()


def test_what_the_webhook_was_sent(world: World) -> None:
    """Deliveries are listed, looked at with request and response, and sent again."""
    app = world.app
    world.forge.add_issue("acme/gears", "It squeaks")
    [found] = app.deliveries
    assert (found.event, found.action, found.installation_id) == ("issues", "opened", world.at_acme)
    assert (found.is_ok, found.is_redelivery) == (found.status == "OK", False)
    assert found.delivered_at is not None
    whole = app.get_delivery(found.identifier)
    assert whole == found
    assert whole.data["request"]["payload"]["issue"]["title"] == "It squeaks"
    app.redeliver(found)
    app.redeliver(found.identifier)
    assert [(one.guid, one.is_redelivery) for one in app.deliveries] == [
        (found.guid, True),
        (found.guid, True),
        (found.guid, False),
    ]


def test_what_failed_is_sent_again(world: World) -> None:
    """Of what failed since a time, each is sent once more, the oldest first, unless another attempt arrived."""
    app, forge = world.app, world.forge
    for title in ("Old", "Squeaks", "Rattles", "Fine"):
        forge.add_issue("acme/gears", title)
    old, squeaks, rattles, fine = forge.deliveries
    old.at -= timedelta(days=1)
    for delivery in (old, squeaks, rattles):
        delivery.status = 500
    first = app.redeliver_failed(datetime.now(UTC) - timedelta(hours=1))
    assert [one.guid for one in first] == [squeaks.guid, rattles.guid]
    assert [one.guid for one in forge.deliveries[4:]] == [squeaks.guid, rattles.guid]
    forge.deliveries[5].status = 502  # the second attempt of "Rattles" failed, too; that of "Squeaks" arrived
    again = app.redeliver_failed(datetime.now(UTC) - timedelta(hours=1))
    assert [(one.guid, one.is_redelivery) for one in again] == [(rattles.guid, True)]
    assert fine.guid not in [one.guid for one in forge.deliveries[4:]]
    attempts = app.attempts(again[0])
    assert [(one.guid, one.status_code) for one in attempts] == [(rattles.guid, code) for code in (200, 502, 500)]


@pytest.mark.parametrize("since", [datetime(2026, 1, 1), "2026-01-01", None])  # noqa: DTZ001 - that it has no time zone is the point
def test_since_when(world: World, since: Any) -> None:
    """A time without a zone may mean another one, and is refused before anything is sent."""
    with pytest.raises(ValidationError, match="with a time zone"):
        world.app.redeliver_failed(since)
    assert world.requests() == []


def test_the_webhooks_address(world: World) -> None:
    """The configuration is read without its secret, and changed field by field."""
    assert world.app.hook_config["url"] == "https://triage.example.com/webhook"
    assert (
        world.app.edit_hook_config(url="https://bot.example.com", secret="s3cret")["url"] == "https://bot.example.com"
    )
    config = world.app.hook_config
    assert (config["url"], config["secret"]) == ("https://bot.example.com", "********")
    with pytest.raises(ValidationError, match="'json' or 'form'"):
        world.app.edit_hook_config(content_type="xml")


def test_options_reach_the_installations_clients(world: World) -> None:
    """A read-only App makes read-only clients, whose tokens are minted all the same."""
    app = world.make(read_only=True)
    for client in (app.client_for(world.at_acme), app.client_for(world.at_acme, repositories=["widgets"])):
        issue = client.get_repo("acme/widgets").get_issue(1)
        assert issue.title == "It rattles"
        with pytest.raises(ReadOnlyError, match=r"read-only, so PATCH repos/acme"):
            issue.title = "It hums"
    with pytest.raises(ReadOnlyError, match=r"read-only, so PATCH app/hook"):
        app.edit_hook_config(url="https://bot.example.com")


def test_a_wrong_key(world: World) -> None:
    """The key of another App is refused by GitHub, and the error says that it is about credentials."""
    with pytest.raises(AuthenticationError, match="do app_id and private"):
        assert world.make(private_key=pem_of(rsa_key())).data


def test_close(world: World) -> None:
    """It closes what it opened, and can be used again."""
    with world.app as app:
        app.client_for(world.at_acme, repositories=["gears"])
    assert app.data["slug"] == "triage"


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_does_not_travel(world: World, leak: Callable[[object], object]) -> None:
    """It holds a private key, so it is neither pickled nor copied."""
    with pytest.raises(TypeError, match="private key"):
        leak(world.app)
