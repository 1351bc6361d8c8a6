"""The neutral words for states, levels and kinds.

``str(member)`` is the forge-neutral word. A word that igitt does not know becomes ``UNKNOWN``, never an exception:
forges add new ones at will. Which word of a forge means which member is the provider's table, not this room's.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Self

from igitt.interfaces.naming import near, warn

__all__ = [
    "AccessLevel",
    "CommentType",
    "ForgeEnum",
    "IssueStates",
    "MergeRequestStates",
    "MergeStatus",
    "MilestoneStates",
    "Reason",
    "Status",
    "WebhookEvents",
]


class ForgeEnum(Enum):
    """An enum whose ``str()`` is its neutral word and that turns every unknown word into ``UNKNOWN``.

    A member is equal to itself and to its own word, ``issue.state == "open"``, and never to another enum's member,
    though that may have the same word. Comparing it with a text that is not a word of the enum warns, and names the
    words.
    """

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, str):
            if other == self._value_:
                return True
            cls = type(self)
            if other not in cls._value2member_map_:
                warn(f"{cls.__name__} has no word {other!r}; {near(other, map(str, cls))}")
            return False
        return False if isinstance(other, ForgeEnum) else NotImplemented

    def __hash__(self) -> int:
        """As its word's, so that both find the same thing in a dictionary."""
        return hash(self._value_)

    def __format__(self, spec: str) -> str:
        """Its word, filled up or cut as a text is."""
        return format(str(self), spec)

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:  # noqa: ARG003 - the name that Enum calls with
        return cls.__members__.get("UNKNOWN")


class IssueStates(ForgeEnum):
    """Whether an issue is still to be done."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class MergeRequestStates(ForgeEnum):
    """Whether a merge request is still to be merged. ``LOCKED`` is GitLab's short moment of merging."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"
    LOCKED = "locked"
    UNKNOWN = "unknown"


class MergeStatus(ForgeEnum):
    """What stands in the way of merging a merge request; ``BLOCKED`` where the forge does not say what.

    Sources: GitHub's ``mergeable_state``, GitLab's ``detailed_merge_status``
    (https://docs.gitlab.com/api/merge_requests/#merge-status).
    """

    MERGEABLE = "mergeable"
    CONFLICT = "conflict"
    BEHIND = "behind"
    DRAFT = "draft"
    CHECKS = "checks"
    APPROVALS = "approvals"
    DISCUSSIONS = "discussions"
    CHECKING = "checking"
    BLOCKED = "blocked"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class MilestoneStates(ForgeEnum):
    """Whether a milestone is still ahead."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Status(ForgeEnum):
    """The state of a check on a commit.

    GitHub has ``PENDING``, ``SUCCESS``, ``FAILED`` and ``ERROR``; GitLab has ``RUNNING``, ``CANCELED``, ``SKIPPED``
    and ``MANUAL`` besides and no ``ERROR``. Setting one that a forge lacks uses the nearest that it has.
    """

    CREATED = "created"
    PENDING = "pending"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    ERROR = "error"
    CANCELED = "canceled"
    SKIPPED = "skipped"
    MANUAL = "manual"
    UNKNOWN = "unknown"


class CommentType(ForgeEnum):
    """What a comment was written on."""

    ISSUE = "issue"
    MERGE_REQUEST = "merge request"
    REVIEW = "review"
    COMMIT = "commit"
    SNIPPET = "snippet"
    UNKNOWN = "unknown"


class AccessLevel(IntEnum):
    """What a user may do; the numbers are GitLab's, so that levels compare with ``>=``.

    GitHub's roles: read is ``CAN_READ``, triage ``TRIAGE``, write ``CAN_WRITE``, maintain ``MAINTAINER`` and admin
    ``ADMIN``. ``TRIAGE`` is GitHub's alone; whoever is given it on GitLab gets ``CAN_READ``, which lets them do the
    same there. ``OWNER`` is IGitt's name of ``ADMIN``.
    """

    NONE = 0
    MINIMAL = 5
    CAN_VIEW = 10
    PLANNER = 15
    CAN_READ = 20
    TRIAGE = 21
    SECURITY_MANAGER = 25
    CAN_WRITE = 30
    MAINTAINER = 40
    ADMIN = 50
    OWNER = 50
    INSTANCE_ADMIN = 60

    def __str__(self) -> str:
        return self.name.lower()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            warn(f"an AccessLevel is a number and never equal to {other!r}; compare with AccessLevel.CAN_WRITE, say")
            return False
        return int.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other  # int has a __ne__ of its own, which knows no texts

    __hash__ = IntEnum.__hash__

    @classmethod
    def _missing_(cls, value: object) -> AccessLevel:
        """The highest known level below one that a forge invents, so that no right appears from nothing."""
        if isinstance(value, int):
            known = (level for level in cls if level.value <= value and level is not cls.TRIAGE)
            return max(known, default=cls.NONE)
        return cls.NONE


class Reason(ForgeEnum):
    """Why a notification came. ``AUTHORED`` and ``MANUAL`` are IGitt's names of ``AUTHOR`` and ``SUBSCRIBED``."""

    ASSIGNED = "assigned"
    MENTIONED = "mentioned"
    TEAM_MENTIONED = "team mentioned"
    AUTHOR = "author"
    AUTHORED = "author"
    COMMENTED = "commented"
    REVIEW_REQUESTED = "review requested"
    APPROVAL_REQUIRED = "approval required"
    STATE_CHANGED = "state changed"
    BUILD_FAILED = "build failed"
    UNMERGEABLE = "unmergeable"
    MARKED = "marked"
    SUBSCRIBED = "subscribed"
    MANUAL = "subscribed"
    INVITED = "invited"
    SECURITY_ALERT = "security alert"
    UNKNOWN = "unknown"


class WebhookEvents(ForgeEnum):
    """What a hook can report."""

    PUSH = "push"
    TAG = "tag"
    ISSUE = "issue"
    ISSUE_COMMENT = "issue comment"
    MERGE_REQUEST = "merge request"
    MERGE_REQUEST_COMMENT = "merge request comment"
    COMMIT_COMMENT = "commit comment"
    REVIEW = "review"
    PIPELINE = "pipeline"
    JOB = "job"
    STATUS = "status"
    RELEASE = "release"
    DEPLOYMENT = "deployment"
    MILESTONE = "milestone"
    LABEL = "label"
    MEMBER = "member"
    REPOSITORY = "repository"
    WIKI = "wiki"
    UNKNOWN = "unknown"
