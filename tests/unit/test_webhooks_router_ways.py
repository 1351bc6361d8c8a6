"""What becomes of failures, what runs after the answer or in a queue, and whose delivery it is."""

from __future__ import annotations

import asyncio
import logging
import pickle
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.stage import EVENTS, SECRET, Stage
from support.world import PROVIDERS, make_world

import igitt
from igitt.errors import IGittError, ValidationError
from igitt.interfaces import Issue, IssueActions
from igitt.webhooks import Event, Router


@pytest.fixture(params=PROVIDERS)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The small world on each forge, with a hook."""
    with make_world(request.param) as world:
        world.repository.register_hook("https://bot.example.com/", SECRET, EVENTS)
        world.forge.reset_log()
        yield Stage(world)


@pytest.fixture
def github() -> Iterator[Stage]:
    """The small world on GitHub, with a hook."""
    with make_world("github") as world:
        world.repository.register_hook("https://bot.example.com/", SECRET, EVENTS)
        world.forge.reset_log()
        yield Stage(world)


# --- failures --------------------------------------------------------------------------------------------------------


def test_one_failure_stops_no_other(stage: Stage) -> None:
    """The other handlers run, `on_error` is told, and the same delivery is handled again when it comes again."""
    told: list[tuple[Event, Callable[..., Any], Exception]] = []
    bot, ran = stage.router(on_error=lambda *problem: told.append(problem)), []

    @bot.on(IssueActions)
    def fail(issue: Issue) -> None:
        raise LookupError(issue.title)

    bot.on(IssueActions)(ran.append)
    stage.bob.get_issue(1).add_labels("idea")
    (one,) = stage.world.forge.deliveries
    (outcome,) = stage.deliver(bot)
    assert [type(result.error) for result in outcome.results] == [LookupError, type(None)]
    ((event, function, error),) = told
    assert (event, function, str(error)) == (outcome.events[0], fail, "It squeaks")
    bot.deliver(one.headers, one.body)
    assert (len(ran), len(told)) == (2, 2)


def test_failures_are_logged_without_the_payload(github: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """By default a failure is logged with its handler, event and delivery; what the payload says stays out."""
    bot = github.router()

    @bot.on(IssueActions)
    def clumsy(issue: Issue, label: str) -> None:
        raise TypeError(label)

    github.bob.get_issue(1).add_labels("idea")
    (outcome,) = github.deliver(bot)
    assert isinstance(outcome.results[0].error, TypeError)
    (record,) = [one for one in caplog.records if one.name == "igitt.webhooks"]
    assert record.levelno == logging.ERROR
    assert "clumsy failed on github issues" in record.getMessage()
    assert "It squeaks" not in caplog.text


def test_an_on_error_that_fails(github: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever `on_error` does, the delivery is answered."""

    async def broken(event: Event, handler: Any, error: Exception) -> None:
        raise OSError("the mail server is down")

    bot = github.router(on_error=broken)
    bot.on(IssueActions)(lambda: 1 / 0)
    github.bob.get_issue(1).add_labels("idea")
    assert [outcome.status for outcome in github.deliver(bot)] == [200]
    assert "on_error failed itself" in caplog.text


def test_a_name_that_cannot_be_asked_for(github: Stage) -> None:
    """As long as nobody knows whose doing it was, nothing runs: a loop would be worse."""
    bot, ran = github.router(), []
    bot.on(IssueActions)(ran.append)
    github.bob.get_issue(1).add_labels("idea")
    github.world.forge.fail(500, times=20)
    (outcome,) = github.deliver(bot)
    assert isinstance(outcome.results[0].error, IGittError)
    assert ran == []


# --- in the background, and in queues --------------------------------------------------------------------------------


def test_handlers_run_after_the_answer(stage: Stage) -> None:
    """By default the forge has its answer before the handlers are through; copies wait for nobody and do nothing."""
    bot, gate, ran = stage.router(background=True), threading.Event(), []

    @bot.on(IssueActions)
    def slow(issue: Issue) -> None:
        gate.wait(10)
        ran.append(threading.current_thread().name)

    stage.bob.get_issue(1).add_labels("idea")
    (one,) = stage.world.forge.deliveries
    assert bot.deliver(one.headers, one.body).status == 202
    assert bot.deliver(one.headers, one.body).message == "ignored: seen before"
    assert ran == []
    gate.set()
    bot.close()
    assert len(ran) == 1
    assert ran[0].startswith("igitt-bot")
    assert bot.deliver(one.headers, one.body).message == "ignored: seen before"


