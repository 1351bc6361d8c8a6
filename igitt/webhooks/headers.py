"""A delivery's headers, from whatever framework brought them.

Nothing but names is known here; what a header means is the business of :mod:`igitt.webhooks.signatures` and the
providers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from igitt.errors import InvalidPayloadError

__all__ = ["Headers", "normalized"]

#: What every entry point takes for headers.
Headers = Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]]


def normalized(headers: Headers) -> dict[str, str]:
    """The headers with their names in small letters and dashes.

    Names may be in any case, ``bytes`` (ASGI), or in a WSGI environment's form (``HTTP_X_HUB_SIGNATURE_256``,
    ``CONTENT_TYPE``). What else a WSGI environment holds is left out.

    Args:
        headers: a mapping, or pairs of name and value.

    Raises:
        InvalidPayloadError: when they are neither.
    """
    found: dict[str, str] = {}
    items = getattr(headers, "items", None)
    pairs: Any = items() if callable(items) else headers
    try:
        for name, value in pairs:
            plain = name.decode("latin-1") if isinstance(name, bytes) else name
            content = value.decode("latin-1") if isinstance(value, bytes) else value
            if isinstance(plain, str) and isinstance(content, str):
                found[_plain(plain)] = content
    except (TypeError, ValueError) as error:
        raise InvalidPayloadError(f"headers are a mapping or pairs of texts, not {type(headers).__name__}") from error
    return found


def _plain(name: str) -> str:
    return name.removeprefix("HTTP_").replace("_", "-").lower()
