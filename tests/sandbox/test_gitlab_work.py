"""GitLab's issues, notes, merge requests and statuses: what one call writes the next one reads."""

from collections.abc import Callable
from typing import Any

P = "/projects/acme%2Fwidgets"
Send = Callable[..., Any]


def notes(send: Send, path: str = f"{P}/issues/1") -> list[str]:
    """Return the texts of all notes, GitLab's own included, oldest first."""
    return [one["body"] for one in send("GET", f"{path}/notes?sort=asc").json()]


# ---- issues


def test_two_spaces_of_numbers(alice: Send, gitlab: Any) -> None:
    """Issues and merge requests count apart, and ids are others than numbers."""
    issue, request = alice("GET", f"{P}/issues/1").json(), alice("GET", f"{P}/merge_requests/1").json()
    assert issue["iid"] == request["iid"] == 1
    assert len({issue["id"], request["id"], 1}) == 3


def test_unknown_labels_come_into_being(alice: Send) -> None:
    """Naming an unknown label makes it; an empty text removes all."""
    shaped = alice("PUT", f"{P}/issues/1", json={"add_labels": "new", "remove_labels": "bug,none"}).json()
    assert shaped["labels"] == ["new"]
    assert alice("GET", f"{P}/labels/new").json()["color"] == "#6699cc"
    assert alice("PUT", f"{P}/issues/1", json={"labels": ""}).json()["labels"] == []


def test_system_notes(alice: Send, gitlab: Any) -> None:
    """Changes are noted by GitLab itself, marked as such, unless only comments are asked for."""
    bob = gitlab.add_user("bob").id
    alice("POST", f"{P}/issues/1/notes", json={"body": "hello"})
    alice("PUT", f"{P}/issues/1", json={"title": "New", "assignee_ids": [bob], "state_event": "close"})
    alice("PUT", f"{P}/issues/1", json={"labels": "x"})
    found = notes(alice)
    assert found[0] == "hello"
    assert set(found[1:4]) == {"changed title from **{-It broke-}** to **{+New+}**", "assigned to @bob", "closed"}
    assert found[4].startswith("added ~")
    every = alice("GET", f"{P}/issues/1/notes?sort=asc").json()
    assert [one["system"] for one in every] == [False, True, True, True, True]
    assert [one["body"] for one in alice("GET", f"{P}/issues/1/notes?activity_filter=only_comments").json()] == [
        "hello"
    ]
    assert alice("GET", f"{P}/issues/1").json()["user_notes_count"] == 1
    assert alice("PUT", f"{P}/issues/1/notes/{every[-1]['id']}", json={"body": "x"}).status_code == 403


def test_filters(alice: Send, gitlab: Any) -> None:
    """State, labels, people, text and negation narrow a list."""
    gitlab.add_issue("acme/widgets", "Second thing", author="alice", labels=["bug", "ui"], assignees=["bob"])
    alice("PUT", f"{P}/issues/1", json={"state_event": "close"})

    def found(query: str) -> list[int]:
        return [one["iid"] for one in alice("GET", f"{P}/issues?{query}&sort=asc").json()]

    assert found("state=opened") == [2]
    assert found("state=closed") == [1]
    assert found("labels=bug,ui") == found("assignee_username=bob") == found("search=second") == [2]
    assert found("author_username=bob") == found("not[labels]=ui") == found("assignee_id=None") == [1]
    assert found("updated_after=2100-01-01T00:00:00Z") == []
    assert [one["iid"] for one in alice("GET", "/issues").json()] == [2]
    assert len(alice("GET", "/issues?scope=all").json()) == 2


def test_quick_actions(alice: Send) -> None:
    """A note of nothing but commands is none: 202 with what they did; mixed text loses them."""
    answer = alice("POST", f"{P}/issues/1/notes", json={"body": '/close\n/label ~new ~"two words"'})
    assert answer.status_code == 202
    assert "id" not in answer.json()
    assert answer.json()["commands_changes"]["state_event"] == "close"
    shaped = alice("GET", f"{P}/issues/1").json()
    assert (shaped["state"], shaped["labels"]) == ("closed", ["bug", "new", "two words"])
    mixed = alice("POST", f"{P}/issues/1/notes", json={"body": "Again:\n/reopen\n/estimate 1d 2h"})
    assert (mixed.status_code, mixed.json()["body"]) == (201, "Again:")
    assert alice("GET", f"{P}/issues/1").json()["time_stats"]["human_time_estimate"] == "1d 2h"
    fenced = alice("POST", f"{P}/issues/1/notes", json={"body": "```\n/close\n```"})
    assert fenced.json()["body"] == "```\n/close\n```"
    assert alice("POST", f"{P}/issues/1/notes", json={"body": "/reopen"}).status_code == 400


