"""The cache over the hourly change of a token: GitHub's ETags cover the credential, and still nothing goes cold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import pytest
from support.credentials import FakeClock
from support.wire import Asked, Door, Reply

import igitt
from igitt.auth import GitHubInstallationToken, GitHubJsonWebToken, GitHubToken
from igitt.cache import ResponseCache
from igitt.testing import Sandbox

DATE, LATER = "Tue, 04 Mar 2025 05:06:07 GMT", "Tue, 04 Mar 2025 05:06:08 GMT"
BODY, NAMES = b'{"v":1}', ("accept", "authorization")
ISSUES = 200
PAGES = 10


class Rotating(GitHubToken):
    """A token whose secret changes while whose it is stays, as an installation's does each hour."""

    @property
    def identity(self) -> str:
        """Whose it is."""
        return "installation 5"


def reckoned(asked: Asked, body: bytes, *names: str) -> str:
    """The ETag by the rule."""
    return sha256("".join(f"{asked.headers[name]}:" for name in names).encode() + body).hexdigest()


def forge(
    body: bytes = BODY, *names: str, form: str = 'W/"{}"', vary: str | None = None, **more: str
) -> Callable[[Asked], Reply]:
    """A forge whose ETags cover some of the request's headers, and which says 304 to the right one."""
    names = names or NAMES

    def answer(asked: Asked) -> Reply:
        tag = form.format(reckoned(asked, body, *names))
        headers = {"ETag": tag, "Vary": vary or ", ".join(names), "Content-Type": "application/json", **more}
        known = asked.headers.get("if-none-match")
        since = asked.headers.get("if-modified-since")
        if known == tag or (known is None and since is not None and since == more.get("Last-Modified")):
            return Reply(304, headers=headers)
        return Reply(200, body=body, headers=headers)

    return answer


def reads(script: Callable[[Asked], Reply], *tokens: str, cache: ResponseCache | None = None) -> list[Asked]:
    """The requests of reading the same thing with one token after the other."""
    cache = cache or ResponseCache()
    door = Door(script=script)
    for token in tokens:
        assert door.github(Rotating(token), cache=cache).request("GET", "x").data == {"v": 1}
    return door.asked


@pytest.mark.parametrize("form", ['W/"{}"', '"{}"'])
@pytest.mark.parametrize(
    ("names", "vary"),
    [
        (("accept", "authorization"), "Accept, Authorization, Cookie, X-GitHub-OTP"),
        (("accept", "authorization"), "accept-encoding,AUTHORIZATION,Accept"),
        (("authorization",), "Authorization"),
        (("accept",), "Accept"),
    ],
)
def test_an_etag_that_follows_the_rule_is_reckoned_anew(names: tuple[str, ...], vary: str, form: str) -> None:
    """A list has no date: its ETag for the next token is told from the kept bytes, and so on from token to token."""
    script = forge(BODY, *names, form=form, vary=vary)
    asked = reads(script, "ghs_1", "ghs_2", "ghs_3", "ghs_3")
    for one in asked[1:]:
        assert one.headers["if-none-match"] == form.format(reckoned(one, BODY, *names))


def test_a_store_of_texts_keeps_what_an_etag_covers() -> None:
    """Another process with another token reckons the ETag from what this one kept."""
    shelf: dict[str, Any] = {}
    asked = []
    for token in ("ghs_1", "ghs_2"):
        cache = ResponseCache()
        cache.use(shelf.get, shelf.__setitem__, key="one key of every process")
        asked += reads(forge(), token, cache=cache)
    assert asked[1].headers["if-none-match"] == f'W/"{reckoned(asked[1], BODY, *NAMES)}"'
    assert "ghs_" not in str(shelf)


def test_a_304_without_an_etag() -> None:
    """A 304 need not repeat the ETag: the one that was sent is the one to go on with."""

    def answer(asked: Asked) -> Reply:
        found = forge()(asked)
        if found.status == 304:
            return Reply(304, headers={"Vary": "accept, authorization"})
        return found

    asked = reads(answer, "ghs_1", "ghs_2", "ghs_2")
    assert asked[2].headers["if-none-match"] == asked[1].headers["if-none-match"]


@pytest.mark.parametrize("given", [DATE, LATER])
def test_an_etag_comes_first(given: str) -> None:
    """A date does not cover all of an answer: where there is an ETag, the one for the new token is asked for."""
    asked = reads(forge(**{"Last-Modified": DATE, "Date": given}), "ghs_1", "ghs_2", "ghs_2")
    assert not any("if-modified-since" in one.headers for one in asked)
    assert [one.headers.get("if-none-match") for one in asked[1:]] == [
        f'W/"{reckoned(one, BODY, *NAMES)}"' for one in asked[1:]
    ]


