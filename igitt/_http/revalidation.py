"""The way of a GET through the cache: ask with the validator of what is known, serve a 304 from it, keep what is new.

Sending is the sender's, keeping the cache's, and which validator to send :mod:`igitt._http.request`'s; here is
what follows from each response.
"""

from __future__ import annotations

import copy
import logging
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from requests.structures import CaseInsensitiveDict

from igitt._base.answer import Answer
from igitt._base.single_flight import Flight
from igitt._cache.entry import Entry, Gzipped, kept_headers
from igitt._cache.etags import EtagRule
from igitt._http.dialect import Dialect
from igitt._http.request import Call
from igitt._http.retry import RetryPolicy
from igitt.cache import ResponseCache
from igitt.errors import ConnectionFailedError, IGittError

__all__ = ["Sending", "revalidated"]

_log = logging.getLogger("igitt.cache")
#: Headers of a 304 that would contradict the stored, already decoded body (RFC 9111, section 3.2).
_BODY_HEADERS = frozenset({"content-length", "content-encoding", "content-type", "content-range", "transfer-encoding"})


class Sending(Protocol):
    """What is needed of the floor below."""

    base_url: str
    dialect: Dialect
    retries: RetryPolicy
    etag_rule: EtagRule

    @abstractmethod
    def now(self) -> float:
        """Seconds since the epoch."""

    @abstractmethod
    def send(self, call: Call, entry: Entry | None = None) -> Answer:
        """Send, with the validator of an entry."""


def revalidated(transport: Sending, call: Call, cache: ResponseCache) -> Answer:
    """The response to a GET, from the cache as far as the forge says that it holds.

    Raises:
        IGittError: as :meth:`Sending.send`.
    """
    key = call.cache_key(transport.base_url, transport.dialect)
    entry = cache.get(key)
    if entry is not None and cache.fresh_for:
        cache.note(call.cache_path, key)  # another process may have kept it
        if 0 <= transport.now() - entry.stored_at < cache.fresh_for:
            cache.count("hits")
            return _from(entry, entry.headers, call)
    while True:
        flight, leads = cache.flights.join(key, call.cache_path)
        if leads:
            return _Asking(transport, call, cache, key, entry, flight).lead()
        try:
            answer = flight.result()
        except IGittError as error:
            raise copy.copy(error) from None  # each thread has its own traceback
        if answer is not None:
            cache.count("shared")
            # Headers can be changed: each thread has its own.
            headers = CaseInsensitiveDict(answer.headers.items())
            return Answer(answer.status, headers, answer.content, answer.url, from_cache=answer.from_cache)


def _from(entry: Entry, headers: Mapping[str, str], call: Call) -> Answer:
    return Answer(200, CaseInsensitiveDict(headers), entry.body, call.url, from_cache=True)


@dataclass(slots=True)
class _Asking:
    """A question that this thread asks the forge, for all that ask it now."""

    transport: Sending
    call: Call
    cache: ResponseCache
    key: str
    entry: Entry | None
    flight: Flight[Answer]

    def lead(self) -> Answer:
        try:
            answer = self.ask()
            self.flight.set_result(answer)
            return answer
        except IGittError as error:
            self.flight.set_exception(error)
            raise
        finally:
            self.cache.flights.end(self.key, self.flight)

    def ask(self) -> Answer:
        """Ask the forge, and keep what it says."""
        entry, cache = self.entry, self.cache
        try:
            answer = self.transport.send(self.call, entry)
        except ConnectionFailedError as error:
            stale = self.stale(type(error).__name__)
            if stale is not None:
                return stale
            raise
        if answer.status == 304 and entry is not None and self.call.validators:
            cache.count("revalidated")
            return self.confirmed(entry, answer)
        if answer.status == 200:
            cache.count("misses")
            headers = kept_headers(answer.headers, self.transport.dialect.provider)
            allowed = "no-store" not in answer.headers.get("cache-control", "").lower()
            timed = cache.fresh_for or cache.stale_if_error
            if allowed and ("etag" in headers or "last-modified" in headers or timed):
                covered = self.covered(answer, answer.content)
                whose, now = self.call.credential.fingerprint, self.transport.now()
                if answer.packed is None:
                    self.keep(Entry(answer.content, headers, whose, now, covered=covered))
                else:
                    self.keep(Gzipped(answer.packed, headers, whose, now, covered))
                return answer
        if answer.status in self.transport.retries.statuses:
            return self.stale(answer.status) or answer  # a failing forge is not a reason to forget
        if entry is not None:
            cache.delete(self.key)
        return answer

    def confirmed(self, entry: Entry, answer: Answer) -> Answer:
        """The entry's body with what the 304 updates: a new ETag for a new token, the pages' links, the rate limit."""
        cache, validators = self.cache, self.call.validators
        fresh = {name: value for name, value in answer.headers.items() if name.lower() not in _BODY_HEADERS}
        headers = {**entry.headers, **kept_headers(fresh, self.transport.dialect.provider)}
        covered = entry.covered
        if (etag := validators.get("If-None-Match")) is not None:
            if "etag" not in answer.headers:
                headers["etag"] = etag  # it was this one that was confirmed, not the one that the entry came with
        elif entry.from_webhook:
            # The ETag is of the forge's own body, of which a webhook's may lack a part: it shows changes from now
            # on, and nothing can be computed from it. Without one, the time of the delivery goes on counting.
            if "etag" not in headers:
                headers["date"] = entry.headers["date"]
        else:
            covered = self.covered(answer, entry.body)
        lasting = {name: value for name, value in headers.items() if name != "date"}
        known = {name: value for name, value in entry.headers.items() if name != "date"}
        timed = cache.fresh_for or cache.stale_if_error
        whose = self.call.credential.fingerprint
        if lasting != known or entry.credential != whose or timed:
            self.keep(entry.renewed(headers, whose, self.transport.now(), covered))
        return _from(entry, {**headers, **fresh}, self.call)

    def keep(self, entry: Entry) -> None:
        """Keep it, unless a write or a webhook changed it while it was on its way, or it is somebody else's."""
        if not self.flight.spoiled and not self.call.strayed:
            self.cache.set(self.key, entry)
            self.cache.note(self.call.cache_path, self.key)

    def covered(self, answer: Answer, body: bytes) -> tuple[str, ...] | None:
        """What the response's ETag covers, which is worth knowing if the credential changes one day."""
        if not self.call.rotates:
            return None
        etag, vary = answer.headers.get("etag"), answer.headers.get("vary", "")
        return self.transport.etag_rule.covered(etag, vary, self.call.sent, body)

    def stale(self, why: object) -> Answer | None:
        """The entry, if it may be served although the forge does not say that it holds."""
        if self.entry is None or not 0 <= self.transport.now() - self.entry.stored_at < self.cache.stale_if_error:
            return None
        self.cache.count("stale")
        _log.warning("%s: the forge failed (%s), an older response is served", self.call.url.partition("?")[0], why)
        return _from(self.entry, self.entry.headers, self.call)
