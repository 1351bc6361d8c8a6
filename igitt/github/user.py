"""GitHub's users (source: https://docs.github.com/en/rest/users)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from igitt._base.paths import segment
from igitt._objects.resource import Field
from igitt.github.base import GitHubResource
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import flag, integer, optional_text, text
from igitt.interfaces.installation import Installation
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.organization import Organization
from igitt.interfaces.repository import Repository
from igitt.interfaces.user import EmailAddress, User

if TYPE_CHECKING:
    from igitt._base.token import Token

__all__ = ["GitHubUser"]


def _email(data: Mapping[str, Any]) -> EmailAddress:
    return EmailAddress(text(data.get("email")), flag(data.get("verified")), flag(data.get("primary")))


class GitHubUser(GitHubResource, User):
    """A user of GitHub.

    Args:
        client: the client, or a token for github.com.
        username: the login; without one, it is the user that the credential belongs to.
    """

    __slots__ = ()
    _is_renamed = _has_own_id = True
    _key = "login"

    def __init__(self, client: Any, username: str | None = None) -> None:
        if username is not None:
            segment(username, "user name")
        super().__init__(client, {} if username is None else {"login": username})

    username = Field("login", text)
    name = Field("name", text)
    email = Field("email", optional_text)
    avatar_url = Field("avatar_url", optional_text)
    _type = Field("type", text)

    @property
    def api_path(self) -> str:
        """``users/{login}``, or ``user`` for the credential's own."""
        login = self._data.get("login")
        return f"users/{segment(login)}" if login else "user"

    @property
    def _key_value(self) -> Any:
        return self.username

    @property
    def _identity(self) -> str | None:
        """The name; the credential's own user, of whom nothing is known yet, is looked up once."""
        name = self._data.get(self._key) if self._data else self._key_value
        return name.casefold() if isinstance(name, str) else None

    def _lookup(self, key: str) -> Any:
        if not self._complete and self._data.get("login"):
            path = self.api_path
            known = self.client.people.recall(("login", path.casefold()), lambda: self._request("GET", path).data)
            self._adopt(known)
        return super()._lookup(key)

    @computed
    def emails(self) -> PaginatedList[EmailAddress]:
        """``GET /user/emails``, with the scope ``user:email``."""
        self._only_own()
        return self.client.list_of("user/emails", _email)

    @computed
    def is_bot(self) -> bool:
        """Whether it is an App's own user."""
        return self._tells_bot(self._data) or self._type == "Bot"

    @staticmethod
    def _tells_bot(data: Mapping[str, Any]) -> bool:
        """Whether these data show that it is an App's own user."""
        return text(data.get("login")).endswith("[bot]") or data.get("type") == "Bot"

    @computed
    def repositories(self) -> PaginatedList[Repository]:
        """The repositories that the user owns; private ones only if the credential is the user's own."""
        own = not self._data.get("login")
        return self.client.list(
            f"{self.api_path}/repos", self.client.Repository, params={"affiliation": "owner"} if own else None
        )

    @computed
    def organizations(self) -> PaginatedList[Organization]:
        """The organizations that the user is seen in."""
        return self.client.list(f"{self.api_path}/orgs", self.client.Organization)

    def installed_repositories(self, installation_id: int) -> PaginatedList[Repository]:
        """``GET /user/installations/{id}/repositories``, all pages."""
        path = f"user/installations/{integer(installation_id)}/repositories"
        return self.client.list(path, self.client.Repository, items="repositories")

    def get_installations(self, jwt: Token | None = None) -> PaginatedList[Installation]:
        """``GET /user/installations``, all pages."""
        client: Any = self.client if jwt is None else self.client.with_token(jwt)
        make = partial(client.Installation.from_data, client=client)
        return self.client.list_of("user/installations", make, items="installations")
