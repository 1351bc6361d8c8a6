"""Routes of what issues are to each other (sub-issues, what blocks what) and of their types.

Sources: https://docs.github.com/en/rest/issues/sub-issues, https://docs.github.com/en/rest/issues/issue-dependencies,
https://docs.github.com/en/rest/orgs/issue-types; a hundred sub-issues and eight levels:
https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/adding-sub-issues.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.context import (
    body_of,
    created,
    issue_of,
    missing,
    organization_of,
    paged,
    repository_of,
    routes,
    sees,
)
from igitt.testing.sandbox.github.shapes import issues as shapes
from igitt.testing.sandbox.model import Issue, MergeRequest, Organization
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE = "/repos/{owner}/{repo}/issues/{number}"
MOST, DEEPEST = 100, 8


def _shape(request: Request, one: Issue) -> dict[str, Any]:
    return shapes.issue(request.forge, one)


def _issue(request: Request, need: int = model.NONE) -> Issue:
    """The issue in the path, which is no pull request."""
    one = issue_of(request, need)
    if isinstance(one, MergeRequest):
        raise missing()
    return one


def _by_id(request: Request, number: Any) -> Issue:
    """The issue of an id, which the one who asks must see."""
    for home in request.world.repositories.values():
        for one in home.issues.values():
            if one.id == number and sees(request, home):
                return one
    raise missing()


def _unfit(text: str) -> ApiError:
    return ApiError(422, "Validation Failed", errors=[{"resource": "Issue", "code": "custom", "message": text}])


def _listed(request: Request, found: Sequence[Issue]) -> Reply:
    return paged(request, [one for one in found if sees(request, one.repository)], lambda one: _shape(request, one))


# ---- sub-issues


def _above(one: Issue) -> list[Issue]:
    found = []
    while (parent := shapes.parent_of(one)) is not None:
        found.append(parent)
        one = parent
    return found


@routes.get(f"{ONE}/sub_issues")
def sub_issues(request: Request) -> object:
    """The sub-issues in their order."""
    return _listed(request, shapes.sub_issues_of(_issue(request)))


@routes.post(f"{ONE}/sub_issues")
def add_sub_issue(request: Request) -> object:
    """Puts an issue below another one, away from its parent only with ``replace_parent``."""
    one, data = _issue(request, model.TRIAGE), body_of(request)
    child = _by_id(request, data.get("sub_issue_id"))
    if child is one or child in _above(one):
        raise _unfit("Sub-issue cannot be a parent or the issue itself")
    if child.repository.owner is not one.repository.owner:
        raise _unfit("Sub-issue must belong to the same repository owner as the parent issue")
    before = shapes.parent_of(child)
    if before is not None and not data.get("replace_parent"):
        raise _unfit(
            "Issue may only have one parent" if before is not one else "Issue may not contain duplicate sub-issues"
        )
    if len(shapes.sub_issues_of(one)) >= MOST:
        raise _unfit(f"Parent cannot have more than {MOST} sub-issues")
    if len(_above(one)) + 2 > DEEPEST:
        raise _unfit(f"Sub-issues cannot be nested more than {DEEPEST} levels deep")
    if before is not None:
        shapes.sub_issues_of(before).remove(child)
    shapes.sub_issues_of(one).append(child)
    child.extra["parent"] = one
    return created(_shape(request, one))


@routes.delete(f"{ONE}/sub_issue")
def remove_sub_issue(request: Request) -> object:
    """Takes an issue from below another one."""
    one = _issue(request, model.TRIAGE)
    number = body_of(request).get("sub_issue_id")
    child = next((each for each in shapes.sub_issues_of(one) if each.id == number), None)
    if child is None:
        raise missing()
    shapes.sub_issues_of(one).remove(child)
    del child.extra["parent"]
    return _shape(request, one)


@routes.patch(f"{ONE}/sub_issues/priority")
def move_sub_issue(request: Request) -> object:
    """Puts a sub-issue before or behind another one."""
    one, data = _issue(request, model.TRIAGE), body_of(request)
    order = shapes.sub_issues_of(one)
    ids = [each.id for each in order]
    wanted, other = data.get("sub_issue_id"), data.get("after_id") or data.get("before_id")
    if wanted not in ids or other not in ids or wanted == other:
        raise _unfit("The sub-issues are not all below this issue")
    child = order.pop(ids.index(wanted))
    place = next(index for index, each in enumerate(order) if each.id == other)
    order.insert(place + 1 if data.get("after_id") else place, child)
    return _shape(request, one)


@routes.get(f"{ONE}/parent")
def parent(request: Request) -> object:
    """The issue above it; 404 without one."""
    found = shapes.parent_of(_issue(request))
    if found is None or not sees(request, found.repository):
        raise missing()
    return _shape(request, found)


# ---- what blocks what


@routes.get(f"{ONE}/dependencies/blocked_by")
def blocked_by(request: Request) -> object:
    """What has to be done first."""
    return _listed(request, shapes.blockers_of(_issue(request)))


@routes.post(f"{ONE}/dependencies/blocked_by")
def block(request: Request) -> object:
    """Says that something has to be done first."""
    one = _issue(request, model.TRIAGE)
    other = _by_id(request, body_of(request).get("issue_id"))
    if other is one or other in shapes.blockers_of(one):
        raise _unfit("Issue cannot block itself" if other is one else "Issue is already blocked by this issue")
    shapes.blockers_of(one).append(other)
    shapes.blocked_of(other).append(one)
    return created(_shape(request, one))


@routes.delete(f"{ONE}/dependencies/blocked_by/{{issue_id}}")
def unblock(request: Request) -> object:
    """Takes that back."""
    one, number = _issue(request, model.TRIAGE), request.number("issue_id")
    other = next((each for each in shapes.blockers_of(one) if each.id == number), None)
    if other is None:
        raise missing()
    shapes.blockers_of(one).remove(other)
    shapes.blocked_of(other).remove(one)
    return _shape(request, one)


@routes.get(f"{ONE}/dependencies/blocking")
def blocking(request: Request) -> object:
    """What waits for it."""
    return _listed(request, shapes.blocked_of(_issue(request)))


# ---- types


@routes.get("/orgs/{org}/issue-types")
def issue_types(request: Request) -> object:
    """The types of issues of an organization."""
    return shapes.issue_types(organization_of(request, model.READ))


@routes.get("/repos/{owner}/{repo}/issue-types")
def repository_issue_types(request: Request) -> object:
    """The types that issues of a repository may have: those of its organization."""
    owner = repository_of(request, "issues").owner
    return shapes.issue_types(owner) if isinstance(owner, Organization) else []
