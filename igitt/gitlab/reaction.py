"""GitLab's emoji reactions (source: https://docs.gitlab.com/api/emoji_reactions/)."""

from __future__ import annotations

from typing import Any

from igitt._objects.resource import Field, Related
from igitt.gitlab.base import READ_EMOJI, GitLabPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import text
from igitt.interfaces.reaction import Reaction
from igitt.interfaces.user import User

__all__ = ["GitLabReaction"]


def _neutral(name: Any) -> str:
    return READ_EMOJI.get(text(name), text(name))


class GitLabReaction(GitLabPart, Reaction):
    """An emoji on an issue, a merge request or a comment.

    Args:
        client: the client, or a token for gitlab.com.
        scope: what it is on.
        key: its number.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "award_emoji"

    name = Field("name", _neutral)
    user = Related[User | None]("user", "User")

    @computed
    def web_url(self) -> str:
        """The page of what it is on; it has none of its own."""
        return str(self._owner.web_url)

    def delete(self) -> None:
        self._request("DELETE", self.api_path)
