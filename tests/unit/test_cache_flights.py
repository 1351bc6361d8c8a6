"""Many threads with one question, a forge that is down, and processes that fork: the cache under load."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import pytest
from support.credentials import FakeClock, at_once
from support.wire import Asked, Door, Reply, lost, refused

import igitt
from igitt.cache import ResponseCache
from igitt.errors import ConnectionFailedError, ElementDoesntExistError, ServerError

THREADS = 16


class Gate:
    """A forge that answers when it is told to."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.arrived = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self, asked: Asked) -> Reply:
        """Answer."""
        reply = self.replies.pop(0) if self.replies else Reply(200, {"v": 9})
        self.arrived.release()
        assert self.open.wait(10)
        return reply


def together(client: igitt.GitHub, cache: ResponseCache, gate: Gate) -> list[Any]:
    """What each of many threads gets that ask the same while the first one's question is on its way."""
    results: list[Any] = []
    joined, join = threading.Semaphore(0), cache.flights.join

    def counted(key: str, path: str) -> Any:
        found = join(key, path)
        joined.release()
        return found

    cache.flights.join = counted  # type: ignore[method-assign]

    def ask() -> None:
        try:
            results.append(client.request("GET", "x"))
        except Exception as error:  # noqa: BLE001 - it is what is looked at
            results.append(error)

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    assert all(joined.acquire(timeout=10) for _ in threads)
    gate.open.set()
    for thread in threads:
        thread.join(10)
    return results


def test_the_same_question_is_asked_once() -> None:
    """Many threads that read the same thing at once send one request; each gets data and headers of its own."""
    gate, cache = Gate(Reply(200, {"v": 1}, {"ETag": '"1"'})), ResponseCache()
    door = Door(script=gate)
    answers = together(door.github(cache=cache), cache, gate)
    assert door.told() == ["GET /x"]
    assert (cache.stats.misses, cache.stats.shared) == (1, THREADS - 1)
    answers[0].headers["etag"] = "spoiled"
    answers[0].data["v"] = "spoiled"
    assert all(one.data == {"v": 1} for one in answers)
    assert all(one.headers["etag"] == '"1"' for one in answers[1:])


def test_a_failure_is_everyones() -> None:
    """What one thread is refused, all are told that asked with it, each with an error of its own."""
    gate, cache = Gate(Reply(404, {"message": "Not Found"})), ResponseCache()
    door = Door(script=gate)
    errors = together(door.github(cache=cache), cache, gate)
    assert door.told() == ["GET /x"]
    assert {type(error) for error in errors} == {ElementDoesntExistError}
    assert len({id(error) for error in errors}) == THREADS


def test_a_lost_connection_is_everyones() -> None:
    """When the forge cannot be reached, many threads do not each find that out."""
    gate, cache = Gate(lost()), ResponseCache()
    door = Door(script=gate)
    errors = together(door.github(cache=cache, retries=0), cache, gate)
    assert door.told() == ["GET /x"]
    assert {type(error) for error in errors} == {ConnectionFailedError}
    assert len({id(error) for error in errors}) == THREADS


def test_two_credentials_never_share_a_question() -> None:
    """Whoever is somebody else asks for himself."""
    gate, cache = Gate(), ResponseCache()
    door = Door(script=gate)
    clients = [door.github(f"ghp_{number}", cache=cache) for number in range(4)]
    threads = [threading.Thread(target=client.request, args=("GET", "x")) for client in clients]
    for thread in threads:
        thread.start()
    assert all(gate.arrived.acquire(timeout=10) for _ in clients)
    gate.open.set()
    for thread in threads:
        thread.join(10)
    assert len(door.asked) == 4


def test_a_read_after_a_write_joins_no_older_question() -> None:
    """What is asked after a write is asked anew, and an answer from before it is not kept."""
    old, cache = Gate(Reply(200, {"v": "old"}, {"ETag": '"old"'})), ResponseCache()

    def answer(asked: Asked) -> Reply:
        if asked.method == "PATCH":
            return Reply(200, {"v": "new"})
        if old.replies:
            return old(asked)
        new = Reply(304) if asked.headers.get("if-none-match") == '"old"' else Reply(200, {"v": "new"})
        return Reply(new.status, new.data, {"ETag": '"new"'})

    client = Door(script=answer).github(cache=cache)
    found: list[Any] = []
    early = threading.Thread(target=lambda: found.append(client.request("GET", "x").data))
    early.start()
    assert old.arrived.acquire(timeout=10)
    client.request("PATCH", "x", json={})
    assert client.request("GET", "x").data == {"v": "new"}
    old.open.set()
    early.join(10)
    assert found == [{"v": "old"}]
    assert client.request("GET", "x").data == {"v": "new"}


