"""The value by which a test module has the suite collected below it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Contract"]


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract suite, to be assigned to any name in a test module.

    Args:
        strict: whether what a forge does not support fails a test, for a forge that is to do all of it; otherwise the
            test is skipped.
        without: names of modules to leave out, such as ``"test_releases"``.
    """

    strict: bool = False
    without: frozenset[str] = frozenset()

    def modules(self) -> list[str]:
        """The names of its modules."""
        found = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py"))
        return [name for name in found if name not in self.without]
