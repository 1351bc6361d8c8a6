"""A bot's functions: which events each wants, and how it is called.

Matching reads what the payload holds; only a label that the payload does not hold is asked for. What becomes of a
failure, and in which thread things run, is the business of :mod:`igitt.webhooks.router`.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as futures_wait
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import partial
from types import GeneratorType
from typing import Any

from igitt.errors import InvalidPayloadError, ValidationError
from igitt.interfaces.actions import Action, CommentActions, IssueActions, MergeRequestActions
from igitt.interfaces.enums import AccessLevel
from igitt.interfaces.event import Event
from igitt.interfaces.issue import Issue
from igitt.webhooks.binding import Binding, Plan, Slot
from igitt.webhooks.lazy import Thing, made
from igitt.webhooks.shapes import kind_of

__all__ = ["UNFILLED", "Handler", "What", "call", "patterns"]

#: What a function may be registered for: an action, a class of them, or a forge's name of an event.
What = Action | type[Action] | str

_BY_LABEL = frozenset({
    IssueActions.LABELED, IssueActions.UNLABELED, MergeRequestActions.LABELED, MergeRequestActions.UNLABELED,
})  # fmt: skip
#: After how many seconds without an answer to look whether the loop still runs.
_PATIENCE = 0.5
#: What stands for the result of a function that was not called, because the event lacks what it takes.
UNFILLED: Any = object()


@dataclass(frozen=True, slots=True)
class Handler:
    """A function with what it wants.

    Attributes:
        function: it.
        what: the actions, classes of actions and names of events; every event if there are none.
        repositories: patterns of full names, in lower case; every one if there are none.
        labels: one of which has to fit; no matter which if there are none.
        bots: whether it wants what bots do.
        myself: whether it wants what the bot itself does.
        sender: the access that the sender needs in the repository; None for none.
    """

    function: Callable[..., Any]
    what: tuple[What, ...] = ()
    repositories: tuple[str, ...] = ()
    labels: frozenset[str] = frozenset()
    bots: bool = False
    myself: bool = False
    sender: AccessLevel | None = None
    _binding: Binding = field(init=False, repr=False)
    # By action and the classes of an event's objects, how to call the function; None where those cannot fill it.
    _plans: dict[tuple[Any, ...], Plan | None] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Check what was given, and look once at what the function takes."""
        for what in self.what:
            if not isinstance(what, Action | str) and not (isinstance(what, type) and issubclass(what, Action)):
                raise ValidationError(
                    f"on() takes actions, such as IssueActions.OPENED, their classes, and names of events, not {what!r}"
                )
        binding = Binding(self.function, self.name)
        binding.check(tuple(map(_meant, self.what)))
        object.__setattr__(self, "_binding", binding)

    @property
    def name(self) -> str:
        """The function's name, for logs."""
        return str(getattr(self.function, "__qualname__", None) or type(self.function).__name__)

    def is_for(self, event: Event) -> bool:
        """Whether it wants events of that action and name."""
        return not self.what or any(_is(event, what) for what in self.what)

    def is_at(self, event: Event) -> bool:
        """Whether it wants events of that repository; sends nothing."""
        if not self.repositories:
            return True
        try:
            where: Any = event.repository
        except InvalidPayloadError:  # one that cannot be read is not one that was asked for
            return False
        name = str(where._data.get(where._key) or "").casefold() if where is not None else ""
        return any(fnmatchcase(name, pattern) for pattern in self.repositories)

    def allows(self, event: Event) -> bool:
        """Whether the sender may have it called: asks the forge what they may do in the event's repository.

        Raises:
            IGittError: when the forge cannot be asked; the function is not called then.
        """
        if self.sender is None:
            return True
        where, who = event.repository, event.sender
        return where is not None and who is not None and where.get_permission_level(who) >= self.sender

    def wants_labels(self, event: Event) -> bool:
        """Whether a label fits: the one that came or went, otherwise one that the subject has."""
        if not self.labels:
            return True
        if event.action in _BY_LABEL:
            return any(isinstance(name, str) and name.casefold() in self.labels for name in event.objects[1:])
        has = event.subject.labels if isinstance(event.subject, Issue) else ()
        return any(name.casefold() in self.labels for name in has)

    def fits(self, event: Event) -> bool:
        """Whether the event has what the function takes, as far as that is known without making objects."""
        return self._plan(event) is not None and self._is_about(event)

    def _is_about(self, event: Event) -> bool:
        """Whether a comment is on what IGitt's words say; anything else is."""
        kinds = [_COMMENTED[what] for what in self.what if isinstance(what, Action) and what in _COMMENTED]
        if not kinds or event.action is not CommentActions.CREATED:
            return True
        plain = (what for what in self.what if _meant(what) is what)
        return any(_is(event, what) for what in plain) or getattr(event.subject, "kind", None) in kinds

    def _plan(self, event: Event) -> Plan | None:
        key = (id(event._action), *[_class_of(thing) for thing in event._told])
        try:
            return self._plans[key]
        except KeyError:
            shape = tuple(kind_of(event._action, _class_of(thing)) for thing in event._told)
            plan = self._plans[key] = self._binding.plan(shape, event._action)
            return plan

    def call(self, event: Event, loop: asyncio.AbstractEventLoop | None = None) -> Any:
        """What the function makes of what it takes of the event; :data:`UNFILLED` where the payload lacks any of it."""
        plan = self._plan(event)
        if plan is None:
            return UNFILLED
        arguments = [_value(slot, event) for slot in plan.positional]
        named = {name: _value(slot, event) for name, slot in plan.named}
        if any(one is UNFILLED for one in arguments) or any(one is UNFILLED for one in named.values()):
            return UNFILLED
        arguments.extend(made(event._told[number]) for number in plan.rest)
        return call(partial(self.function, **named) if named else self.function, *arguments, loop=loop)


