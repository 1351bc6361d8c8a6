"""What happened, in neutral words: one enum for each kind of thing that a webhook reports.

Only words live here; which event of which forge means which action is each provider's table. Members of different kinds
are never equal, ``str()`` is the neutral word, and a word that a kind lacks becomes its ``OTHER``, never an exception.
"""

from __future__ import annotations

from typing import Self

from igitt.interfaces.enums import ForgeEnum

__all__ = [
    "Action", "CheckActions", "CommentActions", "DeploymentActions", "DiscussionActions", "EpicActions",
    "FeatureFlagActions", "HookActions", "InstallationActions", "IssueActions", "JobActions", "LabelActions",
    "MarketplaceActions", "MemberActions", "MergeGroupActions", "MergeRequestActions", "MilestoneActions",
    "OrganizationActions", "OtherActions", "PackageActions", "PipelineActions", "ProtectionActions", "PushActions",
    "ReactionActions", "ReleaseActions", "RepositoryActions", "ReviewActions", "TeamActions", "TokenActions",
    "UserActions", "WikiActions",
]  # fmt: skip


class Action(ForgeEnum):
    """The base of every kind of action: a word that the kind lacks becomes its ``OTHER``."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:  # noqa: ARG003 - the name that Enum calls with
        return cls.__members__.get("OTHER")


class IssueActions(Action):
    """What happened to an issue. ``ATTRIBUTES_CHANGED``: the title, the description, or a field without a word.

    ``COMMENTED`` is IGitt's name, for ``on()``: an event of a comment on an issue has ``CommentActions.CREATED``.
    """

    OPENED = "opened"
    CLOSED = "closed"
    REOPENED = "reopened"
    ATTRIBUTES_CHANGED = "attributes changed"
    LABELED = "labeled"
    UNLABELED = "unlabeled"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    MILESTONED = "milestoned"
    DEMILESTONED = "demilestoned"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    TRANSFERRED = "transferred"
    DELETED = "deleted"
    TYPED = "typed"
    UNTYPED = "untyped"
    FIELD_SET = "field set"
    FIELD_UNSET = "field unset"
    RELATION_CHANGED = "relation changed"
    WEIGHT_CHANGED = "weight changed"
    DUE_DATE_CHANGED = "due date changed"
    TIME_CHANGED = "time changed"
    CONFIDENTIALITY_CHANGED = "confidentiality changed"
    SEVERITY_CHANGED = "severity changed"
    COMMENTED = "commented"
    OTHER = "other"


class MergeRequestActions(Action):
    """What happened to a merge request. ``SYNCHRONIZED``: new commits. ``TARGET_CHANGED``: another branch.

    ``COMMENTED`` is IGitt's name, for ``on()``: an event of a comment on one has ``CommentActions.CREATED``.
    """

    OPENED = "opened"
    CLOSED = "closed"
    MERGED = "merged"
    REOPENED = "reopened"
    SYNCHRONIZED = "synchronized"
    ATTRIBUTES_CHANGED = "attributes changed"
    TARGET_CHANGED = "target changed"
    LABELED = "labeled"
    UNLABELED = "unlabeled"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    MILESTONED = "milestoned"
    DEMILESTONED = "demilestoned"
    REVIEW_REQUESTED = "review requested"
    REVIEW_REQUEST_REMOVED = "review request removed"
    READY = "ready"
    CONVERTED_TO_DRAFT = "converted to draft"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    AUTO_MERGE_ENABLED = "auto merge enabled"
    AUTO_MERGE_DISABLED = "auto merge disabled"
    ENQUEUED = "enqueued"
    DEQUEUED = "dequeued"
    STACKED = "stacked"
    TIME_CHANGED = "time changed"
    COMMENTED = "commented"
    OTHER = "other"


class EpicActions(Action):
    """What happened to an epic, or another work item of a group (GitLab only)."""

    OPENED = "opened"
    CLOSED = "closed"
    REOPENED = "reopened"
    EDITED = "edited"
    OTHER = "other"


class MergeGroupActions(Action):
    """What happened to a group of merge requests in a merge queue."""

    CHECKS_REQUESTED = "checks requested"
    DESTROYED = "destroyed"
    OTHER = "other"


class ReviewActions(Action):
    """What a reviewer said. ``APPROVALS_RESET``: the forge itself took approvals back, as it may after a push.

    ``DISMISSED``: somebody set a review aside, whatever it had said (GitHub only).
    """

    APPROVED = "approved"
    FULLY_APPROVED = "fully approved"
    UNAPPROVED = "unapproved"
    APPROVALS_RESET = "approvals reset"
    CHANGES_REQUESTED = "changes requested"
    DISMISSED = "dismissed"
    COMMENTED = "commented"
    EDITED = "edited"
    THREAD_RESOLVED = "thread resolved"
    THREAD_UNRESOLVED = "thread unresolved"
    OTHER = "other"


class CommentActions(Action):
    """What happened to a comment; what it was written on is the event's subject."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    OTHER = "other"


