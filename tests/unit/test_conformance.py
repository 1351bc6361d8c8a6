"""The check that holds requests and answers against the forges' descriptions finds what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.conformance import Exchange, Judge
from support.openapi import AS_IT_STANDS, Description, Rules

LABEL = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "color": {"type": "string", "nullable": True},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "since": {"type": "string", "format": "date-time"},
        "home": {"oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/Home"}]},
        "more": {"allOf": [{"$ref": "#/components/schemas/Home"}, {"properties": {"x": {"type": "integer"}}}]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "free": {"type": "object"},
    },
}
SMALL = {
    "paths": {"/things/{id}": {"get": {"responses": {}}}, "/things/new": {"get": {"responses": {}}}},
    "components": {
        "schemas": {
            "Label": LABEL,
            "Home": {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]},
        }
    },
}
REFERENCE = {"$ref": "#/components/schemas/Label"}


@pytest.fixture
def small(tmp_path: Path) -> Description:
    """A description with two paths and two entities."""
    file = tmp_path / "small.json"
    file.write_text(json.dumps(SMALL))
    return Description(file)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"name": "n", "color": None, "kind": "a", "home": 5, "free": {"any": 1}, "tags": ["x"]}, []),
        ({"name": "n", "home": {"id": 1}, "more": {"id": 1, "x": 2}, "since": "2026-01-01T00:00:00Z"}, []),
        ({}, ["/name is missing in Label"]),
        ({"name": None}, ["/name is null"]),
        ({"name": "longer"}, ["/name = 'longer' is beyond the maxLength of 5"]),
        ({"name": "n", "size": 1}, ["/size is not described in Label"]),
        ({"name": "n", "kind": "c"}, ["/kind = 'c' is none of a, b"]),
        ({"name": "n", "kind": True}, ["/kind = True is no string"]),
        ({"name": "n", "tags": ["x", 1]}, ["/tags/1 = 1 is no string (bare)"]),
        ({"name": "n", "home": "x"}, ["/home = 'x' is no integer"]),
        ({"name": "n", "more": {"id": "1"}}, ["/more/id = '1' is no integer"]),
        ({"name": "n", "more": {"id": 1, "y": 1}}, ["/more/y is not described in Label"]),
        ({"name": "n", "since": "yesterday"}, ["/since = 'yesterday' is no date-time"]),
        ([{"name": 1}], [" is a list", "/0/name = 1 is no string"]),
    ],
)  # fmt: skip
def test_values(small: Description, value: Any, expected: list[str]) -> None:
    """A value is good, or each thing that is wrong with it is told with its place."""
    assert list(small.problems(REFERENCE, value, "", AS_IT_STANDS)) == expected


def test_every_key_is_expected(small: Description) -> None:
    """Where no key is marked as required, all are expected but those on a condition, and null is good anywhere."""
    rules = Rules(null_anywhere=True, on_condition={"Label": frozenset(LABEL["properties"]) - {"tags"}})  # type: ignore[call-overload]
    assert list(small.problems(REFERENCE, {"name": None}, "", rules)) == ["/tags is missing in Label"]


def test_paths(small: Description) -> None:
    """The path without a name wins; a path that is not described has no operation."""
    found = [small.find("GET", path) for path in ("/things/new", "/things/5", "/things", "/things/5/6")]
    assert [one and one.template for one in found] == ["/things/new", "/things/{id}", None, None]
    assert small.find("POST", "/things/new") is None


@pytest.fixture(scope="module")
def judge(shared_data: Path) -> Judge:
    """Both forges' descriptions."""
    return Judge(shared_data / "spec")


def exchange(target: str, method: str = "GET", body: Any = None, status: int = 200, answer: Any = None) -> Exchange:
    """An exchange with JSON in both directions."""
    hoster, _, rest = target.partition(" ")
    path, _, query = rest.partition("?")
    sent = b"" if body is None else json.dumps(body).encode()
    got = b"" if answer is None else json.dumps(answer).encode()
    media = "application/json"
    return Exchange(hoster, method, path, query, media if sent else "", sent, status, media, got)


ISSUES = {"github": "/api/v3/repos/o/r/issues", "gitlab": "/api/v4/projects/o%2Fr/issues"}