def _class_of(thing: Any) -> type:
    """The class of an object, which need not be made for that."""
    found: type = getattr(thing.client, thing.cls) if thing.__class__ is Thing else thing.__class__
    return found


def _value(slot: Slot, event: Event) -> Any:
    """An argument; :data:`UNFILLED` without one."""
    if slot.position is not None:
        found = made(event._told[slot.position])  # made one by one, because few functions take all
    elif slot.attribute:
        found = event if slot.attribute == "event" else getattr(event, slot.attribute)
        if slot.classes and not isinstance(found, slot.classes):
            found = None
    else:
        return slot.otherwise
    if found is not None or not slot.strict:
        return found
    return UNFILLED if slot.otherwise is inspect.Parameter.empty else slot.otherwise


def call(function: Callable[..., Any], *arguments: Any, loop: asyncio.AbstractEventLoop | None = None) -> Any:
    """What a function returns; of a coroutine, its result.

    Args:
        function: sync or async.
        arguments: its arguments.
        loop: the loop of another thread that coroutines are to run in; without one, they get one of their own.
    """
    found = function(*arguments)
    # The first two reject nearly everything that the third would, and sooner.
    if not (hasattr(type(found), "__await__") or isinstance(found, GeneratorType)) or not inspect.isawaitable(found):
        return found

    async def wait() -> Any:
        return await found

    if loop is not None and loop.is_running():
        return _wait_for(asyncio.run_coroutine_threadsafe(wait(), loop), loop)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(wait())
    # This thread's loop cannot run it, because it is waiting here.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, wait()).result()


def _wait_for(future: Future[Any], loop: asyncio.AbstractEventLoop) -> Any:
    """The result of a coroutine in another thread's loop; a loop that ended before would be waited for forever."""
    while True:
        done, _ = futures_wait([future], timeout=_PATIENCE)
        if done:
            return future.result()
        if not loop.is_running():
            future.cancel()
            raise RuntimeError("the server's loop ended before the handler did")


def patterns(given: str | Iterable[str] | None, what: str) -> tuple[str, ...]:
    """One text or several, in lower case."""
    try:
        several = () if given is None else (given,) if isinstance(given, str) else tuple(given)
        if all(several):
            return tuple(one.casefold() for one in several)
    except (TypeError, AttributeError):
        pass
    raise ValidationError(f"{what}= is a text or several, not {given!r}")


def _is(event: Event, what: What) -> bool:
    if isinstance(what, Action):  # before texts: an action may be a text as well
        return event.action is _meant(what)
    return event.name.casefold() == what.casefold() if isinstance(what, str) else isinstance(event.action, what)


#: IGitt's words for a new comment, and what it is on.
_COMMENTED: dict[Action, str] = {IssueActions.COMMENTED: "issue", MergeRequestActions.COMMENTED: "merge request"}


def _meant(what: What) -> What:
    """The action that events have, for one of IGitt's words."""
    return CommentActions.CREATED if isinstance(what, Action) and what in _COMMENTED else what
