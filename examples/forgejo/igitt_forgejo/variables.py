"""What the workflows of a repository of Forgejo get (source: https://codeberg.org/api/swagger, "repository")."""

from __future__ import annotations

from typing import Any

from igitt.errors import ElementDoesntExistError
from igitt.interfaces import PaginatedList, Variable, computed
from igitt.provider import WholeList, checked_variable, optional_instant, segment, text
from igitt_forgejo.base import JSON, ForgejoResource

__all__ = ["ForgejoVariables"]


def _variable(data: JSON) -> Variable:
    return Variable(text(data.get("name")), text(data.get("data")), is_secret=False)


def _secret(data: JSON) -> Variable:
    return Variable(text(data.get("name")), None, is_secret=True, updated=optional_instant(data.get("created_at")))


class ForgejoVariables(ForgejoResource):
    """The part of a repository that is about the variables and secrets of its workflows."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own

    @computed
    def variables(self) -> PaginatedList[Variable]:
        """Its variables, then the names of its secrets."""

        def read() -> list[Variable]:
            known: Any = self.client.list_of(f"{self.api_path}/actions/variables", _variable)
            hidden: Any = self.client.list_of(f"{self.api_path}/actions/secrets", _secret)
            return [*known, *hidden]

        return WholeList(f"{self._label()} variables", read)

    def set_variable(self, name: str, value: str, *, secret: bool = False) -> None:
        """One request for a variable that is there and for a secret, two for a new variable."""
        end = segment(checked_variable(name))
        if secret:
            self._send("PUT", f"{self.api_path}/actions/secrets/{end}", {"data": value})
            return
        path = f"{self.api_path}/actions/variables/{end}"
        try:
            self._send("PUT", path, {"value": value})
        except ElementDoesntExistError:
            self._send("POST", path, {"value": value})

    def delete_variable(self, name: str) -> None:
        """Remove the variable of that name, or the secret where there is none."""
        path, end = f"{self.api_path}/actions", segment(checked_variable(name))
        try:
            self._send("DELETE", f"{path}/variables/{end}")
        except ElementDoesntExistError:
            self._send("DELETE", f"{path}/secrets/{end}")
