"""What the cache keeps of a response: its exact bytes, and what is needed to ask whether they still hold.

An :class:`Entry` is a value. It can be written out as a short text and read back, in any release that has the same
:data:`VERSION`. Which validator to send is :mod:`igitt._http.request`'s to say, where entries are kept
:mod:`igitt.cache`'s.
"""

from __future__ import annotations

import base64
import gzip
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from igitt._base import json as _json
from igitt._base.bounded import unpacked
from igitt._base.provider import NEUTRAL, Provider

__all__ = ["VERSION", "Entry", "Gzipped", "kept_headers"]

#: Entries of another version are misses: a new release never trips over an old one's entries.
VERSION = 2
#: The headers that belong to a response's meaning. Nothing else is kept, above all no cookie and no credential.
_KEPT_HEADERS = frozenset({"content-type", "date", "etag", "last-modified", "link"})
#: GitHub says ``max-age=60`` with every answer.
_VOUCHED = 60.0
#: What changes without the date of the thing that says it, wherever it stands.
_UNDATED = frozenset({"mergeable", "mergeable_state", "rebaseable", "sha", "commit_sha", "merge_commit_sha"})
#: Bodies shorter than this, in bytes, do not become shorter by compressing.
_SHORT = 200
#: Level 6 takes twice as long for a sixth less.
_LEVEL = 3
#: What no response is as long as, in bytes: a store's rubbish may claim to unpack to anything.
_LONGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A response as it came, with what is needed to ask whether it still holds.

    Attributes:
        body: the response's bytes, decoded from any transfer coding.
        headers: those that belong to its meaning, names in lower case.
        credential: the fingerprint of the token that it was given to; where an ETag covers the credential, it holds for
            that one only.
        stored_at: when the forge said last that it holds, in seconds since the epoch by this machine's clock.
        from_webhook: whether a webhook brought it; such an entry begins with a date and no ETag.
        covered: the names of the request's headers that the ETag was seen to be computed from, besides the body; None
            where that is not known.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    credential: str = ""
    stored_at: float = 0.0
    from_webhook: bool = False
    covered: tuple[str, ...] | None = None

    @property
    def etag(self) -> str | None:
        """The entity tag, byte for byte as it came."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """The forge's own date of the response, as an HTTP date."""
        return self.headers.get("last-modified")

    def sure_date(self, now: float) -> str | None:
        """Its date, where that vouches for all of the response; None otherwise.

        Dates have whole seconds: what was given in the very second of its change may have changed once more in that
        second (RFC 9110, section 8.8.2.2). And a date is that of the thing itself, so a response that has other things
        in it, or says whether something can be merged, may be another one although its date is the same. What a webhook
        brought was chosen with care by who planted it; it is asked for by its date for no longer than GitHub lets any
        answer be used, as nobody knows how soon after the change a delivery was written.

        Args:
            now: seconds since the epoch by the forge's clock.
        """
        given, modified = self.headers.get("date"), self.last_modified
        if modified is None or given is None:
            return None
        try:
            since = parsedate_to_datetime(given)
            if since <= parsedate_to_datetime(modified):
                return None
        except (TypeError, ValueError):
            return None
        if self.from_webhook:
            return modified if 0 <= now - since.timestamp() <= _VOUCHED else None
        return modified if self._is_flat() else None

    def _is_flat(self) -> bool:
        """Whether it is one thing, with nothing in it that has a life of its own."""
        try:
            data = self.data
        except (ValueError, RecursionError):
            return False
        return (
            isinstance(data, dict)
            and _UNDATED.isdisjoint(data)
            and not any(isinstance(value, dict | list) and value for value in data.values())
        )

    @property
    def data(self) -> Any:
        """The decoded body, a new object each time, so that no two readers share one; raises ValueError."""
        return _json.loads(self.body)

    def __sizeof__(self) -> int:
        """The memory that the entry takes, for a store that is bounded in bytes."""
        return self._size(len(self.body))

    def _size(self, body: int) -> int:
        return 600 + body + sum(len(name) + len(value) for name, value in self.headers.items())

    def packed(self) -> Entry:
        """The same entry in less memory, or itself where there is no such thing."""
        if self.from_webhook or len(self.body) < _SHORT:
            return self
        packed = gzip.compress(self.body, _LEVEL, mtime=0)
        if len(packed) >= len(self.body):
            return self
        return Gzipped(packed, self.headers, self.credential, self.stored_at, self.covered)

    def _packed_body(self) -> tuple[str, str]:
        """The body as text, and how that is to be read."""
        return _pack(self.body)

    def renewed(
        self, headers: Mapping[str, str], credential: str, stored_at: float, covered: tuple[str, ...] | None
    ) -> Entry:
        """The entry with other headers, after the forge has said that it holds."""
        return Entry(self.body, headers, credential, stored_at, self.from_webhook, covered)

    def dumps(self) -> str:
        """The entry as JSON text, compressed, for a store that keeps texts."""
        body, coding = self._packed_body()
        record = {
            "v": VERSION, "body": body, "coding": coding, "headers": dict(self.headers), "credential": self.credential,
            "at": self.stored_at, "webhook": self.from_webhook, "covered": self.covered,
        }  # fmt: skip
        return _json.dumps(record).decode()

    @classmethod
    def loads(cls, text: str | bytes) -> Entry:
        """Read what :meth:`dumps` wrote; raises ValueError for anything else."""
        record = _json.loads(text)
        try:
            if record["v"] != VERSION:
                raise ValueError(f"an entry of version {record['v']}")
            covered, at = record["covered"], float(record["at"])
            if not math.isfinite(at):
                raise ValueError(f"no cache entry: it was stored at {at}")
            return cls(
                _unpack(record["body"], record["coding"]),
                {str(name): str(value) for name, value in record["headers"].items()},
                str(record["credential"]),
                at,
                bool(record["webhook"]),
                None if covered is None else tuple(map(str, covered)),
            )
        except (KeyError, TypeError, AttributeError, OverflowError, zlib.error) as error:
            raise ValueError(f"no cache entry: {error!r}") from error


