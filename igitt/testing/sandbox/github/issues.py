"""Routes of issues (and of what pull requests share with them): lists, edits, labels, assignees, locks, history."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model, work
from igitt.testing.sandbox.github import protection
from igitt.testing.sandbox.github.context import (
    body_of,
    check_sizes,
    created,
    invalid,
    issue_of,
    may_triage,
    organization_of,
    paged,
    person,
    repository_of,
    routes,
    sees,
    text_of,
)
from igitt.testing.sandbox.github.shapes import issues as shapes
from igitt.testing.sandbox.github.shapes import repositories as repository_shapes
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.model import Issue, Milestone, Repository, User

REASONS = {"completed", "not_planned", "duplicate", "reopened"}


def shaped(request: Request, one: Issue) -> dict[str, Any]:
    """A single issue."""
    return shapes.issue(request.forge, one)


def since_of(request: Request) -> datetime | None:
    """The ``since`` of a query; 422 for what is no time."""
    text = request.arg("since")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise invalid("Issue", "since") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _milestone_filter(wanted: str, milestone: Milestone | None) -> bool:
    if wanted == "*":
        return milestone is not None
    if wanted == "none":
        return milestone is None
    return milestone is not None and str(milestone.number) == wanted


def _has_type(one: Issue, wanted: str) -> bool:
    """Whether an issue is of a type; ``*`` is any, ``none`` none, and an empty text does not ask."""
    kind = str(one.extra.get("type") or "none").lower()
    return wanted in {"", kind} or (wanted == "*" and kind != "none")


def filtered(request: Request, items: Iterable[Issue]) -> list[Issue]:
    """What the query's filters leave, sorted as it asks."""
    found = list(items)
    state = request.arg("state", "open")
    if state not in {"open", "closed", "all"}:
        raise invalid("Issue", "state")
    if state != "all":
        found = [one for one in found if (one.state == "open") is (state == "open")]
    if request.arg("labels"):
        wanted = {name.strip().lower() for name in request.arg("labels").split(",")}
        found = [one for one in found if wanted <= {label.name.lower() for label in one.labels}]
    assignee = request.arg("assignee").lower()
    if assignee in {"none", "*"}:
        found = [one for one in found if bool(one.assignees) is (assignee == "*")]
    elif assignee:
        found = [one for one in found if assignee in {user.login.lower() for user in one.assignees}]
    if request.arg("creator"):
        found = [one for one in found if one.author.login.lower() == request.arg("creator").lower()]
    if request.arg("mentioned"):
        name = "@" + request.arg("mentioned").lower()
        found = [one for one in found if name in (one.body or "").lower()]
    if request.arg("milestone"):
        found = [one for one in found if _milestone_filter(request.arg("milestone"), one.milestone)]
    found = [one for one in found if _has_type(one, request.arg("type").lower())]
    since = since_of(request)
    if since is not None:
        found = [one for one in found if one.updated >= since]
    return ordered(request, found)


def ordered(request: Request, found: list[Issue], default: str = "desc") -> list[Issue]:
    """Sorted by ``sort`` and ``direction``."""
    keys: dict[str, Any] = {
        "updated": lambda one: (one.updated, one.id),
        "comments": lambda one: (len(one.comments), one.id),
    }
    descending = request.arg("direction", default) == "desc"
    return sorted(found, key=keys.get(request.arg("sort"), attrgetter("id")), reverse=descending)


@routes.get("/repos/{owner}/{repo}/issues")
def issues(request: Request) -> object:
    """Issues and pull requests of a repository."""
    found = repository_of(request, "issues|pull_requests")
    _enabled(found)
    items = filtered(request, [*found.issues.values(), *found.merge_requests.values()])
    return paged(request, items, lambda one: shapes.issue(request.forge, one, list_item=True))


def _across(request: Request, repositories: list[Repository], *, mine: User | None) -> Reply:
    kind = request.arg("filter", "assigned")
    items = []
    for repository in repositories:
        for one in [*repository.issues.values(), *repository.merge_requests.values()]:
            roles = {"assigned": mine in one.assignees, "created": one.author is mine}
            roles |= {"subscribed": mine is not None and mine.id in one.subscribers}
            if mine is None or kind == "all" or roles.get(kind, kind == "repos"):
                items.append(one)

    def shape(one: Issue) -> dict[str, Any]:
        inside = repository_shapes.repository(request.forge, one.repository, request)
        return shapes.issue(request.forge, one, list_item=True) | {"repository": inside}

    return paged(request, filtered(request, items), shape)


