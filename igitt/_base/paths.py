"""API paths out of names that people choose: quoted, and never able to climb out of their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from igitt._base.checks import is_key
from igitt.errors import ValidationError

__all__ = ["join", "query", "segment"]

#: Query parameters that carry a credential, which belongs into a header: a URL ends up in logs.
_SECRET_PARAMETERS = frozenset({"access_token", "private_token", "job_token", "client_secret"})


def segment(value: object, what: str = "name") -> str:
    """One part of a path, percent-encoded with its slashes (``a/b`` is ``a%2Fb``).

    Args:
        value: the name or number.
        what: what it is, for the error.

    Raises:
        ValidationError: when it is empty, half of a surrogate pair, or ``.`` or ``..``, which every HTTP client would
            take for a place in the path.
    """
    if not is_key(value):
        raise ValidationError(f"a {what} is a text or a number, not {value!r}")
    text = str(value)
    if not text.strip() or text in {".", ".."}:
        raise ValidationError(f"{text!r} cannot be a {what}")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError as error:
        raise ValidationError(f"{text!r} cannot be a {what}: it is no text that can be encoded") from error


def join(*parts: object) -> str:
    """A path out of parts; each is encoded as by :func:`segment`."""
    return "/".join(segment(part) for part in parts)


def query(parameters: Mapping[str, Any] | None) -> str:
    """The query for parameters: those that are None are left out, truth is ``true``/``false``, a list repeats its name.

    Raises:
        ValidationError: when a parameter would carry a credential.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in (parameters or {}).items():
        if name.lower() in _SECRET_PARAMETERS:
            raise ValidationError(
                f"the parameter {name!r} would put a credential into the URL; give the client a token instead"
            )
        parts = value if isinstance(value, list | tuple | set | frozenset) else [value]
        pairs += [
            (name, str(part).lower() if isinstance(part, bool) else str(part)) for part in parts if part is not None
        ]
    return urlencode(sorted(pairs))
