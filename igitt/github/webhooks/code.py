"""What GitHub reports about pushes, branches, tags, checks, workflows, deployments and releases.

A branch or tag that comes or goes is reported twice, by ``push`` and by ``create`` or ``delete``. As on GitLab, pushes
tell of branches, with the hashes before and after; what tells of tags is ``create`` and ``delete``, each for itself, so
that a hook may hear of the one and not of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from igitt.github.webhooks import values
from igitt.github.webhooks.reading import GitHubDelivery, edits, neutral
from igitt.interfaces.actions import (
    Action,
    CheckActions,
    DeploymentActions,
    JobActions,
    LabelActions,
    MilestoneActions,
    PackageActions,
    PipelineActions,
    PushActions,
    ReleaseActions,
    RepositoryActions,
    WikiActions,
)
from igitt.interfaces.convert import from_words
from igitt.interfaces.enums import Status
from igitt.interfaces.event import Event
from igitt.webhooks.delivery import part, parts, required, when, word

__all__ = ["EVENTS"]

#: Makes a value of what is told of a thing without a class.
Value = Callable[[Mapping[str, Any]], Any]
#: What runs on a commit and counts in what is said of it as a whole.
_CHECKS = frozenset({"check_run", "check_suite", "workflow_job", "workflow_run"})
_READ_STATUS = from_words(Status, {"failure": Status.FAILED})
_TAGS: dict[str, Action] = {"create": PushActions.TAG_CREATED, "delete": PushActions.TAG_DELETED}


def _push(reading: GitHubDelivery) -> Iterator[Event]:
    payload = reading.payload
    ref = word(payload, "ref")
    commits = [reading.commit(word(commit, "id"), commit) for commit in parts(payload, "commits")]
    if not ref.startswith("refs/heads/"):
        return
    branch = ref.removeprefix("refs/heads/")
    changes = {"head": (word(payload, "before"), word(payload, "after"))}
    at = when(part(payload, "head_commit"), "timestamp")
    if payload.get("deleted"):
        yield reading.event(PushActions.BRANCH_DELETED, reading.repository, branch, changes=changes, at=at)
        return
    if payload.get("created"):
        yield reading.event(PushActions.BRANCH_CREATED, reading.repository, branch, changes=changes, at=at)
    if commits or not payload.get("created"):
        action = PushActions.FORCE_PUSHED if payload.get("forced") else PushActions.PUSHED
        yield reading.event(action, reading.repository, branch, commits, changes=changes, at=at)


def _ref(reading: GitHubDelivery) -> Iterator[Event]:
    kind = word(reading.payload, "ref_type")
    if kind != "branch":
        action = _TAGS[reading.name] if kind == "tag" else PushActions.OTHER
        yield reading.event(action, reading.repository, word(reading.payload, "ref"))


def _status(reading: GitHubDelivery) -> Iterator[Event]:
    """The old state is not sent; a status has no other one before its first."""
    payload = reading.payload
    data = part(payload, "commit") or {"sha": word(payload, "sha")}
    commit = reading.make("Commit", data, reading.repository) if word(data, "sha") else None
    changes = {"status": (None, _READ_STATUS(word(payload, "state")))}
    yield reading.event(PipelineActions.UPDATED, commit, changes=changes, at=when(payload, "updated_at"))


def _subject(reading: GitHubDelivery, cls: str | Value, data: dict[str, Any]) -> Any:
    """An object of the class of that name, or what a function makes of the data."""
    return reading.make(cls, data, reading.repository) if isinstance(cls, str) else cls(data)


def _run(
    key: str, actions: type[Action], words: dict[str, Action], cls: str | Value
) -> Callable[[GitHubDelivery], Iterator[Event]]:
    """Something that runs on a commit: the run, then the commit."""

    def read(reading: GitHubDelivery) -> Iterator[Event]:
        data = required(reading.payload, key)
        subject = _subject(reading, cls, data)
        action = neutral(actions, reading.action, words)
        at = when(data, "updated_at", "completed_at", "started_at", "created_at")
        commit = reading.commit(word(data, "head_sha") or word(data, "sha"), part(data, "head_commit"))
        yield reading.event(action, subject, commit, at=at)
        if key in _CHECKS and action is not CheckActions.ACTION_REQUESTED:
            yield from reading.checked(commit, at)

    return read


def _deployment_status(reading: GitHubDelivery) -> Iterator[Event]:
    status = required(reading.payload, "deployment_status")
    action = DeploymentActions.STATUS_CHANGED if reading.action in {"created", ""} else DeploymentActions.OTHER
    value = values.deployment_status(status)
    deployment = reading.make("Deployment", part(reading.payload, "deployment"), reading.repository)
    changes = {"status": (None, value.status)}
    yield reading.event(action, deployment, value, changes=changes, at=when(status, "updated_at"))


def _deployment_review(reading: GitHubDelivery) -> Iterator[Event]:
    action = DeploymentActions(f"review {reading.action}")
    home = reading.repository
    subject = reading.make("Deployment", part(reading.payload, "deployment"), home) or reading.make(
        "Pipeline", part(reading.payload, "workflow_run"), home
    )
    yield reading.event(action, subject)


def _dispatch(reading: GitHubDelivery) -> Iterator[Event]:
    """The action of ``repository_dispatch`` is the caller's own word."""
    if reading.name == "repository_dispatch":
        yield reading.event(RepositoryActions.DISPATCHED, reading.repository, reading.action)
    else:
        yield reading.event(PipelineActions.DISPATCHED, reading.repository, word(reading.payload, "ref"))


