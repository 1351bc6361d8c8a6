"""What runs for a repository: pipelines to find and start, variables, deployments, logs, artifacts and assets."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from support.world import World

from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.interfaces import Commit, DeploymentStatus, Status, WebhookEvents
from igitt.interfaces.actions import DeploymentActions

WORKFLOW = """on:
  workflow_dispatch:
    inputs:
      DEBUG: {type: string}
jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{run: make test}]
"""
FILES = {".github/workflows/test.yml": WORKFLOW, ".gitlab-ci.yml": "test: {script: make test}"}


@pytest.fixture
def gears(world: World) -> Any:
    """A repository that has something to run."""
    role = "admin" if world.hoster == "github" else "maintainer"
    world.forge.add_repository("acme/gears", members={"alice": role}, files=FILES)
    return world.as_user("alice").get_repo("acme/gears")


def started(world: World, repository: Any, **options: Any) -> Any:
    """A pipeline that the repository was asked for."""
    return repository.run_pipeline(**({"workflow": "test.yml"} if world.hoster == "github" else {}), **options)


def test_starting_a_pipeline(world: World, gears: Any) -> None:
    """It runs for the branch that was named, or the default one, and is found by its id afterwards."""
    gears.create_branch("next", "main")
    first, second = started(world, gears), started(world, gears, ref="next", variables={"DEBUG": "1"})
    assert [first.ref, second.ref] == ["main", "next"]
    assert list(gears.pipelines) == [second, first]
    assert gears.get_pipeline(first.identifier).refresh().sha == gears.get_branch("main").commit.sha


def test_a_pipeline_that_cannot_start(world: World, gears: Any) -> None:
    """A missing or needless workflow, and a name that no variable has, are told before anything is sent."""
    before = len(world.forge.requests)
    with pytest.raises(ValidationError, match="workflow"):
        gears.run_pipeline("main", workflow=None if world.hoster == "github" else "test.yml")
    with pytest.raises(ValidationError, match="not 'two words'"):
        started(world, gears, ref="main", variables={"two words": "1"})
    assert len(world.forge.requests) == before


def test_finding_pipelines(world: World, gears: Any) -> None:
    """By branch, by commit, by where they stand, and by all of it."""
    gears.create_branch("next", "main")
    gears.update_file(".gitlab-ci.yml", content="test: {script: make}", message="x", branch="next")
    for ref, how in (("main", "success"), ("main", "failed"), ("next", "success")):
        world.forge.add_pipeline("acme/gears", ref, {"test": how})
    third, second, first = gears.pipelines
    assert list(gears.filter_pipelines(ref="main")) == [second, first]
    assert list(gears.filter_pipelines(status=Status.SUCCESS)) == [third, first]
    assert list(gears.filter_pipelines(sha=gears.get_branch("next").commit.sha)) == [third]
    assert list(gears.filter_pipelines(ref="main", status=Status.FAILED)) == [second]
    with pytest.raises(ValidationError, match="not "):
        gears.filter_pipelines(status="bored")


def test_variables(world: World, gears: Any) -> None:
    """They are made, changed, hidden and removed; a secret's value is in no repr."""
    gears.set_variable("COLOR", "red")
    gears.set_variable("COLOR", "blue")
    gears.set_variable("TOKEN", "s3cret-enough", secret=True)
    known = {one.name: one for one in gears.variables}
    assert set(known) == {"COLOR", "TOKEN"}
    assert known["COLOR"].value == "blue"
    assert [known["COLOR"].is_secret, known["TOKEN"].is_secret] == [False, True]
    assert "s3cret-enough" not in repr(known)
    gears.set_variable("TOKEN", "another-secret", secret=True)
    for name in ("COLOR", "TOKEN"):
        gears.delete_variable(name)
    assert list(gears.variables) == []
    with pytest.raises(ElementDoesntExistError):
        gears.delete_variable("COLOR")
    for name in ("", "1ST", "two words", "a/b"):
        with pytest.raises(ValidationError, match="a variable's name is of letters"):
            gears.set_variable(name, "x")


