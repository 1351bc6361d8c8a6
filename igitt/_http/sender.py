"""Sending with patience: wait for a turn, send, note what the response says, and send again where that is right.

Between the wire, which sends once, and the cache, which asks for responses. Policies (how often to repeat, how long to
wait) are values that it is made with.
"""

from __future__ import annotations

import logging
import time

from igitt._base.answer import Answer
from igitt._base.clock import Clock
from igitt._base.proof import Named
from igitt._base.trust import printable
from igitt._base.urllib3 import urllib3
from igitt._cache.entry import Entry
from igitt._cache.etags import EtagRule
from igitt._http import error_mapping as failures
from igitt._http.dialect import Dialect
from igitt._http.refusals import Meaning, Verdict, judge
from igitt._http.request import SAFE, Call
from igitt._http.retry import RetryPolicy
from igitt._http.wire import Wire
from igitt._limits.budgets import ALL, Limits
from igitt._limits.headers import rate_limit_of, server_time
from igitt.interfaces.rate_limit import RateLimit

__all__ = ["Sender"]

_log = logging.getLogger("igitt._http.transport")


class Sender:
    """Sends a client's requests, each as often as policy and rate limit allow. Safe to use from many threads.

    Args:
        base_url: the API's base URL.
        wire: sends once.
        dialect: what differs between forges.
        limits: what is known about rate limits.
        retries: the policy of repeating.
        max_wait: how long one request may wait for rate limits altogether, in seconds.
        paced: whether to space writes.
        clock: the source of time.

    Attributes:
        rate_limits: the state in the last responses, by the forge's names for its budgets.
        dated: the last response's ``Date``, and when it came by this machine's clock.
    """

    def __init__(
        self,
        base_url: str,
        wire: Wire,
        dialect: Dialect,
        limits: Limits,
        *,
        retries: RetryPolicy,
        max_wait: float,
        paced: bool,
        clock: Clock,
    ) -> None:
        self.base_url = base_url
        self.wire = wire
        self.dialect = dialect
        self.limits = limits
        self.retries = retries
        self.max_wait = max_wait
        self.paced = paced
        self.clock = clock
        self.etag_rule = EtagRule(dialect.etag_digest)
        self.rate_limits: dict[str, RateLimit] = {}
        self.dated: tuple[str | None, float] = (None, 0.0)
        #: Seconds that the forge's clock is ahead of this machine's.
        self._skew = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.clock.time()

    def forges_now(self) -> float:
        """The same by the forge's clock, according to its last response; rather a second too early than too late."""
        return self.clock.time() + self._skew

    def send(self, call: Call, entry: Entry | None = None) -> Answer:
        """Send once, or as often as policy and rate limit allow.

        Args:
            call: the request.
            entry: what is known of its response, whose validator is sent along.

        Raises:
            IGittError: when no response came, or the forge accepts no request for longer than this client waits.
        """
        whose = Named(f"{self.base_url} {call.payer}", call.token)
        while True:
            self._hold(call, whose)
            if call.token is not None:
                call.credential = call.token.credential
            call.validate(entry, self.dialect, self.etag_rule, self.forges_now())
            began = time.monotonic()
            try:
                answer = self.wire.send(call)
            except (OSError, urllib3.exceptions.HTTPError, ValueError) as error:  # RequestException is an OSError
                never_sent = failures.never_sent(error)
                call.attempts += 1
                overdue = time.monotonic() - began >= self.wire.total_timeout
                if overdue or not failures.passing(error) or not self._again(call, maybe_applied=not never_sent):
                    proxy = self.wire.proxy_for(call.url)
                    total = self.wire.total_timeout if overdue else None
                    told = failures.connection_error(error, call.method, call.url, proxy, total)
                    told.outcome_unknown = (
                        call.method not in SAFE and not call.reads and failures.may_have_arrived(error)
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

    def _hold(self, call: Call, whose: str) -> None:
        """Wait for as long as nothing is worth sending, and for a write's turn; or say until when, sending nothing."""
        resource = self.dialect.resource(call.url)
        wait = self.limits.wait(whose, resource, self.now()) if resource is not None else 0.0
        if wait:
            self._wait(call, wait, "the rate limit is known to be used up, so this was not sent", None)
        if self.paced and call.method not in SAFE:
            wait = self.limits.pace(whose, self.now(), self.max_wait - call.waited)
            if wait:
                self._wait(call, wait, "writes come faster than the forge asks for, so this was not sent", None)

    def _learn(self, answer: Answer, whose: str) -> None:
        """Note what a response says about rate limits, and about the forge's clock."""
        self.dated = answer.headers.get("date"), self.now()
        limit = rate_limit_of(answer.headers, self.dialect.provider.rates)
        if limit is not None:
            self.rate_limits[limit.resource] = limit
            here = self.now()
            there = server_time(answer.headers, here)
            self._skew = there - here
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
        """Seconds until the request is worth sending again; None if its response stands."""
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
