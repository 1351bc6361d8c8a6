"""The same surface for asyncio: attributes, methods and lists are awaited, and the loop is never blocked.

    from igitt.aio import aio

    async def close_stale(repository):
        async for issue in aio(repository).filter_issues(labels=["stale"]):
            if await issue.comments.length() > 3:
                await issue.close()

``aio(thing)`` wraps a client, an object, a list or an event. What is awaited runs on a pool of threads of its own, so
that the one implementation serves both worlds; what comes back is wrapped again. The types are in the stub beside this
module, which is made from the interfaces.

- An attribute is written with ``await issue.edit(title="…")``: assigning cannot be awaited, and raises.
- Cancelling stops waiting at once. A request that was under way is not taken back: a write may have been carried out.
- ``contextvars`` are those of the caller.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping
from itertools import islice
from types import ModuleType
from typing import Any, NoReturn

from igitt import interfaces
from igitt._base.threads import Pool
from igitt.errors import ValidationError
from igitt.interfaces.element import Element as _Element
from igitt.interfaces.hoster import Hoster as _Hoster
from igitt.interfaces.lists import PaginatedList as _PaginatedList

__all__ = ["AsyncList", "AsyncObject", "Awaited", "Pool", "aio", "plain", "use_threads"]

#: How many things of a list that are at hand are handed over in one step.
_STEP = 100


_pool = Pool()


def use_threads(number: int) -> None:
    """Say how many requests may be under way at once, in this process.

    Args:
        number: the threads; 32 unless this was called.

    Raises:
        ValidationError: when it is no positive whole number.

    Example:
        >>> from igitt.aio import use_threads
        >>> use_threads(64)
        >>> use_threads(32)
    """
    global _pool  # noqa: PLW0603 - one pool for the process, so that its bound is one
    _pool = Pool(number)


# --- wrapping --------------------------------------------------------------------------------------------------------


def plain(thing: Any) -> Any:
    """What an awaitable object or list stands for: the object of the blocking surface; everything else as it is."""
    return thing._plain if isinstance(thing, AsyncObject | AsyncList) else thing


def _unwrapped(value: Any) -> Any:
    """An argument of a call: awaitable objects stand for what they wrap, within collections too."""
    if isinstance(value, AsyncObject | AsyncList):
        return value._plain
    if isinstance(value, Awaited):
        value._refuse("pass it on")
    if isinstance(value, list | tuple | set | frozenset) and type(value) in {list, tuple, set, frozenset}:
        return type(value)(_unwrapped(one) for one in value)
    if type(value) is dict:
        return {key: _unwrapped(one) for key, one in value.items()}
    return value


def _wrapped(value: Any) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """What is given back: things and lists of things become awaitable, everything else stays what it is."""
    if isinstance(value, _Element | _Hoster):
        return _class_of(type(value))(value)
    if isinstance(value, _PaginatedList):
        return AsyncList(value)
    if isinstance(value, Awaited | AsyncObject | AsyncList | str | bytes):
        return value
    kind = type(value)
    if kind in {list, tuple, set, frozenset}:
        return kind(_wrapped(one) for one in value)
    if kind is dict:
        return {key: _wrapped(one) for key, one in value.items()}
    if isinstance(value, interfaces.NamedSet):
        things = list(value)
        return frozenset(_wrapped(one) for one in things) if any(map(_is_thing, things)) else value
    if isinstance(value, Iterator):
        return AsyncList(value)
    return value


def _is_thing(value: object) -> bool:
    return isinstance(value, _Element | _Hoster)


class Awaited:
    """What an attribute or a call will give: ``await`` it, call it, or go through it with ``async for``."""

    __slots__ = ("_get", "_what")

    def __init__(self, get: Callable[[], Any], what: str) -> None:
        object.__setattr__(self, "_get", get)
        object.__setattr__(self, "_what", what)

    def __await__(self) -> Generator[Any, None, Any]:
        return self._run().__await__()

    async def _run(self) -> Any:
        get = self._get
        found = await _pool.run(get)
        if callable(found) and not isinstance(found, type) and hasattr(found, "__self__"):
            raise TypeError(f"{self._what} is a method: await {self._what}(…)")
        return _wrapped(found)

    def __call__(self, *args: Any, **keywords: Any) -> Awaited:
        """Call the method; nothing happens until it is awaited."""
        get = self._get
        given, named = [_unwrapped(one) for one in args], {key: _unwrapped(one) for key, one in keywords.items()}
        return Awaited(lambda: get()(*given, **named), f"{self._what}(…)")

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._each()

    async def _each(self) -> AsyncIterator[Any]:
        found = await self
        if isinstance(found, AsyncList):
            async for one in found:
                yield one
        elif isinstance(found, Iterable) and not isinstance(found, str | bytes | Mapping):
            for one in found:
                yield one
        else:
            raise TypeError(f"{self._what} is {type(found).__name__}, which is no list: await it")

    def __getattr__(self, name: str) -> Any:
        # `aio(repo).issues.length()`: what an awaitable list can do, without another await in between.
        if name in _OF_LISTS:
            get = self._get
            return _Later(lambda: getattr(AsyncList(get()), name), f"{self._what}.{name}")
        raise AttributeError(f"{self._what} is awaited first: (await {self._what}).{name}")

    def __getitem__(self, index: Any) -> Awaited:
        get = self._get
        return Awaited(lambda: get()[index], f"{self._what}[…]")

    def __repr__(self) -> str:
        return f"<{self._what}, not awaited>"

    def _refuse(self, doing: str = "compare it") -> NoReturn:
        raise TypeError(f"{self._what} is awaited first: `await {self._what}`, and only then can you {doing}")

    def __bool__(self) -> NoReturn:  # noqa: PLE0304 - it never returns
        self._refuse("ask whether it is true")

    def __eq__(self, other: object) -> NoReturn:
        self._refuse()

    def __ne__(self, other: object) -> NoReturn:
        self._refuse()

    __hash__ = object.__hash__  # asyncio.gather() keeps what it waits for in a dict

    def __lt__(self, other: object) -> NoReturn:
        self._refuse()

    __le__ = __gt__ = __ge__ = __lt__

    def __contains__(self, other: object) -> NoReturn:
        self._refuse("look into it")

    def __iter__(self) -> NoReturn:
        raise TypeError(f"{self._what} is gone through with `async for`, or awaited first")

    def __len__(self) -> NoReturn:
        raise TypeError(f"{self._what} is counted with `await {self._what}.length()`")

    def __str__(self) -> NoReturn:  # noqa: PLE0307 - it never returns
        self._refuse("print it")

    def __format__(self, spec: str) -> NoReturn:
        self._refuse("print it")


class _Later(Awaited):
    """A method of a list that is not at hand yet."""

    __slots__ = ()

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        get = self._get

        async def run() -> Any:
            method = await _pool.run(get)
            return await method(*args, **keywords)

        return run()


class AsyncList:
    """A list of which pages are awaited. ``async for``, ``await x.first()``, ``await x.length()``, ``await x[3]``."""

    __slots__ = ("_plain",)

    def __init__(self, plain: Any) -> None:
        self._plain = plain

    def __repr__(self) -> str:
        return f"<async {self._plain!r}>"

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._each()

    async def _each(self) -> AsyncIterator[Any]:
        items, size = await _pool.run(lambda: iter(self._plain)), 1
        while True:
            # The first step is one thing, so that it comes as soon as it can; a page is handed over in few.
            part: list[Any] = await _pool.run(lambda: list(islice(items, size)))  # noqa: B023 - awaited at once
            for one in part:
                yield _wrapped(one)
            if len(part) < size:
                return
            size = min(_STEP, size * 10)

    async def first(self) -> Any:
        """The first thing, None if there is none."""
        return _wrapped(await _pool.run(self._plain.first))

    async def length(self) -> int:
        """How many there are."""
        found: int = await _pool.run(lambda: len(self._plain))
        return found

    async def to_list(self) -> list[Any]:
        """All of it."""
        return [_wrapped(one) for one in await _pool.run(lambda: list(self._plain))]

    async def contains(self, thing: Any) -> bool:
        """Whether it is among them, by the thing or by its name."""
        return bool(await _pool.run(lambda: _unwrapped(thing) in self._plain))

    @property
    def total_count(self) -> Awaited:
        """How many there are according to the forge; None where it does not say."""
        return Awaited(lambda: self._plain.total_count, "total_count")

    @property
    def is_complete(self) -> bool | None:
        """Whether all of it came when it was last read to its end; None while that is unknown."""
        found: bool | None = self._plain.is_complete
        return found

    def partial(self) -> AsyncList:
        """The same list without the error at its end."""
        return AsyncList(self._plain.partial())

    def __getitem__(self, index: int | slice) -> Awaited:
        return Awaited(lambda: self._plain[index], f"list[{index!r}]")

    def __len__(self) -> NoReturn:
        raise TypeError("a list of pages is counted with `await things.length()`")

    def __iter__(self) -> NoReturn:
        raise TypeError(
            "a list of pages is gone through with `async for`, or taken whole with `await things.to_list()`"
        )

    def __bool__(self) -> NoReturn:
        raise TypeError("whether there is anything is `await things.first() is not None`")

    def __contains__(self, thing: object) -> NoReturn:
        raise TypeError("whether it is among them is `await things.contains(thing)`")


_OF_LISTS = frozenset({"first", "length", "to_list", "contains"})


class AsyncObject:
    """An object of which attributes and methods are awaited. Two are equal when what they stand for is."""

    __slots__ = ("_plain",)

    def __init__(self, plain: Any) -> None:
        object.__setattr__(self, "_plain", plain)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        thing = self._plain
        if not hasattr(type(thing), name) and name not in getattr(thing, "__dict__", ()):
            raise AttributeError(f"{type(thing).__name__} has no attribute {name!r}")
        if name in _AT_HAND:
            return _wrapped(getattr(thing, name))
        return Awaited(lambda: getattr(thing, name), f"{_word(thing)}.{name}")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"assigning {name} cannot be awaited; write `await {_word(self._plain)}.edit({name}=…)`")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AsyncObject) and bool(self._plain == other._plain)

    def __hash__(self) -> int:
        return hash((AsyncObject, self._plain))

    def __repr__(self) -> str:
        return f"<async {self._plain!r}>"

    def __str__(self) -> str:
        return str(self._plain)

    def __format__(self, spec: str) -> str:
        return format(self._plain, spec)

    def __dir__(self) -> list[str]:
        return [name for name in dir(self._plain) if not name.startswith("_")]

    def __reduce__(self) -> tuple[Any, ...]:
        return aio, (self._plain,)


#: What an object knows without a request: returned at once, not as a coroutine.
_AT_HAND = frozenset({"hoster", "client", "kind", "url", "supports", "from_data", "reference", "bind", "transport"})


def _word(thing: Any) -> str:
    kind = getattr(thing, "kind", "") or "client"
    return str(kind).replace(" ", "_")


_classes: dict[type, type[AsyncObject]] = {}


def _make_class(interface: type) -> type[AsyncObject]:
    known = _classes.get(interface)
    if known is not None:
        return known
    above = [base for base in interface.__mro__[1:] if base in _INTERFACES]
    bases = tuple(dict.fromkeys([_make_class(above[0])] if above else [AsyncObject]))
    doc = f"An awaitable :class:`igitt.interfaces.{interface.__name__}`."
    made = type(interface.__name__, bases, {"__slots__": (), "__module__": __name__, "__doc__": doc})
    _classes[interface] = made
    return made


def _class_of(cls: type) -> type[AsyncObject]:
    """The awaitable class for a provider's: that of the most exact interface which it is of."""
    found = _classes.get(cls)
    if found is None:
        interface = next((base for base in cls.__mro__ if base in _INTERFACES), None)
        _classes[cls] = found = AsyncObject if interface is None else _make_class(interface)
    return found


