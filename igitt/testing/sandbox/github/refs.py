"""Routes of branches, their protection, and git's refs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.github.context import body_of, created, paged, repository_of, routes, text_of
from igitt.testing.sandbox.github.shapes import commits as shapes
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import ApiError, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository

PROTECTION = "/repos/{owner}/{repo}/branches/{branch}/protection"
RULES = ("required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions")


@routes.get("/repos/{owner}/{repo}/branches")
def branches(request: Request) -> object:
    """The branches by name."""
    found = repository_of(request, "contents")
    return paged(request, sorted(found.branches), lambda name: shapes.short_branch(request.forge, found, name))


@routes.get("/repos/{owner}/{repo}/branches/{branch:path}")
def branch(request: Request) -> object:
    """One branch."""
    found, name = repository_of(request, "contents"), request.params["branch"]
    if name not in found.branches:
        raise ApiError(404, "Branch not found")
    return shapes.branch(request.forge, found, name)


def _ref(request: Request, found: Repository, name: str) -> dict[str, Any]:
    api, sha = api_of(request.forge, found), found.branches[name]
    return {
        "ref": f"refs/heads/{name}",
        "node_id": f"REF_kwDO{found.id}",
        "url": f"{api}/git/refs/heads/{quote(name)}",
        "object": {"sha": sha, "type": "commit", "url": f"{api}/git/commits/{sha}"},
    }


@routes.get("/repos/{owner}/{repo}/git/ref/heads/{branch:path}")
def ref(request: Request) -> object:
    """The ref of a branch."""
    found, name = repository_of(request, "contents"), request.params["branch"]
    if name not in found.branches:
        raise request.forge.not_found()
    return _ref(request, found, name)


@routes.post("/repos/{owner}/{repo}/git/refs")
def create_ref(request: Request) -> object:
    """Makes a branch at a commit."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    name, sha = text_of(data, "ref", "Reference"), text_of(data, "sha", "Reference")
    if not name.startswith("refs/heads/"):
        raise ApiError(422, "Reference name must start with 'refs/heads/'.")
    name = name.removeprefix("refs/heads/")
    if name in found.branches:
        raise ApiError(422, "Reference already exists")
    if sha not in found.commits:
        raise ApiError(422, "Object does not exist")
    gitdata.move(request.world, found, name, sha, request.user)
    return created(_ref(request, found, name))


@routes.patch("/repos/{owner}/{repo}/git/refs/heads/{branch:path}")
def move_ref(request: Request) -> object:
    """Points a branch somewhere else; only forward unless ``force``."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    name, sha = request.params["branch"], text_of(data, "sha", "Reference")
    if name not in found.branches:
        raise ApiError(422, "Reference does not exist")
    if sha not in found.commits:
        raise ApiError(422, "Object does not exist")
    if not data.get("force") and found.branches[name] not in set(gitdata.ancestry(found, sha)):
        raise ApiError(422, "Update is not a fast forward")
    gitdata.move(request.world, found, name, sha, request.user)
    return _ref(request, found, name)


@routes.delete("/repos/{owner}/{repo}/git/refs/heads/{branch:path}")
def delete_ref(request: Request) -> None:
    """Removes a branch."""
    found, name = repository_of(request, "contents", model.WRITE), request.params["branch"]
    if name not in found.branches:
        raise ApiError(422, "Reference does not exist")
    if name in found.extra.get("protected", ()):
        raise ApiError(422, "Cannot delete this branch")
    gitdata.move(request.world, found, name, None, request.user)


# ---- protection


def _protected(request: Request, need: int = model.OWN) -> tuple[Repository, str]:
    found, name = repository_of(request, "administration", need), request.params["branch"]
    if name not in found.branches:
        raise ApiError(404, "Branch not found")
    return found, name


def _protection(request: Request, found: Repository, name: str) -> dict[str, Any]:
    url = f"{api_of(request.forge, found)}/branches/{quote(name, safe='')}/protection"
    off = {"enabled": False}
    words = ("required_linear_history", "allow_force_pushes", "allow_deletions", "block_creations",
             "required_conversation_resolution", "lock_branch", "allow_fork_syncing")  # fmt: skip
    return {
        "url": url,
        "enforce_admins": {"url": f"{url}/enforce_admins", **off},
        "required_signatures": {"url": f"{url}/required_signatures", **off},
        **dict.fromkeys(words, off),
    }


@routes.get(PROTECTION)
def protection(request: Request) -> object:
    """The rule of a branch; 404 without one."""
    found, name = _protected(request)
    if name not in found.extra.get("protected", ()):
        raise ApiError(404, "Branch not protected")
    return _protection(request, found, name)


@routes.put(PROTECTION)
def protect(request: Request) -> object:
    """Protects a branch; GitHub wants four demands named, if only to say that there is none."""
    found, name = _protected(request)
    data = body_of(request)
    for rule in RULES:
        if rule not in data:
            raise ApiError(422, f'Invalid request.\n\n"{rule}" wasn\'t supplied.')
    found.extra.setdefault("protected", set()).add(name)
    return _protection(request, found, name)


@routes.delete(PROTECTION)
def unprotect(request: Request) -> None:
    """Takes the rule away."""
    found, name = _protected(request)
    if name not in found.extra.get("protected", ()):
        raise ApiError(404, "Branch not protected")
    found.extra["protected"].discard(name)
