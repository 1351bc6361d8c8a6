"""The recipes on the page about webhooks: each framework takes a delivery of either forge to the bot's function."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from support.recipes import recipe
from support.world import World, make_world

from igitt.interfaces import Issue, IssueActions, WebhookEvents
from igitt.webhooks import Router

PAGE = "webhooks.rst"
SECRET = "s3cret"
SIGNATURES = {"X-Hub-Signature-256", "X-Gitlab-Token"}
#: Sends a body with headers to a path; gives the status of the answer.
Post = Callable[[str, dict[str, str], bytes], int]


@pytest.fixture
def worlds() -> Iterator[list[World]]:
    """Two worlds, one on each forge, with a hook for issues."""
    with make_world("github") as github, make_world("gitlab") as gitlab:
        for world in (github, gitlab):
            world.repository.register_hook("https://bot.example.com/webhook", SECRET, {WebhookEvents.ISSUE})
        yield [github, gitlab]


@pytest.fixture
def bot(worlds: list[World]) -> Iterator[Router]:
    """The bot that the recipes mount: it thanks for issues, of either forge."""
    found = Router(*(world.client for world in worlds), secret=SECRET)

    @found.on(IssueActions.OPENED)
    def thank(issue: Issue) -> None:
        issue.add_comment(f"Thank you, @{issue.author}!")

    yield found
    found.close()


@pytest.fixture
def names(bot: Router) -> dict[str, Any]:
    """What the page has defined before its recipes."""
    return {"bot": bot}


def wsgi(application: Any) -> Post:
    """Post to a WSGI application."""

    def post(path: str, headers: dict[str, str], body: bytes) -> int:
        told = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)), **told}
        environ |= {"CONTENT_TYPE": "application/json", "wsgi.input": io.BytesIO(body)}
        setup_testing_defaults(environ)
        statuses: list[str] = []
        b"".join(application(environ, lambda status, _headers, *_: statuses.append(status)))
        return int(statuses[0][:3])

    return post


def asgi(application: Any) -> Post:
    """Post to an ASGI application."""

    async def exchange(path: str, headers: dict[str, str], body: bytes) -> int:
        sent: list[dict[str, Any]] = []
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "https",
            "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": pairs,
            "server": ("bot.example.com", 443), "client": ("192.0.2.1", 5),
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await application(scope, receive, send)
        return int(sent[0]["status"])

    return lambda path, headers, body: asyncio.run(exchange(path, headers, body))


def django(view: Any) -> Post:
    """Post to a view of Django's."""
    from django.conf import settings  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415

    if not settings.configured:
        settings.configure()

    def post(path: str, headers: dict[str, str], body: bytes) -> int:
        return int(
            view(RequestFactory().post(path, body, content_type="application/json", headers=headers)).status_code
        )

    return post


def check(post: Post, worlds: list[World], bot: Any, path: str = "/webhook") -> None:
    """A new issue on each forge is thanked for; what is signed otherwise is refused."""
    numbers = []
    for world in worlds:
        known = len(world.forge.deliveries)
        numbers.append(world.as_user("bob").get_repo("acme/widgets").create_issue("Fresh").number)
        delivery = world.forge.deliveries[known]
        forged = delivery.headers | dict.fromkeys(SIGNATURES & delivery.headers.keys(), "sha256=0")
        assert post(path, forged, delivery.body) == 403
        assert post(path, delivery.headers, delivery.body) == 202
    bot.close()
    for world, number in zip(worlds, numbers, strict=True):
        assert [comment.body for comment in world.repository.get_issue(number).comments] == ["Thank you, @bob!"]


def test_flask(names: dict[str, Any], worlds: list[World]) -> None:
    """The bot is mounted beside Flask's own routes."""
    pytest.importorskip("flask")
    exec(recipe(PAGE, "Flask"), names)  # noqa: S102 - the page's own words
    check(wsgi(names["app"]), worlds, names["bot"])
    assert wsgi(names["app"])("/elsewhere", {}, b"") == 404


def test_django(names: dict[str, Any], worlds: list[World]) -> None:
    """A view hands the delivery over."""
    pytest.importorskip("django")
    exec(recipe(PAGE, "Django"), names)  # noqa: S102 - the page's own words
    check(django(names["webhook"]), worlds, names["bot"])


def test_fastapi(names: dict[str, Any], worlds: list[World]) -> None:
    """The bot is mounted beside FastAPI's own routes."""
    pytest.importorskip("fastapi")
    exec(recipe(PAGE, "FastAPI"), names)  # noqa: S102 - the page's own words
    check(asgi(names["app"]), worlds, names["bot"], "/webhook/")
    assert asgi(names["app"])("/elsewhere", {}, b"") == 404


def test_plain_wsgi(names: dict[str, Any], worlds: list[World]) -> None:
    """The standard library's server serves the bot at its path."""
    exec(recipe(PAGE, "Plain WSGI"), names)  # noqa: S102 - the page's own words
    with names["server"] as server:
        application = server.get_app()
        check(wsgi(application), worlds, names["bot"])
        assert wsgi(application)("/elsewhere", {}, b"") == 404
