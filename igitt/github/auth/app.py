"""A GitHub App, as itself: where it is installed, the clients of its installations, and its webhook.

The one room of :mod:`igitt.auth` that knows :mod:`igitt.github`, which knows nothing of it.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn, Self, Unpack

from igitt._base import json as _json
from igitt._base.clock import SYSTEM_CLOCK
from igitt._base.paths import segment
from igitt.auth.store import SharedTokenStore
from igitt.client import ClientOptions
from igitt.errors import ElementDoesntExistError, ErrorContext, ValidationError
from igitt.github import GitHub, GitHubInstallation
from igitt.github.auth.installation import GitHubInstallationToken
from igitt.github.auth.jsonwebtoken import GitHubJsonWebToken, PrivateKey
from igitt.interfaces.convert import integer, optional_instant, optional_integer, optional_text, text
from igitt.interfaces.element import Element
from igitt.interfaces.lists import PaginatedList
from igitt.urls import parse_url

__all__ = ["AppDelivery", "GitHubApp"]

#: How many clients with a scope of their own are kept; the ones that were used longest ago are let go.
_SCOPED_CLIENTS = 1000


@dataclass(frozen=True, slots=True)
class AppDelivery:
    """A delivery of an App's webhook, as GitHub remembers it (for three days).

    Attributes:
        identifier: its number, which :meth:`GitHubApp.redeliver` takes.
        guid: what its ``X-GitHub-Delivery`` header said; a redelivery has the same.
        event: the event's name.
        action: what happened, None for events without one.
        status: ``"OK"``, or why it failed.
        status_code: the HTTP status that the bot answered, 0 if it did not.
        delivered_at: when, in UTC.
        duration: how many seconds the bot took.
        is_redelivery: whether it was sent again.
        installation_id: which installation it was for.
        data: the JSON as it came; with ``request`` and ``response`` if it was got by :meth:`GitHubApp.get_delivery`.
    """

    identifier: int
    guid: str
    event: str
    action: str | None
    status: str
    status_code: int
    delivered_at: datetime | None
    duration: float
    is_redelivery: bool
    installation_id: int | None
    data: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def is_ok(self) -> bool:
        """Whether the bot took it."""
        return self.status == "OK"

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Make one of the JSON that GitHub sends."""
        return cls(
            integer(data.get("id")),
            text(data.get("guid")),
            text(data.get("event")),
            optional_text(data.get("action")),
            text(data.get("status")),
            optional_integer(data.get("status_code")) or 0,
            optional_instant(data.get("delivered_at")),
            float(data.get("duration") or 0.0),
            bool(data.get("redelivery")),
            optional_integer(data.get("installation_id")),
            data,
        )


