"""JSON in and out, by orjson where it is installed (the extra ``speed``) and by the standard library otherwise.

Both refuse what is not JSON with a :class:`ValueError`; callers turn it into an error that names what was read.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["dumps", "loads"]

try:
    import orjson
except ImportError:
    _decoder = json.JSONDecoder()
    _scan = _decoder.scan_once  # type: ignore[attr-defined]  # raw_decode() is a call of it

    def loads(text: bytes | str) -> Any:
        """Decode a JSON text; raises ValueError (also when it is nested too deeply to be decoded)."""
        try:
            # What json.loads does, without looking for other codings than UTF-8, which JSON is in, and for blanks
            # around it, which forges do not send: where there are any, decode() has the last word.
            plain = text if isinstance(text, str) else str(text, "utf-8", "surrogatepass")
            try:
                value, end = _scan(plain, 0)
            except StopIteration:
                return _decoder.decode(plain)
            return value if end == len(plain) else _decoder.decode(plain)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deeply") from error

    def dumps(value: object) -> bytes:
        """Encode a value as compact JSON in UTF-8."""
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")

else:

    def loads(text: bytes | str) -> Any:
        """Decode a JSON text; raises ValueError."""
        return orjson.loads(text)

    def dumps(value: object) -> bytes:
        """Encode a value as compact JSON in UTF-8."""
        try:
            return orjson.dumps(value)
        except TypeError:
            # Integers of more than 64 bits and lone surrogates: rare, legal in Python, and known to the standard
            # library.
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
