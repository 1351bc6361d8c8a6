"""The cache: never another's answer, never an old one, and never the reason of a failure."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from support.credentials import FakeClock
from support.wire import API, Asked, Door, Reply

import igitt
from igitt.auth import GitHubToken, GitLabPrivateToken
from igitt.cache import Cache, Entry, MemoryStore, ResponseCache
from igitt.errors import ElementDoesntExistError, PermissionDeniedError, ServerError, ValidationError

DATED = "Tue, 04 Mar 2025 05:06:07 GMT"


class Rotating(GitHubToken):
    """A token whose secret changes while whose it is stays, as an installation's does each hour."""

    @property
    def identity(self) -> str:
        """Whose it is."""
        return "installation 5"


def forge(etag: str = '"1"', **headers: str) -> Callable[[Asked], Reply]:
    """A forge whose answer never changes: 304 for who knows its ETag or date."""

    def answer(asked: Asked) -> Reply:
        found = {"ETag": etag, **headers}
        known = asked.headers.get("if-none-match") == etag or (
            "if-none-match" not in asked.headers
            and asked.headers.get("if-modified-since") == headers.get("Last-Modified", 0)
        )
        return Reply(304, headers=found) if known else Reply(200, {"title": "x"}, found)

    return answer


# --- revalidation ----------------------------------------------------------------------------------------------------


def test_a_second_read_is_answered_from_the_cache() -> None:
    """The validator is sent byte for byte, and the 304 gives the whole answer."""
    door = Door(script=forge('W/"abc"'))
    cache = ResponseCache()
    client = door.github(cache=cache)
    first, second = client.request("GET", "x"), client.request("GET", "x")
    assert door.asked[1].headers["if-none-match"] == 'W/"abc"'
    assert (second.status, second.data, second.from_cache) == (200, first.data, True)
    assert (cache.stats.misses, cache.stats.revalidated, cache.stats.hits) == (1, 1, 0)


def test_both_forges() -> None:
    """GitLab's answers are kept and validated alike."""
    door = Door(script=forge())
    client = igitt.GitLab(
        GitLabPrivateToken("glpat-1"), "https://gl.example.com", session=door.session(), cache=ResponseCache()
    )
    assert [client.request("GET", "x").from_cache for _ in range(2)] == [False, True]


def test_no_two_readers_share_an_answer() -> None:
    """What one reader does to its data, another does not see."""
    client = Door(script=forge()).github()
    client.request("GET", "x").data["title"] = "spoiled"
    data = client.request("GET", "x").data
    data["title"] = "spoiled"
    assert client.request("GET", "x").data == {"title": "x"}


def test_texts_are_cached_too() -> None:
    """A diff, and bytes that are no text, come back as they were, also from a store of texts."""
    shelf: dict[str, Any] = {}
    cache = ResponseCache()
    cache.use(shelf.get, shelf.__setitem__)
    for body in (b"diff --git a/x b/x\n", b"\x89PNG\r\n\xff\xfe", "ü".encode()):
        door = Door(Reply(200, body=body, headers={"ETag": '"1"'}), Reply(304))
        client = door.github(cache=cache)
        path = f"x/{len(shelf)}"
        assert [client.request("GET", path).content for _ in range(2)] == [body, body]


def test_a_304_brings_the_headers_up_to_date() -> None:
    """Links and limits come from the 304, the body's type and length stay with the body."""
    link = f'<{API}/x?page=9>; rel="last"'
    door = Door(
        Reply(200, [], {"ETag": '"1"', "Content-Type": "application/json", "Link": f'<{API}/x?page=2>; rel="last"'}),
        Reply(304, headers={"ETag": '"1"', "Link": link, "Content-Type": "text/html", "X-RateLimit-Used": "3"}),
        Reply(304),
    )
    client = door.github()
    client.request("GET", "x")
    second, third = client.request("GET", "x"), client.request("GET", "x")
    assert second.links == {"last": f"{API}/x?page=9"}
    assert second.headers["content-type"] == "application/json"
    assert second.headers["x-ratelimit-used"] == "3"
    assert third.links == second.links


