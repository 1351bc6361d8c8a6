"""What there is in the demonstration's forges before anything happens."""

from __future__ import annotations

from typing import Any

__all__ = ["REPOSITORY", "SECRET", "populate"]

REPOSITORY = "acme/widgets"
SECRET = "a secret that only the forge and the bot know"  # noqa: S105 - of the sandbox


def populate(forge: Any) -> None:
    """Users, a repository and a branch, the same on both forges.

    Args:
        forge: ``sandbox.github`` or ``sandbox.gitlab``.
    """
    for name in ("alice", "bob", "triage-bot"):
        forge.add_user(name, name=name.title())
    forge.add_organization("acme", members={"alice": "owner"})
    forge.add_repository(
        REPOSITORY,
        description="Things that turn",
        members={"bob": "write", "triage-bot": "write"},
        labels={"bug": "#d73a4a", "performance": "#fbca04", "question": "#d876e3"},
        files={"README.md": "# Widgets\n", "widget.py": "def turn():\n    return 360\n"},
    )
    forge.add_commit(
        REPOSITORY, "Turn faster", {"widget.py": "def turn():\n    return 720\n"}, branch="faster", author="bob"
    )
