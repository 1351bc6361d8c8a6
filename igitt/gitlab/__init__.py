"""GitLab: what each neutral thing is called there, and how it is asked for.

One module a thing, written as a table: an attribute is a line, an operation is a path, its parameters and its answer.
Nothing here knows of another forge, and nothing outside needs to know of this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt._base.lazy import lazy_names

if TYPE_CHECKING:
    from igitt.gitlab.client import GitLab
    from igitt.gitlab.comment import GitLabComment
    from igitt.gitlab.commit import GitLabCommit
    from igitt.gitlab.content import GitLabContent
    from igitt.gitlab.deploy_key import GitLabDeployKey
    from igitt.gitlab.deployment import GitLabDeployment, GitLabEnvironment
    from igitt.gitlab.discussion import GitLabDiscussion
    from igitt.gitlab.hook import GitLabHook
    from igitt.gitlab.issue import GitLabIssue
    from igitt.gitlab.label import GitLabLabel
    from igitt.gitlab.merge_request.merge_request import GitLabMergeRequest
    from igitt.gitlab.milestone import GitLabMilestone
    from igitt.gitlab.notification import GitLabNotification
    from igitt.gitlab.organization import GitLabOrganization, GitLabTeam
    from igitt.gitlab.pipeline import GitLabJob, GitLabPipeline
    from igitt.gitlab.reaction import GitLabReaction
    from igitt.gitlab.refs import GitLabBranch, GitLabTag
    from igitt.gitlab.release import GitLabRelease
    from igitt.gitlab.repository.repository import GitLabRepository
    from igitt.gitlab.review import GitLabReview
    from igitt.gitlab.user import GitLabUser

__all__ = [
    "GitLab",
    "GitLabBranch",
    "GitLabComment",
    "GitLabCommit",
    "GitLabContent",
    "GitLabDeployKey",
    "GitLabDeployment",
    "GitLabDiscussion",
    "GitLabEnvironment",
    "GitLabHook",
    "GitLabIssue",
    "GitLabJob",
    "GitLabLabel",
    "GitLabMergeRequest",
    "GitLabMilestone",
    "GitLabNotification",
    "GitLabOrganization",
    "GitLabPipeline",
    "GitLabReaction",
    "GitLabRelease",
    "GitLabRepository",
    "GitLabReview",
    "GitLabTag",
    "GitLabTeam",
    "GitLabUser",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "GitLab": "igitt.gitlab.client",
        "GitLabBranch": "igitt.gitlab.refs",
        "GitLabComment": "igitt.gitlab.comment",
        "GitLabCommit": "igitt.gitlab.commit",
        "GitLabContent": "igitt.gitlab.content",
        "GitLabDeployKey": "igitt.gitlab.deploy_key",
        "GitLabDeployment": "igitt.gitlab.deployment",
        "GitLabEnvironment": "igitt.gitlab.deployment",
        "GitLabDiscussion": "igitt.gitlab.discussion",
        "GitLabHook": "igitt.gitlab.hook",
        "GitLabIssue": "igitt.gitlab.issue",
        "GitLabJob": "igitt.gitlab.pipeline",
        "GitLabLabel": "igitt.gitlab.label",
        "GitLabMergeRequest": "igitt.gitlab.merge_request.merge_request",
        "GitLabMilestone": "igitt.gitlab.milestone",
        "GitLabNotification": "igitt.gitlab.notification",
        "GitLabOrganization": "igitt.gitlab.organization",
        "GitLabPipeline": "igitt.gitlab.pipeline",
        "GitLabReaction": "igitt.gitlab.reaction",
        "GitLabRelease": "igitt.gitlab.release",
        "GitLabRepository": "igitt.gitlab.repository.repository",
        "GitLabReview": "igitt.gitlab.review",
        "GitLabTag": "igitt.gitlab.refs",
        "GitLabTeam": "igitt.gitlab.organization",
        "GitLabUser": "igitt.gitlab.user",
    },
)