@routes.get("/issues")
@routes.get("/user/issues")
def my_issues(request: Request) -> object:
    """What is assigned to (``filter``: created by, …) the one who asks, everywhere."""
    me = person(request)
    seen = [one for one in request.world.repositories.values() if sees(request, one)]
    return _across(request, seen, mine=me)


@routes.get("/orgs/{org}/issues")
def org_issues(request: Request) -> object:
    """The same within one organization."""
    home = organization_of(request)
    seen = [one for one in request.world.repositories_of(home) if sees(request, one)]
    return _across(request, seen, mine=person(request))


def _enabled(found: Repository) -> None:
    if not found.has_issues:
        raise ApiError(410, "Issues has been disabled in this repository.")


def _assignees(request: Request, found: Repository, names: Any) -> list[User]:
    if isinstance(names, str):
        names = [names] if names else []
    people = []
    for name in names or []:
        user = request.world.user(str(name))
        if user is None or not request.world.level(user, found):
            raise invalid("Issue", "assignees")
        people.append(user)
    return list(dict.fromkeys(people))


def _names(values: Any) -> list[str]:
    if not isinstance(values, list):
        raise ApiError(422, "Invalid request.\n\nFor 'properties/labels', the value is not an array.")
    return [value["name"] if isinstance(value, dict) else str(value) for value in values]


def _type(found: Repository, data: dict[str, Any]) -> str | None:
    """The type that a body names; 422 for one that the organization has not."""
    wanted = data.get("type")
    if not wanted:
        return None
    known = shapes.TYPES if isinstance(found.owner, model.Organization) else ()
    name = next((name for name, _, _ in known if name.lower() == str(wanted).lower()), None)
    if name is None:
        raise invalid("Issue", "type")
    return name


def _milestone(found: Repository, number: Any) -> Milestone | None:
    if number is None:
        return None
    if number not in found.milestones:
        raise invalid("Issue", "milestone")
    return found.milestones[number]


@routes.post("/repos/{owner}/{repo}/issues")
def create_issue(request: Request) -> object:
    """Opens an issue; labels, assignees and milestone only count for those who may set them."""
    found, data = repository_of(request, "issues"), body_of(request)
    _enabled(found)
    title = text_of(data, "title", "Issue")
    fields: dict[str, Any] = {}
    if request.viewer.installation is not None:
        fields["app"] = request.viewer.installation.app
    if request.viewer.installation is not None or request.world.level(request.user, found) >= model.TRIAGE:
        fields["labels"] = work.labels_named(request.world, found, _names(data.get("labels") or []))
        wanted = data.get("assignees") or data.get("assignee")
        fields["assignees"] = _assignees(request, found, wanted)
        fields["milestone"] = _milestone(found, data.get("milestone"))
    kind = _type(found, data)
    one = work.create_issue(request.world, found, request.user, title, data.get("body"), **fields)
    one.extra["type"] = kind
    return created(shapes.issue(request.forge, one))


@routes.get("/repos/{owner}/{repo}/issues/{number}")
def issue(request: Request) -> object:
    """One issue."""
    one = issue_of(request)
    return Reply(shaped(request, one), modified=one.updated)


@routes.patch("/repos/{owner}/{repo}/issues/{number}")
def edit_issue(request: Request) -> object:
    """Changes an issue: text by its author or triage, labels and people by triage."""
    one, data = issue_of(request), body_of(request)
    allowed = may_triage(request, one)
    if not allowed and request.user is not one.author:
        raise ApiError(403, "Must have admin rights to Repository.")
    changes: dict[str, Any] = {}
    if "title" in data:
        changes["title"] = text_of(data, "title", "Issue")
    if "body" in data:
        changes["body"] = data["body"]
    changes |= _state(one, data)
    if allowed:
        changes |= _people_and_labels(request, one, data)
    if allowed and "type" in data:
        one.extra["type"] = _type(one.repository, data)
    work.edit_issue(request.world, one, request.user, **changes)
    return Reply(shaped(request, one))


def _state(one: Issue, data: dict[str, Any]) -> dict[str, Any]:
    state, reason = data.get("state"), data.get("state_reason")
    if state is None:
        return {}
    if state not in {"open", "closed"}:
        raise invalid("Issue", "state")
    if reason is not None and reason not in REASONS:
        raise invalid("Issue", "state_reason")
    if isinstance(one, model.MergeRequest):
        if state == "open":
            protection.check_reopening(one)
        return {} if one.state == "merged" else {"state": state}
    if state == "open":
        return {"state": "open", "state_reason": "reopened" if one.state == "closed" else one.state_reason}
    return {"state": "closed", "state_reason": reason or (one.state_reason if one.state == "closed" else "completed")}


