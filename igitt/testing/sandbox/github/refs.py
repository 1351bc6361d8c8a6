"""Routes of branches, their protection, tags, and git's refs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata, model, names
from igitt.testing.sandbox.github import protection, rights
from igitt.testing.sandbox.github.context import body_of, created, paged, repository_of, routes, text_of
from igitt.testing.sandbox.github.shapes import commits as shapes
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import ApiError, Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.model import Repository


@routes.get("/repos/{owner}/{repo}/branches")
def branches(request: Request) -> object:
    """The branches by name; ``protected`` narrows them."""
    found = repository_of(request, "contents")
    names, protected = sorted(found.branches), request.arg("protected")
    if protected:
        names = [name for name in names if (name in protection.rules_of(found)) is (protected == "true")]
    return paged(request, names, lambda name: shapes.short_branch(request.forge, found, name))


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


def _all_refs(request: Request, found: Repository) -> dict[str, dict[str, Any]]:
    """All refs by their names, as git sorts them."""
    shapes_ = {f"refs/heads/{name}": _ref(request, found, name) for name in found.branches}
    shapes_ |= {f"refs/tags/{name}": _tag_ref(request, found, name) for name in _tags(found)}
    return dict(sorted(shapes_.items()))


@routes.get("/repos/{owner}/{repo}/git/ref/{ref:path}")
def ref(request: Request) -> object:
    """One ref; clients encode the slash in its name or do not."""
    found = repository_of(request, "contents")
    shape = _all_refs(request, found).get(f"refs/{request.params['ref']}")
    if shape is None:
        raise request.forge.not_found()
    return shape


@routes.get("/repos/{owner}/{repo}/git/refs")
def all_refs(request: Request) -> object:
    """All refs. It is in no description any more and still answered (octokit and hub ask for it)."""
    return paged(request, list(_all_refs(request, repository_of(request, "contents")).values()), dict)


@routes.get("/repos/{owner}/{repo}/git/matching-refs/{ref:path}")
def matching_refs(request: Request) -> object:
    """The refs whose names begin so."""
    refs = _all_refs(request, repository_of(request, "contents"))
    return [shape for name, shape in refs.items() if name.startswith(f"refs/{request.params['ref']}")]


@routes.post("/repos/{owner}/{repo}/git/refs")
def create_ref(request: Request) -> object:
    """Makes a branch at a commit."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    name, sha = text_of(data, "ref", "Reference"), text_of(data, "sha", "Reference")
    if name.startswith("refs/tags/"):
        return _create_tag_ref(request, found, name.removeprefix("refs/tags/"), sha)
    if not name.startswith("refs/heads/"):
        raise ApiError(422, "Reference name must start with 'refs/heads/' or 'refs/tags/'.")
    name = name.removeprefix("refs/heads/")
    _check_name(name, found.branches)
    if sha not in found.commits:
        raise ApiError(422, "Object does not exist")
    gitdata.move(request.world, found, name, sha, request.user)
    return created(_ref(request, found, name))


def _check_name(name: str, others: Iterable[str]) -> None:
    """422 for a name that git cannot have, or not beside the others."""
    if not names.is_ref(name):
        raise ApiError(422, f"{name} is not a valid ref name.")
    if name in others:
        raise ApiError(422, "Reference already exists")
    if names.in_the_way(name, others) is not None:
        raise ApiError(422, "Reference update failed")


def check_move(request: Request, found: Repository, name: str, sha: str) -> None:
    """422 where a branch's protection keeps it where it is; workflows need a right of their own."""
    words = protection.refusals(request, found, name, sha)
    if words:
        raise ApiError(422, " ".join(words), documentation_url=protection.DOCS)
    old = found.commits[found.branches[name]].files if name in found.branches else {}
    changed = [path for path, text in found.commits[sha].files.items() if old.get(path) != text]
    rights.check_workflows(request, found, changed)


