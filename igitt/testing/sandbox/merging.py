"""Merging as git does it: trees against their merge base, files line by line.

Plain texts and commits only. What a forge calls the ways of merging, and what it answers, belongs to its half. Renames
are not followed: a file that one side renames and the other one changes is a conflict here, and need not be one to git.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from igitt.testing.sandbox import gitdata, objects
from igitt.testing.sandbox.model import Commit, Repository, User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from igitt.testing.sandbox.world import World


class ConflictError(Exception):
    """Both sides changed the same lines; the argument is a list of the paths."""


def merge_base(repository: Repository, one: str, other: str) -> str | None:
    """The best common ancestor of two commits: one that no other common ancestor leads to; None where there is none."""
    mine = set(gitdata.ancestry(repository, one))
    found: list[str] = []
    todo, seen = deque([other]), set()
    while todo:
        sha = todo.popleft()
        if sha in seen or sha not in repository.commits:
            continue
        seen.add(sha)
        if sha in mine:
            found.append(sha)
        else:
            todo.extend(repository.commits[sha].parents)
    for sha in found:
        if not any(sha in gitdata.ancestry(repository, each) for each in found if each != sha):
            return sha
    return None


@dataclass(slots=True)
class Merged:
    """What a merge leaves behind: the files, and the paths that git could not merge by itself."""

    files: dict[str, str] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)


def merge_trees(base: Commit | None, ours: Commit, theirs: Commit) -> Merged:
    """Merge two commits' trees, as they changed since a third."""
    merged = Merged()
    old = base.files if base else {}
    old_modes = base.modes if base else {}
    for path in sorted(old.keys() | ours.files.keys() | theirs.files.keys()):
        text = _file(old.get(path), ours.files.get(path), theirs.files.get(path))
        if text is _CONFLICT:
            merged.conflicts.append(path)
        elif isinstance(text, str):
            merged.files[path] = text
            mode = _either(old_modes.get(path), ours.modes.get(path), theirs.modes.get(path))
            if mode is not None:
                merged.modes[path] = mode
    # A file where the other side has a folder.
    folders = {path[:place] for path in merged.files for place, sign in enumerate(path) if sign == "/"}
    merged.conflicts += sorted(folders & merged.files.keys())
    return merged


_CONFLICT = object()


def _either(old: str | None, ours: str | None, theirs: str | None) -> str | None:
    return theirs if ours == old else ours


def _file(old: str | None, ours: str | None, theirs: str | None) -> object:
    if theirs in {ours, old}:
        return ours
    if ours == old:
        return theirs
    if ours is None or theirs is None or any(_is_binary(text) for text in (old or "", ours, theirs)):
        return _CONFLICT
    merged = merge_lines(old or "", ours, theirs)
    return _CONFLICT if merged is None else merged


def _is_binary(text: str) -> bool:
    return "\0" in text or any("\udc80" <= letter <= "\udcff" for letter in text)


def merge_lines(old: str, ours: str, theirs: str) -> str | None:
    """Merge two texts, as they changed since a third; None where the changes touch each other and differ."""
    base, left, right = (_lines(text) for text in (old, ours, theirs))
    found: list[str] = []
    at = at_left = at_right = 0
    for start, start_left, start_right, length in _common(base, left, right):
        before = base[at:start]
        mine, other = left[at_left:start_left], right[at_right:start_right]
        changed = [side for side in (mine, other) if side != before]
        if changed and changed[0] != changed[-1]:
            return None
        found += changed[0] if changed else before
        found += base[start : start + length]
        at, at_left, at_right = start + length, start_left + length, start_right + length
    return "".join(found)


def _lines(text: str) -> list[str]:
    """The lines with their ends; git knows no other end than the line feed."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _common(base: list[str], left: list[str], right: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """The runs of lines that all three have, in order; the last one is empty and stands at the ends."""
    ours = SequenceMatcher(None, base, left, autojunk=False).get_matching_blocks()
    theirs = SequenceMatcher(None, base, right, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(ours) and j < len(theirs):
        one, other = ours[i], theirs[j]
        start, end = max(one.a, other.a), min(one.a + one.size, other.a + other.size)
        if start < end:
            yield start, one.b + start - one.a, other.b + start - other.a, end - start
        if one.a + one.size < other.a + other.size:
            i += 1
        else:
            j += 1
    yield len(base), len(left), len(right), 0


# --- commits ---------------------------------------------------------------------------------------------------------


def merge_commits(repository: Repository, ours: str, theirs: str) -> Merged:
    """Merge two commits of a repository from their merge base."""
    base = merge_base(repository, ours, theirs)
    commits = repository.commits
    return merge_trees(commits[base] if base else None, commits[ours], commits[theirs])


def pick(world: World, repository: Repository, one: Commit, onto: str, committer: User) -> Commit:
    """Make a commit's change once more on top of another one, as ``git cherry-pick`` does: author and text stay.

    Raises:
        ConflictError: when it does not fit there.
    """
    parent = repository.commits.get(one.parents[0]) if one.parents else None
    merged = fitting(merge_trees(parent, repository.commits[onto], one))
    written = (one.author, objects.Person(one.author_name, one.author_email, one.created))
    return gitdata.store(
        world, repository, one.message, merged.files, [onto], committer, modes=merged.modes, written=written
    )


def revert(world: World, repository: Repository, one: Commit, onto: str, committer: User) -> Commit:
    """Take a commit's change back on top of another one, as ``git revert`` does, with the text that git writes.

    Raises:
        ConflictError: when what it changed has been changed since.
    """
    nothing = Commit("", "", "", None, "", "", one.created, [], {})
    parent = repository.commits[one.parents[0]] if one.parents else nothing
    merged = fitting(merge_trees(one, repository.commits[onto], parent))
    subject = one.message.partition("\n")[0]
    message = f'Revert "{subject}"\n\nThis reverts commit {one.sha}.'
    return gitdata.store(world, repository, message, merged.files, [onto], committer, modes=merged.modes)


def replay(world: World, repository: Repository, commits: list[Commit], onto: str, committer: User) -> str:
    """Put commits on top of another one, as ``git rebase`` does: merges are left out. Gives the last one's name.

    Raises:
        ConflictError: when one of them does not fit there.
    """
    for one in commits:
        if len(one.parents) < 2:
            onto = pick(world, repository, one, onto, committer).sha
    return onto


def fitting(merged: Merged) -> Merged:
    """The same, if it has no conflict; raises ConflictError."""
    if merged.conflicts:
        raise ConflictError(merged.conflicts)
    return merged
