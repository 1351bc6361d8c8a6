"""Where an instance has its web pages and its API, told from either address."""

from igitt._base.addresses import github_addresses, gitlab_addresses

__all__ = ["github_addresses", "gitlab_addresses"]
