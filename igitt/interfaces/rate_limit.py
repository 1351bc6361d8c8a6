"""What a forge said last of how much may still be asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["RateLimit"]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What the forge said last of one budget.

    Attributes:
        limit: requests in the whole window.
        remaining: requests left in it.
        reset_at: when the window ends, in UTC.
        resource: GitHub's name of the budget (``core``, ``search``, ``graphql``, …), GitLab's of the throttle.
    """

    limit: int
    remaining: int
    reset_at: datetime | None
    resource: str
