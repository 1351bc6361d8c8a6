"""When a request may be sent again, and after how long.

A policy is an immutable value: a client has one, and nobody changes it under its requests. The rule behind it is that
nothing is ever done twice: a write that the forge may have carried out is repeated only where
:mod:`igitt._http.writes` says that doing it twice is the same as doing it once; an HTTP method does not say it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from igitt._base.checks import is_number, is_whole
from igitt._http.refusals import PASSING
from igitt.errors import ValidationError

__all__ = ["RetryPolicy"]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently a client tries again.

    Args:
        total: how many times a request is repeated at most.
        backoff: seconds before the first repetition; doubled for each further one, with up to a quarter taken off at
            random so that many clients do not come back at once.
        max_backoff: the longest such pause, in seconds.
        statuses: the responses that mean "try again".
        methods: the HTTP methods that may be repeated after a response was lost. It only narrows: a write is repeated
            then if its operation allows it (:mod:`igitt._http.writes`) and its method is among these.
    """

    total: int = 3
    backoff: float = 0.5
    max_backoff: float = 20.0
    statuses: frozenset[int] = PASSING
    methods: frozenset[str] = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH"})

    def __post_init__(self) -> None:
        """Refuse values that are not valid, at once."""
        numbers = (self.total, self.backoff, self.max_backoff)
        if any(not is_number(number) for number in numbers):
            raise ValidationError(f"a retry policy takes numbers: {self}")
        if not _is_set_of(self.statuses, int) or not _is_set_of(self.methods, str):
            raise ValidationError(f"a retry policy takes a set of statuses and one of methods, in capitals: {self}")
        if self.total < 0 or self.backoff < 0 or self.max_backoff < 0:
            raise ValidationError(f"retries are 0 or more, and so are pauses, not {self.total} with {self.backoff} s")

    @classmethod
    def of(cls, value: RetryPolicy | int) -> RetryPolicy:
        """The policy itself, or the standard one with `value` repetitions."""
        if isinstance(value, RetryPolicy):
            return value
        if not is_whole(value):
            raise ValidationError(f"retries takes a number or a RetryPolicy, not {value!r}")
        return cls(total=value)

    def pause(self, attempt: int) -> float:
        """Seconds to wait before repetition number `attempt` (from 1)."""
        pause = min(self.max_backoff, self.backoff * 2.0 ** min(attempt - 1, 60))
        return pause * random.uniform(0.75, 1.0)  # noqa: S311 - jitter, not a secret

    def allows(self, method: str, attempt: int, *, maybe_applied: bool) -> bool:
        """Whether repetition number `attempt` (from 1) of a request may be sent.

        Args:
            method: the HTTP method, in capitals.
            attempt: the number of the repetition.
            maybe_applied: False when it is certain that the forge did not carry the request out.
        """
        return attempt <= self.total and (not maybe_applied or method in self.methods)


def _is_set_of(value: object, kind: type) -> bool:
    return isinstance(value, set | frozenset) and all(isinstance(part, kind) for part in value)
