"""A GitLab payload's surroundings, and its ``changes``.

Source: https://docs.gitlab.com/user/project/integrations/webhook_events/. What an event means is written in the
tables beside this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from igitt.errors import InvalidPayloadError
from igitt.gitlab import payloads
from igitt.webhooks.delivery import Delivery, part, parts, word
from igitt.webhooks.lazy import Data, Surrounding

__all__ = ["GitLabDelivery", "kind_of"]

#: The header is only a hint: system hooks say the same for everything. It counts where the payload says nothing.
_HEADERS = {
    "build hook": "build",
    "deployment hook": "deployment",
    "emoji hook": "emoji",
    "feature flag hook": "feature_flag",
    "issue hook": "issue",
    "job hook": "build",
    "merge request hook": "merge_request",
    "milestone hook": "milestone",
    "note hook": "note",
    "pipeline hook": "pipeline",
    "push hook": "push",
    "release hook": "release",
    "resource access token hook": "access_token",
    "resource deploy token hook": "deploy_token",
    "tag push hook": "tag_push",
    "vulnerability hook": "vulnerability",
    "wiki page hook": "wiki_page",
}
#: What every event that has them has as lists of objects.
_LISTS = ("assignees", "labels", "reviewers")
_PUSHES = frozenset({"push", "tag_push", "repository_update"})


def kind_of(event: str, payload: Mapping[str, Any]) -> str:
    """What a payload is of: its ``object_kind``, else its ``event_name``, else what the header says."""
    told = word(payload, "object_kind") or word(payload, "event_name")
    if told:
        return told
    hint = event.lower().removeprefix("confidential ") if isinstance(event, str) else ""
    return _HEADERS.get(hint, hint)


class GitLabDelivery(Delivery):
    """A delivery of GitLab, with what most payloads hold: project, group, and the sender."""

    def __init__(self, client: Any, name: str, payload: Mapping[str, Any], identifier: str) -> None:
        super().__init__(client, name, payload, identifier)
        #: ``object_attributes``, or nothing.
        self.attributes: dict[str, Any] = payloads.trimmed(part(payload, "object_attributes") or {})
        #: Of what the cache may hold what was, as class and key; the project itself has neither.
        self.outdated: list[tuple[str, Any]] = []
        for key in _LISTS:
            parts(payload, key)
        if payloads.project_id(payload) or payloads.project_path(payload):
            self.repository = self.make("Repository", partial(payloads.project, payload))
        if part(payload, "group") is not None:
            self.organization = self.make("Organization", partial(payloads.group, payload))
        self._user = part(payload, "user")

    @Surrounding
    def sender(self) -> Any:
        """The user who did it."""
        if self.name in _PUSHES:
            return self.make("User", partial(payloads.pusher, self.payload))
        return self.make("User", partial(payloads.user, self._user)) if self._user is not None else None

    @property
    def action(self) -> str:
        """The action: among the attributes, and for releases and milestones beside them."""
        return word(self.attributes, "action") or word(self.payload, "action")

    def issue(self, data: Mapping[str, Any]) -> Any:
        """The issue of these attributes."""
        return self.changing("Issue", partial(payloads.issue, data, self.payload), data.get("iid"))

    def merge_request(self, data: Mapping[str, Any]) -> Any:
        """The merge request of these attributes."""
        return self.changing("MergeRequest", partial(payloads.merge_request, data, self.payload), data.get("iid"))

    def commit(self, data: Mapping[str, Any] | None) -> Any:
        """The commit of a hook's data; None without one."""
        sha = word(data, "id")
        if data is None or not sha or self.repository is None:
            return None
        return self.changing("Commit", partial(payloads.commit, data), sha)

    def review(self, state: str, author: Mapping[str, Any] | None, subject: Any) -> Any:
        """What somebody said of a merge request."""
        return self.make("Review", partial(payloads.review, state, author, self.attributes.get("updated_at")), subject)

    def changing(self, cls: str, data: Callable[[], Data], key: Any, scope: Any = None) -> Any:
        """Something of the project, or of the scope, of which the cache may hold what was, under this key."""
        self.outdated.append((cls, key))
        return self.make(cls, data, scope or self.repository)

    def changed(self) -> dict[str, tuple[Any, Any]]:
        """``changes`` as pairs of old and new; a renewed request for a review has them as a list of two lists."""
        found = {}
        for key, change in (part(self.payload, "changes") or {}).items():
            if isinstance(change, dict):
                found[key] = (change.get("previous"), change.get("current"))
            elif isinstance(change, list) and len(change) == 2:
                found[key] = (change[0], change[1])
            else:
                raise InvalidPayloadError(f"the payload's change of {key!r} does not say what was and what is")
        return found
