"""A bot behind HTTP: what its WSGI and ASGI applications answer, without a server."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from support.world import PROVIDERS, make_world

from igitt.interfaces import Issue, IssueActions, WebhookEvents
from igitt.webhooks import Router

SECRET = "h00k-s3cret-of-this-test"
LIMIT = 25 * 1024 * 1024


class Bot:
    """A bot, a delivery for it, and what it did."""

    def __init__(self, client: Any, headers: dict[str, str], body: bytes) -> None:
        self.headers, self.body = headers, body
        self.ran: list[Any] = []
        self.client = client
        self.router = Router(client, secret=SECRET)

        @self.router.on(IssueActions.LABELED)
        async def handle(issue: Issue, label: str) -> None:
            await asyncio.sleep(0)
            self.ran.append((issue.number, label, threading.current_thread() is threading.main_thread()))


@pytest.fixture(params=PROVIDERS)
def bot(request: pytest.FixtureRequest) -> Iterator[Bot]:
    """A bot on each forge, and the delivery of a label."""
    with make_world(request.param) as world:
        world.repository.register_hook("https://bot.example.com/", SECRET, {WebhookEvents.ISSUE})
        world.forge.reset_log()
        world.as_user("bob").get_repo("acme/widgets").get_issue(1).add_labels("idea")
        (delivery,) = world.forge.deliveries
        yield Bot(world.client, delivery.headers, delivery.body)


class Counted(io.BytesIO):
    """A body that counts how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, and count."""
        found = super().read(size)
        self.taken += len(found)
        return found


def by_wsgi(
    bot: Bot, body: bytes | None = None, *, only: str | None = None, **changes: Any
) -> tuple[int, dict[str, str]]:
    """The status and headers of an answer by WSGI; the standard library checks that both sides keep to the rules."""
    sent = bot.body if body is None else body
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": "/hook", "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(sent)), "wsgi.input": io.BytesIO(sent),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in bot.headers.items()},
    }  # fmt: skip
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "application/json")
    environ |= changes
    environ = {key: value for key, value in environ.items() if value is not None}
    setup_testing_defaults(environ)
    told: list[Any] = []
    answer = validator(bot.router.wsgi_app(only))(environ, lambda *start: told.extend(start) or (lambda _: None))
    text = b"".join(answer)
    answer.close()  # type: ignore[attr-defined]
    headers = dict(told[1])
    assert headers["Content-Length"] == str(len(text))
    return int(told[0].split()[0]), headers


def by_asgi(
    bot: Bot, *parts: bytes, only: str | None = None, headers: Any = None, **changes: Any
) -> tuple[int, dict[str, str]] | None:
    """The status and headers of an answer by ASGI; None if there is none. The body comes in several parts."""
    pairs = [(name.lower().encode(), value.encode()) for name, value in (headers or bot.headers).items()]
    scope = {"type": "http", "method": "POST", "path": "/hook", "root_path": "", "headers": pairs, **changes}
    bodies = list(parts or (bot.body[:10], bot.body[10:]))
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not bodies:
            return {"type": "http.disconnect"}
        part = bodies.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(bodies) or part == b"..."}

    async def send(message: Any) -> None:
        told.append(message)

    async def main() -> None:
        await bot.router.asgi_app(only)(scope, receive, send)
        await asyncio.to_thread(bot.router.close)

    asyncio.run(main())
    if not told:
        return None
    start, end = told
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    assert found["content-length"] == str(len(end["body"]))
    return start["status"], found


def test_wsgi_takes_a_delivery(bot: Bot) -> None:
    """A delivery is taken, handled in a thread, and ignored when it comes again."""
    assert by_wsgi(bot)[0] == 202
    bot.router.close()
    assert bot.ran == [(1, "idea", False)]
    assert by_wsgi(bot)[0] == 200


def test_asgi_takes_a_delivery(bot: Bot) -> None:
    """A delivery in parts is taken; async handlers run in the server's own loop."""
    assert by_asgi(bot)[0] == 202  # type: ignore[index]
    assert bot.ran == [(1, "idea", True)]
    assert by_asgi(bot)[0] == 200  # type: ignore[index]


def test_asgi_without_background(bot: Bot) -> None:
    """A bot that does all before the answer does not block the loop that its handlers run in."""
    router, ran = Router(bot.client, secret=SECRET, background=False), []

    @router.on(IssueActions)
    async def handle(issue: Issue) -> None:
        await asyncio.sleep(0)
        ran.append(issue.number)

    bot.router = router
    assert by_asgi(bot)[0] == 200  # type: ignore[index]
    assert ran == [1]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_only_post(bot: Bot, method: str) -> None:
    """Other methods are told which one there is."""
    status, headers = by_wsgi(bot, REQUEST_METHOD=method)
    assert (status, headers["Allow"]) == (405, "POST")
    answer = by_asgi(bot, method=method)
    assert answer is not None
    assert (answer[0], answer[1]["allow"]) == (405, "POST")


