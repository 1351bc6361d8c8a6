"""Tokens that real processes share through a real server, as ``benchmarks/processes.py`` measures it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import requests

from igitt.auth import GitHubApp, SharedTokenStore
from igitt.testing import Sandbox

pytestmark = pytest.mark.service
SCRIPT = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "processes.py"


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the benchmark as a module."""
    spec = importlib.util.spec_from_file_location("benchmark_processes", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def server(redis_url: str) -> Iterator[Any]:
    """Return a Redis client, and take away what a test leaves there."""
    client = redis.Redis.from_url(redis_url)
    before = set(client.scan_iter("igitt:*"))
    yield client
    for key in set(client.scan_iter("igitt:*")) - before:
        client.delete(key)
    client.close()


def test_four_processes_on_one_redis(processes: Any, server: Any, redis_url: str) -> None:
    """Thirty-two threads in four processes: each token is minted when the last one runs out, and no request fails."""
    found = processes.measure("igitt", processes=4, threads=8, rotations=3, life=2, store=redis_url)
    assert found.failures == {}
    assert found.requests > 200
    assert 4 <= found.mints <= 8
    assert found.needless == 0


def test_three_processes_on_one_file(processes: Any, tmp_path: Path) -> None:
    """The same with a file in the place of a server."""
    found = processes.measure("igitt", processes=3, threads=4, rotations=2, life=2, store=str(tmp_path / "tokens.db"))
    assert found.failures == {}
    assert found.requests > 50
    assert 3 <= found.mints <= 6
    assert found.needless == 0


def test_a_redis_with_tokens(server: Any) -> None:
    """A Redis client's own functions are a store; what is there is no token in clear, and goes when it is revoked."""
    before = set(server.scan_iter("igitt:*"))
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/widgets", private=True)
        known = forge.add_app("triage", permissions={"contents": "read"}, owner="acme")
        number = forge.install(known, "acme").id
        clients = []
        for _ in range(2):
            store = SharedTokenStore()
            store.use(
                server.get,
                server.set,
                server.delete,
                add=lambda key, text, seconds: server.set(key, text, nx=True, ex=seconds),
            )
            session = requests.Session()
            session.mount(forge.url, sandbox.adapter())
            options: Any = {"session": session, "clock": forge.clock, "cache": False}
            app = GitHubApp(known.id, known.private_key, forge.url, token_store=store, **options)
            clients.append(app.client_for(number))
        assert [client.get_repo("acme/widgets").visibility for client in clients] == ["private", "private"]
        tokens: list[Any] = [client.token for client in clients]
        assert tokens[0].value == tokens[1].value
        kept = {key: server.get(key) for key in set(server.scan_iter("igitt:*")) - before}
        assert len(kept) == 1
        assert all(tokens[0].value.encode() not in value and value.startswith(b"gAAAA") for value in kept.values())
        tokens[0].revoke()
        assert set(server.scan_iter("igitt:*")) <= before
        assert [client.get_repo("acme/widgets").visibility for client in clients] == ["private", "private"]
        minted = [record for record in forge.requests if record.path.endswith("/access_tokens")]
        assert len(minted) == 2
