"""What only GitLab does with reviews. The rest is in the contract suite."""

from __future__ import annotations

from typing import Any

import pytest
from support.gitlab_forge import PROJECT, Forge, Turns, client_of

from igitt.errors import AuthenticationError, ConflictError, RequestTimeoutError, ServerError
from igitt.gitlab import GitLabMergeRequest
from igitt.interfaces import LineComment, MergeRequestStates

MR = f"{PROJECT}/merge_requests/5"
REFS = {"base_sha": "b" * 40, "start_sha": "c" * 40, "head_sha": "d" * 40}
DIFF = {
    "old_path": "was.txt",
    "new_path": "now.txt",
    "renamed_file": True,
    "diff": "@@ -1,2 +1,2 @@\n same\n-old\n+new\n",
}


@pytest.fixture
def forge() -> Forge:
    """A forge with a merge request, a user and the answers to a review's drafts."""
    made = Forge()
    made.answers = {
        f"GET {MR}": {"iid": 5, "diff_refs": REFS, "reviewers": [{"id": 7, "username": "alice"}]},
        f"GET {MR}/diffs": [DIFF],
        "GET user": {"id": 7, "username": "alice"},
        f"POST {MR}/draft_notes": Turns([(201, {"id": 1}), (201, {"id": 2}), (201, {"id": 3})]),
        f"POST {MR}/draft_notes/bulk_publish": (204, ""),
    }
    return made


def mr_of(forge: Forge, **options: Any) -> GitLabMergeRequest:
    """The merge request."""
    return GitLabMergeRequest(client_of(forge, **options), "group/sub/project", 5)


def test_positions(forge: Forge) -> None:
    """A line is told by its numbers in both files where it is in both, and by the names that the file had."""
    comments = [LineComment("now.txt", 1, "same"), LineComment("now.txt", 2, "old", side="left")]
    mr_of(forge).review("Well.", "request_changes", comments)
    bodies = [body for what, _, body in forge.asked if what == f"POST {MR}/draft_notes"]
    where = {**REFS, "position_type": "text", "old_path": "was.txt", "new_path": "now.txt"}
    assert bodies == [
        {"note": "Well."},
        {"note": "same", "position": {**where, "old_line": 1, "new_line": 1}},
        {"note": "old", "position": {**where, "old_line": 2}},
    ]
    assert forge.body == {"reviewer_state": "requested_changes"}


def test_drafts_of_a_review_that_breaks_off(forge: Forge) -> None:
    """When one comment is refused, those before it are thrown away, and the first error is the one that is told."""
    forge.answers[f"POST {MR}/draft_notes"] = Turns([(201, {"id": 1}), (500, {"message": "oh"})])
    forge.answers[f"DELETE {MR}/draft_notes/1"] = (204, "")
    with pytest.raises(ServerError):
        mr_of(forge).review("Well.", comments=[LineComment("now.txt", 1, "x")])
    assert forge.sent[-1] == f"DELETE {MR}/draft_notes/1"
    assert f"POST {MR}/draft_notes/bulk_publish" not in forge.sent


def test_approving_with_a_refused_token(forge: Forge) -> None:
    """A token that is refused everywhere is no missing right to approve."""
    forge.answers[f"POST {MR}/approve"] = forge.answers[f"GET {MR}/approvals"] = (401, {"message": "401 Unauthorized"})
    with pytest.raises(AuthenticationError):
        mr_of(forge).approve()


def test_rebasing_takes_a_while(forge: Forge) -> None:
    """The rebase is waited for; what went wrong in it is an error."""
    forge.answers[f"PUT {MR}/rebase"] = (202, {"rebase_in_progress": True})
    busy = {"iid": 5, "rebase_in_progress": True, "merge_error": None}
    forge.answers[f"GET {MR}"] = Turns([busy, busy, {"iid": 5, "rebase_in_progress": False, "sha": "e" * 40}])
    mr = mr_of(forge)
    mr.rebase()
    assert forge.asked[-1][1]["include_rebase_in_progress"] in {"true", "True"}
    assert forge.sent.count(f"GET {MR}") == 3
    assert mr.data["sha"] == "e" * 40
    broken = {"iid": 5, "rebase_in_progress": False, "merge_error": "Rebase failed: resolve all conflicts"}
    forge.answers[f"GET {MR}"] = broken
    with pytest.raises(ConflictError, match="resolve all conflicts"):
        mr.rebase()


def test_rebasing_is_not_waited_for_forever(forge: Forge) -> None:
    """After the client's ``max_wait`` it is left to itself, and told as not done yet."""
    forge.answers[f"PUT {MR}/rebase"] = (202, {"rebase_in_progress": True})
    forge.answers[f"GET {MR}"] = {"iid": 5, "rebase_in_progress": True}
    with pytest.raises(RequestTimeoutError, match="rebasing it still") as caught:
        mr_of(forge, max_wait=2).rebase()
    assert caught.value.outcome_unknown
    assert forge.sent.count(f"GET {MR}") == 3


