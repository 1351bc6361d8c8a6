"""What mypy and pyright see of a bot on a router: decorated functions keep their types, and so does what comes back.

Checked by both type checkers, never run.
"""

from typing import assert_type

from igitt import GitHub, GitLab
from igitt.auth import GitHubApp
from igitt.interfaces import Comment, CommentActions, Hoster, Issue, IssueActions, MergeRequestActions
from igitt.webhooks import Event, Outcome, Result, Router


def tell(event: Event, function: object, error: Exception) -> None:
    print(event.action, function, error)


def routing(app: GitHubApp, shelf: dict[str, str]) -> None:
    bot = Router(app, GitLab("glpat-x"), secret=["new", "old"], seen=(shelf.get, shelf.__setitem__), myself=["bot"])
    Router(lambda headers, body: GitHub(headers["x-token"] if body else None), secret=b"s3cret", background=False)
    Router(GitHub("ghp_x"), secret={"github": "s3cret", "gitlab": ["new", "old"]}, dispatch=print)
    Router(GitHub("ghp_x"), secret="s3cret", on_error=tell)

    @bot.on(IssueActions.OPENED, MergeRequestActions, "issues", repository="acme/*", label=["bug"], bots=True)
    def with_objects(issue: Issue) -> str:
        return issue.title

    @bot.on(CommentActions.CREATED, myself=True)
    async def with_event(event: Event, issue: Issue, comment: Comment) -> int:
        return issue.number + len(event.objects) + len(comment.body)

    assert_type(with_objects.__name__, str)
    outcome = bot.deliver({"X-GitHub-Event": "issues"}, b"{}")
    assert_type(outcome, Outcome)
    assert_type(outcome.events, tuple[Event, ...])
    assert_type(bot.run(bot.load("{}")), tuple[Result, ...])
    print(with_event, bot.wsgi_app("/webhook"), bot.asgi_app())


def travelling(client: Hoster, event: Event, issue: Issue) -> None:
    assert_type(event.to_json(), str)
    assert_type(Event.from_json(event.to_json(), client), Event)
    assert_type(issue.reference, str)
    assert_type(client.read_payload("issues", {}, "delivery"), tuple[Event, ...])
