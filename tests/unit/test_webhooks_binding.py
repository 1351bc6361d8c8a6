"""What a bot's function is called with: what its annotations say, else its parameters' names, else the next object."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Optional, Union

import pytest

import igitt
from igitt import interfaces
from igitt.errors import ValidationError
from igitt.github import GitHubComment, GitHubIssue
from igitt.gitlab import GitLabComment
from igitt.interfaces import (
    Comment,
    CommentActions,
    Commit,
    Issue,
    IssueActions,
    Label,
    MergeRequest,
    MergeRequestActions,
    PipelineActions,
    PushActions,
    Repository,
    User,
)
from igitt.interfaces.actions import InstallationActions, RepositoryActions
from igitt.webhooks import Event, Router

if TYPE_CHECKING:
    from igitt.interfaces import Comment as Remark  # no name of igitt's
    from igitt.interfaces import Pipeline
    from igitt.interfaces.organization import Organization

USER = {"id": 8, "login": "bob", "username": "bob"}
NAME = "acme/widgets"
HUB = {"repository": {"id": 1, "full_name": NAME}, "sender": USER}
LAB = {"project": {"id": 1, "path_with_namespace": NAME}, "user": USER}
ISSUE, COMMENT = {"number": 5, "id": 50}, {"id": 7, "body": "Hear!"}
PULL = {"number": 6, "id": 60}
NOTE = {"id": 7, "note": "Hear!", "action": "create"}
SHA = "b" * 40
#: By a name of its own, an event as each forge tells it: its name and payload.
TOLD: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "comment on an issue": {
        "github": ("issue_comment", {**HUB, "action": "created", "issue": ISSUE, "comment": COMMENT}),
        "gitlab": ("note", {**LAB, "object_kind": "note", "object_attributes": NOTE, "issue": {"iid": 5, "id": 50}}),
    },
    "comment on a merge request": {
        "github": ("issue_comment", {
            **HUB, "action": "created", "issue": {**PULL, "pull_request": {"url": "x"}}, "comment": COMMENT,
        }),
        "gitlab": ("note", {
            **LAB, "object_kind": "note", "object_attributes": NOTE, "merge_request": {"iid": 6, "id": 60},
        }),
    },
    "comment on a commit": {
        "github": ("commit_comment", {**HUB, "action": "created", "comment": {**COMMENT, "commit_id": SHA}}),
        "gitlab": ("note", {**LAB, "object_kind": "note", "object_attributes": NOTE, "commit": {"id": SHA}}),
    },
    "label": {
        "github": ("issues", {**HUB, "action": "labeled", "issue": ISSUE, "label": {"name": "bug"}}),
        "gitlab": ("issue", {
            **LAB, "object_kind": "issue", "object_attributes": {"iid": 5, "id": 50, "action": "update"},
            "changes": {"labels": {"previous": [], "current": [{"title": "bug"}]}},
        }),
    },
    "push": {
        "github": ("push", {
            **HUB, "ref": "refs/heads/main", "before": "a" * 40, "after": SHA, "commits": [{"id": SHA}],
        }),
        "gitlab": ("push", {
            **LAB, "object_kind": "push", "ref": "refs/heads/main", "before": "a" * 40, "after": SHA,
            "commits": [{"id": SHA}], "user_id": 8, "user_username": "bob",
        }),
    },
}  # fmt: skip
CLIENTS = {"github": igitt.GitHub, "gitlab": igitt.GitLab}


class Bot:
    """A router of a forge, to which events are told."""

    def __init__(self, hoster: str) -> None:
        self.hoster = hoster
        self.client = CLIENTS[hoster]("token", cache=False)
        self.router = Router(self.client, secret="s3cret", myself="a-bot")

    def tell(self, what: str) -> int:
        """Run what wants an event, and tell how much that was."""
        (event,) = self.client.read_payload(*TOLD[what][self.hoster])
        return len(self.router.run(event))


@pytest.fixture(params=["github", "gitlab"])
def bot(request: pytest.FixtureRequest) -> Bot:
    """A router of each forge."""
    return Bot(request.param)


Got = list[Any]


def gets(bot: Bot, function: Callable[..., object], got: Got, *what: Any) -> dict[str, list[str]]:
    """Return what a function is called with, by event: the kinds of things."""
    bot.router.on(*(what or ()))(function)
    found = {}
    for name in TOLD:
        got.clear()
        if bot.tell(name):
            found[name] = [getattr(one, "kind", None) or type(one).__name__ for one in got]
    return found


ON_ISSUE, ON_PULL, ON_COMMIT = list(TOLD)[:3]


def test_an_annotation_binds(bot: Bot) -> None:
    """A comment is a comment, wherever it stands among the event's objects: what it is on is never taken for it."""
    got: Got = []

    def remove_spam(comment: Comment) -> None:
        got.append(comment)

    assert gets(bot, remove_spam, got, CommentActions.CREATED) == {
        ON_ISSUE: ["comment"], ON_PULL: ["comment"], ON_COMMIT: ["comment"]
    }  # fmt: skip


