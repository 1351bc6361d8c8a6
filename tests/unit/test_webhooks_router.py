"""A bot's functions run when something happens, once, and never because of the bot itself."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from support.world import PROVIDERS, World, make_world

import igitt
from igitt.auth import GitHubApp
from igitt.cache import ResponseCache
from igitt.errors import IGittError, ValidationError
from igitt.interfaces import Comment, CommentActions, Issue, IssueActions, MergeRequestActions, WebhookEvents
from igitt.webhooks import Event, Outcome, Router

SECRET = "h00k-s3cret-of-this-test"
EVENTS = {WebhookEvents.ISSUE, WebhookEvents.ISSUE_COMMENT, WebhookEvents.MERGE_REQUEST, WebhookEvents.PUSH}


@dataclass
class Stage:
    """A world with a hook: what happens in it is handed to a bot."""

    world: World
    seen: int = 0

    def router(self, **options: Any) -> Router:
        """A bot of alice's that does everything at once."""
        return Router(self.world.client, **{"secret": SECRET, "background": False, **options})

    @property
    def bob(self) -> Any:
        """The repository as bob sees it."""
        return self.world.as_user("bob").get_repo("acme/widgets")

    def deliver(self, bot: Router) -> list[Outcome]:
        """Hand over what is new."""
        new = self.world.forge.deliveries[self.seen :]
        self.seen = len(self.world.forge.deliveries)
        return [bot.deliver(one.headers, one.body) for one in new]


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


# --- what runs -------------------------------------------------------------------------------------------------------


def test_actions_classes_and_names(stage: Stage) -> None:
    """A function runs for its actions, for a whole class of them, for a forge's name of an event, or for everything."""
    bot, ran = stage.router(), []
    names = {"github": ("issues", "issue_comment"), "gitlab": ("issue", "note")}[stage.world.hoster]
    bot.on(IssueActions.CLOSED, IssueActions.OPENED)(lambda: ran.append("actions"))
    bot.on(IssueActions)(lambda: ran.append("class"))
    bot.on(names[0].upper())(lambda: ran.append("name"))
    bot.on()(lambda: ran.append("all"))
    bot.on(MergeRequestActions, CommentActions.DELETED, names[1])(lambda: ran.append("another"))
    stage.bob.create_issue("It crashes", "")
    (outcome,) = stage.deliver(bot)
    assert ran == ["actions", "class", "name", "all"]
    assert (outcome.status, outcome.is_ok, len(outcome.events), len(outcome.results)) == (200, True, 1, 4)


def test_what_a_function_is_called_with(stage: Stage) -> None:
    """The event, by name or annotation; otherwise as many objects as it takes."""
    bot, ran = stage.router(), {}

    @bot.on(CommentActions.CREATED)
    def objects(issue: Issue, comment: Comment) -> None:
        ran["objects"] = (issue.number, comment.body)

    @bot.on(CommentActions.CREATED)
    def first(issue: Issue) -> None:
        ran["first"] = issue.number

    @bot.on(CommentActions.CREATED)
    def named(event) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - told by its name
        ran["named"] = event.action

    @bot.on(CommentActions.CREATED)
    def mixed(issue: Issue, what: Event, *rest: Any, mark: str = "none") -> None:
        ran["mixed"] = (issue.number, what.name, len(rest), mark)

    @bot.on(CommentActions.CREATED)
    async def later(what: Event, issue: Issue) -> None:
        await asyncio.sleep(0)
        ran["later"] = (what.action, issue.number)

    stage.bob.get_issue(1).add_comment("Hear!")
    (outcome,) = stage.deliver(bot)
    name = outcome.events[0].name
    assert ran == {
        "objects": (1, "Hear!"), "first": 1, "named": CommentActions.CREATED, "mixed": (1, name, 1, "none"),
        "later": (CommentActions.CREATED, 1),
    }  # fmt: skip


@pytest.mark.parametrize(("pattern", "runs"), [
    ("acme/widgets", True), ("ACME/Widgets", True), ("acme/*", True), (["a/b", "acme/widgets"], True), ("acme", False),
    ("acme/widgets2", False), ([], True),
])  # fmt: skip
def test_repositories(stage: Stage, pattern: Any, runs: bool) -> None:
    """A function may want some repositories only."""
    bot, ran = stage.router(), []
    bot.on(repository=pattern)(ran.append)
    stage.bob.get_issue(1).add_labels("idea")
    stage.deliver(bot)
    assert bool(ran) is runs


def test_labels(stage: Stage) -> None:
    """Of a label that came, that one counts; otherwise those that the issue has."""
    bot, ran = stage.router(), []
    bot.on(IssueActions.LABELED, label="bug")(lambda: ran.append("bug came"))
    bot.on(IssueActions.LABELED, label=["IDEA", "other"])(lambda: ran.append("idea came"))
    bot.on(CommentActions.CREATED, label="bug")(lambda: ran.append("comment on a bug"))
    bot.on(CommentActions.CREATED, label="other")(lambda: ran.append("comment on another"))
    issue = stage.bob.get_issue(1)
    issue.add_labels("idea")
    issue.add_comment("Hear!")
    stage.deliver(bot)
    assert ran == ["idea came", "comment on a bug"]


def test_one_function_for_several_things(stage: Stage) -> None:
    """A decorated function stays what it is, and may be decorated again."""
    bot, ran = stage.router(), []

    @bot.on(IssueActions.CLOSED)
    @bot.on(IssueActions.OPENED)
    def note(issue: Issue) -> None:
        ran.append(issue.title)

    stage.bob.create_issue("It crashes", "").close()
    stage.deliver(bot)
    note(stage.world.issue)
    assert ran == ["It crashes", "It crashes", "It squeaks"]


