"""Routes of links between issues: related, blocking, blocked.

Source: https://docs.gitlab.com/api/issue_links/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    forbidden,
    issue_of,
    level_of,
    missing,
    need_all,
    paged,
    params_of,
    project_named,
    routes,
    sees_issue,
)
from igitt.testing.sandbox.gitlab.shapes import tickets
from igitt.testing.sandbox.gitlab.shapes.people import iso
from igitt.testing.sandbox.wire import ApiError

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitlab.records import Record
    from igitt.testing.sandbox.model import Issue
    from igitt.testing.sandbox.wire import Request

LINKS = "/projects/{id}/issues/{iid}/links"
#: How a link is called from its other end.
BACK = {"relates_to": "relates_to", "blocks": "is_blocked_by", "is_blocked_by": "blocks"}


def _rows(one: Issue) -> list[Record]:
    found: list[Record] = one.extra.setdefault("links", [])
    return found


def _kind(row: Record, one: Issue) -> str:
    return str(row["kind"] if row["source"] is one else BACK[row["kind"]])


def _other(row: Record, one: Issue) -> Issue:
    found: Issue = row["target"] if row["source"] is one else row["source"]
    return found


def _alive(one: Issue) -> bool:
    return one.repository.issues.get(one.number) is one


#: What an issue at the end of a link does not tell.
LEFT_OUT = {
    "_links", "epic", "epic_iid", "has_tasks", "health_status", "imported", "imported_from", "iteration", "moved_to_id",
    "references", "service_desk_reply_to", "severity", "task_status", "subscribed",
}  # fmt: skip


def _short(request: Request, one: Issue) -> Record:
    return {key: value for key, value in tickets.issue(request.forge, one).items() if key not in LEFT_OUT}


def _link(request: Request, row: Record, one: Issue) -> Record:
    return {
        "id": row["id"],
        "source_issue": _short(request, one),
        "target_issue": _short(request, _other(row, one)),
        "link_type": _kind(row, one),
    }


def _related(request: Request, row: Record, one: Issue) -> Record:
    return tickets.issue(request.forge, _other(row, one)) | {
        "issue_link_id": row["id"], "link_type": _kind(row, one), "link_created_at": iso(row["created"]),
        "link_updated_at": iso(row["created"]),
    }  # fmt: skip


def _one(request: Request, one: Issue) -> Record:
    found = next((row for row in _rows(one) if row["id"] == request.number("link_id")), None)
    if found is None:
        raise missing()
    return found


@routes.get(LINKS)
def links(request: Request) -> object:
    """The issues that are linked to one, the oldest link first."""
    one = issue_of(request)
    found = [row for row in _rows(one) if _alive(_other(row, one)) and sees_issue(request, _other(row, one))
             and request.world.may_read(request.viewer.user, _other(row, one).repository)]  # fmt: skip
    return paged(request, found, lambda row: _related(request, row, one))


@routes.post(LINKS)
def create(request: Request) -> object:
    """Links two issues; who does needs the reporter's role for both, and 409 for what is linked."""
    one, params = issue_of(request), params_of(request)
    need_all(params, "target_project_id", "target_issue_iid")
    home, number = project_named(request, str(params["target_project_id"])), str(params["target_issue_iid"])
    other = home.issues.get(int(number)) if number.isdigit() else None
    kind = choice(params, "link_type", *BACK) or "relates_to"
    if other is None or not sees_issue(request, other):
        raise missing()
    if level_of(request, one.repository) < model.READ or level_of(request, home) < model.READ:
        raise forbidden()
    if other is one:
        raise ApiError(404, "No matching issue found. Make sure that you are adding a valid issue URL.")
    if any(_other(row, one) is other for row in _rows(one)):
        raise ApiError(409, "Issue(s) already assigned")
    row: dict[str, Any] = {"id": request.world.next_id("issue link"), "source": one, "target": other, "kind": kind,
                           "created": request.world.now()}  # fmt: skip
    _rows(one).append(row)
    _rows(other).append(row)
    return created(_link(request, row, one))


@routes.get(f"{LINKS}/{{link_id}}")
def link(request: Request) -> object:
    """One link."""
    one = issue_of(request)
    return _link(request, _one(request, one), one)


@routes.delete(f"{LINKS}/{{link_id}}")
def delete(request: Request) -> object:
    """Takes a link away, from both ends; 200, with the link."""
    one = issue_of(request)
    row = _one(request, one)
    shaped, other = _link(request, row, one), _other(row, one)
    if level_of(request, one.repository) < model.READ:
        raise forbidden()
    _rows(one).remove(row)
    _rows(other).remove(row)
    return shaped
