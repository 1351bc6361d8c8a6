"""The bots under ``examples/``: what they do on each forge, that a second run changes nothing, and what both cost."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from support.world import World

from igitt.errors import ConflictError, PermissionDeniedError
from igitt.interfaces import CommitStatus, MergeRequest, MergeStatus, Status

EXAMPLES = Path(__file__).parents[2] / "examples"
BOTS = ("stale_bot", "merge_queue", "release_drafter")
DAY = 86400


def load(name: str) -> ModuleType:
    """An example, which is a script and no package."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ran(world: World) -> Callable[[Callable[[], Any]], tuple[list[str], int, int]]:
    """Run a bot: what it tells, how many requests it read with, and how many it wrote with."""

    def run(bot: Callable[[], Any]) -> tuple[list[str], int, int]:
        told: list[str] = []

        def keep() -> None:
            said = bot()
            told.extend([said] if isinstance(said, str) else said)

        sent = world.sent(keep)
        reads = sum(one.startswith("GET ") for one in sent)
        return told, reads, len(sent) - reads

    return run


Ran = Callable[[Callable[[], Any]], tuple[list[str], int, int]]


@pytest.mark.parametrize("name", BOTS)
def test_each_is_short_and_neutral(name: str) -> None:
    """Under 80 lines, no forge's name in the code, and at most one place that asks what the forge has."""
    text = (EXAMPLES / f"{name}.py").read_text()
    code = text.split('"""', 2)[2]
    assert len(text.splitlines()) < 80
    assert not re.search("github|gitlab|hoster", code, re.IGNORECASE)
    assert code.count(".supports(") <= 1


