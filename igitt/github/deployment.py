"""GitHub's environments and deployments (source: https://docs.github.com/en/rest/deployments)."""

from __future__ import annotations

from igitt._objects.resource import Field, Related
from igitt.errors import ValidationError
from igitt.github.base import GitHubPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import from_words, instant, text, without_none
from igitt.interfaces.deployment import Deployment, Environment
from igitt.interfaces.enums import Status
from igitt.interfaces.repository import Repository
from igitt.interfaces.user import User

__all__ = ["GitHubDeployment", "GitHubEnvironment", "read_status"]

#: Of the states that statuses of deployments have.
read_status = from_words(
    Status,
    {
        "queued": Status.PENDING,
        "waiting": Status.PENDING,
        "in_progress": Status.RUNNING,
        "failure": Status.FAILED,
        "inactive": Status.SKIPPED,
    },
)
_WRITTEN = {
    Status.PENDING: "queued",
    Status.RUNNING: "in_progress",
    Status.SUCCESS: "success",
    Status.FAILED: "failure",
    Status.ERROR: "error",
    Status.CANCELED: "inactive",
    Status.SKIPPED: "inactive",
}
#: https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status
_DESCRIPTION_LIMIT = 140


class GitHubEnvironment(GitHubPart, Environment):
    """An environment of a repository.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: its name.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "environments"
    _key = "name"
    _key_type = str

    name = Field("name", text)
    created = Field("created_at", instant)

    @computed
    def repository(self) -> Repository:
        """Whose code runs there."""
        return self._owner


class GitHubDeployment(GitHubPart, Deployment):
    """A deployment of a repository.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: its id.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "deployments"

    ref = Field("ref", text)
    sha = Field("sha", text)
    environment_name = Field("environment", text)
    author = Related[User | None]("creator", "User")
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)

    @computed
    def web_url(self) -> str:
        """The page of the repository's deployments: one alone has none."""
        return f"{self._owner.web_url}/deployments"

    @computed
    def status(self) -> Status:
        """What its newest status says, which is a request: GitHub does not send it with the deployment."""
        newest = self.client.get(f"{self.api_path}/statuses", params={"per_page": 1})
        return read_status(newest[0].get("state")) if newest else Status.PENDING

    @computed
    def repository(self) -> Repository:
        """The repository that it belongs to."""
        return self._owner

    def set_status(self, status: Status, description: str = "", url: str | None = None) -> None:
        """``POST …/deployments/{deployment_id}/statuses``; a long description is cut as GitHub demands."""
        if not isinstance(status, Status) or status not in _WRITTEN:
            raise ValidationError(f"a deployment stands as one of {', '.join(map(str, _WRITTEN))}, not {status!r}")
        if len(description) > _DESCRIPTION_LIMIT:
            description = description[: _DESCRIPTION_LIMIT - 1] + "…"
        body = without_none(state=_WRITTEN[status], description=description or None, log_url=url)
        self._request("POST", f"{self.api_path}/statuses", json=body)
