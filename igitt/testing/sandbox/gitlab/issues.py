"""Routes of issues: lists, making, changing, deleting, moving, and what they are related to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model, work
from igitt.testing.sandbox.gitlab import fields, quick
from igitt.testing.sandbox.gitlab.context import (
    created,
    forbidden,
    issue_of,
    level_of,
    merge_request_of,
    missing,
    need_all,
    need_one,
    paged,
    params_of,
    project_named,
    project_of,
    routes,
    sees_issue,
    ticket_of,
)
from igitt.testing.sandbox.gitlab.filters import filtered
from igitt.testing.sandbox.gitlab.projects import enabled
from igitt.testing.sandbox.gitlab.shapes import people, projects, tickets
from igitt.testing.sandbox.model import MergeRequest
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from igitt.testing.sandbox.model import Issue, User

EDITS = (
    "assignee_id", "assignee_ids", "confidential", "created_at", "description", "discussion_locked", "due_date",
    "labels", "add_labels", "remove_labels", "milestone_id", "state_event", "title", "issue_type", "weight",
    "updated_at", "start_date", "severity",
)  # fmt: skip
CLOSES = re.compile(
    r"\b(?:clos(?:e|es|ed|ing)|fix(?:es|ed|ing)?|resolv(?:e|es|ed|ing)|implement(?:s|ed|ing)?):?\s+((?:#\d+(?:,\s*|\s+and\s+)?)+)",
    re.IGNORECASE,
)


def listed(request: Request, items: Sequence[Issue], *, relative: bool = False) -> Reply:
    """A page of issues; ``with_labels_details`` puts whole labels in place of names."""
    details = request.arg("with_labels_details") == "true"

    def shape(one: Issue) -> dict[str, Any]:
        shaped = tickets.issue(request.forge, one, relative=relative)
        return shaped | ({"labels": [projects.label_basic(label) for label in one.labels]} if details else {})

    return paged(request, items, shape)


@routes.get("/projects/{id}/issues")
def issues(request: Request) -> object:
    """The issues of a project, all of them unless a state is asked for."""
    home = project_of(request)
    if not home.has_issues:
        return listed(request, [])
    return listed(request, filtered(request, [one for one in home.issues.values() if sees_issue(request, one)]))


@routes.get("/issues/{issue_id}")
def any_issue(request: Request) -> object:
    """An issue by its id on the instance, for administrators."""
    if not request.user.admin:
        raise forbidden()
    number = request.number("issue_id")
    everywhere = (one for home in request.world.repositories.values() for one in home.issues.values())
    found = next((one for one in everywhere if one.id == number), None)
    if found is None:
        raise missing("Issue")
    return tickets.issue_full(request.forge, found, request.user)


@routes.get("/issues")
def my_issues(request: Request) -> object:
    """Issues everywhere; those that one made unless ``scope`` says otherwise."""
    world, me = request.world, request.user
    homes = [one for one in world.repositories.values() if world.may_read(me, one)]
    items = [one for home in homes for one in home.issues.values() if sees_issue(request, one)]
    return listed(request, filtered(request, items, "created_by_me"), relative=True)


@routes.post("/projects/{id}/issues")
def create(request: Request) -> object:
    """Opens an issue; labels, people and milestone only count for members."""
    home, params = project_of(request), params_of(request)
    enabled(home)
    need_all(params, "title")
    found: dict[str, Any] = fields.texts(params)
    found["confidential"] = fields.issue_only(params).get("confidential", False)
    if level_of(request, home) >= model.READ:
        found |= fields.metadata(request, home, params, None) | fields.issue_only(params)
    found.pop("reviewers", None)
    kind = params.get("issue_type") or "issue"
    body = found.pop("body", None)
    found["extra"] = {"issue_type": kind}
    one = work.create_issue(request.world, home, request.user, found.pop("title"), body, **found)
    one.body, _ = quick.run(request, one, body) if body else (body, None)
    return created(tickets.issue_full(request.forge, one, request.user))


@routes.get("/projects/{id}/issues/{iid}")
def issue(request: Request) -> object:
    """One issue by its number in the project."""
    return tickets.issue_full(request.forge, issue_of(request), request.viewer.user)


@routes.put("/projects/{id}/issues/{iid}")
def edit(request: Request) -> object:
    """Changes an issue: text and state by its author, the rest by planners and more."""
    one, params = issue_of(request), params_of(request)
    allowed = fields.may_set(request, one.repository)
    if not allowed and request.user is not one.author:
        raise forbidden()
    need_one(params, *EDITS)
    changes = fields.texts(params) | fields.state(one, params)
    if allowed:
        changes |= fields.metadata(request, one.repository, params, one) | fields.issue_only(params)
    changes.pop("reviewers", None)
    if params.get("issue_type"):
        one.extra["issue_type"] = params["issue_type"]
    work.edit_issue(request.world, one, request.user, **changes)
    quick.run_in_description(request, one, changes)
    return tickets.issue_full(request.forge, one, request.user)


@routes.delete("/projects/{id}/issues/{iid}")
def delete(request: Request) -> None:
    """Deletes an issue; only planners and owners may, its author may not.

    Source: https://docs.gitlab.com/api/issues/#delete-an-issue.
    """
    one = issue_of(request)
    level = level_of(request, one.repository)
    if level != model.PLAN and level < model.OWN:
        raise forbidden()
    work.delete_issue(request.world, one, request.user)


@routes.post("/projects/{id}/issues/{iid}/move")
def move(request: Request) -> object:
    """Opens the issue in another project and closes the old one, which knows where it went."""
    one, params = issue_of(request, model.PLAN), params_of(request)
    need_all(params, "to_project_id")
    target = project_named(request, str(params["to_project_id"]))
    if target is one.repository or level_of(request, target) < model.PLAN:
        text = "Cannot move issue to project it originates from!"
        raise ApiError(400, text if target is one.repository else "Cannot move issue due to insufficient permissions!")
    labels = fields.labels_named(request, target, [label.name for label in one.labels])
    made = work.create_issue(
        request.world, target, one.author, one.title, one.body, labels=labels, assignees=list(one.assignees)
    )
    one.extra["moved_to_id"] = made.id
    work.edit_issue(request.world, one, request.user, state="closed")
    return created(tickets.issue_full(request.forge, made, request.user))


# ---- what belongs together


def closed_by(one: MergeRequest) -> list[Issue]:
    """The issues that a merge request closes, as its description says."""
    numbers = [int(number) for found in CLOSES.findall(one.body or "") for number in re.findall(r"#(\d+)", found)]
    issues = one.repository.issues
    return [issues[number] for number in dict.fromkeys(numbers) if number in issues]


@routes.get("/projects/{id}/issues/{iid}/closed_by")
def issue_closed_by(request: Request) -> object:
    """The merge requests that close an issue when they are merged."""
    one = issue_of(request)
    found = [each for each in one.repository.merge_requests.values() if one in closed_by(each)]
    return paged(request, found, lambda each: tickets.merge_request(request.forge, each))


@routes.get("/projects/{id}/issues/{iid}/related_merge_requests")
def related_merge_requests(request: Request) -> object:
    """The merge requests that mention an issue."""
    return paged(request, tickets.related(issue_of(request)), lambda one: tickets.merge_request(request.forge, one))


@routes.get("/projects/{id}/merge_requests/{iid}/closes_issues")
def closes_issues(request: Request) -> object:
    """The issues that a merge request closes when it is merged."""
    found = [one for one in closed_by(merge_request_of(request)) if sees_issue(request, one)]
    return paged(request, found, lambda one: tickets.issue(request.forge, one))


@routes.get("/projects/{id}/merge_requests/{iid}/related_issues")
def related_issues(request: Request) -> object:
    """The issues that a merge request mentions."""
    one = merge_request_of(request)
    found = [each for each in one.repository.issues.values() if one in tickets.related(each)]
    return paged(request, [each for each in found if sees_issue(request, each)],
                 lambda each: tickets.issue(request.forge, each))  # fmt: skip


@routes.get("/projects/{id}/issues/{iid}/participants")
@routes.get("/projects/{id}/merge_requests/{iid}/participants")
def participants(request: Request) -> object:
    """Who wrote or was asked."""
    one = ticket_of(request)
    found: list[User] = [one.author, *one.assignees, *(note.author for note in tickets.notes_of(one))]
    return paged(request, list(dict.fromkeys(found)), lambda user: people.user_basic(request.forge, user))
