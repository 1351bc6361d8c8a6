"""Routes of labels and milestones, of projects and of groups alike."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from igitt.testing.sandbox import model, work
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    flag,
    forbidden,
    home_of,
    invalid,
    missing,
    need_all,
    need_one,
    not_modified,
    paged,
    params_of,
    routes,
    sees_issue,
    words,
)
from igitt.testing.sandbox.gitlab.fields import day_of
from igitt.testing.sandbox.gitlab.shapes import projects, tickets
from igitt.testing.sandbox.model import Label, Milestone, Organization, Repository
from igitt.testing.sandbox.wire import ApiError, Reply, Request

NAMED = {
    "red": "ff0000", "green": "008000", "blue": "0000ff", "black": "000000", "white": "ffffff", "yellow": "ffff00",
    "orange": "ffa500", "purple": "800080", "gray": "808080",
}  # fmt: skip
HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
Home = Repository | Organization


def color_of(text: str) -> str:
    """Six hex digits of ``#rgb``, ``#rrggbb`` or a name; 400 for anything else."""
    if text.lower() in NAMED:
        return NAMED[text.lower()]
    if not HEX.fullmatch(text):
        raise invalid(color="must be a valid color code")
    return text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])


def homes_of(home: Home) -> list[Home]:
    """A project or group with the groups around it."""
    if isinstance(home, Organization):
        return list(home.lineage)
    return [home, *(home.owner.lineage if isinstance(home.owner, Organization) else [])]


def label_of(request: Request, home: Home, *, around: bool = False) -> Label:
    """The label of an id or a name."""
    name = request.params.get("name") or str(params_of(request).get("label_id") or params_of(request).get("name") or "")
    for one in homes_of(home) if around else [home]:
        for label in one.labels.values():
            if name.isdigit() and label.id == int(name):
                return label
        if name.lower() in one.labels:
            return one.labels[name.lower()]
    raise missing("Label")


def _shape(request: Request, home: Home, one: Label, *, counts: bool = False) -> dict[str, Any]:
    return projects.label(home, one, request.viewer.user, counts=counts)


def _edit_label(request: Request) -> object:
    home, params = home_of(request, model.PLAN), params_of(request)
    one = label_of(request, home)
    need_one(params, "new_name", "color", "description", "priority")
    changes: dict[str, Any] = {}
    new = params.get("new_name")
    if new:
        known = home.labels.get(str(new).lower())
        if known is not None and known is not one:
            raise invalid(title="has already been taken")
        changes["name"] = str(new)
    if params.get("color"):
        changes["color"] = color_of(str(params["color"]))
    if "description" in params:
        changes["description"] = params["description"]
    if "priority" in params:
        home.extra.setdefault("label_priorities", {})[one.id] = params["priority"]
    work.edit_label(request.world, home, one, request.user, **changes)
    return _shape(request, home, one)


def _delete_label(request: Request) -> None:
    home = home_of(request, model.PLAN)
    work.delete_label(request.world, home, label_of(request, home), request.user)


def _group_of(home: Home) -> Organization:
    if not isinstance(home, Repository) or not isinstance(home.owner, Organization):
        raise ApiError(400, "The project does not belong to a group")
    return home.owner


@routes.put("/projects/{id}/labels/{name}/promote")
@routes.put("/projects/{id}/labels/promote")
def promote_label(request: Request) -> object:
    """Makes a project's label its group's, in the place of those of that name in all projects of the group.

    Source: https://docs.gitlab.com/api/labels/#promote-a-project-label-to-a-group-label.
    """
    home = home_of(request, model.PLAN)
    one, group = label_of(request, home), _group_of(home)
    if request.world.organization_level(request.user, group) < model.PLAN:
        raise forbidden()
    key = one.name.lower()
    for each in request.world.repositories_of(group, nested=True):
        old = each.labels.pop(key, None)
        for issue in [*each.issues.values(), *each.merge_requests.values()]:
            issue.labels = [one if label is old else label for label in issue.labels]
    group.labels[key] = one
    return _shape(request, group, one)


