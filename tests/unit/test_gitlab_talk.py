"""What only GitLab does with issues and comments. The rest is in the contract suite."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from support.gitlab_forge import PROJECT, Forge, Turns, client_of

from igitt.errors import (
    ElementDoesntExistError,
    UnsupportedOperationError,
    ValidationError,
)
from igitt.gitlab import (
    GitLab,
    GitLabComment,
    GitLabRepository,
)
from igitt.interfaces import (
    CommentType,
)


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


# --- issues -----------------------------------------------------------------------------------------------------------


def test_assigning_reads_and_writes_the_whole_set(project: GitLabRepository, forge: Forge) -> None:
    """GitLab takes only numbers and only all of them."""
    issue = f"{PROJECT}/issues/5"
    forge.answers["GET users"] = [{"id": 3, "username": "bob"}]
    forge.answers[f"GET {issue}"] = {"iid": 5, "assignees": [{"id": 1, "username": "alice"}]}
    forge.answers[f"PUT {issue}"] = {"iid": 5, "assignees": []}
    project.get_issue(5).assign("bob")
    assert forge.body == {"assignee_ids": [1, 3]}
    project.get_issue(5).unassign("Alice", "carol")
    assert forge.body == {"assignee_ids": []}
    count = len(forge.asked)
    project.get_issue(5).unassign("carol")
    assert forge.sent[count:] == [f"GET {issue}"]


def test_labels_and_milestone_as_gitlab_reads_them(project: GitLabRepository, forge: Forge) -> None:
    """Labels are separated by commas, no milestone is number 0, and all fields go in one request."""
    forge.answers[f"PUT {PROJECT}/issues/5"] = {"iid": 5, "labels": []}
    issue = project.get_issue(5)
    issue.edit(labels={"b", "a"}, milestone=None, due_date=None, weight=3, confidential=True)
    assert forge.body == {"labels": ["a", "b"], "milestone_id": 0, "due_date": None, "weight": 3, "confidential": True}
    issue.labels = set()
    assert forge.body == {"labels": []}
    issue.remove_labels("x", "y")
    assert forge.body == {"remove_labels": ["x", "y"]}
    assert len(forge.asked) == 3


@pytest.mark.parametrize(
    ("time", "duration"),
    [(timedelta(days=1, minutes=5), "24h5m0s"), (timedelta(seconds=-90), "-0h1m30s"), (timedelta(hours=2), "2h0m0s")],
)
def test_booking_time(project: GitLabRepository, forge: Forge, time: timedelta, duration: str) -> None:
    """Time is booked in hours, because a day of GitLab's has eight of them."""
    forge.answers[f"POST {PROJECT}/issues/5/add_spent_time"] = (201, {"time_estimate": 0, "total_time_spent": 90})
    issue = project.get_issue(5)
    issue.add_to_total_time_spent(time)
    assert forge.body == {"duration": duration}
    assert issue.total_time_spent == timedelta(seconds=90)
    with pytest.raises(ValidationError, match="no time"):
        issue.add_to_total_time_spent(timedelta())


def test_subscribing_twice(project: GitLabRepository, forge: Forge) -> None:
    """GitLab's 304 for what is so already is no error and no answer."""
    forge.answers[f"POST {PROJECT}/issues/5/subscribe"] = Turns([(201, {"iid": 5, "title": "T"}), (304, "")])
    issue = project.get_issue(5)
    issue.subscribe()
    issue.subscribe()
    assert issue.title == "T"


def test_an_emoji_twice(project: GitLabRepository, forge: Forge) -> None:
    """GitLab refuses the second one as not found; igitt gives the first, by its neutral name."""
    path = f"{PROJECT}/issues/5/award_emoji"
    forge.answers["GET user"] = {"id": 1, "username": "me"}
    forge.answers[f"POST {path}"] = (404, {"message": "404 Award Emoji Name has already been taken Not Found"})
    forge.answers[f"GET {path}"] = [
        {"id": number, "name": "thumbsup", "user": {"id": number, "username": name}}
        for number, name in ((1, "me"), (2, "you"))
    ]
    reaction = project.get_issue(5).add_reaction("+1")
    assert (reaction.identifier, reaction.name) == (1, "+1")
    assert ("POST " + path, {}, {"name": "thumbsup"}) in forge.asked
    assert reaction.url.endswith("issues/5/award_emoji/1")


def test_an_issue_that_is_not_there_is_told_so(project: GitLabRepository) -> None:
    """Only the refusal of a second emoji is looked up, not every 404."""
    with pytest.raises(ElementDoesntExistError):
        project.get_issue(5).add_reaction("heart")


# --- comments ---------------------------------------------------------------------------------------------------------


