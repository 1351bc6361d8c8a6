"""GitLab's issues (source: https://docs.gitlab.com/api/issues/)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar

from igitt._objects.resource import Editable, EditableRelated, EditableSetField, Field, Related
from igitt._objects.shared.things import CommonIssue
from igitt._text.quoting import defused
from igitt.errors import ValidationError
from igitt.gitlab.base import People, Reactable, label_names, milestone_id, user_ids
from igitt.gitlab.timeline import timeline
from igitt.interfaces.attributes import computed, computed_set
from igitt.interfaces.comment import Comment
from igitt.interfaces.convert import (
    as_names,
    day,
    flag,
    from_words,
    instant,
    integer,
    names,
    nonempty,
    optional_instant,
    optional_integer,
    text,
    to_day,
    to_text,
)
from igitt.interfaces.enums import IssueStates
from igitt.interfaces.issue_event import IssueEvent, checked_names
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.reaction import Reaction
from igitt.interfaces.user import User

__all__ = ["GitLabIssue"]


def seconds(value: Any) -> timedelta:
    """A span that GitLab counts in seconds; none is no time."""
    return timedelta(seconds=optional_integer(value) or 0)


def by_people(data: Any) -> bool:
    """Whether a note was written by somebody: GitLab's own remarks ("changed the description") are in the same list."""
    return not data.get("system")


class GitLabIssue(Reactable, CommonIssue):
    """An issue of a project.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project: an object, its full name, id or URL.
        key: the issue's number, which GitLab calls its ``iid``.
    """

    __slots__ = ()
    _collection = "issues"
    _key = "iid"
    #: How to ask for no more than what people wrote, where GitLab can leave out the rest.
    _comments_only: ClassVar[dict[str, str]] = {"activity_filter": "only_comments"}

    number = Field("iid", integer)
    title = Editable("title", text, nonempty)
    description = Editable("description", text, to_text)
    state: Any = Field("state", from_words(IssueStates, {"opened": IssueStates.OPEN}))
    author = Related[User | None]("author", "User")
    assignees = People("assignees", "assignee_ids", ("assign", "unassign"))
    labels = EditableSetField[str]("labels", names, label_names, ways=("add_labels", "remove_labels"))
    milestone = EditableRelated[Milestone | None](
        "milestone", "Milestone", milestone_id, write="milestone_id", scoped=True
    )
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)
    closed_at = Field("closed_at", optional_instant)
    due_date: Any = Editable[date | None]("due_date", day, to_day)
    confidential: Any = Editable("confidential", flag)
    weight: Any = Editable("weight", optional_integer)
    time_estimate = Field("time_stats.time_estimate", seconds)
    total_time_spent = Field("time_stats.total_time_spent", seconds)

    # --- what was said -----------------------------------------------------------------------------------------------

    @computed
    def comments(self) -> PaginatedList[Comment]:
        """What people said, oldest first."""
        params = {"order_by": "created_at", "sort": "asc", **self._comments_only}
        return self.client.list(f"{self.api_path}/notes", "Comment", self, params=params, keep=by_people)

    def add_comment(self, body: str, quick_actions: bool = False) -> Comment:
        """Say something. With `quick_actions`, a text of nothing but commands leaves no comment."""
        said = nonempty(body, "a comment")
        said = said if quick_actions else defused(said)
        data = self._request("POST", f"{self.api_path}/notes", json={"body": said}).data
        if isinstance(data, dict) and "id" not in data and "commands_changes" in data:
            self._outdate()
            raise ValidationError(
                "GitLab carried out the quick actions of this text, and nothing was left for a comment"
            )
        return self.client.Comment.from_data(data, self.client, self)

    @computed
    def events(self) -> PaginatedList[IssueEvent]:
        """What happened to it, oldest first."""
        return timeline(self.client, self.api_path)

    def filter_events(self, *names: str) -> PaginatedList[IssueEvent]:
        """What happened to it of some kinds, oldest first; only the lists that hold these are read."""
        return timeline(self.client, self.api_path, checked_names(names))

    @computed
    def reactions(self) -> PaginatedList[Reaction]:
        """The emoji on it."""
        return self._reactions()

    @computed_set
    def mrs_closed_by(self) -> set[MergeRequest]:
        """The merge requests that close it when they are merged, those of other projects too."""
        return set(self.client.list(f"{self.api_path}/closed_by", "MergeRequest"))

    # --- writing -----------------------------------------------------------------------------------------------------

    def add_labels(self, *labels: Any) -> None:
        """Add labels in one request; GitLab creates those that do not exist."""
        if labels:
            self._write({"add_labels": label_names(labels)})

    def remove_labels(self, *labels: Any) -> None:
        """Take labels off in one request."""
        if labels:
            self._write({"remove_labels": label_names(labels)})

    def assign(self, *users: Any) -> None:
        """Add assignees: GitLab takes only the whole set, so igitt reads it first. A free GitLab keeps one assignee."""
        self._add_people("assignees", "assignee_ids", users)

    def unassign(self, *users: Any) -> None:
        """Take assignees off: one request that reads and one that writes at most."""
        self._remove_people("assignees", "assignee_ids", users)

    def _add_people(self, key: str, write: str, users: Iterable[Any]) -> None:
        added = set(user_ids(self.client, users))
        there = _ids(self.refresh()._data.get(key))
        if added - there:
            self._write({write: sorted(there | added)})

    def _remove_people(self, key: str, write: str, users: Iterable[Any]) -> None:
        gone = {name.casefold() for name in as_names(users, "username", "user")}
        people = (self.refresh()._data.get(key) or []) if gone else []
        staying = [person for person in people if text(person.get("username")).casefold() not in gone]
        if len(staying) < len(people):
            self._write({write: sorted(_ids(staying))})

    def close(self) -> None:
        self._write({"state_event": "close"})

    def reopen(self) -> None:
        self._write({"state_event": "reopen"})

    def lock(self, reason: str | None = None) -> None:
        """Let only members go on talking; GitLab keeps no reason."""
        self._write({"discussion_locked": True})

    def unlock(self) -> None:
        self._write({"discussion_locked": False})

    def subscribe(self) -> None:
        self._follow("subscribe")

    def unsubscribe(self) -> None:
        self._follow("unsubscribe")

    def _follow(self, verb: str) -> None:
        """GitLab says 304 when it is so already."""
        answer = self._request("POST", f"{self.api_path}/{verb}", accepted=frozenset({304}))
        if answer.status != 304:
            self._absorb(answer.data)

    def delete(self) -> None:
        self._request("DELETE", self.api_path)

    def add_to_total_time_spent(self, time: timedelta) -> None:
        """Book time on it; ``POST …/add_spent_time``, in hours, since a day of GitLab's has eight."""
        if not isinstance(time, timedelta):
            raise ValidationError(f"time to book is a datetime.timedelta, not {time!r}")
        minutes, rest = divmod(int(abs(time.total_seconds())), 60)
        if not minutes and not rest:
            raise ValidationError(f"there is no time to book in {time!r}; GitLab counts in seconds")
        duration = f"{'-' if time < timedelta() else ''}{minutes // 60}h{minutes % 60}m{rest}s"
        data = self._request("POST", f"{self.api_path}/add_spent_time", json={"duration": duration}).data
        self._absorb({"time_stats": data}, complete=False)


def _ids(people: Any) -> set[int]:
    return {integer(person.get("id")) for person in people or ()}
