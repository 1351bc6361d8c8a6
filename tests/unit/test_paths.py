"""Paths and queries out of names that people choose."""

from __future__ import annotations

from typing import Any

import pytest

from igitt._base.paths import join, query, segment
from igitt.errors import ValidationError


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("a", "a"),
        ("a/b", "a%2Fb"),
        ("ä ö", "%C3%A4%20%C3%B6"),
        ("..a", "..a"),
        (5, "5"),
        ("a?b#c%", "a%3Fb%23c%25"),
        ("~-_.x", "~-_.x"),
    ],
)
def test_a_segment(value: Any, encoded: str) -> None:
    """A name is one part of a path, whatever is in it."""
    assert segment(value) == encoded


@pytest.mark.parametrize("value", ["", " ", ".", "..", None, 1.5, True, [], b"x", "\ud800", "a\udfffb"])
def test_no_segment(value: Any) -> None:
    """What would lead elsewhere, is no name, or cannot be encoded, is refused, saying what it should have been."""
    with pytest.raises(ValidationError, match="branch"):
        segment(value, "branch")


def test_joining() -> None:
    """Each part is encoded for itself."""
    assert join("repos", "a/b", "c d") == "repos/a%2Fb/c%20d"


@pytest.mark.parametrize(
    ("parameters", "encoded"),
    [
        (None, ""), ({}, ""), ({"a": None}, ""), ({"b": 2, "a": True}, "a=true&b=2"), ({"a": False}, "a=false"),
        ({"a": [1, None, 2]}, "a=1&a=2"), ({"a": ("x",)}, "a=x"), ({"a": "ü&="}, "a=%C3%BC%26%3D"), ({"a": ""}, "a="),
    ],
)  # fmt: skip
def test_a_query(parameters: Any, encoded: str) -> None:
    """Parameters become the query that both forges read."""
    assert query(parameters) == encoded


@pytest.mark.parametrize("name", ["access_token", "private_token", "job_token", "client_secret", "Private_Token"])
def test_no_credential_in_a_query(name: str) -> None:
    """A credential belongs into a header; the error does not show it."""
    with pytest.raises(ValidationError, match="token instead") as caught:
        query({name: "hunter2"})
    assert "hunter2" not in str(caught.value)
