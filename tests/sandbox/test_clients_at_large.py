"""What ``benchmarks/clients.py`` counts, for a few of its clients: they were written for the real forges."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "clients.py"
#: They are fetched from their registries, which takes a minute and a network.
WANTED = os.environ.get("CI") == "true" or os.environ.get("IGITT_SLOW") == "1"


@pytest.fixture(scope="module")
def script() -> Any:
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("clients_at_large", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["clients_at_large"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["git", "gh", "octokit"])
def test_a_client_cannot_tell(name: str) -> None:
    """Nine of ten operations that the client is used for work on the sandbox as on the forge."""
    if not WANTED:
        pytest.skip("it takes a minute and a registry: in continuous integration, or with IGITT_SLOW=1")
    done = subprocess.run([sys.executable, str(SCRIPT), name], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(rf"^{name} +(\d+) +(\d+) ", done.stdout, re.MULTILINE)
    if found is None:
        assert "not run:" in done.stdout, done.stderr
        pytest.skip(done.stdout)
    tried, worked = int(found[1]), int(found[2])
    assert tried >= 40
    assert worked >= 0.9 * tried, done.stdout


def test_every_client_has_its_program(script: Any) -> None:
    """Each client's program is there, and no other."""
    programs = {path.name for path in script.DRIVERS.iterdir() if path.suffix in {".py", ".mjs"}}
    shared = {"attempt.py", "attempt.mjs", "paths.py"}
    assert {client.driver for client in script.CLIENTS} == programs - shared