def test_too_much_to_do(github: Stage) -> None:
    """What does not fit into the backlog is refused, so that it is sent again, and is handled then."""
    bot, gate, ran = github.router(background=True, backlog=1), threading.Event(), []

    @bot.on(IssueActions)
    def slow(issue: Issue, label: str) -> None:
        gate.wait(10)
        ran.append(label)

    issue = github.bob.get_issue(1)
    issue.add_labels("idea")
    issue.remove_labels("idea")
    one, other = github.world.forge.deliveries
    assert [bot.deliver(each.headers, each.body).status for each in (one, other)] == [202, 503]
    gate.set()
    bot.close()
    assert bot.deliver(other.headers, other.body).status == 202
    bot.close()
    assert ran == ["idea", "idea"]


def test_a_queue_in_between(stage: Stage) -> None:
    """`dispatch` gets what a handler wants, in place of the handlers; the worker runs it."""
    queue: list[str] = []
    bot, ran = stage.router(dispatch=lambda event: queue.append(event.to_json())), []
    bot.on(IssueActions.LABELED)(lambda issue, label: ran.append((issue.number, label)))
    stage.bob.get_issue(1).add_labels("idea")
    stage.bob.get_issue(1).add_comment("Hear!")
    told = [(outcome.status, outcome.message) for outcome in stage.deliver(bot)]
    assert told == [(202, "queued"), (200, "ignored: nothing to do")]
    assert ran == []
    (text,) = queue
    (result,) = bot.run(bot.load(text))
    assert (ran, result.error) == ([(1, "idea")], None)


def test_a_queue_that_fails(github: Stage) -> None:
    """When the queue does not take an event, the forge is told, and the delivery counts as not handled."""
    queue: list[Event] = []
    problems: list[Exception] = []
    down = [True]

    async def dispatch(event: Event) -> None:
        if down:
            raise OSError(down.pop())
        queue.append(event)

    bot = github.router(dispatch=dispatch, on_error=lambda _event, _function, error: problems.append(error))
    bot.on(IssueActions)(print)
    github.bob.get_issue(1).add_labels("idea")
    (one,) = github.world.forge.deliveries
    assert [bot.deliver(one.headers, one.body).status for _ in range(3)] == [500, 202, 200]
    assert (len(queue), len(problems)) == (1, 1)


def test_run_within_a_loop(github: Stage) -> None:
    """`run` may be called where a loop runs already, and gives what the handlers gave."""
    bot = github.router()

    @bot.on(IssueActions)
    async def answer() -> int:
        await asyncio.sleep(0)
        return 42

    github.bob.get_issue(1).add_labels("idea")
    (one,) = github.world.forge.deliveries
    (event,) = github.world.client.parse_webhook(one.headers, one.body, SECRET)

    async def main() -> Any:
        return bot.run(event)

    assert [result.value for result in asyncio.run(main())] == [42]


def test_an_event_that_was_pickled_tells_who_did_it(stage: Stage) -> None:
    """Its client stays behind, and is not needed to leave out what the bot itself did."""
    stage.bob.get_issue(1).add_labels("idea")
    (one,) = stage.world.forge.deliveries
    (event,) = stage.world.client.parse_webhook(one.headers, one.body, SECRET)
    ran: list[str] = []
    for myself in ("Bob", "alice"):
        bot = stage.router(myself=myself)
        bot.on(IssueActions.LABELED)(lambda _issue, label: ran.append(label))
        results = bot.run(pickle.loads(pickle.dumps(event)))  # noqa: S301 - its own
        assert [result.error for result in results] == ([None] if myself == "alice" else [])
    assert ran == ["idea"]


# --- whose delivery it is --------------------------------------------------------------------------------------------


def test_both_forges_at_one_address() -> None:
    """The same functions serve both; each has its own client and, if wanted, its own secret."""
    with make_world("github") as hub, make_world("gitlab") as lab:
        secrets = {"github": SECRET, "gitlab": ["old", "another"]}
        bot = Router(hub.client, lab.client, secret=secrets, background=False)
        ran: list[Any] = []
        bot.on(IssueActions.LABELED)(lambda issue, label: ran.append((issue.hoster, issue.client, label)))
        for world, secret in ((hub, SECRET), (lab, "another")):
            world.repository.register_hook("https://bot.example.com/", secret, EVENTS)
            world.forge.reset_log()
            stage = Stage(world)
            stage.bob.get_issue(1).add_labels("idea")
            assert [outcome.status for outcome in stage.deliver(bot)] == [200]
        assert ran == [("github", hub.client, "idea"), ("gitlab", lab.client, "idea")]


