"""GitHub's OAuth: where it is asked, what it answers with status 200, and what it says of a token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from igitt._base.paths import segment
from igitt._http.error_mapping import told_as
from igitt.auth.callback import AuthorizationUrl
from igitt.auth.oauth import GitHubUserToken
from igitt.auth.oauth2 import OAuth2, TokenCheck, scopes_in
from igitt.auth.token import BasicAuthorizationToken, Token
from igitt.errors import AuthenticationError, ElementDoesntExistError, ValidationError
from igitt.github.provider import GITHUB
from igitt.interfaces.convert import optional_instant, optional_integer

__all__ = ["GitHubAppOAuth2"]


class GitHubAppOAuth2(OAuth2[GitHubUserToken]):
    """How users let a GitHub App (or an OAuth app) act for them. Safe to use from many threads.

    Args:
        client_id: the App's client id.
        client_secret: its client secret; the device flow does without.
        url: the web address of the instance.
        redirect_uri: which of the App's callback addresses browsers come back to; the first if not given.
        scopes: what to ask users for. Only OAuth apps have scopes: a GitHub App has its permissions.
        timeout: seconds to wait for a connection and for each part of an answer; or a pair of the two.
        session: a ``requests`` session whose adapters, proxies and TLS settings are to be used.
        clock: where the time comes from; for tests.

    Raises:
        ValidationError: when an argument makes no sense.

    Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app

    Example:
        >>> oauth = GitHubAppOAuth2("Iv23liABCDEF", "0" * 40, redirect_uri="https://bot.example.com/callback")
        >>> asked = oauth.authorization_url()
        >>> asked.url
        'https://github.com/login/oauth/authorize?client_id=Iv23liABCDEF&...&code_challenge_method=S256'
    """

    _authorize = "login/oauth/authorize"
    _token = "login/oauth/access_token"  # noqa: S105 - a path
    _device = "login/device/code"
    _made = GitHubUserToken
    provider = GITHUB
    # GitHub does not distinguish public and confidential applications, PKCE or not.
    _code_needs_secret = True
    _accept = "application/vnd.github+json"

    def authorization_url(
        self,
        *,
        scopes: Iterable[str] | str | None = None,
        login: str | None = None,
        allow_signup: bool = True,
    ) -> AuthorizationUrl:
        """The address to send a user's browser to, with a new state and PKCE verifier; sends nothing.

        Args:
            scopes: what to ask for, in place of the application's usual scopes.
            login: whom to suggest to log in as.
            allow_signup: whether GitHub offers to make an account.
        """
        return self._authorization_url(scopes, login=login, allow_signup=None if allow_signup else "false")

    def revoke(self, token: GitHubUserToken | str) -> None:
        """Make a token invalid; ``DELETE /applications/{client_id}/token``.

        See :meth:`igitt.auth.oauth2.OAuth2.revoke`. GitHub does not say what becomes of the refresh token, which is not
        used here any more; :meth:`revoke_grant` ends all that the user granted.

        Raises:
            AuthenticationError: when GitHub does not know the application.
        """
        self._delete("token", token)

    def revoke_grant(self, token: GitHubUserToken | str) -> None:
        """Take back all that a user granted the App, every token included; ``DELETE /applications/{client_id}/grant``.

        Args:
            token: a token of the user's that holds, or its text.

        Raises:
            AuthenticationError: when GitHub does not know the application.
        """
        self._delete("grant", token)

    def check(self, token: GitHubUserToken | str) -> TokenCheck:
        """Ask about a token; ``POST /applications/{client_id}/token``. See :meth:`igitt.auth.oauth2.OAuth2.check`."""
        data = self._ask("POST", "token", self._value_of(token), self._client())
        user = data.get("user")
        return TokenCheck(
            optional_integer(user.get("id")) if isinstance(user, dict) else None,
            scopes_in(data.get("scopes")),
            optional_instant(data.get("expires_at")),
            {name: value for name, value in data.items() if name not in {"token", "hashed_token", "token_last_eight"}},
        )

    def _delete(self, what: str, token: GitHubUserToken | str) -> None:
        client, value = self._client(), self._last_value_of(token)
        if value is None:
            return
        try:
            self._ask("DELETE", what, value, client)
        except AuthenticationError as error:
            if error.status != 422:
                raise  # otherwise the token was invalid already; perhaps only the answer to the first try was lost

    def _ask(self, method: str, what: str, value: str, client: Token) -> Mapping[str, Any]:
        """Say something about a token, as the application."""
        path = f"applications/{segment(self.client_id)}/{what}"
        try:
            return self._api.exchange(method, path, json={"access_token": value}, token=client)
        except (ElementDoesntExistError, ValidationError) as error:
            text = (
                "GitHub knows no such token of this application: was it revoked, has it expired? "
                "Are client_id and client_secret the right ones?"
            )
            raise told_as(AuthenticationError, error, text) from error

    def _client(self) -> Token:
        """The application's own credential."""
        return BasicAuthorizationToken(self.client_id, self._needed_secret())
