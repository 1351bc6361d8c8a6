"""Merging on the sandbox: what git merges by itself is merged, and what it does not is a conflict."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.git import need_git

from igitt.errors import ConflictError
from igitt.testing import Sandbox
from igitt.testing.sandbox.merging import merge_lines

OLD = "".join(f"line {number}\n" for number in range(12))


def changed(**lines: str) -> str:
    """The old text with other lines: ``_3="x"`` is the fourth."""
    found = OLD.splitlines()
    for name, text in lines.items():
        found[int(name[1:])] = text
    return "\n".join(found) + "\n"


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Any:
    """Each half with a repository."""
    with Sandbox(socket=False) as sandbox:
        found = getattr(sandbox, request.param)
        found.add_repository("acme/w", members={"bot": "maintain"}, files={"a.txt": OLD, "b.txt": "b\n"})
        yield found


def request_of(forge: Any, files: dict[str, str | None], **others: str | None) -> Any:
    """A merge request that changes `files`, while the target changes `others` (by name, without the ending)."""
    forge.add_commit("acme/w", "Mine", files, branch="mine", author="bot")
    number = forge.add_merge_request("acme/w", "Mine", head="mine", author="bot").number
    if others:
        forge.add_commit("acme/w", "Theirs", {f"{name}.txt": text for name, text in others.items()}, author="alice")
    return forge.client("bot", cache=False).get_repo("acme/w").get_mr(number)


def text_of(forge: Any, path: str = "a.txt") -> str | None:
    """What a file says on the main branch."""
    home = forge.repository("acme/w")
    found: str | None = home.commits[home.branches["main"]].files.get(path)
    return found


def test_two_ends_of_one_file(forge: Any) -> None:
    """Changes of other lines of one file are both kept."""
    mr = request_of(forge, {"a.txt": changed(_0="mine")}, a=changed(_11="theirs"))
    assert mr.mergeable
    mr.merge()
    assert text_of(forge) == changed(_0="mine", _11="theirs")


def test_one_line_twice(forge: Any) -> None:
    """Two changes of one line are a conflict, and nothing is lost."""
    mr = request_of(forge, {"a.txt": changed(_5="mine")}, a=changed(_5="theirs"))
    assert mr.mergeable is False
    with pytest.raises(ConflictError):
        mr.merge()
    assert text_of(forge) == changed(_5="theirs")


def test_a_conflict_that_comes_later(forge: Any) -> None:
    """What was changed before the merge request was opened, and after its branch parted, conflicts too."""
    forge.add_commit("acme/w", "Mine", {"a.txt": changed(_5="mine")}, branch="mine", author="bot")
    forge.add_commit("acme/w", "Theirs", {"a.txt": changed(_5="theirs")}, author="alice")
    number = forge.add_merge_request("acme/w", "Mine", head="mine", author="bot").number
    mr = forge.client("bot", cache=False).get_repo("acme/w").get_mr(number)
    assert mr.mergeable is False


@pytest.mark.parametrize(("mine", "theirs"), [(None, changed(_1="x")), (changed(_1="x"), None)])
def test_removed_and_changed(forge: Any, mine: str | None, theirs: str | None) -> None:
    """A file that one side removes and the other changes is a conflict."""
    assert request_of(forge, {"a.txt": mine}, a=theirs).mergeable is False


def test_a_squash_is_one_commit(forge: Any) -> None:
    """All changes are in one commit, whose author is who wrote them."""
    forge.add_commit("acme/w", "First", {"a.txt": changed(_0="1")}, branch="mine", author="carol")
    forge.add_commit("acme/w", "Second", {"a.txt": changed(_0="2")}, branch="mine", author="carol")
    number = forge.add_merge_request("acme/w", "Mine", head="mine", author="carol").number
    forge.client("bot", cache=False).get_repo("acme/w").get_mr(number).merge(method="squash")
    home = forge.repository("acme/w")
    tip = home.commits[home.branches["main"]]
    # GitLab merges the squashed commit as it would merge others (project setting "Merge commit").
    squashed = tip if forge.hoster == "github" else home.commits[tip.parents[1]]
    assert len(squashed.parents) == 1
    assert squashed.author.login == "carol"
    assert text_of(forge) == changed(_0="2")


def test_a_rebase_keeps_each_commit() -> None:
    """GitHub's third way: each commit once more on top of the base, with its own author and message."""
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/w", members={"bot": "maintain"}, files={"a.txt": OLD})
        for number, author in ((1, "carol"), (2, "dave")):
            forge.add_commit("acme/w", f"Step {number}", {f"{number}.txt": "x"}, branch="mine", author=author)
        forge.add_commit("acme/w", "Theirs", {"b.txt": "b"}, author="alice")
        number = forge.add_merge_request("acme/w", "Mine", head="mine", author="carol").number
        repository = forge.client("bot", cache=False).get_repo("acme/w")
        repository.get_mr(number).merge(method="rebase")
        home, sha, found = forge.repository("acme/w"), "main", []
        sha = home.branches["main"]
        while home.commits[sha].parents:
            one = home.commits[sha]
            assert len(one.parents) == 1
            found.append((one.message, one.author.login))
            sha = one.parents[0]
        assert found == [("Step 2", "dave"), ("Step 1", "carol"), ("Theirs", "alice")]


def test_a_project_that_only_moves_forward() -> None:
    """GitLab's "fast-forward" method wants a rebase first, and merges then without a commit of its own."""
    with Sandbox(socket=False) as sandbox:
        forge = sandbox.gitlab
        forge.add_repository("acme/w", members={"bot": "maintain"}, files={"a.txt": OLD})
        client = forge.client("bot", cache=False)
        client.request("PUT", "projects/acme%2Fw", json={"merge_method": "ff"})
        mr = request_of(forge, {"a.txt": changed(_0="mine")}, b="theirs\n")
        assert mr.refresh().data["detailed_merge_status"] == "need_rebase"
        mr.rebase()
        assert mr.refresh().data["detailed_merge_status"] == "mergeable"
        mr.merge()
        home = forge.repository("acme/w")
        assert home.commits[home.branches["main"]].message == "Mine"


LINES = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8).map(lambda lines: "".join(f"{x}\n" for x in lines))


@settings(max_examples=60, deadline=None)
@given(old=LINES, ours=LINES, theirs=LINES)
def test_the_same_as_git(tmp_path_factory: pytest.TempPathFactory, old: str, ours: str, theirs: str) -> None:
    """Where git merges three texts by itself, the sandbox merges them too, and never into something else."""
    git, folder = need_git(), tmp_path_factory.mktemp("merge")
    for name, text in (("ours", ours), ("old", old), ("theirs", theirs)):
        (folder / name).write_text(text)
    command = [git, "merge-file", "-p", "--diff3", "ours", "old", "theirs"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    mine = merge_lines(old, ours, theirs)
    if mine is not None and done.returncode == 0:
        assert mine == done.stdout
