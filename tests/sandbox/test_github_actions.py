"""GitHub's Actions: workflows and what starts them, runs with logs and artifacts, secrets, variables, deployments."""

import base64
import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from igitt.testing import Sandbox

R = "/repos/acme/widgets"
CI = """name: Tests
on: [push, workflow_dispatch]
jobs:
  build:
    runs-on: ubuntu-latest
  test:
    needs: build
"""
DEPLOY = "on:\n  repository_dispatch:\njobs:\n  go:\n    runs-on: x\n"


@pytest.fixture
def forge(sandbox: Sandbox) -> Any:
    """Return a GitHub with two workflows and a run."""
    forge = sandbox.github
    forge.add_organization("acme", members={"alice": "owner"})
    files = {".github/workflows/ci.yml": CI, ".github/workflows/deploy.yaml": DEPLOY, "README.md": "x"}
    forge.add_repository("acme/widgets", members={"bob": "write", "carol": "read"}, files=files)
    return forge


@pytest.fixture
def send(forge: Any, github_as: Callable[..., Any]) -> Any:
    """Return `send` of who may write."""
    return github_as("bob")


# ---- workflows


def test_workflows(send: Any) -> None:
    """They are the files, found by id or name, and can be turned off."""
    listed = send("GET", f"{R}/actions/workflows").json()["workflows"]
    assert [(one["name"], one["path"]) for one in listed] == [
        ("Tests", ".github/workflows/ci.yml"), (".github/workflows/deploy.yaml",) * 2,
    ]  # fmt: skip
    by_id = send("GET", f"{R}/actions/workflows/{listed[0]['id']}").json()
    assert by_id == send("GET", f"{R}/actions/workflows/ci.yml").json() == listed[0]
    assert send("GET", f"{R}/actions/workflows/nothing.yml").status_code == 404
    assert send("PUT", f"{R}/actions/workflows/ci.yml/disable").status_code == 204
    assert send("GET", f"{R}/actions/workflows/ci.yml").json()["state"] == "disabled_manually"
    assert send("POST", f"{R}/actions/workflows/ci.yml/dispatches", json={"ref": "main"}).status_code == 422
    assert send("PUT", f"{R}/actions/workflows/ci.yml/enable").status_code == 204


def test_dispatch(send: Any, github_as: Callable[..., Any]) -> None:
    """A workflow that says so is started, and the run is told when that is asked for."""
    path = f"{R}/actions/workflows/ci.yml/dispatches"
    assert send("POST", path, json={"ref": "main", "inputs": {"x": "1"}}).status_code == 204
    told = send("POST", path, json={"ref": "main", "return_run_details": True})
    assert told.status_code == 200
    run = send("GET", told.json()["run_url"]).json()
    assert (run["id"], run["event"], run["status"], run["name"]) == (
        told.json()["workflow_run_id"], "workflow_dispatch", "queued", "Tests",
    )  # fmt: skip
    assert [one["name"] for one in send("GET", run["jobs_url"]).json()["jobs"]] == ["build", "test"]
    assert send("GET", f"{R}/actions/workflows/ci.yml/runs").json()["total_count"] == 2
    assert send("GET", f"{R}/actions/workflows/deploy.yaml/runs").json()["total_count"] == 0
    assert send("POST", path, json={"ref": "nothing"}).json()["message"] == "No ref found for: nothing"
    other = f"{R}/actions/workflows/deploy.yaml/dispatches"
    assert send("POST", other, json={"ref": "main"}).json()["message"].startswith("Workflow does not have")
    assert github_as("carol")("POST", path, json={"ref": "main"}).status_code == 403


def test_repository_dispatch(send: Any) -> None:
    """It starts what waits for it."""
    assert send("POST", f"{R}/dispatches", json={"event_type": "go"}).status_code == 204
    assert send("POST", f"{R}/dispatches", json={}).status_code == 422
    runs = send("GET", f"{R}/actions/runs?event=repository_dispatch").json()["workflow_runs"]
    assert [one["path"] for one in runs] == [".github/workflows/deploy.yaml"]


