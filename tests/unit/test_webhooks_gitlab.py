"""What deliveries of GitLab mean: several changes at once, in the shapes of its REST API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from igitt import GitLab
from igitt.cache import Entry, ResponseCache
from igitt.errors import IGittError, InvalidPayloadError, InvalidSignatureError, UnknownEventError
from igitt.interfaces.actions import (
    CommentActions,
    EpicActions,
    IssueActions,
    JobActions,
    MemberActions,
    MergeRequestActions,
    MilestoneActions,
    OtherActions,
    PipelineActions,
    PushActions,
    ReactionActions,
    ReleaseActions,
    RepositoryActions,
    ReviewActions,
)
from igitt.interfaces.enums import AccessLevel, CommentType, IssueStates, MergeRequestStates
from igitt.interfaces.review import ReviewStates
from igitt.webhooks import Event

PROJECT = {"id": 42, "path_with_namespace": "acme/tools/widgets", "web_url": "https://gitlab.com/acme/tools/widgets"}
ALICE = {"id": 7, "username": "alice", "name": "Alice", "email": "[REDACTED]"}
BOB = {"id": 8, "username": "bob", "name": "Bob"}
BUG = {"id": 1, "title": "bug"}
IDEA = {"id": 2, "title": "idea"}
ZEROS = "0" * 40


class Refusing(requests.Session):
    """A session through which nothing leaves."""

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        """Fail the test."""
        pytest.fail(f"reading a payload sent {request.method} {request.url}")


@pytest.fixture
def client() -> Iterator[GitLab]:
    """Return a client that refuses to send."""
    with GitLab("token", session=Refusing(), cache=ResponseCache()) as found:
        yield found


def attributes(**fields: Any) -> dict[str, Any]:
    """Return an issue's or merge request's attributes as a hook tells them."""
    return {
        "id": 100, "iid": 5, "title": "Broken", "description": "Help", "state": "opened", "author_id": 7,
        "assignee_ids": [8], "milestone_id": None, "confidential": False, "due_date": "2026-12-24", "weight": None,
        "time_estimate": 3600, "total_time_spent": 60, "project_id": 42, "target_project_id": 42,
        "source_branch": "fix", "target_branch": "main", "last_commit": {"id": "b" * 40},
        "created_at": "2026-09-01 09:00:00 UTC", "updated_at": "2026-09-01 10:00:00 UTC",
        "url": "https://gitlab.com/acme/tools/widgets/-/issues/5", **fields,
    }  # fmt: skip


def deliver(client: GitLab, **payload: Any) -> tuple[Event, ...]:
    """Deliver a payload with the secret token."""
    body = json.dumps({"project": PROJECT, "user": ALICE, **payload}).encode()
    headers = {"X-Gitlab-Event": "System Hook", "X-Gitlab-Token": "secret", "Idempotency-Key": "d-1"}
    events: tuple[Event, ...] = client.parse_webhook(headers, body, "secret")
    return events


def update(client: GitLab, kind: str = "issue", **changes: Any) -> list[Any]:
    """Return the actions of an update with these changes."""
    told = {key: value if isinstance(value, list) else dict(zip(("previous", "current"), value, strict=True))
            for key, value in changes.items()}  # fmt: skip
    events = deliver(client, object_kind=kind, object_attributes=attributes(action="update"), changes=told)
    return [event.action for event in events]


def test_an_issue_reads_as_if_it_came_from_the_api(client: GitLab) -> None:
    """Labels, times, author, assignees and the rest are there in the API's shapes, and nothing is sent."""
    (event,) = deliver(
        client, object_kind="issue", object_attributes=attributes(action="open"), labels=[BUG], assignees=[BOB]
    )
    issue = event.subject
    assert event.action is IssueActions.OPENED
    assert (issue.number, issue.title, issue.description, issue.state) == (5, "Broken", "Help", IssueStates.OPEN)
    assert issue.labels == {"bug"}
    assert issue.author.username == "alice"
    assert {user.username for user in issue.assignees} == {"bob"}
    assert (issue.created.isoformat(), issue.milestone) == ("2026-09-01T09:00:00+00:00", None)
    assert (issue.due_date, issue.weight, issue.confidential) == (date(2026, 12, 24), None, False)
    assert (issue.time_estimate, issue.total_time_spent) == (timedelta(hours=1), timedelta(minutes=1))
    assert issue.web_url.endswith("/issues/5")
    assert event.repository is not None
    assert event.repository.full_name == "acme/tools/widgets"
    assert (event.name, event.delivery, event.hoster) == ("issue", "d-1", "gitlab")


