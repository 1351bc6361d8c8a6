"""igitt: write a bot once, run it on GitHub and GitLab alike.

The front door: clients, the way from a URL to a repository, the cache and the errors. Everything else is reached
through them, as neutral objects (:mod:`igitt.interfaces`).

    >>> import igitt
    >>> repository = igitt.get_repo("https://gitlab.com/group/subgroup/project", "glpat-x")
    >>> repository.full_name
    'group/subgroup/project'

A provider is loaded when it is first asked for: a bot that runs on one forge never pays for the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt._base.lazy import lazy_names
from igitt._version import __version__
from igitt.cache import Cache
from igitt.errors import (
    AuthenticationError,
    ConflictError,
    ConnectionFailedError,
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    IGittError,
    IncompleteListError,
    InvalidPayloadError,
    InvalidResponseError,
    InvalidSignatureError,
    PermissionDeniedError,
    RateLimitError,
    ReadOnlyError,
    RequestTimeoutError,
    ServerError,
    StoreError,
    UnknownEventError,
    UnknownOptionError,
    UnsupportedOperationError,
    ValidationError,
    WebhookError,
)

if TYPE_CHECKING:
    from igitt._objects.binding import use_clients
    from igitt._text.quoting import quote
    from igitt.github import GitHub
    from igitt.gitlab import GitLab
    from igitt.registry import get_hoster, get_repo, register_hoster
    from igitt.urls import parse_url

__all__ = [
    "AuthenticationError",
    "Cache",
    "ConflictError",
    "ConnectionFailedError",
    "ElementAlreadyExistsError",
    "ElementDoesntExistError",
    "GitHub",
    "GitLab",
    "IGittError",
    "IncompleteListError",
    "InvalidPayloadError",
    "InvalidResponseError",
    "InvalidSignatureError",
    "PermissionDeniedError",
    "RateLimitError",
    "ReadOnlyError",
    "RequestTimeoutError",
    "ServerError",
    "StoreError",
    "UnknownEventError",
    "UnknownOptionError",
    "UnsupportedOperationError",
    "ValidationError",
    "WebhookError",
    "__version__",
    "get_hoster",
    "get_repo",
    "parse_url",
    "quote",
    "register_hoster",
    "use_clients",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "GitHub": "igitt.github",
        "GitLab": "igitt.gitlab",
        "get_hoster": "igitt.registry",
        "get_repo": "igitt.registry",
        "parse_url": "igitt.urls",
        "quote": "igitt._text.quoting",
        "register_hoster": "igitt.registry",
        "use_clients": "igitt._objects.binding",
    },
)
