"""What happened to an issue or a merge request, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from igitt.errors import ValidationError

if TYPE_CHECKING:
    from igitt.interfaces.user import User

__all__ = ["IssueEvent", "checked_names"]


@dataclass(frozen=True, slots=True)
class IssueEvent:
    """One line of an issue's history.

    Attributes:
        name: what happened: ``labeled``, ``unlabeled``, ``milestoned``, ``demilestoned``, ``closed``, ``reopened``,
            ``merged``, ``assigned``, ``unassigned``, ``review_requested``, ``review_request_removed``, ``renamed``,
            ``commented``; besides, GitHub's own words (``cross-referenced``, ``locked`` …), and ``noted`` for whatever
            else GitLab only sends as a sentence.
        actor: the user who did it; None where the account is gone or the forge does not say.
        created: when it happened; None where the forge does not say.
        detail: the label's name, the milestone's title, the user's name, the new title, the comment's text or GitLab's
            sentence; None where there is nothing of the kind.
    """

    name: str
    actor: User | None
    created: datetime | None
    detail: str | None = None


def checked_names(names: tuple[Any, ...]) -> frozenset[str]:
    """The names of kinds of events, if there are any; raises ValidationError."""
    if not names or not all(isinstance(name, str) and name for name in names):
        raise ValidationError(f"name the kinds of events that are wanted, such as 'labeled', and not {names!r}")
    return frozenset(names)
