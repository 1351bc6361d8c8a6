"""Webhooks: what happened, in GitHub's words, signed, one delivery a hook or App that asked for it.

GitHub tells each change apart: an issue opened with two labels is one ``opened`` and two ``labeled``.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from igitt.testing.sandbox import gitdata
from igitt.testing.sandbox.credentials import App, Installation
from igitt.testing.sandbox.deliveries import Delivery
from igitt.testing.sandbox.github.context import iso
from igitt.testing.sandbox.github.shapes import accounts, commits, issues, repositories
from igitt.testing.sandbox.model import Comment, Hook, Issue, MergeRequest, Organization, Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from igitt.testing.sandbox.github.forge import GitHubForge
    from igitt.testing.sandbox.model import Commit, Event

ALWAYS = {"installation", "installation_repositories", "github_app_authorization"}
WORDS = {"labels": ("labeled", "unlabeled", "label"), "assignees": ("assigned", "unassigned", "assignee"),
         "reviewers": ("review_requested", "review_request_removed", "requested_reviewer")}  # fmt: skip

Told = tuple[str, "str | None", dict[str, Any]]


def deliver(forge: GitHubForge, event: Event) -> None:
    """Gives the forge every delivery that one event causes."""
    homes = _listeners(forge, event)
    if not homes:
        return
    for name, action, data in TELLERS[event.kind](forge, event):
        for home in homes:
            wanted = home[0].events
            if name in ALWAYS or name in wanted or "*" in wanted:
                _send(forge, event, home, name, action, data)


def _listeners(
    forge: GitHubForge, event: Event
) -> list[tuple[Hook | App, Repository | Organization | None, Installation | None]]:
    found: list[tuple[Hook | App, Repository | Organization | None, Installation | None]] = []
    if event.kind in ALWAYS:
        installation: Installation = event.subject
        return [(installation.app, None, installation)]
    repository = event.repository
    if repository is None:
        return found
    found += [(hook, repository, None) for hook in repository.hooks.values() if hook.active]
    if isinstance(repository.owner, Organization):
        found += [(hook, repository.owner, None) for hook in repository.owner.hooks.values() if hook.active]
    for installation in forge.world.installations.values():
        reached = installation.repositories is None or repository.id in installation.repositories
        if installation.account is repository.owner and reached and installation.suspended is None:
            found.append((installation.app, None, installation))
    return found


def _send(
    forge: GitHubForge,
    event: Event,
    home: tuple[Hook | App, Repository | Organization | None, Installation | None],
    name: str,
    action: str | None,
    data: dict[str, Any],
) -> None:
    target, owner, installation = home
    payload = ({"action": action} if action else {}) | data
    if event.repository is not None:
        payload["repository"] = repository_payload(forge, event.repository, name)
        organization = repositories.organization_of(forge, event.repository)
        if organization:
            payload["organization"] = organization
    payload["sender"] = accounts.simple(forge, event.actor)
    if installation is not None and "installation" not in payload:
        node = f"MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u{installation.id}"
        payload["installation"] = {"id": installation.id, "node_id": node}
    delivery = build(forge, target, owner, name, action, forge.encode(payload))
    delivery.installation = installation.id if installation else None
    delivery.repository = event.repository.id if event.repository else None
    forge.send(delivery)


def repository_payload(forge: GitHubForge, repository: Repository, name: str) -> dict[str, Any]:
    """A repository in a payload; a push has epoch numbers for two of its dates."""
    data = repositories.repository(forge, repository)
    if name == "push":
        data |= {
            "created_at": int(repository.created.timestamp()),
            "pushed_at": int(repository.pushed.timestamp()),
            "stargazers": repository.stars,
            "master_branch": repository.default_branch,
        }
        data["owner"] = data["owner"] | {"name": repository.owner.login, "email": repository.owner.email}
    return data


def build(
    forge: GitHubForge,
    target: Hook | App,
    owner: Repository | Organization | None,
    name: str,
    action: str | None,
    body: bytes,
) -> Delivery:
    """A signed delivery of a body to a hook or App."""
    app = target if isinstance(target, App) else None
    kind = "integration" if app else "repository" if isinstance(owner, Repository) else "organization"
    owner_id = app.id if app else owner.id if owner else 0
    form = isinstance(target, Hook) and target.content_type == "form"
    if form:
        body = b"payload=" + quote_plus(body).encode()
    guid = str(uuid.uuid4())
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/x-www-form-urlencoded" if form else "application/json",
        "User-Agent": "GitHub-Hookshot/5a0ab1e",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": name,
        "X-GitHub-Hook-ID": str(target.id),
        "X-GitHub-Hook-Installation-Target-ID": str(owner_id),
        "X-GitHub-Hook-Installation-Target-Type": kind,
    }
    secret = app.webhook_secret if app else target.secret if isinstance(target, Hook) else None
    if secret:
        key = secret.encode()
        headers["X-Hub-Signature"] = "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest()
        headers["X-Hub-Signature-256"] = "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
    url = (app.webhook_url if app else target.url if isinstance(target, Hook) else None) or ""
    number = forge.world.next_id("delivery")
    return Delivery(name, action, headers, body, url, guid, number, forge.world.now(), hook=target)


# ---- what is told of each kind of event


def _issue(forge: GitHubForge, event: Event) -> Iterator[Told]:
    one: Issue = event.subject
    name = "pull_request" if isinstance(one, MergeRequest) else "issues"

    def data() -> dict[str, Any]:
        if isinstance(one, MergeRequest):
            return {"number": one.number, "pull_request": commits.pull(forge, one)}
        return {"issue": issues.issue(forge, one, list_item=True)}

    if event.action in {"approved", "unapproved"}:
        return
    if event.action != "updated":
        yield name, event.action, data() | event.data
    changes = event.changes
    if event.action == "opened":
        changes = {"labels": ([], one.labels), "assignees": ([], one.assignees)}
        changes |= {"milestone": (None, one.milestone)} if one.milestone else {}
        changes |= {"reviewers": ([], one.reviewers)} if isinstance(one, MergeRequest) else {}
    edited = {key: {"from": old} for key, (old, _) in changes.items() if key in {"title", "body"}}
    if "base" in changes and isinstance(one, MergeRequest):
        edited["base"] = {"ref": {"from": changes["base"][0]}, "sha": {"from": one.base_sha}}
    if edited:
        yield name, "edited", data() | {"changes": edited}
    for key, extra in _list_changes(forge, one.repository, changes):
        yield name, key, data() | extra
    for action in _flags(changes):
        yield name, action, data()


def _list_changes(
    forge: GitHubForge, repository: Repository, changes: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, (added, removed, word) in WORDS.items():
        old, new = changes.get(key, ([], []))
        for action, here, there in ((added, new, old), (removed, old, new)):
            for one in here:
                if one in there:
                    continue
                shaped = repositories.label(forge, repository, one) if key == "labels" else accounts.simple(forge, one)
                yield action, {word: shaped}
    old, new = changes.get("milestone", (None, None))
    for action, one in (("demilestoned", old), ("milestoned", new)):
        if one is not None:
            yield action, {"milestone": repositories.milestone(forge, repository, one)}


def _flags(changes: dict[str, Any]) -> Iterator[str]:
    if "state" in changes:
        yield "reopened" if changes["state"][1] == "open" else "closed"
    if "locked" in changes:
        yield "locked" if changes["locked"][1] else "unlocked"
    if "draft" in changes:
        yield "converted_to_draft" if changes["draft"][1] else "ready_for_review"


def _comment(forge: GitHubForge, event: Event) -> Iterator[Told]:
    one: Comment = event.subject
    if one.review is not None and one.review.submitted is None:
        return
    changes = {"changes": {"body": {"from": event.changes["body"][0]}}} if "body" in event.changes else {}
    shaped = issues.any_comment(forge, one)
    if isinstance(one.target, MergeRequest) and one.kind == "review":
        pull = commits.pull_simple(forge, one.target)
        yield "pull_request_review_comment", event.action, {"comment": shaped, "pull_request": pull} | changes
    elif isinstance(one.target, Issue):
        issue = issues.issue(forge, one.target, list_item=True)
        yield "issue_comment", event.action, changes | {"issue": issue, "comment": shaped}
    elif event.action == "created":
        yield "commit_comment", "created", {"comment": shaped}


def _review(forge: GitHubForge, event: Event) -> Iterator[Told]:
    pull: MergeRequest = event.data["merge_request"]
    review = issues.review(forge, pull, event.subject)
    review["state"] = review["state"].lower()
    yield "pull_request_review", event.action, {"review": review, "pull_request": commits.pull_simple(forge, pull)}


def _push(forge: GitHubForge, event: Event) -> Iterator[Told]:
    repository: Repository = event.subject
    told = event.data
    actor = event.actor
    kind = "tag" if told["ref"].startswith("refs/tags/") else "branch"
    fresh = [_push_commit(forge, repository, one) for one in told["commits"] if kind == "branch"]
    head = fresh[-1] if fresh else None
    if told["after"] != gitdata.ZERO and head is None:
        head = _push_commit(forge, repository, repository.commits[told["after"]])
    page = f"{forge.url}/{repository.full_name}"
    short = {"master_branch": repository.default_branch, "description": repository.description, "pusher_type": "user"}
    yield "push", None, {
        "ref": told["ref"],
        "before": told["before"],
        "after": told["after"],
        "pusher": {"name": actor.login, "email": actor.email},
        "created": event.action == "created",
        "deleted": event.action == "deleted",
        "forced": False,
        "base_ref": None,
        "compare": f"{page}/compare/{told['before'][:12]}...{told['after'][:12]}",
        "commits": fresh,
        "head_commit": head,
    }  # fmt: skip
    if event.action == "created":
        yield "create", None, {"ref": told["branch"], "ref_type": kind, **short}
    if event.action == "deleted":
        yield "delete", None, {"ref": told["branch"], "ref_type": kind, "pusher_type": "user"}


def _push_commit(forge: GitHubForge, repository: Repository, one: Commit) -> dict[str, Any]:
    files = gitdata.commit_changes(repository, one)
    person = {"name": one.author_name, "email": one.author_email}
    person |= {"username": one.author.login} if one.author else {}
    named = {word: [file.path for file in files if file.status == word] for word in ("added", "removed", "modified")}
    return {
        "id": one.sha,
        "tree_id": one.tree,
        "distinct": True,
        "message": one.message,
        "timestamp": one.created.isoformat(),
        "url": f"{forge.url}/{repository.full_name}/commit/{one.sha}",
        "author": person,
        "committer": person,
        **named,
    }


def _status(forge: GitHubForge, event: Event) -> Iterator[Told]:
    one, repository = event.subject, event.repository
    assert repository is not None  # noqa: S101  a status is always in one
    made = repository.commits[one.sha]
    yield "status", None, {
        "id": one.id,
        "sha": one.sha,
        "name": repository.full_name,
        "target_url": one.url,
        "avatar_url": f"{forge.url}/avatars/u/{one.creator.id}?v=4",
        "context": one.context,
        "description": one.description,
        "state": one.state,
        "commit": commits.commit(forge, repository, made),
        "branches": [
            commits.short_branch(forge, repository, name)
            for name, sha in repository.branches.items()
            if one.sha in gitdata.ancestry(repository, sha)
        ],
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
    }  # fmt: skip


def _deployment(_: GitHubForge, event: Event) -> Iterator[Told]:
    """The API's own shape, of a deployment and of its new status; runs of workflows have no part in either."""
    yield event.kind, event.action, event.data | {"workflow": None, "workflow_run": None}


