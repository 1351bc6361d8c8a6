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

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    from igitt.github import GitHub
    from igitt.gitlab import GitLab
    from igitt.quoting import quote
    from igitt.registry import get_hoster, get_repo, register_hoster
    from igitt.resource import use_clients
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

_ROOMS = {
    "GitHub": "github",
    "GitLab": "gitlab",
    "get_hoster": "registry",
    "get_repo": "registry",
    "parse_url": "urls",
    "quote": "quoting",
    "register_hoster": "registry",
    "use_clients": "resource",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
