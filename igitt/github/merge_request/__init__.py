"""A pull request."""

from igitt.github.merge_request.merge_request import GitHubMergeRequest

__all__ = ["GitHubMergeRequest"]
