"""GitLab's issues (source: https://docs.gitlab.com/api/issues/)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from igitt._base.answer import Answer
from igitt._objects.resource import Editable, EditableRelated, EditableSetField, Field, Related
from igitt._objects.shared.things import CommonIssue
from igitt._text.quoting import defused
from igitt.errors import (
    ConflictError,
    ElementDoesntExistError,
    InvalidResponseError,
    PermissionDeniedError,
    UnsupportedOperationError,
    ValidationError,
)
from igitt.gitlab.base import People, Reactable, label_names, milestone_id, user_ids
from igitt.gitlab.quick_actions import check_said
from igitt.gitlab.timeline import timeline
from igitt.interfaces.attributes import EditableAttribute, computed, computed_set
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
    optional_text,
    text,
    to_day,
    to_instant,
    to_text,
)
from igitt.interfaces.element import Unsupported
from igitt.interfaces.enums import IssueStates, MergeRequestStates
from igitt.interfaces.issue import Issue
from igitt.interfaces.issue_event import IssueEvent, checked_names
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.reaction import Reaction
from igitt.interfaces.shapes import shaped
from igitt.interfaces.user import User

if TYPE_CHECKING:
    from igitt.interfaces.label import Label

__all__ = ["GitLabIssue"]

#: Where an issue is whose id is known (source: https://docs.gitlab.com/api/graphql/reference/#queryissue).
_PLACE = "query($id: IssueID!) { issue(id: $id) { iid projectId } }"
_NOT_SEEN = (ElementDoesntExistError, InvalidResponseError, KeyError, PermissionDeniedError, TypeError, ValidationError)
#: How often one issue is followed from project to project at once.
_MOST_MOVES = 8


def seconds(value: Any) -> timedelta:
    """A span that GitLab counts in seconds; none is no time."""
    return timedelta(seconds=optional_integer(value) or 0)


def _duration(time: timedelta) -> str:
    """A span as GitLab reads it: in hours, since a day of GitLab's has eight."""
    minutes, rest = divmod(int(abs(time.total_seconds())), 60)
    return f"{'-' if time < timedelta() else ''}{minutes // 60}h{minutes % 60}m{rest}s"


def _span(value: object, what: str) -> timedelta:
    if not isinstance(value, timedelta):
        raise ValidationError(f"{what} is a datetime.timedelta, not {value!r}")
    return value


