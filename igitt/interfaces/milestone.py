"""Milestones."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from igitt.interfaces.attributes import Attribute, EditableAttribute
from igitt.interfaces.element import Element
from igitt.interfaces.enums import MilestoneStates

if TYPE_CHECKING:
    from igitt.interfaces.issue import Issue
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.merge_request import MergeRequest
    from igitt.interfaces.organization import Organization
    from igitt.interfaces.repository import Repository

__all__ = ["Milestone", "MilestoneFields"]


class MilestoneFields(TypedDict, total=False):
    """What :meth:`Milestone.edit` writes."""

    title: str
    description: str
    due_date: date | None
    start_date: date | None


class Milestone(Element):
    """A point that issues and merge requests are planned for."""

    __slots__ = ()
    kind = "milestone"
    named_by = ("title", "number")

    number = Attribute[int]("The number within its repository (or group).")
    title = EditableAttribute[str]("The title.")
    description = EditableAttribute[str]("What it is about.")
    state = Attribute[MilestoneStates]("Open or closed.")
    due_date = EditableAttribute[date | None]("The day by which it should be reached.")
    start_date = EditableAttribute[date | None]("The day from which it is worked on (GitLab).", optional=True)
    created = Attribute[datetime]("When it was made.")
    updated = Attribute[datetime]("When it was changed last.")
    project: Attribute[Repository | Organization] = Attribute("What it belongs to: a repository, or a GitLab group.")
    issues: Attribute[PaginatedList[Issue]] = Attribute("Its issues, open and closed.")
    merge_requests: Attribute[PaginatedList[MergeRequest]] = Attribute("Its merge requests, in every state.")

    def edit(self, **fields: Unpack[MilestoneFields]) -> None:
        """Write several fields in one request.

        Example:
            >>> from datetime import date
            >>> milestone.edit(title="1.0.0", due_date=date(2030, 1, 31))
            >>> milestone.title, milestone.due_date
            ('1.0.0', datetime.date(2030, 1, 31))
        """
        self._edit(fields)

    @abstractmethod
    def close(self) -> None:
        """Mark it as reached.

        Example:
            >>> milestone.close()
            >>> str(milestone.state)
            'closed'
        """

    @abstractmethod
    def reopen(self) -> None:
        """Mark it as not reached yet.

        Example:
            >>> milestone.close()
            >>> milestone.reopen()
            >>> str(milestone.state)
            'open'
        """

    @abstractmethod
    def delete(self) -> None:
        """Remove it.

        Example:
            >>> milestone.delete()
            >>> len(repository.milestones)
            0
        """

    def __str__(self) -> str:
        return self.title
