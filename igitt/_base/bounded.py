"""How much is read of what a forge sends: the one place that says so, and counts while it unpacks.

A megabyte of gzip unpacks to a gigabyte, and a body without a length never ends. So a body is unpacked piece by piece,
and given up when it is longer than its reader wants. Of an error page the beginning is enough.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from igitt._base.checks import is_whole
from igitt.errors import InvalidResponseError, ValidationError

if TYPE_CHECKING:
    import requests

__all__ = ["MAX_BYTES", "checked_bytes", "read_body", "unpacked"]

#: How long a response may be unless a client or a request says otherwise, in bytes.
MAX_BYTES = 100 * 1024 * 1024
#: How much of a response of failure is read: what a person needs of it is at its beginning.
_ERROR_PAGE = 256 * 1024
#: How much is read at once, in bytes. `requests` reads 10 KB at a time, which a list of issues fills many times over.
_CHUNK = 256 * 1024
#: How much is unpacked at once.
_PIECE = 1024 * 1024
#: How many parts a gzip may have, one after the other: each takes time, however short it is.
_MEMBERS = 1000
#: zlib's form or gzip's, as the data show; and without any header, as some servers send `deflate`.
_ANY_FORM, _BARE = 32 + zlib.MAX_WBITS, -zlib.MAX_WBITS


class _BrokenError(ValueError):
    """What should be unpacked is damaged."""


def checked_bytes(max_bytes: object) -> int:
    """The bound, if it is one; raises ValidationError."""
    if not is_whole(max_bytes) or max_bytes < 1:
        raise ValidationError(f"max_bytes is a number of bytes from 1, not {max_bytes!r}")
    return max_bytes


def read_body(response: requests.Response, most: int = MAX_BYTES) -> tuple[bytes, bytes | None]:
    """The body of a response that was not read yet, and as it came where that is short enough to be worth keeping.

    Of a response of failure, no more than its beginning is read.

    Args:
        response: the response.
        most: how many bytes it may have when it is unpacked.

    Raises:
        InvalidResponseError: when it is longer, or comes in a coding that was not asked for.
        requests.RequestException: when it does not come, or cannot be unpacked.
        urllib3.exceptions.HTTPError: likewise.
    """
    from igitt._base.urllib3 import urllib3  # noqa: PLC0415 - who only reads stores does not load it

    if getattr(response, "_content_consumed", False):
        return response.content, None  # a hook of the session has read it
    coding = response.headers.get("content-encoding", "").strip().lower()
    failed = response.status_code >= 400
    bound = min(most, _ERROR_PAGE) if failed else most
    packed: list[bytes] = []
    # What stands in for urllib3's response, as in vcrpy, unpacks by itself and leaves the header as it was.
    if coding in {"", "identity"} or not isinstance(response.raw, urllib3.HTTPResponse):
        pieces: Iterator[bytes] = response.iter_content(_CHUNK)
    elif coding in {"gzip", "x-gzip", "deflate"}:
        pieces = _unpacking(_kept(response.raw.stream(_CHUNK, decode_content=False), packed))
    else:
        raise InvalidResponseError(f"the response comes in the coding {coding[:40]!r}, which was not asked for")
    try:
        body, whole = _up_to(bound, pieces)
    except _BrokenError as error:
        from requests.exceptions import ContentDecodingError  # noqa: PLC0415 - who only reads stores does not load it

        raise ContentDecodingError(f"the body cannot be unpacked: {error}") from error
    if whole:
        _check_whole(response.raw)
        return body, (b"".join(packed) or None) if coding == "gzip" else None
    if not failed:
        raise InvalidResponseError(
            f"the response has more than {most:,} bytes; if you want that, make the client with a larger max_bytes"
        )
    return body, None


def _check_whole(raw: Any) -> None:
    """Refuse what was cut off on its way: urllib3 before 2.0 gives it as if it were whole.

    Raises:
        urllib3.exceptions.IncompleteRead: when less came than the headers promised.
    """
    from igitt._base.urllib3 import urllib3  # noqa: PLC0415 - who only reads stores does not load it

    missing = getattr(raw, "length_remaining", None)
    if isinstance(raw, urllib3.HTTPResponse) and isinstance(missing, int) and missing > 0:
        raise urllib3.exceptions.IncompleteRead(raw.tell(), missing)


def unpacked(packed: bytes, most: int) -> bytes:
    """What a gzip or zlib unpacks to; raises ValueError for what is neither, is cut off, or is longer than `most`."""
    body, whole = _up_to(most, _unpacking([packed]))
    if not whole:
        raise ValueError(f"it unpacks to more than {most} bytes")
    return body


def _up_to(most: int, pieces: Iterable[bytes]) -> tuple[bytes, bool]:
    """The bytes, and whether these are all: after `most` of them nothing more is taken."""
    parts, left = [], most
    for piece in pieces:
        parts.append(piece[: left + 1])
        left -= len(piece)
        if left < 0:
            return b"".join(parts)[:most], False
    return b"".join(parts), True


def _kept(pieces: Iterable[bytes], where: list[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        where.append(piece)
        yield piece


def _unpacking(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What comes of packed pieces, a megabyte at a time."""
    unpacker = _Unpacker()
    for piece in pieces:
        yield from unpacker.feed(piece)
    yield from unpacker.end()


class _Unpacker:
    """Unpacks zlib and gzip, of which several may stand one after the other."""

    def __init__(self) -> None:
        self._member: Any = None
        self._members = 0
        self._began = False

    def feed(self, rest: bytes) -> Iterator[bytes]:
        """What comes of further bytes."""
        while rest:
            member = self._member
            if member is None:
                if self._members and not rest.strip(b"\0"):
                    return  # padding, as tapes have it
                member = self._begin()
            try:
                piece = member.decompress(rest, _PIECE)
            except zlib.error as error:
                if self._began or self._members > 1:
                    raise _BrokenError(str(error)) from error
                self._member, self._began = zlib.decompressobj(_BARE), True
                continue
            self._began = True
            if piece:
                yield piece
            rest = member.unused_data if member.eof else member.unconsumed_tail
            if member.eof:
                self._member = None

    def end(self) -> Iterator[bytes]:
        """What was held back; an error if there should be more."""
        if self._member is not None:
            yield self._member.flush()
            if not self._member.eof:
                raise _BrokenError("it is cut off")

    def _begin(self) -> Any:
        self._members += 1
        if self._members > _MEMBERS:
            raise _BrokenError("it has more parts than any server sends")
        self._member, self._began = zlib.decompressobj(_ANY_FORM), False
        return self._member
