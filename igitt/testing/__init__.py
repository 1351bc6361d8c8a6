"""Tools for users' own tests: a sandbox that is a GitHub and a GitLab, and recorded requests.

Each name loads its module on first use, so that a test pays only for what it takes and an extra
that is not installed is missed only where it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from igitt.testing.recorded import RecordedTestCase, Recording
    from igitt.testing.sandbox import Sandbox

__all__ = ["RecordedTestCase", "Recording", "Sandbox"]

_HOMES = {
    "RecordedTestCase": "igitt.testing.recorded",
    "Recording": "igitt.testing.recorded",
    "Sandbox": "igitt.testing.sandbox",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
