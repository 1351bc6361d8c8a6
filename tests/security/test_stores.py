"""Stores are not trusted: entries prove themselves, identities are proven by keys, and files are their owner's."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

import igitt
from igitt._base.proof import Named, Proof
from igitt._cache.entry import Entry
from igitt.auth import GitHubApp, GitHubAppOAuth2, GitHubUserToken, GitLabOAuthToken
from igitt.auth.store import SharedTokenStore
from igitt.cache import ResponseCache
from igitt.errors import AuthenticationError, ValidationError
from igitt.stores import DiskCacheStore, SQLiteStore
from igitt.testing import Sandbox

KEY = "a key that all the processes have"


def new_key() -> str:
    """An RSA key of somebody else."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


class Tenants:
    """A service on which several Apps share stores."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.forge = sandbox, sandbox.github
        self.forge.add_repository("acme/secret", private=True)
        self.known = self.forge.add_app("victim", permissions={"issues": "write", "contents": "read"}, owner="acme")
        self.installation = self.forge.install(self.known, "acme")
        self.shelf: dict[str, str] = {}
        self.answers: dict[str, str] = {}

    def client(self, private_key: Any, **cache: Any) -> Any:
        """The installation's client of an App that says it is the known one, in a process of its own."""
        session = requests.Session()
        session.mount(self.forge.url, self.sandbox.adapter())
        store, kept = SharedTokenStore(), ResponseCache(clock=self.sandbox.clock)
        store.use(self.shelf.get, self.shelf.__setitem__, lambda name: self.shelf.pop(name, None), key=FERNET)
        kept.use(self.answers.get, self.answers.__setitem__, **cache)
        options = {"session": session, "clock": self.sandbox.clock, "token_store": store, "cache": kept}
        return GitHubApp(self.known.id, private_key, self.forge.url, **options).client_for(self.installation.id)


FERNET = Fernet.generate_key()


@pytest.fixture
def tenants() -> Any:
    """A service with a victim."""
    with Sandbox(socket=False) as sandbox:
        yield Tenants(sandbox)


@pytest.mark.parametrize(
    "shared", [{"fresh_for": 60}, {"fresh_for": 60, "key": KEY}, {"stale_if_error": 60, "key": KEY}]
)
def test_a_claimed_app(tenants: Tenants, shared: dict[str, Any]) -> None:
    """Who says another App's number, and has another key, gets neither its tokens nor its answers."""
    victim = tenants.client(tenants.known.private_key, **shared)
    assert victim.get("repos/acme/secret")["private"]
    again = tenants.client(tenants.known.private_key, **shared)
    assert again.token.value == victim.token.value
    with pytest.raises(AuthenticationError):
        tenants.client(new_key(), **shared).get("repos/acme/secret")


def test_changing_an_apps_key(tenants: Tenants) -> None:
    """With new and old key, a process shares with those that have the old one; the new one alone begins anew."""
    old, new = tenants.known.private_key, new_key()
    first = tenants.client(old).token.value
    assert tenants.client([new, old]).token.value == first
    assert tenants.client((old,)).token.value == first
    with pytest.raises(AuthenticationError):
        _ = tenants.client(new).token.value
    for wrong in ([], [5], [old, "no key"]):
        with pytest.raises(ValidationError, match="private key"):
            tenants.client(wrong)


@pytest.mark.parametrize("cls", [GitHubUserToken, GitLabOAuthToken])
def test_a_claimed_user(cls: Any) -> None:
    """Who says another user's name, or another application's public id, shares no identity without its secret."""
    secret, none = (GitHubAppOAuth2("Iv1.public", client_secret=value) for value in ("s" * 40, None))
    mine = [cls("mine", "r", oauth=oauth, user="5") for oauth in (secret, none)] + [cls("mine", user="5")]
    theirs = [cls("theirs", "r", oauth=none, user="5"), cls("theirs", user="5"), cls("theirs", "r", user="5")]
    guessed = GitHubAppOAuth2("Iv1.public", client_secret="x" * 40)
    theirs.append(cls("theirs", "r", oauth=guessed, user="5"))
    assert not {one.identity for one in mine} & {one.identity for one in theirs}
    assert cls("renewed", "r2", oauth=secret, user="5").identity == mine[0].identity


def filled() -> tuple[dict[str, str], Named]:
    """A store with an entry that somebody proved."""
    shelf: dict[str, str] = {}
    name = Named("igitt:2:abc")
    process(shelf).set(name, Entry(b'{"admin": false}', {"etag": '"1"'}))
    return shelf, name


def process(shelf: dict[str, str], key: Any = KEY) -> ResponseCache:
    """A cache as another process has it."""
    cache = ResponseCache()
    cache.use(shelf.get, shelf.__setitem__, key=key)
    return cache


