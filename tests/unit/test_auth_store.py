"""Tokens that processes share through a store: one mint for all, whatever the store and the other processes do.

A process is played by an installation's token of its own; all that they share is the store, and a JWT
that is not asked.
"""

from __future__ import annotations

import copy
import json
import logging
import os
import pickle
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st
from support.credentials import FakeClock, FakeSender, pem_of, rsa_key

from igitt._base.clock import SYSTEM_CLOCK
from igitt.auth import GitHubApp, GitHubInstallationToken, GitHubJsonWebToken, SharedTokenStore, TokenStore
from igitt.errors import PermissionDeniedError, ServerError, StoreError, ValidationError
from igitt.stores import SQLiteStore


class Shelf:
    """A store with all that a good one has, and a clock; `before` is called first, with what is done and the key."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.texts: dict[str, str] = {}
        self.ends: dict[str, float] = {}
        self.before: Callable[[str, str], object] = lambda *_: None

    def get(self, key: str) -> str | None:
        """Return the text under a key."""
        self.before("get", key)
        if self.clock.now >= self.ends.get(key, float("inf")):
            self.texts.pop(key, None)
        return self.texts.get(key)

    def set(self, key: str, text: str) -> None:
        """Keep a text."""
        self.before("set", key)
        self.ends.pop(key, None)
        self.texts[key] = text

    def delete(self, key: str) -> None:
        """Forget a text."""
        self.before("delete", key)
        self.texts.pop(key, None)

    def add(self, key: str, text: str, seconds: int) -> bool:
        """Keep a text for some seconds, where there is none."""
        self.before("add", key)
        if self.get(key) is not None:
            return False
        self.texts[key] = text
        self.ends[key] = self.clock.now + seconds
        return True

    def keys(self, kind: str) -> list[str]:
        """Return the keys of what is kept of a kind."""
        return [key for key, text in self.texts.items() if key.startswith(f"igitt:{kind}:") and text]


@cache
def jwt_of(app_id: int, key: int) -> GitHubJsonWebToken:
    """Return an App's JWT; one for all, because reading a key takes its time."""
    return GitHubJsonWebToken(pem_of(rsa_key(key)), app_id)


