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


class _Normalized(dict[str, str]):
    """Headers that went through here already."""

    __slots__ = ()


def normalized(headers: Headers) -> dict[str, str]:
    """The headers with their names in lower case and with dashes.

    Names may be in any case, ``bytes`` (ASGI), or in a WSGI environment's form (``HTTP_X_HUB_SIGNATURE_256``,
    ``CONTENT_TYPE``). What else a WSGI environment holds is left out.

    Args:
        headers: a mapping, or pairs of name and value.

    Raises:
        InvalidPayloadError: when they are neither.
    """
    if isinstance(headers, _Normalized):
        return headers
    found, plain = _Normalized(), _PLAIN
    items = getattr(headers, "items", None)
    pairs: Any = items() if callable(items) else headers
    try:
        for name, value in pairs:
            if value.__class__ is str or isinstance(value, str):  # the first is nearly always enough, and quicker
                found[plain[name]] = value
            elif isinstance(value, bytes):
                found[plain[name]] = value.decode("latin-1")
    except (TypeError, ValueError) as error:
        raise InvalidPayloadError(f"headers are a mapping or pairs of texts, not {type(headers).__name__}") from error
    return found


class _Plain(dict[str | bytes, str]):
    """Headers' names as they are known here; remembered, because every delivery has the same ones."""

    __slots__ = ()

    def __missing__(self, name: str | bytes) -> str:
        if not isinstance(name, str | bytes):
            raise TypeError(f"a header's name is a text, not {type(name).__name__}")
        plain = name.decode("latin-1") if isinstance(name, bytes) else name
        if len(self) >= _REMEMBERED:  # so that no sender can fill the memory
            self.clear()
        self[name] = plain.removeprefix("HTTP_").replace("_", "-").lower()
        return self[name]


_REMEMBERED = 512
_PLAIN = _Plain()
