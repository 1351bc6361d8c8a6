"""What is verified is what is parsed: no second meaning of signed bytes, no replay, nothing for who does not sign."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

import igitt
from igitt.auth import GitHubApp
from igitt.errors import IGittError, InvalidPayloadError, InvalidSignatureError, ValidationError
from igitt.github.webhooks.shapes import check_shape
from igitt.testing import Sandbox
from igitt.webhooks import Router, verify
from igitt.webhooks.receive import decode

SECRET, KEY = "one secret for all hooks", b"k" * 32
SIGNING = "whsec_" + base64.b64encode(KEY).decode()
USER = {"login": "mallory", "id": 1, "type": "User"}
COMMENT: dict[str, Any] = {
    "action": "created", "issue": {"number": 1, "id": 1, "user": USER}, "comment": {"id": 7, "body": "x", "user": USER},
    "repository": {"id": 1, "full_name": "o/r", "owner": USER}, "organization": {"id": 1, "login": "o"}, "sender": USER,
    "installation": {"id": 5, "node_id": "x"},
}  # fmt: skip
PUSH = {
    "object_kind": "push", "event_name": "push", "ref": "refs/heads/main", "before": "0" * 40, "after": "1" * 40,
    "user_username": "mallory", "user_id": 1, "project_id": 1, "commits": [],
    "project": {"id": 1, "path_with_namespace": "g/p", "web_url": "https://gitlab.com/g/p"},
}  # fmt: skip


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds


class Bot:
    """A bot of both forges, and what reached it."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.handled: list[Any] = []
        clients = [
            igitt.GitHub("ghp_x", cache=False, clock=self.clock),
            igitt.GitLab("glpat-x", cache=False, clock=self.clock),
        ]
        secrets = {"github": SECRET, "gitlab": [SIGNING, SECRET]}
        self.router = Router(*clients, **{"secret": secrets, "background": False, "myself": ["me"], **options})
        self.router.on()(self.note)

    def note(self, event: Any) -> None:
        """Note an event."""
        self.handled.append(event)

    def github(self, body: bytes, **headers: str | None) -> int:
        """Deliver what GitHub signed, with these unsigned headers."""
        known = {"X-GitHub-Event": "issue_comment", "X-GitHub-Delivery": "one", "X-Hub-Signature-256": signature(body)}
        told = {name: value for name, value in (known | headers).items() if value is not None}
        return self.router.deliver(told, body).status

    def gitlab(self, body: bytes, identifier: str = "msg_1", **headers: str) -> int:
        """Deliver what GitLab signed, with these unsigned headers."""
        stamp = str(int(self.clock.now))
        digest = hmac.digest(KEY, f"{identifier}.{stamp}.".encode() + body, "sha256")
        signed = {"webhook-id": identifier, "webhook-timestamp": stamp, "webhook-signature": f"v1,{b64(digest)}"}
        return self.router.deliver({"X-Gitlab-Event": "Push Hook", **signed, **headers}, body).status


def b64(digest: bytes) -> str:
    """Base64 as text."""
    return base64.b64encode(digest).decode()


def signature(body: bytes) -> str:
    """What GitHub signs a body with."""
    return "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "text/plain", "", "x" * 999])
@pytest.mark.parametrize("begin", ["", "&", "payload=&"])
def test_a_form_hidden_in_json(kind: str, begin: str) -> None:
    """The Content-Type, which nothing signs, makes no form of JSON."""
    forged = json.dumps({**COMMENT, "repository": {"id": 2, "full_name": "bank/vault", "owner": USER}})
    body = json.dumps(
        {**COMMENT, "comment": {"id": 7, "body": f"{begin}&payload={quote(forged)}&", "user": USER}}
    ).encode()
    bot = Bot()
    assert bot.github(body, **{"Content-Type": kind}) == 200
    assert {str(event.repository.full_name) for event in bot.handled} == {"o/r"}


