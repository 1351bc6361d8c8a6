"""The pytest plugin, in sessions of its own: the fixture, and what becomes of recordings that nothing plays."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import vcr.patch  # noqa: F401 - or each session inside would load it anew

from igitt.testing import Sandbox
from igitt.testing import recorder as recording

pytest_plugins = ["pytester"]

TESTS = """
import os
import requests
from igitt.testing import RecordedTestCase

PATHS = os.environ.get("PATHS", "/meta /versions").split()

def ask(recording):
    url = recording.given("github", lambda: os.environ["FORGE"])
    for path in PATHS:
        assert requests.get(f"{url}/api/v3{path}", headers={"User-Agent": "test"}, timeout=5).ok

def test_fixture(igitt_cassette):
    ask(igitt_cassette)

class TestNames:
    def test_inside(self, igitt_cassette):
        ask(igitt_cassette)

class Case(RecordedTestCase):
    def test_case(self):
        ask(self.recording)
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs pytest over a module whose tests were recorded before."""
    monkeypatch.delenv("CI", raising=False)
    pytester.makeini("[pytest]")
    pytester.makepyfile(test_one=TESTS)

    def session(*options: str, **environment: str) -> pytest.RunResult:
        monkeypatch.delenv("IGITT_RECORD", raising=False)
        monkeypatch.delenv("PATHS", raising=False)
        monkeypatch.setattr(recording, "used", set())
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return pytester.runpytest_inprocess("-q", "-p", "no:hypothesispytest", *options)

    with Sandbox() as sandbox:
        session(IGITT_RECORD="once", FORGE=sandbox.github.url).assert_outcomes(passed=3)
    return session


@pytest.fixture
def recordings(pytester: pytest.Pytester) -> Path:
    """Return the folder of recordings."""
    return pytester.path / "recordings"


def recorded(folder: Path) -> list[str]:
    """The names of the files."""
    return sorted(path.name for path in folder.iterdir())


FILES = ["Case.test_case.json", "test_one.TestNames.test_inside.json", "test_one.test_fixture.json"]


def test_the_fixture(run: Run, recordings: Path) -> None:
    """A recording is named after its test, replayed without the forge, and a test that does not fit it fails."""
    assert recorded(recordings) == FILES
    assert json.loads((recordings / FILES[1]).read_text())["test"] == "test_one.py::TestNames::test_inside"
    run("--igitt-check-recordings").assert_outcomes(passed=3)
    fewer = run(PATHS="/meta")
    fewer.assert_outcomes(failed=3)
    fewer.stdout.fnmatch_lines(["*GET https://github.sandbox/api/v3/versions", "*--igitt-prune*"])
    run(PATHS="/meta /versions /zen").assert_outcomes(failed=3)


def test_pruning(run: Run, recordings: Path) -> None:
    """What nothing plays is dropped when that is asked for: exchanges, and whole files; then everything fits."""
    (recordings / "Gone.test_gone.json").write_text(
        (recordings / FILES[0]).read_text().replace("Case::test_case", "Gone")
    )
    (recordings / "old.json").write_text((recordings / FILES[0]).read_text().replace("test_one.py", "test_old.py"))
    (recordings / "notes.json").write_text('{"mine": true}')
    checked = run("--igitt-check-recordings")
    assert checked.ret == pytest.ExitCode.TESTS_FAILED
    checked.stdout.fnmatch_lines(["*no test uses*", "*Gone.test_gone.json", "*old.json", "*--igitt-prune*"])
    run("--igitt-prune", PATHS="/meta").assert_outcomes(passed=3)
    assert recorded(recordings) == [FILES[0], "notes.json", *FILES[1:]]
    assert len(json.loads((recordings / FILES[0]).read_text())["exchanges"]) == 1
    assert run("--igitt-check-recordings", PATHS="/meta").ret == pytest.ExitCode.OK


@pytest.mark.parametrize(
    "options", [("-k", "fixture"), ("test_one.py::test_fixture",), ("--deselect", "test_one.py::Case")]
)
def test_a_part_of_the_tests_prunes_nothing(run: Run, recordings: Path, options: tuple[str, ...]) -> None:
    """Tests that were left out keep their recordings."""
    assert run("--igitt-prune", *options).ret == pytest.ExitCode.OK
    assert recorded(recordings) == FILES


def test_what_cannot_be_checked(run: Run) -> None:
    """Among tests spread over processes nobody knows what was played, which is said."""
    refused = run("--igitt-prune", "--last-failed")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stderr.fnmatch_lines(["*leave out --last-failed*"])


def test_parametrised_tests(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each case of a test has a file of its own, whatever its name is made of."""
    pytester.makeini("[pytest]")
    pytester.makepyfile(
        """
        import pytest
        @pytest.mark.parametrize("name", ["plain", "a/b", "a-b", "ü", "x" * 300])
        def test_it(igitt_cassette, name):
            print("FILE", igitt_cassette.path.name)
        """
    )
    monkeypatch.setenv("IGITT_RECORD", "all")
    result = pytester.runpytest_inprocess("-s", "-q", "-p", "no:hypothesispytest")
    names = [line.split("FILE ")[1] for line in result.outlines if "FILE " in line]
    assert len(set(names)) == 5
    assert "test_parametrised_tests.test_it-plain.json" in names
    assert all(name.isascii() and len(name) < 200 and "/" not in name for name in names)


def test_other_projects_pay_nothing() -> None:
    """A pytest that finds igitt installed loads neither vcrpy nor requests for it."""
    code = "import sys, igitt.testing.plugin; print({'vcr', 'requests', 'igitt.testing.recorder'} & sys.modules.keys())"
    done: Any = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "set()"
