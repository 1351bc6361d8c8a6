"""Whose delivery it is: the client that its objects are made with, its secret, and the bot's own name there.

Forges are told apart by their headers. Nothing is verified and no body is decoded here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, cast

from igitt.clock import SYSTEM_CLOCK, Clock
from igitt.errors import (
    AuthenticationError,
    ElementDoesntExistError,
    InvalidPayloadError,
    PermissionDeniedError,
    ValidationError,
)
from igitt.interfaces.hoster import Hoster
from igitt.webhooks.events import Event
from igitt.webhooks.signatures import Secret, check_headers, keyed

__all__ = ["App", "Source", "Sources"]

#: The headers by which a forge's delivery is known, and whose they are.
_HEADERS = {
    "x-github-event": "github",
    "x-gitlab-event": "gitlab",
    "x-gitlab-token": "gitlab",
    "webhook-signature": "gitlab",
}


def _no_client(hoster: str) -> InvalidPayloadError:
    return InvalidPayloadError(
        f"no client for deliveries of {hoster}" if hoster else "no header of a forge's webhook is there"
    )


class App(Protocol):
    """What a :class:`igitt.auth.GitHubApp` gives."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The App as the forge describes it."""
        ...

    client: Any


_NO_KEY = (None, None)

#: What clients come from: a client, an App, or a function of the (normalized) headers and the raw body.
Source = Hoster | App | Callable[[Mapping[str, str], bytes], Hoster]


class Sources:
    """The clients and secrets of a router.

    Args:
        given: clients, Apps or functions; of each forge one, or one function for all.
        secret: the secret or secrets of all hooks; or a mapping of them by the forge's name.
        myself: the login names of the bot; None to ask for them when they are needed first.
    """

    def __init__(
        self, given: tuple[Source, ...], secret: Secret | Mapping[str, Secret] | None, myself: Iterable[str] | None
    ) -> None:
        self._by_hoster: dict[str, Hoster] = {}
        self._apps: dict[str, App] = {}
        self._function: Callable[[Mapping[str, str], bytes], Hoster] | None = None
        for source in given:
            self._add(source)
        self._secret = secret
        self._secrets = secret if isinstance(secret, Mapping) else None
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
                raise ValidationError(f"a router takes clients, GitHub Apps, or one function, not {source!r}")
            self._function = cast("Callable[[Mapping[str, str], bytes], Hoster]", source)
            return
        if client.hoster in self._by_hoster:
            raise ValidationError(f"two clients of {client.hoster}: let a function choose between them")
        self._by_hoster[client.hoster] = client
        if client is not source:
            self._apps[client.hoster] = app

    def admit(self, headers: Mapping[str, str]) -> None:
        """Refuse what its headers alone tell to be no signed delivery.

        Args:
            headers: normalized headers.

        Raises:
            InvalidPayloadError: when it is no delivery of a forge that there is a client of.
            InvalidSignatureError: when nothing signs it, or the secret that it brings is not the hook's.
        """
        hoster = next((name for header, name in _HEADERS.items() if header in headers), "")
        if self._function is None and hoster not in self._by_hoster:
            raise _no_client(hoster)
        if not isinstance(self._secret, Mapping) or hoster in self._secret:
            check_headers(headers, self._secret_for(hoster))

    def now(self, client: Any) -> float:
        """The time by a client's clock, in seconds since the epoch."""
        transport = getattr(client, "transport", None)
        clock: Clock = SYSTEM_CLOCK if transport is None else transport.clock
        return clock.time()

    def _secret_for(self, hoster: str) -> Any:
        return self._secret if self._secrets is None else self._secrets.get(hoster)

    def find(self, headers: Mapping[str, str], body: bytes) -> tuple[Hoster, Any]:
        """The client and the secret for a delivery.

        Args:
            headers: normalized headers.
            body: the body as it came, which nobody has verified yet.

        Raises:
            InvalidPayloadError: when it is no delivery of a forge that there is a client of.
        """
        hoster = ""
        for header, name in _HEADERS.items():
            if header in headers:
                hoster = name
                break
        client = self._by_hoster.get(hoster)
        if client is None and self._function is not None:
            client = self._function(headers, body)
        if client is None:
            raise _no_client(hoster)
        secret = self._secret_for(client.hoster)
        given, key = self._keys.get(client.hoster, _NO_KEY)
        if given is not secret:
            given, key = self._keys[client.hoster] = secret, keyed(secret)
        return client, key

    def client_of(self, hoster: str) -> Hoster:
        """The client for a forge; ValidationError where only a function knows."""
        if hoster not in self._by_hoster:
            raise ValidationError(f"this router has no client of {hoster}; use Event.from_json(text, client)")
        return self._by_hoster[hoster]

    def is_own(self, event: Event, sender: str) -> bool:
        """Whether the bot itself did it; asks the forge once who that is, unless it was told.

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
        """The bot's own login name in small letters; empty for a credential that is nobody's."""
        token: Any = getattr(client, "token", None)
        if token is None:
            return ""
        try:
            if hoster in self._apps:
                return f"{self._apps[hoster].data['slug']}[bot]".casefold()
            return client.user.username.casefold()
        except (AuthenticationError, PermissionDeniedError, ElementDoesntExistError):
            return ""
