"""The JWT that a GitHub App signs with its key, to say that it is the App.

Loading this module loads ``jwt`` and ``cryptography``; no other module of igitt does. Nothing is sent from here.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import re
import weakref
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from igitt._base.checks import is_key
from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.credential import Credential
from igitt._base.hidden import Hidden
from igitt._limits.headers import server_time
from igitt.auth.sealing import derived
from igitt.auth.store import SharedTokenStore, checked_store
from igitt.auth.token import Sender, Token, fingerprint_of
from igitt.errors import ValidationError

__all__ = ["GitHubJsonWebToken"]

#: GitHub allows 10 minutes from its own now to the end; the beginning lies back for clocks that are a little ahead.
_BACK, _AHEAD = 60, 540
#: A JWT is handed out until a minute before its end.
_SPARE = 60
#: Seconds by which the clocks must differ to be the reason of a 401; ``Date`` has whole seconds, and answers take time.
_NOTICEABLE = 5.0
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_ADVICE = "give the private key that GitHub let you download for the App, a .pem file"


class Outdatable(Protocol):
    """A token of an installation."""

    installation_id: int

    def outdate(self) -> None:
        """Use what is at hand no longer."""


#: An App's private key, in any of the forms that it comes in.
PrivateKey = str | bytes | os.PathLike[str]


class _Signed(NamedTuple):
    """A JWT and the span in which it is handed out."""

    value: str
    since: float
    until: float
    fingerprint: str


class GitHubJsonWebToken(Token):
    r"""The JWT of a GitHub App. It signs itself again in time; the key is read and parsed once.

    Args:
        private_key: the App's RSA key: PEM text (line breaks may be ``\n``), its bytes, the path of its file,
            or the base64 of the text. While it is being changed, a list of both, the new one first: the first signs,
            and the last is what the App is known by in stores, so that processes with the old one alone and those with
            both share tokens and answers.
        app_id: the App's id or its client id.
        token_store: through which the tokens of its installations are shared with other processes; if not given,
            :data:`~igitt.auth.TokenStore` if that is in use.
        clock: where the time comes from; for tests.

    Raises:
        ValidationError: when the key or the id cannot be one; the message says why and shows nothing of the key.

    Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app

    Example:
        >>> from igitt.auth import GitHubJsonWebToken
        >>> GitHubJsonWebToken("app.private-key.pem", 12345)
        Traceback (most recent call last):
        ...
        igitt.errors.ValidationError: there is no key file 'app.private-key.pem'
    """

    hoster = "github"
    signs = True
    advice = (
        "GitHub does not accept the App's JWT; do app_id and private key belong together, to an App of this instance, "
        "and is the key still among those in the App's settings?"
    )

    def __init__(
        self,
        private_key: PrivateKey | Sequence[PrivateKey],
        app_id: int | str,
        *,
        token_store: SharedTokenStore | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.app_id = _checked_app_id(app_id)
        self.token_store = checked_store(token_store)
        keys = [_load(one) for one in _several(private_key)]
        self._key, self._root = keys[0], keys[-1]
        public = self._root.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        #: The App as it is proven by its key: whoever only says its number has another one.
        self._identity = f"app {self.app_id} key {hashlib.sha256(public).hexdigest()[:32]}"
        self._clock = clock
        self._base_url: str | None = None
        self._signed: _Signed | None = None
        # The tokens that are minted with it, as long as somebody has them.
        self._minted: weakref.WeakSet[Outdatable] = weakref.WeakSet()
        #: Seconds that GitHub's clock is ahead of this machine's, as far as a 401 has shown.
        self.drift = 0.0

    def bind(self, sender: Sender) -> None:
        """Learn which instance the App belongs to; called by the client that the token is given to.

        Raises:
            ValidationError: when it belongs to another one already: Apps of two instances are two Apps.
        """
        if self._base_url is not None and self._base_url != sender.base_url:
            raise ValidationError(
                f"this App's JWT is for {self._base_url}, not for {sender.base_url}; make another one for the App there"
            )
        self._base_url = sender.base_url

    def mints(self, token: Outdatable) -> None:
        """Learn of a token that is minted with it."""
        self._minted.add(token)

    def outdate(self, installation_id: int) -> None:
        """Have every token of an installation minted again at its next use, because what it may do has changed.

        Args:
            installation_id: the installation's number.
        """
        while True:
            with contextlib.suppress(RuntimeError):  # another thread has just made a client
                found = [token for token in self._minted if token.installation_id == installation_id]
                break
        for token in found:
            token.outdate()

    @property
    def value(self) -> str:
        """The JWT, valid now and for a minute at least."""
        return self._current().value

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers that carry it."""
        return {"Authorization": Hidden(f"Bearer {self.value}")}

    @property
    def fingerprint(self) -> str:
        """A keyed digest of the JWT as it is now."""
        return self._current().fingerprint

    @property
    def credential(self) -> Credential:
        """Headers, identity and fingerprint of the JWT as it is now."""
        signed = self._current()
        return Credential({"Authorization": Hidden(f"Bearer {signed.value}")}, self._identity, signed.fingerprint)

    @property
    def identity(self) -> str:
        """The App and its key: the same for every JWT that is signed with it."""
        return self._identity

    def second_chance(self, sent: Mapping[str, str], answer_headers: Mapping[str, str], attempt: int) -> float | None:
        """After a 401: sign again by GitHub's clock and try once more, if the clocks differ or it expired."""
        if attempt > 0:
            return None
        signed = self._signed
        if signed is None or sent.get("Authorization") != f"Bearer {signed.value}":
            return 0.0  # another thread has learnt the time since, or it was renewed
        here = self._clock.time()
        there = server_time(answer_headers, here + self.drift)
        drift = there - here
        # On a machine that was suspended with the request on its way, the JWT has expired though both clocks are right.
        if abs(drift - self.drift) <= _NOTICEABLE and there < signed.until + _SPARE:
            return None
        self.drift = drift
        self._signed = None
        return 0.0

    def derive(self, purpose: bytes) -> bytes:
        """32 bytes that follow from the private key, for whoever has it; another purpose gives others."""
        return derived(self._root.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), purpose)

    @cached_property
    def lasting_key(self) -> bytes:  # pyright: ignore[reportIncompatibleMethodOverride]  # a property that remembers
        """32 bytes that follow from the private key."""
        return self.derive(b"igitt lasting key")

    def _current(self) -> _Signed:
        # No lock: two threads may sign at once, which costs 0.3 ms, and either result is good.
        signed = self._signed
        now = self._clock.time() + self.drift
        if signed is None or not signed.since <= now < signed.until:
            begin = int(now)
            claims = {"iat": begin - _BACK, "exp": begin + _AHEAD, "iss": self.app_id}
            value = jwt.encode(claims, self._key, algorithm="RS256")
            self._signed = signed = _Signed(value, begin, begin + _AHEAD - _SPARE, fingerprint_of(value))
        return signed

    @property
    def expires_at(self) -> datetime:
        """Until when the JWT that :attr:`value` gives now holds, in UTC by GitHub's clock."""
        return datetime.fromtimestamp(self._current().until + _SPARE, UTC)


