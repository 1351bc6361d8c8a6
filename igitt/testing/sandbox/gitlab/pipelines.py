"""Pipelines as commit statuses make them: one an external pipeline for each commit and ref, its state added up.

Nothing runs here; jobs are the statuses themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata
from igitt.testing.sandbox.gitlab.shapes.people import iso, user_basic
from igitt.testing.sandbox.gitlab.shapes.projects import page_of

if TYPE_CHECKING:
    from datetime import datetime

    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.model import MergeRequest, Repository, Status, User
    from igitt.testing.sandbox.world import World

LABELS = {"success": "passed"}


@dataclass(slots=True, eq=False)
class Pipeline:
    """The statuses of one commit on one ref; ``statuses`` are the newest of each name."""

    id: int
    iid: int
    repository: Repository
    sha: str
    ref: str
    user: User
    created: datetime
    updated: datetime
    statuses: dict[str, Status] = field(default_factory=dict)
    source: str = ""
    name: str | None = None
    variables: list[dict[str, Any]] = field(default_factory=list)

    @property
    def status(self) -> str:
        """The state that all statuses make together."""
        states = {one.state for one in self.statuses.values()}
        if not states:
            return "created"
        if "running" in states or ("pending" in states and states - {"pending", "created", "manual"}):
            return "running"
        for state in ("pending", "failed", "canceled", "manual", "created"):
            if state in states:
                return state
        return "success" if "success" in states else "skipped"

    @property
    def finished(self) -> datetime | None:
        """When the last one ended; None while something runs."""
        return None if self.status in {"created", "pending", "running", "manual"} else self.updated


def all_of(repository: Repository) -> list[Pipeline]:
    """The pipelines of a project, oldest first."""
    found: list[Pipeline] = repository.extra.setdefault("pipelines", [])
    return found


def last_of(repository: Repository, sha: str) -> Pipeline | None:
    """The newest pipeline of a commit."""
    return next((one for one in reversed(all_of(repository)) if one.sha == sha), None)


def head_of(one: MergeRequest) -> Pipeline | None:
    """The pipeline of a merge request's head, which may be in the fork."""
    found = last_of(one.repository, one.head_sha)
    return found or (last_of(one.source, one.head_sha) if one.source else None)


def pipeline_for(world: World, repository: Repository, sha: str, ref: str, user: User) -> Pipeline:
    """The pipeline that a status on a commit and a ref belongs to, made when missing."""
    for one in reversed(all_of(repository)):
        if (one.sha, one.ref) == (sha, ref):
            return one
    now = world.now()
    made = Pipeline(
        world.next_id("pipeline"), len(all_of(repository)) + 1, repository, sha, ref, user, now, now
    )  # fmt: skip
    all_of(repository).append(made)
    return made


def web_url(forge: Forge, one: Pipeline) -> str:
    """The page of a pipeline."""
    return f"{page_of(forge, one.repository)}/-/pipelines/{one.id}"


def basic(forge: Forge, one: Pipeline) -> dict[str, Any]:
    """A pipeline in a list."""
    own = any(each.extra.get("job") for each in one.statuses.values())
    return {
        "id": one.id,
        "iid": one.iid,
        "project_id": one.repository.id,
        "sha": one.sha,
        "ref": one.ref,
        "status": one.status,
        "source": one.source or ("push" if own else "external"),
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "web_url": web_url(forge, one),
    }


def full(forge: Forge, one: Pipeline) -> dict[str, Any]:
    """A single pipeline."""
    status = one.status
    return basic(forge, one) | {
        "before_sha": gitdata.ZERO,
        "tag": False,
        "yaml_errors": None,
        "user": user_basic(forge, one.user),
        "started_at": iso(one.created),
        "finished_at": iso(one.finished),
        "committed_at": None,
        "duration": None,
        "queued_duration": None,
        "coverage": None,
        "detailed_status": {
            "icon": f"status_{status}",
            "text": LABELS.get(status, status).title(),
            "label": LABELS.get(status, status),
            "group": status,
            "tooltip": LABELS.get(status, status),
            "has_details": True,
            "details_path": web_url(forge, one).removeprefix(forge.url),
            "illustration": None,
            "favicon": f"/assets/ci_favicons/favicon_status_{status}.png",
        },
        "archived": False,
    }
