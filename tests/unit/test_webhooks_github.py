"""What deliveries of GitHub mean, and what the cache learns from them."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from support.credentials import FakeClock, pem_of, rsa_key

from igitt import GitHub
from igitt.auth import GitHubJsonWebToken
from igitt.cache import ResponseCache
from igitt.errors import InvalidPayloadError
from igitt.interfaces.actions import (
    CheckActions,
    CommentActions,
    InstallationActions,
    IssueActions,
    MergeRequestActions,
    OtherActions,
    PipelineActions,
    PushActions,
    ReviewActions,
)
from igitt.interfaces.enums import CommentType, IssueStates, MergeRequestStates
from igitt.webhooks import Event

#: 2026-09-01T12:00:00Z, two hours after what the deliveries tell of.
NOON = 1_788_264_000.0
REPOSITORY = {"id": 1, "full_name": "acme/widgets", "name": "widgets", "owner": {"login": "acme"}}
ALICE = {"id": 7, "login": "alice", "type": "User"}
BOB = {"id": 8, "login": "bob", "type": "User"}


class Forge(BaseAdapter):
    """Answers every GET with the issue as it is now, or with a 304 to its ETag, or (without one) to its date."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: list[int] = []
        self.issue = issue()

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]
        """Answer from the state."""
        answer = requests.Response()
        body, date = json.dumps(self.issue).encode(), "Tue, 01 Sep 2026 10:00:00 GMT"
        tag = f'"{hashlib.sha256(body).hexdigest()}"'
        known, since = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        answer.status_code = 304 if (since == date if known is None else known == tag) else 200
        answer.headers = CaseInsensitiveDict({"Last-Modified": date, "ETag": tag})
        answer.raw = io.BytesIO(b"" if answer.status_code == 304 else body)
        self.statuses.append(answer.status_code)
        return answer

    def close(self) -> None:
        """Nothing is open."""


def issue(**fields: Any) -> dict[str, Any]:
    """Return an issue as GitHub tells it."""
    return {
        "id": 100, "number": 5, "title": "Broken", "body": "Help", "state": "open", "user": ALICE,
        "labels": [{"name": "bug"}], "assignees": [], "milestone": None,
        "url": "https://api.github.com/repos/acme/widgets/issues/5",
        "created_at": "2026-09-01T09:00:00Z", "updated_at": "2026-09-01T10:00:00Z", **fields,
    }  # fmt: skip


def pull(**fields: Any) -> dict[str, Any]:
    """Return a pull request as GitHub tells it."""
    ends = {"head": {"ref": "fix", "sha": "b" * 40}, "base": {"ref": "main", "sha": "a" * 40}}
    return issue(number=6, merged=False, mergeable=True, **ends) | fields


def parse(client: GitHub, name: str, **payload: Any) -> tuple[Event, ...]:
    """Deliver a signed payload."""
    body = json.dumps({"repository": REPOSITORY, "sender": BOB, **payload}).encode()
    signature = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": name, "X-GitHub-Delivery": "d-1", "X-Hub-Signature-256": f"sha256={signature}"}
    events: tuple[Event, ...] = client.parse_webhook(headers, body, "secret")
    return events


@pytest.fixture
def forge() -> Forge:
    """Return the forge behind the client."""
    return Forge()


@pytest.fixture
def client(forge: Forge) -> Iterator[GitHub]:
    """Return a client with a cache of its own."""
    session = requests.Session()
    session.mount("https://", forge)
    with GitHub("token", session=session, cache=ResponseCache(), retries=0, clock=FakeClock(NOON)) as found:
        yield found