def test_a_304_with_another_etag_replaces_it() -> None:
    """The ETag that a 304 brings is the one to send next."""
    door = Door(Reply(200, {}, {"ETag": '"1"'}), Reply(304, headers={"ETag": '"2"'}), Reply(304))
    client = door.github()
    for _ in range(3):
        client.request("GET", "x")
    assert door.asked[2].headers["if-none-match"] == '"2"'


def test_a_new_answer_replaces_the_old() -> None:
    """A 200 while validating is what counts from then on."""
    door = Door(Reply(200, {"v": 1}, {"ETag": '"1"'}), Reply(200, {"v": 2}, {"ETag": '"2"'}), Reply(304))
    client = door.github()
    assert [client.request("GET", "x").data["v"] for _ in range(3)] == [1, 2, 2]
    assert door.asked[2].headers["if-none-match"] == '"2"'


@pytest.mark.parametrize(("status", "error"), [(404, ElementDoesntExistError), (403, PermissionDeniedError)])
def test_what_is_gone_is_dropped(status: int, error: type[Exception]) -> None:
    """An element that vanished or was forbidden while validating is not kept."""
    door = Door(Reply(200, {}, {"ETag": '"1"'}), Reply(status, {"message": "no"}), Reply(200, {}))
    client = door.github()
    client.request("GET", "x")
    with pytest.raises(error):
        client.request("GET", "x")
    client.request("GET", "x")
    assert "if-none-match" not in door.asked[2].headers


def test_a_failing_forge_does_not_cost_the_entry() -> None:
    """A 502 is no reason to forget, and no reason to serve what was not confirmed."""
    door = Door(Reply(200, {}, {"ETag": '"1"'}), Reply(502), Reply(304))
    client = door.github(retries=0)
    client.request("GET", "x")
    with pytest.raises(ServerError):
        client.request("GET", "x")
    assert client.request("GET", "x").from_cache


@pytest.mark.parametrize("control", ["no-store", "private, No-Store"])
def test_no_store(control: str) -> None:
    """What the forge wants nowhere is kept nowhere, and what was kept is dropped."""
    cache = ResponseCache()
    door = Door(
        Reply(200, {}, {"ETag": '"1"'}), Reply(200, {}, {"ETag": '"2"', "Cache-Control": control}), Reply(200, {})
    )
    client = door.github(cache=cache)
    for _ in range(3):
        client.request("GET", "x")
    assert "if-none-match" not in door.asked[2].headers


@pytest.mark.parametrize(
    "reply", [Reply(200, {}), Reply(202, {}, {"ETag": '"1"'}), Reply(204, headers={"ETag": '"1"'})]
)
def test_what_is_not_kept(reply: Reply) -> None:
    """What has no validator, or is no whole answer, is not kept."""
    shelf: dict[str, Any] = {}
    cache = ResponseCache()
    cache.use(shelf.get, shelf.__setitem__)
    Door(reply).github(cache=cache).request("GET", "x")
    assert shelf == {}


@pytest.mark.parametrize("options", [{"headers": {"range": "bytes=0-1"}}, {"cached": False}])
def test_requests_that_pass_by(options: dict[str, Any]) -> None:
    """A part of a thing, and what the caller wants anew, is neither asked of the cache nor kept."""
    door = Door(script=forge())
    client = door.github()
    client.request("GET", "x")
    assert not client.request("GET", "x", **options).from_cache
    assert "if-none-match" not in door.asked[1].headers


# --- whose answers ---------------------------------------------------------------------------------------------------


def test_two_tokens_never_share() -> None:
    """A client never sees what another token was answered, even where the server sends both the same ETag."""
    cache = ResponseCache()
    answers = {"Bearer ghp_alice": "alice's", "Bearer ghp_bob": "bob's"}

    def answer(asked: Asked) -> Reply:
        if "if-none-match" in asked.headers:
            return Reply(304, headers={"ETag": '"same"'})
        return Reply(200, {"title": answers[asked.headers["authorization"]]}, {"ETag": '"same"'})

    door = Door(script=answer)
    alice, bob = door.github("ghp_alice", cache=cache), door.github("ghp_bob", cache=cache)
    for _ in range(2):
        assert alice.request("GET", "x").data == {"title": "alice's"}
        assert bob.request("GET", "x").data == {"title": "bob's"}
    assert cache.stats.misses == 2


