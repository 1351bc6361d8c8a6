"""Review threads as GraphQL shows them: comments on the diff, each with the answers to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.github.context import iso
from igitt.testing.sandbox.github.shapes.issues import page_of

if TYPE_CHECKING:
    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.model import Comment, MergeRequest, User

THREADS_A_PAGE, COMMENTS_A_PAGE = 50, 100


def threads_of(one: MergeRequest) -> list[list[Comment]]:
    """The comments on the diff, each with the answers to it."""
    found: dict[int, list[Comment]] = {}
    for comment in one.review_comments:
        found.setdefault(comment.in_reply_to or comment.id, []).append(comment)
    return list(found.values())


def node_of(thread: Sequence[Comment]) -> str:
    """The id of a thread."""
    return f"PRRT_kwDO{thread[0].in_reply_to or thread[0].id}"


def connection(items: Sequence[Any], after: Any, size: int) -> dict[str, Any]:
    """A page of a list: a cursor is the number of things before."""
    start = int(after or 0)
    end = start + size
    return {
        "totalCount": len(items),
        "pageInfo": {"hasNextPage": end < len(items), "endCursor": str(min(end, len(items))) if items else None},
        "nodes": list(items[start:end]),
    }


def thread_shape(forge: Forge, one: MergeRequest, thread: list[Comment], after: Any = None) -> dict[str, Any]:
    """A thread with its comments after a cursor."""
    first = thread[0]
    comments = [_comment(forge, one, each) for each in thread]
    return {
        "id": node_of(thread),
        "isResolved": first.resolved,
        "path": first.path,
        "line": first.line,
        "resolvedBy": _actor(first.extra.get("resolved_by")),
        "comments": connection(comments, after, COMMENTS_A_PAGE),
    }


def settle(thread: list[Comment], user: User, *, done: bool) -> None:
    """Resolves a thread, or opens it again."""
    thread[0].resolved = done
    thread[0].extra["resolved_by"] = user if done else None


def _comment(forge: Forge, one: MergeRequest, each: Comment) -> dict[str, Any]:
    return {
        "id": f"PRRC_kwDO{each.id}",
        "fullDatabaseId": str(each.id),
        "body": each.body,
        "createdAt": iso(each.created),
        "updatedAt": iso(each.updated),
        "url": f"{page_of(forge, one)}#discussion_r{each.id}",
        "path": each.path,
        "author": _actor(each.author),
        "pullRequestReview": {"fullDatabaseId": str(each.review.id)} if each.review else None,
    }


def _actor(user: User | None) -> dict[str, Any] | None:
    if user is None:
        return None
    kind = "Bot" if user.bot else "User"
    return {"__typename": kind, "login": user.login.removesuffix("[bot]"), "databaseId": user.id}
