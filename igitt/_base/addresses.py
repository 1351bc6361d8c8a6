"""Addresses as texts: of an instance, of a host, in one spelling."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from igitt.errors import ValidationError

__all__ = ["base_of", "checked_url", "host_key"]


def base_of(url: str) -> tuple[str, str]:
    """Scheme, host, port and path of an address, and the host alone; what may hold a secret is left out.

    Args:
        url: the address; without a scheme it means HTTPS.

    Raises:
        ValidationError: when it is no web address.

    Example:
        >>> base_of("https://user:secret@Example.com:443/forge/")
        ('https://example.com/forge', 'example.com')
    """
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        scheme, host, port, path = parts.scheme, parts.hostname or "", parts.port, parts.path.rstrip("/")
    except (ValueError, TypeError, AttributeError):
        scheme, host, port, path = "", "", None, ""
    if not host or scheme not in {"http", "https"}:
        raise ValidationError("url is the web address of an instance, such as 'https://git.example.com'")
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{shown}{f':{port}' if port and port != usual else ''}{path}", host


def host_key(host: object) -> str:
    """Host, port and path out of a host or URL, in one spelling.

    Raises:
        ValidationError: when it is not one.

    Example:
        >>> host_key("https://Example.com:8443/forge/")
        'example.com:8443/forge'
    """
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


def checked_url(url: Any) -> str:
    """A web address without query and trailing slash, or an error that says what is wrong with it."""
    if not isinstance(url, str) or not url.strip():
        raise ValidationError(f"url is the web address of an instance, such as 'https://git.example.com', not {url!r}")
    text = url.strip() if "://" in url else f"https://{url.strip()}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValidationError(f"{url!r} is not a web address: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in text:
        raise ValidationError(f"{url!r} is not a web address; give one such as 'https://git.example.com'")
    if parts.username or parts.password:
        raise ValidationError(f"the url of {parts.hostname} holds a credential; give it as the client's token instead")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"
