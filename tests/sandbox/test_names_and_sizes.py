"""What either forge refuses to be called: refs that git cannot have, reserved words, texts that are too long."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from support.git import need_git

from igitt.auth import GitLabJobToken
from igitt.errors import AuthenticationError, ElementDoesntExistError, IGittError, ValidationError
from igitt.testing import Sandbox
from igitt.testing.sandbox.names import is_ref

UNFIT = ["a b", "a..b", "x.lock", "a~1", "what?", "a:b", "end.", "a//b", ".a", "a/.b", "a@{b", "@", "-a", "a\\b", "a*"]


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Any:
    """Each half with a repository."""
    with Sandbox(socket=False) as sandbox:
        found = getattr(sandbox, request.param)
        found.add_repository("acme/w", members={"bot": "owner"}, files={"README.md": "x"})
        yield found


def bot(forge: Any) -> Any:
    """The repository as the bot sees it, with nothing in between that would refuse earlier."""
    return forge.client("bot", cache=False, pace_writes=False).get_repo("acme/w")


@pytest.mark.parametrize("name", UNFIT)
def test_names_that_git_cannot_have(forge: Any, name: str) -> None:
    """Neither a branch nor a tag can be called so."""
    for make in (bot(forge).create_branch, bot(forge).create_tag):
        with pytest.raises(IGittError):
            make(name, "main")
    assert list(forge.repository("acme/w").branches) == ["main"]


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab./-@{~^:?*[\\ \x01é"), min_size=1, max_size=8))
def test_the_same_names_as_git(name: str) -> None:
    """The sandbox allows exactly what ``git check-ref-format --branch`` allows."""
    done = subprocess.run([need_git(), "check-ref-format", f"refs/heads/{name}"], check=False)  # noqa: S603
    assert is_ref(name) == (done.returncode == 0 and name != "@" and not name.startswith("-"))


def test_a_branch_below_a_branch(forge: Any) -> None:
    """``dir`` and ``dir/sub`` cannot both be there, in either order."""
    bot(forge).create_branch("dir", "main")
    bot(forge).create_branch("deep/er", "main")
    for name in ("dir/sub", "deep"):
        with pytest.raises(IGittError):
            bot(forge).create_branch(name, "main")


def test_the_default_branch_stays(forge: Any) -> None:
    """It cannot be deleted."""
    with pytest.raises(IGittError):
        bot(forge).get_branch("main").delete()
    assert "main" in forge.repository("acme/w").branches


@pytest.mark.parametrize(("field", "most"), [("title", 256), ("body", 65_536)])
@pytest.mark.parametrize("path", ["issues", "issues/1", "pulls/2"])
def test_long_texts_of_github(path: str, field: str, most: int) -> None:
    """The longest text is taken, one letter more is a 422 that names field and bound."""
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/w", members={"bot": "owner"})
        forge.add_issue("acme/w", "One")
        forge.add_merge_request("acme/w", "Two", head="two")
        client = forge.client("bot", cache=False, pace_writes=False)
        method = "POST" if path == "issues" else "PATCH"
        client.request(method, f"repos/acme/w/{path}", json={"title": "t", field: "x" * most})
        with pytest.raises(ValidationError, match=f"{field} is too long .maximum is {most} characters"):
            client.request(method, f"repos/acme/w/{path}", json={"title": "t", field: "x" * (most + 1)})


@pytest.mark.parametrize("path", ["issues/1/labels", "labels", "milestones", "issues/1/comments", "releases"])
def test_other_long_texts_of_github(path: str) -> None:
    """Labels, milestones, comments and releases have bounds of their own."""
    fields = {"issues/1/labels": {"labels": ["x" * 51]}, "labels": {"name": "x" * 51},
              "milestones": {"title": "x" * 256},
              "issues/1/comments": {"body": "x" * 65_537},
              "releases": {"tag_name": "v1", "name": "x" * 256}}  # fmt: skip
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/w", members={"bot": "owner"})
        forge.add_issue("acme/w", "One")
        client = forge.client("bot", cache=False, pace_writes=False)
        with pytest.raises(ValidationError, match="is too long"):
            client.request("POST", f"repos/acme/w/{path}", json=fields[path])


def test_long_texts_of_gitlab() -> None:
    """A title of 256 letters and a note of a million are refused."""
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.gitlab
        forge.add_repository("acme/w", members={"bot": "owner"})
        forge.add_issue("acme/w", "One")
        client = forge.client("bot", cache=False)
        for path, body in (("issues/1", {"title": "x" * 256}), ("issues/1", {"description": "x" * 1_048_577})):
            with pytest.raises(ValidationError, match="is too long"):
                client.request("PUT", f"projects/acme%2Fw/{path}", json=body)


def test_scoped_labels_exclude_each_other() -> None:
    """On GitLab, by adding, by setting and at creation: the last of a scope stays, other scopes too."""
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.gitlab
        forge.add_repository("acme/w", members={"bot": "maintainer"})
        issue = bot(forge).create_issue("T", labels=["prio::high", "a::b::c", "plain"])
        assert set(issue.labels) == {"prio::high", "a::b::c", "plain"}
        issue.add_labels("a::b::d", "prio::low", "a::x")
        assert set(issue.labels) == {"prio::low", "a::b::d", "a::x", "plain"}


def test_tokens_of_jobs() -> None:
    """A personal token is none, and a job's own opens few doors; git takes it by its own user name."""
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.gitlab
        forge.add_repository("acme/w", members={"bot": "maintainer"}, private=True)
        personal = forge.client(None, cache=False).with_token(GitLabJobToken(forge.token_for("bot")))
        with pytest.raises(AuthenticationError):
            personal.request("GET", "projects/acme%2Fw/releases")
        job = personal.with_token(GitLabJobToken(forge.job_token("bot")))
        assert job.request("GET", "projects/acme%2Fw/releases").data == []
        with pytest.raises(AuthenticationError):
            job.request("GET", "user")
        with pytest.raises(ElementDoesntExistError):
            job.request("GET", "projects/acme%2Fw")


def test_an_archived_repository_is_read_only() -> None:
    """Every write below an archived repository of GitHub is refused, and it can be taken back."""
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/w", members={"bot": "owner"})
        forge.add_issue("acme/w", "One")
        repository = bot(forge)
        repository.archive()
        session = requests.Session()
        session.mount(forge.url, sandbox.adapter())
        session.headers["Authorization"] = f"Bearer {forge.token_for('bot')}"
        for path in ("labels", "issues", "milestones", "git/refs", "hooks", "issues/1/comments"):
            answer = session.post(f"{forge.api_url}/repos/acme/w/{path}", json={}, timeout=5)
            assert (answer.status_code, answer.json()["message"]) == (403, "Repository was archived so is read-only.")
        repository.unarchive()
        repository.create_label("bug", "#ff0000")


def test_refs_by_any_spelling() -> None:
    """GitHub's ref with an encoded slash, the list of refs, and those that begin alike."""
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/w", members={"bot": "owner"})
        repository, client = bot(forge), forge.client("bot", cache=False)
        repository.create_branch("feature/a", "main")
        repository.create_tag("v1", "main")
        names = ["refs/heads/feature/a", "refs/heads/main", "refs/tags/v1"]
        assert client.request("GET", "repos/acme/w/git/ref/heads%2Fmain").data["ref"] == "refs/heads/main"
        assert [one["ref"] for one in client.request("GET", "repos/acme/w/git/refs").data] == names
        found = client.request("GET", "repos/acme/w/git/matching-refs/heads/fea").data
        assert [one["ref"] for one in found] == names[:1]
