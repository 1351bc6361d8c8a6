"""Secrets are found in every dress, and what is none is left as it was."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igitt.errors import ValidationError
from igitt.testing.scrub import Scrubber, same_to_all

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nq83vEjRWeJA=\n-----END RSA PRIVATE KEY-----\n"
TOKENS = [
    *(f"gh{kind}_{'a1B2' * 9}" for kind in "opusr"),
    f"ghs_12345_ey{'aB3-_' * 20}.{'x' * 200}.{'y-_' * 60}",
    f"github_pat_{'A1b2' * 5}_{'c3D4' * 14}",
    f"v1.{'0f' * 20}",
    *(f"gl{kind}-{'aB3_-' * 4}" for kind in ("pat", "oas", "dt", "cbt", "rt", "soat", "ptt", "ft")),
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    JWT,
]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_known_by_its_looks(token: str) -> None:
    """What begins like a token is hidden in any text, with what stands around it kept."""
    assert Scrubber().text(f"use '{token}', please") == "use 'REDACTED-1', please"


@pytest.mark.parametrize("key", [KEY, KEY.replace("\n", "\\n"), KEY[:60]])
def test_a_private_key_is_known_by_its_looks(key: str) -> None:
    """A private key goes, also with written line breaks, and also when it was cut off."""
    clean = Scrubber().text(f"key: {key}")
    assert "MIIE" not in clean
    assert clean.startswith("key: REDACTED-1")


@pytest.mark.parametrize(
    "name",
    [
        "token", "access_token", "accessToken", "refresh_token", "client_secret", "private_key", "pem", "secret",
        "webhook_secret", "signing_token", "password", "private-token", "runners_token", "jwt",
    ],
)  # fmt: skip
def test_a_secret_is_known_by_its_name(name: str) -> None:
    """A field with a secret's name is hidden in JSON, in a form, in a query and in JSON inside a text."""
    scrubber = Scrubber()
    body = json.dumps({"ok": 1, "deep": [{name: "hush"}], "text": json.dumps({name: "hush"})}).encode()
    assert b"hush" not in scrubber.body(body)
    assert json.loads(scrubber.body(body))["deep"] == [{name: "REDACTED-1"}]
    assert scrubber.body(f"a=b&{name}=hush&c=d".encode()) == f"a=b&{name}=REDACTED-1&c=d".encode()
    assert scrubber.text(f"https://x.test/y?{name}=hush#z") == f"https://x.test/y?{name}=REDACTED-1#z"
    assert b"hush" not in scrubber.body(body[:-3]), (
        "an answer that was cut off is no JSON, and has secrets all the same"
    )


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": {"secrets": "write", "organization_personal_access_tokens": "read"}},
        {"errors": [{"code": "missing_field"}], "token_type": "bearer", "secret_scanning": "enabled"},
        {"secret": "********", "token": None, "password": "", "verification": {"signature": "none of ours"}},
        {"sha": "0f" * 20, "next": "eyJpZCI6NX0", "path": "glass-and-other-things"},
    ],
)
def test_what_is_no_secret_stays(body: dict[str, object]) -> None:
    """Words like "secrets" in other meanings, masks and cursors stay, byte for byte."""
    raw = json.dumps(body, indent=3).encode()
    assert Scrubber().body(raw) == raw


def test_a_one_time_code() -> None:
    """The code of an OAuth flow goes, where a code of an error stays."""
    scrubber = Scrubber()
    assert (
        scrubber.text("https://x.test/callback?code=c0de&state=1") == "https://x.test/callback?code=REDACTED-1&state=1"
    )
    assert json.loads(scrubber.body(b'{"client_id": "Iv1", "code": "c0de"}'))["code"] == "REDACTED-1"


def test_headers() -> None:
    """Of credentials the scheme stays, cookies go, and all other headers are texts like any other."""
    basic = base64.b64encode(b"alice:pass word 1").decode()
    sent = {
        "Authorization": ["Bearer abcdefgh"], "PRIVATE-TOKEN": ["hush"], "Job-Token": ["hush"], "Cookie": ["a=b"],
        "Set-Cookie": ["a=b", "c=d"], "Proxy-Authorization": [f"Basic {basic}"], "X-Gitlab-Token": ["hush"],
        "Link": ['<https://x.test/?private_token=hush&page=2>; rel="next"'], "Accept": ["text/plain"],
    }  # fmt: skip
    scrubber = Scrubber()
    clean = scrubber.headers(sent)
    assert {"Cookie", "Set-Cookie"}.isdisjoint(clean)
    assert clean["Authorization"] == ["Bearer REDACTED-1"]
    assert clean["Accept"] == ["text/plain"]
    assert clean["Link"] == ['<https://x.test/?private_token=REDACTED-2&page=2>; rel="next"']
    assert clean["PRIVATE-TOKEN"] == clean["Job-Token"] == clean["X-Gitlab-Token"] == ["REDACTED-2"]
    assert scrubber.text("so pass word 1 it is") == "so REDACTED-3 it is", "the password inside basic authentication"


