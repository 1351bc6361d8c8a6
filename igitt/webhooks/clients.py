"""Which client a delivery belongs to: its objects are made with it; its secret, and the bot's own name there.

Forges are recognized by their headers. Nothing is verified and no body is decoded here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol, cast

from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.forges import provider_of, providers
from igitt._base.provider import Provider
from igitt.errors import (
    AuthenticationError,
    ElementDoesntExistError,
    InvalidPayloadError,
    PermissionDeniedError,
    ValidationError,
)
from igitt.interfaces.event import Event
from igitt.interfaces.hoster import Hoster
from igitt.webhooks.signatures import Secret, check_headers, check_secret, keyed

__all__ = ["App", "Secrets", "Source", "Sources"]


def forge_of(client: Any) -> Provider:
    """What the forge of a client looks like from outside; of a client from outside, what its name shows.

    Raises:
        ValidationError: when nothing is known about it.
    """
    found: Provider | None = getattr(client, "provider", None)
    return provider_of(client.hoster) if found is None else found


def _no_client(headers: Mapping[str, str]) -> InvalidPayloadError:
    known = {name for one in providers() if one.webhooks is not None for name in one.webhooks.names()}
    told = next((name for name in headers if name in known), "")
    return InvalidPayloadError(
        f"no client for deliveries with the header {told[:40]}" if told else "no header of a forge's webhook is there"
    )


class App(Protocol):
    """What is needed of a :class:`igitt.auth.GitHubApp`."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The App as the forge describes it."""
        ...

    client: Any


_NO_KEY = (None, None)

#: What clients come from: a client, an App, or a function of the (normalized) headers and the raw body.
Source = Hoster | App | Callable[[Mapping[str, str], bytes], Hoster]


#: How surely a delivery with these (normalized) headers is of a forge; 0 for not at all.
Claim = Callable[[Mapping[str, str]], int]
#: The secret or secrets of a hook, or a function of the (normalized) headers and the raw body that returns them.
Secrets = Secret | Callable[[Mapping[str, str], bytes], Secret | None]


def _claim_of(client: Any) -> Claim:
    """The function that says how surely a client's forge takes a delivery for its own."""
    found: Claim | None = getattr(getattr(client, "_reader", None), "claim", None)
    headers = forge_of(client).webhooks
    return found or (headers.claim if headers is not None else lambda _: 0)


def _checked(secret: Any) -> Any:
    """The secret as it was given, except for an iterator, which would be empty the second time."""
    if isinstance(secret, Iterable) and not isinstance(secret, Collection):
        secret = tuple(secret)
    if not callable(secret):
        check_secret(secret)
    return secret