# --- what does not run -----------------------------------------------------------------------------------------------


def test_the_bot_does_not_hear_itself(stage: Stage) -> None:
    """What the bot does runs no handler, unless one asks for it; who the bot is, is asked once."""
    bot, ran = stage.router(), []
    bot.on(IssueActions)(lambda: ran.append("others"))
    bot.on(IssueActions, myself=True)(lambda: ran.append("own"))
    stage.world.issue.add_labels("idea")
    stage.world.issue.close()
    asked = stage.world.sent(lambda: stage.deliver(bot))
    assert (ran, asked) == (["own", "own"], ["GET /user"])
    stage.bob.get_issue(1).reopen()
    assert stage.world.sent(lambda: stage.deliver(bot)) == []
    assert ran[2:] == ["others", "own"]


def test_the_bots_name_may_be_told(stage: Stage) -> None:
    """A bot that is told its name asks for nothing."""
    bot, ran = stage.router(myself=["Bob"]), []
    bot.on(IssueActions)(ran.append)
    stage.bob.get_issue(1).close()
    stage.world.issue.reopen()
    assert stage.world.sent(lambda: stage.deliver(bot)) == []
    assert len(ran) == 1


def test_bots_are_left_out(stage: Stage) -> None:
    """What another bot does runs only handlers that ask for it, and telling that asks for nothing."""
    payload = {
        "github": {"sender": {"login": "helper[bot]", "type": "Bot"}, "action": "opened", "issue": {"number": 3}},
        "gitlab": {"user": {"username": "project_5_bot_ab12"}, "object_attributes": {"iid": 3, "action": "open"}},
    }[stage.world.hoster]
    place = {"repository": {"full_name": "acme/widgets"}, "project": {"id": 5}, "object_kind": "issue"}
    (event,) = stage.world.client.read_payload("issues", {**payload, **place}, "d-1")
    bot, ran = stage.router(), []
    bot.on(IssueActions.OPENED)(lambda: ran.append("people"))
    bot.on(IssueActions.OPENED, bots=True, myself=True)(lambda: ran.append("all"))
    assert stage.world.sent(lambda: bot.run(event)) == []
    assert ran == ["all"]


def test_an_app_knows_its_own_name() -> None:
    """An App's own doings come from the user ``slug[bot]``; its deliveries get the installation's client."""
    with make_world("github") as world:
        known = world.forge.add_app("triage", permissions={"issues": "write"}, events=["issues"], owner="acme",
                                    webhook_secret=SECRET, webhook_url="https://bot.example.com/")  # fmt: skip
        session = requests.Session()
        world.as_user("bob", session=session)  # which makes it lead into the sandbox
        app = GitHubApp(
            known.id, known.private_key, world.forge.url, session=session, cache=ResponseCache(), clock=world.clock
        )
        world.forge.install(known, "acme")
        world.forge.reset_log()
        bot, ran = Router(app, secret=SECRET, background=False), []

        @bot.on(IssueActions.OPENED, IssueActions.LABELED, bots=True)
        def label(event: Event, issue: Issue) -> None:
            ran.append(event.action)
            issue.add_labels("idea")

        stage = Stage(world)
        stage.bob.create_issue("It crashes", "")
        assert [outcome.status for outcome in stage.deliver(bot)] == [200]
        assert [result.error for outcome in stage.deliver(bot) for result in outcome.results] == []
        assert ran == [IssueActions.OPENED]


def test_deliveries_that_come_again(github: Stage) -> None:
    """A delivery that went well is skipped when it comes again; another one is not."""
    bot, ran = github.router(), []
    bot.on(IssueActions)(ran.append)
    github.bob.get_issue(1).add_labels("idea")
    (one,) = github.world.forge.deliveries
    told = [bot.deliver(one.headers, one.body).message for _ in range(3)]
    assert told == ["done", "ignored: seen before", "ignored: seen before"]
    other = {**one.headers, "X-GitHub-Delivery": "another"}
    assert bot.deliver(other, one.body).message == "done"
    assert len(ran) == 2


def test_a_store_for_all_processes(github: Stage) -> None:
    """With a store of one's own, another process skips what this one did; keys and values suit any store."""
    shelf: dict[str, str] = {}
    ran: list[Any] = []
    github.bob.get_issue(1).add_labels("idea")
    (one,) = github.world.forge.deliveries
    for _ in range(2):
        bot = github.router(seen=(shelf.__getitem__, shelf.__setitem__))
        bot.on(IssueActions)(ran.append)
        bot.deliver(one.headers, one.body)
    assert len(ran) == 1
    ((key, value),) = shelf.items()
    assert key.replace(":", "").isalnum()
    assert (key.islower(), len(key) <= 200, value) == (True, True, "1")


def test_a_store_that_fails(github: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """A store that is down costs no delivery."""

    def down(*_: str) -> None:
        raise OSError("down")

    bot, ran = github.router(seen=(down, down)), []
    bot.on(IssueActions)(ran.append)
    github.bob.get_issue(1).add_labels("idea")
    assert [outcome.status for outcome in github.deliver(bot)] == [200]
    assert len(ran) == 1
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]


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
    def clumsy(issue: Issue, label: str, nonsense: str) -> None:
        raise AssertionError

    github.bob.get_issue(1).add_labels("idea")
    (outcome,) = github.deliver(bot)
    assert isinstance(outcome.results[0].error, TypeError)
    (record,) = caplog.records
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
    other = Router(github.world.client, secret={"gitlab": SECRET}, background=False)
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
