"""JSON in and out, the same with orjson and without."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import Any

import pytest

from igitt._base import json as _json


@pytest.fixture(params=["standard", "orjson"])
def codec(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module as it is with orjson and as it is without."""
    if request.param == "standard":
        monkeypatch.setitem(sys.modules, "orjson", None)
    else:
        pytest.importorskip("orjson")
    spec = importlib.util.find_spec("igitt._base.json")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize(
    "value", [None, True, 5, -1.5, "ü\N{GRINNING FACE}", [], {"a": [1, {"b": None}]}, 2**70, {"k": 2**64}]
)
def test_there_and_back(codec: ModuleType, value: Any) -> None:
    """What is written is read the same, also numbers beyond 64 bits."""
    text = codec.dumps(value)
    assert isinstance(text, bytes)
    if not isinstance(value, int) or value < 2**64:
        assert codec.loads(text) == codec.loads(text.decode()) == _json.loads(text)


def test_compact(codec: ModuleType) -> None:
    """Nothing is written that is not needed, and letters are themselves."""
    assert codec.dumps({"a": [1, "ü"]}) == '{"a":[1,"ü"]}'.encode()


@pytest.mark.parametrize("text", [b"", b"{", b"nul", b"\xff", b'{"a":}', b"[" * 200_000, "{", b"{} {}", b"[1]x"])
def test_no_json(codec: ModuleType, text: bytes | str) -> None:
    """What is no JSON is a ValueError, however it is none."""
    with pytest.raises(ValueError, match=r".+"):
        codec.loads(text)


@pytest.mark.parametrize("text", [b' {"a": [1]}', '{"a": [1]}\n', b'\r\n{"a": [1]}\t'])
def test_blanks_around(codec: ModuleType, text: bytes | str) -> None:
    """JSON may have blanks around it."""
    assert codec.loads(text) == {"a": [1]}


def test_what_cannot_be_written(codec: ModuleType) -> None:
    """What JSON has no form for is refused."""
    with pytest.raises((TypeError, ValueError)):
        codec.dumps({"a": object()})


def test_half_a_letter(codec: ModuleType) -> None:
    """A lone surrogate, which Python texts may hold, does not fail."""
    assert codec.dumps("\ud800") in {b'"\xed\xa0\x80"', b'"\\ud800"'}