def test_filters_of_runs(forge: Any, send: Any) -> None:
    """Runs are found by how they stand and who started them."""
    forge.add_pipeline("acme/widgets", "main", {"build": "success"}, user="alice")
    forge.add_pipeline("acme/widgets", "main", {"build": "failed"}, user="bob")
    forge.add_pipeline("acme/widgets", "main", {"build": "running"}, user="bob")
    for query, count in (
        ("status=success", 1), ("status=completed", 2), ("status=in_progress", 1), ("actor=bob", 2), ("event=push", 3),
        ("branch=other", 0), ("created=%3E%3D2020-01-01", 3), ("created=%3C2020-01-01", 0),
    ):  # fmt: skip
        assert send("GET", f"{R}/actions/runs?{query}").json()["total_count"] == count, query


def test_a_run_again_and_away(forge: Any, send: Any) -> None:
    """A run that is over runs again or is removed; one that is not can only be stopped."""
    run = forge.add_pipeline("acme/widgets", "main", {"build": "success"})
    path = f"{R}/actions/runs/{run.id}"
    assert send("POST", f"{path}/rerun").status_code == 201
    assert send("POST", f"{path}/rerun").status_code == 403
    assert send("GET", path).json()["run_attempt"] == 2
    assert send("DELETE", path).status_code == 403
    assert send("POST", f"{path}/force-cancel").status_code == 202
    assert send("DELETE", path).status_code == 204
    assert send("GET", path).status_code == 404


def test_logs_and_artifacts(sandbox: Sandbox, forge: Any, send: Any, github_as: Callable[..., Any]) -> None:
    """Both are behind a link that needs no credential and runs out; artifacts run out, too."""
    run = forge.add_pipeline(
        "acme/widgets",
        "main",
        {"build": "success"},
        artifacts={"report": {"out.txt": "fine"}},
        logs={"build": "line\n"},
    )
    path, nobody = f"{R}/actions/runs/{run.id}", github_as()
    log = send("GET", f"{R}/actions/jobs/{run.jobs[0].id}/logs")
    assert log.status_code == 302
    assert nobody("GET", log.headers["Location"]).text == "line\n"
    whole = nobody("GET", send("GET", f"{path}/logs").headers["Location"]).content
    assert zipfile.ZipFile(io.BytesIO(whole)).read("0_build.txt") == b"line\n"
    one = send("GET", f"{path}/artifacts").json()["artifacts"][0]
    assert send("GET", f"{R}/actions/artifacts?name=report").json()["artifacts"] == [one]
    assert send("GET", f"{R}/actions/artifacts?name=other").json()["total_count"] == 0
    link = send("GET", one["archive_download_url"]).headers["Location"]
    assert zipfile.ZipFile(io.BytesIO(nobody("GET", link).content)).read("out.txt") == b"fine"
    sandbox.advance(61)
    assert nobody("GET", link).status_code == 404
    sandbox.advance(91 * 86_400)
    assert send("GET", one["url"]).json()["expired"] is True
    assert send("GET", one["archive_download_url"]).status_code == 410
    assert send("DELETE", one["url"]).status_code == 204
    assert send("GET", one["url"]).status_code == 404


# ---- secrets and variables


@pytest.mark.parametrize("place", [f"{R}/actions", f"{R}/environments/prod"])
def test_secrets(place: str, send: Any, github_as: Callable[..., Any]) -> None:
    """They are set sealed, and nothing but their names is told."""
    github_as("alice")("PUT", f"{R}/environments/prod", json={})
    key = send("GET", f"{place}/secrets/public-key").json()
    assert len(base64.b64decode(key["key"])) == 32
    body = {"key_id": key["key_id"], "encrypted_value": base64.b64encode(bytes(60)).decode()}
    assert send("PUT", f"{place}/secrets/token", json=body).status_code == 201
    assert send("PUT", f"{place}/secrets/TOKEN", json=body).status_code == 204
    assert [one["name"] for one in send("GET", f"{place}/secrets").json()["secrets"]] == ["TOKEN"]
    assert set(send("GET", f"{place}/secrets/token").json()) == {"name", "created_at", "updated_at"}
    for name, wrong in (
        ("GITHUB_X", {}),
        ("1x", {}),
        ("a-b", {}),
        ("x", {"key_id": "0"}),
        ("x", {"encrypted_value": "eA=="}),
    ):
        assert send("PUT", f"{place}/secrets/{name}", json=body | wrong).status_code == 422, (name, wrong)
    assert send("DELETE", f"{place}/secrets/token").status_code == 204
    assert send("GET", f"{place}/secrets/token").status_code == 404
    assert github_as("carol")("GET", f"{place}/secrets").status_code == 403


