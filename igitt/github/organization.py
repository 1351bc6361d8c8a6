"""GitHub's organizations and teams (source: https://docs.github.com/en/rest/orgs and …/rest/teams)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

from igitt._base.paths import segment
from igitt._http.pagination import StaticList
from igitt._objects.resource import Field
from igitt.errors import ElementDoesntExistError, InvalidResponseError
from igitt.github.base import GitHubPart, GitHubResource, logins
from igitt.interfaces.attributes import computed, computed_set
from igitt.interfaces.convert import as_level, nonempty, text
from igitt.interfaces.element import Unsupported, unsupported
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

__all__ = ["GitHubOrganization", "GitHubTeam"]


class GitHubOrganization(GitHubResource, Organization):
    """An organization of GitHub.

    Args:
        client: the client, or a token for github.com.
        name: its login.
    """

    __slots__ = ()
    _is_renamed = _has_own_id = True
    _key = "login"

    def __init__(self, client: Any, name: str) -> None:
        segment(name, "organization")
        super().__init__(client, {"login": name})

    name = Field("login", text)
    description = Field("description", text)
    labels = Unsupported[PaginatedList[Label]]("GitHub keeps labels with each repository")
    milestones = Unsupported[PaginatedList[Milestone]]("GitHub keeps milestones with each repository")

    @property
    def api_path(self) -> str:
        """``orgs/{login}``."""
        with shaped("an organization"):
            return f"orgs/{segment(self._data['login'])}"

    @computed
    def web_url(self) -> str:
        """Its page; the API gives one only for the organization itself, not inside other answers."""
        return str(self._data.get("html_url") or f"{self.client.web_url}/{segment(self._data['login'])}")

    @computed_set
    def owners(self) -> set[User]:
        """The users who may do everything in it."""
        return set(self.client.list(f"{self.api_path}/members", self.client.User, params={"role": "admin"}))

    @computed_set
    def masters(self) -> set[User]:
        """On GitHub, the owners."""
        return set(self.owners)

    @computed
    def members(self) -> PaginatedList[User]:
        """Who belongs to it, as far as the credential may see."""
        return self.client.list(f"{self.api_path}/members", self.client.User)

    @computed
    def billable_users(self) -> int:
        """The seats that its plan counts; the members where the credential may not see the plan."""
        plan = self.data.get("plan")
        seats = plan.get("filled_seats") if isinstance(plan, dict) else None
        return seats if isinstance(seats, int) else len(self.members)

    @computed
    def repositories(self) -> PaginatedList[Repository]:
        """Its repositories."""
        return self.client.list(f"{self.api_path}/repos", self.client.Repository)

    @computed
    def suborgs(self) -> PaginatedList[Organization]:
        """None: GitHub has no organizations inside organizations."""
        return StaticList()

    @computed
    def issues(self) -> PaginatedList[Issue]:
        """The open issues of its repositories."""
        return self.filter_issues()

    @computed
    def teams(self) -> PaginatedList[Team]:
        """Its teams."""
        return self.client.list(f"{self.api_path}/teams", self.client.Team, self)

    def get_team(self, name: str) -> Team:
        """The team of that name, by the slug that GitHub makes of it; sends nothing."""
        return self.client.Team(self.client, self, re.sub(r"[^\w]+", "-", nonempty(name).lower()).strip("-"))

    def is_member(self, user: User | str) -> bool:
        """``GET /orgs/{org}/members/{username}``; a user who is not a member sees public members only."""
        return self.client.exists(f"{self.api_path}/members/{segment(logins([user])[0])}")

    def get_role(self, user: User | str) -> AccessLevel:
        """``GET /orgs/{org}/memberships/{username}``, which members may ask."""
        try:
            data = self.client.get(f"{self.api_path}/memberships/{segment(logins([user])[0])}")
        except ElementDoesntExistError:
            return AccessLevel.NONE
        with shaped("a membership"):
            if data.get("state") != "active":
                return AccessLevel.NONE
            return AccessLevel.ADMIN if data.get("role") == "admin" else AccessLevel.CAN_READ

    @computed
    def hooks(self) -> PaginatedList[Hook]:
        """The webhooks that report everything in it."""
        return self.client.list(f"{self.api_path}/hooks", self.client.Hook, self)

    def filter_issues(
        self, state: str = "open", label: str | None = None, assignee: str | None = None
    ) -> PaginatedList[Issue]:
        """Issues of all its repositories.

        ``GET /orgs/{org}/issues``, which cannot filter by assignee, so igitt does.
        """

        def belongs(data: Any) -> bool:
            assigned = {text(user.get("login")).casefold() for user in data.get("assignees") or ()}
            return "pull_request" not in data and (assignee is None or assignee.casefold() in assigned)

        params = {"filter": "all", "state": state, "labels": label}
        return self.client.list(f"{self.api_path}/issues", self.client.Issue, params=params, keep=belongs)

    @classmethod
    @unsupported("an organization of GitHub is made on its page alone")
    def create(
        cls,
        client: Hoster | Token | str,
        path: str,
        name: str | None = None,
        *,
        description: str = "",
        visibility: str = "private",
    ) -> Self:
        """Make one."""
        raise NotImplementedError


class GitHubTeam(GitHubPart, Team):
    """A team of an organization.

    Args:
        client: the client, or a token for github.com.
        scope: the organization, or its name.
        key: the team's slug, as in its address.
    """

    __slots__ = ()
    _collection = "teams"
    _key = "slug"
    _is_renamed = _has_own_id = True
    _key_type = str

    name = Field("name", text)
    description = Field("description", text)

    @classmethod
    def _scope_of(cls, client: Any, scope: Any) -> Any:
        return client.Organization(client, scope)

    def _locate(self) -> Any:
        # Asking for it would need the very path that is wanted: a team without its organization cannot be reached.
        organization = self._data.get("organization")
        if not isinstance(organization, dict):
            raise InvalidResponseError("the forge sent a team without its organization; make it with one")
        return self.client.Organization.from_data(organization, self.client)

    @computed
    def organization(self) -> Organization:
        """The organization that it belongs to."""
        return self._owner

    @computed
    def members(self) -> PaginatedList[User]:
        """Its members, or those of a team inside it."""
        return self.client.list(f"{self.api_path}/members", self.client.User)

    def _membership(self, user: Any) -> str:
        return f"{self.api_path}/memberships/{segment(logins([user])[0])}"

    def is_member(self, user: User | str) -> bool:
        """Whether a user is in it; an invitation that was not accepted yet does not count."""
        try:
            data = self.client.get(self._membership(user))
        except ElementDoesntExistError:
            return False
        return isinstance(data, dict) and data.get("state") == "active"

    def add_member(self, user: User | str, level: AccessLevel = AccessLevel.CAN_WRITE) -> None:
        """Put a user into it; GitHub invites users who are not in the organization yet."""
        role = "maintainer" if as_level(level) >= AccessLevel.MAINTAINER else "member"
        self._request("PUT", self._membership(user), json={"role": role})

    def remove_member(self, user: User | str) -> None:
        """Take a user out of it."""
        self._request("DELETE", self._membership(user))
