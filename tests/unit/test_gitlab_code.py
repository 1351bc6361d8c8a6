"""What only GitLab does with merge requests and commits. The rest is in the contract suite."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from support.gitlab_forge import PROJECT, Forge, Turns, client_of

from igitt.errors import (
    AuthenticationError,
    ConflictError,
    IGittError,
    IncompleteListError,
    InvalidResponseError,
    PermissionDeniedError,
    UnsupportedOperationError,
    ValidationError,
)
from igitt.gitlab import (
    GitLab,
    GitLabRepository,
)
from igitt.interfaces import (
    CommentType,
    CommitStatus,
    MergeRequestStates,
    Status,
)

SHA = "abc0" * 10


@pytest.fixture
def forge() -> Forge:
    """A forge that knows nothing yet."""
    return Forge()


@pytest.fixture
def make(forge: Forge) -> Callable[..., GitLab]:
    """A maker of clients of it."""
    return partial(client_of, forge)


@pytest.fixture
def gitlab(make: Callable[..., GitLab]) -> GitLab:
    """A client."""
    return make()


@pytest.fixture
def project(gitlab: GitLab) -> GitLabRepository:
    """A project two groups down, of which only the name is known."""
    return gitlab.get_repo("group/sub/project")


# --- merge requests ---------------------------------------------------------------------------------------------------


def mr_path(forge: Forge, **data: Any) -> str:
    """Lay out merge request 5, and return its path."""
    path = f"{PROJECT}/merge_requests/5"
    forge.answers[f"GET {path}"] = {"iid": 5, "state": "opened", **data}
    return path


def test_mergeable_is_asked_again(project: GitLabRepository, forge: Forge) -> None:
    """While GitLab is checking, igitt asks again; what it never makes up its mind about stays None."""
    path = mr_path(forge)
    states = ["unchecked", "checking", "mergeable"]
    forge.answers[f"GET {path}"] = Turns(
        {"iid": 5, "state": "opened", "detailed_merge_status": state} for state in states
    )
    assert project.get_mr(5).mergeable is True
    assert len(forge.asked) == 3
    mr_path(forge, detailed_merge_status="approvals_syncing")
    assert project.get_mr(5).mergeable is None
    mr_path(forge, detailed_merge_status="a_new_word")
    assert project.get_mr(5).mergeable is False
    mr_path(forge, merge_status="can_be_merged")
    assert project.get_mr(5).mergeable is True


@pytest.mark.parametrize(
    ("status", "message", "kind", "words"),
    [
        (401, "401 Unauthorized", PermissionDeniedError, "may not merge"),
        (405, "405 Method Not Allowed", ConflictError, "cannot be merged now"),
        (406, "Branch cannot be merged", ConflictError, "cannot be merged now"),
        (422, "Branch cannot be merged", ConflictError, "Branch cannot be merged"),
        (409, "SHA does not match HEAD of source branch: abc", ConflictError, "SHA does not match"),
    ],
)
def test_refusals_to_merge(
    project: GitLabRepository, forge: Forge, status: int, message: str, kind: type[IGittError], words: str
) -> None:
    """Each refusal is told as what it means for the merge, with GitLab's own status kept."""
    forge.answers[f"PUT {mr_path(forge)}/merge"] = (status, {"message": message})
    with pytest.raises(kind, match=words) as caught:
        project.get_mr(5).merge(sha="abc")
    assert type(caught.value) is kind
    assert caught.value.status == status


def test_a_refused_token_stays_one(make: Callable[..., GitLab], forge: Forge) -> None:
    """Without a token, or with an expired one, 401 is about the token and not about the merge."""
    forge.answers[f"PUT {mr_path(forge)}/merge"] = (401, {"message": "401 Unauthorized"})
    with pytest.raises(AuthenticationError):
        make(None).get_repo("group/sub/project").get_mr(5).merge()
    forge.answers[f"PUT {mr_path(forge)}/merge"] = (
        401,
        {"error": "invalid_token", "error_description": "Token is expired."},
    )
    with pytest.raises(AuthenticationError, match="expired"):
        make().get_repo("group/sub/project").get_mr(5).merge()


def test_merging_says_what_is_wanted(project: GitLabRepository, forge: Forge) -> None:
    """Squashing has a message of its own, and what is not said is left to the project."""
    path = mr_path(forge)
    forge.answers[f"PUT {path}/merge"] = {
        "iid": 5,
        "state": "merged",
        "merge_commit_sha": None,
        "squash_commit_sha": "5" * 40,
    }
    mr = project.get_mr(5)
    mr.merge("All of it", method="squash", remove_source_branch=True)
    assert forge.body == {"squash": True, "squash_commit_message": "All of it", "should_remove_source_branch": True}
    assert (mr.state, mr.merge_commit_sha) == (MergeRequestStates.MERGED, "5" * 40)
    mr.merge("Merge", "abc")
    assert forge.body == {"squash": False, "merge_commit_message": "Merge", "sha": "abc"}


