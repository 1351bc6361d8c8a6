"""Whether a delivery is genuine: each forge's scheme, and every way to get it wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest

from igitt import GitHub
from igitt.errors import InvalidPayloadError, InvalidSignatureError, UnknownEventError
from igitt.webhooks import Router, verify

BODY = b"Hello, World!"
SECRET = "It's a Secret to Everybody"
KEY = bytes(range(32))
SIGNING_TOKEN = f"whsec_{base64.b64encode(KEY).decode()}"
#: GitHub's own example, from "Validating webhook deliveries".
DOCUMENTED = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


class Clock:
    """A clock that stands."""

    def __init__(self, now: float) -> None:
        self.now = now

    def time(self) -> float:
        """Return the set time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Nothing here waits."""
        raise AssertionError(seconds)


def standard(body: bytes = BODY, *, stamp: str = "1000", identifier: str = "msg_1", key: bytes = KEY) -> dict[str, str]:
    """Return the headers of GitLab's signing scheme."""
    content = f"{identifier}.{stamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {"webhook-id": identifier, "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}


def test_githubs_documented_example_is_genuine() -> None:
    """The example of GitHub's documentation verifies."""
    verify({"X-Hub-Signature-256": DOCUMENTED}, BODY, SECRET)


@pytest.mark.parametrize(
    "name", ["X-Hub-Signature-256", "x-hub-signature-256", "X-HUB-SIGNATURE-256", "HTTP_X_HUB_SIGNATURE_256"]
)
def test_header_names_come_in_any_form(name: str) -> None:
    """Any case and a WSGI environment's names are read alike."""
    verify({name: DOCUMENTED, "wsgi.version": (1, 0)}, BODY, SECRET)  # type: ignore[arg-type]


def test_headers_may_be_pairs_of_bytes() -> None:
    """ASGI's form is read, too."""
    verify([(b"x-hub-signature-256", DOCUMENTED.encode())], BODY, SECRET)


@pytest.mark.parametrize(
    ("headers", "body", "secret"),
    [
        ({"X-Hub-Signature-256": DOCUMENTED}, BODY + b" ", SECRET),
        ({"X-Hub-Signature-256": DOCUMENTED}, BODY, "another"),
        ({"X-Hub-Signature-256": DOCUMENTED.removeprefix("sha256=")}, BODY, SECRET),
        ({"X-Hub-Signature-256": ""}, BODY, SECRET),
        ({"X-Hub-Signature-256": "sha256=\u00e9"}, BODY, SECRET),
        ({"X-Hub-Signature-256": "", "X-Gitlab-Token": SECRET}, BODY, SECRET),
        ({"X-Gitlab-Token": "another"}, BODY, SECRET),
        ({"X-Gitlab-Token": ""}, BODY, SECRET),
        ({}, BODY, SECRET),
        ({"X-Hub-Signature-256": DOCUMENTED}, BODY, []),
        ({"X-Hub-Signature-256": DOCUMENTED}, BODY, ""),
        ({"X-Hub-Signature-256": DOCUMENTED}, BODY, None),
        ({"X-Gitlab-Token": ""}, BODY, ["", b""]),
    ],
)
def test_what_is_not_signed_with_the_secret_is_refused(headers: dict[str, str], body: bytes, secret: str) -> None:
    """A changed body, a wrong, empty or missing secret, and a broken or missing signature are all refused."""
    with pytest.raises(InvalidSignatureError):
        verify(headers, body, secret)


def test_no_secret_and_no_signature_are_told_apart() -> None:
    """The line says on which side the secret is missing, and never shows one."""
    with pytest.raises(InvalidSignatureError, match="no webhook secret is configured"):
        verify({"X-Hub-Signature-256": DOCUMENTED}, BODY, [])
    with pytest.raises(InvalidSignatureError, match="not signed"):
        verify({}, BODY, SECRET)
    with pytest.raises(InvalidSignatureError, match="does not fit") as caught:
        verify({"X-Gitlab-Token": "sent"}, BODY, SECRET)
    assert SECRET not in str(caught.value)
    assert "sent" not in str(caught.value)