class GitHubApp:
    """A GitHub App. Safe to use from many threads; use it as a context manager to close its connections.

    Args:
        app_id: the App's id or client id.
        private_key: the App's key, or the new and the old one while it is being changed; see
            :class:`~igitt.auth.GitHubJsonWebToken`.
        url: the web address of the instance.
        token_store: through which tokens are shared with other processes; if not given,
            :data:`~igitt.auth.TokenStore` if that is in use.
        options: the keywords of :class:`igitt.client.Client`, for the App's own client and for those of its
            installations. With ``read_only=True``, tokens are minted all the same.

    Raises:
        ValidationError: when key, id or an option make no sense.

    Source: https://docs.github.com/en/rest/apps

    Example:
        >>> from igitt.testing import Sandbox
        >>> sandbox = Sandbox(socket=False)
        >>> known = sandbox.github.add_app("triage", permissions={"issues": "write"}, owner="acme")
        >>> app = GitHubApp(known.id, known.private_key)
        >>> app
        <GitHubApp ... https://github.com>
    """

    def __init__(
        self,
        app_id: int | str,
        private_key: PrivateKey | Sequence[PrivateKey],
        url: str = "https://github.com",
        *,
        token_store: SharedTokenStore | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        #: The App's JWT.
        self.jwt = GitHubJsonWebToken(
            private_key, app_id, token_store=token_store, clock=options.get("clock", SYSTEM_CLOCK)
        )
        #: The client that speaks as the App itself, which may do little more than what this class does.
        self.client = GitHub(self.jwt, url, **options)
        self._scoped: OrderedDict[str, GitHub] = OrderedDict()
        # By process: a lock that another thread held when this process was forked stays locked here for ever.
        self._locks: dict[int, threading.Lock] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.jwt.app_id} {self.client.web_url}>"

    @property
    def data(self) -> Mapping[str, Any]:
        """The App as GitHub describes it: ``slug``, ``permissions``, ``events``, …; ``GET /app``."""
        found: Mapping[str, Any] = self.client.get("app")
        return found

    # --- installations -----------------------------------------------------------------------------------------------

    @property
    def installations(self) -> PaginatedList[GitHubInstallation]:
        """Where the App is installed; ``GET /app/installations``."""
        return self.client.list("app/installations", self.client.Installation)

    def get_installation(self, identifier: int) -> GitHubInstallation:
        """The installation of that number; sends nothing."""
        return GitHubInstallation(self.client, identifier)

    def installation_for(self, where: str | Element) -> GitHubInstallation:
        """The installation at a repository, an organization or a user.

        Args:
            where: a repository, an organization or a user; or ``"org/repo"``, a repository's URL, or an account's name.

        Raises:
            ElementDoesntExistError: when the App is not installed there.
            ValidationError: when `where` is none of these.

        Source: https://docs.github.com/en/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app
        """
        paths = _places(where)
        for path in paths[:-1]:
            try:
                return self._installation_at(path)
            except ElementDoesntExistError:
                continue
        try:
            return self._installation_at(paths[-1])
        except ElementDoesntExistError as error:
            context = ErrorContext(url=error.url, method=error.method, request_id=error.request_id, data=error.data)
            raise ElementDoesntExistError(
                f"App {self.jwt.app_id} is not installed at {paths[-1]}: is the name right, has the App access to it?",
                error.status,
                **context,
            ) from error

    def _installation_at(self, path: str) -> GitHubInstallation:
        return GitHubInstallation.from_data(self.client.get(f"{path}/installation"), self.client)

    def client_for(
        self,
        installation: int | str | Element,
        *,
        repositories: Iterable[str | int] | None = None,
        permissions: Mapping[str, str] | None = None,
    ) -> GitHub:
        """The client that acts as an installation: one and the same for the same arguments, so that a token serves all.

        Args:
            installation: an installation or its number, which sends nothing; or what :meth:`installation_for` takes.
            repositories: the repositories that its token is for, by name without owner or by id; all if not given.
            permissions: what its token may do, such as ``{"issues": "write"}``; all that was granted if not given.

        Raises:
            ElementDoesntExistError: when the App is not installed there.
            ValidationError: when an argument makes no sense.
        """
        if isinstance(installation, GitHubInstallation):
            number = integer(installation.identifier)
        elif isinstance(installation, int):
            number = installation
        else:
            number = integer(self.installation_for(installation).identifier)
        if repositories is None and permissions is None:
            return self.client.as_installation(number)
        token = GitHubInstallationToken(
            number,
            self.jwt,
            repositories=repositories,
            permissions=permissions,
            url=self.client.web_url,
            clock=self.client.transport.clock,
        )
        with self._locks.setdefault(os.getpid(), threading.Lock()):
            found = self._scoped.get(token.identity)
            if found is None:
                found = self._scoped[token.identity] = self.client.with_token(token)
                while len(self._scoped) > _SCOPED_CLIENTS:
                    self._scoped.popitem(last=False)
            self._scoped.move_to_end(token.identity)
            return found

    # --- the webhook -------------------------------------------------------------------------------------------------

    def client_of(self, delivery: bytes) -> GitHub:
        """The client to read a delivery of this App's webhook with: the kept one of its installation, else the App's.

        Nobody has verified the body yet, so nothing is made of what it names: a stranger could have as many clients
        made as he likes. Either client's :meth:`~igitt.interfaces.Hoster.parse_webhook` verifies it, and what it gives
        is made with the installation's client. ``Router(app, secret=…)`` and ``app.client.parse_webhook(…)`` do the
        same without this.

        Args:
            delivery: the body as it came.
        """
        try:
            payload = _json.loads(delivery)
        except (ValueError, RecursionError):
            return self.client
        installation = payload.get("installation") if isinstance(payload, dict) else None
        identifier = installation.get("id") if isinstance(installation, dict) else None
        known = self.client.known_installation(identifier) if isinstance(identifier, int) else None
        return self.client if known is None else known

    @property
    def deliveries(self) -> PaginatedList[AppDelivery]:
        """What the App's webhook was sent, the newest first; ``GET /app/hook/deliveries``."""
        return self.client.list_of("app/hook/deliveries", AppDelivery.from_data)

    def get_delivery(self, identifier: int) -> AppDelivery:
        """A delivery with its request and response; ``GET /app/hook/deliveries/{id}``."""
        return AppDelivery.from_data(self.client.get(f"app/hook/deliveries/{segment(identifier, 'delivery')}"))

    def redeliver(self, delivery: int | AppDelivery) -> None:
        """Have a delivery sent again; ``POST /app/hook/deliveries/{id}/attempts``."""
        identifier = delivery.identifier if isinstance(delivery, AppDelivery) else delivery
        self.client.request("POST", f"app/hook/deliveries/{segment(identifier, 'delivery')}/attempts")

    def attempts(self, delivery: AppDelivery) -> list[AppDelivery]:
        """Each time that a delivery was sent, itself included, the newest first, as far as GitHub remembers."""
        found = []
        for one in self.deliveries:
            if one.guid == delivery.guid:
                found.append(one)
                if not one.is_redelivery:
                    break  # the first time: there is nothing older
        return found

    def redeliver_failed(self, since: datetime) -> list[AppDelivery]:
        """Have everything sent again that did not reach the bot since a time, in the order in which it happened.

        What reached it at another attempt is left alone. GitHub does nothing of the kind by itself.

        Args:
            since: from when on, with a time zone; GitHub remembers three days.

        Returns:
            The deliveries that are sent again; whether they arrive shows in :attr:`deliveries` some time later.
        """
        if not isinstance(since, datetime) or since.tzinfo is None:
            raise ValidationError(f"since is a datetime with a time zone, not {since!r}")
        arrived: set[str] = set()
        failed: dict[str, AppDelivery] = {}
        for one in self.deliveries:
            if one.delivered_at is not None and one.delivered_at < since:
                break
            if one.is_ok:
                arrived.add(one.guid)
            else:
                failed.setdefault(one.guid, one)
        again = [one for guid, one in reversed(failed.items()) if guid not in arrived]
        for one in again:
            self.redeliver(one)
        return again

    @property
    def hook_config(self) -> Mapping[str, Any]:
        """Where and how the webhook is sent: ``url``, ``content_type``, ``insecure_ssl``; ``GET /app/hook/config``."""
        found: Mapping[str, Any] = self.client.get("app/hook/config")
        return found

    def edit_hook_config(
        self, *, url: str | None = None, secret: str | None = None, content_type: str | None = None
    ) -> Mapping[str, Any]:
        """Change the webhook, and give what it is then; ``PATCH /app/hook/config``.

        Args:
            url: where it is sent.
            secret: what it is signed with.
            content_type: ``"json"`` or ``"form"``, which is GitHub's default.
        """
        if content_type not in {None, "json", "form"}:
            raise ValidationError(f"the content_type of a webhook is 'json' or 'form', not {content_type!r}")
        body = {"url": url, "secret": secret, "content_type": content_type}
        body = {key: value for key, value in body.items() if value is not None}
        found: Mapping[str, Any] = self.client.request("PATCH", "app/hook/config", json=body).data
        return found

    # --- life --------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the connections of its own client and of those with a scope. Each can be used again afterwards."""
        for client in (self.client, *self._scoped.values()):
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError(
            "a GitHubApp cannot be pickled: it holds the App's private key; make it again where it is needed"
        )


def _places(where: object) -> list[str]:
    """The API paths at which to ask for an installation, one after the other."""
    if isinstance(where, Element) and where.kind in {"repository", "organization", "user"}:
        return [_path(where)]
    if not isinstance(where, str):
        raise ValidationError(f"an App is installed at a repository, an organization or a user, not at {where!r}")
    name: str | None = where.strip()
    if "://" in where or "@" in where:
        name = parse_url(where).full_name
    owner, mark, repository = (name or "").partition("/")
    if mark:
        return [f"repos/{segment(owner, 'owner')}/{segment(repository, 'repository')}"]
    return [f"{kind}/{segment(owner, 'account')}" for kind in ("orgs", "users")]


def _path(element: Any) -> str:
    if element.kind == "user":
        return f"users/{segment(element.username, 'user')}"
    path: str = element.api_path
    return path
