"""What a recording's file holds: exchanges, and what the test was given when they were recorded.

The file is JSON, so that a person can read in it what was asked and answered, and see in a diff what changed. Here it
is read and written, and two requests are compared. Nothing here sends or intercepts one.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from igitt.testing.scrub import Scrubber, same_to_all

__all__ = ["Exchange", "Record", "RecordingError", "essence", "nearest", "write"]

_VERSION = 1
_NOTE = "Recorded by igitt.testing, without any secret. Do not edit it: IGITT_RECORD=all records it anew."
#: Headers that are about a connection, or about a coding of the body that the recording has undone.
_PASSING_HEADERS = frozenset({
    "accept-encoding", "connection", "content-encoding", "content-length", "host", "keep-alive", "transfer-encoding",
})  # fmt: skip

Headers = Mapping[str, list[str]]


class RecordingError(AssertionError):
    """A recording is missing, or does not fit its test. The message says how, and what to do."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    Attributes:
        method: the HTTP method.
        url: the URL with its query.
        sent: the request's headers.
        body: the request's body.
        status: the answer's status.
        reason: the words beside it.
        received: the answer's headers.
        content: the answer's body, decoded from any coding of its transfer.
        at: seconds from the beginning of the recording to the answer.
    """

    method: str
    url: str
    sent: Headers
    body: bytes
    status: int
    reason: str
    received: Headers
    content: bytes
    at: float = 0.0

    def scrubbed(self, scrubber: Scrubber) -> Self:
        """The same without secrets."""
        return replace(
            self,
            url=scrubber.text(self.url),
            sent=scrubber.headers(self.sent),
            body=scrubber.body(self.body),
            reason=scrubber.text(self.reason),
            received=scrubber.headers(self.received),
            content=scrubber.body(self.content),
        )

    def to_data(self) -> dict[str, Any]:
        """The exchange as it is written."""
        asked = {"method": self.method, "url": self.url, "headers": _headers_out(self.sent), **_body_out(self.body)}
        told = {
            "status": self.status,
            "reason": self.reason,
            "headers": _headers_out(self.received),
            **_body_out(self.content),
        }
        return {"at": round(self.at, 3), "request": asked, "response": told}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_data` wrote; raises KeyError, TypeError or ValueError for anything else."""
        asked, told = data["request"], data["response"]
        return cls(
            asked["method"], asked["url"], _headers_in(asked["headers"]), _body_in(asked),
            int(told["status"]), told["reason"], _headers_in(told["headers"]), _body_in(told), float(data["at"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """A recording's file.

    Attributes:
        test: whose it is: ``module.py::Class::method``; empty when no test made it.
        recorded_at: when it was begun, in seconds since the epoch.
        given: what the test was given, by name.
        exchanges: in the order of their answers.
    """

    test: str
    recorded_at: float
    given: Mapping[str, Any] = field(default_factory=dict)
    exchanges: Sequence[Exchange] = ()

    def dumps(self) -> str:
        """The file's text."""
        data = {
            "igitt": _VERSION,
            "note": _NOTE,
            "test": self.test,
            "recorded_at": datetime.fromtimestamp(self.recorded_at, UTC).isoformat(timespec="milliseconds"),
            "given": dict(self.given),
            "exchanges": [exchange.to_data() for exchange in self.exchanges],
        }
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file; raises OSError, or ValueError when it is no recording."""
        try:
            data = json.loads(path.read_text("utf-8", "surrogatepass"))
            if data["igitt"] != _VERSION:
                raise ValueError(f"it is of version {data['igitt']}")
            begun = datetime.fromisoformat(data["recorded_at"]).timestamp()
            exchanges = [Exchange.from_data(one) for one in data["exchanges"]]
            return cls(str(data["test"]), begun, dict(data["given"]), exchanges)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"it lacks {error}") from error


def write(path: Path, text: str) -> None:
    """Put a text in place of a file's, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "surrogatepass"))
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


# --- comparing -------------------------------------------------------------------------------------------------------


def essence(method: str, url: str, body: bytes, scrubber: Scrubber) -> tuple[object, ...]:
    """What has to be alike for two requests to be the same one: method, address, query and body, without secrets.

    Headers do not matter, nor does the order of a query's and of an object's fields.
    """
    parts = urlsplit(same_to_all(scrubber.text(url)))
    query = sorted(parse_qsl(parts.query, keep_blank_values=True))
    return (method.upper(), parts.netloc.lower(), parts.path, query, _content(scrubber.body(body)))


def _content(body: bytes) -> object:
    try:
        text = same_to_all(body.decode())
    except UnicodeDecodeError:
        return body
    try:
        return json.loads(text)
    except ValueError:
        return text


def nearest(asked: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Of the known requests, those that are most like the one that was asked, the nearest first."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(asked)

    def likeness(text: str) -> float:
        matcher.set_seq1(text)
        return matcher.ratio()

    return sorted(known, key=likeness, reverse=True)[:count]


# --- reading and writing ---------------------------------------------------------------------------------------------


def _headers_out(headers: Headers) -> dict[str, str | list[str]]:
    kept = {name: values for name, values in headers.items() if name.lower() not in _PASSING_HEADERS}
    return {name: values[0] if len(values) == 1 else values for name, values in sorted(kept.items())}


def _headers_in(headers: Mapping[str, str | list[str]]) -> Headers:
    return {name: [value] if isinstance(value, str) else list(value) for name, value in headers.items()}


def _body_out(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
    try:
        return {"json": json.loads(text)}
    except ValueError:
        return {"text": text}


def _body_in(data: Mapping[str, Any]) -> bytes:
    if "json" in data:
        return json.dumps(data["json"], separators=(",", ":")).encode()
    if "base64" in data:
        return base64.b64decode(data["base64"])
    return str(data.get("text", "")).encode()