def test_an_event_tells_who_where_and_when(client: GitHub, forge: Forge) -> None:
    """Sender, repository, delivery, time and objects are there, and reading them sends nothing."""
    (event,) = parse(client, "issues", action="labeled", issue=issue(), label={"name": "bug"})
    assert event.action is IssueActions.LABELED
    assert event.objects == (event.subject, "bug")
    assert (event.subject.number, event.subject.labels) == (5, {"bug"})
    assert event.sender is not None
    assert event.sender.username == "bob"
    assert event.repository is not None
    assert event.repository.full_name == "acme/widgets"
    assert (event.name, event.delivery, event.hoster) == ("issues", "d-1", "github")
    assert event.timestamp is not None
    assert event.timestamp.isoformat() == "2026-09-01T10:00:00+00:00"
    assert event.changes == {"labels": (set(), {"bug"})}
    assert forge.statuses == []


def test_an_event_keeps_its_payload_out_of_its_repr(client: GitHub) -> None:
    """A logged event shows no body of a private issue."""
    (event,) = parse(client, "issues", action="opened", issue=issue(body="private"))
    assert "private" not in repr(event)


def test_igitts_form_gives_the_same(client: GitHub) -> None:
    """`handle_webhook` yields pairs of an action and a list."""
    payload = {"action": "assigned", "issue": issue(), "assignee": BOB, "repository": REPOSITORY}
    ((action, objects),) = client.handle_webhook("issues", payload)
    assert action is IssueActions.ASSIGNED
    assert [found.kind for found in objects] == ["issue", "user"]


@pytest.mark.parametrize(
    ("payload", "action", "changes"),
    [
        ({"action": "closed"}, IssueActions.CLOSED, {"state": (IssueStates.OPEN, IssueStates.CLOSED)}),
        (
            {"action": "edited", "changes": {"title": {"from": "Old"}, "body": {"from": "None"}}},
            IssueActions.ATTRIBUTES_CHANGED,
            {"title": ("Old", "Broken"), "description": ("None", "Help")},
        ),
        ({"action": "edited", "changes": {}}, IssueActions.ATTRIBUTES_CHANGED, {}),
        ({"action": "field_added"}, IssueActions.FIELD_SET, {}),
        ({"action": "sparkled"}, IssueActions.OTHER, {}),
        ({}, IssueActions.OTHER, {}),
    ],
)
def test_issues_change(client: GitHub, payload: dict[str, Any], action: IssueActions, changes: dict[str, Any]) -> None:
    """Each action gives its neutral one with old and new values; what igitt does not know is OTHER."""
    (event,) = parse(client, "issues", issue=issue(), **payload)
    assert event.action is action
    assert event.changes == changes


def test_a_merged_pull_request_is_not_merely_closed(client: GitHub) -> None:
    """GitHub says closed for both; the event does not."""
    merged = {"merged": True, "state": "closed", "merged_at": "2026-09-01T10:00:00Z"}
    (event,) = parse(client, "pull_request", action="closed", pull_request=pull(**merged))
    assert event.action is MergeRequestActions.MERGED
    assert event.changes == {"state": (MergeRequestStates.OPEN, MergeRequestStates.MERGED)}
    (event,) = parse(client, "pull_request", action="closed", pull_request=pull(state="closed"))
    assert event.action is MergeRequestActions.CLOSED


def test_one_edit_may_be_two_changes(client: GitHub) -> None:
    """A new target branch and a new title in one delivery are two events."""
    changes = {"base": {"ref": {"from": "dev"}, "sha": {"from": "c"}}, "title": {"from": "Old"}}
    target, title = parse(client, "pull_request", action="edited", pull_request=pull(), changes=changes)
    assert target.action is MergeRequestActions.TARGET_CHANGED
    assert target.changes == {"base_branch_name": ("dev", "main")}
    assert title.action is MergeRequestActions.ATTRIBUTES_CHANGED
    assert title.changes == {"title": ("Old", "Broken")}


@pytest.mark.parametrize(
    ("action", "state", "expected"),
    [
        ("submitted", "approved", ReviewActions.APPROVED),
        ("submitted", "APPROVED", ReviewActions.APPROVED),
        ("submitted", "changes_requested", ReviewActions.CHANGES_REQUESTED),
        ("submitted", "commented", ReviewActions.COMMENTED),
        ("submitted", "pondered", ReviewActions.OTHER),
        ("dismissed", "dismissed", ReviewActions.DISMISSED),
        ("edited", "commented", ReviewActions.EDITED),
    ],
)
def test_reviews(client: GitHub, action: str, state: str, expected: ReviewActions) -> None:
    """A submitted review is told by its state, whatever its case."""
    (event,) = parse(client, "pull_request_review", action=action, pull_request=pull(), review={"state": state})
    assert event.action is expected


