"""Recorded requests: a test runs once against a forge, and from then on from its recording.

Recording happens when it is asked for, by the environment variable ``IGITT_RECORD``: ``once`` records what has no
recording yet, ``all`` records again. Otherwise a test is replayed, which never touches the network. Three ways lead
here: :class:`RecordedTestCase` for ``unittest``, the fixture ``igitt_cassette`` for pytest
(:mod:`igitt.testing.plugin`), and :class:`Recording` as a context manager for everything else.
"""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from igitt._base.clock import Clock
from igitt.testing.exchange import RecordingError
from igitt.testing.recorder import Recording

__all__ = ["RecordedTestCase", "Recording", "RecordingError"]

T = TypeVar("T")


class RecordedTestCase(unittest.TestCase):
    """A test case whose tests each run once against a forge, and from then on from their recording.

    The recording is ``recordings/CLASS.METHOD.json`` beside the test's module. It begins in :meth:`setUp` and ends with
    the test's method; requests in ``tearDown`` are not part of it.

    Example:
        >>> import igitt, os
        >>> class LabelTests(RecordedTestCase):
        ...     def test_labels(self):
        ...         client = igitt.GitHub(self.secret(lambda: os.environ["GITHUB_TOKEN"]), **self.options)
        ...         self.assertIn("bug", client.get_repo("octocat/hello-world").get_labels())

    ``IGITT_RECORD=once GITHUB_TOKEN=… python -m unittest`` records it; afterwards neither is needed.
    """

    #: ``"once"`` or ``"all"`` to record where the environment says nothing.
    record: ClassVar[str | None] = None
    #: What runs while a test does.
    recording: Recording

    def __init__(self, methodName: str = "runTest") -> None:  # noqa: N803 - unittest's own name
        super().__init__(methodName)
        method = getattr(self, methodName, None)
        if method is not None:
            setattr(self, methodName, self._finishing(method))

    def _finishing(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """The test's method, which fails if it left the recording's requests unasked."""

        @functools.wraps(method)
        def run(*args: Any, **keywords: Any) -> None:
            method(*args, **keywords)
            self.recording.finish()

        return run

    def setUp(self) -> None:
        """Begin the recording. A test case with a ``setUp`` of its own calls this first."""
        super().setUp()
        cls = type(self)
        module = Path(inspect.getfile(cls))
        name = f"{cls.__name__}.{self._testMethodName}.json"
        test = f"{module.name}::{cls.__name__}::{self._testMethodName}"
        self.recording = Recording(module.parent / "recordings" / name, record=self.record, test=test).start()
        self.addCleanup(self.recording.abort)

    @property
    def clock(self) -> Clock:
        """:attr:`Recording.clock`."""
        return self.recording.clock

    @property
    def options(self) -> dict[str, Any]:
        """:attr:`Recording.options`."""
        return self.recording.options

    def given(self, name: str, value: T | Callable[[], T]) -> T:
        """:meth:`Recording.given`."""
        return self.recording.given(name, value)

    def secret(self, value: str | Callable[[], str]) -> str:
        """:meth:`Recording.secret`."""
        return self.recording.secret(value)

    def app_key(self, real: str | Callable[[], str] | None = None) -> str:
        """:meth:`Recording.app_key`."""
        return self.recording.app_key(real)