class Duration(Field[timedelta], EditableAttribute[timedelta]):
    """A span of time that has an address of its own to write it."""

    def __set__(self, obj: Any, value: timedelta) -> None:
        """Write it."""
        obj._write_time(self.name, _span(value, self.name))


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
    state = Field[IssueStates | MergeRequestStates]("state", from_words(IssueStates, {"opened": IssueStates.OPEN}))
    author = Related[User | None]("author", "User")
    assignees = People("assignees", "assignee_ids", ("assign", "unassign"))
    labels = EditableSetField[str]("labels", names, label_names, ways=("add_labels", "remove_labels"))
    milestone = EditableRelated[Milestone | None](
        "milestone", "Milestone", milestone_id, write="milestone_id", scoped=True
    )
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)
    closed_at = Field("closed_at", optional_instant)
    close_reason = Unsupported[str | None]("GitLab keeps no reason for which an issue was closed")
    is_locked = Field("discussion_locked", flag)
    type = Field("issue_type", optional_text)
    due_date = Editable[date | None]("due_date", day, to_day)
    confidential = Editable("confidential", flag)
    weight = Editable("weight", optional_integer)
    time_estimate = Duration("time_stats.time_estimate", seconds)
    total_time_spent = Duration("time_stats.total_time_spent", seconds)
    parent_issue = Unsupported[Issue | None]("GitLab's issues are in epics, not in each other")
    sub_issues = Unsupported[PaginatedList[Issue]]("GitLab's issues are in epics, not in each other")

    # --- what was said -----------------------------------------------------------------------------------------------

    @computed
    def comments(self) -> PaginatedList[Comment]:
        """What people said, oldest first."""
        params = {"order_by": "created_at", "sort": "asc", **self._comments_only}
        return self.client.list(f"{self.api_path}/notes", self.client.Comment, self, params=params, keep=by_people)

    def filter_comments(
        self, *, since: datetime | str | None = None, author: User | str | None = None
    ) -> PaginatedList[Comment]:
        """What people said; igitt chooses, since GitLab gives all of it."""
        wanted = {name.casefold() for name in as_names([] if author is None else [author], "username", "user")}
        start = to_instant(since)
        begin = None if start is None else instant(start)

        def keep(data: Any) -> bool:
            by = text((data.get("author") or {}).get("username")).casefold()
            late = begin is None or instant(data.get("updated_at")) >= begin
            return by_people(data) and late and (not wanted or by in wanted)

        params = {"order_by": "created_at", "sort": "asc", **self._comments_only}
        return self.client.list(f"{self.api_path}/notes", self.client.Comment, self, params=params, keep=keep)

    # https://docs.gitlab.com/api/issue_links/

    def _links(self, kind: str) -> PaginatedList[Issue]:
        return self.client.list(
            f"{self.api_path}/links", self.client.Issue, keep=lambda data: data.get("link_type") == kind
        )

    @computed
    def blocks(self) -> PaginatedList[Issue]:
        """The issues that wait for it."""
        return self._links("blocks")

    @computed
    def blocked_by(self) -> PaginatedList[Issue]:
        """The issues that it waits for."""
        return self._links("is_blocked_by")

    @computed
    def related_issues(self) -> PaginatedList[Issue]:
        """The issues that it was linked with."""
        return self._links("relates_to")

    @staticmethod
    def _as_written(text: str) -> str:
        return defused(text)

    def add_comment(self, body: str, quick_actions: bool = False) -> Comment:
        """Say something. With `quick_actions`, a text of nothing but commands leaves no comment."""
        said = {"body": nonempty(body, "a comment")}
        data = self._request("POST", f"{self.api_path}/notes", json=said, quick_actions=quick_actions).data
        if quick_actions:
            self._outdate()
        check_said(data)
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
        return set(self.client.list(f"{self.api_path}/closed_by", self.client.MergeRequest))

    # --- moved to another project ------------------------------------------------------------------------------------

    def refresh(self) -> Self:
        """Read it again. One that was moved is the new one from then on, if the credential may see where that is."""
        super().refresh()
        for _ in range(_MOST_MOVES):
            if not self._has_moved or not self._go_along():
                break
            super().refresh()
        return self

    @property
    def _has_moved(self) -> bool:
        return self._data.get("moved_to_id") is not None

    def _go_along(self) -> bool:
        """Be the issue that GitLab made in another project; False where it may not be seen.

        Only its id on the instance is sent, which GraphQL takes from everybody, and ``GET /issues/:id`` from
        administrators.
        """
        moved = integer(self._data["moved_to_id"])
        told: Any = None
        with suppress(*_NOT_SEEN):
            told = self.client.graphql(_PLACE, {"id": f"gid://gitlab/Issue/{moved}"}).get("issue")
        if not told:
            with suppress(*_NOT_SEEN):
                found = self.client.get(f"issues/{moved}")
                told = {"iid": found["iid"], "projectId": found["project_id"]}
        if not told:
            return False
        with shaped("an issue that was moved"):
            self._transferred({"id": integer(told["projectId"])}, integer(told["iid"]))
        return True

    def _request(self, method: str, path: str, **options: Any) -> Answer:
        """What is written to one that is known to have moved is written to the new one, or not at all."""
        if method not in {"GET", "HEAD"} and self._has_moved:
            old, moved = self.api_path, self._data["moved_to_id"]
            if not self._go_along():
                raise ConflictError(
                    f"{self._label()} was moved to another project, where it is the issue of the id {moved}; this "
                    "credential may not see it, and nothing was written",
                    data=self._data,
                )
            path = self.api_path + path.removeprefix(old)
        return super()._request(method, path, **options)

    def _write(self, body: Mapping[str, Any]) -> None:
        super()._write(body)
        if self._has_moved:  # which only the response shows
            super()._write(body)

    # --- writing -----------------------------------------------------------------------------------------------------

    def add_labels(self, *labels: Label | str) -> None:
        """Add labels in one request; GitLab creates those that do not exist."""
        if labels:
            self._write({"add_labels": label_names(labels)})

    def remove_labels(self, *labels: Label | str) -> None:
        """Take labels off in one request."""
        if labels:
            self._write({"remove_labels": label_names(labels)})

    def assign(self, *users: User | str) -> None:
        """Add assignees: GitLab takes only the whole set, so igitt reads it first. A free GitLab keeps one assignee."""
        self._add_people("assignees", "assignee_ids", users)

    def unassign(self, *users: User | str) -> None:
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

    def close(self, reason: str | None = None) -> None:
        """Close it; GitLab keeps no reason."""
        if reason is not None:
            raise UnsupportedOperationError(
                "gitlab does not support close(reason): GitLab keeps no reason for which an issue was closed; "
                'issue.supports("close_reason") tells'
            )
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
        if not int(_span(time, "time to book").total_seconds()):
            raise ValidationError(f"there is no time to book in {time!r}; GitLab counts in seconds")
        self._write_stats("add_spent_time", time)

    def _write_time(self, name: str, time: timedelta) -> None:
        """Set the estimate, or book what is missing to a sum, or too much: GitLab has no way to write that itself."""
        if time < timedelta():
            raise ValidationError(f"{name} is no negative time: {time!r}")
        if name == "time_estimate":
            self._write_stats("time_estimate" if time else "reset_time_estimate", time)
        elif not time:
            self._write_stats("reset_spent_time", time)
        elif missing := time - self.refresh().total_time_spent:
            self._write_stats("add_spent_time", missing)

    def _write_stats(self, verb: str, time: timedelta) -> None:
        body = {"duration": _duration(time)} if time else None
        data = self._request("POST", f"{self.api_path}/{verb}", json=body).data
        self._absorb({"time_stats": data}, complete=False)


def _ids(people: Any) -> set[int]:
    return {integer(person.get("id")) for person in people or ()}
