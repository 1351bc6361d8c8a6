"""The JWT of a GitHub App: what it says, how long it is used, and which keys it is made with."""

import base64
import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
)
from support.credentials import FakeClock, FakeSender, at_once, pem_of, rsa_key

from igitt.auth import GitHubJsonWebToken
from igitt.errors import ValidationError
from igitt.github.auth import jsonwebtoken


def claims_of(value: str) -> dict[str, Any]:
    """Return what a JWT says, after checking its signature."""
    public = rsa_key().public_key()
    claims: dict[str, Any] = jwt.decode(
        value, public, algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False}
    )
    return claims


def token_at(clock: FakeClock) -> GitHubJsonWebToken:
    """Return the JWT of an App by that clock."""
    return GitHubJsonWebToken(pem_of(rsa_key()), 12345, clock=clock)


def test_it_says_what_github_wants_to_hear() -> None:
    """A minute back, ten minutes long, whole numbers, the issuer a text, and signed by RS256."""
    token = token_at(FakeClock(1_700_000_000.75))
    claims = claims_of(token.value)
    assert claims == {"iat": 1_700_000_000 - 60, "exp": 1_700_000_000 + 540, "iss": "12345"}
    assert jwt.get_unverified_header(token.value)["alg"] == "RS256"
    assert token.headers == {"Authorization": f"Bearer {token.value}"}
    assert token.expires_at.timestamp() == claims["exp"]


@pytest.mark.parametrize(
    "disguise",
    [
        pytest.param(lambda pem, _: pem, id="text"),
        pytest.param(lambda pem, _: pem.replace("\n", "\\n"), id="escaped line breaks"),
        pytest.param(lambda pem, _: pem.replace("\n", "\r\n"), id="Windows line breaks"),
        pytest.param(lambda pem, _: pem.replace("\n", " "), id="one line"),
        pytest.param(lambda pem, _: f'"{pem}"', id="quoted"),
        pytest.param(lambda pem, _: pem.encode(), id="bytes"),
        pytest.param(lambda pem, _: base64.b64encode(pem.encode()).decode(), id="base64"),
        pytest.param(lambda pem, _: base64.encodebytes(pem.encode()), id="base64 in lines"),
        pytest.param(lambda *_: pem_of(rsa_key(), PrivateFormat.PKCS8), id="PKCS 8"),
        pytest.param(lambda _, folder: folder / "key.pem", id="path"),
        pytest.param(lambda _, folder: str(folder / "key.pem"), id="path as text"),
    ],
)
def test_a_key_in_every_form(disguise: Callable[[str, Path], Any], tmp_path: Path) -> None:
    """The key is found in what variables, secret stores and files make of it."""
    pem = pem_of(rsa_key())
    (tmp_path / "key.pem").write_text(pem)
    assert claims_of(GitHubJsonWebToken(disguise(pem, tmp_path), 5).value)["iss"] == "5"


def test_the_key_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parsing costs a hundred times what signing costs, so renewals do not parse."""
    parsed = []
    load = jsonwebtoken.load_pem_private_key
    monkeypatch.setattr(jsonwebtoken, "load_pem_private_key", lambda *args, **kw: parsed.append(1) or load(*args, **kw))
    clock = FakeClock()
    token = token_at(clock)
    values = set()
    for _ in range(5):
        values.add(token.value)
        clock.now += 600
    assert (len(values), len(parsed)) == (5, 1)


def test_it_is_never_older_than_its_end() -> None:
    """However the clock moves, also backwards, what is handed out holds for a minute and not for more than ten."""
    clock = FakeClock()
    token = token_at(clock)
    for step in (0, 1, 478, 1.5, 1, 5000, 0.4, -5000, 479.9, 0.2, -1):
        clock.now += step
        claims = claims_of(token.value)
        assert claims["exp"] - 600 <= clock.now <= claims["exp"] - 60
        assert claims["iat"] < clock.now


def test_it_is_used_again_while_it_holds() -> None:
    """Within eight minutes the same JWT serves all requests."""
    clock = FakeClock()
    token = token_at(clock)
    first = token.value
    clock.now += 470
    assert token.value == first
    clock.now += 20
    assert token.value != first


def test_it_holds_in_many_threads() -> None:
    """64 threads that ask at the end of a JWT's time all get one that holds."""
    clock = FakeClock()
    token = token_at(clock)
    assert token.value
    clock.now += 540
    assert all(claims_of(value)["exp"] > clock.now + 60 for value in at_once(lambda: token.value))


