"""JSON in and out, by orjson where it is installed (the extra ``speed``) and by the standard library otherwise.

Both refuse what is not JSON with a :class:`ValueError`; callers turn it into an error that names what was read. Which
of the two it is, is found out when the first text comes: orjson takes its time to load. Callers go by way of the module
(``json.loads(text)``), whose two names are that one's from then on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

__all__ = ["dumps", "loads"]


def loads(text: bytes | str) -> Any:
    """Decode a JSON text; raises ValueError (also when it is nested too deeply to be decoded)."""
    _choose()
    return loads(text)


def dumps(value: object) -> bytes:
    """Encode a value as compact JSON in UTF-8."""
    _choose()
    return dumps(value)


def _choose() -> None:
    """Put the quickest there is in the place of this module's two functions."""
    decode, encode = _quick() or (_plain(), _dumps)
    globals().update(loads=decode, dumps=encode)


def _dumps(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _quick() -> tuple[Callable[[bytes | str], Any], Callable[[object], bytes]] | None:
    try:
        import orjson  # noqa: PLC0415 - see above
    except ImportError:
        return None

    def encode(value: object) -> bytes:
        try:
            return orjson.dumps(value)
        except TypeError:
            # Integers of more than 64 bits and lone surrogates: rare, legal in Python, and known to the standard
            # library.
            return _dumps(value)

    return orjson.loads, encode


def _plain() -> Callable[[bytes | str], Any]:
    decoder = json.JSONDecoder()
    scan = decoder.scan_once  # type: ignore[attr-defined]  # raw_decode() is a call of it

    def decode(text: bytes | str) -> Any:
        try:
            # What json.loads does, without looking for other codings than UTF-8, which JSON is in, and for blanks
            # around it, which forges do not send: where there are any, decode() has the last word.
            plain = text if isinstance(text, str) else str(text, "utf-8", "surrogatepass")
            try:
                value, end = scan(plain, 0)
            except StopIteration:
                return decoder.decode(plain)
            return value if end == len(plain) else decoder.decode(plain)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deeply") from error

    return decode