@pytest.mark.parametrize("field", ["body", "headers", "etag", "credential", "at", "mac", "webhook"])
def test_a_changed_entry_is_a_miss(field: str) -> None:
    """Whatever of an entry was changed in the store: it is not believed, and not taken for the store's failure."""
    shelf, name = filled()
    assert process(shelf).get(name) is not None
    record = json.loads(shelf[name])
    record |= {
        "body": {"body": '{"admin": true}'}, "headers": {"headers": {}}, "etag": {"headers": {"etag": '"2"'}},
        "credential": {"credential": "x"}, "at": {"at": 9e9}, "mac": {"mac": "0" * 64}, "webhook": {"webhook": True},
    }[field]  # fmt: skip
    shelf[name] = json.dumps(record, separators=(",", ":"))
    cache = process(shelf)
    assert cache.get(name) is None
    assert cache.stats.errors == 0


def test_an_entry_stays_in_its_place() -> None:
    """An entry that is put in another one's place is none, nor is one of another key, nor one without a MAC."""
    shelf, name = filled()
    shelf["igitt:2:def"] = shelf[name]
    assert process(shelf).get("igitt:2:def") is None
    assert process(shelf, "another key of 16 or more").get(name) is None
    assert process(shelf, ["another key of 16 or more", KEY]).get(name) is not None
    shelf[name] = Entry(b"{}").dumps()
    assert process(shelf).get(name) is None


def test_without_any_key_each_process_is_alone(caplog: pytest.LogCaptureFixture) -> None:
    """Where nothing lasting proves an entry, a process believes its own only, and the log names the argument."""
    shelf: dict[str, str] = {}
    one, two = process(shelf, None), process(shelf, None)
    with caplog.at_level(logging.WARNING):
        one.set("igitt:2:abc", Entry(b"{}"))
        one.set("igitt:2:def", Entry(b"{}"))
    assert one.get("igitt:2:abc") is not None
    told = [record.message.count("key=") for record in caplog.records if "proven" in record.message]
    assert told == [1]
    assert two.get("igitt:2:abc") is None


@pytest.mark.parametrize("make", [igitt.GitHub, igitt.GitLab])
def test_a_tokens_own_key(make: Any) -> None:
    """A token that is never renewed proves its entries in every process, and another token's are not believed."""
    shelf: dict[str, str] = {}
    tokens = [make(text, cache=False).token for text in ("one-token", "one-token", "two-token")]
    process(shelf, None).set(Named("igitt:2:abc", tokens[0]), Entry(b"{}"))
    assert process(shelf, None).get(Named("igitt:2:abc", tokens[1])) is not None
    assert process(shelf, None).get(Named("igitt:2:abc", tokens[2])) is None


@pytest.mark.parametrize("key", ["short", b"short", [], ["x" * 16, 5], 5, ""])
def test_a_key_is_long(key: Any) -> None:
    """A key that could be guessed is refused, and not shown."""
    with pytest.raises(ValidationError, match="16 characters"):
        process({}, key)


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_of_a_store(text: Any) -> None:
    """Whatever the store gives back, it is a miss."""
    assert Proof(KEY).open("igitt:2:abc", text) is None


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20), min_size=1), st.text(max_size=20))
def test_what_was_closed_opens(record: dict[str, str], name: str) -> None:
    """What was closed opens under its name, whole, as text and as bytes."""
    name, text = name.encode(errors="replace").decode(), json.dumps(record)
    closed = Proof(KEY).close(name, text)
    assert json.loads(closed).keys() >= record.keys()
    assert Proof(KEY).open(name, closed) == Proof(KEY).open(name, closed.encode()) == text.encode()
    assert Proof(KEY).open(f"{name}x", closed) is None


@pytest.mark.skipif(os.name != "posix", reason="there are no such owners and modes")
@pytest.mark.parametrize("make", [SQLiteStore, DiskCacheStore])
def test_files_of_another_user(make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another user made, or every user may write to, is not used; what this user made is."""
    if make is DiskCacheStore:
        pytest.importorskip("diskcache")
    own = tmp_path / "own"
    make(own).close()
    make(own).close()
    own.chmod(own.stat().st_mode | 0o002)
    with pytest.raises(ValidationError, match="may write to it"):
        make(own)
    own.chmod(own.stat().st_mode & ~0o002)
    tmp_path.chmod(0o777)
    if make is SQLiteStore:
        with pytest.raises(ValidationError, match="may write to it"):
            make(tmp_path / "new")
    tmp_path.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(own, 4242, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 4242)
    with pytest.raises(ValidationError, match="another user"):
        make(own)