def test_several_secrets_serve_while_one_is_changed() -> None:
    """Either of two secrets fits, in both forges' schemes."""
    verify({"X-Hub-Signature-256": DOCUMENTED}, BODY, ["new", SECRET])
    verify({"X-Gitlab-Token": "old"}, BODY, [b"new", b"old"])


def test_sha1_counts_only_when_it_is_asked_for() -> None:
    """GitHub's old signature is refused unless allowed, and never weakens the new one."""
    old = {"X-Hub-Signature": "sha1=" + hmac.new(SECRET.encode(), BODY, "sha1").hexdigest()}
    with pytest.raises(InvalidSignatureError, match="SHA-1"):
        verify(old, BODY, SECRET)
    verify(old, BODY, SECRET, allow_sha1=True)
    with pytest.raises(InvalidSignatureError, match="does not fit"):
        verify({**old, "X-Hub-Signature-256": "sha256=0"}, BODY, SECRET, allow_sha1=True)


def test_gitlabs_signature_covers_id_time_and_body() -> None:
    """A signed delivery verifies; with another id, time or body it does not."""
    clock = Clock(1100)
    headers = standard()
    verify(headers, BODY, SIGNING_TOKEN, clock=clock)
    for change in ({"webhook-id": "msg_2"}, {"webhook-timestamp": "1001"}):
        with pytest.raises(InvalidSignatureError, match="does not fit"):
            verify({**headers, **change}, BODY, SIGNING_TOKEN, clock=clock)
    with pytest.raises(InvalidSignatureError, match="does not fit"):
        verify(headers, BODY + b".", SIGNING_TOKEN, clock=clock)


def test_one_of_several_signatures_is_enough() -> None:
    """GitLab sends several signatures, apart by spaces, while its token is changed."""
    headers = standard()
    headers["webhook-signature"] = f"v1,AAAA v2,zzz {headers['webhook-signature']}"
    verify(headers, BODY, SIGNING_TOKEN, clock=Clock(1000))


@pytest.mark.parametrize("now", [1301.0, 699.0])
def test_an_old_or_future_delivery_is_refused(now: float) -> None:
    """Beyond five minutes either way, a signature counts as replayed."""
    with pytest.raises(InvalidSignatureError, match="clock"):
        verify(standard(), BODY, SIGNING_TOKEN, clock=Clock(now))


@pytest.mark.parametrize("stamp", ["", "soon", "1e3", "-1000", "9" * 400, "\u0661\u0662"])
def test_a_broken_timestamp_is_refused(stamp: str) -> None:
    """A timestamp that is no number of seconds is refused in igitt's own words."""
    with pytest.raises(InvalidSignatureError, match="webhook-timestamp"):
        verify(standard(stamp=stamp), BODY, SIGNING_TOKEN, clock=Clock(1000))


def test_a_plain_token_never_stands_in_for_a_signature() -> None:
    """With a signature there, the plain token beside it is not looked at, and never taken for a key."""
    clock = Clock(1000)
    forged = {**standard(key=b"guess"), "X-Gitlab-Token": "plain"}
    with pytest.raises(InvalidSignatureError, match="does not fit"):
        verify(forged, BODY, ["plain", SIGNING_TOKEN], clock=clock)
    with pytest.raises(InvalidSignatureError, match="whsec_"):
        verify(standard(key=b"plain"), BODY, "plain", clock=clock)


def test_a_broken_signing_token_is_named() -> None:
    """A signing token that is no base64 is told to be the mistake."""
    with pytest.raises(InvalidSignatureError, match="base64"):
        verify(standard(), BODY, "whsec_!!", clock=Clock(1000))


def test_only_raw_bytes_of_a_forges_size_are_read() -> None:
    """A decoded body, and one beyond 25 MB, are refused before anything is computed."""
    with pytest.raises(InvalidPayloadError, match="raw bytes"):
        verify({"X-Hub-Signature-256": DOCUMENTED}, BODY.decode(), SECRET)  # type: ignore[arg-type]
    with pytest.raises(InvalidPayloadError, match="larger"):
        verify({"X-Hub-Signature-256": DOCUMENTED}, bytes(25 * 1024 * 1024 + 1), SECRET)


