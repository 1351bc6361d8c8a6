"""The JSON of issues and merge requests and of what hangs on them: notes, discussions, emoji, history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.gitlab import pipelines, rules
from igitt.testing.sandbox.gitlab.shapes import projects
from igitt.testing.sandbox.gitlab.shapes.people import iso, maybe_user, user_basic
from igitt.testing.sandbox.model import Commit, Issue, MergeRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.model import Comment, Milestone, Reaction, Repository, TimelineEvent, User

STATES = {"open": "opened"}
TASK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s", re.MULTILINE)
UNITS = (("mo", 576_000), ("w", 144_000), ("d", 28_800), ("h", 3600), ("m", 60), ("s", 1))
DRAFT = re.compile(r"^\s*(?:\[draft\]|\(draft\)|draft:)\s*", re.IGNORECASE)


def state_of(one: Issue) -> str:
    """GitLab's word for a state."""
    return STATES.get(one.state, one.state)


def human_time(seconds: int) -> str | None:
    """``3h 30m``, where a day has eight hours; null for nothing."""
    parts, left = [], abs(seconds)
    for unit, size in UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return ("-" if seconds < 0 else "") + " ".join(parts) if parts else None


def time_stats(one: Issue) -> dict[str, Any]:
    """Estimate and time spent."""
    return {
        "time_estimate": one.time_estimate,
        "total_time_spent": one.time_spent,
        "human_time_estimate": human_time(one.time_estimate),
        "human_total_time_spent": human_time(one.time_spent),
    }


def tasks(one: Issue) -> dict[str, int]:
    """The check boxes in a description."""
    boxes = TASK.findall(one.body or "") if "[" in (one.body or "") else []
    return {"count": len(boxes), "completed_count": sum(box != " " for box in boxes)}


def notes_of(one: Issue | Commit) -> list[Comment]:
    """The notes that people wrote."""
    return [note for note in one.comments if not note.system]


def milestone_of(forge: Forge, repository: Repository, one: Milestone | None) -> dict[str, Any] | None:
    """A milestone, or null."""
    return None if one is None else projects.milestone(forge, one, repository)


def mark(one: Issue) -> str:
    """``#`` or ``!``."""
    return "!" if isinstance(one, MergeRequest) else "#"


def web_url(forge: Forge, one: Issue) -> str:
    """The page of an issue or merge request."""
    part = "merge_requests" if isinstance(one, MergeRequest) else "issues"
    return f"{projects.page_of(forge, one.repository)}/-/{part}/{one.number}"


def references(one: Issue, relative: bool) -> dict[str, str]:
    """The ways to name it; ``relative`` has the path where the list is not that of the project."""
    short = f"{mark(one)}{one.number}"
    full = one.repository.full_name + short
    return {"short": short, "relative": full if relative else short, "full": full}


def _shared(forge: Forge, one: Issue) -> dict[str, Any]:
    people = [user_basic(forge, user) for user in one.assignees]
    return {
        "iid": one.number,
        "project_id": one.repository.id,
        "title": one.title,
        "description": one.body,
        "state": state_of(one),
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "closed_at": iso(one.closed_at) if one.state == "closed" else None,
        "closed_by": maybe_user(forge, one.closed_by) if one.state == "closed" else None,
        "labels": sorted(label.name for label in one.labels),
        "milestone": milestone_of(forge, one.repository, one.milestone),
        "assignees": people,
        "assignee": people[0] if people else None,
        "author": user_basic(forge, one.author),
        "user_notes_count": len(notes_of(one)),
        "upvotes": sum(each.content == "thumbsup" for each in one.reactions),
        "downvotes": sum(each.content == "thumbsdown" for each in one.reactions),
        "discussion_locked": True if one.locked else None,
        "web_url": web_url(forge, one),
        "time_stats": time_stats(one),
        "task_completion_status": tasks(one),
        "imported": False,
        "imported_from": "none",
    }


def issue(forge: Forge, one: Issue, *, relative: bool = False) -> dict[str, Any]:
    """An issue in a list."""
    api = f"{forge.api_url}/projects/{one.repository.id}"
    kind = one.extra.get("issue_type", "issue")
    boxes = tasks(one)
    links = {
        "self": f"{api}/issues/{one.number}",
        "notes": f"{api}/issues/{one.number}/notes",
        "award_emoji": f"{api}/issues/{one.number}/award_emoji",
        "project": api,
        "closed_as_duplicate_of": None,
    }
    done = f"{boxes['completed_count']} of {boxes['count']} checklist items completed"
    return {"id": one.id} | _shared(forge, one) | {
        "type": kind.upper(),
        "issue_type": kind,
        "merge_requests_count": len(related(one)),
        "start_date": one.extra.get("start_date"),
        "due_date": one.due,
        "confidential": one.confidential,
        "weight": one.weight,
        "blocking_issues_count": 0,
        "has_tasks": True,
        "task_status": done if boxes["count"] else "0 of 0 checklist items completed",
        "_links": links,
        "references": references(one, relative),
        "severity": "UNKNOWN",
        "moved_to_id": one.extra.get("moved_to_id"),
        "service_desk_reply_to": None,
        "epic_iid": None,
        "epic": None,
        "iteration": None,
        "health_status": None,
    }  # fmt: skip


