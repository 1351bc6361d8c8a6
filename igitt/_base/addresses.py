"""Where an instance's pages and its API are: from either address to both.

Pure functions over text, one a forge, because clients and tokens have to agree on them. No address that they give
ends with a slash.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from igitt.errors import ValidationError

__all__ = ["github_addresses", "gitlab_addresses"]


def github_addresses(url: str) -> tuple[str, str]:
    """The web address and the API's base URL of the GitHub at `url`, which may be either.

    Source: https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api

    Raises:
        ValidationError: when `url` is no web address.

    Example:
        >>> github_addresses("https://ghe.example.com")
        ('https://ghe.example.com', 'https://ghe.example.com/api/v3')
        >>> github_addresses("https://acme.ghe.com")
        ('https://acme.ghe.com', 'https://api.acme.ghe.com')
    """
    web, host = _base(url)
    if host in {"github.com", "www.github.com", "api.github.com"}:
        return "https://github.com", "https://api.github.com"
    if host.endswith(".ghe.com"):
        tenant = host.removeprefix("api.")
        return f"https://{tenant}", f"https://api.{tenant}"
    web = web.removesuffix("/api/v3").removesuffix("/api/graphql")
    return web, f"{web}/api/v3"


def gitlab_addresses(url: str) -> tuple[str, str]:
    """The web address and the API's base URL of the GitLab at `url`, which may be either.

    Source: https://docs.gitlab.com/api/rest/

    Raises:
        ValidationError: when `url` is no web address.

    Example:
        >>> gitlab_addresses("https://example.com/gitlab/")
        ('https://example.com/gitlab', 'https://example.com/gitlab/api/v4')
    """
    web, host = _base(url)
    if host in {"gitlab.com", "www.gitlab.com"}:
        web = "https://gitlab.com"
    web = web.removesuffix("/api/v4").removesuffix("/api/graphql")
    return web, f"{web}/api/v4"


def _base(url: str) -> tuple[str, str]:
    """Scheme, host, port and path of an address, and the host alone; what may hold a secret is left out."""
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
