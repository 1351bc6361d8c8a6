"""The token of one installation of a GitHub App: minted when it is first needed, and again before it expires.

When to renew and for whom is decided by :mod:`igitt.auth.renewal`; here is what is asked of GitHub, and what its
refusals mean. The App's JWT is only used here, and its module not imported: whoever makes one has loaded ``jwt`` and
``cryptography``, and nobody else pays for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from igitt._base.checks import is_key, is_whole
from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._http.dialect import Dialect
from igitt._http.transport import Transport
from igitt.auth.renewal import RenewingToken, Secret
from igitt.auth.sharing import Shareable
from igitt.auth.store import SharedTokenStore, TokenStore, checked_store
from igitt.auth.token import GitHubToken, Sender, Token, checked_secret
from igitt.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ElementDoesntExistError,
    IGittError,
    InvalidResponseError,
    PermissionDeniedError,
    ServerError,
    ValidationError,
)
from igitt.github.provider import github_addresses
from igitt.interfaces.convert import instant

if TYPE_CHECKING:
    from igitt.github.auth.jsonwebtoken import GitHubJsonWebToken

__all__ = ["GitHubInstallationToken"]

_LEVELS = ("read", "write", "admin")
_MOST_REPOSITORIES = 500
#: Minting does nothing but give a token, so it may be repeated; seconds before each repetition.
_PAUSES = (1.0, 2.0)


class _Minted(Secret):
    """A secret with what GitHub said about it."""

    __slots__ = ("ends", "permissions")

    def __init__(self, value: str, received_at: float, ends: datetime, permissions: Mapping[str, str] | None) -> None:
        # A token that just came is good, even if this machine's clock says that it ended long ago.
        super().__init__(value, received_at, max(ends.timestamp(), received_at + 1.0))
        self.ends = ends
        self.permissions = permissions

    def pack(self) -> dict[str, Any]:
        """What it is, as JSON."""
        return {
            "value": self.value,
            "received_at": self.received_at,
            "ends": self.ends.isoformat(),
            "permissions": self.permissions,
        }

    @classmethod
    def unpack(cls, data: Mapping[str, Any]) -> _Minted:
        """Make it of what :meth:`pack` gave."""
        permissions = data["permissions"]
        return cls(
            checked_secret(data["value"], "GitHubInstallationToken"),
            float(data["received_at"]),
            instant(data["ends"]),
            None if permissions is None else dict(permissions),
        )


class GitHubInstallationToken(RenewingToken):
    """The token of an installation of a GitHub App. It is minted at its first use, and renewed before it expires.

    However many threads ask, one of them mints; while the old token holds, the others go on with it. A 401 in a new
    token's first seconds is waited out (GitHub's servers learn of it one by one), and a token that was revoked
    elsewhere is replaced once.

    Args:
        installation_id: the installation's number.
        jwt: the App's :class:`~igitt.auth.GitHubJsonWebToken`.
        repositories: the repositories that the token is for, by name without owner or by id, 500 at most; all that the
            installation has if not given.
        permissions: what the token may do, such as ``{"issues": "write"}``; all that the installation may if not
            given.
        url: the web address of the instance; if not given, that of the client that the token is given to, or
            github.com.
        token_store: through which it is shared with other processes; if not given, the JWT's, or
            :data:`~igitt.auth.TokenStore` if that is in use.
        clock: where the time comes from; for tests.

    Raises:
        ValidationError: when an argument makes no sense.

    Source: https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
    """

    hoster = "github"
    _grace = 5.0

    def __init__(
        self,
        installation_id: int,
        jwt: Token,
        *,
        repositories: Iterable[str | int] | None = None,
        permissions: Mapping[str, str] | None = None,
        url: str | None = None,
        token_store: SharedTokenStore | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        super().__init__(clock)
        self.installation_id = _checked_id(installation_id)
        if not isinstance(jwt, Token) or not jwt.signs:
            raise ValidationError(
                f"an installation's token is minted with a GitHubJsonWebToken, not with {type(jwt).__name__}"
            )
        self._jwt = cast("GitHubJsonWebToken", jwt)
        self._repositories = _checked_repositories(repositories)
        self._asked = _checked_permissions(permissions)
        self._api_url = None if url is None else github_addresses(url)[1]
        self._store = checked_store(token_store) or self._jwt.token_store or TokenStore
        self._sender: Sender | None = None
        self._jwt.mints(self)

    # --- what it is --------------------------------------------------------------------------------------------------

    @property
    def jwt(self) -> GitHubJsonWebToken:
        """The App's JWT."""
        return self._jwt

    @property
    def expires_at(self) -> datetime | None:
        """Until when the token at hand holds, in UTC; None before the first was minted."""
        held = self._held
        return held.ends if isinstance(held, _Minted) else None

    @property
    def permissions(self) -> dict[str, str] | None:
        """What it may do, as GitHub granted it; before the first mint what was asked for, None for all there is."""
        held = self._held
        known = held.permissions if isinstance(held, _Minted) and held.permissions else self._asked
        return None if known is None else dict(known)

    @property
    def repositories(self) -> tuple[str | int, ...] | None:
        """The names and ids of the repositories that it was asked for, None for all that the installation has."""
        return self._repositories

    @property
    def identity(self) -> str:
        """Instance, App with its key, installation and scope: the same for every token that is minted for them."""
        asked = "all" if self._asked is None else ",".join(f"{name}={level}" for name, level in self._asked.items())
        chosen = "all" if self._repositories is None else ",".join(map(repr, self._repositories))
        return (
            f"{self._api_url or github_addresses('github.com')[1]} {self._jwt.identity} "
            f"installation {self.installation_id} permissions {asked} repositories {chosen}"
        )

    @property
    def lasting_key(self) -> bytes | None:
        """What the App's has, which no renewal changes."""
        return self._jwt.lasting_key

    def bind(self, sender: Sender) -> None:
        """Learn through which client to mint; called by the client that the token is given to.

        Raises:
            ValidationError: when it belongs to another instance: the token must not go there.
        """
        if self._api_url is not None and self._api_url != sender.base_url:
            raise ValidationError(
                f"this installation's token is for {self._api_url}, not for {sender.base_url}; make another one there"
            )
        if self._sender is None:
            self._jwt.bind(sender)
            self._api_url = sender.base_url
            self._sender = sender

    def outdate(self) -> None:
        """Use the token at hand no longer, here and through the store: the next use mints another; sends nothing.

        For when GitHub reports that the installation may do more or less than before, which a token that was minted
        already does not learn.
        """
        held, self._held = self._held, None
        if held is not None:
            self._store.forget(self._shareable(held), cast("_Minted", held))

    def revoke(self) -> None:
        """Make the token at hand invalid; the next use mints another one. ``DELETE /installation/token``.

        Raises:
            IGittError: when GitHub could not be reached; the token is not used any more all the same.
        """
        held, self._held = self._held, None
        if held is None or held.refused:
            return
        self._store.forget(self._shareable(held), cast("_Minted", held))
        try:
            self._bound().exchange("DELETE", "installation/token", json=None, token=GitHubToken(held.value))
        except AuthenticationError:
            return  # it was invalid already

    # --- minting -----------------------------------------------------------------------------------------------------

    def _now(self) -> float:
        # Where GitHub's clock has shown another time, the token's end is by that.
        return self._clock.time() + self._jwt.drift

    def _bound(self) -> Sender:
        if self._sender is None:
            url = self._api_url or github_addresses("github.com")[1]
            self.bind(Transport(url, None, Dialect("application/vnd.github+json"), clock=self._clock))
        return cast("Sender", self._sender)

    def _renew(self, old: Secret | None) -> Secret:
        self._bound()  # whose it is, is known from here on
        return self._store.renew(self._shareable(old), cast("_Minted | None", old))

    def _shareable(self, old: Secret | None) -> Shareable[_Minted]:
        return Shareable(
            self.identity,
            lambda: self._jwt.derive(b"igitt token store"),
            self._clock,
            self._now,
            lambda: self._made(old),
            _Minted.pack,
            _Minted.unpack,
        )

    def _made(self, old: Secret | None) -> _Minted:
        """A new one, of GitHub."""
        try:
            data = self._mint(patient=old is None or old.refused or self._now() >= old.expires_at)
        except IGittError as error:
            raise self._explained(error) from error
        value, permissions = data.get("token"), data.get("permissions")
        if not isinstance(value, str) or not value:
            raise InvalidResponseError("GitHub minted an installation's token and sent none", method="POST")
        granted = permissions if isinstance(permissions, dict) else None
        return _Minted(value, self._now(), instant(data.get("expires_at")), granted)

    def _mint(self, *, patient: bool) -> Mapping[str, Any]:
        chosen = self._repositories or ()
        body: dict[str, Any] = {
            "repositories": [name for name in chosen if isinstance(name, str)],
            "repository_ids": [number for number in chosen if isinstance(number, int)],
            "permissions": self._asked,
        }
        body = {key: value for key, value in body.items() if value}
        sender, path = self._bound(), f"app/installations/{self.installation_id}/access_tokens"
        for pause in _PAUSES if patient else ():
            try:
                return sender.exchange("POST", path, json=body or None, token=self._jwt)
            except (ServerError, ConnectionFailedError):
                self._clock.sleep(pause)
        return sender.exchange("POST", path, json=body or None, token=self._jwt)

    def _explained(self, error: IGittError) -> IGittError:
        """The refusal of a mint, in words that say what to do."""
        who = f"installation {self.installation_id} of App {self._jwt.app_id}"
        match error:
            case AuthenticationError():
                text = (
                    f"GitHub does not accept the JWT of App {self._jwt.app_id}: do app_id and private key belong "
                    "together, and is the key still among those in the App's settings?"
                )
            case ElementDoesntExistError():
                text = f"there is no {who}: was it uninstalled, or is the number not the installation's own?"
            case PermissionDeniedError():
                text = f"GitHub mints no token for {who}: was it suspended?"
            case ValidationError(status=int()):
                text = f"GitHub mints no such token for {who}: it was not granted that permission or repository"
            case _:
                return error
        said = error.data.get("message") if isinstance(error.data, dict) else None
        explained = type(error)(
            f"{text} (GitHub says: {said})" if said else text,
            error.status,
            url=error.url,
            method=error.method,
            request_id=error.request_id,
            data=error.data,
            response_headers=error.response_headers,
        )
        if isinstance(error, ValidationError) and isinstance(explained, ValidationError):
            explained.errors = error.errors
        return explained


