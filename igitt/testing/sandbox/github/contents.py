"""Routes of files: read in all their forms, written and removed as commits, and the readme.

Sources: https://docs.github.com/en/rest/repos/contents (sizes, media types, symbolic links, submodules). A file that is
too large: https://github.com/octokit/core.js/issues/414 (``too_large``). Paths that git cannot have: from memory.
"""

from __future__ import annotations

import base64
import html
import posixpath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata, model, objects
from igitt.testing.sandbox.github import protection, rights
from igitt.testing.sandbox.github.context import body_of, missing, person_of, repository_of, routes, text_of
from igitt.testing.sandbox.github.shapes import commits as shapes
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Commit, Repository, User

__all__ = ["HTML", "entry", "rendered"]

PATH = "/repos/{owner}/{repo}/contents"
HTML = "application/vnd.github.html"
#: Up to here a file's content stands in the JSON, and up to there it can be had at all, in bytes.
INLINE, LARGEST = 1024 * 1024, 100 * 1024 * 1024
TOO_LARGE = (
    "This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API, but you can "
    "always clone the repository via Git in order to obtain it."
)


def entry(
    request: Request, found: Repository, sha: str, path: str, text: str | None, *, tree: str = "", mode: str = ""
) -> dict[str, Any]:
    """``content-directory``'s item: a file, a folder (``text`` is None), a symbolic link or a submodule."""
    api, page, tail = api_of(request.forge, found), f"{request.forge.url}/{found.full_name}", quote(path)
    kind = {objects.LINK: "symlink", objects.SUBMODULE: "submodule"}.get(mode, "dir" if text is None else "file")
    plain = kind in {"file", "symlink"}
    url, blob = f"{api}/contents/{tail}?ref={quote(sha)}", gitdata.blob_sha(text or "") if plain else text or tree
    where = f"{page}/{'blob' if plain else 'tree'}/{quote(sha)}/{tail}"
    git = None if kind == "submodule" else f"{api}/git/{'blobs' if plain else 'trees'}/{blob}"
    return {
        "name": path.rpartition("/")[2], "path": path, "sha": blob,
        "size": len(gitdata.raw(text or "")) if plain else 0,
        "url": url, "html_url": None if kind == "submodule" else where, "git_url": git,
        "download_url": f"{page}/raw/{quote(sha)}/{tail}" if plain else None, "type": kind,
        "_links": {"self": url, "git": git, "html": None if kind == "submodule" else where},
    }  # fmt: skip


def rendered(text: str) -> str:
    """A file as a page shows it, in outline."""
    return f'<div id="file" class="md"><article class="markdown-body"><p>{html.escape(text)}</p></article></div>'


def _folder(request: Request, found: Repository, one: Commit, ref: str, path: str) -> list[dict[str, Any]]:
    inside, below = f"{path}/" if path else "", dict[str, str | None]()
    for name, text in one.files.items():
        if name.startswith(inside):
            head, slash, _ = name[len(inside) :].partition("/")
            below[inside + head] = None if slash else text
    if not below:
        raise missing()
    names = objects.trees(one.files, one.modes).names
    return [
        entry(request, found, ref, name, text, tree=names.get(name, ""), mode=one.modes.get(name, ""))
        for name, text in sorted(below.items())
    ]


def _file(request: Request, found: Repository, one: Commit, ref: str, path: str) -> Reply:
    text, mode, accept = one.files[path], one.modes.get(path, ""), request.headers.get("accept", "")
    if mode == objects.LINK:  # what it leads to, if that is a file here
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), text))
        if target in one.files and one.modes.get(target) not in {objects.LINK, objects.SUBMODULE}:
            text, mode = one.files[target], ""
    if mode:
        more = {"target": text} if mode == objects.LINK else {"submodule_git_url": None}
        return Reply(entry(request, found, ref, path, text, mode=mode) | more)
    content = gitdata.raw(text)
    if len(content) > LARGEST:
        detail = {"resource": "Blob", "field": "data", "code": "too_large"}
        raise ApiError(403, TOO_LARGE, errors=[detail])
    if ".raw" in accept:
        return Reply(text=text, content_type="application/vnd.github.raw+json")
    if ".html" in accept:
        return Reply(text=rendered(text), content_type=HTML)
    small = len(content) <= INLINE
    shape = entry(request, found, ref, path, text)
    shape["content"] = base64.encodebytes(content).decode() if small else ""
    return Reply(shape | {"encoding": "base64" if small else "none"})


def _tip(request: Request, found: Repository) -> tuple[Commit, str]:
    ref = request.arg("ref") or found.default_branch
    one = gitdata.resolve(found, ref)
    if one is None:
        raise ApiError(404, f"No commit found for the ref {ref}" if found.commits else "This repository is empty.")
    return one, ref


