"""The cache: never another's answer, never an old one, and never the reason of a failure."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from support.credentials import FakeClock
from support.wire import API, Asked, Door, Reply, forge, lost

import igitt
from igitt.auth import GitHubToken, GitLabPrivateToken
from igitt.cache import Cache, Entry, ResponseCache
from igitt.errors import (
    ConnectionFailedError,
    ElementDoesntExistError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ValidationError,
)

DATED = "Tue, 04 Mar 2025 05:06:07 GMT"


class Rotating(GitHubToken):
    """A token whose secret changes while whose it is stays, as an installation's does each hour."""

    @property
    def identity(self) -> str:
        """Whose it is."""
        return "installation 5"


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
    Door(reply).github(cache=cache).request("GET", "repos/acme/widgets/stats/contributors")
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
    """GitHub's ETags cover the token, and a date does not cover the answer: a new token asks in full."""
    cache = ResponseCache()
    first = Door(script=forge('"of the first token"', **{"Last-Modified": DATED}))
    first.github(Rotating("ghs_1"), cache=cache).request("GET", "x")
    second = Door(script=forge('"of the second token"', **{"Last-Modified": DATED}))
    client = second.github(Rotating("ghs_2"), cache=cache)
    assert not client.request("GET", "x").from_cache
    assert not {"if-none-match", "if-modified-since"} & second.asked[0].headers.keys()
    assert client.request("GET", "x").from_cache
    assert second.asked[1].headers["if-none-match"] == '"of the second token"'


def test_a_new_token_and_no_date() -> None:
    """A list has no date: a new token asks for it in full."""
    cache = ResponseCache()
    door = Door(script=forge())
    door.github(Rotating("ghs_1"), cache=cache).request("GET", "x")
    door.github(Rotating("ghs_2"), cache=cache).request("GET", "x")
    assert not {"if-none-match", "if-modified-since"} & door.asked[1].headers.keys()


class Turning(Rotating):
    """A token that another thread renews between two looks at it."""

    turns = 0

    @property
    def headers(self) -> dict[str, str]:
        """What carries it; then it is renewed, the first few times."""
        found = {"Authorization": f"Bearer ghs_{self.turns}"}
        type(self).turns += self.turns < self.most
        return found

    @property
    def fingerprint(self) -> str:
        """Which secret it is now."""
        return f"fingerprint {self.turns}"

    most = 0


@pytest.mark.parametrize("most", [0, 1, 2, 50])
def test_a_renewal_between_two_looks(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry is filed under the secret that its request carried: no other one is asked with that one's ETag."""
    monkeypatch.setattr(Turning, "turns", 0)
    monkeypatch.setattr(Turning, "most", most)

    def answer(asked: Asked) -> Reply:
        tag = f'"of {asked.headers["authorization"]}"'
        known = asked.headers.get("if-none-match")
        assert known in {None, tag}
        return Reply(304) if known else Reply(200, {"v": 1}, {"ETag": tag, "Vary": "Authorization"})

    client = Door(script=answer).github(Turning("ghs_0"))
    for _ in range(6):
        assert client.request("GET", "x").data == {"v": 1}


def test_a_credential_of_somebody_else() -> None:
    """What was asked with the credential of another identity than the entry's is neither kept nor confirmed for it."""

    class Straying(GitHubToken):
        """Whose it is, is another one each time that it is looked at."""

        looks = 0

        @property
        def identity(self) -> str:
            """Whose it is."""
            type(self).looks += 1
            return f"number {self.looks}"

    cache = ResponseCache(fresh_for=600)
    door = Door(script=forge())
    client = door.github(Straying("ghp_1"), cache=cache)
    for _ in range(3):
        assert not client.request("GET", "x").from_cache
    assert (len(door.asked), cache.stats.hits) == (3, 0)


def test_a_credential_shows_nothing() -> None:
    """A credential as it was read tells its headers to nobody who prints, pickles or copies it."""
    credential = GitHubToken("ghp_secret").credential
    assert credential.headers == {"Authorization": "Bearer ghp_secret"}
    assert "secret" not in repr(credential)
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="secret must not travel"):
            way(credential)


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


@pytest.mark.parametrize("reply", [Reply(200, {}), Reply(502), lost()])
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
    if reply.status == 200 and reply.error is None:
        client.request("PATCH", paths[0], json={})
    else:
        with pytest.raises((ServerError, ConnectionFailedError), match="not known whether it was carried out"):
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


@pytest.mark.parametrize("headers", [{}, {"ETag": '"1"'}])
@pytest.mark.parametrize("option", ["fresh_for", "stale_if_error"])
def test_answers_without_a_mark(option: str, headers: dict[str, str]) -> None:
    """Where time decides, answers without an ETag and a date are kept too."""
    cache = ResponseCache(**{option: 60})
    door = Door(Reply(200, {"v": 1}, headers), *[Reply(503)] * 4)
    client = door.github(cache=cache, retries=0)
    assert [client.request("GET", "x").data for _ in range(2)] == [{"v": 1}, {"v": 1}]


@pytest.mark.parametrize("option", ["fresh_for", "stale_if_error"])
def test_what_another_machine_kept_in_the_future(option: str) -> None:
    """An entry of a machine whose clock is ahead is not served for longer than one of this machine's."""
    shelf: dict[str, Any] = {}
    door = Door(Reply(200, {"v": 1}, {"ETag": '"1"'}), *[Reply(503)] * 4)
    for ahead in (100_000.0, 0.0):
        cache, clock = ResponseCache(), FakeClock()
        cache.use(shelf.get, shelf.__setitem__, **{option: 60.0})
        clock.now += ahead
        client = door.github(cache=cache, clock=clock, retries=0)
        if ahead:
            assert client.request("GET", "x").data == {"v": 1}
        else:
            with pytest.raises(ServerError):
                client.request("GET", "x")


@pytest.mark.parametrize("deletes", [False, True])
@pytest.mark.parametrize("clears", [False, True])
def test_clearing_a_store_that_is_plugged_in(deletes: bool, clears: bool) -> None:
    """After ``clear`` nothing is known of any answer, nor of a budget that was used up, in the store as here."""

    class Shelf(dict[str, Any]):
        """A store with ``set`` and ``delete``."""

        set = dict.__setitem__
        delete = dict.__delitem__

        def clear(self) -> None:
            """Drop what is this cache's."""
            cleared.append(True)
            super().clear()

    cleared: list[bool] = []
    shelf, cache, clock = Shelf(), ResponseCache(), FakeClock()
    if clears:
        cache.use_store(shelf)
    else:
        cache.use(shelf.get, shelf.__setitem__, shelf.pop if deletes else None)
    reset = {"X-RateLimit-Reset": str(int(clock.now) + 3000), "X-RateLimit-Limit": "9", "X-RateLimit-Remaining": "0"}
    door = Door(script=forge(**reset))
    client = door.github(cache=cache, clock=clock)
    client.request("GET", "x")
    with pytest.raises(RateLimitError, match="known to be used up"):
        client.request("GET", "x")
    assert any(shelf.values())
    cache.clear()
    assert not any(shelf.values())
    assert cleared == [True] * clears
    assert not client.request("GET", "x").from_cache
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