def test_an_author_of_whom_only_the_id_is_told_is_still_a_user(client: GitLab) -> None:
    """Who neither acted nor is assigned is known by the id, without a request."""
    (event,) = deliver(client, object_kind="issue", object_attributes=attributes(action="open", author_id=9))
    assert event.subject.author.identifier == 9


def test_one_delivery_tells_every_change(client: GitLab) -> None:
    """An update of labels, assignees and title gives all of them, each with the value before and after."""
    changes = {
        "labels": {"previous": [BUG], "current": [IDEA]},
        "assignees": {"previous": [], "current": [BOB]},
        "title": {"previous": "Old", "current": "Broken"},
        "updated_at": {"previous": "1", "current": "2"},
    }
    events = deliver(client, object_kind="issue", object_attributes=attributes(action="update"), changes=changes)
    assert [event.action for event in events] == [
        IssueActions.LABELED,
        IssueActions.UNLABELED,
        IssueActions.ASSIGNED,
        IssueActions.ATTRIBUTES_CHANGED,
    ]
    assert events[0].objects == (events[0].subject, "idea")
    assert events[0].changes == {"labels": ({"bug"}, {"idea"})}
    assert events[2].objects[1].username == "bob"
    assert events[3].changes == {"title": ("Old", "Broken")}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"milestone_id": (None, 3)}, [IssueActions.MILESTONED]),
        ({"milestone_id": (3, None)}, [IssueActions.DEMILESTONED]),
        ({"discussion_locked": (None, True)}, [IssueActions.LOCKED]),
        ({"discussion_locked": (True, False)}, [IssueActions.UNLOCKED]),
        ({"weight": (None, 3)}, [IssueActions.WEIGHT_CHANGED]),
        ({"due_date": (None, "2026-12-24")}, [IssueActions.DUE_DATE_CHANGED]),
        ({"total_time_spent": (0, 60), "time_change": (0, 60)}, [IssueActions.TIME_CHANGED]),
        ({"confidential": (False, True)}, [IssueActions.CONFIDENTIALITY_CHANGED]),
        ({"severity": ("low", "high")}, [IssueActions.SEVERITY_CHANGED]),
        ({"type": ("Issue", "Incident")}, [IssueActions.TYPED]),
        ({"sparkle": (1, 2)}, [IssueActions.ATTRIBUTES_CHANGED]),
        ({"updated_at": ("a", "b"), "relative_position": (1, 2)}, []),
        ({}, [IssueActions.ATTRIBUTES_CHANGED]),
    ],
)
def test_updates_of_an_issue(client: GitLab, changes: dict[str, Any], expected: list[Any]) -> None:
    """Each field has its action; GitLab's own bookkeeping is none, and an empty update is one."""
    assert update(client, **changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"draft": (True, False), "title": ("Draft: Broken", "Broken")}, [MergeRequestActions.READY]),
        ({"title": ("Broken", "WIP: Broken")}, [MergeRequestActions.CONVERTED_TO_DRAFT]),
        (
            {"work_in_progress": (True, False), "title": ("Draft: Old", "Broken")},
            [MergeRequestActions.READY, MergeRequestActions.ATTRIBUTES_CHANGED],
        ),
        ({"target_branch": ("dev", "main")}, [MergeRequestActions.TARGET_CHANGED]),
        ({"merge_when_pipeline_succeeds": (False, True)}, [MergeRequestActions.AUTO_MERGE_ENABLED]),
        ({"merge_params": ({}, {"auto_merge_strategy": "x"})}, [MergeRequestActions.AUTO_MERGE_ENABLED]),
        ({"merge_params": ({"auto_merge_strategy": "x"}, {"a": 1})}, [MergeRequestActions.AUTO_MERGE_DISABLED]),
        ({"merge_params": ({"a": 1}, {"b": 1})}, []),
        ({"reviewers": ([], [BOB])}, [MergeRequestActions.REVIEW_REQUESTED]),
        ({"reviewers": ([BOB], [])}, [MergeRequestActions.REVIEW_REQUEST_REMOVED]),
        ({"reviewers": [[BOB], [{**BOB, "re_requested": True}]]}, [MergeRequestActions.REVIEW_REQUESTED]),
        ({"reviewers": ([BOB], [{**BOB, "state": "requested_changes"}])}, [ReviewActions.CHANGES_REQUESTED]),
        ({"blocking_discussions_resolved": (False, True)}, [ReviewActions.THREAD_RESOLVED]),
        ({"merge_status": ("unchecked", "can_be_merged"), "head_pipeline_id": (1, 2)}, []),
    ],
)
def test_updates_of_a_merge_request(client: GitLab, changes: dict[str, Any], expected: list[Any]) -> None:
    """Drafts, reviewers, targets and threads are told by fields, in the old forms and the new."""
    assert update(client, "merge_request", **changes) == expected


