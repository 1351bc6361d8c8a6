"""GitHub's webhooks as things that can be read and changed (source: https://docs.github.com/en/rest/repos/webhooks)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from igitt._objects.resource import Editable, EditableSetField, Field
from igitt._objects.steps import following
from igitt.errors import ValidationError
from igitt.github.base import GitHubPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import flag, text
from igitt.interfaces.enums import WebhookEvents
from igitt.interfaces.hook import Hook, HookFields, checked_events

__all__ = ["GitHubHook", "event_names", "hook_config"]

#: GitHub's names by the neutral ones; the first is the one that means just this. As on GitLab, a push tells of branches
#: too; tags are told by the others, see igitt.github.webhooks.code.
_EVENTS: dict[WebhookEvents, tuple[str, ...]] = {
    WebhookEvents.PUSH: ("push",),
    WebhookEvents.TAG: ("create", "delete"),
    WebhookEvents.ISSUE: ("issues",),
    WebhookEvents.ISSUE_COMMENT: ("issue_comment",),
    WebhookEvents.MERGE_REQUEST: ("pull_request",),
    WebhookEvents.MERGE_REQUEST_COMMENT: ("issue_comment", "pull_request_review_comment"),
    WebhookEvents.COMMIT_COMMENT: ("commit_comment",),
    WebhookEvents.REVIEW: ("pull_request_review",),
    WebhookEvents.PIPELINE: ("workflow_run", "check_suite"),
    WebhookEvents.JOB: ("workflow_job", "check_run"),
    WebhookEvents.STATUS: ("status",),
    WebhookEvents.RELEASE: ("release",),
    WebhookEvents.DEPLOYMENT: ("deployment", "deployment_status"),
    WebhookEvents.MILESTONE: ("milestone",),
    WebhookEvents.LABEL: ("label",),
    WebhookEvents.MEMBER: ("member", "organization"),
    WebhookEvents.REPOSITORY: ("repository",),
    WebhookEvents.WIKI: ("gollum",),
}


def event_names(events: Iterable[WebhookEvents]) -> list[str]:
    """GitHub's names of events, sorted."""
    return sorted({name for event in checked_events(events) for name in _EVENTS[event]})


def neutral_events(names: Any) -> set[WebhookEvents]:
    """The neutral names of what GitHub reports; ``*`` is everything."""
    known = {text(name) for name in names or ()}
    if "*" in known:
        return set(_EVENTS)
    return {event for event, theirs in _EVENTS.items() if set(theirs) <= known}


def hook_config(url: str, secret: str | None) -> dict[str, str]:
    """A hook's configuration: JSON bodies (GitHub's own default is a form), and TLS that is checked."""
    if not url.startswith(("http://", "https://")):
        raise ValidationError(f"a hook posts to a web address, not to {url!r}")
    return {"url": url, "content_type": "json", "insecure_ssl": "0", **({"secret": secret} if secret else {})}


class GitHubHook(GitHubPart, Hook):
    """A webhook of a repository or an organization.

    Args:
        client: the client, or a token for github.com.
        scope: the repository or organization.
        key: its number.
    """

    __slots__ = ("_new_secret",)
    _listed_whole = True
    _collection = "hooks"

    target_url = Editable("config.url", text, write="url")
    events = EditableSetField[WebhookEvents]("events", neutral_events, event_names)
    is_active = Field("active", flag)

    @computed
    def web_url(self) -> str:
        """The page of its settings; the API gives none."""
        return f"{self._owner.web_url}/settings/hooks/{self._key_value}"

    def edit(self, **fields: Unpack[HookFields]) -> None:
        """Write several fields: one request for address and secret, and one for the others."""
        self._edit(fields)

    def _edit(self, fields: Mapping[str, Any]) -> None:
        unknown = fields.keys() - HookFields.__annotations__.keys()
        if unknown:
            raise ValidationError(
                f"a hook has no field {', '.join(sorted(unknown))}; there are {', '.join(HookFields.__annotations__)}"
            )
        config = {name: fields[key] for key, name in (("target_url", "url"), ("secret", "secret")) if key in fields}
        body: dict[str, Any] = {}
        if "events" in fields:
            events: EditableSetField[WebhookEvents] = vars(GitHubHook)["events"]
            body["events"] = event_names(events.settled(self, fields["events"]))
        if "is_active" in fields:
            body["active"] = bool(fields["is_active"])
        known = self._data.get("config")
        if config and body and "secret" in fields and isinstance(known, dict):
            body["config"] = {**known, **config}
        elif config:
            # The whole hook's address would take a configuration without a secret as one that has none.
            data = self._request("PATCH", f"{self.api_path}/config", json=config).data
            self._absorb({"config": data}, complete=False)
        if body:
            with following(self if config and "config" not in body else None, "address or secret were written before"):
                self._write(body)

    def delete(self) -> None:
        """End the subscription."""
        self._request("DELETE", self.api_path)