def test_a_thread_is_a_discussion(client: GitHub) -> None:
    """What is resolved, where and by whom is told; the payload has it in REST's words, the object in GraphQL's."""
    thread = {"node_id": "PRRT_1", "comments": [{"path": "a.py", "line": 7}]}
    for action, expected in (("resolved", "bob"), ("unresolved", None)):
        (event,) = parse(client, "pull_request_review_thread", action=action, pull_request=pull(), thread=thread)
        found = event.objects[1]
        assert (found.identifier, found.is_resolved, found.path, found.line) == ("PRRT_1", bool(expected), "a.py", 7)
        assert (found.resolved_by and found.resolved_by.username) == expected


def test_a_comment_knows_what_it_is_on(client: GitHub) -> None:
    """GitHub calls a pull request an issue in its comments; the event gives the merge request."""
    page = "https://github.com/acme/widgets"
    said = {"id": 9, "body": "hi", "user": BOB, "issue_url": "https://api.github.com/repos/acme/widgets/issues/6"}
    on_pull = issue(number=6, pull_request={"merged_at": None})
    comment = {**said, "html_url": f"{page}/pull/6#issuecomment-9"}
    (event,) = parse(client, "issue_comment", action="created", issue=on_pull, comment=comment)
    assert event.action is CommentActions.CREATED
    assert [found.kind for found in event.objects] == ["merge request", "comment"]
    assert event.objects[1].type is CommentType.MERGE_REQUEST
    old = {"body": {"from": "ho"}}
    comment = {**said, "html_url": f"{page}/issues/5#issuecomment-9"}
    (event,) = parse(client, "issue_comment", action="edited", issue=issue(), comment=comment, changes=old)
    assert event.changes == {"body": ("ho", "hi")}
    assert event.objects[1].type is CommentType.ISSUE


def test_a_repository_without_its_full_name(client: GitHub) -> None:
    """Owner and name tell where it was; with one of them alone there is no repository."""
    told = {"name": "widgets", "owner": {"login": "acme"}}
    (event,) = parse(client, "status", sha="a" * 40, state="success", repository=told)
    assert event.subject.repository.full_name == "acme/widgets"
    assert client.get_repo_name({"repository": told}) == "acme/widgets"
    assert parse(client, "issues", action="opened", issue=issue(), repository={"name": "widgets"})[0].repository is None


def test_a_branch_arrives_once(client: GitHub) -> None:
    """GitHub tells a new branch by a push and a create, a removed one by a push and a delete; each is one event."""
    push = {"ref": "refs/heads/new", "before": "0" * 40, "after": "b" * 40, "created": True, "commits": []}
    gone = {**push, "before": "b" * 40, "after": "0" * 40, "created": False, "deleted": True}
    named = {"ref": "new", "ref_type": "branch"}
    came = [*parse(client, "push", **push), *parse(client, "create", **named)]
    went = [*parse(client, "push", **gone), *parse(client, "delete", **named)]
    assert [event.action for event in came + went] == [PushActions.BRANCH_CREATED, PushActions.BRANCH_DELETED]
    assert came[0].objects == (came[0].repository, "new")
    assert came[0].changes == {"head": ("0" * 40, "b" * 40)}


def test_a_branch_with_commits_is_two_changes(client: GitHub) -> None:
    """A new branch that brings commits is told as a branch and as a push, as GitLab's is."""
    push = {"ref": "refs/heads/new", "before": "0" * 40, "after": "b" * 40, "created": True, "forced": False}
    events = parse(client, "push", **push, commits=[{"id": "b" * 40}])
    assert [event.action for event in events] == [PushActions.BRANCH_CREATED, PushActions.PUSHED]


