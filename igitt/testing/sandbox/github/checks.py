"""Check runs: routes and shapes. Only an App's installation writes them."""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox import gitdata, names
from igitt.testing.sandbox.github.context import (
    body_of,
    created,
    forbidden_to_app,
    invalid,
    iso,
    missing,
    paged,
    repository_of,
    routes,
    text_of,
)
from igitt.testing.sandbox.github.shapes import accounts
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.model import Repository
from igitt.testing.sandbox.wire import ApiError, Request

HOME, BATCH = "/repos/{owner}/{repo}", 50
STATUSES = {"queued", "in_progress", "completed"}
CONCLUSIONS = {"action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"}
Check = dict[str, Any]


def runs_of(repository: Repository) -> list[Check]:
    """The check runs of a repository, oldest first."""
    found: list[Check] = repository.extra.setdefault("check_runs", [])
    return found


def _shape(request: Request, home: Repository, one: Check) -> dict[str, Any]:
    url = f"{api_of(request.forge, home)}/check-runs/{one['id']}"
    page = f"{request.forge.url}/{home.full_name}/runs/{one['id']}"
    return {
        "id": one["id"], "node_id": f"CR_kwDO{one['id']}", "head_sha": one["sha"], "external_id": "", "url": url,
        "html_url": page, "details_url": one["details_url"] or page, "status": one["status"],
        "conclusion": one["conclusion"], "started_at": iso(one["started"]), "completed_at": iso(one["completed"]),
        "output": {
            "title": one["title"], "summary": one["summary"], "text": one["text"],
            "annotations_count": len(one["annotations"]), "annotations_url": f"{url}/annotations",
        },
        "name": one["name"], "check_suite": {"id": one["id"] + 1}, "app": accounts.app(request.forge, one["app"]),
        "pull_requests": [],
    }  # fmt: skip


def _take(request: Request, one: Check, data: dict[str, Any]) -> None:
    status, conclusion, output = data.get("status"), data.get("conclusion"), data.get("output")
    if (status is not None and status not in STATUSES) or (conclusion is not None and conclusion not in CONCLUSIONS):
        raise invalid("CheckRun", "status" if conclusion is None else "conclusion")
    if status == "completed" and conclusion is None:
        raise invalid("CheckRun", "conclusion", "missing_field")
    if output is not None:
        if not {"title", "summary"} <= output.keys():
            raise ApiError(422, 'Invalid request.\n\nFor \'properties/output\', "title" and "summary" are required.')
        for field in ("summary", "text"):
            if len(str(output.get(field) or "").encode()) > names.GITHUB_CHECK_TEXT:
                text = f"Only {names.GITHUB_CHECK_TEXT} characters are allowed; {len(output[field])} were supplied."
                raise ApiError(422, f"Invalid request.\n\n{text}")
        if len(output.get("annotations", ())) > BATCH:
            raise ApiError(422, "Invalid request.\n\nNo more than 50 annotations are allowed in a request.")
        one |= {key: output[key] for key in ("title", "summary", "text") if key in output}
        one["annotations"] += output.get("annotations", [])
    one |= {key: data[key] for key in ("name", "details_url") if key in data}
    if conclusion is not None:
        one |= {"status": "completed", "conclusion": conclusion, "completed": request.world.now()}
    elif status is not None:
        one |= {"status": status, "conclusion": None, "completed": None}


def _found(request: Request) -> tuple[Repository, Check]:
    home, number = repository_of(request, "checks"), request.number("check_run_id")
    one = next((each for each in runs_of(home) if each["id"] == number), None)
    if one is None:
        raise missing()
    return home, one


def _only_app(request: Request) -> Any:
    if request.viewer.installation is None:
        raise ApiError(403, "You must authenticate via a GitHub App.")
    return request.viewer.installation.app


@routes.post(f"{HOME}/check-runs")
def create(request: Request) -> object:
    """Enters a check run on a commit."""
    home, app, data = repository_of(request, "checks"), _only_app(request), body_of(request)
    sha = text_of(data, "head_sha", "CheckRun")
    if gitdata.resolve(home, sha) is None:
        raise ApiError(422, f"No commit found for SHA: {sha}")
    one: Check = {
        "id": request.world.next_id("check run"), "sha": sha, "name": text_of(data, "name", "CheckRun"), "app": app,
        "status": "queued", "conclusion": None, "started": request.world.now(), "completed": None, "title": None,
        "summary": None, "text": None, "details_url": None, "annotations": [],
    }  # fmt: skip
    _take(request, one, data)
    runs_of(home).append(one)
    return created(_shape(request, home, one))


@routes.get(f"{HOME}/check-runs/{{check_run_id}}")
def get(request: Request) -> object:
    """One of them."""
    return _shape(request, *_found(request))


@routes.patch(f"{HOME}/check-runs/{{check_run_id}}")
def update(request: Request) -> object:
    """Changes one; annotations are added."""
    home, one = _found(request)
    if one["app"] is not _only_app(request):
        raise forbidden_to_app("checks", "write")
    _take(request, one, body_of(request))
    return _shape(request, home, one)


@routes.get(f"{HOME}/check-runs/{{check_run_id}}/annotations")
def list_annotations(request: Request) -> object:
    """The remarks of one."""
    home, one = _found(request)
    blob = f"{request.forge.url}/{home.full_name}/blob/{one['sha']}"
    empty = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    return paged(request, one["annotations"], lambda each: empty | each | {"blob_href": f"{blob}/{each['path']}"})


@routes.post(f"{HOME}/check-runs/{{check_run_id}}/rerequest")
def rerequest(request: Request) -> object:
    """Asks the App to run it again."""
    _, one = _found(request)
    one |= {"status": "queued", "conclusion": None, "completed": None}
    return created({})


@routes.get(f"{HOME}/commits/{{ref}}/check-runs")
def of_commit(request: Request) -> object:
    """The newest check run of each name and App on a commit."""
    home = repository_of(request, "checks")
    found = gitdata.resolve(home, request.params["ref"])
    if found is None:
        raise ApiError(422, f"No commit found for SHA: {request.params['ref']}")
    newest = {(one["name"], one["app"].id): one for one in runs_of(home) if one["sha"] == found.sha}
    return paged(request, list(newest.values()), lambda one: _shape(request, home, one), envelope="check_runs")
