"""Listing issues, three fields read of each: igitt against a bare `requests` loop.

With and without latency, with and without orjson. Targets, as ratios to the loop (which decodes with
``response.json()``): without latency at most 1.15, with orjson at most 0.7; at 50 ms a request at most 0.25, in order.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

if os.environ.get("BENCHMARK_JSON") == "standard":
    sys.modules["orjson"] = None  # type: ignore[assignment]  # makes its import fail: the standard library decodes

import requests
from measure import ratios, rounds, table
from server import API, PER_PAGE, REPOSITORY, server

import igitt
from igitt.cache import ResponseCache

COUNT = 5_000
LATENCY = 0.05
TOKEN = "ghp_" + "0" * 36


def requests_loop(url: str) -> Callable[[], None]:
    """What somebody without an SDK would write: one page after the other, as the links lead."""

    def run() -> None:
        seen = []
        with requests.Session() as session:
            session.headers.update({"Authorization": f"Bearer {TOKEN}", "Accept": "application/vnd.github+json"})
            following: str | None = f"{url}{API}/repos/{REPOSITORY}/issues?per_page={PER_PAGE}"
            while following:
                response = session.get(following)
                seen += [(issue["number"], issue["title"], issue["state"]) for issue in response.json()]
                following = response.links.get("next", {}).get("url")
        _check([number for number, _, _ in seen])

    return run


def igitt_list(url: str, **options: object) -> Callable[[], None]:
    """The same with igitt."""

    def run() -> None:
        options.setdefault("cache", ResponseCache())
        with igitt.GitHub(TOKEN, url, **options) as client:
            found = client.get_repo(REPOSITORY).filter_issues(state="all")
            seen = [(issue.number, issue.title, issue.state) for issue in found]
        _check([number for number, _, _ in seen])

    return run


def _check(numbers: list[int]) -> None:
    if numbers != list(range(1, COUNT + 1)):
        raise AssertionError("the issues are not all there, in order")


def main(times: int = 5) -> None:
    """Measure with this process's JSON decoder and print."""
    decoder = "standard json" if sys.modules.get("orjson") is None else "orjson"
    rows = []
    for latency, number in ((0.0, times), (LATENCY, max(1, times // 2))):
        with server(latency, COUNT) as url:
            contestants = {
                "requests loop": requests_loop(url),
                "igitt": igitt_list(url),
                "igitt, read_ahead=1": igitt_list(url, read_ahead=1),
            }
            for run in contestants.values() if not latency else ():
                run()
            taken = rounds(contestants, number)
        for name, ratio in ratios(taken, "requests loop").items():
            rows.append([f"{1000 * latency:.0f} ms, {name}", f"{min(taken[name]):.3f}", f"{ratio:.2f}"])
    table(f"Listing {COUNT} issues, {decoder}", ["", "s (best)", "ratio (median)"], rows)


if __name__ == "__main__":
    if "BENCHMARK_JSON" in os.environ:
        main(*(int(argument) for argument in sys.argv[1:]))
    else:
        for kind in ("standard", "orjson"):
            subprocess.run([sys.executable, *sys.argv], env={**os.environ, "BENCHMARK_JSON": kind}, check=True)  # noqa: S603 - this script itself
            print()