def test_a_tag_arrives_once(client: GitHub) -> None:
    """GitHub tells a tag by a push, too; the event is that of `create` and `delete`."""
    push = {"ref": "refs/tags/v1", "before": "0" * 40, "after": "b" * 40, "created": True, "commits": []}
    gone = {**push, "before": "b" * 40, "after": "0" * 40, "created": False, "deleted": True}
    named = {"ref": "v1", "ref_type": "tag"}
    came = [*parse(client, "push", **push), *parse(client, "create", **named)]
    went = [*parse(client, "push", **gone), *parse(client, "delete", **named)]
    assert [event.action for event in came + went] == [PushActions.TAG_CREATED, PushActions.TAG_DELETED]
    assert came[0].objects == (came[0].repository, "v1")


def test_a_push_brings_its_commits(client: GitHub) -> None:
    """Branch and commits are the objects, and a forced push says so."""
    push = {"ref": "refs/heads/a/b", "before": "a" * 40, "after": "b" * 40, "commits": [{"id": "b" * 40}]}
    (event,) = parse(client, "push", **push)
    assert event.action is PushActions.PUSHED
    assert event.objects[1] == "a/b"
    assert [commit.sha for commit in event.objects[2]] == ["b" * 40]
    (event,) = parse(client, "push", **push, forced=True)
    assert event.action is PushActions.FORCE_PUSHED


def test_an_installation_comes_with_sender_and_repositories(client: GitHub) -> None:
    """Installation events carry what IGitt's did; an exchange of repositories is two changes."""
    installation = {"id": 3, "app_id": 2, "updated_at": 1557933591, "account": ALICE}
    (event,) = parse(client, "installation", action="created", installation=installation, repositories=[REPOSITORY])
    assert event.action is InstallationActions.CREATED
    assert [event.objects[0].identifier, event.objects[1].username] == [3, "bob"]
    assert [repository.full_name for repository in event.objects[2]] == ["acme/widgets"]
    lists = {"repositories_added": [REPOSITORY], "repositories_removed": [REPOSITORY]}
    events = parse(client, "installation_repositories", action="added", installation=installation, **lists)
    assert [found.action for found in events] == [
        InstallationActions.REPOSITORIES_ADDED,
        InstallationActions.REPOSITORIES_REMOVED,
    ]


def test_what_has_no_neutral_word_still_arrives(client: GitHub) -> None:
    """An alert is OTHER, with itself as the subject."""
    (event,) = parse(client, "dependabot_alert", action="created", alert={"number": 1})
    assert event.action is OtherActions.OTHER
    assert event.subject == {"number": 1}


@pytest.mark.parametrize(
    "payload",
    [
        {"issue": None},
        {"issue": []},
        {"issue": issue(), "action": 5},
        {"issue": issue(), "repository": "acme/widgets"},
        {"issue": issue(), "sender": {"login": []}},
        {"issue": issue(), "action": "edited", "changes": 1},
        {"issue": issue(), "action": "labeled", "label": "bug"},
    ],
)
def test_a_malformed_payload_is_told_as_such(client: GitHub, payload: dict[str, Any]) -> None:
    """Parts that are missing or of a wrong type raise igitt's own error."""
    with pytest.raises(InvalidPayloadError):
        parse(client, "issues", **{"action": "opened", **payload})


def test_a_deleted_account_is_nobody(client: GitHub) -> None:
    """A null sender and a null author are None."""
    (event,) = parse(client, "issues", action="opened", issue=issue(user=None), sender=None)
    assert event.sender is None
    assert event.subject.author is None


