"""GitLab's addresses, as :mod:`igitt.addresses` tells them: the URL parser, which knows no client, needs them too."""

from igitt.addresses import gitlab_addresses

__all__ = ["gitlab_addresses"]
