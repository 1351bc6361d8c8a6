"""What the recorded tests are recorded against: the sandbox, or a real forge where the environment says so.

``IGITT_RECORD=all pytest tests/recorded`` records against the sandbox. For a real forge it takes
``IGITT_RECORD_GITHUB_TOKEN`` and ``IGITT_RECORD_GITHUB_REPOSITORY`` (``owner/name``, where the token may write), or the
same with ``GITLAB``, and for an instance of one's own ``IGITT_RECORD_GITHUB_URL``. The App's test takes
``IGITT_RECORD_GITHUB_APP_ID`` and ``IGITT_RECORD_GITHUB_APP_KEY`` (the key's file) instead of the token; the App has to
be installed at that repository.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import igitt
from igitt.testing import Recording, Sandbox

PUBLIC = {"github": "https://github.com", "gitlab": "https://gitlab.com"}


@dataclass
class Scene:
    """A forge with a repository on it, real or of the sandbox. What is not asked for is not made, as in a replay."""

    hoster: str
    credential: str = "TOKEN"

    def setting(self, name: str) -> str | None:
        """What the environment says about the real forge."""
        return os.environ.get(f"IGITT_RECORD_{self.hoster.upper()}_{name}")

    @cached_property
    def sandbox(self) -> Sandbox:
        """The sandbox, with ports."""
        return Sandbox()

    @cached_property
    def forge(self) -> Any:
        """The sandbox's forge, with a repository on it."""
        forge = getattr(self.sandbox, self.hoster)
        forge.add_organization("acme", members={"alice": "owner"})
        forge.add_repository("acme/widgets", description="Things that turn", labels=["bug", "idea"])
        for title in ("It squeaks", "It stops"):
            forge.add_issue("acme/widgets", title, "Loudly.", author="alice", labels=["bug"])
        return forge

    @cached_property
    def app(self) -> Any:
        """The App of the sandbox's GitHub."""
        app = self.forge.add_app("triage", permissions={"issues": "write"})
        self.forge.install(app, "acme")
        return app

    def url(self) -> str:
        """The forge's address."""
        return self.setting("URL") or (PUBLIC[self.hoster] if self.setting(self.credential) else self.forge.url)

    def repository(self) -> str:
        """The repository's name."""
        return (self.setting("REPOSITORY") if self.setting(self.credential) else None) or "acme/widgets"

    def token(self) -> str:
        """A token that may write there."""
        return self.setting("TOKEN") or self.forge.token_for("alice")

    def app_id(self) -> int:
        """The App's number."""
        return int(self.setting("APP_ID") or self.app.id)

    def app_key(self) -> str:
        """The App's private key."""
        file = self.setting("APP_KEY")
        return Path(file).read_text(encoding="ascii") if file else self.app.private_key

    def close(self) -> None:
        """Close the sandbox, if there is one."""
        if "sandbox" in vars(self):
            self.sandbox.close()


def client_of(recording: Recording, scene: Scene) -> Any:
    """A client of the forge, for recording and for replay."""
    made = igitt.GitHub if scene.hoster == "github" else igitt.GitLab
    return made(recording.secret(scene.token), recording.given(scene.hoster, scene.url), **recording.options)
