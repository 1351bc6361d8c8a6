"""The errors: one tree, one clear line each, with what the forge said."""

from __future__ import annotations

import inspect
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from support.wire import API, SECRET, Door, Reply, lost, refused, travelled

import igitt
from igitt import errors
from igitt.errors import (
    AuthenticationError,
    ConflictError,
    ConnectionFailedError,
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    IGittError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ValidationError,
)

ALL = [found for _, found in inspect.getmembers(errors, inspect.isclass) if issubclass(found, IGittError)]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ValidationError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, ElementDoesntExistError),
        (405, ConflictError),
        (406, ValidationError),
        (409, ConflictError),
        (410, ElementDoesntExistError),
        (412, ConflictError),
        (413, ValidationError),
        (415, ValidationError),
        (418, ValidationError),
        (422, ValidationError),
        (451, PermissionDeniedError),
        (500, ServerError),
        (501, ServerError),
        (503, ServerError),
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b'{"message": "No, no."}', b"<html><h1>No</h1></html>", b"[1]", b"null", b"\xff"]
)
def test_a_status_is_a_kind_of_error(status: int, kind: type[IGittError], body: bytes) -> None:
    """Each status is its error, whatever the body is."""
    with pytest.raises(IGittError) as caught:
        Door(Reply(status, body=body)).github(retries=0).request("GET", "x")
    error = caught.value
    assert type(error) is kind
    assert error.status == status
    assert error.message
    assert error.args[:2] == (error.message, status)


def test_what_an_error_tells() -> None:
    """An error has the forge's words, its request id, what was asked, and the answer's data and headers."""
    data = {"message": "Not Found", "documentation_url": "https://docs"}
    door = Door(Reply(404, data, {"X-GitHub-Request-Id": "0C0A:1"}))
    with pytest.raises(ElementDoesntExistError) as caught:
        door.github().request("GET", "repos/a/b", params={"q": "x"})
    error = caught.value
    assert (error.url, error.method, error.request_id, error.data) == (f"{API}/repos/a/b", "GET", "0C0A:1", data)
    assert {name.lower(): value for name, value in error.response_headers.items()}["x-github-request-id"] == "0C0A:1"
    assert str(error).startswith("Not Found")
    assert "(GET https://ghe.example.com/api/v3/repos/a/b, status 404, request 0C0A:1)" in str(error)
    assert "\n" not in str(error)
    assert isinstance(error, LookupError)


@pytest.mark.parametrize(
    ("body", "fields", "words"),
    [
        (
            {"message": "Validation Failed", "errors": [{"field": "title", "code": "missing_field"}]},
            {"title": ["missing_field"]},
            "Validation Failed; title: missing_field",
        ),
        (
            {"message": "Validation Failed", "errors": ["too long", {"message": "no"}]},
            {"": ["too long", "no"]},
            "too long, no",
        ),
        ({"message": "x", "errors": "one text"}, {"": ["one text"]}, "one text"),
        (
            {"message": {"title": ["can't be blank", "is short"]}},
            {"title": ["can't be blank", "is short"]},
            "title: can't be",
        ),
        (
            {"message": {"namespace": {"name": ["too long"]}}},
            {"namespace.name": ["too long"]},
            "namespace.name: too long",
        ),
        ({"message": {"base": "no"}}, {"base": ["no"]}, "base: no"),
        ({"message": ["a", "b"]}, {"": ["a", "b"]}, "a, b"),
        (
            {"error": "invalid_scope", "error_description": "The scope is wrong"},
            {},
            "invalid_scope; The scope is wrong",
        ),
        ({"error": "title is missing"}, {}, "title is missing"),
        ({"message": None, "errors": {"a": 1}}, {}, "status 422"),
    ],
)
def test_complaints_by_field(body: Any, fields: dict[str, list[str]], words: str) -> None:
    """Both forges' forms of complaint are told in words and by field."""
    with pytest.raises(ValidationError) as caught:
        Door(Reply(422, body)).github().request("POST", "x", json={})
    assert caught.value.errors == fields
    assert words in caught.value.message
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (
            422,
            {
                "message": "Validation Failed",
                "errors": [{"resource": "Label", "code": "already_exists", "field": "name"}],
            },
        ),
        (409, {"message": "Label already exists"}),
        (400, {"message": {"name": ["has already been taken"]}}),
        (
            422,
            {"message": "Repository creation failed.", "errors": [{"message": "name already exists on this account"}]},
        ),
    ],
)
def test_what_is_there_already(status: int, body: Any) -> None:
    """Forges tell it with several statuses; here it is one error, and a conflict."""
    with pytest.raises(ElementAlreadyExistsError) as caught:
        Door(Reply(status, body)).github().request("POST", "x", json={})
    assert isinstance(caught.value, ConflictError)