def test_an_apps_objects_act_as_the_installation(forge: Forge) -> None:
    """An App's own client makes the installation; everything else is made with the client that may read it."""
    session = requests.Session()
    session.mount("https://", forge)
    app = GitHub(GitHubJsonWebToken(pem_of(rsa_key()), 12), session=session, cache=ResponseCache())
    (event,) = parse(app, "issues", action="opened", issue=issue(labels=[]), installation={"id": 3})
    assert event.installation is not None
    assert event.installation.client is app
    assert event.subject.client is app.as_installation(3)
    cache = app.transport.cache
    assert cache is not None
    kept = event.subject.client.transport.place("repos/acme/widgets/issues/5")[1]
    strange = app.transport.place("repos/acme/widgets/issues/5")[1]
    assert (cache.get(kept) is not None, cache.get(strange)) == (True, None)
    assert forge.statuses == []


# --- the cache -------------------------------------------------------------------------------------------------------


def alone(**fields: Any) -> dict[str, Any]:
    """Return an issue whose date covers all of it: it has no label and no milestone."""
    return issue(labels=[], **fields)


def lone_pull(**fields: Any) -> dict[str, Any]:
    """Return a pull request without labels."""
    return pull(labels=[], **fields)


def test_the_next_read_is_a_304(client: GitHub, forge: Forge) -> None:
    """After a delivery, reading its issue anew costs no rate limit, twice, and gives what the delivery said."""
    parse(client, "issues", action="edited", issue=alone(title="New"), changes={})
    for _ in range(2):
        assert client.Issue(client, "acme/widgets", 5).title == "New"
    assert forge.statuses == [304, 304]


def test_an_older_delivery_never_overwrites(client: GitHub, forge: Forge) -> None:
    """A delivery that arrives late changes nothing, whether a newer delivery or a read was first."""
    parse(client, "issues", action="edited", issue=alone(title="New"), changes={})
    parse(client, "issues", action="edited", issue=alone(title="Old", updated_at="2026-09-01T09:59:59Z"), changes={})
    assert client.Issue(client, "acme/widgets", 5).title == "New"
    forge.issue["title"] = "Read"
    client.Issue(client, "acme/widgets", 6).refresh()
    parse(client, "issues", action="edited", issue=alone(number=6, updated_at="2026-09-01T09:59:59Z"), changes={})
    parse(client, "issues", action="edited", issue=alone(number=6), changes={})
    assert client.Issue(client, "acme/widgets", 6).title == "Read"


def test_two_changes_in_one_second_are_asked_for(client: GitHub, forge: Forge) -> None:
    """HTTP dates have whole seconds: of two different bodies with one date neither is trusted, nor comes back."""
    parse(client, "issues", action="opened", issue=alone(title="First"))
    parse(client, "issues", action="edited", issue=alone(title="Second"), changes={})
    parse(client, "issues", action="opened", issue=alone(title="First"))
    forge.issue["title"] = "Now"
    assert client.Issue(client, "acme/widgets", 5).title == "Now"
    assert forge.statuses == [200]


def test_the_same_delivery_twice_is_still_a_304(client: GitHub, forge: Forge) -> None:
    """A delivery that is sent again is the same body, so it stays trusted."""
    for _ in range(2):
        parse(client, "issues", action="opened", issue=alone())
    assert client.Issue(client, "acme/widgets", 5).title == "Broken"
    assert forge.statuses == [304]


def test_a_newer_delivery_replaces_what_was_read(client: GitHub, forge: Forge) -> None:
    """What was read is replaced by a delivery that tells of a later change."""
    client.Issue(client, "acme/widgets", 5).refresh()
    later = alone(title="Later", updated_at="2026-09-01T11:00:00Z")
    parse(client, "issues", action="edited", issue=later, changes={})
    assert (
        client.Issue(client, "acme/widgets", 5).title == "Broken"
    )  # this forge knows nothing of it, and says so by a 200
    assert forge.statuses == [200, 200]


def test_an_open_pull_request_is_not_kept(client: GitHub, forge: Forge) -> None:
    """Whether an open one can be merged changes without its date, so it is asked for."""
    parse(client, "pull_request", action="labeled", pull_request=lone_pull(), label={"name": "bug"})
    client.MergeRequest(client, "acme/widgets", 6).refresh()
    parse(client, "pull_request", action="closed", pull_request=lone_pull(number=7, state="closed"))
    client.MergeRequest(client, "acme/widgets", 7).refresh()
    assert forge.statuses == [200, 304]