@routes.post("/projects/{id}/milestones/{milestone_id}/promote")
def promote_milestone(request: Request) -> object:
    """Makes a project's milestone its group's.

    Source: https://docs.gitlab.com/api/milestones/#promote-project-milestone-to-a-group-milestone.
    """
    home = home_of(request, model.PLAN)
    number, group = request.number("milestone_id"), _group_of(home)
    one = next((each for each in home.milestones.values() if each.id == number), None)
    if one is None:
        raise missing("Milestone")
    del home.milestones[one.number]
    one.number, one.organization = max(group.milestones, default=0) + 1, group
    group.milestones[one.number] = one
    return created(projects.milestone(request.forge, one, group))


for _kind in ("projects", "groups"):

    @routes.get(f"/{_kind}/{{id}}/labels")
    def labels(request: Request) -> object:
        """Labels by name, with those of the groups around unless ``include_ancestor_groups=false``."""
        home, text = home_of(request), request.arg("search").lower()
        around = request.arg("include_ancestor_groups", "true") != "false"
        homes = homes_of(home) if around else [home]
        found = [one for each in homes for one in each.labels.values() if text in one.name.lower()]
        counts = flag(request.arg("with_counts"))
        found.sort(key=lambda one: one.name.lower())
        return paged(request, found, lambda one: _shape(request, home, one, counts=counts))

    @routes.post(f"/{_kind}/{{id}}/labels")
    def create_label(request: Request) -> object:
        """Makes a label; 409 where the name is taken."""
        home, params = home_of(request, model.PLAN), params_of(request)
        need_all(params, "name", "color")
        name = str(params["name"]).strip()
        if not name or "," in name:
            raise invalid(title="can't be blank" if not name else "is invalid")
        if any(name.lower() in one.labels for one in homes_of(home)):
            raise ApiError(409, "Label already exists")
        made = work.create_label(
            request.world, home, request.user, name, color_of(str(params["color"])), params.get("description")
        )
        if params.get("priority") is not None:
            home.extra.setdefault("label_priorities", {})[made.id] = params["priority"]
        return created(_shape(request, home, made))

    @routes.get(f"/{_kind}/{{id}}/labels/{{name}}")
    def one_label(request: Request) -> object:
        """A label by id or name."""
        home = home_of(request)
        return _shape(request, home, label_of(request, home, around=True))

    routes.put(f"/{_kind}/{{id}}/labels/{{name}}")(_edit_label)
    routes.put(f"/{_kind}/{{id}}/labels")(_edit_label)
    routes.delete(f"/{_kind}/{{id}}/labels/{{name}}")(_delete_label)
    routes.delete(f"/{_kind}/{{id}}/labels")(_delete_label)

    @routes.post(f"/{_kind}/{{id}}/labels/{{name}}/subscribe")
    @routes.post(f"/{_kind}/{{id}}/labels/{{name}}/unsubscribe")
    def subscribe_label(request: Request) -> object:
        """Follows a label or no longer does; 304 where nothing changes."""
        home = home_of(request)
        one, me = label_of(request, home, around=True), request.user
        fans: set[int] = home.extra.setdefault("label_subscribers", {}).setdefault(one.id, set())
        wanted = request.path.endswith("/subscribe")
        if (me.id in fans) is wanted:
            return not_modified()
        (fans.add if wanted else fans.discard)(me.id)
        return created(_shape(request, home, one))

    @routes.get(f"/{_kind}/{{id}}/milestones")
    def milestones(request: Request) -> object:
        """Milestones, the newest first; with ``include_ancestors`` those of the groups around as well."""
        home, params = home_of(request), params_of(request)
        around = flag(params.get("include_ancestors", params.get("include_parent_milestones", False)))
        found = [one for each in (homes_of(home) if around else [home]) for one in each.milestones.values()]
        state = choice(params, "state", "active", "closed", "all")
        if state and state != "all":
            found = [one for one in found if (one.state == "open") is (state == "active")]
        iids = set(words(params.get("iids")))
        if iids:
            found = [one for one in found if str(one.number) in iids]
        if params.get("title"):
            found = [one for one in found if one.title == params["title"]]
        text = str(params.get("search") or "").lower()
        found = [one for one in found if text in f"{one.title} {one.description or ''}".lower()]
        found.sort(key=lambda one: one.id, reverse=True)
        return paged(request, found, lambda one: projects.milestone(request.forge, one, home))

    @routes.post(f"/{_kind}/{{id}}/milestones")
    def create_milestone(request: Request) -> object:
        """Makes a milestone; 400 where the title is taken."""
        home, params = home_of(request, model.PLAN), params_of(request)
        need_all(params, "title")
        _title_free(home, params["title"], None)
        fields = {"description": params.get("description"), **_dates(params)}
        made = work.create_milestone(request.world, home, request.user, str(params["title"]), **fields)
        return created(projects.milestone(request.forge, made, home))

    @routes.get(f"/{_kind}/{{id}}/milestones/{{milestone_id}}")
    def one_milestone(request: Request) -> object:
        """A milestone by its id, not its number."""
        home = home_of(request)
        return projects.milestone(request.forge, _milestone(request, home), home)

    @routes.put(f"/{_kind}/{{id}}/milestones/{{milestone_id}}")
    def edit_milestone(request: Request) -> object:
        """Changes a milestone; ``state_event`` closes and activates it."""
        home, params = home_of(request, model.PLAN), params_of(request)
        one = _milestone(request, home)
        need_one(params, "title", "description", "start_date", "due_date", "state_event")
        changes = _dates(params)
        if "title" in params:
            _title_free(home, params["title"], one)
            changes["title"] = str(params["title"])
        if "description" in params:
            changes["description"] = params["description"]
        event = choice(params, "state_event", "close", "activate")
        if event:
            changes["state"] = "closed" if event == "close" else "open"
        work.edit_milestone(request.world, home, one, request.user, **changes)
        return projects.milestone(request.forge, one, home)

    @routes.delete(f"/{_kind}/{{id}}/milestones/{{milestone_id}}")
    def delete_milestone(request: Request) -> None:
        """Deletes a milestone."""
        home = home_of(request, model.PLAN)
        work.delete_milestone(request.world, home, _milestone(request, home), request.user)

    @routes.get(f"/{_kind}/{{id}}/milestones/{{milestone_id}}/issues")
    @routes.get(f"/{_kind}/{{id}}/milestones/{{milestone_id}}/merge_requests")
    def inside(request: Request) -> object:
        """What a milestone holds."""
        return _inside(request)


