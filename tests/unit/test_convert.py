"""What a forge sends, as Python's values: nothing that it may send raises a foreign error."""

from __future__ import annotations

from typing import Any

import pytest

from igitt.errors import InvalidResponseError
from igitt.interfaces.convert import instant, optional_instant, optional_integer


@pytest.mark.parametrize(
    "value", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", float("inf"), [], "soon", {"a": 1}]
)
def test_no_time(value: Any) -> None:
    """What is no time, or none that a calendar has in UTC, is told as such."""
    with pytest.raises(InvalidResponseError, match="time belongs"):
        instant(value)


@pytest.mark.parametrize("value", [None, "", 0])
def test_nothing_is_no_time(value: Any) -> None:
    """Where nothing was sent there is no time."""
    assert optional_instant(value) is None


@pytest.mark.parametrize(("value", "number"), [("5", 5), (5.0, 5), (float("inf"), None), ("five", None), ([], None)])
def test_a_number_or_none(value: Any, number: int | None) -> None:
    """What is no number is None, endless ones too."""
    assert optional_integer(value) == number
