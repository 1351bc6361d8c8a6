"""GitLab's groups, as organizations and as teams (source: https://docs.gitlab.com/api/groups/)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

from igitt._base.checks import is_whole
from igitt._base.paths import segment
from igitt._objects.resource import Field
from igitt.errors import ElementDoesntExistError, PermissionDeniedError, ValidationError
from igitt.gitlab.base import Grouped, add_member, from_states, user_id, username
from igitt.interfaces.attributes import computed, computed_set
from igitt.interfaces.convert import integer, nonempty, text
from igitt.interfaces.enums import AccessLevel
from igitt.interfaces.hook import Hook
from igitt.interfaces.issue import Issue
from igitt.interfaces.label import Label
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.organization import Organization, Team
from igitt.interfaces.repository import Repository
from igitt.interfaces.shapes import shaped
from igitt.interfaces.user import User

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.hoster import Hoster

__all__ = ["GitLabOrganization", "GitLabTeam"]

STATES = {"open": "opened", "closed": "closed", "all": "all"}


class _Group(Grouped):
    """What a group is in both of its parts."""

    __slots__ = ()
    _key = "full_path"

    def __init__(self, client: Any, name: str | int) -> None:
        super().__init__(client, _address(name))

    description = Field("description", text)

    @property
    def api_path(self) -> str:
        """``groups/{full path}``, or ``groups/{id}`` as long as only the id is known."""
        return f"groups/{segment(self._place)}"


class GitLabOrganization(_Group, Organization):
    """A group of GitLab, at any depth.

    Args:
        client: the client, or a token for gitlab.com.
        name: its full path, such as ``group/subgroup``, or its numeric id.
    """

    __slots__ = ()

    name = Field("full_path", text)

    @classmethod
    def create(
        cls,
        client: Hoster | Token | str,
        path: str,
        name: str | None = None,
        *,
        description: str = "",
        visibility: str = "private",
    ) -> Self:
        """Make a group: one request, and one more that asks for the number of the group that it is to be in."""
        bound = cls._client_of(client)
        above, _, last = path.strip("/").rpartition("/")
        segment(last, "group's path")
        body: dict[str, Any] = {
            "path": last,
            "name": name or last,
            "description": description,
            "visibility": visibility,
        }
        if above:
            body["parent_id"] = cls(bound, above).identifier
        return cls.from_data(bound.request("POST", "groups", json=body).data, bound)

    def get_team(self, name: str) -> Team:
        """The subgroup of that name, by the path that GitLab makes of it; sends nothing when its own is known."""
        last = re.sub(r"[^\w.]+", "-", nonempty(name).lower()).strip("-")
        return self.client.Team(self.client, f"{self.name}/{last}")

    def is_member(self, user: User | str) -> bool:
        """Whether a user belongs to it; one request more for a user whose id is not known."""
        return self.get_role(user) is not AccessLevel.NONE

    def get_role(self, user: User | str) -> AccessLevel:
        """``GET /groups/:id/members/all/:user_id``."""
        try:
            data = self.client.get(f"{self.api_path}/members/all/{user_id(self.client, user)}")
        except ElementDoesntExistError:
            return AccessLevel.NONE
        with shaped("a membership"):
            return AccessLevel(integer(data.get("access_level")))

    def _members(self, least: AccessLevel) -> set[User]:
        """The users with at least a level, also through a group above."""

        def belongs(data: Any) -> bool:
            return (data.get("access_level") or 0) >= least

        return set(self.client.list(f"{self.api_path}/members/all", self.client.User, keep=belongs))

    @computed_set
    def owners(self) -> set[User]:
        """The users who may do everything in it, also through a group above."""
        return self._members(AccessLevel.ADMIN)

    @computed_set
    def masters(self) -> set[User]:
        """Its owners and maintainers, also through a group above."""
        return self._members(AccessLevel.MAINTAINER)

    @computed
    def members(self) -> PaginatedList[User]:
        """Who belongs to it, also through a group above."""
        return self.client.list(f"{self.api_path}/members/all", self.client.User)

    @computed
    def billable_users(self) -> int:
        """The seats that its plan counts; the members where GitLab shows none (free plans, or not an owner)."""
        try:
            return len(self.client.list(f"{self.api_path}/billable_members", self.client.User))
        except (ElementDoesntExistError, PermissionDeniedError):
            return len(set(self.members))

    @computed
    def repositories(self) -> PaginatedList[Repository]:
        """Its projects, those of its subgroups too, without those that other groups share with it."""
        params = {"with_shared": False, "include_subgroups": True}
        return self.client.list(f"{self.api_path}/projects", self.client.Repository, params=params)

    @computed
    def suborgs(self) -> PaginatedList[Organization]:
        """The groups directly in it."""
        return self.client.list(f"{self.api_path}/subgroups", self.client.Organization)

    @computed
    def teams(self) -> PaginatedList[Team]:
        """The groups directly in it: a subgroup is what GitLab has for a team."""
        return self.client.list(f"{self.api_path}/subgroups", self.client.Team)

    @computed
    def issues(self) -> PaginatedList[Issue]:
        """The open issues of its projects, those of its subgroups too."""
        return self.filter_issues()

    @computed
    def hooks(self) -> PaginatedList[Hook]:
        """The webhooks that report everything in it (GitLab Premium)."""
        return self.client.list(f"{self.api_path}/hooks", self.client.Hook, self)

    @computed
    def labels(self) -> PaginatedList[Label]:
        """The labels that all its projects share."""
        return self.client.list(f"{self.api_path}/labels", self.client.Label, self)

    @computed
    def milestones(self) -> PaginatedList[Milestone]:
        """The milestones that all its projects share."""
        return self.client.list(f"{self.api_path}/milestones", self.client.Milestone, self)

    def filter_issues(
        self, state: str = "open", label: str | None = None, assignee: str | None = None
    ) -> PaginatedList[Issue]:
        """``GET /groups/:id/issues``."""
        params = {
            "scope": "all",
            "state": from_states(STATES, state),
            "labels": label,
            "assignee_username": username(assignee),
        }
        return self.client.list(f"{self.api_path}/issues", self.client.Issue, params=params)


class GitLabTeam(_Group, Team):
    """A group of GitLab as a group of people. Its members are those that it has itself, not those of the groups above.

    Args:
        client: the client, or a token for gitlab.com.
        name: its full path, such as ``group/subgroup``, or its numeric id.
    """

    __slots__ = ()

    name = Field("name", text)

    @computed
    def organization(self) -> Organization:
        """The group that it is in; of one at the top, that group itself."""
        above = str(self._key_value).rpartition("/")[0]
        return self.client.Organization(self.client, above or self._key_value)

    @computed
    def members(self) -> PaginatedList[User]:
        """Its members."""
        return self.client.list(f"{self.api_path}/members", self.client.User)

    def is_member(self, user: User | str) -> bool:
        """Whether a user is in it; one request more for a user whose id is not known."""
        try:
            return self.client.exists(f"{self.api_path}/members/{user_id(self.client, user)}")
        except ElementDoesntExistError:
            return False

    def add_member(self, user: User | str, level: AccessLevel = AccessLevel.CAN_WRITE) -> None:
        """Put a user into it, or give a member another level."""
        add_member(self.client, self.api_path, user, level)

    def remove_member(self, user: User | str) -> None:
        self._request("DELETE", f"{self.api_path}/members/{user_id(self.client, user)}")


def _address(name: Any) -> dict[str, Any]:
    """What a full path or an id says about a group; ValidationError for anything else."""
    if is_whole(name):
        return {"id": name}
    parts = name.strip().strip("/").split("/") if isinstance(name, str) else [""]
    if not all(part.strip() and part not in {".", ".."} for part in parts):
        raise ValidationError(
            f"a group of GitLab is known by its path, such as 'group/subgroup', or its id, not by {name!r}"
        )
    return {"full_path": "/".join(parts)}
