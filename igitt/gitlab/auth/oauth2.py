"""GitLab's OAuth: where it is asked, and what it says of a token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from igitt.auth.callback import AuthorizationUrl
from igitt.auth.oauth import GitLabOAuthToken
from igitt.auth.oauth2 import OAuth2, TokenCheck, scopes_in
from igitt.errors import AuthenticationError, ValidationError
from igitt.gitlab.provider import GITLAB
from igitt.interfaces.convert import optional_integer

__all__ = ["GitLabOAuth2"]


class GitLabOAuth2(OAuth2[GitLabOAuthToken]):
    """How users let an application of GitLab act for them. Safe to use from many threads.

    Args:
        client_id: the application's id.
        client_secret: its secret; None for one that is not confidential, which PKCE protects by itself.
        url: the web address of the instance.
        redirect_uri: where browsers come back to, as it was registered; the device flow does without.
        scopes: what to ask users for, such as ``["read_user"]`` (who is it) or ``["api"]`` (everything).
        timeout: seconds to wait for a connection and for each part of an answer; or a pair of the two.
        session: a ``requests`` session whose adapters, proxies and TLS settings are to be used.
        clock: where the time comes from; for tests.

    Raises:
        ValidationError: when an argument makes no sense.

    Source: https://docs.gitlab.com/api/oauth2/

    Example:
        >>> oauth = GitLabOAuth2("0" * 64, redirect_uri="https://bot.example.com/callback", scopes=["read_user"])
        >>> asked = oauth.authorization_url()
        >>> asked.url
        'https://gitlab.com/oauth/authorize?client_id=0000...&scope=read_user&...&code_challenge_method=S256'
    """

    _authorize = "oauth/authorize"
    _token = "oauth/token"  # noqa: S105 - a path
    _device = "oauth/authorize_device"
    _made = GitLabOAuthToken
    provider = GITLAB
    _asking: ClassVar[Mapping[str, str]] = {"response_type": "code"}
    _trading: ClassVar[Mapping[str, str]] = {"grant_type": "authorization_code"}
    _refresh_needs_redirect = True

    def authorization_url(
        self, *, scopes: Iterable[str] | str | None = None, root_namespace_id: int | None = None
    ) -> AuthorizationUrl:
        """The address to send a user's browser to, with a new state and PKCE verifier; sends nothing.

        Args:
            scopes: what to ask for, in place of the application's usual scopes.
            root_namespace_id: the number of the group whose single sign-on the user has to pass.
        """
        if self.redirect_uri is None:
            raise ValidationError("GitLab sends browsers back to redirect_uri: make the GitLabOAuth2 with it")
        return self._authorization_url(scopes, root_namespace_id=root_namespace_id)

    def _asked(self, scopes: Iterable[str] | str | None) -> str:
        found = super()._asked(scopes)
        if not found:
            raise ValidationError(
                "say with scopes what to ask the user for, such as ['read_user'] or ['api']: without, GitLab asks for "
                "everything"
            )
        return found

    def revoke(self, token: GitLabOAuthToken | str) -> None:
        """Make a token invalid; ``POST /oauth/revoke``. See :meth:`igitt.auth.oauth2.OAuth2.revoke`."""
        value = self._last_value_of(token)
        if value is not None:
            self._post("oauth/revoke", {"client_id": self.client_id, "client_secret": self._secret, "token": value})

    def check(self, token: GitLabOAuthToken | str) -> TokenCheck:
        """Ask about a token; ``GET /oauth/token/info``. See :meth:`igitt.auth.oauth2.OAuth2.check`."""
        asked = token if isinstance(token, GitLabOAuthToken) else GitLabOAuthToken(token)
        data = self._web.exchange("GET", "oauth/token/info", json=None, token=asked)
        application = data.get("application")
        if not isinstance(application, dict) or application.get("uid") != self.client_id:
            raise AuthenticationError(
                "this token was given to another application: whoever sent it is not trusted here"
            )
        seconds = optional_integer(data.get("expires_in"))
        return TokenCheck(
            optional_integer(data.get("resource_owner_id")),
            scopes_in(data.get("scope")),
            None if seconds is None else datetime.fromtimestamp(self._clock.time(), UTC) + timedelta(seconds=seconds),
            data,
        )
