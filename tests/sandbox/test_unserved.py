"""What the sandbox does not play, and what a test makes of it: routes of its own, faults, dates, certificates."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from igitt.errors import ElementDoesntExistError, IGittError, ServerError
from igitt.testing import Sandbox
from igitt.testing.sandbox import ApiError, Reply, UnservedError

#: A thing that each forge's description has and the sandbox does not play, and one that no description has.
KNOWN = {"github": "repos/acme/w/pages", "gitlab": "projects/acme%2Fw/wikis"}
NAMED = {"github": "GET /repos/{owner}/{repo}/pages", "gitlab": "GET /projects/{id}/wikis"}
STRANGE = {"github": "repos/acme/w/nonsense", "gitlab": "projects/acme%2Fw/nonsense"}


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Any:
    """Each half with a repository."""
    with Sandbox(socket=False) as sandbox:
        found = getattr(sandbox, request.param)
        found.add_repository("acme/w", members={"bot": "maintain"})
        yield found


def test_what_is_not_played_is_told_from_what_is_not_there(forge: Any) -> None:
    """501 that names the sandbox for what the forge has, and the forge's own 404 for what it has not."""
    client = forge.client("bot")
    with pytest.raises(ServerError, match="the sandbox does not play") as raised:
        client.request("GET", KNOWN[forge.hoster])
    assert raised.value.status == 501
    assert raised.value.response_headers["X-Igitt-Sandbox"] == "no such route"
    with pytest.raises(ElementDoesntExistError):
        client.request("GET", STRANGE[forge.hoster])
    assert forge.unserved == [NAMED[forge.hoster]]


#: What a broader route would answer, though the forge has it apart.
WITHIN = {"github": "user/blocks", "gitlab": "projects/remote-import"}


def test_a_broader_route_does_not_answer_for_what_is_not_played(forge: Any) -> None:
    """A route with a name in its path fits many a word; what the description has apart is not played by it."""
    with pytest.raises(ServerError, match="the sandbox does not play") as raised:
        forge.client("bot").request("GET", WITHIN[forge.hoster])
    assert raised.value.status == 501
    assert forge.unserved == [f"GET /{WITHIN[forge.hoster]}"]


def test_a_strict_sandbox(forge: Any) -> None:
    """It fails at its end, naming what was asked for; without such a thing it does not."""
    with Sandbox(socket=False, strict=True) as strict:
        half = getattr(strict, forge.hoster)
        half.add_repository("acme/w", members={"bot": "maintain"})
        half.client("bot").get_repo("acme/w").refresh()
    strict = Sandbox(socket=False, strict=True)
    half = getattr(strict, forge.hoster)
    half.add_repository("acme/w", members={"bot": "maintain"})
    with pytest.raises(IGittError):
        half.client("bot").request("GET", KNOWN[forge.hoster])
    with pytest.raises(UnservedError, match="the sandbox does not play"):
        strict.__exit__(None, None, None)


def test_a_route_of_ones_own(forge: Any) -> None:
    """It answers where the sandbox had nothing, with parameters, status and headers, and is not unserved any more."""
    path = NAMED[forge.hoster].split()[1]

    @forge.route("POST", path)
    def made(request: Any) -> object:
        return Reply({"by": request.user.login, "got": request.json}, 201)

    answer = forge.client("bot").request("POST", KNOWN[forge.hoster], json={"a": 1})
    assert (answer.status, answer.data) == (201, {"by": "bot", "got": {"a": 1}})
    assert not forge.unserved


def test_a_route_in_the_place_of_a_played_one(forge: Any) -> None:
    """A test's own route comes first."""
    path = {"github": "/repos/{owner}/{repo}", "gitlab": "/projects/{id}"}[forge.hoster]

    @forge.route("GET", path)
    def gone(_: Any) -> object:
        raise ApiError(404, "Not Found")

    with pytest.raises(ElementDoesntExistError):
        forge.client("bot").get_repo("acme/w").refresh()


def test_short_pages(forge: Any) -> None:
    """A server that gives fewer items than asked for still gives all of them."""
    for number in range(7):
        forge.add_issue("acme/w", f"Issue {number}")
    forge.fail(page_size=3, path="/issues", times=10)
    assert len(list(forge.client("bot").get_repo("acme/w").issues)) == 7
    assert len(forge.requests) == 3


