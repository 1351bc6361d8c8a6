"""A merge request on GitLab."""

from igitt.gitlab.merge_request.merge_request import GitLabMergeRequest

__all__ = ["GitLabMergeRequest"]
