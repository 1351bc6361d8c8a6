"""Nothing that a forge sends is read or unpacked without a bound."""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from requests.packages import urllib3  # type: ignore[attr-defined]

import igitt
from igitt._base.bounded import read_body, unpacked
from igitt._cache.entry import Entry
from igitt.errors import InvalidResponseError, ValidationError

MEGABYTE = 1024 * 1024
BOMB = gzip.compress(b" " * 64 * MEGABYTE, 9, mtime=0)  # or each process would call the tests otherwise


def response(body: bytes, coding: str = "", status: int = 200) -> requests.Response:
    """A response that was not read yet."""
    made = requests.Response()
    made.status_code = status
    made.headers["Content-Encoding"] = coding
    made.raw = urllib3.HTTPResponse(io.BytesIO(body), {"Content-Encoding": coding}, status, preload_content=False)
    return made


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (BOMB, "gzip"), (BOMB * 16, "gzip"), (BOMB, "x-gzip"), (zlib.compress(b" " * 64 * MEGABYTE), "deflate"),
        (zlib.compress(b" " * 64 * MEGABYTE, wbits=-15), "deflate"), (b" " * 64 * MEGABYTE, ""), (BOMB, " GZIP "),
        (b" " * 64 * MEGABYTE, "identity"),
    ],
)  # fmt: skip
def test_a_bomb(body: bytes, coding: str) -> None:
    """What is longer than the bound is refused, in whatever coding; of an error page the beginning is read."""
    with pytest.raises(InvalidResponseError, match="max_bytes"):
        read_body(response(body, coding), MEGABYTE)
    begin, packed = read_body(response(body, coding, 500), 32 * MEGABYTE)
    assert (begin.strip(), len(begin), packed) == (b"", 256 * 1024, None)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, deflate", "compress"])
def test_a_coding_that_nobody_asked_for(coding: str) -> None:
    """No other coding is unpacked, and no chain of them."""
    with pytest.raises(InvalidResponseError, match="not asked for"):
        read_body(response(BOMB, coding))


def test_many_members() -> None:
    """A gzip of very many parts is refused before it costs minutes."""
    with pytest.raises(requests.exceptions.ContentDecodingError, match="parts"):
        read_body(response(gzip.compress(b"") * 100_000, "gzip"))


@pytest.mark.parametrize("body", [BOMB[:-20], b"no gzip", gzip.compress(b"a", mtime=0) + b"rest", BOMB[:3]])
def test_what_is_damaged(body: bytes) -> None:
    """What cannot be unpacked whole is no answer."""
    with pytest.raises(requests.exceptions.ContentDecodingError, match="unpacked"):
        read_body(response(body, "gzip"), 100 * MEGABYTE)


@given(st.binary(max_size=2000), st.integers(1, 3), st.sampled_from(["gzip", "deflate", ""]))
def test_what_is_short_comes_whole(data: bytes, members: int, coding: str) -> None:
    """What fits comes byte for byte, in one part or in several, to the last byte that is allowed."""
    whole = data if coding != "gzip" else data * members
    body = {"gzip": gzip.compress(data) * members, "deflate": zlib.compress(data), "": data}[coding]
    assert read_body(response(body, coding), max(1, len(whole)))[0] == whole


@given(st.binary(max_size=300))
def test_any_packed_bytes(packed: bytes) -> None:
    """A store's rubbish is refused with the one error that its reader expects."""
    with contextlib.suppress(ValueError):
        assert len(unpacked(packed, 1000)) <= 1000


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_cache_entry(text: Any) -> None:
    """What is no entry is a ValueError, which the cache takes for a miss."""
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever kind
        Entry.loads(text)


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "5", None])
def test_the_option(wrong: Any) -> None:
    """``max_bytes`` is a number of bytes, and each client's own."""
    with pytest.raises(ValidationError, match="max_bytes"):
        igitt.GitHub("ghp_x", max_bytes=wrong)
    assert igitt.GitLab("x", max_bytes=5).with_token("y").transport.max_bytes == 5
