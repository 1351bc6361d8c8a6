"""What strangers wrote is quoted and never carried out, and nobody commands a bot who may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.stage import EVENTS, SECRET, Stage
from support.world import PROVIDERS, World, make_world

import igitt
from igitt._text.mentions import references_in
from igitt._text.quoting import defused
from igitt.demo import bot as example
from igitt.errors import ValidationError
from igitt.interfaces import NEW, AccessLevel, Comment, CommentActions, IssueStates, LineComment, MergeRequestStates

EVIL = "/close\n/label ~evil\n  /close\n@acme/owners @bob\nCloses #1, fixes o/r#2\r/close\u2028/close\n&#64;bob"


@pytest.fixture(params=PROVIDERS)
def stage(request: pytest.FixtureRequest) -> Any:
    """A world with a hook on each forge."""
    with make_world(request.param) as world:
        world.client.get_repo("acme/widgets").register_hook("https://bot.example.com/hook", SECRET, EVENTS)
        yield Stage(world)


@pytest.mark.parametrize("say", [lambda text: text, igitt.quote, lambda text: f"Thank you, you wrote:\n{text}"])
@pytest.mark.parametrize("text", [EVIL, f"```\n{EVIL}", f"x\n```\nno end\n{EVIL}", f"> x\n{EVIL}"])
def test_a_comment_does_nothing(stage: Stage, say: Any, text: str) -> None:
    """No line of a comment is carried out unless that is asked for, and what was said is shown."""
    issue = stage.world.client.get_repo("acme/widgets").get_issue(1)
    comment = issue.add_comment(say(text))
    issue.refresh()
    assert issue.state is IssueStates.OPEN
    assert "evil" not in issue.labels
    assert "/close" in comment.body.replace("\u200b", "")
    comment.body = say(text)
    assert issue.refresh().state is IssueStates.OPEN


#: Every way to write a text that is shown at an issue, a merge request or a commit.
WAYS: dict[str, Any] = {
    "a new issue": lambda at, text, **more: at.repository.create_issue("New", text, **more),
    "a new merge request": lambda at, text, **more: at.repository.create_merge_request(
        "New", "main", "topic", text, **more
    ),
    "a comment": lambda at, text, **more: at.mr.add_comment(text, **more),
    "an answer": lambda at, text, **more: at.issue.add_comment("x").reply(text, **more),
    "an answer in a thread": lambda at, text, **more: _thread(at).reply(text, **more),
    "a review": lambda at, text, **more: at.mr.review(text, **more),
    "a review's line": lambda at, text, **more: at.mr.review(comments=[LineComment("oil.txt", 1, text)], **more),
    "a comment on a commit": lambda at, text, **more: at.mr.head.comment(text, **more),
    "a comment on a line": lambda at, text, **more: at.mr.head.comment(
        text, file="oil.txt", line=1, mr_number=at.mr_number, **more
    ),
    "an issue's new text": lambda at, text: at.issue.edit(description=text),
    "a merge request's new text": lambda at, text: at.mr.edit(description=text),
    "a comment's new text": lambda at, text: setattr(at.issue.add_comment("x"), "body", text),
}
_ASKING = list(WAYS)[:9]
COMMANDS = "as you wish\n/close\n/label ~evil\n/tag evil\n  /approve\n"


def _thread(at: World) -> Any:
    at.mr.review(comments=[LineComment("oil.txt", 1, "why?")])
    return next(iter(at.mr.discussions))


@pytest.fixture(params=PROVIDERS)
def at(request: pytest.FixtureRequest) -> Iterator[World]:
    """A world with a branch more."""
    with make_world(request.param) as world:
        world.forge.add_commit("acme/widgets", "Topic", {"topic.txt": "one\n"}, branch="topic")
        world.repository.create_label("evil", "#ff0000")
        yield world


def _done(at: World) -> list[Any]:
    """What the commands did, anywhere."""
    tickets: list[Any] = [*at.repository.filter_issues("all"), *at.repository.filter_merge_requests("all")]
    labelled = [ticket for ticket in tickets if "evil" in ticket.refresh().labels]
    closed = [ticket for ticket in tickets if ticket.state in {IssueStates.CLOSED, MergeRequestStates.CLOSED}]
    return [*labelled, *closed, *(tag for tag in at.repository.tags if tag.name == "evil")]


@pytest.mark.parametrize("way", WAYS)
def test_no_text_does_anything(at: World, way: str) -> None:
    """Wherever a text is written, no line of it is carried out."""
    WAYS[way](at, COMMANDS)
    assert not _done(at)


@pytest.mark.parametrize("way", _ASKING)
def test_quick_actions_are_asked_for_anywhere(at: World, way: str) -> None:
    """``quick_actions=True`` lets GitLab carry out the lines of each text that takes it; GitHub has no such lines."""
    WAYS[way](at, COMMANDS, quick_actions=True)
    assert bool(_done(at)) is (at.hoster == "gitlab")


def test_quick_actions_are_asked_for(stage: Stage) -> None:
    """``quick_actions=True`` lets GitLab carry them out; on GitHub there are none."""
    issue = stage.world.client.get_repo("acme/widgets").get_issue(1)
    issue.add_comment("as you wish\n/close", quick_actions=True)
    closed = issue.hoster == "gitlab"
    assert (issue.refresh().state is IssueStates.CLOSED) is closed


def test_quoting() -> None:
    """Commands, mentions and closing words do nothing in a quotation, on either forge."""
    quoted = igitt.quote(EVIL)
    assert all(line.startswith(">") for line in quoted.splitlines())
    assert not re.search(r"@\w", quoted)
    assert "&#64" not in quoted
    for hoster in ("github", "gitlab"):
        assert not any(found.verb for found in references_in(quoted.replace("> ", ""), hoster))
    with pytest.raises(ValidationError):
        igitt.quote(5)  # type: ignore[arg-type]


@given(
    st.text()
    | st.lists(st.sampled_from(["/close", "```", "\n", "\r", " ", "@a", "closes #1", "\u2028", ">", "\t"])).map("".join)
)
def test_quoting_any_text(text: str) -> None:
    """Whatever the text is, no line begins a command, nobody is mentioned, and the letters are all there."""
    for quoted in (igitt.quote(text), defused(text)):
        unfenced = re.sub(r"(?ms)^```.*?^```$", "", quoted.replace("\r\n", "\n"))
        assert not any(re.match(r"\s*/[A-Za-z]", line) for line in unfenced.splitlines())
    quoted = igitt.quote(text)
    assert not re.search(r"(?<![A-Za-z0-9_])@\w", quoted)
    assert [line.removeprefix(">").strip() for line in quoted.replace("\u200b", "").splitlines()] == [
        line.replace("\u200b", "").strip() for line in text.splitlines() or [""]
    ]


def test_who_may_command(stage: Stage) -> None:
    """``sender=`` runs a function only for who may that much in the repository."""
    router, obeyed = stage.router(myself=["nobody"]), []
    stage.world.forge.add_user("stranger")

    @router.on(CommentActions.CREATED, sender=AccessLevel.CAN_WRITE)
    def obey(comment: Comment) -> None:
        obeyed.append(comment.body)

    stage.world.as_user("stranger").get_repo("acme/widgets").get_issue(1).add_comment("!close as a stranger")
    stage.world.client.get_repo("acme/widgets").get_issue(1).add_comment("!close as an owner")
    assert all(outcome.is_ok for outcome in stage.deliver(router))
    assert obeyed == ["!close as an owner"]


def test_the_guard_takes_a_level(stage: Stage) -> None:
    """What is no level is refused when the function is registered."""
    for wrong in ("everybody", 5.5, object()):
        with pytest.raises(ValidationError):
            stage.router().on(CommentActions.CREATED, sender=wrong)(lambda _comment: None)  # type: ignore[arg-type]


def test_the_example_obeys_no_stranger(stage: Stage) -> None:
    """The bot that is shipped, and that newcomers copy, does what those say who could do it themselves."""
    stage.world.forge.add_user("stranger")
    issue = stage.world.client.get_repo("acme/widgets").get_issue(1)
    said = stage.world.as_user("stranger").get_repo("acme/widgets").get_issue(1).add_comment("!close")
    assert example.obey(issue, said) is None
    assert issue.refresh().state is IssueStates.OPEN
    assert example.obey(issue, issue.add_comment("!close")) == "closed it"


def test_a_secret_for_each_hook(stage: Stage) -> None:
    """``NEW`` makes a secret for one hook, which that object alone shows."""
    repository = stage.world.client.get_repo("acme/widgets")
    made = [repository.register_hook(f"https://bot.example.com/{name}", secret=NEW) for name in "ab"]
    assert all(hook.new_secret and len(hook.new_secret) == 64 for hook in made)
    assert made[0].new_secret != made[1].new_secret
    assert made[0].new_secret not in repr(made[0])
    assert repository.register_hook("https://bot.example.com/a").new_secret is None
    assert {hook.new_secret for hook in repository.hooks} == {None}
    with pytest.raises(ValidationError, match="secret of a hook"):
        repository.register_hook("https://bot.example.com/c", secret=5)  # type: ignore[arg-type]