def test_advice() -> None:
    """An error says what a person can do about it."""
    permissions = {"X-Accepted-GitHub-Permissions": "issues=write"}
    sso = {"X-GitHub-SSO": "required; url=https://github.com/orgs/acme/sso"}
    for reply, token, advice in (
        (Reply(401, {"message": "Requires authentication"}), None, "give the client a token"),
        (Reply(401, {"message": "Bad credentials"}), SECRET, "revoked"),
        (Reply(404, {"message": "Not Found"}), None, "needs a token"),
        (Reply(404, {"message": "Not Found"}), SECRET, "may not see it"),
        (Reply(403, {"message": "Resource not accessible"}, permissions), SECRET, "issues=write"),
        (Reply(403, {"message": "Resource protected"}, sso), SECRET, "single sign-on"),
    ):
        with pytest.raises(IGittError, match=advice):
            Door(reply).github(token).request("GET", "x")


def test_a_lost_connection() -> None:
    """What broke is told by its kind, without the library's own address of the request."""
    with pytest.raises(ConnectionFailedError, match="ConnectionResetError") as caught:
        Door(lost()).github(retries=0).request("GET", "x", params={"q": "private"})
    assert caught.value.status is None
    assert "private" not in str(caught.value)
    assert caught.value.args[:2] == (caught.value.message, None)


def test_nobody_there() -> None:
    """Where no connection comes about, the message names the host and asks after the address."""
    with pytest.raises(ConnectionFailedError, match=r"no connection to ghe\.example\.com .*url right"):
        Door(refused()).github(retries=0).request("GET", "x")


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_pickles(kind: type[IGittError]) -> None:
    """An error comes back from another process whole."""
    error = kind(
        "message", 418, url="https://x", method="GET", request_id="1", data={"a": 1}, response_headers={"b": "c"}
    )
    back = travelled(error)
    assert type(back) is kind
    assert vars(back) == vars(error)
    assert str(back) == str(error)
    assert back.args == error.args == ("message", 418)


def test_what_only_some_errors_tell_pickles_too() -> None:
    """Complaints and times travel with their errors."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    limit = travelled(RateLimitError("m", 429, reset_at=moment, retry_after=5.0))
    assert (limit.reset_at, limit.retry_after) == (moment, 5.0)
    assert travelled(ValidationError("m", 422, errors={"a": ["b"]})).errors == {"a": ["b"]}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_is_at_the_front_door(kind: type[IGittError]) -> None:
    """Each error is one of `igitt`'s names, and a RuntimeError."""
    assert getattr(igitt, kind.__name__) is kind
    assert issubclass(kind, RuntimeError)
    assert kind().message == ""


def test_real_errors_have_no_secret() -> None:
    """An error of a request does not hold the request's headers."""
    with pytest.raises(AuthenticationError) as caught:
        Door(Reply(401, {"message": "Bad credentials"})).github().request("GET", "x")
    assert SECRET.encode() not in pickle.dumps(caught.value)
