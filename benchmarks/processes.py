"""How many installation tokens a bot of many processes mints, and whether a request fails meanwhile.

A sandbox on a loopback port is the GitHub; its tokens live for seconds in place of an hour. Each process starts
a number of threads that read all the time. One mint for each token that runs out is what it takes::

    python benchmarks/processes.py [PROCESSES THREADS ROTATIONS LIFE]

By default 8 processes of 8 threads, over 5 rotations of tokens that live 3 seconds. Redis is at ``REDIS_URL``.
"""

from __future__ import annotations

import collections
import contextlib
import importlib.util
import json
import math
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from igitt.auth import GitHubApp, TokenStore
from igitt.stores import RedisStore, SQLiteStore
from igitt.testing import Sandbox

__all__ = ["Outcome", "measure"]

REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
#: Seconds between two requests of a thread, so that it is tokens that are measured and not the sandbox's pace.
PAUSE = 0.25


@dataclass(frozen=True)
class Outcome:
    """What happened.

    Attributes:
        requests: how many were answered.
        failures: those that were not, by their error.
        lives: when each token was made and when it ended, in seconds since the epoch, one after the other.
    """

    requests: int
    failures: dict[str, int]
    lives: list[tuple[float, float]]

    @property
    def mints(self) -> int:
        """How many tokens were minted."""
        return len(self.lives)

    @property
    def needless(self) -> int:
        """How many of them while another one still had more than a tenth of its life before it."""
        # The sandbox counts in whole seconds, as GitHub does.
        due = [math.floor(end - 0.1 * (end - begin)) for begin, end in self.lives]
        return sum(begin < before for (begin, _), before in zip(self.lives[1:], due, strict=False))


def measure(contestant: str, *, processes: int, threads: int, rotations: int, life: float, store: str = "") -> Outcome:
    """Let processes work for so many rotations.

    Args:
        contestant: ``"igitt"`` or ``"PyGithub"``.
        processes: how many.
        threads: how many in each.
        rotations: how often a token shall run out.
        life: for how many seconds a token holds.
        store: what igitt's processes share tokens through: ``redis://…``, the path of a file, or nothing.
    """
    with Sandbox() as sandbox:
        github = sandbox.github
        github.add_repository("acme/widgets", private=True)
        app = github.add_app("triage", permissions={"contents": "read"}, owner="acme")
        given: dict[str, Any] = {
            "contestant": contestant, "threads": threads, "seconds": life * rotations + life / 3, "store": store,
            "url": github.url, "api": github.api_url, "app": app.id, "key": app.private_key,
            "installation": github.install(app, "acme").id,
        }  # fmt: skip
        github.token_lifetime = life
        with at_work(processes, given) as workers:
            for worker in workers:
                worker.stdin.write("go\n")
                worker.stdin.flush()
            told = [json.loads(worker.stdout.readline()) for worker in workers]
        tokens = [token for token in github.world.tokens.values() if token.installation is not None]
    failures = sum((collections.Counter(one["failures"]) for one in told), collections.Counter())
    lives = sorted((token.created.timestamp(), token.expires.timestamp()) for token in tokens if token.expires)
    return Outcome(sum(one["requests"] for one in told), dict(failures), lives)


@contextlib.contextmanager
def at_work(processes: int, given: dict[str, Any]) -> Iterator[list[Any]]:
    """Processes that are ready to begin."""
    command = [sys.executable, __file__, "--work"]
    workers: list[Any] = []
    try:
        for _ in range(processes):
            worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this script
            workers.append(worker)
            # Not in the arguments, which every user of the machine can read.
            worker.stdin.write(json.dumps(given) + "\n")
            worker.stdin.flush()
        for worker in workers:
            if worker.stdout.readline() != "ready\n":
                raise RuntimeError("a process did not begin; what it said is above")
        yield workers
    finally:
        for worker in workers:
            with contextlib.suppress(BrokenPipeError):
                worker.stdin.close()
            worker.stdout.close()
            if worker.wait(30) != 0:
                print(f"a process ended with {worker.returncode}", file=sys.stderr)


