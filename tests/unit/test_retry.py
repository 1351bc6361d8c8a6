"""What is sent again after a failure, and what never is."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from support.credentials import FakeClock
from support.wire import Door, Reply, lost, refused, slept

import igitt
from igitt._http.retry import RetryPolicy
from igitt.errors import ConnectionFailedError, ElementDoesntExistError, ServerError, ValidationError

SAFE_TO_REPEAT = [
    "GET user",
    "HEAD user",
    "PUT repos/a/b/topics",
    "DELETE repos/a/b/milestones/1",
    "PATCH repos/a/b/issues/1",
    "POST repos/a/b/issues/1/labels",
]
#: Nothing is known of these.
UNSAFE_TO_REPEAT = ["POST user", "PATCH user", "PUT user", "DELETE user"]
FAILURES = {
    "500": lambda: Reply(500),
    "502": lambda: Reply(502),
    "503": lambda: Reply(503),
    "504": lambda: Reply(504),
    "Cloudflare's 522": lambda: Reply(522),
    "lost connection": lost,
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("operation", SAFE_TO_REPEAT)
def test_what_is_the_same_done_twice_is_sent_again(operation: str, failure: str) -> None:
    """Reads, and the writes that the table says are the same done twice, whatever their method."""
    door = Door(FAILURES[failure](), FAILURES[failure](), Reply(200, {}))
    client = door.github()
    assert client.request(*operation.split()).status == 200
    assert len(door.asked) == 3
    assert len(slept(client)) == 2


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("operation", UNSAFE_TO_REPEAT)
def test_what_may_have_been_done_is_never_sent_again(operation: str, failure: str) -> None:
    """A write that no table knows is sent once, whatever happened to its answer, and the error says what is unknown."""
    door = Door(FAILURES[failure]())
    with pytest.raises((ServerError, ConnectionFailedError), match="not known whether it was carried out") as caught:
        door.github().request(*operation.split(), json={"name": "x"})
    assert caught.value.outcome_unknown
    assert len(door.asked) == 1


@pytest.mark.parametrize("operation", SAFE_TO_REPEAT + UNSAFE_TO_REPEAT)
def test_what_was_never_sent_is_sent_again(operation: str) -> None:
    """A refused connection did nothing: everything is repeated."""
    door = Door(refused(), refused(), Reply(200, {}))
    assert door.github().request(*operation.split()).status == 200
    assert len(door.asked) == 3


def test_methods_only_narrow() -> None:
    """A policy's methods keep from being repeated what the table would repeat, and let nothing else be repeated."""
    for methods in (frozenset({"GET"}), frozenset({"GET", "POST"})):
        for operation in ("PUT repos/a/b/topics", "POST user"):
            door = Door(Reply(502))
            with pytest.raises(ServerError, match="not known whether"):
                door.github(retries=RetryPolicy(methods=methods)).request(*operation.split())
            assert len(door.asked) == 1


def test_a_request_that_was_never_sent_is_not_unknown() -> None:
    """Nobody need wonder about a write that found no connection, nor about one that was refused."""
    for door in (Door(*[refused()] * 4), Door(Reply(422, {"message": "no"}))):
        with pytest.raises(igitt.IGittError) as caught:
            door.github().request("POST", "repos/a/b/milestones", json={"title": "x"})
        assert not caught.value.outcome_unknown


def test_a_refused_connection_over_a_real_socket() -> None:
    """What `requests` says of a port where nobody listens is understood, also for a POST."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    clock = FakeClock()
    client = igitt.GitHub("ghp_x", f"http://127.0.0.1:{port}", clock=clock, cache=False)
    with pytest.raises(ConnectionFailedError, match="no connection to 127") as caught:
        client.request("POST", "repos/acme/widgets/issues", json={"title": "x"})
    assert len(clock.slept) == 3
    assert caught.value.method == "POST"
    assert caught.value.status is None


def test_a_deletion_whose_answer_was_lost_succeeded() -> None:
    """A DELETE that is repeated finds nothing any more: it was carried out the first time."""
    for failure in FAILURES.values():
        door = Door(failure(), Reply(404, {"message": "Not Found"}))
        assert door.github().request("DELETE", "repos/a/b/milestones/1").status == 204


def test_a_deletion_of_nothing_is_an_error() -> None:
    """A DELETE that was answered 404 at once, or was never sent before, deleted nothing."""
    for door in (Door(Reply(404)), Door(refused(), Reply(404))):
        with pytest.raises(ElementDoesntExistError, match="404"):
            door.github().request("DELETE", "repos/a/b/labels/x")


def test_giving_up() -> None:
    """After the policy's number of repetitions the last failure is told."""
    door = Door(*[Reply(502, {"message": "Server Error"})] * 4)
    with pytest.raises(ServerError, match="Server Error") as caught:
        door.github().request("GET", "user")
    assert caught.value.status == 502
    assert len(door.asked) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 422, 451, 501])
def test_a_refusal_is_not_repeated(status: int) -> None:
    """What the forge refuses, it would refuse again."""
    door = Door(Reply(status, {"message": "no"}))
    with pytest.raises(igitt.IGittError):
        door.github().request("GET", "user")
    assert len(door.asked) == 1


def test_no_repetitions() -> None:
    """``retries=0`` sends everything once."""
    door = Door(Reply(502))
    with pytest.raises(ServerError):
        door.github(retries=0).request("GET", "user")
    assert len(door.asked) == 1


def test_a_policy_of_ones_own() -> None:
    """A policy may say what is repeated, how often and after how long."""
    policy = RetryPolicy(total=5, backoff=4.0, max_backoff=10.0, statuses=frozenset({418}), methods=frozenset({"GET"}))
    door = Door(*[Reply(418)] * 5, Reply(201, {}))
    client = door.github(retries=policy)
    assert client.request("GET", "user").status == 201
    for pause, most in zip(slept(client), [4, 8, 10, 10, 10], strict=True):
        assert 0.75 * most <= pause <= most


def test_pauses_grow_and_differ() -> None:
    """The standard policy's pauses double, and no two clients come back at the same moment."""
    policy = RetryPolicy()
    assert 0.375 <= policy.pause(1) <= 0.5
    assert 1.5 <= policy.pause(3) <= 2.0
    assert policy.pause(5000) <= policy.max_backoff
    assert len({policy.pause(1) for _ in range(20)}) > 1


@pytest.mark.parametrize("wrong", ["3", None, 1.5, True, -1])
def test_wrong_retries(wrong: Any) -> None:
    """What is no number of repetitions is refused when the client is made."""
    with pytest.raises(ValidationError, match=r"takes a number or a RetryPolicy|0 or more"):
        Door().github(retries=wrong)


@pytest.mark.parametrize("wrong", [{"total": "3"}, {"backoff": -1}, {"max_backoff": None}])
def test_a_wrong_policy(wrong: Any) -> None:
    """A policy that makes no sense is refused when it is made."""
    with pytest.raises(ValidationError, match=r"numbers|0 or more"):
        RetryPolicy(**wrong)


def test_a_policy_is_a_value() -> None:
    """Nobody changes a policy under a client's requests."""
    with pytest.raises(AttributeError):
        RetryPolicy().total = 5  # type: ignore[misc]
    assert RetryPolicy(total=2) == RetryPolicy.of(2)