def test_a_deleted_issue_is_forgotten(client: GitHub, forge: Forge) -> None:
    """What is gone is not kept for the next read."""
    parse(client, "issues", action="opened", issue=alone())
    parse(client, "issues", action="deleted", issue=alone())
    client.Issue(client, "acme/widgets", 5).refresh()
    assert forge.statuses == [200]


def test_a_disabled_cache_learns_nothing(client: GitHub, forge: Forge) -> None:
    """Within `disabled()` a delivery leaves no entry."""
    cache = client.transport.cache
    assert cache is not None
    with cache.disabled():
        parse(client, "issues", action="opened", issue=alone())
    client.Issue(client, "acme/widgets", 5).refresh()
    assert forge.statuses == [200]


def test_commits_of_a_push_tell_what_the_payload_does(client: GitHub) -> None:
    """Message, accounts and time come from the payload, without a request; who has no account is None."""
    told = {
        "id": "b" * 40, "message": "Fix it\n\nCloses #5", "timestamp": "2026-09-01T10:00:00+02:00",
        "url": f"https://github.com/acme/widgets/commit/{'b' * 40}",
        "author": {"name": "Bob", "email": "bob@example.com", "username": "bob"},
        "committer": {"name": "Nobody", "email": "nobody@example.com"},
    }  # fmt: skip
    push = {"ref": "refs/heads/main", "before": "a" * 40, "after": "b" * 40, "head_commit": told}
    (event,) = parse(client, "push", **push, commits=[told])
    (commit,) = event.objects[2]
    assert (commit.sha, commit.message, commit.web_url) == ("b" * 40, told["message"], told["url"])
    assert (commit.author.username, commit.committer) == ("bob", None)
    assert commit.authored_at == datetime(2026, 9, 1, 8, tzinfo=UTC)


def test_whether_a_pushed_commit_is_signed_is_asked_for(client: GitHub, forge: Forge) -> None:
    """A push does not tell that, so it is never taken for unsigned."""
    told = {"id": "b" * 40, "message": "Fix it", "timestamp": "2026-09-01T10:00:00Z"}
    push = {"ref": "refs/heads/main", "before": "a" * 40, "after": "b" * 40}
    (event,) = parse(client, "push", **push, commits=[told])
    forge.issue = {"sha": "b" * 40, "commit": {"verification": {"verified": True}}}
    assert event.objects[2][0].verified
    assert forge.statuses == [200]


RUN = {
    "id": 3,
    "head_sha": "b" * 40,
    "status": "completed",
    "conclusion": "success",
    "updated_at": "2026-09-01T10:00:00Z",
}


@pytest.mark.parametrize(("event", "told"), [
    ("status", {"sha": "b" * 40, "state": "success"}),
    *[("check_run", {"action": action, "check_run": RUN}) for action in ("created", "completed", "rerequested")],
    *[("check_suite", {"action": action, "check_suite": RUN}) for action in ("completed", "rerequested")],
    *[("workflow_run", {"action": each, "workflow_run": RUN}) for each in ("requested", "in_progress", "completed")],
    ("workflow_job", {"action": "completed", "workflow_job": RUN}),
])  # fmt: skip
def test_whatever_reports_on_a_commit_tells_that_its_checks_changed(
    client: GitHub, event: str, told: dict[str, Any]
) -> None:
    """One `UPDATED` of the commit, after what reported it."""
    events = parse(client, event, **told)
    updated = [one for one in events if one.action is PipelineActions.UPDATED]
    assert [[thing.sha for thing in one.objects] for one in updated] == [["b" * 40]]
    assert updated == [events[-1]]


def test_a_pressed_button_changes_no_check(client: GitHub) -> None:
    """Whoever asks for an action of a check's has not changed what the check says."""
    (event,) = parse(client, "check_run", action="requested_action", check_run=RUN)
    assert event.action is CheckActions.ACTION_REQUESTED


