"""What GitLab reports about pushes, branches, tags, pipelines, jobs, deployments, releases, milestones and wikis.

A branch or tag that comes or goes is a push from or to forty zeros. A new branch that brings commits is two changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from igitt.gitlab import payloads
from igitt.gitlab.commit import read_status
from igitt.gitlab.webhooks.reading import GitLabDelivery
from igitt.interfaces.actions import (
    Action,
    DeploymentActions,
    FeatureFlagActions,
    JobActions,
    MilestoneActions,
    PipelineActions,
    PushActions,
    ReleaseActions,
    WikiActions,
)
from igitt.interfaces.event import Event
from igitt.interfaces.told import DeploymentStatus, FeatureFlag, WikiPage
from igitt.webhooks.delivery import number, part, parts, required, when, word
from igitt.webhooks.lazy import Moment
from igitt.webhooks.told import Told

__all__ = ["EVENTS"]

_DONE = ("success", "failed", "canceled", "skipped")
_WAITING = ("waiting_for_resource", "waiting_for_callback", "preparing", "scheduled")
_PIPELINES: dict[str, Action] = {
    **dict.fromkeys(("created", "pending", *_WAITING), PipelineActions.REQUESTED),
    "running": PipelineActions.RUNNING,
    "canceling": PipelineActions.RUNNING,
    **dict.fromkeys(_DONE, PipelineActions.COMPLETED),
}
_JOBS: dict[str, Action] = {
    **dict.fromkeys(("created", "pending"), JobActions.QUEUED),
    **dict.fromkeys((*_WAITING, "manual"), JobActions.WAITING),
    "running": JobActions.RUNNING,
    "canceling": JobActions.RUNNING,
    **dict.fromkeys(_DONE, JobActions.COMPLETED),
}
_DEPLOYMENTS: dict[str, Action] = {
    **dict.fromkeys(("created", "running"), DeploymentActions.CREATED),
    **dict.fromkeys((*_DONE, "blocked"), DeploymentActions.STATUS_CHANGED),
}
_RELEASES: dict[str, Action] = {
    "create": ReleaseActions.CREATED,
    "update": ReleaseActions.EDITED,
    "delete": ReleaseActions.DELETED,
}
_MILESTONES: dict[str, Action] = {
    "create": MilestoneActions.CREATED,
    "close": MilestoneActions.CLOSED,
    "reopen": MilestoneActions.REOPENED,
    "update": MilestoneActions.EDITED,
    "delete": MilestoneActions.DELETED,
}
_WIKI: dict[str, Action] = {
    "create": WikiActions.CREATED,
    "update": WikiActions.EDITED,
    "delete": WikiActions.DELETED,
}


def _push(reading: GitLabDelivery) -> Iterator[Event]:
    payload = reading.payload
    ref, before, after = word(payload, "ref"), word(payload, "before"), word(payload, "after")
    told = parts(payload, "commits")
    changes = {"head": (before, after)}
    at = when(told[-1], "timestamp") if told else None
    tag = reading.name == "tag_push" or ref.startswith("refs/tags/")
    name = ref.removeprefix("refs/tags/").removeprefix("refs/heads/")
    action = _ref_action(before, after, tag=tag)
    if action is not None:
        yield reading.event(action, reading.repository, name, changes=changes, at=at)
    if action in {None, PushActions.BRANCH_CREATED} and (told or action is None):
        commits = [commit for commit in map(reading.commit, told) if commit is not None]
        yield reading.event(PushActions.PUSHED, reading.repository, name, commits, changes=changes, at=at)


def _ref_action(before: str, after: str, *, tag: bool) -> Action | None:
    """What came or went; None for a branch that was only pushed to."""
    if not before or not after:
        return PushActions.OTHER
    if not before.strip("0"):
        return PushActions.TAG_CREATED if tag else PushActions.BRANCH_CREATED
    if not after.strip("0"):
        return PushActions.TAG_DELETED if tag else PushActions.BRANCH_DELETED
    return PushActions.OTHER if tag else None


def _pipeline(reading: GitLabDelivery) -> Iterator[Event]:
    data = required(reading.payload, "object_attributes")
    found = reading.changing("Pipeline", partial(payloads.pipeline, data, reading.payload), data.get("id"))
    action = _PIPELINES.get(word(data, "status"), PipelineActions.OTHER)
    commit = reading.commit(part(reading.payload, "commit") or {"id": word(data, "sha")})
    at = when(data, "finished_at", "created_at")
    yield reading.event(action, found, commit, at=at)
    yield from _checked(reading, commit, at)


def _job(reading: GitLabDelivery) -> Iterator[Event]:
    payload = reading.payload
    action = _JOBS.get(word(payload, "build_status"), JobActions.OTHER)
    commit = reading.commit({"id": word(payload, "sha")})
    at = when(payload, "build_finished_at", "build_started_at", "build_created_at")
    job = reading.changing("Job", partial(payloads.job, payload), payload.get("build_id"))
    yield reading.event(action, job, commit, at=at)
    yield from _checked(reading, commit, at)


def _checked(reading: GitLabDelivery, commit: Any, at: Moment) -> Iterator[Event]:
    """That what is said of a commit's checks may have changed; nothing without a commit."""
    if commit is not None:
        yield reading.event(PipelineActions.UPDATED, commit, at=at)


