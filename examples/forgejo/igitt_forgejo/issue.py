"""Forgejo's issues, comments, reactions, labels and milestones (source: https://codeberg.org/api/swagger, "issue").

Labels are written by their numbers in some places and by their names in others; igitt's users write names everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Self

from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.interfaces import (
    Attribute,
    Comment,
    CommentType,
    Issue,
    IssueEvent,
    IssueStates,
    Label,
    MergeRequest,
    MergeRequestStates,
    Milestone,
    MilestoneStates,
    Organization,
    PaginatedList,
    Reaction,
    Repository,
    User,
    computed,
)
from igitt.provider import (
    CommonIssue,
    Editable,
    EditableRelated,
    EditableRelatedSet,
    EditableSetField,
    Field,
    Related,
    as_names,
    checked_names,
    color,
    day,
    flag,
    from_words,
    instant,
    integer,
    names,
    nonempty,
    optional_instant,
    segment,
    text,
    to_day,
    to_instant,
    to_text,
)
from igitt_forgejo.base import ForgejoPart, logins

__all__ = [
    "ForgejoComment", "ForgejoIssue", "ForgejoLabel", "ForgejoMilestone", "ForgejoReaction", "label_numbers",
    "milestone_number",
]  # fmt: skip

#: The colour of a label that is made because an issue is to have it.
_GREY = "#ededed"
#: Forgejo's words for what happened to an issue that igitt calls otherwise.
_EVENTS = {
    "close": "closed",
    "reopen": "reopened",
    "comment": "commented",
    "merge_pull": "merged",
    "change_title": "renamed",
    "lock": "locked",
    "unlock": "unlocked",
}


def milestone_number(milestone: object) -> int:
    """What Forgejo wants to read of a milestone: its number, or 0 for none."""
    if milestone is None:
        return 0
    if isinstance(milestone, Milestone):
        return milestone.number
    raise ValidationError(f"{milestone!r} is no milestone; get one by repository.get_milestone(number)")


def label_numbers(repository: Any, labels: Any) -> list[int]:
    """The numbers of labels that are given by name; those that the repository does not have yet are made.

    One request, and one for each that is made.
    """
    wanted = dict.fromkeys(as_names(labels, "name", "label"))
    known = {label.name: label for label in repository.labels} if wanted else {}
    found = [known.get(name) or repository._make_label(name, _GREY) for name in wanted]
    return [integer(label.identifier) for label in found]


class _Reactable(ForgejoPart):
    """Something that can have reactions, which have no number of their own: emoji and user tell them apart."""

    __slots__ = ()

    @computed
    def reactions(self) -> PaginatedList[Reaction]:
        """The emoji on it."""
        return self.client.list(f"{self._talk_path}/reactions", "Reaction", self)

    @property
    def _talk_path(self) -> str:
        """Where its reactions are; a pull request has them with its issue."""
        return self.api_path

    def add_reaction(self, name: str) -> Reaction:
        """Put an emoji on it; Forgejo gives back one that is already there."""
        data = self._send("POST", f"{self._talk_path}/reactions", {"content": nonempty(name, "a reaction")})
        reaction: Reaction = self.client.Reaction.from_data(data, self.client, self)
        return reaction


class ForgejoIssue(_Reactable, CommonIssue):
    """An issue of a repository.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository: an object, its full name, id or URL.
        key: the issue's number.
    """

    __slots__ = ()
    _collection = "issues"
    _key = "number"
    _has_own_id = True
    _lacks = {
        "close_reason": "Forgejo does not keep why an issue was closed",
        "confidential": "Forgejo's issues are as public as their repository",
        "lock": "Forgejo's API cannot lock; its pages can",
        "mrs_closed_by": "Forgejo does not tell which pull requests close an issue",
        "parent_issue": "Forgejo's issues have no parts",
        "related_issues": "Forgejo's issues depend on each other, and have no other relations",
        "sub_issues": "Forgejo's issues have no parts",
        "time_estimate": "Forgejo's API does not tell estimates",
        "type": "Forgejo's issues are all of one type",
        "unlock": "Forgejo's API cannot unlock; its pages can",
        "weight": "Forgejo's issues have no weight",
    }

    number = Field("number", integer)
    title = Editable("title", text, nonempty)
    description = Editable("body", text, to_text)
    state: Attribute[IssueStates | MergeRequestStates] = Field("state", from_words(IssueStates, {}))
    author = Related[User | None]("user", "User")
    assignees = EditableRelatedSet[User]("assignees", "User", logins, write="assignees", ways=("assign", "unassign"))
    labels = EditableSetField[str](
        "labels", names, lambda value: sorted(as_names(value, "name", "label")), ways=("add_labels", "remove_labels")
    )
    milestone = EditableRelated[Milestone | None](
        "milestone", "Milestone", milestone_number, write="milestone", scoped=True
    )
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)
    closed_at = Field("closed_at", optional_instant)
    is_locked = Field("is_locked", flag)
    due_date = Editable[date | None]("due_date", day, lambda value: value and f"{to_day(value)}T23:59:59Z")

    @property
    def _talk_path(self) -> str:
        return f"{self._owner.api_path}/issues/{segment(self._key_value)}"

    def _write(self, body: Mapping[str, Any]) -> None:
        """One request; labels, which have an address of their own, are a second one."""
        rest = {key: value for key, value in body.items() if key != "labels"}
        if "due_date" in rest and rest["due_date"] is None:
            rest["unset_due_date"] = True
        if rest:
            super()._write(rest)
        if "labels" in body:
            self._set_labels("PUT", body["labels"])

    def _set_labels(self, method: Any, labels: Any) -> None:
        """Write labels by name; what the repository does not have, and Forgejo leaves out, is made."""
        path, body = f"{self._talk_path}/labels", {"labels": list(dict.fromkeys(as_names(labels, "name", "label")))}
        data = self._send(method, path, body)
        missing = set(body["labels"]) - names(data)
        if missing:
            for name in sorted(missing):
                self._repository.create_label(name, _GREY)
            data = self._send(method, path, body)
        self._absorb({"labels": data}, complete=False)

    def add_labels(self, *labels: Any) -> None:
        """Add labels: one request, and more where the repository does not have one of them yet."""
        if labels:
            self._set_labels("POST", labels)

    def remove_labels(self, *labels: Any) -> None:
        """Take labels off: one request for each, by its number, which the issue itself tells."""
        wanted = set(as_names(labels, "name", "label"))
        for label in (self.data.get("labels") or ()) if wanted else ():
            if label["name"] in wanted:
                self._send("DELETE", f"{self._talk_path}/labels/{segment(label['id'])}")
        if wanted:
            self._absorb({"labels": [data for data in self.data["labels"] or () if data["name"] not in wanted]},
                         complete=False)  # fmt: skip

    def assign(self, *users: Any) -> None:
        """Add assignees: Forgejo takes the whole set, so it is read before."""
        if users:
            now = [user.username for user in self.refresh().assignees]
            self._set_assignees({*now, *logins(users)})

    def unassign(self, *users: Any) -> None:
        """Take assignees off; likewise."""
        gone = {name.casefold() for name in logins(users)}
        if gone:
            now = [user.username for user in self.refresh().assignees]
            self._set_assignees({name for name in now if name.casefold() not in gone})

    def _set_assignees(self, wanted: set[str]) -> None:
        self._write({"assignees": sorted(wanted)})

    @computed
    def comments(self) -> PaginatedList[Comment]:
        """What was said, oldest first."""
        return self.client.list(f"{self._talk_path}/comments", "Comment", self)

    def filter_comments(
        self, *, since: datetime | str | None = None, author: User | str | None = None
    ) -> PaginatedList[Comment]:
        """``GET …/comments``; Forgejo knows the time and igitt the author."""
        wanted = {name.casefold() for name in logins([] if author is None else [author])}

        def belongs(data: Mapping[str, Any]) -> bool:
            return text((data.get("user") or {}).get("login")).casefold() in wanted

        path, params = f"{self._talk_path}/comments", {"since": to_instant(since)}
        return self.client.list(path, "Comment", self, params=params, keep=belongs if wanted else None)

    def add_comment(self, body: str, quick_actions: bool = False) -> Comment:
        """Say something."""
        data = self._send("POST", f"{self._talk_path}/comments", {"body": nonempty(body, "a comment")})
        return self.client.Comment.from_data(data, self.client, self)

    @computed
    def blocks(self) -> PaginatedList[Issue]:
        """The issues that wait for it: ``GET …/blocks``."""
        return self.client.list(f"{self._talk_path}/blocks", "Issue")

    @computed
    def blocked_by(self) -> PaginatedList[Issue]:
        """The issues that it waits for: ``GET …/dependencies``."""
        return self.client.list(f"{self._talk_path}/dependencies", "Issue")

    @computed
    def events(self) -> PaginatedList[IssueEvent]:
        """What happened to it, oldest first: ``GET …/timeline``."""
        return self._timeline(None)

    def filter_events(self, *names: str) -> PaginatedList[IssueEvent]:
        """What happened to it of some kinds; Forgejo gives all kinds in one list, and igitt chooses."""
        return self._timeline(checked_names(names))

    def _timeline(self, wanted: frozenset[str] | None) -> PaginatedList[IssueEvent]:
        def make(data: Mapping[str, Any]) -> IssueEvent:
            user = data.get("user")
            actor = self.client.User.from_data(user, self.client) if user else None
            return IssueEvent(_happened(data), actor, optional_instant(data.get("created_at")), _detail(data))

        keep = None if wanted is None else lambda data: _happened(data) in wanted
        return self.client.list_of(f"{self._talk_path}/timeline", make, keep=keep)

    @computed
    def total_time_spent(self) -> timedelta:
        """The sum of what was booked: ``GET …/times``."""
        booked = self.client.list_of(f"{self._talk_path}/times", lambda data: integer(data["time"]))
        return timedelta(seconds=sum(booked))

    def add_to_total_time_spent(self, time: timedelta) -> None:
        """Book time on it: ``POST …/times``, in whole seconds."""
        self._send("POST", f"{self._talk_path}/times", {"time": int(time.total_seconds())})

    def delete(self) -> None:
        """Remove it for good: ``DELETE …/issues/{index}``, also of a pull request."""
        self._send("DELETE", self._talk_path)

    def close(self, reason: str | None = None) -> None:
        """Close it; Forgejo keeps no reason."""
        if reason is not None:
            raise self._cannot("close", "Forgejo keeps no reason of closing")
        self._write({"state": "closed"})

    def reopen(self) -> None:
        """Open it again."""
        self._write({"state": "open"})

    def subscribe(self) -> None:
        """Get notified; Forgejo wants the own user's name, which is asked for once."""
        self._send("PUT", f"{self._talk_path}/subscriptions/{segment(self.client.user.username)}")

    def unsubscribe(self) -> None:
        """Get no more notifications but those that name the user; likewise."""
        self._send("DELETE", f"{self._talk_path}/subscriptions/{segment(self.client.user.username)}")