def test_a_clock_that_is_wrong_is_corrected_once() -> None:
    """A 401 with another time in its Date is answered by a JWT by that time, in all threads; the second 401 stands."""
    clock = FakeClock()
    token = token_at(clock)
    sent = token.headers
    answer = {"date": formatdate(clock.now + 3600, usegmt=True)}
    assert at_once(lambda: token.second_chance(sent, answer, 0), 16) == [0.0] * 16
    assert token.drift == pytest.approx(3600, abs=1)
    assert claims_of(token.value)["exp"] == pytest.approx(clock.now + 3600 + 540, abs=1)
    assert token.second_chance(token.headers, answer, 1) is None


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}, {"date": formatdate(1_700_000_003, usegmt=True)}])
def test_a_401_with_the_right_time_stands(headers: dict[str, str]) -> None:
    """Without a difference of clocks there is nothing to try."""
    token = token_at(FakeClock())
    assert token.second_chance(token.headers, headers, 0) is None


def test_the_identity_outlives_renewals() -> None:
    """Identity belongs to App and key, the fingerprint to the JWT; neither holds it."""
    clock = FakeClock()
    token = token_at(clock)
    identity, fingerprint, value = token.identity, token.fingerprint, token.value
    clock.now += 600
    assert token.identity == identity
    assert token.fingerprint != fingerprint
    assert value not in identity + fingerprint
    others = {GitHubJsonWebToken(pem_of(rsa_key(1)), 12345).identity, GitHubJsonWebToken(pem_of(rsa_key()), 6).identity}
    assert len(others | {identity}) == 3


def broken_pem() -> str:
    """Return a key that begins as one, with its middle gone."""
    lines = pem_of(rsa_key()).splitlines()
    return "\n".join([lines[0], *lines[3:]])


def encrypted(form: PrivateFormat) -> str:
    """Return a key that a passphrase locks."""
    return rsa_key().private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"passphrase")).decode()


def public_key() -> str:
    """Return the half that cannot sign."""
    return rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        pytest.param(lambda: "", "is empty", id="empty"),
        pytest.param(lambda: "  \n", "is empty", id="blank"),
        pytest.param(lambda: pem_of(rsa_key()).splitlines()[0], "cut off.*environment variable", id="first line"),
        pytest.param(lambda: "\n".join(pem_of(rsa_key()).splitlines()[:5]), "cut off", id="first lines"),
        pytest.param(lambda: "\n".join(pem_of(rsa_key()).splitlines()[1:-1]), "base64 without PEM", id="no frame"),
        pytest.param(broken_pem, "damaged", id="damaged"),
        pytest.param(public_key, "public key", id="public"),
        pytest.param(lambda: encrypted(PrivateFormat.PKCS8), "passphrase", id="encrypted"),
        pytest.param(lambda: encrypted(PrivateFormat.TraditionalOpenSSL), "passphrase", id="encrypted, old form"),
        pytest.param(lambda: pem_of(rsa_key(), PrivateFormat.OpenSSH), "another format", id="OpenSSH"),
        pytest.param(lambda: pem_of(ec.generate_private_key(ec.SECP256R1())), "EC key", id="EC"),
        pytest.param(
            lambda: pem_of(ec.generate_private_key(ec.SECP256R1()), PrivateFormat.PKCS8), "no RSA key", id="EC, PKCS 8"
        ),
        pytest.param(lambda: b"\x30\x82\xff", "another format", id="DER"),
        pytest.param(lambda: "app.private-key.pem", "no key file 'app.private-key.pem'", id="no file"),
        pytest.param(lambda: Path("/nowhere/key.pem"), "no key file '/nowhere/key.pem'", id="no path"),
        pytest.param(lambda: Path("/"), "cannot be read", id="folder"),
        pytest.param(lambda: "~nobody-of-that-name/key.pem", "no key file", id="no home"),
        pytest.param(lambda: "some words", "neither PEM", id="words"),
        pytest.param(lambda: "c29tZSB3b3Jkcw==", "base64 without PEM", id="other base64"),
        pytest.param(lambda: 12345, "not int", id="number"),
    ],
)
def test_a_wrong_key_is_told_in_one_line(key: Callable[[], Any], hint: str) -> None:
    """Each common mistake has its own sentence, which shows nothing of the key."""
    given = key()
    with pytest.raises(ValidationError, match=hint) as caught:
        GitHubJsonWebToken(given, 5)
    message = str(caught.value)
    assert "\n" not in message
    assert all(line not in message for line in str(given).split("\n") if len(line) > 40)
    assert caught.value.__cause__ is None


