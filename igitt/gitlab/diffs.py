"""GitLab's diffs: files out of what its API gives, one unified text out of files, and where a line is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import format_datetime, formataddr
from typing import Any

from igitt.errors import IncompleteListError
from igitt.interfaces.commit import FileChange
from igitt.interfaces.convert import instant, text

__all__ = ["count", "file_change", "left_out", "line_range", "mail", "new_lines", "places", "unified"]

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


def left_out(data: Any) -> bool:
    """Whether GitLab gives no diff of a file because it is large."""
    return isinstance(data, dict) and bool(data.get("too_large") or data.get("collapsed")) and not data.get("diff")


def file_change(data: Any) -> FileChange:
    """A file of a commit or a merge request; GitLab leaves the counting to us, and very large files out."""
    diff = text(data.get("diff"))
    lacking = left_out(data)
    words = (("new_file", "added"), ("deleted_file", "removed"), ("renamed_file", "renamed"))
    additions, deletions = count(diff)
    return FileChange(
        path=text(data.get("new_path")),
        old_path=text(data.get("old_path")),
        status=next((status for key, status in words if data.get(key)), "modified"),
        additions=None if lacking else additions,
        deletions=None if lacking else deletions,
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
    return {new: old for old, new in places(patch) if new is not None}


def places(patch: str) -> Iterator[tuple[int | None, int | None]]:
    r"""The lines that a patch shows, each with its number in the old file and in the new one, None where it is not.

    Example:
        >>> list(places("@@ -1,2 +1,2 @@\n-old\n+new\n same"))
        [(1, None), (None, 1), (2, 2)]
    """
    return (place for place, _ in _following(patch))


def line_range(path: str, patch: str, first: tuple[int | None, int | None], last: tuple[int | None, int | None]) -> Any:
    """The lines that a comment is on, as GitLab takes them.

    A line's code is of the file's path and of both files' numbers, of which an added line has the old file's next one,
    and a removed line the new file's. Source: https://docs.gitlab.com/api/discussions/ (line code).

    Args:
        path: the file, as it is called now.
        patch: its changes.
        first: the first line, as :func:`places` has it.
        last: the last one.
    """
    name = hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()
    following = dict(_following(patch))
    ends = {}
    for end, place in (("start", first), ("end", last)):
        old, new = place
        kind = "new" if old is None else "old" if new is None else None
        code = "_".join(map(str, (name, *following[place])))
        ends[end] = {"line_code": code, "type": kind, "old_line": old, "new_line": new}
    return ends


def _following(patch: str) -> Iterator[tuple[tuple[int | None, int | None], tuple[int, int]]]:
    """The lines that a patch shows, each with what either file's next number is there."""
    old = new = 0
    for line in patch.split("\n"):
        hunk = _HUNK.match(line)
        if hunk:
            old, new = int(hunk[1]), int(hunk[2])
        elif line[:1] in {"+", "-", " "} and line:
            in_old, in_new = line[0] != "+", line[0] != "-"
            yield (old if in_old else None, new if in_new else None), (old, new)
            old, new = old + in_old, new + in_new


def unified(files: Iterable[Any]) -> str:
    """One diff in Git's form out of the files that GitLab gives; only of merge requests it gives the whole.

    Raises:
        IncompleteListError: when GitLab left the changes of a file out, as it does with large ones.
    """
    parts = []
    files = list(files)
    lacking = [text(data.get("new_path")) for data in files if left_out(data)]
    if lacking:
        came = len(files) - len(lacking)
        reason = f"as GitLab leaves out what is too large: {', '.join(lacking[:5])}{' …' if lacking[5:] else ''}"
        message = f"the changes of only {came} of {len(files)} files came, {reason}; .files shows which these are"
        raise IncompleteListError(message, received=came, expected=len(files), reason=reason)
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


def mail(commit: Mapping[str, Any], diff: str, number: int, total: int) -> str:
    """A commit as the mail that ``git format-patch`` writes, with its place among all of them."""
    subject, _, rest = text(commit.get("message")).strip().partition("\n\n")
    place = f" {number}/{total}" if total > 1 else ""
    author = formataddr((text(commit.get("author_name")), text(commit.get("author_email"))))
    head = [
        f"From {commit.get('id')} Mon Sep 17 00:00:00 2001",
        f"From: {author}",
        f"Date: {format_datetime(instant(commit.get('authored_date')))}",
        f"Subject: [PATCH{place}] {' '.join(subject.split())}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    body = f"{rest.strip()}\n" if rest.strip() else ""
    return "\n".join([*head, "", f"{body}---", "", f"{diff}-- ", "igitt", "", ""])
