"""What a number is, where somebody gives one: True and False are none, although Python counts with them."""

from __future__ import annotations

from typing import TypeGuard

__all__ = ["is_key", "is_number", "is_whole"]


def is_whole(value: object) -> TypeGuard[int]:
    """Whether it is a whole number.

    Example:
        >>> is_whole(5), is_whole(True), is_whole(5.0)
        (True, False, False)
    """
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a number, whole or not.

    Example:
        >>> is_number(5), is_number(0.5), is_number(True), is_number("5")
        (True, True, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_key(value: object) -> TypeGuard[int | str]:
    """Whether it is a number or a name, such as identify things.

    Example:
        >>> is_key(5), is_key("bug"), is_key(False), is_key(None)
        (True, True, False, False)
    """
    return isinstance(value, int | str) and not isinstance(value, bool)
