"""From JSON to Python values and back: the small functions that providers' tables name.

Each takes what a forge may send there, None included, and returns a value of the type its name says; none raises a
foreign error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from igitt._base.checks import is_whole
from igitt.errors import InvalidResponseError, ValidationError
from igitt.interfaces.enums import AccessLevel, ForgeEnum

__all__ = [
    "as_level", "as_names", "color", "day", "flag", "from_words", "instant", "integer", "names", "nonempty",
    "optional_instant", "optional_integer", "optional_text", "state_word",
    "text", "to_day", "to_instant", "to_text", "without_none",
]  # fmt: skip

E = TypeVar("E", bound=ForgeEnum)


def text(value: Any) -> str:
    """A text; nothing is the empty text."""
    return value if isinstance(value, str) else "" if value is None else str(value)


def optional_text(value: Any) -> str | None:
    """A text, or None."""
    return None if value is None else text(value)


def integer(value: Any) -> int:
    """A number; raises InvalidResponseError where there is none."""
    number = optional_integer(value)
    if number is None:
        raise InvalidResponseError(f"the forge sent {value!r} where a number belongs")
    return number


def optional_integer(value: Any) -> int | None:
    """A number, or None."""
    if value is None or isinstance(value, int):
        return value
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def flag(value: Any) -> bool:
    """A truth value; GitLab sends null for false."""
    return bool(value)


def instant(value: Any) -> datetime:
    """A point in time, aware and in UTC; raises InvalidResponseError where there is none."""
    found = optional_instant(value)
    if found is None:
        raise InvalidResponseError(f"the forge sent {value!r} where a time belongs")
    return found


def optional_instant(value: Any) -> datetime | None:
    """A point in time, aware and in UTC, or None.

    The forges write ISO 8601 in their APIs, seconds since the epoch in some webhooks, and ``2017-09-15 16:50:55 UTC``
    in others.
    """
    if not value:
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        moment = _moment(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise InvalidResponseError(f"the forge sent {value!r:.80} where a time belongs") from error


def _moment(value: Any) -> datetime:
    """A text's point in time; raises TypeError, ValueError or OverflowError."""
    if not isinstance(value, str):
        raise TypeError(f"a time is a text, not {type(value).__name__}")
    try:
        return datetime.fromisoformat(value.removesuffix(" UTC"))
    except ValueError:
        from dateutil import parser  # noqa: PLC0415 - a tenth of what importing a client costs, and hardly ever needed

        return parser.parse(value)


def day(value: Any) -> date | None:
    """A calendar day, or None."""
    if not value:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise InvalidResponseError(f"the forge sent {value!r} where a date belongs") from error


def to_instant(value: datetime | str | None) -> str | None:
    """A point in time as the forges read it.

    Args:
        value: a datetime with a time zone, or a text with one, such as ``2026-11-24T12:00:00Z``.

    Raises:
        ValidationError: when it is something else; one without a zone means another moment on every machine.
    """
    if value is None:
        return None
    moment: object = value
    if isinstance(value, str):
        try:
            moment = _moment(value.replace(" UTC", "Z"))
        except (ValueError, OverflowError):
            moment = None
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise ValidationError(
            f"a time is a datetime with a time zone, as in datetime.now(UTC), or a text like 2026-11-24T12:00:00Z, "
            f"not {value!r}"
        )
    try:
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except OverflowError as error:
        raise ValidationError(f"{value!r} is beyond what a forge can express in UTC") from error


def state_word(state: object, known: Iterable[str]) -> str:
    """The neutral word of a state in a filter; GitLab's and IGitt's ``opened`` is ``open``.

    Raises:
        ValidationError: when it is not one of those that are known.
    """
    word = "open" if str(state) == "opened" else str(state)
    if word not in known:
        raise ValidationError(f"state is one of {', '.join(sorted(known))}, not {state!r}")
    return word


def to_day(value: date | str | None) -> str | None:
    """A calendar day as the forges read it: of a datetime with a time zone, the day that it is there.

    Raises:
        ValidationError: when it is not a day, or is a datetime without a time zone.
    """
    if value is None:
        return None
    found: object = value
    if isinstance(value, str):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None
    if not isinstance(found, date) or (isinstance(found, datetime) and found.utcoffset() is None):
        raise ValidationError(
            f"a day is a datetime.date, a text like 2026-11-24, or a datetime with a time zone, not {value!r}"
        )
    return (found.date() if isinstance(found, datetime) else found).isoformat()


def names(value: Any, key: str = "name") -> set[str]:
    """The names out of a list of objects or of names."""
    found = value if isinstance(value, list) else []
    return {text(item.get(key) or item.get("title")) if isinstance(item, dict) else text(item) for item in found}


def from_words(enum: type[E], words: Mapping[str, E]) -> Callable[[Any], E]:
    """A conversion from a forge's words to an enum's members; words not in the table are tried as neutral ones."""

    def convert(value: Any) -> E:
        return words.get(value) or enum(value) if isinstance(value, str) else enum("unknown")

    return convert


def as_names(values: Iterable[object], key: str, what: str) -> list[str]:
    """Names out of names and objects that have one, for sending.

    Args:
        values: texts, or objects with an attribute `key`.
        key: the attribute that holds the name.
        what: what they are, for the error.

    Raises:
        ValidationError: when one is neither.
    """
    if isinstance(values, str):
        raise ValidationError(f"{what}s are given as a list or set, not as one text: [{values!r}]")
    if not isinstance(values, Iterable):
        raise ValidationError(f"{what}s are given as a list or set, not as {values!r}")
    found = []
    for value in values:
        if isinstance(value, list | tuple | set | frozenset):
            raise ValidationError(f"{value!r} holds {what}s and is not one; give each on its own, as in f(*{what}s)")
        name = value if isinstance(value, str) else getattr(value, key, None)
        if not isinstance(name, str) or not name.strip():
            raise ValidationError(f"{value!r} is no {what}")
        found.append(name)
    return found


def to_text(value: str | None) -> str:
    """A text as the forges read it; None empties it.

    Raises:
        ValidationError: when it is something else.
    """
    if value is not None and not isinstance(value, str):
        raise ValidationError(f"that is to be a text, not {value!r}")
    return value or ""


def as_level(value: Any) -> AccessLevel:
    """A level, also given by its number.

    Raises:
        ValidationError: when it is not one.
    """
    if not is_whole(value):
        raise ValidationError(f"a level is a member of igitt.interfaces.AccessLevel, not {value!r}")
    return AccessLevel(value)


def color(value: Any) -> str:
    """A colour as ``#rrggbb``, in lower case.

    Raises:
        ValidationError: when it is not one.
    """
    found = re.fullmatch(r"#?([0-9a-fA-F]{6})", text(value).strip())
    if not found:
        raise ValidationError(f"a colour is written like '#1f883d', not {value!r}")
    return f"#{found[1].lower()}"


def described(body: str, description: str | None) -> str:
    """The text of something new, which may be given as its attribute is called, or as forges call it.

    Raises:
        ValidationError: when both are given, or it is no text.
    """
    if description is None:
        return to_text(body)
    if body:
        raise ValidationError("body and description are the same text: give one of them")
    return to_text(description)


def nonempty(value: str, what: str = "a title or name") -> str:
    """A text that must say something.

    Raises:
        ValidationError: when it does not, naming `what` it was to be.
    """
    if not isinstance(value, str) or not value.strip():
        raise ValidationError(f"{what} is a text that is not empty, not {value!r}")
    return value


def without_none(**body: Any) -> Mapping[str, Any]:
    """A request's body, without what was not given."""
    return {key: value for key, value in body.items() if value is not None}
