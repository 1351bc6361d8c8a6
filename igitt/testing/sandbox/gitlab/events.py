"""GitLab's webhook deliveries: which hook of an event, its payload in the shape that GitLab sends, headers, signature.

Payloads differ from the REST API on purpose: other names, other times, ids in place of objects.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata
from igitt.testing.sandbox.deliveries import Delivery
from igitt.testing.sandbox.gitlab import payloads, pipelines
from igitt.testing.sandbox.gitlab.shapes import tickets
from igitt.testing.sandbox.gitlab.shapes.projects import wants
from igitt.testing.sandbox.model import Comment, Issue, MergeRequest, Organization, Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.model import Event, Hook, Milestone, Status

#: What is told: the word of the hook, the header, the action, the payload.
Told = tuple[str, str, "str | None", dict[str, Any]]


def deliver(forge: Forge, event: Event) -> None:
    """Gives the forge every delivery that one event causes."""
    if event.repository is None or event.kind not in TELLERS:
        return
    hooks = hooks_of(event.repository)
    if not hooks:
        return
    for word, header, action, payload in TELLERS[event.kind](forge, event):
        number = str(uuid.uuid4())
        for hook in hooks:
            if wants(hook, word):
                send(forge, hook, header, action, payload, event_uuid=number, repository=event.repository)


def hooks_of(repository: Repository) -> list[Hook]:
    """The hooks of a project and of every group around it."""
    found = list(repository.hooks.values())
    if isinstance(repository.owner, Organization):
        found += [hook for group in repository.owner.lineage for hook in group.hooks.values()]
    return found


def send(
    forge: Forge,
    hook: Hook,
    header: str,
    action: str | None,
    payload: dict[str, Any],
    *,
    event_uuid: str = "",
    repository: Repository | None = None,
    key: str = "",
) -> Delivery:
    """Sends one delivery to one hook; ``key`` repeats the idempotency key of an earlier one."""
    body = forge.encode(payload)
    key = key or str(uuid.uuid4())
    number = str(uuid.uuid4())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GitLab/18.10.1-ee",
        "X-Gitlab-Event": header,
        "X-Gitlab-Webhook-UUID": number,
        "X-Gitlab-Instance": forge.url,
        "X-Gitlab-Event-UUID": event_uuid or str(uuid.uuid4()),
        "Idempotency-Key": key,
        **hook.extra.get("custom_headers", {}),
    }
    if hook.secret is not None:
        headers["X-Gitlab-Token"] = hook.secret
    token = hook.extra.get("signing_token")
    if token:
        moment = str(int(forge.world.clock()))
        headers |= {"webhook-id": key, "webhook-timestamp": moment, "webhook-signature": sign(token, key, moment, body)}
    delivery = Delivery(
        header, action, headers, body, hook.url, number, forge.world.next_id("delivery"), forge.world.now(), hook=hook
    )
    delivery.repository = repository.id if repository else None
    forge.send(delivery)
    return delivery


def sign(token: str, number: str, moment: str, body: bytes) -> str:
    """The signature of the Standard Webhooks scheme, with the decoded key."""
    key = base64.b64decode(token.removeprefix("whsec_"))
    digest = hmac.new(key, f"{number}.{moment}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


# ---- what is told of each kind of event


def _ticket(forge: Forge, event: Event) -> Iterator[Told]:
    one: Issue = event.subject
    if event.action == "deleted":
        return
    action = action_of(event, one)
    changes = payloads.changes(one, event, opened=event.action == "opened")
    attributes = payloads.attributes(forge, one) | {"action": action}
    if event.action == "synchronize":
        attributes["oldrev"] = event.data["before"]
    request = isinstance(one, MergeRequest)
    hidden = not request and one.confidential
    kind = "merge_request" if request else "issue"
    payload: dict[str, Any] = {
        "object_kind": kind,
        "event_type": f"confidential_{kind}" if hidden else kind,
        "user": payloads.user(forge, event.actor),
        "project": payloads.project(forge, one.repository),
        "object_attributes": attributes,
        "labels": [payloads.label(label, one.repository) for label in one.labels],
        "changes": changes,
        "repository": payloads.repository(forge, one.repository),
    }
    for name, people in (("assignees", one.assignees), ("reviewers", getattr(one, "reviewers", []))):
        if people:
            payload[name] = [payloads.user(forge, user) for user in people]
    if request:
        yield "merge_requests", "Merge Request Hook", action, payload
    elif hidden:
        yield "confidential_issues", "Confidential Issue Hook", action, payload
    else:
        yield "issues", "Issue Hook", action, payload


def action_of(event: Event, one: Issue) -> str:
    """GitLab's word for what happened; everything that has no word is an update."""
    if event.action in {"approved", "unapproved"}:
        return event.action
    if event.action == "opened":
        return "open"
    if "state" in event.changes:
        return {"open": "reopen", "closed": "close", "merged": "merge"}.get(one.state, "update")
    return "update"


