"""Routes that make pipelines and look into jobs: by hand, by a trigger, their variables, logs, artifacts; lint.

Nothing runs here. A pipeline has the jobs that ``.gitlab-ci.yml`` names at its first level; they wait until a test says
how they ended. Sources: https://docs.gitlab.com/api/pipelines/, https://docs.gitlab.com/api/jobs/,
https://docs.gitlab.com/api/job_artifacts/, https://docs.gitlab.com/api/pipeline_triggers/, https://docs.gitlab.com/api/lint/.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.gitlab import jobs, pipelines, rules
from igitt.testing.sandbox.gitlab.context import (
    created,
    flag,
    forbidden,
    missing,
    need_all,
    paged,
    params_of,
    project_of,
    routes,
    words,
)
from igitt.testing.sandbox.gitlab.shapes import commits
from igitt.testing.sandbox.wire import ApiError, Reply

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitlab.pipelines import Pipeline
    from igitt.testing.sandbox.gitlab.records import Record
    from igitt.testing.sandbox.model import Repository, Status, User
    from igitt.testing.sandbox.wire import Request

FILE = ".gitlab-ci.yml"
JOB = "/projects/{id}/jobs/{job_id}"
ONE = "/projects/{id}/pipelines/{pipeline_id}"
#: Keys at the first level that are no jobs. Source: https://docs.gitlab.com/ci/yaml/ ("Global keywords").
KEYWORDS = {
    "default", "include", "stages", "variables", "workflow", "image", "services", "cache", "before_script",
    "after_script", "spec", "pages",
}  # fmt: skip
KEY = re.compile(r"""^["']?([^\s#.:"'][^:"']*)["']?:(?:\s|$)""", re.MULTILINE)
#: An opening of text that is no mapping at its first level, which cannot be a configuration.
MAPPING = re.compile(r"^[^\s#-][^\n]*:(\s|$)", re.MULTILINE)
EMPTY = "The resulting pipeline would have been empty. Review the rules configuration for the relevant jobs."


def jobs_of(text: str) -> dict[str, dict[str, str]]:
    """The jobs that a configuration names, each with its stage and whether it waits for somebody."""
    found = {}
    marks = [*KEY.finditer(text)]
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        name, body = mark[1].strip(), text[mark.end() : after.start() if after else len(text)]
        if name in KEYWORDS and name != "pages":
            continue
        stage = re.search(r"^\s+stage:\s*[\"']?([^\s\"'#]+)", body, re.MULTILINE)
        manual = re.search(r"^\s+when:\s*[\"']?manual\b", body, re.MULTILINE)
        found[name] = {"stage": stage[1] if stage else "test", "state": "manual" if manual else "created"}
    return found


def _make(request: Request, home: Repository, ref: str, by: User, source: str, variables: list[Record]) -> Pipeline:
    tip = home.branches.get(ref.removeprefix("refs/heads/")) or home.extra.get("tags", {}).get(ref, {}).get("sha")
    if tip is None:
        raise ApiError(400, {"base": ["Reference not found"]})
    text = home.commits[tip].files.get(FILE)
    if text is None:
        raise ApiError(400, {"base": ["Missing CI config file"]})
    names = jobs_of(text)
    if not names:
        raise ApiError(400, {"base": [EMPTY]})
    if ref in home.branches and request.world.level(by, home) < rules.needed(home, ref, "merge"):
        text = (f"You do not have sufficient permission to run a pipeline on '{ref}'. Please select a different branch "
                "or contact your administrator for assistance.")  # fmt: skip
        raise ApiError(400, {"base": [text]})
    first = next(iter(names.values()))["stage"]
    states = {name: one["state"] if one["state"] == "manual" else "pending" if one["stage"] == first else "created"
              for name, one in names.items()}  # fmt: skip
    made = jobs.add(request.world, home, ref, states, by)
    for name, one in made.statuses.items():
        one.extra["stage"] = names[name]["stage"]
    made.source, made.variables = source, variables
    return made


def _variables(params: Record) -> list[Record]:
    """Variables as a list of pairs, or as a mapping (triggers)."""
    given = params.get("variables") or []
    pairs = [{"key": key, "value": value} for key, value in given.items()] if isinstance(given, dict) else given
    return [{"variable_type": one.get("variable_type", "env_var"), "key": str(one["key"]), "value": one.get("value"),
             "hidden": False, "protected": False, "masked": False, "raw": False, "environment_scope": "*",
             "description": None} for one in pairs]  # fmt: skip


@routes.post("/projects/{id}/pipeline")
def create(request: Request) -> object:
    """Makes a pipeline of a branch or tag; 400 where there is no configuration, or it names no job."""
    home, params = project_of(request, model.WRITE), params_of(request)
    need_all(params, "ref")
    made = _make(request, home, str(params["ref"]), request.user, "api", _variables(params))
    return created(pipelines.full(request.forge, made))