def test_the_forges_own_notes_are_no_comments(project: GitLabRepository, forge: Forge) -> None:
    """System notes are left out, and a comment on a diff is a review's."""
    forge.answers[f"GET {PROJECT}/merge_requests/5/notes"] = [
        {"id": 1, "body": "changed the title", "system": True, "noteable_type": "MergeRequest", "type": None},
        {"id": 2, "body": "Nice", "system": False, "noteable_type": "MergeRequest", "type": None},
        {"id": 3, "body": "Why?", "noteable_type": "MergeRequest", "type": "DiffNote"},
    ]
    found = [(note.number, note.type) for note in project.get_mr(5).comments]
    assert found == [(2, CommentType.MERGE_REQUEST), (3, CommentType.REVIEW)]


def test_a_comment_of_quick_actions_alone(project: GitLabRepository, forge: Forge) -> None:
    """GitLab carries them out and keeps no comment, which is told."""
    answer = {"commands_changes": {"state_event": "close"}, "summary": ["Closed this issue."]}
    forge.answers[f"POST {PROJECT}/issues/5/notes"] = (202, answer)
    with pytest.raises(ValidationError, match="quick actions"):
        project.get_issue(5).add_comment("/close")


def test_replying_in_a_thread(project: GitLabRepository, forge: Forge) -> None:
    """A note on a diff is answered in its thread, which is found; another one below the issue."""
    mr = f"{PROJECT}/merge_requests/5"
    forge.answers[f"GET {mr}/notes/3"] = {"id": 3, "type": "DiffNote", "noteable_type": "MergeRequest"}
    forge.answers[f"GET {mr}/discussions"] = [{"id": "aa", "notes": [{"id": 1}]}, {"id": "bb", "notes": [{"id": 3}]}]
    forge.answers[f"POST {mr}/discussions/bb/notes"] = (201, {"id": 4, "body": "Because"})
    answer = project.get_mr(5).get_comment(3).reply("Because")
    assert (answer.number, answer.url.rpartition("/merge_requests/")[2]) == (4, "5/notes/4")
    forge.answers[f"GET {mr}/notes/9"] = {"id": 9, "type": None, "noteable_type": "MergeRequest"}
    forge.answers[f"POST {mr}/notes"] = (201, {"id": 10, "body": "Yes"})
    assert project.get_mr(5).get_comment(9).reply("Yes").number == 10


def test_a_comment_on_a_commit_finds_its_number(project: GitLabRepository, forge: Forge) -> None:
    """GitLab lists it without one; the threads know it, and there it is changed."""
    commit = f"{PROJECT}/repository/commits/{'a' * 40}"
    author = {"id": 1, "username": "me"}
    listed = {"note": "Hm", "author": author, "created_at": "2026-01-02T03:04:05.678Z", "path": None}
    note = {
        "id": 8,
        "body": "Hm",
        "author": author,
        "created_at": "2026-01-02T03:04:05.000Z",
        "noteable_type": "Commit",
    }
    forge.answers[f"GET {commit}/comments"] = [listed]
    forge.answers[f"GET {commit}/discussions"] = [
        {"id": "aa", "notes": [{**note, "id": 7, "body": "?"}]},
        {"id": "bb", "notes": [note]},
    ]
    forge.answers[f"PUT {commit}/discussions/bb/notes/8"] = {**note, "body": "Ha"}
    (comment,) = project.get_commit("a" * 40).comments
    assert (comment.type, comment.body, len(forge.asked)) == (CommentType.COMMIT, "Hm", 1)
    assert comment.number == 8
    comment.body = "Ha"
    assert comment.body == "Ha"
    with pytest.raises(UnsupportedOperationError, match="gitlab"):
        comment.add_reaction("heart")


def test_a_comment_needs_what_it_is_on(gitlab: GitLab) -> None:
    """A project is not enough to find a comment of GitLab's."""
    with pytest.raises(ValidationError, match="what it is on"):
        GitLabComment(gitlab, "group/project", 5)


def test_a_note_that_tells_what_it_is_on(gitlab: GitLab, project: GitLabRepository) -> None:
    """A note out of a webhook finds its issue, merge request or commit by itself."""
    note = {"id": 1, "noteable_type": "MergeRequest", "noteable_iid": 5, "project_id": 42}
    assert gitlab.Comment.from_data(note, gitlab).api_path == "projects/42/merge_requests/5/notes/1"
    issue = {"id": 1, "noteable_type": "Issue", "noteable_iid": 5}
    assert gitlab.Comment.from_data(issue, gitlab, project).api_path == f"{PROJECT}/issues/5/notes/1"
    commit = {"id": 1, "noteable_type": "Commit", "noteable_id": "abc1234", "discussion_id": "dd", "project_id": 42}
    found = gitlab.Comment.from_data(commit, gitlab)
    assert found.api_path == "projects/42/repository/commits/abc1234/discussions/dd/notes/1"
    snippet = {"id": 1, "noteable_type": "Snippet", "noteable_id": 6, "project_id": 42}
    assert gitlab.Comment.from_data(snippet, gitlab).api_path == "projects/42/snippets/6/notes/1"
    assert gitlab.Comment.from_data(snippet, gitlab).type is CommentType.SNIPPET
