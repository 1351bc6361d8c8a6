"""An empty budget is known before a request is sent, in every process, and writes are spaced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from support.credentials import FakeClock, at_once
from support.wire import API, Asked, Door, Reply, slept

import igitt
from igitt._base.proof import Proof
from igitt.auth import GitLabPrivateToken
from igitt.cache import ResponseCache
from igitt.errors import RateLimitError, ValidationError

NOW = 1_700_000_000


KEY = "one key of every process"


def told(remaining: int, *, resource: str = "core", reset_in: int = 1800, status: int = 200, **more: str) -> Reply:
    """GitHub's answer with what is left."""
    headers = {
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(NOW + reset_in),
        "X-RateLimit-Resource": resource,
        "Date": format_datetime(datetime.fromtimestamp(NOW, UTC), usegmt=True),
    }
    return Reply(status, {"message": "API rate limit exceeded"}, headers | more)


def processes(count: int, script: Callable[[Asked], Reply], **options: Any) -> tuple[Door, list[igitt.GitHub]]:
    """Clients as in so many processes: each has a cache of its own over the same store."""
    shelf: dict[str, Any] = {}
    door, clock, clients = Door(script=script), FakeClock(NOW), []
    for _ in range(count):
        cache = ResponseCache(clock=clock)
        cache.use(shelf.get, shelf.__setitem__, shelf.pop, key=KEY)
        clients.append(door.github(cache=cache, clock=clock, **options))
    return door, clients


def test_an_empty_budget_is_not_asked() -> None:
    """After the answer that took the last unit nothing is sent; the error tells the time, and that it was not sent."""
    door = Door(told(0))
    client = door.github(clock=FakeClock(NOW))
    client.request("GET", "user")
    with pytest.raises(RateLimitError, match="was not sent") as caught:
        client.request("POST", "repos/a/b/issues", json={})
    assert caught.value.reset_at == datetime.fromtimestamp(NOW + 1801, UTC)
    assert (caught.value.status, caught.value.method, caught.value.url) == (None, "POST", f"{API}/repos/a/b/issues")
    assert len(door.asked) == 1


def test_an_empty_budget_is_waited_for() -> None:
    """If the window ends within ``max_wait``, the request waits for that, once, and is sent."""
    door = Door(told(0, reset_in=40), told(4999, reset_in=3600))
    client = door.github(clock=FakeClock(NOW))
    client.request("GET", "user")
    client.request("GET", "user")
    assert slept(client) == [41]


@pytest.mark.parametrize(
    ("path", "resource", "other"),
    [
        ("search/issues?q=x", "search", "search/code?q=x"),
        ("search/code?q=x", "code_search", "user"),
        ("graphql", "graphql", "repos/a/b/contents/graphql"),
        ("user", "core", "search/issues?q=x"),
        ("repos/a/b/contents/search/code", "core", "graphql"),
    ],
)
def test_budgets_are_apart(path: str, resource: str, other: str) -> None:
    """An empty budget stops what is counted in it, and nothing else."""
    door = Door(script=lambda _: told(0, resource=resource))
    client = door.github(clock=FakeClock(NOW), cache=False)
    client.request("GET", path)
    with pytest.raises(RateLimitError, match="known to be used up"):
        client.request("GET", path)
    client.request("GET", other)
    assert len(door.asked) == 2


def test_asking_what_is_left_is_free() -> None:
    """The budgets themselves can be asked for when they are empty."""
    door = Door(told(0), Reply(200, {"resources": {"core": {"limit": 5000, "remaining": 0, "reset": NOW + 9}}}))
    client = door.github(clock=FakeClock(NOW))
    client.request("GET", "user")
    assert client.rate_limit["core"].remaining == 0


def test_the_other_processes_know() -> None:
    """What one process was told, the others know without hitting the limit, by whose budget it is."""
    door, (one, two) = processes(2, lambda _: told(0))
    one.request("GET", "user")
    with pytest.raises(RateLimitError, match="was not sent"):
        two.request("GET", "user")
    assert len(door.asked) == 1
    stranger = two.with_token("ghp_somebody_else")
    stranger.request("GET", "user")
    assert len(door.asked) == 2


