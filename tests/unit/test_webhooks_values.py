"""What events give of things that igitt has a class for, and of things that it has none for: never a bare mapping."""

from __future__ import annotations

import hashlib
import hmac
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

import igitt
from igitt import interfaces
from igitt.interfaces import (
    CheckSuite,
    Commit,
    Deployment,
    DeploymentStatus,
    FeatureFlag,
    MergeGroup,
    Package,
    PagesBuild,
    PipelineActions,
    ReviewActions,
    Status,
    WikiPage,
)
from igitt.interfaces.actions import Action, CheckActions, DeploymentActions, WikiActions
from igitt.webhooks import Event, Router

NAME, SHA = "acme/widgets", "b" * 40
BOB = {"id": 8, "login": "bob", "username": "bob"}
HUB: dict[str, Any] = {"repository": {"id": 1, "full_name": NAME}, "sender": BOB}
LAB: dict[str, Any] = {"project": {"id": 1, "path_with_namespace": NAME, "web_url": f"https://gitlab.com/{NAME}"}}
PUT = {"id": 3, "sha": SHA, "ref": "main", "environment": "production", "creator": BOB}
SUITE = {"id": 4, "head_sha": SHA, "head_branch": "main", "status": "completed", "conclusion": "failure",
         "app": {"slug": "ci"}, "url": "x"}  # fmt: skip
RUN = {"id": 5, "head_sha": SHA, "status": "completed", "conclusion": "failure"}


def told(hoster: str, name: str, payload: dict[str, Any]) -> tuple[Event, ...]:
    """What a forge's delivery tells; nothing is sent."""
    client: Any = igitt.GitHub("token") if hoster == "github" else igitt.GitLab("token")
    surroundings = HUB if hoster == "github" else {**LAB, "user": BOB, "object_kind": name}
    with client:
        headers, body, secret = signed(hoster, name, {**surroundings, **payload})
        events: tuple[Event, ...] = client.parse_webhook(headers, body, secret)
        return events


def signed(hoster: str, name: str, payload: dict[str, Any]) -> tuple[dict[str, str], bytes, str]:
    """Headers, body and secret of a delivery."""
    body, secret = json.dumps(payload).encode(), "s3cret"
    if hoster == "gitlab":
        return {"X-Gitlab-Event": name, "X-Gitlab-Token": secret}, body, secret
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-GitHub-Event": name, "X-Hub-Signature-256": f"sha256={signature}"}, body, secret


def put(hoster: str, status: str) -> tuple[Event, ...]:
    """A deployment that stands so, as the forge tells it."""
    if hoster == "github":
        said = {"state": status, "environment": "production", "log_url": "https://ci.example.com/1"}
        if status == "created":
            return told(hoster, "deployment", {"action": "created", "deployment": PUT})
        return told(hoster, "deployment_status", {"action": "created", "deployment": PUT, "deployment_status": said})
    flat = {"deployment_id": 3, "status": status, "environment": "production", "ref": "main", "short_sha": SHA[:8],
            "commit_url": f"https://gitlab.com/{NAME}/-/commit/{SHA}", "deployable_url": "https://ci.example.com/1",
            "status_changed_at": "2021-04-28 21:50:00 +0200"}  # fmt: skip
    return told(hoster, "deployment", flat)


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_a_deployment_is_an_object(hoster: str) -> None:
    """Both forges give the deployment and its commit, and what is told of it is not asked for."""
    (event,) = put(hoster, "created")
    made, commit = event.objects
    assert event.action is DeploymentActions.CREATED
    assert isinstance(made, Deployment)
    assert isinstance(commit, Commit)
    assert (made.identifier, made.ref, made.sha, commit.sha) == (3, "main", SHA, SHA)
    assert (made.environment_name, str(made.author)) == ("production", "bob")
    assert event.subject is made


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_a_deployment_stands_otherwise(hoster: str) -> None:
    """Both forges give the deployment and how it stands, in igitt's word."""
    failed = {"github": "failure", "gitlab": "failed"}[hoster]
    (event,) = put(hoster, failed)
    made, status = event.objects
    assert event.action is DeploymentActions.STATUS_CHANGED
    assert isinstance(made, Deployment)
    assert isinstance(status, DeploymentStatus)
    assert (status.status, status.environment_name) == (Status.FAILED, "production")
    assert status.url == "https://ci.example.com/1"
    assert event.changes == {"status": (None, Status.FAILED)}


