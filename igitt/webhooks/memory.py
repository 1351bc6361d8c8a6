"""What a delivery tells the cache: an object as if it had just been read, or that what is known of it is out of date.

The validator of such an entry is the object's own date and nothing else: never the time of the delivery, which may be
late, and never an ETag, which belongs to the forge's own bytes. Nothing here sends a request; a cache that is off or
fails costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from igitt import _json
from igitt.cache import Entry
from igitt.interfaces.convert import optional_instant
from igitt.transport import Transport

__all__ = ["forget", "plant"]


def plant(transport: Transport, path: str, data: Mapping[str, Any], modified: datetime) -> None:
    """Keep an object under its API path, so that the next read of it is answered with a 304.

    HTTP dates have whole seconds. Of two deliveries with the same second and different bodies nobody can tell which
    is newer, and the forge would answer 304 to either: then neither is kept, and the next read asks for the whole
    object.

    Args:
        transport: the transport of the client that will read it.
        path: its API path.
        data: it, as whole as the forge would answer.
        modified: when it changed last, as it tells itself.
    """
    cache = transport.cache
    if cache is None or not cache.enabled:
        return
    place, key = transport.place(path)
    second = modified.astimezone(UTC).replace(microsecond=0)
    try:
        body = _json.dumps(data)
    except (TypeError, ValueError, RecursionError):
        return
    entry = cache.get(key)
    known = _modified(entry) if entry is not None else None
    date = format_datetime(second, usegmt=True)
    headers, stored_at = {"last-modified": date}, second.timestamp()
    if entry is not None and known is not None and known >= second:
        if known > second or not entry.from_webhook or entry.body == body:
            return
        # Without a validator the next read gets the whole; the date stays, so that neither delivery comes back.
        headers, stored_at, body = {"date": date}, 0.0, b"null"
    if cache.fresh_for:
        cache.forget(place)
    cache.remember(place, key, Entry(body, headers, "", stored_at, from_webhook=True))


def forget(transport: Transport, path: str) -> None:
    """Drop what is known of an object, of what lies below it and of the lists that it is in.

    Args:
        transport: the transport of the client that reads it.
        path: its API path.
    """
    if transport.cache is not None and transport.cache.enabled:
        transport.cache.forget(transport.place(path)[0])


def _modified(entry: Entry) -> datetime | None:
    """When the entry's object changed last, to the second: as the header says, or the object itself."""
    try:
        if entry.last_modified:
            return parsedate_to_datetime(entry.last_modified).astimezone(UTC)
        data = entry.data
        found = optional_instant(data.get("updated_at")) if isinstance(data, dict) else None
        if found is None and entry.from_webhook and "date" in entry.headers:
            return parsedate_to_datetime(entry.headers["date"]).astimezone(UTC)
    except (ValueError, RuntimeError):
        return None
    return found.replace(microsecond=0) if found else None