def test_a_text_of_a_forge_without_a_client(github: Stage) -> None:
    """A router makes events of texts only with clients that it has."""
    github.bob.get_issue(1).add_labels("idea")
    (one,) = github.world.forge.deliveries
    (event,) = github.world.client.parse_webhook(one.headers, one.body, SECRET)
    for bot in (Router(igitt.GitLab("glpat-x"), secret=SECRET), Router(lambda *_: github.world.client, secret=SECRET)):
        with pytest.raises(ValidationError, match="no client of github"):
            bot.load(event.to_json())
    assert github.router().load(event.to_json()) == event


def test_a_function_finds_the_client(stage: Stage) -> None:
    """With a function of headers and body, a bot serves as many instances as it likes."""
    asked: list[Any] = []

    def find(headers: Any, body: bytes) -> Any:
        asked.append((headers["user-agent"], body[:1]))
        return stage.world.client

    bot, ran = Router(find, secret=SECRET, background=False), []
    bot.on(IssueActions)(ran.append)
    stage.bob.get_issue(1).add_labels("idea")
    stage.deliver(bot)
    assert (len(ran), len(asked), asked[0][1]) == (1, 1, b"{")


def test_what_is_refused(github: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """A delivery that is forged, broken, unknown or of another forge is answered as what it is, and runs nothing."""
    bot, ran = github.router(), []
    bot.on()(ran.append)
    github.bob.get_issue(1).add_labels("idea")
    (one,) = github.world.forge.deliveries
    other = Router(lambda *_: github.world.client, secret={"gitlab": SECRET}, background=False)
    broken = Router(lambda _headers, _body: 1 / 0, secret=SECRET)  # type: ignore[arg-type, return-value]
    told = {
        "forged": bot.deliver(one.headers, one.body + b" "),
        "no secret": other.deliver(one.headers, one.body),
        "no forge": bot.deliver({}, one.body),
        "another forge": bot.deliver({"X-Gitlab-Event": "Issue Hook", "X-Gitlab-Token": SECRET}, b"{}"),
        "no bytes": bot.deliver(one.headers, "{}"),  # type: ignore[arg-type]
        "no headers": bot.deliver(5, b"{}"),  # type: ignore[arg-type]
        "too large": bot.deliver(one.headers, b" " * (25 * 1024 * 1024 + 1)),
        "broken": broken.deliver(one.headers, one.body),
    }
    assert {name: outcome.status for name, outcome in told.items()} == {
        "forged": 403, "no secret": 403, "no forge": 400, "another forge": 400, "no bytes": 400, "no headers": 400,
        "too large": 413, "broken": 500,
    }  # fmt: skip
    assert ran == []
    assert SECRET not in str(told) + caplog.text


def test_unknown_events_are_fine() -> None:
    """A good delivery of an event without a word is answered with success, so that no forge gives up on the hook."""
    bot = Router(igitt.GitLab("glpat-x"), secret=SECRET, background=False)
    outcome = bot.deliver({"X-Gitlab-Event": "Moon Hook", "X-Gitlab-Token": SECRET}, b'{"object_kind": "moon"}')
    assert (outcome.status, outcome.message) == (200, "ignored: no event that this bot knows")


def test_what_makes_no_sense() -> None:
    """Wrong arguments are told at once, not at the first delivery."""
    client = igitt.GitHub("ghp_x")

    def needs(issue: Issue, *, mark: str) -> None:
        raise AssertionError

    wrong: list[Callable[[], object]] = [
        lambda: Router(client, client, secret="x"),
        lambda: Router("ghp_x", secret="x"),  # type: ignore[arg-type]
        lambda: Router(print, print, secret="x"),  # type: ignore[arg-type]
        lambda: Router(client, secret="x", workers=0),
        lambda: Router(client, secret="x", backlog=0),
        lambda: Router(client, secret="x", seen=(None, None)),  # type: ignore[arg-type]
        lambda: Router(client, secret="x").on(5)(print),  # type: ignore[arg-type]
        lambda: Router(client, secret="x").on(print),  # type: ignore[arg-type]
        lambda: Router(client, secret="x").on(label=5),  # type: ignore[arg-type]
        lambda: Router(client, secret="x").on(repository=[""]),
        lambda: Router(client, secret="x").on()(needs),
        lambda: Router(client, secret="x").on()(5),  # type: ignore[type-var]
    ]
    for make in wrong:
        with pytest.raises(ValidationError):
            make()