def test_emoji_twice(alice: Send) -> None:
    """Giving the same emoji twice is GitLab's strange 404."""
    path = f"{P}/issues/1/award_emoji"
    assert alice("POST", path, json={"name": "thumbsup"}).status_code == 201
    answer = alice("POST", path, json={"name": "thumbsup"})
    assert answer.json() == {"message": "404 Award Emoji Name has already been taken Not Found"}
    assert alice("GET", f"{P}/issues/1").json()["upvotes"] == 1


def test_not_modified_writes(alice: Send) -> None:
    """Subscribing or marking what is so already is a 304."""
    assert alice("POST", f"{P}/issues/1/subscribe").status_code == 201
    assert alice("POST", f"{P}/issues/1/subscribe").status_code == 304
    assert alice("POST", f"{P}/issues/1/todo").status_code == 201
    assert alice("POST", f"{P}/issues/1/todo").status_code == 304


def test_todos(gitlab: Any, alice: Send, gitlab_as: Callable[..., Send]) -> None:
    """Being assigned gives a to-do item, until it is done."""
    alice("PUT", f"{P}/issues/1", json={"assignee_ids": [gitlab.add_user("bob").id]})
    bob = gitlab_as("bob")
    (item,) = bob("GET", "/todos").json()
    assert (item["action_name"], item["target"]["iid"], item["author"]["username"]) == ("assigned", 1, "alice")
    bob("POST", f"/todos/{item['id']}/mark_as_done")
    assert bob("GET", "/todos").json() == []
    assert len(bob("GET", "/todos?state=done").json()) == 1


def test_milestones(alice: Send) -> None:
    """A milestone is addressed by its id, is active or closed, and set by id; 0 takes it off."""
    made = alice("POST", f"{P}/milestones", json={"title": "v1"}).json()
    assert (made["iid"], made["state"]) == (1, "active")
    assert alice("GET", f"{P}/milestones/1").status_code == 404
    shaped = alice("PUT", f"{P}/issues/1", json={"milestone_id": made["id"]}).json()
    assert shaped["milestone"]["title"] == "v1"
    assert alice("GET", f"{P}/issues?milestone=v1").json()
    assert alice("PUT", f"{P}/issues/1", json={"milestone_id": 0}).json()["milestone"] is None
    group = alice("POST", "/groups/acme/milestones", json={"title": "g1"}).json()
    assert group["group_id"]
    assert alice("PUT", f"{P}/issues/1", json={"milestone_id": group["id"]}).json()["milestone"]["group_id"]


def test_time(alice: Send) -> None:
    """Time is counted in working days; more cannot be taken away than was spent."""
    path = f"{P}/issues/1"
    assert alice("POST", f"{path}/time_estimate?duration=1w2d").json()["time_estimate"] == 7 * 8 * 3600
    assert alice("POST", f"{path}/add_spent_time", json={"duration": "3h30m"}).json()["total_time_spent"] == 12600
    assert alice("POST", f"{path}/add_spent_time", json={"duration": "-30m"}).json()["human_total_time_spent"] == "3h"
    assert alice("POST", f"{path}/add_spent_time", json={"duration": "-9h"}).status_code == 400
    assert alice("POST", f"{path}/time_estimate", json={"duration": "long"}).status_code == 400


def test_discussions(alice: Send) -> None:
    """A reply makes a thread of a note; threads of merge requests can be resolved."""
    path = f"{P}/merge_requests/1"
    alice("POST", f"{path}/notes", json={"body": "one"})
    (thread,) = alice("GET", f"{path}/discussions").json()
    assert thread["individual_note"] is True
    alice("POST", f"{path}/discussions/{thread['id']}/notes", json={"body": "two"})
    (thread,) = alice("GET", f"{path}/discussions").json()
    assert (thread["individual_note"], [one["body"] for one in thread["notes"]]) == (False, ["one", "two"])
    assert alice("GET", path).json()["blocking_discussions_resolved"] is False
    assert alice("PUT", f"{path}/discussions/{thread['id']}?resolved=true").json()["resolved"] is True
    assert alice("GET", path).json()["blocking_discussions_resolved"] is True


