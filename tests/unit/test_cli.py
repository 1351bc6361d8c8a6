"""The command line, as somebody at a terminal meets it."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.credentials import FakeClock
from support.wire import Door, forge

from igitt import __version__
from igitt.auth import GitHubApp
from igitt.cache import ResponseCache, SQLiteStore
from igitt.cli import main
from igitt.testing import Sandbox

ISSUE = {
    "action": "labeled",
    "label": {"id": 1, "name": "bug", "color": "d73a4a"},
    "issue": {"number": 5, "title": "It squeaks", "state": "open", "labels": [{"name": "bug"}], "user": None},
    "repository": {"id": 7, "full_name": "acme/widgets", "owner": {"login": "acme"}},
    "sender": {"login": "alice", "type": "User"},
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Two forges on loopback ports, with a repository, an issue and a merge request each."""
    with Sandbox() as made:
        for forge in (made.github, made.gitlab):
            forge.add_repository("acme/widgets", description="Things that turn")
            forge.add_issue("acme/widgets", "It squeaks", "Loudly.", author="bob", labels=["bug"])
            forge.add_commit("acme/widgets", "Oil", {"oil.txt": "x"}, branch="feature")
            forge.add_merge_request("acme/widgets", "Oil", head="feature", base="main")
        yield made


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line of an error."""
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, captured.err
    return captured.err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` tells the package's version."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"igitt {__version__}\n"


def test_without_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A call without a command is a wrong one, and says which there are."""
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_show(sandbox: Sandbox, hoster: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Repository, issue and merge request are shown by their addresses."""
    forge = getattr(sandbox, hoster)
    base = f"{forge.url}/acme/widgets"
    assert main(["show", base, "--forge", hoster]) == 0
    assert "Things that turn" in capsys.readouterr().out
    issue = f"{base}/issues/1" if hoster == "github" else f"{base}/-/issues/1"
    assert main(["show", issue, "--forge", hoster]) == 0
    shown = capsys.readouterr().out
    assert "#1 It squeaks" in shown
    assert "Loudly." in shown
    assert "bug" in shown
    mr = f"{base}/pull/2" if hoster == "github" else f"{base}/-/merge_requests/1"
    assert main(["show", mr, "--forge", hoster]) == 0
    assert "feature into main" in capsys.readouterr().out


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_show_takes_the_token_from_the_environment(
    sandbox: Sandbox, hoster: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A private repository is shown to who may see it, and to nobody else; the token is not printed."""
    forge = getattr(sandbox, hoster)
    forge.add_repository("acme/secret", private=True, members={"alice": "read"})
    call = ["show", f"{forge.url}/acme/secret", "--forge", hoster]
    monkeypatch.delenv(f"{hoster.upper()}_TOKEN", raising=False)
    assert main(call) == 1
    assert "needs a token" in said(capsys)
    token = forge.token_for("alice")
    monkeypatch.setenv(f"{hoster.upper()}_TOKEN", token)
    assert main(call) == 1
    assert "is asked without" in capsys.readouterr().err
    monkeypatch.setenv(f"{hoster.upper()}_URL", forge.url)
    assert main(call) == 0
    captured = capsys.readouterr()
    assert "acme/secret" in captured.out
    assert token not in captured.out + captured.err


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("acme/widgets", "name alone"),
        ("https://example.com/acme/widgets", "register_hoster"),
        ("ftp://github.com/acme/widgets", "ftp"),
        ("", "empty"),
        ("https://github.com/", "no address of a repository"),
    ],
)
def test_show_with_a_wrong_address(url: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no address of anything is one line that says so."""
    assert main(["show", url]) == 1
    assert says in said(capsys)


def test_webhook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recorded payload is told in neutral words, with no request."""
    file = tmp_path / "issues.json"
    file.write_text(json.dumps(ISSUE))
    assert main(["webhook", str(file), "--event", "issues"]) == 0
    shown = capsys.readouterr().out
    for part in ("IssueActions.LABELED", "acme/widgets", "alice", "bug"):
        assert part in shown


def test_webhook_from_the_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads from a pipe."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(ISSUE).encode())))
    assert main(["webhook", "-", "--event", "issues"]) == 0
    assert "LABELED" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "event", "says"),
    [
        (None, "issues", "cannot be read"),
        ("{", "issues", "not JSON"),
        ("[]", "issues", "object"),
        ("{}", "no_such_event", "no_such_event"),
        ("{}", "issues", "issue"),
        ("{}", "Issue Hook", "object_attributes"),
    ],
)
def test_webhook_with_a_wrong_file(
    tmp_path: Path, content: str | None, event: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file, no JSON, an unknown event: one line each."""
    file = tmp_path / "payload.json"
    if content is not None:
        file.write_text(content)
    assert main(["webhook", str(file), "--event", event]) == 1
    assert says in said(capsys)


def test_webhook_tells_real_payloads(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Real payloads of both forges come out as the right neutral event."""
    folder = shared_data / "data" / "webhooks"
    cases = [
        ("github/octokit/issues/opened.with-organization.payload.json", "issues", "IssueActions.OPENED"),
        ("github/octokit/installation/deleted.payload.json", "installation", "InstallationActions.DELETED"),
        ("github/go-scm/pr_labeled.json", "pull_request", "MergeRequestActions.LABELED"),
        ("gitlab/go-scm/issue_labeled.json", "Issue Hook", "IssueActions.LABELED"),
        ("gitlab/go-scm/pull_request_create.json", "Merge Request Hook", "MergeRequestActions.OPENED"),
        ("gitlab/xanzy/push.json", "Push Hook", "PushActions.PUSHED"),
    ]
    for path, event, action in cases:
        assert main(["webhook", str(folder / path), "--event", event]) == 0, path
        assert capsys.readouterr().out.startswith(f"{action}\n"), path


@pytest.fixture
def app(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An App at an organization and, suspended and for one repository, at a user; the environment knows no App."""
    monkeypatch.delenv("GITHUB_APP_ID", raising=False)
    monkeypatch.delenv("GITHUB_APP_PRIVATE_KEY", raising=False)
    forge = sandbox.github
    forge.add_user("bob")
    forge.add_repository("bob/gears")
    known = forge.add_app("triage", permissions={"issues": "write"})
    forge.install(known, "acme")
    GitHubApp(known.id, known.private_key, forge.url).get_installation(
        forge.install(known, "bob", ["gears"]).id
    ).suspend()
    return known


def test_app_installations(sandbox: Sandbox, app: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each installation is a line: number, account, which repositories, and whether it may work."""
    key = tmp_path / "key.pem"
    key.write_text(app.private_key)
    call = ["app", "installations", "--private-key", str(key), "--url", sandbox.github.url]
    assert main([*call, "--app-id", str(app.id)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[1:] for line in lines] == [
        ["ACCOUNT", "REPOSITORIES", "STATE"],
        ["acme", "all", "active"],
        ["bob", "selected", "suspended"],
    ]
    assert {int(line[0]) for line in lines[1:]} == set(sandbox.github.world.installations)


def test_app_from_the_environment(
    sandbox: Sandbox, app: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Id and key may be in the environment, the key as its text; an App that is installed nowhere says so."""
    other = sandbox.github.add_app("lonely")
    monkeypatch.setenv("GITHUB_APP_PRIVATE_KEY", other.private_key.replace("\n", "\\n"))
    monkeypatch.setenv("GITHUB_APP_ID", other.client_id)
    assert main(["app", "installations", "--url", sandbox.github.url]) == 0
    assert capsys.readouterr().out == f"App {other.client_id} is installed nowhere.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--app-id or set GITHUB_APP_ID"),
        (["--app-id", "1"], "--private-key or set GITHUB_APP_PRIVATE_KEY"),
        (["--app-id", "1", "--private-key", "none.pem"], "there is no key file 'none.pem'"),
        (["--app-id", "1", "--private-key", "{text}"], "--private-key is the path"),
        (["--app-id", "x y", "--private-key", "{file}"], "'x y'"),
        (["--app-id", "999", "--private-key", "{file}"], "does not take this key for App 999"),
        (["--app-id", "{id}", "--private-key", "{file}", "--url", "ftp://x"], "ftp://x"),
    ],
)
def test_app_with_something_wrong(
    sandbox: Sandbox, app: Any, tmp_path: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing or wrong is one line that names it, and shows nothing of the key."""
    key = tmp_path / "key.pem"
    key.write_text(app.private_key)
    given = [word.format(text=app.private_key, file=key, id=app.id) for word in arguments]
    assert main(["app", "installations", "--url", sandbox.github.url, *given]) == 1
    told = said(capsys)
    assert says in told
    assert app.private_key.splitlines()[1] not in told


def test_sandbox_runs_until_it_is_stopped() -> None:
    """`igitt sandbox` serves both forges, tells how to reach them, and ends when it is asked to."""
    code = "import sys; from igitt.cli import main; sys.exit(main(['sandbox']))"
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        shown = ""
        deadline = time.monotonic() + 20
        while "Ctrl-C" not in shown and time.monotonic() < deadline:
            shown += process.stdout.readline()
        assert "github  http://127.0.0.1:" in shown
        assert "gitlab  http://127.0.0.1:" in shown
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.fixture
def shared_file(tmp_path: Path) -> Path:
    """A store's file that a bot has used for a while."""
    clock, cache = FakeClock(time.time()), ResponseCache()
    with SQLiteStore(tmp_path / "igitt.db") as store:
        cache = ResponseCache(clock=clock)
        cache.use_store(store)
        client = Door(script=forge()).github(cache=cache, clock=clock)
        for _ in range(5):
            client.request("GET", "x")
            clock.now += 8
    return tmp_path / "igitt.db"


def test_cache_stats(shared_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What each process read from a store is listed, and how much the store holds."""
    assert main(["cache", "stats", str(shared_file)]) == 0
    heading, process, size = capsys.readouterr().out.splitlines()
    assert heading.split() == ["PROCESS", "TOLD", "HITS", "REVALIDATED", "MISSES", "ERRORS", "SHARED", "STALE"]
    assert f" {os.getpid()} " in process
    assert process.split()[-6:] == ["0", "4", "1", "0", "0", "0"]
    assert re.fullmatch(r"2 values, [\d.]+ MB, [\d,]+ bytes each", size)


def test_cache_stats_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A store that nobody used says so; what is no store is named, and nothing is made of it."""
    SQLiteStore(tmp_path / "new.db").close()
    assert main(["cache", "stats", str(tmp_path / "new.db")]) == 0
    assert "No process" in capsys.readouterr().out
    assert main(["cache", "stats", str(tmp_path / "absent.db")]) == 1
    assert "no file" in said(capsys)
    assert not (tmp_path / "absent.db").exists()
    assert main(["cache", "stats", "nonsense://x"]) == 1
    assert "nonsense" in said(capsys)
