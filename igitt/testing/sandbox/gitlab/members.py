"""Routes of the members of projects and groups: their own, and with ``/all`` also those that are inherited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab.context import (
    created,
    group_of,
    home_of,
    missing,
    need_all,
    paged,
    params_of,
    routes,
    user_by_id,
    words,
    wrong,
)
from igitt.testing.sandbox.gitlab.shapes.people import member
from igitt.testing.sandbox.model import Organization, Repository, User
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable
LEVELS = {5, 10, 15, 20, 25, 30, 40, 50}
Home = Repository | Organization


def own(request: Request, home: Home) -> dict[int, tuple[User, int]]:
    """Members of the thing itself, by their id; the owner of a personal project is one."""
    found = {}
    if isinstance(home, Repository) and isinstance(home.owner, User):
        found[home.owner.id] = (home.owner, model.OWN)
    for login, level in home.members.items():
        user = request.world.user(login)
        if user is not None:
            found[user.id] = (user, level)
    return found


def inherited(request: Request, home: Home) -> dict[int, tuple[User, int]]:
    """Everyone with a level, the highest one where there are several."""
    homes: list[Home] = [home]
    if isinstance(home, Organization):
        homes = list(home.lineage)
    elif isinstance(home.owner, Organization):
        homes += home.owner.lineage
    found: dict[int, tuple[User, int]] = {}
    for one in homes:
        for number, (user, level) in own(request, one).items():
            found[number] = (user, max(level, found.get(number, (user, 0))[1]))
    return found


def _list(request: Request, members: Callable[[Request, Home], dict[int, tuple[User, int]]]) -> Reply:
    found = sorted(members(request, home_of(request)).values(), key=lambda pair: pair[0].id)
    text = request.arg("query").lower()
    found = [pair for pair in found if text in f"{pair[0].login} {pair[0].name or ''}".lower()]
    ids = set(words(params_of(request).get("user_ids")))
    if ids:
        found = [pair for pair in found if str(pair[0].id) in ids]
    return paged(request, found, lambda pair: member(request.forge, *pair))


def _one(request: Request, members: dict[int, tuple[User, int]]) -> dict[str, Any]:
    found = members.get(request.number("user_id"))
    if found is None:
        raise missing()
    return member(request.forge, *found)


for _kind in ("projects", "groups"):

    @routes.get(f"/{_kind}/{{id}}/members")
    def list_members(request: Request) -> object:
        """Members of the thing itself."""
        return _list(request, own)

    @routes.get(f"/{_kind}/{{id}}/members/all")
    def list_all_members(request: Request) -> object:
        """Members, also those that are inherited."""
        return _list(request, inherited)

    @routes.get(f"/{_kind}/{{id}}/members/{{user_id}}")
    def one_member(request: Request) -> object:
        """A member of the thing itself."""
        return _one(request, own(request, home_of(request)))

    @routes.get(f"/{_kind}/{{id}}/members/all/{{user_id}}")
    def one_of_all_members(request: Request) -> object:
        """A member, also an inherited one."""
        return _one(request, inherited(request, home_of(request)))

    @routes.post(f"/{_kind}/{{id}}/members")
    def add_member(request: Request) -> object:
        """Adds a member (``user_id`` or ``username``); 409 for one who is there."""
        home, params = home_of(request, _need(request)), params_of(request)
        need_all(params, "access_level")
        if params.get("user_id") is None and not params.get("username"):
            raise wrong("user_id, username are missing, at least one parameter must be provided")
        level = _level(request, home, params)
        if params.get("user_id") is not None:
            ids = words(params["user_id"] if isinstance(params["user_id"], str) else [params["user_id"]])
            users = [user_by_id(request, int(one)) for one in ids if one.isdigit()]
        else:
            users = [user for name in words(params["username"]) if (user := request.world.user(name)) is not None]
        if not users:
            raise missing("User")
        for user in users:
            if user.id in own(request, home):
                raise ApiError(409, "Member already exists")
            home.members[user.login.lower()] = level
        return created(member(request.forge, users[0], level))

    @routes.put(f"/{_kind}/{{id}}/members/{{user_id}}")
    def edit_member(request: Request) -> object:
        """Changes a member's level."""
        home, params = home_of(request, _need(request)), params_of(request)
        need_all(params, "access_level")
        _one(request, own(request, home))
        user = user_by_id(request, request.number("user_id"))
        level = _level(request, home, params)
        home.members[user.login.lower()] = level
        return member(request.forge, user, level)

    @routes.delete(f"/{_kind}/{{id}}/members/{{user_id}}")
    def remove_member(request: Request) -> None:
        """Takes a member out; one may leave without a role."""
        number = request.number("user_id")
        me = request.viewer.user
        home = home_of(request, model.NONE if me is not None and me.id == number else _need(request))
        _one(request, own(request, home))
        home.members.pop(user_by_id(request, number).login.lower(), None)


def _need(request: Request) -> int:
    return model.OWN if "/groups/" in request.path[:16] else model.MAINTAIN


def _level(request: Request, home: Home, params: dict[str, Any]) -> int:
    text = str(params["access_level"])
    level = int(text) if text.isdigit() else -1
    if level not in LEVELS:
        raise ApiError(400, {"access_level": ["is not included in the list"]})
    world, me = request.world, request.user
    mine = world.level(me, home) if isinstance(home, Repository) else world.organization_level(me, home)
    if level > mine:
        raise ApiError(403, "403 Forbidden")
    return level


@routes.get("/groups/{id}/billable_members")
def billable_members(request: Request) -> object:
    """Who counts for the bill of a group without a parent: the members of it, its subgroups and its projects."""
    group = group_of(request, model.OWN)
    if group.parent is not None:
        raise ApiError(400, "400 Bad request - Billable members are of groups without a parent only")
    homes: list[Home] = [one for one in request.world.organizations() if group in one.lineage]
    homes += request.world.repositories_of(group, nested=True)
    levels: dict[str, int] = {}
    for home in homes:
        for login, level in home.members.items():
            levels[login] = max(level, levels.get(login, model.NONE))
    found = [(user, level) for login, level in levels.items() if (user := request.world.user(login)) is not None]
    return paged(request, found, lambda pair: member(request.forge, *pair))