def _several(private_key: PrivateKey | Sequence[PrivateKey]) -> Sequence[PrivateKey]:
    """The keys that were given, one or more; raises ValidationError."""
    if not isinstance(private_key, list | tuple):
        return [private_key]  # type: ignore[list-item]  # no other sequence is taken for several
    if not private_key:
        raise ValidationError(f"the list of private keys is empty; {_ADVICE}")
    return private_key


def _checked_app_id(app_id: object) -> str:
    text = str(app_id).strip() if is_key(app_id) else ""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", text) or text.startswith("-") or text == "0":
        # A long text may well be the key, given in the wrong place.
        given = repr(app_id) if len(str(app_id)) < 50 else "something else; are key and id in each other's place?"
        raise ValidationError(f"app_id is the App's id or client id, such as 12345 or 'Iv23li…'; it was {given}")
    return text


# --- the key ---------------------------------------------------------------------------------------------------------


def _load(private_key: str | bytes | os.PathLike[str]) -> RSAPrivateKey:
    """The key, parsed. An error names the kind of fault, never the key's content."""
    pem = _normal(_text_of(private_key))
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The cause is left out: what a parser complains of may quote the key.
        raise ValidationError(f"the private key is damaged: it begins as one, but cannot be read; {_ADVICE}") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValidationError(f"the private key is no RSA key, and GitHub Apps sign with RS256 only; {_ADVICE}")
    return key


