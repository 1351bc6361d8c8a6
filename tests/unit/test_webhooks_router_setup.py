"""A router that is set up wrongly says so at once; whose a delivery is; and what becomes of a job that fails."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from support.stage import SECRET

import igitt
from igitt.errors import IGittError, InvalidPayloadError, InvalidSignatureError, ValidationError
from igitt.gitlab import webhooks as gitlab_webhooks
from igitt.interfaces import CommentActions, Issue, IssueActions
from igitt.interfaces.actions import OtherActions
from igitt.webhooks import Event, Router, verify

USER = {"id": 8, "login": "bob", "username": "bob"}
HUB = {
    "action": "opened", "sender": USER, "issue": {"number": 5, "id": 50, "title": "It squeaks"},
    "repository": {"id": 1, "full_name": "acme/widgets", "url": "https://api.github.com/repos/acme/widgets"},
}  # fmt: skip
LAB = {
    "object_kind": "issue", "user": USER, "object_attributes": {"id": 50, "iid": 5, "action": "open"},
    "project": {"id": 1, "path_with_namespace": "acme/widgets", "web_url": "https://gitlab.com/acme/widgets"},
}  # fmt: skip


def github(**options: Any) -> igitt.GitHub:
    """Return a client that sends nothing here."""
    return igitt.GitHub("ghp_x", cache=False, **options)


def gitlab(**options: Any) -> igitt.GitLab:
    """Return a client that sends nothing here."""
    return igitt.GitLab("glpat-x", cache=False, **options)


def body_of(payload: Any) -> bytes:
    """Return it as JSON."""
    return json.dumps(payload).encode()


def from_github(body: bytes, secret: str = SECRET, **headers: str) -> dict[str, str]:
    """Return the headers of a delivery of GitHub's."""
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    told = {"X-GitHub-Event": "issues", "X-GitHub-Delivery": "1", "X-Hub-Signature-256": f"sha256={signature}"}
    return told | {name.replace("_", "-"): value for name, value in headers.items()}


def from_gitlab(secret: str = SECRET, **headers: str) -> dict[str, str]:
    """Return the headers of a delivery of GitLab's."""
    told = {"X-Gitlab-Event": "Issue Hook", "X-Gitlab-Token": secret, "X-Gitlab-Event-UUID": "1"}
    return told | {name.replace("_", "-"): value for name, value in headers.items()}


def bot_of(*clients: Any, secret: Any = SECRET, **options: Any) -> tuple[Router, list[Any]]:
    """Return a bot, and what it hears of."""
    bot, ran = Router(*clients, secret=secret, myself="a-bot", **{"background": False, **options}), []
    bot.on(IssueActions.OPENED)(ran.append)
    return bot, ran


# --- what could never fire -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [
    "", b"", None, [], ["", b""], {}, {"github": ""}, {"github": None}, {"gitlab": "x"}, {"gihub": "x"}, 5, [5],
    iter(()), "whsec_*",
])  # fmt: skip
def test_a_secret_that_signs_nothing(secret: Any) -> None:
    """It is refused when the router is made, not with every delivery."""
    with pytest.raises(ValidationError, match="secret"):
        Router(github(), secret=secret)


def test_a_router_without_clients() -> None:
    """There is nothing that it could receive."""
    with pytest.raises(ValidationError, match="there is none"):
        Router(secret=SECRET)


@pytest.mark.parametrize(("name", "says"), [
    ("isues", "is 'issues'"), ("opened", r"IssueActions\.OPENED.*MergeRequestActions\.OPENED"),
    ("Issue Hook", "'issue"),
    ("pull_requests", "'pull_request'"), ("merge-request", "'merge_request'"), ("", "such as 'issues'"),
    ("xyzzy", "such as 'issues'"), ("labeled", r"IssueActions\.LABELED"),
])  # fmt: skip
def test_a_name_that_no_event_has(name: str, says: str) -> None:
    """It is refused when the function is registered, with what is probably meant."""
    for clients in ((github(),), (gitlab(),), (lambda *_: github(),)):
        with pytest.raises(ValidationError, match=says):
            Router(*clients, secret=SECRET).on(name)


def test_names_of_either_forge_are_known() -> None:
    """So that one function may be for both, whichever client there is; in any case."""
    bot = Router(github(), secret=SECRET)
    for name in ("issues", "Issues", "issue", "merge_request", "pull_request"):
        bot.on(name)(print)
    with pytest.raises(ValidationError, match="takes actions"):
        bot.on(OtherActions.OTHER, 5)(print)  # type: ignore[arg-type]


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_a_secret_for_each_project() -> None:
    """A function of headers and body gives it; what it does not know is refused, and so is another one's secret."""
    secrets = {"acme/widgets": "one", "acme/gears": ["two", "three"]}

    def find(headers: Any, body: bytes) -> Any:
        assert headers["x-github-event"] == "issues"
        return secrets.get(json.loads(body)["repository"]["full_name"])

    for given in (find, {"github": find}):
        bot, ran = bot_of(github(), secret=given)
        statuses = []
        for name, secret in (("acme/widgets", "one"), ("acme/gears", "three"), ("acme/gears", "one"), ("x/y", "one")):
            body = body_of({**HUB, "repository": {"id": 1, "full_name": name}})
            statuses.append(bot.deliver(from_github(body, secret), body).status)
        assert (statuses, len(ran)) == ([200, 200, 403, 403], 2)


