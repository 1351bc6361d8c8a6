"""Routes that put a commit on a branch once more, or take it back; and blobs by their names.

Source: https://docs.gitlab.com/api/commits/ ("Cherry-pick a commit", "Revert a commit": ``error_code`` is ``conflict``
or ``empty``); that the message ends with the commit picked from, as ``git cherry-pick -x`` has it, by python-gitlab's
own tests against a GitLab (``tests/functional/api/test_repository.py``).
"""

from __future__ import annotations

import base64
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, merging, model
from igitt.testing.sandbox.gitlab.context import (
    created,
    flag,
    missing,
    need_all,
    params_of,
    project_of,
    routes,
)
from igitt.testing.sandbox.gitlab.notes import COMMIT, commit_of
from igitt.testing.sandbox.gitlab.repository import may_push, tip_of
from igitt.testing.sandbox.gitlab.shapes import commits
from igitt.testing.sandbox.wire import ApiError, Reply

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Commit, Repository
    from igitt.testing.sandbox.wire import Request


def _refusal(verb: str, code: str) -> ApiError:
    done = {"cherry-pick": "cherry-picked", "revert": "reverted"}[verb]
    text = (f"Sorry, we cannot {verb} this commit automatically. This commit may already have been {done}, or a more "
            "recent commit may have updated some of its content.")  # fmt: skip
    return ApiError(400, text, error_code=code)


def _again(request: Request, verb: str) -> object:
    project_of(request, model.WRITE)
    home, one = commit_of(request)
    params = params_of(request)
    need_all(params, "branch")
    branch, dry = str(params["branch"]), flag(params.get("dry_run", False))
    tip = home.branches.get(branch)
    if tip is None:
        raise missing("Branch")
    may_push(request, home, branch, status=403)
    try:
        made = _made(request, home, one, tip, verb, params)
    except merging.ConflictError:
        raise _refusal(verb, "conflict") from None
    if made.files == home.commits[tip].files and made.modes == home.commits[tip].modes:
        raise _refusal(verb, "empty")
    if dry:
        return Reply({"dry_run": "success"})
    gitdata.move(request.world, home, branch, made.sha, request.user)
    return created(commits.commit(request.forge, home, made))


def _made(request: Request, home: Repository, one: Commit, tip: str, verb: str, params: dict[str, Any]) -> Commit:
    if verb == "revert":
        return merging.revert(request.world, home, one, tip, request.user)
    message = params.get("message") or f"{one.message}\n\n(cherry picked from commit {one.sha})"
    return merging.pick(request.world, home, replace(one, message=str(message)), tip, request.user)


@routes.post(f"{COMMIT}/cherry_pick")
def cherry_pick(request: Request) -> object:
    """Makes a commit's change once more on a branch."""
    return _again(request, "cherry-pick")


@routes.post(f"{COMMIT}/revert")
def revert(request: Request) -> object:
    """Takes a commit's change back on a branch."""
    return _again(request, "revert")


# ---- blobs


def _blob(request: Request) -> str:
    home, sha = project_of(request), request.params["sha"]
    for one in home.commits.values():
        for text in one.files.values():
            if gitdata.blob_sha(text) == sha:
                return text
    raise missing("Blob")


@routes.get("/projects/{id}/repository/blobs/{sha}")
def blob(request: Request) -> object:
    """A blob in base64."""
    data = gitdata.raw(_blob(request))
    return {"size": len(data), "encoding": "base64", "content": base64.b64encode(data).decode(),
            "sha": request.params["sha"]}  # fmt: skip


@routes.get("/projects/{id}/repository/blobs/{sha}/raw")
def raw_blob(request: Request) -> object:
    """A blob as it is."""
    return Reply(text=_blob(request), content_type="text/plain")


@routes.get("/projects/{id}/repository/files/{path}/blame")
def blame(request: Request) -> object:
    """The lines of a file, each run of them with the commit that wrote it."""
    home, params = project_of(request), params_of(request)
    need_all(params, "ref")
    tip, path = tip_of(home, str(params["ref"])), request.params["path"]
    if tip is None:
        raise missing("Commit")
    if path not in tip.files:
        raise missing("File")
    found: list[dict[str, Any]] = []
    for line, one in zip(tip.files[path].splitlines(), _writers(home, tip, path), strict=True):
        if not found or found[-1]["commit"]["id"] != one.sha:
            shaped = commits.commit(request.forge, home, one)
            names = ("id", "parent_ids", "message", "authored_date", "author_name", "author_email", "committed_date",
                     "committer_name", "committer_email")  # fmt: skip
            found.append({"commit": {name: shaped[name] for name in names}, "lines": []})
        found[-1]["lines"].append(line)
    return found


def _writers(home: Repository, tip: Commit, path: str) -> list[Commit]:
    """The commit that wrote each line of a file, along first parents."""
    line = [tip]
    while line[-1].parents and line[-1].parents[0] in home.commits:
        line.append(home.commits[line[-1].parents[0]])
    lines: list[str] = []
    by: list[Commit] = []
    for one in reversed(line):
        new = one.files.get(path, "").splitlines()
        if new == lines:
            continue
        kept = [one] * len(new)
        for block in SequenceMatcher(None, lines, new, autojunk=False).get_matching_blocks():
            kept[block.b : block.b + block.size] = by[block.a : block.a + block.size]
        lines, by = new, kept
    return by
