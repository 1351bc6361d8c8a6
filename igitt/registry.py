"""Which class serves which host, and the short way from a URL to a client or a repository.

Providers are found by name and loaded when they are first needed, igitt's own like those that other packages bring
(entry points of the group ``igitt.hosters``), so that nobody pays for a forge that is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from igitt.auth.token import Token
from igitt.errors import IGittError, ValidationError
from igitt.interfaces.hoster import Hoster
from igitt.interfaces.repository import Repository
from igitt.urls import ParsedUrl, guess_hoster, parse_url

__all__ = ["get_hoster", "get_repo", "hoster_class", "register_hoster"]

_OWN = {"github": "igitt.github:GitHub", "gitlab": "igitt.gitlab:GitLab"}
#: What the program registered: ``host``, ``host:port`` or either with a path, to class.
_registered: dict[str, type[Hoster]] = {}

#: A token, its text, None; or where to find the one for a host.
Wallet = Token | str | Mapping[str, Any] | Callable[[str], Any] | None


def register_hoster(host: str, cls: type[Hoster]) -> None:
    """Say which class serves a host, for this process.

    Args:
        host: the host, with the port if it has one of its own, and with the path if the instance lies below one:
            ``"git.example.com"``, ``"localhost:8080"``, ``"example.com/gitlab"``. A URL is fine.
        cls: the class of its clients, such as :class:`igitt.GitLab`.

    Raises:
        ValidationError: when it is no host, or no class of clients.

    Example:
        >>> import igitt
        >>> from igitt.gitlab import GitLab
        >>> register_hoster("git.example.com", GitLab)
        >>> igitt.get_repo("git@git.example.com:group/project.git")
        <GitLabRepository group/project>
    """
    if not isinstance(cls, type) or not issubclass(cls, Hoster):
        raise ValidationError(f"a host is served by a class of clients such as igitt.GitLab, not by {cls!r}")
    _registered[_key(host)] = cls


def hoster_class(host: str) -> type[Hoster]:
    """The class that serves a host: the registered one, that of an installed package, or what the host's name tells.

    Args:
        host: the host, with a port or path where it was registered with one; a URL is fine.

    Raises:
        ValidationError: when nothing is known about the host.
    """
    found = _serving(_key(host))[0] or _guessed(_key(host).partition("/")[0].partition(":")[0], None)
    if found is None:
        raise _unknown(_key(host))
    return found


def get_hoster(url_or_host: str, token: Wallet = None, **options: Any) -> Hoster:
    """A client for the instance that a URL or host belongs to.

    Args:
        url_or_host: ``"gitlab.example.com"``, or any URL on it.
        token: the credential, its text, or a wallet; see :func:`get_repo`.
        options: further keywords of the client's class.

    Raises:
        ValidationError: when nothing is known about the host.

    Example:
        >>> import igitt
        >>> igitt.get_hoster("gitlab.example.com")
        <GitLab https://gitlab.example.com anonymous>
    """
    text = url_or_host if isinstance(url_or_host, str) else ""
    if "://" not in text and "@" not in text:
        text = f"https://{_key(url_or_host)}"
    cls, base, _ = _resolve(text)
    return _client(cls, base, token, options)


def get_repo(url: str, wallet_or_token: Wallet = None, **options: Any) -> Repository:
    """The repository that a URL is about; sends nothing.

    Args:
        url: for cloning, of a page, or of the API.
        wallet_or_token: the credential or its text; or a wallet: a mapping from host (``"host:port"`` where the web
            address has a port) to either, or a function that is given the host. A host that is not in it is used
            without a credential, as is every host without a wallet. A credential that is given alone goes to the
            host of the URL, whichever that is: for URLs of strangers, give a wallet.
        options: further keywords of the client's class.

    Raises:
        ValidationError: when the URL names no repository, or nothing is known about its host.

    Example:
        >>> import igitt
        >>> igitt.get_repo("https://github.com/octocat/Hello-World/issues/5", {"github.com": "ghp_x"})
        <GitHubRepository octocat/Hello-World>
    """
    cls, base, found = _resolve(url)
    name = found.repository_id or found.full_name
    if name is None or found.kind in {"user", "organization", "owner", "instance"}:
        raise ValidationError(f"the URL leads to {found.base}, but to no repository; it needs owner and name")
    return _client(cls, base, wallet_or_token, options).get_repo(name)


# --- from a host to a class ------------------------------------------------------------------------------------------


def _key(host: object) -> str:
    """Host, port and path out of a host or URL, in one spelling."""
    if not isinstance(host, str) or not host.strip():
        raise ValidationError(f"a host is a text such as 'git.example.com', not {host!r}")
    try:
        parts = urlsplit(host.strip() if "://" in host else f"//{host.strip()}")
        name, port, path = parts.hostname or "", parts.port, parts.path.rstrip("/")
    except ValueError:
        name, port, path = "", None, ""
    if not name or " " in name:
        raise ValidationError(f"{host.rpartition('@')[2]!r} is no host; give one such as 'git.example.com'")
    shown = f"[{name}]" if ":" in name else name
    return f"{shown}{f':{port}' if port is not None else ''}{path}"


def _serving(key: str) -> tuple[type[Hoster] | None, str]:
    """The class that was registered or installed for a host (with port and path), and the key that it is known by."""
    fitting = [known for known in (*_registered, *_installed()) if key == known or key.startswith(known + "/")]
    for known in sorted(fitting, key=len, reverse=True):
        return _registered[known] if known in _registered else _load(_installed()[known]), known
    return None, ""


def _guessed(host: str, hint: str | None) -> type[Hoster] | None:
    name = guess_hoster(host) or hint
    return _load(_OWN[name]) if name in _OWN else None


@cache
def _installed() -> dict[str, str]:
    """What other packages bring, host to place; looked up once, because it reads every installed package's metadata."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - its import costs more than the rest of this module

    return {_key(found.name): found.value for found in entry_points(group="igitt.hosters")}


