"""Workflow runs and their jobs: routes and shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github import ci
from igitt.testing.sandbox.github.context import iso, missing, paged, repository_of, routes
from igitt.testing.sandbox.github.search import moment_in
from igitt.testing.sandbox.github.shapes import repositories
from igitt.testing.sandbox.github.shapes.accounts import simple
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from igitt.testing.sandbox.github.ci import Job, Run
    from igitt.testing.sandbox.model import Repository

STATUS = {"pending": "queued", "running": "in_progress"}
CONCLUSION = {"success": "success", "failed": "failure", "canceled": "cancelled", "skipped": "skipped"}
ONE = "/repos/{owner}/{repo}/actions/runs/{run_id}"


def run_shape(request: Request, one: Run) -> dict[str, Any]:
    """``workflow-run``."""
    forge, home = request.forge, one.repository
    url, page = f"{api_of(forge, home)}/actions/runs/{one.id}", f"{forge.url}/{home.full_name}/actions/runs/{one.id}"
    commit, suite = home.commits[one.sha], one.id + 1
    person = {"name": commit.author_name, "email": commit.author_email}
    shaped = repositories.repository(forge, home, request)
    workflow = ci.workflows_of(request.world, home)[one.path]
    return {
        "id": one.id, "name": workflow.name,
        "node_id": f"WFR_kwLO{one.id}", "head_branch": one.ref, "head_sha": one.sha,
        "path": one.path, "display_title": commit.message.partition("\n")[0],
        "run_number": one.number, "event": one.event, "status": STATUS.get(one.state, "completed"),
        "conclusion": CONCLUSION.get(one.state), "workflow_id": workflow.id, "check_suite_id": suite,
        "check_suite_node_id": f"CS_kwDO{suite}", "url": url, "html_url": page, "pull_requests": [],
        "created_at": iso(one.created), "updated_at": iso(one.updated), "actor": simple(forge, one.user),
        "run_attempt": one.attempt, "referenced_workflows": [], "run_started_at": iso(one.created),
        "triggering_actor": simple(forge, one.user), "jobs_url": f"{url}/jobs", "logs_url": f"{url}/logs",
        "check_suite_url": f"{api_of(forge, home)}/check-suites/{suite}", "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel", "rerun_url": f"{url}/rerun", "previous_attempt_url": None,
        "workflow_url": f"{api_of(forge, home)}/actions/workflows/{workflow.id}",
        "head_commit": {
            "id": one.sha, "tree_id": commit.tree, "message": commit.message, "timestamp": iso(commit.created),
            "author": person, "committer": person,
        },
        "repository": shaped, "head_repository": shaped,
    }  # fmt: skip


def _job(request: Request, one: Job) -> dict[str, Any]:
    forge, run = request.forge, one.run
    api, waiting = api_of(forge, run.repository), one.state == "pending"
    workflow = ci.workflows_of(request.world, run.repository)[run.path]
    return {
        "id": one.id, "run_id": run.id, "workflow_name": workflow.name, "head_branch": run.ref,
        "run_url": f"{api}/actions/runs/{run.id}", "run_attempt": run.attempt, "node_id": f"CR_kwDO{one.id}",
        "head_sha": run.sha, "url": f"{api}/actions/jobs/{one.id}",
        "html_url": f"{forge.url}/{run.repository.full_name}/actions/runs/{run.id}/job/{one.id}",
        "status": STATUS.get(one.state, "completed"), "conclusion": CONCLUSION.get(one.state),
        "created_at": iso(one.created), "started_at": iso(one.created),
        "completed_at": iso(one.updated) if one.state in ci.OVER else None, "name": one.name, "steps": [],
        "check_run_url": f"{api}/check-runs/{one.id}", "labels": ["ubuntu-latest"],
        "runner_id": None if waiting else 1, "runner_name": None if waiting else "GitHub Actions 1",
        "runner_group_id": None if waiting else 0, "runner_group_name": None if waiting else "GitHub Actions",
    }  # fmt: skip


def found_run(request: Request, need: int = model.NONE) -> tuple[Repository, Run]:
    """The run in the path."""
    home, number = repository_of(request, "actions", need), request.number("run_id")
    one = next((each for each in ci.runs_of(home) if each.id == number), None)
    if one is None:
        raise missing()
    return home, one


def found_job(request: Request, need: int = model.NONE) -> Job:
    """The job in the path."""
    home, number = repository_of(request, "actions", need), request.number("job_id")
    jobs = (job for run in ci.runs_of(home) for job in run.jobs if job.id == number)
    found = next(jobs, None)
    if found is None:
        raise missing()
    return found


def filtered(request: Request, found: list[Run]) -> list[Run]:
    """Newest first, and what the query's filters leave."""
    tests: dict[str, Callable[[Run, str], bool]] = {
        "head_sha": lambda one, value: one.sha == value,
        "branch": lambda one, value: one.ref == value,
        "event": lambda one, value: one.event == value,
        "actor": lambda one, value: one.user.login.lower() == value.lower(),
        "status": lambda one, value: value in {STATUS.get(one.state, "completed"), CONCLUSION.get(one.state)},
        "created": lambda one, value: moment_in(value, one.created),
        "check_suite_id": lambda one, value: str(one.id + 1) == value,
    }
    asked = [(tests[name], value) for name, value in request.args if name in tests and value]
    return [one for one in reversed(found) if all(test(one, value) for test, value in asked)]


