"""Reading unified diffs: where a line of the new file is in a patch."""

from __future__ import annotations

import re

__all__ = ["position_in_patch"]

_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")


def position_in_patch(patch: str, line: int) -> int | None:
    r"""The position of a line of the new file within a patch, counted from 1 at the line below the first ``@@``.

    Args:
        patch: the unified diff of one file, from its first ``@@`` on.
        line: the line's number in the new file, from 1.

    Returns:
        The position, or None when the patch does not show that line.

    Example:
        >>> position_in_patch("@@ -1,2 +1,2 @@\n-old\n+new\n same", 1)
        2
    """
    number = 0
    for position, content in enumerate(patch.split("\n")):
        hunk = _HUNK.match(content)
        if hunk:
            number = int(hunk[1])
        elif content.startswith(("+", " ")):
            if number == line:
                return position
            number += 1
    return None