def test_anonymous_and_instances_are_apart() -> None:
    """No token is an identity of its own, and so is each instance."""
    cache = ResponseCache()
    door = Door(script=forge())
    door.github(cache=cache).request("GET", "x")
    session = door.session()
    session.trust_env = False
    igitt.GitHub(None, "https://ghe.example.com", session=session, cache=cache).request("GET", "x")
    igitt.GitHub(GitHubToken("ghp_x"), "https://other.example.com", session=session, cache=cache).request("GET", "x")
    assert not any("if-none-match" in asked.headers for asked in door.asked)


def test_a_new_token_of_the_same_identity() -> None:
    """GitHub's ETags cover the token: for a new one only the date is sent, and the answer stays in use."""
    cache = ResponseCache()
    first = Door(script=forge('"of the first token"', **{"Last-Modified": DATED}))
    first.github(Rotating("ghs_1"), cache=cache).request("GET", "x")
    second = Door(script=forge('"of the second token"', **{"Last-Modified": DATED}))
    client = second.github(Rotating("ghs_2"), cache=cache)
    assert client.request("GET", "x").from_cache
    assert "if-none-match" not in second.asked[0].headers
    assert second.asked[0].headers["if-modified-since"] == DATED
    assert client.request("GET", "x").from_cache
    assert second.asked[1].headers["if-none-match"] == '"of the second token"'


def test_a_new_token_and_no_date() -> None:
    """A list has no date: a new token asks for it in full."""
    cache = ResponseCache()
    door = Door(script=forge())
    door.github(Rotating("ghs_1"), cache=cache).request("GET", "x")
    door.github(Rotating("ghs_2"), cache=cache).request("GET", "x")
    assert not {"if-none-match", "if-modified-since"} & door.asked[1].headers.keys()


def test_gitlabs_etag_outlives_the_token() -> None:
    """GitLab's ETags are of the body alone, so a renewed token goes on with them."""

    class Renewed(GitLabPrivateToken):
        identity = "user 5"  # type: ignore[assignment]

    cache, door = ResponseCache(), Door(script=forge())
    for secret in ("glpat-1", "glpat-2"):
        client = igitt.GitLab(Renewed(secret), "https://gl.example.com", session=door.session(), cache=cache)
        client.request("GET", "x")
    assert door.asked[1].headers["if-none-match"] == '"1"'


@pytest.mark.parametrize(
    "other",
    [
        {"accept": "application/vnd.github.diff"},
        {"headers": {"accept": "application/vnd.github.diff"}},
        {"headers": {"Sudo": "bob"}},
        {"params": {"page": 2}},
    ],
)
def test_what_varies_the_answer_is_in_the_key(other: dict[str, Any]) -> None:
    """Media type, query and further headers keep answers apart."""
    door = Door(script=forge())
    client = door.github()
    client.request("GET", "x")
    client.request("GET", "x", **other)
    assert "if-none-match" not in door.asked[1].headers


def test_the_version_is_in_the_key() -> None:
    """Answers of two versions of the API are two answers."""
    cache, door = ResponseCache(), Door(script=forge())
    for version in ("2022-11-28", "2026-03-10"):
        door.github(cache=cache, api_version=version).request("GET", "x")
    assert "if-none-match" not in door.asked[1].headers


def test_the_order_of_a_query_does_not_matter() -> None:
    """The same query in another order is the same question; a name that comes twice stays twice."""
    door = Door(script=forge())
    client = door.github()
    client.request("GET", "x?b=1&a=2&a=3")
    client.request("GET", "x?a=2&a=3&b=1")
    client.request("GET", "x?a=3&b=1")
    assert ["if-none-match" in asked.headers for asked in door.asked] == [False, True, False]