def _happened(data: Mapping[str, Any]) -> str:
    """What an entry of the timeline is about, in igitt's words."""
    name = text(data.get("type"))
    if name == "label":  # a label that is taken off has an empty body, one that is put on has "1"
        return "labeled" if data.get("body") else "unlabeled"
    if name == "milestone":
        return "milestoned" if data.get("milestone") else "demilestoned"
    if name == "assignees":
        return "unassigned" if data.get("removed_assignee") else "assigned"
    if name == "review_request":
        return "review_request_removed" if data.get("removed_assignee") else "review_requested"
    return _EVENTS.get(name, name)


def _detail(data: Mapping[str, Any]) -> str | None:
    for key, inner in (("label", "name"), ("milestone", "title"), ("old_milestone", "title"), ("assignee", "login")):
        found = data.get(key)
        if isinstance(found, dict) and found.get(inner):
            return text(found[inner])
    return next((text(data[key]) for key in ("new_title", "body") if data.get(key)), None)


class ForgejoComment(_Reactable, Comment):
    """A comment on an issue or a pull request, or on the diff of one.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the issue or pull request that it is on, or the repository.
        key: its number.
    """

    __slots__ = ()
    _lacks = {"hide": "Forgejo does not hide comments"}
    _listed_whole = True
    _further = ("pull_request_review_id",)

    number = Field("id", integer)
    body = Editable("body", text, to_text)
    author = Related[User | None]("user", "User")
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)

    @computed
    def type(self) -> CommentType:
        """What it was written on, as its own data tell, or what it was made with."""
        if "pull_request_review_id" in self._data:
            return CommentType.REVIEW
        on_merge_request = self._data.get("pull_request_url") or self._owner.kind == "merge request"
        return CommentType.MERGE_REQUEST if on_merge_request else CommentType.ISSUE

    @property
    def api_path(self) -> str:
        """``{repository}/issues/comments/{id}``; one on a diff is below its review."""
        review = self._data.get("pull_request_review_id")
        if review is not None:
            return f"{self._owner.api_path}/reviews/{segment(review)}/comments/{segment(self._key_value)}"
        return f"{self._repository.api_path}/issues/comments/{segment(self._key_value)}"

    @computed
    def repository(self) -> Repository:
        """The repository that it belongs to."""
        found: Repository = self._repository
        return found

    def reply(self, body: str, *, quick_actions: bool = False) -> Comment:
        """Say something below it; Forgejo's API has no threads."""
        owner = self._owner
        if owner.kind == "repository":
            place = text(self.data.get("pull_request_url") or self.data.get("issue_url")).rpartition("/")[2]
            owner = owner.get_issue(integer(place))
        found: Comment = owner.add_comment(body)
        return found


