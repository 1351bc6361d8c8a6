"""What every credential is.

A :class:`Token` never shows its secret: not by ``repr``, ``str``, pickling, copying or logging. Two readings of it
matter elsewhere: the :attr:`~Token.fingerprint` distinguishes two secrets without revealing either, and the
:attr:`~Token.identity` says whose responses these are, which stays the same when a secret is renewed.

It stands below everything that sends with one: interfaces name it, and the request path asks it. No forge is known
here; the kinds of tokens are in :mod:`igitt.auth` and in each forge's folder.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, NoReturn, Protocol

from igitt._base.credential import Credential

__all__ = ["Sender", "Token", "fingerprint_of"]

#: How often a token of a foreign kind is read until it is the same before and after.
_READINGS = 3


def fingerprint_of(secret: str) -> str:
    """A keyed digest of a secret: distinguishes secrets, and reveals nothing else about them."""
    return hashlib.blake2b(secret.encode(), key=b"igitt.auth.fingerprint", digest_size=16).hexdigest()


class Sender(Protocol):
    """What a token that renews itself asks its forge through: a client's transport."""

    @property
    @abstractmethod
    def base_url(self) -> str:
        """The API's base URL."""

    @abstractmethod
    def exchange(self, method: str, path: str, *, json: object, token: Token | None) -> Mapping[str, Any]:
        """Send one request with `token` (and none other) and give the decoded answer, an object."""

    @abstractmethod
    def now(self) -> float:
        """Seconds since the epoch."""


class Token(ABC):
    """A credential, for :class:`igitt.GitHub`, :class:`igitt.GitLab` or as the ``auth`` of ``requests``.

    Safe to use from many threads.
    """

    #: The forge whose credential it is, such as ``"github"``; empty if it suits any.
    hoster: ClassVar[str] = ""
    #: What a person can look at when the forge does not accept it.
    advice: ClassVar[str] = "the forge does not accept this token; was it revoked, has it expired?"
    #: Whether it is an App's own, which mints tokens of its installations.
    signs: ClassVar[bool] = False

    @cached_property
    def clients(self) -> dict[type, Any]:
        """The clients of public instances that objects made from this token alone share."""
        return {}

    @property
    @abstractmethod
    def value(self) -> str:
        """The secret itself, valid now; a token that renews itself does so here if it has to."""

    @property
    @abstractmethod
    def headers(self) -> dict[str, str]:
        """The HTTP headers that carry the credential."""

    @property
    def fingerprint(self) -> str:
        """A keyed digest of the secret as it is now (hexadecimal); never the secret, and no way back to it."""
        return fingerprint_of(self.value)

    @property
    def identity(self) -> str:
        """Whose answers these are.

        The same before and after a renewal, different for whoever may see something else.
        """
        return self.fingerprint

    @property
    def lasting_key(self) -> bytes | None:
        """32 bytes that follow from what proves the identity and outlives each renewal; None if there is nothing such.

        What this identity keeps in a store carries a MAC by it; see :mod:`igitt._base.proof`.
        """
        return None

    @property
    def credential(self) -> Credential:
        """Headers, identity and fingerprint of one and the same secret, whatever other threads renew meanwhile.

        Raises:
            IGittError: as :attr:`headers`, when a renewal that is due fails.
        """
        before, headers, fingerprint = self.fingerprint, self.headers, self.fingerprint
        for _ in range(_READINGS):
            if fingerprint == before:
                return Credential(headers, self.identity, fingerprint)
            before, headers, fingerprint = fingerprint, self.headers, self.fingerprint
        # Another secret at each look: only the headers show which one they carry.
        return Credential(
            headers,
            self.identity,
            fingerprint_of("\n".join(f"{name}: {value}" for name, value in sorted(headers.items()))),
        )

    @property
    def is_expired(self) -> bool:
        """Whether the forge would refuse it now, as far as is known without asking."""
        return False

    def bind(self, sender: Sender) -> None:  # noqa: B027 - most tokens have nothing to learn
        """Learn through which client to renew; called by the client that the token is given to."""

    def second_chance(
        self,
        sent: Mapping[str, str],  # noqa: ARG002 - for tokens that can renew themselves
        answer_headers: Mapping[str, str],  # noqa: ARG002 - as above
        attempt: int,  # noqa: ARG002 - as above
    ) -> float | None:
        """After a 401: seconds to wait before the same request is worth sending again, None if it is not.

        Args:
            sent: the credential's headers as they were sent.
            answer_headers: the headers of the 401.
            attempt: how many times this was asked for the same request before.
        """
        return None

    def __call__(self, request: Any) -> Any:
        """Sign a prepared request; this is what makes a token a ``requests`` auth."""
        request.headers.update(self.headers)
        return request

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled or copied: a secret must not travel with data; "
            "make it again where it is needed"
        )