@pytest.mark.parametrize("place", [f"{R}/actions", f"{R}/environments/prod"])
def test_variables(place: str, send: Any, github_as: Callable[..., Any]) -> None:
    """They are made, read, changed and removed; a name is taken once."""
    github_as("alice")("PUT", f"{R}/environments/prod", json={})
    assert send("POST", f"{place}/variables", json={"name": "level", "value": "1"}).status_code == 201
    assert send("POST", f"{place}/variables", json={"name": "LEVEL", "value": "1"}).status_code == 409
    assert send("PATCH", f"{place}/variables/level", json={"value": "2"}).status_code == 204
    assert send("GET", f"{place}/variables/LEVEL").json()["value"] == "2"
    assert send("GET", f"{place}/variables").json()["total_count"] == 1
    assert send("DELETE", f"{place}/variables/LEVEL").status_code == 204
    assert send("DELETE", f"{place}/variables/LEVEL").status_code == 404
    assert github_as("carol")("GET", f"{place}/variables").status_code == 403


# ---- environments and deployments


def test_environments(send: Any, github_as: Callable[..., Any]) -> None:
    """Administrators make and remove them."""
    path, alice = f"{R}/environments/staging%2Feu", github_as("alice")
    assert send("PUT", path, json={}).status_code == 403
    assert alice("PUT", path, json={"wait_timer": 30}).json()["protection_rules"][0]["wait_timer"] == 30
    assert send("GET", path).json()["name"] == "staging/eu"
    assert alice("PUT", path, json={"wait_timer": -1}).status_code == 422
    assert alice("DELETE", path).status_code == 204
    assert send("GET", f"{R}/environments").json()["total_count"] == 0


def test_deployments(send: Any) -> None:
    """A deployment has statuses; one that succeeds makes the one before inactive, which may then be deleted."""
    path, made = f"{R}/deployments", []
    for _ in range(2):
        made.append(send("POST", path, json={"ref": "main", "environment": "staging"}).json())
        answer = send("POST", f"{path}/{made[-1]['id']}/statuses", json={"state": "success", "log_url": "https://x/"})
        assert answer.status_code == 201
        assert send("GET", answer.json()["url"]).json() == answer.json()
    first, second = (f"{path}/{one['id']}" for one in made)
    assert [one["state"] for one in send("GET", f"{first}/statuses").json()] == ["inactive", "success"]
    assert [one["id"] for one in send("GET", f"{path}?environment=staging").json()] == [made[1]["id"], made[0]["id"]]
    assert send("GET", f"{path}?environment=production").json() == []
    assert send("GET", f"{R}/environments/staging").status_code == 200
    assert send("DELETE", second).status_code == 422
    assert send("DELETE", first).status_code == 204
    assert send("POST", f"{second}/statuses", json={"state": "fine"}).status_code == 422
    assert send("POST", path, json={"ref": "nothing"}).json()["message"] == "No ref found for: nothing"


def test_what_holds_a_deployment_back(forge: Any, send: Any) -> None:
    """Checks that have not succeeded refuse it; a branch that is behind is merged into first."""
    forge.add_commit("acme/widgets", "one", {"one": "1"}, branch="topic")
    forge.add_commit("acme/widgets", "two", {"two": "2"})
    answer = send("POST", f"{R}/deployments", json={"ref": "topic"})
    assert (answer.status_code, answer.json()["message"]) == (202, "Auto-merged main into topic on deployment.")
    tip = forge.repository("acme/widgets").branches["topic"]
    send("POST", f"{R}/statuses/{tip}", json={"state": "pending", "context": "ci"})
    answer = send("POST", f"{R}/deployments", json={"ref": "topic"})
    assert (answer.status_code, answer.json()["message"]) == (
        409, "Conflict: Commit status checks failed for topic.",
    )  # fmt: skip
    assert send("POST", f"{R}/deployments", json={"ref": "topic", "required_contexts": []}).status_code == 201
    forge.add_commit("acme/widgets", "conflict", {"one": "other"})
    assert send("POST", f"{R}/deployments", json={"ref": "topic", "required_contexts": []}).status_code == 409


def test_times_of_the_sandbox(sandbox: Sandbox, send: Any) -> None:
    """What is made has the sandbox's time."""
    made = send("POST", f"{R}/deployments", json={"ref": "main"}).json()
    assert datetime.fromisoformat(made["created_at"]).timestamp() == int(sandbox.now())