def test_closing_with_a_label_is_two_changes(client: GitLab) -> None:
    """What changed besides the state is told too; what GitLab set itself is not."""
    changes = {"labels": {"previous": [], "current": [BUG]}, "closed_by_id": {"previous": None, "current": 7}}
    closed = attributes(action="close", state="closed")
    events = deliver(client, object_kind="issue", object_attributes=closed, changes=changes)
    assert [event.action for event in events] == [IssueActions.CLOSED, IssueActions.LABELED]
    assert events[0].changes == {"state": (IssueStates.OPEN, IssueStates.CLOSED)}


def test_a_merging_is_one_change(client: GitLab) -> None:
    """A merge request that merged by itself does so no more, which is no change of its own."""
    changes = {"merge_params": {"previous": {"auto_merge_strategy": "x"}, "current": {}}}
    told = attributes(action="merge", state="merged")
    (event,) = deliver(client, object_kind="merge_request", object_attributes=told, changes=changes)
    assert event.action is MergeRequestActions.MERGED


def test_an_opening_is_one_change(client: GitLab) -> None:
    """At an opening GitLab lists every field that was filled in; that is no change."""
    changes = {"labels": {"previous": [], "current": [BUG]}, "title": {"previous": None, "current": "Broken"}}
    events = deliver(client, object_kind="issue", object_attributes=attributes(action="open"), changes=changes)
    assert [event.action for event in events] == [IssueActions.OPENED]


def test_a_moved_issue_is_transferred(client: GitLab) -> None:
    """Moving closes the old issue, which tells the new one's id."""
    moved = attributes(action="close", state="closed", moved_to_id=200)
    events = deliver(client, object_kind="issue", object_attributes=moved)
    assert [event.action for event in events] == [IssueActions.CLOSED, IssueActions.TRANSFERRED]
    assert events[1].objects[1] == {"id": 200}


def test_new_commits_and_a_merge(client: GitLab) -> None:
    """`oldrev` means new commits; merging has its own action."""
    pushed = attributes(action="update", oldrev="a" * 40)
    (event,) = deliver(client, object_kind="merge_request", object_attributes=pushed)
    assert event.action is MergeRequestActions.SYNCHRONIZED
    assert event.changes == {"head": ("a" * 40, "b" * 40)}
    merged = attributes(action="merge", state="merged")
    (event,) = deliver(client, object_kind="merge_request", object_attributes=merged)
    assert event.action is MergeRequestActions.MERGED
    assert event.subject.state is MergeRequestStates.MERGED
    assert event.subject.head_branch_name == "fix"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"action": "approval"}, [ReviewActions.APPROVED]),
        ({"action": "approved"}, [ReviewActions.APPROVED, ReviewActions.FULLY_APPROVED]),
        ({"action": "unapproval"}, [ReviewActions.UNAPPROVED]),
        ({"action": "unapproved"}, [ReviewActions.UNAPPROVED]),
        ({"action": "unapproved", "system": True}, [ReviewActions.APPROVALS_RESET]),
    ],
)
def test_approvals(client: GitLab, fields: dict[str, Any], expected: list[Any]) -> None:
    """One more approval and the last one are told apart; a reset by a push was nobody's decision."""
    events = deliver(client, object_kind="merge_request", object_attributes=attributes(**fields))
    assert [event.action for event in events] == expected
    review = events[0].objects[1]
    assert (review.author.username, review.merge_request) == ("alice", events[0].subject)
    approved = expected[0] is ReviewActions.APPROVED
    assert review.state is (ReviewStates.APPROVED if approved else ReviewStates.DISMISSED)
    assert (review.submitted is None) is not approved