def test_diff_note(alice: Send) -> None:
    """A note on a line needs a whole position."""
    path, refs = f"{P}/merge_requests/1", alice("GET", f"{P}/merge_requests/1").json()["diff_refs"]
    position = {"position_type": "text", "new_path": "feature.txt", "new_line": 1, **refs}
    made = alice("POST", f"{path}/discussions", json={"body": "nit", "position": position}).json()
    assert made["notes"][0]["type"] == "DiffNote"
    assert made["notes"][0]["position"]["new_line"] == 1
    del position["base_sha"]
    answer = alice("POST", f"{path}/discussions", json={"body": "nit", "position": position})
    assert answer.json() == {"error": "position[base_sha] is missing"}


# ---- merge requests


def test_fork_request_is_made_on_the_source(gitlab: Any, alice: Send, gitlab_as: Callable[..., Send]) -> None:
    """A merge request from a fork is posted to the fork and lives in the target."""
    carol = gitlab_as("carol")
    fork = carol("POST", f"{P}/fork").json()
    gitlab.add_commit("carol/widgets", "Better", {"new.txt": "x\n"}, branch="better", author="carol")
    target = alice("GET", P).json()["id"]
    body = {"title": "Better", "source_branch": "better", "target_branch": "main", "target_project_id": target}
    made = carol("POST", f"/projects/{fork['id']}/merge_requests", json=body).json()
    assert (made["project_id"], made["source_project_id"], made["iid"]) == (target, fork["id"], 2)
    assert made["references"]["full"] == "acme/widgets!2"
    assert [one["title"] for one in alice("GET", f"{P}/merge_requests/2/commits").json()] == ["Better"]
    assert carol("POST", f"{P}/merge_requests", json=body).status_code == 403
    assert carol("PUT", f"{P}/merge_requests/2/merge").status_code == 401


def test_draft_by_title(alice: Send) -> None:
    """The title alone says draft, and a draft cannot be merged."""
    path = f"{P}/merge_requests/1"
    shaped = alice("PUT", path, json={"title": "Draft: Fix it"}).json()
    assert (shaped["draft"], shaped["detailed_merge_status"]) == (True, "draft_status")
    assert alice("PUT", f"{path}/merge").status_code == 405
    assert alice("PUT", path, json={"title": "Fix it"}).json()["draft"] is False


def test_merge(gitlab: Any, alice: Send) -> None:
    """Merging moves the branch, closes what it names, removes the source when asked; twice is 405."""
    shaped = alice("PUT", f"{P}/merge_requests/1/merge", json={"should_remove_source_branch": True}).json()
    assert (shaped["state"], shaped["closed_at"], shaped["merged_by"]["username"]) == ("merged", None, "alice")
    assert alice("GET", f"{P}/repository/branches/main").json()["commit"]["id"] == shaped["merge_commit_sha"]
    assert alice("GET", f"{P}/repository/branches/feature").json() == {"message": "404 Branch Not Found"}
    assert alice("GET", f"{P}/issues/1").json()["state"] == "closed"
    assert alice("PUT", f"{P}/merge_requests/1/merge").json() == {"message": "405 Method Not Allowed"}


def test_conflict_and_rebase(gitlab: Any, alice: Send) -> None:
    """A conflict is told and is 422 on merging; without one a rebase puts the branch on top."""
    gitlab.add_commit("acme/widgets", "Elsewhere", {"other.txt": "x\n"})
    answer = alice("PUT", f"{P}/merge_requests/1/rebase")
    assert (answer.status_code, answer.json()) == (202, {"rebase_in_progress": True})
    tip = alice("GET", f"{P}/repository/branches/main").json()["commit"]["id"]
    shaped = alice("GET", f"{P}/merge_requests/1").json()
    assert shaped["diff_refs"]["base_sha"] == tip
    assert [one["title"] for one in alice("GET", f"{P}/merge_requests/1/commits").json()] == ["Fix it"]
    gitlab.add_commit("acme/widgets", "Same file", {"feature.txt": "other\n"})
    shaped = alice("GET", f"{P}/merge_requests/1").json()
    assert (shaped["has_conflicts"], shaped["detailed_merge_status"]) == (True, "conflict")
    assert alice("PUT", f"{P}/merge_requests/1/merge").json() == {"message": "Branch cannot be merged"}


