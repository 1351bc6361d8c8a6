"""What must be made again in a process that was forked while other threads held its locks.

One function is called in the child for all that registered; where there is no fork, nothing is registered and nobody
has to ask for it.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from typing import Protocol

__all__ = ["around_forks", "mend_after_fork"]


class Forkable(Protocol):
    """What can be used again after a fork."""

    def after_fork(self) -> None:
        """Be usable in a process that was forked while another thread was in here."""


#: They live as long as somebody else holds them.
_ALIVE: weakref.WeakSet[Forkable] = weakref.WeakSet()


def mend_after_fork(thing: Forkable) -> None:
    """Call the thing's ``after_fork()`` in every process that is forked from this one, as long as it lives."""
    _ALIVE.add(thing)


def around_forks(before: Callable[[], object], parent: Callable[[], object], child: Callable[[], object]) -> None:
    """Call functions at each fork: before it, and after it in either process."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=before, after_in_parent=parent, after_in_child=child)


def _after_fork() -> None:
    for thing in list(_ALIVE):
        thing.after_fork()


around_forks(lambda: None, lambda: None, _after_fork)