def test_without_a_credential_each_machine_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forges count who has no credential by address: what one machine used up is not the other's."""
    door, (one, two) = processes(2, lambda _: told(0), token=None)
    monkeypatch.setattr("platform.node", lambda: "bot-1")
    one.request("GET", "user")
    with pytest.raises(RateLimitError, match="was not sent"):
        two.request("GET", "user")
    monkeypatch.setattr("platform.node", lambda: "bot-2")
    two.request("GET", "user")
    assert len(door.asked) == 2


@pytest.mark.parametrize("retry_after", ["120", None])
def test_a_secondary_limit_is_everyones(retry_after: str | None) -> None:
    """The refusal that names a time stops every process and every budget of the identity until then."""
    more = {"Retry-After": retry_after} if retry_after else {}
    refusal = told(4000, status=403, **more)
    refusal.data = {"message": "You have exceeded a secondary rate limit."}
    replies = [refusal]
    door, (one, two) = processes(2, lambda _: replies.pop() if replies else told(4000), max_wait=0)
    with pytest.raises(RateLimitError, match="secondary rate limit"):
        one.request("POST", "repos/a/b/issues", json={})
    with pytest.raises(RateLimitError, match="was not sent"):
        two.request("GET", "search/issues", params={"q": "x"})
    clock = two.transport.clock
    clock.sleep(float(retry_after or 60))
    two.request("GET", "user")
    assert len(door.asked) == 2


def test_a_gitlab_refusal_is_about_one_endpoint() -> None:
    """GitLab refuses single endpoints, such as notes, while everything else goes on."""
    headers = {"RateLimit-Limit": "2000", "RateLimit-Remaining": "1500", "RateLimit-Reset": str(NOW + 60)}
    replies = [Reply(429, {"message": "too many"}, {**headers, "Retry-After": "60"}), Reply(200, {})]
    door = Door(*replies)
    client = igitt.GitLab(
        GitLabPrivateToken("glpat-1"), "https://gl.example.com", session=door.session(), cache=False, max_wait=0,
        clock=FakeClock(NOW),
    )  # fmt: skip
    with pytest.raises(RateLimitError, match=r"too many.*waits 0 s at most"):
        client.request("POST", "projects/1/issues/1/notes", json={})
    client.request("GET", "projects/1")


def test_gitlabs_budget() -> None:
    """GitLab's budget of a minute is known too."""
    headers = {
        "RateLimit-Limit": "2000", "RateLimit-Remaining": "0", "RateLimit-Reset": str(NOW + 20),
        "RateLimit-Name": "throttle_authenticated_api",
    }  # fmt: skip
    door, clock = Door(Reply(200, {}, headers), Reply(200, {})), FakeClock(NOW)
    client = igitt.GitLab("glpat-1", "https://gl.example.com", session=door.session(), cache=False, clock=clock)
    client.request("GET", "projects/1")
    client.request("GET", "projects/1")
    assert clock.slept == [21]


@pytest.mark.parametrize(
    "rubbish", ["", "{", "[]", "[1,2]", '[1,"a","b","c","d"]', "[1,0,0,1e999,1e999]", "null", b"\xff"]
)
def test_rubbish_in_the_store(rubbish: Any) -> None:
    """What the store holds in place of a budget is nothing."""
    cache = ResponseCache()
    cache.use(lambda _: rubbish, lambda *_: None)
    client = Door(script=lambda _: told(4000)).github(cache=cache, clock=FakeClock(NOW))
    assert client.request("GET", "user").status == 200


@pytest.mark.parametrize("until", [253_402_300_799, 10**12])
def test_a_window_that_ends_out_of_all_reckoning(until: int) -> None:
    """A window's end in the year 9999, told by a shared store, is a limit as any other: nobody waits over a year."""
    cache, clock = ResponseCache(), FakeClock(NOW)
    told_by_all = Proof(KEY)
    cache.use(lambda name: told_by_all.close(name, f'{{"limit":[1,5000,0,{until},{NOW}]}}'), lambda *_: None, key=KEY)
    client = Door(script=lambda _: told(4000)).github(cache=cache, clock=clock)
    with pytest.raises(RateLimitError, match="known to be used up") as caught:
        client.request("GET", "user")
    assert caught.value.reset_at is not None
    assert caught.value.reset_at.year == datetime.fromtimestamp(NOW, UTC).year + 1


