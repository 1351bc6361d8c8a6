"""What a forge can do, in neutral words: the types that a bot is written against.

Abstract classes, enums and value objects. Nothing here sends a request, and nothing here knows a forge by name except
where a docstring says what only one of them has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt._base.lazy import lazy_names

if TYPE_CHECKING:
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
    from igitt.interfaces.deployment import Deployment, Environment
    from igitt.interfaces.download import Download
    from igitt.interfaces.element import Element, Unsupported, unsupported
    from igitt.interfaces.enums import (
        AccessLevel,
        CommentType,
        IssueStates,
        MergeRequestStates,
        MergeStatus,
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
    from igitt.interfaces.pipeline import Artifact, Job, Pipeline
    from igitt.interfaces.rate_limit import RateLimit
    from igitt.interfaces.reaction import Reaction
    from igitt.interfaces.release import Release, ReleaseAsset
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.repository_ci import Variable
    from igitt.interfaces.review import Discussion, LineComment, Review, ReviewStates, suggestion
    from igitt.interfaces.sets import NamedSet
    from igitt.interfaces.tag import Tag
    from igitt.interfaces.told import (
        CheckSuite,
        DeploymentStatus,
        FeatureFlag,
        MergeGroup,
        Package,
        PagesBuild,
        WikiPage,
    )
    from igitt.interfaces.user import EmailAddress, User

__all__ = [
    "NEW",
    "AccessLevel",
    "Annotation",
    "Artifact",
    "Attribute",
    "Branch",
    "CheckRun",
    "CheckSuite",
    "Comment",
    "CommentActions",
    "CommentType",
    "Commit",
    "CommitStatus",
    "Comparison",
    "Content",
    "DeployKey",
    "Deployment",
    "DeploymentStatus",
    "Discussion",
    "Download",
    "EditableAttribute",
    "EditableSet",
    "Element",
    "EmailAddress",
    "Environment",
    "Event",
    "FeatureFlag",
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
    "MergeGroup",
    "MergeRequest",
    "MergeRequestActions",
    "MergeRequestStates",
    "MergeStatus",
    "Milestone",
    "MilestoneStates",
    "NamedSet",
    "Notification",
    "Organization",
    "Package",
    "PagesBuild",
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
    "Variable",
    "WebhookEvents",
    "WikiPage",
    "computed",
    "suggestion",
    "unsupported",
]

# A client needs few of them, and each takes its time to load.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "AccessLevel": "igitt.interfaces.enums",
        "Annotation": "igitt.interfaces.check_run",
        "Artifact": "igitt.interfaces.pipeline",
        "Attribute": "igitt.interfaces.attributes",
        "Branch": "igitt.interfaces.branch",
        "CheckRun": "igitt.interfaces.check_run",
        "Comment": "igitt.interfaces.comment",
        "CommentActions": "igitt.interfaces.actions",
        "suggestion": "igitt.interfaces.review",
        "WikiPage": "igitt.interfaces.told",
        "PagesBuild": "igitt.interfaces.told",
        "Package": "igitt.interfaces.told",
        "MergeGroup": "igitt.interfaces.told",
        "FeatureFlag": "igitt.interfaces.told",
        "DeploymentStatus": "igitt.interfaces.told",
        "CheckSuite": "igitt.interfaces.told",
        "CommentType": "igitt.interfaces.enums",
        "Commit": "igitt.interfaces.commit",
        "CommitStatus": "igitt.interfaces.commit",
        "Comparison": "igitt.interfaces.comparison",
        "Content": "igitt.interfaces.content",
        "DeployKey": "igitt.interfaces.deploy_key",
        "Deployment": "igitt.interfaces.deployment",
        "Discussion": "igitt.interfaces.review",
        "Download": "igitt.interfaces.download",
        "EditableAttribute": "igitt.interfaces.attributes",
        "EditableSet": "igitt.interfaces.attributes",
        "Element": "igitt.interfaces.element",
        "EmailAddress": "igitt.interfaces.user",
        "Environment": "igitt.interfaces.deployment",
        "Event": "igitt.interfaces.event",
        "FileChange": "igitt.interfaces.commit",
        "Hook": "igitt.interfaces.hook",
        "Hoster": "igitt.interfaces.hoster",
        "Installation": "igitt.interfaces.installation",
        "InstallationActions": "igitt.interfaces.actions",
        "Issue": "igitt.interfaces.issue",
        "IssueActions": "igitt.interfaces.actions",
        "IssueEvent": "igitt.interfaces.issue_event",
        "IssueStates": "igitt.interfaces.enums",
        "Job": "igitt.interfaces.pipeline",
        "Label": "igitt.interfaces.label",
        "LineComment": "igitt.interfaces.review",
        "MergeRequest": "igitt.interfaces.merge_request",
        "MergeRequestActions": "igitt.interfaces.actions",
        "MergeRequestStates": "igitt.interfaces.enums",
        "MergeStatus": "igitt.interfaces.enums",
        "Milestone": "igitt.interfaces.milestone",
        "MilestoneStates": "igitt.interfaces.enums",
        "NEW": "igitt.interfaces.hook",
        "NamedSet": "igitt.interfaces.sets",
        "Notification": "igitt.interfaces.notification",
        "Organization": "igitt.interfaces.organization",
        "PaginatedList": "igitt.interfaces.lists",
        "Pipeline": "igitt.interfaces.pipeline",
        "PipelineActions": "igitt.interfaces.actions",
        "PushActions": "igitt.interfaces.actions",
        "RateLimit": "igitt.interfaces.rate_limit",
        "Reaction": "igitt.interfaces.reaction",
        "Reason": "igitt.interfaces.enums",
        "Release": "igitt.interfaces.release",
        "ReleaseActions": "igitt.interfaces.actions",
        "ReleaseAsset": "igitt.interfaces.release",
        "Repository": "igitt.interfaces.repository",
        "RepositoryActions": "igitt.interfaces.actions",
        "Review": "igitt.interfaces.review",
        "ReviewActions": "igitt.interfaces.actions",
        "ReviewStates": "igitt.interfaces.review",
        "Status": "igitt.interfaces.enums",
        "Tag": "igitt.interfaces.tag",
        "Team": "igitt.interfaces.organization",
        "Unsupported": "igitt.interfaces.element",
        "User": "igitt.interfaces.user",
        "Variable": "igitt.interfaces.repository_ci",
        "WebhookEvents": "igitt.interfaces.enums",
        "computed": "igitt.interfaces.attributes",
        "unsupported": "igitt.interfaces.element",
    },
)
