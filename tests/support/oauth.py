"""A forge with an OAuth application, for tests of logins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from igitt.auth import GitHubAppOAuth2, GitLabOAuth2
from igitt.cache import ResponseCache
from igitt.testing import Sandbox

CALLBACK = "https://bot.example.com/callback"
START = 1_790_000_000.0
#: The path of the endpoint that gives tokens.
TOKENS = {"github": "/login/oauth/access_token", "gitlab": "/oauth/token"}


@dataclass
class Place:
    """A forge, an application of it, and the objects that speak for the application."""

    hoster: str
    sandbox: Sandbox
    forge: Any
    application: Any
    session: requests.Session

    def make(self, **options: Any) -> Any:
        """Return the application as a bot has it."""
        cls = GitHubAppOAuth2 if self.hoster == "github" else GitLabOAuth2
        given = {
            "client_id": self.application.client_id,
            "client_secret": self.application.client_secret,
            "url": self.forge.url,
            "redirect_uri": CALLBACK,
            "session": self.session,
            "clock": self.sandbox.clock,
            **({} if self.hoster == "github" else {"scopes": ["api", "read_user"]}),
            **options,
        }
        return cls(**given)

    def client(self, token: Any, **options: Any) -> Any:
        """Return a client that uses a token, with a cache of its own."""
        return self.forge.client(token, **{"cache": ResponseCache(), **options})

    def says_yes(self, oauth: Any, user: str = "alice") -> tuple[Any, str]:
        """Return what a user was asked, and the callback after a yes."""
        asked = oauth.authorization_url()
        return asked, self.forge.answer_authorization(asked, user)

    def log_in(self, oauth: Any, **options: Any) -> Any:
        """Return the token of a user who went through the web flow."""
        _, callback = self.says_yes(oauth)
        return oauth.fetch_token(callback, **options)

    def install(self, owner: str) -> None:
        """Install the App where its users' tokens are to look; GitLab's applications see what their users see."""
        if self.hoster == "github":
            self.forge.install(next(iter(self.forge.world.apps.values())), owner)

    def trades(self) -> int:
        """Return how often a token was asked for."""
        return sum(record.path == TOKENS[self.hoster] for record in self.forge.requests)


@contextmanager
def make_place(hoster: str) -> Iterator[Place]:
    """A forge with the user alice and an application; its clock stands still until it is moved."""
    with Sandbox(socket=False, clock=lambda: START) as sandbox:
        forge = getattr(sandbox, hoster)
        forge.add_user("alice")
        forge.add_repository("alice/notes", private=True)
        if hoster == "github":
            app = forge.add_app("triage", callback_urls=[CALLBACK])
            application = forge.applications[app.client_id]
        else:
            application = forge.add_application("triage", redirect_uris=[CALLBACK], scopes=["api", "read_user"])
        with requests.Session() as session:
            session.mount(forge.url, sandbox.adapter())
            yield Place(hoster, sandbox, forge, application, session)


def query_of(url: str) -> dict[str, str]:
    """Return the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
