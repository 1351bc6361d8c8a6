"""What GitHub reports about repositories, members, teams, organizations, hooks, installations, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from igitt.github.webhooks.reading import GitHubDelivery, edits, neutral
from igitt.interfaces.actions import (
    Action,
    HookActions,
    InstallationActions,
    MarketplaceActions,
    MemberActions,
    OrganizationActions,
    OtherActions,
    ProtectionActions,
    RepositoryActions,
    TeamActions,
    TokenActions,
)
from igitt.interfaces.event import Event
from igitt.webhooks.delivery import Changes, part, parts, required, when, word
from igitt.webhooks.told import Told

__all__ = ["EVENTS"]


def _told(kind: str, data: dict[str, Any] | None) -> Told | None:
    return None if data is None else Told(kind, data)


_INSTALLATION_WORDS: dict[str, Action] = {
    "suspend": InstallationActions.SUSPENDED,
    "unsuspend": InstallationActions.UNSUSPENDED,
    "new_permissions_accepted": InstallationActions.PERMISSIONS_ACCEPTED,
}
_MARKETPLACE_WORDS: dict[str, Action] = {
    "cancelled": MarketplaceActions.CANCELED,
    "pending_change": MarketplaceActions.CHANGE_PENDING,
    "pending_change_cancelled": MarketplaceActions.CHANGE_WITHDRAWN,
}
_TOKEN_WORDS: dict[str, Action] = {"created": TokenActions.REQUESTED, "cancelled": TokenActions.CANCELED}
_STARS: dict[str, Action] = {"created": RepositoryActions.STARRED, "deleted": RepositoryActions.UNSTARRED}
_KEYS: dict[str, Action] = {
    "created": RepositoryActions.DEPLOY_KEY_ADDED,
    "deleted": RepositoryActions.DEPLOY_KEY_REMOVED,
}


def _repository(reading: GitHubDelivery) -> Iterator[Event]:
    data = part(reading.payload, "repository")
    action = neutral(RepositoryActions, reading.action, {"edited": RepositoryActions.ATTRIBUTES_CHANGED})
    changes = edits(reading.payload, data)
    moved = part(reading.payload, "changes")
    if action is RepositoryActions.RENAMED:
        changes["name"] = (part(part(moved, "repository"), "name") or {}).get("from"), word(data, "name")
    elif action is RepositoryActions.TRANSFERRED:
        source = part(part(moved, "owner"), "from")
        old = part(source, "user") or part(source, "organization")
        changes = {"owner": (word(old, "login"), word(part(data, "owner"), "login"))}
    elif action is RepositoryActions.ARCHIVED or action is RepositoryActions.UNARCHIVED:
        archived = action is RepositoryActions.ARCHIVED
        changes["is_archived"] = (not archived, archived)
    elif action is RepositoryActions.PUBLICIZED or action is RepositoryActions.PRIVATIZED:
        private = action is RepositoryActions.PRIVATIZED
        changes["is_private"] = (not private, private)
    yield reading.event(action, reading.repository, changes=changes, at=when(data, "updated_at"))


def _once(action: Action, key: str | None = None, cls: str = "") -> Callable[[GitHubDelivery], Iterator[Event]]:
    """An event that means one thing, of the repository and what is under a key."""

    def read(reading: GitHubDelivery) -> Iterator[Event]:
        further = [] if key is None else [reading.make(cls, part(reading.payload, key))]
        yield reading.event(action, reading.repository, *further)

    return read


def _chosen(
    words: dict[str, Action], key: str | None = None, cls: str = ""
) -> Callable[[GitHubDelivery], Iterator[Event]]:
    """Of the repository and what is under a key, by the action's word."""

    def read(reading: GitHubDelivery) -> Iterator[Event]:
        further = [reading.make(cls, part(reading.payload, key), reading.repository)] if key else []
        action = words.get(reading.action, RepositoryActions.OTHER)
        yield reading.event(action, reading.repository, *further, at=when(reading.payload, "starred_at"))

    return read


def _hook(reading: GitHubDelivery) -> Iterator[Event]:
    action = HookActions.PING if reading.name == "ping" else neutral(HookActions, reading.action, {})
    data = part(reading.payload, "hook")
    scope = reading.repository if word(data, "type") == "Repository" else reading.organization
    # An App's own hook has no address that a client could read.
    hook = reading.make("Hook", data, scope) if scope is not None else _told("hook", data)
    yield reading.event(action, hook)


def _protection(key: str) -> Callable[[GitHubDelivery], Iterator[Event]]:
    def read(reading: GitHubDelivery) -> Iterator[Event]:
        data = part(reading.payload, key)
        action = neutral(ProtectionActions, reading.action, {})
        at = when(data, "updated_at")
        rule = _told("protection", data)
        yield reading.event(action, reading.repository, rule, changes=edits(reading.payload, data), at=at)

    return read


def _member(reading: GitHubDelivery) -> Iterator[Event]:
    changes = edits(reading.payload, None)
    user = reading.user(reading.payload, "member")
    yield reading.event(neutral(MemberActions, reading.action, {}), reading.repository, user, changes=changes)


def _membership(reading: GitHubDelivery) -> Iterator[Event]:
    team = reading.make("Team", part(reading.payload, "team"), reading.organization)
    yield reading.event(neutral(MemberActions, reading.action, {}), team, reading.user(reading.payload, "member"))