def test_new_commits_of_a_pull_request(client: GitHub) -> None:
    """`synchronize` tells the head before and after."""
    (event,) = parse(client, "pull_request", action="synchronize", pull_request=pull(), before="a" * 40, after="b" * 40)
    assert event.action is MergeRequestActions.SYNCHRONIZED
    assert dict(event.changes) == {"head": ("a" * 40, "b" * 40)}


@pytest.mark.parametrize(("action", "expected", "before", "after"), [
    ("review_requested", MergeRequestActions.REVIEW_REQUESTED, set(), {"bob"}),
    ("review_request_removed", MergeRequestActions.REVIEW_REQUEST_REMOVED, {"bob"}, set()),
])  # fmt: skip
def test_requests_for_review(
    client: GitHub, action: str, expected: MergeRequestActions, before: set[str], after: set[str]
) -> None:
    """A person is told with the reviewers before and after; a team, of which GitHub tells none of that, as a team."""
    about = pull(requested_reviewers=[BOB] if after else [])
    (event,) = parse(client, "pull_request", action=action, pull_request=about, requested_reviewer=BOB)
    assert (event.action, event.objects[1].username) == (expected, "bob")
    assert dict(event.changes) == {"reviewers": (before, after)}
    team = {"id": 4, "slug": "crew", "name": "Crew"}
    acme = {"organization": {"id": 1, "login": "acme"}}
    (event,) = parse(client, "pull_request", action=action, pull_request=about, requested_team=team, **acme)
    assert (event.action, event.objects[1].kind, dict(event.changes)) == (expected, "team", {})


@pytest.mark.parametrize(("action", "subject", "other"), [
    ("sub_issue_added", 5, 6), ("sub_issue_removed", 5, 6),
    ("parent_issue_added", 6, 5), ("parent_issue_removed", 6, 5),
])  # fmt: skip
def test_sub_issues(client: GitHub, action: str, subject: int, other: int) -> None:
    """Each side is told of itself, with the other one, which may be in another repository."""
    gears = {"id": 2, "full_name": "acme/gears", "name": "gears", "owner": {"login": "acme"}}
    parent = {"parent_issue": issue(number=5, id=50), "sub_issue": issue(number=6, id=60)}
    where = {"parent_issue_repo": gears} if subject == 6 else {"sub_issue_repo": gears}
    (event,) = parse(client, "sub_issues", action=action, **parent, **where)
    assert event.action is IssueActions.RELATION_CHANGED
    mine, related = event.objects
    assert (mine.number, mine.repository.full_name) == (subject, "acme/widgets")
    assert (related.number, related.repository.full_name) == (other, "acme/gears")


def test_a_renamed_account_of_an_installation(client: GitHub) -> None:
    """`installation_target` tells the account's name before and after."""
    about = {"installation": {"id": 7, "account": {"id": 1}}, "account": {"id": 1, "login": "acme-2"}}
    (event,) = parse(
        client, "installation_target", action="renamed", **about,
        changes={"login": {"from": "acme"}}, target_type="Organization",
    )  # fmt: skip
    assert (event.action, event.subject.identifier) == (InstallationActions.TARGET_RENAMED, 7)
    assert dict(event.changes) == {"name": ("acme", "acme-2")}


def test_a_comment_in_a_forum_is_told_by_names(client: GitHub) -> None:
    """GitHub's REST API has no address for it, so it is a value, and never a bare mapping."""
    about = {"discussion": {"id": 1, "number": 9, "title": "Ideas"}}
    comment = {"id": 3, "body": "Hear!", "user": BOB, "html_url": "https://github.com/acme/widgets/discussions/9"}
    (event,) = parse(client, "discussion_comment", action="created", comment=comment, **about)
    subject, told = event.objects
    assert (subject.kind, subject.number, subject.title) == ("forum discussion", 9, "Ideas")
    assert (told.kind, told.body, told.author, told.web_url) == ("comment", "Hear!", "bob", comment["html_url"])
