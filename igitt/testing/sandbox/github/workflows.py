"""Routes of workflows: their files, starting them, and what their runs leave behind (logs, artifacts).

Nothing runs: what is started waits until a test says how it ends. Source of the answers to a dispatch:
https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event; of its refusals:
https://github.com/benc-uk/workflow-dispatch/issues/46 and 50.
"""

from __future__ import annotations

import io
import secrets
import zipfile
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model, objects
from igitt.testing.sandbox.github import ci
from igitt.testing.sandbox.github.actions import ONE, filtered, found_job, found_run, run_shape
from igitt.testing.sandbox.github.context import body_of, iso, missing, paged, repository_of, routes, text_of
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.github.ci import Artifact, Workflow
    from igitt.testing.sandbox.model import Repository

ACTIONS = "/repos/{owner}/{repo}/actions"
WORKFLOW = f"{ACTIONS}/workflows/{{workflow_id}}"
#: For so many seconds a link to a log or an artifact works.
LIFETIME = 60


def _shape(request: Request, found: Repository, one: Workflow) -> dict[str, Any]:
    """``workflow``."""
    page, file = f"{request.forge.url}/{found.full_name}", one.path.rpartition("/")[2]
    return {
        "id": one.id, "node_id": f"W_kwDO{one.id}", "name": one.name, "path": one.path, "state": one.state,
        "created_at": iso(one.created), "updated_at": iso(one.updated),
        "url": f"{api_of(request.forge, found)}/actions/workflows/{one.id}",
        "html_url": f"{page}/blob/{found.default_branch}/{one.path}",
        "badge_url": f"{page}/actions/workflows/{file}/badge.svg",
    }  # fmt: skip


def _workflow(request: Request, need: int = model.NONE) -> tuple[Repository, Workflow]:
    """The workflow of an id or a file's name."""
    found, wanted = repository_of(request, "actions", need), request.params["workflow_id"]
    for one in ci.workflows_of(request.world, found).values():
        if wanted in {str(one.id), one.path.rpartition("/")[2]}:
            return found, one
    raise missing()


@routes.get(f"{ACTIONS}/workflows")
def workflows(request: Request) -> object:
    """The workflows."""
    found = repository_of(request, "actions")
    known = list(ci.workflows_of(request.world, found).values())
    return paged(request, known, lambda one: _shape(request, found, one), envelope="workflows")


@routes.get(WORKFLOW)
def workflow(request: Request) -> object:
    """One of them."""
    return _shape(request, *_workflow(request))


@routes.get(f"{WORKFLOW}/runs")
def runs(request: Request) -> object:
    """Its runs."""
    found, one = _workflow(request)
    known = filtered(request, [run for run in ci.runs_of(found) if run.path == one.path])
    return paged(request, known, lambda run: run_shape(request, run), envelope="workflow_runs")


@routes.put(f"{WORKFLOW}/enable")
def enable(request: Request) -> None:
    """Lets it run again."""
    _workflow(request, model.WRITE)[1].state = "active"


@routes.put(f"{WORKFLOW}/disable")
def disable(request: Request) -> None:
    """Lets it run no more."""
    _workflow(request, model.WRITE)[1].state = "disabled_manually"


