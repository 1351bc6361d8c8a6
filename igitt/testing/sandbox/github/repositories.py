"""Routes of repositories: settings, forks, people, labels, milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.github import rights
from igitt.testing.sandbox.github.context import (
    body_of,
    created,
    invalid,
    level_for,
    organization_of,
    paged,
    person,
    repository_of,
    routes,
    sees,
    text_of,
)
from igitt.testing.sandbox.github.shapes import accounts as account_shapes
from igitt.testing.sandbox.github.shapes import repositories as shapes
from igitt.testing.sandbox.model import Organization, User
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from igitt.testing.sandbox.model import Repository

PLAIN = (
    "description",
    "homepage",
    "archived",
    "default_branch",
    "has_issues",
    "has_wiki",
    "has_projects",
    "has_discussions",
)


def _list(request: Request, found: list[Repository], default: str = "full_name") -> Reply:
    sort = request.arg("sort", default)
    keys = {"created": lambda one: one.created, "updated": lambda one: one.updated, "pushed": lambda one: one.pushed}
    descending = request.arg("direction", "asc" if sort == "full_name" else "desc") == "desc"
    found = sorted(found, key=keys.get(sort, lambda one: one.full_name.lower()), reverse=descending)
    return paged(request, found, lambda one: shapes.repository(request.forge, one, request))


def _kind(request: Request, found: list[Repository]) -> list[Repository]:
    wanted = request.arg("visibility") or request.arg("type", "all")
    checks: dict[str, Callable[[Repository], bool]] = {
        "public": lambda one: not one.private,
        "private": lambda one: one.private,
        "forks": lambda one: one.parent is not None,
        "sources": lambda one: one.parent is None,
    }
    check = checks.get(wanted)
    return [one for one in found if check is None or check(one)]


@routes.get("/repositories")
def all_repositories(request: Request) -> object:
    """Public repositories in the order they were made; ``since`` is the last id seen."""
    since = int(request.arg("since") or 0)
    found = [one for one in request.world.repositories.values() if not one.private and one.id > since]
    return paged(request, found, lambda one: shapes.repository(request.forge, one))


@routes.get("/user/repos")
def my_repositories(request: Request) -> object:
    """What one owns, works on or is a member for; ``affiliation``, ``visibility`` and ``type`` narrow it."""
    user, world = person(request), request.world
    wanted = set((request.arg("affiliation") or "owner,collaborator,organization_member").split(","))
    kinds = {"owner": {"owner"}, "member": {"collaborator", "organization_member"}}
    wanted = kinds.get(request.arg("type"), wanted)
    found = []
    for one in world.repositories.values():
        level = world.level(user, one) if not user.admin else one.members.get(user.login.lower(), 0)
        how = "owner" if one.owner is user else "collaborator"
        if isinstance(one.owner, Organization) and one.owner.members.get(user.login.lower()):
            how, level = "organization_member", max(level, model.READ)
        if (level or one.owner is user) and how in wanted:
            found.append(one)
    return _list(request, _kind(request, found))


@routes.get("/users/{username}/repos")
def user_repositories(request: Request) -> object:
    """The repositories of an account, as far as the one who asks may see them."""
    owner = request.world.account(request.params["username"])
    if owner is None:
        raise request.forge.not_found()
    return _list(request, _kind(request, [one for one in request.world.repositories_of(owner) if sees(request, one)]))


@routes.get("/orgs/{org}/repos")
def org_repositories(request: Request) -> object:
    """The repositories of an organization."""
    found = [one for one in request.world.repositories_of(organization_of(request)) if sees(request, one)]
    return _list(request, _kind(request, found), "created")


@routes.post("/user/repos")
def create_mine(request: Request) -> object:
    """Makes a repository of one's own."""
    return _create(request, person(request))


@routes.post("/orgs/{org}/repos")
def create_in_org(request: Request) -> object:
    """Makes a repository of an organization."""
    return _create(request, organization_of(request, model.READ))


