"""The surface for asyncio: what is awaited is what the plain surface gives, and the loop is never blocked."""

from __future__ import annotations

import asyncio
import contextvars
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.world import PROVIDERS, World, make_world

import igitt.aio
from igitt import interfaces
from igitt.aio import AsyncList, AsyncObject, Pool, aio, plain
from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.interfaces import Attribute, Element

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=PROVIDERS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A small world on each provider."""
    with make_world(request.param) as made:
        yield made


async def value_of(thing: Any) -> Any:
    """A thing as the plain surface would give it; lists as their things."""
    if isinstance(thing, AsyncList):
        return [plain(one) for one in await thing.to_list()]
    if isinstance(thing, frozenset | list | tuple):
        return type(thing)(plain(one) for one in thing)
    return plain(thing)


def attributes(thing: Any) -> list[str]:
    """The names of the attributes that the interfaces promise of a thing."""
    return [
        name
        for name in dir(type(thing))
        if not name.startswith("_") and isinstance(getattr(type(thing), name), Attribute)
    ]


@pytest.mark.parametrize("which", ["client", "repository", "issue", "mr"])
def test_every_attribute_is_awaited(world: World, which: str) -> None:
    """Awaiting an attribute gives what reading it gives, or raises what reading it raises."""
    thing: Any = getattr(world, which)

    async def both(name: str) -> None:
        expected = error = None
        try:
            expected = getattr(thing, name)
            if isinstance(expected, interfaces.PaginatedList):
                expected = list(expected)
        except Exception as raised:  # noqa: BLE001 - whatever it is, the awaited one raises it too
            error = raised
        if error is not None:
            with pytest.raises(type(error)):
                await value_of(await getattr(aio(thing), name))
            return
        found = await value_of(await getattr(aio(thing), name))
        if isinstance(expected, Element | str | int | list | tuple) or expected is None:
            assert found == expected
        else:
            assert type(found) is type(expected) or isinstance(found, frozenset)

    for name in attributes(thing):
        asyncio.run(both(name))


def test_methods_take_awaitable_things(world: World) -> None:
    """A thing that was awaited is an argument like its plain one, within collections too."""

    async def work() -> Any:
        repository = aio(world.repository)
        bob = await aio(world.client).get_user("bob")
        issue = await repository.create_issue("It broke", assignees=[bob])
        await issue.unassign(bob)
        label = await repository.labels.first()
        await issue.edit(labels={label})
        await issue.add_comment("Seen")
        comment = await issue.comments[0]
        return await issue.labels, await issue.assignees, await comment.body, issue

    labels, assignees, body, issue = asyncio.run(work())
    assert (set(labels), list(assignees), body) == ({"bug"}, [], "Seen")
    assert isinstance(issue, igitt.aio.Issue)
    assert not isinstance(issue, igitt.aio.MergeRequest)


def test_classes_are_those_of_the_interfaces(world: World) -> None:
    """A merge request is one, and an issue's kind too, as on the plain surface."""
    assert isinstance(aio(world.mr), igitt.aio.MergeRequest)
    assert isinstance(aio(world.mr), igitt.aio.Issue)
    assert isinstance(aio(world.client), igitt.aio.Hoster)
    assert aio(world.issue) == aio(world.issue)
    assert aio(world.issue) != aio(world.mr)
    assert len({aio(world.issue), aio(world.issue)}) == 1
    assert plain(aio(world.issue)) == world.issue
    assert aio(aio(world.issue)) == aio(world.issue)


def test_lists(world: World) -> None:
    """Gone through in order, counted, indexed and searched, with and without awaiting the list first."""
    for number in range(130):
        world.forge.add_issue("acme/widgets", f"Issue {number}", author="bob")
    expected = [issue.number for issue in world.repository.issues]

    async def work() -> None:
        repository = aio(world.repository)
        issues = await repository.issues
        assert [await issue.number async for issue in issues] == expected
        assert [await issue.number async for issue in repository.issues] == expected
        assert await issues.length() == await repository.issues.length() == len(expected)
        assert await (await issues[3]).number == expected[3]
        assert [await one.number for one in await issues[1:3]] == expected[1:3]
        assert await issues.contains(await issues[2])
        assert await repository.labels.contains("bug")
        assert [await one.number for one in await issues.to_list()] == expected
        assert issues.is_complete in {True, None}
        assert await (await repository.filter_issues(labels=["nosuch"])).first() is None

    asyncio.run(work())


@pytest.mark.parametrize(
    "mistake",
    [
        lambda issue: bool(issue.title),
        lambda issue: issue.title == "x",
        lambda issue: issue.title != "x",
        lambda issue: f"{issue.title}",
        lambda issue: str(issue.title),
        lambda issue: issue.title < "x",
        lambda issue: "x" in issue.labels,
        lambda issue: list(issue.comments),
        lambda issue: len(issue.comments),
        lambda issue: issue.repository.get_issue(issue.number),
    ],
)
def test_what_is_not_awaited_says_so(world: World, mistake: Any) -> None:
    """Each use of what was not awaited raises, and sends nothing."""
    before = len(world.forge.requests)
    with pytest.raises((TypeError, AttributeError), match=r"await|unhashable"):
        mistake(aio(world.issue))
    assert len(world.forge.requests) == before


