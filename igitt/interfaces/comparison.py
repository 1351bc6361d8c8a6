"""How two states of a repository differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from igitt.interfaces.commit import Commit, FileChange

__all__ = ["Comparison"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one branch, tag or commit (the head) has that another one (the base) has not.

    Attributes:
        ahead: how many commits the head has that the base has not.
        behind: how many commits the base has that the head has not.
        merge_base: the commit where the two parted; None when they have nothing in common.
        commits: the commits that the head has and the base has not, oldest first.
        files: what they changed since the two parted; the forges leave files out of very large differences (GitHub
            gives 300 at most).
    """

    ahead: int
    behind: int
    merge_base: Commit | None
    commits: tuple[Commit, ...]
    files: tuple[FileChange, ...]