@routes.post("/projects/{id}/trigger/pipeline")
@routes.post("/projects/{id}/ref/{ref}/trigger/pipeline")
def trigger(request: Request) -> object:
    """Makes a pipeline for who has the token of a trigger, and need have no other."""
    params, world = params_of(request), request.world
    need_all(params, "token", *(() if "ref" in request.params else ("ref",)))
    name = request.params["id"]
    home = world.repositories.get(int(name)) if name.isdigit() else world.repository(name)[0]
    known = home.extra.get("triggers", {}).values() if home else ()
    found = next((one for one in known if one["token"] == params["token"]), None)
    if home is None or found is None:
        raise missing()
    found["last"] = world.now()
    ref = request.params.get("ref") or str(params["ref"])
    made = _make(request, home, ref, found["owner"], "trigger", _variables(params))
    return created(pipelines.full(request.forge, made))


@routes.get("/projects/{id}/pipelines/latest")
def latest(request: Request) -> object:
    """The newest pipeline of a branch's newest commit; 403 where there is none."""
    home, ref = project_of(request), request.arg("ref")
    tip = gitdata.resolve(home, ref or home.default_branch)
    found = pipelines.last_of(home, tip.sha) if tip else None
    if found is None:
        raise forbidden()
    return pipelines.full(request.forge, found) | {"name": found.name}


@routes.get(f"{ONE}/variables")
def variables(request: Request) -> object:
    """The variables that a pipeline was made with."""
    return jobs.pipeline_of(request, model.WRITE).variables


@routes.put(f"{ONE}/metadata")
def rename(request: Request) -> object:
    """Gives a pipeline a name."""
    one, params = jobs.pipeline_of(request, model.WRITE), params_of(request)
    need_all(params, "name")
    one.name = str(params["name"])
    return pipelines.full(request.forge, one) | {"name": one.name}


@routes.delete(ONE)
def delete(request: Request) -> None:
    """Deletes a pipeline; owners only."""
    one = jobs.pipeline_of(request, model.OWN)
    pipelines.all_of(one.repository).remove(one)


@routes.get(f"{ONE}/bridges")
def bridges(request: Request) -> object:
    """Jobs that would start other pipelines; there are none."""
    jobs.pipeline_of(request)
    return paged(request, [], lambda one: one)


@routes.get(f"{ONE}/test_report")
def test_report(request: Request) -> object:
    """What the jobs' tests came to; no job tells of any."""
    jobs.pipeline_of(request)
    counts = dict.fromkeys(("total_time", "total_count", "success_count", "failed_count", "skipped_count",
                            "error_count"), 0)  # fmt: skip
    return counts | {"test_suites": []}


# ---- jobs


@routes.get("/projects/{id}/jobs")
def all_jobs(request: Request) -> object:
    """All jobs of a project, the newest first, by their state (``scope``)."""
    home, params = project_of(request), params_of(request)
    states = set(words(params.get("scope")))
    found = [(pipeline, one) for pipeline in pipelines.all_of(home) for one in pipeline.statuses.values()
             if one.extra.get("job") and (not states or one.state in states)]  # fmt: skip
    found.sort(key=lambda pair: -pair[1].id)
    return paged(request, found, lambda pair: jobs.shape(request, *pair))


def _log(one: Status) -> bytes:
    return str(one.extra.get("log", "")).encode()


@routes.get(f"{JOB}/trace")
def trace(request: Request) -> object:
    """The log of a job as text."""
    _, one = jobs.job_of(request)
    return Reply(text=gitdata.text_of(_log(one)), content_type="text/plain")


def _artifacts(one: Status) -> dict[str, str]:
    found: dict[str, str] = one.extra.get("artifacts") or {}
    if not found:
        raise missing()
    return found


def _packed(files: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), gitdata.raw(text))
    return made.getvalue()


def _archive(one: Status) -> Reply:
    headers = {"Content-Disposition": 'attachment; filename="artifacts.zip"'}
    text = gitdata.text_of(_packed(_artifacts(one)))
    return Reply(text=text, content_type="application/zip", headers=headers)


def _inside(one: Status, path: str) -> Reply:
    found = _artifacts(one).get(path)
    if found is None:
        raise missing()
    return Reply(text=found, content_type="application/octet-stream")


@routes.get(f"{JOB}/artifacts")
def artifacts(request: Request) -> object:
    """What a job left behind, as a zip file; 404 for nothing."""
    return _archive(jobs.job_of(request)[1])


@routes.get(f"{JOB}/artifacts/{{path:path}}")
def artifact(request: Request) -> object:
    """One file of what a job left behind."""
    return _inside(jobs.job_of(request)[1], request.params["path"])


def _last(request: Request) -> Status:
    """The newest job of a name that ended well on a branch."""
    home, name, params = project_of(request), request.params["ref"], params_of(request)
    need_all(params, "job")
    for pipeline in reversed(pipelines.all_of(home)):
        one = pipeline.statuses.get(str(params["job"]))
        if pipeline.ref == name and one is not None and one.extra.get("job") and one.state == "success":
            return one
    raise missing()


