"""500 GETs of distinct issues one after the other, five fields read of each: igitt against a bare `requests` loop.

Target: at most 0.9 of the loop's time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import requests
from measure import ratios, rounds, table
from server import API, REPOSITORY, server

import igitt
from igitt.cache import ResponseCache

COUNT = 500
TOKEN = "ghp_" + "0" * 36


def requests_loop(url: str) -> Callable[[], int]:
    """What somebody without an SDK would write."""

    def run() -> int:
        read = 0
        with requests.Session() as session:
            session.headers.update({"Authorization": f"Bearer {TOKEN}", "Accept": "application/vnd.github+json"})
            for number in range(1, COUNT + 1):
                issue = session.get(f"{url}{API}/repos/{REPOSITORY}/issues/{number}").json()
                labels = {label["name"] for label in issue["labels"]}
                read += len((issue["title"], issue["state"], issue["user"]["login"], issue["created_at"], labels))
        return read

    return run


def igitt_loop(url: str, *, cached: bool) -> Callable[[], int]:
    """The same with igitt, which also converts what it reads."""

    def run() -> int:
        read = 0
        with igitt.GitHub(TOKEN, url, cache=ResponseCache() if cached else False) as client:
            repository = client.get_repo(REPOSITORY)
            for number in range(1, COUNT + 1):
                issue = repository.get_issue(number)
                read += len((issue.title, issue.state, issue.author.username, issue.created, issue.labels))
        return read

    return run


def main(times: int = 7) -> None:
    """Measure and print."""
    with server() as url:
        contestants = {
            "requests loop": requests_loop(url),
            "igitt": igitt_loop(url, cached=True),
            "igitt, cache=False": igitt_loop(url, cached=False),
        }
        for run in contestants.values():
            run()
        taken = rounds(contestants, times)
    found = ratios(taken, "requests loop")
    rows = [[name, f"{1000 * min(seconds) / COUNT:.3f}", f"{found[name]:.2f}"] for name, seconds in taken.items()]
    table(f"{COUNT} GETs of distinct issues", ["", "ms each (best)", "ratio (median)"], rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