@pytest.mark.parametrize("hoster", ISSUES)
@pytest.mark.parametrize(
    ("rest", "method", "body", "expected"),
    [
        ("?page=2&per_page=100&state=all", "GET", None, ""),
        ("?colour=red", "GET", None, "query colour is not described"),
        ("?page=two", "GET", None, "query page = 'two' is no integer"),
        ("?state=ajar", "GET", None, "query state = 'ajar' is none of"),
        ("", "POST", {"title": "x"}, ""),
        ("", "POST", {"title": "x", "shape": "round"}, "body/shape is not described"),
        ("", "POST", {"title": ["x"]}, "body/title = ['x'] is no"),
        ("", "POST", {"labels": ["bug"]}, "body/title is missing"),
        ("", "POST", {"title": "x", "labels": "bug"}, "body/labels = 'bug' is no array"),
        ("", "PUT", None, "is not described"),
        ("/1/nothing", "GET", None, "is not described"),
    ],
)
def test_requests(judge: Judge, hoster: str, rest: str, method: str, body: Any, expected: str) -> None:
    """A request is as described, or what is wrong with it is told, alike for both forges."""
    problems = judge.request(exchange(f"{hoster} {ISSUES[hoster]}{rest}", method, body)).problems
    assert len(problems) == bool(expected)
    assert expected in "".join(problems)


def test_a_path_and_its_types(judge: Judge) -> None:
    """What stands in a path for a number is one, as it stands in the path."""
    assert judge.request(exchange("gitlab /api/v4/projects/o%2Fr/issues/5")).problems == ()
    wrong = judge.request(exchange("gitlab /api/v4/projects/o%2Fr/issues/five"))
    assert wrong.problems == ("path {issue_iid} = 'five' is no integer",)


def test_a_form_as_json(judge: Judge) -> None:
    """What is described as a form may be JSON, with the form's fields."""
    assert judge.request(exchange("gitlab /api/v4/projects", "POST", {"name": "x"})).word == "by a known gap"
    wrong = judge.request(exchange("gitlab /api/v4/projects", "POST", {"name": "x", "shape": 1})).problems
    assert len(wrong) == 1
    assert wrong[0].startswith("body/shape is not described")


def test_a_known_gap(judge: Judge) -> None:
    """What the description is known to lack is counted apart, with the line that says so."""
    verdict = judge.request(exchange("github /api/v3/repos/o/r/milestones/1", "PATCH", {"due_on": None}))
    assert (verdict.word, verdict.problems) == ("by a known gap", ())
    assert [gap.what for gap in verdict.gaps] == ["^body/due_on is null$"]


@pytest.mark.parametrize(
    ("target", "status", "answer", "expected"),
    [
        ("github /api/v3/repos/o/r/languages", 200, {"Python": 1}, ""),
        ("github /api/v3/repos/o/r/languages", 200, {"Python": "1"}, "/Python = '1' is no integer"),
        ("github /api/v3/repos/o/r/languages", 201, {}, "status 201 is not described"),
        ("github /api/v3/repos/o/r/languages", 404, {"message": 5}, "/message = 5 is no string"),
        ("gitlab /api/v4/projects/1/languages", 200, {"Python": 1.5}, ""),
        ("gitlab /api/v4/projects/1/repository/branches/x", 200, {"name": "x"}, "/commit is missing in API"),
        ("gitlab /api/v4/version", 404, {"reason": "gone"}, "/message is missing"),
    ],
)  # fmt: skip
def test_answers(judge: Judge, target: str, status: int, answer: Any, expected: str) -> None:
    """An answer is as described, or what is wrong with it is told."""
    problems = judge.answer(exchange(target, status=status, answer=answer)).problems
    assert bool(problems) == bool(expected)
    assert expected in "\n".join(problems)


def test_apart(judge: Judge) -> None:
    """What no description covers is counted apart: GraphQL, what is not the API, and a conditional 304."""
    assert judge.request(exchange("github /api/graphql", "POST", {})).word == "GraphQL, not described"
    assert judge.request(exchange("github /login/oauth/access_token", "POST")).word == "not of the API"
    same = Exchange("gitlab", "GET", "/api/v4/user", "", "", b"", 304, "", b"", conditional=True)
    assert judge.answer(same).word == "not modified"
