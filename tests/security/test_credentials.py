"""A credential goes only where its owner meant: by client, wallet, netrc file, command line, and clone URL."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

import igitt
from igitt._base import forges
from igitt._base.answer import Answer
from igitt._base.trust import belongs, is_private, login_for
from igitt._http.error_mapping import error_for
from igitt.cli import main
from igitt.errors import IGittError, ValidationError
from igitt.testing import Sandbox

SECRET = "s3cret-of-the-owner"


class Stranger:
    """A server of somebody else, which notes every credential that it is sent."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        told = self.seen

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.append(" ".join(str(self.headers.get(name)) for name in ("Authorization", "PRIVATE-TOKEN")))
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Be silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    """A stranger's server on a loopback port."""
    made = Stranger()
    thread = Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Be a user with this netrc file."""
    file = tmp_path / "netrc"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))


@pytest.mark.parametrize("path", ["o/r/pull/5", "o/r/-/issues/5", "api/v3/repos/o/r", "api/v4/projects/o%2Fr"])
def test_the_environments_token_stays_at_home(
    path: str, stranger: Stranger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``igitt show URL`` asks a host that the user did not name without a credential, and says so."""
    for name in ("GITHUB_TOKEN", "GITLAB_TOKEN"):
        monkeypatch.setenv(name, SECRET)
    assert main(["show", f"{stranger.url}/{path}"]) == 1
    assert stranger.seen
    assert SECRET not in "".join(stranger.seen)
    assert "is asked without" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["GITHUB_URL", "GITHUB_SERVER_URL", "--host"])
