"""Which of GitHub's endpoints answer a GET with another status than 200, as GitHub's OpenAPI description has it.

204 says yes where a thing is asked after ("is this user a member?"), or that there is nothing (the contributors of an
empty repository); 202 says that a statistic is being worked out. Anywhere else they are no answer.

Source: https://github.com/github/rest-api-description
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["documented"]

_YES, _LATER, _NONE = frozenset({204}), frozenset({202, 204}), frozenset[int]()
_STATISTICS = re.compile(r"/(repos/[^/]+/[^/]+|repositories/\d+)/stats/[a-z_]+\Z")
_QUESTION = re.compile(
    r"/(orgs/[^/]+|organizations/\d+)/(blocks|members|public_members)/[^/]+\Z"
    r"|/(orgs/[^/]+/teams/[^/]+|teams/\d+|organizations/\d+/team/\d+)/(members|repos/[^/]+)/[^/]+\Z"
    r"|/(repos/[^/]+/[^/]+|repositories/\d+)/(assignees/[^/]+|collaborators/[^/]+|contributors|vulnerability-alerts"
    r"|issues/\d+/assignees/[^/]+|pulls/\d+/merge)\Z"
    r"|/user/(blocks|following)/[^/]+\Z|/user/starred/[^/]+/[^/]+\Z|/users/[^/]+/following/[^/]+\Z"
    r"|/gists/[^/]+/star\Z"
)


def documented(url: str) -> frozenset[int]:
    """The statuses besides 200 of a GET of a URL."""
    path = urlsplit(url).path.removeprefix("/api/v3")
    if _STATISTICS.match(path):
        return _LATER
    return _YES if _QUESTION.match(path) else _NONE
