"""GitHub's workflow runs and jobs (source: https://docs.github.com/en/rest/actions/workflow-runs)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from igitt._http.download import RemoteFile
from igitt._objects.resource import Field
from igitt.github.base import GitHubPart
from igitt.github.commit import check_status
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import flag, instant, integer, optional_instant, optional_integer, optional_text, text
from igitt.interfaces.download import Download
from igitt.interfaces.element import Unsupported, unsupported
from igitt.interfaces.enums import Status
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.pipeline import Artifact, Job, Pipeline
from igitt.interfaces.repository import Repository

__all__ = ["GitHubJob", "GitHubPipeline"]


class _Run(GitHubPart):
    """What ends with a conclusion once its status is that it is complete."""

    __slots__ = ()

    @property
    def _state(self) -> Status:
        if "status" not in self._data or "conclusion" not in self._data:
            self.refresh()
        return check_status(self._data)


class GitHubPipeline(_Run, Pipeline):
    """A workflow run.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: its id, which its address has; :attr:`number` counts the runs of its workflow.
    """

    __slots__ = ()
    _collection = "actions/runs"

    number = Field("run_number", integer)
    ref = Field("head_branch", optional_text)
    sha = Field("head_sha", text)
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)

    @computed
    def status(self) -> Status:
        """How it stands."""
        return self._state

    @computed
    def repository(self) -> Repository:
        """Where it ran."""
        return self._owner

    @computed
    def jobs(self) -> PaginatedList[Job]:
        """Its jobs, of the last attempt."""
        return self.client.list(f"{self.api_path}/jobs", self.client.Job, self._owner, items="jobs")

    @computed
    def artifacts(self) -> PaginatedList[Artifact]:
        """What its jobs left behind; ``GET …/actions/runs/{run_id}/artifacts``."""
        client, home = self.client, self._owner.api_path

        def make(data: Any) -> Artifact:
            number = integer(data.get("id"))
            return Artifact(
                text(data.get("name")),
                optional_integer(data.get("size_in_bytes")),
                number,
                flag(data.get("expired")),
                lambda: RemoteFile(client, f"{home}/actions/artifacts/{number}/zip"),
            )

        return client.list_of(f"{self.api_path}/artifacts", make, items="artifacts")

    def retry(self) -> None:
        """Run its failed and canceled jobs again, and those that need them; ``POST …/rerun-failed-jobs``."""
        self._request("POST", f"{self.api_path}/rerun-failed-jobs")
        self._outdate()

    def cancel(self) -> None:
        """Stop it; GitHub answers before it is stopped, and says 409 of one that is over."""
        self._request("POST", f"{self.api_path}/cancel", accepted=frozenset({409}))
        self._outdate()


class GitHubJob(_Run, Job):
    """A job of a workflow run.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: its id.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "actions/jobs"

    name = Field("name", text)
    sha = Field("head_sha", text)
    created = Field("created_at", instant)
    finished = Field("completed_at", optional_instant)
    artifacts = Unsupported[PaginatedList[Artifact]]("GitHub keeps them with the whole run, see Pipeline.artifacts")

    @computed
    def log(self) -> Download:
        """``GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs``, once it is over."""
        return RemoteFile(self.client, f"{self.api_path}/logs")

    @computed
    def status(self) -> Status:
        """How it stands."""
        return self._state

    @computed
    def started(self) -> datetime | None:
        """When it began; GitHub sends a time for a waiting job too."""
        if self._state is Status.PENDING:
            return None
        return Field("started_at", optional_instant).__get__(self, type(self))

    def retry(self) -> None:
        """Run it again, and those that need it; ``POST …/rerun``."""
        self._request("POST", f"{self.api_path}/rerun")
        self._outdate()

    @unsupported("GitHub stops whole workflow runs only, see Pipeline.cancel()")
    def cancel(self) -> None:
        """Stop it."""