def test_base_and_head_are_the_merge_requests_own(project: GitLabRepository, forge: Forge) -> None:
    """The base is what GitLab compares with, waited for; the head is in the project of its branch, a fork."""
    known = {"iid": 5, "state": "opened", "sha": "b" * 40, "source_project_id": 99, "target_project_id": 42}
    path = f"{PROJECT}/merge_requests/5"
    forge.answers[f"GET {path}"] = Turns([{**known, "diff_refs": None}, {**known, "diff_refs": {"base_sha": "a" * 40}}])
    mr = project.get_mr(5)
    assert (mr.base.sha, mr.base.repository) == ("a" * 40, project)
    assert mr.head.url.endswith(f"projects/99/repository/commits/{'b' * 40}")
    assert len(forge.asked) == 2
    forge.answers[f"GET {path}"] = {**known, "diff_refs": None}
    with pytest.raises(InvalidResponseError, match="not compared"):
        _ = project.get_mr(5).base


def test_a_deleted_fork(project: GitLabRepository, forge: Forge) -> None:
    """Without the fork there is no source, and the head is looked for in the target."""
    mr_path(forge, source_project_id=None, target_project_id=42, sha="b" * 40)
    mr = project.get_mr(5)
    assert mr.source_repository is None
    assert mr.head.repository == project


def test_commits_come_oldest_first(project: GitLabRepository, forge: Forge) -> None:
    """GitLab gives the newest first; igitt turns them round, and asks once for list() of them."""
    path = mr_path(forge)
    forge.answers[f"GET {path}/commits"] = [{"id": sha * 40} for sha in "cba"]
    commits = project.get_mr(5).commits
    assert forge.asked == []
    assert [commit.sha[0] for commit in list(commits)] == ["a", "b", "c"]
    assert len(forge.asked) == 1
    assert (commits[0].sha[0], commits[-1].sha[0], len(commits)) == ("a", "c", 3)


@pytest.mark.parametrize("title", ["Draft: Oil", "draft: Oil", "[Draft] Oil", "(Draft) Oil", "Draft: [draft] Oil"])
def test_a_draft_is_made_by_its_title(project: GitLabRepository, forge: Forge, title: str) -> None:
    """Whatever GitLab takes for a draft's title goes away when it is ready, and comes back once."""
    path = mr_path(forge, title=title, draft=True)
    forge.answers[f"PUT {path}"] = {"iid": 5, "title": "Oil", "draft": False}
    mr = project.get_mr(5)
    mr.mark_ready()
    assert forge.body == {"title": "Oil"}
    mr.convert_to_draft()
    assert forge.body == {"title": "Draft: Oil"}


def test_a_merge_request_from_a_fork(gitlab: GitLab, forge: Forge) -> None:
    """It is sent to the fork, and names the target by number."""
    target = gitlab.Repository.from_data({"id": 42, "path_with_namespace": "group/project"}, gitlab)
    fork = gitlab.Repository.from_data({"id": 99, "path_with_namespace": "me/project"}, gitlab)
    forge.answers["POST projects/99/merge_requests"] = (201, {"iid": 5})
    mr = target.create_merge_request(
        "Oil", "main", "oil", "text", draft=True, source_repository=fork, labels=["b", "a"]
    )
    assert forge.body == {
        "title": "Draft: Oil", "source_branch": "oil", "target_branch": "main", "description": "text",
        "labels": ["a", "b"], "target_project_id": 42,
    }  # fmt: skip
    assert mr.url.endswith("projects/42/merge_requests/5")


def test_what_only_issues_have(project: GitLabRepository) -> None:
    """Due date, weight and confidentiality are an issue's, and a merge request says so."""
    mr, issue = project.get_mr(5), project.get_issue(5)
    for name in ("due_date", "weight", "confidential"):
        assert issue.supports(name)
        assert not mr.supports(name)
        with pytest.raises(UnsupportedOperationError, match="gitlab"):
            getattr(mr, name)


def test_old_names_of_fields(project: GitLabRepository, gitlab: GitLab) -> None:
    """What older releases call otherwise is read without asking."""
    data = {"iid": 5, "work_in_progress": True, "merged_by": {"id": 1, "username": "bob"}}
    mr = gitlab.MergeRequest.from_data(data, gitlab, project)
    assert mr.is_draft is True
    assert mr.merged_by == gitlab.get_user("bob")


# --- commits ----------------------------------------------------------------------------------------------------------