def test_a_function_that_fails_or_gives_an_empty_secret() -> None:
    """Nothing runs, whatever was signed with the empty key."""
    body = body_of(HUB)
    for given, status in (((lambda *_: ""), 403), ((lambda *_: [""]), 403), ((lambda *_: 1 / 0), 500)):
        bot, ran = bot_of(github(), secret=given)
        assert (bot.deliver(from_github(body, ""), body).status, ran) == (status, [])


@pytest.mark.parametrize("secret", ["", b"", [], [""], [b"", ""], None])
def test_the_empty_key_signs_nothing(secret: Any) -> None:
    """What is signed with it is refused, on every way in."""
    body = body_of(HUB)
    for check in (
        lambda: verify(from_github(body, ""), body, secret),
        lambda: github().parse_webhook(from_github(body, ""), body, secret),
        lambda: gitlab().parse_webhook(from_gitlab(""), body_of(LAB), secret),
    ):
        with pytest.raises(InvalidSignatureError, match="no webhook secret"):
            check()


def test_a_secret_beyond_ascii() -> None:
    """It fits through WSGI and ASGI, as through frameworks that decode headers as UTF-8, on both forges."""
    secret = "Schlüssel-zum-Hof-鍵"
    raw = secret.encode()
    forms: list[Any] = [
        {"HTTP_X_GITLAB_TOKEN": raw.decode("latin-1")}, [(b"x-gitlab-token", raw)], {"X-Gitlab-Token": secret},
    ]  # fmt: skip
    for form in forms:
        assert len(gitlab().parse_webhook(form, body_of(LAB), secret)) == 1
        with pytest.raises(InvalidSignatureError, match="does not fit the secret"):
            gitlab().parse_webhook(form, body_of(LAB), "Schlussel-zum-Hof")
    body = body_of(HUB)
    assert len(github().parse_webhook(from_github(body, secret), body, secret)) == 1


def test_sha1_only_when_asked_for() -> None:
    """Neither `parse_webhook` nor a router takes GitHub's old signature by itself."""
    body = body_of(HUB)
    headers = from_github(body)
    del headers["X-Hub-Signature-256"]
    headers["X-Hub-Signature"] = f"sha1={hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()}"
    with pytest.raises(InvalidSignatureError, match="SHA-1"):
        github().parse_webhook(headers, body, SECRET)
    assert len(github().parse_webhook(headers, body, SECRET, allow_sha1=True)) == 1
    for options, status in (({}, 403), ({"allow_sha1": True}, 200)):
        bot, ran = bot_of(github(), **options)
        assert (bot.deliver(headers, body).status, len(ran)) == (status, int(status == 200))


