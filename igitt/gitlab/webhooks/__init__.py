"""What GitLab's webhooks tell, as neutral events.

The tables are in the modules of this package; this one looks an event up, and tells the cache. Nothing here sends a
request. Source: https://docs.gitlab.com/user/project/integrations/webhook_events/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from igitt.errors import IGittError, InvalidPayloadError, UnknownEventError
from igitt.gitlab import payloads
from igitt.gitlab.webhooks import code, issues, places
from igitt.gitlab.webhooks.reading import GitLabDelivery, kind_of
from igitt.webhooks.events import Event
from igitt.webhooks.memory import forget

__all__ = ["delivery_id", "event_name", "parse", "repo_name"]

_EVENTS = {**issues.EVENTS, **code.EVENTS, **places.EVENTS}
#: What changes by a delivery that is about it; what lies below it, as its comments, goes with it.
_CHANGING = frozenset({"issue", "merge request", "commit", "milestone"})


def event_name(headers: Mapping[str, str]) -> str:
    """What the header says of the event, out of normalized headers; only a hint, so it may be missing."""
    return headers.get("x-gitlab-event", "")


def delivery_id(headers: Mapping[str, str]) -> str:
    """The delivery's id, which stays when it is sent again; older versions have only the event's."""
    for name in ("idempotency-key", "webhook-id", "x-gitlab-event-uuid"):
        if headers.get(name):
            return headers[name]
    return ""


def parse(
    client: Any,
    event: str,
    payload: Mapping[str, Any],
    delivery: str = "",
    raw: bytes = b"",  # noqa: ARG001
) -> tuple[Event, ...]:
    """What a delivery tells, one event a change; sends nothing.

    Args:
        client: the client that the objects are made with.
        event: the ``X-Gitlab-Event`` header, or an ``object_kind``; it counts only where the payload does not tell.
        payload: the decoded payload.
        delivery: the delivery's id.
        raw: its JSON, of which GitLab's reading has no use.

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
    transport = reading.client.transport
    if transport.cache is None or not transport.cache.enabled:
        return
    project = reading.repository
    kinds = _CHANGING | {"repository"} if reading.name.startswith("project_") else _CHANGING
    paths: set[str] = set()
    for found, _ in reading.made:
        try:
            if found.kind in kinds:
                paths.update(_addresses(found.api_path, project, reading.project))
        except (IGittError, ValueError):
            continue  # what does not tell where it is, in letters of an address, has no entry either
    for path in paths:
        forget(transport, path)


def _addresses(path: str, project: Any, data: Mapping[str, Any]) -> set[str]:
    """A path, and the same by the project's id and by its name."""
    if project is None or not f"{path}/".startswith(f"{project.api_path}/"):
        return {path}
    rest = path[len(project.api_path) :]
    told = [data[key] for key in ("id", "path_with_namespace") if key in data]
    return {path, *(f"projects/{quote(str(one), safe='')}{rest}" for one in told)}
