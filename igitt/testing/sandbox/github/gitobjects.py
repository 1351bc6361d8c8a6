"""Routes of git's own objects: blobs, trees, and commits that no branch has yet."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model, objects
from igitt.testing.sandbox.github.context import (
    body_of,
    created,
    forge_of,
    invalid,
    person_of,
    repository_of,
    routes,
    text_of,
)
from igitt.testing.sandbox.github.shapes import commits as shapes
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Commit, Repository

GIT = "/repos/{owner}/{repo}/git"


#: Texts and modes of files by path.
Files = tuple[dict[str, str], dict[str, str]]


def _tree_of(found: Repository, name: str) -> Files | None:
    """The files of a tree by its hash or by a branch or commit; also those of a folder in one."""
    tip = gitdata.resolve(found, name)
    if tip is not None:
        return tip.files, tip.modes
    made: dict[str, Files] = found.extra.get("trees", {})
    if name in made:
        return made[name]
    for one in found.commits.values():
        for folder, sha in objects.trees(one.files, one.modes).names.items():
            if sha == name:
                return _below(one.files, folder), _below(one.modes, folder)
    return None


def _below(found: dict[str, str], folder: str) -> dict[str, str]:
    start = f"{folder}/" if folder else ""
    return {path.removeprefix(start): value for path, value in found.items() if path.startswith(start)}


def _tree(request: Request, found: Repository, inside: Files, *, deep: bool) -> dict[str, Any]:
    """``git-tree``; cut short beyond what the forge gives at once."""
    api, (files, modes) = api_of(request.forge, found), inside
    names = objects.trees(files, modes).names
    sha = names.pop("")
    entries: list[dict[str, Any]] = []
    for folder, name in names.items():
        if deep or "/" not in folder:
            url = f"{api}/git/trees/{name}"
            entries.append({"path": folder, "mode": objects.FOLDER, "type": "tree", "sha": name, "url": url})
    for path, text in files.items():
        mode = modes.get(path, objects.FILE)
        if "/" in path and not deep:
            continue
        if mode == objects.SUBMODULE:
            entries.append({"path": path, "mode": mode, "type": "commit", "sha": text})
        else:
            blob = gitdata.blob_sha(text)
            entries.append({"path": path, "mode": mode, "type": "blob", "sha": blob,
                            "size": len(gitdata.raw(text)), "url": f"{api}/git/blobs/{blob}"})  # fmt: skip
    entries.sort(key=lambda each: each["path"])
    most = forge_of(request).tree_limit
    cut = deep and len(entries) > most
    return {"sha": sha, "url": f"{api}/git/trees/{sha}", "tree": entries[:most] if cut else entries, "truncated": cut}


@routes.get(f"{GIT}/trees/{{tree_sha}}")
def tree(request: Request) -> object:
    """A tree; with any ``recursive`` also what is in its folders."""
    found = repository_of(request, "contents")
    if not found.commits:
        raise ApiError(409, "Git Repository is empty.")
    inside = _tree_of(found, request.params["tree_sha"])
    if inside is None:
        raise request.forge.not_found()
    return _tree(request, found, inside, deep=any(name == "recursive" for name, _ in request.args))


@routes.post(f"{GIT}/trees")
def create_tree(request: Request) -> object:
    """Makes a tree out of another one and entries; a ``sha`` of null takes a path out."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    if not found.commits:
        raise ApiError(409, "Git Repository is empty.")
    base = _tree_of(found, str(data["base_tree"])) if data.get("base_tree") else ({}, {})
    if base is None:
        raise ApiError(422, "tree.base_tree is not a valid tree")
    files, modes, blobs = dict(base[0]), dict(base[1]), found.extra.get("blobs", {})
    for entry in data.get("tree") or ():
        path = text_of(entry, "path", "Tree")
        if "content" in entry:
            files[path] = text_of(entry, "content", "Tree", required=False)
        elif entry.get("sha") in blobs:
            files[path] = blobs[entry["sha"]]
        elif entry.get("sha") is None and path in files:
            del files[path]
        else:
            raise ApiError(422, "GitRPC::BadObjectState")
        modes[path] = str(entry.get("mode") or objects.FILE)
    modes = {path: mode for path, mode in modes.items() if path in files and mode != objects.FILE}
    found.extra.setdefault("trees", {})[objects.trees(files, modes).names[""]] = files, modes
    return created(_tree(request, found, (files, modes), deep=False))


@routes.post(f"{GIT}/blobs")
def create_blob(request: Request) -> object:
    """Keeps the content of a file, given as text or in base64."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    content = text_of(data, "content", "Blob", required=False)
    if data.get("encoding") == "base64":
        try:
            content = gitdata.text_of(base64.b64decode(content))
        except ValueError:
            raise invalid("Blob", "content") from None
    sha = gitdata.blob_sha(content)
    found.extra.setdefault("blobs", {})[sha] = content
    return created({"sha": sha, "url": f"{api_of(request.forge, found)}/git/blobs/{sha}"})


@routes.post(f"{GIT}/commits")
def create_commit(request: Request) -> object:
    """Makes a commit of a tree, which no branch has yet."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    message, inside = text_of(data, "message", "Commit"), _tree_of(found, text_of(data, "tree", "Commit"))
    parents = [str(sha) for sha in data.get("parents") or ()]
    if inside is None or any(sha not in found.commits for sha in parents):
        raise ApiError(422, "Tree SHA does not exist" if inside is None else "Parent SHA does not exist")
    author, by = person_of(request, data, "author"), person_of(request, data, "committer")
    # https://docs.github.com/en/rest/git/commits#create-a-commit: the committer is the author where none is named.
    by = by or author
    written = None if author is None else (request.world.by_email(author.email), author)
    made = gitdata.store(
        request.world, found, message, dict(inside[0]), parents, request.user, modes=inside[1], written=written, by=by
    )
    return created(git_commit(request, found, made))


def git_commit(request: Request, found: Repository, made: Commit) -> dict[str, Any]:
    """``git-commit``."""
    whole = shapes.commit(request.forge, found, made)
    inner = {key: whole["commit"][key] for key in ("author", "committer", "tree", "message", "verification")}
    outer = {key: whole[key] for key in ("sha", "node_id", "html_url", "parents")}
    return outer | {"url": f"{api_of(request.forge, found)}/git/commits/{made.sha}"} | inner


@routes.get(f"{GIT}/blobs/{{file_sha}}")
def blob(request: Request) -> object:
    """A file's content by its hash."""
    found, sha = repository_of(request, "contents"), request.params["file_sha"]
    known = {gitdata.blob_sha(text): text for one in found.commits.values() for text in one.files.values()}
    text = (found.extra.get("blobs", {}) | known).get(sha)
    if text is None:
        raise request.forge.not_found()
    data = gitdata.raw(text)
    url = f"{api_of(request.forge, found)}/git/blobs/{sha}"
    body = base64.encodebytes(data).decode()
    return Reply({"sha": sha, "node_id": f"B_kwDO{sha[:12]}", "size": len(data), "url": url, "content": body,
                  "encoding": "base64"})  # fmt: skip
