"""The client of GitHub: github.com, GitHub Enterprise Server, and GitHub Enterprise Cloud with data residency."""

# A client's classes are narrower than those of its interface, which is safe: nobody assigns another one.
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from igitt._base.paths import segment
from igitt._http.dialect import Dialect
from igitt._http.graphql import ask
from igitt.auth.token import GitHubToken
from igitt.client import Client, late
from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.github.documented import documented
from igitt.github.provider import GITHUB
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import optional_instant
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.rate_limit import RateLimit

if TYPE_CHECKING:
    from igitt import interfaces
    from igitt._http.writes import Writes
    from igitt.github.auth.installation import GitHubInstallationToken
    from igitt.github.check_run import GitHubCheckRun
    from igitt.github.comment import GitHubComment, GitHubReaction
    from igitt.github.commit import GitHubCommit
    from igitt.github.content import GitHubContent
    from igitt.github.deploy_key import GitHubDeployKey
    from igitt.github.deployment import GitHubDeployment, GitHubEnvironment
    from igitt.github.discussion import GitHubDiscussion
    from igitt.github.hook import GitHubHook
    from igitt.github.installation import GitHubInstallation
    from igitt.github.issue import GitHubIssue
    from igitt.github.label import GitHubLabel, GitHubMilestone
    from igitt.github.merge_request.merge_request import GitHubMergeRequest
    from igitt.github.notification import GitHubNotification
    from igitt.github.organization import GitHubOrganization, GitHubTeam
    from igitt.github.pipeline import GitHubJob, GitHubPipeline
    from igitt.github.refs import GitHubBranch, GitHubTag
    from igitt.github.release import GitHubRelease
    from igitt.github.repository.repository import GitHubRepository
    from igitt.github.review import GitHubReview
    from igitt.github.user import GitHubUser

__all__ = ["GitHub"]

#: Both known versions work; this one is what github.com assumes without a header, and lives until 2028 at least.
_API_VERSION = "2022-11-28"
_OWN_CLIENTS = 1000
#: The paths that have a budget of their own, or none.
_COUNTED_APART = re.compile(r"https?://[^/]+(?:/api(?:/v3)?)?/(search/code|search|graphql|rate_limit)(?![^/?])")


