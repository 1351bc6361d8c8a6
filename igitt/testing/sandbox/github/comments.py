"""Routes of comments on issues, diffs and commits, and of reactions to anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from igitt.testing.sandbox import gitdata, model, work
from igitt.testing.sandbox.github.context import (
    body_of,
    created,
    invalid,
    issue_of,
    paged,
    repository_of,
    routes,
    text_of,
)
from igitt.testing.sandbox.github.issues import since_of
from igitt.testing.sandbox.github.shapes import issues as shapes
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from igitt.testing.sandbox.model import Comment, Issue, Repository

KINDS = {"issues": "issue", "pulls": "review", "comments": "commit"}
PERMISSIONS = {"issue": "issues|pull_requests", "review": "pull_requests", "commit": "contents"}


def shaped(request: Request, one: Comment) -> dict[str, Any]:
    """A comment of any kind."""
    return shapes.any_comment(request.forge, one)


def _every(found: Repository, kind: str) -> list[Comment]:
    if kind == "commit":
        return [one for commit in found.commits.values() for one in commit.comments]
    if kind == "review":
        return [one for pull in found.merge_requests.values() for one in pull.review_comments]
    return [one for issue in [*found.issues.values(), *found.merge_requests.values()] for one in issue.comments]


def _find(request: Request, kind: str) -> Comment:
    found, number = repository_of(request, PERMISSIONS[kind]), request.number("comment_id")
    for one in _every(found, kind):
        if one.id == number:
            return one
    raise request.forge.not_found()


def _own(request: Request, one: Comment) -> Comment:
    allowed = (
        request.viewer.installation is not None or request.world.level(request.user, one.repository) >= model.WRITE
    )
    if request.user is not one.author and not allowed:
        raise ApiError(403, "Must have admin rights to Repository.")
    return one


def _sorted(request: Request, found: list[Comment]) -> list[Comment]:
    since = since_of(request)
    chosen = [one for one in found if since is None or one.updated >= since]
    latest, descending = request.arg("sort") == "updated", request.arg("direction") == "desc"
    return sorted(chosen, key=lambda one: (one.updated if latest else one.created, one.id), reverse=descending)


@routes.get("/repos/{owner}/{repo}/issues/{number}/comments")
def issue_comments(request: Request) -> object:
    """The comments of an issue, oldest first."""
    since = since_of(request)
    found = [one for one in issue_of(request).comments if since is None or one.updated >= since]
    return paged(request, found, lambda one: shaped(request, one))


@routes.post("/repos/{owner}/{repo}/issues/{number}/comments")
def create_comment(request: Request) -> object:
    """Comments on an issue or pull request; a locked one takes comments of those with write access only."""
    one = issue_of(request)
    body = text_of(body_of(request), "body", "IssueComment")
    if (
        one.locked
        and request.viewer.installation is None
        and request.world.level(request.user, one.repository) < model.WRITE
    ):
        raise ApiError(403, "Unable to create comment because issue is locked.")
    app = request.viewer.installation.app if request.viewer.installation else None
    made = work.add_comment(request.world, one, request.user, body, repository=one.repository, app=app)
    return created(shapes.comment(request.forge, made))


@routes.get("/repos/{owner}/{repo}/issues/comments")
def all_issue_comments(request: Request) -> object:
    """The comments on every issue."""
    found = _every(repository_of(request, PERMISSIONS["issue"]), "issue")
    return paged(request, _sorted(request, found), lambda one: shaped(request, one))


@routes.get("/repos/{owner}/{repo}/pulls/comments")
def all_review_comments(request: Request) -> object:
    """The comments on every diff."""
    found = _every(repository_of(request, PERMISSIONS["review"]), "review")
    return paged(request, _sorted(request, found), lambda one: shaped(request, one))


@routes.get("/repos/{owner}/{repo}/comments")
def all_commit_comments(request: Request) -> object:
    """The comments on every commit."""
    found = _every(repository_of(request, PERMISSIONS["commit"]), "commit")
    return paged(request, found, lambda one: shaped(request, one))


@routes.get("/repos/{owner}/{repo}/commits/{ref}/comments")
def commit_comments(request: Request) -> object:
    """The comments on a commit."""
    commit = gitdata.resolve(repository_of(request, "contents"), request.params["ref"])
    if commit is None:
        raise ApiError(422, f"No commit found for SHA: {request.params['ref']}")
    return paged(request, commit.comments, lambda one: shaped(request, one))


@routes.post("/repos/{owner}/{repo}/commits/{ref}/comments")
def create_commit_comment(request: Request) -> object:
    """Comments on a commit, or on a line of it."""
    found, data = repository_of(request, "contents"), body_of(request)
    commit = gitdata.resolve(found, request.params["ref"])
    if commit is None:
        raise ApiError(422, f"No commit found for SHA: {request.params['ref']}")
    body = text_of(data, "body", "CommitComment")
    fields = {key: data.get(key) for key in ("path", "line", "position")}
    made = work.add_comment(
        request.world, commit, request.user, body, repository=found, kind="commit", commit_sha=commit.sha, **fields
    )
    return created(shapes.commit_comment(request.forge, made))


def _enter(where: str) -> None:
    """The three kinds of comments have the same routes below their folder."""
    kind = KINDS[where]
    base = "/repos/{owner}/{repo}/" + ("comments" if where == "comments" else f"{where}/comments") + "/{comment_id}"

    def get(request: Request) -> object:
        one = _find(request, kind)
        return Reply(shaped(request, one), modified=one.updated)

    def edit(request: Request) -> object:
        one = _own(request, _find(request, kind))
        work.edit_comment(request.world, one, request.user, text_of(body_of(request), "body", "IssueComment"))
        return shaped(request, one)

    def delete(request: Request) -> None:
        work.delete_comment(request.world, _own(request, _find(request, kind)), request.user)

    routes.get(base)(get)
    routes.patch(base)(edit)
    routes.delete(base)(delete)
    _reactions(f"{base}/reactions", lambda request: _find(request, kind))


# ---- reactions


def _reactions(path: str, find: Callable[[Request], Issue | Comment]) -> None:
    def get(request: Request) -> object:
        content = request.arg("content")
        found = [one for one in find(request).reactions if content in {"", one.content}]
        return paged(request, found, lambda one: shapes.reaction(request.forge, one))

    def create(request: Request) -> object:
        target, content = find(request), body_of(request).get("content")
        if content not in shapes.CONTENTS:
            raise invalid("Reaction", "content")
        made, fresh = work.react(request.world, target, request.user, content)
        return Reply(shapes.reaction(request.forge, made), 201 if fresh else 200)

    def delete(request: Request) -> None:
        target, number = find(request), request.number("reaction_id")
        one = next((each for each in target.reactions if each.id == number), None)
        if one is None or one.user is not request.user:
            raise request.forge.not_found()
        work.unreact(request.world, target, one)

    routes.get(path)(get)
    routes.post(path)(create)
    routes.delete(path + "/{reaction_id}")(delete)


for _where in KINDS:
    _enter(_where)
_reactions("/repos/{owner}/{repo}/issues/{number}/reactions", cast("Callable[[Request], Issue | Comment]", issue_of))
