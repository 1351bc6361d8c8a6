"""Forgejo's deliveries: the recorded payloads, who signed them, and a router with clients of several forges."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from igitt_forgejo import Forgejo
from igitt_forgejo.testing import forgejo

import igitt
from igitt.errors import InvalidPayloadError, InvalidSignatureError, UnknownEventError
from igitt.interfaces import CommentActions, IssueActions, MergeRequestActions, PushActions, WebhookEvents
from igitt.webhooks import Router

SECRET = "s3cret"
#: By payload: the event's name, what it means, and the kind of what it is about.
READ: dict[str, tuple[str, list[Any], str]] = {
    # A new branch is told by its push.
    "branch_create.json": ("create", [], ""),
    "issue_comment_deleted.json": ("issue_comment", [CommentActions.DELETED], "issue"),
    "issue_comment_edited.json": ("issue_comment", [CommentActions.EDITED], "issue"),
    "issues_opened.json": ("issues", [IssueActions.OPENED], "issue"),
    "pull_request_comment_deleted.json": ("issue_comment", [CommentActions.DELETED], "merge request"),
    "pull_request_comment_edited.json": ("issue_comment", [CommentActions.EDITED], "merge request"),
    "pull_request_edited.json": ("pull_request", [MergeRequestActions.ATTRIBUTES_CHANGED], "merge request"),
    "pull_request_merged.json": ("pull_request", [MergeRequestActions.MERGED], "merge request"),
    "pull_request_reopened.json": ("pull_request", [MergeRequestActions.REOPENED], "merge request"),
    "tag_delete.json": ("delete", [PushActions.TAG_DELETED], "repository"),
}


def _headers(
    event: str, body: bytes, *, brands: tuple[str, ...] = ("GitHub", "Gogs", "Gitea", "Forgejo")
) -> dict[str, str]:
    """The headers that Forgejo sends, with its own names last."""
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    found = {f"X-{brand}-{name}": value for brand in brands for name, value in (("Event", event), ("Delivery", "d-1"))}
    for brand in brands[2:]:
        found[f"X-{brand}-Signature"] = digest
    return found


@pytest.mark.parametrize("name", READ)
def test_recorded_payloads(recorded: Path, name: str) -> None:
    """Each says what happened to what, with the sender and the repository; nothing is sent."""
    event, actions, kind = READ[name]
    body = (recorded / "webhooks" / name).read_bytes()
    payload = json.loads(body)
    home = payload["repository"]["html_url"].rsplit("/", 2)[0]
    client = Forgejo("0" * 40, home, cache=False)
    events = client.parse_webhook(_headers(event, body), body, SECRET)
    assert [one.action for one in events] == actions
    for one in events:
        assert one.repository is not None
        assert one.repository.full_name == payload["repository"]["full_name"]
        assert one.sender is not None
        assert one.sender.username == payload["sender"]["login"]
        subject: Any = one.objects[0]
        assert subject.kind == kind
        if kind in {"issue", "merge request"}:
            told = payload.get("issue") or payload["pull_request"]
            assert (subject.number, subject.title, subject.author.username) == (
                told["number"], told["title"], told["user"]["login"],
            )  # fmt: skip
        if "comment" in payload:
            assert (one.objects[1].number, one.objects[1].body) == (
                payload["comment"]["id"], payload["comment"]["body"],
            )  # fmt: skip
        for key, change in (payload.get("changes") or {}).items():
            assert one.changes[key][0] == change["from"]


def test_all_payloads_are_known(recorded: Path) -> None:
    """None of the recorded payloads is left out."""
    assert {path.name for path in (recorded / "webhooks").glob("*.json")} == READ.keys()


@pytest.mark.parametrize("header", ["X-Forgejo-Signature", "X-Gitea-Signature", "X-Hub-Signature-256"])
def test_each_signature_is_enough(header: str) -> None:
    """Forgejo's own, Gitea's and GitHub's signature are the same digest."""
    body = json.dumps({"ref": "refs/heads/main", "commits": [], "before": "1", "after": "2"}).encode()
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    signed = f"sha256={digest}" if header.startswith("X-Hub") else digest
    client = Forgejo("0" * 40)
    assert len(client.parse_webhook({"X-Forgejo-Event": "push", header: signed}, body, SECRET)) == 1
    for wrong in (digest[::-1], "", f"sha256={digest[::-1]}"):
        with pytest.raises(InvalidSignatureError):
            client.parse_webhook({"X-Forgejo-Event": "push", header: wrong}, body, SECRET)
    with pytest.raises(InvalidSignatureError):
        client.parse_webhook({"X-Forgejo-Event": "push"}, body, SECRET)


def test_the_body_has_to_be_of_the_event() -> None:
    """No signature covers the header that names the event, so the body is looked at."""
    body = json.dumps({"action": "opened", "issue": {"number": 1}}).encode()
    client = Forgejo("0" * 40)
    for event in ("push", "release", "pull_request", "issue_comment", "fork"):
        with pytest.raises(InvalidPayloadError):
            client.parse_webhook(_headers(event, body), body, SECRET)
    with pytest.raises(UnknownEventError):
        client.parse_webhook(_headers("package", body), body, SECRET)


def test_a_delivery_of_another_instance() -> None:
    """A secret that two instances share makes no delivery of the one an event of the other."""
    body = json.dumps(
        {"ref": "x", "ref_type": "tag", "repository": {"html_url": "https://evil.example.com/a/b"}}
    ).encode()
    with pytest.raises(InvalidPayloadError, match=r"evil\.example\.com"):
        Forgejo("0" * 40).parse_webhook(_headers("delete", body), body, SECRET)


def test_a_router_tells_the_forges_apart() -> None:
    """What Forgejo sends has GitHub's headers too, and goes to Forgejo's client."""
    heard = []
    with forgejo() as forge:
        forge.add_organization("acme", members={"alice": "owner"})
        forge.add_repository("acme/widgets")
        client = forge.client("alice")
        router = Router(igitt.GitHub("ghp_x"), client, igitt.GitLab("glpat-x"), secret=SECRET)

        @router.on(IssueActions.OPENED)
        def opened(issue: igitt.interfaces.Issue) -> None:
            heard.append(issue)

        client.get_repo("acme/widgets").register_hook("https://bot.example.com/", SECRET, {WebhookEvents.ISSUE})
        forge.add_issue("acme/widgets", "It squeaks", author="bob")
        (delivery,) = forge.deliveries
        router.deliver(delivery.headers, delivery.body)
    (issue,) = heard
    assert (issue.hoster, issue.title, issue.repository.full_name) == ("forgejo", "It squeaks", "acme/widgets")