def test_a_list_that_is_cut(forge: Any) -> None:
    """A list that ends without a word."""
    for number in range(7):
        forge.add_issue("acme/w", f"Issue {number}")
    forge.fail(cut=4, path="/issues")
    found = forge.client("bot", cache=False).request("GET", {"github": "repos/acme/w/issues"}.get(
        forge.hoster, "projects/acme%2Fw/issues")).data  # fmt: skip
    assert len(found) == 4


def test_something_that_moved(forge: Any) -> None:
    """A 301 to another address, as a transferred thing answers."""
    forge.add_repository("acme/new", description="moved", members={"bot": "maintain"})
    target = {"github": "repos/acme/new", "gitlab": "projects/acme%2Fnew"}[forge.hoster]
    forge.fail(moved_to=target, path="w$")
    assert forge.client("bot").get_repo("acme/w").description == "moved"


def test_graphql_refuses_within_a_200(forge: Any) -> None:
    """An error of a type, in the form that GraphQL has it."""
    forge.fail(graphql="RATE_LIMITED", path="graphql", times=50)
    url = {"github": f"{forge.url}/api/graphql", "gitlab": f"{forge.url}/api/graphql"}[forge.hoster]
    session = requests.Session()
    session.mount(forge.url, forge._adapter())  # noqa: SLF001 - a client that is not igitt's
    answer = session.post(url, json={"query": "{x}"}, timeout=5)
    assert (answer.status_code, answer.json()["errors"][0]["type"]) == (200, "RATE_LIMITED")


@pytest.mark.parametrize("fault", [{"delay": 0.05}, {"drip": 0.05}, {"status": 200, "delay": 0.05}])
def test_slow_answers_are_whole(forge: Any, fault: dict[str, Any]) -> None:
    """What is only slow is right."""
    forge.fail(**fault)
    began = time.perf_counter()
    assert forge.client("bot").get_repo("acme/w").full_name == "acme/w"
    assert forge.client("bot").get_repo("acme/w").refresh().default_branch == "main"
    assert time.perf_counter() - began >= 0.05


def test_things_of_an_earlier_time(forge: Any) -> None:
    """An issue of last year is old to a bot that asks the sandbox what day it is."""
    then = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    issue = forge.add_issue("acme/w", "Old", created=then)
    forge.add_comment(issue, "Still there?", created=then + timedelta(days=3))
    forge.add_commit("acme/w", "Old work", {"a.txt": "a"}, created=then)
    repository = forge.client("bot").get_repo("acme/w")
    found = repository.get_issue(issue.number)
    assert (found.created, found.updated) == (then, then + timedelta(days=3))
    assert found.comments[0].created == then + timedelta(days=3)
    assert forge.clock.now() - found.updated > timedelta(days=100)
    assert repository.commits[0].message == "Old work"
    with pytest.raises(ValueError, match="time zone"):
        forge.add_issue("acme/w", "Naive", created=datetime(2025, 1, 2))  # noqa: DTZ001 - what is refused


def test_https_with_a_certificate_of_its_own() -> None:
    """A client that speaks https only trusts the throw-away authority; without it the connection is refused."""
    with Sandbox(tls=True) as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/w")
        assert forge.url.startswith("https://")
        url = f"{forge.api_url}/repos/acme/w"
        assert requests.get(url, verify=sandbox.ca_file, timeout=5).json()["full_name"] == "acme/w"
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(url, timeout=5)


def test_public_addresses() -> None:
    """What answers tell is the address that was given, wherever the sandbox listens."""
    with Sandbox(socket=False, urls=("https://git.example.com/", "https://lab.example.com")) as sandbox:
        sandbox.github.add_repository("acme/w")
        sandbox.gitlab.add_repository("acme/w")
        assert sandbox.github.client("bot").get_repo("acme/w").web_url == "https://git.example.com/acme/w"
        assert sandbox.gitlab.client("bot").get_repo("acme/w").web_url == "https://lab.example.com/acme/w"


def test_a_bounded_log(forge: Any) -> None:
    """With a bound, the newest requests are kept, and the units of all are still counted."""
    forge.log_limit = 5
    client = forge.client("bot", cache=False)
    for _ in range(23):
        client.get_repo("acme/w").refresh()
    assert 5 <= len(forge.requests) <= 10
    assert forge.units == 23
