"""Routes of what reviewers say of a pull request: reviews, and comments on the diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model, work
from igitt.testing.sandbox.github.comments import shaped as shaped_comment
from igitt.testing.sandbox.github.context import (
    body_of,
    created,
    invalid,
    missing,
    paged,
    pull_of,
    routes,
    text_of,
)
from igitt.testing.sandbox.github.pulls import BASE
from igitt.testing.sandbox.github.shapes import issues as issue_shapes
from igitt.testing.sandbox.model import MergeRequest
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Review

VERDICTS = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


@routes.get(f"{BASE}/reviews")
def reviews(request: Request) -> object:
    """The reviews; a pending one shows to its author only."""
    one = pull_of(request)
    found = [each for each in one.reviews if each.submitted or each.author is request.viewer.user]
    return paged(request, found, lambda each: issue_shapes.review(request.forge, one, each))


@routes.post(f"{BASE}/reviews")
def create_review(request: Request) -> object:
    """Reviews, with comments on lines; without ``event`` it stays pending."""
    one, data = pull_of(request), body_of(request)
    event, body = data.get("event"), data.get("body") or ""
    _check_event(request, one, event, body)
    for each in data.get("comments") or []:
        _change_of(one, each, in_review=True)
    commit = data.get("commit_id") or one.head_sha
    made = work.review(request.world, one, request.user, "PENDING", body, sha=commit)
    for each in data.get("comments") or []:
        _comment(request, one, each, made)
    if event:
        made.state = VERDICTS[event]
        work.submit_review(request.world, one, made)
    return issue_shapes.review(request.forge, one, made)


def _check_event(request: Request, one: MergeRequest, event: Any, body: str) -> None:
    if event is not None and event not in VERDICTS:
        raise invalid("PullRequestReview", "event")
    if event in {"APPROVE", "REQUEST_CHANGES"} and request.user is one.author:
        word = "approve" if event == "APPROVE" else "request changes on"
        raise ApiError(422, "Unprocessable Entity", errors=[f"Can not {word} your own pull request"])
    if event in {"REQUEST_CHANGES", "COMMENT"} and not body and not body_of(request).get("comments"):
        raise ApiError(422, "Unprocessable Entity", errors=["Body can not be blank"])


def _review(request: Request, one: MergeRequest) -> Review:
    number = request.number("review_id")
    found = next((each for each in one.reviews if each.id == number), None)
    if found is None:
        raise missing()
    return found


@routes.get(f"{BASE}/reviews/{{review_id}}")
def review(request: Request) -> object:
    """One review."""
    one = pull_of(request)
    return issue_shapes.review(request.forge, one, _review(request, one))


@routes.put(f"{BASE}/reviews/{{review_id}}")
def edit_review(request: Request) -> object:
    """Replaces a review's text."""
    one = pull_of(request)
    found = _review(request, one)
    found.body = text_of(body_of(request), "body", "PullRequestReview")
    return issue_shapes.review(request.forge, one, found)


@routes.delete(f"{BASE}/reviews/{{review_id}}")
def delete_review(request: Request) -> object:
    """Removes a pending review."""
    one = pull_of(request)
    found = _review(request, one)
    if found.submitted:
        raise ApiError(422, "Can not delete a non-pending pull request review")
    one.reviews.remove(found)
    return issue_shapes.review(request.forge, one, found)


@routes.post(f"{BASE}/reviews/{{review_id}}/events")
def submit_review(request: Request) -> object:
    """Submits a pending review."""
    one, data = pull_of(request), body_of(request)
    found = _review(request, one)
    found.body = data.get("body") or found.body
    _check_event(request, one, data.get("event"), found.body)
    found.state = VERDICTS[text_of(data, "event", "PullRequestReview")]
    work.submit_review(request.world, one, found)
    return issue_shapes.review(request.forge, one, found)


@routes.put(f"{BASE}/reviews/{{review_id}}/dismissals")
def dismiss_review(request: Request) -> object:
    """Dismisses a review."""
    one = pull_of(request, model.WRITE)
    found = _review(request, one)
    text_of(body_of(request), "message", "PullRequestReview")
    found.state = "DISMISSED"
    return issue_shapes.review(request.forge, one, found)