def test_a_release(client: GitLab) -> None:
    """A release is told flat; it reads as if it came from the API."""
    payload = {
        "object_kind": "release", "action": "create", "tag": "v1", "name": "One", "description": "First",
        "created_at": "2026-09-01 10:00:00 UTC", "released_at": "2026-09-02 10:00:00 UTC", "commit": {"id": "a" * 40},
        "url": "https://gitlab.com/acme/tools/widgets/-/releases/v1",
        "assets": {"count": 1, "links": [{"id": 1, "name": "deb", "url": "https://example.com/deb"}], "sources": []},
    }  # fmt: skip
    (event,) = deliver(client, **payload)
    release = event.subject
    assert (release.kind, release.name, release.tag_name, release.description) == ("release", "One", "v1", "First")
    assert (release.created.day, release.released_at.day, release.web_url) == (1, 2, payload["url"])
    assert [asset.name for asset in release.assets] == ["deb"]
    assert release.url.endswith("/projects/42/releases/v1")


@pytest.mark.parametrize(
    "fields", [{"title": "x", "author_id": "7"}, {"labels": [{"title": 5}]}, {"last_commit": 5, "assignee_ids": 5}]
)
def test_what_cannot_be_read_is_told_when_it_is_read(client: GitLab, fields: dict[str, Any]) -> None:
    """A part of a wrong type deep inside an object raises igitt's own error, whoever reads it first."""
    payload = {"object_kind": "merge_request", "object_attributes": attributes(action="open", **fields)}
    if "labels" in fields:
        payload["labels"] = fields["labels"]
    (event,) = deliver(client, **payload)
    for _ in range(2):
        with pytest.raises(InvalidPayloadError):
            _ = event.subject
        with pytest.raises(InvalidPayloadError):
            _ = event.objects
    assert "opened" in repr(event)


def note(**fields: Any) -> dict[str, Any]:
    """Return a note's attributes."""
    return {
        "id": 9, "note": "hi", "noteable_type": "Issue", "author_id": 7, "project_id": 42, "system": False,
        "created_at": "2026-09-01 10:00:00 UTC", "updated_at": "2026-09-01 10:00:00 UTC", **fields,
    }  # fmt: skip


def test_comments(client: GitLab) -> None:
    """A note has its text, author and place; without an action it is a new one; a system note is none."""
    (event,) = deliver(client, object_kind="note", object_attributes=note(), issue=attributes(labels=[BUG]))
    assert event.action is CommentActions.CREATED
    subject, comment = event.objects
    assert (subject.number, subject.labels) == (5, {"bug"})
    assert (comment.body, comment.author.username, comment.type) == ("hi", "alice", CommentType.ISSUE)
    edited = note(action="update", noteable_type="MergeRequest")
    (event,) = deliver(client, object_kind="note", object_attributes=edited, merge_request=attributes())
    assert event.action is CommentActions.EDITED
    assert event.subject.kind == "merge request"
    assert deliver(client, object_kind="note", object_attributes=note(system=True), issue=attributes()) == ()


def test_emoji(client: GitLab) -> None:
    """An emoji on a comment is told of the comment."""
    award = {"id": 3, "name": "tada", "awardable_type": "Note", "action": "award"}
    payload = {"object_kind": "emoji", "object_attributes": award, "note": note(), "issue": attributes()}
    (event,) = deliver(client, **payload)
    assert event.action is ReactionActions.ADDED
    assert event.subject.kind == "comment"
    assert event.objects[1].name == "hooray"
    payload = {"object_kind": "emoji", "object_attributes": award, "commit": {"id": "a" * 40}}
    (event,) = deliver(client, **payload)
    assert (event.subject.sha, event.objects[1]["name"]) == ("a" * 40, "tada")


