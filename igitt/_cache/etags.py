"""ETags that cover the credential, computed for a new one.

Where an instance computes its ETags from the request's headers and the body, the ETag that a kept body has for another
token is known without asking. Whether an instance does so is not taken for granted: each response's own ETag shows
it. An ETag that was computed wrongly costs a whole response and can never confirm a wrong one, as nobody meets a digest
of something else by chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from igitt._cache.entry import Entry

__all__ = ["Digest", "EtagRule"]

#: Reckons the opaque part of an ETag from the values of the request's headers and the body.
Digest = Callable[[Iterable[str], bytes], str]

#: The headers that an ETag may cover, in the order in which they go into it.
_NAMES = ("accept", "authorization", "cookie")
_OPAQUE = re.compile(r'(?:W/)?"([^"]*)"')


class EtagRule:
    """What is known of how an instance computes its ETags.

    Args:
        digest: how it may do it; None where ETags do not cover the credential.
    """

    def __init__(self, digest: Digest | None) -> None:
        self._digest = digest

    def covered(self, etag: str | None, vary: str, sent: Mapping[str, str], body: bytes) -> tuple[str, ...] | None:
        """The names of the headers that a response's ETag is computed from, None if it follows no known rule.

        Each answer is looked at by itself: those that follow another rule (or have no ETag) say nothing of the others.

        Args:
            etag: the ETag as it came, None where none came.
            vary: the response's ``Vary``.
            sent: the headers of the request, names in lower case.
            body: the response's body.
        """
        found = _OPAQUE.fullmatch(etag or "")
        if self._digest is None or found is None:
            return None
        named = {name.strip().lower() for name in vary.split(",")}
        names = tuple(name for name in _NAMES if name in named and name in sent)
        return names if self._digest((sent[name] for name in names), body) == found[1] else None

    def expected(self, entry: Entry, sent: Mapping[str, str]) -> str | None:
        """The ETag that an entry's body has for a request with other headers, None where that is unknown."""
        found = _OPAQUE.fullmatch(entry.etag or "")
        if self._digest is None or found is None or entry.covered is None or not sent.keys() >= set(entry.covered):
            return None
        digest = self._digest((sent[name] for name in entry.covered), entry.body)
        return found[0].replace(found[1], digest)