class Gzipped(Entry):
    """An entry that keeps its bytes compressed, as they came, and unpacks them when they are read.

    Args:
        packed: the body as the forge compressed it, in one piece that was unpacked before without an error.
        headers: as an entry has them, and so on.
    """

    __slots__ = ("_packed",)
    _packed: bytes

    def __init__(
        self,
        packed: bytes,
        headers: Mapping[str, str],
        credential: str = "",
        stored_at: float = 0.0,
        covered: tuple[str, ...] | None = None,
    ) -> None:
        for name, value in {"_packed": packed, "headers": headers, "credential": credential, "stored_at": stored_at,
                            "from_webhook": False, "covered": covered}.items():  # fmt: skip
            object.__setattr__(self, name, value)

    @property
    def body(self) -> bytes:  # pyright: ignore[reportIncompatibleVariableOverride]  # computed, where others hold it
        """The response's bytes."""
        return gzip.decompress(self._packed)

    def packed(self) -> Entry:
        """Itself."""
        return self

    def __sizeof__(self) -> int:
        return self._size(len(self._packed))

    def _packed_body(self) -> tuple[str, str]:
        return base64.b64encode(self._packed).decode(), "gzip"

    def renewed(
        self, headers: Mapping[str, str], credential: str, stored_at: float, covered: tuple[str, ...] | None
    ) -> Entry:
        """As it, and still compressed."""
        return Gzipped(self._packed, headers, credential, stored_at, covered)

    def __reduce__(self) -> tuple[Any, ...]:
        return Gzipped, (self._packed, self.headers, self.credential, self.stored_at, self.covered)


def kept_headers(headers: Mapping[str, str], provider: Provider = NEUTRAL) -> dict[str, str]:
    """Of a response's headers, those that an entry keeps, names in lower case."""
    return {
        small: value
        for name, value in headers.items()
        if (small := name.lower()) in _KEPT_HEADERS or provider.keeps(small)
    }


def _pack(body: bytes) -> tuple[str, str]:
    """The body as text, and how that is to be read."""
    if len(body) < _SHORT:
        try:
            return body.decode(), "text"
        except UnicodeDecodeError:
            return base64.b64encode(body).decode(), "base64"
    return base64.b64encode(zlib.compress(body, _LEVEL)).decode(), "zlib"


def _unpack(body: str, coding: str) -> bytes:
    match coding:
        case "text":
            return body.encode()
        case "base64":
            return base64.b64decode(body)
        case "zlib" | "gzip":
            return unpacked(base64.b64decode(body), _LONGEST)
        case _:
            raise ValueError(f"no cache entry: its body is in {coding!r}")
