"""GitLab's pipelines and jobs (source: https://docs.gitlab.com/api/pipelines/ and …/jobs/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from igitt._http.download import RemoteFile
from igitt._http.pagination import WholeList
from igitt._objects.resource import Field
from igitt.gitlab.base import GitLabPart
from igitt.gitlab.commit import read_status
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import instant, integer, optional_instant, optional_integer, optional_text, text
from igitt.interfaces.download import Download
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.pipeline import Artifact, Job, Pipeline
from igitt.interfaces.repository import Repository

__all__ = ["GitLabJob", "GitLabPipeline"]


def artifacts_of(client: Any, home: str, job: Mapping[str, Any]) -> Iterator[Artifact]:
    """The zip that a job left behind, if it did."""
    file = job.get("artifacts_file")
    if isinstance(file, dict) and file.get("filename"):
        number = integer(job.get("id"))
        expires = optional_instant(job.get("artifacts_expire_at"))
        gone = expires is not None and expires.timestamp() < client.transport.now()
        path = f"{home}/jobs/{number}/artifacts"
        size = optional_integer(file.get("size"))
        yield Artifact(text(file["filename"]), size, number, gone, lambda: RemoteFile(client, path))


class GitLabPipeline(GitLabPart, Pipeline):
    """A pipeline of a project.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project.
        key: its id, which GitLab's paths want; :attr:`number` counts the project's pipelines.
    """

    __slots__ = ()
    _collection = "pipelines"

    number = Field("iid", integer)
    status = Field("status", read_status)
    ref = Field("ref", optional_text)
    sha = Field("sha", text)
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)

    @computed
    def repository(self) -> Repository:
        """Where it ran."""
        return self._owner

    @computed
    def jobs(self) -> PaginatedList[Job]:
        """Its jobs; statuses that others reported are not among them."""
        return self.client.list(f"{self.api_path}/jobs", self.client.Job, self._owner)

    @computed
    def artifacts(self) -> PaginatedList[Artifact]:
        """What its jobs left behind, as the list of its jobs has it."""

        def read() -> list[Artifact]:
            jobs = self.client.list_of(f"{self.api_path}/jobs", dict)
            return [one for data in jobs for one in artifacts_of(self.client, self._owner.api_path, data)]

        return WholeList(f"{self._label()} artifacts", read)

    def retry(self) -> None:
        """Run its failed and canceled jobs again."""
        self._absorb(self._request("POST", f"{self.api_path}/retry").data)

    def cancel(self) -> None:
        """Stop what still runs or waits."""
        self._absorb(self._request("POST", f"{self.api_path}/cancel").data)


class GitLabJob(GitLabPart, Job):
    """A job of a pipeline.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project.
        key: its id.
    """

    __slots__ = ()
    _collection = "jobs"

    name = Field("name", text)
    status = Field("status", read_status)
    sha = Field("commit.id", text)
    created = Field("created_at", instant)
    started = Field("started_at", optional_instant)
    finished = Field("finished_at", optional_instant)

    @computed
    def log(self) -> Download:
        """``GET /projects/:id/jobs/:job_id/trace``."""
        return RemoteFile(self.client, f"{self.api_path}/trace")

    @computed
    def artifacts(self) -> PaginatedList[Artifact]:
        """What it left behind: one zip, or nothing."""

        def read() -> list[Artifact]:
            return list(artifacts_of(self.client, self._owner.api_path, self.data))

        return WholeList(f"{self._label()} artifacts", read)

    def retry(self) -> None:
        """Run it again: GitLab makes a new job of that, which this object shows from now on."""
        self._absorb(self._request("POST", f"{self.api_path}/retry").data)

    def cancel(self) -> None:
        """Stop it."""
        self._absorb(self._request("POST", f"{self.api_path}/cancel").data)
