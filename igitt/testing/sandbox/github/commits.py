"""Routes of commits, branches, statuses, contents and comparisons."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.github.context import body_of, created, invalid, paged, repository_of, routes, text_of
from igitt.testing.sandbox.github.shapes import commits as shapes
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import ApiError, Reply, Request, cut

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Commit, Repository

STATES = {"error", "failure", "pending", "success"}


def _commit(found: Repository, ref: str, status: int = 422) -> Commit:
    if not found.commits:
        raise ApiError(409, "Git Repository is empty.")
    one = gitdata.resolve(found, ref)
    if one is None:
        raise ApiError(status, "Not Found" if status == 404 else f"No commit found for SHA: {ref}")
    return one


def _time(request: Request, name: str) -> datetime | None:
    text = request.arg(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise invalid("Commit", name) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@routes.get("/repos/{owner}/{repo}/commits")
def commits(request: Request) -> object:
    """The history of ``sha`` (default branch), with ``path``, ``author``, ``committer``, ``since`` and ``until``."""
    found = repository_of(request, "contents")
    start = _commit(found, request.arg("sha") or found.default_branch, 404)
    items = gitdata.history(found, start.sha)
    author, path = request.arg("author").lower(), request.arg("path").strip("/")
    since, until = _time(request, "since"), _time(request, "until")
    if author:
        items = [
            one for one in items if author in {one.author_email.lower(), one.author.login.lower() if one.author else ""}
        ]
    committer = request.arg("committer").lower()
    if committer:
        items = [one for one in items if committer in _committer(request, one)]
    if since:
        items = [one for one in items if one.created >= since]
    if until:
        items = [one for one in items if one.created <= until]
    if path:
        items = [one for one in items if _touches(found, one, path)]
    return paged(request, items, lambda one: shapes.commit(request.forge, found, one))


def _committer(request: Request, one: Commit) -> set[str]:
    """Login and email address of the committer, in lower case."""
    if one.committer is None:
        return {one.author_email.lower(), one.author.login.lower() if one.author else ""}
    user = request.world.by_email(one.committer.email)
    return {one.committer.email.lower(), user.login.lower() if user else ""}


def _touches(found: Repository, one: Commit, path: str) -> bool:
    return any(file.path == path or file.path.startswith(f"{path}/") for file in gitdata.commit_changes(found, one))


@routes.get("/repos/{owner}/{repo}/commits/{ref:path}")
def commit(request: Request) -> object:
    """One commit: as JSON, or by media type as a diff, a patch or only its SHA."""
    found = repository_of(request, "contents")
    one, accept = _commit(found, request.params["ref"]), request.headers.get("accept", "")
    if "github.diff" in accept or "v3.diff" in accept:
        text = gitdata.unified(gitdata.commit_changes(found, one))
        return Reply(text=text, content_type="application/vnd.github.diff")
    if "github.patch" in accept or "v3.patch" in accept:
        return Reply(text=gitdata.mailbox(found, [one]), content_type="application/vnd.github.patch")
    if "github.sha" in accept or "v3.sha" in accept:
        return Reply(text=one.sha, content_type="application/vnd.github.sha")
    return Reply(shapes.full_commit(request.forge, found, one), modified=one.created)


@routes.get("/repos/{owner}/{repo}/commits/{ref}/status")
def combined_status(request: Request) -> object:
    """One word for all contexts, and the newest status of each."""
    found = repository_of(request, "statuses")
    return shapes.combined_status(request.forge, found, _commit(found, request.params["ref"]).sha)


@routes.get("/repos/{owner}/{repo}/commits/{ref}/statuses")
@routes.get("/repos/{owner}/{repo}/statuses/{ref}")
def statuses(request: Request) -> object:
    """Every status, newest first."""
    found = repository_of(request, "statuses")
    every = found.statuses.get(_commit(found, request.params["ref"]).sha, [])
    return paged(request, every, lambda one: shapes.status(request.forge, found, one))


@routes.post("/repos/{owner}/{repo}/statuses/{ref}")
def create_status(request: Request) -> object:
    """Sets a status; 1000 a context and commit are the most."""
    found, data = repository_of(request, "statuses", model.WRITE), body_of(request)
    one = found.commits.get(request.params["ref"])
    if one is None:
        raise ApiError(422, f"No commit found for SHA: {request.params['ref']}")
    state = text_of(data, "state", "Status")
    if state not in STATES:
        raise invalid("Status", "state", "custom", "state is not included in the list")
    context, text = data.get("context") or "default", data.get("description")
    if text and len(text) > 140:
        raise invalid("Status", "description", "custom", "description is too long (maximum is 140 characters)")
    if sum(each.context == context for each in found.statuses.get(one.sha, [])) >= 1000:
        raise invalid("Status", "context", "custom", "This SHA and context has reached the maximum number of statuses.")
    made = gitdata.set_status(
        request.world, found, one.sha, state, context, request.user, description=text, url=data.get("target_url")
    )
    return created(shapes.status(request.forge, found, made))


@routes.get("/repos/{owner}/{repo}/commits/{ref}/check-suites")
def check_suites(request: Request) -> object:
    """Check suites; none for the same reason."""
    found = repository_of(request, "checks")
    _commit(found, request.params["ref"])
    return {"total_count": 0, "check_suites": []}


@routes.get("/repos/{owner}/{repo}/commits/{ref}/pulls")
def commit_pulls(request: Request) -> object:
    """The pull requests that a commit is part of."""
    found = repository_of(request, "pull_requests")
    sha = _commit(found, request.params["ref"]).sha
    mine = [
        one
        for one in found.merge_requests.values()
        if one.merge_sha == sha or sha in {each.sha for each in gitdata.request_commits(one)}
    ]
    return paged(request, mine, lambda one: shapes.pull_simple(request.forge, one, request))


@routes.get("/repos/{owner}/{repo}/commits/{ref}/branches-where-head")
def branches_where_head(request: Request) -> object:
    """The branches that point at a commit."""
    found = repository_of(request, "contents")
    sha = _commit(found, request.params["ref"]).sha
    return [shapes.short_branch(request.forge, found, name) for name, tip in found.branches.items() if tip == sha]


@routes.get("/repos/{owner}/{repo}/compare/{basehead:path}")
def compare(request: Request) -> object:
    """``base...head``: what head has that base has not; by media type as a diff or patch."""
    found = repository_of(request, "contents")
    left, dots, right = request.params["basehead"].partition("...")
    if not dots:
        raise ApiError(404, "Not Found")
    base, head = (_commit(found, name.rpartition(":")[2], 404) for name in (left, right))
    theirs, mine = list(gitdata.ancestry(found, base.sha)), list(gitdata.ancestry(found, head.sha))
    fork = next((sha for sha in theirs if sha in set(mine)), base.sha)
    ahead = [found.commits[sha] for sha in reversed(mine) if sha not in set(theirs)]
    behind = [sha for sha in theirs if sha not in set(mine)]
    files, accept = gitdata.changes(found.commits[fork].files, head.files), request.headers.get("accept", "")
    if "diff" in accept:
        return Reply(text=gitdata.unified(files), content_type="application/vnd.github.diff")
    if "patch" in accept:
        return Reply(text=gitdata.mailbox(found, ahead), content_type="application/vnd.github.patch")
    total = len(ahead)
    ahead = list(cut(request, ahead, 30).items) if request.arg("page") else ahead[-250:]
    url = f"{api_of(request.forge, found)}/compare/{request.params['basehead']}"
    page = f"{request.forge.url}/{found.full_name}/compare/{request.params['basehead']}"
    word = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
    return {
        "url": url, "html_url": page, "permalink_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
        "base_commit": shapes.commit(request.forge, found, base),
        "merge_base_commit": shapes.commit(request.forge, found, found.commits[fork]),
        "status": word, "ahead_by": total, "behind_by": len(behind), "total_commits": total,
        "commits": [shapes.commit(request.forge, found, one) for one in ahead],
        "files": [shapes.file_change(request.forge, found, head.sha, file) for file in files],
    }  # fmt: skip