@cache
def _load(place: str) -> type[Hoster]:
    module, _, name = place.partition(":")
    try:
        found = getattr(import_module(module.strip()), name.strip())
    except Exception as error:
        raise IGittError(f"the provider {place} cannot be loaded: {error!r}") from error
    if not isinstance(found, type) or not issubclass(found, Hoster):
        raise IGittError(f"the provider {place} is no class of clients (a subclass of igitt.interfaces.Hoster)")
    return found


def _unknown(host: str) -> ValidationError:
    return ValidationError(
        f"nothing is known about {host}; tell what it is with igitt.register_hoster({host!r}, igitt.GitLab), or GitHub"
    )


# --- from a URL to a client ------------------------------------------------------------------------------------------


def _resolve(url: str) -> tuple[type[Hoster], str, ParsedUrl]:
    """The class for a URL, the web address of its instance, and what it tells."""
    found = parse_url(url)
    parts = urlsplit(found.base)
    path = f"/{found.full_name}" if found.full_name else ""
    # The instance's own path looks like a part of the name until it is known that there is one.
    for place in (f"{parts.netloc}{parts.path}{path}", f"{found.host}{path}"):
        cls, known = _serving(place)
        if cls is not None:
            inside = known.partition("/")[2]
            base = f"{parts.scheme}://{parts.netloc}/{inside}" if inside else found.base
            return cls, base, parse_url(url, base=base) if inside and found.base != base else found
    cls = _guessed(found.host, found.hoster)
    if cls is None:
        raise _unknown(parts.netloc)
    return cls, found.base, found


def _client(cls: type[Hoster], base: str, wallet: Wallet, options: Mapping[str, Any]) -> Hoster:
    token = _from_wallet(wallet, base)
    make: Any = cls
    if isinstance(token, Token) and not options and getattr(cls, "_public_url", None) == base:
        found: Hoster = make.for_token(token)  # the one that objects made from this token share
        return found
    client: Hoster = make(token, base, **options)
    return client


def _from_wallet(wallet: Wallet, base: str) -> Token | str | None:
    """The credential for an instance; None if the wallet has none."""
    if wallet is None or isinstance(wallet, Token | str):
        return wallet
    parts = urlsplit(base)
    token: Any = None
    if isinstance(wallet, Mapping):
        places = (f"{parts.netloc}{parts.path}", parts.netloc, base)
        token = next((wallet[place] for place in places if place in wallet), None)
    elif callable(wallet):
        token = wallet(parts.netloc)
    else:
        raise ValidationError(
            f"a wallet is a mapping from host to token or a function of the host, not {type(wallet).__name__}"
        )
    if token is not None and not isinstance(token, Token | str):
        raise ValidationError(
            f"the wallet's token for {parts.netloc} is a {type(token).__name__}, not a token or its text"
        )
    return token
