"""GitHub: what each neutral thing is called there, and how it is asked for.

One module a thing, written as a table: an attribute is a line, an operation is a path, its parameters and its answer.
Nothing here knows of another forge, and nothing outside needs to know of this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt._base.lazy import lazy_names

if TYPE_CHECKING:
    from igitt.github.check_run import GitHubCheckRun
    from igitt.github.client import GitHub
    from igitt.github.comment import GitHubComment, GitHubReaction
    from igitt.github.commit import GitHubCommit
    from igitt.github.content import GitHubContent
    from igitt.github.deploy_key import GitHubDeployKey
    from igitt.github.deployment import GitHubDeployment, GitHubEnvironment
    from igitt.github.discussion import GitHubDiscussion
    from igitt.github.hook import GitHubHook
    from igitt.github.installation import GitHubInstallation
    from igitt.github.issue import GitHubIssue
    from igitt.github.label import GitHubLabel, GitHubMilestone
    from igitt.github.merge_request.merge_request import GitHubMergeRequest
    from igitt.github.notification import GitHubNotification
    from igitt.github.organization import GitHubOrganization, GitHubTeam
    from igitt.github.pipeline import GitHubJob, GitHubPipeline
    from igitt.github.refs import GitHubBranch, GitHubTag
    from igitt.github.release import GitHubRelease
    from igitt.github.repository.repository import GitHubRepository
    from igitt.github.review import GitHubReview
    from igitt.github.user import GitHubUser

__all__ = [
    "GitHub",
    "GitHubBranch",
    "GitHubCheckRun",
    "GitHubComment",
    "GitHubCommit",
    "GitHubContent",
    "GitHubDeployKey",
    "GitHubDeployment",
    "GitHubDiscussion",
    "GitHubEnvironment",
    "GitHubHook",
    "GitHubInstallation",
    "GitHubIssue",
    "GitHubJob",
    "GitHubLabel",
    "GitHubMergeRequest",
    "GitHubMilestone",
    "GitHubNotification",
    "GitHubOrganization",
    "GitHubPipeline",
    "GitHubReaction",
    "GitHubRelease",
    "GitHubRepository",
    "GitHubReview",
    "GitHubTag",
    "GitHubTeam",
    "GitHubUser",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "GitHub": "igitt.github.client",
        "GitHubBranch": "igitt.github.refs",
        "GitHubCheckRun": "igitt.github.check_run",
        "GitHubComment": "igitt.github.comment",
        "GitHubCommit": "igitt.github.commit",
        "GitHubContent": "igitt.github.content",
        "GitHubDeployKey": "igitt.github.deploy_key",
        "GitHubDeployment": "igitt.github.deployment",
        "GitHubEnvironment": "igitt.github.deployment",
        "GitHubDiscussion": "igitt.github.discussion",
        "GitHubHook": "igitt.github.hook",
        "GitHubInstallation": "igitt.github.installation",
        "GitHubIssue": "igitt.github.issue",
        "GitHubJob": "igitt.github.pipeline",
        "GitHubLabel": "igitt.github.label",
        "GitHubMergeRequest": "igitt.github.merge_request.merge_request",
        "GitHubMilestone": "igitt.github.label",
        "GitHubNotification": "igitt.github.notification",
        "GitHubOrganization": "igitt.github.organization",
        "GitHubPipeline": "igitt.github.pipeline",
        "GitHubReaction": "igitt.github.comment",
        "GitHubRelease": "igitt.github.release",
        "GitHubRepository": "igitt.github.repository.repository",
        "GitHubReview": "igitt.github.review",
        "GitHubTag": "igitt.github.refs",
        "GitHubTeam": "igitt.github.organization",
        "GitHubUser": "igitt.github.user",
    },
)
