"""Where a forge does not let an answer be known: what is raised names the reason, and nothing is taken for success."""

from __future__ import annotations

import importlib.metadata
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from support.gitlab_forge import PROJECT, Forge, client_of
from support.wire import Asked, Door, Reply

import igitt
from igitt._base import forges
from igitt.errors import ElementDoesntExistError, PermissionDeniedError
from igitt.interfaces import Status

SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e"


def unreadable(*states: str) -> Door:
    """A GitHub whose check runs this token may not read; the commit statuses are as given."""

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/check-runs"):
            needed = {"X-Accepted-GitHub-Permissions": "checks=read"}
            return Reply(403, {"message": "Resource not accessible by personal access token"}, needed)
        if asked.path.endswith("/status"):
            return Reply(200, {"statuses": [{"state": state, "context": state} for state in states]})
        return Reply(200, {"number": 1, "head": {"sha": SHA}})

    return Door(script=answer)


@pytest.mark.parametrize("states", [(), ("success",), ("pending",), ("success", "pending")])
def test_check_runs_that_may_not_be_read(states: tuple[str, ...]) -> None:
    """Without the check runs nothing is known to have succeeded: the error names the permission and the way out."""
    repository = unreadable(*states).github().get_repo("acme/widgets")
    with pytest.raises(PermissionDeniedError, match=r"permission Checks \(read\).*get_statuses\(\)"):
        repository.get_commit(SHA).combined_status  # noqa: B018 - reading it asks
    with pytest.raises(PermissionDeniedError, match="Checks"):
        repository.get_mr(1).tests_passed  # noqa: B018 - likewise
    assert [status.context for status in repository.get_commit(SHA).get_statuses()] == list(states)


@pytest.mark.parametrize("state", ["failure", "error"])
def test_a_failed_status_decides_alone(state: str) -> None:
    """What has failed already is told whatever the check runs say."""
    repository = unreadable("success", state).github().get_repo("acme/widgets")
    assert repository.get_commit(SHA).combined_status in {Status.FAILED, Status.ERROR}
    assert repository.get_mr(1).tests_passed is False


@pytest.mark.parametrize("told", [{"prepared_at": "2026-01-01T00:00:00Z"}, {"state": "merged"}, {"state": "closed"}])
def test_the_head_of_a_deleted_branch(told: dict[str, str]) -> None:
    """GitLab is done with it and has no commits: that is told at once, and not waited for."""
    forge = Forge()
    data = {"iid": 1, "sha": None, "diff_refs": None, "source_branch": "gone", "source_project_id": 5, **told}
    forge.answers[f"GET {PROJECT}/merge_requests/1"] = data
    client: Any = client_of(forge)
    merge_request = client.get_repo("group/sub/project").get_mr(1)
    for end in ("head", "base"):
        with pytest.raises(ElementDoesntExistError, match="'gone' deleted"):
            getattr(merge_request, end)
    assert client.transport.clock.slept == []


@pytest.mark.parametrize("name", ["", "not a host", "http://[::1", "host:port"])
def test_a_badly_named_entry_point(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What another package names badly is skipped with a warning that names the package, and breaks nothing."""
    point = SimpleNamespace(name=name, value="x:Y", dist=SimpleNamespace(name="some-forge"))
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [point])
    forges.installed.cache_clear()
    forges.outside.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            assert igitt.get_repo("https://github.com/acme/widgets").full_name == "acme/widgets"
        assert "some-forge" in caplog.text
    finally:
        forges.installed.cache_clear()
        forges.outside.cache_clear()