def test_a_secret_in_other_dresses() -> None:
    """A registered secret is found percent-encoded, escaped in JSON, and in base64 wherever it begins there."""
    secret = 'op€n "sesame"/+ now'
    scrubber = Scrubber()
    scrubber.register(secret)
    for before in ("", "x", "xy", "user:"):
        code = base64.b64encode(f"{before}{secret}, and more".encode()).decode()
        assert scrubber.text(code) != code
        assert scrubber.text(code.replace("+", "-").replace("/", "_")) != code
    for dressed in (quote(secret), quote(secret, safe=""), quote(secret).replace("%20", "+"), json.dumps(secret)):
        assert "sesame" not in scrubber.text(f"<{dressed}>")


def test_what_is_learnt_later_is_hidden_earlier_the_second_time() -> None:
    """A secret that an answer gave away by its field's name is found in plain text afterwards."""
    scrubber = Scrubber()
    first, second = b"say friend-and-enter", b'{"password":"friend-and-enter"}'
    assert [scrubber.body(first), scrubber.body(second)] == [first, b'{"password":"REDACTED-1"}']
    assert scrubber.body(first) == b"say REDACTED-1"


def test_scrubbing_what_is_scrubbed_changes_nothing() -> None:
    """A placeholder is no secret: a replay's requests, made of recorded answers, match the recorded requests."""
    text = "https://a:REDACTED-1@x.test/?token=REDACTED-2&password=REDACTED-3"
    assert Scrubber().text(text) == text
    assert same_to_all(text) == same_to_all(text.replace("1", "7"))


def test_a_password_in_an_address() -> None:
    """What stands between user and host is a password; ports are none."""
    assert Scrubber().text("https://bob:hush@x.test:8080/a@b") == "https://bob:REDACTED-1@x.test:8080/a@b"
    assert Scrubber().text("http://x.test:8080/a@b") == "http://x.test:8080/a@b"


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_binary_data_stays_but_for_the_secret(before: bytes, after: bytes) -> None:
    """Bytes that are no text come out as they went in; a secret among them does not come out."""
    secret = "correct horse battery"
    scrubber = Scrubber()
    scrubber.register(secret)
    clean = scrubber.body(b"\xff" + before + secret.encode() + after)
    assert secret.encode() not in clean
    assert scrubber.body(b"\xff\x00\x80 plain") == b"\xff\x00\x80 plain"


@given(st.text() | st.binary())
def test_any_body(body: str | bytes) -> None:
    """No body makes scrubbing fail, and scrubbing twice is scrubbing once."""
    scrubber = Scrubber()
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    assert scrubber.body(scrubber.body(raw)) == scrubber.body(raw)


def test_a_secret_that_is_too_short() -> None:
    """A text of a few letters is refused: it would be found in innocent words."""
    with pytest.raises(ValidationError, match="longer"):
        Scrubber().register("abc")


def test_it_does_not_show_what_it_knows() -> None:
    """The repr tells how many secrets there are, and none of them."""
    scrubber = Scrubber()
    scrubber.register("open sesame")
    assert repr(scrubber) == "<Scrubber 1 secrets>"
    assert scrubber.leaks("an open sesame, still")
    assert not scrubber.leaks("nothing")


def test_an_address_of_this_machine() -> None:
    """A port that differs each time gets a lasting name, with and without the scheme, and encoded."""
    scrubber = Scrubber()
    scrubber.rename("http://127.0.0.1:4711/path", "https://github.sandbox")
    assert scrubber.text("http://127.0.0.1:4711/x?u=http%3A%2F%2F127.0.0.1%3A4711 on 127.0.0.1:4711") == (
        "https://github.sandbox/x?u=https%3A%2F%2Fgithub.sandbox on github.sandbox"
    )