def dated(body: bytes, **headers: str) -> Callable[[Asked], Reply]:
    """A forge that knows no ETags, and says 304 to its date."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-modified-since") == headers["Last-Modified"]:
            return Reply(304, headers=headers)
        return Reply(200, body=body, headers=headers)

    return answer


@pytest.mark.parametrize("tokens", [("ghs_1", "ghs_1"), ("ghs_1", "ghs_2")])
def test_a_date_serves_where_there_is_no_etag(tokens: tuple[str, str]) -> None:
    """An answer without an ETag that is one thing by itself is asked for by its date, whatever the token."""
    asked = reads(dated(BODY, **{"Last-Modified": DATE, "Date": LATER}), *tokens)
    assert asked[1].headers.get("if-modified-since") == DATE


@pytest.mark.parametrize(
    ("body", "given"),
    [
        (b'{"v":1}', DATE),  # given in the second of the change
        (b'{"v":1}', "rubbish"),
        (b'{"v":1,"mergeable":true}', LATER),
        (b'{"v":1,"labels":[{"name":"bug"}]}', LATER),
        (b'{"v":1,"commit":{"sha":"1"}}', LATER),
        (b'{"v":1,"assets":[{"name":"a"}]}', LATER),
        (b'[{"v":1}]', LATER),
        (b"diff --git", LATER),
    ],
)
def test_a_date_that_does_not_cover_all(body: bytes, given: str) -> None:
    """What has other things in it, or may change twice in a second, is asked for in full: its date proves nothing."""
    door, cache = Door(script=dated(body, **{"Last-Modified": DATE, "Date": given})), ResponseCache()
    for token in ("ghs_1", "ghs_1", "ghs_2"):
        assert door.github(Rotating(token), cache=cache).request("GET", "x").content == body
    assert not any({"if-modified-since", "if-none-match"} & one.headers.keys() for one in door.asked)


def test_what_says_nothing_of_the_rule_changes_nothing() -> None:
    """Answers without an ETag, with another kind of it, and 304s without one leave what was learnt as it is."""
    cache, count = ResponseCache(), 12
    silent, opaque = {"Last-Modified": DATE, "Date": LATER}, {"ETag": 'W/"of a proxy"', "Vary": "authorization"}

    def answer(asked: Asked) -> Reply:
        if asked.path == "/x":
            found = forge()(asked)
            return Reply(304) if found.status == 304 else found
        return Reply(200, {"v": 1}, silent if asked.path.startswith("/silent") else opaque)

    door = Door(script=answer)
    for number, token in enumerate(("ghs_1", "ghs_2", "ghs_3")):
        client = door.github(Rotating(token), cache=cache)
        for other in range(count):
            client.request("GET", f"silent{number}{other}")
            client.request("GET", f"opaque{number}{other}")
        assert client.request("GET", "x").from_cache == (number > 0)
        assert client.request("GET", "x").from_cache
        tag = door.asked[-1].headers["if-none-match"]
        assert tag == f'W/"{reckoned(door.asked[-1], BODY, *NAMES)}"'


def test_a_304_that_nobody_asked_for() -> None:
    """Without a validator a 304 confirms nothing: what was kept is not served for it."""
    cache = ResponseCache()
    door = Door(Reply(200, {"v": 1}, {"ETag": '"opaque"'}), Reply(304))
    door.github(Rotating("ghs_1"), cache=cache).request("GET", "x")
    with pytest.raises(igitt.errors.IGittError) as caught:
        door.github(Rotating("ghs_2"), cache=cache).request("GET", "x")
    assert caught.value.status == 304


@pytest.mark.parametrize(
    "headers", [{"ETag": '"opaque"'}, {"ETag": '"opaque"', "Last-Modified": DATE, "Date": DATE}, {"ETag": "rubbish"}]
)
def test_an_unknown_rule(headers: dict[str, str]) -> None:
    """A server whose ETags follow no known rule is asked in full after a rotation, and never believed wrongly."""
    bodies = iter([{"v": 1}, {"v": 2}])

    def answer(asked: Asked) -> Reply:
        if {"if-none-match", "if-modified-since"} & asked.headers.keys():
            return Reply(304, headers=headers)
        return Reply(200, next(bodies), {"Vary": "Authorization", **headers})

    cache, door = ResponseCache(), Door(script=answer)
    found = [door.github(Rotating(token), cache=cache).request("GET", "x").data for token in ("ghs_1", "ghs_2")]
    assert found == [{"v": 1}, {"v": 2}]


def test_a_server_that_changes_its_rule() -> None:
    """Once an instance's ETags follow the rule no longer, none is reckoned from what came after."""
    scripts = [forge(), lambda _: Reply(200, {"v": 1}, {"ETag": '"another way"', "Vary": "Authorization"})]
    cache, asked = ResponseCache(), []
    for number, script in enumerate((scripts[0], scripts[1], scripts[1])):
        asked += reads(script, f"ghs_{number}", cache=cache)
    assert "if-none-match" in asked[1].headers
    assert "if-none-match" not in asked[2].headers