def _text_of(private_key: object) -> str:
    """The PEM text, from wherever it is."""
    if isinstance(private_key, os.PathLike):
        return _read(Path(private_key))
    if isinstance(private_key, bytes | bytearray):
        try:
            private_key = private_key.decode()
        except UnicodeDecodeError:
            raise ValidationError(f"the private key is in another format than PEM; {_ADVICE}") from None
    if not isinstance(private_key, str):
        raise ValidationError(f"the private key is text, bytes or a path, not {type(private_key).__name__}; {_ADVICE}")
    text = private_key.strip()
    if not text:
        raise ValidationError("the private key is empty; is the environment variable or file with it set?")
    if "-----BEGIN" in text:
        return text
    with contextlib.suppress(OSError, ValueError, RuntimeError):  # what is no path of this system is no file
        if Path(text).expanduser().exists():
            return _read(Path(text))
    return _from_base64(text)


def _read(path: Path) -> str:
    shown = repr(str(path)) if len(str(path)) < 300 and "-----" not in str(path) else "of that name"
    try:
        return path.expanduser().read_text(encoding="ascii")
    except FileNotFoundError:
        raise ValidationError(f"there is no key file {shown}") from None
    except UnicodeDecodeError:
        raise ValidationError(f"the key file {shown} is in another format than PEM; {_ADVICE}") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = (getattr(error, "strerror", None) or type(error).__name__).lower()
        raise ValidationError(f"the key file {shown} cannot be read: {reason}") from None


def _from_base64(text: str) -> str:
    try:
        decoded = base64.b64decode(re.sub(r"\s+", "", text), validate=True)
    except (binascii.Error, ValueError):
        # Base64 has no dots, so what has one was meant as a path and shows no key.
        if "." in text and len(text) < 300:
            raise ValidationError(f"there is no key file {text!r}") from None
        raise ValidationError(
            f"the private key is neither PEM text, nor its base64, nor a file that is there; {_ADVICE}"
        ) from None
    if b"-----BEGIN" not in decoded:
        raise ValidationError(
            f"the private key is base64 without PEM inside it (or the path of a file that is not there); {_ADVICE}"
        )
    return decoded.decode(errors="replace")


def _normal(text: str) -> str:
    """PEM as parsers like it, out of what environment variables and secret stores make of it."""
    text = text.replace("\\r", "").replace("\\n", "\n")
    found = _PEM.search(text)
    if found is None:
        if "-----BEGIN" not in text:
            raise ValidationError(f"the private key has no line '-----BEGIN … PRIVATE KEY-----'; {_ADVICE}")
        raise ValidationError(
            "the private key is cut off: the text has no '-----END' line; an environment variable often keeps only the "
            "first, so write the line breaks as \\n or give the path of the file"
        )
    label, body = found[1], found[2]
    _refuse_kind(label, body)
    lines = re.sub(r"\s+", "", body)
    wrapped = "\n".join(lines[at : at + 64] for at in range(0, len(lines), 64))
    return f"-----BEGIN {label}-----\n{wrapped}\n-----END {label}-----\n"


def _refuse_kind(label: str, body: str) -> None:
    wrong = None
    if "PUBLIC" in label or "CERTIFICATE" in label:
        wrong = "this is a public key or certificate, which cannot sign"
    elif "ENCRYPTED" in label or "ENCRYPTED" in body:
        wrong = (
            "the private key is encrypted with a passphrase; decrypt it first (openssl rsa -in key.pem -out plain.pem)"
        )
    elif label.startswith("EC "):
        wrong = "the private key is an EC key, and GitHub Apps sign with RS256 only"
    elif label not in {"RSA PRIVATE KEY", "PRIVATE KEY"}:
        wrong = f"the private key is in another format ({label.capitalize()})"
    if wrong is not None:
        raise ValidationError(f"{wrong}; {_ADVICE}")
