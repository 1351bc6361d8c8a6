"""The client of GitLab: gitlab.com, and instances of one's own, also below a path."""

# A client's classes are narrower than those of its interface, which is safe: nobody assigns another one.
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from igitt._base.answer import Answer
from igitt._base.paths import segment
from igitt._http.dialect import Dialect
from igitt._http.graphql import ask
from igitt.auth.token import GitLabPrivateToken
from igitt.client import Client, late
from igitt.errors import ConflictError, ValidationError
from igitt.gitlab.provider import GITLAB
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import text, without_none
from igitt.interfaces.enums import AccessLevel
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.rate_limit import RateLimit

if TYPE_CHECKING:
    from igitt import interfaces
    from igitt._http.writes import Writes
    from igitt.gitlab.comment import GitLabComment
    from igitt.gitlab.commit import GitLabCommit
    from igitt.gitlab.content import GitLabContent
    from igitt.gitlab.deploy_key import GitLabDeployKey
    from igitt.gitlab.deployment import GitLabDeployment, GitLabEnvironment
    from igitt.gitlab.discussion import GitLabDiscussion
    from igitt.gitlab.hook import GitLabHook
    from igitt.gitlab.issue import GitLabIssue
    from igitt.gitlab.label import GitLabLabel
    from igitt.gitlab.merge_request.merge_request import GitLabMergeRequest
    from igitt.gitlab.milestone import GitLabMilestone
    from igitt.gitlab.notification import GitLabNotification
    from igitt.gitlab.organization import GitLabOrganization, GitLabTeam
    from igitt.gitlab.pipeline import GitLabJob, GitLabPipeline
    from igitt.gitlab.reaction import GitLabReaction
    from igitt.gitlab.refs import GitLabBranch, GitLabTag
    from igitt.gitlab.release import GitLabRelease
    from igitt.gitlab.repository.repository import GitLabRepository
    from igitt.gitlab.review import GitLabReview
    from igitt.gitlab.user import GitLabUser

__all__ = ["GitLab"]


