"""The history of GitHub's issues and pull requests (source: https://docs.github.com/en/rest/issues/timeline)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from igitt.interfaces.convert import optional_instant, text
from igitt.interfaces.issue_event import IssueEvent
from igitt.interfaces.lists import PaginatedList

__all__ = ["timeline"]

#: Where an entry's detail stands; a comment's text last, because other entries have no body.
_DETAILS = (
    ("label", "name"), ("milestone", "title"), ("assignee", "login"), ("requested_reviewer", "login"),
    ("requested_team", "name"), ("rename", "to"),
)  # fmt: skip
_TEXTS = ("lock_reason", "message", "body")


def timeline(client: Any, path: str, names: frozenset[str] | None = None) -> PaginatedList[IssueEvent]:
    """The history of the issue at `path`, oldest first: ``GET …/timeline``; only the kinds that are named, if any."""
    keep = None if names is None else lambda data: text(data.get("event")) in names
    return client.list_of(f"{path}/timeline", lambda data: _event(client, data), keep=keep)


def _event(client: Any, data: Mapping[str, Any]) -> IssueEvent:
    """An entry; comments, reviews and commits stand there in their own shapes."""
    people = (data.get("actor"), data.get("user"))
    person = next((found for found in people if isinstance(found, dict) and found.get("login")), None)
    actor = None if person is None else client.User.from_data(person, client)
    return IssueEvent(text(data.get("event")), actor, optional_instant(_time(data)), _detail(data))


def _time(data: Mapping[str, Any]) -> Any:
    committer = data.get("committer")
    comments = data.get("comments") or [{}]
    return (
        data.get("created_at")
        or data.get("submitted_at")
        or (committer.get("date") if isinstance(committer, dict) else None)
        or (comments[0].get("created_at") if isinstance(comments, list) else None)
    )


def _detail(data: Mapping[str, Any]) -> str | None:
    for key, inner in _DETAILS:
        found = data.get(key)
        if isinstance(found, dict) and found.get(inner):
            return text(found[inner])
    return next((text(data[key]) for key in _TEXTS if data.get(key)), None)
