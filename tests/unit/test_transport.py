"""The way of a request: what is sent, where to, where not to, and what comes of every kind of answer."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from support.wire import API, SECRET, Door, Reply

from igitt import __version__
from igitt.errors import (
    ConnectionFailedError,
    InvalidResponseError,
    ValidationError,
)

ELSEWHERE = "https://evil.example.org"


# --- what is sent ----------------------------------------------------------------------------------------------------


def test_every_request_says_who_asks_for_what() -> None:
    """Each request has a user agent, the media type, the API's version and the credential."""
    door = Door(Reply(200, {}))
    door.github(api_version="2022-11-28").request("GET", "user")
    sent = door.asked[0].headers
    assert sent["user-agent"] == f"igitt/{__version__}"
    assert sent["accept"] == "application/vnd.github+json"
    assert sent["x-github-api-version"] == "2022-11-28"
    assert sent["authorization"] == f"Bearer {SECRET}"
    assert "cookie" not in sent


def test_a_body_is_json_with_its_length() -> None:
    """Data is sent as JSON in UTF-8; a write without data says that it has none."""
    door = Door(Reply(201, {}), Reply(200, {}))
    client = door.github()
    client.request("POST", "x", json={"title": "ü"})
    client.request("PUT", "x")
    assert door.asked[0].body == '{"title":"ü"}'.encode()
    assert door.asked[0].headers["content-type"] == "application/json"
    assert door.asked[0].headers["content-length"] == "14"
    assert (door.asked[1].body, door.asked[1].headers["content-length"]) == (None, "0")


def test_bytes_are_sent_as_they_are() -> None:
    """A body of bytes travels with the content type that the caller names."""
    door = Door(Reply(201, {}))
    door.github().request("POST", "x", content=b"\0\1", headers={"Content-Type": "application/zip"})
    assert door.asked[0].body == b"\0\1"
    assert door.asked[0].headers["content-type"] == "application/zip"


def test_the_query() -> None:
    """Truth is ``true``, None is left out, a list repeats its name, and names are in order."""
    door = Door(Reply(200, []))
    door.github().request("GET", "x?z=1", params={"b": True, "a": None, "c[]": ["1", 2], "d": "ü &"})
    assert door.asked[0].url == f"{API}/x?z=1&b=true&c%5B%5D=1&c%5B%5D=2&d=%C3%BC+%26"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("a b", "a%20b"),
        ("labels/c#", "labels/c%23"),
        ("ü", "%C3%BC"),
        ("a%20b", "a%20b"),
        ("/leading", "leading"),
        ("x\r\nHost: evil", "x%0D%0AHost:%20evil"),
        ("search?q=http://x", "search?q=http://x"),
        ('contents/<a>|\\^`{}"', "contents/%3Ca%3E%7C%5C%5E%60%7B%7D%22"),
    ],
)
def test_paths_are_encoded(path: str, sent: str) -> None:
    """What must not stand in a URL is encoded, what is encoded already stays."""
    door = Door(Reply(200, {}))
    door.github().request("GET", path)
    assert door.asked[0].url == f"{API}/{sent}"


@pytest.mark.parametrize(
    "options",
    [
        {"headers": {"X-A": "b\r\nX-Evil: 1"}},
        {"headers": {"X A": "b"}},
        {"headers": {"": "b"}},
        {"headers": {"X-A": 5}},
        {"headers": {"X-A": "ü"}},
        {"accept": "text/plain\nX-Evil: 1"},
        {"json": {"a": object()}},
        {"params": {"private_token": "x"}},
        {"params": {"ACCESS_TOKEN": "x"}},
    ],
)
def test_what_cannot_be_sent_is_refused(options: dict[str, Any]) -> None:
    """Headers, bodies and parameters that cannot or must not be sent are told before anything is."""
    with pytest.raises(ValidationError, match=r"cannot be (sent|written)|would put a credential"):
        Door().github().request("GET", "x", **options)


@pytest.mark.parametrize("method", ["", "GE T", "GET\r\n", "ÄT"])
def test_no_method(method: str) -> None:
    """What is no HTTP method is refused."""
    with pytest.raises(ValidationError, match="method"):
        Door().github().request(method, "x")


def test_a_credential_in_a_raw_query_is_refused() -> None:
    """A URL ends up in logs, so no credential may be in it, however it got there; the error does not show it."""
    with pytest.raises(ValidationError, match="private_token") as caught:
        Door().github().request("GET", f"x?a=1&private_token={SECRET}")
    assert SECRET not in str(caught.value)


