"""Installations of a GitHub App (source: https://docs.github.com/en/rest/apps)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt._objects.resource import Field
from igitt.github.auth.installation import GitHubInstallationToken
from igitt.github.base import GitHubResource
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import integer, text
from igitt.interfaces.installation import Installation
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.organization import Organization
from igitt.interfaces.repository import Repository
from igitt.interfaces.sets import NamedSet
from igitt.interfaces.user import User

if TYPE_CHECKING:
    from igitt._base.answer import Answer

__all__ = ["GitHubInstallation"]


class GitHubInstallation(GitHubResource, Installation):
    """An installation of a GitHub App.

    Args:
        client: the client: the App's own (made with its JWT), or the installation's.
        identifier: its number.
    """

    __slots__ = ()
    _collection = "app/installations"

    def __init__(self, client: Any, identifier: int) -> None:
        super().__init__(client, {"id": integer(identifier)})

    app_id = Field("app_id", integer)
    permissions = Field("permissions", lambda value: dict(value or {}))
    webhooks = Field("events", lambda value: NamedSet(text(name) for name in value or ()))
    repository_selection = Field("repository_selection", text)
    is_suspended = Field("suspended_at", lambda value: value is not None)

    @property
    def api_path(self) -> str:
        """``app/installations/{id}``."""
        return f"app/installations/{self._key_value}"

    def _request(self, method: str, path: str, **options: Any) -> Answer:
        """As the App: an installation's token may not ask about its installation, but it knows the App's JWT."""
        token = self.client.token
        if isinstance(token, GitHubInstallationToken):
            options.setdefault("token", token.jwt)
        return super()._request(method, path, **options)

    @computed
    def account(self) -> User | Organization | None:
        """Where it is installed; None for an enterprise, which is neither user nor organization."""
        data = self._data["account"] if "account" in self._data else self._lookup("account")
        if not isinstance(data, dict) or "login" not in data:
            return None
        cls = self.client.Organization if data.get("type") == "Organization" else self.client.User
        return cls.from_data(data, self.client)

    @property
    def token(self) -> GitHubInstallationToken:
        """The installation's token: the client's own, or one that the App's JWT mints when it is used."""
        return self._client.installation_token(self._key_value)

    @computed
    def repositories(self) -> PaginatedList[Repository]:
        """The repositories that it may see, all pages, asked for with the installation's own token."""
        return self._client.as_installation(self._key_value).repositories

    def suspend(self) -> None:
        """Let it do nothing until :meth:`unsuspend`."""
        self._request("PUT", f"{self.api_path}/suspended")
        self._outdate()

    def unsuspend(self) -> None:
        """Let it work again."""
        self._request("DELETE", f"{self.api_path}/suspended")
        self._outdate()

    def delete(self) -> None:
        """Take the App out of the account."""
        self._request("DELETE", self.api_path)