class ReactionActions(Action):
    """What happened to a reaction (GitLab only: GitHub sends no webhook)."""

    ADDED = "added"
    REMOVED = "removed"
    OTHER = "other"


class DiscussionActions(Action):
    """What happened in a repository's forum (GitHub only)."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"
    CLOSED = "closed"
    REOPENED = "reopened"
    LABELED = "labeled"
    UNLABELED = "unlabeled"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    TRANSFERRED = "transferred"
    CATEGORY_CHANGED = "category changed"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    OTHER = "other"


class PushActions(Action):
    """What happened to a branch or a tag. GitLab does not say whether a push was forced."""

    PUSHED = "pushed"
    FORCE_PUSHED = "force pushed"
    BRANCH_CREATED = "branch created"
    BRANCH_DELETED = "branch deleted"
    TAG_CREATED = "tag created"
    TAG_DELETED = "tag deleted"
    OTHER = "other"


class PipelineActions(Action):
    """How far a pipeline (GitHub: a workflow run) is.

    ``UPDATED`` is a commit, of which ``combined_status`` may have changed: whatever reported it, a status, a check, a
    job or a pipeline. It comes on both forges, beside the event of what reported it.
    """

    UPDATED = "updated"
    DISPATCHED = "dispatched"
    REQUESTED = "requested"
    RUNNING = "running"
    COMPLETED = "completed"
    OTHER = "other"


class JobActions(Action):
    """How far one job of a pipeline is."""

    QUEUED = "queued"
    WAITING = "waiting"
    RUNNING = "running"
    COMPLETED = "completed"
    OTHER = "other"


class CheckActions(Action):
    """What happened to a check run or a suite of them (GitHub only)."""

    CREATED = "created"
    COMPLETED = "completed"
    RERUN_REQUESTED = "rerun requested"
    ACTION_REQUESTED = "action requested"
    SUITE_REQUESTED = "suite requested"
    SUITE_COMPLETED = "suite completed"
    OTHER = "other"


class DeploymentActions(Action):
    """What happened to a deployment."""

    CREATED = "created"
    STATUS_CHANGED = "status changed"
    REVIEW_REQUESTED = "review requested"
    REVIEW_APPROVED = "review approved"
    REVIEW_REJECTED = "review rejected"
    OTHER = "other"


class ReleaseActions(Action):
    """What happened to a release. GitLab has no drafts: a new release is only ``CREATED``."""

    CREATED = "created"
    PUBLISHED = "published"
    PRERELEASED = "prereleased"
    RELEASED = "released"
    EDITED = "edited"
    UNPUBLISHED = "unpublished"
    DELETED = "deleted"
    OTHER = "other"


class MilestoneActions(Action):
    """What happened to a milestone."""

    CREATED = "created"
    CLOSED = "closed"
    REOPENED = "reopened"
    EDITED = "edited"
    DELETED = "deleted"
    OTHER = "other"


class LabelActions(Action):
    """What happened to a label itself, not to what carries it (GitHub only)."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"
    OTHER = "other"


class PackageActions(Action):
    """What happened to a package (GitHub only)."""

    PUBLISHED = "published"
    UPDATED = "updated"
    OTHER = "other"


