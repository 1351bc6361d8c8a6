"""A bot's functions: which events each wants, and how it is called.

Matching reads what the payload holds; only a label that the payload does not tell is asked for. What becomes of a
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
from types import GeneratorType
from typing import Any

from igitt.errors import InvalidPayloadError, ValidationError
from igitt.interfaces.actions import Action, IssueActions, MergeRequestActions
from igitt.interfaces.issue import Issue
from igitt.webhooks.events import Event
from igitt.webhooks.things import made

__all__ = ["Handler", "What", "call", "patterns"]

#: What a function may be registered for: an action, a class of them, or a forge's name of an event.
What = Action | type[Action] | str

_BY_LABEL = frozenset({
    IssueActions.LABELED, IssueActions.UNLABELED, MergeRequestActions.LABELED, MergeRequestActions.UNLABELED,
})  # fmt: skip
#: After how many seconds without an answer to look whether the loop still runs.
_PATIENCE = 0.5
_NO_MORE = object()
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True, slots=True)
class Handler:
    """A function with what it wants.

    Attributes:
        function: it.
        what: the actions, classes of actions and names of events; every event if there are none.
        repositories: patterns of full names, in small letters; every one if there are none.
        labels: one of which has to fit; no matter which if there are none.
        bots: whether it wants what bots do.
        myself: whether it wants what the bot itself does.
    """

    function: Callable[..., Any]
    what: tuple[What, ...] = ()
    repositories: tuple[str, ...] = ()
    labels: frozenset[str] = frozenset()
    bots: bool = False
    myself: bool = False
    _plan: tuple[bool, ...] = field(init=False, repr=False)
    _takes_all: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check what was given, and look once at what the function takes."""
        for what in self.what:
            if not isinstance(what, Action | str) and not (isinstance(what, type) and issubclass(what, Action)):
                raise ValidationError(
                    f"on() takes actions, such as IssueActions.OPENED, their classes, and names of events, not {what!r}"
                )
        plan, takes_all = _parameters(self.function)
        object.__setattr__(self, "_plan", plan)
        object.__setattr__(self, "_takes_all", takes_all)

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
        except InvalidPayloadError:  # one that cannot be read is none that was asked for
            return False
        name = str(where._data.get(where._key) or "").casefold() if where is not None else ""
        return any(fnmatchcase(name, pattern) for pattern in self.repositories)

    def wants_labels(self, event: Event) -> bool:
        """Whether a label fits: the one that came or went, otherwise one that the subject has."""
        if not self.labels:
            return True
        if event.action in _BY_LABEL:
            return any(isinstance(name, str) and name.casefold() in self.labels for name in event.objects[1:])
        has = event.subject.labels if isinstance(event.subject, Issue) else ()
        return any(name.casefold() in self.labels for name in has)

    def call(self, event: Event, loop: asyncio.AbstractEventLoop | None = None) -> Any:
        """What the function makes of the event, or of as many of its objects as it takes."""
        told = iter(event._told)  # made one by one, because few functions take all
        arguments: list[Any] = []
        for is_event in self._plan:
            if is_event:
                arguments.append(event)
            elif (thing := next(told, _NO_MORE)) is not _NO_MORE:
                arguments.append(made(thing))
            else:
                break
        if self._takes_all:
            arguments.extend(map(made, told))
        return call(self.function, *arguments, loop=loop)


def call(function: Callable[..., Any], *arguments: Any, loop: asyncio.AbstractEventLoop | None = None) -> Any:
    """What a function gives; of a coroutine, what comes of it in the end.

    Args:
        function: sync or async.
        arguments: its arguments.
        loop: the loop of another thread that coroutines are to run in; without one, they get one of their own.
    """
    found = function(*arguments)
    # The first two tell of nearly everything, and sooner, that the third would say no.
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
    """What comes of a coroutine in another thread's loop; a loop that ended before would be waited for, for ever."""
    while True:
        done, _ = futures_wait([future], timeout=_PATIENCE)
        if done:
            return future.result()
        if not loop.is_running():
            future.cancel()
            raise RuntimeError("the server's loop ended before the handler did")


def patterns(given: str | Iterable[str] | None, what: str) -> tuple[str, ...]:
    """One text or several, in small letters."""
    try:
        several = () if given is None else (given,) if isinstance(given, str) else tuple(given)
        if all(several):
            return tuple(one.casefold() for one in several)
    except (TypeError, AttributeError):
        pass
    raise ValidationError(f"{what}= is a text or several, not {given!r}")


def _is(event: Event, what: What) -> bool:
    if isinstance(what, str):
        return event.name.casefold() == what.casefold()
    return event.action is what if isinstance(what, Action) else isinstance(event.action, what)


def _parameters(function: Any) -> tuple[tuple[bool, ...], bool]:
    """Of each positional parameter whether it is for the event, and whether there is one for all further objects."""
    if not callable(function):
        raise ValidationError(f"on() decorates a function, not {function!r}")
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return (), True
    needed = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY and one.default is one.empty]
    if needed:
        raise ValidationError(f"a handler is called with positions only; give {', '.join(needed)} a default")
    plan = tuple(_takes_event(one) for one in parameters if one.kind in _POSITIONAL)
    return plan, any(one.kind is one.VAR_POSITIONAL for one in parameters)


def _takes_event(parameter: inspect.Parameter) -> bool:
    note = parameter.annotation
    return parameter.name == "event" or note is Event or (isinstance(note, str) and note.rpartition(".")[2] == "Event")