class World:
    """A GitHub, and a store that processes share."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.github = FakeSender(self.clock)
        self.shelf = Shelf(self.clock)

    def use(self, store: SharedTokenStore, **options: Any) -> SharedTokenStore:
        """Have a store object keep its tokens on the shelf."""
        store.use(self.shelf.get, self.shelf.set, self.shelf.delete, **{"add": self.shelf.add, **options})
        return store

    def process(
        self,
        number: int = 77,
        *,
        app_id: int = 12345,
        key: int = 0,
        store: SharedTokenStore | None = None,
        clock: FakeClock | None = None,
        **options: Any,
    ) -> GitHubInstallationToken:
        """Return a token as a new process would make it."""
        clock = clock or self.clock
        jwt = jwt_of(app_id, key)
        store = store or self.use(SharedTokenStore())
        token = GitHubInstallationToken(number, jwt, token_store=store, clock=clock, **options)
        token.bind(self.github)
        return token

    @property
    def mints(self) -> int:
        """How many tokens were minted."""
        return sum(method == "POST" for method, *_ in self.github.exchanges)


@pytest.fixture
def world() -> World:
    """Return a GitHub and a shelf."""
    return World()


# --- sharing ---------------------------------------------------------------------------------------------------------


def test_one_process_mints_for_all(world: World) -> None:
    """What a process minted serves the next one, with all that is known of it."""
    first, second = world.process(), world.process()
    assert first.value == second.value
    assert second.expires_at == first.expires_at
    assert second.permissions == first.permissions == {"issues": "write", "metadata": "read"}
    assert second.identity == first.identity
    assert world.mints == 1


@pytest.mark.parametrize("adds", [True, False])
@pytest.mark.parametrize("deletes", [True, False])
def test_eight_processes_mint_once_an_hour(world: World, adds: bool, deletes: bool) -> None:
    """Over ten hours, with whatever functions the store has, there is a mint for each token that ran out."""
    stores = [SharedTokenStore() for _ in range(8)]
    for store in stores:
        add, delete = world.shelf.add if adds else None, world.shelf.delete if deletes else None
        store.use(world.shelf.get, world.shelf.set, delete, add=add)
    processes = [world.process(store=store) for store in stores]
    seen = set()
    for _ in range(10):
        values = {process.value for process in processes}
        assert len(values) == 1
        seen |= values
        world.clock.now += 3400
    assert (world.mints, len(seen)) == (10, 10)
    assert len(world.shelf.keys("lease")) == (0 if deletes or not adds else 10)


@pytest.mark.parametrize("kind", ["bytes", "KeyError", "bytearray"])
def test_stores_of_all_kinds(world: World, kind: str) -> None:
    """A store may give bytes back, and may tell a miss by a KeyError, also when it deletes."""
    shelf: dict[str, str] = {}
    reads: dict[str, Callable[[str], Any]] = {
        "bytes": lambda key: shelf[key].encode() if key in shelf else None,
        "KeyError": shelf.__getitem__,
        "bytearray": lambda key: bytearray(shelf[key], "ascii") if key in shelf else None,
    }
    store = SharedTokenStore()
    store.use(reads[kind], shelf.__setitem__, shelf.__delitem__)
    first, second = (world.process(store=store) for _ in range(2))
    assert first.value == second.value
    first.revoke()
    first.revoke()
    assert world.mints == 1


def test_the_processs_own_store(world: World) -> None:
    """`TokenStore` serves every token that was given no store, from `use` to `stop`."""
    jwt = GitHubJsonWebToken(pem_of(rsa_key()), 12345, clock=world.clock)
    tokens = [GitHubInstallationToken(77, jwt, clock=world.clock) for _ in range(4)]
    for token in tokens:
        token.bind(world.github)
    assert not TokenStore.in_use
    assert tokens[0].value
    assert world.shelf.texts == {}
    world.use(TokenStore)
    try:
        assert TokenStore.in_use
        assert tokens[1].value == tokens[2].value
    finally:
        TokenStore.stop()
    assert tokens[3].value
    assert (world.mints, TokenStore.in_use) == (3, False)


def test_an_app_with_a_store_of_its_own(world: World) -> None:
    """What a GitHubApp is given goes for the tokens of its installations."""
    key = pem_of(rsa_key())
    apps = [GitHubApp(12345, key, token_store=world.use(SharedTokenStore()), clock=world.clock) for _ in range(2)]
    tokens = [app.client_for(77).token for app in apps] + [app.client_for(77, repositories=["a"]).token for app in apps]
    for token in tokens:
        assert isinstance(token, GitHubInstallationToken)
        token._sender = world.github  # noqa: SLF001 - in the place of the client's transport
    values = [token.value for token in tokens if token is not None]
    assert values[0] == values[1] != values[2] == values[3]
    assert world.mints == 2


@pytest.mark.parametrize("adds", [True, False])
def test_a_store_object(world: World, adds: bool) -> None:
    """An object with the right methods is a store; with `add`, that settles who mints."""
    asked = []

    class Plain:
        get, set, delete = world.shelf.get, world.shelf.set, world.shelf.delete

    class Adding(Plain):
        add = world.shelf.add

    world.shelf.before = lambda doing, _key: asked.append(doing)
    stores = [SharedTokenStore() for _ in range(2)]
    for store in stores:
        store.use_store(Adding() if adds else Plain())
    assert world.process(store=stores[0]).value == world.process(store=stores[1]).value
    assert (world.mints, "add" in asked) == (1, adds)


def test_processes_with_a_file(world: World, tmp_path: Path) -> None:
    """The store in a file is shared by whoever opens the file, and has nothing of the token in clear."""
    values = []
    for _ in range(2):
        file, store = SQLiteStore(tmp_path / "tokens.db"), SharedTokenStore()
        store.use_store(file)
        values.append(world.process(store=store).value)
        file.close()
    assert values[0] == values[1]
    assert world.mints == 1
    assert values[0].encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_broken_store_object_is_told_of(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A store's own error, which shows no value, goes into the log as it is."""

    def broken(_key: str) -> str:
        raise StoreError("Redis failed (ConnectionError)")

    store = SharedTokenStore()
    store.use(broken, world.shelf.set)
    assert world.process(store=store).value
    assert "Redis failed (ConnectionError)" in caplog.text


