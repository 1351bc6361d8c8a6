"""A GitLab payload's surroundings, and its ``changes``.

Source: https://docs.gitlab.com/user/project/integrations/webhook_events/. What an event means is written in the
tables beside this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from igitt.errors import InvalidPayloadError
from igitt.gitlab import payloads
from igitt.webhooks.delivery import Delivery, part, word

__all__ = ["GitLabDelivery", "kind_of"]

#: The header is only a hint: system hooks say the same for everything. It counts where the payload tells nothing.
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
_PUSHES = frozenset({"push", "tag_push", "repository_update"})


def kind_of(event: str, payload: Mapping[str, Any]) -> str:
    """What a payload is of: its ``object_kind``, else its ``event_name``, else what the header says."""
    told = word(payload, "object_kind") or word(payload, "event_name")
    if told:
        return told
    hint = event.lower().removeprefix("confidential ") if isinstance(event, str) else ""
    return _HEADERS.get(hint, hint)


class GitLabDelivery(Delivery):
    """A delivery of GitLab, with what most payloads hold: project, group, and who did it."""

    __slots__ = ("attributes", "project")

    def __init__(self, client: Any, name: str, payload: Mapping[str, Any], identifier: str) -> None:
        super().__init__(client, name, payload, identifier)
        #: ``object_attributes``, or nothing.
        self.attributes: dict[str, Any] = payloads.trimmed(part(payload, "object_attributes") or {})
        #: What is told of the project, as the REST API's data.
        self.project: dict[str, Any] = payloads.project(payload) or {}
        self.repository = self.make("Repository", self.project or None)
        if part(payload, "group") is not None:
            self.organization = self.make("Organization", payloads.group(payload))
        actor = payloads.pusher(payload) if name in _PUSHES else payloads.user(part(payload, "user"))
        self.sender = self.make("User", actor)

    @property
    def action(self) -> str:
        """The action: among the attributes, and for releases and milestones beside them."""
        return word(self.attributes, "action") or word(self.payload, "action")

    def issue(self, data: Mapping[str, Any]) -> Any:
        """The issue of these attributes."""
        return self.make("Issue", payloads.issue(data, self.payload), self.repository)

    def merge_request(self, data: Mapping[str, Any]) -> Any:
        """The merge request of these attributes."""
        return self.make("MergeRequest", payloads.merge_request(data, self.payload), self.repository)

    def commit(self, data: Mapping[str, Any] | None) -> Any:
        """The commit of a hook's data; None without one."""
        found = payloads.commit(data) if data else None
        return self.make("Commit", found, self.repository) if self.repository is not None else None

    def changed(self) -> dict[str, tuple[Any, Any]]:
        """``changes`` as pairs of old and new; a renewed request for a review tells them as a list of two lists."""
        found = {}
        for key, change in (part(self.payload, "changes") or {}).items():
            if isinstance(change, dict):
                found[key] = (change.get("previous"), change.get("current"))
            elif isinstance(change, list) and len(change) == 2:
                found[key] = (change[0], change[1])
            else:
                raise InvalidPayloadError(f"the payload's change of {key!r} does not tell what was and what is")
        return found