def _deployment(reading: GitLabDelivery) -> Iterator[Event]:
    status = word(reading.payload, "status")
    action = _DEPLOYMENTS.get(status, DeploymentActions.OTHER)
    stands, at = read_status(status), when(reading.payload, "status_changed_at")
    data = partial(payloads.deployment, reading.payload)
    told = number(reading.payload, "deployment_id") is not None and reading.repository is not None
    found = reading.make("Deployment", data, reading.repository) if told else Told("deployment", data())
    further: Any = DeploymentStatus(
        status=stands, environment_name=word(reading.payload, "environment"),
        url=word(reading.payload, "deployable_url"), created=at(), data=reading.payload,
    )  # fmt: skip
    if action is DeploymentActions.CREATED:
        further = reading.commit({"id": payloads.deployed(reading.payload)})
    yield reading.event(action, found, further, changes={"status": (None, stands)}, at=at)


def _release(reading: GitLabDelivery) -> Iterator[Event]:
    """A release comes in fields of its own, with its action; the documentation also puts that elsewhere."""
    action = _RELEASES.get(reading.action, ReleaseActions.OTHER)
    at = when(reading.payload, "released_at", "created_at")
    release = reading.changing("Release", partial(payloads.release, reading.payload), reading.payload.get("tag"))
    yield reading.event(action, release, at=at)


def _milestone(reading: GitLabDelivery) -> Iterator[Event]:
    data = required(reading.payload, "object_attributes")
    subject = reading.changing(
        "Milestone", partial(payloads.milestone, data), data.get("id"), reading.repository or reading.organization
    )
    changes = {key: change for key, change in reading.changed().items() if key != "updated_at"}
    action = _MILESTONES.get(reading.action, MilestoneActions.OTHER)
    yield reading.event(action, subject, changes=changes, at=when(data, "updated_at", "created_at"))


def _wiki(reading: GitLabDelivery) -> Iterator[Event]:
    data = required(reading.payload, "object_attributes")
    page = WikiPage(
        title=word(data, "title"), name=word(data, "slug"), sha=word(data, "version_id"),
        message=word(data, "message"), web_url=word(data, "url"), data=data,
    )  # fmt: skip
    yield reading.event(_WIKI.get(reading.action, WikiActions.OTHER), page)


def _flag(reading: GitLabDelivery) -> Iterator[Event]:
    data = required(reading.payload, "object_attributes")
    active = bool(data.get("active"))
    flag = FeatureFlag(
        identifier=number(data, "id"), name=word(data, "name"), description=word(data, "description"),
        is_active=active, data=data,
    )  # fmt: skip
    yield reading.event(FeatureFlagActions.TOGGLED, flag, changes={"active": (not active, active)})


EVENTS: dict[str, Callable[[GitLabDelivery], Iterator[Event]]] = {
    "push": _push,
    "tag_push": _push,
    "pipeline": _pipeline,
    "build": _job,
    "deployment": _deployment,
    "release": _release,
    "milestone": _milestone,
    "wiki_page": _wiki,
    "feature_flag": _flag,
}