class Sources:
    """The clients and secrets of a router.

    Args:
        given: clients, Apps or functions; of each forge one, or one function for all.
        secret: the secret or secrets of all hooks; a mapping of them by the forge's name; or a function of (normalized)
            headers and raw body that returns them, also in the mapping.
        myself: the login names of the bot; None to ask for them when they are needed first.

    Raises:
        ValidationError: when nothing could ever be received that way.
    """

    def __init__(
        self, given: tuple[Source, ...], secret: Secrets | Mapping[str, Secrets], myself: Iterable[str] | None
    ) -> None:
        if not given:
            raise ValidationError("a router takes clients, Apps, or a function that returns them; there is none")
        self._by_hoster: dict[str, Hoster] = {}
        self._claims: list[tuple[Hoster, Claim]] = []
        self._apps: dict[str, App] = {}
        self._function: Callable[[Mapping[str, str], bytes], Hoster] | None = None
        for source in given:
            self._add(source)
        self._secret: Any = None
        self._secrets: Mapping[Any, Any] | None = None
        if isinstance(secret, Mapping):
            missing = [name for name in self._by_hoster if name not in secret]
            if missing or not secret:
                raise ValidationError(f"secret= has none for {', '.join(missing) or 'any forge'}: {list(secret)!r}")
            for one in secret.values():
                _checked(one)
            by_forge: Mapping[Any, Any] = secret
            self._secrets = by_forge  # which may be changed, as a list of secrets may
        else:
            self._secret = _checked(secret)
        # By forge: the secret as it was given, and as deliveries are verified with it.
        self._keys: dict[str, tuple[Any, Any]] = {}
        several = [myself] if isinstance(myself, str) else myself
        self._myself = None if several is None else frozenset(name.casefold() for name in several)
        self._names: dict[tuple[str, str], str] = {}

    def _add(self, source: Source) -> None:
        app: Any = source
        client = source if isinstance(source, Hoster) else getattr(app, "client", None)
        if not isinstance(client, Hoster):
            if not callable(app) or self._function is not None:
                raise ValidationError(f"a router takes clients, Apps, or one function, not {source!r}")
            self._function = cast("Callable[[Mapping[str, str], bytes], Hoster]", source)
            return
        if client.hoster in self._by_hoster:
            raise ValidationError(f"two clients of {client.hoster}: let a function choose between them")
        self._by_hoster[client.hoster] = client
        self._claims.append((client, _claim_of(client)))
        if client is not source:
            self._apps[client.hoster] = app

    def admit(self, headers: Mapping[str, str]) -> None:
        """Refuse a delivery whose headers alone show that it is not signed.

        Args:
            headers: normalized headers.

        Raises:
            InvalidPayloadError: when it is not a delivery of a forge that there is a client of.
            InvalidSignatureError: when nothing signs it, or the secret that it brings is not the hook's.
        """
        client = self._claiming(headers)
        if client is None and self._function is None:
            raise _no_client(headers)
        secret = self._secret if self._secrets is None or client is None else self._secrets.get(client.hoster)
        check_headers(headers, secret, () if client is None else forge_of(client).signatures)

    def now(self, client: Any) -> float:
        """The time by a client's clock, in seconds since the epoch."""
        transport = getattr(client, "transport", None)
        clock: Clock = SYSTEM_CLOCK if transport is None else transport.clock
        return clock.time()

    def _claiming(self, headers: Mapping[str, str]) -> Hoster | None:
        """The client whose forge claims the delivery most surely; None where none does."""
        found, most = None, 0
        for client, claim in self._claims:
            surely = claim(headers)
            if surely > most:
                found, most = client, surely
        return found

    def find(self, headers: Mapping[str, str], body: bytes) -> tuple[Hoster, Any]:
        """The client and the secret for a delivery.

        Args:
            headers: normalized headers.
            body: the body as it came, which nobody has verified yet.

        Raises:
            InvalidPayloadError: when it is not a delivery of a forge that there is a client of.
        """
        client = self._claiming(headers)
        if client is None and self._function is not None:
            client = self._function(headers, body)
        if client is None:
            raise _no_client(headers)
        secret = self._secret if self._secrets is None else self._secrets.get(client.hoster)
        if callable(secret):
            return client, secret(headers, body)
        given, key = self._keys.get(client.hoster, _NO_KEY)
        if given is not secret:
            given, key = self._keys[client.hoster] = secret, keyed(secret)
        return client, key

    @property
    def clients(self) -> tuple[Hoster, ...]:
        """The clients that are known; a function may return others."""
        return tuple(self._by_hoster.values())

    def client_of(self, hoster: str) -> Hoster:
        """The client for a forge; ValidationError where only a function knows."""
        if hoster not in self._by_hoster:
            raise ValidationError(f"this router has no client of {hoster}; use Event.from_json(text, client)")
        return self._by_hoster[hoster]

    def is_own(self, event: Event, sender: str) -> bool:
        """Whether the bot itself did it; asks the forge once who that is, unless it was given.

        Raises:
            IGittError: when the forge cannot be asked.
        """
        if self._myself is not None:
            return sender in self._myself
        who: Any = event.sender
        client = who.client
        key = (event.instance, "" if event.hoster in self._apps or client.token is None else client.token.identity)
        if key not in self._names:
            self._names[key] = self._name(event.hoster, client)
        return bool(sender) and sender == self._names[key]

    def _name(self, hoster: str, client: Hoster) -> str:
        """The bot's own login name in lower case; empty for a credential that belongs to no user."""
        token: Any = getattr(client, "token", None)
        if token is None:
            return ""
        try:
            if hoster in self._apps:
                return f"{self._apps[hoster].data['slug']}[bot]".casefold()
            return client.user.username.casefold()
        except (AuthenticationError, PermissionDeniedError, ElementDoesntExistError):
            return ""
