"""Which class serves which host, and the short way from a URL to a client or a repository.

Providers are found by name and loaded when they are first needed, igitt's own like those that other packages bring
(entry points of the group ``igitt.hosters``), so that nobody pays for a forge that is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from igitt._base.addresses import host_key
from igitt._base.forges import built_in, installed, load, provider_at, provider_of
from igitt._base.provider import Provider
from igitt._base.trust import belongs, is_among, is_private, place_of
from igitt.auth.token import Token
from igitt.errors import IGittError, ValidationError
from igitt.interfaces.hoster import Hoster
from igitt.interfaces.repository import Repository
from igitt.urls import ParsedUrl, parse_url

__all__ = ["client_class", "get_hoster", "get_repo", "hoster_class", "register_hoster"]

#: What the program registered: ``host``, ``host:port`` or either with a path, to class.
_registered: dict[str, type[Hoster]] = {}

#: A token, its text, None; or where to find the one for a host.
Wallet = Token | str | Mapping[str, Any] | Callable[[str], Any] | None


def register_hoster(host: str, cls: type[Hoster] | Provider) -> None:
    """Say which class serves a host, for this process.

    Args:
        host: the host, with the port if it has one of its own, and with the path if the instance lies below one:
            ``"git.example.com"``, ``"localhost:8080"``, ``"example.com/gitlab"``. A URL is fine.
        cls: the class of its clients, such as :class:`igitt.GitLab`, or the forge's
            :class:`~igitt.provider.Provider`.

    Raises:
        ValidationError: when it is no host, or no class of clients.

    Example:
        >>> import igitt
        >>> from igitt.gitlab import GitLab
        >>> register_hoster("git.example.com", GitLab)
        >>> igitt.get_repo("git@git.example.com:group/project.git")
        <GitLabRepository group/project>
    """
    if isinstance(cls, Provider):
        cls = client_class(cls)
    if not isinstance(cls, type) or not issubclass(cls, Hoster):
        raise ValidationError(
            f"a host is served by a class of clients (a subclass of igitt.interfaces.Hoster), not by {cls!r}"
        )
    _registered[host_key(host)] = cls


def hoster_class(host: str) -> type[Hoster]:
    """The class that serves a host: the registered one, an installed package's, or the one that the host's name shows.

    Args:
        host: the host, with a port or path where it was registered with one; a URL is fine.

    Raises:
        ValidationError: when nothing is known about the host.
    """
    found = _serving(host_key(host))[0] or _guessed(host_key(host).partition("/")[0].partition(":")[0], None)
    if found is None:
        raise _unknown(host_key(host))
    return found


def get_hoster(url_or_host: str, token: Wallet = None, *, hosts: Iterable[str] | None = None, **options: Any) -> Hoster:
    """A client for the instance that a URL or host belongs to.

    Args:
        url_or_host: ``"gitlab.example.com"``, or any URL on it.
        token: the credential, its text, or a wallet; see :func:`get_repo`.
        hosts: the only hosts that may be asked; see :func:`get_repo`.
        options: further keywords of the client's class.

    Raises:
        ValidationError: when nothing is known about the host, it is none of `hosts`, or the credential would travel
            over plain HTTP.

    Example:
        >>> import igitt
        >>> igitt.get_hoster("gitlab.example.com")
        <GitLab https://gitlab.example.com anonymous>
    """
    text = url_or_host if isinstance(url_or_host, str) else ""
    if text.casefold() not in _registered:
        for one in built_in():
            if text.casefold() == one.name:
                raise ValidationError(
                    f"{text!r} is the name of a forge and no host; the public one is {one.public_host!r}"
                )
    if "://" not in text and "@" not in text:
        text = f"https://{host_key(url_or_host)}"
    cls, base, _ = _resolve(text)
    _check_host(base, hosts)
    return _client(cls, base, token, options)


def get_repo(
    url: str, wallet_or_token: Wallet = None, *, hosts: Iterable[str] | None = None, **options: Any
) -> Repository:
    """The repository that a URL is about; sends nothing.

    Args:
        url: for cloning, of a page, or of the API.
        wallet_or_token: the credential or its text; or a wallet: a mapping from instance to either, or a function that
            is given the instance. An instance is ``"host"``, ``"host:port"`` where its web address has a port, and
            ``"host/path"`` where it lies below a path. A wallet's credential travels over HTTPS (or on loopback); over
            plain HTTP only if the mapping's key says ``"http://…"``. An instance that is not in the wallet is used
            without any credential. A credential that is given alone goes to the host of the URL, whichever that is:
            for URLs of strangers, give a wallet.
        hosts: the only hosts that may be asked, with or without a credential: for URLs of strangers, who could name
            machines that only this one reaches.
        options: further keywords of the client's class.

    Raises:
        ValidationError: when the URL names no repository, nothing is known about its host, it is none of `hosts`, or a
            credential that was given alone would travel over plain HTTP.

    Example:
        >>> import igitt
        >>> igitt.get_repo("https://github.com/octocat/Hello-World/issues/5", {"github.com": "ghp_x"})
        <GitHubRepository octocat/Hello-World>
    """
    cls, base, found = _resolve(url)
    name = found.repository_id or found.full_name
    if name is None or found.kind in {"user", "organization", "owner", "instance"}:
        raise ValidationError(f"the URL leads to {found.base}, but to no repository; it needs owner and name")
    _check_host(base, hosts)
    return _client(cls, base, wallet_or_token, options).get_repo(name)


# --- from a host to a class ------------------------------------------------------------------------------------------


def _serving(key: str) -> tuple[type[Hoster] | None, str]:
    """The class that was registered or installed for a host (with port and path), and the key that it is known by."""
    fitting = [known for known in (*_registered, *installed()) if key == known or key.startswith(known + "/")]
    for known in sorted(fitting, key=len, reverse=True):
        return _registered[known] if known in _registered else _loaded(installed()[known].place), known
    return None, ""


def _guessed(host: str, hint: str | None) -> type[Hoster] | None:
    found = provider_at(host)
    if found is None and hint is not None:
        found = provider_of(hint)
    return None if found is None else client_class(found)


def client_class(provider: Provider) -> type[Hoster]:
    """The class of a forge's clients, loaded by now.

    Raises:
        IGittError: when it cannot be loaded, or is not a provider.
    """
    return _loaded(provider.client)


def _loaded(place: str) -> type[Hoster]:
    found = load(place)
    if isinstance(found, Provider):
        place, found = found.client, load(found.client)
    if not isinstance(found, type) or not issubclass(found, Hoster):
        raise IGittError(f"the provider {place} is no class of clients (a subclass of igitt.interfaces.Hoster)")
    return found


def _unknown(host: str) -> ValidationError:
    names = [one.client.partition(":")[2] for one in reversed(built_in())]
    return ValidationError(
        f"nothing is known about {host}; tell what it is with igitt.register_hoster({host!r}, igitt.{names[-1]}), "
        f"or {', '.join(names[:-1])}"
    )


# --- from a URL to a client ------------------------------------------------------------------------------------------


def _resolve(url: str) -> tuple[type[Hoster], str, ParsedUrl]:
    """The class for a URL, the web address of its instance, and what it refers to."""
    found = parse_url(url)
    parts = urlsplit(found.base)
    path = f"/{found.full_name}" if found.full_name else ""
    # The instance's own path looks like a part of the name until it is known that there is one.
    for place in (f"{parts.netloc}{parts.path}{path}", f"{found.host}{path}"):
        cls, known = _serving(place)
        if cls is not None:
            inside = known.partition("/")[2]
            base = f"{parts.scheme}://{parts.netloc}/{inside}" if inside else found.base
            forge = getattr(cls, "provider", None)
            # Its own words say more than a guess about an unknown host.
            again = (inside and found.base != base) or (forge is not None and found.hoster != forge.name)
            return cls, base, parse_url(url, base=base if inside else None, provider=forge) if again else found
    cls = _guessed(found.host, found.hoster)
    if cls is None:
        raise _unknown(parts.netloc)
    return cls, found.base, found


def _check_host(base: str, hosts: Iterable[str] | None) -> None:
    """Refuse an instance that the caller does not want to be asked."""
    if hosts is None:
        return
    known = [hosts] if isinstance(hosts, str) else list(hosts)
    if not is_among(base, known):
        named = ", ".join(known) or "none"
        raise ValidationError(f"{urlsplit(base).netloc} is none of the hosts that may be asked ({named})")


def _client(cls: type[Hoster], base: str, wallet: Wallet, options: Mapping[str, Any]) -> Hoster:
    token = _from_wallet(wallet, base)
    make: Any = cls
    if isinstance(token, Token) and not options and _public_url(cls) == base:
        found: Hoster = make.for_token(token)  # the one that objects made from this token share
        return found
    client: Any = make(token, base, **options)
    if wallet is not None and token is None and (transport := getattr(client, "transport", None)) is not None:
        transport.stay_anonymous()  # who gave a wallet said whom he trusts with what
    made: Hoster = client
    return made


def _public_url(cls: type[Hoster]) -> str | None:
    forge: Provider | None = getattr(cls, "provider", None)
    return None if forge is None else forge.public_url


def _from_wallet(wallet: Wallet, base: str) -> Token | str | None:
    """The credential for an instance; None if the wallet has none."""
    if wallet is None:
        return None
    if isinstance(wallet, Token | str):
        if not is_private(base):
            raise ValidationError(
                f"everybody on the way would read the token that is sent to {base}; use https://, or say that it may "
                f"go there: {{{base!r}: token}}, or a client of that address"
            )
        return wallet
    token: Any = None
    if isinstance(wallet, Mapping):
        named = (one for one in wallet if isinstance(one, str) and belongs(one, base))
        token = next((wallet[one] for one in named if wallet[one] is not None), None)
    elif callable(wallet):
        # A function sees no scheme, and could not say that it means plain HTTP.
        token = wallet(place_of(base)) if is_private(base) else None
    else:
        raise ValidationError(
            f"a wallet is a mapping from host to token or a function of the host, not {type(wallet).__name__}"
        )
    if token is not None and not isinstance(token, Token | str):
        raise ValidationError(
            f"the wallet's token for {place_of(base)} is a {type(token).__name__}, not a token or its text"
        )
    return token
