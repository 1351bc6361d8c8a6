"""GitLab's comments, which it calls notes.

Each belongs to what it is on. Those on commits are the odd ones: GitLab lists them without a number, which only its
threads (``discussions``) tell.
Sources: https://docs.gitlab.com/api/notes/, …/api/discussions/, …/api/commits/#post-comment-to-commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from igitt._base.paths import segment
from igitt._objects.resource import Editable, Field, Related
from igitt.errors import ElementDoesntExistError, UnsupportedOperationError, ValidationError
from igitt.gitlab.base import Reactable
from igitt.gitlab.quick_actions import check_said
from igitt.interfaces.attributes import computed
from igitt.interfaces.comment import Comment
from igitt.interfaces.convert import from_words, instant, integer, nonempty, text
from igitt.interfaces.element import partly, unsupported
from igitt.interfaces.enums import CommentType
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.reaction import Reaction
from igitt.interfaces.repository import Repository
from igitt.interfaces.user import User

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.element import Element
    from igitt.interfaces.hoster import Hoster

__all__ = ["GitLabComment"]

_NOTEABLE = from_words(
    CommentType,
    {
        "Issue": CommentType.ISSUE,
        "MergeRequest": CommentType.MERGE_REQUEST,
        "Commit": CommentType.COMMIT,
        "Snippet": CommentType.SNIPPET,
        "WorkItem": CommentType.ISSUE,
    },
)
#: What only the place of a note shows, which a note that is read alone does not repeat.
_PLACE = ("discussion_id", "noteable_type")
_NO_EMOJI = "on comments of commits: GitLab's API has no address for them"


class GitLabComment(Reactable, Comment):
    """A comment.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the issue, merge request or commit that it is on.
        key: its number.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "notes"
    _further = ("discussion_id", "noteable_type", "noteable_id", "noteable_iid", "commit_id", "type")

    number = Field("id", integer)
    body = Editable("body", text, nonempty)
    author = Related[User | None]("author", "User")
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)

    @classmethod
    def _scope_of(cls, client: Any, scope: Any) -> Any:  # noqa: ARG003 - refused whatever the client
        raise ValidationError(
            f"a comment of GitLab is known by what it is on: an issue, merge request or commit, not {scope!r}"
        )

    @classmethod
    def from_data(
        cls, data: Mapping[str, Any], client: Hoster | Token | str, scope: Element | str | int | None = None
    ) -> Self:
        """Make one of JSON that is at hand, of a commit's too, whose text is called ``note``."""
        if isinstance(data, dict) and "note" in data and "body" not in data:
            data = {**data, "body": data["note"]}
        self = super().from_data(data, client, scope)
        if self._scope is not None and self._scope.kind == "repository":
            self._scope = self._noteable(self._scope)
        return self

    def _locate(self) -> Any:
        return self._noteable(super()._locate())

    def _noteable(self, repository: Any) -> Any:
        """What the data says that it is on; the repository where that is a thing without a class, such as a snippet."""
        data, client = self._data, self.client
        kind, number = _NOTEABLE(data.get("noteable_type")), data.get("noteable_iid")
        if kind is CommentType.ISSUE and number is not None:
            return client.Issue(client, repository, number)
        if kind is CommentType.MERGE_REQUEST and number is not None:
            return client.MergeRequest(client, repository, number)
        sha = data.get("commit_id") or data.get("noteable_id")
        if kind is CommentType.COMMIT and sha:
            return client.Commit(client, repository, text(sha))
        return repository

    @computed
    def type(self) -> CommentType:
        """What it was written on; a comment on a merge request's diff is a review's."""
        data = self._data
        kind = _NOTEABLE(data.get("noteable_type") or "unknown")
        if kind is CommentType.UNKNOWN:
            kind = CommentType(self._owner.kind)
        if kind is CommentType.MERGE_REQUEST and data.get("type") == "DiffNote":
            return CommentType.REVIEW
        return kind

    @property
    def api_path(self) -> str:
        """Below what it is on; of a commit's, below its thread, the only place where GitLab has it by number."""
        kind = self.type
        if kind is CommentType.COMMIT:
            return f"{self._owner.api_path}/discussions/{segment(self._thread())}/notes/{self._key_value}"
        return f"{self._place}/notes/{self._key_value}" if kind is CommentType.SNIPPET else super().api_path

    @property
    def _place(self) -> str:
        """The path of what it is on; a snippet has no class here, and belongs to the project."""
        if self.type is CommentType.SNIPPET:
            return f"{self._repository.api_path}/snippets/{segment(self._data.get('noteable_id'))}"
        path: str = self._owner.api_path
        return path

    @property
    def _key_value(self) -> Any:
        if self._data.get("id") is None:
            self._thread()
        return super()._key_value

    def _lookup(self, key: str) -> Any:
        if self._data.get("id") is None:
            self._thread()  # which shows all of it
        return super()._lookup(key)

    @property
    def _repository(self) -> Any:
        owner = self._owner
        return owner if owner.kind == "repository" else owner._repository

    @computed
    def web_url(self) -> str:
        """Its place on the page of what it is on; the API gives none."""
        number = self._data.get("id")
        return f"{self._owner.web_url}{'' if number is None else f'#note_{number}'}"

    @computed
    def repository(self) -> Repository:
        """The project that it belongs to."""
        return self._repository

    # --- threads -----------------------------------------------------------------------------------------------------

    def _thread(self) -> str:
        """The id of its thread; where it is not known, all threads of what it is on are looked through."""
        if "discussion_id" not in self._data:
            for thread in self.client.list_of(f"{self._place}/discussions", dict):
                note = next((note for note in thread.get("notes") or () if self._is(note)), None)
                if note is not None:
                    self._absorb({**note, "discussion_id": thread.get("id")})
                    break
            else:
                raise ElementDoesntExistError(f"this comment is in no thread of its {self._owner.kind} any more", 404)
        return text(self._data.get("discussion_id"))

    def _is(self, note: Any) -> bool:
        """Whether a note of a thread is this one, which may not know its own number."""
        data = self._data
        if data.get("id") is not None:
            return bool(note.get("id") == data["id"])
        mine, theirs = data.get("author") or {}, note.get("author") or {}
        same = note.get("body") == data.get("body") and theirs.get("id") == mine.get("id")
        return same and text(note.get("created_at"))[:19] == text(data.get("created_at"))[:19]

    def _absorb(self, data: Any, *, complete: bool = True) -> None:
        if isinstance(data, dict):
            data = {**{key: self._data[key] for key in _PLACE if key in self._data}, **data}
        super()._absorb(data, complete=complete)

    def _same(self, other: Any) -> bool:
        """GitLab lists a commit's comments without their numbers: text and time distinguish those."""
        data = other._data
        if self._data.get("id") is None and data.get("id") is None:
            return self._is(data) and bool(self._owner == other._owner)
        if self._data.get("id") is None or data.get("id") is None:
            nameless, numbered = (self, other) if self._data.get("id") is None else (other, self)
            return bool("body" in numbered._data and nameless._is(numbered._data) and self._owner == other._owner)
        return super()._same(other)

    def _new_hash(self) -> int:
        number = None if self.type is CommentType.COMMIT else self._identity
        return hash((self._base_url, self.kind, number))

    @unsupported("GitLab folds no comments away; a thread can be resolved")
    def hide(self, reason: str = "outdated") -> None:
        """Fold it away."""

    def reply(self, body: str, *, quick_actions: bool = False) -> Comment:
        """Answer it: in its thread where it is in one, otherwise below it."""
        data, owner = self._data, self._owner
        if self.type is CommentType.COMMIT:
            return owner.comment(body, quick_actions=quick_actions)
        if "discussion_id" not in data and "type" not in data:
            self.refresh()
        if "discussion_id" not in data and self._data.get("type") not in {"DiffNote", "DiscussionNote"}:
            if self.type is not CommentType.SNIPPET:
                return owner.add_comment(body, quick_actions)
            path, known = f"{self._place}/notes", {}
        else:
            thread = self._thread()
            path, known = f"{self._place}/discussions/{segment(thread)}/notes", {"discussion_id": thread}
        said = {"body": nonempty(body, "a comment")}
        answer = self._request("POST", path, json=said, quick_actions=quick_actions).data
        check_said(answer)
        return type(self).from_data({**answer, **known}, self.client, owner)

    # --- the rest ----------------------------------------------------------------------------------------------------

    @computed
    @partly(_NO_EMOJI)
    def reactions(self) -> PaginatedList[Reaction]:
        """The emoji on it."""
        self._check_emoji()
        return self._reactions()

    @partly(_NO_EMOJI)
    def add_reaction(self, name: str) -> Reaction:
        self._check_emoji()
        return super().add_reaction(name)

    def _check_emoji(self) -> None:
        if self.type is CommentType.COMMIT:
            raise UnsupportedOperationError(f"gitlab does not support emoji {_NO_EMOJI}")

    def delete(self) -> None:
        self._request("DELETE", self.api_path)