def test_the_order_is_the_functions_own(bot: Bot) -> None:
    """Parameters may stand in any order, be keywords, and be called as one likes where an annotation says it."""
    got: Got = []

    def answer(what: Comment, *, where: Issue, by: Event) -> None:
        got[:] = what, where, by

    assert gets(bot, answer, got, CommentActions.CREATED) == {
        ON_ISSUE: ["comment", "issue", "Event"], ON_PULL: ["comment", "merge request", "Event"]
    }  # fmt: skip


def test_names_without_annotations(bot: Bot) -> None:
    """A known name gets what it says, at any position."""
    got: Got = []

    def answer(comment, sender, issue):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - that is the point
        got[:] = comment, sender, issue

    assert gets(bot, answer, got, CommentActions.CREATED) == {
        ON_ISSUE: ["comment", "user", "issue"], ON_PULL: ["comment", "user", "merge request"]
    }  # fmt: skip


def test_other_names_get_the_objects_in_order(bot: Bot) -> None:
    """As before; and what is left goes to a star."""
    got: Got = []

    def positions(one, other):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - that is the point
        got[:] = one, other

    def rest(comment: Comment, *others: Any) -> None:
        got[:] = comment, *others

    assert gets(bot, positions, got)[ON_ISSUE] == ["issue", "comment"]
    assert gets(Bot(bot.hoster), rest, got)[ON_ISSUE] == ["comment", "issue"]
    assert gets(Bot(bot.hoster), got.append, got, IssueActions) == {"label": ["issue"]}


def test_merge_requests_are_issues_too(bot: Bot) -> None:
    """Of two that may be None, the merge request goes to the one that asks for it, whatever the order."""
    got: Got = []

    def either(issue: Issue | None, mr: MergeRequest | None) -> None:
        got[:] = issue, mr

    assert gets(bot, either, got, CommentActions) == {
        ON_ISSUE: ["issue", "NoneType"], ON_PULL: ["NoneType", "merge request"], ON_COMMIT: ["NoneType", "NoneType"]
    }  # fmt: skip


def later(got: Got) -> dict[str, Callable[..., object]]:
    """Return functions whose annotations are texts, and mean a comment."""

    def checkers_only(it: Comment, where: Organization | None = None) -> None:
        got.append(it)

    def quoted(it: "Comment") -> None:  # noqa: UP037 - a text in a text
        got.append(it)

    def dotted(it: interfaces.Comment) -> None:
        got.append(it)

    def optional(it: Optional[Comment]) -> None:  # noqa: UP045 - as older code has it
        got.append(it)

    def union(it: Union[Comment, Label]) -> None:  # noqa: UP007 - as older code has it
        got.append(it)

    def annotated(it: Annotated[Comment, "which is new"]) -> None:
        got.append(it)

    return {one.__name__: one for one in (checkers_only, quoted, dotted, optional, union, annotated)}


@pytest.mark.parametrize("name", ["checkers_only", "quoted", "dotted", "optional", "union", "annotated"])
def test_annotations_in_any_form(bot: Bot, name: str) -> None:
    """Texts, unions, and names that exist for type checkers only."""
    got: Got = []
    assert gets(bot, later(got)[name], got, CommentActions.CREATED)[ON_ISSUE] == ["comment"]