@routes.get(f"{BASE}/reviews/{{review_id}}/comments")
def review_comments(request: Request) -> object:
    """The comments of one review."""
    one = pull_of(request)
    found = _review(request, one)
    mine = [each for each in one.review_comments if each.review is found]
    return paged(request, mine, lambda each: shaped_comment(request, each))


# ---- comments on the diff


_START = "Pull request review thread start line must"


def _change_of(one: MergeRequest, data: dict[str, Any], *, in_review: bool = False) -> gitdata.FileChange:
    """The changed file that a comment is on; 422 where the diff does not show its line, in a review as plain text."""
    path = text_of(data, "path", "PullRequestReviewComment")
    change = next((file for file in gitdata.request_changes(one) if file.path == path), None)
    shown = gitdata.shown(change.patch) if change else set()
    wrong = "" if change else "path"
    if change and data.get("line") and (data.get("side", "RIGHT"), data["line"]) not in shown:
        wrong = "line"
    start, end = data.get("start_line"), data.get("line")
    if change and not wrong and start:
        # https://github.com/ubuntu/WSL/pull/244, https://github.com/parkerbxyz/suggest-changes/issues/28
        if not end or start >= end:
            raise ApiError(422, "Unprocessable Entity", errors=[f"{_START} precede the end line."])
        side = data.get("start_side") or data.get("side", "RIGHT")
        if any((side, number) not in shown for number in range(start, end + 1)):
            problem = f"{_START} be part of the same hunk as the line."
            raise ApiError(422, "Unprocessable Entity", errors=[problem])
    if wrong and in_review:
        raise ApiError(422, "Unprocessable Entity", errors=[f"{wrong.title()} could not be resolved"])
    if wrong or not change:
        raise invalid("PullRequestReviewComment", wrong)
    return change


def _comment(request: Request, one: MergeRequest, data: dict[str, Any], of: Review | None) -> model.Comment:
    body, change = text_of(data, "body", "PullRequestReviewComment"), _change_of(one, data)
    line = data.get("line") or data.get("position") or 1
    hunk = {"diff_hunk": change.patch.split("\n@@", 1)[0]}
    if data.get("start_line"):
        hunk |= {"start_line": data["start_line"], "start_side": data.get("start_side") or data.get("side", "RIGHT")}
    return work.add_comment(
        request.world, one, request.user, body, repository=one.repository, kind="review", path=change.path, line=line,
        side=data.get("side", "RIGHT"), position=data.get("position"), review=of, extra=hunk,
        commit_sha=data.get("commit_id") or one.head_sha,
    )  # fmt: skip


@routes.get(f"{BASE}/comments")
def comments(request: Request) -> object:
    """The comments on the diff."""
    return paged(request, pull_of(request).review_comments, lambda one: shaped_comment(request, one))


@routes.post(f"{BASE}/comments")
def create_comment(request: Request) -> object:
    """Comments on a line, or answers a comment (``in_reply_to``)."""
    one, data = pull_of(request), body_of(request)
    if data.get("in_reply_to"):
        return _reply(request, one, data["in_reply_to"], text_of(data, "body", "PullRequestReviewComment"))
    made = _comment(request, one, data, work.review(request.world, one, request.user, "COMMENTED"))
    return created(issue_shapes.review_comment(request.forge, made))


@routes.post(f"{BASE}/comments/{{comment_id}}/replies")
def reply(request: Request) -> object:
    """Answers a comment on the diff."""
    body = text_of(body_of(request), "body", "PullRequestReviewComment")
    return _reply(request, pull_of(request), request.number("comment_id"), body)


def _reply(request: Request, one: MergeRequest, number: int, body: str) -> Reply:
    parent = next((each for each in one.review_comments if each.id == number), None)
    if parent is None:
        raise missing()
    made = work.add_comment(
        request.world, one, request.user, body, repository=one.repository, kind="review", path=parent.path,
        line=parent.line, side=parent.side, commit_sha=parent.commit_sha, extra=parent.extra,
        in_reply_to=parent.in_reply_to or parent.id,
    )  # fmt: skip
    return created(issue_shapes.review_comment(request.forge, made))
