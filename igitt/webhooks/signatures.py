"""Whether a delivery comes from someone who knows the secret, decided from its raw bytes before anything reads them.

How a forge signs is in its :class:`~igitt.provider.Provider`. Source: the Standard Webhooks specification. No JSON
is decoded here, and no event is known.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Self

from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.forges import providers
from igitt._base.provider import Scheme
from igitt.errors import InvalidPayloadError, InvalidSignatureError, ValidationError
from igitt.webhooks.headers import Headers, normalized

__all__ = [
    "MAX_BODY", "TOLERANCE", "Key", "Secret", "check", "check_headers", "check_secret", "checked_body",
    "keyed", "secrets_in", "verify",
]  # fmt: skip

#: Both forges send no more, in bytes; a larger body is not from a forge.
MAX_BODY = 25 * 1024 * 1024
#: How far the time in a signature may be off, in seconds.
TOLERANCE = 300.0

_UNSIGNED = "the delivery is not signed; set the secret at the forge's hook, too"
_WRONG = "the delivery's signature does not fit the secret; is it the same as the forge's hook has?"

#: One secret, or several while it is being changed.
Secret = str | bytes | Iterable[str | bytes]


class Key(bytes):
    """A secret of many deliveries: the common beginning of all their HMACs is computed once."""

    _begun: hmac.HMAC

    def __new__(cls, secret: bytes) -> Self:
        """Begin."""
        self = super().__new__(cls, secret)
        self._begun = hmac.new(secret, digestmod="sha256")
        return self

    def signature(self, body: bytes) -> str:
        """The HMAC-SHA256 of a body, in hexadecimal digits."""
        going_on = self._begun.copy()
        going_on.update(body)
        return going_on.hexdigest()


def keyed(secret: Any) -> Any:
    """A single secret as a :class:`Key`; several, none, and what cannot be one stay as they are."""
    try:
        if isinstance(secret, str | bytes) and secret:
            return Key(secret.encode() if isinstance(secret, str) else secret)
    except ValueError:  # half a character, which check() refuses
        pass
    return secret


def verify(
    headers: Headers,
    body: bytes,
    secret: Secret,
    *,
    allow_sha1: bool = False,
    tolerance: float = TOLERANCE,
    clock: Clock = SYSTEM_CLOCK,
) -> None:
    """Make sure that a delivery was signed with the secret; returns nothing, raises otherwise.

    GitHub signs the body (``X-Hub-Signature-256``). GitLab either signs it together with the time
    (``webhook-signature``, with a secret that begins ``whsec_``), or sends the secret itself (``X-Gitlab-Token``),
    which is looked at only where there is no signature.

    Args:
        headers: the headers, from any framework.
        body: the body, byte for byte as it came.
        secret: the hook's secret; several while it is being changed.
        allow_sha1: whether GitHub's old ``X-Hub-Signature`` is enough where there is no other; it is insecure.
        tolerance: how many seconds a signature with a time in it may be old, or ahead of now.
        clock: the source of time; for tests.

    Raises:
        InvalidSignatureError: when no secret matches, when there is no signature, or when no secret was given.
        InvalidPayloadError: when the body is not bytes, or larger than the 25 MB that forges send.

    Example:
        >>> import hashlib, hmac
        >>> signature = hmac.new(b"secret", b"{}", hashlib.sha256).hexdigest()
        >>> verify({"X-Hub-Signature-256": f"sha256={signature}"}, b"{}", "secret")
    """
    check(normalized(headers), checked_body(body), secret, allow_sha1=allow_sha1, tolerance=tolerance, clock=clock)


def check(
    found: Mapping[str, str],
    raw: bytes,
    secret: Secret,
    *,
    clock: Clock,
    allow_sha1: bool = False,
    tolerance: float = TOLERANCE,
    schemes: tuple[Scheme, ...] = (),
) -> None:
    """What :func:`verify` does, with headers that are normalized and a body that was looked at.

    Where the forge is known, only its own schemes count: a secret that two forges share must not make what the one
    signed a delivery of the other.
    """
    secrets: list[bytes] = secrets_in(secret)
    if not secrets:
        raise InvalidSignatureError(
            "no webhook secret is configured, so nothing can be trusted; give the hook's secret"
        )
    scheme = _scheme_of(found, schemes or _all_schemes())
    if scheme is None:
        raise InvalidSignatureError(_UNSIGNED)
    if scheme.weak and not allow_sha1:
        raise InvalidSignatureError("the delivery has only an SHA-1 signature, which anybody may forge; see allow_sha1")
    if scheme.kind == "standard":
        fits = _standard(found, raw, secrets, tolerance, clock.time())
    elif scheme.kind == "token":
        fits = _any(_sent(found[scheme.header]), secrets)
    else:
        fits = _hmac(found[scheme.header], raw, secrets, scheme)
    if not fits:
        raise InvalidSignatureError(_WRONG)


def check_headers(found: Mapping[str, str], secret: Any, schemes: tuple[Scheme, ...] = ()) -> None:
    """Refuse what need not be read, because its normalized headers cannot be those of a signed delivery.

    Args:
        found: normalized headers.
        secret: the hook's secret, or several; anything else (a function) is not looked at.
        schemes: how the forge signs; without any, those of all forges count.

    Raises:
        InvalidSignatureError: when nothing signs it, or the secret itself is sent and is wrong.
    """
    scheme = _scheme_of(found, schemes or _all_schemes())
    if scheme is None:
        raise InvalidSignatureError(_UNSIGNED)
    if scheme.kind != "token" or secret is None or callable(secret):
        return
    if not _any(_sent(found[scheme.header]), secrets_in(secret)):
        raise InvalidSignatureError(_WRONG)


def _scheme_of(found: Mapping[str, str], schemes: Iterable[Scheme]) -> Scheme | None:
    """The best scheme that signs a delivery; None if none does."""
    return next((scheme for scheme in schemes if scheme.header in found), None)


@cache
def _all_schemes() -> tuple[Scheme, ...]:
    """How any forge signs: what signs the body first, then what only sends the secret, and last what is weak."""
    found = dict.fromkeys(scheme for one in reversed(providers()) for scheme in one.signatures)
    return tuple(sorted(found, key=lambda scheme: (scheme.weak, scheme.kind == "token")))


def checked_body(body: bytes) -> bytes:
    """The body as bytes; InvalidPayloadError for anything else, or what is too large for a forge."""
    if not isinstance(body, bytes):
        if not isinstance(body, bytearray | memoryview):
            raise InvalidPayloadError(f"a delivery's body is its raw bytes, not {type(body).__name__}")
        body = bytes(body)
    if len(body) > MAX_BODY:
        raise InvalidPayloadError(f"a delivery of {len(body)} bytes is larger than any that a forge sends")
    return body


def secrets_in(secret: Secret | None) -> list[bytes]:
    """The secrets as bytes; InvalidSignatureError for anything else."""
    if secret is None:
        return []
    if isinstance(secret, Key):
        return [secret]
    try:
        if isinstance(secret, str):
            return [secret.encode()] if secret else []
        several: list[str | bytes] = [secret] if isinstance(secret, bytes) else list(secret)
        # Of a number, bytes() would make as many zeros: a key that anybody guesses.
        if not isinstance(secret, Mapping) and all(isinstance(part, str | bytes) for part in several):
            return [part.encode() if isinstance(part, str) else part for part in several if part]
    except (TypeError, ValueError):
        pass
    raise InvalidSignatureError("a webhook secret is a text or bytes, or a list of them")


def check_secret(secret: Any) -> None:
    """Refuse a secret, or several, with which nothing would ever be signed.

    Raises:
        ValidationError: when it is empty, or not a secret at all.
    """
    try:
        found = secrets_in(secret)
        for one in found:
            _key(one)
    except InvalidSignatureError as error:
        raise ValidationError(str(error)) from error
    if not found:
        raise ValidationError(
            f"secret is what the forge's hook has, and not {secret!r}; without one every delivery would be refused"
        )


def _sent(value: str) -> tuple[bytes, ...]:
    """The bytes that a header's value can have been: frameworks decode it as Latin-1, and a few as UTF-8."""
    text = value.encode("utf-8", "surrogateescape")
    try:
        return text, value.encode("latin-1")
    except UnicodeEncodeError:
        return (text,)


