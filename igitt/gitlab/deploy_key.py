"""GitLab's deploy keys (source: https://docs.gitlab.com/api/deploy_keys/)."""

from __future__ import annotations

from igitt._objects.resource import Field
from igitt.gitlab.base import GitLabPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import instant, text
from igitt.interfaces.deploy_key import DeployKey

__all__ = ["GitLabDeployKey"]


class GitLabDeployKey(GitLabPart, DeployKey):
    """A deploy key of a project.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project.
        key: the key's number.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "deploy_keys"

    title = Field("title", text)
    key = Field("key", text)
    is_read_only = Field("can_push", lambda value: not value)
    created = Field("created_at", instant)

    @computed
    def web_url(self) -> str:
        """The page that lists it; the API gives none."""
        return f"{self._owner.web_url}/-/settings/repository"

    def delete(self) -> None:
        """Take it away from the project."""
        self._request("DELETE", self.api_path)
