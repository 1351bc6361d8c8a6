"""The one way out: every request of a client goes through :meth:`Transport.request`.

Build → credential → validator from the cache → send → retry → rate limit → answer or error → store in the cache.
Policies (how often to retry, how long to wait) are values that the transport is made with. What differs between forges
in HTTP is a :class:`Dialect`; what an endpoint means is not known here.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict

from igitt._base.answer import Answer
from igitt._base.bounded import MAX_BYTES, checked_bytes, read_body
from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.paths import query
from igitt._base.proof import Named
from igitt._base.token import Token
from igitt._base.trust import origin_of, printable
from igitt._base.urllib3 import urllib3
from igitt._cache.entry import Entry
from igitt._cache.etags import EtagRule
from igitt._http import error_mapping as failures
from igitt._http.changes import changed
from igitt._http.deadline import BoundedAdapter, bound
from igitt._http.refusals import LOST, Meaning, Verdict, judge, judge_graphql
from igitt._http.request import (
    Call,
    Dialect,
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
from igitt._limits.budgets import ALL, Limits
from igitt._limits.headers import rate_limit_of, server_time
from igitt._limits.owner import limits_of
from igitt._version import __version__
from igitt.cache import ResponseCache
from igitt.errors import IGittError, InvalidResponseError, ReadOnlyError, ValidationError
from igitt.interfaces.rate_limit import RateLimit

__all__ = ["Dialect", "Transport"]

_log = logging.getLogger("igitt._http.transport")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
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
        timeout: seconds to wait for a connection and for each part of an answer; or a pair of the two.
        total_timeout: seconds that one answer may take as a whole.
        retries: the policy of repeating.
        max_wait: how long one request may wait for rate limits altogether, in seconds.
        cache: where answers are kept; None for nowhere.
        read_only: whether to refuse every write.
        pace_writes: whether to space writes; None for what the dialect says.
        max_bytes: how many bytes an answer may have, unpacked.
        clock: where the time comes from.
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
        self.timeout = checked_timeout(timeout)
        self.total_timeout = checked_total(total_timeout)
        self.retries = RetryPolicy.of(retries)
        if isinstance(max_wait, bool) or not isinstance(max_wait, int | float) or max_wait < 0:
            raise ValidationError(f"max_wait is a number of seconds, not {max_wait!r}")
        self.max_wait = max_wait
        self.cache = cache
        self.read_only = read_only
        self.max_bytes = checked_bytes(max_bytes)
        self.clock = clock
        self.rate_limits: dict[str, RateLimit] = {}
        self.limits = Limits() if cache is None else limits_of(cache)
        self.paced = dialect.paced if pace_writes is None else pace_writes
        #: Seconds that the forge's clock is ahead of this machine's.
        self.skew = 0.0
        self.etag_rule = EtagRule(dialect.etag_digest)
        #: The last answer's ``Date``, and when it came by this machine's clock.
        self.dated: tuple[str | None, float] = (None, 0.0)
        self._given_session = session
        self._lock = threading.Lock()
        self._open()
        self.token = token
        if token is not None:
            token.bind(self)

    def _open(self) -> None:
        """Make the session, and look up proxies and certificates once: `requests` would do it anew for every call."""
        if self._given_session is not None:
            self._session = self._given_session
        else:
            self._session = requests.Session()
            for scheme in ("https://", "http://"):
                self._session.mount(scheme, BoundedAdapter(self.total_timeout, pool_maxsize=32))
            self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        settings = self._session.merge_environment_settings(self.base_url, {}, None, None, None)
        if self._given_session is not None:
            # What the session says counts more than the environment, which `requests` has the other way round.
            own = self._given_session
            settings["proxies"] = dict(own.proxies) or settings["proxies"]
            settings["verify"] = settings["verify"] if own.verify is True else own.verify
        self._settings: dict[str, Any] = dict(settings, stream=True, allow_redirects=False, timeout=self.timeout)
        self._cookies = RequestsCookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._headers = {
            "User-Agent": f"igitt/{__version__}",
            "Accept-Encoding": "gzip, deflate",
            **self.dialect.headers,
        }
        self.process_id = os.getpid()

    def stay_anonymous(self) -> None:
        """Use no credential that nobody gave to this client, such as a login in the user's netrc file."""
        self.token = None

    def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        if self._given_session is None:
            self._session.close()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.clock.time()

    def forges_now(self) -> float:
        """The same by the forge's clock, as far as its last answer told; rather a second too early than too late."""
        return self.clock.time() + self.skew

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
        """Send a request and give the answer, which is one of success.

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
            writes: whether this changes something at the forge; told from the method if not given.
            accepted: further statuses that are no failure here.
            graphql: whether it is GraphQL, which refuses with status 200, too, and reads by POST.
            again: whether doing it twice is the same as doing it once, so that it may be repeated after its answer was
                lost; told from the method if not given, by which no write is.
            max_bytes: how many bytes the answer may have, unpacked, if not as many as the client's.

        Raises:
            IGittError: its kind tells what went wrong; ``outcome_unknown`` that a write may have been carried out.
        """
        method = method.upper()
        if not method.isalpha() or not method.isascii():
            raise ValidationError(f"{method!r} is no HTTP method")
        writes = method not in _SAFE if writes is None else writes
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
        own = not _CONDITIONS.isdisjoint(names)  # what the caller asks conditionally, the caller keeps
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
            # A refusal stands for this sending; that of one before it, whose answer was lost, nobody knows.
            error.outcome_unknown = writes and (call.repeatable or answer.status in LOST)
            raise error
        return answer

    def _accepts(self, call: Call, answer: Answer) -> bool:
        """Whether the answer's status is one that the endpoint documents."""
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
        """A link of an answer, as a URL of this client's own origin; see :func:`igitt._http.request.rebased`."""
        return rebased(url, self.base_url, self.origin)

    # --- the way of a request ----------------------------------------------------------------------------------------

    def _follow(self, call: Call, cache: ResponseCache | None, accepted: frozenset[int]) -> Answer:
        """Send, and go where a renamed repository's redirect leads: same method, same body, same origin."""
        for hop in range(_MAX_HOPS):
            answer = self.send(call) if cache is None else revalidated(self, call, cache)
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

    def send(self, call: Call, entry: Entry | None = None) -> Answer:
        """Send once, or as often as policy and rate limit allow.

        Args:
            call: the request.
            entry: what is known of its answer, whose validator is sent along.

        Raises:
            IGittError: when no answer came, or the forge accepts none for longer than this client waits.
        """
        whose = Named(f"{self.base_url} {call.payer}", call.token)
        while True:
            self._hold(call, whose)
            if call.token is not None:
                call.credential = call.token.credential
            call.validate(entry, self.dialect, self.etag_rule, self.forges_now())
            began = time.monotonic()
            try:
                answer = self._once(call)
            except (OSError, urllib3.exceptions.HTTPError, ValueError) as error:  # RequestException is an OSError
                never_sent = failures.never_sent(error)
                call.attempts += 1
                overdue = time.monotonic() - began >= self.total_timeout
                if overdue or not failures.passing(error) or not self._again(call, maybe_applied=not never_sent):
                    proxy = requests.utils.select_proxy(call.url, self._settings["proxies"])
                    total = self.total_timeout if overdue else None
                    told = failures.connection_error(error, call.method, call.url, proxy, total)
                    told.outcome_unknown = (
                        call.method not in _SAFE and not call.reads and failures.may_have_arrived(error)
                    )
                    raise told from failures.bare(error)
                call.repeatable = call.repeatable or not never_sent
                self.clock.sleep(self.retries.pause(call.attempts))
                continue
            self._learn(answer, whose)
            if answer.status < 400 and call.judge is judge:
                return answer
            pause = self._pause(call, answer, whose)
            if pause is None:
                return answer
            if pause:
                self.clock.sleep(pause)

    def _once(self, call: Call) -> Answer:
        if self.process_id != os.getpid():
            with self._lock:
                if self.process_id != os.getpid():
                    # Connections must not be shared with the process that this one was forked from.
                    if self._given_session is not None:
                        self._given_session.close()
                    self._open()
        prepared = requests.PreparedRequest()
        prepared.method = call.method
        prepared.url = call.url
        prepared.headers = CaseInsensitiveDict(
            {**self._headers, **call.extra, **call.credential.headers, **call.validators}
        )
        prepared.body = call.body
        if call.body is not None:
            prepared.headers["Content-Length"] = str(len(call.body))
        elif call.method not in _SAFE:
            prepared.headers["Content-Length"] = "0"
        setattr(prepared, "_cookies", self._cookies)  # noqa: B010 - neither type checker knows what Session.send reads
        began = time.monotonic()
        with self._session.send(prepared, **self._settings) as response:
            if self._given_session is not None:
                bound(response, began + self.total_timeout)
            content, packed = read_body(response, call.max_bytes)
        answer = Answer(response.status_code, response.headers, content, call.url, packed=packed)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s %s %s", call.method, printable(call.url), answer.status)
        return answer

    def _hold(self, call: Call, whose: str) -> None:
        """Wait for as long as nothing is worth sending, and for a write's turn; or say until when, sending nothing."""
        resource = self.dialect.resource(call.url)
        wait = self.limits.wait(whose, resource, self.now()) if resource is not None else 0.0
        if wait:
            self._wait(call, wait, "the rate limit is known to be used up, so this was not sent", None)
        if self.paced and call.method not in _SAFE:
            wait = self.limits.pace(whose, self.now(), self.max_wait - call.waited)
            if wait:
                self._wait(call, wait, "writes come faster than the forge wants, so this was not sent", None)

    def _learn(self, answer: Answer, whose: str) -> None:
        """What an answer tells of rate limits, and of the forge's clock."""
        self.dated = answer.headers.get("date"), self.now()
        limit = rate_limit_of(answer.headers, self.dialect.provider.rates)
        if limit is not None:
            self.rate_limits[limit.resource] = limit
            here = self.now()
            there = server_time(answer.headers, here)
            self.skew = there - here
            self.limits.note(whose, limit, here, there)

    def _wait(self, call: Call, wait: float, message: str, answer: Answer | None) -> None:
        if call.waited + wait > self.max_wait:
            raise failures.rate_limit_error(
                call.method, call.url, message, wait=wait, max_wait=self.max_wait, now=self.now(), answer=answer
            )
        call.waited += wait
        _log.info("rate limit: waiting %.0f s before %s %s", wait, call.method, printable(call.url))
        self.clock.sleep(wait)

    def _pause(self, call: Call, answer: Answer, whose: str) -> float | None:
        """Seconds until the request is worth sending again; None if its answer stands."""
        if answer.status == 401 and call.token is not None:
            call.chances += 1
            return call.token.second_chance(call.credential.headers, answer.headers, call.chances - 1)
        verdict = call.judge(
            answer, call.method, now=self.now(), refusals=call.refusals, accepted=call.accepted,
            passing=self.retries.statuses, provider=self.dialect.provider,
        )  # fmt: skip
        if verdict.meaning is Meaning.LIMIT:
            self._limited(call, answer, verdict, whose)
            return 0.0
        if verdict.meaning is Meaning.PASSING:
            call.attempts += 1
            if self._again(call, maybe_applied=verdict.applied):
                pause = max(verdict.wait or 0.0, self.retries.pause(call.attempts))
                if verdict.wait is None or call.waited + pause <= self.max_wait:
                    call.waited += pause if verdict.wait is not None else 0.0
                    call.repeatable = True
                    return pause
        return None

    def _limited(self, call: Call, answer: Answer, verdict: Verdict, whose: str) -> None:
        """Wait after a refusal for a rate limit, and let all that share the limit know of it."""
        call.refusals += 1
        wait = max(1.0, verdict.wait or 0.0)
        resource = answer.headers.get("x-ratelimit-resource") or answer.headers.get("ratelimit-name")
        resource = resource or self.dialect.resource(call.url)
        if not verdict.everything and resource is not None:
            self.limits.refused(whose, resource, self.now(), wait)
        elif verdict.everything and self.dialect.secondary_limit:
            self.limits.refused(whose, ALL, self.now(), wait)
        if verdict.applied and not call.reads:
            # A part of it was carried out: the rest is for whoever knows what that was.
            raise failures.rate_limit_error(
                call.method, call.url, f"{verdict.message} (a part was carried out)", wait=wait, max_wait=self.max_wait,
                now=self.now(), answer=answer,
            )  # fmt: skip
        self._wait(call, wait, verdict.message, answer)

    def _again(self, call: Call, *, maybe_applied: bool) -> bool:
        """Whether a request may be sent again after a failure; policy and operation both have to allow it."""
        maybe_applied = maybe_applied and not call.reads
        allowed = self.retries.allows(call.method, call.attempts, maybe_applied=maybe_applied)
        return allowed and (call.again or not maybe_applied)

    def place(self, path: str) -> tuple[str, str]:
        """Where the cache keeps the answer to a GET of an API path.

        Returns:
            The path and the key, as :meth:`igitt.cache.ResponseCache.remember` takes them.
        """
        call = Call("GET", self.url_for(path), None, {"Accept": self.dialect.accept}, self.token)
        return call.cache_path, call.cache_key(self.base_url, self.dialect)