@routes.get("/repos/{owner}/{repo}/actions/runs")
def runs(request: Request) -> object:
    """The runs, newest first, with filters by branch, commit, event, actor, status and time."""
    found = filtered(request, ci.runs_of(repository_of(request, "actions")))
    return paged(request, found, lambda one: run_shape(request, one), envelope="workflow_runs")


@routes.get(ONE)
def run(request: Request) -> object:
    """One of them."""
    return run_shape(request, found_run(request)[1])


@routes.get(f"{ONE}/jobs")
def jobs(request: Request) -> object:
    """The jobs of a run."""
    return paged(request, found_run(request)[1].jobs, lambda one: _job(request, one), envelope="jobs")


@routes.get("/repos/{owner}/{repo}/actions/jobs/{job_id}")
def job(request: Request) -> object:
    """One job."""
    return _job(request, found_job(request))


@routes.post(f"{ONE}/rerun-failed-jobs")
def rerun(request: Request) -> object:
    """Lets failed jobs run again; 403 while the run is not over."""
    _, one = found_run(request, model.WRITE)
    if one.state in ci.WAITING:
        raise ApiError(403, "The workflow run is already running")
    ci.retry(request.world, one)
    return Reply({}, 201)


@routes.post(f"{ONE}/rerun")
def rerun_all(request: Request) -> object:
    """Lets every job run again; 403 while the run is not over."""
    _, one = found_run(request, model.WRITE)
    if one.state in ci.WAITING:
        raise ApiError(403, "The workflow run is already running")
    for each in one.jobs:
        ci.put(request.world, each, "pending")
    one.attempt += 1
    return Reply({}, 201)


@routes.delete(ONE)
def delete(request: Request) -> None:
    """Removes a run that is over."""
    home, one = found_run(request, model.WRITE)
    if one.state in ci.WAITING:
        raise ApiError(403, "Could not delete the workflow run")
    ci.runs_of(home).remove(one)


@routes.post("/repos/{owner}/{repo}/actions/jobs/{job_id}/rerun")
def rerun_job(request: Request) -> object:
    """Lets one job run again."""
    ci.put(request.world, found_job(request, model.WRITE), "pending")
    return Reply({}, 201)


@routes.post(f"{ONE}/cancel")
@routes.post(f"{ONE}/force-cancel")
def stop(request: Request) -> object:
    """Stops a run; 409 for one that is over."""
    _, one = found_run(request, model.WRITE)
    if one.state not in ci.WAITING:
        raise ApiError(409, "Cannot cancel a workflow run that is completed.")
    ci.cancel(request.world, one)
    return Reply({}, 202)
