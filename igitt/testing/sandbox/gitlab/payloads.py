"""The parts of GitLab's webhook payloads, each as the hooks have it (not as the REST API has it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.gitlab import pipelines
from igitt.testing.sandbox.gitlab.shapes import tickets
from igitt.testing.sandbox.gitlab.shapes.commits import FINISHED, title_of
from igitt.testing.sandbox.gitlab.shapes.projects import clone_urls, display, page_of
from igitt.testing.sandbox.model import Comment, Issue, Label, MergeRequest

if TYPE_CHECKING:
    from datetime import datetime

    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.model import Commit, Event, Milestone, Repository, User

VISIBILITY = {"private": 0, "internal": 10, "public": 20}
STATE_IDS = {"open": 1, "closed": 2, "merged": 3, "locked": 4}


def utc(moment: datetime | None) -> str | None:
    """A time as most of a payload has it, ``2017-09-15 16:50:55 UTC``."""
    return None if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def user(forge: Forge, one: User) -> dict[str, Any]:
    """Who acted; the address is hidden."""
    return {
        "id": one.id,
        "name": one.name or one.login,
        "username": one.login,
        "avatar_url": f"{forge.url}/uploads/-/system/user/avatar/{one.id}/avatar.png",
        "email": "[REDACTED]",
    }


def git_urls(forge: Forge, one: Repository) -> dict[str, Any]:
    """Where to clone from, and how visible it is as a number."""
    urls = clone_urls(forge, one)
    return {
        "git_http_url": urls["http_url_to_repo"],
        "git_ssh_url": urls["ssh_url_to_repo"],
        "visibility_level": VISIBILITY[one.visibility],
    }


def project(forge: Forge, one: Repository) -> dict[str, Any]:
    """The project."""
    urls = git_urls(forge, one)
    return {
        "id": one.id,
        "name": display(one),
        "description": one.description,
        "web_url": page_of(forge, one),
        "avatar_url": None,
        **urls,
        "namespace": one.owner.name or one.owner.login,
        "path_with_namespace": one.full_name,
        "default_branch": one.default_branch,
        "ci_config_path": None,
        "homepage": page_of(forge, one),
        "url": urls["git_ssh_url"],
        "ssh_url": urls["git_ssh_url"],
        "http_url": urls["git_http_url"],
    }


def repository(forge: Forge, one: Repository) -> dict[str, Any]:
    """The deprecated twin of the project."""
    return {
        "name": display(one),
        "url": clone_urls(forge, one)["ssh_url_to_repo"],
        "description": one.description,
        "homepage": page_of(forge, one),
    }


def label(one: Label, home: Repository) -> dict[str, Any]:
    """A label, whose name is its title here."""
    own = one in home.labels.values()
    groups = home.owner.lineage if isinstance(home.owner, model.Organization) else []
    group = next((each for each in groups if one in each.labels.values()), None)
    return {
        "id": one.id,
        "title": one.name,
        "color": f"#{one.color}",
        "project_id": home.id if own else None,
        "created_at": utc(one.created),
        "updated_at": utc(one.updated),
        "template": False,
        "description": one.description,
        "type": "GroupLabel" if group else "ProjectLabel",
        "group_id": group.id if group else None,
    }


def commit(forge: Forge, home: Repository, one: Commit) -> dict[str, Any]:
    """A commit."""
    return {
        "id": one.sha,
        "message": one.message,
        "title": title_of(one),
        "timestamp": f"{one.created.isoformat()[:19]}+00:00",
        "url": f"{page_of(forge, home)}/-/commit/{one.sha}",
        "author": {"name": one.author_name, "email": "[REDACTED]"},
    }


def push_commit(forge: Forge, home: Repository, one: Commit) -> dict[str, Any]:
    """A commit of a push, with its files."""
    files = gitdata.commit_changes(home, one)
    named = {word: [file.path for file in files if file.status == word] for word in ("added", "modified", "removed")}
    return commit(forge, home, one) | named


def page(forge: Forge, one: Issue | Comment) -> str:
    """The page of an issue, a merge request or a note."""
    if isinstance(one, Issue):
        return tickets.web_url(forge, one)
    target = one.target
    if isinstance(target, Issue):
        return f"{tickets.web_url(forge, target)}#note_{one.id}"
    return f"{page_of(forge, one.repository)}/-/commit/{target.sha}#note_{one.id}"


def _shared(forge: Forge, one: Issue) -> dict[str, Any]:
    return {
        "iid": one.number,
        "title": one.title,
        "description": one.body,
        "state": tickets.state_of(one),
        "state_id": STATE_IDS[one.state],
        "created_at": utc(one.created),
        "updated_at": utc(one.updated),
        "author_id": one.author.id,
        "assignee_id": one.assignees[0].id if one.assignees else None,
        "assignee_ids": [each.id for each in one.assignees],
        "milestone_id": one.milestone.id if one.milestone else None,
        "labels": [label(each, one.repository) for each in one.labels],
        "last_edited_at": None,
        "last_edited_by_id": None,
        "updated_by_id": None,
        "discussion_locked": True if one.locked else None,
        "time_estimate": one.time_estimate,
        "time_change": 0,
        "total_time_spent": one.time_spent,
        "human_time_estimate": tickets.human_time(one.time_estimate),
        "human_time_change": None,
        "human_total_time_spent": tickets.human_time(one.time_spent),
        "url": page(forge, one),
    }


def attributes(forge: Forge, one: Issue) -> dict[str, Any]:
    """``object_attributes`` of an issue or merge request."""
    if isinstance(one, MergeRequest):
        return _merge_request(forge, one)
    return {"id": one.id} | _shared(forge, one) | {
        "project_id": one.repository.id,
        "closed_at": utc(one.closed_at),
        "confidential": one.confidential,
        "due_date": one.due,
        "duplicated_to_id": None,
        "health_status": None,
        "moved_to_id": one.extra.get("moved_to_id"),
        "relative_position": one.number * 513,
        "severity": "unknown",
        "type": "Issue",
        "weight": one.weight,
    }  # fmt: skip


def _merge_request(forge: Forge, one: MergeRequest) -> dict[str, Any]:
    home = one.repository
    head = pipelines.head_of(one)
    detailed = tickets.merge_state(forge, one)
    tip = home.commits.get(one.head_sha)
    return {"id": one.merge_request_id} | _shared(forge, one) | {
        "target_branch": one.base,
        "source_branch": one.head,
        "source_project_id": one.source.id if one.source else None,
        "target_project_id": home.id,
        "reviewer_ids": [each.id for each in one.reviewers],
        "blocking_discussions_resolved": tickets.settled(one),
        "draft": one.draft,
        "work_in_progress": one.draft,
        "first_contribution": False,
        "head_pipeline_id": head.id if head else None,
        "merge_commit_sha": one.merge_sha,
        "merge_error": None,
        "merge_params": {"force_remove_source_branch": "1" if one.extra.get("remove_source_branch") else "0"},
        "merge_status": "cannot_be_merged" if detailed == "conflict" else "can_be_merged",
        "detailed_merge_status": detailed,
        "merge_user_id": one.merged_by.id if one.merged_by else None,
        "merge_when_pipeline_succeeds": False,
        "prepared_at": utc(one.created),
        "approval_rules": [],
        "source": project(forge, one.source) if one.source else None,
        "target": project(forge, home),
        "last_commit": commit(forge, home, tip) if tip else None,
    }  # fmt: skip


def note(forge: Forge, one: Comment) -> dict[str, Any]:
    """``object_attributes`` of a note, whose body is called ``note`` here."""
    target, extra = one.target, one.extra
    by = extra.get("resolved_by")
    return {
        "id": one.id,
        "note": one.body,
        "description": one.body,
        "noteable_type": tickets.target_type(target),
        "noteable_id": tickets.target_id(target),
        "author_id": one.author.id,
        "created_at": utc(one.created),
        "updated_at": utc(one.updated),
        "project_id": one.repository.id,
        "attachment": None,
        "line_code": None,
        "commit_id": "" if isinstance(target, Issue) else target.sha,
        "st_diff": None,
        "system": one.system,
        "internal": bool(extra.get("internal")),
        "updated_by_id": None,
        "type": extra.get("type"),
        "position": extra.get("position"),
        "original_position": extra.get("position"),
        "change_position": None,
        "resolved_at": utc(extra.get("resolved_at")),
        "resolved_by_id": by.id if by else None,
        "resolved_by_push": None,
        "discussion_id": one.discussion,
        "url": page(forge, one),
    }


def milestone(one: Milestone, home: Repository) -> dict[str, Any]:
    """``object_attributes`` of a milestone."""
    return {
        "id": one.id,
        "iid": one.number,
        "title": one.title,
        "description": one.description,
        "state": "active" if one.state == "open" else "closed",
        "created_at": utc(one.created),
        "updated_at": utc(one.updated),
        "due_date": one.due.date().isoformat() if one.due else None,
        "start_date": one.start.date().isoformat() if one.start else None,
        "project_id": home.id,
    }


def pipeline(forge: Forge, one: pipelines.Pipeline) -> dict[str, Any]:
    """All of a pipeline's payload; its jobs are the statuses."""
    home = one.repository
    request = next((each for each in home.merge_requests.values() if each.head_sha == one.sha), None)
    short = None
    if request is not None:
        whole = _merge_request(forge, request)
        names = ("id", "iid", "title", "source_branch", "source_project_id", "target_branch", "target_project_id")
        short = {name: whole[name] for name in (*names, "state", "merge_status", "detailed_merge_status", "url")}
    return {
        "object_kind": "pipeline",
        "object_attributes": {
            "id": one.id,
            "iid": one.iid,
            "name": None,
            "ref": one.ref,
            "tag": False,
            "sha": one.sha,
            "before_sha": gitdata.ZERO,
            "source": "external",
            "status": one.status,
            "detailed_status": pipelines.LABELS.get(one.status, one.status),
            "stages": ["external"],
            "created_at": utc(one.created),
            "finished_at": utc(one.finished),
            "duration": None,
            "queued_duration": None,
            "variables": [],
            "url": pipelines.web_url(forge, one),
        },
        "merge_request": short,
        "user": user(forge, one.user),
        "project": project(forge, home),
        "commit": commit(forge, home, home.commits[one.sha]),
        "builds": [_build(forge, each) for each in one.statuses.values()],
    }