@pytest.mark.parametrize(
    ("hoster", "name", "payload", "expected"),
    [
        (
            "github", "check_suite", {"action": "completed", "check_suite": SUITE},
            CheckSuite(identifier=4, status=Status.FAILED, sha=SHA, branch="main", app="ci"),
        ),
        (
            "github", "gollum",
            {"pages": [{"page_name": "Home", "title": "Home!", "action": "edited", "sha": SHA, "html_url": "h"}]},
            WikiPage(title="Home!", name="Home", sha=SHA, web_url="h"),
        ),
        (
            "github", "package",
            {"action": "published", "package": {
                "id": 6, "name": "w", "package_type": "NPM", "html_url": "h", "package_version": {"version": "1.0"},
            }},
            Package(identifier=6, name="w", type="npm", version="1.0", web_url="h"),
        ),
        (
            "github", "merge_group",
            {"action": "checks_requested", "merge_group": {
                "head_sha": SHA, "head_ref": "refs/heads/queue/1", "base_sha": "a", "base_ref": "refs/heads/main",
            }},
            MergeGroup(sha=SHA, ref="queue/1", base_sha="a", base_branch_name="main"),
        ),
        (
            "github", "page_build", {"id": 1, "build": {"status": "errored", "commit": SHA, "error": {"message": "?"}}},
            PagesBuild(status=Status.FAILED, sha=SHA, error="?"),
        ),
        (
            "gitlab", "wiki_page",
            {"object_attributes": {"title": "Home!", "slug": "Home", "action": "update", "message": "m", "url": "h"}},
            WikiPage(title="Home!", name="Home", message="m", web_url="h"),
        ),
        (
            "gitlab", "feature_flag",
            {"object_attributes": {"id": 7, "name": "fast", "description": "d", "active": True}},
            FeatureFlag(identifier=7, name="fast", description="d", is_active=True),
        ),
    ],
)  # fmt: skip
def test_what_has_no_class_is_a_value(hoster: str, name: str, payload: dict[str, Any], expected: Any) -> None:
    """Values are equal by what they say, can be kept in sets, pickle, and have the forge's own words besides."""
    event = told(hoster, name, payload)[0]
    (found,) = [one for one in event.objects if type(one) is type(expected)]
    assert found == expected
    assert {found} == {expected}
    assert pickle.loads(pickle.dumps(found)) == expected  # noqa: S301 - our own
    assert found.data
    with pytest.raises(AttributeError):
        found.data = {}


@pytest.mark.parametrize(
    ("hoster", "name", "payload"),
    [
        ("github", "status", {"sha": SHA, "state": "success", "commit": {"sha": SHA}}),
        ("github", "check_run", {"action": "completed", "check_run": RUN}),
        ("github", "check_suite", {"action": "completed", "check_suite": SUITE}),
        ("github", "workflow_run", {"action": "completed", "workflow_run": RUN}),
        ("github", "workflow_job", {"action": "completed", "workflow_job": RUN}),
        ("gitlab", "pipeline", {"object_attributes": {"id": 5, "status": "failed", "sha": SHA}}),
        ("gitlab", "build", {"build_id": 5, "build_status": "failed", "sha": SHA}),
    ],
)
def test_the_checks_of_a_commit_change(hoster: str, name: str, payload: dict[str, Any]) -> None:
    """Whatever reports, one event with the commit alone tells it."""
    (event,) = [one for one in told(hoster, name, payload) if one.action is PipelineActions.UPDATED]
    (commit,) = event.objects
    assert isinstance(commit, Commit)
    assert commit.sha == SHA


def test_a_dismissed_review() -> None:
    """A review that is made void has an action of its own."""
    review = {"id": 9, "state": "dismissed", "user": BOB}
    payload = {"action": "dismissed", "pull_request": {"number": 6, "id": 60}, "review": review}
    assert [event.action for event in told("github", "pull_request_review", payload)] == [ReviewActions.DISMISSED]


def test_a_function_asks_for_a_value_by_class_or_name() -> None:
    """The router fills parameters with values as with objects."""
    got: list[Any] = []
    client = igitt.GitHub("token")
    bot = Router(client, secret="s3cret", background=False, myself="bot")

    @bot.on(CheckActions.SUITE_COMPLETED)
    def _(check_suite: Any, commit: Commit) -> None:  # the name has to do
        got.append((check_suite.app, commit.sha))

    @bot.on(WikiActions)
    def _(page: WikiPage) -> None:
        got.append(page.title)

    @bot.on(DeploymentActions.STATUS_CHANGED)
    def _(deployment: Deployment, status: DeploymentStatus) -> None:
        got.append((deployment.sha, str(status.status)))

    events = [
        *told("github", "check_suite", {"action": "completed", "check_suite": SUITE}),
        *told("github", "gollum", {"pages": [{"page_name": "Home", "title": "Home!", "action": "edited"}]}),
        *put("github", "success"),
        *put("gitlab", "success"),
    ]
    for event in events:
        bot.run(event)
    assert got == [("ci", SHA), "Home!", (SHA, "success"), (SHA, "success")]


def payloads(folder: Path) -> list[tuple[str, str, dict[str, Any]]]:
    """The payloads of the reference data."""
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return [
        (one["provider"], one["event"], json.loads((folder / one["path"]).read_text(encoding="utf-8"))) for one in index
    ]


def test_no_recorded_delivery_gives_a_bare_mapping(shared_data: Path) -> None:
    """Of every recorded delivery, each object is one of igitt's, a text, or a list."""
    found = 0
    for hoster, name, payload in payloads(shared_data / "data" / "webhooks"):
        client: Any = igitt.GitHub("token") if hoster == "github" else igitt.GitLab("token")
        for action, objects in client.handle_webhook(name, payload):
            assert isinstance(action, Action)
            for one in objects:
                assert type(one) is not dict, (name, action)
                found += isinstance(one, interfaces.Element)
    assert found > 100