@pytest.mark.parametrize("annotation", [
    Comment, Comment | None, Optional[Comment], Union[Comment, None], Annotated[Comment, "x"],  # noqa: UP007, UP045
    "Comment", "interfaces.Comment", "some.where.Comment", "Comment | None", "Optional[Comment]", "t.Optional[Comment]",
    "'Comment'", "Annotated[Comment, 5]", "Union[Comment, Label]",
])  # fmt: skip
def test_annotations_as_they_are_written(bot: Bot, annotation: Any) -> None:
    """As objects, and as texts of names that may not exist."""
    got: Got = []

    def note(it: Any) -> None:
        got.append(it)

    note.__annotations__ = {"it": annotation}
    assert gets(bot, note, got, CommentActions.CREATED)[ON_ISSUE] == ["comment"]


def test_a_forges_own_class(bot: Bot) -> None:
    """It is called for that forge only."""
    got: Got = []

    def hub(comment: GitHubComment) -> None:
        got.append(comment)

    def lab(comment: GitLabComment) -> None:
        got.append(comment)

    bot.router.on(CommentActions)(hub)
    bot.router.on(CommentActions)(lab)
    bot.tell(ON_ISSUE)
    (comment,) = got
    assert type(comment) is {"github": GitHubComment, "gitlab": GitLabComment}[bot.hoster]


def test_where_it_happened(bot: Bot) -> None:
    """What surrounds an event fills what its objects do not."""
    got: Got = []

    def where(repository: Repository, organization: interfaces.Organization | None, who: Event) -> None:
        got[:] = repository.full_name, organization, who.sender

    gets(bot, where, got, IssueActions)
    assert bot.tell("label") == 1
    assert (got[0], got[1], got[2].username) == (NAME, None, "bob")


def test_texts_and_lists(bot: Bot) -> None:
    """A label, a branch and commits, by name or by type; a default is left alone by what has another name."""
    got: Got = []

    def labeled(label: str, issue: Issue, mark: str = "none", *, further: bool = False) -> None:
        got[:] = label, issue.number, mark, further

    def pushed(commits: Sequence[Commit], branch: str, repo: Repository) -> None:
        got[:] = [one.sha for one in commits], branch, repo.full_name

    bot.router.on(IssueActions.LABELED)(labeled)
    bot.router.on(PushActions.PUSHED)(pushed)
    assert (bot.tell("label"), got) == (1, ["bug", 5, "none", False])
    assert (bot.tell("push"), got) == (1, [[SHA], "main", NAME])


def test_parts_of_the_event(bot: Bot) -> None:
    """Its action, changes and payload."""
    got: Got = []

    def note(
        action: IssueActions, changes: Mapping[str, Any], payload: dict[str, Any], comment: Comment | None
    ) -> None:
        got[:] = action, changes["labels"], payload, comment

    bot.router.on()(note)
    assert [name for name in TOLD if name != "label" and bot.tell(name)] == []
    assert bot.tell("label") == 1
    assert (got[0], got[1][1], got[3]) == (IssueActions.LABELED, {"bug"}, None)


class Robot:
    """A bot with state."""

    def __init__(self, got: Got) -> None:
        self.got = got

    def method(self, comment: Comment, issue: Issue) -> None:
        """Note them."""
        self.got[:] = comment, issue

    async def later(self, comment: Comment, issue: Issue) -> None:
        """Note them in a while."""
        await asyncio.sleep(0)
        self.got[:] = comment, issue

    def __call__(self, comment: Comment, issue: Issue) -> None:
        """Note them."""
        self.got[:] = comment, issue


def test_whatever_can_be_called(bot: Bot) -> None:
    """Methods, coroutines, partial functions, decorated ones, and objects that can be called."""
    got: Got = []
    robot = Robot(got)

    def plain(mark: str, comment: Comment, issue: Issue, label: str = "") -> None:
        got[:] = comment, issue, mark + label

    @functools.wraps(robot.method)
    def decorated(*arguments: Any) -> None:
        robot.method(*arguments)

    functions: list[Callable[..., object]] = [
        robot.method, robot.later, robot, decorated,
        functools.partial(plain, "m", label="x"), functools.partial(plain, mark="m", label="x"),
    ]  # fmt: skip
    for function in functions:
        one = Bot(bot.hoster)
        assert gets(one, function, got, CommentActions.CREATED)[ON_ISSUE][:2] == ["comment", "issue"], function
    assert bot.tell("label") == 0
    gets(bot, functools.partial(plain, mark="m", label="x"), got, CommentActions.CREATED)
    bot.tell(ON_ISSUE)
    assert got[2] == "mx"