@routes.post(f"{WORKFLOW}/dispatches")
def dispatch(request: Request) -> object:
    """Starts it: 204, or 200 with the run when that is asked for."""
    found, one = _workflow(request, model.WRITE)
    data = body_of(request)
    ref = text_of(data, "ref", "Workflow")
    tip = gitdata.resolve(found, ref)
    if tip is None:
        raise ApiError(422, f"No ref found for: {ref}")
    text = tip.files.get(one.path, "")
    if "workflow_dispatch" not in text:
        raise ApiError(422, "Workflow does not have 'workflow_dispatch' trigger")
    if one.state != "active":
        raise ApiError(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
    inputs = data.get("inputs") or {}
    if not isinstance(inputs, dict) or len(inputs) > 25:
        raise ApiError(422, "Invalid request.\n\nFor 'properties/inputs', there may be 25 at most.")
    jobs = dict.fromkeys(ci.jobs_in(text), "pending")
    name = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    made = ci.add(
        request.world, found, name, jobs, request.user, path=one.path, event="workflow_dispatch", inputs=inputs
    )
    if not data.get("return_run_details"):
        return None
    shape = run_shape(request, made)
    return {"workflow_run_id": made.id, "run_url": shape["url"], "html_url": shape["html_url"]}


@routes.post("/repos/{owner}/{repo}/dispatches")
def repository_dispatch(request: Request) -> None:
    """Starts every workflow that waits for ``repository_dispatch``."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    if len(text_of(data, "event_type", "Repository")) > 100:
        raise ApiError(422, "Invalid request.\n\nFor 'properties/event_type', only 100 characters are allowed.")
    payload = data.get("client_payload") or {}
    if not isinstance(payload, dict) or len(payload) > 10:
        raise ApiError(422, "Invalid request.\n\nNo more than 10 properties are allowed in 'client_payload'.")
    tip = gitdata.resolve(found, found.default_branch)
    for path, one in ci.workflows_of(request.world, found).items():
        text = tip.files.get(path, "") if tip else ""
        if "repository_dispatch" in text and one.state == "active":
            jobs = dict.fromkeys(ci.jobs_in(text), "pending")
            ci.add(
                request.world, found, found.default_branch, jobs, request.user, path=path,
                event="repository_dispatch", inputs=payload,
            )  # fmt: skip


# ---- what runs leave behind


def _link(request: Request, found: Repository, kind: str, content: bytes) -> Reply:
    """A redirect to bytes that need no credential for a while."""
    word = secrets.token_hex(16)
    found.extra.setdefault("result links", {})[word] = (kind, content, request.world.clock() + LIFETIME)
    return Reply(status=302, headers={"Location": f"{request.forge.url}/_results/{found.full_name}/{word}"}, text="")


@routes.get("/_results/{owner}/{repo}/{word}", web=True)
def result(request: Request) -> object:
    """The bytes behind such a link."""
    found, _ = request.world.repository(f"{request.params['owner']}/{request.params['repo']}")
    links = found.extra.get("result links", {}) if found else {}
    kind, content, until = links.get(request.params["word"], ("", b"", 0))
    if until < request.world.clock():
        raise missing()
    return Reply(text=objects.text_of(content), content_type=kind)


def _zip(files: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), objects.raw(text))
    return made.getvalue()


@routes.get(f"{ACTIONS}/jobs/{{job_id}}/logs")
def job_log(request: Request) -> object:
    """Where a job's log is, as text."""
    found, job = repository_of(request, "actions"), found_job(request)
    return _link(request, found, "text/plain", objects.raw(job.log))


@routes.get(f"{ONE}/logs")
def logs(request: Request) -> object:
    """Where the logs of a run are, in a zip file."""
    found, one = found_run(request)
    files = {f"{number}_{job.name}.txt": job.log for number, job in enumerate(one.jobs)}
    return _link(request, found, "application/zip", _zip(files))


def _artifact(request: Request, one: Artifact) -> dict[str, Any]:
    """``artifact``."""
    run, home = one.run, one.run.repository
    url = f"{api_of(request.forge, home)}/actions/artifacts/{one.id}"
    return {
        "id": one.id, "node_id": f"MDg6QXJ0aWZhY3Q{one.id}", "name": one.name, "url": url,
        "size_in_bytes": len(_zip(one.files)), "archive_download_url": f"{url}/zip",
        "expired": one.expires <= request.world.now(), "created_at": iso(one.created), "updated_at": iso(one.created),
        "expires_at": iso(one.expires), "workflow_run": {
            "id": run.id, "repository_id": home.id, "head_repository_id": home.id, "head_branch": run.ref,
            "head_sha": run.sha,
        },
    }  # fmt: skip


def _named(request: Request, found: list[Artifact]) -> Reply:
    name = request.arg("name")
    chosen = [one for one in reversed(found) if not name or one.name == name]
    return paged(request, chosen, lambda one: _artifact(request, one), envelope="artifacts")


@routes.get(f"{ONE}/artifacts")
def run_artifacts(request: Request) -> object:
    """What a run kept."""
    return _named(request, found_run(request)[1].artifacts)


@routes.get(f"{ACTIONS}/artifacts")
def artifacts(request: Request) -> object:
    """What all runs kept."""
    runs_ = ci.runs_of(repository_of(request, "actions"))
    return _named(request, [one for run in runs_ for one in run.artifacts])


def _found_artifact(request: Request, need: int = model.NONE) -> tuple[Repository, Artifact]:
    found, number = repository_of(request, "actions", need), request.number("artifact_id")
    for run in ci.runs_of(found):
        for one in run.artifacts:
            if one.id == number:
                return found, one
    raise missing()


@routes.get(f"{ACTIONS}/artifacts/{{artifact_id}}")
def artifact(request: Request) -> object:
    """One of them."""
    return _artifact(request, _found_artifact(request)[1])


@routes.delete(f"{ACTIONS}/artifacts/{{artifact_id}}")
def delete_artifact(request: Request) -> None:
    """Removes it."""
    _, one = _found_artifact(request, model.WRITE)
    one.run.artifacts.remove(one)


@routes.get(f"{ACTIONS}/artifacts/{{artifact_id}}/{{archive_format}}")
def download(request: Request) -> object:
    """Where its files are, in a zip file; 410 once it has run out."""
    found, one = _found_artifact(request)
    if request.viewer.kind == "anonymous":
        raise ApiError(401, "Requires authentication")
    if request.params["archive_format"] != "zip":
        raise missing()
    if one.expires <= request.world.now():
        raise ApiError(410, "Artifact has expired")
    return _link(request, found, "application/zip", _zip(one.files))