@routes.get(PATH)
@routes.get(f"{PATH}/{{path:path}}")
def contents(request: Request) -> object:
    """A file (JSON with base64, raw or HTML by media type) or a folder (a list, or an object by media type)."""
    found = repository_of(request, "contents")
    one, ref = _tip(request, found)
    path = request.params.get("path", "").strip("/")
    if path in one.files:
        return _file(request, found, one, ref, path)
    entries = _folder(request, found, one, ref, path)
    if ".object" not in request.headers.get("accept", ""):
        return entries
    tree = objects.trees(one.files, one.modes).names.get(path, "")
    shape = entry(request, found, ref, path, None, tree=tree) | {"entries": entries}
    return Reply(shape, content_type="application/vnd.github.object")


@routes.get("/repos/{owner}/{repo}/readme")
@routes.get("/repos/{owner}/{repo}/readme/{folder:path}")
def readme(request: Request) -> object:
    """The readme: of a folder, or the preferred one, which is looked for in ``.github``, the root and ``docs``.

    Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-readmes.
    """
    found = repository_of(request, "contents")
    one, ref = _tip(request, found)
    folder = request.params.get("folder", "").strip("/")
    for place in [f"{folder}/"] if folder else [".github/", "", "docs/"]:
        names = sorted(path for path in one.files if path.startswith(place) and "/" not in path[len(place) :])
        for path in names:
            if path[len(place) :].lower().partition(".")[0] == "readme":
                return _file(request, found, one, ref, path)
    raise missing()


# ---- writes


def _check_path(found: Repository, branch_name: str, path: str) -> None:
    parts = path.split("/")
    if any(part.lower() in {"", ".", "..", ".git"} for part in parts):
        raise ApiError(422, "path contains a malformed path component")
    tip = found.branches.get(branch_name)
    files = found.commits[tip].files if tip else {}
    above = ["/".join(parts[:count]) for count in range(1, len(parts))]
    if any(one in files for one in above) or any(one.startswith(f"{path}/") for one in files):
        raise ApiError(422, f"Could not create file: {path} is in the way of another file or folder.")


def _commit(
    request: Request, found: Repository, data: dict[str, Any], path: str, text: str | None, *, word: str
) -> Commit:
    """Puts a file on a branch, or takes it away, if its protection lets who asks."""
    branch_name = data.get("branch") or found.default_branch
    message = text_of(data, "message", "Commit")
    words = protection.refusals(request, found, branch_name)
    if words:
        refusal = f"Could not {word} file: {' '.join(words)}"
        raise ApiError(409, refusal, documentation_url=protection.DOCS)
    rights.check_workflows(request, found, [path])
    me, world = request.user, request.world
    committer, author = person_of(request, data, "committer"), person_of(request, data, "author")
    if author is None and committer is None:
        return gitdata.commit(world, found, message, {path: text}, branch=branch_name, author=me)
    by = committer or gitdata.person(me, world.now())
    written = author or by
    person: User | None = world.by_email(written.email)
    return gitdata.commit(
        world, found, message, {path: text}, branch=branch_name, author=me, written=(person, written), by=by
    )


@routes.put(f"{PATH}/{{path:path}}")
def write_contents(request: Request) -> object:
    """Writes a file as a commit; 422 without the ``sha`` of the file that is there, 409 with a wrong one."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    path, name = request.params["path"], data.get("branch") or found.default_branch
    _check_path(found, name, path)
    given = text_of(data, "content", "Content", required=False)
    try:
        text = gitdata.text_of(base64.b64decode("".join(given.split()), validate=True))
    except ValueError:
        raise ApiError(422, "content is not valid Base64") from None
    known = _check_sha(found, name, path, data.get("sha"))
    made = _commit(request, found, data, path, text, word="update" if known else "create")
    return Reply(_written(request, found, made, name, path, text), 200 if known else 201)


@routes.delete(f"{PATH}/{{path:path}}")
def delete_contents(request: Request) -> object:
    """Removes a file as a commit; ``sha`` may stand in the body or the query."""
    found, data = repository_of(request, "contents", model.WRITE), dict(request.args) | body_of(request)
    path, name = request.params["path"], data.get("branch") or found.default_branch
    if not _check_sha(found, name, path, data.get("sha")):
        raise missing()
    made = _commit(request, found, data, path, None, word="delete")
    return _written(request, found, made, name, path, None)


def _check_sha(found: Repository, branch_name: str, path: str, sha: Any) -> bool:
    tip = found.branches.get(branch_name)
    if tip is None and found.branches:
        raise ApiError(404, f"Branch {branch_name} not found")
    text = found.commits[tip].files.get(path) if tip else None
    if text is None:
        return False
    if not sha:
        raise ApiError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if sha != gitdata.blob_sha(text):
        raise ApiError(409, f"{path} does not match {sha}")
    return True


def _written(
    request: Request, found: Repository, made: Commit, ref_name: str, path: str, text: str | None
) -> dict[str, Any]:
    api = api_of(request.forge, found)
    git = shapes.commit(request.forge, found, made)
    inner = {key: git["commit"][key] for key in ("author", "committer", "tree", "message", "verification")}
    commit_ = {"sha": made.sha, "node_id": git["node_id"], "url": f"{api}/git/commits/{made.sha}",
               "html_url": git["html_url"], "parents": git["parents"], **inner}  # fmt: skip
    return {"content": None if text is None else entry(request, found, ref_name, path, text), "commit": commit_}
