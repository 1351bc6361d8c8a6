"""The table of what answers mean: accepted, waited for, repeated, or which error; in REST, GraphQL and OAuth."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict
from support.credentials import FakeClock
from support.wire import Door, Reply, lost, slept

from igitt._base.answer import Answer
from igitt._http.refusals import Meaning, judge, judge_graphql
from igitt.auth import GitHubAppOAuth2
from igitt.errors import (
    AuthenticationError,
    ConnectionFailedError,
    IGittError,
    InvalidResponseError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    ValidationError,
)

NOW = 1_700_000_000
EMPTY = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 30)}
FULL = {"X-RateLimit-Remaining": "4000", "X-RateLimit-Limit": "5000", "X-RateLimit-Reset": str(NOW + 30)}
NEEDS = {"X-Accepted-GitHub-Permissions": "issues=write"}
LATER = {"Retry-After": "20"}
LIMIT = "API rate limit exceeded for user ID 1."
SECONDARY = "You have exceeded a secondary rate limit."
QUICKLY = {"message": "Validation Failed", "errors": [{"code": "custom", "message": "was submitted too quickly"}]}
LARGE = {"message": "This API returns blobs up to 100 MB in size.", "errors": [{"code": "too_large"}]}
#: What GitHub says with a 403 that is about permissions; from its documentation and public reports.
PERMISSIONS = [
    "Resource not accessible by integration",
    "Resource not accessible by personal access token",
    "Must have admin rights to Repository.",
    "Resource protected by organization SAML enforcement.",
    "You need admin access to the organization before adding a repository to it.",
    "Repository access blocked",
    "Sorry. Your account was suspended.",
    "Upgrade to GitHub Pro or make this repository public to enable this feature.",
    "At least one email address must be verified to do that.",
    "Repository was archived so is read-only.",
    "Write access to repository not granted.",
    "403 Forbidden",
]


def answer(status: int, data: Any = None, headers: dict[str, str] | None = None) -> Answer:
    """An answer as it came."""
    body = data if isinstance(data, bytes) else b"" if data is None else json.dumps(data).encode()
    return Answer(status, CaseInsensitiveDict(headers or {}), body, "https://ghe.example.com/api/v3/x")


def said(message: str) -> dict[str, str]:
    """An error's usual body."""
    return {"message": message}


# What came (status, body, headers), what it is, what it is raised as, and the seconds to wait that it tells.
TABLE = [
    # --- rate limits ----------------------------------------------------------------------------------------------
    (403, said(LIMIT), EMPTY, Meaning.LIMIT, RateLimitError, 31),
    (429, said(LIMIT), EMPTY, Meaning.LIMIT, RateLimitError, 31),
    (403, said("API rate limit already exceeded for user ID 1."), EMPTY, Meaning.LIMIT, RateLimitError, 31),
    (403, None, EMPTY, Meaning.LIMIT, RateLimitError, 31),
    (403, said(LIMIT), {**EMPTY, **NEEDS}, Meaning.LIMIT, RateLimitError, 31),
    (403, said(SECONDARY), {}, Meaning.LIMIT, RateLimitError, 60),
    (403, said(SECONDARY), FULL, Meaning.LIMIT, RateLimitError, 60),
    (403, said(SECONDARY), LATER, Meaning.LIMIT, RateLimitError, 20),
    (403, b"<html><h1>Too many requests</h1></html>", {}, Meaning.LIMIT, RateLimitError, 60),
    (403, None, LATER, Meaning.LIMIT, RateLimitError, 20),
    (429, b"Retry later\n", {}, Meaning.LIMIT, RateLimitError, 60),
    (429, None, {"RateLimit-Remaining": "0", "RateLimit-Reset": str(NOW + 9)}, Meaning.LIMIT, RateLimitError, 10),
    (422, QUICKLY, {}, Meaning.LIMIT, RateLimitError, 60),
    # --- permissions and sizes --------------------------------------------------------------------------------------
    *[(403, said(text), headers, Meaning.REFUSED, PermissionDeniedError, None)
      for text in PERMISSIONS for headers in ({}, EMPTY, LATER)],
    (403, said("No."), {**EMPTY, **NEEDS}, Meaning.REFUSED, PermissionDeniedError, None),
    (403, said("No."), {**EMPTY, "X-GitHub-SSO": "required; url=x"}, Meaning.REFUSED, PermissionDeniedError, None),
    (403, said("No."), FULL, Meaning.REFUSED, PermissionDeniedError, None),
    (403, LARGE, EMPTY, Meaning.REFUSED, ValidationError, None),
    # --- credentials ------------------------------------------------------------------------------------------------
    (401, said("Bad credentials"), {}, Meaning.CREDENTIAL, AuthenticationError, None),
    # --- failures ---------------------------------------------------------------------------------------------------
    (408, None, {}, Meaning.PASSING, RequestTimeoutError, None),
    (500, None, {}, Meaning.PASSING, ServerError, None),
    (502, b"<html>Bad Gateway</html>", {}, Meaning.PASSING, ServerError, None),
    (503, None, LATER, Meaning.PASSING, ServerError, 20),
    (504, None, {}, Meaning.PASSING, ServerError, None),
    (520, None, {}, Meaning.PASSING, ServerError, None),
    (530, None, {}, Meaning.PASSING, ServerError, None),
    (501, None, LATER, Meaning.REFUSED, ServerError, None),
    (505, None, {}, Meaning.REFUSED, ServerError, None),
    (531, None, {}, Meaning.REFUSED, ServerError, None),
    (407, None, {}, Meaning.REFUSED, ConnectionFailedError, None),
    # --- no answers -------------------------------------------------------------------------------------------------
    (103, None, {}, Meaning.REFUSED, InvalidResponseError, None),
    (202, None, {}, Meaning.REFUSED, InvalidResponseError, None),
    (204, None, {}, Meaning.REFUSED, InvalidResponseError, None),
    (206, None, {}, Meaning.REFUSED, InvalidResponseError, None),
    (304, None, {}, Meaning.REFUSED, InvalidResponseError, None),
    (600, None, {}, Meaning.REFUSED, InvalidResponseError, None),
    (200, {}, EMPTY, Meaning.ACCEPTED, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "headers", "meaning", "kind", "wait"), TABLE)