def test_who_is_meant(bot: Bot) -> None:
    """A user among the objects is not who did it: only `sender` is."""
    got: Got = []

    def note(sender: User, issue: Issue) -> None:
        got[:] = sender.username, issue.number

    gets(bot, note, got, IssueActions)
    assert bot.tell("label") == 1
    assert got == ["bob", 5]
    with pytest.raises(ValidationError, match=r"user: 'User'.*sender: User"):
        bot.router.on(IssueActions.OPENED)(lambda_for_users)


def lambda_for_users(user: User) -> None:
    """Ask for a user that no opened issue has."""


def commented(comment: Comment) -> None:
    """Ask for a comment."""


def of_a_merge_request(mr: MergeRequest) -> None:
    """Ask for a merge request."""


def labels(label: Label) -> None:
    """Ask for a label as an object."""


def two_of_one(issue: Issue, mr: MergeRequest) -> None:
    """Ask for two things that no event has together."""


def settings(issue: Issue, settings: Settings) -> None:  # type: ignore[name-defined]  # noqa: F821
    """Ask for what is none of igitt's."""


def misspelt(issue: Isue) -> None:  # type: ignore[name-defined]  # noqa: F821
    """Ask for what does not exist."""


def aliased(it: Remark) -> None:
    """Ask for a name that only type checkers know."""


def pipelines(pipeline: Pipeline) -> None:
    """Ask for a pipeline."""


@pytest.mark.parametrize(("what", "function", "says"), [
    (IssueActions.OPENED, commented, r"comment: 'Comment'. of commented\(\); what fits: issue: Issue, event"),
    (PushActions.PUSHED, commented, "repository: Repository, branch: str, commits: list"),
    (IssueActions, of_a_merge_request, "mr: 'MergeRequest'"),
    (IssueActions.LABELED, labels, "label: str"),
    (CommentActions, two_of_one, "issue: Issue, comment: Comment, mr: MergeRequest"),
    (IssueActions, settings, "Settings is not one of igitt's classes"),
    (IssueActions.OPENED, misspelt, "Isue"),
    (CommentActions.CREATED, aliased, "Remark"),
    (PipelineActions.UPDATED, pipelines, "commit: Commit"),
    (PushActions, lambda issue: issue, "lambda"),
    (IssueActions.OPENED, lambda issue, comment: (issue, comment), "'comment'"),
    (IssueActions.OPENED, lambda one, two: (one, two), "one"),
    (InstallationActions, commented, "installation: Installation, user: User, repositories: list"),
    (RepositoryActions.STARRED, commented, "repository: Repository"),
])  # fmt: skip
def test_what_no_event_fills_is_refused(what: Any, function: Any, says: str) -> None:
    """When it is registered, with what fits."""
    router = Router(igitt.GitHub("ghp_x"), secret="s3cret")
    with pytest.raises(ValidationError, match=says):
        router.on(what)(function)


def test_some_events_are_enough(bot: Bot) -> None:
    """A function that some of its events fill is taken, and called for those."""
    got: Got = []

    def note(comment: Comment) -> None:
        got.append(comment)

    assert set(gets(bot, note, got, IssueActions, CommentActions, MergeRequestActions)) == {
        ON_ISSUE, ON_PULL, ON_COMMIT
    }  # fmt: skip
    assert set(gets(Bot(bot.hoster), note, got)) == {ON_ISSUE, ON_PULL, ON_COMMIT}


def test_what_lacks_it_is_answered_as_nothing_to_do() -> None:
    """A delivery that no function can take is not queued for any."""
    queue: list[Event] = []
    client = igitt.GitLab("glpat-x", cache=False)
    router = Router(client, secret="s3cret", myself="a-bot", dispatch=queue.append)
    router.on(CommentActions)(of_a_merge_request)
    router.on(CommentActions)(issue_of_github)
    import json  # noqa: PLC0415

    payload = TOLD[ON_ISSUE]["gitlab"][1]
    headers = {"X-Gitlab-Event": "Note Hook", "X-Gitlab-Token": "s3cret", "X-Gitlab-Event-UUID": "1"}
    assert router.deliver(headers, json.dumps(payload).encode()).message == "ignored: nothing to do"
    assert queue == []


def issue_of_github(issue: GitHubIssue) -> None:
    """Ask for an issue of GitHub's."""