def _inside(request: Request) -> Reply:
    home = home_of(request)
    one, forge = _milestone(request, home), request.forge
    homes = [home] if isinstance(home, Repository) else request.world.repositories_of(home, nested=True)
    homes = [each for each in homes if request.world.may_read(request.viewer.user, each)]
    if request.path.endswith("issues"):
        found = [each for place in homes for each in place.issues.values() if each.milestone is one]
        return paged(
            request,
            [each for each in found if sees_issue(request, each)],
            lambda each: tickets.issue_basic(forge, each),
        )
    requests = [each for place in homes for each in place.merge_requests.values() if each.milestone is one]
    return paged(request, requests, lambda each: tickets.merge_request(forge, each))


def _milestone(request: Request, home: Home) -> Milestone:
    number = request.number("milestone_id")
    found = next((one for one in home.milestones.values() if one.id == number), None)
    if found is None:
        raise missing("Milestone")
    return found


def _title_free(home: Home, title: Any, but: Milestone | None) -> None:
    if not str(title or "").strip():
        raise invalid(title="can't be blank")
    if any(one.title == title and one is not but for each in homes_of(home) for one in each.milestones.values()):
        raise invalid(title="already being used for another group or project milestone.")


def _dates(params: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in (("due_date", "due"), ("start_date", "start")):
        if name in params:
            day = day_of(params, name)
            found[field] = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    if found.get("due") and found.get("start") and found["due"] < found["start"]:
        raise invalid(due_date="must be greater than start date")
    return found
