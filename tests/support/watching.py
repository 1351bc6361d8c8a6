"""Listens to the sandbox's wire during the tests, fails a test for what is not as described, and prints the figure.

The contract suite answers for its requests and for the sandbox's answers, the sandbox's own tests for the answers (they
send wrong requests on purpose). Without the descriptions nothing is judged, and the summary says so.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from contextlib import nullcontext
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from support.conformance import Exchange, Judge, Verdict
from support.operations import missing, noting
from support.undescribed import ANSWERS, REQUESTS, Gap

from igitt.testing.sandbox.forge import Forge
from igitt.testing.sandbox.wire import Request, Response

CONTRACT, SANDBOX = "tests/contract/", "tests/sandbox/"
JUDGED = ("as described", "by a known gap", "no body described", "wrong")
APART = ("not modified", "GraphQL, not described", "not of the API")
#: Names the file that the figures of the documentation are written to.
FIGURES = "IGITT_FIGURES"
HOSTERS = {"github": "GitHub", "gitlab": "GitLab"}


class Watch:
    """The plugin of one process; with pytest-xdist each worker has its own, and the first process adds them up."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._heard: list[Exchange] = []
        self._listening = False
        self.counts: Counter[str] = Counter()
        self.sent: set[str] = set()
        self.used: set[str] = set()
        self._contract: dict[str, float] = {}

    @cached_property
    def _judge(self) -> Judge:
        assert self._folder is not None
        return Judge(self._folder / "spec")

    def listen(self) -> None:
        """Hear each exchange of every sandbox in this process; what a fault spoils is heard as it would have been."""
        answer = Forge._answer  # noqa: SLF001  a fault must not be taken for the forge's own answer

        def heard(forge: Forge, request: Request) -> Response:
            response = answer(forge, request)
            if self._listening:
                self._heard.append(_exchange(request, response))
            return response

        Forge._answer = heard  # type: ignore[method-assign]  # noqa: SLF001

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Forget what the test before has left, and listen where it matters."""
        self._heard = []
        self._listening = self._folder is not None and nodeid.startswith((CONTRACT, SANDBOX))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Judge what a test has sent and got, its fixtures' requests included."""
        place = item.nodeid
        with noting(self.used) if place.startswith(CONTRACT) else nullcontext():
            result = yield
        heard = self._heard
        found: list[str] = []
        for exchange in heard:
            if place.startswith(CONTRACT):
                found += self._count("request", exchange, self._judge.request(exchange))
            found += self._count("answer", exchange, self._judge.answer(exchange))
        if found:
            pytest.fail("not as the forge's description has it:\n" + "\n".join(dict.fromkeys(found)), pytrace=False)
        return result

    def _count(self, half: str, exchange: Exchange, verdict: Verdict) -> list[str]:
        self.counts[f"{exchange.hoster} {half} {verdict.word}"] += 1
        for gap in verdict.gaps:
            self.counts[_key(half, gap)] += 1
        if half == "request" and verdict.operation:
            self.sent.add(f"{exchange.hoster} {verdict.operation}")
        if not verdict.problems:
            return []
        title = f"{half} of {exchange}" + (f" ({exchange.status})" if half == "answer" else "")
        return [title, *(f"    {problem}" for problem in verdict.problems)]

    # ---- the sum, over all processes

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the time of the contract suite; the first process hears of every test."""
        if report.nodeid.startswith(CONTRACT):
            self._contract[report.nodeid] = self._contract.get(report.nodeid, 0.0) + report.duration

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Give what this process has counted to the first."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["conformance"] = [dict(self.counts), sorted(self.sent), sorted(self.used)]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a worker has counted."""
        counts, sent, used = getattr(node, "workeroutput", {}).get("conformance", ({}, (), ()))
        self.counts.update(counts)
        self.sent.update(sent)
        self.used.update(used)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the figures, and with -v what each known gap was needed for."""
        if self._contract:
            terminalreporter.section("contract suite and conformance")
            lines = [*self._size(), *self._figures()]
            for line in lines:
                terminalreporter.line(line)
            if FIGURES in os.environ:
                Path(os.environ[FIGURES]).write_text("\n".join(lines) + "\n", encoding="utf-8")
            if terminalreporter.config.option.verbose > 0:
                for line in [*self._unused(), *self._gaps()]:
                    terminalreporter.line(line)

    def _size(self) -> list[str]:
        once = {place.partition("[")[0] for place in self._contract}
        each = ", ".join(
            f"{sum(f'[{hoster}' in place for place in self._contract)} on {name}" for hoster, name in HOSTERS.items()
        )
        seconds = sum(self._contract.values())
        lines = [f"contract suite: {len(once)} tests, run {len(self._contract)} times ({each}) in {seconds:.1f} s"]
        for hoster, name in HOSTERS.items():
            total, left = self._missing[name]
            calls = f", by {sum(one.startswith(hoster) for one in self.sent)} of its API" if self.sent else ""
            lines.append(f"{name}: {total - len(left)} of {total} operations used{calls}")
        return lines

    def _figures(self) -> list[str]:
        if self._folder is None:
            return [
                "requests and answers: not judged, the forges' descriptions are not there (IGITT_SHARED names them)"
            ]
        lines = []
        for half in ("request", "answer"):
            for hoster, name in HOSTERS.items():
                found = {word: self.counts[f"{hoster} {half} {word}"] for word in (*JUDGED, *APART)}
                judged = sum(found[word] for word in JUDGED)
                good = judged - found["wrong"]
                share = 100 * good / judged if judged else 100
                lines.append(f"{name} {half}s: {good} of {judged} conform ({share:.1f} %)")
                for words, what in ((JUDGED, "of them"), (APART, "apart")):
                    parts = [f"{found[word]} {word}" for word in words if found[word]]
                    lines += [f"    {what}: {', '.join(parts)}"] if parts else []
        return lines

    @cached_property
    def _missing(self) -> dict[str, tuple[int, list[str]]]:
        return missing(self.used)

    def _unused(self) -> list[str]:
        return [f"{name}, not used: {', '.join(left)}" for name, (_, left) in self._missing.items() if left]

    def _gaps(self) -> list[str]:
        lines = []
        for half, gaps in (("request", REQUESTS), ("answer", ANSWERS)):
            for gap in gaps:
                count = self.counts[_key(half, gap)]
                lines.append(
                    f"{count:6} {half}s, {HOSTERS[gap.hoster]}: {gap.where} {gap.what}: {gap.why} ({gap.source})"
                )
        return lines


def _key(half: str, gap: Gap) -> str:
    return f"gap {half} {gap.hoster} {gap.where} {gap.what}"


def _exchange(request: Request, response: Response) -> Exchange:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Exchange(
        request.forge.hoster,
        request.method,
        request.path,
        request.query,
        request.headers.get("content-type", "").partition(";")[0],
        request.body,
        response.status,
        headers.get("content-type", "").partition(";")[0],
        response.body,
        conditional=bool(request.headers.keys() & {"if-none-match", "if-modified-since"}),
    )