@pytest.mark.parametrize("further", ["&x=1", "&payload=%7B%7D", "&"])
def test_a_form_has_payload_alone(further: str) -> None:
    """GitHub's form is one field; whatever has more is refused, whoever signed it."""
    bot, body = Bot(), f"payload={quote_plus(json.dumps(COMMENT))}"
    assert bot.github(body.encode(), **{"Content-Type": "application/json"}) == 200
    assert bot.github((body + further).encode(), **{"Content-Type": "application/x-www-form-urlencoded"}) == 400
    assert bot.github(f"x=1&{body}".encode(), **{"Content-Type": "application/x-www-form-urlencoded"}) == 400


def test_another_id_is_a_replay() -> None:
    """GitHub's signature under another id is taken within a minute, and refused from then on; without an id always."""
    bot, body = Bot(), json.dumps(COMMENT).encode()
    assert [bot.github(body), bot.github(body), bot.github(body, **{"X-GitHub-Delivery": None})] == [200, 200, 400]
    assert len(bot.handled) == 1
    bot.clock.now += 59
    assert bot.github(body, **{"X-GitHub-Delivery": "label put on again"}) == 200
    assert len(bot.handled) == 2
    bot.clock.now += 2
    assert bot.github(body, **{"X-GitHub-Delivery": "replay"}) == 403
    assert bot.github(body, **{"X-GitHub-Delivery": "two", "X-Hub-Signature-256": f" {signature(body)} "}) == 403
    assert bot.github(body, **{"X-Hub-Signature-256": f"{signature(body)}\t"}) == 200
    assert len(bot.handled) == 2


def test_many_ids_within_the_minute() -> None:
    """The minute lets some through, not as many as somebody likes."""
    bot, body = Bot(), json.dumps(COMMENT).encode()
    for number in range(100):
        bot.github(body, **{"X-GitHub-Delivery": str(number)})
    assert len(bot.handled) <= 20


def test_a_redelivery_of_what_failed() -> None:
    """What failed is handled when GitHub sends it again, however late: it keeps its id."""
    bot, body = Bot(), json.dumps(COMMENT).encode()
    bot.router.on()(lambda _: 1 / (bot.clock.now - 1_800_000_000.0))
    bot.github(body)
    bot.clock.now += 86400
    assert bot.github(body) == 200
    assert len(bot.handled) == 2


def test_an_operators_redelivery() -> None:
    """``redelivery=True`` handles it again, and verifies it all the same."""
    bot, body = Bot(), json.dumps(COMMENT).encode()
    headers = {"X-GitHub-Event": "issue_comment", "X-GitHub-Delivery": "one", "X-Hub-Signature-256": signature(body)}
    for again in (False, False, True):
        bot.router.deliver(headers, body, redelivery=again)
    assert len(bot.handled) == 2
    assert bot.router.deliver({**headers, "X-Hub-Signature-256": signature(b"{}")}, body, redelivery=True).status == 403


@pytest.mark.parametrize("name", ["Idempotency-Key", "X-Gitlab-Event-UUID", "X-Gitlab-Webhook-UUID"])
def test_gitlabs_signed_id_counts(name: str) -> None:
    """Where the scheme signs the id, no other header makes a new delivery, nor does a later time."""
    bot, body = Bot(), json.dumps(PUSH).encode()
    for later in range(3):
        assert bot.gitlab(body, **{name: str(later)}) == 200
        bot.clock.now += 100
    assert len(bot.handled) == 1
    bot.gitlab(body, "msg_2")
    assert len(bot.handled) == 2


EVENTS = [
    "public", "star", "watch", "member", "membership", "installation", "installation_repositories", "organization",
    "issues", "repository", "fork", "push", "create", "delete", "label", "team", "team_add", "org_block", "ping",
    "meta", "deploy_key", "release", "pull_request", "pull_request_review", "pull_request_review_comment",
    "discussion", "discussion_comment", "repository_dispatch", "workflow_dispatch", "github_app_authorization",
    "status", "installation_target", "deployment", "check_run", "page_build", "gollum", "milestone",
    "repository_import",
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS)
def test_a_comment_under_another_name(event: str) -> None:
    """A signed comment is a comment, whatever X-GitHub-Event says."""
    bot = Bot()
    assert bot.github(json.dumps(COMMENT).encode(), **{"X-GitHub-Event": event}) == 400
    assert not bot.handled


