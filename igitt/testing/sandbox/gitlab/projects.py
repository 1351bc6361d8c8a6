"""Routes of projects: lists, making, changing, deleting, forks, archive, stars, languages, users."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model, names
from igitt.testing.sandbox.gitlab.context import (
    accepted,
    choice,
    created,
    flag,
    forbidden,
    missing,
    need_one,
    not_modified,
    paged,
    params_of,
    project_named,
    project_of,
    routes,
    words,
    wrong,
)
from igitt.testing.sandbox.gitlab.filters import moment_of
from igitt.testing.sandbox.gitlab.pictures import avatar
from igitt.testing.sandbox.gitlab.shapes import people, projects
from igitt.testing.sandbox.model import Organization, User
from igitt.testing.sandbox.wire import ApiError, Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.model import Repository

PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
LANGUAGES = {"py": "Python", "js": "JavaScript", "rb": "Ruby", "md": "Markdown", "txt": "Text", "sh": "Shell"}
EDITS = {"description": "description", "default_branch": "default_branch", "visibility": "visibility"}


def shaped(request: Request, one: Repository) -> dict[str, Any]:
    """A project in a list, with as much as who asks is shown."""
    if flag(request.arg("simple")):
        return projects.basic(request.forge, one)
    return projects.with_access(request.forge, one, request.viewer.user)


def filtered(request: Request, items: Iterable[Repository]) -> list[Repository]:
    """What who asks may see of some projects and what the query leaves of it, sorted as it asks."""
    world, me, params = request.world, request.viewer.user, params_of(request)
    found = [one for one in items if world.may_read(me, one)]
    text = str(params.get("search") or "").lower()
    if text:
        found = [one for one in found if text in f"{one.full_name} {projects.display(one)}".lower()]
    if flag(params.get("membership", False)):
        found = [one for one in found if me and projects_level(request, one)]
    if flag(params.get("owned", False)):
        found = [one for one in found if one.owner is me]
    level = str(params.get("min_access_level") or "")
    if level:
        if not level.isdigit():
            raise wrong("min_access_level is invalid")
        found = [one for one in found if projects_level(request, one) >= int(level)]
    if "archived" in params:
        wanted = flag(params["archived"])
        found = [one for one in found if one.archived is wanted]
    visibility = choice(params, "visibility", "public", "internal", "private")
    if visibility:
        found = [one for one in found if one.visibility == visibility]
    topics = set(words(params.get("topic")))
    if topics:
        found = [one for one in found if topics <= set(one.topics)]
    found = _within(params, found)
    found = _chosen(request, params, found)
    since = moment_of(params, "last_activity_after")
    if since:
        found = [one for one in found if one.updated >= since]
    return _ordered(params, found)


def _within(params: dict[str, Any], found: list[Repository]) -> list[Repository]:
    """Those above or below an id."""
    for name, beyond in (("id_after", operator.gt), ("id_before", operator.lt)):
        bound = str(params.get(name) or "")
        if bound:
            if not bound.isdigit():
                raise wrong(f"{name} is invalid")
            found = [one for one in found if beyond(one.id, int(bound))]
    return found


def _chosen(request: Request, params: dict[str, Any], found: list[Repository]) -> list[Repository]:
    """Those with one's star, beyond an id, or (for administrators) with attributes."""
    me = request.viewer.user
    if flag(params.get("starred", False)):
        found = [one for one in found if me is not None and me.id in one.extra.get("stars", ())]
    for word, sign in (("id_after", 1), ("id_before", -1)):
        if params.get(word):
            found = [one for one in found if sign * one.id > sign * int(params[word])]
    if isinstance(params.get("custom_attributes"), dict) and me is not None and me.admin:
        asked = params["custom_attributes"].items()
        found = [one for one in found if asked <= one.extra.get("custom attributes", {}).items()]
    return found


def _ordered(params: dict[str, Any], found: list[Repository]) -> list[Repository]:
    keys: dict[str, Any] = {
        "id": lambda one: one.id,
        "name": lambda one: (projects.display(one).lower(), one.id),
        "path": lambda one: (one.name.lower(), one.id),
        "updated_at": lambda one: (one.updated, one.id),
        "last_activity_at": lambda one: (max(one.updated, one.pushed), one.id),
        "star_count": lambda one: (one.stars, one.id),
    }
    order = choice(params, "order_by", *keys, "created_at", "similarity")
    key = keys.get(order, lambda one: (one.created, one.id))
    return sorted(found, key=key, reverse=choice(params, "sort", "asc", "desc") != "asc")


def projects_level(request: Request, one: Repository) -> int:
    """A level that comes from a membership; being an admin is none."""
    if request.viewer.user is None:
        return 0
    rights = projects.permissions(one, request.viewer.user)
    return max((each["access_level"] for each in rights.values() if each), default=0)


