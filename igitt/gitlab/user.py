"""GitLab's users (source: https://docs.gitlab.com/api/users/)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from igitt._base.paths import segment
from igitt._objects.resource import Field
from igitt.errors import ElementDoesntExistError
from igitt.gitlab.base import GitLabResource
from igitt.gitlab.lists import ArrangedList
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import flag, optional_text, text
from igitt.interfaces.element import unsupported
from igitt.interfaces.installation import Installation
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.organization import Organization
from igitt.interfaces.repository import Repository
from igitt.interfaces.shapes import shaped
from igitt.interfaces.user import EmailAddress, User

if TYPE_CHECKING:
    from igitt._base.token import Token

__all__ = ["GitLabUser"]

_NO_APPS = "GitLab has no Apps that are installed"

#: https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects
_TOKENS_OWN = re.compile(r"(?:project|group)_\d+_bot(?:_|\d|$)")


class GitLabUser(GitLabResource, User):
    """A user of GitLab.

    Args:
        client: the client, or a token for gitlab.com.
        user: the user name or the numeric id; without one, it is the user that the credential belongs to.
    """

    __slots__ = ()
    _is_renamed = _has_own_id = True
    _key = "username"

    def __init__(self, client: Any, user: str | int | None = None) -> None:
        if user is not None:
            segment(user, "user name")
        super().__init__(client, {} if user is None else {"id" if isinstance(user, int) else "username": user})

    username = Field("username", text)
    name = Field("name", text)
    email = Field("public_email", lambda value: optional_text(value or None))
    avatar_url = Field("avatar_url", optional_text)
    _bot = Field("bot", flag)

    @property
    def api_path(self) -> str:
        """``users/{id}``, or ``user`` for the credential's own; of a name, the id is looked up."""
        data = self._data
        if "id" not in data and "username" in data:
            self._find()
            data = self._data
        return f"users/{segment(data['id'])}" if "id" in data else "user"

    @property
    def _key_value(self) -> Any:
        return self.username

    @property
    def _identity(self) -> str | None:
        """The name; the credential's own user, of whom nothing is known yet, is looked up once."""
        name = self._data.get(self._key) if self._data else self._key_value
        return name.casefold() if isinstance(name, str) else None

    def _find(self) -> None:
        """Learn the id of a name, which one request returns together with what else is public."""
        name = self._data["username"]
        client = self.client
        found = client.people.recall(
            ("name", text(name).casefold()), lambda: client.get("users", params={"username": name}) or None
        )
        if not found:
            raise ElementDoesntExistError(f"there is no user {name!r}: the name may be wrong", 404)
        with shaped("a user"):
            self._absorb(found[0], complete=False)

    def _lookup(self, key: str) -> Any:
        if "id" not in self._data and "username" in self._data:
            self._find()
            if key in self._data:
                return self._data[key]
        if not self._complete and "id" in self._data:
            path = self.api_path
            self._absorb(self.client.people.recall(("id", path), lambda: self._request("GET", path).data))
        return super()._lookup(key)

    @computed
    def emails(self) -> PaginatedList[EmailAddress]:
        """``GET /user/emails``; only the user has the main address, which is verified."""
        self._only_own()
        main = text(self.client.user.data.get("email"))

        def arranged(found: list[Any]) -> list[EmailAddress]:
            others = [
                EmailAddress(text(one.get("email")), one.get("confirmed_at") is not None, is_primary=False)
                for one in found
                if text(one.get("email")) != main
            ]
            return [EmailAddress(main, is_verified=True, is_primary=True), *others]

        return ArrangedList(self.client.list_of("user/emails", dict), arranged)

    @computed
    def is_bot(self) -> bool:
        """Whether it is the own user of a project's or group's token, or another program."""
        return self._tells_bot(self._data) or self._bot

    @staticmethod
    def _tells_bot(data: Mapping[str, Any]) -> bool:
        """Whether these data show that it is a token's own user, or another program."""
        return _TOKENS_OWN.match(text(data.get("username"))) is not None or flag(data.get("bot"))

    @computed
    def repositories(self) -> PaginatedList[Repository]:
        """The projects in the user's own namespace."""
        return self.client.list(
            f"users/{segment(self._data.get('id') or self.username)}/projects", self.client.Repository
        )

    @unsupported(_NO_APPS)
    def installed_repositories(self, installation_id: int) -> PaginatedList[Repository]:
        """The repositories of an installation."""
        raise NotImplementedError

    @unsupported(_NO_APPS)
    def get_installations(self, jwt: Token | None = None) -> PaginatedList[Installation]:
        """The installations of an App."""
        raise NotImplementedError

    @computed
    def organizations(self) -> PaginatedList[Organization]:
        """The groups that the user is a member of; those of another user are shown to administrators only."""
        if not self._data or self == self.client.user:
            return self.client.organizations

        def make(data: Any) -> Organization:
            return self.client.Organization.from_data({"id": data.get("source_id")}, self.client)

        return self.client.list_of(f"{self.api_path}/memberships", make, params={"type": "Namespace"})
