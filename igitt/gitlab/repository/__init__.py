"""A project on GitLab, by what one does with it."""

from igitt.gitlab.repository.repository import GitLabRepository

__all__ = ["GitLabRepository"]
