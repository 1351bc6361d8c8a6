"""Forges for the documentation's examples: github.com and gitlab.com, played by a sandbox in this process.

An example is written as a user would write it, with the public addresses and with tokens from the environment. Between
``start()`` and ``stop()``, what ``requests`` would send there goes to the sandbox; anything else is refused.
"""

from __future__ import annotations

import os
from typing import Any, Self
from unittest import mock

import requests
from requests.adapters import HTTPAdapter

from igitt.cache import Cache
from igitt.testing import Sandbox

__all__ = ["Forges"]

_HOOK_SECRET = "correct horse battery staple"  # noqa: S105 - of the sandbox


class Forges:
    """A sandbox under the public addresses, with a small world on each forge.

    There are the users ``alice`` (whose tokens are in ``GITHUB_TOKEN`` and ``GITLAB_TOKEN``) and ``bob``, the
    organization ``acme``, its repository ``acme/widgets`` with two issues of bob's, the branch ``faster`` and a
    merge request of it; on GitLab also ``acme/tools/gears`` with one issue. A GitHub App named ``triage`` is installed
    at ``acme``; its users, and those of an application of GitLab, log in by the ids and secrets in the environment.
    """

    def __init__(self) -> None:
        self.sandbox = Sandbox(socket=False)
        # So that the addresses in their answers are the public ones, too.
        self.sandbox._urls = ["https://github.com", "https://gitlab.com"]  # noqa: SLF001 - only the documentation plays them
        self._patches: list[Any] = []
        for forge in (self.sandbox.github, self.sandbox.gitlab):
            populate(forge)
        self.sandbox.gitlab.add_repository("acme/tools/gears", members={"alice": "maintainer"})
        self.sandbox.gitlab.add_issue("acme/tools/gears", "A tooth is missing", author="bob")
        self.app = self.sandbox.github.add_app(
            "triage",
            permissions={"issues": "write", "pull_requests": "write", "statuses": "write"},
            events=["issues", "pull_request", "issue_comment"],
            webhook_secret=_HOOK_SECRET,
        )
        self.application = self.sandbox.gitlab.add_application("triage", scopes=["api", "read_api", "read_user"])
        self.installation = self.sandbox.github.install(self.app, "acme")

    def start(self) -> Self:
        """Begin to play the public forges."""
        Cache.use_memory()
        Cache.reset_stats()
        environment = {
            "GITHUB_TOKEN": self.sandbox.github.token_for("alice"),
            "GITLAB_TOKEN": self.sandbox.gitlab.token_for("alice"),
            "GITHUB_APP_ID": str(self.app.id),
            "GITHUB_APP_PRIVATE_KEY": self.app.private_key,
            "WEBHOOK_SECRET": _HOOK_SECRET,
            "GITHUB_WEBHOOK_SECRET": _HOOK_SECRET,
            "GITLAB_WEBHOOK_SECRET": _HOOK_SECRET[::-1],
            "GITHUB_CLIENT_ID": self.app.client_id,
            "GITHUB_CLIENT_SECRET": self.app.client_secret,
            "GITLAB_CLIENT_ID": self.application.client_id,
            "GITLAB_CLIENT_SECRET": self.application.client_secret,
            "SESSION_KEY": "of the sandbox",
        }
        self._patches = [mock.patch.dict(os.environ, environment), mock.patch.object(HTTPAdapter, "send", self._send())]
        for patch in self._patches:
            patch.start()
        for forge in (self.sandbox.github, self.sandbox.gitlab):
            forge.reset_log()
        return self

    def stop(self) -> None:
        """Leave everything as it was."""
        while self._patches:
            self._patches.pop().stop()
        Cache.use_memory()
        self.sandbox.close()

    __enter__ = start

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _send(self) -> Any:
        """What stands in the place of ``HTTPAdapter.send``."""
        inside = self.sandbox.adapter()

        def send(_adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
            # The sandbox's GitHub has its API where an Enterprise Server has it.
            path = str(request.url).removeprefix("https://api.github.com")
            if path != request.url:
                request.url = f"https://github.com{'' if path.startswith('/api/v3/') else '/api/v3'}{path}"
            return inside.send(request, *args, **options)

        return send


def populate(forge: Any) -> None:
    """A small world, the same on both forges."""
    for name in ("alice", "bob"):
        forge.add_user(name, name=name.title())
    forge.add_organization("acme", members={"alice": "owner"})
    forge.add_repository(
        "acme/widgets",
        description="Things that turn",
        members={"bob": "write"},
        labels={"bug": "#d73a4a", "question": "#d876e3"},
        files={"README.md": "# Widgets\n", "widget.py": "def turn():\n    return 360\n"},
    )
    forge.add_issue("acme/widgets", "It squeaks", "Loudly.", author="bob")
    forge.add_issue("acme/widgets", "How do I turn it back?", author="bob", labels=["question"])
    forge.add_commit(
        "acme/widgets", "Turn faster", {"widget.py": "def turn():\n    return 720\n"}, branch="faster", author="bob"
    )
    forge.add_merge_request("acme/widgets", "Turn faster", head="faster", author="bob", body="It was too slow.")
