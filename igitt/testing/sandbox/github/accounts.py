"""Routes of users, organizations and teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.context import (
    body_of,
    created,
    invalid,
    organization_of,
    paged,
    person,
    routes,
    sees,
    team_of,
    text_of,
    user_of,
)
from igitt.testing.sandbox.github.shapes import accounts as shapes
from igitt.testing.sandbox.github.shapes import repositories as repository_shapes
from igitt.testing.sandbox.model import Organization, User
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository, Team


@routes.get("/user")
def me(request: Request) -> object:
    """The user behind the token; never an App's installation."""
    user = person(request)
    return Reply(shapes.private_user(request.forge, user), modified=user.updated)


@routes.patch("/user")
def edit_me(request: Request) -> object:
    """Changes one's own profile."""
    user, data = person(request), body_of(request)
    for key, field in {"name": "name", "email": "email", "blog": "website", "bio": "description",
                       "company": "company", "location": "location"}.items():  # fmt: skip
        if key in data:
            setattr(user, field, data[key])
    user.updated = request.world.now()
    return shapes.private_user(request.forge, user)


@routes.get("/users/{username}")
def user(request: Request) -> object:
    """A user or an organization, as GitHub answers for either."""
    found = request.world.account(request.params["username"])
    if found is None:
        raise request.forge.not_found()
    return Reply(shapes.public_user(request.forge, found), modified=found.updated)


@routes.get("/user/{account_id}")
def user_by_id(request: Request) -> object:
    """A user by id."""
    found = request.world.by_id(request.number("account_id"))
    if found is None:
        raise request.forge.not_found()
    return Reply(shapes.public_user(request.forge, found), modified=found.updated)


@routes.get("/users/{username}/orgs")
def orgs_of_user(request: Request) -> object:
    """The organizations of a user."""
    found = user_of(request)
    mine = [one for one in request.world.organizations() if found.login.lower() in one.members]
    return paged(request, mine, lambda one: shapes.organization_simple(request.forge, one))


@routes.get("/user/orgs")
def my_orgs(request: Request) -> object:
    """One's own organizations."""
    login = person(request).login.lower()
    mine = [one for one in request.world.organizations() if login in one.members]
    return paged(request, mine, lambda one: shapes.organization_simple(request.forge, one))


@routes.get("/user/memberships/orgs")
def my_memberships(request: Request) -> object:
    """One's own memberships with their roles."""
    me_ = person(request)
    mine = [one for one in request.world.organizations() if me_.login.lower() in one.members]
    return paged(request, mine, lambda one: shapes.org_membership(request.forge, one, me_))


@routes.get("/user/teams")
def my_teams(request: Request) -> object:
    """One's own teams."""
    login = person(request).login.lower()
    teams = [team for one in request.world.organizations() for team in one.teams.values() if login in team.members]
    return paged(request, teams, lambda one: shapes.team_full(request.forge, one))


@routes.get("/organizations")
def all_orgs(request: Request) -> object:
    """All organizations."""
    found = request.world.organizations()
    return paged(request, found, lambda one: shapes.organization_simple(request.forge, one))


@routes.get("/orgs/{org}")
def org(request: Request) -> object:
    """An organization."""
    found = organization_of(request)
    return Reply(shapes.organization_full(request.forge, found), modified=found.updated)


@routes.patch("/orgs/{org}")
def edit_org(request: Request) -> object:
    """Changes an organization's profile."""
    found, data = organization_of(request, model.OWN), body_of(request)
    for key, field in {"name": "name", "description": "description", "email": "email", "blog": "website"}.items():
        if key in data:
            setattr(found, field, data[key])
    found.updated = request.world.now()
    return shapes.organization_full(request.forge, found)


def _people(request: Request, organization: Organization, role: str = "all") -> list[User]:
    found = []
    for login in organization.members:
        one = request.world.user(login)
        if one is not None and role in {"all", shapes.role_in(organization, login)}:
            found.append(one)
    return found