# --- an App on the sandbox -------------------------------------------------------------------------------------------


class World:
    """An App's installation at a repository with many issues, and a clock that jumps over the token's end."""

    def __init__(self, sandbox: Sandbox, clock: FakeClock) -> None:
        self.forge, self.clock = sandbox.github, clock
        self.forge.add_user("alice")
        self.forge.add_organization("acme", members={"alice": "owner"})
        for name in ("widgets", "gears", "bolts"):
            self.forge.add_repository(f"acme/{name}", private=True)
        for number in range(ISSUES):
            self.forge.add_issue("acme/widgets", f"Issue {number}")
        for name in ("gears", "bolts"):
            for number in range(PAGES):
                self.forge.add_issue(f"acme/{name}", f"Issue {number}")
        app = self.forge.add_app("triage", permissions={"issues": "write"}, owner="acme")
        installation = self.forge.install(app, "acme")
        jwt = GitHubJsonWebToken(app.private_key, app.id, clock=clock)
        self.cache = ResponseCache(clock=clock)
        self.cache.use_memory(64 * 1024 * 1024)
        token = GitHubInstallationToken(installation.id, jwt, clock=clock)
        self.client: igitt.GitHub = self.forge.client(token, cache=self.cache, clock=clock)

    def read(self) -> list[str]:
        """All issues one by one, and three lists of ten pages."""
        repo = self.client.get_repo("acme/widgets")
        titles = [repo.get_issue(number).title for number in range(1, ISSUES + 1)]
        lists = [("widgets", ISSUES // PAGES), ("gears", 1), ("bolts", 1)]
        for name, size in lists:
            for page in range(1, PAGES + 1):
                query = {"page": page, "per_page": size}
                found = self.client.request("GET", f"repos/acme/{name}/issues", params=query).data
                assert len(found) == size
                titles += [one["title"] for one in found]
        return titles

    def rotate(self) -> None:
        """Over an hour passes, so that the next request needs a new token; the minting is asked for here."""
        self.clock.now += 4000
        self.client.get_repo("acme/gears").get_issue(1).refresh()
        self.forge.reset_log()


@pytest.fixture
def world() -> Iterator[World]:
    """Return the App's world."""
    clock = FakeClock(1_790_000_000.0)
    with Sandbox(socket=False, clock=clock.time) as sandbox:
        yield World(sandbox, clock)


@pytest.mark.parametrize("pause", [0, 10])
def test_a_rotation_costs_nothing(world: World, pause: int) -> None:
    """200 things and three lists of ten pages, read again with a new token, spend no unit."""
    world.clock.now += pause  # with it, things are older than what tells of them, and their dates are worth asking for
    known = world.read()
    world.rotate()
    assert world.read() == known
    assert (len(world.forge.requests), world.forge.units) == (ISSUES + 3 * PAGES, 0)


@pytest.mark.parametrize("pause", [0, 10])
def test_what_changed_in_between_is_all_that_costs(world: World, pause: int) -> None:
    """Of 200 things, a tenth changed: those and the pages that they are on cost a unit each, and are read right."""
    world.clock.now += pause
    world.read()
    world.clock.now += pause
    alice = world.forge.client("alice", cache=False)
    changed = range(1, ISSUES + 1, 10)
    for number in changed:
        alice.get_repo("acme/widgets").get_issue(number).title = f"Changed {number}"
    world.rotate()
    titles = world.read()
    assert [number for number in range(1, ISSUES + 1) if titles[number - 1] == f"Changed {number}"] == list(changed)
    pages = {(ISSUES - number) // (ISSUES // PAGES) for number in changed}
    assert world.forge.units == len(changed) + len(pages)


def test_with_an_unknown_rule_everything_is_right(world: World) -> None:
    """A server whose ETags nobody can reckon costs units after a rotation, and gives no stale answer."""
    world.forge.etag_salt = "something"
    world.read()
    alice = world.forge.client("alice", cache=False)
    alice.get_repo("acme/widgets").get_issue(7).title = "Changed"
    alice.get_repo("acme/bolts").get_issue(3).title = "Changed too"
    world.rotate()
    titles = world.read()
    assert titles[6] == "Changed"
    assert titles.count("Changed too") == 1
    assert 0 < world.forge.units <= ISSUES + 3 * PAGES
