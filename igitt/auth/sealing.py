"""The encryption of what is shared through a store, and its keys there.

Loading this module loads ``cryptography``. Nothing is read or written from here: a seal turns texts into other texts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from igitt.errors import ValidationError

__all__ = ["Seal", "derived"]

_SIZE = 32


def derived(secret: bytes, purpose: bytes, size: int = _SIZE) -> bytes:
    """A number of bytes derived from a secret, from which there is no way back to it (HKDF)."""
    return HKDF(algorithm=SHA256(), length=size, salt=None, info=purpose).derive(secret)


class Seal:
    """Encrypts with one key (Fernet: AES and an HMAC). Whoever has the same key reads it; nobody else learns anything.

    Args:
        secret: what the key is derived from, 32 random bytes.
    """

    def __init__(self, secret: bytes) -> None:
        both = derived(secret, b"igitt token store", 2 * _SIZE)
        self._naming = both[:_SIZE]
        self._fernet = Fernet(base64.urlsafe_b64encode(both[_SIZE:]))

    @classmethod
    def of_key(cls, key: object) -> Seal:
        """The seal of a key as ``Fernet.generate_key()`` returns it; raises ValidationError for anything else."""
        try:
            secret = base64.urlsafe_b64decode(key) if isinstance(key, str | bytes) else b""
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != _SIZE:
            # The text is not shown: it may well be a key, cut off.
            raise ValidationError(
                "the key of a token store is 32 random bytes in URL-safe base64, "
                "as cryptography.fernet.Fernet.generate_key() makes them; this is something else"
            )
        return cls(secret)

    def name(self, *parts: str) -> str:
        """A name for a store, of ``[a-z0-9:]``: the same for the same key and parts, and reveals neither."""
        digest = hashlib.blake2b("\n".join(parts).encode(), key=self._naming, digest_size=20).hexdigest()
        return f"igitt:{parts[0]}:{digest}"

    def close(self, text: str) -> str:
        """The text, encrypted."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, closed: str) -> str | None:
        """What was encrypted; None if that was not done with this key, or it was tampered with."""
        try:
            return self._fernet.decrypt(closed.encode()).decode()
        except (InvalidToken, ValueError):
            return None
