"""The links of an issue to other issues, as a part of its interface.

Only what :class:`~igitt.interfaces.issue.Issue` inherits belongs here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element

if TYPE_CHECKING:
    from igitt.interfaces.issue import Issue
    from igitt.interfaces.lists import PaginatedList

__all__ = ["IssueLinks"]


class IssueLinks(Element):
    """The part of an issue that is about other issues. What a forge does not record is not supported there."""

    __slots__ = ()

    blocks: Attribute[PaginatedList[Issue]] = Attribute("The issues that wait for it.", optional=True)
    blocked_by: Attribute[PaginatedList[Issue]] = Attribute("The issues that it waits for.", optional=True)
    parent_issue: Attribute[Issue | None] = Attribute("The issue that it is a part of (GitHub).", optional=True)
    sub_issues: Attribute[PaginatedList[Issue]] = Attribute("The issues that it consists of (GitHub).", optional=True)
    related_issues: Attribute[PaginatedList[Issue]] = Attribute(
        "The issues that it was linked with, in no order (GitLab).", optional=True
    )
