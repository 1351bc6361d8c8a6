"""Workflow runs as plain data; nothing really runs: somebody says how each job stands.

Neutral words: ``pending``, ``running``, ``success``, ``failed``, ``canceled`` and ``skipped``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from igitt.testing.sandbox import gitdata

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from igitt.testing.sandbox.model import Repository, User
    from igitt.testing.sandbox.world import World

WAITING, OVER = {"pending", "running"}, {"success", "failed", "canceled", "skipped"}


@dataclass(slots=True, eq=False)
class Job:
    """A job; ``state`` is a neutral word."""

    id: int
    name: str
    state: str
    created: datetime
    updated: datetime
    run: Run


@dataclass(slots=True, eq=False)
class Run:
    """Jobs for one commit."""

    id: int
    number: int
    repository: Repository
    sha: str
    ref: str
    user: User
    created: datetime
    updated: datetime
    attempt: int = 1
    jobs: list[Job] = field(default_factory=list)

    @property
    def state(self) -> str:
        """What the jobs make together."""
        states = {one.state for one in self.jobs}
        if states & WAITING:
            return "pending" if states == {"pending"} else "running"
        return next((state for state in ("failed", "canceled", "success") if state in states), "skipped")


def runs_of(repository: Repository) -> list[Run]:
    """The runs of a repository, oldest first."""
    found: list[Run] = repository.extra.setdefault("runs", [])
    return found


def add(world: World, repository: Repository, ref: str, jobs: Mapping[str, str], user: User) -> Run:
    """Enters a run of a branch's newest commit, with its jobs and how they stand."""
    found = gitdata.resolve(repository, ref)
    if found is None:
        raise KeyError(ref)
    now, everything = world.now(), runs_of(repository)
    made = Run(world.next_id("pipeline"), len(everything) + 1, repository, found.sha, ref, user, now, now)
    made.jobs = [Job(world.next_id("status"), name, state, now, now, made) for name, state in jobs.items()]
    everything.append(made)
    return made


def put(world: World, one: Job, state: str) -> None:
    """Moves a job to another state."""
    one.state, one.updated = state, world.now()
    one.run.updated = one.updated


def retry(world: World, one: Run) -> None:
    """Lets what failed or was canceled wait again."""
    for job in one.jobs:
        if job.state in {"failed", "canceled"}:
            put(world, job, "pending")
    one.attempt += 1


def cancel(world: World, one: Run) -> None:
    """Stops what runs or waits."""
    for job in one.jobs:
        if job.state in WAITING:
            put(world, job, "canceled")
