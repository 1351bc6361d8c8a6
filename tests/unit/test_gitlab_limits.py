"""What GitLab's limits on diffs take away: it is told after what came, and costs nothing where no limit is near."""

from __future__ import annotations

from typing import Any

import pytest
from support.gitlab_forge import PROJECT, Forge, client_of
from support.world import make_world

from igitt.errors import IncompleteListError

MR = f"{PROJECT}/merge_requests/5"
SHA = "a" * 40
COMMIT = f"{PROJECT}/repository/commits/{SHA}"


def _files(number: int, **told: Any) -> list[dict[str, Any]]:
    diff = "@@ -0,0 +1 @@\n+x\n"
    return [{"old_path": f"f{one}", "new_path": f"f{one}", "diff": diff, **told} for one in range(number)]


def _mr(forge: Forge) -> Any:
    return client_of(forge).get_repo("group/sub/project").get_mr(5)


def _commit(forge: Forge) -> Any:
    return client_of(forge).get_repo("group/sub/project").get_commit(SHA)


@pytest.mark.parametrize("told", ["1000+", "1500", 1500])
def test_a_merge_request_beyond_the_limit(told: object) -> None:
    """The files that came, and then an error that says how many there are and what has them all."""
    forge = Forge()
    forge.answers = {f"GET {MR}/diffs": _files(1000), f"GET {MR}": {"id": 1, "iid": 5, "changes_count": told}}
    files, met = _mr(forge).files, []
    with pytest.raises(IncompleteListError, match=r"changes 1\d00\+? files; \.diff\(\) has them all") as caught:
        met.extend(files)
    assert (len(met), caught.value.received, files.is_complete) == (1000, 1000, False)
    assert len(list(files.partial())) == 1000
    forge.answers[f"GET {MR}/raw_diffs"] = "diff --git a/x b/x\n@@ -1 +1,2 @@\n-a\n+b\n+c\n"
    assert _mr(forge).diffstat == (2, 1)


@pytest.mark.parametrize("told", ["1000", None, ""])
def test_a_merge_request_at_the_limit(told: object) -> None:
    """As many as there are, or as nobody counted yet: whole."""
    forge = Forge()
    forge.answers = {f"GET {MR}/diffs": _files(1000), f"GET {MR}": {"id": 1, "iid": 5, "changes_count": told}}
    files = _mr(forge).files
    assert (len(list(files)), files.is_complete) == (1000, True)


def test_many_lines_in_few_files() -> None:
    """Lines have a limit as well as files have."""
    forge = Forge()
    long = [{"old_path": "a", "new_path": "a", "diff": "@@ -0,0 +1,6000 @@\n" + "+x\n" * 6000}]
    forge.answers = {f"GET {MR}/diffs": long, f"GET {MR}": {"id": 1, "iid": 5, "changes_count": "7+"}}
    with pytest.raises(IncompleteListError, match=r"7\+ files"):
        list(_mr(forge).files)


def test_what_is_small_costs_nothing_more() -> None:
    """Far from the limits, the files are one request."""
    forge = Forge()
    forge.answers = {f"GET {MR}/diffs": _files(3), f"GET {COMMIT}/diff": _files(3)}
    assert (len(list(_mr(forge).files)), len(_mr(forge).files), len(list(_commit(forge).files))) == (3, 3, 3)
    assert set(forge.sent) == {f"GET {MR}/diffs", f"GET {COMMIT}/diff"}


def test_a_commit_beyond_the_limit() -> None:
    """The commit tells of all its lines; what lacks some has said so where its file did."""
    forge = Forge()
    forge.answers = {f"GET {COMMIT}/diff": _files(1000), f"GET {COMMIT}": {"id": SHA, "stats": {"total": 1200}}}
    with pytest.raises(IncompleteListError, match="changes 1200 lines"):
        list(_commit(forge).files)
    with pytest.raises(IncompleteListError, match="changes 1200 lines"):
        _ = _commit(forge).unified_diff
    forge.answers[f"GET {COMMIT}"] = {"id": SHA, "stats": {"total": 1000}}
    assert len(list(_commit(forge).files)) == 1000
    forge.answers[f"GET {COMMIT}/diff"] = _files(7, diff="", collapsed=True)
    assert [change.additions for change in _commit(forge).files] == [None] * 7


def test_a_comparison_beyond_the_limit() -> None:
    """A comparison has no count, so the limit itself is said."""
    forge = Forge()
    told = {"commits": [], "diffs": _files(1000), "compare_timeout": False}
    forge.answers = {f"GET {PROJECT}/repository/compare": told}
    with pytest.raises(IncompleteListError, match="git has all"):
        client_of(forge).get_repo("group/sub/project").compare("a", "b")


def test_the_newest_commit_is_one_page() -> None:
    """GitLab gives a merge request's newest commits first: the last of ours are on its first page."""
    with make_world("gitlab") as world:
        for number in range(150):
            world.forge.add_commit("acme/widgets", f"n{number}", {f"n{number}.txt": "x"}, branch="feature")
        commits = world.as_user("alice", cache=False).get_repo("acme/widgets").get_mr(world.mr_number).commits
        found: list[str] = []
        asked = world.sent(lambda: found.append(commits[-1].message))
        assert (found, len(asked)) == (["n149"], 1)
        assert [commit.message for commit in commits[-2:]] == ["n148", "n149"]
        assert commits[0].message not in {"n0", "n149"}
        with pytest.raises(IndexError):
            _ = commits[-1000]
