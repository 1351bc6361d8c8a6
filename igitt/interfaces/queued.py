"""An event as a text for a queue, and the way back: the payload once more, and which of its events is meant.

Objects are not written down: they are made again from the same tables, with the client of whoever reads the text.
Nothing secret may enter; headers, which hold signatures and tokens, are not kept. Nothing here sends a request.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from igitt._base import json as _json
from igitt.errors import InvalidPayloadError, ValidationError
from igitt.interfaces.hoster import Hoster

if TYPE_CHECKING:
    from igitt.interfaces.event import Event

__all__ = ["hoster_of", "queued", "unqueued"]

_VERSION = 1


def queued(event: Event) -> str:
    """The text; see :meth:`igitt.webhooks.Event.to_json`."""
    record = {
        "version": _VERSION, "hoster": event.hoster, "url": event.instance, "name": event.name,
        "delivery": event.delivery, "position": event.position, "payload": event.payload,
    }  # fmt: skip
    try:
        return _json.dumps(record).decode()
    except UnicodeDecodeError:  # half a character, which JSON can hold as an escape and UTF-8 cannot
        return json.dumps(record, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidPayloadError(f"the event's payload cannot be written as JSON: {error}") from error


def unqueued(text: str | bytes, client: Hoster) -> Event:
    """The event; see :meth:`igitt.webhooks.Event.from_json`."""
    record = _record(text)
    if not isinstance(client, Hoster):
        raise ValidationError(f"an event is made with a client, not with {type(client).__name__}")
    url: Any = getattr(client, "url", None)
    if (record["hoster"], record["url"]) != (client.hoster, url):
        there = f"{record['hoster']} at {record['url']}"
        raise ValidationError(f"that event is of {there}, and the client talks to {client.hoster} at {url}")
    for event in client.read_payload(record["name"], record["payload"], record["delivery"]):
        if event.position == record["position"]:
            return event
    raise InvalidPayloadError("the queued event is not among those of its payload; was it written by another version?")


def hoster_of(text: str | bytes) -> str:
    """Which forge an event's text is of; InvalidPayloadError for anything else."""
    hoster: str = _record(text)["hoster"]
    return hoster


def _record(text: Any) -> dict[str, Any]:
    try:
        record = _json.loads(text)
    except (ValueError, TypeError) as error:
        raise InvalidPayloadError("that is not a queued event: it is not JSON") from error
    types = {"hoster": str, "url": str, "name": str, "delivery": str, "position": int, "payload": dict}
    if not isinstance(record, dict) or record.get("version") != _VERSION:
        raise InvalidPayloadError("that is not an event that this version of igitt has queued")
    wrong = [key for key, kind in types.items() if not isinstance(record.get(key), kind)]
    if wrong:
        raise InvalidPayloadError(f"that is not a queued event: its {', '.join(wrong)} cannot be read")
    return record