def test_the_table(
    status: int, body: Any, headers: dict[str, str], meaning: Meaning, kind: type[IGittError] | None, wait: float | None
) -> None:
    """Each answer to a GET is what the table says."""
    verdict = judge(answer(status, body, headers), "GET", now=NOW)
    assert (verdict.meaning, verdict.error, verdict.wait) == (meaning, kind, wait)


WAYS = {
    "REST": lambda client: client.request("GET", "x"),
    "GraphQL": lambda client: client.graphql("{ viewer { login } }"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("status", "body", "headers", "meaning", "kind", "wait"), [row for row in TABLE if row[4] is not None]
)
def test_the_table_through_a_client(
    status: int, body: Any, headers: dict[str, str], meaning: Meaning, kind: type[IGittError], wait: float, way: str
) -> None:
    """A client raises what the table says, in REST and GraphQL alike, after as many tries as it says."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    door = Door(script=lambda _: Reply(status, body=content, headers=headers))
    client = door.github(max_wait=0)
    with pytest.raises(kind) as caught:
        WAYS[way](client)
    assert caught.value.status == status
    if status != 304:
        assert len(door.asked) == (4 if meaning is Meaning.PASSING and wait is None else 1)


@pytest.mark.parametrize(("status", "body", "headers", "kind"), [(*row[:3], row[4]) for row in TABLE if row[0] >= 400])
def test_the_table_in_oauth(status: int, body: Any, headers: dict[str, str], kind: type[IGittError]) -> None:
    """OAuth's endpoints are read by the same table: a renewal is waited for, or fails as the request would."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    door = Door(script=lambda _: Reply(status, body=content, headers=headers))
    application = GitHubAppOAuth2(
        "Iv1.abc", "secret" * 4, url="https://ghe.example.com", session=door.session(), clock=FakeClock()
    )
    with pytest.raises(kind):
        application.refresh("ghr_" + "0" * 30)
    assert len(door.asked) == 1 or kind is RateLimitError


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(("status", "body", "headers", "meaning"), [row[:4] for row in TABLE if row[0] >= 400])
def test_a_write_is_repeated_only_when_refused(
    status: int, body: Any, headers: dict[str, str], meaning: Meaning, method: str
) -> None:
    """What the forge may have carried out is sent once; what it refused for a limit is sent again after the wait."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    door = Door(Reply(status, body=content, headers=headers), Reply(201, {}))
    client = door.github(max_wait=60)
    if meaning is Meaning.LIMIT:
        assert client.request(method, "x", json={}).status == 201
        assert sum(slept(client)) >= 10
    else:
        with pytest.raises(IGittError):
            client.request(method, "x", json={})
        assert len(door.asked) == 1


# --- waiting ---------------------------------------------------------------------------------------------------------


def test_a_forge_in_maintenance_is_waited_for() -> None:
    """503 with ``Retry-After`` says when the forge is back; all waits of a request together stay within max_wait."""
    door = Door(Reply(503, headers=LATER), Reply(200, {}))
    client = door.github()
    client.request("GET", "x")
    assert slept(client) == [20]
    door = Door(*[Reply(503, headers=LATER)] * 3)
    client = door.github(max_wait=50)
    with pytest.raises(ServerError, match=r"after 20 \(Retry-After\)"):
        client.request("GET", "x")
    assert slept(client) == [20, 20]


@pytest.mark.parametrize("end", ["253402300799", "99999999999999", "1e308", "inf"])
def test_a_window_without_end(end: str) -> None:
    """A reset in the year 9999 or later is told as far away; the next request is not sent, and told alike."""
    headers = {"X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": end}
    client = Door(script=lambda _: Reply(403, said(LIMIT), headers)).github(max_wait=0)
    for _ in range(2):
        with pytest.raises(RateLimitError, match="max_wait") as caught:
            client.request("GET", "x")
        assert caught.value.reset_at is not None


# --- GraphQL ---------------------------------------------------------------------------------------------------------

WRONG = {"message": "Something went wrong while executing your query. This may be the result of a timeout."}
GRAPHQL = [
    ({"type": "RATE_LIMITED", "message": LIMIT}, Meaning.LIMIT, RateLimitError),
    ({"type": "RATE_LIMIT", "code": "graphql_rate_limit", "message": LIMIT}, Meaning.LIMIT, RateLimitError),
    ({"message": SECONDARY}, Meaning.LIMIT, RateLimitError),
    ({"type": "UNPROCESSABLE", "message": "was submitted too quickly"}, Meaning.LIMIT, RateLimitError),
    ({"type": "NOT_FOUND", "message": "no repository 'acme/rate-limit'"}, Meaning.REFUSED, IGittError),
    (
        {"type": "FORBIDDEN", "message": "Resource not accessible by integration"},
        Meaning.REFUSED,
        PermissionDeniedError,
    ),
    ({"type": "INSUFFICIENT_SCOPES", "message": "x"}, Meaning.REFUSED, PermissionDeniedError),
    ({"message": "Field 'x' doesn't exist on type 'Query'"}, Meaning.REFUSED, ValidationError),
    (WRONG, Meaning.PASSING, ServerError),
    ({"message": "Internal server error"}, Meaning.PASSING, ServerError),
]


@pytest.mark.parametrize(("error", "meaning", "kind"), GRAPHQL)
def test_errors_in_a_200(error: dict[str, str], meaning: Meaning, kind: type[IGittError]) -> None:
    """GraphQL's errors with status 200 mean what the same means in REST; a name in a message is no limit."""
    verdict = judge_graphql(answer(200, {"data": None, "errors": [error]}, EMPTY), "POST", now=NOW)
    assert verdict.meaning is meaning
    assert verdict.error is not None
    assert issubclass(verdict.error, kind)
    assert verdict.wait == (31 if meaning is Meaning.LIMIT else None)


PASSING = {
    "502": lambda: Reply(502, body=b"<html>"),
    "wrong": lambda: Reply(200, {"data": None, "errors": [WRONG]}),
    "lost": lost,
}


@pytest.mark.parametrize("failure", PASSING)
def test_a_reading_query_is_repeated(failure: str) -> None:
    """A query changes nothing, and is repeated like a GET; a mutation may have been carried out, and is not."""
    door = Door(PASSING[failure](), Reply(200, {"data": {"viewer": {"login": "bob"}}}))
    assert door.github().graphql("{ viewer { login } }") == {"viewer": {"login": "bob"}}
    door = Door(PASSING[failure]())
    with pytest.raises((ServerError, ConnectionFailedError)):
        door.github().graphql("mutation { x }")
    assert len(door.asked) == 1


def test_a_limited_query_is_waited_for() -> None:
    """A refusal for a limit is waited for although its status is 200, and mutations are sent again, too."""
    refusal = Reply(200, {"errors": [{"message": SECONDARY}]}, {"Retry-After": "7"})
    for query in ("{ x }", "mutation { x }"):
        client = Door(refusal, Reply(200, {"data": {"x": 1}})).github()
        assert client.graphql(query) == {"x": 1}
        assert slept(client) == [7]


def test_a_mutation_done_in_part_is_not_repeated() -> None:
    """Where one field came and another was refused for a limit, repeating would do the first twice."""
    door = Door(Reply(200, {"data": {"a": {"id": 1}, "b": None}, "errors": [{"message": SECONDARY}]}))
    with pytest.raises(RateLimitError, match="a part was carried out"):
        door.github().graphql("mutation { a b }")
    assert len(door.asked) == 1


# --- what an endpoint documents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("repos/acme/widgets/contributors", 204),
        ("repos/acme/widgets/stats/contributors", 202),
        ("repositories/7/stats/code_frequency", 202),
        ("repos/acme/widgets/collaborators/bob", 204),
        ("user/starred/acme/widgets", 204),
        ("orgs/acme/members/bob", 204),
    ],
)
def test_documented_statuses(path: str, status: int) -> None:
    """204 and 202 are answers where GitHub documents them, and nowhere else."""
    assert Door(Reply(status)).github().request("GET", path).status == status
    for other in ("repos/acme/widgets", "repos/acme/widgets/issues", f"repos/acme/widgets/contents/{path}"):
        with pytest.raises(InvalidResponseError, match="is not a complete response"):
            Door(Reply(status)).github().request("GET", other)