def test_whatever_differs_is_not_shared(world: World) -> None:
    """Another installation, App, scope, instance or key has a place of its own, and mints."""
    others: list[dict[str, Any]] = [
        {},
        {"number": 78},
        {"app_id": 9},
        {"key": 1},
        {"repositories": ["a"]},
        {"permissions": {"issues": "read"}},
        {"permissions": {"issues": "write"}},
    ]
    processes = [world.process(**options) for options in others]
    assert len({process.value for process in processes}) == len(others)
    assert len(world.shelf.keys("token")) == world.mints == len(others)


def test_another_instance_is_not_shared(world: World) -> None:
    """App 12345 of an Enterprise Server is another App than that of github.com, also with the same key."""
    server = FakeSender(world.clock, base_url="https://ghe.example.com/api/v3")
    jwt = GitHubJsonWebToken(pem_of(rsa_key()), 12345, clock=world.clock)
    token = GitHubInstallationToken(77, jwt, token_store=world.use(SharedTokenStore()), clock=world.clock)
    token.bind(server)
    server.exchanges.append(("GET", "x", None, None))  # so that the two mint different texts
    assert token.value != world.process().value
    assert len(world.shelf.keys("token")) == 2


# --- who mints -------------------------------------------------------------------------------------------------------


def test_while_another_mints_the_old_one_serves(world: World) -> None:
    """A process whose token still holds goes on with it, looks now and then, and takes the new one when it is there."""
    mine, theirs = world.process(), world.process()
    first = mine.value
    assert theirs.value == first
    world.clock.now += 3400
    looked = []
    world.github.gate.clear()
    world.github.entered.clear()
    with ThreadPoolExecutor(1) as pool:
        minting = pool.submit(lambda: theirs.value)
        assert world.github.entered.wait(10)
        world.shelf.before = lambda *what: looked.append(what)
        assert [mine.value for _ in range(50)] == [first] * 50
        once = len(looked)
        world.clock.now += 1.1
        assert mine.value == first
        assert 0 < len(looked) - once == once < 6
        world.github.gate.set()
        second = minting.result(10)
    world.clock.now += 1.1
    assert mine.value == second != first
    assert world.mints == 2


def test_without_a_token_it_waits_for_the_others(world: World) -> None:
    """A process that has none looks until the other's token is there, and mints none itself."""
    theirs, mine = world.process(), world.process()
    world.github.gate.clear()
    with ThreadPoolExecutor(2) as pool:
        minting = pool.submit(lambda: theirs.value)
        assert world.github.entered.wait(10)
        looks = threading.Semaphore(0)

        def sleep(seconds: float) -> None:
            looks.release()
            if world.github.gate.is_set():
                minting.result(10)

        world.clock.sleep = sleep  # type: ignore[method-assign]
        waiting = pool.submit(lambda: mine.value)
        assert all(looks.acquire(timeout=10) for _ in range(5))
        assert not waiting.done()
        world.github.gate.set()
        assert waiting.result(10) == minting.result(10)
    assert world.mints == 1