@routes.get("/orgs/{org}/members")
def members(request: Request) -> object:
    """The members, with ``role`` all, admin or member."""
    people = _people(request, organization_of(request), request.arg("role", "all"))
    return paged(request, people, lambda one: shapes.simple(request.forge, one))


@routes.get("/orgs/{org}/public_members")
def public_members(request: Request) -> object:
    """The members who show it; here that is everyone."""
    return paged(request, _people(request, organization_of(request)), lambda one: shapes.simple(request.forge, one))


@routes.get("/orgs/{org}/outside_collaborators")
def outside_collaborators(request: Request) -> object:
    """People with a repository's role who are no members."""
    found = organization_of(request, model.READ)
    logins = {login for one in request.world.repositories_of(found) for login in one.members} - found.members.keys()
    people = [one for login in sorted(logins) if (one := request.world.user(login))]
    return paged(request, people, lambda one: shapes.simple(request.forge, one))


@routes.get("/orgs/{org}/members/{username}")
def is_member(request: Request) -> None:
    """204 for a member, 404 for anyone else."""
    if request.params["username"].lower() not in organization_of(request).members:
        raise ApiError(404, "User does not exist or is not a member of the organization")


@routes.delete("/orgs/{org}/members/{username}")
@routes.delete("/orgs/{org}/memberships/{username}")
def remove_member(request: Request) -> None:
    """Takes someone out of an organization and its teams."""
    found, login = organization_of(request, model.OWN), request.params["username"].lower()
    if found.members.pop(login, None) is None:
        raise request.forge.not_found()
    for team in found.teams.values():
        team.members.pop(login, None)


@routes.get("/orgs/{org}/memberships/{username}")
def membership(request: Request) -> object:
    """A member's role."""
    found = organization_of(request, model.READ)
    member = user_of(request)
    if member.login.lower() not in found.members:
        raise request.forge.not_found()
    return shapes.org_membership(request.forge, found, member)


@routes.put("/orgs/{org}/memberships/{username}")
def set_membership(request: Request) -> object:
    """Adds a member or changes a role; nobody has to accept here."""
    found, member = organization_of(request, model.OWN), user_of(request)
    role = body_of(request).get("role", "member")
    if role not in {"admin", "member"}:
        raise invalid("OrganizationInvitation", "role")
    found.members[member.login.lower()] = model.OWN if role == "admin" else model.READ
    return shapes.org_membership(request.forge, found, member)


# ---- teams


@routes.get("/orgs/{org}/teams")
def teams_of(request: Request) -> object:
    """The teams of an organization."""
    found = list(organization_of(request, model.READ).teams.values())
    return paged(request, found, lambda one: shapes.team(request.forge, one))


@routes.post("/orgs/{org}/teams")
def create_team(request: Request) -> object:
    """Makes a team, its maker the first member."""
    found, data = organization_of(request, model.READ), body_of(request)
    name = text_of(data, "name", "Team")
    if "-".join(name.lower().split()) in found.teams:
        raise invalid("Team", "name", "already_exists")
    privacy = data.get("privacy", "secret")
    team = request.world.add_team(found, name, description=data.get("description"), privacy=privacy)
    if not request.user.bot:
        team.members[request.user.login.lower()] = "maintainer"
    return created(shapes.team_full(request.forge, team))


def _team_by_id(request: Request) -> Team:
    number = request.number("team_id")
    for one in request.world.organizations():
        if one.id == request.number("org_id"):
            for team in one.teams.values():
                if team.id == number:
                    return team
    raise request.forge.not_found()


@routes.get("/organizations/{org_id}/team/{team_id}")
def team_by_id(request: Request) -> object:
    """A team at the address that its own ``url`` names."""
    return shapes.team_full(request.forge, _team_by_id(request))


@routes.get("/organizations/{org_id}/team/{team_id}/members")
def team_members_by_id(request: Request) -> object:
    """A team's members at the address that its own ``members_url`` names."""
    return _members(request, _team_by_id(request))


@routes.get("/organizations/{org_id}/team/{team_id}/repos")
def team_repos_by_id(request: Request) -> object:
    """A team's repositories at the address that its own ``repositories_url`` names."""
    return _repos(request, _team_by_id(request))


