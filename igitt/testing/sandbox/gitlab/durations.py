"""Lengths of time as people write them for GitLab: ``3h 30m``, where a day has eight hours and a week five days."""

from __future__ import annotations

import re

from igitt.testing.sandbox.gitlab.shapes.tickets import UNITS

PART = re.compile(r"(\d+(?:\.\d+)?)\s*(mo|w|d|h|m|s)(?![a-z])")
SIZES = dict(UNITS)


def seconds_of(text: str) -> int | None:
    """The seconds in a text, negative after a minus; None for what is no length of time."""
    text = text.strip().lower()
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-").strip()
    parts = PART.findall(text)
    if not parts or PART.sub("", text).strip():
        return None
    return sign * round(sum(float(count) * SIZES[unit] for count, unit in parts))
