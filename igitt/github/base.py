"""What all of GitHub's objects share: their words, and how a URL in an answer names a repository."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from igitt._objects.part import Part
from igitt._objects.resource import Field, Resource
from igitt.errors import ValidationError
from igitt.github.provider import GITHUB
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.convert import as_names, integer, text
from igitt.interfaces.milestone import Milestone

if TYPE_CHECKING:
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.reaction import Reaction

__all__ = ["GitHubPart", "GitHubResource", "Reactable", "logins"]

_REPOSITORY = re.compile(r"/repos/([^/]+)/([^/?#]+)|/repositories/(\d+)")


class GitHubResource(Resource):
    """An object of GitHub."""

    __slots__ = ()
    hoster = GITHUB.name
    _client_home = GITHUB.client

    identifier: Attribute[int | str] = Field("id", integer)
    web_url = Field("html_url", text)

    @property
    def _node(self) -> str:
        """What GraphQL calls it."""
        return Field("node_id", text).__get__(self, type(self))

    @property
    def _repository(self) -> Any:
        """The repository that it belongs to, over any number of steps."""
        owner = self._owner
        return owner if owner.kind == "repository" else owner._repository

    def _repository_in(self, *keys: str) -> Any:
        """The repository that one of the URLs in the data names.

        Objects out of searches and webhooks come without their repository.
        """
        data = self._data
        for key in keys:
            found = _REPOSITORY.search(str(data.get(key) or ""))
            if found:
                owner, name, number = found.groups()
                return self.client.Repository(self.client, int(number) if number else f"{owner}/{name}")
        return super()._locate()


class GitHubPart(Part, GitHubResource):
    """An object of GitHub that belongs to another one."""

    __slots__ = ()

    def _locate(self) -> Any:
        return self._repository_in("repository_url", "url", "issue_url", "pull_request_url")


class Reactable(GitHubPart):
    """Something that can have reactions (source: https://docs.github.com/en/rest/reactions/reactions)."""

    __slots__ = ()

    def _reactions(self) -> PaginatedList[Reaction]:
        return self.client.list(f"{self._reactions_path}/reactions", self.client.Reaction, self)

    @property
    def _reactions_path(self) -> str:
        return self.api_path

    def add_reaction(self, name: str) -> Reaction:
        """Put an emoji on it; GitHub itself gives back one that is already there."""
        if name not in REACTIONS:
            raise ValidationError(f"GitHub knows no reaction {name!r}; there are {', '.join(sorted(REACTIONS))}")
        data = self._request("POST", f"{self._reactions_path}/reactions", json={"content": name}).data
        reaction: Reaction = self.client.Reaction.from_data(data, self.client, self)
        return reaction


#: https://docs.github.com/en/rest/reactions/reactions#about-reactions
REACTIONS = frozenset({"+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"})


def logins(users: Iterable[Any]) -> list[str]:
    """Login names out of users and names, sorted so that equal sets are equal requests."""
    return sorted(as_names(users, "username", "user"))


def milestone_number(milestone: Any) -> int | None:
    """What GitHub wants to read of a milestone: its number, or null for none."""
    if milestone is None:
        return None
    if isinstance(milestone, Milestone):
        return milestone.number
    raise ValidationError(f"{milestone!r} is no milestone; get one by repository.get_milestone(number)")