def test_a_state_twice_is_no_error(project: GitLabRepository, forge: Forge) -> None:
    """GitLab refuses to repeat a state, which is no error; going back from running is one."""
    refusal = 'Cannot transition status via :enqueue from :{} (Reason(s): Status cannot transition via "enqueue")'
    path = f"POST {PROJECT}/statuses/{SHA}"
    forge.answers[path] = (400, {"message": refusal.format("pending")})
    commit = project.get_commit(SHA)
    commit.set_status(CommitStatus(Status.PENDING, "x" * 300, "ci"))
    assert (forge.body["state"], forge.body["name"], len(forge.body["description"])) == ("pending", "ci", 255)
    forge.answers[path] = (400, {"message": refusal.format("running")})
    with pytest.raises(ValidationError, match="from :running"):
        commit.set_status(CommitStatus(Status.PENDING))
    forge.answers[path] = (400, {"message": "name is too long"})
    with pytest.raises(ValidationError, match="too long"):
        commit.set_status(CommitStatus(Status.SUCCESS))


@pytest.mark.parametrize(
    ("neutral", "theirs"),
    [(Status.ERROR, "failed"), (Status.CANCELED, "canceled"), (Status.RUNNING, "running"), (Status.CREATED, "pending")],
)
def test_statuses_in_gitlabs_words(project: GitLabRepository, forge: Forge, neutral: Status, theirs: str) -> None:
    """What GitLab lacks goes to its nearest."""
    forge.answers[f"POST {PROJECT}/statuses/{SHA}"] = (201, {})
    project.get_commit(SHA).set_status(CommitStatus(neutral))
    assert forge.body["state"] == theirs


def test_the_newest_status_of_each_name(project: GitLabRepository, forge: Forge) -> None:
    """A name counts once, on however many branches; a job that may fail does not stop the commit."""
    forge.answers[f"GET {PROJECT}/repository/commits/abc/statuses"] = [
        {"id": 1, "name": "build", "status": "failed", "ref": "a"},
        {"id": 3, "name": "build", "status": "success", "ref": "b"},
        {"id": 2, "name": "lint", "status": "failed", "allow_failure": True, "target_url": "/relative"},
    ]
    commit = project.get_commit("abc")
    assert list(commit.get_statuses()) == [
        CommitStatus(Status.SUCCESS, context="build"),
        CommitStatus(Status.FAILED, context="lint"),
    ]
    assert commit.combined_status is Status.SUCCESS


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("scheduled", Status.PENDING),
        ("canceling", Status.CANCELED),
        ("manual", Status.MANUAL),
        ("new-word", Status.UNKNOWN),
    ],
)
def test_gitlabs_words_for_statuses(project: GitLabRepository, forge: Forge, word: str, status: Status) -> None:
    """Every word has a neutral one, unknown ones too."""
    forge.answers[f"GET {PROJECT}/repository/commits/abc/statuses"] = [{"id": 1, "name": "x", "status": word}]
    assert [found.status for found in project.get_commit("abc").get_statuses()] == [status]


def test_the_author_of_a_commit(project: GitLabRepository, forge: Forge) -> None:
    """The account is found by the mail address, or there is none."""
    forge.answers[f"GET {PROJECT}/repository/commits/abc"] = {
        "id": "a" * 40,
        "author_email": "b@example.com",
        "committer_email": "",
    }
    forge.answers["GET users"] = [{"id": 3, "username": "bob"}]
    commit = project.get_commit("abc")
    assert commit.author is not None
    assert commit.author.username == "bob"
    assert forge.asked[-1] == ("GET users", {"search": "b@example.com"}, None)
    assert commit.committer is None


DIFF = [
    {"old_path": "a.txt", "new_path": "a.txt", "diff": "@@ -1,2 +1,2 @@\n-old\n+new\n same\n", "a_mode": "100644"},
    {"old_path": "b.txt", "new_path": "c.txt", "diff": "", "renamed_file": True},
    {"old_path": "d.txt", "new_path": "d.txt", "diff": "@@ -0,0 +1 @@\n+first\n", "new_file": True, "b_mode": "100644"},
    {"old_path": "e.bin", "new_path": "e.bin", "diff": "Binary files a/e.bin and b/e.bin differ\n"},
    {"old_path": "f.txt", "new_path": "f.txt", "diff": "", "too_large": True},
]


