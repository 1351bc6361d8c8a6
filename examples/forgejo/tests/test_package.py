"""The package from outside: made of public names alone, and found by igitt once it is installed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1]
#: What a provider is made of; doubles may be made of the sandbox besides.
PUBLIC = {"igitt", "igitt.errors", "igitt.interfaces", "igitt.provider", "igitt.testing", "igitt.webhooks"}


def _imports(file: Path) -> list[tuple[str, str]]:
    """The modules of igitt's, and the names of each, that a file imports."""
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "igitt":
            found += [(str(node.module), alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names if alias.name.partition(".")[0] == "igitt"]
    return found


@pytest.mark.parametrize("file", sorted((PACKAGE / "igitt_forgejo").rglob("*.py")), ids=lambda file: file.name)
def test_only_public_names(file: Path) -> None:
    """No private module or name of igitt's is imported."""
    for module, name in _imports(file):
        assert not any(part.startswith("_") for part in (*module.split("."), name)), (module, name)
        assert module in PUBLIC or (file.parent.name == "testing" and module.startswith("igitt.testing.sandbox"))


SCRIPT = """
import igitt
from igitt.registry import get_hoster
from igitt.urls import parse_url

repository = igitt.get_repo("https://codeberg.org/org/repo/pulls/5", {"codeberg.org": "0" * 40})
print(type(repository).__name__, repository.full_name, repository.url)
print(igitt.get_repo("git@codeberg.org:org/repo.git").full_name)
pages = "issues/3 pulls/5 src/branch/main/docs/index.md commit/abcdef0123 releases/tag/v1 milestone/2"
for path in pages.split():
    found = parse_url(f"https://codeberg.org/org/repo/{path}")
    print(found.hoster, found.full_name, found.kind, found.number, found.ref, found.path)
from igitt_forgejo import FORGEJO, Forgejo

igitt.register_hoster("git.example.com/forge", Forgejo)
print(igitt.get_repo("https://git.example.com/forge/org/repo/issues/1").url)
print(get_hoster("forgejo.example.org"))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, installed into a folder of its own."""
    place = tmp_path_factory.mktemp("installed")
    arguments = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(place)]
    source = tmp_path_factory.mktemp("source") / "forgejo"
    subprocess.run(["cp", "-r", str(PACKAGE), str(source)], check=True)  # noqa: S603, S607 - building writes beside it
    made = subprocess.run(  # noqa: S603 - Python's own installer
        [sys.executable, "-m", "pip", *arguments, str(source)], capture_output=True, text=True, check=False
    )
    if made.returncode and "No module named" in made.stderr:
        pytest.skip("this Python has no pip or setuptools")
    assert made.returncode == 0, made.stderr
    return place


def test_it_is_found_once_it_is_installed(installed: Path) -> None:
    """codeberg.org's URLs lead to it by its entry point, and those of any instance that is registered."""
    told = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-W", "error", "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(installed)},
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == [
        "ForgejoRepository org/repo https://codeberg.org/api/v1/repos/org/repo",
        "org/repo",
        "forgejo org/repo issue 3 None None",
        "forgejo org/repo merge request 5 None None",
        "forgejo org/repo file None main docs/index.md",
        "forgejo org/repo commit None None None",
        "forgejo org/repo release None v1 None",
        "forgejo org/repo milestone 2 None None",
        "https://git.example.com/forge/api/v1/repos/org/repo",
        "<Forgejo https://forgejo.example.org anonymous>",
    ]