# --- writes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", [Reply(200, {}), Reply(502)])
def test_a_write_drops_what_it_makes_stale(reply: Reply) -> None:
    """Itself, its lists and all below it go, also when nobody knows whether it was carried out; the rest stays."""
    paths = [
        "repos/a/b/issues/1",
        "repos/a/b/issues/1/comments",
        "repos/a/b/issues",
        "repos/a/b",
        "repos/a/b/issues/2",
        "user",
    ]
    door = Door(script=lambda asked: reply if asked.method == "PATCH" else forge()(asked))
    client = door.github(cache=ResponseCache(fresh_for=600), retries=0)
    for path in paths:
        client.request("GET", path)
        client.request("GET", path, params={"page": 2})
    if reply.status == 200:
        client.request("PATCH", paths[0], json={})
    else:
        with pytest.raises(ServerError):
            client.request("PATCH", paths[0], json={})
    told = len(door.asked)
    for path in paths:
        client.request("GET", path)
        client.request("GET", path, params={"page": 2})
    asked = [asked.path.removeprefix("/") for asked in door.asked[told:]]
    assert asked == [path for path in paths[:4] for _ in range(2)]


def test_a_refused_write_drops_nothing() -> None:
    """What the forge refused changed nothing."""
    door = Door(script=lambda asked: Reply(422) if asked.method == "PATCH" else forge()(asked))
    client = door.github()
    client.request("GET", "x")
    with pytest.raises(ValidationError):
        client.request("PATCH", "x", json={})
    assert client.request("GET", "x").from_cache


def test_a_write_drops_what_another_process_kept() -> None:
    """With a shared store, a write drops the element's entry although this process never read it."""
    shelf: dict[str, Any] = {}
    caches = [ResponseCache(), ResponseCache()]
    for cache in caches:
        cache.use(shelf.get, shelf.__setitem__, shelf.pop, fresh_for=600)
    door = Door(script=forge())
    one, two = (door.github(cache=cache) for cache in caches)
    one.request("GET", "x")
    two.request("PATCH", "x", json={})
    one.request("GET", "x")
    assert door.told() == ["GET /x", "PATCH /x", "GET /x"]


# --- freshness, off, entries -----------------------------------------------------------------------------------------


def test_fresh_for() -> None:
    """Within ``fresh_for`` nothing is asked, afterwards the forge is."""
    cache, clock = ResponseCache(fresh_for=60), FakeClock()
    door = Door(script=forge())
    client = door.github(cache=cache, clock=clock)
    client.request("GET", "x")
    clock.now += 59
    assert client.request("GET", "x").from_cache
    assert (len(door.asked), cache.stats.hits) == (1, 1)
    clock.now += 1
    client.request("GET", "x")
    assert len(door.asked) == 2
    clock.now += 59
    client.request("GET", "x")
    assert len(door.asked) == 2


def test_switched_off() -> None:
    """In the context of ``disabled`` nothing is read or kept, nested or after an error too; other caches go on."""
    cache = ResponseCache()
    door = Door(script=forge())
    client = door.github(cache=cache)
    client.request("GET", "x")
    with cache.disabled(), cache.disabled():
        assert not cache.enabled
        assert Cache.enabled
        assert not client.request("GET", "x").from_cache
        client.request("GET", "y")
    with pytest.raises(KeyError), cache.disabled():
        raise KeyError
    assert cache.enabled
    assert client.request("GET", "x").from_cache
    assert not client.request("GET", "y").from_cache


def test_no_cache_at_all() -> None:
    """``cache=False`` asks in full each time."""
    door = Door(script=forge())
    client = door.github(cache=False)
    assert not any(client.request("GET", "x").from_cache for _ in range(2))


def test_the_process_wide_cache_is_the_default() -> None:
    """``cache=True`` is the singleton that `igitt` exports."""
    assert igitt.Cache is Cache
    assert igitt.GitHub("ghp_x").transport.cache is Cache


def test_entries_by_key() -> None:
    """Entries are read, changed, dropped and cleared by their keys."""
    cache = ResponseCache()
    entry = Entry(b"{}", {"etag": '"1"'}, "fingerprint", 5.0)
    assert cache.get("k") is None
    cache.set("k", entry)
    assert cache.get("k") == entry
    changed = cache.update("k", body=b"[]")
    assert changed is not None
    assert (changed.data, changed.etag) == ([], '"1"')
    assert cache.update("other", body=b"[]") is None
    cache.delete("k")
    cache.delete("k")
    assert cache.get("k") is None
    cache.set("k", entry)
    cache.clear()
    assert cache.get("k") is None


