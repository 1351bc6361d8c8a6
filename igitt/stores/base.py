"""What every store does, and what they share in doing it. No store's own words, and nothing of HTTP, may enter."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from importlib import import_module
from typing import Any, TypeAlias

from igitt._base.checks import is_number
from igitt.errors import StoreError, ValidationError

__all__ = ["MONTH", "Value", "failing", "library", "seconds"]

#: What a store keeps.
Value: TypeAlias = str | bytes

#: How long a value is kept by default, in seconds.
MONTH = 30 * 86400.0


def library(name: str, extra: str) -> Any:
    """The module of that name.

    Raises:
        ImportError: with the extra that brings it, where it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as missing:
        raise ImportError(f"this store needs {name}: pip install '.[{extra}]' in a checkout") from missing


@contextlib.contextmanager
def failing(what: str, *errors: type[Exception]) -> Generator[None]:
    """Turn a library's errors into StoreError, which names their type only: their text may quote a value."""
    try:
        yield
    except errors as error:
        raise StoreError(f"{what} failed ({type(error).__name__})") from error


def seconds(name: str, value: float | None) -> float | None:
    """An age that was given, None for no end; raises ValidationError for anything but a positive number."""
    if value is not None and (not is_number(value) or not value > 0):
        raise ValidationError(f"{name} is a positive number of seconds, or None for no end, not {value!r}")
    return value
