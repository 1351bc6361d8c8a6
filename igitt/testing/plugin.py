"""The pytest plugin: ``igitt_cassette``, the search for recordings that nothing plays, and the contract suite.

It is loaded by every pytest that finds igitt installed, so it imports nothing of igitt and no vcrpy until a test or an
option asks for them.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from igitt.testing.recorder import Recording

_CASSETTE = pytest.StashKey["Recording"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options."""
    group = parser.getgroup("igitt", "recorded requests")
    group.addoption(
        "--igitt-prune",
        action="store_true",
        help="delete the recordings that no test uses, and in the others what none plays",
    )
    group.addoption(
        "--igitt-check-recordings", action="store_true", help="fail when there are recordings that no test uses"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Look for what is stale, if that was asked for."""
    if hasattr(config, "workerinput"):
        return
    wanted = [name for name in ("--igitt-prune", "--igitt-check-recordings") if config.getoption(name)]
    if not wanted:
        return
    for option, flag in (("numprocesses", "-n"), ("lf", "--last-failed")):
        if config.getoption(option, None):
            raise pytest.UsageError(f"{wanted[0]} has to see all tests in this process; leave out {flag}")
    config.pluginmanager.register(_Stale(config, prune=bool(config.getoption("--igitt-prune"))))


# The shipped tests say what was wrong as the user's own do.
pytest.register_assert_rewrite("igitt.testing.contract")


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> pytest.Collector | None:
    """Collect the contract suite where a test module has one."""
    contract = sys.modules.get("igitt.testing.contract")
    if contract is None or not isinstance(obj, contract.Contract):
        return None
    from igitt.testing.contract import collecting  # noqa: PLC0415 - loads igitt, only for those who want it

    plugins = collector.config.pluginmanager
    if not plugins.is_registered(collecting):
        plugins.register(collecting, "igitt contract")
    node: pytest.Collector = collecting.ContractNode.from_parent(collector, name=name, contract=obj)
    return node


@pytest.fixture
def igitt_cassette(request: pytest.FixtureRequest) -> Iterator[Recording]:
    """A recording for a test function, in ``recordings/MODULE.FUNCTION.json`` beside its module.

    See :class:`igitt.testing.Recording` for what it offers: ``clock``, ``options``, ``given()``, ``secret()``,
    ``app_key()``.

    Example::

        def test_labels(igitt_cassette):
            token = igitt_cassette.secret(lambda: os.environ["GITLAB_TOKEN"])
            client = igitt.GitLab(token, **igitt_cassette.options)
            assert "bug" in client.get_repo("group/project").get_labels()
    """
    from igitt.testing.recorder import Recording  # noqa: PLC0415 - see the module's docstring

    test = request.node.nodeid.partition("::")[2]
    file = f"{request.path.stem}.{_file_name(test)}.json"
    recording = Recording(request.path.parent / "recordings" / file, test=f"{request.path.name}::{test}")
    request.node.stash[_CASSETTE] = recording.start()
    try:
        yield recording
    finally:
        recording.abort()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """End the recording of a test that passed, within the test, so that the test fails if it does not fit."""
    result = yield
    recording = item.stash.get(_CASSETTE, None)
    if recording is not None:
        recording.finish()
    return result


def _file_name(test: str) -> str:
    """A test's name as one that every file system takes; distinguished by a digest where characters had to go."""
    name = re.sub(r"[^\w.-]+", "-", test.replace("::", "."), flags=re.ASCII).strip("-")
    if len(name) <= 120 and re.sub(r"[\[\]]", "", test.replace("::", ".").replace("[", "-")) == name:
        return name
    return f"{name[:120]}-{hashlib.sha256(test.encode()).hexdigest()[:8]}"


class _Stale:
    """Finds the recordings that nothing plays, among those whose modules were collected whole."""

    def __init__(self, config: pytest.Config, *, prune: bool) -> None:
        from igitt.testing import recorder  # noqa: PLC0415 - see the module's docstring

        self._recorder = recorder
        self._config = config
        self._prune = recorder.prune = prune
        self._collected: dict[Path, set[str]] = {}
        self._passed: set[tuple[Path, str]] = set()
        self._paths: dict[str, tuple[Path, str]] = {}
        self._found: list[Path] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Learn which tests there are, before others choose among them."""
        for item in items:
            module, test = item.path.resolve(), item.nodeid.partition("::")[2]
            self._collected.setdefault(module, set()).add(test)
            self._paths[item.nodeid] = module, test

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Learn which tests passed."""
        if report.when == "call" and report.passed and report.nodeid in self._paths:
            self._passed.add(self._paths[report.nodeid])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Look, and delete or fail."""
        self._recorder.prune = False
        self._found = [path for path in self._files() if self._is_stale(path)]
        for path in self._found if self._prune else ():
            path.unlink()
        if (
            self._found
            and not self._prune
            and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was found."""
        if self._found:
            terminalreporter.section("recordings that no test uses" + (", deleted" if self._prune else ""))
            for path in self._found:
                terminalreporter.line(str(path))
            if not self._prune:
                terminalreporter.line("Run pytest --igitt-prune to delete them.")

    def _files(self) -> list[Path]:
        """The files in all folders of recordings below what pytest was asked to run."""
        ignored = self._config.getini("norecursedirs")
        found: set[Path] = set()
        for named in self._config.args:
            start = (self._config.invocation_params.dir / named.partition("::")[0]).resolve()
            if start.is_file():
                found.update(start.parent.glob("recordings/*.json"))
            for folder, folders, _ in os.walk(start):
                folders[:] = [name for name in folders if not any(fnmatch.fnmatch(name, each) for each in ignored)]
                found.update(Path(folder).glob("recordings/*.json"))
        return sorted(found)

    def _is_stale(self, path: Path) -> bool:
        if path in self._recorder.used:
            return False
        from igitt.testing.exchange import Record  # noqa: PLC0415 - see the module's docstring

        try:
            module_name, _, test = Record.load(path).test.partition("::")
        except (OSError, ValueError):
            return False  # none of ours
        module = path.parent.parent / module_name
        if not module.is_file():
            return True
        partly = {str(named).partition("::")[0] for named in self._config.args if "::" in named}
        whole = not any((self._config.invocation_params.dir / each).resolve() == module for each in partly)
        if test in self._collected.get(module, ()):
            return (module, test) in self._passed
        return whole and module in self._collected
