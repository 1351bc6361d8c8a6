"""What becomes of a write of Forgejo's whose answer was lost: which may be sent again, and which are looked up.

Setting a state twice is the same as setting it once. What would exist twice is never sent again; it is looked up among
the newest of its list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from igitt.provider import NOT_DONE, Again, Sent, Write, Writes, segment

__all__ = ["WRITES"]

_HOME = r"repos/[^/]+/[^/]+|repositories/\d+"


def _same(method: str, *paths: str) -> list[Write]:
    return [Write(method, path, Again.SAME) for path in paths]


def _gone(*paths: str) -> list[Write]:
    """What is removed by its name; whether the first one was carried out, nothing tells."""
    return [Write("DELETE", path, Again.LOOK) for path in paths]


def _among(path: str, *fields: str, **params: Any) -> Callable[[Sent], Any]:
    """Looks for what was just made by the credential's own user, and says what was sent."""

    def look(sent: Sent) -> Any:
        where = path.format(home=sent.home, **sent.names)
        for data in sent.each(where, limit=50, **params):
            if all(sent.says(data, field, field) for field in fields) and sent.fresh(data):
                user = data.get("user")
                if user is None or sent.own(user):
                    return data
        return NOT_DONE

    return look


def _named(path: str, ours: str) -> Callable[[Sent], Any]:
    """Looks for what has a name of its own."""
    return lambda sent: sent.get(f"{path.format(home=sent.home)}/{segment(sent.body.get(ours))}")


def _made(path: str, *fields: str, **params: Any) -> Write:
    return Write("POST", path, Again.NEVER, _among(path, *fields, **params))


def _merged(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/pulls/{sent.names['number']}")
    return None if data is not NOT_DONE and data.get("merged") else NOT_DONE


def _variable_made(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/actions/variables/{segment(sent.names['name'])}")
    return data if data is not NOT_DONE and data.get("data") == sent.body.get("value") else NOT_DONE


WRITES = Writes(
    _HOME,
    [
        Write("POST", "{home}/pulls/{number}/merge", Again.LOOK, _merged),
        _made("{home}/issues/{number}/comments", "body"),
        _made("{home}/pulls/{number}/reviews", "body"),
        _made("{home}/issues", "title", "body", state="all", type="issues"),
        Write("POST", "{home}/pulls", Again.LOOK, _among("{home}/pulls", "title", "body", state="all")),
        _made("{home}/labels", "name"),
        _made("{home}/milestones", "title", state="all"),
        _made("{home}/keys", "title"),
        Write("POST", "{home}/actions/variables/{name}", Again.LOOK, _variable_made),
        Write("POST", "{home}/branches", Again.LOOK, _named("{home}/branches", "new_branch_name")),
        Write("POST", "{home}/tags", Again.LOOK, _named("{home}/tags", "tag_name")),
        Write("POST", "{home}/releases", Again.LOOK, _named("{home}/releases/tags", "tag_name")),
        # Two alike would both be there, and nothing tells one from the other.
        *(
            Write("POST", path, Again.NEVER)
            for path in (
                "{home}/hooks", "orgs/{org}/hooks", "{home}/issues/{number}/times", "{home}/statuses/{sha}",
                "{home}/releases/{id}/assets", "{home}/branch_protections", "{home}/contents",
                "{home}/contents/{path*}", "{home}/forks", "{home}/transfer", "user/repos", "orgs/{org}/repos", "orgs",
                "{home}/pulls/{number}/update",
            )
        ),
        *_same(
            "POST",
            "{home}/issues/{number}/labels", "{home}/issues/{number}/reactions",
            "{home}/issues/comments/{id}/reactions", "{home}/pulls/{number}/requested_reviewers",
            "{home}/pulls/{number}/reviews/{id}/dismissals",
        ),
        Write("PUT", "{home}/contents/{path*}", Again.NEVER),
        *_same(
            "PUT",
            "{home}/topics", "{home}/issues/{number}/labels", "{home}/issues/{number}/subscriptions/{user}",
            "{home}/collaborators/{user}", "teams/{id}/members/{user}", "{home}/actions/variables/{name}",
            "{home}/actions/secrets/{name}",
        ),
        *_same(
            "PATCH",
            "{home}", "{home}/issues/{number}", "{home}/issues/comments/{id}", "{home}/pulls/{number}",
            "{home}/labels/{id}", "{home}/milestones/{id}", "{home}/hooks/{id}", "orgs/{org}/hooks/{id}",
            "{home}/releases/{id}", "notifications/threads/{id}",
            "{home}/pulls/{number}/reviews/{id}/comments/{comment}",
        ),
        # Somebody may have made another one of that name meanwhile.
        *_gone("{home}/branches/{branch*}", "{home}/tags/{tag*}", "{home}/contents/{path*}"),
        *_same(
            "DELETE",
            "{home}", "{home}/issues/{number}", "{home}/issues/comments/{id}", "{home}/issues/{number}/labels/{id}",
            "{home}/issues/{number}/reactions", "{home}/issues/comments/{id}/reactions",
            "{home}/issues/{number}/subscriptions/{user}", "{home}/pulls/{number}/merge",
            "{home}/pulls/{number}/requested_reviewers", "{home}/pulls/{number}/reviews/{id}/comments/{comment}",
            "{home}/labels/{id}", "{home}/milestones/{id}", "{home}/hooks/{id}", "orgs/{org}/hooks/{id}",
            "{home}/keys/{id}", "{home}/releases/{id}", "{home}/branch_protections/{name*}",
            "{home}/collaborators/{user}", "teams/{id}/members/{user}",
            "{home}/actions/variables/{name}", "{home}/actions/secrets/{name}", "{home}/releases/{id}/assets/{asset}",
        ),
    ],
)  # fmt: skip
