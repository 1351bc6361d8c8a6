"""Which forges are known: those that igitt brings, one table, and those that installed packages bring.

A package brings one by an entry point of the group ``igitt.hosters``. What it names is looked up once, because that
reads every installed package's metadata, and loaded only where no forge of the table knows the host.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from igitt._base.addresses import host_key
from igitt._base.provider import Provider
from igitt.errors import IGittError, ValidationError

__all__ = [
    "CLAIMED_TWICE", "Installed", "built_in", "installed", "is_owned", "load", "outside", "provider_at", "provider_of",
    "providers",
]  # fmt: skip

_log = logging.getLogger("igitt")

#: The forges that igitt brings: where the value of each is. What is written first is guessed first.
_TABLE = {"gitlab": "igitt.gitlab.provider:GITLAB", "github": "igitt.github.provider:GITHUB"}
#: No place of anything: two packages say that they serve the host.
CLAIMED_TWICE = ""


class Installed(NamedTuple):
    """What an entry point names: the ``module:name``, and which package it is of."""

    place: str
    package: str


@cache
def built_in() -> tuple[Provider, ...]:
    """The forges that igitt brings."""
    return tuple(load(place) for place in _TABLE.values())


def providers() -> tuple[Provider, ...]:
    """Every forge that is known, igitt's own first."""
    return (*built_in(), *outside())


def provider_of(name: str) -> Provider:
    """The forge of a name.

    Args:
        name: its name, such as ``"github"``.

    Raises:
        ValidationError: when there is none of that name.

    Example:
        >>> from igitt.provider import provider_of
        >>> provider_of("gitlab").public_url
        'https://gitlab.com'
    """
    if name in _TABLE:
        own: Provider = load(_TABLE[name])
        return own
    found = next((one for one in outside() if one.name == name), None)
    if found is None:
        known = ", ".join(sorted(one.name for one in providers()))
        raise ValidationError(f"no forge is called {name!r}; known are {known}")
    return found


def provider_at(host: str) -> Provider | None:
    """The forge of a host, as far as its name shows it; None where it does not.

    The hosts of igitt's own come first: whatever is installed beside igitt must not get github.com's credentials.

    Raises:
        IGittError: when two installed packages say that it is theirs.
    """
    host = host.lower()
    own = next((one for one in built_in() if one.is_at(host)), None)
    if own is not None:
        return own
    if is_owned(host):
        return None
    theirs = [one for one in outside() if one.is_at(host)]
    if len(theirs) > 1:
        raise IGittError(twice())
    if theirs:
        return theirs[0]
    known = providers()
    if any(host.endswith(site) for one in known for site in one.sites):
        return None
    label = host.partition(".")[0]
    return next((one for one in known if any(word in label for word in one.host_words)), None)


def is_owned(host: str) -> bool:
    """Whether a host lies in a domain of one of igitt's own forges."""
    return any(one.owns(host) for one in built_in())


@cache
def outside() -> tuple[Provider, ...]:
    """The forges that installed packages bring; one that cannot be loaded is skipped with a warning."""
    found: list[Provider] = []
    for key, (place, package) in installed().items():
        if place == CLAIMED_TWICE:
            continue
        try:
            value = load(place)
        except IGittError as error:
            _log.warning("%s brings a forge that is skipped: %s", package, error)
            continue
        value = getattr(value, "provider", None) if isinstance(value, type) else value
        if not isinstance(value, Provider):
            if value is not None:
                _log.warning("%s brings %s for %s, which is no igitt.provider.Provider: skipped", package, place, key)
            continue
        if value in found or value in built_in():
            continue
        if value.name in _TABLE or any(one.name == value.name for one in found):
            _log.warning("%s brings a forge called %s, which there is already: skipped", package, value.name)
            continue
        claimed = next((one for one in (*value.hosts, *value.domains) if is_owned(one.removeprefix("."))), None)
        if claimed is not None:
            _log.warning("%s claims %s, which register_hoster() alone may change: skipped", package, claimed)
            continue
        found.append(value)
    return tuple(found)


@cache
def installed() -> dict[str, Installed]:
    """What other packages bring: by the entry point's name, which is a host or the forge's name."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - its import costs more than the rest of this module

    places: dict[str, Installed] = {}
    for found in entry_points(group="igitt.hosters"):
        package = _package(found)
        try:
            key = host_key(found.name)
        except ValidationError:
            _log.warning("%s names %r as a host, which is none: ignored", package, found.name)
            continue
        if is_owned(key.partition("/")[0].partition(":")[0]):
            _log.warning("%s claims %s, which register_hoster() alone may change: ignored", package, key)
        elif places.setdefault(key, Installed(found.value, package)).place != found.value:
            places[key] = Installed(CLAIMED_TWICE, package)
    return places


def _package(found: Any) -> str:
    """Which installed package an entry point is of."""
    distribution = getattr(found, "dist", None)
    name = getattr(distribution, "name", None)
    return f"the installed package {name}" if name else "an installed package"


def twice() -> str:
    """What is said where two packages serve one host."""
    return (
        "two installed packages say that they serve this host, and its credential must not go to the wrong one; "
        "uninstall one, or choose with igitt.register_hoster(host, cls)"
    )


@cache
def load(place: str) -> Any:
    """What a ``module:name`` names.

    Raises:
        IGittError: when it cannot be loaded.
    """
    if place == CLAIMED_TWICE:
        raise IGittError(twice())
    module, _, name = place.partition(":")
    try:
        return getattr(import_module(module.strip()), name.strip())
    except Exception as error:
        raise IGittError(f"the provider {place} cannot be loaded: {error!r}") from error
