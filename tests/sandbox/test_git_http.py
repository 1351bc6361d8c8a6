"""What the sandbox alone decides when git asks: names of objects, who may what, and what it needs."""

from __future__ import annotations

import os
import threading
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.git import Folder, need_git

from igitt.testing import Sandbox
from igitt.testing.sandbox import git_http, objects

FILES = {
    "a": "1\n", "a.b/x": "y", "a-b": "q", "aa/b": "z", "ab/c": "1\n", "d/e/f/run.sh": "#!", "d/e/link": "../../a",
    "ü/x y": "\udcff", "empty": "",
}  # fmt: skip
MODES = {"d/e/f/run.sh": "100755", "d/e/link": "120000"}
SERVICE = "info/refs?service=git-upload-pack"


def ask(forge: Any, path: str, token: str = "", *, user: str = "x") -> Any:
    """The forge's answer to git's first question."""
    headers = {"user-agent": "git/2"}
    if token:
        headers["authorization"] = f"Basic {b64encode(f'{user}:{token}'.encode()).decode()}"
    return forge.handle("GET", f"/{path}", headers)


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Any:
    """A forge with a public and a private repository."""
    with Sandbox(socket=False) as sandbox:
        made = getattr(sandbox, request.param)
        made.add_repository("acme/open", members={"bob": "read"})
        made.add_repository("acme/secret", private=True, members={"bob": "read"})
        yield made


