"""Credentials: tokens that others made, and those that igitt makes and renews itself.

Only names are here. What needs ``jwt`` and ``cryptography`` is loaded when it is first asked for, because most bots
never sign anything and importing those two costs more than everything else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from igitt.auth.token import (
    BasicAuthorizationToken,
    GitHubToken,
    GitLabJobToken,
    GitLabPrivateToken,
    Token,
)

if TYPE_CHECKING:
    from igitt.auth.app import GitHubApp
    from igitt.auth.github_oauth2 import GitHubAppOAuth2
    from igitt.auth.gitlab_oauth2 import GitLabOAuth2
    from igitt.auth.installation import GitHubInstallationToken
    from igitt.auth.jsonwebtoken import GitHubJsonWebToken
    from igitt.auth.manifest import GitHubAppManifest
    from igitt.auth.oauth import GitHubUserToken, GitLabOAuthToken
    from igitt.auth.store import SharedTokenStore, TokenStore

__all__ = [
    "BasicAuthorizationToken",
    "GitHubApp",
    "GitHubAppManifest",
    "GitHubAppOAuth2",
    "GitHubInstallationToken",
    "GitHubJsonWebToken",
    "GitHubToken",
    "GitHubUserToken",
    "GitLabJobToken",
    "GitLabOAuth2",
    "GitLabOAuthToken",
    "GitLabPrivateToken",
    "SharedTokenStore",
    "Token",
    "TokenStore",
]

_ROOMS = {
    "GitHubApp": "app",
    "GitHubAppManifest": "manifest",
    "GitHubAppOAuth2": "github_oauth2",
    "GitHubInstallationToken": "installation",
    "GitHubJsonWebToken": "jsonwebtoken",
    "GitHubUserToken": "oauth",
    "GitLabOAuth2": "gitlab_oauth2",
    "GitLabOAuthToken": "oauth",
    "SharedTokenStore": "store",
    "TokenStore": "store",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return __all__