def test_an_adapter_that_asks_the_same_again() -> None:
    """A session's adapter that asks the very same question from within it does not wait for itself."""
    clients: list[igitt.GitHub] = []

    def answer(asked: Asked) -> Reply:
        if len(door.asked) == 1:
            clients[0].request("GET", "x")
        return Reply(200, {"v": len(door.asked)}, {"ETag": '"1"'})

    door = Door(script=answer)
    clients.append(door.github())
    assert clients[0].request("GET", "x").data == {"v": 2}


# --- a forge that is down --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [Reply(502), Reply(503), lost(), refused()])
def test_stale_if_error(failure: Reply) -> None:
    """While the forge is down, an answer that it confirmed not long ago is served; afterwards the failure is told."""
    clock, cache = FakeClock(), ResponseCache(stale_if_error=600)
    replies = [Reply(200, {"v": 1}, {"ETag": '"1"'}), Reply(304)]
    door = Door(script=lambda _: replies.pop(0) if replies else failure)
    client = door.github(cache=cache, clock=clock, retries=0)
    client.request("GET", "x")
    clock.now += 500
    client.request("GET", "x")
    clock.now += 599
    answer = client.request("GET", "x")
    assert (answer.data, answer.from_cache, cache.stats.stale) == ({"v": 1}, True, 1)
    clock.now += 1
    with pytest.raises((ServerError, ConnectionFailedError)):
        client.request("GET", "x")
    replies.append(Reply(304))
    assert client.request("GET", "x").from_cache


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500])
def test_what_is_no_outage_is_told(status: int) -> None:
    """A refusal is an answer, and so is every failure as long as nothing else was asked for."""
    cache = ResponseCache(stale_if_error=0 if status == 500 else 600)
    door = Door(Reply(200, {"v": 1}, {"ETag": '"1"'}), Reply(status, {"message": "no"}))
    client = door.github(cache=cache, retries=0)
    client.request("GET", "x")
    with pytest.raises(igitt.IGittError):
        client.request("GET", "x")


# --- processes -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_in_the_middle_of_everything() -> None:
    """A process that was forked while other threads held the cache's locks and had questions on their way can go on."""
    gate, cache = Gate(Reply(200, {"v": 1}, {"ETag": '"1"'})), ResponseCache()
    client = Door(script=gate).github(cache=cache)
    asking = threading.Thread(target=client.request, args=("GET", "x"))
    asking.start()
    assert gate.arrived.acquire(timeout=10)
    memory: Any = cache._backend._store  # noqa: SLF001 - a fork may find any lock held; there is no public way to hold one
    with cache._lock, memory._lock, client.transport.limits._lock:  # noqa: SLF001 - as above
        child = os.fork()
        if child == 0:
            gate.open = threading.Event()
            gate.open.set()
            good = client.request("GET", "x").data == {"v": 9} and client.request("GET", "x").data is not None
            os._exit(0 if good else 1)
    gate.open.set()
    asking.join(10)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_of_a_client_without_a_cache() -> None:
    """What such a client knows of rate limits is its own, and does not stay locked in a forked process either."""
    client = Door(script=lambda _: Reply(200, {"v": 1})).github(cache=False)
    with client.transport.limits._lock:  # noqa: SLF001 - a fork may find any lock held
        child = os.fork()
        if child == 0:
            signal.alarm(10)
            client.transport.limits.refused("somebody", "core", 0.0, 1.0)
            os._exit(0 if client.request("GET", "x").data == {"v": 1} else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_many_threads_and_one_store() -> None:
    """Threads that read, write and clear at once never see another thing's answer, nor an error."""
    shelf: dict[str, Any] = {}
    cache = ResponseCache()
    cache.use(shelf.get, shelf.__setitem__, shelf.pop)
    door = Door(script=lambda asked: Reply(200, {"path": asked.path}, {"ETag": f'"{asked.path}"'}))
    client = door.github(cache=cache)

    def work() -> bool:
        for number in range(20):
            path = f"things/{number % 5}"
            if client.request("GET", path).data != {"path": f"/{path}"}:
                return False
            if number % 7 == 0:
                client.request("PATCH", path, json={})
            if number % 9 == 0:
                cache.clear()
        return True

    assert all(at_once(work, 8))
    assert cache.stats.errors == 0