_INTERFACES = frozenset(
    value
    for name in interfaces.__all__
    if isinstance(value := getattr(interfaces, name), type) and issubclass(value, _Element | _Hoster)
)
for _interface in _INTERFACES:
    globals()[_interface.__name__] = _make_class(_interface)
__all__ += sorted(one.__name__ for one in _INTERFACES)  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]  # they are made


def aio(thing: Any) -> Any:
    """The same thing for asyncio.

    Args:
        thing: a client, an object, a list, or a router.

    Returns:
        Its awaitable twin, which shares client, cache and credential with it.

    Raises:
        ValidationError: when it is none of these.

    Example:
        >>> import asyncio
        >>> from igitt.aio import aio
        >>> from igitt.testing import Sandbox
        >>> async def titles(repository):
        ...     return [await issue.title async for issue in aio(repository).issues]
        >>> with Sandbox(socket=False) as sandbox:
        ...     repository = sandbox.github.add_repository("acme/widgets")
        ...     issue = sandbox.github.add_issue("acme/widgets", "It broke")
        ...     asyncio.run(titles(sandbox.github.client("bot").get_repo("acme/widgets")))
        ['It broke']
    """
    if isinstance(thing, AsyncObject | AsyncList):
        return thing
    if isinstance(thing, _Element | _Hoster | _PaginatedList):
        return _wrapped(thing)
    if isinstance(thing, type) or not any(hasattr(thing, name) for name in ("deliver", "objects")):
        raise ValidationError(f"aio() takes a client, an object or a list of igitt's, not {thing!r}")
    return AsyncObject(thing)


class _Callable(ModuleType):
    """``from igitt import aio`` gives the module, which may be called as its function."""

    def __call__(self, thing: Any) -> Any:
        return aio(thing)


sys.modules[__name__].__class__ = _Callable
