"""Whether a delivery is of the instance that a client talks to.

A secret that hooks of two instances share signs what either sends; the objects would be made with the wrong client, and
a bot would act on a stranger's issue of the same number.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from igitt.errors import InvalidPayloadError

__all__ = ["check_home"]

_PORTS = {80: None, 443: None}


def check_home(client: Any, address: Any) -> None:
    """Refuse what is of another instance.

    Args:
        client: the client.
        address: a URL of the instance, of its pages or its API, or its host's name; anything else is ignored.

    Raises:
        InvalidPayloadError: when it is another instance than the client's.
    """
    if not isinstance(address, str) or not address:
        return
    for home in (client.url, client.web_url):  # as nearly always
        if address.startswith(home) and address[len(home) : len(home) + 1] in {"/", ""}:
            return
    place = _place(address)
    if place is not None and place not in {_place(client.web_url), _place(client.url)}:
        raise InvalidPayloadError(
            f"the delivery is of {place[0][:80]!r}, and this client talks to {client.web_url}; give the router, or the "
            "hook, a client of that instance"
        )


@lru_cache(maxsize=256)
def _origin(scheme_and_host: str) -> tuple[str, int | None] | None:
    try:
        parts = urlsplit(scheme_and_host)
        # Behind a proxy that ends TLS, an instance may take itself for one of plain HTTP.
        return (parts.hostname, _PORTS.get(parts.port, parts.port) if parts.port else None) if parts.hostname else None
    except ValueError:
        return None


def _place(address: str) -> tuple[str, int | None] | None:
    """Host and port of an address; None for anything else."""
    scheme, mark, rest = address.partition("://")
    host = (rest if mark else scheme).partition("/")[0]
    return _origin(f"https://{host.rpartition('@')[2]}") if len(host) < 300 else None