def test_names_are_gits_own(tmp_path: Path) -> None:
    """Trees, commits and tags go by the names that git gives to the same files, people, times and words."""
    need_git()
    git = Folder(tmp_path)
    git("init", "--quiet")
    for path, text in FILES.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if MODES.get(path) == "120000":
            place.symlink_to(text)
        else:
            place.write_bytes(objects.raw(text))
            place.chmod(0o755 if path in MODES else 0o644)
    git("add", "--all")
    trees = objects.trees(FILES, MODES)
    assert trees.names[""] == git("write-tree")
    assert trees.names["d/e"] == git("rev-parse", f"{trees.names['']}:d/e")
    when = "2026-01-02T03:04:05+00:00"
    git.environment |= {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    bob = objects.Person("Bob", "bob@example.com", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    made = objects.commit(trees.names[""], [], bob, bob, "Ä\n\nmore\n")
    sha = git("commit-tree", trees.names[""], "-m", "Ä\n\nmore")
    assert objects.name_of("commit", made) == sha
    git("tag", "--annotate", "v1", "--message", "One", sha)
    assert objects.name_of("tag", objects.tag(sha, "v1", bob, "One\n")) == git("rev-parse", "v1")
    assert objects.Person.read(objects.headers_of(made)[0]["author"][0]) == bob
    assert list(objects.entries(trees.objects[trees.names["d/e"]]))[1] == (
        "120000", "link", objects.blob_sha(FILES["d/e/link"]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        ("acme/open", "", 200), ("acme/open", "wrong", 401), ("acme/open", "bob", 200), ("acme/secret", "", 401),
        ("acme/secret", "bob", 200), ("acme/secret", "carol", 404), ("acme/none", "", 401), ("acme/none", "bob", 404),
    ],
)  # fmt: skip
def test_who_may_read(forge: Any, path: str, who: str, status: int) -> None:
    """A stranger is asked for a credential where there is something to hide, and who may not see is told of nothing."""
    need_git()
    token = forge.token_for(who) if who not in {"", "wrong"} else who
    for suffix in (".git", ""):
        answer = ask(forge, f"{path}{suffix}/{SERVICE}", token)
        assert answer.status == status
        assert ("WWW-Authenticate" in answer.headers) is (status == 401)
        assert (answer.headers["Content-Type"] == "application/x-git-upload-pack-advertisement") is (status == 200)


def test_who_may_write(forge: Any) -> None:
    """A stranger is asked who it is before a push, and a reader is refused."""
    need_git()
    path = "acme/open.git/info/refs?service=git-receive-pack"
    assert ask(forge, path).status == 401
    assert ask(forge, path, forge.token_for("bob")).status == 403
    forge.repository("acme/open").members["bob"] = 30
    assert ask(forge, path, forge.token_for("bob")).status == 200


def test_an_app_that_may_not() -> None:
    """An installation without the permission to read contents is told of nothing."""
    need_git()
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/secret", private=True)
        tokens = {}
        for level in ("read", "write"):
            app = forge.add_app(f"app-{level}", permissions={"contents": level})
            installation = forge.install(app, "acme")
            from igitt.testing.sandbox.github.tokens import mint  # noqa: PLC0415 - GitHub's alone

            tokens[level] = mint(forge, installation, {"contents": level}, None).value
            tokens["none"] = mint(forge, installation, {"issues": "write"}, None).value
        assert ask(forge, f"acme/secret.git/{SERVICE}", tokens["none"]).status == 404
        assert ask(forge, f"acme/secret.git/{SERVICE}", tokens["read"]).status == 200
        push = "acme/secret.git/info/refs?service=git-receive-pack"
        assert ask(forge, push, tokens["read"]).status == 403
        assert ask(forge, push, tokens["write"]).status == 200


def test_old_git(forge: Any) -> None:
    """The protocol of old, which takes files one by one, is refused as on the forges."""
    assert ask(forge, "acme/open.git/info/refs").status == 403


def test_without_git(forge: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git is missing the answer says so, and the API goes on."""
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = ask(forge, f"acme/open.git/{SERVICE}")
    assert answer.status == 501
    assert b"install it" in answer.body
    assert forge.client("bob").get_repo("acme/open").default_branch == "main"


def test_names_that_git_does_not_take(forge: Any) -> None:
    """A branch that git could not have is left out, and the others are there."""
    need_git()
    for name in ("a b", "x..y", "fine/ü"):
        forge.add_commit("acme/open", "Do", {"x": name}, branch=name)
    listed = ask(forge, f"acme/open.git/{SERVICE}").body.decode()
    assert "refs/heads/fine/ü" in listed
    assert "a b" not in listed
    assert "x..y" not in listed


def test_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git was served from is gone with the sandbox, and not made before git asks."""
    need_git()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/open")
        assert not os.listdir(tmp_path)  # noqa: PTH208 - its emptiness is all
        assert ask(forge, f"acme/open.git/{SERVICE}").status == 200
        assert os.listdir(tmp_path)  # noqa: PTH208 - as above
    assert not os.listdir(tmp_path)  # noqa: PTH208 - as above


def _while_git_works(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> None:
    """Do something once git has taken a push, and before the forge has taken it over."""
    real = git_http.run_backend

    def backend(*arguments: Any) -> Any:
        response = real(*arguments)
        if arguments[-1] == "git-receive-pack":
            action()
        return response

    monkeypatch.setattr(git_http, "run_backend", backend)


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_the_forge_goes_on_while_git_works(hoster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other requests are answered while a push is worked on."""
    need_git()
    with Sandbox() as sandbox:
        forge = getattr(sandbox, hoster)
        home = forge.add_repository("acme/widgets", members={"bob": "maintain"})
        scheme, _, rest = forge.url.partition("://")
        git = Folder(tmp_path)
        git("clone", f"{scheme}://oauth2:{forge.token_for('bob')}@{rest}/acme/widgets.git", ".")
        git.commit("new", new="x")
        answers = []

        def ask() -> None:
            asking = threading.Thread(
                target=lambda: answers.append(
                    forge.handle("GET", f"{forge.router.prefix}/x", {"user-agent": "t"}).status
                ),
                daemon=True,
            )
            asking.start()
            asking.join(10)
            answers.append("while git works")

        _while_git_works(monkeypatch, ask)
        git("push", "origin", "HEAD:other")
        assert answers == [404, "while git works"]
        assert "other" in home.branches


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_a_branch_that_moves_while_git_works(hoster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A push is refused whole when something else moved its branch meanwhile; the next one finds what is there."""
    need_git()
    with Sandbox() as sandbox:
        forge = getattr(sandbox, hoster)
        home = forge.add_repository("acme/widgets", members={"bob": "maintain"})
        scheme, _, rest = forge.url.partition("://")
        git = Folder(tmp_path)
        git("clone", f"{scheme}://oauth2:{forge.token_for('bob')}@{rest}/acme/widgets.git", ".")
        git.commit("new", new="x")
        with monkeypatch.context() as patch:
            _while_git_works(patch, lambda: forge.add_commit("acme/widgets", "other", {"other": "y"}))
            assert git.run("push", "origin", "main").returncode != 0
        assert home.commits[home.branches["main"]].message == "other"
        git("pull", "--rebase", "origin", "main")
        git("push", "origin", "main")
        assert {"new", "other"} <= home.commits[home.branches["main"]].files.keys()
