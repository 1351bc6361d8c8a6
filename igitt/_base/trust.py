"""Where a credential may go: the one place that says so. Client, wallet, netrc, command line, git and uploads ask here.

A credential belongs to the instance that its owner named: scheme, host, port and path. Whoever names no scheme means
HTTPS, because everybody on the way reads plain HTTP; on this machine's own loopback nobody is on the way.

Pure functions over text. Nothing is sent, and no forge is known here.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["belongs", "is_among", "is_private", "login_for", "origin_of", "place_of", "printable"]

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
#: What a GitHub App's private key is traded for, within an hour of its making.
_CODE = re.compile(r"/app-manifests/[^/]+")
#: The files that hold logins by machine, where the environment names none (as curl and requests look for them).
_NETRC_FILES = ("~/.netrc", "~/_netrc")


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, in one spelling.

    Example:
        >>> origin_of("HTTPS://Git.Example.com:443/group/project")
        'https://git.example.com'
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return f"{scheme}://{parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(scheme, ' '))}"


def is_private(url: str) -> bool:
    """Whether nobody on the way reads what is sent to a URL: it is HTTPS, or does not leave this machine.

    Example:
        >>> is_private("https://git.example.com"), is_private("http://127.0.0.1:8080"), is_private("http://git.example.com")
        (True, True, False)
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme.lower() == "https":
        return True
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761: these never leave the machine
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def printable(url: str) -> str:
    """A URL as logs and errors may show it: without its query, and without a code that is as good as a key.

    Example:
        >>> printable("https://api.github.com/app-manifests/a180b1a3d263c81bc6441d7b990bae27d4c10679/conversions?a=b")
        'https://api.github.com/app-manifests/…/conversions'
    """
    return _CODE.sub("/app-manifests/…", url.partition("?")[0])


def place_of(url: str) -> str:
    """Host, port and path of an address, in one spelling: the key of an instance in a wallet.

    Example:
        >>> place_of("https://Example.com:443/gitlab/")
        'example.com/gitlab'
    """
    return origin_of(url).partition("://")[2] + urlsplit(url).path.rstrip("/")


def belongs(named: str, url: str) -> bool:
    """Whether a credential whose owner named an instance may go to another address of one.

    Args:
        named: what the owner wrote: ``"git.example.com"``, ``"git.example.com:8443"``, ``"example.com/gitlab"`` or a
            URL. Without a scheme it means HTTPS, and any scheme on loopback; without a path the root.
        url: the web address of the instance that would get it.

    Example:
        >>> belongs("git.example.com", "https://git.example.com"), belongs("git.example.com", "http://git.example.com")
        (True, False)
        >>> belongs("http://git.example.com", "http://git.example.com")
        True
        >>> belongs("example.com", "https://example.com/gitlab")
        False
    """
    try:
        has_scheme = "://" in named
        scheme = urlsplit(url).scheme.lower()
        whole = named if has_scheme else f"{scheme}://{named}"
        if "@" in urlsplit(whole).netloc or "@" in urlsplit(url).netloc:
            return False
        same = place_of(whole) == place_of(url)
        return same and (urlsplit(whole).scheme.lower() == scheme if has_scheme else is_private(url))
    except ValueError:
        return False


def is_among(url: str, hosts: Iterable[str]) -> bool:
    """Whether an address is on one of some hosts, with or without a credential.

    Args:
        url: the address.
        hosts: names of hosts; one with a port is that port alone.

    Example:
        >>> is_among("https://git.example.com/o/r", ["Git.example.com"])
        True
    """
    try:
        parts = urlsplit(url)
        there = {origin_of(url).partition("://")[2], parts.netloc.lower(), parts.hostname}
    except ValueError:
        return False
    return any(one.casefold() in there for one in hosts)


def login_for(url: str) -> tuple[str, str] | None:
    """User name and password that the user's netrc file has for exactly the host of a URL.

    Never the file's ``default`` entry, which would go to whatever host a stranger names, and never over plain HTTP to
    another machine. A file that cannot be read is ignored.

    Args:
        url: the address that would get it.
    """
    if not is_private(url):
        return None
    import netrc  # noqa: PLC0415 - loads when it is first needed

    host = urlsplit(url).hostname or ""
    named = os.environ.get("NETRC")
    for name in (named,) if named else _NETRC_FILES:
        try:
            file = Path(name).expanduser()
            if not file.is_file():
                continue
            entry = netrc.netrc(file).hosts.get(host)
        except (OSError, RuntimeError, ValueError, netrc.NetrcParseError):
            return None
        # The parser keeps the `default` entry as if it were a machine of that name.
        if entry is None or host == "default":
            return None
        login, account, password = entry
        return (login or account or "", password or "")
    return None