@routes.patch("/repos/{owner}/{repo}/git/refs/{ref:path}")
def move_ref(request: Request) -> object:
    """Points a branch somewhere else; only forward unless ``force``."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    name, sha = request.params["ref"].removeprefix("heads/"), text_of(data, "sha", "Reference")
    if name not in found.branches or not request.params["ref"].startswith("heads/"):
        raise ApiError(422, "Reference does not exist")
    if sha not in found.commits:
        raise ApiError(422, "Object does not exist")
    if found.branches[name] not in set(gitdata.ancestry(found, sha)):
        if not data.get("force"):
            raise ApiError(422, "Update is not a fast forward")
        if not protection.may_force(found, name):
            raise ApiError(422, "Cannot force-push to this branch")
    check_move(request, found, name, sha)
    gitdata.move(request.world, found, name, sha, request.user)
    return _ref(request, found, name)


@routes.delete("/repos/{owner}/{repo}/git/refs/{ref:path}")
def delete_ref(request: Request) -> None:
    """Removes a branch or tag; clients encode the slash in its name or do not."""
    found, ref = repository_of(request, "contents", model.WRITE), request.params["ref"]
    kind, _, name = ref.partition("/")
    if kind == "tags" and name in _tags(found):
        gitdata.set_tag(request.world, found, name, None, request.user)
        return
    if kind != "heads" or name not in found.branches:
        raise ApiError(422, "Reference does not exist")
    if name == found.default_branch:
        raise ApiError(422, "Cannot delete the default branch")
    if not protection.may_delete(found, name):
        raise ApiError(422, "Cannot delete this branch")
    gitdata.move(request.world, found, name, None, request.user)


# ---- tags


def _tags(found: Repository) -> dict[str, dict[str, Any]]:
    tags: dict[str, dict[str, Any]] = found.extra.setdefault("tags", {})
    return tags


def _tag_ref(request: Request, found: Repository, name: str) -> dict[str, Any]:
    api, tag = api_of(request.forge, found), _tags(found)[name]
    kind, sha = ("tag", tag["object"]) if tag.get("object") else ("commit", tag["sha"])
    return {
        "ref": f"refs/tags/{name}",
        "node_id": f"REF_kwDO{found.id}",
        "url": f"{api}/git/refs/tags/{quote(name)}",
        "object": {"sha": sha, "type": kind, "url": f"{api}/git/{kind}s/{sha}"},
    }


def _create_tag_ref(request: Request, found: Repository, name: str, sha: str) -> object:
    _check_name(name, _tags(found))
    if sha in found.extra.get("objects", {}):
        made = shapes.tag_object(request.forge, found, sha)
        tag = gitdata.tag(made["object"]["sha"], request.world.now(), made["message"], sha)
    elif sha in found.commits:
        tag = gitdata.tag(sha, request.world.now())
    else:
        raise ApiError(422, "Object does not exist")
    gitdata.set_tag(request.world, found, name, tag, request.user)
    return created(_tag_ref(request, found, name))


@routes.get("/repos/{owner}/{repo}/tags")
def tags(request: Request) -> object:
    """The tags by name, the last first."""
    found = repository_of(request, "contents")
    api = api_of(request.forge, found)

    def shape(name: str) -> dict[str, Any]:
        sha, ref = _tags(found)[name]["sha"], f"refs/tags/{quote(name)}"
        return {
            "name": name,
            "zipball_url": f"{api}/zipball/{ref}",
            "tarball_url": f"{api}/tarball/{ref}",
            "commit": {"sha": sha, "url": f"{api}/commits/{sha}"},
            "node_id": f"REF_kwDO{found.id}",
        }

    return paged(request, sorted(_tags(found), reverse=True), shape)


@routes.post("/repos/{owner}/{repo}/git/tags")
def create_tag_object(request: Request) -> object:
    """Makes an object with a message, which no name points at yet."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    name, message = text_of(data, "tag", "Tag"), text_of(data, "message", "Tag")
    target, kind = text_of(data, "object", "Tag"), text_of(data, "type", "Tag")
    if target not in found.commits or kind != "commit":
        raise ApiError(422, "Object does not exist")
    sha = gitdata.tag_object(found, name, target, gitdata.person(request.user, request.world.now()), message)
    return created(shapes.tag_object(request.forge, found, sha))


@routes.get("/repos/{owner}/{repo}/git/tags/{tag_sha}")
def tag_object(request: Request) -> object:
    """The object that a tag with a message points at."""
    found, sha = repository_of(request, "contents"), request.params["tag_sha"]
    if sha not in found.extra.get("objects", {}):
        raise request.forge.not_found()
    return shapes.tag_object(request.forge, found, sha)
