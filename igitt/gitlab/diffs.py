"""GitLab's diffs: files out of what its API gives, one unified text out of files, and where a line is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from igitt.interfaces.commit import FileChange
from igitt.interfaces.convert import text

__all__ = ["count", "file_change", "new_lines", "unified"]

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


def file_change(data: Any) -> FileChange:
    """A file of a commit or a merge request; GitLab leaves the counting to us, and very large files out."""
    diff = text(data.get("diff"))
    left_out = bool(data.get("too_large") or data.get("collapsed")) and not diff
    words = (("new_file", "added"), ("deleted_file", "removed"), ("renamed_file", "renamed"))
    additions, deletions = count(diff)
    return FileChange(
        path=text(data.get("new_path")),
        old_path=text(data.get("old_path")),
        status=next((status for key, status in words if data.get(key)), "modified"),
        additions=None if left_out else additions,
        deletions=None if left_out else deletions,
        patch=diff if diff.startswith("@@") else None,
    )


def count(diff: str) -> tuple[int, int]:
    """Lines added and removed by a unified diff, of one file or of many."""
    added = removed = 0
    inside = False
    for line in diff.split("\n"):
        if line.startswith("@@"):
            inside = True
        elif line.startswith("diff "):
            inside = False
        elif inside:
            added += line.startswith("+")
            removed += line.startswith("-")
    return added, removed


def new_lines(patch: str) -> dict[int, int | None]:
    r"""The lines of the new file that a patch shows, each with its number in the old file, None for an added one.

    Example:
        >>> new_lines("@@ -1,2 +1,2 @@\n-old\n+new\n same")
        {1: None, 2: 2}
    """
    found: dict[int, int | None] = {}
    old = new = 0
    for line in patch.split("\n"):
        hunk = _HUNK.match(line)
        if hunk:
            old, new = int(hunk[1]), int(hunk[2])
        elif line.startswith("+"):
            found[new] = None
            new += 1
        elif line.startswith("-"):
            old += 1
        elif line.startswith(" "):
            found[new] = old
            old, new = old + 1, new + 1
    return found


def unified(files: Iterable[Any]) -> str:
    """One diff in Git's form out of the files that GitLab gives; only of merge requests it gives the whole."""
    parts = []
    for data in files:
        old, new, diff = text(data.get("old_path")), text(data.get("new_path")), text(data.get("diff"))
        lines = [f"diff --git a/{old} b/{new}"]
        if data.get("new_file"):
            lines.append(f"new file mode {data.get('b_mode')}")
        elif data.get("deleted_file"):
            lines.append(f"deleted file mode {data.get('a_mode')}")
        elif data.get("renamed_file"):
            lines += [f"rename from {old}", f"rename to {new}"]
        if diff.startswith("@@"):
            lines.append(f"--- {'/dev/null' if data.get('new_file') else 'a/' + old}")
            lines.append(f"+++ {'/dev/null' if data.get('deleted_file') else 'b/' + new}")
        parts.append("\n".join([*lines, diff]) if diff else "\n".join([*lines, ""]))
    return "".join(part if part.endswith("\n") else part + "\n" for part in parts)
