"""Pipelines and jobs, the same on every provider."""

from __future__ import annotations

import pytest
from support.world import World

from igitt.errors import ElementDoesntExistError, PermissionDeniedError, UnsupportedOperationError
from igitt.interfaces import Pipeline, Status

JOBS = {"build": "success", "test": "failed", "lint": "skipped"}


@pytest.fixture
def pipeline(world: World) -> Pipeline:
    """A pipeline of the merge request's branch that is over."""
    world.forge.add_pipeline("acme/widgets", "feature", JOBS)
    return world.repository.pipelines[0]


def test_none(world: World) -> None:
    """Nothing ran."""
    assert list(world.repository.pipelines) == []
    assert list(world.mr.pipelines) == []


def test_reading(world: World) -> None:
    """Everything about the newest one comes with the list."""
    world.forge.add_pipeline("acme/widgets", "main", {"build": "success"})
    world.forge.add_pipeline("acme/widgets", "feature", JOBS)
    head = world.mr.head.sha

    def read() -> None:
        newest, oldest = world.repository.pipelines
        assert (newest.number, newest.ref, newest.sha, newest.status) == (2, "feature", head, Status.FAILED)
        assert (oldest.number, oldest.ref, oldest.status) == (1, "main", Status.SUCCESS)
        assert newest.created <= newest.updated
        assert newest.repository == world.repository
        assert newest != oldest
        assert newest.web_url.endswith(str(newest.identifier))

    assert len(world.sent(read)) == 1


def test_jobs(world: World, pipeline: Pipeline) -> None:
    """The jobs come with one request, and each is read again by its id."""
    jobs = list(pipeline.jobs)
    assert {job.name: job.status for job in jobs} == {
        "build": Status.SUCCESS, "test": Status.FAILED, "lint": Status.SKIPPED,
    }  # fmt: skip
    for job in jobs:
        assert job.sha == pipeline.sha
        assert job.finished is not None
        assert job.finished >= job.created
    again = type(jobs[0])(world.client, world.repository, jobs[0].identifier)
    assert (again, again.name, again.status) == (jobs[0], jobs[0].name, jobs[0].status)


def test_by_id(world: World, pipeline: Pipeline) -> None:
    """A pipeline is read again by its id, and by its reference; one that is not there is an error."""
    again = type(pipeline)(world.client, world.repository, pipeline.identifier)
    assert again == pipeline == world.client.load(pipeline.reference)
    assert (again.status, again.number) == (Status.FAILED, 1)
    with pytest.raises(ElementDoesntExistError):
        _ = type(pipeline)(world.client, world.repository, 12345).status


def test_of_a_merge_request(world: World, pipeline: Pipeline) -> None:
    """A merge request knows those of its head, and not those of other branches."""
    world.forge.add_pipeline("acme/widgets", "main", {"build": "success"})
    assert list(world.mr.pipelines) == [pipeline]
    assert world.mr.pipelines[0].repository.full_name == "acme/widgets"


def test_running(world: World) -> None:
    """What runs has no end yet, and what waits no beginning."""
    world.forge.add_pipeline("acme/widgets", "feature", {"build": "running", "test": "pending"})
    pipeline = world.repository.pipelines[0]
    assert pipeline.status is Status.RUNNING
    build, test = pipeline.jobs
    assert (build.status, build.finished) == (Status.RUNNING, None)
    assert build.started is not None
    assert (test.status, test.started, test.finished) == (Status.PENDING, None, None)


def test_retrying(world: World, pipeline: Pipeline) -> None:
    """What failed runs again, and the pipeline shows it."""
    assert len(world.sent(pipeline.retry)) == 1
    assert pipeline.status is not Status.FAILED
    assert {job.name: job.status for job in pipeline.jobs} == {
        "build": Status.SUCCESS, "test": Status.PENDING, "lint": Status.SKIPPED,
    }  # fmt: skip


def test_canceling(world: World) -> None:
    """What runs and waits is stopped; what is over cannot be stopped, which is no error."""
    world.forge.add_pipeline("acme/widgets", "feature", {"build": "running", "test": "pending", "lint": "success"})
    pipeline = world.repository.pipelines[0]
    assert len(world.sent(pipeline.cancel)) == 1
    assert pipeline.status is Status.CANCELED
    pipeline.cancel()
    assert world.repository.pipelines[0].status is Status.CANCELED


def test_retrying_a_job(pipeline: Pipeline) -> None:
    """One job runs again."""
    job = next(job for job in pipeline.jobs if job.name == "test")
    job.retry()
    assert job.status is Status.PENDING
    assert pipeline.refresh().status is not Status.FAILED


def test_canceling_a_job(world: World) -> None:
    """GitLab stops a single job; GitHub says that it does not."""
    world.forge.add_pipeline("acme/widgets", "feature", {"build": "running", "test": "running"})
    job = world.repository.pipelines[0].jobs[0]
    if not job.supports("cancel"):
        with pytest.raises(UnsupportedOperationError, match="Pipeline"):
            job.cancel()
        return
    job.cancel()
    assert [job.status for job in world.repository.pipelines[0].jobs] == [Status.CANCELED, Status.RUNNING]


def test_a_stranger_may_not(world: World, pipeline: Pipeline) -> None:
    """Reading is for everybody, running is not."""
    found = world.as_user("carol").get_repo("acme/widgets").pipelines[0]
    assert found == pipeline
    with pytest.raises(PermissionDeniedError):
        found.retry()
    with pytest.raises(PermissionDeniedError):
        found.cancel()


def test_many(world: World) -> None:
    """All pages arrive, in their order."""
    for _ in range(120):
        world.forge.add_pipeline("acme/widgets", "feature", {"build": "success"})
    assert [pipeline.number for pipeline in world.repository.pipelines] == list(range(120, 0, -1))
