"""What GitLab's webhooks report, as neutral events.

The tables are in the modules of this package; this one looks an event up, and tells the cache. Nothing here sends a
request. Source: https://docs.gitlab.com/user/project/integrations/webhook_events/
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any

from igitt._base.paths import segment
from igitt.errors import IGittError, InvalidPayloadError, UnknownEventError
from igitt.gitlab import payloads
from igitt.gitlab.webhooks import accounts as places
from igitt.gitlab.webhooks import code, issues
from igitt.gitlab.webhooks.reading import GitLabDelivery, kind_of
from igitt.interfaces.event import Event
from igitt.webhooks.cache_update import forget

__all__ = ["delivery_id", "event_name", "event_names", "homes", "parse", "repo_name"]

_EVENTS = {**issues.EVENTS, **code.EVENTS, **places.EVENTS}


def homes(headers: Mapping[str, str], payload: Mapping[str, Any]) -> tuple[Any, ...]:
    """Where it is from: what the instance calls itself; where that is missing, the address of what it is about."""
    if headers.get("x-gitlab-instance"):
        return (headers["x-gitlab-instance"],)
    for key, name in (("project", "web_url"), ("group", "web_url"), ("repository", "homepage")):
        told = payload.get(key)
        if isinstance(told, dict) and told.get(name):
            return (told[name],)
    return ()


def event_name(headers: Mapping[str, str]) -> str:
    """What the header says of the event, out of normalized headers; only a hint, so it may be missing."""
    return headers.get("x-gitlab-event", "")


def event_names() -> Collection[str]:
    """The names of the events that igitt knows, in lower case."""
    return _EVENTS.keys()


def delivery_id(headers: Mapping[str, str]) -> str:
    """The delivery's id, which stays when it is sent again; older versions have only the event's.

    Where a delivery is signed, the one that the signature covers, and none of the others.
    """
    if "webhook-signature" in headers:
        return headers.get("webhook-id", "")
    return headers.get("idempotency-key") or headers.get("x-gitlab-event-uuid") or ""


def parse(
    client: Any,
    event: str,
    payload: Mapping[str, Any],
    delivery: str = "",
    raw: bytes = b"",  # noqa: ARG001
    *,
    delivered: bool = False,  # noqa: ARG001
) -> tuple[Event, ...]:
    """The events of a delivery, one per change; sends nothing.

    Args:
        client: the client that the objects are made with.
        event: the ``X-Gitlab-Event`` header, or an ``object_kind``; it counts only where the payload does not say.
        payload: the decoded payload.
        delivery: the delivery's id.
        raw: its JSON, of which GitLab's reading has no use.
        delivered: whether only a header names the event; GitLab's payloads name it themselves.

    Raises:
        UnknownEventError: when igitt does not know the event.
        InvalidPayloadError: when a part of the payload is missing or of a wrong type.
    """
    if not isinstance(payload, dict):
        raise InvalidPayloadError(f"a payload is a JSON object, not {type(payload).__name__}")
    kind = kind_of(event, payload)
    read = _EVENTS.get(kind)
    if read is None:
        raise UnknownEventError(f"igitt knows no event {kind or event!r} of GitLab's; a bot may ignore it")
    reading = GitLabDelivery(client, kind, payload, delivery)
    events = tuple(read(reading))
    _outdate(reading)
    return events


def repo_name(payload: Mapping[str, Any]) -> str | None:
    """The full path of the project that a payload is about, None when it is about none."""
    if not isinstance(payload, dict):
        raise InvalidPayloadError(f"a payload is a JSON object, not {type(payload).__name__}")
    return payloads.project_path(payload) or None


def _outdate(reading: GitLabDelivery) -> None:
    """Drop what the client's cache knows of the delivery's objects, by either address of their project; never fails.

    A hook's data are not the API's, and GitLab's answers have no date: nothing could vouch for them as an entry.
    """
    client = reading.client
    if client.transport.cache is None or not client.transport.cache.enabled:
        return
    below = []
    for cls, key in reading.outdated:
        with suppress(IGittError):  # what is no part of an address has no entry either
            below.append(f"/{getattr(client, cls)._collection}/{segment(key)}" if cls else "")
    if below:
        for home in _homes(reading):
            forget(client.transport, home, *below)


def _homes(reading: GitLabDelivery) -> Iterator[str]:
    """The addresses of the delivery's project; where it has none, its group's."""
    for key in payloads.project_keys(reading.payload):
        with suppress(IGittError):
            yield f"projects/{segment(key)}"
    if reading.repository is None and reading.organization is not None:
        with suppress(IGittError):
            yield reading.organization.get().api_path
