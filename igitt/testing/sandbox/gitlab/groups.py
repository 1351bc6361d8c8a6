"""Routes of groups: lists, making, changing, deleting, and what is inside of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab import filters
from igitt.testing.sandbox.gitlab import projects as project_routes
from igitt.testing.sandbox.gitlab.context import (
    accepted,
    choice,
    created,
    flag,
    forbidden,
    group_named,
    group_of,
    need_all,
    numbers,
    paged,
    params_of,
    routes,
    sees_group,
    sees_issue,
    wrong,
)
from igitt.testing.sandbox.gitlab.meta import visible_groups
from igitt.testing.sandbox.gitlab.pictures import avatar
from igitt.testing.sandbox.gitlab.shapes import people, projects, tickets
from igitt.testing.sandbox.model import Organization
from igitt.testing.sandbox.wire import ApiError, Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.model import Repository


def filtered(request: Request, items: Iterable[Organization]) -> list[Organization]:
    """What the query leaves of some groups, by name."""
    world, me, params = request.world, request.viewer.user, params_of(request)
    left_out = set(numbers(params, "skip_groups"))
    found = [one for one in items if one.id not in left_out]
    text = str(params.get("search") or "").lower()
    if text:
        found = [one for one in found if text in f"{one.login.rpartition('/')[2]} {one.name or ''}".lower()]
    if flag(params.get("owned", False)):
        found = [one for one in found if _level(request, one) >= model.OWN]
    if flag(params.get("top_level_only", False)):
        found = [one for one in found if one.parent is None]
    if params.get("all_available") is not None and not flag(params["all_available"]):
        found = [one for one in found if _level(request, one)]
    level = str(params.get("min_access_level") or "")
    if level:
        if not level.isdigit():
            raise wrong("min_access_level is invalid")
        found = [one for one in found if me and world.organization_level(me, one) >= int(level)]
    order = choice(params, "order_by", "name", "path", "id", "similarity") or "name"
    keys: dict[str, Any] = {"id": lambda one: one.id, "path": lambda one: one.login.lower()}
    key = keys.get(order, lambda one: ((one.name or one.login).lower(), one.id))
    return sorted(found, key=key, reverse=choice(params, "sort", "asc", "desc") == "desc")


def _level(request: Request, one: Organization) -> int:
    me = request.viewer.user
    return 0 if me is None else max(each.members.get(me.login.lower(), 0) for each in one.lineage)


@routes.get("/groups")
def list_groups(request: Request) -> object:
    """The groups that who asks may know of."""
    return paged(request, filtered(request, visible_groups(request)), lambda one: people.group(request.forge, one))


@routes.post("/groups")
def create(request: Request) -> object:
    """Makes a group, or with ``parent_id`` a subgroup."""
    params, me, world = params_of(request), request.user, request.world
    need_all(params, "name", "path")
    path = str(params["path"])
    parent = group_named(request, str(params["parent_id"])) if params.get("parent_id") else None
    if parent is not None and world.organization_level(me, parent) < model.MAINTAIN:
        raise forbidden()
    full = f"{parent.login}/{path}" if parent else path
    if not project_routes.PATH.fullmatch(path):
        raise ApiError(400, "Failed to save group {:path=>[\"can contain only letters, digits, '_', '-' and '.'.\"]}")
    if world.account(full) is not None:
        raise ApiError(400, 'Failed to save group {:path=>["has already been taken"]}')
    made = world.add_organization(full, name=str(params["name"]), description=params.get("description"))
    made.members[me.login.lower()] = model.OWN
    avatar(request, made, params)
    _settings(made, params)
    return created(people.group(request.forge, made))


def _settings(one: Organization, params: dict[str, Any]) -> None:
    visibility = choice(params, "visibility", "private", "internal", "public")
    if visibility:
        one.private, one.extra["visibility"] = visibility == "private", visibility
    known = {key: value for key, value in params.items() if key in people.GROUP_SETTINGS}
    one.extra.setdefault("settings", {}).update(known)


@routes.get("/groups/{id}")
def group(request: Request) -> object:
    """A group, with its projects unless ``with_projects=false``."""
    one = group_of(request)
    found = people.group(request.forge, one) | {
        "shared_with_groups": [],
        "prevent_sharing_groups_outside_hierarchy": False,
        "only_allow_merge_if_pipeline_succeeds": False,
        "only_allow_merge_if_all_discussions_are_resolved": False,
        "allow_merge_on_skipped_pipeline": False,
    }
    if request.arg("with_projects") != "false":
        mine = [each for each in request.world.repositories_of(one) if _readable(request, each)]
        found["projects"] = [projects.project(request.forge, each, request.viewer.user) for each in mine[:100]]
        found["shared_projects"] = []
    return found


def _readable(request: Request, one: Repository) -> bool:
    return request.world.may_read(request.viewer.user, one)


@routes.put("/groups/{id}")
def edit(request: Request) -> object:
    """Changes name, description or settings of a group."""
    one, params = group_of(request, model.OWN), params_of(request)
    if "name" in params:
        one.name = str(params["name"])
    if "description" in params:
        one.description = params["description"]
    avatar(request, one, params)
    _settings(one, params)
    one.updated = request.world.now()
    return people.group(request.forge, one)


@routes.delete("/groups/{id}")
def delete(request: Request) -> object:
    """Deletes a group with all that is inside; GitLab only says that it is scheduled."""
    one, world = group_of(request, model.OWN), request.world
    for repository in world.repositories_of(one, nested=True):
        world.delete_repository(repository, request.user)
    for each in [each for each in world.organizations() if one in each.lineage]:
        del world.accounts[each.login.lower()]
    return accepted()


@routes.get("/groups/{id}/projects")
def group_projects(request: Request) -> object:
    """The projects of a group, with ``include_subgroups`` also those further down."""
    nested = flag(request.arg("include_subgroups"))
    found = request.world.repositories_of(group_of(request), nested=nested)
    return paged(
        request,
        project_routes.filtered(request, found),
        lambda one: projects.project(request.forge, one, request.viewer.user),
    )


@routes.get("/groups/{id}/subgroups")
@routes.get("/groups/{id}/descendant_groups")
def subgroups(request: Request) -> object:
    """The groups inside of a group: those next to it, or all."""
    one = group_of(request)
    deep = request.path.endswith("descendant_groups")
    inside = [
        each for each in request.world.organizations()
        if each is not one and (one in each.lineage if deep else each.parent is one) and sees_group(request, each)
    ]  # fmt: skip
    return paged(request, filtered(request, inside), lambda each: people.group(request.forge, each))


@routes.get("/groups/{id}/issues")
def group_issues(request: Request) -> object:
    """The issues of all projects in a group and below."""
    homes = [one for one in request.world.repositories_of(group_of(request), nested=True) if _readable(request, one)]
    items = [one for home in homes for one in home.issues.values() if sees_issue(request, one)]
    found = filters.filtered(request, items)
    return paged(request, found, lambda one: tickets.issue(request.forge, one, relative=True))


@routes.get("/groups/{id}/merge_requests")
def group_merge_requests(request: Request) -> object:
    """The merge requests of all projects in a group and below."""
    homes = [one for one in request.world.repositories_of(group_of(request), nested=True) if _readable(request, one)]
    found = filters.filtered(request, [one for home in homes for one in home.merge_requests.values()])
    return paged(request, found, lambda one: tickets.merge_request(request.forge, one, relative=True))
