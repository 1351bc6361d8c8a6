"""How much of python-gitlab's own functional tests passes on the sandbox, and why the rest does not.

They are written for a GitLab in a container, come with the source distribution of python-gitlab, and know it by three
fixtures of pytest-docker, which a plugin gives them here. Nothing of them is kept: they are downloaded into a folder
that is thrown away (or given as ``--folder``, to be used again).

    python benchmarks/python_gitlab_functional.py [--folder DIRECTORY] [--all] [pytest's arguments…]
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

from igitt.testing import Sandbox

VERSION = "6.5.0"
NEEDS = (f"python-gitlab[yaml]=={VERSION}", "pytest", "pytest-console-scripts", "responses")
TOKEN = "glpat-sandboxadministrator"
#: What stands for pytest-docker, and what shortens the tests' waits for a GitLab that works in the background.
PLUGIN = """
import os
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

URL, sleep = urlsplit(os.environ["SANDBOX_URL"]), time.sleep
time.sleep = lambda seconds: sleep(min(seconds, 0.01))


@pytest.fixture(scope="session")
def docker_ip():
    return URL.hostname


@pytest.fixture(scope="session")
def docker_services():
    return SimpleNamespace(port_for=lambda *_, **__: URL.port, wait_until_responsive=lambda **_: None)
"""
#: What stands for docker, which the tests ask for a token.
DOCKER = f"#!/bin/sh\necho {TOKEN}\n"


def prepare(folder: Path) -> tuple[Path, Path]:
    """Make a virtual environment, download and unpack; gives its Python and the unpacked distribution."""
    python, source = folder / "venv" / "bin" / "python", folder / f"python_gitlab-{VERSION}"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *NEEDS], check=True)  # noqa: S603  as written above
    if not source.exists():
        command = ["download", "-q", "--no-deps", "--no-binary", ":all:", "-d", folder, f"python-gitlab=={VERSION}"]
        subprocess.run([python, "-m", "pip", *command], check=True)  # noqa: S603  as written above
        with tarfile.open(next(folder.glob("python_gitlab-*.tar.gz"))) as packed:
            packed.extractall(folder, filter="data")
    (folder / "sandbox_plugin.py").write_text(PLUGIN)
    docker = folder / "bin" / "docker"
    docker.parent.mkdir(exist_ok=True)
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    return python, source


def run(python: Path, source: Path, folder: Path, arguments: list[str]) -> Path:
    """Run the tests against a new sandbox; gives the report."""
    with Sandbox() as sandbox:
        forge = sandbox.gitlab
        root = forge.add_user("root", "Administrator", "admin@example.com", admin=True)
        root.id = 1  # as on every new GitLab
        forge.world.issue_token(TOKEN, root, "user")
        forge.user_limit = 1_000_000
        path = os.pathsep.join([str(folder / "bin"), str(python.parent), os.environ["PATH"]])
        environment = os.environ | {"SANDBOX_URL": forge.url, "PYTHONPATH": str(folder), "PATH": path}
        report = folder / "report.xml"
        command = [python, "-m", "pytest", "-p", "sandbox_plugin", "-q", "--no-header", "--tb=line", "-W", "default",
                   f"--junitxml={report}", *(arguments or ["tests/functional"])]  # fmt: skip
        subprocess.run(command, cwd=source, env=environment, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
        return report


def reason(text: str) -> str:
    """Why a test failed, in a line: what is not played, or what python-gitlab said."""
    known = re.search(r"the sandbox does not play (\w+ /\S+?);", text)
    if known:
        return f"not played: {known[1]}"
    lines = [line for line in text.splitlines() if line.strip()]
    found = next((line[1:].strip() for line in lines if line.startswith("E  ")), lines[0] if lines else "")
    return re.sub(r"[0-9a-f]{12,}", "…", found)[:110]


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--all", action="store_true", help="name each test that failed")
    options, arguments = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        report = run(*prepare(folder), folder, arguments)
        words: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        for case in ET.parse(report).iter("testcase"):  # noqa: S314  pytest wrote it
            bad = next((case.find(word) for word in ("failure", "error") if case.find(word) is not None), None)
            if bad is None:
                words["skipped" if case.find("skipped") is not None else "passed"] += 1
                continue
            words["failed"] += 1
            why = reason(f"{bad.get('message')}\n{bad.text}")
            reasons[why] += 1
            if options.all:
                print(f"{case.get('classname', '').removeprefix('tests.functional.')}::{case.get('name')}: {why}")
        print(f"{words['passed']} of {words.total()} pass, {words['failed']} fail, {words['skipped']} are skipped")
        for why, count in reasons.most_common():
            print(f"{count:4}  {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
