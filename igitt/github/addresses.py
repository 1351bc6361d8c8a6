"""GitHub's addresses, as :mod:`igitt.addresses` tells them: tokens, which a client is made with, need them too."""

from igitt.addresses import github_addresses

__all__ = ["github_addresses"]