def signed(body: bytes, **headers: str) -> dict[str, str]:
    """Return the headers of a delivery of GitHub."""
    signature = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    return {"X-GitHub-Event": "ping", "X-Hub-Signature-256": f"sha256={signature}", **headers}


def test_a_form_holds_the_json_in_its_payload() -> None:
    """GitHub's default content type is read; the signature is the form's."""
    body = urlencode({"payload": json.dumps({"zen": "Speak like a human."})}).encode()
    headers = signed(body, **{"Content-Type": "application/x-www-form-urlencoded"})
    (event,) = GitHub(cache=False).parse_webhook(headers, body, "secret")
    assert event.payload == {"zen": "Speak like a human."}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"\xff", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"other=1", "application/x-www-form-urlencoded"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=" + b"a=1&" * 200, "application/x-www-form-urlencoded"),
        (b"\xff", "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_json_object_is_an_invalid_payload(body: bytes, content_type: str) -> None:
    """A genuine delivery of rubbish is refused in igitt's own words."""
    with pytest.raises(InvalidPayloadError):
        GitHub(cache=False).parse_webhook(signed(body, **{"Content-Type": content_type}), body, "secret")


def test_nothing_is_decoded_before_it_is_verified() -> None:
    """A forged delivery of rubbish fails for its signature, not for its JSON."""
    with pytest.raises(InvalidSignatureError, match="does not fit"):
        GitHub(cache=False).parse_webhook(signed(b"{}"), b"{", "secret")


def test_an_unset_secret_is_refused() -> None:
    """A secret that was forgotten in the environment never opens the door."""
    with pytest.raises(InvalidSignatureError, match="no webhook secret"):
        GitHub(cache=False).parse_webhook(signed(b"{}"), b"{}", None)


def test_an_unknown_event_may_be_ignored() -> None:
    """An event that igitt does not know is also a NotImplementedError; a delivery without one is invalid."""
    headers = signed(b"{}")
    with pytest.raises(UnknownEventError, match="tomorrow"):
        GitHub(cache=False).parse_webhook({**headers, "X-GitHub-Event": "tomorrow"}, b"{}", "secret")
    with pytest.raises(NotImplementedError, match="no event 'tomorrow'"):
        GitHub(cache=False).parse_webhook({**headers, "X-GitHub-Event": "tomorrow"}, b"{}", "secret")
    del headers["X-GitHub-Event"]
    with pytest.raises(InvalidPayloadError, match="X-GitHub-Event"):
        GitHub(cache=False).parse_webhook(headers, b"{}", "secret")


def ping(body: bytes, secret: str | bytes) -> dict[str, str]:
    """Return the headers of a delivery that GitHub signed with the secret."""
    key = secret.encode() if isinstance(secret, str) else secret
    signature = hmac.new(key, body, hashlib.sha256).hexdigest()
    return {"X-GitHub-Event": "ping", "X-Hub-Signature-256": f"sha256={signature}"}


@pytest.mark.parametrize("secret", ["s", "é", "k" * 64, "k" * 65, "k" * 500, b"\x00\xff" * 9])
def test_a_router_verifies_what_any_secret_signed(secret: str | bytes) -> None:
    """What a router keeps ready of its secret changes no signature, however long the secret is, and however often."""
    bot = Router(GitHub("token", cache=False), secret=secret)
    for body in (b"{}", b'{"zen": "%s"}' % (b"a" * 9000), b"{}"):
        assert bot.deliver(ping(body, secret), body).status == 200
        assert bot.deliver(ping(body, secret), body + b" ").status == 403


def test_a_routers_secrets_may_change() -> None:
    """A mapping and a list are looked at for each delivery, so that an old secret counts no longer than it is there."""
    mapping, several = {"github": "old"}, ["old"]
    bots = [Router(GitHub("token", cache=False), secret=secret) for secret in (mapping, several)]
    assert [bot.deliver(ping(b"{}", "old"), b"{}").status for bot in bots] == [200, 200]
    mapping["github"] = several[0] = "new"
    assert [bot.deliver(ping(b"{}", "old"), b"{}").status for bot in bots] == [403, 403]
    assert [bot.deliver(ping(b"{}", "new"), b"{}").status for bot in bots] == [200, 200]