#: What a milestone's list of issues does not tell.
DETAILS = {
    "has_tasks", "task_status", "_links", "references", "severity", "moved_to_id", "imported", "imported_from",
    "service_desk_reply_to", "epic_iid", "epic", "iteration", "health_status",
}  # fmt: skip


def issue_basic(forge: Forge, one: Issue) -> dict[str, Any]:
    """An issue in the list of a milestone."""
    return {key: value for key, value in issue(forge, one).items() if key not in DETAILS}


def issue_full(forge: Forge, one: Issue, viewer: User | None) -> dict[str, Any]:
    """A single issue."""
    return issue(forge, one) | {"subscribed": viewer is not None and viewer.id in one.subscribers}


def related(one: Issue) -> list[MergeRequest]:
    """The merge requests of the project that mention an issue."""
    mention = f"#{one.number}"
    found = [(each, f"{each.title}\n{each.body or ''}") for each in one.repository.merge_requests.values()]
    named = [(each, text) for each, text in found if mention in text]
    if not named:
        return []
    pattern = re.compile(rf"(?<![\w/]){mention}\b")
    return [each for each, text in named if pattern.search(text)]


# ---- merge requests


def is_draft(title: str) -> bool:
    """Whether a title says draft."""
    return DRAFT.match(title) is not None


def merge_state(forge: Forge, one: MergeRequest) -> str:
    """``detailed_merge_status``: the first thing that stands in the way."""
    if one.state != "open":
        return "not_open"
    if one.mergeable_reads < getattr(forge, "compute_mergeable_delay", 0):
        return "checking"
    if one.base not in one.repository.branches or gitdata.conflicts(one):
        return "conflict"
    if one.draft:
        return "draft_status"
    return _demanded(one) or ("mergeable" if rules.is_approved(forge.world, one) else "not_approved")


def _demanded(one: MergeRequest) -> str:
    home, settings = one.repository, one.repository.extra.get("settings", {})
    # Both methods make a history without branches: only what already contains the target can be merged.
    straight = settings.get("merge_method") in {"ff", "rebase_merge"}
    if straight and home.branches[one.base] not in set(gitdata.ancestry(home, one.head_sha)):
        return "need_rebase"
    if settings.get("only_allow_merge_if_all_discussions_are_resolved") and not settled(one):
        return "discussions_not_resolved"
    if settings.get("only_allow_merge_if_pipeline_succeeds"):
        head = pipelines.head_of(one)
        if head is None or head.status != "success":
            running = head is not None and head.status in {"pending", "running"}
            return "ci_still_running" if running else "ci_must_pass"
    return ""


def settled(one: MergeRequest) -> bool:
    """Whether every thread that can be resolved is."""
    return all(note.resolved for note in one.comments if resolvable(note))


def merge_request(forge: Forge, one: MergeRequest, *, relative: bool = False) -> dict[str, Any]:
    """A merge request in a list."""
    detailed = merge_state(forge, one)
    rough = {"checking": "checking", "conflict": "cannot_be_merged"}.get(detailed, "can_be_merged")
    merger = maybe_user(forge, one.merged_by)
    extra = one.extra
    return {"id": one.merge_request_id} | _shared(forge, one) | {
        "merged_by": merger,
        "merge_user": merger,
        "merged_at": iso(one.merged_at),
        "target_branch": one.base,
        "source_branch": one.head,
        "reviewers": [user_basic(forge, user) for user in one.reviewers],
        "source_project_id": one.source.id if one.source else None,
        "target_project_id": one.repository.id,
        "draft": one.draft,
        "work_in_progress": one.draft,
        "merge_when_pipeline_succeeds": "auto_merge" in extra,
        "merge_status": rough,
        "detailed_merge_status": detailed,
        "merge_after": None,
        "sha": one.head_sha,
        "merge_commit_sha": one.merge_sha,
        "squash_commit_sha": extra.get("squash_sha"),
        "should_remove_source_branch": extra.get("should_remove_source_branch"),
        "force_remove_source_branch": extra.get("remove_source_branch", False),
        "prepared_at": iso(one.created),
        "allow_collaboration": extra.get("allow_collaboration", False),
        "allow_maintainer_to_push": extra.get("allow_collaboration", False),
        "reference": f"!{one.number}",
        "references": references(one, relative),
        "squash": extra.get("squash", False),
        "squash_on_merge": extra.get("squash", False),
        "has_conflicts": detailed == "conflict",
        "blocking_discussions_resolved": settled(one),
        "approvals_before_merge": None,
    }  # fmt: skip


