"""The way of a delivery that both forges share: verify the raw bytes, decode them, let the provider's tables read them.

Which events there are is the provider's business; this room knows only bytes, headers and JSON.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import unquote_plus

from igitt._base import json as _json
from igitt.errors import InvalidPayloadError
from igitt.interfaces.event import Event
from igitt.webhooks.headers import Headers, normalized
from igitt.webhooks.origin import check_home
from igitt.webhooks.signatures import TOLERANCE, Secret, check, checked_body

__all__ = ["Reader", "decode", "receive"]

_FORM = b"payload="


class Reader(Protocol):
    """What a provider's ``webhooks`` supplies."""

    def homes(self, headers: Mapping[str, str], payload: Mapping[str, Any]) -> Iterable[Any]:
        """The addresses, or host names, in a delivery that show which instance it is from."""
        ...

    def event_names(self) -> Collection[str]:
        """The names of all events, in lower case."""
        ...

    def event_name(self, headers: Mapping[str, str]) -> str:
        """The event's name, out of normalized headers; may be empty where the payload has it."""
        ...

    def delivery_id(self, headers: Mapping[str, str]) -> str:
        """The delivery's id, out of normalized headers; empty if there is none."""
        ...

    def parse(
        self,
        client: Any,
        event: str,
        payload: Mapping[str, Any],
        delivery: str = "",
        raw: bytes = b"",
        *,
        delivered: bool = False,
    ) -> tuple[Event, ...]:
        """The events of a payload; `raw` is its JSON as it came, where that is at hand.

        Where only a header names the event (`delivered`), which no signature covers, the payload has to be of it.
        """
        ...


def receive(
    client: Any,
    reader: Reader,
    headers: Headers,
    body: bytes,
    secret: Secret,
    *,
    allow_sha1: bool = False,
    tolerance: float = TOLERANCE,
) -> tuple[Event, ...]:
    """Verify a delivery and return its events; sends nothing.

    Args:
        client: the client that the objects are made with; its clock judges how old a signature is.
        reader: the provider's ``webhooks``.
        headers: the headers, from any framework.
        body: the body, as it came.
        secret: the hook's secret, or several.
        allow_sha1: whether GitHub's old signature is enough where there is no other.
        tolerance: how many seconds a signature with a time in it may be old, or ahead of now.

    Raises:
        InvalidSignatureError: when it was not signed with the secret, or when there is no secret.
        InvalidPayloadError: when it is not a delivery of this forge, or is one of another instance than the client's.
        UnknownEventError: when igitt does not know the event.
    """
    raw = checked_body(body)
    found = normalized(headers)
    check(
        found, raw, secret, clock=client.transport.clock, schemes=client.provider.signatures, allow_sha1=allow_sha1,
        tolerance=tolerance,
    )  # fmt: skip
    event = reader.event_name(found)
    told = raw if raw[:1] == b"{" else b""  # a form is not its payload
    payload = decode(raw)
    for address in reader.homes(found, payload):
        check_home(client, address)
    return reader.parse(client, event, payload, reader.delivery_id(found), told, delivered=True)


def decode(body: bytes) -> dict[str, Any]:
    """The payload in a body that is JSON, or a form with the JSON in its field ``payload`` (GitHub's default).

    The body itself shows which of the two it is: no signature covers the ``Content-Type`` header, and the same bytes
    must not mean two things. A form begins with its one field; everything else is JSON.

    Args:
        body: the body.

    Raises:
        InvalidPayloadError: when it is neither.
    """
    text: bytes | str = body
    if body.startswith(_FORM):
        try:
            text = unquote_plus(body[len(_FORM) :].decode("ascii"), errors="strict")
        except ValueError as error:
            raise InvalidPayloadError("the delivery is a form whose field 'payload' cannot be read") from error
        if b"&" in body:
            raise InvalidPayloadError("the delivery is a form with more fields than 'payload', which no forge sends")
    try:
        payload = _json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidPayloadError("the delivery is not JSON; is this really a forge's webhook?") from error
    if not isinstance(payload, dict):
        raise InvalidPayloadError(f"the delivery is a JSON {type(payload).__name__} where an object belongs")
    return payload
