"""The one way out: every request of a client goes through :meth:`Transport.request`, and down from floor to floor.

The transport builds the request, follows redirects, and has the cache forget what a write makes stale. A GET goes
through the cache (:mod:`igitt._http.revalidation`), which asks the sender (:mod:`igitt._http.sender`): that one waits
for rate limits, repeats, and gives a credential its second chance. The wire (:mod:`igitt._http.wire`) sends once. No
floor calls one above it. What differs between forges in HTTP is a :class:`~igitt._http.dialect.Dialect`; what an
endpoint means is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from igitt._base.answer import Answer
from igitt._base.bounded import MAX_BYTES, checked_bytes
from igitt._base.checks import is_number
from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.paths import query
from igitt._base.token import Token
from igitt._base.trust import origin_of, printable
from igitt._http import error_mapping as failures
from igitt._http.changes import changed
from igitt._http.dialect import Dialect
from igitt._http.refusals import LOST, Meaning, judge, judge_graphql
from igitt._http.request import (
    SAFE,
    Call,
    checked_headers,
    checked_timeout,
    checked_total,
    clean_url,
    encoded,
    is_url,
    rebased,
)
from igitt._http.retry import RetryPolicy
from igitt._http.revalidation import revalidated
from igitt._http.sender import Sender
from igitt._http.wire import Wire
from igitt._limits.budgets import Limits
from igitt._limits.owner import limits_of
from igitt.cache import ResponseCache
from igitt.errors import IGittError, InvalidResponseError, ReadOnlyError, ValidationError
from igitt.interfaces.rate_limit import RateLimit

__all__ = ["Dialect", "Transport"]

#: The statuses that every endpoint may answer with.
_USUAL = frozenset({200, 201})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_HOPS = 5
_CONDITIONS = frozenset({"if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "range"})


class Transport:
    """Sends a client's requests. Safe to use from many threads, and in a process that was forked from this one.

    Args:
        base_url: the API's base URL, without a slash at its end.
        token: the credential, or None.
        dialect: what differs between forges.
        session: a session of the caller's, for its adapters, proxies and TLS settings; the default has pooled
            connections.
        timeout: seconds to wait for a connection and for each part of a response; or a pair of the two.
        total_timeout: seconds that one response may take as a whole.
        retries: the policy of repeating.
        max_wait: how long one request may wait for rate limits altogether, in seconds.
        cache: where responses are kept; None for nowhere.
        read_only: whether to refuse every write.
        pace_writes: whether to space writes; None for what the dialect says.
        max_bytes: how many bytes a response may have, unpacked.
        clock: the source of time.
    """

    def __init__(
        self,
        base_url: str,
        token: Token | None,
        dialect: Dialect,
        *,
        session: requests.Session | None = None,
        timeout: float | tuple[float, float] = (10.0, 30.0),
        total_timeout: float = 300.0,
        retries: RetryPolicy | int = 3,
        max_wait: float = 60.0,
        cache: ResponseCache | None = None,
        read_only: bool = False,
        pace_writes: bool | None = None,
        max_bytes: int = MAX_BYTES,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.origin = origin_of(self.base_url)
        self.dialect = dialect
        if not is_number(max_wait) or max_wait < 0:
            raise ValidationError(f"max_wait is a number of seconds, not {max_wait!r}")
        self.timeout = checked_timeout(timeout)
        self.total_timeout = checked_total(total_timeout)
        self.cache = cache
        self.read_only = read_only
        self.max_bytes = checked_bytes(max_bytes)
        self.clock = clock
        wire = Wire(
            self.base_url, dialect.headers, session=session, timeout=self.timeout,
            total_timeout=self.total_timeout,
        )  # fmt: skip
        #: What it sends through.
        self.sender = Sender(
            self.base_url,
            wire,
            dialect,
            Limits() if cache is None else limits_of(cache),
            retries=RetryPolicy.of(retries),
            max_wait=max_wait,
            paced=dialect.paced if pace_writes is None else pace_writes,
            clock=clock,
        )
        self.token = token
        if token is not None:
            token.bind(self)

    def stay_anonymous(self) -> None:
        """Use no credential that nobody gave to this client, such as a login in the user's netrc file."""
        self.token = None

    def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        self.sender.wire.close()

    @property
    def _settings(self) -> dict[str, Any]:
        """What requests are sent with: certificates, proxies and timeouts, by the session and the environment."""
        return self.sender.wire.settings

    @property
    def retries(self) -> RetryPolicy:
        """The policy of repeating."""
        return self.sender.retries

    @property
    def max_wait(self) -> float:
        """How long one request may wait for rate limits altogether, in seconds."""
        return self.sender.max_wait

    @property
    def limits(self) -> Limits:
        """What is known about rate limits."""
        return self.sender.limits

    @property
    def rate_limits(self) -> dict[str, RateLimit]:
        """The rate limits in the last responses, by the forge's names for its budgets."""
        return self.sender.rate_limits

    @property
    def dated(self) -> tuple[str | None, float]:
        """The last response's ``Date``, and when it came by this machine's clock."""
        return self.sender.dated

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.clock.time()

    def forges_now(self) -> float:
        """The same by the forge's clock, according to its last response; rather a second too early than too late."""
        return self.sender.forges_now()

    # --- the public ways in ------------------------------------------------------------------------------------------

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        content: bytes | None = None,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
        token: Token | type[Token] | None = Token,
        cached: bool = True,
        writes: bool | None = None,
        accepted: frozenset[int] = frozenset(),
        graphql: bool = False,
        again: bool | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """Send a request and return the response, which is a successful one.

        Args:
            method: the HTTP method.
            path: the path below the API's base URL, already encoded; or a whole URL of the same origin.
            params: the query; see :func:`igitt._base.paths.query`.
            json: the body, as data.
            content: the body, as bytes, instead of `json`.
            accept: the media type to ask for, when it is not the forge's usual one.
            headers: further headers.
            token: another credential than the client's (None for none at all).
            cached: whether the cache may be used.
            writes: whether this changes something at the forge; derived from the method if not given.
            accepted: further statuses that are not a failure here.
            graphql: whether it is GraphQL, which refuses with status 200, too, and reads by POST.
            again: whether doing it twice is the same as doing it once, so that it may be repeated after its response
                was lost; derived from the method if not given, by which no write is.
            max_bytes: how many bytes the response may have, unpacked, if not as many as the client's.

        Raises:
            IGittError: its class says what went wrong; ``outcome_unknown`` that a write may have been carried out.
        """
        method = method.upper()
        if not method.isalpha() or not method.isascii():
            raise ValidationError(f"{method!r} is no HTTP method")
        writes = method not in SAFE if writes is None else writes
        url = self.url_for(path, params)
        if writes and self.read_only:
            raise ReadOnlyError(
                f"this client is read-only, so {method} {path} was not sent; make one without read_only=True to write"
            )
        body = content if json is None else encoded(json)
        extra = checked_headers({"Accept": accept or self.dialect.accept, **(headers or {})})
        names = {name.lower() for name in extra}
        if json is not None and "content-type" not in names:
            extra["Content-Type"] = "application/json"
        own = not _CONDITIONS.isdisjoint(names)  # what the caller requests conditionally, the caller keeps
        call = Call(method, url, body, extra, self.token if isinstance(token, type) else token)
        call.accepted = accepted | {206} if "range" in names else accepted
        if graphql:
            call.judge, call.reads = judge_graphql, not writes
        if again is not None:
            call.again = again
        call.max_bytes = self.max_bytes if max_bytes is None else checked_bytes(max_bytes)
        if writes:
            changed(self.base_url)
        cache = self.cache
        use_cache = cached and method == "GET" and cache is not None and cache.enabled and not own
        try:
            answer = self._follow(call, cache if use_cache else None, accepted)
        except IGittError as failure:
            self._forget(call, writes)  # it may have been carried out
            failure.outcome_unknown = failure.outcome_unknown or (writes and call.repeatable)
            raise
        if not 400 <= answer.status < 500:
            self._forget(call, writes)
        if answer.status not in _USUAL and not (answer.status == 304 and own) and not self._accepts(call, answer):
            error = failures.error_for(answer, call.method, call.token, call.credential.headers, self.dialect.provider)
            # A refusal stands for this sending; that of one before it, whose response was lost, nobody knows.
            error.outcome_unknown = writes and (call.repeatable or answer.status in LOST)
            raise error
        return answer

    def _accepts(self, call: Call, answer: Answer) -> bool:
        """Whether the response's status is one that the endpoint documents."""
        accepted = call.accepted | self.dialect.documented(call.url)
        return (
            judge(answer, call.method, now=0.0, accepted=accepted, provider=self.dialect.provider).meaning
            is Meaning.ACCEPTED
        )

    def _forget(self, call: Call, writes: bool) -> None:
        """Drop what a write makes stale."""
        if writes:
            changed(self.base_url)
        if writes and self.cache is not None:
            self.cache.forget(call.cache_path)
            self.cache.wrote(call.cache_path, self.forges_now())
            if self.cache.fresh_for:
                # Another process may have kept it, and it would be served without asking.
                self.cache.delete(self.place(call.url)[1])

    def exchange(self, method: str, path: str, *, json: object, token: Token | None) -> Mapping[str, Any]:
        """Send one request of a token that renews itself; see :class:`igitt._base.token.Sender`."""
        again = method in {"GET", "DELETE"}  # to revoke a token twice is the same as once
        data = self.request(method, path, json=json, token=token, cached=False, writes=False, again=again).data or {}
        if not isinstance(data, dict):
            raise InvalidResponseError(f"{method} {path} was answered with {type(data).__name__} instead of an object")
        return data

    def url_for(self, path: str, params: Mapping[str, Any] | None = None) -> str:
        """The URL of an API path.

        Raises:
            ValidationError: when `path` is a URL of another origin: the credential would go there too.
        """
        if is_url(path):
            if origin_of(path) != self.origin:
                raise ValidationError(
                    f"{path.partition('?')[0]!r} is not on {self.origin}, which is all that this client talks to"
                )
            url = path
        else:
            url = f"{self.base_url}/{path.lstrip('/')}"
        url, more = clean_url(url), query(params)
        return f"{url}{'&' if '?' in url else '?'}{more}" if more else url

    def rebase(self, url: str) -> str:
        """A link of a response, as a URL of this client's own origin; see :func:`igitt._http.request.rebased`."""
        return rebased(url, self.base_url, self.origin)

    # --- the way of a request ----------------------------------------------------------------------------------------

    def _follow(self, call: Call, cache: ResponseCache | None, accepted: frozenset[int]) -> Answer:
        """Send, and follow a renamed repository's redirect: same method, same body, same origin."""
        for hop in range(_MAX_HOPS):
            answer = self.sender.send(call) if cache is None else revalidated(self.sender, call, cache)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS - accepted or not location:
                answer.redirected = hop > 0
                return answer
            target = self._redirected(call, answer, location)
            if answer.status == 303:
                call.method, call.body = "GET", None
            call.url = target
        last = printable(call.url)
        raise InvalidResponseError(f"this redirects more than {_MAX_HOPS} times", method=call.method, url=last)

    def _redirected(self, call: Call, answer: Answer, location: str) -> str:
        """Where a redirect leads, at this client's own origin: behind a proxy, forges write theirs with another."""
        target = urljoin(call.url, location)
        if origin_of(target) == self.origin:
            return target
        try:
            found = rebased(target, self.base_url, self.origin)
        except InvalidResponseError:
            found = call.url
        if not urlsplit(self.base_url).path or found == call.url:
            raise failures.redirect_error(answer, call.method, target, self.dialect.provider)
        return found

    def place(self, path: str) -> tuple[str, str]:
        """Where the cache keeps the response to a GET of an API path.

        Returns:
            The path and the key, as :meth:`igitt.cache.ResponseCache.remember` takes them.
        """
        call = Call("GET", self.url_for(path), None, {"Accept": self.dialect.accept}, self.token)
        return call.cache_path, call.cache_key(self.base_url, self.dialect)
