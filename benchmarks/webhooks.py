"""Verifying and parsing a delivery: igitt beside the least that anybody has to do, which is `hmac` and `json.loads`.

Over all real payloads that mean something, in the folder that ``IGITT_SHARED`` names; with and without orjson, which
the floor never uses; gidgethub and githubkit, which know only GitHub, take part where they are installed. Targets, as
ratios to the floor: at most 1.3 with the standard library's JSON, below 1 with orjson.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

if os.environ.get("BENCHMARK_JSON") == "standard":
    sys.modules["orjson"] = None  # type: ignore[assignment]  # makes its import fail: the standard library decodes

from measure import ratios, rounds, table

import igitt
from igitt.cache import ResponseCache

SECRET = "correct horse battery staple"
PROJECT = Path(__file__).resolve().parent.parent
#: Hoster, headers, body.
Sent = tuple[str, dict[str, str], bytes]


def deliveries() -> list[Sent]:
    """What the forges send: compact JSON, and the headers that a framework hands over."""
    folder = Path(os.environ.get("IGITT_SHARED", PROJECT.parent / "shared")) / "data" / "webhooks"
    found = []
    clients = {"github": igitt.GitHub(cache=False), "gitlab": igitt.GitLab(cache=False)}
    for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
        payload = json.loads((folder / entry["path"]).read_text(encoding="utf-8"))
        body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
        sent = (entry["provider"], headers_of(entry["provider"], entry["event"], body), body)
        if clients[entry["provider"]].parse_webhook(*sent[1:], SECRET):
            found.append(sent)
    return found


def headers_of(hoster: str, event: str, body: bytes) -> dict[str, str]:
    """The headers of a delivery, among those that a server and its proxy add."""
    common = {
        "Host": "bot.example.com", "User-Agent": "Hook/1.0", "Content-Length": str(len(body)), "Accept": "*/*",
        "Accept-Encoding": "gzip", "Connection": "keep-alive", "Content-Type": "application/json",
        "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https",
    }  # fmt: skip
    if hoster == "gitlab":
        return common | {
            "X-Gitlab-Event": "System Hook", "X-Gitlab-Token": SECRET, "X-Gitlab-Instance": "https://gitlab.com",
            "X-Gitlab-Event-UUID": "13792a34-cac6-4fda-95a8-c58e00a3954e", "Idempotency-Key": "7a1b",
        }  # fmt: skip
    return common | {
        "X-GitHub-Event": event, "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "X-GitHub-Hook-ID": "1",
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


def ours(sent: list[Sent], *, cached: bool) -> Callable[[], object]:
    """Verified events; with a cache, which is told of them, and which is empty at the beginning of each round."""
    cache = ResponseCache()
    clients = {
        "github": igitt.GitHub("token", cache=cache if cached else False),
        "gitlab": igitt.GitLab("token", cache=cache if cached else False),
    }

    def run() -> None:
        cache.use_memory()
        for hoster, headers, body in sent:
            if not clients[hoster].parse_webhook(headers, body, SECRET):
                raise AssertionError("a delivery told nothing")

    return run


def theirs(sent: list[Sent]) -> dict[str, Callable[[], object]]:
    """The libraries that are installed; githubkit's strict models refuse some real deliveries, which counts as done."""
    found: dict[str, Callable[[], object]] = {}
    try:
        from gidgethub import sansio  # noqa: PLC0415
    except ImportError:
        pass
    else:
        lowered = [({key.lower(): value for key, value in headers.items()}, body) for _, headers, body in sent]
        found["gidgethub"] = lambda: [sansio.Event.from_http(*one, secret=SECRET) for one in lowered]
    try:
        from githubkit.webhooks import parse, verify  # noqa: PLC0415
    except ImportError:
        return found

    def run() -> None:
        for _, headers, body in sent:
            verify(SECRET, body, headers["X-Hub-Signature-256"])
            try:
                parse(headers["X-GitHub-Event"], body)
            except ValueError:
                continue

    return found | {"githubkit": run}


def main(times: int = 15) -> None:
    """Measure with this process's JSON decoder and print."""
    decoder = "standard json" if sys.modules.get("orjson") is None else "orjson"
    everything = deliveries()
    github = [one for one in everything if one[0] == "github"]
    rows = []
    for what, sent in (("both forges", everything), ("GitHub", github)):
        contestants = {
            "hmac + json.loads": floor(sent),
            "igitt": ours(sent, cached=False),
            "igitt, with a cache": ours(sent, cached=True),
            **(theirs(sent) if sent is github else {}),
        }
        for run in contestants.values():
            run()
        taken = rounds(contestants, times)
        for name, ratio in ratios(taken, "hmac + json.loads").items():
            rows.append([f"{what}, {name}", f"{1e6 * min(taken[name]) / len(sent):.1f}", f"{ratio:.2f}"])
    table(f"{len(everything)} deliveries, {decoder}", ["", "us each (best)", "ratio (median)"], rows)


if __name__ == "__main__":
    if "BENCHMARK_JSON" in os.environ:
        main(*(int(argument) for argument in sys.argv[1:]))
    else:
        for kind in ("standard", "orjson"):
            subprocess.run([sys.executable, *sys.argv], env={**os.environ, "BENCHMARK_JSON": kind}, check=True)  # noqa: S603 - this script itself
            print()