def test_bad_deliveries(bot: Bot) -> None:
    """A signature that does not fit is a 403, what no forge sends a 400; nothing runs."""
    signed = [name for name in bot.headers if "Signature" in name or "Token" in name]
    forged = {**bot.headers, **dict.fromkeys(signed, "sha256=00")}
    assert by_asgi(bot, headers=forged)[0] == 403  # type: ignore[index]
    assert by_asgi(bot, headers={"content-type": "application/json"})[0] == 400  # type: ignore[index]
    bot.headers = forged
    assert by_wsgi(bot)[0] == 403
    bot.headers = {}
    assert by_wsgi(bot)[0] == 400
    bot.router.close()
    assert bot.ran == []


def test_one_path(bot: Bot) -> None:
    """With a path, everything else is nothing; below a mount, the path is what lies below it."""
    assert by_wsgi(bot, only="/else")[0] == 404
    assert by_wsgi(bot, only="/hook/")[0] == 202
    assert by_asgi(bot, only="/else")[0] == 404  # type: ignore[index]
    assert by_asgi(bot, only="/hook", path="/bots/hook", root_path="/bots")[0] == 200  # type: ignore[index]


def test_what_is_too_large_is_not_read(bot: Bot) -> None:
    """A length above the forges' limit is refused before a byte is read."""
    body = Counted(b"x" * 100)
    assert by_wsgi(bot, CONTENT_LENGTH=str(LIMIT + 1), **{"wsgi.input": body})[0] == 413
    assert body.taken == 0
    assert plain_wsgi(bot, {"CONTENT_LENGTH": "9" * 5000}) == 413
    big = {**bot.headers, "content-length": str(LIMIT + 1)}
    assert by_asgi(bot, b"x", headers=big)[0] == 413  # type: ignore[index]


def test_what_grows_too_large(bot: Bot) -> None:
    """A body that does not tell its length is read up to the limit and no further."""
    parts = [b"x" * (10 * 1024 * 1024)] * 4
    headers = {name: value for name, value in bot.headers.items() if name.lower() != "content-length"}
    assert by_asgi(bot, *parts, headers=headers)[0] == 413  # type: ignore[index]
    body = Counted(b"".join(parts))
    answer = by_wsgi(bot, CONTENT_LENGTH=None, **{"wsgi.input": body, "wsgi.input_terminated": True})
    assert answer[0] == 413
    assert body.taken == LIMIT + 1


def test_a_length_that_is_missing_or_no_number(bot: Bot) -> None:
    """Without a length nobody knows where a WSGI body ends, unless the server says that it ends it."""
    assert by_wsgi(bot, CONTENT_LENGTH=None)[0] == 411
    assert by_wsgi(bot, CONTENT_LENGTH="")[0] == 411
    for wrong in ("-5", "five", "1e3", "²"):
        environ = {"CONTENT_LENGTH": wrong}
        assert plain_wsgi(bot, environ) == 400
    assert by_wsgi(bot, CONTENT_LENGTH=None, **{"wsgi.input_terminated": True})[0] == 202


def plain_wsgi(bot: Bot, environ: dict[str, Any]) -> int:
    """The status of an answer to a request that breaks WSGI's own rules."""
    told: list[Any] = []
    base = {"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(b"{}")}
    bot.router.wsgi_app()({**base, **environ}, lambda *start: told.extend(start))  # type: ignore[arg-type, return-value]
    return int(told[0].split()[0])


def test_a_sender_that_goes_away(bot: Bot) -> None:
    """A connection that breaks in the middle of a body is given up without an answer."""
    assert by_asgi(bot, b"...") is None


def test_the_life_of_a_server(bot: Bot) -> None:
    """Startup and shutdown are confirmed, and the end waits for what was taken."""
    told: list[str] = []
    messages = ["lifespan.startup", "lifespan.shutdown"]

    async def receive() -> dict[str, Any]:
        return {"type": messages.pop(0)}

    async def send(message: Any) -> None:
        told.append(message["type"])

    async def main() -> None:
        bot.router.deliver(bot.headers, bot.body)
        await bot.router.asgi_app()({"type": "lifespan"}, receive, send)

    asyncio.run(main())
    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert len(bot.ran) == 1


def test_websockets_are_closed(bot: Bot) -> None:
    """A bot speaks HTTP only."""
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message["type"])

    asyncio.run(bot.router.asgi_app()({"type": "websocket"}, None, send))  # type: ignore[arg-type]
    assert told == ["websocket.close"]


@pytest.mark.parametrize("ending", ["cancelled", "stopped"])
def test_a_loop_that_ends_first(bot: Bot, ending: str) -> None:
    """A handler whose server's loop ends is a failure that is told; no thread waits for it for ever."""
    told: list[Exception] = []
    bot.router = Router(bot.client, secret=SECRET, on_error=lambda _event, _function, error: told.append(error))
    begun = threading.Event()

    @bot.router.on(IssueActions)
    async def endless() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": bot.body}

    async def send(message: Any) -> None:
        assert message.get("status", 202) == 202

    async def main() -> None:
        pairs = [(name.encode(), value.encode()) for name, value in bot.headers.items()]
        await bot.router.asgi_app()({"type": "http", "method": "POST", "headers": pairs}, receive, send)
        await asyncio.to_thread(begun.wait, 10)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    if ending == "cancelled":
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
    bot.router.close()
    loop.close()
    assert [type(error).__name__ for error in told] == [{"cancelled": "CancelledError"}.get(ending, "RuntimeError")]
