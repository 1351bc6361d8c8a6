"""What a store returns is trusted only if it was written by a holder of the key: each text carries a MAC.

A store outside the process is written by others, too: by whoever may write to that Redis, that table, that file. The
MAC (HMAC-SHA256) covers the name of the text and all of it, so that nothing can be changed, made up, or put in another
one's place; what fails it is as good as absent. It cannot detect that an older text was put back: validators do.

Which key: the one that was given, else what outlives a renewal of the credential, else one of this process's own, with
which no other process reads what it writes. Nothing is read, written or sent from here.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from igitt.errors import ValidationError

if TYPE_CHECKING:
    from igitt._base.token import Token

__all__ = ["Named", "Proof"]

_log = logging.getLogger("igitt.cache")
_BEGIN, _END = b'{"mac":"', b'",'
_DIGITS = 64
#: A key of fewer characters could be tried out.
_SHORTEST = 16


class Named(str):
    """A name within a store, and the credential whose key proves what is kept under it.

    Args:
        name: the name.
        token: the credential; None for none.
    """

    __slots__ = ("token",)
    token: Token | None

    def __new__(cls, name: str, token: Token | None = None) -> Self:
        """Make one."""
        self = super().__new__(cls, name)
        self.token = token
        return self


class Proof:
    """Makes and checks the MACs of one store.

    Args:
        key: text or bytes of 16 characters or more; several to change it without a pause: the first makes, each checks.

    Raises:
        ValidationError: when it is not one; it is not shown.
    """

    def __init__(self, key: Any = None) -> None:
        self._given = () if key is None else _checked(key)
        self._own = secrets.token_bytes(32)
        self._warned = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def close(self, name: str, text: str) -> str:
        """A text of JSON, an object with something in it, with its MAC in it."""
        body = text.encode("utf-8", "surrogatepass")
        mac = _mac(self._keys(name)[0], name, body)
        return f'{{"mac":"{mac}",{text[1:]}'

    def open(self, name: str, sealed: str | bytes) -> bytes | None:
        """What was closed under that name with one of the keys; None for anything else."""
        raw = sealed.encode("utf-8", "surrogatepass") if isinstance(sealed, str) else sealed
        begin = len(_BEGIN)
        if not raw.startswith(_BEGIN) or raw[begin + _DIGITS : begin + _DIGITS + len(_END)] != _END:
            return None
        told, body = raw[begin : begin + _DIGITS], b"{" + raw[begin + _DIGITS + len(_END) :]
        fits = False
        for key in self._keys(name):  # all of them, so that the time does not reveal which
            fits |= hmac.compare_digest(_mac(key, name, body).encode(), told)
        return body if fits else None

    def _keys(self, name: str) -> tuple[bytes, ...]:
        if self._given:
            return self._given
        token = getattr(name, "token", None)
        lasting = None if token is None else token.lasting_key
        if lasting is not None:
            return (lasting,)
        if not self._warned:
            self._warned = True
            _log.warning(
                "what this store holds cannot be proven to other processes, as there is no lasting credential: each "
                "process trusts its own entries only; give all of them the same key, as in Cache.use(…, key=…)"
            )
        return (self._own,)


def _mac(key: bytes, name: str, body: bytes) -> str:
    return hmac.digest(key, name.encode() + b"\n" + body, hashlib.sha256).hex()


def _checked(key: Any) -> tuple[bytes, ...]:
    several = tuple(key) if isinstance(key, Iterable) and not isinstance(key, str | bytes) else (key,)
    if not several or not all(isinstance(one, str | bytes) and len(one) >= _SHORTEST for one in several):
        raise ValidationError(
            f"the key of a store is a text or bytes of {_SHORTEST} characters or more, or several, such as "
            "secrets.token_hex(32) makes one; this is none"
        )
    raw = (one.encode() if isinstance(one, str) else one for one in several)
    return tuple(hmac.digest(one, b"igitt cache", hashlib.sha256) for one in raw)
