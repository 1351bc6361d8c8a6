"""A bot's functions run when something happens, once, and never because of the bot itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from support.stage import EVENTS, SECRET, Stage
from support.world import PROVIDERS, make_world

from igitt.auth import GitHubApp
from igitt.cache import ResponseCache
from igitt.interfaces import Comment, CommentActions, Issue, IssueActions, MergeRequestActions
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


def test_one_id_for_several_deliveries(stage: Stage) -> None:
    """GitHub gives the same id to all hooks that hear of an event, older GitLabs to all that a push sets off."""
    bot, ran = stage.router(), []
    bot.on(IssueActions)(ran.append)
    for number in (1, 2):
        stage.bob.create_issue(f"Issue {number}", "")
    told = []
    for one in stage.world.forge.deliveries * 2:
        headers = {name: value for name, value in one.headers.items() if name != "Idempotency-Key"}
        id_ = {"X-GitHub-Delivery": "same", "X-Gitlab-Event-UUID": "same"}
        told.append(bot.deliver({**headers, **id_}, one.body).message)
    assert told == ["done", "done", "ignored: seen before", "ignored: seen before"]
    assert len(ran) == 2


def test_a_repository_that_cannot_be_read(stage: Stage) -> None:
    """A queued event whose repository is no repository is nobody's who asked for one; no failure leaves the router."""
    failed: list[Any] = []
    bot, ran = stage.router(on_error=lambda *told: failed.append(told)), []
    bot.on("issue", "issues", repository="acme/*", bots=True)(ran.append)
    bot.on("issue", "issues", bots=True)(lambda event: ran.append(event.action))
    project = {"id": 1, "path_with_namespace": "acme/widgets", "web_url": 5}
    payload = {
        "object_kind": "issue", "object_attributes": {"iid": 1, "action": "open"}, "project": project,
        "issue": {"number": 1}, "repository": None,
    }  # fmt: skip
    (event,) = stage.world.client.read_payload("issues", {"action": "opened", **payload}, "d-1")
    assert [result.error for result in bot.run(event)] == [None]
    assert (ran, failed) == ([IssueActions.OPENED], [])


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
    assert len(shelf) == 2
    for key, value in shelf.items():
        assert key.replace(":", "").isalnum()
        assert (key.islower(), len(key) <= 200, value.isascii()) == (True, True, True)


def test_a_store_that_fails(github: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """A store that is down costs no delivery."""

    def down(*_: str) -> None:
        raise OSError("down")

    bot, ran = github.router(seen=(down, down)), []
    bot.on(IssueActions)(ran.append)
    github.bob.get_issue(1).add_labels("idea")
    assert [outcome.status for outcome in github.deliver(bot)] == [200]
    assert len(ran) == 1
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 4
