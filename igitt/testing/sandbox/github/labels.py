"""Routes of labels and milestones of a repository."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model, work
from igitt.testing.sandbox.github.context import body_of, created, invalid, paged, repository_of, routes, text_of
from igitt.testing.sandbox.github.shapes import repositories as shapes
from igitt.testing.sandbox.wire import Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Label, Milestone, Repository


def _label(request: Request, found: Repository) -> Label:
    label = found.labels.get(request.params["name"].lower())
    if label is None:
        raise request.forge.not_found()
    return label


def _color(data: dict[str, Any]) -> str:
    color = str(data.get("color") or "ededed")
    if len(color) != 6 or any(digit not in "0123456789abcdefABCDEF" for digit in color):
        raise invalid("Label", "color")
    return color.lower()


@routes.get("/repos/{owner}/{repo}/labels")
def labels(request: Request) -> object:
    """All labels."""
    found = repository_of(request)
    return paged(request, list(found.labels.values()), lambda one: shapes.label(request.forge, found, one))


@routes.post("/repos/{owner}/{repo}/labels")
def create_label(request: Request) -> object:
    """Makes a label; 422 already_exists, whatever the case of the name."""
    found, data = repository_of(request, "issues|pull_requests", model.WRITE), body_of(request)
    name = text_of(data, "name", "Label")
    if name.lower() in found.labels:
        raise invalid("Label", "name", "already_exists")
    label = work.create_label(request.world, found, request.user, name, _color(data), data.get("description"))
    return created(shapes.label(request.forge, found, label))


@routes.get("/repos/{owner}/{repo}/labels/{name}")
def label(request: Request) -> object:
    """One label."""
    found = repository_of(request)
    return shapes.label(request.forge, found, _label(request, found))


@routes.patch("/repos/{owner}/{repo}/labels/{name}")
def edit_label(request: Request) -> object:
    """Renames, repaints or describes a label."""
    found, data = repository_of(request, "issues|pull_requests", model.WRITE), body_of(request)
    one = _label(request, found)
    changes: dict[str, Any] = {}
    if data.get("new_name"):
        if data["new_name"].lower() != one.name.lower() and data["new_name"].lower() in found.labels:
            raise invalid("Label", "name", "already_exists")
        changes["name"] = data["new_name"]
    if "color" in data:
        changes["color"] = _color(data)
    if "description" in data:
        changes["description"] = data["description"]
    work.edit_label(request.world, found, one, request.user, **changes)
    return shapes.label(request.forge, found, one)


@routes.delete("/repos/{owner}/{repo}/labels/{name}")
def delete_label(request: Request) -> None:
    """Removes a label everywhere."""
    found = repository_of(request, "issues|pull_requests", model.WRITE)
    work.delete_label(request.world, found, _label(request, found), request.user)


# ---- milestones


def _milestone(request: Request, found: Repository) -> Milestone:
    milestone = found.milestones.get(request.number("milestone"))
    if milestone is None:
        raise request.forge.not_found()
    return milestone


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {key: data[key] for key in ("title", "description", "state") if key in data}
    if fields.get("state", "open") not in {"open", "closed"}:
        raise invalid("Milestone", "state")
    if "due_on" in data:
        try:
            fields["due"] = datetime.fromisoformat(data["due_on"]) if data["due_on"] else None
        except ValueError:
            raise invalid("Milestone", "due_on") from None
    return fields


@routes.get("/repos/{owner}/{repo}/milestones")
def milestones(request: Request) -> object:
    """The milestones, open ones unless ``state`` says otherwise."""
    found, state = repository_of(request), request.arg("state", "open")
    chosen = [one for one in found.milestones.values() if state in {"all", one.state}]
    if request.arg("direction") == "desc":
        chosen.reverse()
    return paged(request, chosen, lambda one: shapes.milestone(request.forge, found, one))


@routes.post("/repos/{owner}/{repo}/milestones")
def create_milestone(request: Request) -> object:
    """Makes a milestone; 422 already_exists for a title that is taken."""
    found, data = repository_of(request, "issues|pull_requests", model.WRITE), body_of(request)
    title = text_of(data, "title", "Milestone")
    if any(one.title == title for one in found.milestones.values()):
        raise invalid("Milestone", "title", "already_exists")
    fields = _fields(data) | {"title": title}
    made = work.create_milestone(request.world, found, request.user, **fields)
    return created(shapes.milestone(request.forge, found, made))


@routes.get("/repos/{owner}/{repo}/milestones/{milestone}")
def milestone(request: Request) -> object:
    """One milestone by its number."""
    found = repository_of(request)
    return shapes.milestone(request.forge, found, _milestone(request, found))


@routes.patch("/repos/{owner}/{repo}/milestones/{milestone}")
def edit_milestone(request: Request) -> object:
    """Changes a milestone."""
    found = repository_of(request, "issues|pull_requests", model.WRITE)
    one = _milestone(request, found)
    work.edit_milestone(request.world, found, one, request.user, **_fields(body_of(request)))
    return shapes.milestone(request.forge, found, one)


@routes.delete("/repos/{owner}/{repo}/milestones/{milestone}")
def delete_milestone(request: Request) -> None:
    """Removes a milestone."""
    found = repository_of(request, "issues|pull_requests", model.WRITE)
    work.delete_milestone(request.world, found, _milestone(request, found), request.user)


@routes.get("/repos/{owner}/{repo}/milestones/{milestone}/labels")
def milestone_labels(request: Request) -> object:
    """The labels of everything in a milestone."""
    found = repository_of(request)
    one = _milestone(request, found)
    inside = [item for item in [*found.issues.values(), *found.merge_requests.values()] if item.milestone is one]
    unique = {label.id: label for item in inside for label in item.labels}
    return paged(request, list(unique.values()), lambda label: shapes.label(request.forge, found, label))
