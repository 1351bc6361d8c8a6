"""Workflow runs as plain data; nothing really runs: somebody says how each job stands.

Neutral words: ``pending``, ``running``, ``success``, ``failed``, ``canceled`` and ``skipped``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from igitt.testing.sandbox.model import Repository, User
    from igitt.testing.sandbox.world import World

#: The files that are workflows.
FILE = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
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
    log: str = ""


@dataclass(slots=True, eq=False)
class Artifact:
    """Files that a run kept, by path; ``expires`` is when they go."""

    id: int
    name: str
    files: dict[str, str]
    created: datetime
    expires: datetime
    run: Run


@dataclass(slots=True, eq=False)
class Workflow:
    """A file of jobs; ``state`` is active or disabled_manually."""

    id: int
    path: str
    name: str
    created: datetime
    updated: datetime
    state: str = "active"


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
    path: str = ".github/workflows/ci.yml"
    event: str = "push"
    inputs: dict[str, Any] = field(default_factory=dict)
    artifacts: list[Artifact] = field(default_factory=list)

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


def workflows_of(world: World, repository: Repository) -> dict[str, Workflow]:
    """The workflows by path: the files of the default branch, and what ran without one."""
    known: dict[str, Workflow] = repository.extra.setdefault("workflows", {})
    tip = repository.branches.get(repository.default_branch)
    files = repository.commits[tip].files if tip else {}
    names = {path: text for path, text in files.items() if FILE.fullmatch(path)}
    names |= {run.path: names.get(run.path, "name: CI") for run in runs_of(repository)}
    for path, text in names.items():
        named = re.search(r"^name:\s*[\"']?(.+?)[\"']?\s*$", text, re.MULTILINE)
        if path not in known:
            known[path] = Workflow(world.next_id("workflow"), path, path, world.now(), world.now())
        known[path].name = named[1] if named else path
    return {path: known[path] for path in sorted(names)}


def jobs_in(text: str) -> list[str]:
    """The names of the jobs in a workflow's file, told by how it is indented."""
    inside = re.split(r"^jobs:\s*$", text, maxsplit=1, flags=re.MULTILINE)[-1]
    first = re.search(r"^( +)[\w-]+:", inside, re.MULTILINE)
    if first is None:
        return ["build"]
    return re.findall(rf"^{first[1]}([\w-]+):\s*(?:#.*)?$", inside, re.MULTILINE) or ["build"]


def add(world: World, repository: Repository, ref: str, jobs: Mapping[str, str], user: User, **fields: Any) -> Run:
    """Enters a run of a branch's newest commit, with its jobs and how they stand."""
    found = gitdata.resolve(repository, ref)
    if found is None:
        raise KeyError(ref)
    now, everything = world.now(), runs_of(repository)
    made = Run(world.next_id("pipeline"), len(everything) + 1, repository, found.sha, ref, user, now, now, **fields)
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


def keep(world: World, one: Run, name: str, files: Mapping[str, str]) -> Artifact:
    """Keeps files of a run for ninety days."""
    now = world.now()
    made = Artifact(world.next_id("artifact"), name, dict(files), now, now + timedelta(days=90), one)
    one.artifacts.append(made)
    return made
