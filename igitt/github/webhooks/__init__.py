"""What GitHub's webhooks report, as neutral events (source: https://docs.github.com/en/webhooks/webhook-events-and-payloads).

The tables are in the modules of this package; this one looks an event up, and updates the cache. Nothing here sends a
request.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from igitt.errors import InvalidPayloadError, UnknownEventError
from igitt.github.provider import GITHUB
from igitt.github.webhooks import accounts as places
from igitt.github.webhooks import code, issues
from igitt.github.webhooks.cache_update import remember
from igitt.github.webhooks.reading import GitHubDelivery, home
from igitt.github.webhooks.shapes import check_shape
from igitt.interfaces.event import Event
from igitt.webhooks.delivery import word

__all__ = ["delivery_id", "event_name", "event_names", "homes", "parse", "repo_name"]

#: Events after which an installation may do more or less than before.
_RIGHTS = frozenset({"installation", "installation_repositories"})
_EVENTS = {**issues.EVENTS, **code.EVENTS, **places.EVENTS}


def homes(headers: Mapping[str, str], payload: Mapping[str, Any]) -> tuple[Any, ...]:
    """Where it is from: the Enterprise Server that says so, and the address of what it is about."""
    server = headers.get("x-github-enterprise-host")
    for key in ("repository", "organization", "sender"):
        told = payload.get(key)
        if isinstance(told, dict) and told.get("url"):
            return (told["url"],) if server is None else (server, told["url"])
    return (server,)


def event_name(headers: Mapping[str, str]) -> str:
    """The event's name, out of normalized headers; InvalidPayloadError where there is none."""
    if "x-github-event" not in headers:
        raise InvalidPayloadError("the delivery has no X-GitHub-Event header; is it from GitHub?")
    if GITHUB.webhooks is not None and GITHUB.webhooks.is_others(headers):
        raise InvalidPayloadError("the delivery is of a forge that imitates GitHub's, and not of GitHub")
    return headers["x-github-event"]


def event_names() -> Collection[str]:
    """The names of the events that igitt knows, in lower case."""
    return _EVENTS.keys()


def delivery_id(headers: Mapping[str, str]) -> str:
    """The delivery's id, which a redelivery keeps."""
    return headers.get("x-github-delivery", "")


def parse(
    client: Any,
    event: str,
    payload: Mapping[str, Any],
    delivery: str = "",
    raw: bytes = b"",
    *,
    delivered: bool = False,
) -> tuple[Event, ...]:
    """The events of a delivery, one per change; sends nothing.

    Args:
        client: the client that the objects are made with; of an App's client, the payload's installation's is used.
        event: the event's name, as in ``X-GitHub-Event``.
        payload: the decoded payload.
        delivery: the delivery's id.
        raw: its JSON as it came, so that the cache need not write it again; empty where it is not at hand.
        delivered: whether only a header names the event, so that the payload has to be seen to be of it.

    Raises:
        UnknownEventError: when igitt does not know the event.
        InvalidPayloadError: when a part of the payload is missing or of a wrong type.
    """
    read = _EVENTS.get(event) if isinstance(event, str) else None
    if read is None:
        raise UnknownEventError(f"igitt knows no event {event!r} of GitHub's; a bot may ignore it")
    if not isinstance(payload, dict):
        raise InvalidPayloadError(f"a payload is a JSON object, not {type(payload).__name__}")
    check_shape(event, payload, delivered=delivered)
    reading = GitHubDelivery(client, event, payload, delivery)
    events = tuple(read(reading))
    if event in _RIGHTS:
        _outdate(reading)
    remember(reading, raw)
    return events


def _outdate(reading: GitHubDelivery) -> None:
    """Have the installation's tokens minted again: they go on with the rights that it had, for up to an hour."""
    token, installation = reading.client.token, reading.installation
    if token is not None and installation is not None and reading.action not in {"", "created"}:
        jwt = token if token.signs else getattr(token, "jwt", None)
        if jwt is not None:
            jwt.outdate(installation.data["id"])


def repo_name(payload: Mapping[str, Any]) -> str | None:
    """The full name of the repository that a payload is about, None when it is about none."""
    if not isinstance(payload, dict):
        raise InvalidPayloadError(f"a payload is a JSON object, not {type(payload).__name__}")
    return word(home(payload), "full_name") or None