def _comment(forge: Forge, event: Event) -> Iterator[Told]:
    one: Comment = event.subject
    if event.action == "deleted":
        return
    hidden = bool(one.extra.get("internal")) or (isinstance(one.target, Issue) and one.target.confidential)
    action = {"created": "create", "edited": "update"}[event.action]
    payload = {
        "object_kind": "note",
        "event_type": "confidential_note" if hidden else "note",
        "user": payloads.user(forge, event.actor),
        "project_id": one.repository.id,
        "project": payloads.project(forge, one.repository),
        "object_attributes": payloads.note(forge, one) | {"action": action},
        "repository": payloads.repository(forge, one.repository),
    }
    target = one.target
    if isinstance(target, MergeRequest):
        payload["merge_request"] = payloads.attributes(forge, target)
    elif isinstance(target, Issue):
        payload["issue"] = payloads.attributes(forge, target)
    else:
        payload["commit"] = payloads.commit(forge, one.repository, target)
    if hidden:
        yield "confidential_note", "Confidential Note Hook", action, payload
    else:
        yield "note", "Note Hook", action, payload


def _push(forge: Forge, event: Event) -> Iterator[Told]:
    repository: Repository = event.subject
    told = event.data
    tag = told["ref"].startswith("refs/tags/")
    fresh = told["commits"]
    gone = told["after"] == gitdata.ZERO
    actor = event.actor
    kind = "tag_push" if tag else "push"
    payload = {
        "object_kind": kind,
        "event_name": kind,
        "before": told["before"],
        "after": told["after"],
        "ref": told["ref"],
        "ref_protected": not tag and told["branch"] == repository.default_branch,
        "checkout_sha": None if gone else told["after"],
        "message": told.get("message"),
        "user_id": actor.id,
        "user_name": actor.name or actor.login,
        "user_username": actor.login,
        "user_email": "",
        "user_avatar": payloads.user(forge, actor)["avatar_url"],
        "project_id": repository.id,
        "project": payloads.project(forge, repository),
        "commits": [payloads.push_commit(forge, repository, one) for one in fresh[-20:]],
        "total_commits_count": len(fresh),
        "push_options": {},
        "repository": payloads.repository(forge, repository) | payloads.git_urls(forge, repository),
    }
    yield kind, "Tag Push Hook" if tag else "Push Hook", None, payload


def _status(forge: Forge, event: Event) -> Iterator[Told]:
    one: Status = event.subject
    found = [each for each in pipelines.all_of(forge_repository(event)) if each.id == one.extra.get("pipeline")]
    for pipeline in found:
        yield "pipeline", "Pipeline Hook", None, payloads.pipeline(forge, pipeline)


def forge_repository(event: Event) -> Repository:
    """The repository of an event that is always in one."""
    assert event.repository is not None  # noqa: S101  `deliver` has looked
    return event.repository


def _milestone(forge: Forge, event: Event) -> Iterator[Told]:
    one: Milestone = event.subject
    action = {"created": "create", "closed": "close", "opened": "reopen"}.get(event.action)
    if action is None:
        return
    repository = forge_repository(event)
    payload = {
        "object_kind": "milestone",
        "event_type": "milestone",
        "project": payloads.project(forge, repository),
        "object_attributes": payloads.milestone(one, repository),
        "action": action,
    }
    yield "milestone", "Milestone Hook", action, payload


def _deployment(forge: Forge, event: Event) -> Iterator[Told]:
    """How a deployment stands; flat, with names and pages, as the documentation of the deployment events shows it."""
    one, repository = event.subject, event.repository
    assert repository is not None  # noqa: S101  a deployment is always in one
    commit = payloads.commit(forge, repository, repository.commits[one["sha"]])
    place = one["environment"]
    yield "deployment", "Deployment Hook", None, {
        "object_kind": "deployment",
        "status": one["status"],
        "status_changed_at": payloads.utc(one["updated"]),
        "deployment_id": one["id"],
        "deployable_id": None,
        "deployable_url": None,
        "environment": place["name"],
        "environment_slug": place["slug"],
        "environment_external_url": place["external_url"],
        "project": payloads.project(forge, repository),
        "short_sha": one["sha"][:8],
        "user": payloads.user(forge, event.actor),
        "user_url": f"{forge.url}/{event.actor.login}",
        "commit_url": commit["url"],
        "commit_title": commit["title"],
        "ref": one["ref"],
    }  # fmt: skip


def award(forge: Forge, user: Any, reaction: Any, target: Issue | Comment, *, gone: bool) -> None:
    """Tells of an emoji that was given or taken back; the model publishes nothing for these."""
    repository = target.repository
    action = "revoke" if gone else "award"
    shaped = tickets.emoji(forge, reaction, target)
    payload = {
        "object_kind": "emoji",
        "event_type": action,
        "user": payloads.user(forge, user),
        "project_id": repository.id,
        "project": payloads.project(forge, repository),
        "object_attributes": {
            "user_id": user.id,
            "created_at": payloads.utc(reaction.created),
            "id": reaction.id,
            "name": reaction.content,
            "awardable_type": shaped["awardable_type"],
            "awardable_id": shaped["awardable_id"],
            "updated_at": payloads.utc(reaction.created),
            "action": action,
            "awarded_on_url": payloads.page(forge, target),
        },
    }
    if isinstance(target, Comment):
        payload["note"] = payloads.note(forge, target)
        inside = target.target
    else:
        inside = target
    if isinstance(inside, Issue):
        payload["merge_request" if isinstance(inside, MergeRequest) else "issue"] = payloads.attributes(forge, inside)
    for hook in hooks_of(repository):
        if wants(hook, "emoji"):
            send(forge, hook, "Emoji Hook", action, payload, repository=repository)


TELLERS = {
    "issue": _ticket, "merge_request": _ticket, "comment": _comment, "push": _push, "status": _status,
    "milestone": _milestone, "deployment": _deployment,
}  # fmt: skip
