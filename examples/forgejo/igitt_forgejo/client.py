"""The client of Forgejo: codeberg.org, and any instance (source: https://forgejo.org/docs/latest/user/api-usage/)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from igitt import interfaces
from igitt.errors import UnsupportedOperationError, ValidationError
from igitt.interfaces import PaginatedList, computed
from igitt.provider import (
    TOLERANCE,
    Client,
    Dialect,
    Headers,
    Provider,
    RateLimit,
    Reader,
    StaticToken,
    Writes,
    receive,
    segment,
    text,
)
from igitt_forgejo import webhooks
from igitt_forgejo.accounts import (
    ForgejoDeployKey,
    ForgejoHook,
    ForgejoNotification,
    ForgejoOrganization,
    ForgejoTeam,
    ForgejoUser,
)
from igitt_forgejo.code import ForgejoBranch, ForgejoCommit, ForgejoContent, ForgejoRelease, ForgejoTag
from igitt_forgejo.issue import ForgejoComment, ForgejoIssue, ForgejoLabel, ForgejoMilestone, ForgejoReaction
from igitt_forgejo.merge_request import ForgejoMergeRequest, ForgejoReview
from igitt_forgejo.provider import FORGEJO
from igitt_forgejo.repository import ForgejoRepository
from igitt_forgejo.writes import WRITES

__all__ = ["Forgejo", "ForgejoToken"]

#: What its writes answer besides 200 and 201: taken on, done without a word, and read (of notifications).
_ANSWERS = frozenset({202, 204, 205})


class ForgejoToken(StaticToken):
    """An access token of a user of Forgejo.

    Source: https://forgejo.org/docs/latest/user/api-usage/#authentication

    Example:
        >>> ForgejoToken("0" * 40)
        <ForgejoToken>
    """

    hoster = "forgejo"

    @staticmethod
    def _carry(value: str) -> dict[str, str]:
        return {"Authorization": f"token {value}"}


class Forgejo(Client):
    """A client of Forgejo.

    The options are those of :class:`igitt.client.Client`. `url` is the web address of the instance, or its API's;
    codeberg.org if not given.

    Example:
        >>> forgejo = Forgejo("0" * 40, "https://git.example.com/forge")
        >>> forgejo.url
        'https://git.example.com/forge/api/v1'
        >>> forgejo.get_repo("https://git.example.com/forge/org/repo/pulls/5")
        <ForgejoRepository org/repo>
    """

    provider: ClassVar[Provider] = FORGEJO
    _plain_token = ForgejoToken
    _reader: ClassVar[Reader] = webhooks
    _writes: ClassVar[Writes] = WRITES

    Branch = ForgejoBranch
    Comment = ForgejoComment
    Commit = ForgejoCommit
    Content = ForgejoContent
    DeployKey = ForgejoDeployKey
    Hook = ForgejoHook
    Issue = ForgejoIssue
    Label = ForgejoLabel
    MergeRequest = ForgejoMergeRequest
    Milestone = ForgejoMilestone
    Notification = ForgejoNotification
    Organization = ForgejoOrganization
    Reaction = ForgejoReaction
    Release = ForgejoRelease
    Repository = ForgejoRepository
    Review = ForgejoReview
    Tag = ForgejoTag
    Team = ForgejoTeam
    User = ForgejoUser

    def _dialect(self, api_version: str | None) -> Dialect:
        return Dialect(documented=lambda _: _ANSWERS)

    # --- things ------------------------------------------------------------------------------------------------------

    @computed
    def user(self) -> interfaces.User:
        """The user that the token belongs to."""
        return self.User(self)

    def get_user(self, name: str | int | None = None) -> ForgejoUser:
        """The user of that name, or the credential's own; sends nothing."""
        if name is not None and not isinstance(name, str):
            raise ValidationError(f"a user of Forgejo is known by the login, not by {name!r}")
        return self.User(self, name)

    def get_repo(self, repository: str | int) -> ForgejoRepository:
        """The repository of that full name, numeric id or URL; sends nothing."""
        return self.Repository(self, repository)

    def get_organization(self, name: str) -> ForgejoOrganization:
        """The organization of that name; sends nothing."""
        return self.Organization(self, name)

    @computed
    def repositories(self) -> PaginatedList[interfaces.Repository]:
        """Every repository that the user owns or works with."""
        return self.list("user/repos", "Repository")

    @computed
    def owned_repositories(self) -> PaginatedList[interfaces.Repository]:
        """The repositories that the user owns."""
        login = self.user.username.casefold()
        return self._chosen(lambda data: text((data.get("owner") or {}).get("login")).casefold() == login)

    @computed
    def write_repositories(self) -> PaginatedList[interfaces.Repository]:
        """The repositories that the user may push to."""
        return self._chosen(lambda data: bool((data.get("permissions") or {}).get("push")))

    @computed
    def admin_repositories(self) -> PaginatedList[interfaces.Repository]:
        """The repositories that the user administers."""
        return self._chosen(lambda data: bool((data.get("permissions") or {}).get("admin")))

    def _chosen(self, keep: Callable[[Any], bool]) -> PaginatedList[interfaces.Repository]:
        return self.list("user/repos", "Repository", keep=keep)

    @computed
    def organizations(self) -> PaginatedList[interfaces.Organization]:
        """The organizations that the user belongs to."""
        return self.list("user/orgs", "Organization")

    @computed
    def notifications(self) -> PaginatedList[interfaces.Notification]:
        """``GET /notifications``: what is unread."""
        return self.list("notifications", "Notification")

    def create_repository(
        self,
        name: str,
        *,
        organization: str | None = None,
        description: str = "",
        private: bool = False,
        initialize: bool = False,
    ) -> ForgejoRepository:
        """Make a repository: ``POST /user/repos`` or ``POST /orgs/{org}/repos``."""
        segment(name, "repository's name")
        path = "user/repos" if organization is None else f"orgs/{segment(organization)}/repos"
        body = {"name": name, "description": description, "private": private, "auto_init": initialize}
        return self.Repository.from_data(self.request("POST", path, json=body).data, self)

    def search_repositories(self, query: str) -> PaginatedList[interfaces.Repository]:
        """``GET /repos/search``."""
        return self.list("repos/search", "Repository", items="data", params={"q": query})

    def search_issues(self, query: str) -> PaginatedList[interfaces.Issue]:
        """``GET /repos/issues/search``."""
        return self.list("repos/issues/search", "Issue", params={"q": query, "type": "issues", "state": "all"})

    def search_merge_requests(self, query: str) -> PaginatedList[interfaces.MergeRequest]:
        """``GET /repos/issues/search`` for pull requests."""
        return self.list("repos/issues/search", "MergeRequest", params={"q": query, "type": "pulls", "state": "all"})

    def raw_search(self, query: str) -> PaginatedList[interfaces.Issue]:
        """``GET /repos/issues/search`` for both."""

        def make(data: dict[str, Any]) -> interfaces.Issue:
            cls = self.MergeRequest if data.get("pull_request") else self.Issue
            return cls.from_data(data, self)

        return self.list_of("repos/issues/search", make, params={"q": query, "state": "all"})

    # --- the instance ------------------------------------------------------------------------------------------------

    @computed
    def rate_limit(self) -> dict[str, RateLimit]:
        """Empty: Forgejo has no limits of its own."""
        return {}

    @computed
    def version(self) -> str:
        """``GET /version``, such as ``10.0.3+gitea-1.22.0``."""
        return text(self.get("version").get("version"))

    def graphql(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Not supported: Forgejo has no GraphQL."""
        raise UnsupportedOperationError("forgejo does not support graphql: its API is REST alone")

    # --- webhooks ----------------------------------------------------------------------------------------------------

    def parse_webhook(
        self, headers: Headers, body: bytes, secret: Any, *, allow_sha1: bool = False, tolerance: float = TOLERANCE
    ) -> Any:
        """Verify a delivery and give what it tells; see :meth:`igitt.interfaces.Hoster.parse_webhook`."""
        return receive(self, webhooks, headers, body, secret, allow_sha1=allow_sha1, tolerance=tolerance)

    def handle_webhook(self, event: str, data: Mapping[str, Any]) -> Iterator[tuple[Any, list[Any]]]:
        """What a delivery tells, in IGitt's form."""
        for found in webhooks.parse(self, event, data):
            yield found.action, list(found.objects)

    def get_repo_name(self, payload: Mapping[str, Any]) -> str | None:
        """The full name of the repository that a payload is about."""
        return webhooks.repo_name(payload)
