"""Credentials: tokens that were issued elsewhere, and those that igitt requests and renews itself.

Only names are here. What needs ``jwt`` and ``cryptography`` is loaded when it is first asked for, because most bots
never sign anything and importing those two costs more than everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt._base.lazy import lazy_names
from igitt.auth.token import (
    BasicAuthorizationToken,
    GitHubToken,
    GitLabJobToken,
    GitLabPrivateToken,
    Token,
)

if TYPE_CHECKING:
    from igitt.auth.oauth import GitHubUserToken, GitLabOAuthToken
    from igitt.auth.store import SharedTokenStore, TokenStore
    from igitt.github.auth.app import GitHubApp
    from igitt.github.auth.installation import GitHubInstallationToken
    from igitt.github.auth.jsonwebtoken import GitHubJsonWebToken
    from igitt.github.auth.manifest import GitHubAppManifest
    from igitt.github.auth.oauth2 import GitHubAppOAuth2
    from igitt.gitlab.auth.oauth2 import GitLabOAuth2

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

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "GitHubApp": "igitt.github.auth.app",
        "GitHubAppManifest": "igitt.github.auth.manifest",
        "GitHubAppOAuth2": "igitt.github.auth.oauth2",
        "GitHubInstallationToken": "igitt.github.auth.installation",
        "GitHubJsonWebToken": "igitt.github.auth.jsonwebtoken",
        "GitHubUserToken": "igitt.auth.oauth",
        "GitLabOAuth2": "igitt.gitlab.auth.oauth2",
        "GitLabOAuthToken": "igitt.auth.oauth",
        "SharedTokenStore": "igitt.auth.store",
        "TokenStore": "igitt.auth.store",
    },
)
