"""Organizations and teams.

On GitLab, a group is an organization, and a subgroup is a team where that is how people use it.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Self

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element, optional
from igitt.interfaces.enums import AccessLevel
from igitt.interfaces.sets import NamedSet

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.hook import Hook
    from igitt.interfaces.hoster import Hoster
    from igitt.interfaces.issue import Issue
    from igitt.interfaces.label import Label
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.milestone import Milestone
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["Organization", "Team"]


class Organization(Element):
    """An owner of repositories that is not a person: a GitHub organization, or a GitLab group at any depth."""

    __slots__ = ()
    kind = "organization"
    named_by = ("name",)
    any_case = True

    name = Attribute[str]("The name in addresses; on GitLab the full path, such as ``group/subgroup``.")
    description = Attribute[str]("What it is, in its own words.")
    owners: Attribute[NamedSet[User]] = Attribute("The users who may do everything in it.")
    masters: Attribute[NamedSet[User]] = Attribute(
        "The users who may administer its repositories: owners, and on GitLab maintainers too."
    )
    members: Attribute[PaginatedList[User]] = Attribute("Its members; on GitLab also through a group above it.")
    billable_users = Attribute[int]("How many of its users are billed.", optional=True)
    repositories: Attribute[PaginatedList[Repository]] = Attribute(
        "Its repositories; on GitLab not those of its subgroups."
    )
    suborgs: Attribute[PaginatedList[Organization]] = Attribute("The organizations directly in it; GitHub has none.")
    issues: Attribute[PaginatedList[Issue]] = Attribute(
        "The open issues of its repositories that this credential may see."
    )
    teams: Attribute[PaginatedList[Team]] = Attribute("Its teams; on GitLab its subgroups.")
    hooks: Attribute[PaginatedList[Hook]] = Attribute("The webhooks that report everything in it.")
    labels: Attribute[PaginatedList[Label]] = Attribute(
        "The labels that all its repositories share (GitLab).", optional=True
    )
    milestones: Attribute[PaginatedList[Milestone]] = Attribute(
        "The milestones that all its repositories share (GitLab).", optional=True
    )

    @classmethod
    @abstractmethod
    def create(
        cls,
        client: Hoster | Token | str,
        path: str,
        name: str | None = None,
        *,
        description: str = "",
        visibility: str = "private",
    ) -> Self:
        """Make one (GitLab).

        Args:
            client: the client, or a token for the public instance.
            path: its full path; all but the last part has to exist.
            name: its name for people; the last part of the path if not given.
            description: what it is.
            visibility: ``private``, ``internal`` or ``public``.

        Raises:
            ElementAlreadyExistsError: when there is one of that path.

        Example:
            >>> from igitt.gitlab import GitLabOrganization
            >>> GitLabOrganization.create(gitlab, "acme/tools", "Tools").name
            'acme/tools'
        """

    @optional
    def get_team(self, name: str) -> Team:
        """The team of that name; sends nothing.

        Args:
            name: its name for people, or as it stands in its address.

        Example:
            >>> organization.get_team("builders").members.first()
            <GitHubUser bob>
        """
        raise NotImplementedError

    @optional
    def is_member(self, user: User | str) -> bool:
        """Whether a user belongs to it, as far as the credential may see; on GitLab also through a group above.

        Example:
            >>> organization.is_member("bob"), organization.is_member("carol")
            (True, False)
        """
        raise NotImplementedError

    @optional
    def get_role(self, user: User | str) -> AccessLevel:
        """The role of a user in it: ``ADMIN`` is an owner, ``NONE`` no member; on GitHub others are ``CAN_READ``.

        An invitation that has not been accepted yet does not count.

        Example:
            >>> organization.get_role("alice"), organization.get_role("carol")
            (<AccessLevel.ADMIN: 50>, <AccessLevel.NONE: 0>)
        """
        raise NotImplementedError

    @abstractmethod
    def filter_issues(
        self, state: str = "open", label: str | None = None, assignee: str | None = None
    ) -> PaginatedList[Issue]:
        """Issues of all its repositories.

        Args:
            state: ``"open"``, ``"closed"`` or ``"all"``.
            label: only those with this label.
            assignee: only those assigned to this user name. GitHub's list of an organization is of everybody's issues,
                and its other filters are those of search.

        Example:
            >>> [issue.title for issue in organization.filter_issues(label="question")]
            ['How do I turn it back?']
        """

    def __str__(self) -> str:
        return self.name


class Team(Element):
    """A named group of people in an organization."""

    __slots__ = ()
    kind = "team"
    named_by = ("name",)
    any_case = True

    name = Attribute[str]("The name for people.")
    description = Attribute[str]("What it is for.")
    members: Attribute[PaginatedList[User]] = Attribute("Its members.")
    organization: Attribute[Organization] = Attribute("The organization it belongs to.")

    @abstractmethod
    def is_member(self, user: User | str) -> bool:
        """Whether a user is in it.

        Example:
            >>> team.is_member("bob"), team.is_member("alice")
            (True, False)
        """

    @abstractmethod
    def add_member(self, user: User | str, level: AccessLevel = AccessLevel.CAN_WRITE) -> None:
        """Add a user to it.

        Args:
            user: the user, or the user's name.
            level: from ``AccessLevel.ADMIN`` on, GitHub makes the user a maintainer of the team; GitLab grants exactly
                this level.

        Example:
            >>> team.add_member("alice", AccessLevel.ADMIN)
            >>> "alice" in team.members
            True
        """

    @abstractmethod
    def remove_member(self, user: User | str) -> None:
        """Remove a user from it.

        Example:
            >>> team.remove_member("bob")
            >>> len(team.members)
            0
        """

    def __str__(self) -> str:
        return self.name
