"""What is known of rate limits before a request is sent: whose budget is empty, and whose writes come too fast.

Every answer tells what is left (:mod:`igitt._limits.headers` reads it). A client that knows its budget to be empty
does not send: it waits for the window's end, or says when that is. Through a store that several processes share, each
of them knows what one of them was told. And writes are spaced where a forge asks for that.

Nothing here sends or sleeps: a :class:`Limits` says for how long not to send.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from igitt._base import json as _json
from igitt._base.forks import mend_after_fork
from igitt._base.proof import Named
from igitt._base.proven import ProvenStore
from igitt._limits.headers import LONGEST_WAIT
from igitt.interfaces.rate_limit import RateLimit

__all__ = ["ALL", "Limits"]

#: The budget of everything that an identity sends, besides those that have names.
ALL = "*"
#: What the shared store is asked for at most, and told of what is merely less than before: each so many seconds.
_READ_EACH, _WRITE_EACH = 1.0, 10.0
#: GitHub asks for one second between writes, and refuses more than 80 a minute and 500 an hour. Twenty at once and then
#: one a second stays within both of the first.
_AT_ONCE, _APART = 20, 1.0
_HOUR, _AN_HOUR = 3600.0, 500
#: How many identities are remembered.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of one budget: the units left, until when (by this machine's clock), and when that was reported."""

    limit: int
    remaining: int
    until: float
    told_at: float

    def wait(self, now: float) -> float:
        return min(max(0.0, self.until - now), LONGEST_WAIT) if self.remaining <= 0 else 0.0

    def dumps(self) -> str:
        return _json.dumps({"limit": [1, self.limit, self.remaining, self.until, self.told_at]}).decode()

    @classmethod
    def loads(cls, text: str | bytes) -> _State:
        version, limit, remaining, until, told_at = _json.loads(text)["limit"]
        if version != 1:
            raise ValueError(version)
        found = cls(int(limit), int(remaining), float(until), float(told_at))
        if not math.isfinite(found.until) or not math.isfinite(found.told_at):
            raise ValueError(f"a budget until {until}, told at {told_at}")
        return found


class _Budget:
    """One budget as this process knows it."""

    __slots__ = ("read_at", "state", "written")

    def __init__(self) -> None:
        self.state: _State | None = None
        self.read_at = 0.0
        self.written: _State | None = None


class _Pace:
    """When one identity wrote."""

    __slots__ = ("due", "sent")

    def __init__(self) -> None:
        self.due = 0.0
        self.sent: deque[float] = deque(maxlen=_AN_HOUR)


class Limits:
    """The budgets of every identity that this process uses. Safe to use from many threads.

    Args:
        shared: gives the store through which other processes know of them, too; None to keep them to this one.
    """

    def __init__(self, shared: Callable[[], ProvenStore | None] = lambda: None) -> None:
        self._lock = threading.Lock()
        self._budgets: OrderedDict[str, _Budget] = OrderedDict()
        self._paces: OrderedDict[str, _Pace] = OrderedDict()
        self._shared = shared
        mend_after_fork(self)

    def clear(self) -> None:
        """Know nothing, here and in the shared store."""
        with self._lock:
            slots = [_slot(key) for key, budget in self._budgets.items() if budget.written is not None]
            self._budgets.clear()
            self._paces.clear()
        store = self._shared()
        if store is not None:
            for slot in slots:
                store.delete(slot)

    def after_fork(self) -> None:
        """Be usable in a process that was forked while another thread was in here."""
        self._lock = threading.Lock()

    # --- budgets -----------------------------------------------------------------------------------------------------

    def note(self, whose: str, limit: RateLimit, now: float, forges_now: float) -> None:
        """Take over what a response says.

        Args:
            whose: the instance and the identity.
            limit: it.
            now: this machine's time.
            forges_now: the forge's time, by which the window's end is given.
        """
        if limit.reset_at is not None:
            # One second more: the window ends at the end of that second.
            until = now + limit.reset_at.timestamp() - forges_now + 1.0
            self._learn(whose, limit.resource, _State(limit.limit, limit.remaining, until, now))

    def refused(self, whose: str, resource: str, now: float, wait: float) -> None:
        """The forge accepts nothing of a budget for `wait` seconds."""
        self._learn(whose, resource, _State(0, 0, now + wait, now))

    def wait(self, whose: str, resource: str, now: float) -> float:
        """For how many seconds nothing of that budget is worth sending; 0 if something is, or nothing is known."""
        return max(self._known(whose, one, now) for one in (resource, ALL))

    def _learn(self, whose: str, resource: str, state: _State) -> None:
        key = f"{whose} {resource}"
        with self._lock:
            budget = self._budgets.setdefault(key, _Budget())
            self._budgets.move_to_end(key)
            if len(self._budgets) > _MOST:
                self._budgets.popitem(last=False)
            budget.state = state
            store, before = self._shared(), budget.written
            worth = store is not None and (
                before is None
                or (state.remaining <= 0) != (before.remaining <= 0)
                or state.told_at - before.told_at >= _WRITE_EACH
            )
            if worth:
                budget.written = state
        if worth and store is not None:
            store.write(_slot(key, whose), state.dumps())

    def _known(self, whose: str, resource: str, now: float) -> float:
        key = f"{whose} {resource}"
        budget = self._budgets.get(key)
        store = self._shared()
        if store is None:
            return budget.state.wait(now) if budget is not None and budget.state is not None else 0.0
        with self._lock:
            budget = self._budgets.setdefault(key, _Budget())
            due = now - budget.read_at >= _READ_EACH
            if due:
                budget.read_at = now
        if due:
            proven = store.read(_slot(key, whose))
            try:
                told = _State.loads(proven) if proven else None
            except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
                told = None
            with self._lock:
                if told is not None and (budget.state is None or told.told_at > budget.state.told_at):
                    budget.state = budget.written = told
        return budget.state.wait(now) if budget.state is not None else 0.0

    # --- writes ------------------------------------------------------------------------------------------------------

    def pace(self, whose: str, now: float, patience: float) -> float:
        """Take the next turn of a write.

        Args:
            whose: the instance and the identity.
            now: this machine's time.
            patience: for how many seconds the caller would wait; if it is longer, no turn is taken.

        Returns:
            Seconds until the turn comes.
        """
        with self._lock:
            pace = self._paces.setdefault(whose, _Pace())
            self._paces.move_to_end(whose)
            if len(self._paces) > _MOST:
                self._paces.popitem(last=False)
            turn = max(now, pace.due - (_AT_ONCE - 1) * _APART)
            if len(pace.sent) == _AN_HOUR:
                turn = max(turn, pace.sent[0] + _HOUR)
            if turn - now <= patience:
                pace.due = max(pace.due, turn) + _APART
                pace.sent.append(turn)
            return turn - now


def _slot(key: str, whose: str = "") -> Named:
    digest = hashlib.blake2b(key.encode(), digest_size=20).hexdigest()
    return Named(f"igitt:limit:{digest}", getattr(whose, "token", None))
