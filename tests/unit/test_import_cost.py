"""Importing igitt is cheap: what only some need is loaded when they need it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

#: What nobody pays for who does not use it.
LATE = (
    "jwt",
    "sqlite3",
    "cryptography",
    "werkzeug",
    "vcr",
    "pytest",
    "dateutil",
    "igitt.testing",
    "igitt.demo",
    "igitt.cli",
)


def loaded(statement: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after a statement."""
    code = f"import json, sys; {statement}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603 - this interpreter
    return set(json.loads(run.stdout))


@pytest.mark.parametrize(
    "statement",
    [
        "import igitt",
        "import igitt; igitt.GitHub('ghp_x')",
        "import igitt; igitt.GitLab('glpat-x')",
        "import igitt.auth",
    ],
)
def test_what_is_not_loaded(statement: str) -> None:
    """Neither the import nor a client with a plain token loads App authentication, the sandbox or the commands."""
    assert loaded(statement).isdisjoint(LATE)


def test_a_provider_is_loaded_when_it_is_asked_for() -> None:
    """A bot that runs on one forge does not pay for the other, and the bare import pays for none."""
    assert loaded("import igitt").isdisjoint({"igitt.github", "igitt.gitlab", "requests"})
    github = loaded("import igitt; igitt.GitHub")
    assert "igitt.github" in github
    assert "igitt.gitlab" not in github


def test_the_front_door_has_what_it_names() -> None:
    """Every name that `igitt` exports is there, and no other."""
    code = (
        "import igitt; print([name for name in igitt.__all__ if not hasattr(igitt, name)], hasattr(igitt, 'nonsense'))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603 - this interpreter
    assert run.stdout.strip() == "[] False"


@pytest.mark.parametrize(("made", "forge"), [("GitHub('ghp_x')", "github"), ("GitLab('glpat-x')", "gitlab")])
def test_a_client_loads_no_class_before_it_is_used(made: str, forge: str) -> None:
    """Neither objects, interfaces of theirs, webhooks, lists nor the table of writes; an issue loads what it needs."""
    late = {f"igitt.{forge}.{part}" for part in ("issue", "repository", "merge_request", "webhooks", "writes", "hook")}
    late |= {"igitt._objects.resource", "igitt._http.pagination", "igitt._http.writes", "igitt.interfaces.issue"}
    late |= {"igitt.urls", "orjson", "difflib"}
    assert loaded(f"import igitt; igitt.{made}").isdisjoint(late)
    used = loaded(f"import igitt; igitt.{made}.get_repo('org/repo').get_issue(1)")
    assert f"igitt.{forge}.issue" in used
    assert f"igitt.{forge}.notification" not in used
