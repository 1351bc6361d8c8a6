"""What a half of the sandbox decides for itself: the abstract part of a forge, one method a question.

No state and no behaviour here; ``forge.Forge`` calls these while a request walks through it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from igitt.testing.sandbox.limits import Bucket
    from igitt.testing.sandbox.model import Event, Repository
    from igitt.testing.sandbox.wire import ApiError, Reply, Request, Response, Router, Viewer


class Policy(ABC):
    """The questions that only GitHub or only GitLab can answer."""

    hoster: ClassVar[str]
    router: ClassVar[Router]
    token_prefix: ClassVar[str]
    shared_numbers: ClassVar[bool] = False
    main_resource: ClassVar[str] = "core"
    #: Where git finds the head of the merge request of a number.
    request_ref: ClassVar[str]

    @abstractmethod
    def authenticate(self, request: Request) -> Viewer:
        """Who asks; raises ApiError for a wrong credential. Anonymous is ``Viewer()``."""

    @abstractmethod
    def authenticate_git(self, request: Request) -> Viewer:
        """Who asks by git, whose credential is a password; raises ApiError for a wrong one."""

    @abstractmethod
    def may_pull(self, request: Request, repository: Repository) -> bool:
        """Whether who asks may clone and fetch."""

    @abstractmethod
    def may_push(self, request: Request, repository: Repository) -> bool:
        """Whether who asks, and may pull, may push."""

    @abstractmethod
    def protected_branches(self, repository: Repository) -> set[str]:
        """The branches that a push may move forward only."""

    @abstractmethod
    def closed_branches(self, request: Request, repository: Repository) -> set[str] | dict[str, str]:
        """The branches that who asks may not push to at all, or these with what is said then."""

    def good_commits(self, repository: Repository) -> dict[str, set[str]]:  # noqa: ARG002  for a forge that has such
        """The commits that may be pushed to closed branches none the less."""
        return {}

    @abstractmethod
    def check(self, request: Request) -> None:
        """Refuses what the forge refuses before it looks at the path (headers, version, scopes)."""

    def permit(self, request: Request) -> None:  # noqa: B027  a forge that has no such rule needs none
        """Refuses what the forge refuses once it knows what is asked for (``request.template``)."""

    @abstractmethod
    def bucket(self, request: Request) -> Bucket:
        """The rate-limit bucket that this request draws from."""

    @abstractmethod
    def cost(self, request: Request) -> int:
        """What the request costs unless it ends as a free 304."""

    @abstractmethod
    def charge(self, request: Request, response: Response) -> None:
        """Settles ``request.units`` with the bucket and writes the rate-limit headers."""

    @abstractmethod
    def finish(self, request: Request, reply: Reply) -> Response:
        """Serialises a reply with its headers, ETag and the conditional answer."""

    @abstractmethod
    def render_error(self, request: Request, error: ApiError) -> Response:
        """An error in the forge's shape."""

    @abstractmethod
    def deliver(self, event: Event) -> None:
        """Turns what happened into deliveries and gives them to ``send``."""

    @abstractmethod
    def unauthorized(self) -> ApiError:
        """The error for an anonymous request that needs a user."""

    @abstractmethod
    def not_found(self) -> ApiError:
        """The plain 404."""

    @abstractmethod
    def bad_json(self) -> ApiError:
        """The error for a body that is no JSON."""

    @abstractmethod
    def no_route(self, request: Request, *, other_method: bool) -> ApiError:
        """The error for a path without a route."""

    @abstractmethod
    def limit_error(self, bucket: Bucket) -> ApiError:
        """The error for an exhausted primary limit."""

    @abstractmethod
    def secondary_error(self, retry_after: int | None) -> ApiError:
        """The error for a secondary limit."""
