"""Pipelines and their jobs; GitHub calls the former workflow runs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from igitt.errors import ElementDoesntExistError
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.download import Download
from igitt.interfaces.element import Element, optional
from igitt.interfaces.enums import Status

if TYPE_CHECKING:
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.repository import Repository

__all__ = ["Artifact", "Job", "Pipeline"]


@dataclass(frozen=True, slots=True)
class Artifact:
    """Files that a job left behind, packed as a zip.

    Attributes:
        name: what they are called.
        size: how many bytes they have, packed.
        identifier: the forge's own id of them; on GitLab the job's.
        is_expired: whether the forge has removed them.
    """

    named_by: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    size: int | None
    identifier: int
    is_expired: bool = False
    _source: Callable[[], Download] | None = field(default=None, repr=False, compare=False)

    def download(self) -> Download:
        """The zip, to be read or saved; sends nothing yet.

        Raises:
            ElementDoesntExistError: when the forge has removed it.

        Example:
            >>> [artifact.download() for artifact in pipeline.artifacts]
            []
        """
        if self._source is None or self.is_expired:
            raise ElementDoesntExistError(f"the artifact {self.name!r} is there no more", 410)
        return self._source()


class Pipeline(Element):
    """The jobs that the forge itself ran for a commit."""

    __slots__ = ()
    kind = "pipeline"
    named_by = ("number",)

    number = Attribute[int]("The number that people see; not what identifies it, see :attr:`identifier`.")
    status = Attribute[Status]("Its status.")
    ref = Attribute[str | None]("The branch or tag that it ran for.")
    sha = Attribute[str]("The hash of the commit that it ran for.")
    jobs: Attribute[PaginatedList[Job]] = Attribute("Its jobs; of repeated ones the last.")
    repository: Attribute[Repository] = Attribute("Where it ran.")
    created = Attribute[datetime]("When it was made.")
    updated = Attribute[datetime]("When it last changed.")

    artifacts: Attribute[PaginatedList[Artifact]] = Attribute("What its jobs left behind.", optional=True)

    @abstractmethod
    def retry(self) -> None:
        """Run its failed and canceled jobs again.

        Example:
            >>> pipeline.retry()
            >>> str(pipeline.refresh().status)
            'running'
        """

    @abstractmethod
    def cancel(self) -> None:
        """Stop what still runs or waits.

        Example:
            >>> pipeline.retry()
            >>> pipeline.cancel()
            >>> str(pipeline.refresh().status)
            'canceled'
        """


class Job(Element):
    """A part of a pipeline."""

    __slots__ = ()
    kind = "job"
    named_by = ("name",)

    name = Attribute[str]("What it is called.")
    status = Attribute[Status]("Its status.")
    sha = Attribute[str]("The hash of the commit that it ran for.")
    created = Attribute[datetime]("When it was made.")
    started = Attribute[datetime | None]("When it began; None while it waits.")
    finished = Attribute[datetime | None]("When it ended; None before.")
    log = Attribute[Download]("What it wrote, to be read or saved.", optional=True)
    artifacts: Attribute[PaginatedList[Artifact]] = Attribute("What it left behind (GitLab).", optional=True)

    @abstractmethod
    def retry(self) -> None:
        """Run it again.

        Example:
            >>> failed = pipeline.jobs[1]
            >>> failed.retry()
            >>> [str(one.status) for one in pipeline.jobs]
            ['success', 'pending']
        """

    @optional
    def cancel(self) -> None:
        """Stop it (GitLab).

        Example:
            >>> job.cancel()
            >>> str(job.refresh().status)
            'canceled'
        """
