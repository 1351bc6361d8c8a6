"""Jobs of a project's own pipelines, and what can be done to these; nothing really runs.

A job is a commit status that knows that it is one (``job`` among its extras), so that it counts in both lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.gitlab import pipelines
from igitt.testing.sandbox.gitlab.context import created, missing, paged, project_of, routes
from igitt.testing.sandbox.gitlab.shapes import commits
from igitt.testing.sandbox.gitlab.shapes.people import iso, user_full
from igitt.testing.sandbox.gitlab.shapes.projects import page_of
from igitt.testing.sandbox.wire import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from igitt.testing.sandbox.gitlab.pipelines import Pipeline
    from igitt.testing.sandbox.model import Repository, Status, User
    from igitt.testing.sandbox.world import World

ONE = "/projects/{id}/pipelines/{pipeline_id}"
WAITING, AGAIN = {"pending", "running", "created", "manual"}, {"failed", "canceled"}


def add(world: World, repository: Repository, ref: str, jobs: Mapping[str, str], user: User) -> Pipeline:
    """Enters a pipeline of a branch's newest commit, with its jobs and how they stand, by GitLab's words."""
    found = gitdata.resolve(repository, ref)
    if found is None:
        raise KeyError(ref)
    now, everything = world.now(), pipelines.all_of(repository)
    made = pipelines.Pipeline(
        world.next_id("pipeline"), len(everything) + 1, repository, found.sha, ref, user, now, now
    )  # fmt: skip
    everything.append(made)
    for name, state in jobs.items():
        _enter(world, made, name, state)
    return made


def _enter(world: World, pipeline: Pipeline, name: str, state: str) -> Status:
    now = world.now()
    made = model.Status(world.next_id("status"), pipeline.sha, state, name, pipeline.user, now, now, ref=pipeline.ref)
    made.extra |= {"pipeline": pipeline.id, "job": True, "started": None if state == "pending" else now}
    pipeline.repository.statuses.setdefault(pipeline.sha, []).insert(0, made)
    pipeline.statuses[name] = made
    pipeline.updated = now
    return made


def shape(request: Request, pipeline: Pipeline, one: Status) -> dict[str, Any]:
    """A job."""
    forge, home = request.forge, pipeline.repository
    page = page_of(forge, home)
    shaped = {
        "id": one.id, "status": one.state, "stage": one.extra.get("stage", "test"), "name": one.context,
        "ref": pipeline.ref, "tag": False, "coverage": None, "allow_failure": False, "created_at": iso(one.created),
        "started_at": iso(one.extra["started"]), "erased_at": iso(one.extra.get("erased")),
        "finished_at": iso(one.updated) if one.state in commits.FINISHED else None,
        "duration": None, "queued_duration": None, "user": user_full(forge, one.creator),
        "commit": commits.commit(forge, home, home.commits[pipeline.sha]),
        "pipeline": pipelines.basic(forge, pipeline), "failure_reason": None, "artifacts": _files(one),
        "web_url": f"{page}/-/jobs/{one.id}", "project": {"ci_job_token_scope_enabled": False},
        "runner": None, "runner_manager": None, "artifacts_expire_at": None, "archived": False, "tag_list": [],
    }  # fmt: skip
    if one.extra.get("artifacts"):
        shaped["artifacts_file"] = {"filename": "artifacts.zip", "size": 100 * len(one.extra["artifacts"])}
    return shaped


def _files(one: Status) -> list[dict[str, Any]]:
    """What a job left behind, by kind."""
    kinds = (("archive", "artifacts.zip", "zip", "artifacts"), ("trace", "job.log", None, "log"))
    return [{"file_type": kind, "size": 100 * len(one.extra[where]), "filename": name, "file_format": form}
            for kind, name, form, where in kinds if one.extra.get(where)]  # fmt: skip


def pipeline_of(request: Request, need: int = model.NONE) -> Pipeline:
    """The pipeline in the path."""
    home, number = project_of(request, need), request.number("pipeline_id")
    found = next((one for one in pipelines.all_of(home) if one.id == number), None)
    if found is None:
        raise missing()
    return found


def job_of(request: Request, need: int = model.NONE) -> tuple[Pipeline, Status]:
    """The job in the path, and its pipeline."""
    home, number = project_of(request, need), request.number("job_id")
    for pipeline in pipelines.all_of(home):
        for one in pipeline.statuses.values():
            if one.id == number and one.extra.get("job"):
                return pipeline, one
    raise missing()


def _stop(request: Request, pipeline: Pipeline, one: Status) -> None:
    if one.state in WAITING:
        one.state, one.updated = "canceled", request.world.now()
        pipeline.updated = one.updated


@routes.get(f"{ONE}/jobs")
def jobs(request: Request) -> object:
    """The jobs of a pipeline; of repeated ones the last, and no statuses that others reported."""
    pipeline = pipeline_of(request)
    found = [one for one in pipeline.statuses.values() if one.extra.get("job")]
    return paged(request, found, lambda one: shape(request, pipeline, one))


@routes.post(f"{ONE}/retry")
def retry(request: Request) -> object:
    """Makes new jobs in the place of those that failed or were canceled."""
    pipeline = pipeline_of(request, model.WRITE)
    for name, one in list(pipeline.statuses.items()):
        if one.state in AGAIN and one.extra.get("job"):
            _enter(request.world, pipeline, name, "pending")
    return created(pipelines.full(request.forge, pipeline))


@routes.post(f"{ONE}/cancel")
def cancel(request: Request) -> object:
    """Stops what runs or waits."""
    pipeline = pipeline_of(request, model.WRITE)
    for one in pipeline.statuses.values():
        _stop(request, pipeline, one)
    return created(pipelines.full(request.forge, pipeline))


@routes.get("/projects/{id}/jobs/{job_id}")
def job(request: Request) -> object:
    """One job."""
    return shape(request, *job_of(request))


@routes.post("/projects/{id}/jobs/{job_id}/retry")
def retry_job(request: Request) -> object:
    """Makes a new job in the place of one."""
    pipeline, one = job_of(request, model.WRITE)
    return created(shape(request, pipeline, _enter(request.world, pipeline, one.context, "pending")))


@routes.post("/projects/{id}/jobs/{job_id}/cancel")
def cancel_job(request: Request) -> object:
    """Stops one job."""
    pipeline, one = job_of(request, model.WRITE)
    _stop(request, pipeline, one)
    return created(shape(request, pipeline, one))
