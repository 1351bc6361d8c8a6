"""Making an issue of JSON that is at hand, and reading five fields of it: microseconds, and bytes beyond the JSON.

For scale: decoding the same issue's 5 KB with the standard library.
"""

from __future__ import annotations

import json
import sys
import timeit
import tracemalloc

from measure import table
from server import REPOSITORY, issue_json

import igitt
from igitt.github import GitHubIssue

COUNT = 10_000


def main(times: int = 7) -> None:
    """Measure and print."""
    text = issue_json("https://api.github.com").replace(b"@N@", b"5")
    data = json.loads(text)
    client = igitt.GitHub(cache=False)
    repository = client.get_repo(REPOSITORY)
    issue = GitHubIssue.from_data(data, client, repository)
    works = {
        "make it": lambda: GitHubIssue.from_data(data, client, repository),
        "read title, number, state": lambda: (issue.title, issue.number, issue.state),
        "read created (a time)": lambda: issue.created,
        "read labels (a set)": lambda: issue.labels,
        "read author.username": lambda: issue.author.username,
        "read five: title, state, author, created, labels": lambda: (
            issue.title, issue.state, issue.author.username, issue.created, issue.labels,
        ),
        "json.loads, for scale": lambda: json.loads(text),
    }  # fmt: skip
    rows = []
    for name, work in works.items():
        best = min(timeit.repeat(work, number=COUNT // 10, repeat=times)) / (COUNT // 10)
        rows.append([name, f"{1e6 * best:.2f}"])
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [None] * COUNT
    held = tracemalloc.get_traced_memory()[0] - before
    kept = [GitHubIssue.from_data(data, client, repository) for _ in range(COUNT)]
    each = (tracemalloc.get_traced_memory()[0] - before - held) / len(kept)
    table("Hydrating an issue", ["", "us (best)"], rows)
    print(f"bytes an issue, beyond its JSON: {each:.0f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