@pytest.mark.parametrize("adds", [True, False])
def test_a_process_that_dies_while_it_mints(world: World, adds: bool) -> None:
    """Its lease runs out after ten seconds, and another process mints."""
    dying, mine = (
        world.process(store=world.use(SharedTokenStore(), **({} if adds else {"add": None}))) for _ in range(2)
    )
    world.github.failures = [KeyboardInterrupt()]

    def killed(doing: str, key: str) -> None:
        if world.github.exchanges and doing in {"delete", "get"}:
            raise ConnectionError

    world.shelf.before = killed  # what is killed releases nothing
    with pytest.raises(KeyboardInterrupt):
        assert dying.value
    world.shelf.before = lambda *_: None
    assert len(world.shelf.keys("lease")) == 1
    began = world.clock.now
    assert mine.value
    assert 9.5 < world.clock.now - began < 11
    assert world.mints == 2


def test_an_add_that_never_forgets(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A lease that does not run out is waited for half a minute; then the process mints, and the others have it."""
    stuck = world.process(store=world.use(SharedTokenStore(), add=lambda *_: False))
    began = world.clock.now
    value = stuck.value
    assert 30 <= world.clock.now - began < 31
    assert "does the store's add() return" in caplog.text
    assert world.process().value == value
    assert world.mints == 1


def test_an_add_that_tells_nothing(world: World) -> None:
    """Whoever finds its own text there has the lease, whatever `add` said: a client may have sent it twice."""

    def add(key: str, text: str, seconds: int) -> None:
        world.shelf.add(key, text, seconds)

    token = world.process(store=world.use(SharedTokenStore(), add=add))
    began = world.clock.now
    assert token.value
    assert (world.mints, world.clock.now) == (1, began)


@pytest.mark.parametrize("adds", [True, False])
def test_a_mint_between_look_and_claim(world: World, adds: bool) -> None:
    """A process that finds no token, and gets the lease after another is done with it, takes the other's token."""
    options: dict[str, Any] = {} if adds else {"add": None}
    theirs, mine = (world.process(store=world.use(SharedTokenStore(), **options)) for _ in range(2))
    values = []

    def cut_in(doing: str, key: str) -> None:
        if doing == ("add" if adds else "set"):
            world.shelf.before = lambda *_: None
            values.append(theirs.value)

    world.shelf.before = cut_in
    assert [mine.value] == values
    assert world.mints == 1


def test_a_claim_that_was_written_over(world: World) -> None:
    """Without `add`, of two that claim in the same moment the later one mints, and the earlier one waits for it."""
    theirs, mine = (world.process(store=world.use(SharedTokenStore(), add=None)) for _ in range(2))
    values = []
    sleep = world.clock.sleep

    def claim_too(seconds: float) -> None:
        world.clock.sleep = sleep  # type: ignore[method-assign]
        (key,) = world.shelf.keys("lease")
        turn, _, end = world.shelf.texts[key].split()
        world.shelf.texts[key] = f"{turn} 0123456789abcdef {end}"

        def done(seconds: float) -> None:
            world.clock.sleep = sleep  # type: ignore[method-assign]
            world.shelf.texts.clear()
            values.append(theirs.value)

        world.clock.sleep = done  # type: ignore[method-assign]

    world.clock.sleep = claim_too  # type: ignore[method-assign]
    assert [mine.value] == values
    assert world.mints == 1


@pytest.mark.parametrize("left", ["of an earlier turn", "by a wrong clock"])
def test_a_claim_that_does_not_stand(world: World, left: str) -> None:
    """Without `add`, a claim of an earlier renewal, or one that was made by a wrong clock, keeps nobody waiting."""
    first, second = (world.process(store=world.use(SharedTokenStore(), add=None)) for _ in range(2))
    claims: list[tuple[str, str]] = []

    def look(doing: str, key: str) -> None:
        if key.startswith("igitt:lease") and key in world.shelf.texts:
            claims.append((key, world.shelf.texts[key]))

    world.shelf.before = look
    assert first.value
    world.shelf.before = lambda *_: None
    key, claim = claims[-1]
    if left == "by a wrong clock":
        world.shelf.texts.clear()
        claim = " ".join([*claim.split()[:2], str(world.clock.now + 86400)])
    else:
        world.clock.now += 6
        assert first.second_chance(first.headers, {}, 0) == 0.0
        second = first
    world.shelf.texts[key] = claim
    began = world.clock.now
    assert second.value
    assert (world.mints, world.clock.now - began < 1) == (2, True)


def test_a_mint_that_fails_leaves_no_lease(world: World) -> None:
    """The next process tries at once, and is told what is wrong by GitHub itself."""
    began = world.clock.now
    for _ in range(3):
        world.github.failures = [PermissionDeniedError("no", 403)]
        with pytest.raises(PermissionDeniedError, match="was it suspended"):
            assert world.process().value
    assert world.process().value
    assert (world.mints, world.clock.now) == (4, began)


def test_an_early_renewal_that_fails_keeps_the_token(world: World) -> None:
    """With a store as without one, a token that still holds serves when no new one can be had."""
    token = world.process()
    first = token.value
    world.clock.now += 3400
    world.github.failures = [ServerError("down", 500)]
    assert token.value == first
    world.clock.now += 31
    assert token.value != first


def test_threads_and_processes_at_once() -> None:
    """Eight tokens with eight threads each, by the real clock, mint one."""
    world = World()
    clock: Any = SYSTEM_CLOCK
    world.github.clock = clock
    shelf: dict[str, str] = {}
    lock = threading.Lock()

    def add(key: str, text: str, _seconds: int) -> bool:
        with lock:
            return shelf.setdefault(key, text) is text

    store = SharedTokenStore()
    store.use(shelf.get, shelf.__setitem__, shelf.pop, add=add)
    tokens = [world.process(store=store, clock=clock) for _ in range(8)]
    start = threading.Barrier(64)

    def value(number: int) -> str:
        start.wait(10)
        return tokens[number % 8].value

    with ThreadPoolExecutor(64) as pool:
        assert len(set(pool.map(value, range(64)))) == 1
    assert world.mints == 1


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_during_a_mint(world: World) -> None:
    """A child process takes the lease over when it ends, although the thread that had it exists in the parent only."""
    token = world.process()
    world.github.gate.clear()
    thread = threading.Thread(target=lambda: token.value)
    thread.start()
    assert world.github.entered.wait(10)
    child = os.fork()
    if child == 0:
        world.github.gate = threading.Event()
        world.github.gate.set()
        os._exit(0 if token.value else 1)
    world.github.gate.set()
    thread.join(10)
    assert os.waitpid(child, 0)[1] == 0


# --- a 401, and revoking ---------------------------------------------------------------------------------------------


def test_a_refused_token_is_not_taken_again(world: World) -> None:
    """A token that was revoked elsewhere is replaced by one mint for all processes, and never read back."""
    processes = [world.process() for _ in range(4)]
    sent = {process.value: process.headers for process in processes}
    assert len(sent) == 1
    world.clock.now += 100
    for process in processes:
        assert process.second_chance(process.headers, {}, 0) == 0.0
    assert len({process.value for process in processes} - set(sent)) == 1
    assert world.mints == 2


def test_a_token_of_the_same_second(world: World) -> None:
    """One that was minted in the second of the refused one, whose end is the same, is taken for the newer one it is."""
    mine, theirs = world.process(), world.process()
    first = mine.value
    assert theirs.value == first
    world.clock.now += 0.25
    theirs.revoke()
    second = theirs.value
    assert theirs.expires_at == mine.expires_at
    world.clock.now += 6
    assert mine.second_chance(mine.headers, {}, 0) == 0.0
    assert (mine.value, world.mints) == (second, 2)


def test_two_refused_tokens_in_a_store(world: World) -> None:
    """Of two that were refused, one under the old key and one under the new, neither is taken again for the other."""
    old, new = Fernet.generate_key(), Fernet.generate_key()
    before = world.process(store=world.use(SharedTokenStore(), key=old))
    token = world.process(store=world.use(SharedTokenStore(), key=[new, old]))
    assert before.value == token.value
    for mints in (2, 3):
        world.clock.now += 100
        assert token.second_chance(token.headers, {}, 0) == 0.0
        assert token.value
        assert world.mints == mints


EVENTS = ("use", "use", "hour", "minute", "kill", "break", "mend", "lose")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(EVENTS))))
def test_whatever_happens_a_request_gets_through(steps: list[tuple[int, str]]) -> None:
    """Tokens that run out or are revoked, a store that fails or forgets: each process ends up with one that holds."""
    world = World()
    keys = [Fernet.generate_key() for _ in range(2)]
    processes = [world.process(store=world.use(SharedTokenStore(), key=keys[number % 2 :])) for number in range(4)]
    killed: set[str] = set()

    def request(token: GitHubInstallationToken) -> int:
        for attempt in range(8):
            headers = token.headers
            value = headers["Authorization"].removeprefix("Bearer ")
            assert token.expires_at is not None
            assert token.expires_at.timestamp() > world.clock.now
            if value not in killed:
                return attempt
            pause = token.second_chance(headers, {}, attempt)
            assert pause is not None
            world.clock.now += pause
        pytest.fail("it goes round in circles")

    for number, what in steps:
        token = processes[number]
        if what == "use":
            request(token)
        elif what == "kill":
            world.clock.now += 61  # within a minute of the last one, a refusal is believed
            killed |= {process._held.value for process in processes if process._held}  # noqa: SLF001 - as the forge would
        elif what in {"break", "mend"}:
            world.shelf.before = fail if what == "break" else lambda *_: None
        elif what == "lose":
            world.shelf.texts.clear()
        else:
            world.clock.now += {"hour": 3400, "minute": 60}[what]
    for token in processes:
        request(token)


