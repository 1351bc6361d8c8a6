"""A repository on GitHub, by what one does with it."""

from igitt.github.repository.repository import GitHubRepository

__all__ = ["GitHubRepository"]
