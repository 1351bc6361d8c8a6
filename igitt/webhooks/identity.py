"""The identity of a delivery: what distinguishes it from others, and a copy from a new one.

Only what a signature covers can be relied on. GitLab's signing scheme signs the delivery's id. GitHub signs the body
alone, and may send the same body twice for two things that happened (a label put on, off and on within a second), so
there it is signature and id: the same signature under another id is taken for a minute, and is a replay from then on.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from igitt._base.provider import Provider
from igitt.errors import InvalidPayloadError

__all__ = ["SAME_BODY", "Identity", "identity_of"]

#: How many seconds GitHub may send the same body again for another event.
SAME_BODY = 60.0


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a delivery.

    Attributes:
        key: the same for a delivery that is sent again, and for no other.
        signature: the same for everything with that signature; empty where the id is signed itself, or where nothing
            but the hook's secret is sent, whose holder needs no replay.
        digest: that of the id, for where several with one signature are noted.
        proofs: returns the keys that prove what a store notes about it, one for each secret of the hook. They are
            derived from a secret and from what it signed, so that neither a reader of the store nor an observer of
            deliveries has one.
    """

    key: str
    signature: str
    digest: str
    proofs: Callable[[], tuple[bytes, ...]] = field(default=tuple, compare=False)


def identity_of(
    forge: Provider, identifier: str, headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes] = ()
) -> Identity:
    """The identity of a delivery that was verified.

    Args:
        forge: the forge.
        identifier: the delivery's id; see ``delivery_id`` of :class:`igitt.webhooks.receive.Reader`.
        headers: normalized headers.
        body: the body as it came.
        secrets: the hook's.

    Raises:
        InvalidPayloadError: when it has no id: forges always send one.
    """
    if not identifier:
        raise InvalidPayloadError("the delivery has no id, so a copy of it could not be recognized; forges send one")
    # Verifying accepts white space around a signature, which must not make another identity.
    signing = next((one for one in forge.signatures if one.kind == "hmac" and not one.weak), None)
    signature = headers.get(signing.header, "").strip() if signing else ""
    signed = signature.encode("utf-8", "surrogatepass") or body
    # The id alone is not enough: GitHub gives one to all the hooks that receive an event, and older GitLabs to all
    # that a push sets off.
    key = _digest("seen", forge.name, identifier, signed)
    return Identity(
        key,
        _digest("signed", forge.name, "", signed) if signature else "",
        _digest("", "", identifier, b"")[-16:],
        lambda: tuple(hmac.digest(secret, b"igitt seen\n" + signed, hashlib.sha256) for secret in secrets),
    )


def _digest(what: str, hoster: str, identifier: str, signed: bytes) -> str:
    digest = hashlib.sha256(f"{hoster} {identifier} ".encode("utf-8", "surrogatepass") + signed)
    return f"igitt:{what}:{digest.hexdigest()}"