def test_a_file_that_holds_no_key(tmp_path: Path) -> None:
    """A file of the wrong kind is named."""
    (tmp_path / "key.der").write_bytes(b"\x30\x82\xff")
    (tmp_path / "notes.txt").write_text("no key here")
    with pytest.raises(ValidationError, match=r"key\.der.*another format"):
        GitHubJsonWebToken(tmp_path / "key.der", 5)
    with pytest.raises(ValidationError, match="no line"):
        GitHubJsonWebToken(tmp_path / "notes.txt", 5)


@pytest.mark.parametrize("app_id", ["", "  ", 0, -3, True, 12345.0, None, "my app", []])
def test_a_wrong_app_id_is_told(app_id: Any) -> None:
    """An id is a number above zero or a client id."""
    with pytest.raises(ValidationError, match="app_id is the App's id or client id"):
        GitHubJsonWebToken(pem_of(rsa_key()), app_id)


def test_key_and_id_in_each_others_place() -> None:
    """Swapped arguments are told without showing the key."""
    with pytest.raises(ValidationError, match="each other's place") as caught:
        GitHubJsonWebToken("5", pem_of(rsa_key()))
    assert pem_of(rsa_key()).splitlines()[3] not in str(caught.value)


@pytest.mark.parametrize("app_id", [5, "5", " 5 ", "Iv23liABC", "Iv1.8a61f9b3a7aba766"])
def test_ids_and_client_ids(app_id: int | str) -> None:
    """Either names the App; the issuer is always a text."""
    token = GitHubJsonWebToken(pem_of(rsa_key()), app_id)
    assert claims_of(token.value)["iss"] == str(app_id).strip() == token.app_id


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_does_not_travel(leak: Callable[[object], object]) -> None:
    """The key is in no pickle and no copy, and the text form shows nothing."""
    token = GitHubJsonWebToken(pem_of(rsa_key()), 5)
    with pytest.raises(TypeError, match="must not travel"):
        leak(token)
    assert repr(token) == str(token) == "<GitHubJsonWebToken>"


def test_an_app_belongs_to_one_instance() -> None:
    """The JWT of an App is not given to a client of another instance; a second client of the same is fine."""
    token = token_at(FakeClock())
    token.bind(FakeSender(FakeClock()))
    token.bind(FakeSender(FakeClock()))
    with pytest.raises(ValidationError, match=r"is for https://api\.github\.com, not for https://ghe"):
        token.bind(FakeSender(FakeClock(), base_url="https://ghe.example.com/api/v3"))


@pytest.mark.parametrize(
    "module", ["igitt.auth", "igitt.github.auth.installation", "igitt.auth.oauth", "igitt.registry"]
)
def test_only_this_loads_cryptography(module: str) -> None:
    """Who signs nothing does not pay for the libraries that sign."""
    code = f"import {module}, sys; print([name for name in ('jwt', 'cryptography') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert done.stdout.strip() == "[]"
