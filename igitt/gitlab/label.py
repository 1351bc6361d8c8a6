"""GitLab's labels (source: https://docs.gitlab.com/api/labels/ and …/group_labels/)."""

from __future__ import annotations

from igitt._base.paths import segment
from igitt._objects.resource import Editable
from igitt.gitlab.base import GitLabPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import color, nonempty, text, to_text
from igitt.interfaces.label import Label

__all__ = ["GitLabLabel"]


class GitLabLabel(GitLabPart, Label):
    """A label of a project or a group.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project or group; a text or number is the project's.
        key: the label's name.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "labels"
    _is_renamed = True
    _key = "name"
    _key_type = str

    name = Editable("name", text, nonempty, write="new_name")
    color = Editable("color", color, color)
    description = Editable("description", text, to_text)

    @computed
    def web_url(self) -> str:
        """The page that lists it; the API gives none."""
        return f"{self._owner.web_url}/-/labels?search={segment(self._key_value)}"

    def delete(self) -> None:
        self._request("DELETE", self.api_path)
