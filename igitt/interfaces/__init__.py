"""What a forge can do, in neutral words: the types that a bot is written against.

Abstract classes, enums and value objects. Nothing here sends a request, and nothing here knows a forge by name except
where a docstring says what only one of them has.
"""

from igitt.interfaces.actions import (
    CommentActions,
    InstallationActions,
    IssueActions,
    MergeRequestActions,
    PipelineActions,
    PushActions,
    ReleaseActions,
    RepositoryActions,
    ReviewActions,
)
from igitt.interfaces.attributes import Attribute, EditableAttribute, EditableSet, computed
from igitt.interfaces.branch import Branch
from igitt.interfaces.check_run import Annotation, CheckRun
from igitt.interfaces.comment import Comment
from igitt.interfaces.commit import Commit, CommitStatus, FileChange
from igitt.interfaces.comparison import Comparison
from igitt.interfaces.content import Content
from igitt.interfaces.deploy_key import DeployKey
from igitt.interfaces.element import Element, Unsupported, unsupported
from igitt.interfaces.enums import (
    AccessLevel,
    CommentType,
    IssueStates,
    MergeRequestStates,
    MilestoneStates,
    Reason,
    Status,
    WebhookEvents,
)
from igitt.interfaces.event import Event
from igitt.interfaces.hook import NEW, Hook
from igitt.interfaces.hoster import Hoster
from igitt.interfaces.installation import Installation
from igitt.interfaces.issue import Issue
from igitt.interfaces.issue_event import IssueEvent
from igitt.interfaces.label import Label
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.notification import Notification
from igitt.interfaces.organization import Organization, Team
from igitt.interfaces.pipeline import Job, Pipeline
from igitt.interfaces.rate_limit import RateLimit
from igitt.interfaces.reaction import Reaction
from igitt.interfaces.release import Release, ReleaseAsset
from igitt.interfaces.repository import Repository
from igitt.interfaces.review import Discussion, LineComment, Review, ReviewStates
from igitt.interfaces.sets import NamedSet
from igitt.interfaces.tag import Tag
from igitt.interfaces.user import User

__all__ = [
    "NEW",
    "AccessLevel",
    "Annotation",
    "Attribute",
    "Branch",
    "CheckRun",
    "Comment",
    "CommentActions",
    "CommentType",
    "Commit",
    "CommitStatus",
    "Comparison",
    "Content",
    "DeployKey",
    "Discussion",
    "EditableAttribute",
    "EditableSet",
    "Element",
    "Event",
    "FileChange",
    "Hook",
    "Hoster",
    "Installation",
    "InstallationActions",
    "Issue",
    "IssueActions",
    "IssueEvent",
    "IssueStates",
    "Job",
    "Label",
    "LineComment",
    "MergeRequest",
    "MergeRequestActions",
    "MergeRequestStates",
    "Milestone",
    "MilestoneStates",
    "NamedSet",
    "Notification",
    "Organization",
    "PaginatedList",
    "Pipeline",
    "PipelineActions",
    "PushActions",
    "RateLimit",
    "Reaction",
    "Reason",
    "Release",
    "ReleaseActions",
    "ReleaseAsset",
    "Repository",
    "RepositoryActions",
    "Review",
    "ReviewActions",
    "ReviewStates",
    "Status",
    "Tag",
    "Team",
    "Unsupported",
    "User",
    "WebhookEvents",
    "computed",
    "unsupported",
]
