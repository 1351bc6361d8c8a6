"""A response of a forge, and what is read out of one: data, links, and the words of an error.

No policy: what follows from a response is decided in :mod:`igitt._http.transport`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from igitt._base import json as _json
from igitt._base.trust import printable
from igitt.errors import InvalidResponseError

__all__ = ["Answer", "explain"]

_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^",;]+))*)')
#: How much of an error page is looked at for its words, in characters.
_WORDS = 16 * 1024
#: How deep complaints nest, at most: real ones do twice.
_DEEPEST = 10
_TAG = re.compile(r"<[^<>]*>")
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^",;\s]+))')


class Answer:
    """What a forge answered.

    Attributes:
        status: the HTTP status.
        headers: the headers; names are case-insensitive.
        content: the body as bytes.
        url: what was asked, after redirects.
        from_cache: whether the forge only said that nothing had changed, and the body is the one it sent before.
        redirected: whether `url` is another one than was asked at first.
        packed: the body as it came, where it came compressed by gzip in one piece.
    """

    __slots__ = ("content", "from_cache", "headers", "packed", "redirected", "status", "url")

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str],
        content: bytes,
        url: str,
        *,
        from_cache: bool = False,
        packed: bytes | None = None,
    ) -> None:
        self.status = status
        self.headers = headers
        self.content = content
        self.url = url
        self.from_cache = from_cache
        self.packed = packed
        self.redirected = False

    def __repr__(self) -> str:
        return f"<Answer {self.status} {printable(self.url)}>"

    @property
    def data(self) -> Any:
        """The decoded JSON body, None when the body is empty.

        Raises:
            InvalidResponseError: when the body is no JSON.
        """
        if not self.content:
            return None
        try:
            return _json.loads(self.content)
        except ValueError as error:
            raise InvalidResponseError(
                f"the response is not JSON but begins {self.content[:40]!r}; is the client's url a forge's API?",
                self.status,
                url=self.url,
                response_headers=dict(self.headers),
            ) from error

    @property
    def text(self) -> str:
        """The body as text (UTF-8; anything else is replaced)."""
        return self.content.decode(errors="replace")

    @property
    def links(self) -> dict[str, str]:
        """The ``Link`` header as relation to URL (RFC 8288)."""
        header = self.headers.get("link")
        if not header:
            return {}
        found: dict[str, str] = {}
        for target, parameters in _LINK.findall(header):
            for name, quoted, plain in _PARAMETER.findall(parameters):
                if name.lower() == "rel":
                    for relation in (quoted or plain).lower().split():
                        found.setdefault(relation, target)
        return found


def explain(answer: Answer) -> tuple[str, dict[str, list[str]], object]:
    """What an error's body says: the message, the complaints by field, and the decoded body.

    Both forges' forms are read, as any answer may come from a proxy or a newer release: GitHub's
    ``{"message", "errors": [{"field", "code", "message"} | text]}``, GitLab's ``{"message": text | list | {field:
    [text]}}`` and ``{"error", "error_description"}``, and plain text.
    """
    try:
        data = _json.loads(answer.content) if answer.content else None
    except ValueError:
        return _first_line(answer.text), {}, answer.text
    if not isinstance(data, dict):
        return (_first_line(data) if isinstance(data, str) else ""), {}, data
    fields: dict[str, list[str]] = {}
    message = data.get("message", data.get("error"))
    if isinstance(message, dict):
        _collect(message, "", fields)
        message = ""
    elif isinstance(message, list):
        fields[""] = [str(part) for part in message]
        message = ""
    errors = data.get("errors")
    for error in errors if isinstance(errors, list) else [errors] if isinstance(errors, str) else []:
        if isinstance(error, dict):
            text = error.get("message") or error.get("code") or "invalid"
            fields.setdefault(str(error.get("field") or ""), []).append(str(text))
        else:
            fields.setdefault("", []).append(str(error))
    parts = [str(message)] if message else []
    if data.get("error_description"):
        parts.append(str(data["error_description"]))
    parts += [": ".join(filter(None, (field, ", ".join(texts)))) for field, texts in fields.items()]
    return "; ".join(parts), fields, data


def _collect(nested: Mapping[str, Any], prefix: str, fields: dict[str, list[str]]) -> None:
    """GitLab nests its complaints: ``{"message": {"namespace": {"name": ["too long"]}}}``."""
    for field, complaint in nested.items():
        name = f"{prefix}.{field}" if prefix else str(field)
        if isinstance(complaint, dict) and name.count(".") < _DEEPEST:
            _collect(complaint, name, fields)
        else:
            fields[name] = [str(part) for part in (complaint if isinstance(complaint, list) else [complaint])]


def _first_line(text: str) -> str:
    # A message stands at the beginning; without the bound, and with `<` allowed in a tag, a page of `<` takes minutes.
    stripped = _TAG.sub(" ", text[:_WORDS]).split("\n")
    line = next((part.strip() for part in stripped if part.strip()), "")
    return line[:200]
