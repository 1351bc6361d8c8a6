"""How an object that was unpickled finds a client again: by the function that the process was given, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from igitt.errors import IGittError, ValidationError

__all__ = ["Unbound", "resolve", "use_clients"]

_resolver: Callable[[str, str], Any] | None = None


def use_clients(resolver: Callable[[str, str], Any] | None) -> None:
    """Tell the process how objects that were unpickled find a client.

    Args:
        resolver: called with the hoster's name (``"github"``) and the instance's API base URL; gives a client. None
            takes it away again.

    Example:
        >>> import igitt
        >>> clients = {"github": igitt.GitHub("ghp_x"), "gitlab": igitt.GitLab("glpat-x")}
        >>> igitt.use_clients(lambda hoster, url: clients[hoster])
        >>> igitt.use_clients(None)
    """
    global _resolver  # noqa: PLW0603 - the contract's process-wide resolver
    if resolver is not None and not callable(resolver):
        raise ValidationError(f"use_clients takes a function of hoster and url, not {resolver!r}")
    _resolver = resolver


class Unbound:
    """Stands in an unpickled object's place for a client: knows the instance, and has no credential."""

    __slots__ = ("base_url", "hoster")

    def __init__(self, hoster: str, base_url: str) -> None:
        self.hoster = hoster
        self.base_url = base_url


def resolve(unbound: Unbound, kind: str) -> Any:
    """The client that an object without one asks for.

    Raises:
        IGittError: when the process was given no function that returns one.
    """
    if _resolver is None:
        raise IGittError(
            f"this {kind} was unpickled and has no client; give it one with bind(client), or all of them with "
            "igitt.use_clients(…)"
        )
    return _resolver(unbound.hoster, unbound.base_url)