def test_the_forge_tells_such_a_window() -> None:
    """The same where the forge itself tells it."""
    client = Door(script=lambda _: told(0, reset_in=253_402_300_799 - NOW)).github(clock=FakeClock(NOW))
    assert client.request("GET", "user").status == 200
    with pytest.raises(RateLimitError, match="known to be used up"):
        client.request("GET", "user")


def test_the_store_is_not_asked_each_time() -> None:
    """A shared store is asked for a budget once a second at most, and told when there is news."""
    asked: list[str] = []
    shelf: dict[str, Any] = {}
    cache, clock = ResponseCache(), FakeClock(NOW)

    def read(key: str) -> Any:
        asked.append(key)
        return shelf.get(key)

    cache.use(read, shelf.__setitem__)
    client = Door(script=lambda _: told(4000)).github(cache=cache, clock=clock)
    for _ in range(50):
        client.request("PATCH", "user", json={})
    assert len([key for key in asked if key.startswith("igitt:limit:")]) <= 2
    assert len([key for key in shelf if key.startswith("igitt:limit:")]) == 1


# --- writes ----------------------------------------------------------------------------------------------------------


def paced(**options: Any) -> tuple[igitt.GitHub, FakeClock]:
    """A client whose writes are spaced."""
    clock = FakeClock(NOW)
    return Door(script=lambda _: Reply(200, {})).github(clock=clock, pace_writes=True, **options), clock


def test_writes_are_spaced() -> None:
    """Some go at once, then one a second: never more than 80 in any minute."""
    client, clock = paced()
    sent = []
    for _ in range(150):
        client.request("POST", "repos/a/b/issues", json={})
        sent.append(clock.now)
    assert sent[19] == NOW
    assert sent[149] == NOW + 130
    assert max(sum(start <= one < start + 60 for one in sent) for start in sent) <= 80


def test_five_hundred_an_hour() -> None:
    """Beyond 500 in an hour nothing is sent; the error tells when the next one may go."""
    client, clock = paced()
    for _ in range(500):
        client.request("POST", "x", json={})
    with pytest.raises(RateLimitError, match="writes come faster") as caught:
        client.request("POST", "x", json={})
    assert caught.value.reset_at == datetime.fromtimestamp(NOW + 3600, UTC)
    client.request("GET", "x")
    clock.now = NOW + 3600
    client.request("POST", "x", json={})


def test_reads_are_not_spaced() -> None:
    """Reading, and asking by GraphQL, takes no turn."""
    client, clock = paced()
    for _ in range(100):
        client.request("GET", "x")
    assert clock.slept == []


def test_a_turn_that_is_not_waited_for_is_not_taken() -> None:
    """Who gives up does not make the others wait."""
    client, clock = paced(max_wait=0)
    for _ in range(20):
        client.request("POST", "x", json={})
    for _ in range(50):
        with pytest.raises(RateLimitError, match="writes come faster"):
            client.request("POST", "x", json={})
    clock.now += 1
    client.request("POST", "x", json={})


def test_threads_share_the_turns() -> None:
    """Clients of the same identity and cache take turns together."""
    client, clock = paced()
    at_once(lambda: [client.request("POST", "x", json={}) for _ in range(5)], 8)
    assert clock.now >= NOW + 20


@pytest.mark.parametrize(
    ("url", "paces"), [("https://github.com", True), ("https://acme.ghe.com", True), ("https://ghe.example.com", False)]
)
def test_where_the_forge_asks_for_it(url: str, paces: bool) -> None:
    """github.com asks for a pause between writes; a server of one's own has no such limits unless told so."""
    clock = FakeClock(NOW)
    door = Door(script=lambda _: Reply(200, {}))
    client = igitt.GitHub("ghp_x", url, session=door.session(), clock=clock, cache=False)
    for _ in range(25):
        client.request("POST", "x", json={})
    assert bool(clock.slept) is paces


@pytest.mark.parametrize("wrong", [1, "yes", 0.5])
def test_a_wrong_option(wrong: Any) -> None:
    """The option is on, off or the forge's own."""
    with pytest.raises(ValidationError, match="pace_writes"):
        igitt.GitHub("ghp_x", pace_writes=wrong)
