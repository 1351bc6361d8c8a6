"""Tokens that a user granted by OAuth, and that renew themselves with a refresh token.

How a user grants one is not part of this: the flows are objects of their own, of which a token knows one method.
"""

from __future__ import annotations

import logging
import math
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol, Self

from igitt._base.checks import is_number
from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.hidden import Hidden
from igitt._http.error_mapping import told_as
from igitt.auth.renewal import RenewingToken, Secret
from igitt.auth.token import Sender, checked_secret, fingerprint_of, key_from
from igitt.errors import AuthenticationError, IGittError, InvalidResponseError, ValidationError

__all__ = ["GitHubUserToken", "GitLabOAuthToken", "OAuthToken", "Refresher", "check_options"]

_log = logging.getLogger("igitt.auth")
#: Seconds before a new pair that could not be stored is offered again, and before a refused renewal is tried again.
_STORE_AGAIN, _ASK_AGAIN = 30.0, 60.0
#: More seconds than any token is valid.
_LONGEST = 1e9
#: Seconds before each look for what another process stored, after a refused renewal.
_LOOKS = (0.0, 0.5, 1.0, 2.0)


class Refresher(Protocol):
    """What these tokens need of an OAuth application.

    One with an attribute ``lasting_key``, 32 bytes that follow from the application's secret, proves by it whose a
    token with a ``user`` is, as igitt's own applications do.
    """

    @abstractmethod
    def refresh(self, refresh_token: str) -> Mapping[str, Any]:
        """Exchange a refresh token for a new pair.

        Args:
            refresh_token: the refresh token, which is invalid afterwards, and the access token with it.

        Returns:
            The forge's answer: ``access_token``, ``refresh_token`` and ``expires_in`` (seconds).
        """


class Pair(Secret):
    """An access token, and the refresh token that came with it."""

    __slots__ = ("refresh_token",)

    def __init__(self, value: str, refresh_token: str | None, received_at: float, expires_at: float | None) -> None:
        super().__init__(value, received_at, expires_at)
        self.refresh_token = None if refresh_token is None else Hidden(refresh_token)


