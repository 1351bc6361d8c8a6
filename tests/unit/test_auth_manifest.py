"""An App out of a manifest: the form for the browser, the code for the credentials, and nothing shown of them."""

from __future__ import annotations

import copy
import html
import json
import logging
import pickle
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from support.oauth import query_of

from igitt.auth import GitHubAppManifest
from igitt.cache import ResponseCache
from igitt.errors import AuthenticationError, InvalidResponseError, ServerError, ValidationError
from igitt.testing import Sandbox

HOME, BACK = "https://bot.example.com", "https://bot.example.com/made"


class World:
    """A sandbox, and a description of an App for it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.forge = sandbox, sandbox.github
        self.session = requests.Session()
        self.session.mount(self.forge.url, sandbox.adapter())
        self.forge.add_organization("acme", members={"alice": "owner"})
        self.forge.add_repository("acme/widgets")
        self.manifest = self.make()

    def make(self, **options: Any) -> GitHubAppManifest:
        """Return a description."""
        given = {
            "webhook_url": f"{HOME}/webhook",
            "permissions": {"issues": "write"},
            "events": ["issues"],
            "callback_urls": [f"{HOME}/callback"],
            "url": self.forge.url,
            "session": self.session,
            "clock": self.sandbox.clock,
            **options,
        }
        return GitHubAppManifest("Triage bot", HOME, BACK, **given)


@pytest.fixture
def world() -> Iterator[World]:
    """Return the sandbox with a description of an App."""
    with Sandbox(socket=False, clock=lambda: 1_790_000_000.0) as sandbox:
        yield World(sandbox)


def test_from_the_form_to_a_working_app(world: World) -> None:
    """The credentials that come back make an App that works, and logs users in."""
    form = world.manifest.form(organization="acme")
    assert world.forge.requests == []
    callback = world.forge.answer_manifest(form.url, form.manifest)
    made = world.manifest.fetch_app(callback, state=form.state)
    assert (made.slug, made.name, made.owner, made.url) == ("triage-bot", "Triage bot", "acme", world.forge.url)
    assert made.webhook_secret
    known = world.forge.world.apps[made.id]
    assert (known.permissions["issues"], known.webhook_url) == ("write", f"{HOME}/webhook")
    world.forge.install(known, "acme")
    app = made.app(session=world.session, clock=world.sandbox.clock, cache=ResponseCache())
    assert app.data["slug"] == "triage-bot"
    assert app.client_for("acme").get_repo("acme/widgets").create_issue("Hello").author.username == "triage-bot[bot]"
    oauth = made.oauth(redirect_uri=f"{HOME}/callback", session=world.session, clock=world.sandbox.clock)
    token = oauth.fetch_token(world.forge.answer_authorization(oauth.authorization_url()))
    assert world.forge.client(token, cache=False).user.username == "alice"


def test_the_form(world: World) -> None:
    """The page's form posts the manifest, whatever is in it, to the user's or the organization's settings."""
    manifest = world.make(description='"Quotes" & <tags>', settings={"request_oauth_on_install": True})
    form = manifest.form()
    assert form.url == f"{world.forge.url}/settings/apps/new?state={form.state}"
    assert form.state != manifest.form().state
    told = json.loads(form.manifest)
    assert told == manifest.data
    assert told["hook_attributes"] == {"url": f"{HOME}/webhook"}
    assert (told["public"], told["request_oauth_on_install"]) == (False, True)
    [action, value] = re.findall(r'(?:action|value)="([^"]*)"', form.html)
    assert html.unescape(action) == form.url
    assert json.loads(html.unescape(value)) == told
    assert "<tags>" not in form.html


def test_a_user_may_choose_the_name(world: World) -> None:
    """Without a name and a webhook, neither is told."""
    told = json.loads(GitHubAppManifest(None, HOME, BACK).form().manifest)
    assert told == {"url": HOME, "redirect_url": BACK, "public": False}


def test_where_github_is() -> None:
    """The form goes to the web's host of any instance."""
    for url, page in (("https://api.github.com", "https://github.com/"), ("acme.ghe.com", "https://acme.ghe.com/")):
        assert GitHubAppManifest("x", HOME, BACK, url=url).form().url.startswith(f"{page}settings/apps/new?state=")


