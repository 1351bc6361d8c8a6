"""Tools for users' own tests: a sandbox that is a GitHub and a GitLab, and recorded requests.

Each name loads its module on first use, so that a test pays only for what it takes and an extra
that is not installed is missed only where it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt._base.lazy import lazy_names

if TYPE_CHECKING:
    from igitt.testing.sandbox import Sandbox
    from igitt.testing.testcase import RecordedTestCase, Recording

__all__ = ["RecordedTestCase", "Recording", "Sandbox"]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "RecordedTestCase": "igitt.testing.testcase",
        "Recording": "igitt.testing.testcase",
        "Sandbox": "igitt.testing.sandbox",
    },
)
