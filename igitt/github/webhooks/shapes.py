"""Which keys a payload of each event has: by what a payload is known to be of the event that its header names.

The signature covers the body and not ``X-GitHub-Event``. Whoever has one signed delivery could otherwise send it as any
other event: a comment as the making public of its repository, say. So each event demands what its payloads always
have, and refuses what only payloads of other events have.

Source: the OpenAPI description of GitHub's webhooks (https://github.com/github/rest-api-description): ``required`` of
all of an event's actions, and ``properties`` of any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from igitt.errors import InvalidPayloadError

__all__ = ["check_shape"]

#: By event, what its payloads always have, and behind the bar what they may have besides.
_KEYS = {
    "branch_protection_configuration": "",
    "branch_protection_rule": "rule",
    "check_run": "check_run",
    "check_suite": "check_suite",
    "code_scanning_alert": "alert",
    "commit_comment": "comment",
    "create": "ref ref_type",
    "delete": "ref ref_type",
    "dependabot_alert": "alert",
    "deploy_key": "key",
    "deployment": "deployment | workflow_run",
    "deployment_protection_rule": "| deployment",
    "deployment_review": "| comment deployment workflow_job_run workflow_run",
    "deployment_status": "deployment_status | check_run deployment workflow_run",
    "discussion": "discussion | answer label",
    "discussion_comment": "comment discussion",
    "fork": "forkee",
    "github_app_authorization": "",
    "gollum": "pages",
    "installation": "installation | repositories",
    "installation_repositories": "installation | repositories repositories_added repositories_removed",
    "installation_target": "installation account",
    "issue_comment": "comment issue",
    "issue_dependencies": "| blocked_issue blocking_issue",
    "issues": "issue | label milestone",
    "label": "label",
    "marketplace_purchase": "marketplace_purchase",
    "member": "member",
    "membership": "member team",
    "merge_group": "merge_group",
    "meta": "hook",
    "milestone": "milestone",
    "org_block": "blocked_user",
    "organization": "organization | membership",
    "package": "package",
    "page_build": "build",
    "personal_access_token_request": "personal_access_token_request",
    "ping": "| hook",
    "public": "repository",
    "pull_request": "pull_request | label milestone",
    "pull_request_review": "pull_request review",
    "pull_request_review_comment": "comment pull_request",
    "pull_request_review_thread": "pull_request thread",
    "push": "ref commits",
    "registry_package": "registry_package",
    "release": "release",
    "repository": "repository",
    "repository_dispatch": "client_payload",
    "repository_import": "status",
    "repository_ruleset": "repository_ruleset",
    "repository_vulnerability_alert": "alert",
    "secret_scanning_alert": "alert",
    "secret_scanning_alert_location": "alert",
    "star": "starred_at",
    "status": "sha state",
    "sub_issues": "| parent_issue sub_issue",
    "team": "team",
    "team_add": "team",
    "watch": "repository",
    "workflow_dispatch": "inputs ref",
    "workflow_job": "workflow_job | deployment",
    "workflow_run": "workflow_run",
}
#: Events without an action, and those that tell of no repository, which nothing else tells from the repository's own.
_WITHOUT_ACTION = frozenset({
    "create", "delete", "fork", "gollum", "page_build", "ping", "public", "push", "repository_import", "status",
    "team_add", "workflow_dispatch",
})  # fmt: skip
_WITHOUT_REPOSITORY = frozenset({"github_app_authorization", "organization"})
#: What is told of an installation by its own events, and not by the others, which tell only for whom they are.
_WHOLE_INSTALLATION = frozenset({"account", "app_id", "target_id"})
#: Those of every event, which tell nothing.
_COMMON = frozenset({"action", "changes", "enterprise", "installation", "organization", "repository", "sender"})


def _read(keys: str) -> tuple[frozenset[str], frozenset[str]]:
    """What is needed, and what is allowed."""
    needed, _, further = keys.partition("|")
    return frozenset(needed.split()), frozenset(needed.split()) | frozenset(further.split())


_SHAPES = {event: _read(keys) for event, keys in _KEYS.items()}
#: Words that several events use in passing tell nothing of one of them.
_TELLING = frozenset[str]().union(*(allowed for _, allowed in _SHAPES.values())) - _COMMON - {"status", "sha", "state"}


def _strange(event: str, allowed: frozenset[str]) -> frozenset[str]:
    """What only payloads of other events have."""
    strange = _TELLING - allowed - {event}
    strange |= {"action"} if event in _WITHOUT_ACTION else set()
    return strange | {"repository"} if event in _WITHOUT_REPOSITORY else strange


#: By event, what is needed, and what must not be there.
_DEMANDS = {event: (needed, _strange(event, allowed)) for event, (needed, allowed) in _SHAPES.items()}


def check_shape(event: str, payload: Mapping[str, Any], *, delivered: bool = True) -> None:
    """Refuse a payload that is not of the event.

    Args:
        event: the event.
        payload: the payload.
        delivered: whether only a header says which event it is of; who tells that otherwise need not tell all of it.

    Raises:
        InvalidPayloadError: when it lacks what the event's payloads have, or has what only those of others have.
    """
    needed, strange = _DEMANDS.get(event) or (frozenset(), _TELLING - {event})
    missing: set[str] = set()
    if delivered and not needed <= payload.keys():
        missing = set(needed - payload.keys())
    elif delivered and "installation" in needed:
        installation = payload["installation"]
        if isinstance(installation, dict) and _WHOLE_INSTALLATION.isdisjoint(installation):
            missing = {"installation.account"}
    if missing or not strange.isdisjoint(payload):
        wrong = (
            f"has no {min(missing)!r}" if missing else f"has {min(strange & payload.keys())!r}, which no such event has"
        )
        raise InvalidPayloadError(f"the payload {wrong}: it is not of the event {event!r} that its header names")