class FeatureFlagActions(Action):
    """What happened to a feature flag (GitLab only)."""

    TOGGLED = "toggled"
    OTHER = "other"


class WikiActions(Action):
    """What happened to a page of the wiki."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"
    OTHER = "other"


class RepositoryActions(Action):
    """What happened to a repository. ``REFS_CHANGED`` is GitLab's system hook for a push of any kind."""

    CREATED = "created"
    DELETED = "deleted"
    RENAMED = "renamed"
    TRANSFERRED = "transferred"
    ATTRIBUTES_CHANGED = "attributes changed"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    PUBLICIZED = "publicized"
    PRIVATIZED = "privatized"
    FORKED = "forked"
    STARRED = "starred"
    UNSTARRED = "unstarred"
    IMPORTED = "imported"
    DEPLOY_KEY_ADDED = "deploy key added"
    DEPLOY_KEY_REMOVED = "deploy key removed"
    DISPATCHED = "dispatched"
    PAGES_BUILT = "pages built"
    REFS_CHANGED = "refs changed"
    OTHER = "other"


class ProtectionActions(Action):
    """What happened to a rule that protects branches (GitHub only)."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"
    ENABLED = "enabled"
    DISABLED = "disabled"
    OTHER = "other"


class HookActions(Action):
    """What happened to the hook itself (GitHub only). ``PING`` is the first delivery of a new one."""

    PING = "ping"
    DELETED = "deleted"
    OTHER = "other"


class MemberActions(Action):
    """What happened to a membership; the event's subject is the repository, the organization or the team."""

    ADDED = "added"
    EDITED = "edited"
    REMOVED = "removed"
    INVITED = "invited"
    ACCESS_REQUESTED = "access requested"
    ACCESS_DENIED = "access denied"
    OTHER = "other"


class TeamActions(Action):
    """What happened to a team (GitLab: a subgroup)."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"
    ADDED_TO_REPOSITORY = "added to repository"
    REMOVED_FROM_REPOSITORY = "removed from repository"
    OTHER = "other"


class OrganizationActions(Action):
    """What happened to an organization (GitLab: a group)."""

    CREATED = "created"
    RENAMED = "renamed"
    DELETED = "deleted"
    USER_BLOCKED = "user blocked"
    USER_UNBLOCKED = "user unblocked"
    OTHER = "other"


class UserActions(Action):
    """What happened to an account (GitLab's system hooks only)."""

    CREATED = "created"
    DELETED = "deleted"
    RENAMED = "renamed"
    LOGIN_FAILED = "login failed"
    KEY_ADDED = "key added"
    KEY_REMOVED = "key removed"
    OTHER = "other"


class TokenActions(Action):
    """What happened to an access token: ``EXPIRING`` on GitLab, the life of a request for one on GitHub."""

    EXPIRING = "expiring"
    REQUESTED = "requested"
    APPROVED = "approved"
    DENIED = "denied"
    CANCELED = "canceled"
    OTHER = "other"


class InstallationActions(Action):
    """What happened to an installation of a GitHub App (GitHub only)."""

    CREATED = "created"
    DELETED = "deleted"
    SUSPENDED = "suspended"
    UNSUSPENDED = "unsuspended"
    PERMISSIONS_ACCEPTED = "permissions accepted"
    REPOSITORIES_ADDED = "repositories added"
    REPOSITORIES_REMOVED = "repositories removed"
    TARGET_RENAMED = "target renamed"
    AUTHORIZATION_REVOKED = "authorization revoked"
    OTHER = "other"


class MarketplaceActions(Action):
    """What happened to a purchase in GitHub's marketplace."""

    PURCHASED = "purchased"
    CANCELED = "canceled"
    CHANGED = "changed"
    CHANGE_PENDING = "change pending"
    CHANGE_WITHDRAWN = "change withdrawn"
    OTHER = "other"


class OtherActions(Action):
    """What has no neutral word, such as security alerts and project boards; see the event's name and payload."""

    OTHER = "other"