def diff_refs(one: MergeRequest) -> dict[str, Any]:
    """The three commits that a diff is about; the base is where the branches part."""
    base = gitdata.fork_point(one)
    return {"base_sha": base, "head_sha": one.head_sha, "start_sha": one.base_sha}


def merge_request_full(forge: Forge, one: MergeRequest, viewer: User | None) -> dict[str, Any]:
    """A single merge request."""
    head = pipelines.head_of(one)
    rights = viewer is not None and forge.world.level(viewer, one.repository) >= model.WRITE
    count = len(gitdata.request_changes(one))
    return merge_request(forge, one) | {
        "subscribed": viewer is not None and viewer.id in one.subscribers,
        "changes_count": str(count) if count else None,
        "latest_build_started_at": iso(head.created) if head else None,
        "latest_build_finished_at": iso(head.finished) if head else None,
        "first_deployed_to_production_at": None,
        "pipeline": pipelines.basic(forge, head) if head else None,
        "head_pipeline": pipelines.full(forge, head) if head else None,
        "diff_refs": diff_refs(one),
        "merge_error": one.extra.get("merge_error"),
        "rebase_in_progress": False,
        "first_contribution": False,
        "user": {"can_merge": rights and one.state == "open"},
    }


# ---- what hangs on them


def target_type(one: Issue | Commit) -> str:
    """``noteable_type``."""
    return "Commit" if isinstance(one, Commit) else "MergeRequest" if isinstance(one, MergeRequest) else "Issue"


def target_id(one: Issue | Commit) -> int | None:
    """``noteable_id``, the id over all of the instance."""
    return None if isinstance(one, Commit) else one.merge_request_id if isinstance(one, MergeRequest) else one.id


def resolvable(note: Comment) -> bool:
    """Whether a note is part of a thread that can be resolved."""
    return isinstance(note.target, MergeRequest) and note.extra.get("type") is not None and not note.system


def note(forge: Forge, one: Comment) -> dict[str, Any]:
    """A note on an issue, a merge request or a commit."""
    target, extra = one.target, one.extra
    found: dict[str, Any] = {
        "id": one.id,
        "type": extra.get("type"),
        "body": one.body,
        "author": user_basic(forge, one.author),
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "system": one.system,
        "noteable_id": target_id(target),
        "noteable_type": target_type(target),
        "project_id": one.repository.id,
        "commit_id": target.sha if isinstance(target, Commit) else extra.get("commit_id"),
        "resolvable": resolvable(one),
        "suggestions": [],
        "confidential": bool(extra.get("internal")),
        "internal": bool(extra.get("internal")),
        "imported": False,
        "imported_from": "none",
        "noteable_iid": target.number if isinstance(target, Issue) else None,
        "commands_changes": {},
    }
    if resolvable(one):
        by = extra.get("resolved_by")
        found |= {
            "resolved": one.resolved,
            "resolved_by": maybe_user(forge, by),
            "resolved_at": iso(extra.get("resolved_at")),
        }
    if extra.get("position") is not None:
        found["position"] = extra["position"]
    return found


def discussions(forge: Forge, notes: Iterable[Comment]) -> list[dict[str, Any]]:
    """Notes put together in their threads."""
    threads: dict[str, list[Comment]] = {}
    for one in notes:
        threads.setdefault(one.discussion, []).append(one)
    found: list[dict[str, Any]] = []
    for number, thread in threads.items():
        alone = thread[0].extra.get("type") is None
        can = any(resolvable(one) for one in thread)
        shaped = {"id": number, "individual_note": alone, "notes": [note(forge, one) for one in thread]}
        found.append(shaped | {"resolvable": can, "resolved": can and all(one.resolved for one in thread)})
    return found


def emoji(forge: Forge, one: Reaction, target: Issue | Comment) -> dict[str, Any]:
    """An award."""
    kind = target_type(target) if isinstance(target, Issue) else "Note"
    return {
        "id": one.id,
        "name": one.content,
        "user": user_basic(forge, one.user),
        "created_at": iso(one.created),
        "updated_at": iso(one.created),
        "awardable_id": target_id(target) if isinstance(target, Issue) else target.id,
        "awardable_type": kind,
        "url": None,
    }


def resource_event(forge: Forge, line: TimelineEvent, one: Issue) -> dict[str, Any]:
    """One line of the history of labels, states or milestones."""
    found: dict[str, Any] = {
        "id": line.id,
        "user": user_basic(forge, line.actor),
        "created_at": iso(line.created),
        "resource_type": target_type(one),
        "resource_id": target_id(one),
    }
    if "label" in line.data:
        action = "add" if line.event == "labeled" else "remove"
        return found | {"label": projects.label_basic(line.data["label"]), "action": action}
    if "milestone" in line.data:
        action = "add" if line.event == "milestoned" else "remove"
        shaped = projects.milestone(forge, line.data["milestone"], one.repository)
        return found | {"milestone": shaped, "action": action, "state": state_of(one)}
    return found | {"state": line.event, "source_commit": None, "source_merge_request_id": None}
