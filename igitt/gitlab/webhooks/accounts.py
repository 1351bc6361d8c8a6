"""What GitLab reports about projects, groups, members, users and tokens: member, subgroup, project and system hooks.

Those tell whom something happened to, and not who did it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from igitt.gitlab import payloads
from igitt.gitlab.webhooks.reading import GitLabDelivery
from igitt.interfaces.actions import (
    Action,
    MemberActions,
    OrganizationActions,
    OtherActions,
    RepositoryActions,
    TeamActions,
    TokenActions,
    UserActions,
)
from igitt.interfaces.enums import AccessLevel
from igitt.interfaces.event import Event
from igitt.webhooks.delivery import Changes, part, when, word
from igitt.webhooks.told import Told

__all__ = ["EVENTS"]

#: Hooks name the levels; the REST API numbers them.
_LEVELS = {
    "No access": AccessLevel.NONE,
    "Minimal Access": AccessLevel.MINIMAL,
    "Guest": AccessLevel.CAN_VIEW,
    "Planner": AccessLevel.PLANNER,
    "Reporter": AccessLevel.CAN_READ,
    "Security Manager": AccessLevel.SECURITY_MANAGER,
    "Developer": AccessLevel.CAN_WRITE,
    "Maintainer": AccessLevel.MAINTAINER,
    "Owner": AccessLevel.ADMIN,
}

#: What is reported without a word for what happened.
_KINDS = {
    "vulnerability": "alert",
    "gitlab_subscription_member_approval": "member approval",
    "gitlab_subscription_member_approvals": "member approval",
}


def _old(payload: Any, key: str, old: str) -> Changes:
    return {key: (word(payload, f"old_{old}") or None, word(payload, old))} if f"old_{old}" in payload else {}


def _project(action: Action) -> Callable[[GitLabDelivery], Iterator[Event]]:
    def read(reading: GitLabDelivery) -> Iterator[Event]:
        changes = _old(reading.payload, "full_name", "path_with_namespace")
        reading.outdated.append(("", None))
        yield reading.event(action, reading.repository, changes=changes, at=when(reading.payload, "updated_at"))

    return read


def _refs(reading: GitLabDelivery) -> Iterator[Event]:
    refs = reading.payload.get("refs")
    yield reading.event(RepositoryActions.REFS_CHANGED, reading.repository, refs if isinstance(refs, list) else [])


def _member(action: Action, where: str) -> Callable[[GitLabDelivery], Iterator[Event]]:
    """Somebody came to, changed in or left a project or a group."""

    def read(reading: GitLabDelivery) -> Iterator[Event]:
        payload = reading.payload
        if where == "group":
            reading.organization = reading.make("Organization", partial(payloads.group, payload))
        subject = reading.organization if where == "group" else reading.repository
        level = word(payload, "group_access") or word(payload, "access_level")
        changes: Changes = {"access_level": (None, _LEVELS[level])} if level in _LEVELS else {}
        if action is MemberActions.REMOVED:
            changes = {key: (old, None) for key, (_, old) in changes.items()}
        user = reading.make("User", partial(payloads.member, payload))
        yield reading.event(action, subject, user, changes=changes, at=when(payload, "updated_at"))

    return read


def _group(action: Action, cls: str) -> Callable[[GitLabDelivery], Iterator[Event]]:
    def read(reading: GitLabDelivery) -> Iterator[Event]:
        subject = reading.make(cls, payloads.group(reading.payload))
        if cls == "Organization":
            reading.organization = subject
        changes = _old(reading.payload, "name", "full_path") or _old(reading.payload, "name", "path")
        yield reading.event(action, subject, changes=changes, at=when(reading.payload, "updated_at"))

    return read


def _user(action: Action) -> Callable[[GitLabDelivery], Iterator[Event]]:
    def read(reading: GitLabDelivery) -> Iterator[Event]:
        subject = reading.make("User", partial(payloads.member, reading.payload))
        changes = _old(reading.payload, "username", "username")
        yield reading.event(action, subject, changes=changes, at=when(reading.payload, "updated_at", "created_at"))

    return read


def _token(reading: GitLabDelivery) -> Iterator[Event]:
    """The payload has a token's name and last day, never the token."""
    if reading.organization is None:
        reading.organization = reading.make("Organization", partial(payloads.group, reading.payload))
    yield reading.event(TokenActions.EXPIRING, Told("token", reading.attributes))


def _other(reading: GitLabDelivery) -> Iterator[Event]:
    data = part(reading.payload, "object_attributes")
    told = Told(_KINDS[reading.name], data) if data is not None else None
    yield reading.event(OtherActions.OTHER, told, at=when(data, "updated_at", "created_at"))


EVENTS: dict[str, Callable[[GitLabDelivery], Iterator[Event]]] = {
    "project_create": _project(RepositoryActions.CREATED),
    "project_destroy": _project(RepositoryActions.DELETED),
    "project_rename": _project(RepositoryActions.RENAMED),
    "project_transfer": _project(RepositoryActions.TRANSFERRED),
    "project_update": _project(RepositoryActions.ATTRIBUTES_CHANGED),
    "repository_update": _refs,
    "user_add_to_team": _member(MemberActions.ADDED, "project"),
    "user_update_for_team": _member(MemberActions.EDITED, "project"),
    "user_remove_from_team": _member(MemberActions.REMOVED, "project"),
    "user_access_request_to_project": _member(MemberActions.ACCESS_REQUESTED, "project"),
    "user_access_request_revoked_for_project": _member(MemberActions.ACCESS_DENIED, "project"),
    "user_add_to_group": _member(MemberActions.ADDED, "group"),
    "user_update_for_group": _member(MemberActions.EDITED, "group"),
    "user_remove_from_group": _member(MemberActions.REMOVED, "group"),
    "user_access_request_to_group": _member(MemberActions.ACCESS_REQUESTED, "group"),
    "user_access_request_denied_for_group": _member(MemberActions.ACCESS_DENIED, "group"),
    "user_access_request_revoked_for_group": _member(MemberActions.ACCESS_DENIED, "group"),
    "subgroup_create": _group(TeamActions.CREATED, "Team"),
    "subgroup_destroy": _group(TeamActions.DELETED, "Team"),
    "group_create": _group(OrganizationActions.CREATED, "Organization"),
    "group_rename": _group(OrganizationActions.RENAMED, "Organization"),
    "group_destroy": _group(OrganizationActions.DELETED, "Organization"),
    "user_create": _user(UserActions.CREATED),
    "user_destroy": _user(UserActions.DELETED),
    "user_rename": _user(UserActions.RENAMED),
    "user_failed_login": _user(UserActions.LOGIN_FAILED),
    "key_create": _user(UserActions.KEY_ADDED),
    "key_destroy": _user(UserActions.KEY_REMOVED),
    "access_token": _token,
    "deploy_token": _token,
    "expiring_access_token": _token,
    "expiring_deploy_token": _token,
    "vulnerability": _other,
    "gitlab_subscription_member_approval": _other,
    "gitlab_subscription_member_approvals": _other,
}
