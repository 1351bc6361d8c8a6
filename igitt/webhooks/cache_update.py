"""What a delivery changes in the cache: it brings an object as if it had just been read, or makes entries stale.

The validator of such an entry is the object's own date: never the time of the delivery, which may be late, and no ETag,
which belongs to the forge's own bytes. When the delivery came is kept beside it, as a date of the very second of the
delivery proves nothing. Nothing here sends a request; a cache that is off or fails costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate, parsedate_to_datetime
from typing import Any

from igitt._base import json as _json
from igitt._http.request import Call
from igitt._http.transport import Transport
from igitt.cache import Entry
from igitt.interfaces.convert import optional_instant

__all__ = ["forget", "plant", "uproot"]


class _Cutting(Entry):
    """An entry whose body is cut out of its delivery when somebody reads it, which for most never happens.

    It holds the delivery's own bytes: nobody can change them, and they are a body that was decoded before.
    """

    __slots__ = ("_came", "_key", "_raw")
    _raw: bytes
    _key: str
    _came: float

    def __init__(self, raw: bytes, key: str, modified: float, came: float) -> None:
        keep = object.__setattr__
        keep(self, "_came", came)
        keep(self, "_raw", raw)
        keep(self, "_key", key)
        keep(self, "credential", "")
        keep(self, "stored_at", modified)
        keep(self, "from_webhook", True)
        keep(self, "covered", None)

    @property
    def headers(self) -> Mapping[str, str]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Its date and that of the delivery, written out when somebody asks."""
        return {"last-modified": formatdate(self.stored_at, usegmt=True), "date": formatdate(self._came, usegmt=True)}

    @property
    def body(self) -> bytes:  # pyright: ignore[reportIncompatibleVariableOverride]  # computed, where others hold it
        """The object's JSON; nothing, where that is nested more deeply than can be written from here."""
        try:
            return _json.dumps(self.data)
        except (ValueError, RecursionError):
            return b"null"

    @property
    def data(self) -> Any:
        """The object, made again each time."""
        return _json.loads(self._raw)[self._key]

    def __sizeof__(self) -> int:
        return 600 + len(self._raw)

    def __reduce__(self) -> tuple[Any, ...]:
        return Entry, (self.body, self.headers, self.credential, self.stored_at, self.from_webhook)


def plant(
    transport: Transport, path: str, data: Mapping[str, Any], modified: datetime, *, raw: bytes = b"", key: str = ""
) -> None:
    """Keep an object under its API path, so that the next read of it is answered with a 304.

    HTTP dates have whole seconds. Of two deliveries with the same second and different bodies nobody can know which
    is newer, and the forge would answer 304 to either: then neither is kept, and the next read asks for the whole
    object. What claims to be from a time that has not come is not kept either: it would be taken for the newest until
    then.

    Args:
        transport: the transport of the client that will read it.
        path: its API path.
        data: it, as whole as the forge would answer.
        modified: when it changed last, according to itself.
        raw: the delivery's JSON as it came, where that is at hand.
        key: what it is called there; empty where it lies deeper.
    """
    cache = transport.cache
    if cache is None or not cache.enabled:
        return
    place, slot = transport.place(path)
    came = transport.forges_now()
    if modified.timestamp() > came:
        cache.forget(place)
        return
    second = modified.astimezone(UTC).replace(microsecond=0)
    if second.timestamp() < cache.written(place) + 1:
        return  # it may be from before this client wrote, and what came of that may have the same date
    entry = cache.get(slot)
    known = _modified(entry) if entry is not None else None
    if entry is not None and known is not None and known >= second:
        if known > second or not entry.from_webhook or _tells(entry, data):
            return
        # Without a validator the next read gets the whole; the date stays, so that neither delivery comes back.
        fresh = Entry(b"null", {"date": format_datetime(second, usegmt=True)}, "", 0.0, from_webhook=True)
    elif key and cache.shared is None and not cache.fresh_for:
        # Other stores keep texts, and fresh entries are read without the forge's confirmation.
        fresh = _Cutting(raw, key, second.timestamp(), came)
    else:
        try:
            dates = {"last-modified": format_datetime(second, usegmt=True), "date": formatdate(came, usegmt=True)}
            fresh = Entry(_json.dumps(data), dates, "", second.timestamp(), from_webhook=True)
        except (TypeError, ValueError, RecursionError):
            return
    if cache.fresh_for:
        cache.forget(place)
    cache.remember(place, slot, fresh)


def uproot(transport: Transport, path: str) -> None:
    """Drop an object that a delivery brought, as another one mentions it without bringing it.

    Both may be of the same second, so that the date of the first would go on being confirmed.

    Args:
        transport: the transport of the client that reads it.
        path: its API path.
    """
    cache = transport.cache
    if cache is None or not cache.enabled:
        return
    place, slot = transport.place(path)
    entry = cache.get(slot)
    if entry is not None and entry.from_webhook:
        cache.flights.spoil(place)
        cache.delete(slot)


def forget(transport: Transport, path: str, *below: str) -> None:
    """Drop what is known about an object, about what lies below it and about the lists that it is in.

    Args:
        transport: the transport of the client that reads it.
        path: its API path.
        below: the ends of paths, with a slash before them: then only what is there is dropped, not the object.
    """
    if transport.cache is not None and transport.cache.enabled:
        place = Call("GET", transport.url_for(path), None, {}, transport.token).cache_path
        for end in below or ("",):
            transport.cache.forget(f"{place}{end}")


def _tells(entry: Entry, data: Mapping[str, Any]) -> bool:
    """Whether the entry is the same object."""
    try:
        return bool(entry.data == data)
    except (ValueError, RecursionError):
        return False


def _modified(entry: Entry) -> datetime | None:
    """When the entry's object changed last, to the second: as the header says, or the object itself."""
    try:
        if isinstance(entry, _Cutting):
            return datetime.fromtimestamp(entry.stored_at, UTC)
        if entry.last_modified:
            return parsedate_to_datetime(entry.last_modified).astimezone(UTC)
        data = entry.data
        found = optional_instant(data.get("updated_at")) if isinstance(data, dict) else None
        if found is None and entry.from_webhook and "date" in entry.headers:
            return parsedate_to_datetime(entry.headers["date"]).astimezone(UTC)
    except (ValueError, RuntimeError):
        return None
    return found.replace(microsecond=0) if found else None