def _create(request: Request, owner: User | Organization) -> Reply:
    data = body_of(request)
    name = "-".join(text_of(data, "name", "Repository").split())
    if request.world.holder(f"{owner.login}/{name}"):
        detail = {"resource": "Repository", "code": "custom", "field": "name",
                  "message": "name already exists on this account"}  # fmt: skip
        raise ApiError(422, "Repository creation failed.", errors=[detail])
    options = {
        key: data[key] for key in PLAIN if data.get(key) is not None and key not in {"archived", "default_branch"}
    }
    made = request.world.add_repository(owner, name, request.user, private=bool(data.get("private")), **options)
    if data.get("auto_init"):
        files = {"README.md": f"# {name}\n"}
        gitdata.commit(request.world, made, "Initial commit", files, branch="main", author=request.user)
    return created(shapes.full_repository(request.forge, made, request))


@routes.get("/repos/{owner}/{repo}")
def repository(request: Request) -> object:
    """One repository."""
    found = repository_of(request)
    return Reply(shapes.full_repository(request.forge, found, request), modified=found.updated)


@routes.patch("/repos/{owner}/{repo}")
def edit_repository(request: Request) -> object:
    """Changes settings; a new name leaves a redirect."""
    found, data = repository_of(request, "administration", model.MAINTAIN), body_of(request)
    if not rights.may_edit(level_for(request, found), data):
        raise ApiError(403, "Must have admin rights to Repository.")
    changes = {key: data[key] for key in PLAIN if key in data}
    if data.get("name") and data["name"] != found.name:
        if request.world.holder(f"{found.owner.login}/{data['name']}") not in {None, found}:
            raise invalid("Repository", "name", "custom", "name already exists on this account")
        changes["name"] = data["name"]
    if "private" in data or "visibility" in data:
        changes["visibility"] = data.get("visibility") or ("private" if data["private"] else "public")
    if "default_branch" in changes and changes["default_branch"] not in found.branches:
        raise invalid("Repository", "default_branch")
    settings = {key: data[key] for key in shapes.MERGE_SETTINGS if key in data}
    found.extra["merge settings"] = found.extra.get("merge settings", {}) | settings
    request.world.edit_repository(found, request.user, **changes)
    return shapes.full_repository(request.forge, found, request)


@routes.delete("/repos/{owner}/{repo}")
def delete_repository(request: Request) -> None:
    """Removes a repository."""
    request.world.delete_repository(repository_of(request, "administration", model.OWN), request.user)


@routes.get("/repos/{owner}/{repo}/topics")
def topics(request: Request) -> object:
    """The topics."""
    return {"names": repository_of(request).topics}


@routes.put("/repos/{owner}/{repo}/topics")
def set_topics(request: Request) -> object:
    """Replaces the topics."""
    found, names = repository_of(request, "administration", model.MAINTAIN), body_of(request).get("names")
    if not isinstance(names, list):
        raise invalid("Repository", "names", "missing_field")
    request.world.edit_repository(found, request.user, topics=[str(name).lower() for name in names])
    return {"names": found.topics}


@routes.get("/repos/{owner}/{repo}/languages")
def languages(request: Request) -> object:
    """Bytes a language."""
    return shapes.languages(repository_of(request))


@routes.get("/repos/{owner}/{repo}/contributors")
def contributors(request: Request) -> object:
    """Who wrote how many commits; 204 for an empty repository."""
    found = repository_of(request)
    if not found.branches:
        return None
    counts: dict[int, tuple[User, int]] = {}
    for one in gitdata.history(found, found.branches[found.default_branch]):
        if one.author is not None:
            counts[one.author.id] = (one.author, counts.get(one.author.id, (one.author, 0))[1] + 1)
    ranked = sorted(counts.values(), key=lambda pair: -pair[1])
    return paged(
        request, ranked, lambda pair: account_shapes.simple(request.forge, pair[0]) | {"contributions": pair[1]}
    )


@routes.get("/repos/{owner}/{repo}/forks")
def forks(request: Request) -> object:
    """The forks that the one who asks may see."""
    found = repository_of(request)
    made = [one for one in request.world.repositories.values() if one.parent is found and sees(request, one)]
    return paged(request, made[::-1], lambda one: shapes.repository(request.forge, one, request))


