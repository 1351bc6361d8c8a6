"""Routes of users, organizations, teams, and of the instance."""

from __future__ import annotations

from igitt.testing.sandbox import model
from igitt.testing.sandbox.wire import ApiError, Reply, Request
from igitt_forgejo.testing import shapes
from igitt_forgejo.testing.context import body_of, created, organization_of, paged, routes, user_named

__all__: list[str] = []

#: What stands in the place of the team of owners, which every organization has.
_OWNERS = 1_000_000


@routes.get("/version")
def version(_request: Request) -> object:
    """The software's version."""
    return {"version": "12.0.0+gitea-1.22.0"}


@routes.get("/user")
def me(request: Request) -> object:
    """Who asks."""
    return shapes.user(request.forge, request.user)


@routes.get("/user/emails")
def emails(request: Request) -> object:
    """Who asks, by mail, in one answer."""
    mine = request.user
    told = {"email": mine.email or "", "verified": True, "primary": True, "username": mine.login, "user_id": mine.id}
    return [told]


@routes.get("/users/{name}/orgs/{org}/permissions")
def permissions(request: Request) -> object:
    """What somebody may do in one."""
    _ = request.user
    home, person = organization_of(request), user_named(request, request.params["name"])
    level = request.world.organization_level(person, home)
    return {
        "is_owner": level >= model.OWN, "is_admin": level >= model.OWN, "can_write": level >= model.WRITE,
        "can_read": not home.private or level >= model.READ, "can_create_repository": level >= model.OWN,
    }  # fmt: skip


@routes.get("/users/{name}")
def user(request: Request) -> object:
    """One."""
    found = request.world.account(request.params["name"])
    if found is None:
        raise request.forge.not_found()
    return shapes.user(request.forge, found)


@routes.get("/user/repos")
def own_repositories(request: Request) -> object:
    """What the user owns or works with."""
    mine = request.user
    found = [one for one in request.world.repositories.values() if request.world.level(mine, one) >= model.READ]
    return paged(request, found, lambda one: shapes.repository(request.forge, one, mine))


@routes.get("/users/{name}/repos")
def repositories(request: Request) -> object:
    """What a user owns."""
    owner, viewer = user_named(request, request.params["name"]), request.viewer.user
    found = [one for one in request.world.repositories_of(owner) if request.world.may_read(viewer, one)]
    return paged(request, found, lambda one: shapes.repository(request.forge, one, viewer))


def _organizations(request: Request, of: model.User) -> object:
    found = [one for one in request.world.organizations() if of.login.lower() in one.members]
    return paged(request, found, lambda one: shapes.organization(request.forge, one))


@routes.get("/user/orgs")
def own_organizations(request: Request) -> object:
    """The user's."""
    return _organizations(request, request.user)


@routes.get("/users/{name}/orgs")
def their_organizations(request: Request) -> object:
    """Somebody's."""
    return _organizations(request, user_named(request, request.params["name"]))


@routes.get("/notifications")
def notifications(request: Request) -> object:
    """Nothing ever waits."""
    _ = request.user
    return paged(request, [], lambda one: one)


@routes.post("/orgs")
def create_organization(request: Request) -> object:
    """Makes one of the user's."""
    data = body_of(request)
    if request.world.account(data["username"]) is not None:
        raise ApiError(422, "user already exists")
    made = request.world.add_organization(data["username"], description=data.get("description"))
    made.members[request.user.login.lower()] = model.OWN
    made.name, made.private = data.get("full_name"), data.get("visibility") == "private"
    return created(shapes.organization(request.forge, made))


@routes.get("/orgs/{org}")
def organization(request: Request) -> object:
    """One."""
    return shapes.organization(request.forge, organization_of(request))


@routes.get("/orgs/{org}/repos")
def organization_repositories(request: Request) -> object:
    """Its repositories."""
    viewer = request.viewer.user
    every = request.world.repositories_of(organization_of(request))
    found = [one for one in every if request.world.may_read(viewer, one)]
    return paged(request, found, lambda one: shapes.repository(request.forge, one, viewer))


def _people(request: Request, names: list[str]) -> Reply:
    found = [user_named(request, name) for name in names]
    return paged(request, found, lambda one: shapes.user(request.forge, one))


@routes.get("/orgs/{org}/members")
def members(request: Request) -> object:
    """Its members."""
    return _people(request, list(organization_of(request).members))


@routes.get("/orgs/{org}/members/{name}")
def is_member(request: Request) -> None:
    """204 for a member."""
    if user_named(request, request.params["name"]).login.lower() not in organization_of(request).members:
        raise request.forge.not_found()


@routes.get("/orgs/{org}/teams")
def teams(request: Request) -> object:
    """Its teams, the owners first."""
    home = organization_of(request, model.READ)
    told = shapes.organization(request.forge, home)
    every = [
        {"id": _OWNERS + home.id, "name": "Owners", "description": "", "permission": "owner", "organization": told}
    ]
    every += [
        {
            "id": one.id,
            "name": one.name,
            "description": one.description or "",
            "permission": "write",
            "organization": told,
        }
        for one in home.teams.values()
    ]
    return paged(request, every, lambda one: one)


def _team(request: Request) -> tuple[model.Organization, model.Team | None]:
    number = request.number("id")
    for home in request.world.organizations():
        if number == _OWNERS + home.id:
            return home, None
        for one in home.teams.values():
            if one.id == number:
                return home, one
    raise request.forge.not_found()


@routes.get("/teams/{id}/members")
def team_members(request: Request) -> object:
    """Who is in one."""
    home, one = _team(request)
    owners = [name for name, level in home.members.items() if level >= model.OWN]
    return _people(request, owners if one is None else list(one.members))


@routes.get("/teams/{id}/members/{name}")
def in_team(request: Request) -> object:
    """Somebody, if in it."""
    _, one = _team(request)
    if one is None or request.params["name"].lower() not in one.members:
        raise request.forge.not_found()
    return shapes.user(request.forge, user_named(request, request.params["name"]))


@routes.put("/teams/{id}/members/{name}")
def put_into(request: Request) -> None:
    """Puts somebody into one."""
    home, one = _team(request)
    person = user_named(request, request.params["name"])
    home.members.setdefault(person.login.lower(), model.READ)
    if one is not None:
        one.members[person.login.lower()] = "member"


@routes.delete("/teams/{id}/members/{name}")
def take_out(request: Request) -> None:
    """Takes somebody out of one."""
    _, one = _team(request)
    if one is not None:
        one.members.pop(user_named(request, request.params["name"]).login.lower(), None)