@routes.get("/organizations/{org_id}/team/{team_id}/memberships/{username}")
def team_membership_by_id(request: Request) -> object:
    """A membership at the address that its own ``url`` names."""
    team, login = _team_by_id(request), request.params["username"]
    if login.lower() not in team.members:
        raise request.forge.not_found()
    return shapes.team_membership(request.forge, team, login)


@routes.get("/orgs/{org}/teams/{team_slug}")
def team(request: Request) -> object:
    """A team by its slug."""
    return shapes.team_full(request.forge, team_of(request))


@routes.patch("/orgs/{org}/teams/{team_slug}")
def edit_team(request: Request) -> object:
    """Renames or describes a team; a new name makes a new slug."""
    found, data = team_of(request), body_of(request)
    if "name" in data:
        found.organization.teams.pop(found.slug)
        found.name, found.slug = data["name"], "-".join(str(data["name"]).lower().split())
        found.organization.teams[found.slug] = found
    found.description = data.get("description", found.description)
    found.privacy = data.get("privacy", found.privacy)
    found.updated = request.world.now()
    return shapes.team_full(request.forge, found)


@routes.delete("/orgs/{org}/teams/{team_slug}")
def delete_team(request: Request) -> None:
    """Removes a team."""
    found = team_of(request)
    del found.organization.teams[found.slug]


@routes.get("/orgs/{org}/teams/{team_slug}/members")
def team_members(request: Request) -> object:
    """A team's members, with ``role``."""
    return _members(request, team_of(request))


def _members(request: Request, team: Team) -> Reply:
    role = request.arg("role", "all")
    logins = [login for login, mine in team.members.items() if role in {"all", mine}]
    people = [one for login in logins if (one := request.world.user(login))]
    return paged(request, people, lambda one: shapes.simple(request.forge, one))


@routes.get("/orgs/{org}/teams/{team_slug}/memberships/{username}")
def team_membership(request: Request) -> object:
    """One membership; 404 for someone outside."""
    found, login = team_of(request), request.params["username"]
    if login.lower() not in found.members:
        raise request.forge.not_found()
    return shapes.team_membership(request.forge, found, login)


@routes.put("/orgs/{org}/teams/{team_slug}/memberships/{username}")
def set_team_membership(request: Request) -> object:
    """Adds someone to a team, and so to the organization."""
    found, member = team_of(request), user_of(request)
    login = member.login.lower()
    found.members[login] = body_of(request).get("role", "member")
    found.organization.members.setdefault(login, model.READ)
    return shapes.team_membership(request.forge, found, member.login)


@routes.delete("/orgs/{org}/teams/{team_slug}/memberships/{username}")
def remove_team_membership(request: Request) -> None:
    """Takes someone out of a team."""
    if team_of(request).members.pop(request.params["username"].lower(), None) is None:
        raise request.forge.not_found()


@routes.get("/orgs/{org}/teams/{team_slug}/repos")
def team_repos(request: Request) -> object:
    """A team's repositories."""
    return _repos(request, team_of(request))


def _repos(request: Request, team: Team) -> Reply:
    every = request.world.repositories
    found: list[Repository] = [every[one] for one in team.repositories if one in every and sees(request, every[one])]
    return paged(request, found, lambda one: repository_shapes.repository(request.forge, one, request))


@routes.put("/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}")
def add_team_repo(request: Request) -> None:
    """Gives a team a role in a repository."""
    found = team_of(request)
    repository = request.world.repository(f"{request.params['owner']}/{request.params['repo']}")[0]
    if repository is None:
        raise request.forge.not_found()
    word = body_of(request).get("permission", "push")
    if word not in model.LEVELS:
        raise invalid("Team", "permission")
    found.repositories[repository.id] = model.LEVELS[word]


@routes.delete("/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}")
def remove_team_repo(request: Request) -> None:
    """Takes a repository from a team."""
    repository = request.world.repository(f"{request.params['owner']}/{request.params['repo']}")[0]
    if repository is not None:
        team_of(request).repositories.pop(repository.id, None)