def _any(theirs: Iterable[bytes], ours: Iterable[bytes]) -> bool:
    """Whether one of theirs is one of ours; all are compared, so that the time does not reveal which."""
    known, fits = list(ours), False
    for one in theirs:
        for other in known:
            fits |= hmac.compare_digest(one, other)
    return fits


def _hmac(sent: str, body: bytes, secrets: list[bytes], scheme: Scheme) -> bool:
    theirs, fits = sent.strip().encode("utf-8", "surrogateescape"), False
    for secret in secrets:  # all of them, as above
        if isinstance(secret, Key) and scheme.digest == "sha256":
            ours = secret.signature(body)
        else:
            ours = hmac.digest(secret, body, scheme.digest).hex()
        fits |= hmac.compare_digest(theirs, f"{scheme.prefix}{ours}".encode())
    return fits


def _standard(headers: Mapping[str, str], body: bytes, secrets: list[bytes], tolerance: float, now: float) -> bool:
    """The Standard Webhooks scheme: ``{id}.{timestamp}.{body}``, several signatures separated by spaces."""
    identifier, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not identifier or not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12:
        raise InvalidSignatureError("the delivery's signature lacks its webhook-id or a webhook-timestamp in seconds")
    if abs(now - int(stamp)) > tolerance:
        off = f"{now - int(stamp):.0f} s ago, and {tolerance:.0f} s are allowed"
        raise InvalidSignatureError(f"the delivery was signed {off}; is this machine's clock right?")
    keys = [key for secret in secrets if (key := _key(secret))]
    if not keys:
        raise InvalidSignatureError(
            "the delivery is signed with a signing token, and no secret here begins with whsec_"
        )
    content = f"{identifier}.{stamp}.".encode("utf-8", "surrogateescape") + body
    sent = [part[3:] for part in headers["webhook-signature"].split() if part.startswith("v1,")]
    expected = [base64.b64encode(hmac.digest(key, content, "sha256")) for key in keys]
    theirs = [part.encode("utf-8", "surrogateescape") for part in sent]
    return _any(theirs, expected)


def _key(secret: bytes) -> bytes:
    """The key in a signing token; empty for any other secret, so that a plain one never serves as a key."""
    if not secret.startswith(b"whsec_"):
        return b""
    try:
        return base64.b64decode(secret[6:] + b"=" * (-len(secret[6:]) % 4), validate=True)
    except binascii.Error as error:
        raise InvalidSignatureError(
            "the secret begins with whsec_ but is not a signing token: the rest is not base64"
        ) from error
