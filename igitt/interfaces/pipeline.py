"""Pipelines and their jobs; GitHub calls the former workflow runs."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element, optional
from igitt.interfaces.enums import Status

if TYPE_CHECKING:
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.repository import Repository

__all__ = ["Job", "Pipeline"]


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
