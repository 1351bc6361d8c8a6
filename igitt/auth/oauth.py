"""Tokens that a user granted by OAuth, and that renew themselves with a refresh token.

How a user grants one is no part of this: the flows are objects of their own, of which a token knows a single method.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from igitt.auth.renewal import RenewingToken, Secret
from igitt.auth.token import checked_secret
from igitt.clock import SYSTEM_CLOCK, Clock
from igitt.errors import AuthenticationError, IGittError, InvalidResponseError, ValidationError

__all__ = ["GitHubUserToken", "GitLabOAuthToken", "Refresher"]

_log = logging.getLogger("igitt.auth")


class Refresher(Protocol):
    """What these tokens need of an OAuth application."""

    @abstractmethod
    def refresh(self, refresh_token: str) -> Mapping[str, Any]:
        """Trade a refresh token for a new pair.

        Args:
            refresh_token: the refresh token, which is dead afterwards, and the access token with it.

        Returns:
            The forge's answer: ``access_token``, ``refresh_token`` and ``expires_in`` (seconds).
        """


class _Pair(Secret):
    """An access token, and the refresh token that came with it."""

    __slots__ = ("refresh_token",)

    def __init__(self, value: str, refresh_token: str | None, received_at: float, expires_at: float | None) -> None:
        super().__init__(value, received_at, expires_at)
        self.refresh_token = refresh_token


class _OAuthToken(RenewingToken):
    """What the tokens of both forges share."""

    _held: _Pair

    def __init__(
        self,
        access_token: str,
        refresh_token: str | None = None,
        expires_at: datetime | None = None,
        oauth: Refresher | None = None,
        *,
        on_renewal: Callable[[Any], object] | None = None,
        user: str | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        name = type(self).__name__
        if expires_at is not None and (not isinstance(expires_at, datetime) or expires_at.tzinfo is None):
            raise ValidationError(f"expires_at of a {name} is a datetime with a time zone, not {expires_at!r}")
        if oauth is not None and not callable(getattr(oauth, "refresh", None)):
            raise ValidationError(f"oauth of a {name} is an object with a method refresh(refresh_token), not {oauth!r}")
        if on_renewal is not None and not callable(on_renewal):
            raise ValidationError(f"on_renewal of a {name} is a function that takes the new token, not {on_renewal!r}")
        if user is not None and (not isinstance(user, str) or not user):
            raise ValidationError(f"user of a {name} is a text that tells whose it is, not {user!r}")
        access = checked_secret(access_token, name)
        refresh = None if refresh_token is None else checked_secret(refresh_token, "refresh token")
        end = None if expires_at is None else expires_at.timestamp()
        pair = _Pair(access, refresh, clock.time(), end)
        super().__init__(clock, pair)
        self._oauth = oauth
        self._on_renewal = on_renewal
        self._user = user
        self._identity = pair.fingerprint if user is None else f"user {user}"

    @property
    def refresh_token(self) -> str | None:
        """The refresh token at hand: as secret as the token itself."""
        return self._held.refresh_token

    @property
    def expires_at(self) -> datetime | None:
        """Until when the token at hand holds, in UTC; None for ever."""
        end = self._held.expires_at
        return None if end == float("inf") else datetime.fromtimestamp(end, UTC)

    @property
    def identity(self) -> str:
        """The user's name as it was given, otherwise a digest of the first access token; no renewal changes it."""
        return self._identity

    def _renewable(self) -> bool:
        return self._oauth is not None and self._held.refresh_token is not None

    def _renew(self, old: Secret | None) -> Secret:  # noqa: ARG002 - what is held is the old one, and has its type
        oauth, refresh_token = self._oauth, self._held.refresh_token
        if oauth is None or refresh_token is None:
            raise AuthenticationError(f"this {type(self).__name__} has no way to renew itself")
        try:
            data = oauth.refresh(refresh_token)
        except IGittError:
            raise
        except Exception as error:  # noqa: BLE001 - foreign code; its error's type only, as the text may quote what was sent
            raise AuthenticationError(f"renewing the {type(self).__name__} failed: {type(error).__name__}") from None
        pair = self._read(data, refresh_token)
        if self._on_renewal is not None:
            end = None if pair.expires_at == float("inf") else datetime.fromtimestamp(pair.expires_at, UTC)
            try:
                self._on_renewal(type(self)(pair.value, pair.refresh_token, end, user=self._user, clock=self._clock))
            except Exception as error:  # noqa: BLE001 - foreign code; the old pair is dead, so the new one must not be lost
                _log.error("on_renewal failed (%s): the new token is used, but was not stored", type(error).__name__)
        return pair

    def _read(self, data: object, refresh_token: str) -> _Pair:
        """The pair in a forge's answer."""
        if not isinstance(data, Mapping) or not isinstance(data.get("access_token"), str):
            raise InvalidResponseError(f"the answer to renewing a {type(self).__name__} holds no access_token")
        now, life = self._clock.time(), data.get("expires_in")
        return _Pair(
            checked_secret(data["access_token"], type(self).__name__),
            data.get("refresh_token") or refresh_token,
            now,
            now + life if isinstance(life, int | float) else None,
        )


class GitHubUserToken(_OAuthToken):
    """A token by which a GitHub App acts for a user, as the user granted it.

    With a refresh token and `oauth` it renews itself before it runs out; otherwise it is used as it is.

    Args:
        access_token: the token (``ghu_…``).
        refresh_token: the refresh token that came with it (``ghr_…``).
        expires_at: until when the token holds, with a time zone; None if it does not run out.
        oauth: the OAuth application, an object with ``refresh(refresh_token)``; see :class:`Refresher`.
        on_renewal: called with a plain token that has the new ``value``, ``refresh_token`` and ``expires_at``, before
            the new token is used: store them, because the old pair is dead from then on.
        user: whose token it is, any text; with it the cache survives renewals and restarts. Tokens of one user with
            different rights need different texts.
        clock: where the time comes from; for tests.

    Raises:
        ValidationError: when an argument makes no sense.

    Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens

    Example:
        >>> from igitt.auth import GitHubUserToken
        >>> GitHubUserToken("ghu_" + "0" * 36, user="alice")
        <GitHubUserToken>
    """

    hoster = "github"


class GitLabOAuthToken(_OAuthToken):
    """A token of GitLab's OAuth, which lives for two hours; it travels as ``Authorization: Bearer``.

    With a refresh token and `oauth` it renews itself before it runs out; otherwise it is used as it is.

    Args:
        access_token: the token.
        refresh_token: the refresh token that came with it.
        expires_at: until when the token holds, with a time zone; None if that is not known.
        oauth: the OAuth application, an object with ``refresh(refresh_token)``; see :class:`Refresher`.
        on_renewal: called with a plain token that has the new ``value``, ``refresh_token`` and ``expires_at``, before
            the new token is used: store them, because the old pair is dead from then on.
        user: whose token it is, any text; with it the cache survives renewals and restarts. Tokens of one user with
            different rights need different texts.
        clock: where the time comes from; for tests.

    Raises:
        ValidationError: when an argument makes no sense.

    Source: https://docs.gitlab.com/api/oauth2/
    """

    hoster = "gitlab"
