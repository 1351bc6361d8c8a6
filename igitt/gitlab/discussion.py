"""GitLab's discussions (source: https://docs.gitlab.com/api/discussions/#merge-requests)."""

from __future__ import annotations

from typing import Any

from igitt._http.pagination import StaticList
from igitt._objects.resource import Field
from igitt.gitlab.base import GitLabPart
from igitt.gitlab.quick_actions import check_said
from igitt.interfaces.attributes import computed
from igitt.interfaces.comment import Comment
from igitt.interfaces.convert import nonempty, optional_integer, optional_text, text
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.review import Discussion
from igitt.interfaces.user import User

__all__ = ["GitLabDiscussion"]


class GitLabDiscussion(GitLabPart, Discussion):
    """A thread of a merge request.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the merge request.
        key: its id, a hexadecimal text.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "discussions"
    _key_type = str

    identifier = Field("id", text)

    @property
    def _notes(self) -> list[dict[str, Any]]:
        found = Field[Any]("notes", lambda value: value).__get__(self, type(self))
        return [note for note in found or () if not note.get("system")]

    @property
    def _place(self) -> dict[str, Any]:
        """Where it is on the diff; nothing where it is on the whole."""
        return next((note["position"] for note in self._notes if note.get("position")), {})

    @computed
    def is_resolved(self) -> bool:
        """Whether each of its comments is settled, which GitLab notes with all of them."""
        notes = [note for note in self._notes if note.get("resolvable")]
        return bool(notes) and all(note.get("resolved") for note in notes)

    @computed
    def resolved_by(self) -> User | None:
        """Who said that it is settled."""
        found = next((note["resolved_by"] for note in self._notes if note.get("resolved_by")), None)
        return self.client.User.from_data(found, self.client) if found else None

    @computed
    def path(self) -> str | None:
        """The file that it is on."""
        return optional_text(self._place.get("new_path") or self._place.get("old_path"))

    @computed
    def line(self) -> int | None:
        """The line in that file, of a removed one in the file as it was."""
        return optional_integer(self._place.get("new_line") or self._place.get("old_line"))

    @computed
    def comments(self) -> PaginatedList[Comment]:
        """What was said, oldest first; GitLab sends all of it along."""
        return StaticList([self._comment(note) for note in self._notes])

    def _comment(self, note: dict[str, Any]) -> Comment:
        return self.client.Comment.from_data({**note, "discussion_id": self._key_value}, self.client, self._owner)

    @computed
    def web_url(self) -> str:
        """The place of its first comment."""
        first = self.comments.first()
        return self._owner.web_url if first is None else first.web_url

    @computed
    def merge_request(self) -> MergeRequest:
        """The merge request."""
        return self._owner

    def resolve(self) -> None:
        """Say that it is settled: ``PUT …/discussions/:id``."""
        self._write({"resolved": True})

    def unresolve(self) -> None:
        """Say that it is not settled after all."""
        self._write({"resolved": False})

    def reply(self, body: str, *, quick_actions: bool = False) -> Comment:
        """Say something in it: ``POST …/discussions/:id/notes``."""
        said = {"body": nonempty(body, "a comment")}
        note = self._request("POST", f"{self.api_path}/notes", json=said, quick_actions=quick_actions).data
        self._outdate()
        check_said(note)
        return self._comment(note)