# --- a process -------------------------------------------------------------------------------------------------------


def work() -> None:
    """What each process does, as told on the standard input."""
    given = json.loads(sys.stdin.readline())
    ask = {"igitt": ask_by_igitt, "PyGithub": ask_by_pygithub}[given["contestant"]](given)
    print("ready", flush=True)
    sys.stdin.readline()
    answered, failures = collections.Counter[str](), collections.Counter[str]()
    end = time.monotonic() + given["seconds"]

    def loop(number: int) -> None:
        while time.monotonic() < end:
            try:
                ask()
            except Exception as error:  # noqa: BLE001 - whatever fails is what is measured
                failures[f"{type(error).__name__}: {str(error)[:80]}"] += 1
            else:
                answered[str(number)] += 1
            time.sleep(PAUSE)

    threads = [threading.Thread(target=loop, args=(number,)) for number in range(given["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"requests": answered.total(), "failures": failures}), flush=True)


def ask_by_igitt(given: dict[str, Any]) -> Callable[[], object]:
    """A request with igitt, whose tokens are shared if there is a store."""
    if given["store"]:
        store: Any = RedisStore if "://" in given["store"] else SQLiteStore
        TokenStore.use_store(store(given["store"], max_age=60))
    client = GitHubApp(given["app"], given["key"], given["url"], cache=False).client_for(given["installation"])
    return lambda: client.request("GET", "repos/acme/widgets")


def ask_by_pygithub(given: dict[str, Any]) -> Callable[[], object]:
    """A request with PyGithub, one client for all threads of a process."""
    import github  # noqa: PLC0415 - only where it is asked for
    from github import Auth  # noqa: PLC0415 - as above

    # It renews twenty seconds early, which suits tokens of an hour; here it shall have a chance, as igitt does.
    Auth.TOKEN_REFRESH_THRESHOLD_TIMEDELTA = timedelta(seconds=0.3)
    auth = Auth.AppAuth(given["app"], given["key"]).get_installation_auth(given["installation"])
    client = github.Github(
        base_url=given["api"], auth=auth, retry=None, seconds_between_requests=0, seconds_between_writes=0
    )
    auth.withRequester(client.requester)
    return lambda: client.get_repo("acme/widgets").private


# --- the table -------------------------------------------------------------------------------------------------------


def main(processes: int = 8, threads: int = 8, rotations: int = 5, life: float = 3) -> None:
    """Measure each contestant, and print what came of it."""
    print(f"{processes} processes of {threads} threads, {rotations} rotations of tokens that live {life:g} s")
    with tempfile.TemporaryDirectory() as folder:
        contestants = [
            ("igitt over Redis", "igitt", REDIS),
            ("igitt over SQLite", "igitt", f"{folder}/tokens.db"),
            ("igitt, nothing shared", "igitt", ""),
        ]
        if importlib.util.find_spec("github") is not None:
            contestants.append(("PyGithub", "PyGithub", ""))
        place = urlsplit(REDIS)
        with socket.socket() as probe:
            if probe.connect_ex((place.hostname or "127.0.0.1", place.port or 6379)) != 0:
                del contestants[0]
        print(f"{'':24}{'requests':>10}{'failed':>8}{'mints':>7}{'needless':>10}")
        for name, contestant, store in contestants:
            found = measure(
                contestant, processes=processes, threads=threads, rotations=rotations, life=life, store=store
            )
            failed = sum(found.failures.values())
            print(f"{name:24}{found.requests:10}{failed:8}{found.mints:7}{found.needless:10}", flush=True)
            for failure, times in found.failures.items():
                print(f"    {times} times {failure}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--work"]:
        work()
    else:
        main(*(int(argument) for argument in sys.argv[1:]))
