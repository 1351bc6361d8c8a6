"""GitLab's webhooks: who is told what, under which headers, and how it is signed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from igitt.testing import Sandbox

P = "/projects/acme%2Fwidgets"
Send = Callable[..., Any]


# ---- hooks


def payloads(gitlab: Any, event: str) -> list[Any]:
    """Return the payloads of an event's deliveries."""
    return [one.payload for one in gitlab.deliveries if one.event == event]


def test_hook_secrets_stay_inside(alice: Send) -> None:
    """A hook tells that it has a token, never which; pushes are told unless forbidden."""
    made = alice("POST", f"{P}/hooks", json={"url": "https://h.example", "token": "s3cret", "issues_events": True})
    assert "s3cret" not in made.text
    shaped = made.json()
    assert (shaped["token_present"], shaped["push_events"], shaped["issues_events"], shaped["note_events"]) == (
        True, True, True, False,
    )  # fmt: skip
    edited = alice("PUT", f"{P}/hooks/{shaped['id']}", json={"push_events": False}).json()
    assert (edited["push_events"], edited["issues_events"]) == (False, True)


def test_delivery_headers(gitlab: Any, alice: Send) -> None:
    """A delivery has GitLab's headers; project and group hooks both get one, of the same event."""
    gitlab.add_hook("acme/widgets", "https://h.example/p", "s3cret", ["issues_events"])
    gitlab.add_hook("acme", "https://h.example/g", None, ["*"])
    alice("PUT", f"{P}/issues/1", json={"title": "New"})
    near, far = gitlab.deliveries
    assert (near.headers["X-Gitlab-Event"], near.headers["X-Gitlab-Token"]) == ("Issue Hook", "s3cret")
    assert near.headers["X-Gitlab-Instance"] == gitlab.url
    assert "X-Gitlab-Token" not in far.headers
    assert near.headers["X-Gitlab-Event-UUID"] == far.headers["X-Gitlab-Event-UUID"]
    assert near.headers["Idempotency-Key"] != far.headers["Idempotency-Key"]
    assert (near.action, near.payload["object_attributes"]["action"]) == ("update", "update")


def test_signature(sandbox: Sandbox, gitlab: Any) -> None:
    """With a signing token a delivery is signed by the scheme of Standard Webhooks."""
    key = bytes(range(32))
    token = "whsec_" + base64.b64encode(key).decode()
    gitlab.add_hook("acme/widgets", "https://h.example", None, ["issues"], signing_token=token)
    gitlab.add_issue("acme/widgets", "Signed")
    (one,) = gitlab.deliveries
    number, moment = one.headers["webhook-id"], one.headers["webhook-timestamp"]
    assert (number, moment) == (one.headers["Idempotency-Key"], str(int(sandbox.now())))
    digest = hmac.new(key, f"{number}.{moment}.".encode() + one.body, hashlib.sha256).digest()
    assert one.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def test_signing_token_is_checked(alice: Send) -> None:
    """A signing token that is none is refused, and no hook is left behind."""
    answer = alice("POST", f"{P}/hooks", json={"url": "https://h.example", "signing_token": "whsec_short"})
    assert answer.status_code == 400
    assert alice("GET", f"{P}/hooks").json() == []


def test_one_delivery_tells_several_changes(gitlab: Any, alice: Send) -> None:
    """Labels, people and state of one request are one delivery, each with before and after."""
    gitlab.add_hook("acme/widgets", "https://h.example", None, ["issues"])
    body = {"add_labels": "x", "assignee_ids": [gitlab.add_user("bob").id], "state_event": "close"}
    alice("PUT", f"{P}/issues/1", json=body)
    (told,) = payloads(gitlab, "Issue Hook")
    changes = told["changes"]
    assert told["object_attributes"]["action"] == "close"
    assert changes["state_id"] == {"previous": 1, "current": 2}
    assert [one["title"] for one in changes["labels"]["previous"]] == ["bug"]
    assert [one["title"] for one in changes["labels"]["current"]] == ["bug", "x"]
    assert [one["username"] for one in changes["assignees"]["current"]] == ["bob"]
    assert changes["closed_at"]["previous"] is None
    assert [one["username"] for one in told["assignees"]] == ["bob"]


def test_opening_tells_all_that_is_set(gitlab: Any) -> None:
    """On opening, changes hold what is set, before it nothing."""
    gitlab.add_hook("acme/widgets", "https://h.example", None, ["issues"])
    gitlab.add_issue("acme/widgets", "Fresh", labels=["bug"])
    (told,) = payloads(gitlab, "Issue Hook")
    assert told["object_attributes"]["action"] == "open"
    assert told["changes"]["title"] == {"previous": None, "current": "Fresh"}
    assert told["changes"]["labels"]["current"][0]["title"] == "bug"