# --- where to, and where not to --------------------------------------------------------------------------------------


def test_a_whole_url_of_the_same_origin() -> None:
    """A URL of the instance itself may be given, in any spelling of its origin."""
    door = Door(script=lambda _: Reply(200, {}))
    client = door.github()
    client.request("GET", f"{API}/user")
    client.request("GET", "HTTPS://GHE.example.com:443/api/v3/user")
    assert len(door.asked) == 2


@pytest.mark.parametrize(
    "url",
    [ELSEWHERE, f"{ELSEWHERE}/api/v3/user", "http://ghe.example.com/api/v3/user", "https://ghe.example.com:8443/api/v3/x",
     "https://ghe.example.com@evil.example.org/", "https://x@ghe.example.com/api/v3/user", "ftp://ghe.example.com/"],
)  # fmt: skip
def test_another_origin_is_refused(url: str) -> None:
    """The credential goes to its client's own origin only: another scheme, host or port is refused."""
    door = Door()
    with pytest.raises(ValidationError, match="talks to"):
        door.github().request("GET", url)
    assert door.asked == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["GET", "PATCH", "POST", "PUT", "DELETE"])
def test_a_renamed_repository_is_followed(method: str, status: int) -> None:
    """A redirect on the same origin is followed with the same method, body and credential."""
    moved = Reply(status, {"message": "Moved"}, {"Location": f"{API}/repositories/7/issues/1"})
    door = Door(moved, Reply(200, {"number": 1}))
    answer = door.github().request(method, "repos/old/name/issues/1", json=None if method == "GET" else {"title": "x"})
    assert answer.data == {"number": 1}
    assert [asked.method for asked in door.asked] == [method, method]
    assert door.asked[1].path == "/repositories/7/issues/1"
    assert door.asked[1].body == door.asked[0].body
    assert door.asked[1].headers["authorization"] == f"Bearer {SECRET}"


def test_a_relative_redirect() -> None:
    """A location may be a path."""
    door = Door(Reply(301, headers={"Location": "/api/v3/repositories/7"}), Reply(200, {}))
    door.github().request("GET", "repos/old/name")
    assert door.asked[1].url == f"{API}/repositories/7"


def test_see_other() -> None:
    """After 303 the new place is read."""
    door = Door(Reply(303, headers={"Location": f"{API}/result"}), Reply(200, {}))
    door.github().request("POST", "job", json={})
    assert (door.asked[1].method, door.asked[1].body) == ("GET", None)


@pytest.mark.parametrize("target", [f"{ELSEWHERE}/x", "//evil.example.org/x", "http://ghe.example.com/api/v3/x"])
def test_a_redirect_to_elsewhere_is_not_followed(target: str) -> None:
    """No request and no credential goes where a redirect to another origin leads."""
    door = Door(Reply(302, headers={"Location": target}))
    with pytest.raises(InvalidResponseError, match="redirects to") as caught:
        door.github().request("GET", "x")
    assert len(door.asked) == 1
    assert SECRET not in repr(vars(caught.value))


@pytest.mark.parametrize("target", ["http://[::1", "https://ghe.example.com:99999/x", "https://ghe.example.com:x/"])
def test_a_redirect_to_nowhere(target: str) -> None:
    """A location that is no address is one of our errors, and nothing is sent there."""
    door = Door(Reply(302, headers={"Location": target}))
    with pytest.raises(InvalidResponseError, match="leads nowhere"):
        door.github().request("GET", "x")
    assert len(door.asked) == 1


def test_redirects_without_end() -> None:
    """A redirect that leads to itself ends in an error."""
    door = Door(script=lambda asked: Reply(301, headers={"Location": asked.url}))
    with pytest.raises(InvalidResponseError, match="redirects"):
        door.github().request("GET", "x")
    assert len(door.asked) < 10


@pytest.mark.parametrize("status", [300, 301, 304])
def test_an_answer_that_is_neither(status: int) -> None:
    """A redirect without a location, and a 304 that nobody asked for, are no answers."""
    with pytest.raises(InvalidResponseError, match=str(status)):
        Door(Reply(status)).github().request("GET", "x")


