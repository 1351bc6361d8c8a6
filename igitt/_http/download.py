"""Fetching files that a forge keeps at another host: the credential stays at home.

A forge answers with the file, or says where it lies, often at the host of a storage, with an address that needs no
credential. That host is asked without one, over https only, in pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests

from igitt._base.trust import origin_of
from igitt._base.urllib3 import urllib3
from igitt._http.error_mapping import connection_error
from igitt._http.request import is_url
from igitt.errors import ElementDoesntExistError, InvalidResponseError, ServerError
from igitt.interfaces.download import Download

if TYPE_CHECKING:
    from igitt._http.transport import Transport

__all__ = ["RemoteFile"]

_MOVED = frozenset({301, 302, 303, 307, 308})
_PIECE = 256 * 1024
_MOST_HOPS = 5


class RemoteFile(Download):
    """A file at the end of an API path.

    Args:
        client: the client.
        path: the API path, or a URL: of another origin than the client's, it is asked without a credential.
        accept: the media type to ask for, where it is not the usual one.
    """

    __slots__ = ("_accept", "_client", "_path", "_size")

    def __init__(self, client: Any, path: str, accept: str | None = None) -> None:
        self._client, self._path, self._accept = client, path, accept
        self._size: int | None = None

    def __repr__(self) -> str:
        return f"<Download {self._path.partition('?')[0]}>"

    @property
    def size(self) -> int | None:
        """How many bytes it has, as far as the forge said."""
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        transport: Transport = self._client.transport
        path = self._path
        if is_url(path) and origin_of(path) != transport.origin:
            yield from self._elsewhere(path)
            return
        for _ in range(_MOST_HOPS):
            answer = transport.request("GET", path, accept=self._accept, cached=False, accepted=_MOVED)
            if answer.status not in _MOVED:
                self._size = len(answer.content)
                yield answer.content
                return
            target = urljoin(answer.url, answer.headers.get("location", ""))
            if origin_of(target) != transport.origin:
                yield from self._elsewhere(target)
                return
            path = target
        raise InvalidResponseError(f"{self._path} redirects more than {_MOST_HOPS} times")

    def _elsewhere(self, url: str) -> Iterator[bytes]:
        """The pieces of a file at another host, which gets no credential: neither the client's nor netrc's."""
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise InvalidResponseError(
                f"the forge keeps the file at {parts.scheme}://{parts.netloc}, which is not safe"
            )
        given = self._client._options.get("session")
        with requests.Session() as session:
            session.auth = _nobody
            if given is not None:
                session.verify, session.proxies, session.adapters = given.verify, given.proxies, given.adapters
            try:
                with session.get(url, stream=True, timeout=self._client.transport.timeout) as response:
                    if response.status_code in {403, 404, 410}:
                        raise ElementDoesntExistError(
                            f"{parts.netloc} does not have the file (any more)", response.status_code
                        )
                    if response.status_code != 200:
                        raise ServerError(f"{parts.netloc} does not give the file", response.status_code)
                    length = response.headers.get("content-length", "")
                    self._size = int(length) if length.isdecimal() else None
                    came = 0
                    for piece in response.iter_content(_PIECE):
                        came += len(piece)
                        yield piece
                    if self._size is not None and came < self._size and "content-encoding" not in response.headers:
                        raise InvalidResponseError(f"only {came} of {self._size} bytes came from {parts.netloc}")
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                raise connection_error(error, "GET", url) from None


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand where a login would: with it, `requests` looks for none."""
    return request
