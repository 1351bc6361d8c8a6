"""GitLab's addresses, as :mod:`igitt.addresses` tells them, beside GitHub's."""

from igitt.addresses import gitlab_addresses

__all__ = ["gitlab_addresses"]