@pytest.mark.parametrize("name", BOTS)
def test_each_runs_as_a_program(name: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the repository's address and the token as its first lines say."""
    given: list[tuple[str, str]] = []

    def get_repo(url: str, token: str) -> Any:
        given.append((url, token))
        return world.repository

    monkeypatch.setattr("igitt.get_repo", get_repo)
    monkeypatch.setattr(sys, "argv", [name, "https://forge.example.com/acme/widgets"])
    monkeypatch.setenv("FORGE_TOKEN", "t0ken")
    text = (EXAMPLES / f"{name}.py").read_text()
    exec(compile(text, f"{name}.py", "exec"), {"__name__": "__main__"})  # noqa: S102 - as the interpreter runs it
    assert given == [("https://forge.example.com/acme/widgets", "t0ken")]


# --- the stale bot ---------------------------------------------------------------------------------------------------


@pytest.fixture
def stale(world: World) -> Callable[[], Iterator[str]]:
    """The stale bot at the world's time."""
    module = load("stale_bot")
    return lambda: module.run(world.repository, datetime.fromtimestamp(world.clock.now, UTC))


def test_an_old_issue_is_reminded_of_once_and_closed(
    world: World, ran: Ran, stale: Callable[[], Iterator[str]]
) -> None:
    """Two lists for all of them, then two requests for the one issue; nothing for what is young or spared."""
    assert ran(stale) == ([], 2, 0)
    world.forge.add_issue("acme/widgets", "For ever", author="bob", labels=["pinned"])
    world.clock.now += 61 * DAY
    world.forge.add_issue("acme/widgets", "Young", author="bob")
    assert ran(stale) == (["#1 reminded"], 2, 2)
    assert set(world.issue.labels) == {"bug", "stale"}
    assert ran(stale) == ([], 3, 0)
    world.clock.now += 6 * DAY
    assert ran(stale) == ([], 3, 0)
    world.clock.now += 2 * DAY
    assert ran(stale) == (["#1 closed"], 3, 1)
    assert str(world.issue.state) == "closed"
    assert len(world.issue.comments) == 1
    if world.issue.supports("close_reason"):
        assert world.issue.close_reason == "not_planned"
    assert ran(stale) == ([], 2, 0)


@pytest.mark.parametrize("days", [1, 30])
def test_an_answer_keeps_an_issue(world: World, ran: Ran, stale: Callable[[], Iterator[str]], days: int) -> None:
    """The label goes with the next run, also when that comes long after; other labels stay."""
    world.clock.now += 61 * DAY
    assert ran(stale)[0] == ["#1 reminded"]
    world.clock.now += DAY
    world.as_user("bob").get_repo("acme/widgets").get_issue(world.issue_number).add_comment("It squeaks still.")
    world.clock.now += days * DAY
    assert ran(stale) == (["#1 kept"], 3, 1)
    assert (str(world.issue.state), set(world.issue.labels)) == ("open", {"bug"})
    assert ran(stale) == ([], 2, 0)


def test_a_refusal_stops_no_other_issue(world: World, ran: Ran) -> None:
    """An issue that lets the bot say nothing is left alone, and the next one is looked at."""
    module = load("stale_bot")
    other = world.forge.add_issue("acme/widgets", "Nobody may speak", author="bob")
    world.repository.get_issue(other.number).lock()
    world.clock.now += 61 * DAY
    repository = world.as_user("carol").get_repo("acme/widgets")
    told, _, _ = ran(lambda: module.run(repository, datetime.fromtimestamp(world.clock.now, UTC)))
    assert [line.split(": ")[0] for line in told] == ["#1 left alone", f"#{other.number} left alone"]


# --- the merge queue -------------------------------------------------------------------------------------------------


@pytest.fixture
def queue(world: World) -> Callable[[], Iterator[str]]:
    """The merge queue."""
    module = load("merge_queue")
    return lambda: module.run(world.repository)


def check(mr: MergeRequest, status: Status) -> None:
    """Report on the newest commit of a merge request."""
    mr.refresh().head.set_status(CommitStatus(status, "It was tried", "ci"))


def test_what_is_queued_is_merged_when_its_checks_succeeded(
    world: World, ran: Ran, queue: Callable[[], Iterator[str]]
) -> None:
    """Nothing without the label; then it waits, is merged, and is gone."""
    number, looks = world.mr_number, 2 if world.hoster == "github" else 1  # statuses, and on GitHub check runs
    assert ran(queue) == ([], 1, 0)
    world.mr.add_labels("merge")
    for _ in range(2):
        assert ran(queue) == ([f"{number} waits for its checks"], 2 + looks, 0)
    check(world.mr, Status.SUCCESS)
    assert ran(queue) == ([f"{number} merged"], 3 + looks, 1)
    assert str(world.mr.state) == "merged"
    assert ran(queue) == ([], 1, 0)


def test_what_failed_is_put_out_and_told(world: World, ran: Ran, queue: Callable[[], Iterator[str]]) -> None:
    """The label goes, one comment tells why, however often it is tried."""
    check(world.mr, Status.FAILED)
    first, again = ([8, 2], [7, 1]) if world.hoster == "github" else ([7, 2], [6, 1])
    for expected in (first, again):
        world.mr.add_labels("merge")
        told, *costs = ran(queue)
        assert told == [f"{world.mr_number} put out: its checks tell: failed"]
        assert costs == expected
        assert not world.mr.labels
        (comment,) = world.mr.comments
        assert "its checks tell: failed" in comment.body
        assert ran(queue) == ([], 1, 0)
    assert str(world.mr.state) == "open"


def test_a_conflict_does_not_stop_the_next(world: World, ran: Ran, queue: Callable[[], Iterator[str]]) -> None:
    """What cannot be merged goes out, and the next one's turn comes in the same run."""
    world.forge.add_commit("acme/widgets", "Other", {"other.txt": "x"}, branch="other", author="bob")
    other = world.repository.create_merge_request("Other", "main", "other", labels=["merge"])
    check(other, Status.SUCCESS)
    world.mr.add_labels("merge")
    world.forge.add_commit("acme/widgets", "Flood", {"oil.txt": "flood\n"}, branch="main", author="alice")
    told, _, _ = ran(queue)
    assert told == [
        f"{world.mr_number} put out: what stands in the way is: conflict",
        f"{other.number} merged",
    ]


def test_what_is_behind_catches_up(world: World, ran: Ran, queue: Callable[[], Iterator[str]]) -> None:
    """Where the repository wants branches up to date, the queue brings them, and merges after the new checks."""
    if world.hoster == "github":
        world.forge.protect_branch("acme/widgets", checks=["ci"], strict=True, enforce_admins=True)
    else:
        project = world.repository
        world.client.request("PUT", f"/projects/{project.identifier}", json={"merge_method": "ff"})
    check(world.mr, Status.SUCCESS)
    world.forge.add_commit("acme/widgets", "News", {"news.txt": "x"}, branch="main", author="alice")
    world.mr.add_labels("merge")
    before = world.mr.head.sha
    told, *costs = ran(queue)
    assert costs == ([2, 1] if world.hoster == "github" else [3, 1])  # GitLab tells when it is done
    assert told == [f"{world.mr_number} waits: its branch is being brought up to date"]
    assert world.mr.head.sha != before
    assert ran(queue)[0] == [f"{world.mr_number} waits for its checks"]
    check(world.mr, Status.SUCCESS)
    assert ran(queue)[0] == [f"{world.mr_number} merged"]


def test_what_cannot_catch_up_is_put_out(
    world: World, ran: Ran, queue: Callable[[], Iterator[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal to bring it up to date is told to its author, and the queue goes on."""

    def refuse(*_: object, **__: object) -> None:
        raise ConflictError("there is a conflict")

    monkeypatch.setattr(type(world.mr), "merge_status", MergeStatus.BEHIND)
    monkeypatch.setattr(type(world.mr), "update_branch" if world.mr.supports("update_branch") else "rebase", refuse)
    world.mr.add_labels("merge")
    told, _, _ = ran(queue)
    assert told == [f"{world.mr_number} put out: its branch cannot be brought up to date (there is a conflict)"]
    assert not world.mr.labels


def test_what_was_pushed_to_waits(
    world: World, ran: Ran, queue: Callable[[], Iterator[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit that was checked is merged, and no other one: it stays in the queue until the new one was checked."""
    check(world.mr, Status.SUCCESS)
    world.mr.add_labels("merge")
    merge_it = type(world.mr).merge

    def late(mr: Any, **options: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(type(mr), "merge", merge_it)
            world.forge.add_commit("acme/widgets", "More", {"more.txt": "x"}, branch="feature", author="bob")
            mr.merge(**options)

    with monkeypatch.context() as patch:
        patch.setattr(type(world.mr), "merge", late)
        (told,), _, _ = ran(queue)
    assert told.startswith(f"{world.mr_number} waits: ")
    assert (str(world.mr.state), set(world.mr.labels)) == ("open", {"merge"})
    assert ran(queue)[0] == [f"{world.mr_number} waits for its checks"]


def test_what_the_bot_may_not_merge_is_put_out(
    world: World, ran: Ran, queue: Callable[[], Iterator[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting would not help: the author is told, and the queue goes on."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionDeniedError("the branch is protected")

    check(world.mr, Status.SUCCESS)
    world.mr.add_labels("merge")
    monkeypatch.setattr(type(world.mr), "merge", refuse)
    assert ran(queue)[0] == [f"{world.mr_number} put out: I may not merge it (the branch is protected)"]
    assert not world.mr.labels


# --- the release drafter ---------------------------------------------------------------------------------------------


@pytest.fixture
def drafter(world: World) -> Callable[[], str]:
    """The release drafter."""
    module = load("release_drafter")
    return lambda: module.run(world.repository)


def draft(world: World) -> tuple[str, str]:
    """The one draft's version and notes."""
    if world.repository.get_release("next").supports("is_draft"):
        (release,) = [one for one in world.repository.releases if one.is_draft]
        return release.tag_name, release.description
    (issue,) = world.repository.filter_issues(labels=["release draft"])
    return issue.title, issue.description


def merge(world: World, title: str, *labels: str) -> MergeRequest:
    """Merge something with labels, a little later."""
    world.clock.now += 60
    world.forge.add_commit("acme/widgets", title, {f"{title}.txt": "x"}, branch=title, author="bob")
    mr = world.repository.create_merge_request(title, "main", title, labels=labels)
    mr.merge()
    world.clock.now += 60
    return mr


def test_the_draft_follows_what_is_merged(world: World, ran: Ran, drafter: Callable[[], str]) -> None:
    """Made, left alone, edited, and made anew for another version; what was released is left out."""
    looks = 3 if world.hoster == "github" else 4
    assert ran(drafter) == (["nothing was merged"], 3, 0)
    world.mr.merge()
    assert ran(drafter) == (["v0.0.1"], looks, 1)
    assert ran(drafter) == (["v0.0.1"], looks, 0)
    world.repository.create_release("v1.0.0", "The first", "It turns.")
    first = merge(world, "Quieter", "bug")
    told, _, _ = ran(drafter)
    assert told == ["v1.0.1"]
    second = merge(world, "Softer", "bug")
    assert ran(drafter) == (["v1.0.1"], looks, 1)
    third = merge(world, "Backwards", "feature")
    assert ran(drafter) == (["v1.1.0"], looks, 2 if world.hoster == "github" else 1)  # a draft keeps its tag
    assert ran(drafter) == (["v1.1.0"], looks, 0)
    fixes = "".join(f"- {mr.title} ([{mr.number}]({mr.web_url}))\n" for mr in (first, second))
    news = f"- Backwards ([{third.number}]({third.web_url}))\n"
    notes = f"## New\n\n{news}\n## Mended\n\n{fixes}\n<!-- release drafter -->"
    assert draft(world) == ("v1.1.0", notes)
    merge(world, "Elsewhere", "breaking")
    assert ran(drafter)[0] == ["v2.0.0"]