def test_a_wrong_state(world: World) -> None:
    """A callback that belongs to no form of this session is refused before anything is sent."""
    form = world.manifest.form()
    callback = world.forge.answer_manifest(form.url, form.manifest)
    world.forge.reset_log()
    for state in ("another", "", None):
        with pytest.raises(AuthenticationError, match="not that of the form"):
            world.manifest.fetch_app(callback, state=state)
    with pytest.raises(AuthenticationError, match="has no state"):
        world.manifest.fetch_app(f"{BACK}?code=1", state=form.state)
    with pytest.raises(ValidationError, match="no code"):
        world.manifest.fetch_app(f"{BACK}?state={form.state}", state=form.state)
    assert world.forge.requests == []


def test_a_code_works_once_and_for_an_hour(world: World) -> None:
    """The error says what to do, and does not quote the code."""
    form = world.manifest.form()
    callback = world.forge.answer_manifest(form.url, form.manifest)
    assert world.manifest.fetch_app(callback, state=form.state)
    late = world.forge.answer_manifest(form.url, form.manifest)
    world.sandbox.advance(3601)
    for one in (callback, late):
        with pytest.raises(AuthenticationError, match="show the form again") as caught:
            world.manifest.fetch_app(one, state=form.state)
        assert query_of(one)["code"] not in f"{caught.value} {caught.value.url} {caught.value.__cause__}"


def test_it_is_sent_once(world: World) -> None:
    """The App may have been made, so nothing is repeated; the code is not in the error."""
    form = world.manifest.form()
    callback = world.forge.answer_manifest(form.url, form.manifest)
    world.forge.reset_log()
    world.forge.fail(502, after_effect=True)
    with pytest.raises(ServerError) as caught:
        world.manifest.fetch_app(callback, state=form.state)
    assert query_of(callback)["code"] not in str(caught.value)
    assert len(world.forge.requests) == 1


@pytest.mark.parametrize("body", ["{}", '{"id": 5, "client_id": "x", "client_secret": "s3cret", "pem": null}'])
def test_a_strange_answer(world: World, body: str) -> None:
    """An answer that lacks a part is told as a wrong answer, and nothing of it is quoted."""
    form = world.manifest.form()
    world.forge.fail(201, body=body, path="conversions")
    with pytest.raises(InvalidResponseError) as caught:
        world.manifest.fetch_app(f"{BACK}?code=1&state={form.state}", state=form.state)
    assert "s3cret" not in f"{caught.value} {caught.value.data}"


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_shows_nothing(world: World, leak: Callable[[object], object], caplog: pytest.LogCaptureFixture) -> None:
    """No secret is in its text, the log or a pickle."""
    caplog.set_level(logging.DEBUG, "igitt")
    form = world.manifest.form()
    made = world.manifest.fetch_app(world.forge.answer_manifest(form.url, form.manifest), state=form.state)
    secrets = [made.client_secret, made.webhook_secret, made.private_key.splitlines()[1]]
    shown = f"{made!r} {made} {caplog.text}"
    assert not [one for one in secrets if str(one) in shown]
    with pytest.raises(TypeError, match="holds the App's secrets"):
        leak(made)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"homepage": "bot.example.com"}, "homepage is a whole address"),
        ({"redirect_url": ""}, "redirect_url is a whole address"),
        ({"webhook_url": 5}, "webhook_url is a whole address"),
        ({"callback_urls": ["/callback"]}, "one of callback_urls is a whole address"),
        ({"permissions": "issues"}, "are mappings"),
        ({"callback_urls": "https://bot.example.com"}, "are lists"),
        ({"callback_urls": [BACK] * 11}, "10 callback_urls at most"),
        ({"events": "issues"}, "are lists"),
        ({"settings": {"x": object()}}, "as JSON"),
        ({"url": "ftp://x"}, "web address of an instance"),
    ],
)
def test_wrong_arguments(arguments: dict[str, Any], hint: str) -> None:
    """Each says what is wrong."""
    with pytest.raises(ValidationError, match=hint):
        GitHubAppManifest(**{"name": "x", "homepage": HOME, "redirect_url": BACK, **arguments})