@pytest.mark.parametrize("event", ["public", "organization", "installation", "star", "member", "push", "fork"])
def test_little_under_another_name(event: str) -> None:
    """Neither is what is done with a repository something else."""
    told = {key: COMMENT[key] for key in ("action", "repository", "organization", "sender", "installation")}
    bot = Bot()
    assert bot.github(json.dumps(told).encode(), **{"X-GitHub-Event": "repository"}) == 200
    assert bot.github(json.dumps(told).encode(), **{"X-GitHub-Event": event, "X-GitHub-Delivery": "2"}) == 400


def test_every_described_payload_is_of_its_event(shared_data: Path) -> None:
    """What GitHub describes of an event passes as that event, with all its keys and with the needed ones alone."""
    described = json.loads((shared_data / "spec" / "github-webhooks.json").read_text(encoding="utf-8"))
    schemas, count = described["components"]["schemas"], 0

    def found(schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    for name, hook in described["webhooks"].items():
        post = hook["post"]
        event = post.get("x-github", {}).get("subcategory", name).replace("-", "_")
        whole = found(post["requestBody"]["content"]["application/json"]["schema"])
        for one in map(found, whole.get("oneOf") or whole.get("anyOf") or [whole]):
            needed = set(one.get("required", ()))
            for keys in (needed, set(one.get("properties", ())) - ({"repository"} - needed)):
                check_shape(event, dict.fromkeys(keys))
                count += 1
    assert count > 200


def test_one_forges_signature_is_no_other_forges() -> None:
    """With one secret for both, what GitHub signed is no delivery of GitLab's, and GitLab's token none of GitHub's."""
    body = json.dumps(PUSH).encode()
    github, gitlab = igitt.GitHub("ghp_x", cache=False), igitt.GitLab("glpat-x", cache=False)
    with pytest.raises(InvalidSignatureError):
        gitlab.parse_webhook({"X-Gitlab-Event": "Push Hook", "X-Hub-Signature-256": signature(body)}, body, SECRET)
    with pytest.raises(InvalidSignatureError):
        github.parse_webhook({"X-GitHub-Event": "push", "X-Gitlab-Token": SECRET}, body, SECRET)


@pytest.mark.parametrize("secret", [[5], [b"x", 32], (0, 8), {"github": "x"}, [bytearray(4)], 5, [None], object()])
def test_secrets_are_texts_or_bytes(secret: Any) -> None:
    """A number makes no key of zeros."""
    for size in (0, 5, 8, 32):
        digest = hmac.new(bytes(size), b"{}", hashlib.sha256).hexdigest()
        with pytest.raises(InvalidSignatureError):
            verify({"X-Hub-Signature-256": f"sha256={digest}"}, b"{}", secret)


class LyingStore:
    """A store whose owner wants deliveries to be skipped."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.texts, self.lies = answer, {}, True

    def get(self, key: str) -> Any:
        """Say that everything was handled."""
        known = self.texts.get(key)
        return (self.answer(key, known, self.texts) if callable(self.answer) else self.answer) if self.lies else known

    def set(self, key: str, value: str) -> None:
        """Keep it."""
        self.texts[key] = value


@pytest.mark.parametrize(
    "answer",
    [
        "1", b"1", "1800000000.000 " + " ".join("0" * 16 for _ in range(20)), f"{'0' * 64} 1", " 1", "",
        lambda _key, _known, texts: next((text for text in texts.values() if text.endswith(" 1")), "1"),
    ],
)  # fmt: skip
def test_a_store_skips_nothing(answer: Any) -> None:
    """Who writes the store of handled deliveries has none skipped: what he makes up, or moves, was never noted."""
    store = LyingStore(answer)
    bot = Bot(seen=(store.get, store.set))
    for number in range(3):
        body = json.dumps(COMMENT | {"comment": {**COMMENT["comment"], "id": number}}).encode()
        assert bot.github(body, **{"X-GitHub-Delivery": str(number)}) == 200
        assert len(bot.handled) == number + 1
    store.lies = False
    assert bot.github(body, **{"X-GitHub-Delivery": "2"}) == 200
    assert len(bot.handled) == 3
    assert SECRET not in str(store.texts)


UNSIGNED: list[dict[str, str]] = [
    {"X-GitHub-Event": "issues"}, {"X-Gitlab-Event": "Push Hook"}, {"X-GitHub-Event": "issues", "X-Gitlab-Token": ""},
    {"X-Gitlab-Event": "Push Hook", "X-Gitlab-Token": "wrong"}, {}, {"X-Gitlab-Token": "wrong"},
]  # fmt: skip


@pytest.mark.parametrize("headers", UNSIGNED)
def test_an_unsigned_body_is_not_read(headers: dict[str, str]) -> None:
    """Neither door reads the body of what its headers tell to be unsigned."""
    bot = Bot(secret=SECRET)
    body, said = io.BytesIO(b"x" * 1000), []
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    environ |= {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "1000", "wsgi.input": body}  # type: ignore[dict-item]
    bot.router.wsgi_app()(environ, lambda status, _: said.append(status))  # type: ignore[arg-type, return-value]
    assert body.tell() == 0
    assert said[0][:3] in {"400", "403"}
    assert asgi_status(bot, headers) in {400, 403}


def asgi_status(bot: Bot, headers: dict[str, str], body: Iterator[bytes] | None = None, **options: Any) -> int:
    """The status that the ASGI door answers with; reading a body that is not given fails."""
    sent: list[Any] = []

    async def receive() -> Any:
        assert body is not None, "the body was read"
        part = next(body, b"")
        return {"type": "http.request", "body": part, "more_body": bool(part)}

    async def send(message: Any) -> None:
        sent.append(message)

    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": pairs}
    asyncio.run(bot.router.asgi_app(**options)(scope, receive, send))  # type: ignore[arg-type]
    return int(sent[0]["status"])


def test_max_body() -> None:
    """An operator's own bound ends the reading."""
    bot = Bot()
    headers = {"X-GitHub-Event": "issues", "X-Hub-Signature-256": "sha256=x"}
    assert asgi_status(bot, headers, iter([b"x" * 600] * 9), max_body=1000) == 413
    for wrong in (0, -1, True, "5", 26 * 1024 * 1024, None):
        with pytest.raises(ValidationError, match="max_body"):
            bot.router.wsgi_app(max_body=wrong)  # type: ignore[arg-type]


def test_unsigned_deliveries_make_no_clients() -> None:
    """``client_of`` makes nothing of a body that nobody verified, and gives the tenant's client where there is one."""
    with Sandbox(socket=False) as sandbox:
        known = sandbox.github.add_app("triage", permissions={"issues": "write"}, owner="acme")
        app = GitHubApp(known.id, known.private_key, cache=False)
        tenant = app.client_for(4711)
        for number in range(1, 2000):
            assert app.client_of(json.dumps({"installation": {"id": number}}).encode()) is app.client
        assert app.client_of(b'{"installation": {"id": 4711}}') is tenant
        assert app.client_for(4711) is tenant


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: ("payload=" + text).encode()))
def test_any_body(body: bytes) -> None:
    """Whatever the bytes are, they are a payload or refused."""
    with contextlib.suppress(InvalidPayloadError):
        assert isinstance(decode(body), dict)


HEADERS = st.dictionaries(
    st.sampled_from(["X-GitHub-Event", "X-GitHub-Delivery", "X-Hub-Signature-256", "X-Gitlab-Event", "X-Gitlab-Token",
                     "webhook-id", "webhook-timestamp", "webhook-signature", "Content-Type"]),
    st.text(max_size=30),
)  # fmt: skip


@given(HEADERS, st.binary(max_size=100))
def test_any_delivery_of_a_stranger(headers: dict[str, str], body: bytes) -> None:
    """Who does not know the secret is refused, whatever he sends."""
    try:
        verify(headers, body, SECRET)
        passed = True
    except IGittError:
        passed = False
    assert not passed