def test_a_part_that_was_asked_for() -> None:
    """206 answers who sent a Range."""
    assert Door(Reply(206, body=b"ab")).github().request("GET", "x", headers={"Range": "bytes=0-1"}).content == b"ab"


# --- properties ------------------------------------------------------------------------------------------------------

STATUSES = st.integers(200, 700)
VALUES = st.sampled_from(
    ["0", "1", "-1", "30", str(NOW + 9), "inf", "nan", "1e999", "soon", "", "99999999999999999999"]
)
HEADERS = st.dictionaries(
    st.sampled_from([
        "Retry-After", "X-RateLimit-Remaining", "X-RateLimit-Limit", "X-RateLimit-Reset", "X-RateLimit-Resource",
        "RateLimit-Remaining", "RateLimit-Limit", "RateLimit-Reset", "RateLimit-Name", "Date", "X-GitHub-SSO",
        "X-Accepted-GitHub-Permissions", "Location", "Link", "ETag",
    ]),
    VALUES,
)  # fmt: skip
TEXTS = (
    st.sampled_from([LIMIT, SECONDARY, "already exists", "too_large", *PERMISSIONS, WRONG["message"], ""]) | st.text()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["message", "error", "errors", "data", "type", "code", "field", "error_description"]), inner
        )
    ),
    max_leaves=8,
)
BODIES = st.binary(max_size=40) | JSON.map(lambda data: json.dumps(data).encode())


