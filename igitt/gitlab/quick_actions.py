"""Which texts GitLab carries out commands of, and how they are kept from it unless somebody asks for them.

A line such as ``/close`` is a quick action in the description of an issue or merge request, in whatever is said of one
or of a commit, and in the notes of a review, when it is written and when it is edited. Texts of releases, milestones,
labels, projects and the messages of commits and tags have none.

Source: https://docs.gitlab.com/user/project/quick_actions/ ("issues, merge requests, epics, and commits"; they "run
automatically when you save descriptions or comments").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from igitt._text.quoting import defused
from igitt.errors import ValidationError

__all__ = ["check_said", "without_quick_actions"]

_TICKET = r"projects/[^/]+/(?:issues|merge_requests)"
_COMMIT = r"projects/[^/]+/repository/commits/[^/]+"
_THREAD = r"(?:/discussions(?:/[^/]+)?)?(?:/notes(?:/[^/]+)?)?"
#: By the path that a text is sent to, the field that holds it. One for a thread holds "resolved" or a position besides.
_OBEYED = tuple(
    (re.compile(path), field)
    for path, field in (
        (rf"{_TICKET}(?:/\d+)?", "description"),
        (rf"{_TICKET}/\d+{_THREAD}", "body"),
        (rf"{_TICKET}/\d+/draft_notes(?:/\d+)?", "note"),
        (rf"{_COMMIT}/comments", "note"),
        (rf"{_COMMIT}{_THREAD}", "body"),
    )
)


def without_quick_actions(path: str, body: Any) -> Any:
    r"""What is sent, with no line in it that GitLab would carry out: such lines are shown as they are.

    Args:
        path: the endpoint, below the API's address.
        body: the JSON of the request; what holds no text that GitLab obeys is given back as it is.

    Example:
        >>> without_quick_actions("projects/5/issues", {"title": "Broken", "description": "/close\n"})
        {'title': 'Broken', 'description': '\\/close\n'}
        >>> without_quick_actions("projects/5/releases", {"description": "/etc is kept"})
        {'description': '/etc is kept'}
    """
    if isinstance(body, Mapping):
        for where, field in _OBEYED:
            said = body.get(field)
            if isinstance(said, str) and "/" in said and where.fullmatch(path):
                return {**body, field: defused(said)}
    return body


def check_said(data: Any) -> None:
    """Refuse an answer that is no comment, because the text was nothing but commands (they were carried out).

    Source: https://docs.gitlab.com/api/notes/ (the answer to a text of nothing but quick actions).
    """
    if isinstance(data, Mapping) and "id" not in data and "commands_changes" in data:
        raise ValidationError("GitLab carried out the quick actions of this text, and nothing was left for a comment")
