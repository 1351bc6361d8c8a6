"""A credential as one request carries it: its headers, whose it is, and which secret of theirs it was.

A token may be renewed by another thread at any time. Whoever needs more than one of these things about the same request
takes them together, so that a response is never filed under a secret that it was not given to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["ANONYMOUS", "Credential"]


@dataclass(frozen=True, slots=True)
class Credential:
    """What was known of a token at one moment. It never shows the secret.

    Attributes:
        headers: the HTTP headers that carry it.
        identity: whose responses these are; the same before and after a renewal.
        fingerprint: a keyed digest of the secret that the headers carry.

    Example:
        >>> from igitt.auth import GitHubToken
        >>> GitHubToken("ghp_" + "0" * 36).credential.headers.keys()
        dict_keys(['Authorization'])
    """

    headers: Mapping[str, str] = field(repr=False)
    identity: str
    fingerprint: str

    def __reduce__(self) -> tuple[object, ...]:
        """Refuse to be pickled or copied."""
        raise TypeError("a credential cannot be pickled or copied: a secret must not travel with data")


#: No credential at all.
ANONYMOUS = Credential(MappingProxyType({}), "anonymous", "")