@routes.get("/projects")
def list_projects(request: Request) -> object:
    """All projects that who asks may see."""
    return paged(request, filtered(request, request.world.repositories.values()), lambda one: shaped(request, one))


def owner_of(request: Request, number: Any) -> User | Organization:
    """The namespace of an id, for one who may put projects there."""
    world, me = request.world, request.user
    if number is None:
        return me
    if not str(number).isdigit():
        raise wrong("namespace_id is invalid")
    found = world.by_id(int(number)) or world.by_id(int(number) - people.USER_NAMESPACE)
    return may_use(request, found)


def may_use(request: Request, found: User | Organization | None) -> User | Organization:
    """The namespace, if who asks may put projects there."""
    me = request.user
    if isinstance(found, Organization):
        if request.world.organization_level(me, found) >= model.WRITE:
            return found
    elif found is not None and (found is me or me.admin):
        return found
    text = "is not valid"
    raise ApiError(400, {"namespace": [text]}) if found is not None else missing("Namespace")


TAKEN = "has already been taken"


def free(request: Request, owner: User | Organization, path: str, *, status: int = 400) -> None:
    """400 (or 409) with GitLab's long answer where the path is taken."""
    if request.world.holder(f"{owner.login}/{path}") is not None:
        fields = ("project_namespace.name", "name", "path")
        raise ApiError(status, {name: [TAKEN] for name in fields})


@routes.post("/projects")
def create(request: Request) -> object:
    """Makes a project, private unless said otherwise; empty without ``initialize_with_readme``."""
    params, me = params_of(request), request.user
    need_one(params, "name", "path")
    owner = owner_of(request, params.get("namespace_id"))
    title = str(params.get("name") or params["path"])
    path = str(params.get("path") or re.sub(r"[^a-z0-9_.-]+", "-", title.lower()).strip("-"))
    if path.lower() in names.GITLAB_RESERVED:
        raise ApiError(400, {"path": ["is a reserved name"]})
    if not PATH.fullmatch(path) or path.endswith((".git", ".atom")):
        text = (
            "can contain only letters, digits, '_', '-' and '.'. Cannot start with '-', end in '.git' or end in '.atom'"
        )
        raise ApiError(400, {"path": [text]})
    free(request, owner, path)
    visibility = choice(params, "visibility", "private", "internal", "public") or "private"
    made = request.world.add_repository(
        owner, path, me, visibility=visibility, description=params.get("description"),
        default_branch=params.get("default_branch") or "main", topics=words(params.get("topics")),
    )  # fmt: skip
    made.title = title
    _settings(request, made, params)
    if flag(params.get("initialize_with_readme", False)):
        files = {"README.md": f"# {title}\n"}
        gitdata.commit(request.world, made, "Initial commit", files, branch=made.default_branch, author=me)
    return created(projects.project(request.forge, made, me))


def _settings(request: Request, one: Repository, params: dict[str, Any]) -> None:
    avatar(request, one, params)
    known = {key: value for key, value in params.items() if key in projects.SETTINGS}
    one.extra.setdefault("settings", {}).update(known)
    if "issues_enabled" in params:
        one.has_issues = flag(params["issues_enabled"])
    if "issues_access_level" in params:
        one.has_issues = params["issues_access_level"] != "disabled"
    if "wiki_enabled" in params:
        one.has_wiki = flag(params["wiki_enabled"])


@routes.get("/projects/{id}")
def project(request: Request) -> object:
    """One project."""
    one = project_of(request)
    found = projects.with_access(request.forge, one, request.viewer.user)
    if flag(request.arg("statistics")) and request.viewer.user is not None:
        count = len(gitdata.history(one, one.branches.get(one.default_branch)))
        sizes = ("storage", "repository", "wiki", "lfs_objects", "job_artifacts", "pipeline_artifacts", "packages",
                 "snippets", "uploads", "container_registry")  # fmt: skip
        found["statistics"] = {"commit_count": count} | {f"{name}_size": 0 for name in sizes}
    return found


@routes.put("/projects/{id}")
def edit(request: Request) -> object:
    """Changes a project; a new ``path`` leaves a redirect behind."""
    one, params = project_of(request, model.MAINTAIN, archived=True), params_of(request)
    changes = {field: params[name] for name, field in EDITS.items() if name in params}
    choice(params, "visibility", "private", "internal", "public")
    if "default_branch" in changes and changes["default_branch"] not in one.branches and one.branches:
        raise ApiError(400, {"base": [f"Could not change HEAD: branch '{changes['default_branch']}' does not exist"]})
    if "name" in params:
        changes["title"] = str(params["name"])
    path = params.get("path")
    if path and path != one.name:
        free(request, one.owner, path)
        changes["name"] = path
    for name in ("topics", "tag_list"):
        if name in params:
            changes["topics"] = words(params[name])
    _settings(request, one, params)
    request.world.edit_repository(one, request.user, **changes)
    return projects.project(request.forge, one, request.user)