class GitLab(Client):
    """A client of GitLab.

    The options are those of :class:`igitt.client.Client`. `url` is the web address of the instance, or its API's; the
    instance may lie below a path (``https://example.com/gitlab``). A text given as the token is a personal, project or
    group access token.

    Source: https://docs.gitlab.com/api/rest/

    Example:
        >>> from igitt.testing import Sandbox
        >>> with Sandbox(socket=False) as sandbox:
        ...     _ = sandbox.gitlab.add_user("alice")
        ...     gitlab = sandbox.gitlab.client("alice")
        ...     gitlab.user.username
        'alice'
    """

    provider = GITLAB
    _plain_token = GitLabPrivateToken
    _reader: ClassVar[Any] = late("igitt.gitlab.webhooks")
    _writes: ClassVar[Writes] = late("igitt.gitlab.writes:WRITES")

    Branch: ClassVar[type[GitLabBranch]] = late("igitt.gitlab.refs:GitLabBranch")
    Comment: ClassVar[type[GitLabComment]] = late("igitt.gitlab.comment:GitLabComment")
    Commit: ClassVar[type[GitLabCommit]] = late("igitt.gitlab.commit:GitLabCommit")
    Content: ClassVar[type[GitLabContent]] = late("igitt.gitlab.content:GitLabContent")
    DeployKey: ClassVar[type[GitLabDeployKey]] = late("igitt.gitlab.deploy_key:GitLabDeployKey")
    Deployment: ClassVar[type[GitLabDeployment]] = late("igitt.gitlab.deployment:GitLabDeployment")
    Discussion: ClassVar[type[GitLabDiscussion]] = late("igitt.gitlab.discussion:GitLabDiscussion")
    Environment: ClassVar[type[GitLabEnvironment]] = late("igitt.gitlab.deployment:GitLabEnvironment")
    Hook: ClassVar[type[GitLabHook]] = late("igitt.gitlab.hook:GitLabHook")
    Issue: ClassVar[type[GitLabIssue]] = late("igitt.gitlab.issue:GitLabIssue")
    Job: ClassVar[type[GitLabJob]] = late("igitt.gitlab.pipeline:GitLabJob")
    Label: ClassVar[type[GitLabLabel]] = late("igitt.gitlab.label:GitLabLabel")
    MergeRequest: ClassVar[type[GitLabMergeRequest]] = late("igitt.gitlab.merge_request:GitLabMergeRequest")
    Milestone: ClassVar[type[GitLabMilestone]] = late("igitt.gitlab.milestone:GitLabMilestone")
    Notification: ClassVar[type[GitLabNotification]] = late("igitt.gitlab.notification:GitLabNotification")
    Organization: ClassVar[type[GitLabOrganization]] = late("igitt.gitlab.organization:GitLabOrganization")
    Pipeline: ClassVar[type[GitLabPipeline]] = late("igitt.gitlab.pipeline:GitLabPipeline")
    Reaction: ClassVar[type[GitLabReaction]] = late("igitt.gitlab.reaction:GitLabReaction")
    Release: ClassVar[type[GitLabRelease]] = late("igitt.gitlab.release:GitLabRelease")
    Repository: ClassVar[type[GitLabRepository]] = late("igitt.gitlab.repository:GitLabRepository")
    Review: ClassVar[type[GitLabReview]] = late("igitt.gitlab.review:GitLabReview")
    Tag: ClassVar[type[GitLabTag]] = late("igitt.gitlab.refs:GitLabTag")
    Team: ClassVar[type[GitLabTeam]] = late("igitt.gitlab.organization:GitLabTeam")
    User: ClassVar[type[GitLabUser]] = late("igitt.gitlab.user:GitLabUser")

    def _dialect(self, api_version: str | None) -> Dialect:
        if api_version not in {None, "v4", "4"}:
            raise ValidationError(f"GitLab's API has one version, 4, and not {api_version!r}; leave api_version out")
        return Dialect(resource=lambda _: "throttle_authenticated_api")

    # --- things ------------------------------------------------------------------------------------------------------

    @computed
    def user(self) -> interfaces.User:
        """The user that the token belongs to; a project's or group's token has one of its own."""
        return self.User(self)

    def get_user(self, name: str | int | None = None) -> GitLabUser:
        """The user of that name or id, or the credential's own; sends nothing yet."""
        return self.User(self, name)

    def get_repo(self, repository: str | int) -> GitLabRepository:
        """The project of that full name, numeric id or URL; sends nothing."""
        return self.Repository(self, repository)

    def get_organization(self, name: str) -> GitLabOrganization:
        """The group of that full path; sends nothing."""
        return self.Organization(self, name)

    def _projects(self, least: AccessLevel | None = None) -> PaginatedList[interfaces.Repository]:
        return self._by_id(membership=True, min_access_level=None if least is None else int(least))

    def _by_id(self, **params: Any) -> PaginatedList[interfaces.Repository]:
        """``GET /projects``, the newest first."""
        from igitt.gitlab.lists import ProjectList  # noqa: PLC0415 - loads when it is first needed

        return self.list("projects", self.Repository, form=ProjectList, params=without_none(**params, order_by="id"))

    @computed
    def repositories(self) -> PaginatedList[interfaces.Repository]:
        """Every project that the user is a member of, also through groups."""
        return self._projects()

    @computed
    def owned_repositories(self) -> PaginatedList[interfaces.Repository]:
        """The projects in the user's own namespace; those of groups are among :attr:`admin_repositories`."""
        return self.user.repositories

    @computed
    def write_repositories(self) -> PaginatedList[interfaces.Repository]:
        """The projects that the user may push to."""
        return self._projects(AccessLevel.CAN_WRITE)

    @computed
    def admin_repositories(self) -> PaginatedList[interfaces.Repository]:
        """The projects that the user maintains or owns."""
        return self._projects(AccessLevel.MAINTAINER)

    @computed
    def organizations(self) -> PaginatedList[interfaces.Organization]:
        """The groups that the user is a member of, also through groups above."""
        return self.list("groups", self.Organization, params={"min_access_level": int(AccessLevel.CAN_VIEW)})

    @computed
    def notifications(self) -> PaginatedList[interfaces.Notification]:
        """``GET /todos``: the to-do items that are pending."""
        return self.list("todos", self.Notification)

    def create_repository(
        self,
        name: str,
        *,
        organization: str | None = None,
        description: str = "",
        private: bool = False,
        initialize: bool = False,
    ) -> GitLabRepository:
        """Make a project; ``POST /projects``, and one request before for the id of a group."""
        segment(name, "repository's name")
        body = without_none(
            name=name,
            path=name,
            namespace_id=None if organization is None else self.get_organization(organization).identifier,
            description=description,
            visibility="private" if private else "public",
            initialize_with_readme=initialize,
        )
        return self.Repository.from_data(self.request("POST", "projects", json=body).data, self)

    def search_repositories(self, query: str) -> PaginatedList[interfaces.Repository]:
        """``GET /projects?search=``: by path, name and description."""
        return self._by_id(search=query)

    def search_issues(self, query: str) -> PaginatedList[interfaces.Issue]:
        """``GET /issues?search=``: by title and text."""
        return self.list("issues", self.Issue, params={"scope": "all", "search": query})

    def search_merge_requests(self, query: str) -> PaginatedList[interfaces.MergeRequest]:
        """``GET /merge_requests?search=``: by title and text."""
        return self.list("merge_requests", self.MergeRequest, params={"scope": "all", "search": query})

    def raw_search(self, query: str) -> PaginatedList[interfaces.Issue]:
        """``GET /search``: first issues, then merge requests, since GitLab searches one kind at a time."""
        path = "search"
        issues = self.list(path, self.Issue, params={"scope": "issues", "search": query})
        requests = self.list(path, self.MergeRequest, params={"scope": "merge_requests", "search": query})
        from igitt.gitlab.lists import ArrangedList  # noqa: PLC0415 - few search for everything

        return ArrangedList(issues, lambda found: [*found, *requests])

    # --- the instance ------------------------------------------------------------------------------------------------

    def request(self, method: str, path: str, **options: Any) -> Answer:
        """Send any request of the API; see :meth:`igitt.client.Client.request`.

        GitLab redirects reads of a moved project by its old path, but refuses writes; igitt writes by its id then.
        """
        try:
            return super().request(method, path, **options)
        except ConflictError as error:
            moved = error.status == 405 and "moved project" in error.message.lower()
            if not moved or not path.startswith("projects/"):
                raise
            _, old, *rest = path.split("/")
            number = self.get(f"projects/{old}")["id"]
            answer = super().request(method, "/".join(["projects", str(number), *rest]), **options)
            answer.redirected = True
            return answer

    @computed
    def rate_limit(self) -> dict[str, RateLimit]:
        """The rate limits in the last responses, as GitLab sends none else; empty on an instance without limits."""
        if not self.transport.rate_limits:
            self.request("GET", "version", cached=False)
        return dict(self.transport.rate_limits)

    @computed
    def version(self) -> str:
        """The version of GitLab, such as ``18.6.1-ee``."""
        return text(self.get("version").get("version"))

    def graphql(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask GitLab's GraphQL API (source: https://docs.gitlab.com/api/graphql/)."""
        path = f"{self.url.removesuffix('/v4')}/graphql"
        return ask(self, path, query, variables)
