"""What differs between forges in HTTP: a value that a client is made with, and that sending a request consults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from igitt._base.provider import NEUTRAL, Provider
from igitt._cache.etags import Digest

__all__ = ["Dialect"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between forges in HTTP.

    Attributes:
        accept: the media type to ask for.
        headers: further headers of every request, such as the API's version.
        etag_covers_credential: whether an ETag holds only for the credential that it was given to (GitHub).
        etag_digest: how such an ETag may be computed.
        resource: the name of the rate limit's budget that a request to a URL is counted in; None for none.
        secondary_limit: whether a refusal with units left concerns everything that the identity sends.
        paced: whether the forge asks for a pause between writes.
        documented: what the endpoint at a URL documents as a response to a read besides a whole one: 204 for yes, 202
            for what is being computed.
        provider: the forge, which knows what its headers and parameters are called.
    """

    accept: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag_covers_credential: bool = False
    etag_digest: Digest | None = None
    resource: Callable[[str], str | None] = lambda _: "core"
    secondary_limit: bool = False
    paced: bool = False
    documented: Callable[[str], frozenset[int]] = lambda _: frozenset()
    provider: Provider = NEUTRAL
