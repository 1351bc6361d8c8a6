"""GitLab's webhooks as things that can be read and changed (source: https://docs.gitlab.com/api/project_webhooks/)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from igitt._objects.resource import Editable, Field, WritableSet
from igitt.errors import UnsupportedOperationError, ValidationError
from igitt.gitlab.base import GitLabPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import text
from igitt.interfaces.element import partly
from igitt.interfaces.enums import WebhookEvents
from igitt.interfaces.hook import Hook, HookFields, checked_events
from igitt.interfaces.sets import NamedSet

__all__ = ["GitLabHook", "event_fields", "hook_address"]

_COMMENTS = ("note_events", "confidential_note_events")
#: GitLab's fields by the neutral names. Confidential things count too: GitHub leaves none out.
_EVENTS: dict[WebhookEvents, tuple[str, ...]] = {
    WebhookEvents.PUSH: ("push_events",),
    WebhookEvents.TAG: ("tag_push_events",),
    WebhookEvents.ISSUE: ("issues_events", "confidential_issues_events"),
    WebhookEvents.ISSUE_COMMENT: _COMMENTS,
    WebhookEvents.MERGE_REQUEST: ("merge_requests_events",),
    WebhookEvents.MERGE_REQUEST_COMMENT: _COMMENTS,
    WebhookEvents.COMMIT_COMMENT: _COMMENTS,
    WebhookEvents.REVIEW: ("merge_requests_events",),
    WebhookEvents.PIPELINE: ("pipeline_events",),
    WebhookEvents.JOB: ("job_events",),
    WebhookEvents.STATUS: ("pipeline_events",),
    WebhookEvents.RELEASE: ("releases_events",),
    WebhookEvents.DEPLOYMENT: ("deployment_events",),
    WebhookEvents.MILESTONE: ("milestone_events",),
    WebhookEvents.WIKI: ("wiki_page_events",),
}
#: What only a group's hook can report.
_GROUP_EVENTS: dict[WebhookEvents, tuple[str, ...]] = {
    WebhookEvents.MEMBER: ("member_events",),
    WebhookEvents.REPOSITORY: ("project_events", "subgroup_events"),
}
#: What is reported within another event, whose name is the one that is read back.
_INSIDE = frozenset({WebhookEvents.REVIEW, WebhookEvents.STATUS})


def event_fields(events: Iterable[WebhookEvents], *, group: bool) -> dict[str, bool]:
    """GitLab's fields for events: true for those, false for all others (``push_events`` is true by default).

    Args:
        events: what is to be reported.
        group: whether the hook is a group's.

    Raises:
        ValidationError: when GitLab cannot report one of them.
    """
    known = {**_EVENTS, **_GROUP_EVENTS} if group else _EVENTS
    wanted: set[str] = set()
    for event in checked_events(events):
        if event not in known:
            where = "only to the hooks of a group" if event in _GROUP_EVENTS else "to no hook"
            raise ValidationError(f"GitLab reports {event} {where}")
        wanted.update(known[event])
    return {field: field in wanted for fields in known.values() for field in fields}


def hook_address(url: str) -> str:
    """An address that can be posted to."""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise ValidationError(f"a hook posts to a web address, not to {url!r}")
    return url


class _Events(WritableSet[WebhookEvents]):
    """What a hook reports, which GitLab spreads over a field each."""

    __isabstractmethod__ = False
    ways = None

    def read(self, obj: Any) -> NamedSet[WebhookEvents]:
        data = obj._data if "push_events" in obj._data else obj.data
        every = {**_EVENTS, **_GROUP_EVENTS}
        found = [event for event, fields in every.items() if event not in _INSIDE and data.get(fields[0])]
        return NamedSet(found, origin=(obj, self.name))


class GitLabHook(GitLabPart, Hook):
    """A webhook of a project or a group.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project or group; a text or number is the project's.
        key: its number.
    """

    __slots__ = ("_new_secret",)
    _listed_whole = True
    _collection = "hooks"

    target_url = Editable("url", text, hook_address)
    events = _Events()
    is_active = Field("alert_status", lambda value: value in {None, "executable"})

    @computed
    def web_url(self) -> str:
        """The page of its settings; the API gives none."""
        return f"{self._owner.web_url}/-/hooks/{self._key_value}/edit"

    @partly("``is_active``: GitLab pauses and resumes a hook by itself")
    def edit(self, **fields: Unpack[HookFields]) -> None:
        """Write several fields in one request. With a new address GitLab forgets the secret: give both."""
        self._edit(fields)

    def _edit(self, fields: Mapping[str, Any]) -> None:
        unknown = fields.keys() - HookFields.__annotations__.keys()
        if unknown:
            raise ValidationError(
                f"a hook has no field {', '.join(sorted(unknown))}; there are {', '.join(HookFields.__annotations__)}"
            )
        body: dict[str, Any] = {}
        if "is_active" in fields and fields["is_active"] is not self.is_active:
            raise UnsupportedOperationError("GitLab pauses and resumes a hook by itself; it can only be removed")
        if "target_url" in fields:
            body["url"] = hook_address(fields["target_url"])
        if "events" in fields:
            field: _Events = vars(GitLabHook)["events"]
            events = field.settled(self, fields["events"])
            body.update(event_fields(events, group=self._owner.kind != "repository"))
        if "secret" in fields:
            body["token"] = fields["secret"]
        if body:
            # Older releases refuse a change without the address.
            self._write({"url": self.target_url, **body})

    def delete(self) -> None:
        self._request("DELETE", self.api_path)