@pytest.mark.parametrize(
    ("before", "after", "commits", "expected"),
    [
        ("a" * 40, "b" * 40, 1, [PushActions.PUSHED]),
        (ZEROS, "b" * 40, 0, [PushActions.BRANCH_CREATED]),
        (ZEROS, "b" * 40, 1, [PushActions.BRANCH_CREATED, PushActions.PUSHED]),
        ("a" * 40, ZEROS, 0, [PushActions.BRANCH_DELETED]),
    ],
)
def test_pushes(client: GitLab, before: str, after: str, commits: int, expected: list[Any]) -> None:
    """Forty zeros are a branch that came or went; the commits that a new one brings are told besides."""
    told = [{"id": "b" * 40, "message": "Fix"}] * commits
    payload = {"ref": "refs/heads/a/b", "before": before, "after": after, "commits": told, "user_username": "bob"}
    events = deliver(client, object_kind="push", user_id=8, **payload)
    assert [event.action for event in events] == expected
    assert events[0].objects[1] == "a/b"
    assert events[0].sender is not None
    assert events[0].sender.username == "bob"
    if commits:
        assert events[-1].objects[2][0].message == "Fix"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"object_kind": "tag_push", "ref": "refs/tags/v1", "before": ZEROS, "after": "b"}, PushActions.TAG_CREATED),
        ({"object_kind": "pipeline", "object_attributes": {"status": "pending"}}, PipelineActions.REQUESTED),
        ({"object_kind": "pipeline", "object_attributes": {"status": "running"}}, PipelineActions.RUNNING),
        ({"object_kind": "pipeline", "object_attributes": {"status": "canceled"}}, PipelineActions.COMPLETED),
        ({"object_kind": "pipeline", "object_attributes": {"status": "sparkling"}}, PipelineActions.OTHER),
        ({"object_kind": "build", "build_status": "manual"}, JobActions.WAITING),
        ({"object_kind": "build", "build_status": "failed"}, JobActions.COMPLETED),
        ({"object_kind": "release", "action": "delete", "tag": "v1"}, ReleaseActions.DELETED),
        ({"object_kind": "milestone", "action": "close", "object_attributes": {"id": 1}}, MilestoneActions.CLOSED),
        ({"object_kind": "vulnerability", "object_attributes": {"state": "x"}}, OtherActions.OTHER),
        ({"object_kind": "issue", "object_attributes": attributes(action="sparkle")}, IssueActions.OTHER),
        ({"event_name": "project_destroy", "project_id": 42}, RepositoryActions.DELETED),
    ],
)
def test_other_kinds(client: GitLab, payload: dict[str, Any], expected: Any) -> None:
    """The kind is told by the payload, not by the header, which system hooks all share."""
    (event,) = deliver(client, **payload)
    assert event.action is expected


def test_members_come_with_their_level(client: GitLab) -> None:
    """Hooks name levels; the event has igitt's. Who is told of did nothing, so there is no sender."""
    payload = {"event_name": "user_add_to_group", "group_id": 3, "group_access": "Developer", "user_username": "bob"}
    (event,) = deliver(client, user=None, project=None, user_id=8, **payload)
    assert event.action is MemberActions.ADDED
    assert event.sender is None
    assert [event.objects[0].kind, event.objects[1].username] == ["organization", "bob"]
    assert event.changes == {"access_level": (None, AccessLevel.CAN_WRITE)}


def test_the_header_counts_where_the_payload_is_silent(client: GitLab) -> None:
    """Without a kind in the payload, the header says it; without either, the event is unknown."""
    payload = {"object_attributes": attributes(action="open"), "project": PROJECT}
    ((action, _),) = client.handle_webhook("Confidential Issue Hook", payload)
    assert action is IssueActions.OPENED
    with pytest.raises(UnknownEventError, match="sparkle hook"):
        list(client.handle_webhook("Sparkle Hook", payload))


def test_a_wrong_token_is_refused(client: GitLab) -> None:
    """Nothing is read of a delivery with another token."""
    with pytest.raises(InvalidSignatureError):
        client.parse_webhook({"X-Gitlab-Token": "another"}, b"{}", "secret")


@pytest.mark.parametrize(
    "payload",
    [
        {"object_kind": 5},
        {"object_kind": "issue"},
        {"object_kind": "issue", "object_attributes": []},
        {"object_kind": "issue", "object_attributes": attributes(action={})},
        {"object_kind": "issue", "object_attributes": attributes(action="update"), "changes": {"title": "x"}},
        {"object_kind": "issue", "object_attributes": attributes(action="open"), "labels": "bug"},
        {"object_kind": "push", "ref": [], "before": "a", "after": "b"},
        {"object_kind": "push", "project": "acme/widgets"},
    ],
)
def test_a_malformed_payload_is_told_as_such(client: GitLab, payload: dict[str, Any]) -> None:
    """Parts that are missing or of a wrong type raise igitt's own error."""
    with pytest.raises(InvalidPayloadError):
        deliver(client, **payload)


