"""What a forge gave out to be let in with, as plain data beside :mod:`.model`: Apps, installations and tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from igitt.testing.sandbox.model import Organization, User
    from igitt.testing.sandbox.oauth import Application

__all__ = ["App", "Installation", "Token"]


@dataclass(slots=True, eq=False)
class App:
    """A GitHub App; ``keys`` makes its own pair of keys, once they are asked for."""

    id: int
    slug: str
    name: str
    client_id: str
    owner: User | Organization
    bot: User
    permissions: dict[str, str]
    events: list[str]
    created: datetime
    updated: datetime
    keys: Callable[[], tuple[str, str]] = field(repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    webhook_url: str | None = None
    client_secret: str = field(default="", repr=False)

    @property
    def private_key(self) -> str:
        """The key that it signs with, as PEM text."""
        return self.keys()[0]

    @property
    def public_key(self) -> str:
        """What its signatures are checked by, as PEM text."""
        return self.keys()[1]


@dataclass(slots=True, eq=False)
class Installation:
    """An App on an account; ``repositories`` is None for all, else the ids chosen."""

    id: int
    app: App
    account: User | Organization
    permissions: dict[str, str]
    events: list[str]
    created: datetime
    updated: datetime
    repositories: set[int] | None = None
    suspended: datetime | None = None
    suspended_by: User | None = None


@dataclass(slots=True, eq=False)
class Token:
    """A credential that the forge gave out; ``value`` stays out of the repr.

    ``scopes`` of none means all, unless it is ``unscoped``. ``owner`` is whose things a fine-grained one is for.
    """

    value: str = field(repr=False)
    user: User
    kind: str
    created: datetime
    expires: datetime | None = None
    scopes: list[str] = field(default_factory=list)
    installation: Installation | None = None
    usable_from: float = 0.0
    permissions: dict[str, str] = field(default_factory=dict)
    repositories: set[int] | None = None
    application: Application | None = None
    refresh_token: str | None = field(default=None, repr=False)
    by_device: bool = False
    unscoped: bool = False
    owner: User | Organization | None = None