class GitHub(Client):
    """A client of GitHub.

    The options are those of :class:`igitt.client.Client`. `url` is the web address of the instance, or its API's: ``https://ghe.example.com``
    has its API at ``/api/v3``, ``https://acme.ghe.com`` at ``https://api.acme.ghe.com``.

    Source: https://docs.github.com/en/rest

    Example:
        >>> from igitt.testing import Sandbox
        >>> with Sandbox(socket=False) as sandbox:
        ...     _ = sandbox.github.add_user("alice")
        ...     github = sandbox.github.client("alice")
        ...     github.user.username
        'alice'
    """

    provider = GITHUB
    _plain_token = GitHubToken
    _installation_token: ClassVar[type[GitHubInstallationToken]] = late(
        "igitt.github.auth.installation:GitHubInstallationToken"
    )
    _reader: ClassVar[Any] = late("igitt.github.webhooks")
    _search: ClassVar[Callable[..., PaginatedList[Any]]] = late("igitt.github.search:search")
    _writes: ClassVar[Writes] = late("igitt.github.writes:WRITES")

    Branch: ClassVar[type[GitHubBranch]] = late("igitt.github.refs:GitHubBranch")
    CheckRun: ClassVar[type[GitHubCheckRun]] = late("igitt.github.check_run:GitHubCheckRun")
    Comment: ClassVar[type[GitHubComment]] = late("igitt.github.comment:GitHubComment")
    Commit: ClassVar[type[GitHubCommit]] = late("igitt.github.commit:GitHubCommit")
    Content: ClassVar[type[GitHubContent]] = late("igitt.github.content:GitHubContent")
    DeployKey: ClassVar[type[GitHubDeployKey]] = late("igitt.github.deploy_key:GitHubDeployKey")
    Deployment: ClassVar[type[GitHubDeployment]] = late("igitt.github.deployment:GitHubDeployment")
    Discussion: ClassVar[type[GitHubDiscussion]] = late("igitt.github.discussion:GitHubDiscussion")
    Environment: ClassVar[type[GitHubEnvironment]] = late("igitt.github.deployment:GitHubEnvironment")
    Hook: ClassVar[type[GitHubHook]] = late("igitt.github.hook:GitHubHook")
    Installation: ClassVar[type[GitHubInstallation]] = late("igitt.github.installation:GitHubInstallation")
    Issue: ClassVar[type[GitHubIssue]] = late("igitt.github.issue:GitHubIssue")
    Job: ClassVar[type[GitHubJob]] = late("igitt.github.pipeline:GitHubJob")
    Label: ClassVar[type[GitHubLabel]] = late("igitt.github.label:GitHubLabel")
    MergeRequest: ClassVar[type[GitHubMergeRequest]] = late("igitt.github.merge_request:GitHubMergeRequest")
    Milestone: ClassVar[type[GitHubMilestone]] = late("igitt.github.label:GitHubMilestone")
    Notification: ClassVar[type[GitHubNotification]] = late("igitt.github.notification:GitHubNotification")
    Organization: ClassVar[type[GitHubOrganization]] = late("igitt.github.organization:GitHubOrganization")
    Pipeline: ClassVar[type[GitHubPipeline]] = late("igitt.github.pipeline:GitHubPipeline")
    Reaction: ClassVar[type[GitHubReaction]] = late("igitt.github.comment:GitHubReaction")
    Release: ClassVar[type[GitHubRelease]] = late("igitt.github.release:GitHubRelease")
    Repository: ClassVar[type[GitHubRepository]] = late("igitt.github.repository:GitHubRepository")
    Review: ClassVar[type[GitHubReview]] = late("igitt.github.review:GitHubReview")
    Tag: ClassVar[type[GitHubTag]] = late("igitt.github.refs:GitHubTag")
    Team: ClassVar[type[GitHubTeam]] = late("igitt.github.organization:GitHubTeam")
    User: ClassVar[type[GitHubUser]] = late("igitt.github.user:GitHubUser")

    def _start(self) -> None:
        self._own_lock = threading.Lock()
        self._own: OrderedDict[int, GitHub] = OrderedDict()

    def _dialect(self, api_version: str | None) -> Dialect:
        # An Enterprise Server knows only some versions and refuses the others; without the header it takes its oldest,
        # which is ours.
        server = not f".{urlsplit(self.web_url).hostname}".endswith((".github.com", ".ghe.com"))
        version = api_version or (None if server else _API_VERSION)
        return Dialect(
            "application/vnd.github+json",
            {"X-GitHub-Api-Version": version} if version else {},
            etag_covers_credential=True,
            etag_digest=_etag_digest,
            resource=_resource,
            secondary_limit=True,
            paced=not server,
            documented=documented,
        )

    # --- things ------------------------------------------------------------------------------------------------------

    @computed
    def user(self) -> interfaces.User:
        """The user that the token belongs to; an App's installation has none."""
        return self.User(self)

    def wrote(self, comment: interfaces.Comment) -> bool:
        """Whether a comment is by this client's account; of an App's installation, which has none, by its App."""
        jwt = getattr(self.token, "jwt", None)
        if jwt is None:
            return super().wrote(comment)
        told: Any = comment
        app = told._data.get("performed_via_github_app") or {}
        return jwt.app_id in {str(app.get("id")), app.get("client_id")}

    def get_user(self, name: str | int | None = None) -> GitHubUser:
        """The user of that name, or the credential's own; sends nothing."""
        if name is not None and not isinstance(name, str):
            raise ValidationError(f"a user of GitHub is known by the login, not by {name!r}")
        return self.User(self, name)

    def get_repo(self, repository: str | int) -> GitHubRepository:
        """The repository of that full name, numeric id or URL; sends nothing."""
        return self.Repository(self, repository)

    def get_organization(self, name: str) -> GitHubOrganization:
        """The organization of that name; sends nothing."""
        return self.Organization(self, name)

    @computed
    def repositories(self) -> PaginatedList[interfaces.Repository]:
        """Every repository that the credential was given access to."""
        if isinstance(self.token, self._installation_token):
            return self.list("installation/repositories", self.Repository, items="repositories")
        return self.list("user/repos", self.Repository)

    @computed
    def owned_repositories(self) -> PaginatedList[interfaces.Repository]:
        """The repositories that the user owns."""
        return self.list("user/repos", self.Repository, params={"affiliation": "owner"})

    @computed
    def write_repositories(self) -> PaginatedList[interfaces.Repository]:
        """The repositories that the user may push to."""
        return self.list("user/repos", self.Repository, keep=lambda data: _may(data, "push"))

    @computed
    def admin_repositories(self) -> PaginatedList[interfaces.Repository]:
        """The repositories that the user administers."""
        return self.list("user/repos", self.Repository, keep=lambda data: _may(data, "admin"))

    @computed
    def organizations(self) -> PaginatedList[interfaces.Organization]:
        """The organizations that the user belongs to."""
        return self.list("user/orgs", self.Organization)

    @computed
    def notifications(self) -> PaginatedList[interfaces.Notification]:
        """``GET /notifications``: what is unread, fifty a page, which is the most that GitHub gives of these."""
        return self.list("notifications", self.Notification, params={"per_page": 50})

    def create_repository(
        self,
        name: str,
        *,
        organization: str | None = None,
        description: str = "",
        private: bool = False,
        initialize: bool = False,
    ) -> GitHubRepository:
        """Make a repository; ``POST /user/repos`` or ``POST /orgs/{org}/repos``."""
        segment(name, "repository's name")
        path = "user/repos" if organization is None else f"orgs/{segment(organization)}/repos"
        body = {"name": name, "description": description, "private": private, "auto_init": initialize}
        return self.Repository.from_data(self.request("POST", path, json=body).data, self)

    def search_repositories(self, query: str) -> PaginatedList[interfaces.Repository]:
        """``GET /search/repositories``, with GitHub's qualifiers."""
        return self._search(self, "repositories", self._maker(self.Repository), query)

    def search_issues(self, query: str) -> PaginatedList[interfaces.Issue]:
        """``GET /search/issues`` for issues, with GitHub's qualifiers."""
        return self._search(self, "issues", self._maker(self.Issue), f"{query} is:issue")

    def search_merge_requests(self, query: str) -> PaginatedList[interfaces.MergeRequest]:
        """``GET /search/issues`` for pull requests, with GitHub's qualifiers."""
        return self._search(self, "issues", self._maker(self.MergeRequest), f"{query} is:pr")

    def raw_search(self, query: str) -> PaginatedList[interfaces.Issue]:
        """``GET /search/issues`` with the query as it is."""

        def make(data: dict[str, Any]) -> interfaces.Issue:
            return (self.MergeRequest if "pull_request" in data else self.Issue).from_data(data, self)

        return self._search(self, "issues", make, query)

    def _maker(self, cls: Any) -> Callable[[Any], Any]:
        return lambda data: cls.from_data(data, self)

    # --- the instance ------------------------------------------------------------------------------------------------

    @computed
    def rate_limit(self) -> dict[str, RateLimit]:
        """``GET /rate_limit``, which costs nothing; empty on a server without limits."""
        try:
            data = self.request("GET", "rate_limit", cached=False).data
        except ElementDoesntExistError:
            return {}
        return {
            name: RateLimit(found["limit"], found["remaining"], optional_instant(found.get("reset")), name)
            for name, found in data.get("resources", {}).items()
        }

    @computed
    def version(self) -> str:
        """The Enterprise Server's version; github.com, which has none, answers with the API's."""
        meta = self.get("meta")
        installed = meta.get("installed_version") if isinstance(meta, dict) else None
        return str(installed or self.transport.dialect.headers.get("X-GitHub-Api-Version", _API_VERSION))

    def graphql(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask GitHub's GraphQL API (source: https://docs.github.com/en/graphql)."""
        path = "graphql" if self.web_url == self.provider.public_url else f"{self.transport.origin}/api/graphql"
        if urlsplit(self.url).hostname != urlsplit(self.web_url).hostname:
            path = "graphql"
        return ask(self, path, query, variables)

    # --- an App's installations --------------------------------------------------------------------------------------

    def installation_token(self, identifier: int) -> GitHubInstallationToken:
        """The token of an installation: this client's own, or one that this client's JWT mints when it is used."""
        token = self.as_installation(identifier).token
        if not isinstance(token, self._installation_token):
            raise ValidationError(
                "an installation's token is minted by its App; make this client with a GitHubJsonWebToken"
            )
        return token

    def as_installation(self, identifier: int) -> GitHub:
        """A client that acts as an installation of this App.

        One and the same for each, so that one token serves all.
        """
        if isinstance(self.token, self._installation_token) and self.token.installation_id == identifier:
            return self
        with self._own_lock:
            client = self._own.get(identifier)
            if client is None:
                client = self._own[identifier] = self.with_token(self._mint(identifier))
                while len(self._own) > _OWN_CLIENTS:
                    self._own.popitem(last=False)
            self._own.move_to_end(identifier)
            return client

    def known_installation(self, identifier: int) -> GitHub | None:
        """The client of :meth:`as_installation`, if there is one already; makes none."""
        return self._own.get(identifier)

    def _mint(self, identifier: int) -> GitHubInstallationToken:
        jwt = self.token.jwt if isinstance(self.token, self._installation_token) else self.token
        if jwt is None or not jwt.signs:
            raise ValidationError(
                "an installation's token is minted by its App; make this client with a GitHubJsonWebToken"
            )
        return self._installation_token(identifier, jwt, url=self.web_url, clock=self.transport.clock)


def _may(data: Any, what: str) -> bool:
    return bool((data.get("permissions") or {}).get(what))


def _etag_digest(values: Iterable[str], body: bytes) -> str:
    """GitHub's ETag as far as anybody found out: SHA-256 over the headers that it varies by, and the body."""
    digest = hashlib.sha256("".join(f"{value}:" for value in values).encode())
    digest.update(body)
    return digest.hexdigest()


def _resource(url: str) -> str | None:
    """The budget that a request is counted in. What is left of it costs nothing to ask."""
    found = _COUNTED_APART.match(url)
    if found is None:
        return "core"
    return None if found[1] == "rate_limit" else "code_search" if found[1] == "search/code" else found[1]