def test_opinions_of_both_lists(forge: Forge) -> None:
    """A user who is in both lists has one opinion, and who said nothing has none."""
    alice, bob, eve = ({"id": number, "username": name} for number, name in ((7, "alice"), (8, "bob"), (9, "eve")))
    forge.answers[f"GET {MR}/approvals"] = {"approved_by": [{"user": alice}]}
    forge.answers[f"GET {MR}/reviewers"] = [
        {"user": alice, "state": "approved"},
        {"user": bob, "state": "requested_changes"},
        {"user": eve, "state": "unreviewed"},
    ]
    assert [str(review.state) for review in mr_of(forge).reviews] == ["approved", "changes requested"]


# --- merging ---------------------------------------------------------------------------------------------------------


def merge_request(**more: Any) -> dict[str, Any]:
    """A merge request as GitLab tells it."""
    return {"id": 50, "iid": 5, "title": "T", "state": "opened", **more}


@pytest.mark.parametrize("status", [405, 406, 422])
@pytest.mark.parametrize("state", ["preparing", "checking", "unchecked"])
def test_merging_while_gitlab_prepares(forge: Forge, status: int, state: str) -> None:
    """A refusal while GitLab has not made up its mind is waited out, and what comes then counts."""
    merged = merge_request(state="merged")
    forge.answers[f"PUT {MR}/merge"] = Turns([(status, {"message": "not now"})] * 2 + [merged])
    forge.answers[f"GET {MR}"] = merge_request(detailed_merge_status=state)
    mr = mr_of(forge, max_wait=10)
    mr.merge()
    assert mr.state is MergeRequestStates.MERGED
    assert forge.sent.count(f"PUT {MR}/merge") == 3


def test_merging_is_not_waited_for_forever(forge: Forge) -> None:
    """After ``max_wait`` the refusal is told."""
    forge.answers[f"PUT {MR}/merge"] = (405, {"message": "405 Method Not Allowed"})
    forge.answers[f"GET {MR}"] = merge_request(detailed_merge_status="preparing")
    with pytest.raises(ConflictError, match="cannot be merged now"):
        mr_of(forge, max_wait=2).merge()
    assert forge.sent.count(f"PUT {MR}/merge") == 3


def test_a_refusal_to_merge_that_is_final(forge: Forge) -> None:
    """What GitLab has decided is told at once."""
    forge.answers[f"PUT {MR}/merge"] = (405, {"message": "405 Method Not Allowed"})
    forge.answers[f"GET {MR}"] = merge_request(detailed_merge_status="discussions_not_resolved")
    with pytest.raises(ConflictError, match="cannot be merged now"):
        mr_of(forge).merge()
    assert forge.sent.count(f"PUT {MR}/merge") == 1


def test_merging_that_takes_a_while(forge: Forge) -> None:
    """While GitLab says that it merges, igitt waits for the end."""
    forge.answers[f"PUT {MR}/merge"] = merge_request(state="locked")
    forge.answers[f"GET {MR}"] = Turns([merge_request(state="locked"), merge_request(state="merged")])
    mr = mr_of(forge)
    mr.merge()
    assert mr.state is MergeRequestStates.MERGED


@pytest.mark.parametrize("later", [False, True])
def test_a_success_that_denies_itself(forge: Forge, later: bool) -> None:
    """A 200 whose merge request is open, and does not wait either, is no success."""
    told = merge_request(merge_error="No commits to merge", merge_when_pipeline_succeeds=False)
    forge.answers[f"PUT {MR}/merge"] = told
    forge.answers[f"GET {MR}"] = told
    mr = mr_of(forge)
    with pytest.raises(ConflictError, match="No commits to merge"):
        mr.merge(when_pipeline_succeeds=later)


def test_quick_actions_cannot_be_looked_up(forge: Forge) -> None:
    """GitLab takes commands out of a text, so nobody can tell whether it came."""
    forge.answers[f"POST {MR}/notes"] = (502, "Bad Gateway")
    with pytest.raises(ServerError, match="not known whether") as caught:
        mr_of(forge).add_comment("Done\n/close", quick_actions=True)
    assert caught.value.outcome_unknown
    assert forge.sent == [f"POST {MR}/notes"]


def test_a_moved_projects_files(forge: Forge) -> None:
    """GraphQL knows it by its new path only, which REST tells; what is there is updated and not made again."""
    forge.answers["POST /api/graphql"] = Turns(
        [
            {"data": {"project": None}},
            {"data": {"project": {"repository": {"blobs": {"nodes": [{"path": "a.txt"}]}}}}},
        ]
    )
    forge.answers[f"GET {PROJECT}"] = {"id": 1, "path_with_namespace": "new/place", "default_branch": "main"}
    forge.answers[f"POST {PROJECT}/repository/commits"] = (201, {"id": "c" * 40})
    client_of(forge).get_repo("group/sub/project").commit_files({"a.txt": "x"}, "Change", "main")
    queries = [body for what, _, body in forge.asked if "graphql" in what]
    assert [body["variables"]["project"] for body in queries] == ["group/sub/project", "new/place"]
    assert forge.body["actions"][0]["action"] == "update"
