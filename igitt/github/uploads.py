"""Sending files to GitHub, which takes them at another host than everything else.

A release has the address of its uploads. The credential goes there only if that address is the one upload host that
GitHub documents for this client's own instance: it follows from the client's URL, and never from what was answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from igitt._base.trust import origin_of
from igitt._http.transport import Transport
from igitt._http.writes import carry_out
from igitt.errors import InvalidResponseError

if TYPE_CHECKING:
    from igitt.client import Client

__all__ = ["upload", "upload_origin"]


def upload_origin(web_url: str, api_url: str) -> str:
    """Where an instance takes files: a host of its own on github.com and GHE.com, else the API's.

    Source: https://docs.github.com/en/rest/releases/assets#upload-a-release-asset

    Example:
        >>> upload_origin("https://github.com", "https://api.github.com")
        'https://uploads.github.com'
        >>> upload_origin("https://ghe.example.com", "https://ghe.example.com/api/v3")
        'https://ghe.example.com'
    """
    host = urlsplit(web_url).hostname or ""
    return f"https://uploads.{host}" if host == "github.com" or host.endswith(".ghe.com") else origin_of(api_url)


def upload(client: Client, address: Any, name: str, content: bytes, content_type: str) -> Any:
    """Send a file to the address that a release has.

    Args:
        client: whose credential, time limits and retries are used.
        address: the release's ``upload_url``, a template.
        name: the file's name.
        content: the file.
        content_type: its media type.

    Raises:
        InvalidResponseError: when the address is not on this instance; nothing was sent.
    """
    url, allowed = str(address or "").partition("{")[0], upload_origin(client.web_url, client.url)
    if origin_of(url) != allowed:
        raise InvalidResponseError(
            f"the forge wants files at {origin_of(url)}, where this client's credential does not belong; "
            f"it goes to {allowed} only"
        )
    options: dict[str, Any] = {
        "params": {"name": name}, "content": content, "headers": {"Content-Type": content_type},
    }  # fmt: skip
    own, place = client.transport, f"repos/{url.partition('/repos/')[2]}"
    if allowed == own.origin:
        return carry_out(client, "POST", url, options, place=place).data
    # A transport of its own, so that this origin is the only one that it talks to.
    there = Transport(
        allowed,
        None,
        own.dialect,
        session=client._options.get("session"),
        timeout=own.timeout,
        retries=own.retries,
        max_wait=own.max_wait,
        read_only=own.read_only,
        clock=own.clock,
    )
    try:
        options["token"] = client.token
        return carry_out(client, "POST", url, options, transport=there, place=place).data
    finally:
        there.close()