def test_assigning_names_the_way(world: World) -> None:
    """An assignment cannot be awaited: the error says what can."""
    with pytest.raises(AttributeError, match=r"await issue.edit\(title=…\)"):
        aio(world.issue).title = "x"
    with pytest.raises(AttributeError, match="has no attribute 'titel'"):
        _ = aio(world.issue).titel


def test_a_method_that_was_not_called(world: World) -> None:
    """Awaiting a method instead of its call is a mistake that is named."""

    async def work() -> None:
        await aio(world.issue).close

    with pytest.raises(TypeError, match=r"is a method: await issue.close\(…\)"):
        asyncio.run(work())


def test_errors_are_the_same(world: World) -> None:
    """What the plain surface raises is raised where it is awaited."""

    async def work() -> None:
        await aio(world.repository.get_issue(999)).title

    with pytest.raises(ElementDoesntExistError):
        asyncio.run(work())
    for wrong in (5, "text", None, str):
        with pytest.raises(ValidationError, match="takes a client, an object or a list"):
            aio(wrong)


def test_context_variables_are_the_callers(world: World) -> None:
    """What a request's context says is seen within the threads."""
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="")
    pool = Pool(2)

    async def one(text: str) -> str:
        variable.set(text)
        found: str = await pool.run(variable.get)
        return found

    async def work() -> list[str]:
        return await asyncio.gather(*(one(str(number)) for number in range(20)))

    assert asyncio.run(work()) == [str(number) for number in range(20)]


def test_the_pool_is_bounded() -> None:
    """As many threads as it says run at once, and no more."""
    pool, running, most, lock = Pool(3), 0, 0, threading.Lock()

    def job() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1

    async def work() -> None:
        await asyncio.gather(*(pool.run(job) for _ in range(12)))

    asyncio.run(work())
    assert most == 3
    for wrong in (0, True, "3", 1.5):
        with pytest.raises(ValidationError, match="positive whole number"):
            Pool(wrong)  # type: ignore[arg-type]


def test_cancelling_waits_for_nothing() -> None:
    """A timeout ends the waiting at once, what has not begun never begins, and the loop ends without waiting."""
    pool, began, release, ran = Pool(1), threading.Event(), threading.Event(), []

    def slow() -> None:
        began.set()
        release.wait(5)

    async def work() -> float:
        first = asyncio.ensure_future(pool.run(slow))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(pool.run(lambda: ran.append("second")))
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(first), 0.05)
        first.cancel()
        second.cancel()
        return started

    started = asyncio.run(work())
    assert time.monotonic() - started < 1
    assert began.is_set()
    release.set()
    third = asyncio.run(pool.run(lambda: "third"))
    assert (third, ran) == ("third", [])


def test_an_interpreter_does_not_wait() -> None:
    """A program ends although a thread of the pool is still at it."""
    program = (
        "import asyncio, time\n"
        "from igitt.aio import Pool\n"
        "async def main():\n"
        "    try:\n"
        "        await asyncio.wait_for(Pool(1).run(lambda: time.sleep(30)), 0.1)\n"
        "    except TimeoutError:\n"
        "        print('timed out')\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stdout == "timed out\n"


def test_the_loop_is_not_blocked(world: World) -> None:
    """While a hundred slow reads are under way, the loop goes on."""
    world.forge.fail(delay=0.02, times=100)
    issue = world.issue

    async def work() -> float:
        longest, running = 0.0, True

        async def watch() -> None:
            nonlocal longest
            while running:
                before = time.perf_counter()
                await asyncio.sleep(0.001)
                longest = max(longest, time.perf_counter() - before)

        watching = asyncio.ensure_future(watch())
        await asyncio.gather(*(aio(issue).refresh() for _ in range(10)))
        running = False
        await watching
        return longest

    assert asyncio.run(work()) < 0.2  # the requests take 0.02 s each, one after the other: the sandbox has one lock


def test_pickling_and_printing(world: World) -> None:
    """An awaitable object travels as its plain one does, and prints like it."""
    issue = aio(world.issue)
    again = pickle.loads(pickle.dumps(issue))  # noqa: S301 - made here
    assert plain(again).bind(world.client) == world.issue
    assert str(issue) == str(world.issue)
    assert repr(issue) == f"<async {world.issue!r}>"
    assert "title" in dir(issue)
    assert isinstance(issue, AsyncObject)


def test_the_stub_is_what_the_interfaces_give() -> None:
    """The types of the awaitable objects are made anew whenever an interface changes."""
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, str(PROJECT / ".ci" / "stubs.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
