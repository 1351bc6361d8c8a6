"""Routes about the instance: version, namespaces, search."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    group_of,
    missing,
    need_all,
    paged,
    params_of,
    project_of,
    routes,
    sees_group,
    sees_issue,
    signed_in,
)
from igitt.testing.sandbox.gitlab.filters import filtered
from igitt.testing.sandbox.gitlab.shapes import commits, people, projects, tickets
from igitt.testing.sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from igitt.testing.sandbox.model import Account, Repository

VERSION = "18.10.1-ee"
REVISION = "5a0ab1e5a0a"
SCOPES = (
    "projects", "issues", "work_items", "merge_requests", "milestones", "users", "notes", "commits", "blobs",
    "wiki_blobs", "snippet_titles",
)  # fmt: skip


@routes.get("/version")
@routes.get("/metadata")
def metadata(request: Request) -> object:
    """The version and more; both addresses tell the same."""
    signed_in(request)
    kas = {"enabled": False, "externalUrl": None, "externalK8sProxyUrl": None, "version": None}
    return {"version": VERSION, "revision": REVISION, "kas": kas, "enterprise": True}


def _namespace(request: Request, one: Account) -> dict[str, Any]:
    return people.namespace(request.forge, one) | {"plan": "default", "trial": False, "trial_ends_on": None}


@routes.get("/namespaces")
def namespaces(request: Request) -> object:
    """The own namespace and those of one's groups."""
    me, world = request.user, request.world
    text = request.arg("search").lower()
    mine: list[Account] = [me, *(group for group in world.organizations() if world.organization_level(me, group))]
    found = [one for one in mine if text in one.login.lower()]
    return paged(request, found, lambda one: _namespace(request, one))


@routes.get("/namespaces/{namespace_id}")
def namespace(request: Request) -> object:
    """A namespace by id or path."""
    signed_in(request)
    name, world = request.params["namespace_id"], request.world
    if name.isdigit():
        number = int(name)
        found = world.by_id(number) or world.by_id(number - people.USER_NAMESPACE)
    else:
        found = world.account(name)
    if found is None:
        raise missing("Namespace")
    return _namespace(request, found)


@routes.get("/namespaces/{namespace_id}/exists")
def exists(request: Request) -> object:
    """Whether a path is taken, with others like it that are free."""
    signed_in(request)
    name, world = request.params["namespace_id"], request.world
    taken = world.account(name) is not None
    free = next(f"{name}{number}" for number in range(1, 10_000) if world.account(f"{name}{number}") is None)
    return {"exists": taken, "suggests": [free] if taken else []}


@routes.post("/markdown")
def markdown(request: Request) -> object:
    """A text as HTML; its paragraphs only.

    Source: https://docs.gitlab.com/api/markdown/.
    """
    params = params_of(request)
    need_all(params, "text")
    parts = [part.strip() for part in str(params["text"]).split("\n\n") if part.strip()]
    return created({"html": "\n".join(f'<p data-sourcepos="1:1-1:1" dir="auto">{escape(part)}</p>' for part in parts)})


# ---- search


def _search(request: Request, repositories: Sequence[Repository]) -> Reply:
    params = params_of(request)
    need_all(params, "scope", "search")
    scope, text = choice(params, "scope", *SCOPES), str(params["search"]).lower()
    forge, items = request.forge, _found(request, scope, text, repositories)
    shape: Callable[[Any], Any] = {
        "projects": lambda one: projects.basic(forge, one),
        "issues": lambda one: tickets.issue(forge, one, relative=True),
        "work_items": lambda one: tickets.issue(forge, one, relative=True),
        "merge_requests": lambda one: tickets.merge_request(forge, one, relative=True),
        "milestones": lambda one: projects.milestone(forge, one[1], one[0]),
        "users": lambda one: people.user_basic(forge, one),
        "notes": lambda one: tickets.note(forge, one),
        "commits": lambda one: commits.commit(forge, *one) | {"project_id": one[0].id},
        "blobs": lambda one: one,
    }.get(scope, lambda one: one)
    return paged(request, items, shape)


def _found(request: Request, scope: str, text: str, repositories: Sequence[Repository]) -> list[Any]:
    if scope == "projects":
        return [one for one in repositories if text in f"{one.full_name} {one.description or ''}".lower()]
    if scope == "users":
        return [one for one in request.world.users() if text in f"{one.login} {one.name or ''}".lower()]
    asked = {key: value for key, value in params_of(request).items() if key != "scope"}
    if scope in {"issues", "work_items"}:
        issues = [one for home in repositories for one in home.issues.values() if sees_issue(request, one)]
        return filtered(request, issues, params=asked)
    if scope == "merge_requests":
        requests = [one for home in repositories for one in home.merge_requests.values()]
        return filtered(request, requests, params=asked)
    found: list[Any] = []
    for home in repositories:
        found += _inside(request, scope, text, home)
    return found


def _inside(request: Request, scope: str, text: str, home: Repository) -> list[Any]:
    if scope == "milestones":
        return [(home, one) for one in home.milestones.values() if text in one.title.lower()]
    if scope == "notes":
        issues = [one for one in home.issues.values() if sees_issue(request, one)]
        notes = [note for one in [*issues, *home.merge_requests.values()] for note in tickets.notes_of(one)]
        return [note for note in notes if text in note.body.lower()]
    if scope == "commits":
        tip = home.branches.get(home.default_branch)
        return [(home, one) for one in gitdata.history(home, tip) if text in one.message.lower()]
    if scope == "blobs":
        return _blobs(text, home)
    return []


def _blobs(text: str, home: Repository) -> list[dict[str, Any]]:
    tip = home.commits.get(home.branches.get(home.default_branch, ""))
    found = []
    for path, content in (tip.files if tip else {}).items():
        lines = content.splitlines()
        number = next((index for index, line in enumerate(lines, 1) if text in line.lower()), None)
        if number is None and text not in path.lower():
            continue
        found.append({
            "basename": path.rpartition(".")[0] or path, "data": content, "path": path, "filename": path, "id": None,
            "ref": tip.sha if tip else None, "startline": number or 1, "project_id": home.id,
        })  # fmt: skip
    return found


def _readable(request: Request) -> list[Repository]:
    return [one for one in request.world.repositories.values() if request.world.may_read(request.viewer.user, one)]


@routes.get("/search")
def search(request: Request) -> object:
    """Everywhere."""
    signed_in(request)
    return _search(request, _readable(request))


@routes.get("/groups/{id}/search")
@routes.get("/groups/{id}/-/search")
def search_group(request: Request) -> object:
    """In a group and what is inside of it."""
    signed_in(request)
    inside = request.world.repositories_of(group_of(request), nested=True)
    return _search(request, [one for one in inside if one in _readable(request)])


@routes.get("/projects/{id}/search")
@routes.get("/projects/{id}/-/search")
def search_project(request: Request) -> object:
    """In a project."""
    signed_in(request)
    return _search(request, [project_of(request)])


def visible_groups(request: Request) -> list[Any]:
    """The groups that who asks may know of."""
    return [one for one in request.world.organizations() if sees_group(request, one)]
