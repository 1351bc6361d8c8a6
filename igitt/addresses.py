"""Where an instance has its web pages and its API, derived from either address."""

from igitt.github.provider import github_addresses
from igitt.gitlab.provider import gitlab_addresses

__all__ = ["github_addresses", "gitlab_addresses"]
