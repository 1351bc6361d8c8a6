"""Routes of a project's git: branches, tags, files, tree, comparison, contributors."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata, model, names, objects
from igitt.testing.sandbox.gitlab import rules
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    flag,
    level_of,
    missing,
    need_all,
    paged,
    params_of,
    project_of,
    routes,
)
from igitt.testing.sandbox.gitlab.shapes import commits
from igitt.testing.sandbox.gitlab.shapes.projects import page_of
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Commit, Repository

BRANCHES = "/projects/{id}/repository/branches"
TAGS = "/projects/{id}/repository/tags"
FILE = "/projects/{id}/repository/files/{path}"


def tip_of(home: Repository, ref: str) -> Commit | None:
    """The commit behind a branch, tag or hash."""
    tag = home.extra.get("tags", {}).get(ref)
    return home.commits[tag["sha"]] if tag else gitdata.resolve(home, ref)


# ---- branches


@routes.get(BRANCHES)
def branches(request: Request) -> object:
    """The branches by name, or as ``sort`` says; ``search`` and ``regex`` (RE2's) leave some."""
    home, text, params = project_of(request), request.arg("search").lower(), params_of(request)
    found = sorted(name for name in home.branches if _matches(name.lower(), text))
    if params.get("regex"):
        try:
            pattern = re.compile(str(params["regex"]))
        except re.error:
            raise ApiError(400, error="regex is invalid") from None
        found = [name for name in found if pattern.search(name)]
    order = choice(params, "sort", "name_asc", "updated_asc", "updated_desc")
    if order.startswith("updated"):
        found.sort(key=lambda name: home.commits[home.branches[name]].created, reverse=order.endswith("desc"))
    return paged(request, found, lambda name: commits.branch(request.forge, home, name, request.viewer.user))


def _matches(name: str, text: str) -> bool:
    if text.startswith("^"):
        return name.startswith(text[1:])
    return name.endswith(text[:-1]) if text.endswith("$") else text in name


def _branch(request: Request, home: Repository) -> str:
    name = request.params["branch"]
    if name not in home.branches:
        raise missing("Branch")
    return name


@routes.get(f"{BRANCHES}/{{branch}}")
def branch(request: Request) -> object:
    """One branch."""
    home = project_of(request)
    return commits.branch(request.forge, home, _branch(request, home), request.viewer.user)


def check_branch(home: Repository, name: str) -> None:
    """400 for a name that git cannot have, or not beside the other branches."""
    if not names.is_ref(name):
        raise ApiError(400, "Branch name is invalid")
    if name in home.branches:
        raise ApiError(400, "Branch already exists")
    if names.in_the_way(name, home.branches) is not None:
        raise ApiError(400, "Failed to create branch")


def may_push(request: Request, home: Repository, branch: str, *, status: int = 400) -> None:
    """Refuses who may not push to a branch, as the API of commits (403) or that of files (400) does.

    Sources: osunyorg/admin 4343 (403 by the API of commits); ``app/services/files/base_service.rb`` (400).
    """
    if level_of(request, home) < rules.needed(home, branch, "push"):
        text = "You are not allowed to push into this branch"
        raise ApiError(status, text if status == 400 else f"403 Forbidden - {text}")


@routes.post(BRANCHES)
def create_branch(request: Request) -> object:
    """Makes a branch from a branch or hash (``ref``)."""
    home, params = project_of(request, model.WRITE), params_of(request)
    need_all(params, "branch", "ref")
    if not home.branches:
        # An empty project is started first (``app/services/branches/create_service.rb``, create_default_branch).
        files: dict[str, str | None] = {"README.md": ""}
        gitdata.commit(request.world, home, "Add README.md", files, branch=home.default_branch, author=request.user)
    name, start = str(params["branch"]), tip_of(home, str(params["ref"]))
    check_branch(home, name)
    if start is None:
        raise ApiError(400, "Invalid reference name: " + str(params["ref"]))
    gitdata.move(request.world, home, name, start.sha, request.user)
    return created(commits.branch(request.forge, home, name, request.user))


@routes.delete(f"{BRANCHES}/{{branch}}")
def delete_branch(request: Request) -> None:
    """Removes a branch, never the default one."""
    home = project_of(request, model.WRITE)
    name = _branch(request, home)
    if name == home.default_branch:
        raise ApiError(403, "403 Forbidden")
    if commits.is_protected(home, name):
        raise ApiError(403, "403 Forbidden")
    gitdata.move(request.world, home, name, None, request.user)


# ---- tags


@routes.get(TAGS)
def tags(request: Request) -> object:
    """The tags."""
    home = project_of(request)
    found = list(reversed(home.extra.get("tags", {}).items()))
    return paged(request, found, lambda pair: commits.tag(request.forge, home, *pair))


@routes.post(TAGS)
def create_tag(request: Request) -> object:
    """Makes a tag, annotated with a ``message``."""
    home, params = project_of(request, model.WRITE), params_of(request)
    need_all(params, "tag_name", "ref")
    name, start = str(params["tag_name"]), tip_of(home, str(params["ref"]))
    if level_of(request, home) < rules.tag_level(home, name):
        raise ApiError(400, "You are not allowed to create this tag as it is protected.")
    if not names.is_ref(name):
        raise ApiError(400, "Tag name invalid")
    if name in home.extra.get("tags", {}):
        raise ApiError(400, f"Tag {name} already exists")
    if start is None:
        raise ApiError(400, "Target " + str(params["ref"]) + " is invalid")
    message, now = params.get("message") or "", request.world.now()
    made = None
    if message:
        made = gitdata.tag_object(home, name, start.sha, gitdata.person(request.user, now), message)
    known = gitdata.tag(start.sha, now, message, made)
    gitdata.set_tag(request.world, home, name, known, request.user)
    return created(commits.tag(request.forge, home, name, known))


@routes.get(f"{TAGS}/{{tag}}")
def tag(request: Request) -> object:
    """One tag."""
    home, name = project_of(request), request.params["tag"]
    if name not in home.extra.get("tags", {}):
        raise missing("Tag")
    return commits.tag(request.forge, home, name, home.extra["tags"][name])


@routes.delete(f"{TAGS}/{{tag}}")
def delete_tag(request: Request) -> None:
    """Removes a tag."""
    home, name = project_of(request, model.WRITE), request.params["tag"]
    if name not in home.extra.get("tags", {}):
        raise missing("Tag")
    if level_of(request, home) < rules.tag_level(home, name):
        raise ApiError(403, "403 Forbidden")
    gitdata.set_tag(request.world, home, name, None, request.user)


# ---- files


def _file(request: Request, home: Repository) -> tuple[str, Commit, str]:
    path, ref = request.params["path"], request.arg("ref") or "HEAD"
    one = tip_of(home, ref)
    if one is None:
        raise missing("Commit")
    if path not in one.files:
        raise missing("File")
    return path, one, one.files[path]


def _last(home: Repository, tip: Commit, path: str) -> str:
    for one in gitdata.history(home, tip.sha):
        if any(file.path == path for file in gitdata.commit_changes(home, one)):
            return one.sha
    return tip.sha


def _told(request: Request, home: Repository) -> dict[str, str]:
    """What the headers tell of a file, for a HEAD as for a GET.

    Source: https://docs.gitlab.com/api/repository_files/ ("the response headers").
    """
    path, one, text = _file(request, home)
    data = gitdata.raw(text)
    told = {
        "Blob-Id": gitdata.blob_sha(text), "Commit-Id": one.sha, "Content-Sha256": hashlib.sha256(data).hexdigest(),
        "Encoding": "base64", "File-Name": path.rpartition("/")[2], "File-Path": path,
        "Last-Commit-Id": _last(home, one, path), "Ref": request.arg("ref") or "HEAD", "Size": str(len(data)),
        "Execute-Filemode": str(one.modes.get(path) == "100755").lower(),
    }  # fmt: skip
    return {f"X-Gitlab-{name}": quote(value, safe="/ ") for name, value in told.items()}


@routes.get(FILE)
def file(request: Request) -> object:
    """A file with its content in base64."""
    home = project_of(request)
    path, one, text = _file(request, home)
    data = gitdata.raw(text)
    return Reply({
        "file_name": path.rpartition("/")[2],
        "file_path": path,
        "size": len(data),
        "encoding": "base64",
        "content_sha256": hashlib.sha256(data).hexdigest(),
        "ref": request.arg("ref") or "HEAD",
        "blob_id": gitdata.blob_sha(text),
        "commit_id": one.sha,
        "last_commit_id": _last(home, one, path),
        "execute_filemode": one.modes.get(path) == "100755",
        "content": base64.b64encode(data).decode(),
    }, headers=_told(request, home))  # fmt: skip


@routes.get(f"{FILE}/raw")
def raw(request: Request) -> object:
    """A file as it is."""
    home = project_of(request)
    return Reply(text=_file(request, home)[2], content_type="text/plain", headers=_told(request, home))


def decoded(text: str) -> str:
    """What stands in base64; what is none is decoded as far as it goes, as Ruby's ``Base64.decode64`` does."""
    kept = "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter in "+/"))
    return gitdata.text_of(base64.b64decode(kept[: len(kept) - (len(kept) % 4 == 1)] + "=" * (-len(kept) % 4)))


def _write(request: Request, *, there: bool) -> object:
    home, params = project_of(request, model.WRITE), params_of(request)
    need_all(params, "branch", "commit_message")
    path, branch = request.params["path"], str(params["branch"])
    may_push(request, home, branch)
    start = params.get("start_branch") or params.get("start_sha")
    base = gitdata.resolve(home, str(start or branch))
    if home.branches and (base is None or (branch not in home.branches and not start)):
        raise ApiError(400, "You can only create or edit files when you are on a branch")
    if branch not in home.branches:
        check_branch(home, branch)
    if (base is not None and path in base.files) is not there:
        text = "doesn't exist" if there else "already exists"
        raise ApiError(400, f"A file with this name {text}")
    known = params.get("last_commit_id")
    if base is not None and known and _last(home, base, path) != known:
        raise ApiError(400, "You are attempting to update a file that has changed since you started editing it.")
    content: str | None = None
    if request.method != "DELETE":
        need_all(params, "content")
        content = str(params["content"])
        if params.get("encoding") == "base64":
            content = decoded(content)
    message = str(params["commit_message"])
    gitdata.commit(request.world, home, message, {path: content}, branch=branch, author=request.user,
                   start=base.sha if base else None)  # fmt: skip
    return {"file_path": path, "branch": branch} if content is not None else None


@routes.post(FILE)
def create_file(request: Request) -> object:
    """Puts a new file on a branch."""
    return created(_write(request, there=False))


@routes.put(FILE)
def edit_file(request: Request) -> object:
    """Changes a file."""
    return _write(request, there=True)


@routes.delete(FILE)
def delete_file(request: Request) -> object:
    """Removes a file."""
    return _write(request, there=True)


@routes.get("/projects/{id}/repository/tree")
def tree(request: Request) -> object:
    """What is in a folder; 404 for a ref or folder that is not there."""
    home = project_of(request)
    one = tip_of(home, request.arg("ref") or home.default_branch)
    if one is None:
        raise missing("Tree")
    start = request.arg("path").strip("/")
    base, deep = f"{start}/" if start else "", flag(request.arg("recursive"))
    trees = objects.trees(one.files, one.modes).names
    found: dict[str, dict[str, Any]] = {}
    for path, text in one.files.items():
        if not path.startswith(base):
            continue
        parts = path[len(base) :].split("/")
        for depth in range(1, len(parts)):
            if deep or depth == 1:
                name = base + "/".join(parts[:depth])
                found[name] = {"id": trees[name], "name": parts[depth - 1], "type": "tree", "path": name,
                               "mode": objects.FOLDER}  # fmt: skip
        if deep or len(parts) == 1:
            mode = one.modes.get(path, objects.FILE)
            kind, sha = ("commit", text) if mode == objects.SUBMODULE else ("blob", gitdata.blob_sha(text))
            found[path] = {"id": sha, "name": parts[-1], "type": kind, "path": path, "mode": mode}
    if start and not found:
        raise missing("invalid revision or path")
    order = sorted(found.values(), key=lambda each: (each["type"] != "tree", each["path"]))
    return paged(request, order, lambda each: each)


@routes.get("/projects/{id}/repository/compare")
def compare(request: Request) -> object:
    """The commits and files between two refs."""
    home, params = project_of(request), params_of(request)
    need_all(params, "from", "to")
    old, new = tip_of(home, str(params["from"])), tip_of(home, str(params["to"]))
    if old is None or new is None:
        raise missing("Ref")
    known = set(gitdata.ancestry(home, old.sha))
    between = [one for one in reversed(gitdata.history(home, new.sha)) if one.sha not in known]
    mine = set(gitdata.ancestry(home, new.sha))
    fork = old.sha if flag(params.get("straight", False)) else next((sha for sha in known if sha in mine), old.sha)
    fork = next((sha for sha in gitdata.ancestry(home, old.sha) if sha in mine), fork)
    files = gitdata.changes(home.commits[fork].files, new.files)
    return {
        "commit": commits.commit(request.forge, home, new) if between else None,
        "commits": [commits.commit(request.forge, home, one) for one in between],
        "diffs": [commits.diff(one) for one in files],
        "compare_timeout": False,
        "compare_same_ref": old.sha == new.sha,
        "web_url": f"{page_of(request.forge, home)}/-/compare/{old.sha}...{new.sha}",
    }


@routes.get("/projects/{id}/repository/contributors")
def contributors(request: Request) -> object:
    """Who made how many commits on the default branch."""
    home = project_of(request)
    found: dict[str, dict[str, Any]] = {}
    for one in gitdata.history(home, home.branches.get(home.default_branch)):
        row = found.setdefault(
            one.author_email,
            {"name": one.author_name, "email": one.author_email, "commits": 0, "additions": 0, "deletions": 0},
        )
        row["commits"] += 1
    return paged(request, list(found.values()), lambda each: each)


@routes.get("/projects/{id}/repository/merge_base")
def merge_base(request: Request) -> object:
    """Where several refs part."""
    home = project_of(request)
    refs = params_of(request).get("refs") or []
    refs = [refs] if isinstance(refs, str) else refs
    if len(refs) < 2:
        raise ApiError(400, "Provide at least 2 refs")
    tips = [tip_of(home, str(ref)) for ref in refs]
    if len(tips) < 2 or None in tips:
        raise ApiError(400, "Could not find ref: " + ", ".join(map(str, refs)))
    lines = [set(gitdata.ancestry(home, one.sha)) for one in tips if one is not None]
    first = tips[0]
    common = set.intersection(*lines)
    found = next((sha for sha in gitdata.ancestry(home, first.sha if first else None) if sha in common), None)
    if found is None:
        raise missing("Merge Base")
    return commits.commit(request.forge, home, home.commits[found])
