"""Texts in the forms that a media type asks for.

Issues, pull requests, comments, reviews and releases have a text, which comes as it was written, as text and as HTML:
``application/vnd.github.full+json`` has all three (source:
https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types).
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from igitt.testing.sandbox.wire import Request

_WORDS = ("full", "html", "text")


def in_form(request: Request, data: Any) -> Any:
    """An answer with its texts as the ``Accept`` header asks for them."""
    accept = request.headers.get("accept", "")
    word = next((one for one in _WORDS if f"github.{one}" in accept or f".v3.{one}" in accept), "")
    if not word:
        return data
    if isinstance(data, list):
        return [_written(one, word) for one in data]
    if isinstance(data, dict) and isinstance(data.get("items"), list):
        return data | {"items": [_written(one, word) for one in data["items"]]}
    return _written(data, word)


def _written(data: Any, word: str) -> Any:
    """One thing with a text; whatever has an author and a body is one."""
    if not isinstance(data, dict) or "body" not in data or not ("user" in data or "author" in data):
        return data
    text = data["body"] or ""
    extra: dict[str, str] = {}
    if word in {"text", "full"}:
        extra["body_text"] = text
    if word in {"html", "full"}:
        extra["body_html"] = f'<p dir="auto">{html.escape(text, quote=False)}</p>'
    kept = data if word == "full" else {key: value for key, value in data.items() if key != "body"}
    return kept | extra