def test_how_old_a_signature_may_be() -> None:
    """`tolerance` is handed on by `parse_webhook` and by a router."""
    import base64  # noqa: PLC0415

    client, body = gitlab(), body_of(LAB)
    stamp = str(int(client.transport.clock.time()) - 400)
    key = b"0" * 32
    signed = hmac.digest(key, f"msg_1.{stamp}.".encode() + body, "sha256")
    headers = {
        "X-Gitlab-Event": "Issue Hook", "webhook-id": "msg_1", "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }  # fmt: skip
    secret = f"whsec_{base64.b64encode(key).decode()}"
    with pytest.raises(InvalidSignatureError, match="300 s are allowed"):
        client.parse_webhook(headers, body, secret)
    assert len(client.parse_webhook(headers, body, secret, tolerance=500)) == 1
    for options, status in (({}, 403), ({"tolerance": 500}, 200), ({"tolerance": 399}, 403)):
        bot, _ = bot_of(client, secret=secret, **options)
        assert bot.deliver(headers, body).status == status


# --- whose delivery it is --------------------------------------------------------------------------------------------


GHES = "https://ghe.example.com"


@pytest.mark.parametrize(("client", "told", "headers", "fits"), [
    (github(), {}, {}, True),
    (github(), {}, {"X_GitHub_Enterprise_Host": "ghe.example.com"}, False),
    (github(), {"repository": {"full_name": "a/b", "url": f"{GHES}/api/v3/repos/a/b"}}, {}, False),
    (github(), {"repository": {"full_name": "a/b", "url": "https://api.github.com.evil.example/repos/a/b"}}, {}, False),
    (github(), {"repository": {"full_name": "a/b", "url": "https://github.com/a/b"}}, {}, True),
    (github(), {"repository": {"full_name": "a/b"}, "organization": {"url": f"{GHES}/api/v3/orgs/a"}}, {}, False),
    (github(), {"repository": None, "sender": {**USER, "url": f"{GHES}/api/v3/users/bob"}}, {}, False),
    (github(url=GHES), {}, {}, False),
    (github(url=GHES), {"repository": {"full_name": "a/b", "url": f"{GHES}/api/v3/repos/a/b"}}, {}, True),
    (github(url=GHES), {"repository": {"full_name": "a/b", "url": f"{GHES}/api/v3/repos/a/b"}},
     {"X_GitHub_Enterprise_Host": "GHE.example.com"}, True),
    (github(url=GHES), {"repository": {"full_name": "a/b", "url": "http://ghe.example.com/a/b"}}, {}, True),
    (github(url=GHES), {"repository": {"full_name": "a/b", "url": f"{GHES}:8443/api/v3/repos/a/b"}}, {}, False),
    (github(url="https://acme.ghe.com"),
     {"repository": {"full_name": "a/b", "url": "https://api.acme.ghe.com/repos/a/b"}}, {}, True),
    (github(), {}, {"X_Gitea_Event": "issues"}, False),
    (github(), {}, {"X_Forgejo_Event": "issues"}, False),
    (github(), {}, {"X_Gogs_Event": "issues"}, False),
    (gitlab(), {}, {}, True),
    (gitlab(), {}, {"X_Gitlab_Instance": "https://gitlab.com"}, True),
    (gitlab(), {}, {"X_Gitlab_Instance": "https://gitlab.example.com"}, False),
    (gitlab(), {"project": {"id": 1, "web_url": "https://gitlab.example.com/a/b"}}, {}, False),
    (gitlab(url="https://gitlab.example.com"), {}, {}, False),
    (gitlab(url="https://example.com/gitlab"), {"project": {"id": 1, "web_url": "http://example.com/gitlab/a/b"}}, {},
     True),
])  # fmt: skip
def test_another_instance(client: Any, told: dict[str, Any], headers: dict[str, str], fits: bool) -> None:
    """A delivery that names another instance than the client's is refused, although the secret fits."""
    if client.hoster == "github":
        body = body_of({key: value for key, value in {**HUB, **told}.items() if value is not None})
        sent = from_github(body, **headers)
    else:
        body, sent = body_of({**LAB, **told}), from_gitlab(**headers)
    bot, ran = bot_of(client)
    assert (bot.deliver(sent, body).status, len(ran)) == ((200, 1) if fits else (400, 0))
    if fits:
        assert client.parse_webhook(sent, body, SECRET)
    else:
        with pytest.raises(InvalidPayloadError, match=r"and this client talks to|imitates"):
            client.parse_webhook(sent, body, SECRET)


def test_a_forge_that_imitates_another_is_asked_first() -> None:
    """Whoever recognises the headers most surely gets the delivery, wherever it stands among the clients."""

    class Reader:
        """Reads as GitHub's does."""

        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

        @staticmethod
        def claim(headers: Any) -> int:
            """Claim what has a header of its own."""
            return 3 if "x-forge-event" in headers else 0

    class Forge(igitt.GitLab):
        """Another forge."""

        hoster = "forge"
        _reader = Reader(gitlab_webhooks)

    other = Forge("token", cache=False)
    for clients in ((github(), other), (other, github())):
        heard: list[Any] = []
        secrets = {"github": SECRET, "forge": SECRET}
        bot = Router(*clients, secret=secrets, myself="a-bot", background=False)
        bot.on()(lambda event, heard=heard: heard.append(event.hoster))
        body = body_of(HUB)
        assert bot.deliver(from_github(body), body).status == 200
        bot.deliver(from_gitlab() | {"X-Forge-Event": "issues", "X-GitHub-Event": "issues"}, body_of(LAB))
        assert heard == ["github", "forge"]


# --- jobs that fail --------------------------------------------------------------------------------------------------


def event_of(client: Any) -> Event:
    """Return an event."""
    (event,) = client.read_payload("issues", HUB) if client.hoster == "github" else client.read_payload("issue", LAB)
    return event


@pytest.mark.parametrize("client", [github(), gitlab()], ids=["github", "gitlab"])
def test_a_job_fails_with_its_handler(client: Any) -> None:
    """After all others ran, what the first raised is raised; further failures are noted."""
    told: list[Any] = []
    bot, ran = bot_of(client, on_error=lambda *problem: told.append(problem[2]))

    @bot.on(IssueActions.OPENED)
    def fail(issue: Issue) -> None:
        raise LookupError(issue.number)

    @bot.on(IssueActions.OPENED)
    async def fail_too() -> None:
        raise OSError

    bot.on(IssueActions.OPENED)(ran.append)
    bot.on(CommentActions)(ran.append)
    with pytest.raises(LookupError, match="5") as raised:
        bot.run(event_of(client))
    assert len(ran) == 2
    assert [type(error) for error in told] == [LookupError, OSError]
    assert raised.value.__notes__ == ["another handler of the same event failed, too: OSError"]


def test_a_delivery_answers_whatever_fails() -> None:
    """In the process that received it, a failing handler raises nothing."""
    bot, ran = bot_of(github(), on_error=lambda *_: None)
    bot.on(IssueActions.OPENED)(lambda: 1 / 0)
    body = body_of(HUB)
    outcome = bot.deliver(from_github(body), body)
    assert (outcome.status, len(ran), [type(one.error) for one in outcome.results]) == (
        200, 1, [type(None), ZeroDivisionError]
    )  # fmt: skip


@pytest.mark.parametrize("background", [False, True])
def test_a_handler_that_ends_its_thread(background: bool) -> None:
    """The delivery counts as not handled, the backlog is freed, and the bot goes on."""
    bot, ran = bot_of(github(), background=background, backlog=1)
    endings = [True, True]

    @bot.on(IssueActions.OPENED)
    def end() -> None:
        if endings:
            endings.pop()
            raise SystemExit

    body = body_of(HUB)
    for expected in (1, 2, 3):
        if background or not endings:
            assert bot.deliver(from_github(body), body).status == (202 if background else 200)
            bot.close()
        else:
            with pytest.raises(SystemExit):
                bot.deliver(from_github(body), body)
        assert len(ran) == expected
    assert bot.deliver(from_github(body), body).message == "ignored: seen before"


def test_closing_waits_for_what_was_taken() -> None:
    """All of it is handled when `close` returns; afterwards the bot begins anew."""
    bot, ran = bot_of(github(), background=True, workers=1)
    gate = threading.Event()
    bot.on(IssueActions.OPENED)(lambda: gate.wait(10))
    bodies = [body_of({**HUB, "issue": {"number": number, "id": number}}) for number in range(5)]
    for body in bodies[:4]:
        assert bot.deliver(from_github(body), body).status == 202
    threading.Timer(0.05, gate.set).start()
    bot.close()
    assert len(ran) == 4
    assert bot.deliver(from_github(bodies[4]), bodies[4]).status == 202
    bot.close()
    assert len(ran) == 5


def test_copies_leave_nothing_behind() -> None:
    """What is known of a delivery does not grow when it comes again."""
    shelf: dict[str, str] = {}
    bot, ran = bot_of(github(), seen=(shelf.get, shelf.__setitem__))
    body = body_of(HUB)
    bot.deliver(from_github(body), body)
    before = dict(shelf)
    for _ in range(50):
        assert bot.deliver(from_github(body), body).message == "ignored: seen before"
    assert (shelf, len(ran)) == (before, 1)
    shelf.clear()  # nothing else holds it
    assert bot.deliver(from_github(body), body).message == "done"
    assert len(ran) == 2


# --- why nothing ran -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("client", "headers"), [
    (github(), from_github), (gitlab(), lambda _: from_gitlab()),
], ids=["github", "gitlab"])  # fmt: skip
def test_a_bot_under_ones_own_account(
    client: Any, headers: Callable[[bytes], dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    """Who tries it with that very account is told once, loudly, why nothing happens."""
    ran: list[Any] = []
    bot = Router(client, secret=SECRET, myself="Bob", background=False)
    caplog.set_level(logging.INFO, "igitt.webhooks")

    @bot.on(IssueActions.OPENED)
    def thank(issue: Issue) -> None:
        ran.append(issue)

    for number in (1, 2):
        told = HUB if client.hoster == "github" else LAB
        body = body_of({**told, "number": number})
        sent = headers(body) | {"X-GitHub-Delivery": str(number), "X-Gitlab-Event-UUID": str(number)}
        if client.hoster == "github":
            del sent["X-Gitlab-Event-UUID"]
        assert bot.deliver(sent, body).status == 200
    assert ran == []
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert all("thank is not called" in text and "myself=True" in text for text in caplog.messages)


def test_no_foreign_exception() -> None:
    """What is odd about addresses is no reason to fail otherwise than as igitt does."""
    for address in ("https://[", "::::", "https://" + "x" * 5000, "\x00", 5, [], {}, "https://github.com:99999"):
        told = {**HUB, "repository": {"full_name": "a/b", "url": address}}
        body = body_of(told)
        try:
            github().parse_webhook(from_github(body), body, SECRET)
        except IGittError:
            continue