def test_counting_from_zero() -> None:
    """The figures can be set back."""
    cache = ResponseCache()
    Door(script=forge()).github(cache=cache).request("GET", "x")
    assert "misses=1" in repr(cache)
    cache.reset_stats()
    assert cache.stats.misses == 0


# --- stores ----------------------------------------------------------------------------------------------------------


def test_keys_fit_every_store() -> None:
    """Keys are short, of small letters, digits and colons, and hold no secret; values are JSON texts without one."""
    shelf: dict[str, Any] = {}
    cache = ResponseCache()
    cache.use(shelf.get, shelf.__setitem__)
    client = Door(script=forge(**{"Set-Cookie": "session=1"})).github(cache=cache)
    client.request("GET", "repos/ä/ü/contents/" + "long/" * 100, params={"q": "Ä " * 300})
    ((key, value),) = shelf.items()
    assert re.fullmatch(r"[a-z0-9:]{1,200}", key)
    assert isinstance(value, str)
    assert json.loads(value)
    token = client.token
    assert token is not None
    assert token.value not in value
    assert "session=1" not in value


@pytest.mark.parametrize("kind", ["text", "bytes", "KeyError"])
def test_stores_of_all_kinds(kind: str) -> None:
    """A store may give bytes back, and may tell a miss by None or by a KeyError."""
    shelf: dict[str, str] = {}
    read: Callable[[str], Any] = {
        "text": shelf.get,
        "bytes": lambda key: shelf[key].encode() if key in shelf else None,
        "KeyError": shelf.__getitem__,
    }[kind]
    cache = ResponseCache()
    cache.use(read, shelf.__setitem__)
    client = Door(script=forge()).github(cache=cache)
    assert [client.request("GET", "x").from_cache for _ in range(2)] == [False, True]
    assert cache.stats.errors == 0


@pytest.mark.parametrize("with_delete", [True, False])
def test_deleting_in_a_store(with_delete: bool) -> None:
    """With a delete function the entry goes; without one, an empty text takes its place, which is a miss."""
    shelf: dict[str, Any] = {}
    cache = ResponseCache()
    cache.use(shelf.get, shelf.__setitem__, shelf.__delitem__ if with_delete else None)
    cache.set("k", Entry(b"{}"))
    cache.delete("k")
    cache.delete("k")
    assert shelf == ({} if with_delete else {"k": ""})
    assert cache.get("k") is None
    assert cache.stats.errors == 0


class BrokenError(Exception):
    """What somebody else's store raises."""


def fail(*_: object) -> Any:
    """Fail as somebody else's store."""
    raise BrokenError("postgresql://user:hunter2@db")


@pytest.mark.parametrize("broken", ["read", "write", "delete", "all"])
def test_a_broken_store_costs_a_warning(broken: str, caplog: pytest.LogCaptureFixture) -> None:
    """Requests go on without the store; the log says so without the store's own words, which may hold secrets."""
    shelf: dict[str, Any] = {}
    parts = {"read": shelf.get, "write": shelf.__setitem__, "delete": shelf.__delitem__}
    parts = {name: fail if broken in {name, "all"} else part for name, part in parts.items()}
    cache = ResponseCache()
    cache.use(parts["read"], parts["write"], parts["delete"])
    client = Door(script=forge()).github(cache=cache)
    client.request("GET", "x")
    client.request("GET", "x")
    client.request("PATCH", "x", json={})
    assert cache.stats.errors > 0
    assert "BrokenError" in caplog.text
    assert "hunter2" not in caplog.text


class Odd:
    """Something that is not even true or false."""

    def __bool__(self) -> bool:
        raise BrokenError