def _people_and_labels(request: Request, one: Issue, data: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "labels" in data:
        changes["labels"] = work.labels_named(request.world, one.repository, _names(data["labels"] or []))
    if "assignees" in data or "assignee" in data:
        wanted = data.get("assignees", data.get("assignee"))
        changes["assignees"] = _assignees(request, one.repository, wanted)
    if "milestone" in data:
        changes["milestone"] = _milestone(one.repository, data["milestone"])
    return changes


@routes.put("/repos/{owner}/{repo}/issues/{number}/lock")
def lock(request: Request) -> None:
    """Locks the conversation."""
    one = issue_of(request, model.WRITE)
    reason = body_of(request).get("lock_reason")
    if reason not in {None, "off-topic", "too heated", "resolved", "spam"}:
        raise invalid("Issue", "lock_reason")
    one.lock_reason = reason
    work.edit_issue(request.world, one, request.user, locked=True)


@routes.delete("/repos/{owner}/{repo}/issues/{number}/lock")
def unlock(request: Request) -> None:
    """Unlocks the conversation."""
    one = issue_of(request, model.WRITE)
    one.lock_reason = None
    work.edit_issue(request.world, one, request.user, locked=False)


# ---- labels and assignees of an issue


def _label_list(request: Request, one: Issue) -> list[dict[str, Any]]:
    return [repository_shapes.label(request.forge, one.repository, label) for label in one.labels]


@routes.get("/repos/{owner}/{repo}/issues/{number}/labels")
def issue_labels(request: Request) -> object:
    """The labels of an issue."""
    one = issue_of(request)
    return paged(request, one.labels, lambda label: repository_shapes.label(request.forge, one.repository, label))


def _given(request: Request) -> list[str]:
    data = request.json
    if isinstance(data, dict):
        data = data.get("labels", [])
    found = _names(data)
    check_sizes(request, {"labels": found})
    return found


@routes.post("/repos/{owner}/{repo}/issues/{number}/labels")
def add_labels(request: Request) -> object:
    """Adds labels (made where missing) and answers with all of them."""
    one = issue_of(request, model.TRIAGE)
    more = work.labels_named(request.world, one.repository, _given(request))
    work.edit_issue(request.world, one, request.user, labels=list(dict.fromkeys([*one.labels, *more])))
    return _label_list(request, one)


@routes.put("/repos/{owner}/{repo}/issues/{number}/labels")
def set_labels(request: Request) -> object:
    """Replaces the labels."""
    one = issue_of(request, model.TRIAGE)
    work.edit_issue(
        request.world, one, request.user, labels=work.labels_named(request.world, one.repository, _given(request))
    )
    return _label_list(request, one)


@routes.delete("/repos/{owner}/{repo}/issues/{number}/labels")
def clear_labels(request: Request) -> None:
    """Takes all labels away."""
    work.edit_issue(request.world, issue_of(request, model.TRIAGE), request.user, labels=[])


@routes.delete("/repos/{owner}/{repo}/issues/{number}/labels/{name}")
def remove_label(request: Request) -> object:
    """Takes one label away and answers with the rest; 404 "Label does not exist"."""
    one, name = issue_of(request, model.TRIAGE), request.params["name"].lower()
    rest = [label for label in one.labels if label.name.lower() != name]
    if len(rest) == len(one.labels):
        raise ApiError(404, "Label does not exist")
    work.edit_issue(request.world, one, request.user, labels=rest)
    return _label_list(request, one)


@routes.post("/repos/{owner}/{repo}/issues/{number}/assignees")
def add_assignees(request: Request) -> object:
    """Assigns up to ten people; those who cannot be assigned are left out in silence, as GitHub does."""
    one = issue_of(request, model.TRIAGE)
    people = [request.world.user(str(name)) for name in body_of(request).get("assignees") or []]
    good = [user for user in people if user is not None and request.world.level(user, one.repository)]
    work.edit_issue(request.world, one, request.user, assignees=list(dict.fromkeys([*one.assignees, *good]))[:10])
    return created(shapes.issue(request.forge, one))


@routes.delete("/repos/{owner}/{repo}/issues/{number}/assignees")
def remove_assignees(request: Request) -> object:
    """Takes people off."""
    one = issue_of(request, model.TRIAGE)
    names = {str(name).lower() for name in body_of(request).get("assignees") or []}
    rest = [user for user in one.assignees if user.login.lower() not in names]
    work.edit_issue(request.world, one, request.user, assignees=rest)
    return shapes.issue(request.forge, one)