class ForgejoReaction(ForgejoPart, Reaction):
    """An emoji on an issue, a pull request or a comment.

    Args:
        client: the client, or a token for codeberg.org.
        scope: what it is on.
        key: the emoji's name, of the credential's own reaction.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "reactions"
    _key = "content"
    _key_type = str

    name = Field("content", text)
    user = Related[User | None]("user", "User")

    @computed
    def identifier(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """Who put which emoji; Forgejo gives no number."""
        return f"{(self._data.get('user') or {}).get('login', '')}/{self._key_value}"

    @computed
    def web_url(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # as above
        """The page of what it is on; it has none of its own."""
        return text(self._owner.web_url)

    @property
    def api_path(self) -> str:
        """Where all reactions of what it is on are."""
        return f"{self._owner._talk_path}/reactions"

    @property
    def _identity(self) -> str:
        return text(self.identifier).casefold()

    def refresh(self) -> Self:
        """Read it again out of the list that it is in."""
        for data in self.client.list_of(self.api_path, dict):
            if self._identity == f"{(data.get('user') or {}).get('login', '')}/{data.get('content')}".casefold():
                self._absorb(data)
                return self
        raise ElementDoesntExistError(f"there is no reaction {self._key_value!r} any more", 404)

    def delete(self) -> None:
        """Take it away again."""
        self._send("DELETE", self.api_path, {"content": self._key_value})


class ForgejoLabel(ForgejoPart, Label):
    """A label of a repository.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository.
        key: the label's name.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "labels"
    _is_renamed = _has_own_id = True
    _key = "name"
    _key_type = str

    name = Editable("name", text, nonempty)
    color = Editable("color", color, color)
    description = Editable("description", text, to_text)

    @property
    def api_path(self) -> str:
        """``{repository}/labels/{id}``; a label that was named is looked up among all."""
        if self._data.get("id") is None:
            self.refresh()
        return f"{self._owner.api_path}/labels/{segment(self._data['id'])}"

    def refresh(self) -> Self:
        """Read it again: by its number, or out of the list where only the name is known."""
        if self._data.get("id") is not None:
            return super().refresh()
        for data in self.client.list_of(f"{self._owner.api_path}/labels", dict):
            if text(data.get("name")).casefold() == text(self._key_value).casefold():
                self._absorb(data)
                return self
        raise ElementDoesntExistError(f"this repository has no label {self._key_value!r}", 404)

    @computed
    def web_url(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """The page that lists what has it; the API gives none."""
        return f"{self._owner.web_url}/issues?labels={segment(self.identifier)}"


class ForgejoMilestone(ForgejoPart, Milestone):
    """A milestone of a repository.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository.
        key: its number, as in the address of its page.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "milestones"
    _has_own_id = True
    _lacks = {"start_date": "Forgejo's milestones have no start"}

    number = Field("id", integer)
    title = Editable("title", text, nonempty)
    description = Editable("description", text, to_text)
    state = Field("state", from_words(MilestoneStates, {}))
    due_date = Editable[date | None]("due_on", day, lambda value: value and f"{to_day(value)}T23:59:59Z")
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)

    @computed
    def project(self) -> Repository | Organization:
        """The repository that it belongs to."""
        found: Repository = self._owner
        return found

    @computed
    def web_url(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """Its page; the API gives none."""
        return f"{self._owner.web_url}/milestone/{segment(self._key_value)}"

    def _planned(self, kind: str, cls: str) -> PaginatedList[Any]:
        params = {"milestones": self.title, "state": "all", "type": kind}
        return self.client.list(f"{self._owner.api_path}/issues", cls, self._owner, params=params)

    @computed
    def issues(self) -> PaginatedList[Issue]:
        """Its issues, open and closed."""
        return self._planned("issues", "Issue")

    @computed
    def merge_requests(self) -> PaginatedList[MergeRequest]:
        """Its pull requests, in every state."""
        return self._planned("pulls", "MergeRequest")

    def close(self) -> None:
        """Mark it as reached."""
        self._write({"state": "closed"})

    def reopen(self) -> None:
        """Mark it as not reached yet."""
        self._write({"state": "open"})
