"""Real git against every provider: what the API shows is what git clones, and what git pushes the API shows."""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.git import Folder, need_git
from support.world import PROVIDERS, World, make_world

from igitt.auth import BasicAuthorizationToken, GitLabJobToken
from igitt.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ElementDoesntExistError,
    IGittError,
    PermissionDeniedError,
    RequestTimeoutError,
    ServerError,
    ValidationError,
)

#: Notes down what it is called with, and what every process is, and then is git.
WRAPPER = """#!/bin/sh
printf '%s\\n' "$@" >> "{record}/words"
cat /proc/[0-9]*/cmdline >> "{record}/processes" 2>/dev/null
exec "{git}" "$@"
"""


@pytest.fixture(params=PROVIDERS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A small world on each provider, on a port of the loopback, with a private repository besides."""
    need_git()
    with make_world(request.param, socket=True) as made:
        made.forge.add_repository("acme/secret", private=True, members={"bob": "write"}, files={"a.txt": "1\n"})
        yield made


def cloned(repository: Any, path: Path, **options: Any) -> Folder:
    """A clone, with git as the documentation says."""
    return Folder(repository.get_clone(path, **options), repository.git_environment())


def test_a_clone_has_what_the_api_has(world: World, tmp_path: Path) -> None:
    """Branches, commits, their parents and messages, and the files are the same by git and by the API."""
    repository = world.repository
    repository.commit_files({"dir/ü x.txt": "Ü\n", "b.bin": b"\x00\xff\xfe", "README.md": None}, "Änder\n\nmehr")
    git = cloned(repository, tmp_path / "with spaces & ü")
    assert git("status", "--porcelain", "--branch") == "## main...origin/main"
    branches = {branch.name: branch.commit.sha for branch in repository.branches}
    listed = git("for-each-ref", "--format=%(refname:lstrip=3) %(objectname)", "refs/remotes/origin")
    told = dict(line.split() for line in listed.splitlines())
    del told["HEAD"]
    assert told == branches
    for commit in repository.commits:
        assert git("log", "-1", "--format=%B", commit.sha).strip() == commit.message.strip()
        assert git("log", "-1", "--format=%P", commit.sha).split() == [parent.sha for parent in commit.parents]
        assert git("log", "-1", "--format=%an", commit.sha) == commit.data.get("author_name", "Alice")
    files = {file.path: file.bytes for file in repository.list_files(recursive=True)}
    assert files == {
        str(path.relative_to(git.path)): path.read_bytes()
        for path in git.path.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    assert set(files) == {"dir/ü x.txt", "b.bin"}
    git("fsck", "--strict")


def test_what_is_pushed_is_in_the_api(world: World, tmp_path: Path) -> None:
    """A pushed branch, commit, file and tag are there by the API, and the way back works too."""
    repository = world.repository
    git = cloned(repository, tmp_path / "clone")
    git("checkout", "--quiet", "-b", "fix/42")
    (git.path / "run.sh").write_text("#!/bin/sh\n")
    (git.path / "run.sh").chmod(0o755)
    sha = git.commit("Run it\n\nOften.", **{"README.md": "# Wheels\n"})
    git("tag", "--annotate", "v1", "--message", "The first")
    git("push", "--quiet", "origin", "fix/42", "v1")
    branch = world.repository.get_branch("fix/42")
    assert branch.commit.sha == sha
    assert branch.commit.message.strip() == "Run it\n\nOften."
    assert branch.commit.parent == world.repository.get_branch("main").commit
    assert {file.path: str(file.status) for file in branch.commit.files} == {
        "README.md": "modified",
        "run.sh": "added",
    }
    assert world.repository.get_content("README.md", "fix/42").text == "# Wheels\n"
    tag = world.repository.get_tag("v1")
    assert (tag.commit.sha, tag.message) == (sha, "The first")
    made = world.repository.commit_files({"run.sh": "#!/bin/sh\ntrue\n"}, "Succeed", "fix/42")
    git("pull", "--quiet", "--ff-only", "origin", "fix/42")
    assert git("rev-parse", "HEAD") == made.sha
    assert os.access(git.path / "run.sh", os.X_OK)
    packed = git.path.with_name("run.tar.gz")
    packed.write_bytes(world.client.request("GET", world.repository.archive_link("fix/42"), cached=False).content)  # type: ignore[attr-defined]
    with tarfile.open(packed) as archive:
        modes = {entry.name.partition("/")[2]: entry.mode for entry in archive}
    assert modes == {"README.md": 0o644, "run.sh": 0o755}
    git("push", "--quiet", "origin", "--delete", "fix/42", "v1")
    assert {found.name for found in world.repository.branches} == {"main", "feature"}
    assert not list(world.repository.tags)


def test_a_merge_request_moves_on(world: World, tmp_path: Path) -> None:
    """A push to its branch is the merge request's new head, and hooks hear of it; after a merge git has its commit."""
    world.forge.add_hook("acme/widgets", "https://bot.example.com/", None, ["push"])
    git = cloned(world.repository, tmp_path / "clone")
    git("checkout", "--quiet", "feature")
    sha = git.commit("Oil more", **{"oil.txt": "drop\ndrop\n"})
    git("push", "--quiet")
    assert world.mr.head.sha == sha
    assert [commit.sha for commit in world.mr.commits][-1] == sha
    assert [delivery.payload["after"] for delivery in world.forge.deliveries] == [sha]
    name = "pull" if world.hoster == "github" else "merge-requests"
    git("fetch", "--quiet", "origin", f"refs/{name}/{world.mr_number}/head")
    assert git("rev-parse", "FETCH_HEAD") == sha
    world.mr.merge()
    git("fetch", "--quiet", "origin", "main")
    assert git("rev-parse", "FETCH_HEAD") == world.repository.get_branch("main").commit.sha
    assert git("show", "FETCH_HEAD:oil.txt") == "drop\ndrop"


def test_a_shallow_clone(world: World, tmp_path: Path) -> None:
    """With a depth, only so many commits of the default branch come."""
    world.repository.create_file("x", content="1", message="One more")
    git = cloned(world.repository, tmp_path / "clone", depth=1)
    assert git("rev-list", "--count", "--all") == "1"
    assert git("branch", "--remotes", "--format=%(refname:lstrip=3)").split() == ["HEAD", "main"]


def test_an_empty_repository(world: World, tmp_path: Path) -> None:
    """An empty repository is cloned, and what is pushed first is its default branch."""
    world.forge.add_repository("acme/empty", files={})
    repository = world.client.get_repo("acme/empty")
    git = cloned(repository, tmp_path / "clone")
    git("checkout", "--quiet", "-b", "trunk")
    sha = git.commit("Begin", a="1")
    git("push", "--quiet", "origin", "trunk")
    repository.refresh()
    assert repository.default_branch == "trunk"
    assert [commit.sha for commit in repository.commits] == [sha]


def test_nested_and_renamed(world: World, tmp_path: Path) -> None:
    """A repository in nested groups (where there are such) is cloned, and one under its old name."""
    if world.hoster == "gitlab":
        world.forge.add_repository("acme/tools/deep/gears", private=True, files={"a": "1"})
        assert cloned(world.client.get_repo("acme/tools/deep/gears"), tmp_path / "nested")("show", "HEAD:a") == "1"
    world.client.get_repo("acme/secret").name = "hidden"
    assert cloned(world.client.get_repo("acme/secret"), tmp_path / "renamed")("show", "HEAD:a.txt") == "1"


def test_where_to(world: World, tmp_path: Path) -> None:
    """Without a path the clone is in a new folder; an empty folder and one whose parents are missing will do."""
    found = world.repository.get_clone()
    assert (found / "README.md").read_text() == "# Widgets\n"
    assert found.parent == Path(os.environ.get("TMPDIR", "/tmp"))  # noqa: S108 - where temporary files are
    for folder in sorted(found.rglob("*"), reverse=True):
        folder.rmdir() if folder.is_dir() else folder.unlink()
    found.rmdir()
    (tmp_path / "empty").mkdir()
    assert world.repository.get_clone(tmp_path / "empty") == tmp_path / "empty"
    assert world.repository.get_clone(str(tmp_path / "a/b/c")) == tmp_path / "a/b/c"
    assert (tmp_path / "a/b/c/README.md").exists()


def test_the_credential_is_nowhere(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is in no file of the clone, in no process's arguments and not in this process's environment."""
    bin_, record = tmp_path / "bin", tmp_path / "record"
    bin_.mkdir()
    record.mkdir()
    (bin_ / "git").write_text(WRAPPER.format(record=record, git=need_git()))
    (bin_ / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}{os.pathsep}{os.environ['PATH']}")
    # Git itself notes down every process that it starts, with its arguments.
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(record / "trace"))
    git = cloned(world.client.get_repo("acme/secret"), tmp_path / "clone")
    git.commit("More", b="2")
    git("push", "--quiet", "origin", "HEAD")
    token: Any = world.client.token
    assert "$IGITT_GIT_PASSWORD" in (record / "trace").read_text()
    assert "clone" in (record / "words").read_text().split()
    assert "push" in (record / "words").read_text().split()
    assert "git" in (record / "processes").read_text()
    for file in (path for folder in (git.path, record) for path in folder.rglob("*") if path.is_file()):
        assert token.value.encode() not in file.read_bytes(), file
    assert token.value not in str(dict(os.environ))
    assert git("config", "--get", "remote.origin.url") == f"{world.forge.url}/acme/secret.git"


def test_another_host_gets_nothing(world: World, tmp_path: Path) -> None:
    """The credential is for its own origin: another one, which asks for it or is redirected to, is told nothing."""
    with make_world(world.hoster, socket=True) as other:
        other.forge.add_repository("acme/secret", private=True)
        # It would be let in, so that a credential that came would be seen.
        token: Any = world.client.token
        other.forge.world.issue_token(token.value, other.forge.add_user("alice"), "user")
        folder = Folder(tmp_path, world.repository.git_environment())
        done = folder.run("ls-remote", f"{other.forge.url}/acme/secret.git")
        assert "could not read Username" in done.stderr
        for name in ("secret", "widgets"):  # one that asks for a credential, and one that goes on without
            target = f"{other.forge.url}/acme/{name}.git/info/refs?service=git-upload-pack"
            for asks_first in (False, True):
                if asks_first:  # so that the credential is in hand when the redirect comes
                    world.forge.fail(401, headers={"WWW-Authenticate": 'Basic realm="here"'}, path="widgets.git")
                world.forge.fail(302, headers={"Location": target}, path="widgets.git")
                with suppress(IGittError):
                    world.repository.get_clone(tmp_path / f"{name} {asks_first}")
        paths = [record.path for record in other.forge.requests]
        assert "/acme/widgets.git/git-upload-pack" in paths
        assert paths.count("/acme/secret.git/info/refs") >= 3
        assert {record.credential for record in other.forge.requests} == {"anonymous"}


def test_kinds_of_tokens(world: World, tmp_path: Path) -> None:
    """Every kind of token opens a private repository to git, as its user."""
    value = world.forge.token_for("bob")
    tokens: list[Any] = [value, BasicAuthorizationToken("bob", value)]
    if world.hoster == "gitlab":
        tokens.append(GitLabJobToken(world.forge.job_token("bob")))
    for number, token in enumerate(tokens):
        world.forge.reset_log()
        git = cloned(world.as_user(token).get_repo("acme/secret"), tmp_path / str(number))
        assert git("show", "HEAD:a.txt") == "1"
        assert {record.user for record in world.forge.requests if record.path.endswith("upload-pack")} == {"bob"}


def test_another_users_netrc(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine has for the forge's host does not come before the client's own credential."""
    host, _, _ = world.forge.url.partition("://")[2].partition(":")
    (tmp_path / ".netrc").write_text(f"machine {host} login x password {world.forge.token_for('bob')}\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    world.forge.reset_log()
    git = cloned(world.client.get_repo("acme/secret"), tmp_path / "clone")
    git("fetch", "--quiet")
    assert {record.user for record in world.forge.requests} == {None, "alice"}


def test_an_app(tmp_path: Path) -> None:
    """An App's installation clones and pushes by its token; the App's own credential is refused before git runs."""
    need_git()
    with make_world("github", socket=True) as world:
        app = world.forge.add_app("triage", permissions={"contents": "write"})
        world.forge.add_repository("acme/secret", private=True)
        installation = world.forge.install(app, "acme")
        from igitt.auth import GitHubInstallationToken, GitHubJsonWebToken  # noqa: PLC0415 - only here

        jwt = GitHubJsonWebToken(app.private_key, app.id, clock=world.clock)
        client = world.as_user(GitHubInstallationToken(installation.id, jwt, clock=world.clock))
        git = cloned(client.get_repo("acme/secret"), tmp_path / "clone")
        sha = git.commit("Triage", a="1")
        git("push", "--quiet")
        assert world.client.get_repo("acme/secret").get_branch("main").commit.sha == sha
        with pytest.raises(ValidationError, match="installation"):
            world.as_user(jwt).get_repo("acme/secret").get_clone(tmp_path / "other")


def test_anonymously(world: World, tmp_path: Path) -> None:
    """Without a token a public repository is cloned, a private one not, and nobody is asked for a password."""
    nobody = world.as_user(None)
    assert cloned(nobody.get_repo("acme/widgets"), tmp_path / "public")("show", "HEAD:README.md") == "# Widgets"
    with pytest.raises(AuthenticationError, match="give the client a token") as caught:
        nobody.get_repo("acme/secret").get_clone(tmp_path / "private")
    assert caught.value.status == 401


def test_refusals(world: World, tmp_path: Path) -> None:
    """A wrong token, what one may not see, and what the forge refuses are different errors; nothing is left behind."""
    wrong = {"github": "ghp_" + "0" * 36, "gitlab": "glpat-" + "0" * 20}[world.hoster]
    cases: list[tuple[type[IGittError], Any, str]] = [
        (AuthenticationError, world.as_user(wrong), "acme/secret"),
        (ElementDoesntExistError, world.as_user("carol"), "acme/secret"),
        (ElementDoesntExistError, world.client, "acme/nowhere"),
    ]
    for kind, client, name in cases:
        with pytest.raises(kind) as caught:
            client.get_repo(name).get_clone(tmp_path / "a" / "b")
        assert client.token.value not in f"{caught.value!r} {caught.value}"
        assert f"{name}.git" in str(caught.value)
    for status, kind in ((403, PermissionDeniedError), (502, ServerError)):
        world.forge.fail(status, path="widgets.git")
        with pytest.raises(kind):
            world.repository.get_clone(tmp_path / "a" / "b")
    assert not list(tmp_path.iterdir())


def test_no_connection(world: World, tmp_path: Path) -> None:
    """A forge that is not reached is a connection that failed."""
    (tmp_path / "kept").mkdir()
    world.forge.fail(reset=True, path="widgets.git", times=9)
    with pytest.raises(ConnectionFailedError):
        world.repository.get_clone(tmp_path / "kept")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert not list((tmp_path / "kept").iterdir())


def test_too_slow(world: World, tmp_path: Path) -> None:
    """A clone that is not done in time is stopped, and nothing of it is left."""
    world.forge.fail(delay=0.5, path="upload-pack")
    with pytest.raises(RequestTimeoutError, match=r"0\.2 s"):
        world.repository.get_clone(tmp_path / "clone", timeout=0.2)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "options",
    [
        {"path": ""}, {"path": 5}, {"path": "a\0b"}, {"path": "full"}, {"path": "file"}, {"path": "file/below"},
        {"depth": 0}, {"depth": -1}, {"depth": True}, {"depth": "1"},
        {"timeout": 0}, {"timeout": -1.0}, {"timeout": "5"},
    ],
)  # fmt: skip
def test_what_makes_no_sense(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    """A path that is taken and numbers that are none are refused before git runs, and what is there stays."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    (tmp_path / "file").write_text("mine")
    world.forge.reset_log()
    with pytest.raises(ValidationError):
        world.repository.get_clone(**{"path": "new", **options})
    assert not world.forge.requests
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "mine"]


def test_without_git(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git is missing, the error says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IGittError, match="no git on the PATH"):
        world.repository.get_clone(tmp_path / "clone")


def test_rights_to_push(world: World, tmp_path: Path) -> None:
    """A stranger's push, one with a token that only reads, and one to an archived repository are refused."""
    git = cloned(world.repository, tmp_path / "clone")
    git("checkout", "--quiet", "-b", "mine")
    git.commit("Mine", b="2")
    scopes = {"github": ["read:org"], "gitlab": ["read_api", "read_repository"]}[world.hoster]
    reading = world.forge.token_for("alice", scopes=scopes)
    for client in (world.as_user("carol"), world.as_user(reading)):
        git.environment |= client.get_repo("acme/widgets").git_environment()
        done = git.run("push", "origin", "mine")
        assert "403" in done.stderr
        git("fetch", "--quiet")
    git.environment |= world.repository.git_environment()
    world.repository.archive()
    assert "403" in git.run("push", "origin", "mine").stderr
    world.repository.unarchive()
    git("push", "--quiet", "origin", "mine")
    assert "mine" in {branch.name for branch in world.repository.branches}


def test_a_read_only_client(world: World, tmp_path: Path) -> None:
    """A client that only reads clones and fetches, and its git pushes nothing."""
    client = world.as_user(world.forge.token_for("alice"), read_only=True)
    git = cloned(client.get_repo("acme/secret"), tmp_path / "clone")
    git("fetch", "--quiet")
    git.commit("Mine", b="2")
    world.forge.reset_log()
    assert git.run("push", "origin", "HEAD").returncode
    assert git.run("push", f"{world.forge.url}/acme/secret.git", "HEAD").returncode
    assert not world.forge.requests


def test_protected(world: World, tmp_path: Path) -> None:
    """A protected branch goes neither back nor away by a push, and forward by who may."""
    world.repository.get_branch("feature").protect()
    git = cloned(world.repository, tmp_path / "clone")
    git("checkout", "--quiet", "feature")
    sha = git.commit("Forward", b="2")
    git("push", "--quiet", "origin", "feature")
    git("commit", "--quiet", "--amend", "--message", "Another")
    assert "protected" in git.run("push", "--force", "origin", "feature").stderr
    assert "protected" in git.run("push", "origin", "--delete", "feature").stderr
    assert world.repository.get_branch("feature").commit.sha == sha


def test_the_machines_own_settings(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the user's credential helpers nor a surrounding hook's variables have a say; other settings have."""
    home = tmp_path / "home"
    home.mkdir()
    helper = f"!echo asked >> {home}/asked; echo username=x; echo password=wrong"
    for name in ("credential.helper", f"credential.{world.forge.url}.helper"):
        subprocess.run(  # noqa: S603 - words of the test's own
            [need_git(), "config", "--file", str(home / ".gitconfig"), "--add", name, helper], check=True
        )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "clone.defaultRemoteName")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "forge")
    git = cloned(world.client.get_repo("acme/secret"), tmp_path / "clone")
    assert git("remote") == "forge"
    git("fetch", "--quiet")
    assert not (home / "asked").exists()
    assert not (tmp_path / "elsewhere").exists()


def test_hosts_that_may_be_asked(world: World, tmp_path: Path) -> None:
    """With ``hosts`` git is led to none but these, not even without a credential."""
    home = world.forge.url.partition("://")[2]
    with make_world(world.hoster, socket=True) as other:
        there, target = other.forge.url.partition("://")[2], f"{other.forge.url}/acme/widgets.git"
        asked = "/info/refs?service=git-upload-pack"
        places = [
            target + asked,
            f"{target}/x",
            f"//{there}/acme/widgets.git{asked}",
            "",
            "https://[",
            f"ftp://{home}/x",
        ]
        for status, place in zip((301, 302, 303, 307, 308, 301), places, strict=True):
            world.forge.fail(status, headers={"Location": place}, path="widgets.git")
            with pytest.raises(IGittError):
                world.repository.get_clone(tmp_path / "clone", hosts=[home])
            assert not (tmp_path / "clone").exists()
        assert not other.forge.requests
        with pytest.raises(ValidationError, match="none of the hosts"):
            world.repository.get_clone(tmp_path / "clone", hosts=["git.example.com"])
        world.forge.fail(301, headers={"Location": target + asked}, path="widgets.git")
        clone = Folder(world.repository.get_clone(tmp_path / "led", hosts=[home, there]))
        assert {record.credential for record in other.forge.requests} == {"anonymous"}
        assert clone("config", "--get", "remote.origin.url") == f"{world.forge.url}/acme/widgets.git"


def test_a_renamed_repository_on_a_host_that_may_be_asked(world: World, tmp_path: Path) -> None:
    """A redirect on the same host is followed, with the credential; a circle of them ends."""
    home = world.forge.url.partition("://")[2].partition(":")[0]
    target = f"{world.forge.url}/acme/secret.git/info/refs?service=git-upload-pack"
    world.forge.fail(301, headers={"Location": target}, path="widgets.git")
    git = Folder(world.repository.get_clone(tmp_path / "moved", hosts=home))
    assert git("show", "HEAD:a.txt") == "1"
    circle = "/acme/widgets.git/info/refs?service=git-upload-pack"
    world.forge.fail(301, times=9, headers={"Location": circle}, path="widgets.git")
    with pytest.raises(IGittError, match="more than 5"):
        world.repository.get_clone(tmp_path / "circle", hosts=home)