def test_deployments(world: World, gears: Any) -> None:
    """A deployment names its version and environment, and its status is told and read."""
    made = gears.create_deployment("main", "production")
    assert made.sha == gears.get_branch("main").commit.sha
    assert (made.ref, made.environment_name, made.author.username) == ("main", "production", "alice")
    assert made.status in {Status.PENDING, Status.RUNNING}
    made.set_status(Status.SUCCESS)
    (found,) = gears.deployments
    assert found == made
    assert found.status is Status.SUCCESS
    (environment,) = gears.environments
    assert (environment.name, environment.repository) == ("production", gears)
    with pytest.raises(ElementDoesntExistError):
        gears.create_deployment("nowhere", "production")
    with pytest.raises(ValidationError, match="a deployment stands as one of"):
        made.set_status("bored")


def test_logs_and_artifacts(world: World, gears: Any, tmp_path: Path) -> None:
    """A job's log and what it left behind are read, and saved with a report of how far it is."""
    key = "report" if world.hoster == "github" else "test"
    world.forge.add_pipeline(
        "acme/gears", "main", {"test": "failed"}, logs={"test": "1 failed"}, artifacts={key: {"out.txt": "fine"}}
    )
    (pipeline,) = gears.pipelines
    (job,) = pipeline.jobs
    assert job.log.text() == "1 failed"
    (artifact,) = pipeline.artifacts
    assert zipfile.ZipFile(io.BytesIO(artifact.download().read())).read("out.txt") == b"fine"
    seen: list[tuple[int, int | None]] = []
    path = artifact.download().save(tmp_path / "out.zip", lambda came, whole: seen.append((came, whole)))
    assert zipfile.ZipFile(path).namelist() == ["out.txt"]
    assert seen[-1][0] == path.stat().st_size
    assert [one.name for one in tmp_path.iterdir()] == ["out.zip"]


def test_an_asset_of_a_release(world: World, gears: Any) -> None:
    """It is read back as it was written, and removed."""
    release = gears.create_release("v1", ref="main")
    release.upload_asset("notes.txt", b"\x00\xffwhat changed")
    (asset,) = gears.get_release("v1").assets
    assert asset.download().read() == b"\x00\xffwhat changed"
    asset.delete()
    assert list(gears.get_release("v1").assets) == []
    with pytest.raises(ElementDoesntExistError):
        asset.delete()


def test_notes_of_a_release(world: World, gears: Any) -> None:
    """The forge writes what was merged between two tags, and makes no release of it."""
    gears.create_tag("v1.0.0", "main")
    gears.commit_files({"a.txt": "a"}, "Oil the gears\n\nChangelog: added", "main")
    gears.create_tag("v1.1.0", "main")
    notes = gears.generate_release_notes("v1.1.0", "v1.0.0")
    assert "v1.0.0...v1.1.0" in notes or "Oil the gears" in notes
    assert list(gears.releases) == []
    if world.hoster == "gitlab":
        with pytest.raises(ValidationError, match=r'such as "v1\.2\.0", not for'):
            gears.generate_release_notes("spring")


def test_a_deployment_is_told_by_webhooks(world: World) -> None:
    """Making one, and saying how it stands, each give an event with the deployment."""
    secret = "s3cret"
    world.repository.register_hook("https://bot.example.com/", secret, {WebhookEvents.DEPLOYMENT})
    world.forge.deliveries.clear()
    made = world.repository.create_deployment("main", "production")
    made.set_status(Status.SUCCESS)
    client = world.repository.client
    events = [
        event
        for one in world.forge.deliveries
        for event in client.parse_webhook(one.headers, one.body, secret)
        if isinstance(event.action, DeploymentActions)
    ]
    assert [event.action for event in events] == [DeploymentActions.CREATED, DeploymentActions.STATUS_CHANGED]
    assert [event.subject for event in events] == [made, made]
    commit, status = (event.objects[1] for event in events)
    assert isinstance(commit, Commit)
    assert isinstance(status, DeploymentStatus)
    assert (commit.sha, made.sha) == (events[0].subject.sha,) * 2
    assert (status.status, status.environment_name) == (Status.SUCCESS, "production")
