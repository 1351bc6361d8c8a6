"""The forge itself, as one user sees it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from igitt.interfaces.attributes import Attribute, computed
from igitt.interfaces.element import optional

if TYPE_CHECKING:
    from igitt._base.answer import Answer
    from igitt.interfaces.event import Event
    from igitt.interfaces.issue import Issue
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.merge_request import MergeRequest
    from igitt.interfaces.notification import Notification
    from igitt.interfaces.organization import Organization
    from igitt.interfaces.rate_limit import RateLimit
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["Hoster"]


class Hoster(ABC):
    """A forge as a whole: what a bot reads and writes apart from one repository."""

    #: ``"github"`` or ``"gitlab"``.
    hoster: ClassVar[str] = ""
    #: The web address of the instance.
    web_url: str

    user: Attribute[User] = Attribute("The user that the credential belongs to.")
    owned_repositories: Attribute[PaginatedList[Repository]] = Attribute("The repositories that the user owns.")
    write_repositories: Attribute[PaginatedList[Repository]] = Attribute("The repositories that the user may push to.")
    admin_repositories: Attribute[PaginatedList[Repository]] = Attribute("The repositories that the user administers.")

    @computed
    def master_repositories(self) -> PaginatedList[Repository]:
        """IGitt's name of :attr:`admin_repositories`."""
        return self.admin_repositories

    repositories: Attribute[PaginatedList[Repository]] = Attribute(
        "Every repository that the credential was given access to: as owner, as member, or by an App's installation."
    )
    organizations: Attribute[PaginatedList[Organization]] = Attribute("The organizations that the user belongs to.")
    notifications: Attribute[PaginatedList[Notification]] = Attribute("What waits for the user, newest first.")
    rate_limit: Attribute[dict[str, RateLimit]] = Attribute(
        "What remains of each rate limit, by the forge's name for it; empty where there are none."
    )
    version = Attribute[str]("The version of the forge's software, or of its API where that is unknown.")

    @abstractmethod
    def get_user(self, name: str | int | None = None) -> User:
        """The user of that name, or the credential's own; sends nothing on GitHub.

        Args:
            name: the login name; on GitLab also the numeric id.

        Example:
            >>> client.get_user().username, client.get_user("bob").name
            ('alice', 'Bob')
        """

    @abstractmethod
    def get_repo(self, repository: str | int) -> Repository:
        """The repository of that full name, numeric id, or URL (for cloning, of the web or of the API).

        Sends nothing.

        Example:
            >>> client.get_repo("acme/widgets")
            <GitHubRepository acme/widgets>
            >>> client.get_repo("https://github.sandbox/acme/widgets.git")
            <GitHubRepository acme/widgets>
        """

    @abstractmethod
    def get_organization(self, name: str) -> Organization:
        """The organization (GitLab: the group) of that name or path; sends nothing.

        Example:
            >>> client.get_organization("acme").repositories.first()
            <GitHubRepository acme/widgets>
        """

    @abstractmethod
    def create_repository(
        self,
        name: str,
        *,
        organization: str | None = None,
        description: str = "",
        private: bool = False,
        initialize: bool = False,
    ) -> Repository:
        """Make a repository.

        Args:
            name: its name.
            organization: the organization to create it in; the user's own account if not given.
            description: what it is.
            private: whether only members see it.
            initialize: whether to make a first commit, so that it is not empty.

        Raises:
            ElementAlreadyExistsError: when there is one of that name.

        Example:
            >>> client.create_repository("gears", organization="acme", private=True, initialize=True).full_name
            'acme/gears'
        """

    @abstractmethod
    def search_repositories(self, query: str) -> PaginatedList[Repository]:
        """Repositories whose name or description matches.

        Example:
            >>> [repository.full_name for repository in client.search_repositories("widgets")]
            ['acme/widgets']
        """

    @abstractmethod
    def search_issues(self, query: str) -> PaginatedList[Issue]:
        """Issues, in all that the credential may see, whose title or text matches.

        Example:
            >>> [issue.title for issue in client.search_issues("squeaks")]
            ['It squeaks']
        """

    @abstractmethod
    def search_merge_requests(self, query: str) -> PaginatedList[MergeRequest]:
        """Merge requests, in all that the credential may see, whose title or text matches.

        Example:
            >>> [mr.title for mr in client.search_merge_requests("faster")]
            ['Turn faster']
        """

    @abstractmethod
    def raw_search(self, query: str) -> PaginatedList[Issue]:
        """Issues and merge requests that a query in the forge's own syntax finds; it is sent as it is.

        Args:
            query: on GitHub with its qualifiers (``repo:org/name is:open label:bug``), on GitLab a text.

        Example:
            >>> [issue.title for issue in client.raw_search("repo:acme/widgets is:issue label:question")]
            ['How do I turn it back?']
        """

    @abstractmethod
    def load(self, reference: str) -> Any:
        """The thing that a reference names, as :attr:`igitt.interfaces.Element.reference` returned it; sends nothing.

        Only the address of the thing is known: its attributes are read as they are now.

        Args:
            reference: the text.

        Raises:
            ValidationError: when it is not a reference, or one to another forge or instance.

        Example:
            >>> import igitt
            >>> github = igitt.GitHub("ghp_x")
            >>> reference = github.get_repo("org/repo").get_issue(5).reference
            >>> github.load(reference)
            <GitHubIssue org/repo 5>
        """

    @abstractmethod
    def request(self, method: str, path: str, **options: Any) -> Answer:
        """Send any request of the forge's API; see :meth:`igitt.client.Client.request`.

        Example:
            >>> client.request("GET", "repos/acme/widgets").data["description"]
            'Things that turn'
        """

    @optional
    def graphql(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Send a query to the forge's GraphQL API, and return the response's ``data``.

        Raises:
            ValidationError: when the forge reports errors.

        Example:
            >>> client.graphql("query($name: String!) { user(login: $name) { name } }", {"name": "bob"})
            {'user': {'name': 'Bob'}}
        """
        raise NotImplementedError

    @abstractmethod
    def pages(
        self, path: str, params: Mapping[str, Any] | None = None, *, items: str | None = None
    ) -> PaginatedList[Any]:
        """Every page of any list of the forge's API; see :meth:`igitt.client.Client.pages`.

        Example:
            >>> [label["name"] for label in client.pages("repos/acme/widgets/labels")]
            ['bug', 'question']
        """

    @abstractmethod
    def graphql_pages(
        self, query: str, variables: Mapping[str, Any] | None = None, connection: str = ""
    ) -> PaginatedList[Any]:
        """Every page of a connection of the forge's GraphQL API; see :meth:`igitt.client.Client.graphql_pages`.

        Example:
            >>> query = '''query($after: String) { repository(owner: "acme", name: "widgets") {
            ...   issues(first: 50, after: $after) { nodes { title } pageInfo { hasNextPage endCursor } } } }'''
            >>> [issue["title"] for issue in client.graphql_pages(query, connection="repository.issues")]
            ['It squeaks', 'How do I turn it back?']
        """

    @abstractmethod
    def parse_webhook(
        self,
        headers: Mapping[str, str],
        body: bytes,
        secret: str | bytes | Iterable[str | bytes] | None,
        *,
        allow_sha1: bool = False,
        tolerance: float = 300.0,
    ) -> tuple[Event, ...]:
        """Verify a delivery and return its events, one per change; sends nothing.

        Args:
            headers: the headers of the delivery, from any framework.
            body: its body, as it came.
            secret: the hook's secret; several while it is being changed. Without one, every delivery is refused.
            allow_sha1: whether GitHub's old ``X-Hub-Signature`` is enough where there is no other; it is insecure.
            tolerance: how many seconds a signature with a time in it may be old, or ahead of now.

        Raises:
            InvalidSignatureError: when it was not signed with the secret.
            InvalidPayloadError: when it is not a delivery of this forge, or is one of another instance than this
                client's.
            UnknownEventError: when the event is one that igitt does not know; a bot may ignore it.

        Example:
            >>> import hmac, json
            >>> body = json.dumps(payload).encode()
            >>> signature = "sha256=" + hmac.new(b"secret", body, "sha256").hexdigest()
            >>> headers = {"X-GitHub-Event": "issues", "X-Hub-Signature-256": signature}
            >>> (event,) = client.parse_webhook(headers, body, "secret")
            >>> event.action, event.subject.title
            (<IssueActions.OPENED: 'opened'>, 'It squeaks')
        """

    @abstractmethod
    def read_payload(self, event: str, data: Mapping[str, Any], delivery: str = "") -> tuple[Event, ...]:
        """The events of an (already verified) delivery, one per change; sends nothing.

        Args:
            event: the event's name, as the forge's header has it.
            data: the decoded payload.
            delivery: the delivery's id.

        Raises:
            InvalidPayloadError: when a part of the payload is missing or of a wrong type.
            UnknownEventError: when the event is one that igitt does not know.

        Example:
            >>> (event,) = client.read_payload("issues", payload)
            >>> event.action, event.subject
            (<IssueActions.OPENED: 'opened'>, <GitHubIssue acme/widgets 1>)
        """

    @abstractmethod
    def handle_webhook(self, event: str, data: Mapping[str, Any]) -> Iterator[tuple[Any, list[Any]]]:
        """The events of an (already verified) delivery in IGitt's form: pairs of an action and its objects.

        Args:
            event: the event's name, as the forge's header has it.
            data: the decoded payload.

        Example:
            >>> list(client.handle_webhook("issues", payload))
            [(<IssueActions.OPENED: 'opened'>, [<GitHubIssue acme/widgets 1>])]
        """

    @abstractmethod
    def get_repo_name(self, payload: Mapping[str, Any]) -> str | None:
        """The full name of the repository that a payload is about, None when it is about no repository.

        Example:
            >>> client.get_repo_name(payload)
            'acme/widgets'
        """