@given(STATUSES, HEADERS, BODIES, st.sampled_from(["GET", "POST", "PUT", "DELETE"]), st.booleans())
def test_no_foreign_exception(status: int, headers: dict[str, str], body: bytes, method: str, graphql: bool) -> None:
    """Whatever a forge answers, a client gives the answer or raises one of igitt's errors."""
    door = Door(script=lambda _: Reply(status, body=body, headers=headers))
    client = door.github(cache=False)
    with suppress(IGittError):
        if graphql:
            client.graphql("{ x }" if method == "GET" else "mutation { x }")
        else:
            client.request(method, "x", json={} if method == "POST" else None)
    assert sum(slept(client)) <= 200


@given(HEADERS, st.sampled_from(PERMISSIONS), st.text(alphabet="abc .", max_size=20))
def test_a_permission_is_never_a_limit(headers: dict[str, str], message: str, more: str) -> None:
    """A 403 that speaks of permissions is that whatever the headers say."""
    verdict = judge(answer(403, said(f"{message}{more}"), headers), "GET", now=NOW)
    assert verdict.error is PermissionDeniedError


@given(st.sampled_from([403, 429]), HEADERS, st.sampled_from([LIMIT, SECONDARY]))
def test_a_limit_is_never_a_permission(status: int, headers: dict[str, str], message: str) -> None:
    """A refusal that names a limit is that whatever the headers say, and its wait is a finite number."""
    verdict = judge(answer(status, said(message), headers), "GET", now=NOW)
    assert verdict.meaning is Meaning.LIMIT
    assert verdict.wait is not None
    assert 0 <= verdict.wait < 4e7


@given(STATUSES, HEADERS, BODIES, st.booleans())
def test_a_mutation_is_never_doubled(status: int, headers: dict[str, str], body: bytes, graphql: bool) -> None:
    """A POST is sent a second time only after an answer that says that nothing was carried out."""
    door = Door(script=lambda _: Reply(status, body=body, headers=headers))
    client = door.github(cache=False)
    with suppress(IGittError):
        client.graphql("mutation { x }") if graphql else client.request("POST", "x", json={})
    if len(door.asked) > 1 and "Location" not in headers:
        judged = judge_graphql if graphql else judge
        verdict = judged(answer(status, body, headers), "POST", now=NOW)
        assert verdict.meaning is Meaning.LIMIT
        assert not verdict.applied
