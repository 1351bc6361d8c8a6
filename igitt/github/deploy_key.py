"""GitHub's deploy keys (source: https://docs.github.com/en/rest/deploy-keys/deploy-keys)."""

from __future__ import annotations

from igitt._objects.resource import Field
from igitt.github.base import GitHubPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import flag, instant, text
from igitt.interfaces.deploy_key import DeployKey

__all__ = ["GitHubDeployKey"]


class GitHubDeployKey(GitHubPart, DeployKey):
    """A deploy key of a repository.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: the key's number.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "keys"

    title = Field("title", text)
    key = Field("key", text)
    is_read_only = Field("read_only", flag)
    created = Field("created_at", instant)

    @computed
    def web_url(self) -> str:
        """The page that lists it; the API gives none."""
        return f"{self._owner.web_url}/settings/keys"

    def delete(self) -> None:
        """Take it away from the repository."""
        self._request("DELETE", self.api_path)
