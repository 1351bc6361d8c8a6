"""A Forgejo in memory, for the tests of this package and of bots.

It is a third forge beside the two of igitt's sandbox, and keeps its state in the same model; what it answers is written
after the description of Forgejo's API (https://codeberg.org/api/swagger).

Example:
    >>> with forgejo() as forge:
    ...     _ = forge.add_repository("acme/widgets")
    ...     issue = forge.client("alice").get_repo("acme/widgets").create_issue("It squeaks")
    ...     issue.web_url
    'https://forgejo.sandbox/acme/widgets/issues/1'
"""

from igitt_forgejo.testing.forge import ForgejoForge, forgejo

__all__ = ["ForgejoForge", "forgejo"]
