"""Git for tests: the machine's own, which has to be there in CI, run as a bot's author would."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

IN_CI = os.environ.get("CI") == "true"
IDENTITY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Bob"), ("EMAIL", "bob@example.com"))
}


def need_git() -> str:
    """Where git is; skips the test where it is not, and fails it in CI."""
    found = shutil.which("git")
    if found is None:
        reason = "there is no git on the PATH: install it"
        if IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    return found


class Folder:
    """A clone, and git in it.

    Args:
        path: where it is.
        environment: what git runs with.
    """

    def __init__(self, path: Path, environment: dict[str, str] | None = None) -> None:
        self.path = path
        self.environment = {**(environment or os.environ), **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull}

    def __call__(self, *words: str) -> str:
        """What git says to these words; fails when git does."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Git's end, whatever it is."""
        return subprocess.run(  # noqa: S603 - words of the test's own
            [need_git(), *words], cwd=self.path, env=self.environment, capture_output=True, text=True, check=False
        )

    def commit(self, message: str, **files: str) -> str:
        """Write files, commit them, and give the commit's name."""
        for name, text in files.items():
            (self.path / name).write_text(text)
        self("add", "--all")
        self("commit", "--quiet", "--message", message)
        return self("rev-parse", "HEAD")
