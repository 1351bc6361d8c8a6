"""What all of Forgejo's objects share: how answers tell their repository, and how people are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from igitt.errors import UnsupportedOperationError
from igitt.interfaces import Attribute
from igitt.provider import Field, Part, Resource, as_names, integer, text

__all__ = ["JSON", "ForgejoPart", "ForgejoResource", "Verb", "logins"]

JSON = Mapping[str, Any]
Verb = Literal["POST", "PUT", "PATCH", "DELETE"]
#: The data that hold an address below the repository, of the API or of a page.
_ADDRESSES = ("url", "html_url", "issue_url", "pull_request_url")


class ForgejoResource(Resource):
    """An object of Forgejo (source: https://codeberg.org/api/swagger)."""

    __slots__ = ()
    hoster = "forgejo"

    identifier: Attribute[int | str] = Field("id", integer)
    web_url = Field("html_url", text)

    @property
    def _repository(self) -> Any:
        """The repository that it belongs to, over any number of steps."""
        owner = self._owner
        return owner if owner.kind == "repository" else owner._repository

    def _cannot(self, what: str, why: str) -> UnsupportedOperationError:
        """The error for a case that Forgejo cannot do."""
        return UnsupportedOperationError(f"forgejo does not support {self.kind}.{what}: {why}")

    def _send(self, method: Verb, path: str, body: object = None) -> Any:
        """The data of the answer to a write."""
        return self._request(method, path, json=body).data


class ForgejoPart(Part, ForgejoResource):
    """An object of Forgejo that belongs to another one."""

    __slots__ = ()

    def _locate(self) -> Any:
        """The repository that the data name: issues do by themselves, everything else by an address."""
        told = self._data.get("repository")
        if isinstance(told, dict) and told.get("full_name"):
            return self.client.Repository(self.client, told["full_name"])
        for key in _ADDRESSES:
            place = self.client.place_of(self._data[key]) if self._data.get(key) else None
            if place is not None and place.full_name and place.kind not in {"user", "organization", "owner"}:
                return self.client.Repository(self.client, place.full_name)
        return super()._locate()

    def delete(self) -> None:
        """Remove it."""
        self._send("DELETE", self.api_path)


def logins(users: Iterable[Any]) -> list[str]:
    """Login names out of users and names, sorted so that equal sets are equal requests."""
    return sorted(as_names(users, "username", "user"))