@routes.delete("/projects/{id}")
def delete(request: Request) -> object:
    """Deletes a project; GitLab only says that it is scheduled."""
    request.world.delete_repository(project_of(request, model.OWN, archived=True), request.user)
    return accepted()


@routes.put("/projects/{id}/transfer")
def transfer(request: Request) -> object:
    """Moves a project to another namespace."""
    one, params = project_of(request, model.OWN, archived=True), params_of(request)
    target = str(params.get("namespace") or "")
    owner = owner_of(request, target) if target.isdigit() else may_use(request, request.world.account(target))
    free(request, owner, one.name)
    request.world.edit_repository(one, request.user, owner=owner)
    return projects.project(request.forge, one, request.user)


@routes.post("/projects/{id}/archive")
def archive(request: Request) -> object:
    """Archives."""
    return _archive(request, archived=True)


@routes.post("/projects/{id}/unarchive")
def unarchive(request: Request) -> object:
    """Takes a project out of the archive."""
    return _archive(request, archived=False)


def _archive(request: Request, *, archived: bool) -> object:
    one = project_of(request, model.OWN, archived=True)
    request.world.edit_repository(one, request.user, archived=archived)
    return created(projects.project(request.forge, one, request.user))


# ---- forks


@routes.post("/projects/{id}/fork")
def fork(request: Request) -> object:
    """Copies a project to another namespace; 409 with GitLab's long answer where the path is taken."""
    one, params, me = project_of(request, archived=True), params_of(request), request.user
    target = params.get("namespace_path") or params.get("namespace")
    if target is not None and not str(target).isdigit():
        owner = may_use(request, request.world.account(str(target)))
    else:
        owner = owner_of(request, params.get("namespace_id") or target)
    path = str(params.get("path") or one.name)
    free(request, owner, path, status=409)
    made = gitdata.fork(request.world, one, owner, path, me)
    made.title = params.get("name") or one.title
    made.extra["settings"] = {"import_status": "finished"}
    return created(projects.project(request.forge, made, me))


@routes.get("/projects/{id}/forks")
def forks(request: Request) -> object:
    """The forks of a project."""
    one = project_of(request)
    found = [each for each in request.world.repositories.values() if each.parent is one]
    return paged(request, filtered(request, found), lambda each: shaped(request, each))


@routes.delete("/projects/{id}/fork")
def unfork(request: Request) -> object:
    """Cuts a fork off from its parent."""
    one = project_of(request, model.OWN)
    if one.parent is None:
        return not_modified()
    one.parent = None
    return None


@routes.post("/projects/{id}/fork/{forked_from_id}")
def relate(request: Request) -> object:
    """Makes a project the fork of another."""
    one = project_of(request, model.OWN)
    if one.parent is not None:
        raise ApiError(409, "Project already forked")
    one.parent = project_named(request, request.params["forked_from_id"])
    return created(projects.project(request.forge, one, request.user))


# ---- small things


@routes.get("/projects/{id}/languages")
def languages(request: Request) -> object:
    """Languages in percent."""
    one = project_of(request)
    tip = one.branches.get(one.default_branch)
    sizes: dict[str, int] = {}
    for path, text in (one.commits[tip].files if tip else {}).items():
        name = LANGUAGES.get(path.rpartition(".")[2])
        if name:
            sizes[name] = sizes.get(name, 0) + len(text)
    total = sum(sizes.values())
    return {name: round(100 * size / total, 2) for name, size in sizes.items()} if total else {}


@routes.get("/projects/{id}/users")
def users(request: Request) -> object:
    """Everyone with a level in a project, also by a group."""
    one, text = project_of(request), request.arg("search").lower()
    found = [user for user in request.world.members(one) if text in f"{user.login} {user.name or ''}".lower()]
    return paged(request, found, lambda user: people.user_basic(request.forge, user))


@routes.post("/projects/{id}/star")
@routes.post("/projects/{id}/unstar")
def star(request: Request) -> object:
    """Gives or takes back a star; 304 where nothing changes."""
    one, me = project_of(request, archived=True), request.user
    fans: set[int] = one.extra.setdefault("stars", set())
    wanted = request.path.endswith("/star")
    if (me.id in fans) is wanted:
        return not_modified()
    (fans.add if wanted else fans.discard)(me.id)
    one.stars += 1 if wanted else -1
    return created(projects.project(request.forge, one, me))


@routes.get("/projects/{id}/starrers")
def starrers(request: Request) -> object:
    """Who gave a star."""
    one = project_of(request)
    found = [user for user in request.world.users() if user.id in one.extra.get("stars", ())]
    since = people.iso(one.created)
    return paged(request, found, lambda user: {"starred_since": since, "user": people.user_basic(request.forge, user)})


def enabled(one: Repository) -> None:
    """403 where a project has its issues switched off."""
    if not one.has_issues:
        raise forbidden()