def test_the_cache_forgets_what_changed(client: GitLab) -> None:
    """The issue's entry and the lists that it is in are dropped, by both addresses of its project; others stay."""
    cache = client.transport.cache
    assert cache is not None
    kept: list[str] = []
    gone: list[str] = []
    for project in ("42", "acme%2Ftools%2Fwidgets"):
        for rest, keys in (("/issues/5", gone), ("/issues/5/notes", gone), ("/issues", gone), ("/issues/6", kept)):
            place, key = client.transport.place(f"projects/{project}{rest}")
            cache.remember(place, key, Entry(b"{}", {"etag": '"x"'}))
            keys.append(key)
    deliver(client, object_kind="issue", object_attributes=attributes(action="close", state="closed"))
    assert [cache.get(key) for key in gone] == [None] * 6
    assert all(cache.get(key) is not None for key in kept)


def test_the_name_of_the_repository(client: GitLab) -> None:
    """Project, system and job hooks each tell the path in their own place; a group's hook has none."""
    assert client.get_repo_name({"project": PROJECT}) == "acme/tools/widgets"
    assert client.get_repo_name({"project_path_with_namespace": "a/b"}) == "a/b"
    assert client.get_repo_name({"build_id": 1, "repository": {"homepage": "https://gitlab.com/a/b/c"}}) == "a/b/c"
    assert client.get_repo_name({"group_id": 1}) is None
    with pytest.raises(IGittError):
        client.get_repo_name([])  # type: ignore[arg-type]


def test_checks_changed(client: GitLab) -> None:
    """A pipeline and a job tell that the checks of their commit changed, after themselves."""
    commit = {"id": "b" * 40, "message": "Fix"}
    pipeline = {"object_attributes": {"id": 3, "sha": "b" * 40, "status": "success"}, "commit": commit}
    job = {"build_id": 4, "build_status": "running", "sha": "b" * 40}
    for kind, told in (("pipeline", pipeline), ("build", job)):
        events = deliver(client, object_kind=kind, **told)
        assert [event.action for event in events][1:] == [PipelineActions.UPDATED]
        assert [thing.sha for thing in events[1].objects] == ["b" * 40]


EPIC = {"id": 1, "iid": 2, "title": "Fly", "state": "opened", "url": "https://gitlab.com/groups/g/-/epics/2"}


@pytest.mark.parametrize(("action", "expected"), [
    ("open", EpicActions.OPENED), ("close", EpicActions.CLOSED), ("reopen", EpicActions.REOPENED),
    ("update", EpicActions.EDITED), ("sparkle", EpicActions.OTHER),
])  # fmt: skip
def test_an_epic_of_a_group(client: GitLab, action: str, expected: EpicActions) -> None:
    """It has no project, and no address that an issue has: a value, whose actions no handler of issues gets."""
    group = {"group_id": 9, "group_path": "g", "full_path": "g", "group_name": "G"}
    told = {"object_kind": "work_item", "event_type": "Epic", "group": group, "project": None}
    (event,) = deliver(client, **told, object_attributes={**EPIC, "type": "Epic", "action": action})
    assert event.action is expected
    assert (event.subject.kind, event.subject.title, event.subject.number) == ("epic", "Fly", 2)
    assert event.subject.web_url == EPIC["url"]
    assert event.organization is not None


def test_a_comment_on_a_snippet(client: GitLab) -> None:
    """A snippet of a project has comments with an address."""
    note = attributes(id=4, note="Hear!", noteable_type="Snippet", noteable_id=6, action="create")
    (event,) = deliver(client, object_kind="note", object_attributes=note, snippet={"id": 6, "title": "Tricks"})
    subject, comment = event.objects
    assert (subject.kind, subject.title, comment.body) == ("snippet", "Tricks", "Hear!")
    assert comment.url.endswith("/snippets/6/notes/4")


@pytest.mark.parametrize(("key", "noteable", "kind"), [
    ("wiki_page", "WikiPage::Meta", "wiki page"), ("epic", "Epic", "epic"),
])  # fmt: skip
def test_a_comment_without_an_address_is_told_by_names(client: GitLab, key: str, noteable: str, kind: str) -> None:
    """Wiki pages and epics have no class here; nothing of them is a bare mapping."""
    note = {
        "id": 4,
        "note": "Hear!",
        "noteable_type": noteable,
        "action": "create",
        "url": "https://gitlab.com/x#note_4",
    }
    (event,) = deliver(client, object_kind="note", object_attributes=note, **{key: {"id": 6, "title": "Tricks"}})
    subject, comment = event.objects
    assert (subject.kind, subject.title) == (kind, "Tricks")
    assert (comment.kind, comment.body, comment.web_url) == ("comment", "Hear!", "https://gitlab.com/x#note_4")