@routes.post("/repos/{owner}/{repo}/forks")
def fork(request: Request) -> object:
    """Forks to oneself or to an organization; 202, and a fork that is there already is given back."""
    found, data = repository_of(request, "administration", model.NONE), body_of(request)
    owner: User | Organization | None = request.user
    if data.get("organization"):
        owner = request.world.account(data["organization"])
    if owner is None:
        raise invalid("Fork", "organization")
    # Within an organization a fork is possible since 2022, under another name.
    name = data.get("name") or found.name
    if owner is found.owner and (isinstance(owner, User) or name.lower() == found.name.lower()):
        raise ApiError(403, "You cannot fork your own repository")
    known = next((one for one in request.world.repositories_of(owner) if one.parent is found), None)
    made = known or gitdata.fork(request.world, found, owner, name, request.user)
    return Reply(shapes.full_repository(request.forge, made, request), 202)


# ---- people


@routes.get("/repos/{owner}/{repo}/collaborators")
def collaborators(request: Request) -> object:
    """Everyone with a role, with ``affiliation`` and ``permission``."""
    found = repository_of(request, "metadata", model.WRITE)
    people = request.world.members(found)
    if request.arg("affiliation") in {"direct", "outside"}:
        people = [one for one in people if one.login.lower() in found.members]
    least = model.LEVELS.get(request.arg("permission"), 0)
    people = [one for one in people if request.world.level(one, found) >= least]
    return paged(request, people, lambda one: shapes.collaborator(request.forge, one, request.world.level(one, found)))


@routes.get("/repos/{owner}/{repo}/collaborators/{username}")
def is_collaborator(request: Request) -> None:
    """204 for someone with a role, 404 for anyone else."""
    found = repository_of(request, "metadata", model.WRITE)
    if not request.world.level(request.world.user(request.params["username"]), found):
        raise request.forge.not_found()


@routes.get("/repos/{owner}/{repo}/collaborators/{username}/permission")
def permission(request: Request) -> object:
    """Someone's role; on a public repository everyone can read."""
    found = repository_of(request)
    user = request.world.user(request.params["username"])
    if user is None:
        raise request.forge.not_found()
    level = request.world.level(user, found) or (model.READ if not found.private else model.NONE)
    return shapes.permission(request.forge, user, level)


@routes.put("/repos/{owner}/{repo}/collaborators/{username}")
def add_collaborator(request: Request) -> None:
    """Gives someone a role at once (nobody has to accept here): 204."""
    found, data = repository_of(request, "administration", model.OWN), body_of(request)
    user = request.world.user(request.params["username"])
    if user is None:
        raise request.forge.not_found()
    word = data.get("permission", "push")
    if word not in model.LEVELS:
        raise invalid("Repository", "permission")
    found.members[user.login.lower()] = model.LEVELS[word]


@routes.delete("/repos/{owner}/{repo}/collaborators/{username}")
def remove_collaborator(request: Request) -> None:
    """Takes a role away."""
    repository_of(request, "administration", model.OWN).members.pop(request.params["username"].lower(), None)


@routes.get("/repos/{owner}/{repo}/assignees")
def assignees(request: Request) -> object:
    """Who can be assigned."""
    people = request.world.members(repository_of(request))
    return paged(request, people, lambda one: account_shapes.simple(request.forge, one))


@routes.get("/repos/{owner}/{repo}/assignees/{username}")
def is_assignable(request: Request) -> None:
    """204 for someone who can be assigned, else 404."""
    found = repository_of(request)
    if not request.world.level(request.world.user(request.params["username"]), found):
        raise request.forge.not_found()


@routes.get("/repos/{owner}/{repo}/teams")
def teams(request: Request) -> object:
    """The teams with a role."""
    found = repository_of(request)
    inside = found.owner.teams.values() if isinstance(found.owner, Organization) else ()
    mine = [one for one in inside if found.id in one.repositories]
    return paged(request, mine, lambda one: account_shapes.team(request.forge, one))
