"""Whether this process has written to a forge since: a list that is read page by page may have shifted then.

A list's pages are counted from its front, so what a write takes out of it moves all that follows. Marks are kept for a
forge and not for a client: a bot may well read by one client and write by another.
"""

from __future__ import annotations

__all__ = ["changed", "mark"]

_marks: dict[str, object] = {}


def changed(base_url: str) -> None:
    """Note that a write begins or has ended."""
    _marks[base_url] = object()


def mark(base_url: str) -> object:
    """A mark that changes as soon as this process writes to the forge with that API."""
    return _marks.get(base_url)