def test_files_and_the_diff_of_a_commit(project: GitLabRepository, forge: Forge) -> None:
    """Lines are counted, kinds told, and the parts put together; what GitLab left out has no counts and no diff."""
    forge.answers[f"GET {PROJECT}/repository/commits/abc/diff"] = DIFF
    commit = project.get_commit("abc")
    files = list(commit.files)
    assert [(file.path, file.status, file.additions, file.deletions) for file in files] == [
        ("a.txt", "modified", 1, 1), ("c.txt", "renamed", 0, 0), ("d.txt", "added", 1, 0), ("e.bin", "modified", 0, 0),
        ("f.txt", "modified", None, None),
    ]  # fmt: skip
    assert [file.patch is None for file in files] == [False, True, False, True, True]
    with pytest.raises(IncompleteListError, match=r"4 of 5 files came.*f\.txt"):
        _ = commit.unified_diff
    forge.answers[f"GET {PROJECT}/repository/commits/abc/diff"] = DIFF[:-1]
    assert commit.unified_diff.startswith(
        "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n-old\n+new\n same\n"
    )
    assert "rename from b.txt\nrename to c.txt\n" in commit.unified_diff
    assert "new file mode 100644\n--- /dev/null\n+++ b/d.txt\n" in commit.unified_diff


def test_diffstat_of_very_large_files(project: GitLabRepository, forge: Forge) -> None:
    """Where GitLab leaves a file out, the raw diff is counted instead."""
    path = mr_path(forge)
    forge.answers[f"GET {path}/diffs"] = DIFF[:3]
    assert project.get_mr(5).diffstat == (2, 1)
    forge.answers[f"GET {path}/diffs"] = DIFF
    forge.answers[f"GET {path}/raw_diffs"] = (
        "diff --git a/f.txt b/f.txt\n--- a/f.txt\n+++ b/f.txt\n@@ -1 +1,2 @@\n-x\n+y\n+z\n"
    )
    assert project.get_mr(5).diffstat == (2, 1)


def test_commenting_on_lines(project: GitLabRepository, forge: Forge) -> None:
    """An added line carries the comment, anything else is named in the text."""
    path = f"{PROJECT}/repository/commits/abc"
    forge.answers[f"GET {path}/diff"] = DIFF
    forge.answers[f"POST {path}/comments"] = (201, {"note": "x"})
    commit = project.get_commit("abc")
    commit.comment("x", "a.txt", 1)
    assert forge.body == {"note": "x", "path": "a.txt", "line": 1, "line_type": "new"}
    commit.comment("x", "a.txt")
    assert forge.body["line"] == 1
    commit.comment("x", "a.txt", 2)
    assert forge.body == {"note": "`a.txt`, line 2:\n\nx"}
    commit.comment("x", "f.txt")
    assert forge.body == {"note": "`f.txt`:\n\nx"}


def test_commenting_on_a_merge_requests_diff(project: GitLabRepository, forge: Forge) -> None:
    """The place is told by the three hashes of the merge request, and by both numbers of a line that did not change."""
    refs = {"base_sha": "1", "start_sha": "2", "head_sha": "3"}
    path = mr_path(forge, diff_refs=refs)
    forge.answers[f"GET {path}/diffs"] = DIFF
    forge.answers[f"POST {path}/discussions"] = (
        201,
        {"id": "dd", "notes": [{"id": 6, "type": "DiffNote", "body": "x"}]},
    )
    comment = project.get_commit("abc").comment("x", "a.txt", 2, mr_number=5)
    place = {**refs, "position_type": "text", "old_path": "a.txt", "new_path": "a.txt", "new_line": 2, "old_line": 2}
    assert forge.body == {"body": "x", "position": place}
    assert (comment.number, comment.type) == (6, CommentType.REVIEW)
    forge.answers[f"POST {path}/discussions/dd/notes"] = (201, {"id": 7, "body": "y"})
    assert comment.reply("y").number == 7
    project.get_commit("abc").comment("x", "a.txt", 1, mr_number=5)
    assert "old_line" not in forge.body["position"]
    forge.answers[f"POST {path}/notes"] = (201, {"id": 8, "body": "x"})
    project.get_commit("abc").comment("x", "a.txt", 70, mr_number=5)
    assert forge.body == {"body": "`a.txt`, line 70:\n\nx"}


def test_a_place_that_is_refused(forge: Forge) -> None:
    """A line that GitLab does not take, as the diff has changed meanwhile, is named in the text: nothing is lost."""
    mr = f"{PROJECT}/merge_requests/5"
    forge.answers[f"GET {mr}"] = {"iid": 5, "diff_refs": {}}
    forge.answers[f"GET {mr}/diffs"] = [{"old_path": "a.txt", "new_path": "a.txt", "diff": "@@ -0,0 +1 @@\n+x\n"}]
    reason = '400 Bad request - Note {:line_code=>["can\'t be blank"], :position=>["is incomplete"]}'
    forge.answers[f"POST {mr}/discussions"] = (400, {"message": reason})
    forge.answers[f"POST {mr}/notes"] = (201, {"id": 1, "body": "x"})
    client_of(forge).get_repo("group/sub/project").get_commit("c" * 40).comment("Oh", "a.txt", 1, 5)
    assert forge.body == {"body": "`a.txt`, line 1:\n\nOh"}
