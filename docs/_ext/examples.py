"""What examples in the docstrings of ``igitt.interfaces`` find there: a small world, new for each docstring.

So an example is the one or two lines that it is about. The page ``reference/interfaces`` tells readers of the names.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import requests

from _ext.forges import populate
from igitt.auth import GitHubApp
from igitt.testing import Sandbox

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["World", "setup"]


class World:
    """A sandbox with the objects that examples speak of. Each is made when an example names it first."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(socket=False)
        for forge in (self.sandbox.github, self.sandbox.gitlab):
            populate(forge)
            forge.add_team("acme", "builders", members=["bob"])
        self.client = self.sandbox.github.client("alice")
        self.gitlab = self.sandbox.gitlab.client("alice")
        self.repository = self.client.get_repo("acme/widgets")

    def names(self, text: str) -> dict[str, Any]:
        """The objects that a text names, each by its name."""
        words = set(re.findall(r"\w+", text))
        return {name: make(self) for name, make in _NAMES.items() if name in words}

    @cached_property
    def installed(self) -> Any:
        """An App that is installed at the organization; its permissions reach as far as the examples do."""
        made = self.sandbox.github.add_app("triage", permissions={"checks": "write", "issues": "write"})
        self.sandbox.github.install(made, "acme")
        return made

    def app(self) -> GitHubApp:
        """The App, as itself."""
        made = self.installed
        session = requests.Session()
        session.mount(self.sandbox.github.url, self.sandbox.adapter())
        return GitHubApp(made.id, made.private_key, url=self.sandbox.github.url, session=session)

    def check(self) -> Any:
        """A check that the App reported of the newest commit."""
        bot = self.app().client_for("acme")
        sha = self.repository.get_commit("main").sha
        sent = {"name": "lint", "head_sha": sha, "status": "in_progress"}
        bot.request("POST", "repos/acme/widgets/check-runs", json=sent)
        return bot.get_repo("acme/widgets").get_commit(sha).check_runs[0]

    def notice(self) -> Any:
        """What waits for alice, once bob gave her something to do."""
        self.sandbox.github.client("bob").get_repo("acme/widgets").get_issue(1).assign("alice")
        return self.client.notifications[0]

    def run(self) -> Any:
        """A workflow run of two jobs, of which one failed."""
        self.sandbox.github.add_pipeline("acme/widgets", "main", {"build": "success", "test": "failed"})
        return self.repository.pipelines[0]

    def job(self) -> Any:
        """A job that runs, on GitLab."""
        self.sandbox.gitlab.add_pipeline("acme/widgets", "main", {"test": "running"})
        return self.gitlab.get_repo("acme/widgets").pipelines[0].jobs[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.sandbox.close()


_PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBNd1sRrSmW9tG8yUuA3vrQ0v0vZxXkLm1nOpQrStUvW"
_PAYLOAD = {
    "action": "opened",
    "issue": {"number": 1, "title": "It squeaks", "url": "https://github.sandbox/api/v3/repos/acme/widgets/issues/1"},
    "repository": {"full_name": "acme/widgets", "url": "https://github.sandbox/api/v3/repos/acme/widgets"},
}

_NAMES: dict[str, Callable[[World], Any]] = {
    "client": lambda world: world.client,
    "project": lambda world: world.gitlab.get_repo("acme/widgets"),
    "public_key": lambda _world: _PUBLIC_KEY,
    "payload": lambda _world: _PAYLOAD,
    "gitlab": lambda world: world.gitlab,
    "repository": lambda world: world.repository,
    "issue": lambda world: world.repository.get_issue(1),
    "mr": lambda world: world.repository.get_mr(3),
    "comment": lambda world: world.repository.get_issue(1).add_comment("Where?"),
    "commit": lambda world: world.repository.get_commit("main"),
    "label": lambda world: world.repository.get_label("bug"),
    "milestone": lambda world: world.repository.create_milestone("1.0"),
    "branch": lambda world: world.repository.get_branch("faster"),
    "tag": lambda world: world.repository.create_tag("v1.0"),
    "release": lambda world: world.repository.create_release("v1.0"),
    "hook": lambda world: world.repository.register_hook("https://bot.example.com/hook"),
    "file": lambda world: world.repository.get_content("README.md"),
    "organization": lambda world: world.client.get_organization("acme"),
    "team": lambda world: world.client.get_organization("acme").get_team("builders"),
    "user": lambda world: world.client.get_user("bob"),
    "pipeline": World.run,
    "job": World.job,
    "check_run": World.check,
    "app": World.app,
    "installation": lambda world: world.app().installation_for("acme"),
    "notification": World.notice,
    "event": lambda world: world.client.read_payload("issues", _PAYLOAD)[0],
}


def fresh(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:  # noqa: ARG001 - Sphinx's
    """Begin a docstring's examples with a world of its own, which the page does not show."""
    text = " ".join(line for line in lines if line.lstrip().startswith((">>> ", "... ")))
    if text and not inspect.ismodule(thing):
        begin = [".. testcode::", "   :hide:", "", f"   globals().update(World().names({text!r}))", ""]
        lines[:0] = begin


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", fresh, priority=950)
    return {"parallel_read_safe": True}