def _thing(forge: GitHubForge, event: Event) -> Iterator[Told]:
    shape = repositories.label if event.kind == "label" else repositories.milestone
    assert event.repository is not None  # noqa: S101  GitHub has them in repositories only
    names = {"name": "name", "color": "color", "description": "description", "title": "title"}
    changes = {names[key]: {"from": old} for key, (old, _) in event.changes.items() if key in names}
    extra = {"changes": changes} if event.action == "edited" else {}
    yield event.kind, event.action, {event.kind: shape(forge, event.repository, event.subject)} | extra


def _repository(_: GitHubForge, event: Event) -> Iterator[Told]:
    extra: dict[str, Any] = {}
    if event.action == "renamed":
        extra = {"changes": {"repository": {"name": {"from": event.changes["name"][0]}}}}
    elif event.action == "edited":
        extra = {"changes": {key: {"from": old} for key, (old, _) in event.changes.items() if isinstance(old, str)}}
    yield "repository", event.action, extra


def _installation(forge: GitHubForge, event: Event) -> Iterator[Told]:
    one: Installation = event.subject
    data: dict[str, Any] = {"installation": accounts.installation(forge, one)}
    if event.kind == "installation_repositories":
        data |= {
            "repository_selection": "all" if one.repositories is None else "selected",
            "repositories_added": [repositories.short_repository(each) for each in event.data.get("added", [])],
            "repositories_removed": [repositories.short_repository(each) for each in event.data.get("removed", [])],
            "requester": None,
        }
    elif event.action in {"created", "deleted"}:
        data["repositories"] = [repositories.short_repository(each) for each in reached(forge, one)]
        data |= {"requester": None} if event.action == "created" else {}
    yield event.kind, event.action, data


def reached(forge: GitHubForge, installation: Installation) -> list[Repository]:
    """The repositories of an installation."""
    mine = forge.world.repositories_of(installation.account)
    return [one for one in mine if installation.repositories is None or one.id in installation.repositories]


TELLERS = {
    "issue": _issue, "merge_request": _issue, "comment": _comment, "review": _review, "push": _push, "status": _status,
    "label": _thing, "milestone": _thing, "repository": _repository, "installation": _installation,
    "installation_repositories": _installation, "deployment": _deployment, "deployment_status": _deployment,
}  # fmt: skip
