"""Issues, comments, reactions and timelines as GitHub writes them. Pull requests as issues too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.github.context import iso
from igitt.testing.sandbox.github.shapes.accounts import app, association, simple
from igitt.testing.sandbox.github.shapes.repositories import api_of, label, milestone
from igitt.testing.sandbox.model import (
    Comment,
    Commit,
    Issue,
    Label,
    MergeRequest,
    Organization,
    Reaction,
    Review,
    TimelineEvent,
    User,
)

if TYPE_CHECKING:
    from igitt.testing.sandbox.forge import Forge

TYPES = (
    ("Task", "A specific piece of work", "yellow"),
    ("Bug", "An unexpected problem or behavior", "red"),
    ("Feature", "A request, idea, or new functionality", "blue"),
)
CONTENTS: tuple[str, ...] = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def rollup(url: str, reactions: list[Reaction]) -> dict[str, Any]:
    """``reaction-rollup``."""
    counts = dict.fromkeys(CONTENTS, 0)
    for one in reactions:
        counts[one.content] += 1
    return {"url": f"{url}/reactions", "total_count": len(reactions), **counts}


def reaction(forge: Forge, one: Reaction) -> dict[str, Any]:
    """``reaction``."""
    return {
        "id": one.id,
        "node_id": f"REA_lADO{one.id}",
        "user": simple(forge, one.user),
        "content": one.content,
        "created_at": iso(one.created),
    }


def page_of(forge: Forge, one: Issue) -> str:
    """The web address of an issue or pull request."""
    word = "pull" if isinstance(one, MergeRequest) else "issues"
    return f"{forge.url}/{one.repository.full_name}/{word}/{one.number}"


def issue(forge: Forge, one: Issue, *, list_item: bool = False) -> dict[str, Any]:
    """``issue``, also of a pull request; ``list_item`` leaves out ``closed_by`` as lists do."""
    repository = one.repository
    api = api_of(forge, repository)
    url = f"{api}/issues/{one.number}"
    data: dict[str, Any] = {
        "url": url,
        "repository_url": api,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page_of(forge, one),
        "id": one.id,
        "node_id": f"{'PR' if isinstance(one, MergeRequest) else 'I'}_kwDO{one.id}",
        "number": one.number,
        "title": one.title,
        "user": simple(forge, one.author),
        "labels": [label(forge, repository, each) for each in one.labels],
        "state": "open" if one.state == "open" else "closed",
        "locked": one.locked,
        "assignee": simple(forge, one.assignees[0]) if one.assignees else None,
        "assignees": [simple(forge, user) for user in one.assignees],
        "milestone": milestone(forge, repository, one.milestone) if one.milestone else None,
        "comments": len(one.comments),
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "closed_at": iso(one.closed_at),
        "author_association": association(repository, one.author),
        "active_lock_reason": one.lock_reason,
        "body": one.body,
        "reactions": rollup(url, one.reactions),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": app(forge, one.app) if one.app else None,
        "state_reason": one.state_reason,
    }
    if not list_item:
        data["closed_by"] = simple(forge, one.closed_by) if one.closed_by else None
    if isinstance(one, MergeRequest):
        page = page_of(forge, one)
        data["draft"] = one.draft
        data["pull_request"] = {
            "url": f"{api}/pulls/{one.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": iso(one.merged_at),
        }
    else:
        data |= _relations(forge, one)
    return data


def parent_of(one: Issue) -> Issue | None:
    """The issue above it."""
    found: Issue | None = one.extra.get("parent")
    return found


def sub_issues_of(one: Issue) -> list[Issue]:
    """The issues below it."""
    found: list[Issue] = one.extra.setdefault("sub_issues", [])
    return found


def blockers_of(one: Issue) -> list[Issue]:
    """What has to be done first."""
    found: list[Issue] = one.extra.setdefault("blocked_by", [])
    return found


def blocked_of(one: Issue) -> list[Issue]:
    """What waits for it."""
    found: list[Issue] = one.extra.setdefault("blocking", [])
    return found


def issue_types(owner: Organization) -> list[dict[str, Any]]:
    """``issue-type``: those that every organization begins with."""
    return [
        {"id": owner.id * 10 + index, "node_id": f"IT_kwDO{owner.id * 10 + index}", "name": name, "color": color,
         "description": text, "created_at": iso(owner.created), "updated_at": iso(owner.created), "is_enabled": True}
        for index, (name, text, color) in enumerate(TYPES)
    ]  # fmt: skip


def _relations(forge: Forge, one: Issue) -> dict[str, Any]:
    below, first, waiting = sub_issues_of(one), blockers_of(one), blocked_of(one)
    done = sum(each.state != "open" for each in below)
    data: dict[str, Any] = {
        "sub_issues_summary": {
            "total": len(below), "completed": done, "percent_completed": 100 * done // len(below) if below else 0,
        },
        "issue_dependencies_summary": {
            "blocked_by": sum(each.state == "open" for each in first), "total_blocked_by": len(first),
            "blocking": sum(each.state == "open" for each in waiting), "total_blocking": len(waiting),
        },
    }  # fmt: skip
    parent, owner = parent_of(one), one.repository.owner
    if parent is not None:
        data["parent_issue_url"] = f"{api_of(forge, parent.repository)}/issues/{parent.number}"
    if one.extra.get("type") and isinstance(owner, Organization):
        data["type"] = next(each for each in issue_types(owner) if each["name"] == one.extra["type"])
    return data


def comment(forge: Forge, one: Comment) -> dict[str, Any]:
    """``issue-comment``."""
    api = api_of(forge, one.repository)
    assert isinstance(one.target, Issue)  # noqa: S101  comments on commits and diffs have their own shapes
    url = f"{api}/issues/comments/{one.id}"
    return {
        "url": url,
        "html_url": f"{page_of(forge, one.target)}#issuecomment-{one.id}",
        "issue_url": f"{api}/issues/{one.target.number}",
        "id": one.id,
        "node_id": f"IC_kwDO{one.id}",
        "user": simple(forge, one.author),
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "body": one.body,
        "author_association": association(one.repository, one.author),
        "reactions": rollup(url, one.reactions),
        "performed_via_github_app": app(forge, one.app) if one.app else None,
    }


def review(forge: Forge, pull: MergeRequest, one: Review) -> dict[str, Any]:
    """``pull-request-review``."""
    page = f"{page_of(forge, pull)}#pullrequestreview-{one.id}"
    url = f"{api_of(forge, pull.repository)}/pulls/{pull.number}"
    data = {
        "id": one.id,
        "node_id": f"PRR_kwDO{one.id}",
        "user": simple(forge, one.author),
        "body": one.body,
        "state": one.state,
        "html_url": page,
        "pull_request_url": url,
        "author_association": association(pull.repository, one.author),
        "_links": {"html": {"href": page}, "pull_request": {"href": url}},
        "submitted_at": iso(one.submitted),
        "commit_id": one.commit_sha,
    }
    if one.submitted is None:
        del data["submitted_at"]
    return data


def review_comment(forge: Forge, one: Comment) -> dict[str, Any]:
    """``pull-request-review-comment``."""
    assert isinstance(one.target, MergeRequest)  # noqa: S101  only pull requests have them
    api = api_of(forge, one.repository)
    url, pull = f"{api}/pulls/comments/{one.id}", f"{api}/pulls/{one.target.number}"
    page = f"{page_of(forge, one.target)}#discussion_r{one.id}"
    position = one.position if one.position is not None else one.line
    data = {
        "url": url,
        "pull_request_review_id": one.review.id if one.review else None,
        "id": one.id,
        "node_id": f"PRRC_kwDO{one.id}",
        "diff_hunk": one.extra.get("diff_hunk", "@@ -1 +1 @@"),
        "path": one.path or "",
        "commit_id": one.target.head_sha,
        "original_commit_id": one.commit_sha,
        "user": simple(forge, one.author),
        "body": one.body,
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "html_url": page,
        "pull_request_url": pull,
        "author_association": association(one.repository, one.author),
        "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull}},
        "reactions": rollup(url, one.reactions),
        "start_line": one.extra.get("start_line"),
        "original_start_line": one.extra.get("start_line"),
        "start_side": one.extra.get("start_side"),
        "line": one.line,
        "original_line": one.line,
        "side": one.side,
        "original_position": position or 1,
        "position": position or 1,
        "subject_type": "line",
    }
    return data | ({"in_reply_to_id": one.in_reply_to} if one.in_reply_to else {})


def commit_comment(forge: Forge, one: Comment) -> dict[str, Any]:
    """``commit-comment``."""
    assert isinstance(one.target, Commit)  # noqa: S101  comments on issues have their own shape
    url = f"{api_of(forge, one.repository)}/comments/{one.id}"
    return {
        "url": url,
        "html_url": f"{forge.url}/{one.repository.full_name}/commit/{one.target.sha}#commitcomment-{one.id}",
        "id": one.id,
        "node_id": f"CC_kwDO{one.id}",
        "user": simple(forge, one.author),
        "position": one.position,
        "line": one.line,
        "path": one.path,
        "commit_id": one.target.sha,
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "author_association": association(one.repository, one.author),
        "body": one.body,
        "reactions": rollup(url, one.reactions),
    }


def any_comment(forge: Forge, one: Comment) -> dict[str, Any]:
    """A comment in the shape of its kind."""
    return {"issue": comment, "review": review_comment, "commit": commit_comment}[one.kind](forge, one)


def _details(forge: Forge, data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Label):
            found[key] = {"name": value.name, "color": value.color}
        elif isinstance(value, User):
            found[key] = simple(forge, value)
        elif key == "milestone":
            found[key] = {"title": value.title}
        elif key == "rename" or (key == "lock_reason" and value):
            found[key] = value
    return found


def event(forge: Forge, issue_: Issue, one: TimelineEvent) -> dict[str, Any]:
    """One entry of the events list."""
    api = api_of(forge, issue_.repository)
    actor = simple(forge, one.actor)
    details = _details(forge, one.data)
    if one.event in {"assigned", "unassigned"}:
        details["assigner"] = actor
    if one.event in {"review_requested", "review_request_removed"}:
        details["review_requester"] = actor
    data = {
        "id": one.id,
        "node_id": f"EV_lADO{one.id}",
        "url": f"{api}/issues/events/{one.id}",
        "actor": actor,
        "event": one.event,
        "commit_id": None,
        "commit_url": None,
        "created_at": iso(one.created),
        **details,
        "performed_via_github_app": None,
    }
    if one.event == "closed":
        data["state_reason"] = issue_.state_reason
    if one.event == "merged" and isinstance(issue_, MergeRequest) and issue_.merge_sha:
        data |= {"commit_id": issue_.merge_sha, "commit_url": f"{api}/commits/{issue_.merge_sha}"}
    return data


def timeline(forge: Forge, issue_: Issue, one: TimelineEvent) -> dict[str, Any]:
    """One entry of the timeline: comments and reviews stand in it in full."""
    if one.event == "commented":
        made = comment(forge, one.data["comment"])
        return made | {"event": "commented", "actor": made["user"]}
    if one.event == "reviewed" and isinstance(issue_, MergeRequest):
        return review(forge, issue_, one.data["review"]) | {"event": "reviewed"}
    made = event(forge, issue_, one)
    made.pop("assigner", None)  # told in the list of events only
    return made
