"""How two states of a repository differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from igitt.interfaces.commit import Commit, FileChange

__all__ = ["Comparison"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one branch, tag or commit (the head) has and another one (the base) does not have.

    Attributes:
        ahead: how many commits the head has and the base does not have.
        behind: how many commits the base has and the head does not have.
        merge_base: the commit where the two diverged; None when they have nothing in common.
        commits: the commits that the head has and the base does not have, oldest first.
        files: what they changed since the two diverged; the forges leave files out of very large differences (GitHub
            returns 300 at most).
    """

    ahead: int
    behind: int
    merge_base: Commit | None
    commits: tuple[Commit, ...]
    files: tuple[FileChange, ...]