def test_the_environments_token_goes_where_it_was_meant(
    name: str, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An instance that the user, or GitHub Actions, names gets the token."""
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    words = ["--host", stranger.url] if name == "--host" else []
    if not words:
        monkeypatch.setenv(name, stranger.url)
    main(["show", f"{stranger.url}/o/r/pull/5", *words])
    assert stranger.seen[0].startswith(f"Bearer {SECRET}")


@pytest.mark.parametrize("wallet", [None, {}, {"github.com": "ghp_x"}, lambda _: None])
def test_netrc_default_is_for_nobody(
    wallet: Any, stranger: Stranger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file's ``default`` login reaches no host, whoever asks for it."""
    netrc(tmp_path, monkeypatch, f"default login corp password {SECRET}\n")
    assert not igitt.get_repo(f"{stranger.url}/o/r/-/issues/1", wallet).exists()
    igitt.GitLab(None, stranger.url).exists("projects/1")
    assert stranger.seen == ["None None"] * 2


def test_netrc_is_not_asked_beside_a_wallet(
    stranger: Stranger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that a wallet has nothing for is asked anonymously, even where the file has a login for it."""
    netrc(tmp_path, monkeypatch, f"machine 127.0.0.1 login me password {SECRET}\n")
    igitt.get_repo(f"{stranger.url}/o/r/-/issues/1", {"github.com": "ghp_x"}).exists()
    igitt.get_repo(f"{stranger.url}/o/r/-/issues/1").exists()
    assert [one.split()[0] for one in stranger.seen] == ["None", "Basic"]


def test_netrc_is_read_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a ``machine`` entry of that very host counts, and none over plain HTTP to another machine."""
    netrc(tmp_path, monkeypatch, f"machine git.example login me password {SECRET}\ndefault login a password b\n")
    assert login_for("https://git.example:8443/x") == ("me", SECRET)
    for url in ("http://git.example", "https://sub.git.example", "https://example", "https://default", "https://[", ""):
        assert login_for(url) is None


@pytest.mark.parametrize(
    ("key", "url", "goes"),
    [
        ("git.example", "https://git.example/o/r/-/issues/1", True),
        ("GIT.example", "https://git.example/o/r/-/issues/1", True),
        ("git.example:443", "https://git.example/o/r/-/issues/1", True),
        ("https://git.example", "https://git.example/o/r/-/issues/1", True),
        ("http://git.example", "http://git.example/o/r/-/issues/1", True),
        ("git.example", "http://git.example/o/r/-/issues/1", False),
        ("https://git.example", "http://git.example/o/r/-/issues/1", False),
        ("http://git.example", "https://git.example/o/r/-/issues/1", False),
        ("git.example", "https://git.example:8443/o/r/-/issues/1", False),
        ("git.example", "https://git.example.evil/o/r/-/issues/1", False),
        ("git.example", "https://xgit.example/o/r/-/issues/1", False),
        ("git.example", "https://git.example/other/api/v4/projects/1", False),
        ("git.example/other", "https://git.example/other/api/v4/projects/1", True),
        ("git.example/other", "https://git.example/o/r/-/issues/1", False),
    ],
)
def test_a_wallets_token(key: str, url: str, goes: bool) -> None:
    """It goes to the instance of its key, in scheme, port and path, and nowhere else."""
    client: Any = igitt.get_repo(url, {key: SECRET}).client
    assert (client.token is not None) is goes


def test_a_wallets_function_is_told_the_path() -> None:
    """A function is asked for the instance with its path, and not at all for plain HTTP."""
    asked: list[str] = []
    for url in (
        "https://git.example/gl/api/v4/projects/1",
        "http://git.example/o/r/-/issues/1",
        "https://git.example/o/r/-/issues/1",
    ):
        igitt.get_repo(url, asked.append)
    assert asked == ["git.example/gl", "git.example"]


def test_a_token_alone_is_not_sent_in_clear() -> None:
    """A single token for a URL that says plain HTTP is refused before anything is sent."""
    with pytest.raises(ValidationError, match="https"):
        igitt.get_repo("http://git.example/o/r/-/issues/1", SECRET)


def test_hosts_that_may_be_asked() -> None:
    """``hosts=`` refuses every other host before anything is sent."""
    assert igitt.get_repo("https://github.com/o/r", hosts=["github.com"])
    with pytest.raises(ValidationError, match="none of the hosts"):
        igitt.get_repo("https://gitlab.internal/o/r", hosts=["github.com"])
    with pytest.raises(ValidationError, match="none of the hosts"):
        igitt.get_hoster("https://gitlab.internal", hosts="github.com")


@pytest.mark.parametrize("make", [igitt.GitHub, igitt.GitLab])
def test_the_clone_url_is_the_clients(make: Any) -> None:
    """What a payload, a cache or an answer calls the clone URL does not choose where the credential goes."""
    data = {"full_name": "o/r", "path_with_namespace": "o/r", "clone_url": "https://evil.example/o/r.git",
            "http_url_to_repo": "https://evil.example/o/r.git", "web_url": "https://evil.example/o/r"}  # fmt: skip
    client = make(SECRET, "https://git.example")
    url = client.Repository.from_data(data, client).authenticated_clone_url()
    assert url.endswith("@git.example/o/r.git")


class Entry:
    """An entry point, as an installed package has it."""

    def __init__(self, name: str, value: str) -> None:
        self.name, self.value = name, value


def test_installed_packages_do_not_take_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """No installed package gets github.com's or gitlab.com's credentials; two that claim one host are an error."""
    found = [
        Entry(name, "evil:Hoster") for name in ("github.com", "github.com/org", "https://api.github.com", "x.ghe.com")
    ]
    found += [Entry("git.example", "igitt.gitlab:GitLab"), Entry("git.example", "evil:Hoster")]
    monkeypatch.setattr(metadata, "entry_points", lambda **_: found)
    forges.installed.cache_clear()
    forges.outside.cache_clear()
    try:
        assert isinstance(igitt.get_repo("https://github.com/org/r", {"github.com": "x"}).client, igitt.GitHub)
        assert isinstance(igitt.get_hoster("https://x.ghe.com"), igitt.GitHub)
        with pytest.raises(IGittError, match="two installed packages"):
            igitt.get_hoster("https://git.example")
    finally:
        forges.installed.cache_clear()
        forges.outside.cache_clear()


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_judged(named: str, url: str) -> None:
    """Whatever the texts are, there is an answer, and a credential belongs only to the origin that was named."""
    is_private(url)
    login_for(url)
    if belongs(named, url):
        host = url.partition("://")[2].partition("/")[0].casefold()
        assert host.removesuffix(":443").removesuffix(":80") in named.casefold()


def test_a_code_and_a_cookie_are_not_told(caplog: pytest.LogCaptureFixture) -> None:
    """The code that an App's key is traded for, and a session's cookie, reach no log and no error."""
    with Sandbox(socket=False) as sandbox, caplog.at_level(logging.DEBUG):
        session = requests.Session()
        session.mount(sandbox.github.url, sandbox.adapter())
        client = igitt.GitHub(None, sandbox.github.url, session=session, cache=False)
        with pytest.raises(IGittError) as caught:
            client.request("POST", f"app-manifests/{SECRET}/conversions")
        assert SECRET not in caplog.text + str(caught.value) + repr(caught.value) + str(vars(caught.value))
    answer = Answer(500, {"Set-Cookie": f"session={SECRET}"}, b"", f"https://x.example/app-manifests/{SECRET}/y")
    error = error_for(answer, "GET", None)
    assert SECRET not in f"{answer!r}{error!r}{vars(error)}"


@pytest.mark.parametrize("make", [igitt.GitHub, igitt.GitLab])
def test_a_reference_tells_where_and_no_more(make: Any) -> None:
    """What else stands in a reference out of a queue is not taken over."""
    client = make(SECRET)
    told = json.loads(client.get_repo("o/r").reference)
    told[-1][1] |= {"clone_url": "https://evil.example/o/r.git", "private": 0, "web_url": "https://evil.example"}
    loaded = client.load(json.dumps(told))
    assert "evil" not in str(loaded._data)  # noqa: SLF001 - reading an attribute would ask the forge
    assert loaded.full_name == "o/r"
