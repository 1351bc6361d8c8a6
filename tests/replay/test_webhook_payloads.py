"""Real payloads of both forges: each means what the forges' own tables of events say, and none needs a request.

What is expected was written from those tables and from reading the payloads, never from what igitt answered.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from igitt import GitHub, GitLab
from igitt.cache import ResponseCache
from igitt.interfaces import actions

#: GitHub's event and action, and the neutral kind and action.
GITHUB = {
    "branch_protection_rule created": "Protection CREATED",
    "branch_protection_rule edited": "Protection EDITED",
    "check_run completed": "Check COMPLETED",
    "check_run created": "Check CREATED",
    "check_suite completed": "Check SUITE_COMPLETED",
    "check_suite requested": "Check SUITE_REQUESTED",
    "check_suite rerequested": "Check RERUN_REQUESTED",
    "commit_comment created": "Comment CREATED",
    "create": "Push TAG_CREATED",
    "delete": "Push TAG_DELETED",
    "dependabot_alert created": "Other OTHER",
    "dependabot_alert fixed": "Other OTHER",
    "deploy_key created": "Repository DEPLOY_KEY_ADDED",
    "deployment": "Deployment CREATED",
    "deployment_review requested": "Deployment REVIEW_REQUESTED",
    "deployment_status created": "Deployment STATUS_CHANGED",
    "discussion created": "Discussion CREATED",
    "discussion edited": "Discussion EDITED",
    "discussion labeled": "Discussion LABELED",
    "discussion pinned": "Discussion PINNED",
    "discussion unlabeled": "Discussion UNLABELED",
    "discussion_comment created": "Comment CREATED",
    "discussion_comment edited": "Comment EDITED",
    "github_app_authorization revoked": "Installation AUTHORIZATION_REVOKED",
    "installation created": "Installation CREATED",
    "installation deleted": "Installation DELETED",
    "installation new_permissions_accepted": "Installation PERMISSIONS_ACCEPTED",
    "installation_repositories removed": "Installation REPOSITORIES_REMOVED",
    "issue_comment created": "Comment CREATED",
    "issue_comment edited": "Comment EDITED",
    "issues assigned": "Issue ASSIGNED",
    "issues deleted": "Issue DELETED",
    "issues demilestoned": "Issue DEMILESTONED",
    "issues edited": "Issue ATTRIBUTES_CHANGED",
    "issues locked": "Issue LOCKED",
    "issues milestoned": "Issue MILESTONED",
    "issues opened": "Issue OPENED",
    "issues reopened": "Issue REOPENED",
    "issues transferred": "Issue TRANSFERRED",
    "issues unlabeled": "Issue UNLABELED",
    "issues unlocked": "Issue UNLOCKED",
    "issues unpinned": "Issue UNPINNED",
    "label created": "Label CREATED",
    "label deleted": "Label DELETED",
    "label edited": "Label EDITED",
    "marketplace_purchase changed": "Marketplace CHANGED",
    "marketplace_purchase purchased": "Marketplace PURCHASED",
    "member added": "Member ADDED",
    "member edited": "Member EDITED",
    "merge_group checks_requested": "MergeGroup CHECKS_REQUESTED",
    "meta deleted": "Hook DELETED",
    "milestone deleted": "Milestone DELETED",
    "org_block blocked": "Organization USER_BLOCKED",
    "org_block unblocked": "Organization USER_UNBLOCKED",
    "organization member_added": "Member ADDED",
    "organization member_invited": "Member INVITED",
    "organization renamed": "Organization RENAMED",
    "package published": "Package PUBLISHED",
    "page_build": "Repository PAGES_BUILT",
    "ping": "Hook PING",
    "project created": "Other OTHER",
    "project_card deleted": "Other OTHER",
    "projects_v2_item created": "Other OTHER",
    "public": "Repository PUBLICIZED",
    "pull_request closed": "MergeRequest CLOSED",
    "pull_request converted_to_draft": "MergeRequest CONVERTED_TO_DRAFT",
    "pull_request labeled": "MergeRequest LABELED",
    "pull_request locked": "MergeRequest LOCKED",
    "pull_request opened": "MergeRequest OPENED",
    "pull_request ready_for_review": "MergeRequest READY",
    "pull_request reopened": "MergeRequest REOPENED",
    "pull_request unlabeled": "MergeRequest UNLABELED",
    "pull_request unlocked": "MergeRequest UNLOCKED",
    "pull_request_review submitted": "Review COMMENTED",
    "pull_request_review_comment created": "Comment CREATED",
    "pull_request_review_thread resolved": "Review THREAD_RESOLVED",
    "registry_package published": "Package PUBLISHED",
    "release created": "Release CREATED",
    "release deleted": "Release DELETED",
    "release edited": "Release EDITED",
    "release prereleased": "Release PRERELEASED",
    "release published": "Release PUBLISHED",
    "release released": "Release RELEASED",
    "repository created": "Repository CREATED",
    "repository edited": "Repository ATTRIBUTES_CHANGED",
    "repository privatized": "Repository PRIVATIZED",
    "repository publicized": "Repository PUBLICIZED",
    "repository transferred": "Repository TRANSFERRED",
    "repository_vulnerability_alert create": "Other OTHER",
    "repository_vulnerability_alert dismiss": "Other OTHER",
    "secret_scanning_alert reopened": "Other OTHER",
    "security_advisory updated": "Other OTHER",
    "sponsorship created": "Other OTHER",
    "star created": "Repository STARRED",
    "status": "Pipeline UPDATED",
    "team deleted": "Team DELETED",
    "team_add": "Team ADDED_TO_REPOSITORY",
    "watch started": "Repository STARRED",
    "workflow_job completed": "Job COMPLETED",
    "workflow_job in_progress": "Job RUNNING",
    "workflow_job waiting": "Job WAITING",
    "workflow_run completed": "Pipeline COMPLETED",
    "workflow_run in_progress": "Pipeline RUNNING",
    "workflow_run requested": "Pipeline REQUESTED",
}
#: Payloads whose event and action do not tell alone. GitHub tells twice what comes or goes: a branch is taken from its
#: `push`, as on GitLab, and a tag from its `create` or `delete`.
FILES = {
    "github/go-scm/branch_delete.json": [],
    "github/go-scm/push_branch_create.json": ["Push BRANCH_CREATED"],
    "github/go-scm/push_branch_delete.json": ["Push BRANCH_DELETED"],
    "github/go-scm/push_tag.json": [],
    "github/octokit/push/1.payload.json": [],
    "github/octokit/push/with-new-branch.payload.json": ["Push BRANCH_CREATED", "Push PUSHED"],
    "gitlab/go-playground/build-event.json": ["Job QUEUED"],
    "gitlab/go-playground/confidential-comment-event.json": ["Comment CREATED"],
    "gitlab/go-playground/deployment-event.json": ["Deployment STATUS_CHANGED"],
    "gitlab/go-playground/job-event.json": ["Job QUEUED"],
    "gitlab/go-playground/merge-request-event.json": ["MergeRequest OPENED"],
    "gitlab/go-playground/push-event.json": ["Push PUSHED"],
    "gitlab/go-playground/system-group-created.json": ["Organization CREATED"],
    "gitlab/go-playground/system-group-member-added.json": ["Member ADDED"],
    "gitlab/go-playground/system-group-member-removed.json": ["Member REMOVED"],
    "gitlab/go-playground/system-group-member-updated.json": ["Member EDITED"],
    "gitlab/go-playground/system-group-removed.json": ["Organization DELETED"],
    "gitlab/go-playground/system-group-renamed.json": ["Organization RENAMED"],
    "gitlab/go-playground/system-project-created.json": ["Repository CREATED"],
    "gitlab/go-playground/system-project-renamed.json": ["Repository RENAMED"],
    "gitlab/go-playground/system-project-updated.json": ["Repository ATTRIBUTES_CHANGED"],
    "gitlab/go-playground/system-push-event.json": ["Push PUSHED"],
    "gitlab/go-playground/system-user-failed-login.json": ["User LOGIN_FAILED"],
    "gitlab/go-playground/tag-event.json": ["Push TAG_CREATED"],
    "gitlab/go-playground/wikipage-event.json": ["Wiki CREATED"],
    "gitlab/go-scm/issue_closed.json": ["Issue CLOSED", "Issue LABELED"],
    "gitlab/go-scm/issue_comment_create.json": ["Comment CREATED"],
    "gitlab/go-scm/issue_create.json": ["Issue OPENED"],
    "gitlab/go-scm/issue_edited.json": ["Issue ATTRIBUTES_CHANGED"],
    "gitlab/go-scm/issue_labeled.json": ["Issue LABELED"],
    "gitlab/go-scm/merge_request_comment_create.json": ["Comment CREATED"],
    "gitlab/go-scm/merge_request_comment_subgroup.json": ["Comment CREATED"],
    "gitlab/go-scm/merge_request_subgroup.json": ["MergeRequest OPENED"],
    "gitlab/go-scm/pipeline_hook.json": ["Pipeline COMPLETED"],
    "gitlab/go-scm/pull_request_create.json": ["MergeRequest OPENED"],
    "gitlab/go-scm/tag_create.json": ["Push TAG_CREATED"],
    "gitlab/go-scm/tag_delete.json": ["Push TAG_DELETED"],
    "gitlab/xanzy/build.json": ["Job QUEUED"],
    "gitlab/xanzy/deployment.json": ["Deployment STATUS_CHANGED"],
    "gitlab/xanzy/group_merge_request.json": ["MergeRequest MERGED"],
    "gitlab/xanzy/job.json": ["Job COMPLETED"],
    "gitlab/xanzy/note_commit.json": ["Comment CREATED"],
    "gitlab/xanzy/note_issue.json": ["Comment CREATED"],
    "gitlab/xanzy/note_snippet.json": ["Comment CREATED"],
    "gitlab/xanzy/pipeline.json": ["Pipeline COMPLETED"],
    "gitlab/xanzy/push.json": ["Push PUSHED"],
    "gitlab/xanzy/resource_access_token_project.json": ["Token EXPIRING"],
    "gitlab/xanzy/subgroup.json": ["Team CREATED"],
    "gitlab/xanzy/system-group_create.json": ["Organization CREATED"],
    "gitlab/xanzy/system-group_rename.json": ["Organization RENAMED"],
    "gitlab/xanzy/system-project_transfer.json": ["Repository TRANSFERRED"],
    "gitlab/xanzy/system-project_update.json": ["Repository ATTRIBUTES_CHANGED"],
    "gitlab/xanzy/system-repository_update.json": ["Repository REFS_CHANGED"],
    "gitlab/xanzy/system-user_add_to_team.json": ["Member ADDED"],
    "gitlab/xanzy/system-user_remove_from_group.json": ["Member REMOVED"],
    "gitlab/xanzy/system-user_remove_from_team.json": ["Member REMOVED"],
    "gitlab/xanzy/system-user_update_for_group.json": ["Member EDITED"],
    "gitlab/xanzy/system-user_update_for_team.json": ["Member EDITED"],
    "gitlab/xanzy/tag_push.json": ["Push TAG_CREATED"],
}


class Refusing(requests.Session):
    """A session through which nothing leaves."""

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        """Fail the test."""
        pytest.fail(f"reading a payload sent {request.method} {request.url}")


@pytest.fixture(scope="module")
def payloads(shared_data: Path) -> list[dict[str, Any]]:
    """Return the index of the payloads, each entry with its payload."""
    folder = shared_data / "data" / "webhooks"
    if not folder.is_dir():
        pytest.skip(f"no payloads at {folder}")
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return [entry | {"payload": json.loads((folder / entry["path"]).read_text(encoding="utf-8"))} for entry in index]


def read(entry: dict[str, Any]) -> list[tuple[actions.Action, list[Any]]]:
    """Return the pairs that a payload gives on a client that refuses to send."""
    cls = {"github": GitHub, "gitlab": GitLab}[entry["provider"]]
    client = cls("token", session=Refusing(), cache=ResponseCache())
    return list(client.handle_webhook(entry["event"], entry["payload"]))


def expected(entry: dict[str, Any]) -> list[str]:
    """Return what the tables say of a payload; whatever runs on a commit also tells that its checks changed."""
    action = entry["payload"].get("action")
    name = f"{entry['event']} {action}" if action else entry["event"]
    told = FILES[entry["path"]] if entry["path"] in FILES else [GITHUB[name]]
    runs = told[:1] != ["Pipeline UPDATED"] and told[0].split(" ")[0] in {"Check", "Job", "Pipeline"} if told else False
    return [*told, "Pipeline UPDATED"] if runs and name != "check_run requested_action" else told


def test_every_payload_means_what_the_forges_say(payloads: list[dict[str, Any]]) -> None:
    """All payloads give the neutral actions of the table, in order, and send nothing."""
    wrong = {}
    for entry in payloads:
        found = [f"{type(action).__name__.removesuffix('Actions')} {action.name}" for action, _ in read(entry)]
        if found != expected(entry):
            wrong[entry["path"]] = (found, expected(entry))
    assert len(payloads) == 204
    assert not wrong


def test_every_payload_tells_the_name_of_its_repository(payloads: list[dict[str, Any]]) -> None:
    """`get_repo_name` finds the full name wherever the payload has one."""
    wrong = []
    for entry in payloads:
        payload = entry["payload"]
        client = {"github": GitHub, "gitlab": GitLab}[entry["provider"]]("token", session=Refusing())
        if entry["provider"] == "github":
            told = (payload.get("repository") or {}).get("full_name")
        else:
            told = (payload.get("project") or {}).get("path_with_namespace")
        if told is not None and client.get_repo_name(payload) != told:
            wrong.append(entry["path"])
    assert not wrong


def test_issues_and_merge_requests_are_read_from_their_payloads(payloads: list[dict[str, Any]]) -> None:
    """Title, labels, author, assignees, state and creation of what a delivery is about need no request."""
    seen = 0
    for entry in payloads:
        for action, objects in read(entry):
            if isinstance(action, actions.IssueActions | actions.MergeRequestActions):
                subject, payload = objects[0], entry["payload"]
                told = payload.get("issue") or payload.get("pull_request") or payload.get("object_attributes")
                assert subject.title
                assert subject.created.year >= 2013
                assert subject.author is not None
                if "labels" in told or "labels" in payload:
                    assert all(label and isinstance(label, str) for label in subject.labels)
                if "assignees" in told or "assignees" in payload:
                    assert all(user.username for user in subject.assignees)
                assert subject.number > 0
                seen += 1
    assert seen >= 40