def test_merge_request_deliveries(gitlab: Any, alice: Send) -> None:
    """A push tells the old revision, an approval and a merge their own words."""
    gitlab.add_hook("acme/widgets", "https://h.example", None, ["merge_requests"])
    before = gitlab.repository("acme/widgets").branches["feature"]
    gitlab.add_commit("acme/widgets", "More", {"feature.txt": "x\n"}, branch="feature", author="bob")
    alice("PUT", f"{P}/merge_requests/1", json={"title": "Draft: Fix it"})
    alice("PUT", f"{P}/merge_requests/1", json={"title": "Fix it"})
    alice("POST", f"{P}/merge_requests/1/approve")
    alice("PUT", f"{P}/merge_requests/1/merge")
    told = payloads(gitlab, "Merge Request Hook")
    actions = [one["object_attributes"]["action"] for one in told]
    assert actions == ["update", "update", "update", "approved", "merge"]
    assert told[0]["object_attributes"]["oldrev"] == before
    assert told[1]["changes"]["draft"] == {"previous": False, "current": True}
    assert told[4]["object_attributes"]["state"] == "merged"


def test_confidential_deliveries(gitlab: Any, alice: Send) -> None:
    """What is confidential goes to other hooks, under other names."""
    gitlab.add_issue("acme/widgets", "Hush", author="bob", confidential=True)
    gitlab.add_hook("acme/widgets", "https://h.example/1", None, ["issues", "note"])
    gitlab.add_hook("acme/widgets", "https://h.example/2", None, ["confidential_issues", "confidential_note"])
    alice("PUT", f"{P}/issues/2", json={"title": "Husher"})
    alice("POST", f"{P}/issues/2/notes", json={"body": "pst"})
    told = [(one.url[-1], one.event, one.payload["event_type"]) for one in gitlab.deliveries]
    assert told == [
        ("2", "Confidential Issue Hook", "confidential_issue"),
        ("2", "Confidential Note Hook", "confidential_note"),
    ]


def test_pushes(gitlab: Any, alice: Send) -> None:
    """Branches and tags come and go with zeros; a push lists its commits."""
    gitlab.add_hook("acme/widgets", "https://h.example", None, ["push", "tag_push"])
    gitlab.add_commit("acme/widgets", "More", {"x": "y"}, author="bob")
    alice("POST", f"{P}/repository/branches", json={"branch": "new", "ref": "main"})
    alice("DELETE", f"{P}/repository/branches/new")
    alice("POST", f"{P}/repository/tags", json={"tag_name": "v1", "ref": "main"})
    push, made, gone = payloads(gitlab, "Push Hook")
    assert (push["total_commits_count"], push["commits"][0]["added"], push["user_username"]) == (1, ["x"], "bob")
    assert made["before"] == gone["after"] == "0" * 40
    assert gone["checkout_sha"] is None
    (tag,) = payloads(gitlab, "Tag Push Hook")
    assert tag["ref"] == "refs/tags/v1"


def test_notes_of_the_system_are_not_told(gitlab: Any, alice: Send) -> None:
    """A note is told with what it is on; GitLab's own notes are not."""
    gitlab.add_hook("acme/widgets", "https://h.example", None, ["note"])
    alice("PUT", f"{P}/issues/1", json={"title": "New"})
    alice("POST", f"{P}/merge_requests/1/notes", json={"body": "hello"})
    (told,) = payloads(gitlab, "Note Hook")
    assert (told["object_attributes"]["note"], told["object_attributes"]["action"]) == ("hello", "create")
    assert told["merge_request"]["iid"] == 1


def test_pipeline_delivery(gitlab: Any, alice: Send) -> None:
    """A status is told as a pipeline with its jobs."""
    gitlab.add_hook("acme/widgets", "https://h.example", None, ["pipeline"])
    sha = gitlab.repository("acme/widgets").branches["feature"]
    alice("POST", f"{P}/statuses/{sha}", json={"state": "failed", "name": "ci"})
    (told,) = payloads(gitlab, "Pipeline Hook")
    assert (told["object_attributes"]["status"], told["object_attributes"]["sha"]) == ("failed", sha)
    assert [one["name"] for one in told["builds"]] == ["ci"]
    assert told["merge_request"]["iid"] == 1


def test_emoji_delivery(gitlab: Any, alice: Send) -> None:
    """An emoji is told when given and when taken back."""
    gitlab.add_hook("acme/widgets", "https://h.example", None, ["emoji"])
    made = alice("POST", f"{P}/issues/1/award_emoji", json={"name": "heart"}).json()
    alice("DELETE", f"{P}/issues/1/award_emoji/{made['id']}")
    assert [one["event_type"] for one in payloads(gitlab, "Emoji Hook")] == ["award", "revoke"]


def test_resending(gitlab: Any, alice: Send) -> None:
    """A delivery that is sent again keeps its idempotency key."""
    hook = gitlab.add_hook("acme/widgets", "https://h.example", "s", ["issues"])
    alice("PUT", f"{P}/issues/1", json={"title": "New"})
    path = f"{P}/hooks/{hook.id}/events"
    (past,) = alice("GET", path).json()
    assert past["request_headers"]["X-Gitlab-Token"] == "[REDACTED]"
    alice("POST", f"{path}/{past['id']}/resend")
    first, second = gitlab.deliveries
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert json.loads(first.body) == json.loads(second.body)