def _build(forge: Forge, one: model.Status) -> dict[str, Any]:
    return {
        "id": one.id,
        "stage": "external",
        "name": one.context,
        "status": one.state,
        "created_at": utc(one.created),
        "started_at": utc(one.extra.get("started")),
        "finished_at": utc(one.updated) if one.state in FINISHED else None,
        "duration": None,
        "queued_duration": None,
        "failure_reason": "api_failure" if one.state == "failed" else None,
        "when": "on_success",
        "manual": False,
        "allow_failure": False,
        "user": user(forge, one.creator),
        "runner": None,
        "artifacts_file": {"filename": None, "size": None},
        "environment": None,
    }


# ---- changes

NAMES = {
    "title": "title", "body": "description", "confidential": "confidential", "due": "due_date", "weight": "weight",
    "draft": "draft", "base": "target_branch", "time_estimate": "time_estimate", "time_spent": "total_time_spent",
    "locked": "discussion_locked",
}  # fmt: skip


def _people(users: list[User]) -> list[dict[str, Any]]:
    return [{"id": one.id, "name": one.name or one.login, "username": one.login} for one in users]


def _change(one: Issue, key: str, old: Any, new: Any) -> dict[str, tuple[Any, Any]]:
    if key == "labels":
        return {
            "labels": ([label(each, one.repository) for each in old], [label(each, one.repository) for each in new])
        }
    if key in {"assignees", "reviewers"}:
        return {key: (_people(old), _people(new))}
    if key == "milestone":
        return {"milestone_id": (old.id if old else None, new.id if new else None)}
    if key == "state":
        found = {"state_id": (STATE_IDS[old], STATE_IDS[new])}
        return found if isinstance(one, MergeRequest) else found | {"closed_at": _closed(one, new)}
    return {NAMES[key]: (old, new)} if key in NAMES else {}


