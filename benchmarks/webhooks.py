"""Verifying, parsing and dispatching a delivery: igitt's router beside the least that anybody has to do.

That least is ``hmac`` and ``json.loads`` of the standard library. All real payloads in the folder that ``IGITT_SHARED``
names are delivered to a bot of five functions, with and without orjson, which the floor never uses. gidgethub and
githubkit, which know only GitHub and no cache, take part where they are installed: gidgethub with a router of the same
functions; githubkit, which has none, with verifying and parsing. Targets, as ratios to the floor over all payloads: at
most 1.3 with the standard library's JSON, below 1 with orjson.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import hmac
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

if os.environ.get("BENCHMARK_JSON") == "standard":
    sys.modules["orjson"] = None  # type: ignore[assignment]  # makes its import fail: the standard library decodes

from measure import rounds, table

import igitt
from igitt.cache import ResponseCache
from igitt.interfaces import CommentActions, IssueActions, MergeRequestActions, PushActions
from igitt.webhooks import Router

FLOOR = "hmac + json.loads"
SECRET = "correct horse battery staple"
PROJECT = Path(__file__).resolve().parent.parent
#: Hoster, headers, body.
Sent = tuple[str, dict[str, str], bytes]
#: What the bot wants: in neutral words, and by GitHub's event and action.
WANTED = (
    (IssueActions.OPENED, "issues", {"action": "opened"}),
    (IssueActions.LABELED, "issues", {"action": "labeled"}),
    (MergeRequestActions, "pull_request", {}),
    (CommentActions.CREATED, "issue_comment", {"action": "created"}),
    (PushActions.PUSHED, "push", {}),
)


def deliveries() -> list[Sent]:
    """What the forges send: compact JSON, and the headers that a framework hands over."""
    folder = Path(os.environ.get("IGITT_SHARED", PROJECT.parent / "shared")) / "data" / "webhooks"
    found = []
    for number, entry in enumerate(json.loads((folder / "index.json").read_text(encoding="utf-8"))):
        payload = json.loads((folder / entry["path"]).read_text(encoding="utf-8"))
        body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
        identifier = f"72d3162e-cc78-11e3-81ab-{number:012}"
        found.append((entry["provider"], headers_of(entry["provider"], entry["event"], identifier, body), body))
    return found


def headers_of(hoster: str, event: str, identifier: str, body: bytes) -> dict[str, str]:
    """The headers of a delivery, among those that a server and its proxy add."""
    common = {
        "Host": "bot.example.com", "User-Agent": "Hook/1.0", "Content-Length": str(len(body)), "Accept": "*/*",
        "Accept-Encoding": "gzip", "Connection": "keep-alive", "Content-Type": "application/json",
        "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https",
    }  # fmt: skip
    if hoster == "gitlab":
        return common | {
            "X-Gitlab-Event": "System Hook", "X-Gitlab-Token": SECRET, "X-Gitlab-Instance": "https://gitlab.com",
            "X-Gitlab-Event-UUID": identifier, "Idempotency-Key": identifier,
        }  # fmt: skip
    return common | {
        "X-GitHub-Event": event, "X-GitHub-Delivery": identifier, "X-GitHub-Hook-ID": "1",
        "X-GitHub-Hook-Installation-Target-ID": "2", "X-GitHub-Hook-Installation-Target-Type": "repository",
        "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(),
    }  # fmt: skip


def floor(sent: list[Sent]) -> Callable[[], object]:
    """No more than verifying and decoding."""
    key = SECRET.encode()

    def run() -> None:
        for hoster, headers, body in sent:
            if hoster == "github":
                expected = "sha256=" + hmac.new(key, body, "sha256").hexdigest()
                fits = hmac.compare_digest(expected, headers["X-Hub-Signature-256"])
            else:
                fits = hmac.compare_digest(SECRET, headers["X-Gitlab-Token"])
            if not fits:
                raise AssertionError("the signature does not fit")
            json.loads(body)

    return run


def ours(sent: list[Sent], *, cached: bool, handled: Iterator[int]) -> Callable[[], object]:
    """A router, whose functions run before the answer; each round begins with an empty cache, and knows no delivery."""
    cache = ResponseCache()
    clients = [cls("token", cache=cache if cached else False) for cls in (igitt.GitHub, igitt.GitLab)]
    seen: dict[str, str] = {}
    bot = Router(*clients, secret=SECRET, myself="a-bot", seen=(seen.get, seen.__setitem__), background=False)
    for what, _, _ in WANTED:
        bot.on(what)(lambda _: next(handled))

    def run() -> None:
        cache.use_memory()
        seen.clear()
        for _, headers, body in sent:
            if not bot.deliver(headers, body).is_ok:
                raise AssertionError("a delivery was refused")

    return run


def half_of_ours(sent: list[Sent]) -> Callable[[], object]:
    """The first half, which ends with the events; without a cache."""
    clients = {cls.hoster: cls("token", cache=False) for cls in (igitt.GitHub, igitt.GitLab)}

    def run() -> None:
        for hoster, headers, body in sent:
            clients[hoster].parse_webhook(headers, body, SECRET)

    return run


def with_gidgethub(sent: list[Sent], handled: Iterator[int]) -> Callable[[], object]:
    """The same in gidgethub, with a router of the same functions, in one loop."""
    from gidgethub import routing, sansio  # noqa: PLC0415 - it need not be installed

    lowered = [({key.lower(): value for key, value in headers.items()}, body) for _, headers, body in sent]
    router = routing.Router()

    async def handle(_: sansio.Event) -> None:
        next(handled)

    for _, name, detail in WANTED:
        router.add(handle, name, **detail)

    async def run() -> None:
        for headers, body in lowered:
            await router.dispatch(sansio.Event.from_http(headers, body, secret=SECRET))

    return lambda: asyncio.run(run())


def with_githubkit(sent: list[Sent]) -> Callable[[], object]:
    """The first half of it in githubkit, verifying and parsing; what its strict models refuse counts as done."""
    from githubkit.webhooks import parse, verify  # noqa: PLC0415 - it need not be installed

    def run() -> int:
        refused = 0
        for _, headers, body in sent:
            verify(SECRET, body, headers["X-Hub-Signature-256"])
            try:
                parse(headers["X-GitHub-Event"], body)
            except ValueError:
                refused += 1
        return refused

    print(f"githubkit refuses {run()} of {len(sent)} deliveries")
    return run


def peers(sent: list[Sent], handled: Iterator[int]) -> dict[str, Callable[[], object]]:
    """The libraries that can be imported; of the others it is told why not."""
    found: dict[str, Callable[[], object]] = {}
    for name, begin in (
        ("gidgethub", lambda: with_gidgethub(sent, handled)),
        ("githubkit", lambda: with_githubkit(sent)),
    ):
        try:
            found[name] = begin()
        except ImportError as error:
            print(f"{name} takes no part: {error}")
    return found


def main(times: int = 15) -> None:
    """Measure with this process's JSON decoder and print."""
    decoder = "standard json" if sys.modules.get("orjson") is None else "orjson"
    everything = deliveries()
    github = [one for one in everything if one[0] == "github"]
    handled = itertools.count()
    rows = []
    for what, sent in (("both forges", everything), ("GitHub", github)):
        contestants: dict[str, Callable[[], object]] = {
            FLOOR: floor(sent),
            "igitt, cache=False, no dispatch": half_of_ours(sent),
            "igitt, cache=False": ours(sent, cached=False, handled=handled),
            "igitt": ours(sent, cached=True, handled=handled),
            **(peers(sent, handled) if sent is github else {}),
        }
        for run in contestants.values():
            run()
        gc.collect()
        gc.freeze()  # who imports much must not make everybody's garbage collection slow
        taken = {name: min(seconds) for name, seconds in rounds(contestants, times).items()}
        for name, seconds in taken.items():
            rows.append([f"{what}, {name}", f"{1e6 * seconds / len(sent):.1f}", f"{seconds / taken[FLOOR]:.2f}"])
    table(f"{len(everything)} deliveries, {decoder}", ["", "us each (best)", "ratio (of the bests)"], rows)


if __name__ == "__main__":
    if "BENCHMARK_JSON" in os.environ:
        main(*(int(argument) for argument in sys.argv[1:]))
    else:
        for kind in ("standard", "orjson"):
            subprocess.run([sys.executable, *sys.argv], env={**os.environ, "BENCHMARK_JSON": kind}, check=True)  # noqa: S603 - this script itself
            print()
