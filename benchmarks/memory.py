"""Memory while iterating 50,000 issues: it stays flat, also with the cache on.

Each contestant runs in a process of its own, once for the system's view (the peak of the resident memory) and once for
Python's own (what `tracemalloc` counts, which is slow: a fifth of the issues). Told is how far the peak lies above
where it stood after the first page: while the first 5,000 issues are read, in which the cache fills up to its bound of
16 MB, and while the rest is.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tracemalloc
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import Connection

import requests
from measure import table
from server import API, ISSUES, PER_PAGE, REPOSITORY, server

import igitt

TOKEN = "ghp_" + "0" * 36
FILLED = 5_000


def bare(url: str) -> Iterator[object]:
    """The titles by a `requests` loop."""
    with requests.Session() as session:
        following: str | None = f"{url}{API}/repos/{REPOSITORY}/issues?per_page={PER_PAGE}"
        while following:
            response = session.get(following)
            yield from (issue["title"] for issue in response.json())
            following = response.links.get("next", {}).get("url")


def with_igitt(url: str, *, cache: bool = True) -> Iterator[object]:
    """The titles by igitt, with its cache (16 MB by default) on."""
    with igitt.GitHub(TOKEN, url, cache=cache) as client:
        yield from (issue.title for issue in client.get_repo(REPOSITORY).issues)


def without_cache(url: str) -> Iterator[object]:
    """The titles by igitt, with its cache off."""
    return with_igitt(url, cache=False)


CONTESTANTS = {"requests loop": bare, "igitt": with_igitt, "igitt, cache=False": without_cache}


def _measure(name: str, url: str, trace: bool, told: Connection) -> None:
    titles = CONTESTANTS[name](url)
    if trace:
        tracemalloc.start()
    count = sum(1 for _ in islice(titles, PER_PAGE))
    floor = _peak(trace=trace)
    count += sum(1 for _ in islice(titles, FILLED - PER_PAGE))
    filled = _peak(trace=trace)
    if trace:
        tracemalloc.reset_peak()
    count += sum(1 for _ in titles)
    told.send((count, filled - floor, _peak(trace=trace) - floor))


def _peak(*, trace: bool) -> int:
    """The peak of what Python allocated, or else of this process's resident memory, in bytes."""
    if trace:
        return tracemalloc.get_traced_memory()[1]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def growth(name: str, url: str, issues: int, *, trace: bool) -> list[str]:
    """How many megabytes the peak lies above the floor: while the first issues are read, and at the end."""
    context = multiprocessing.get_context("spawn")
    told, telling = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(name, url, trace, telling))
    process.start()
    count, *grown = told.recv()
    process.join()
    if count != issues:
        raise AssertionError(f"{count} issues came, not {issues}")
    return [f"{value / 1e6:.1f}" for value in grown]


def main(issues: int = ISSUES) -> None:
    """Measure and print."""
    rows = []
    fifth = max(issues // 5, FILLED)
    with server(0.0, issues) as url, server(0.0, fifth) as small:
        for name in CONTESTANTS:
            resident, traced = growth(name, url, issues, trace=False), growth(name, small, fifth, trace=True)
            rows.append([name, *resident, *traced])
    columns = ["", f"resident at {FILLED}", f"at {issues}", f"allocated up to {FILLED}", f"from there to {fifth}"]
    table("Growth of the peak beyond the first page, in MB", columns, rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
