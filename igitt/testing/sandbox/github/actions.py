"""Workflow runs and their jobs: routes and shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github import ci
from igitt.testing.sandbox.github.context import iso, missing, paged, repository_of, routes
from igitt.testing.sandbox.github.shapes import repositories
from igitt.testing.sandbox.github.shapes.accounts import simple
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.github.ci import Job, Run
    from igitt.testing.sandbox.model import Repository

STATUS = {"pending": "queued", "running": "in_progress"}
CONCLUSION = {"success": "success", "failed": "failure", "canceled": "cancelled", "skipped": "skipped"}
ONE = "/repos/{owner}/{repo}/actions/runs/{run_id}"


def _run(request: Request, one: Run) -> dict[str, Any]:
    forge, home = request.forge, one.repository
    url, page = f"{api_of(forge, home)}/actions/runs/{one.id}", f"{forge.url}/{home.full_name}/actions/runs/{one.id}"
    commit, suite = home.commits[one.sha], one.id + 1
    person = {"name": commit.author_name, "email": commit.author_email}
    shaped = repositories.repository(forge, home, request)
    return {
        "id": one.id, "name": "CI", "node_id": f"WFR_kwLO{one.id}", "head_branch": one.ref, "head_sha": one.sha,
        "path": ".github/workflows/ci.yml", "display_title": commit.message.partition("\n")[0],
        "run_number": one.number, "event": "push", "status": STATUS.get(one.state, "completed"),
        "conclusion": CONCLUSION.get(one.state), "workflow_id": 1, "check_suite_id": suite,
        "check_suite_node_id": f"CS_kwDO{suite}", "url": url, "html_url": page, "pull_requests": [],
        "created_at": iso(one.created), "updated_at": iso(one.updated), "actor": simple(forge, one.user),
        "run_attempt": one.attempt, "referenced_workflows": [], "run_started_at": iso(one.created),
        "triggering_actor": simple(forge, one.user), "jobs_url": f"{url}/jobs", "logs_url": f"{url}/logs",
        "check_suite_url": f"{api_of(forge, home)}/check-suites/{suite}", "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel", "rerun_url": f"{url}/rerun", "previous_attempt_url": None,
        "workflow_url": f"{api_of(forge, home)}/actions/workflows/1",
        "head_commit": {
            "id": one.sha, "tree_id": commit.tree, "message": commit.message, "timestamp": iso(commit.created),
            "author": person, "committer": person,
        },
        "repository": shaped, "head_repository": shaped,
    }  # fmt: skip


def _job(request: Request, one: Job) -> dict[str, Any]:
    forge, run = request.forge, one.run
    api, waiting = api_of(forge, run.repository), one.state == "pending"
    return {
        "id": one.id, "run_id": run.id, "workflow_name": "CI", "head_branch": run.ref,
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


def _found(request: Request, need: int = model.NONE) -> tuple[Repository, Run]:
    home, number = repository_of(request, "actions", need), request.number("run_id")
    one = next((each for each in ci.runs_of(home) if each.id == number), None)
    if one is None:
        raise missing()
    return home, one


def _found_job(request: Request, need: int = model.NONE) -> Job:
    home, number = repository_of(request, "actions", need), request.number("job_id")
    jobs = (job for run in ci.runs_of(home) for job in run.jobs if job.id == number)
    found = next(jobs, None)
    if found is None:
        raise missing()
    return found


@routes.get("/repos/{owner}/{repo}/actions/runs")
def runs(request: Request) -> object:
    """The runs, newest first."""
    found = list(reversed(ci.runs_of(repository_of(request, "actions"))))
    for name, key in (("head_sha", "sha"), ("branch", "ref")):
        if request.arg(name):
            found = [one for one in found if getattr(one, key) == request.arg(name)]
    return paged(request, found, lambda one: _run(request, one), envelope="workflow_runs")


@routes.get(ONE)
def run(request: Request) -> object:
    """One of them."""
    return _run(request, _found(request)[1])


@routes.get(f"{ONE}/jobs")
def jobs(request: Request) -> object:
    """The jobs of a run."""
    return paged(request, _found(request)[1].jobs, lambda one: _job(request, one), envelope="jobs")


@routes.get("/repos/{owner}/{repo}/actions/jobs/{job_id}")
def job(request: Request) -> object:
    """One job."""
    return _job(request, _found_job(request))


@routes.post(f"{ONE}/rerun-failed-jobs")
def rerun(request: Request) -> object:
    """Lets failed jobs run again; 403 while the run is not over."""
    _, one = _found(request, model.WRITE)
    if one.state in ci.WAITING:
        raise ApiError(403, "The workflow run is already running")
    ci.retry(request.world, one)
    return Reply({}, 201)


@routes.post("/repos/{owner}/{repo}/actions/jobs/{job_id}/rerun")
def rerun_job(request: Request) -> object:
    """Lets one job run again."""
    ci.put(request.world, _found_job(request, model.WRITE), "pending")
    return Reply({}, 201)


@routes.post(f"{ONE}/cancel")
def stop(request: Request) -> object:
    """Stops a run; 409 for one that is over."""
    _, one = _found(request, model.WRITE)
    if one.state not in ci.WAITING:
        raise ApiError(409, "Cannot cancel a workflow run that is completed.")
    ci.cancel(request.world, one)
    return Reply({}, 202)