def _checked_id(installation_id: object) -> int:
    if not is_whole(installation_id) or installation_id <= 0:
        raise ValidationError(f"an installation is known by its number, such as 12345, not by {installation_id!r}")
    return installation_id


def _checked_repositories(repositories: Iterable[str | int] | None) -> tuple[str | int, ...] | None:
    if repositories is None:
        return None
    if isinstance(repositories, str | int | Mapping):
        raise ValidationError(f"repositories is a list of names or ids, not {repositories!r}")
    chosen = set(repositories)
    for one in chosen:
        if not is_key(one) or not one:
            raise ValidationError(f"repositories holds names and ids, not {one!r}")
        if isinstance(one, str) and "/" in one:
            raise ValidationError(
                f"{one!r} names an owner too, but an installation has one owner only; give {one.split('/')[-1]!r}"
            )
    if not 0 < len(chosen) <= _MOST_REPOSITORIES:
        raise ValidationError(
            f"a token is for 1 to {_MOST_REPOSITORIES} repositories, not {len(chosen)}; leave repositories out for all"
        )
    return tuple(sorted(chosen, key=lambda one: (isinstance(one, str), one)))


def _checked_permissions(permissions: Mapping[str, str] | None) -> dict[str, str] | None:
    if permissions is None:
        return None
    if not isinstance(permissions, Mapping) or not permissions:
        raise ValidationError(f"permissions is a mapping such as {{'issues': 'write'}}, not {permissions!r}")
    for name, level in permissions.items():
        if not isinstance(name, str) or not name or level not in _LEVELS:
            raise ValidationError(f"the permission {name!r} has one of the levels {', '.join(_LEVELS)}, not {level!r}")
    return dict(sorted(permissions.items()))