def _pages(reading: GitHubDelivery) -> Iterator[Event]:
    data = required(reading.payload, "build")
    build, at = values.pages_build(data), when(data, "updated_at")
    yield reading.event(RepositoryActions.PAGES_BUILT, reading.repository, build, at=at)


def _wiki(reading: GitHubDelivery) -> Iterator[Event]:
    for page in parts(reading.payload, "pages"):
        yield reading.event(neutral(WikiActions, word(page, "action"), {}), values.wiki_page(page))


def _thing(
    key: str, actions: type[Action], cls: str | Value, words: dict[str, Action] | None = None
) -> Callable[[GitHubDelivery], Iterator[Event]]:
    """Something of the repository with a life of its own: created, edited, deleted."""

    def read(reading: GitHubDelivery) -> Iterator[Event]:
        data = required(reading.payload, key)
        subject = _subject(reading, cls, data)
        action = neutral(actions, reading.action, words or {})
        at = when(data, "updated_at", "published_at", "created_at")
        yield reading.event(action, subject, changes=edits(reading.payload, data), at=at)

    return read


_RUNNING: dict[str, Action] = {"in_progress": PipelineActions.RUNNING}
EVENTS: dict[str, Callable[[GitHubDelivery], Iterator[Event]]] = {
    "push": _push,
    "create": _ref,
    "delete": _ref,
    "status": _status,
    "check_run": _run(
        "check_run",
        CheckActions,
        {"rerequested": CheckActions.RERUN_REQUESTED, "requested_action": CheckActions.ACTION_REQUESTED},
        "CheckRun",
    ),
    "check_suite": _run(
        "check_suite",
        CheckActions,
        {
            "requested": CheckActions.SUITE_REQUESTED,
            "completed": CheckActions.SUITE_COMPLETED,
            "rerequested": CheckActions.RERUN_REQUESTED,
        },
        values.check_suite,
    ),
    "workflow_run": _run("workflow_run", PipelineActions, _RUNNING, "Pipeline"),
    "workflow_job": _run("workflow_job", JobActions, {"in_progress": JobActions.RUNNING}, "Job"),
    "workflow_dispatch": _dispatch,
    "repository_dispatch": _dispatch,
    # Before 2021 a deployment was reported without an action.
    "deployment": _run("deployment", DeploymentActions, {"": DeploymentActions.CREATED}, "Deployment"),
    "deployment_status": _deployment_status,
    "deployment_review": _deployment_review,
    "deployment_protection_rule": _deployment_review,
    "page_build": _pages,
    "gollum": _wiki,
    "release": _thing("release", ReleaseActions, "Release"),
    "milestone": _thing("milestone", MilestoneActions, "Milestone", {"opened": MilestoneActions.REOPENED}),
    "label": _thing("label", LabelActions, "Label"),
    "package": _thing("package", PackageActions, values.package),
    "registry_package": _thing("registry_package", PackageActions, values.package),
}