def test_mergeable_later(gitlab: Any, alice: Send) -> None:
    """With a delay the first reads see that GitLab is still checking."""
    gitlab.compute_mergeable_delay = 2
    path = f"{P}/merge_requests/1"
    found = [alice("GET", path).json()["detailed_merge_status"] for _ in range(3)]
    assert found == ["checking", "checking", "mergeable"]


def test_ci_must_pass(alice: Send) -> None:
    """A project may demand a good pipeline."""
    alice("PUT", P, json={"only_allow_merge_if_pipeline_succeeds": True})
    path = f"{P}/merge_requests/1"
    shaped = alice("GET", path).json()
    assert shaped["detailed_merge_status"] == "ci_must_pass"
    alice("POST", f"{P}/statuses/{shaped['sha']}", json={"state": "running"})
    assert alice("GET", path).json()["detailed_merge_status"] == "ci_still_running"
    alice("POST", f"{P}/statuses/{shaped['sha']}", json={"state": "success"})
    shaped = alice("GET", path).json()
    assert (shaped["detailed_merge_status"], shaped["head_pipeline"]["status"]) == ("mergeable", "success")


def test_approvals(alice: Send) -> None:
    """An approval shows, once; with another head it is refused."""
    path = f"{P}/merge_requests/1"
    assert alice("POST", f"{path}/approve", json={"sha": "0" * 40}).status_code == 409
    shaped = alice("POST", f"{path}/approve").json()
    assert [one["user"]["username"] for one in shaped["approved_by"]] == ["alice"]
    assert alice("POST", f"{path}/approve").status_code == 401
    assert "approved this merge request" in notes(alice, path)


# ---- statuses


def test_status_machine(gitlab: Any, alice: Send) -> None:
    """A status moves on; a step that is none is 400; after its end a new one begins."""
    sha = gitlab.repository("acme/widgets").branches["feature"]

    def report(state: str) -> Any:
        return alice("POST", f"{P}/statuses/{sha}", json={"state": state, "name": "ci"})

    first = report("pending").json()
    assert first["ref"] == "feature"
    steps = [("pending", ":enqueue from :pending"), ("running", ""), ("running", ":run from :running"),
             ("pending", ":enqueue from :running"), ("success", ""), ("success", ":success from :success"),
             ("pending", "")]  # fmt: skip
    for state, words in steps:
        answer = report(state)
        assert answer.status_code == (400 if words else 201)
        assert not words or answer.json()["message"].startswith(f"Cannot transition status via {words}")
    every = alice("GET", f"{P}/repository/commits/{sha}/statuses?all=true").json()
    assert [one["status"] for one in every] == ["success", "pending"]
    assert every[0]["id"] == first["id"]
    (newest,) = alice("GET", f"{P}/repository/commits/{sha}/statuses").json()
    assert newest["status"] == "pending"


def test_status_limits(gitlab: Any, alice: Send) -> None:
    """A long description, an unknown state and an unknown commit are refused."""
    sha = gitlab.repository("acme/widgets").branches["main"]
    path = f"{P}/statuses/{sha}"
    assert alice("POST", path, json={"state": "success", "description": "x" * 256}).status_code == 400
    assert alice("POST", path, json={"state": "error"}).json() == {"error": "state does not have a valid value"}
    assert alice("POST", f"{P}/statuses/{'f' * 40}", json={"state": "success"}).status_code == 404


def test_commit_comments(gitlab: Any, alice: Send) -> None:
    """Comments on commits have no id, and a place only if the diff has it."""
    sha = gitlab.repository("acme/widgets").branches["feature"]
    path = f"{P}/repository/commits/{sha}/comments"
    body = {"note": "here", "path": "feature.txt", "line": 1, "line_type": "new"}
    made = alice("POST", path, json=body).json()
    assert "id" not in made
    assert (made["path"], made["line"]) == ("feature.txt", 1)
    assert alice("POST", path, json=body | {"line": 99}).json()["path"] is None
    assert len(alice("GET", path).json()) == 2