@pytest.mark.parametrize(
    "rubbish",
    ["{", "null", "[]", "5", '"x"', "{}", b"\xff", 5, 1.5, object(), Odd(), [], {"version": 1}, '{"version": 0}',
     '{"version": 1, "coding": "base64", "body": "?", "headers": {}, "credential": "", "stored_at": 0, "from_webhook": 0}',
     '{"version": 1, "coding": "text", "body": 5, "headers": {}, "credential": "", "stored_at": 0, "from_webhook": 0}',
     '{"version": 1, "coding": "text", "body": "", "headers": [], "credential": "", "stored_at": 0, "from_webhook": 0}',
     '{"version": 1, "coding": "text", "body": "", "headers": {}, "credential": "", "stored_at": ' + "9" * 400
     + ', "from_webhook": 0}', "[" * 100_000],
)  # fmt: skip
def test_rubbish_in_the_store_is_a_miss(rubbish: Any) -> None:
    """Whatever the store gives back that is no entry is a miss, and is replaced."""
    cache = ResponseCache()
    shelf: dict[str, Any] = {}
    cache.use(lambda key: shelf.get(key, rubbish), shelf.__setitem__)
    client = Door(script=forge()).github(cache=cache)
    assert client.request("GET", "x").data == {"title": "x"}
    assert client.request("GET", "x").from_cache


def test_a_slow_store_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    """A store that takes long costs a warning: every request waits for it."""
    clock = FakeClock()
    shelf: dict[str, Any] = {}
    cache = ResponseCache(clock=clock)

    def read(key: str) -> Any:
        clock.now += 3
        return shelf.get(key)

    cache.use(read, shelf.__setitem__)
    Door(script=forge()).github(cache=cache).request("GET", "x")
    assert "took 3.0 s" in caplog.text
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize("wrong", [(5, print), (print, None), (print, print, 5)])
def test_a_store_that_cannot_be_called(wrong: tuple[Any, ...]) -> None:
    """What is no function is refused at once."""
    with pytest.raises(ValidationError, match="takes a function"):
        ResponseCache().use(*wrong)


@pytest.mark.parametrize("wrong", [-1, "5", None, True])
def test_a_wrong_freshness(wrong: Any) -> None:
    """What is no number of seconds is refused."""
    with pytest.raises(ValidationError, match="fresh_for"):
        ResponseCache(fresh_for=wrong)


# --- the memory store ------------------------------------------------------------------------------------------------


def test_the_memory_is_bounded() -> None:
    """What was used least recently goes first, and the bound in bytes holds."""
    store = MemoryStore(max_bytes=10_000)
    for number in range(50):
        store.set(str(number), "x" * 500)
        store.get("0")
    assert store.bytes <= 10_000
    assert store.get("0") == "x" * 500
    assert store.get("1") is None
    assert store.get("49") is not None
    assert 5 < len(store) < 20


def test_one_large_answer_does_not_throw_out_the_rest() -> None:
    """A value of more than an eighth of the bound is not kept, nor is what it would have replaced."""
    store = MemoryStore(max_bytes=8_000)
    store.set("a", "small")
    store.set("b", "small")
    store.set("b", "x" * 2_000)
    assert (store.get("a"), store.get("b")) == ("small", None)


def test_an_entry_evicted_between_costs_a_full_answer() -> None:
    """An entry that is gone when it is wanted again is asked for in full."""
    cache = ResponseCache()
    cache.use_memory(max_bytes=16_000)
    door = Door(script=lambda _: Reply(200, {"pad": "x" * 900}, {"ETag": '"1"'}))
    client = door.github(cache=cache)
    for number in [*range(30), 0]:
        client.request("GET", f"x/{number}")
    assert "if-none-match" not in door.asked[-1].headers


def test_replacing_and_clearing_count_right() -> None:
    """The bytes held are those of what is there."""
    store = MemoryStore()
    store.set("a", "x" * 1000)
    store.set("a", "x")
    assert store.bytes < 400
    store.delete("a")
    assert (store.bytes, len(store)) == (0, 0)
    store.set("a", "x")
    store.clear()
    assert (store.bytes, len(store), store.get("a")) == (0, 0, None)


def test_a_negative_bound() -> None:
    """A store cannot hold less than nothing."""
    with pytest.raises(ValidationError):
        MemoryStore(-1)