@routes.get("/projects/{id}/jobs/artifacts/{ref}/download")
def last_artifacts(request: Request) -> object:
    """What the newest good job of a branch left behind."""
    return _archive(_last(request))


@routes.get("/projects/{id}/jobs/artifacts/{ref}/raw/{path:path}")
def last_artifact(request: Request) -> object:
    """One file of what the newest good job of a branch left behind."""
    return _inside(_last(request), request.params["path"])


@routes.delete(f"{JOB}/artifacts")
def delete_artifacts(request: Request) -> None:
    """Takes away what a job left behind."""
    _, one = jobs.job_of(request, model.MAINTAIN)
    one.extra.pop("artifacts", None)


@routes.delete("/projects/{id}/artifacts")
def delete_all_artifacts(request: Request) -> object:
    """Takes away what all jobs left behind; 202, for GitLab does it later."""
    home = project_of(request, model.MAINTAIN)
    for pipeline in pipelines.all_of(home):
        for one in pipeline.statuses.values():
            one.extra.pop("artifacts", None)
    return Reply(None, 202, text="")


@routes.post(f"{JOB}/artifacts/keep")
def keep(request: Request) -> object:
    """Keeps what a job left behind for good."""
    pipeline, one = jobs.job_of(request, model.WRITE)
    _artifacts(one)
    return created(jobs.shape(request, pipeline, one))


@routes.post(f"{JOB}/erase")
def erase(request: Request) -> object:
    """Takes away the log and the artifacts of a job that has ended; 403 for one that runs."""
    pipeline, one = jobs.job_of(request, model.WRITE)
    if one.state not in commits.FINISHED:
        raise ApiError(403, "403 Forbidden - Job is not erasable!")
    one.extra.pop("artifacts", None)
    one.extra.pop("log", None)
    one.extra["erased"] = request.world.now()
    return created(jobs.shape(request, pipeline, one))


@routes.post(f"{JOB}/play")
def play(request: Request) -> object:
    """Starts a job that waits for somebody; 400 for another one."""
    pipeline, one = jobs.job_of(request, model.WRITE)
    if one.state != "manual":
        raise ApiError(400, "400 Bad request - Unplayable Job")
    one.state, one.updated = "pending", request.world.now()
    pipeline.updated = one.updated
    shaped = jobs.shape(request, pipeline, one)
    for name in ("artifacts", "runner", "runner_manager", "artifacts_expire_at", "archived", "tag_list"):
        del shaped[name]
    return shaped


# ---- lint


def _linted(text: str, *, jobs_too: bool) -> Record:
    errors = []
    if not MAPPING.search(text):
        errors.append("Invalid configuration format")
    elif not jobs_of(text) and not re.search(r"^:", text, re.MULTILINE):
        errors.append("jobs config should contain at least one visible job")
    found: Record = {"valid": not errors, "errors": errors, "warnings": [], "merged_yaml": None if errors else text,
                     "includes": []}  # fmt: skip
    if jobs_too:
        found["jobs"] = [{"name": name, "stage": one["stage"], "before_script": [], "script": [], "after_script": [],
                          "tag_list": [], "only": {"refs": ["branches", "tags"]}, "except": None, "environment": None,
                          "when": "manual" if one["state"] == "manual" else "on_success", "allow_failure": False,
                          "needs": None} for name, one in jobs_of(text).items()]  # fmt: skip
    return found


@routes.post("/projects/{id}/ci/lint")
def lint(request: Request) -> object:
    """Looks a configuration over, by its first level only."""
    project_of(request, model.WRITE)
    params = params_of(request)
    need_all(params, "content")
    return _linted(str(params["content"]), jobs_too=flag(params.get("include_jobs", False)))


@routes.get("/projects/{id}/ci/lint")
def lint_own(request: Request) -> object:
    """Looks a project's own configuration over."""
    home, params = project_of(request), params_of(request)
    tip = gitdata.resolve(home, str(params.get("content_ref") or params.get("sha") or home.default_branch))
    if tip is None:
        raise missing("Commit")
    text = tip.files.get(FILE)
    if text is None:
        return {"valid": False, "errors": ["Please provide content of .gitlab-ci.yml"], "warnings": [],
                "merged_yaml": None, "includes": []}  # fmt: skip
    return _linted(text, jobs_too=flag(params.get("include_jobs", False)))


@routes.post("/projects/{id}/merge_requests/{iid}/pipelines")
def request_pipeline(request: Request) -> object:
    """Makes a pipeline of a merge request's branch."""
    one = project_of(request, model.WRITE).merge_requests.get(request.number("iid"))
    if one is None:
        raise missing()
    made = _make(request, one.source or one.repository, one.head, request.user, "merge_request_event", [])
    return created(pipelines.full(request.forge, made))