def _closed(one: Issue, new: str) -> tuple[Any, Any]:
    return (None, utc(one.closed_at)) if new == "closed" else (utc(one.updated), None)


def changes(one: Issue, event: Event, *, opened: bool) -> dict[str, Any]:
    """``changes``: each changed field with ``previous`` and ``current``; on opening, all that is set."""
    if opened:
        return _all(one)
    found: dict[str, tuple[Any, Any]] = {}
    for key, (old, new) in event.changes.items():
        found |= _change(one, key, old, new)
    if "updated" in event.data and event.data["updated"] != one.updated:
        found["updated_at"] = (utc(event.data["updated"]), utc(one.updated))
    return {key: {"previous": old, "current": new} for key, (old, new) in found.items()}


def _all(one: Issue) -> dict[str, Any]:
    now: dict[str, Any] = {
        "author_id": one.author.id,
        "created_at": utc(one.created),
        "description": one.body,
        "id": one.merge_request_id if isinstance(one, MergeRequest) else one.id,
        "iid": one.number,
        "title": one.title,
        "updated_at": utc(one.updated),
        "milestone_id": one.milestone.id if one.milestone else None,
    }
    if isinstance(one, MergeRequest):
        now |= {
            "source_branch": one.head,
            "source_project_id": one.source.id if one.source else None,
            "target_branch": one.base,
            "target_project_id": one.repository.id,
            "draft": one.draft or None,
        }
    else:
        now |= {"project_id": one.repository.id, "confidential": one.confidential or None, "due_date": one.due}
    found: dict[str, Any] = {
        key: {"previous": None, "current": value} for key, value in now.items() if value is not None
    }
    if one.labels:
        found["labels"] = {"previous": [], "current": [label(each, one.repository) for each in one.labels]}
    if one.assignees:
        found["assignees"] = {"previous": [], "current": _people(one.assignees)}
    return found