def test_revoking(world: World) -> None:
    """A revoked token is no longer in the store when GitHub is told, and the next use mints."""
    token = world.process()
    first = token.value
    world.github.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        revoking = pool.submit(token.revoke)
        while len(world.github.exchanges) < 2:
            assert not revoking.done()
        there = world.shelf.keys("token")
        world.github.gate.set()
        revoking.result(10)
    assert there == []
    assert world.process().value == token.value != first
    assert world.mints == 2


def test_revoking_one_that_was_replaced(world: World) -> None:
    """What another process has put in its place since stays."""
    mine, theirs = world.process(), world.process()
    first = mine.value
    world.clock.now += 3400
    second = theirs.value
    mine.revoke()
    assert mine.value == second != first
    assert world.mints == 2


# --- what a store gives back -----------------------------------------------------------------------------------------


def fail(*_: object) -> Any:
    """Fail as somebody else's store."""
    raise ConnectionError("redis://:hunter2@db ghs_")


@pytest.mark.parametrize("broken", ["read_from", "write_to", "delete", "add", "all"])
def test_a_broken_store_costs_a_warning(world: World, broken: str, caplog: pytest.LogCaptureFixture) -> None:
    """Each process mints for itself; the log says so once, and not in the store's words, which may hold secrets."""
    parts: dict[str, Any] = {
        name: fail if broken in {name, "all"} else function
        for name, function in {
            "read_from": world.shelf.get,
            "write_to": world.shelf.set,
            "delete": world.shelf.delete,
            "add": world.shelf.add,
        }.items()
    }
    store = SharedTokenStore()
    store.use(**parts)
    token = world.process(store=store)
    value = token.value
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert [record.name for record in warnings] == ["igitt.auth"]
    assert "ConnectionError" in caplog.text
    assert "hunter2" not in caplog.text
    assert value not in caplog.text
    world.clock.now += 3400
    assert token.value != value
    assert world.mints == 2
    token.revoke()