class OAuthToken(RenewingToken):
    """What the tokens of both forges share."""

    _held: Pair

    def __init__(
        self,
        access_token: str,
        refresh_token: str | None = None,
        expires_at: datetime | None = None,
        oauth: Refresher | None = None,
        *,
        on_renewal: Callable[[Any], object] | None = None,
        reload: Callable[[], Any] | None = None,
        user: str | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        name = type(self).__name__
        if expires_at is not None and (not isinstance(expires_at, datetime) or expires_at.tzinfo is None):
            raise ValidationError(f"expires_at of a {name} is a datetime with a time zone, not {expires_at!r}")
        if oauth is not None and not callable(getattr(oauth, "refresh", None)):
            raise ValidationError(f"oauth of a {name} is an object with a method refresh(refresh_token), not {oauth!r}")
        check_options(name, user, on_renewal)
        if reload is not None and not callable(reload):
            raise ValidationError(f"reload of a {name} is a function that returns the token as stored, not {reload!r}")
        access = checked_secret(access_token, name)
        refresh = None if refresh_token is None else checked_secret(refresh_token, "refresh token")
        end = None if expires_at is None else expires_at.timestamp()
        pair = Pair(access, refresh, clock.time(), end)
        super().__init__(clock, pair)
        self._oauth = oauth
        self._on_renewal = on_renewal
        self._reload = reload
        self._user = user
        found = getattr(oauth, "lasting_key", None)
        self._lasting_key: bytes | None = found if isinstance(found, bytes) else None
        self._identity = pair.fingerprint
        if user is not None:
            # Whoever only says which application and user it is has another identity.
            proof = pair.fingerprint if self._lasting_key is None else fingerprint_of(self._lasting_key.hex())
            # Another application may be allowed something else.
            client_id = getattr(oauth, "client_id", None)
            application = f"application {client_id} " if isinstance(client_id, str) else ""
            self._identity = f"{application}user {user} proven {proof}"
        if oauth is None and refresh is None:
            self._lasting_key = key_from(access)  # it is never renewed
        # The pair that on_renewal did not take. A deque, which is emptied atomically, and no lock: see RenewingToken.
        self._unstored: deque[Pair] = deque(maxlen=1)
        self._store_at = -math.inf
        #: Which refresh token the forge refused, until when it is not asked again, and what it said.
        self._refusal: tuple[str | None, float, AuthenticationError] | None = None

    @classmethod
    def from_answer(
        cls,
        data: Mapping[str, Any],
        oauth: Refresher,
        *,
        on_renewal: Callable[[Any], object] | None = None,
        user: str | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> Self:
        """The token in a forge's answer, received just now."""
        pair = _pair_in(data, None, clock.time(), cls.__name__)
        end = _moment(pair.expires_at)
        return cls(pair.value, pair.refresh_token, end, oauth, on_renewal=on_renewal, user=user, clock=clock)

    @property
    def refresh_token(self) -> str | None:
        """The refresh token at hand: as secret as the token itself."""
        held = self._held.refresh_token
        return None if held is None else str(held)

    @property
    def expires_at(self) -> datetime | None:
        """When the token at hand expires, in UTC; None for never."""
        return _moment(self._held.expires_at)

    @property
    def identity(self) -> str:
        """Application and user, as the application's secret proves them; else a digest of the first access token.

        No renewal changes it.
        """
        return self._identity

    @property
    def lasting_key(self) -> bytes | None:
        """What follows from the application's secret; None without one."""
        return self._lasting_key

    def bind(self, sender: Sender) -> None:
        """Learn which client it is given to.

        Raises:
            ValidationError: when it belongs to another instance: the token must not go there.
        """
        home = getattr(self._oauth, "api_url", sender.base_url)
        if home != sender.base_url:
            raise ValidationError(f"this {type(self).__name__} is for {home}, not for {sender.base_url}")

    def retire(self) -> None:
        """Never renew again: the token at hand is used until it expires."""
        self._oauth = None

    def _renewable(self) -> bool:
        return self._oauth is not None and self._held.refresh_token is not None

    def _renew(self, old: Secret | None) -> Secret:  # noqa: ARG002 - what is held is the old one, and has its type
        stored = self._stored(self._held)
        if stored is not None and self._clock.time() < stored.renew_at:
            return stored
        used = stored or self._held
        refused, until, why = self._refusal or (None, 0.0, AuthenticationError())
        if refused == used.refresh_token and self._clock.time() < until:
            raise told_as(AuthenticationError, why, why.message)
        try:
            data = self._refresh(used)
        except AuthenticationError as error:
            # Another process may have been faster, and not have stored its pair yet.
            for pause in _LOOKS if self._reload is not None else ():
                self._clock.sleep(pause)
                stored = self._stored(used)
                if stored is not None:
                    return stored
            # Asking again and again with an invalid refresh token gets the application blocked.
            self._refusal = used.refresh_token, self._clock.time() + _ASK_AGAIN, error
            raise
        self._refusal = None
        pair = _pair_in(data, used.refresh_token, self._clock.time(), type(self).__name__)
        self._unstored.clear()
        self._store(pair)
        return pair

    def _refresh(self, used: Pair) -> Mapping[str, Any]:
        """What the application got for a refresh token."""
        if self._oauth is None or used.refresh_token is None:
            raise AuthenticationError(f"this {type(self).__name__} has no way to renew itself")
        try:
            return self._oauth.refresh(used.refresh_token)
        except IGittError:
            raise
        except Exception as error:  # noqa: BLE001 - foreign code; its error's type only, as the text may quote what was sent
            raise AuthenticationError(f"renewing the {type(self).__name__} failed: {type(error).__name__}") from None

    # --- storing -----------------------------------------------------------------------------------------------------

    def _current(self) -> Secret:
        found = super()._current()
        if self._unstored and self._clock.time() >= self._store_at:
            try:
                pair = self._unstored.pop()
            except IndexError:
                return found  # another thread is at it
            self._store(pair)
        return found

    def _stored(self, known: Pair) -> Pair | None:
        """The pair that another process stored since `known`, None if there is none."""
        if self._reload is None or self._unstored:  # what could not be stored is newer than what is there
            return None
        try:
            found = self._reload()
        except Exception as error:  # noqa: BLE001 - foreign code; without it, this process goes on by itself
            _log.warning("reload failed (%s): the token is renewed without a look at the store", type(error).__name__)
            return None
        if not isinstance(found, OAuthToken) or found._held.value == known.value:
            return None
        # A store that lags behind has an earlier pair, which is invalid.
        return found._held if found._held.expires_at >= known.expires_at else None

    def _store(self, pair: Pair) -> None:
        """Pass a new pair to ``on_renewal``; if that fails, the pair is kept, and offered again at a later use."""
        if self._on_renewal is None:
            return
        end = _moment(pair.expires_at)
        try:
            self._on_renewal(type(self)(pair.value, pair.refresh_token, end, user=self._user, clock=self._clock))
        except Exception as error:  # noqa: BLE001 - foreign code; the old pair is dead, so the new one must not be lost
            self._store_at = self._clock.time() + _STORE_AGAIN
            self._unstored.append(pair)
            _log.error(
                "on_renewal failed (%s): the new token is used, and offered again in %.0f s",
                type(error).__name__,
                _STORE_AGAIN,
            )


def check_options(name: str, user: object, on_renewal: object) -> None:
    """Refuse what a token cannot be made with; before a code is exchanged for it, as the code works once."""
    if on_renewal is not None and not callable(on_renewal):
        raise ValidationError(f"on_renewal of a {name} is a function that takes the new token, not {on_renewal!r}")
    if user is not None and (not isinstance(user, str) or not user):
        raise ValidationError(f"user of a {name} is a text that says whose it is, not {user!r}")


def _moment(end: float) -> datetime | None:
    """A time as users see it; None for never."""
    return None if end == math.inf else datetime.fromtimestamp(end, UTC)


def _pair_in(data: object, refresh_token: str | None, now: float, name: str) -> Pair:
    """The pair in a forge's answer; without a refresh token in it, the one that was used stays."""
    if not isinstance(data, Mapping) or not isinstance(data.get("access_token"), str):
        raise InvalidResponseError(f"the answer that should hold a {name} holds no access_token")
    fresh, life = data.get("refresh_token"), data.get("expires_in")
    if not is_number(life) or not 0 < life <= _LONGEST:
        life = None
    try:
        return Pair(
            checked_secret(data["access_token"], name),
            checked_secret(fresh, "refresh token") if fresh else refresh_token,
            now,
            None if life is None else now + life,
        )
    except ValidationError as error:
        raise InvalidResponseError(f"the forge sent what cannot be a {name}: {error.message}") from None


class GitHubUserToken(OAuthToken):
    """A token by which a GitHub App acts for a user, as the user granted it.

    With a refresh token and `oauth` it renews itself before it expires; otherwise it is used as it is.

    Args:
        access_token: the token (``ghu_…``).
        refresh_token: the refresh token that came with it (``ghr_…``).
        expires_at: when the token expires, with a time zone; None if it does not.
        oauth: the OAuth application, an object with ``refresh(refresh_token)``; see :class:`Refresher`.
        on_renewal: called with a plain token that has the new ``value``, ``refresh_token`` and ``expires_at``, before
            the new token is used: store them, because the old pair is invalid from then on. If it raises, the new token
            is used all the same, the log says so, and it is called again with that pair half a minute later.
        reload: called before a renewal, and after one that was refused: returns a plain token of what is stored now, or
            None. Where many processes use one user's token, they find each other's new pairs by it, and a renewal that
            comes second does no harm.
        user: whose token it is, any text, such as the user's number; with it, and an `oauth` that has the
            application's secret to prove it, the cache survives renewals and restarts (renewals in this process it
            survives anyway). Tokens of one user and application with different rights need different texts.
        clock: the source of time; for tests.

    Raises:
        ValidationError: when an argument is not valid.

    Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens

    Example:
        >>> from igitt.auth import GitHubUserToken
        >>> GitHubUserToken("ghu_" + "0" * 36, user="alice")
        <GitHubUserToken>
    """

    hoster = "github"


class GitLabOAuthToken(OAuthToken):
    """A token of GitLab's OAuth, which is valid for two hours; it travels as ``Authorization: Bearer``.

    With a refresh token and `oauth` it renews itself before it expires; otherwise it is used as it is.

    Args:
        access_token: the token.
        refresh_token: the refresh token that came with it.
        expires_at: when the token expires, with a time zone; None if that is not known.
        oauth: the OAuth application, an object with ``refresh(refresh_token)``; see :class:`Refresher`.
        on_renewal: called with a plain token that has the new ``value``, ``refresh_token`` and ``expires_at``, before
            the new token is used: store them, because the old pair is invalid from then on. If it raises, the new token
            is used all the same, the log says so, and it is called again with that pair half a minute later.
        reload: called before a renewal, and after one that was refused: returns a plain token of what is stored now, or
            None. Where many processes use one user's token, they find each other's new pairs by it, and a renewal that
            comes second does no harm.
        user: whose token it is, any text, such as the user's number; with it, and an `oauth` that has the
            application's secret to prove it, the cache survives renewals and restarts (renewals in this process it
            survives anyway). Tokens of one user and application with different rights need different texts.
        clock: the source of time; for tests.

    Raises:
        ValidationError: when an argument is not valid.

    Source: https://docs.gitlab.com/api/oauth2/
    """

    hoster = "gitlab"