def test_a_link_with_another_host_is_taken_home() -> None:
    """A proxy makes the forge write its links with another host: the client follows them at its own."""
    link = {"Link": '<http://internal:8080/api/v3/user/repos?per_page=100&page=2>; rel="next"'}
    door = Door(Reply(200, [{"full_name": "a/b"}], link), Reply(200, [{"full_name": "a/c"}]))
    names = [repository.full_name for repository in door.github().repositories]
    assert names == ["a/b", "a/c"]
    assert door.asked[1].url == f"{API}/user/repos?per_page=100&page=2"


def test_a_link_out_of_the_api_is_refused() -> None:
    """A link that does not lead into the API is not followed."""
    door = Door(Reply(200, [{}], {"Link": f'<{ELSEWHERE}/steal?page=2>; rel="next"'}))
    with pytest.raises(InvalidResponseError, match="does not lead"):
        list(door.github().repositories)
    assert len(door.asked) == 1


# --- answers ---------------------------------------------------------------------------------------------------------


def test_an_answer() -> None:
    """An answer has status, headers in any case, data, text and bytes."""
    answer = Door(Reply(200, {"a": 1}, {"X-Thing": "y"})).github().request("GET", "x")
    assert (answer.status, answer.headers["x-thing"], answer.data, answer.text) == (200, "y", {"a": 1}, '{"a": 1}')
    assert answer.content == b'{"a": 1}'
    assert answer.from_cache is False


@pytest.mark.parametrize("status", [202, 204, 205])
def test_an_empty_answer(status: int) -> None:
    """No body is no data."""
    assert Door(Reply(status, body=b"")).github().request("POST", "x").data is None


def test_an_answer_that_is_no_json() -> None:
    """A page for people in the API's place is told as that, with its beginning."""
    answer = Door(Reply(200, body=b"<html>Sign in</html>")).github().request("GET", "x")
    with pytest.raises(InvalidResponseError, match="is the client's url"):
        _ = answer.data


@pytest.mark.parametrize("data", [[], 5, "text", None])
def test_an_answer_of_another_type(data: Any) -> None:
    """JSON that is no object where an object belongs is one of our errors."""
    with pytest.raises(InvalidResponseError, match="where an issue belongs"):
        _ = Door(Reply(200, data)).github().get_repo("a/b").get_issue(1).title


@pytest.mark.parametrize("lax", [False, True])
def test_a_truncated_answer_is_read_again(lax: bool) -> None:
    """An answer that broke off is asked for again, never taken for whole and never kept, with any urllib3."""
    tag = {"ETag": '"1"'}
    door = Door(Reply(200, {"title": "half"}, tag, length=500, lax=lax), Reply(200, {"title": "whole"}, tag))
    assert door.github().get_repo("a/b").get_issue(1).title == "whole"
    assert len(door.asked) == 2
    assert "if-none-match" not in door.asked[1].headers


@pytest.mark.parametrize("lax", [False, True])
def test_a_truncated_answer_that_came_compressed(lax: bool) -> None:
    """The same where the body is gzip, whose first part would unpack."""
    packed, headers = gzip.compress(b'{"title":"whole"}'), {"ETag": '"1"', "Content-Encoding": "gzip"}
    half = Reply(200, headers=headers, body=packed, length=2 * len(packed), lax=lax)
    door = Door(half, Reply(200, headers=headers, body=packed))
    assert door.github().get_repo("a/b").get_issue(1).title == "whole"
    assert len(door.asked) == 2


@pytest.mark.parametrize("lax", [False, True])
def test_a_write_with_a_truncated_answer_is_not_repeated(lax: bool) -> None:
    """The forge has carried it out: sending it again would do it twice."""
    door = Door(Reply(201, {"number": 1}, length=500, lax=lax))
    with pytest.raises(ConnectionFailedError, match="not known whether"):
        door.github().request("POST", "x", json={})
    assert len(door.asked) == 1


def test_a_body_that_cannot_be_decoded() -> None:
    """A body that is not what its encoding says is one of our errors."""
    door = Door(*[Reply(200, body=b"no gzip", headers={"Content-Encoding": "gzip"})] * 4)
    with pytest.raises(ConnectionFailedError, match="no complete response"):
        door.github().request("GET", "x")


def test_accepted_statuses() -> None:
    """A status that the caller accepts is no error."""
    door = Door(Reply(409, {"message": "Git Repository is empty."}))
    assert list(door.github().get_repo("a/b").commits) == []