def test_a_broken_store_warns_once_until_it_works_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """While it is down, renewals do not fill the log; when it fails anew, that is told."""
    store = world.use(SharedTokenStore())
    token = world.process(store=store)
    for _ in range(3):
        world.shelf.before = fail
        for _ in range(4):
            assert token.value
            world.clock.now += 3400
        world.shelf.before = lambda *_: None
        assert token.value
        world.clock.now += 3400
    assert len(caplog.records) == 3


@pytest.mark.parametrize("rubbish", ["", "x", "gAAAAA", b"\xff\xfe", 5, 1.5, [], object(), "ä" * 50, "null", "{}"])
def test_rubbish_in_the_store_is_a_miss(world: World, rubbish: Any) -> None:
    """Whatever is there that is no token is a miss, and is replaced."""
    store = SharedTokenStore()
    shelf: dict[str, Any] = {}
    store.use(lambda key: shelf.get(key, rubbish), shelf.__setitem__, shelf.pop, add=lambda *_: True)
    assert world.process(store=store).value == world.process(store=store).value
    assert world.mints == 1


@pytest.mark.parametrize("wrong", ["{", "[]", "{}", '{"slot": 5}', '{"slot": "SLOT", "token": []}', "[" * 5000])
def test_rubbish_with_the_right_key_is_a_miss(world: World, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an unknown release may have written with the same key is no token either."""
    token = world.process()
    assert token.value
    monkeypatch.setattr("igitt.auth.sealing.Fernet.decrypt", lambda *_: wrong.replace("SLOT", token.identity).encode())
    assert world.process().value
    assert world.mints == 2


@pytest.mark.parametrize("field", ["value", "received_at", "ends", "permissions"])
@pytest.mark.parametrize("text", ["null", '"so on"', "[1]", "1e999", "-5", ""])
def test_a_record_with_something_wrong_in_it(
    world: World, field: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that is stored with a field missing or of another kind never breaks a process; it is one, or a miss."""
    first = world.process()
    assert first.value
    opened: list[str] = []
    decrypt = Fernet.decrypt

    def tampered(self: Fernet, closed: bytes) -> bytes:
        record = json.loads(decrypt(self, closed))
        del record["token"][field]
        cut = json.dumps(record)
        if text:
            cut = cut.replace('"token": {', f'"token": {{"{field}": {text}, ')
        opened.append(cut)
        return cut.encode()

    monkeypatch.setattr("igitt.auth.sealing.Fernet.decrypt", tampered)
    value = world.process().value
    assert opened
    assert value.startswith("ghs_")


def test_what_is_kept_is_bound_to_its_place(world: World) -> None:
    """A store that gives one token's text for another one's is not believed, though both have the same key."""
    tokens = [world.process(number) for number in (77, 78)]
    first, second = (token.value for token in tokens)
    a, b = world.shelf.keys("token")
    world.shelf.texts[a], world.shelf.texts[b] = world.shelf.texts[b], world.shelf.texts[a]
    assert world.process(77).value not in {first, second}
    assert world.mints == 3


def test_the_store_learns_nothing(world: World) -> None:
    """Keys fit every store; neither they nor the texts under them tell token, App or installation."""
    token = world.process(987654321, app_id=123456789)
    value = token.value
    seen = []
    world.shelf.before = lambda _doing, key: seen.append(key)
    assert world.process(987654321, app_id=123456789).value == value
    assert seen
    for text in [*seen, *world.shelf.texts, *world.shelf.texts.values()]:
        assert not re.search(f"987654321|123456789|{value}|installation|github", text)
    assert all(re.fullmatch(r"[a-z0-9:]{1,200}", key) for key in [*seen, *world.shelf.texts])


def test_another_machines_clock(world: World) -> None:
    """A token from a machine whose clock is ahead is used, and is no longer new than any other."""
    ahead = FakeClock(world.clock.now + 600)
    first = world.process(clock=ahead)
    value = first.value
    mine = world.process()
    assert mine.value == value
    world.clock.now += 10
    assert mine.second_chance(mine.headers, {}, 0) == 0.0


# --- keys ------------------------------------------------------------------------------------------------------------


def test_a_key_of_ones_own(world: World) -> None:
    """With a key that was given, processes of one App key share; with another key of either kind they do not."""
    key, other = Fernet.generate_key(), Fernet.generate_key().decode()
    first = world.process(store=world.use(SharedTokenStore(), key=key))
    assert world.process(store=world.use(SharedTokenStore(), key=[key.decode()])).value == first.value
    assert world.process(key=1, store=world.use(SharedTokenStore(), key=key)).value != first.value
    assert world.process(store=world.use(SharedTokenStore(), key=other)).value != first.value
    assert world.process().value != first.value
    assert world.mints == 4


def test_changing_the_key(world: World) -> None:
    """With the old key behind the new one, what was kept under the old one serves on, and nothing new goes there."""
    old, new = Fernet.generate_key(), Fernet.generate_key()
    first = world.process(store=world.use(SharedTokenStore(), key=old)).value
    token = world.process(store=world.use(SharedTokenStore(), key=(new, old)))
    assert token.value == first
    world.clock.now += 3400
    second = token.value
    assert second != first
    assert world.process(store=world.use(SharedTokenStore(), key=new)).value == second
    assert world.mints == 2
    token.revoke()
    assert len(world.shelf.keys("token")) == 1


@pytest.mark.parametrize("key", ["", "hunter2hunter2", b"x" * 44, "ä", 5, [], ["hunter2"], ["x", 5], "hunter2" * 20])
def test_a_key_that_is_none(key: Any) -> None:
    """It is refused at once, and not shown."""
    with pytest.raises(ValidationError, match="key of a token store") as caught:
        SharedTokenStore().use({}.get, {}.__setitem__, key=key)
    assert "hunter2" not in str(caught.value)


# --- the object ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"read_from": 5}, {"write_to": None}, {"delete": 5}, {"add": "nx"}])
def test_a_store_that_cannot_be_called(wrong: dict[str, Any]) -> None:
    """What is no function is refused at once."""
    with pytest.raises(ValidationError, match=f"{next(iter(wrong))}=….*takes a function"):
        SharedTokenStore().use(**{"read_from": {}.get, "write_to": {}.__setitem__, **wrong})


@pytest.mark.parametrize("wrong", ["redis://", None, 5])
def test_a_store_object_that_is_none(wrong: Any) -> None:
    """What lacks a method is refused, with its name."""
    with pytest.raises(ValidationError, match=r"has the methods get, set and delete; .* has no get"):
        SharedTokenStore().use_store(wrong)


@pytest.mark.parametrize("wrong", [{}, "redis://", TokenStore.use])
def test_a_token_store_that_is_none(wrong: Any) -> None:
    """A store's own object in the place of a SharedTokenStore is refused, with the way out."""
    jwt = GitHubJsonWebToken(pem_of(rsa_key()), 1)
    for make in (
        lambda: GitHubJsonWebToken(pem_of(rsa_key()), 1, token_store=wrong),
        lambda: GitHubInstallationToken(1, jwt, token_store=wrong),
        lambda: GitHubApp(1, pem_of(rsa_key()), token_store=wrong),
    ):
        with pytest.raises(ValidationError, match="token_store is a SharedTokenStore, not"):
            make()


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_does_not_travel(leak: Callable[[object], object]) -> None:
    """It is in no pickle and no copy, and the text form shows no key."""
    store = SharedTokenStore()
    assert repr(store) == "<SharedTokenStore not in use>"
    store.use({}.get, {}.__setitem__, key=Fernet.generate_key())
    assert repr(store) == "<SharedTokenStore in use>"
    with pytest.raises(TypeError, match="may hold a key"):
        leak(store)


def test_encryption_is_loaded_when_it_is_needed() -> None:
    """Setting up the store costs no `cryptography` unless a key is given."""
    code = (
        "import sys; from igitt.auth import TokenStore; TokenStore.use({}.get, {}.__setitem__); "
        "print('cryptography' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603 - this interpreter
    assert run.stdout.strip() == "False"


@pytest.fixture(autouse=True)
def _the_processs_store_is_left_alone() -> Iterator[None]:
    """Whatever a test does, the next one begins without a store."""
    yield
    TokenStore.stop()
