"""GitLab's environments and deployments (source: https://docs.gitlab.com/api/environments/ and …/api/deployments/)."""

from __future__ import annotations

from igitt._objects.resource import Field, Related
from igitt.errors import ValidationError
from igitt.gitlab.base import GitLabPart
from igitt.gitlab.commit import read_status
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import instant, text
from igitt.interfaces.deployment import Deployment, Environment
from igitt.interfaces.enums import Status
from igitt.interfaces.repository import Repository
from igitt.interfaces.user import User

__all__ = ["GitLabDeployment", "GitLabEnvironment"]

_WRITTEN = {
    Status.PENDING: "running",
    Status.RUNNING: "running",
    Status.SUCCESS: "success",
    Status.FAILED: "failed",
    Status.ERROR: "failed",
    Status.CANCELED: "canceled",
    Status.SKIPPED: "canceled",
}


class GitLabEnvironment(GitLabPart, Environment):
    """An environment of a project.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project.
        key: its id.
    """

    __slots__ = ()
    _collection = "environments"

    name = Field("name", text)
    created = Field("created_at", instant)

    @computed
    def web_url(self) -> str:
        """Its page."""
        return f"{self._owner.web_url}/-/environments/{self.identifier}"

    @computed
    def repository(self) -> Repository:
        """Whose code runs there."""
        return self._owner


class GitLabDeployment(GitLabPart, Deployment):
    """A deployment of a project.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project.
        key: its id.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "deployments"

    ref = Field("ref", text)
    sha = Field("sha", text)
    environment_name = Field("environment.name", text)
    status = Field("status", read_status)
    author = Related[User | None]("user", "User")
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)

    @computed
    def web_url(self) -> str:
        """The page of the project's environments: one deployment has none."""
        return f"{self._owner.web_url}/-/environments"

    @computed
    def repository(self) -> Repository:
        """The repository that it belongs to."""
        return self._owner

    def set_status(self, status: Status, description: str = "", url: str | None = None) -> None:
        """``PUT /projects/:id/deployments/:deployment_id``; GitLab keeps neither a description nor an address."""
        if not isinstance(status, Status) or status not in _WRITTEN:
            raise ValidationError(f"a deployment stands as one of {', '.join(map(str, _WRITTEN))}, not {status!r}")
        self._absorb(self._request("PUT", self.api_path, json={"status": _WRITTEN[status]}).data)