def _organization(reading: GitHubDelivery) -> Iterator[Event]:
    payload, action = reading.payload, reading.action
    if action.startswith("member_"):
        user = reading.user(part(payload, "membership"), "user") or reading.user(payload, "user")
        yield reading.event(neutral(MemberActions, action.removeprefix("member_"), {}), reading.organization, user)
    else:
        changes = edits(payload, part(payload, "organization"))
        yield reading.event(neutral(OrganizationActions, action, {}), reading.organization, changes=changes)


def _block(reading: GitHubDelivery) -> Iterator[Event]:
    user = reading.user(reading.payload, "blocked_user")
    yield reading.event(OrganizationActions(f"user {reading.action}"), reading.organization, user)


def _team(reading: GitHubDelivery) -> Iterator[Event]:
    data = required(reading.payload, "team")
    team = reading.make("Team", data, reading.organization)
    action = TeamActions.ADDED_TO_REPOSITORY if reading.name == "team_add" else neutral(TeamActions, reading.action, {})
    further = [reading.repository] if reading.repository is not None else []
    yield reading.event(action, team, *further, changes=edits(reading.payload, data))


def _token(reading: GitHubDelivery) -> Iterator[Event]:
    data = part(reading.payload, "personal_access_token_request")
    yield reading.event(neutral(TokenActions, reading.action, _TOKEN_WORDS), _told("token", data))


def _installation(reading: GitHubDelivery) -> Iterator[Event]:
    data = required(reading.payload, "installation")
    action = neutral(InstallationActions, reading.action, _INSTALLATION_WORDS)
    yield _installed(reading, action, "repositories", at=when(data, "updated_at"))


def _installation_repositories(reading: GitHubDelivery) -> Iterator[Event]:
    """Both lists are always there; an exchange of repositories fills both, and is two changes."""
    at = when(part(reading.payload, "installation"), "updated_at")
    known = {"added": InstallationActions.REPOSITORIES_ADDED, "removed": InstallationActions.REPOSITORIES_REMOVED}
    if reading.action not in known:
        yield _installed(reading, InstallationActions.OTHER, "repositories", at=at)
    for kind, action in known.items():
        if reading.action == kind or (reading.action in known and parts(reading.payload, f"repositories_{kind}")):
            yield _installed(reading, action, f"repositories_{kind}", at=at)


def _installation_target(reading: GitHubDelivery) -> Iterator[Event]:
    changes = edits(reading.payload, part(reading.payload, "account"))
    action = {"renamed": InstallationActions.TARGET_RENAMED}.get(reading.action, InstallationActions.OTHER)
    yield _installed(reading, action, "repositories", changes=changes)


def _authorization(reading: GitHubDelivery) -> Iterator[Event]:
    action = {"revoked": InstallationActions.AUTHORIZATION_REVOKED}.get(reading.action, InstallationActions.OTHER)
    yield _installed(reading, action, "repositories")


def _installed(
    reading: GitHubDelivery, action: Action, key: str, *, changes: Changes | None = None, at: Any = None
) -> Event:
    """IGitt's form: the installation, who did it, and the repositories."""
    found = [data for data in parts(reading.payload, key) if word(data, "full_name")]
    repositories = [reading.make("Repository", data) for data in found]
    subject = reading.installation
    return reading.event(action, subject, reading.sender, repositories, changes=changes or {}, subject=subject, at=at)


def _purchase(reading: GitHubDelivery) -> Iterator[Event]:
    action = neutral(MarketplaceActions, reading.action, _MARKETPLACE_WORDS)
    at = when(reading.payload, "effective_date")
    yield reading.event(action, _told("purchase", part(reading.payload, "marketplace_purchase")), at=at)


def _other(key: str, kind: str) -> Callable[[GitHubDelivery], Iterator[Event]]:
    """What has no neutral word: the thing itself, if the payload has it."""

    def read(reading: GitHubDelivery) -> Iterator[Event]:
        data = part(reading.payload, key)
        yield reading.event(OtherActions.OTHER, _told(kind, data), at=when(data, "updated_at", "created_at"))

    return read


EVENTS: dict[str, Callable[[GitHubDelivery], Iterator[Event]]] = {
    "repository": _repository,
    "public": _once(RepositoryActions.PUBLICIZED),
    "fork": _once(RepositoryActions.FORKED, "forkee", "Repository"),
    "star": _chosen(_STARS),
    # The old name of a star; a hook that reports both sends it twice.
    "watch": _chosen({"started": RepositoryActions.STARRED}),
    "repository_import": _once(RepositoryActions.IMPORTED),
    "deploy_key": _chosen(_KEYS, "key", "DeployKey"),
    "meta": _hook,
    "ping": _hook,
    "branch_protection_rule": _protection("rule"),
    "branch_protection_configuration": _protection("configuration"),
    "repository_ruleset": _protection("repository_ruleset"),
    "member": _member,
    "membership": _membership,
    "organization": _organization,
    "org_block": _block,
    "team": _team,
    "team_add": _team,
    "personal_access_token_request": _token,
    "installation": _installation,
    "installation_repositories": _installation_repositories,
    "installation_target": _installation_target,
    "github_app_authorization": _authorization,
    "marketplace_purchase": _purchase,
    **{
        name: _other("alert", "alert")
        for name in (
            "code_scanning_alert", "dependabot_alert", "repository_vulnerability_alert", "secret_scanning_alert",
            "secret_scanning_alert_location",
        )
    },
    **{
        name: _other(name, name.replace("_", " "))
        for name in (
            "custom_property", "custom_property_values", "project", "project_card", "project_column", "projects_v2",
            "projects_v2_item", "projects_v2_status_update", "repository_advisory", "secret_scanning_scan",
            "security_advisory", "security_and_analysis", "sponsorship",
        )
    },
}  # fmt: skip
