"""The few GraphQL operations that a bot needs because GitHub's REST API has nothing for them.

No GraphQL engine: an operation is recognised by its field, and its variables are read. Every other query is answered as
GitHub answers a field that it does not know: 200, with ``errors``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from igitt.testing.sandbox import gitdata, work
from igitt.testing.sandbox.github import threads
from igitt.testing.sandbox.github.context import body_of, routes, sees
from igitt.testing.sandbox.model import WRITE, Comment, MergeRequest, Repository
from igitt.testing.sandbox.wire import Request

Variables = dict[str, Any]
_CLOSING = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b", re.IGNORECASE)


class Refusal(Exception):  # noqa: N818 - what GraphQL calls an error is part of a good answer
    """An entry of ``errors``."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def _merge_request(request: Request, node: Any) -> MergeRequest:
    for repository in request.world.repositories.values():
        for one in repository.merge_requests.values():
            if node == f"PR_kwDO{one.id}" and sees(request, repository):
                return one
    raise Refusal("NOT_FOUND", f"Could not resolve to a node with the global id of '{node}'")


def _subscribe(request: Request, variables: Variables) -> dict[str, Any]:
    node, state, user = variables.get("id"), variables.get("state"), request.user
    for repository in request.world.repositories.values():
        if not sees(request, repository):
            continue
        found = {f"I_kwDO{one.id}": one for one in repository.issues.values()}
        one = (found | {f"PR_kwDO{one.id}": one for one in repository.merge_requests.values()}).get(str(node))
        if one is not None:
            (one.subscribers.add if state == "SUBSCRIBED" else one.subscribers.discard)(user.id)
            return {"subscribable": {"viewerSubscription": state}}
    raise Refusal("NOT_FOUND", f"Could not resolve to a node with the global id of '{node}'")


def _set_draft(request: Request, variables: Variables, *, draft: bool) -> dict[str, Any]:
    one = _merge_request(request, variables.get("id"))
    user = request.viewer.user
    if user is None or (one.author is not user and request.world.level(user, one.repository) < WRITE and not user.bot):
        raise Refusal("FORBIDDEN", "Resource not accessible by personal access token")
    work.edit_issue(request.world, one, user, draft=draft)
    return {"pullRequest": {"isDraft": one.draft}}


def _auto_merge(request: Request, variables: Variables) -> dict[str, Any]:
    one, user = _merge_request(request, variables.get("id")), request.viewer.user
    if user is None or (request.world.level(user, one.repository) < WRITE and not user.bot):
        raise Refusal("FORBIDDEN", "Resource not accessible by personal access token")
    if not one.repository.extra.get("merge settings", {}).get("allow_auto_merge"):
        raise Refusal("UNPROCESSABLE", "Pull request Auto merge is not allowed for this repository")
    if variables.get("sha") not in {None, one.head_sha}:
        raise Refusal("UNPROCESSABLE", "Pull request Head branch was modified. Review and try the merge again.")
    if gitdata.states_of(one.repository, one.head_sha) <= {"success"}:
        raise Refusal("UNPROCESSABLE", "Pull request Pull request is in clean status")
    title, body = variables.get("commitHeadline"), variables.get("commitBody")
    message = f"{title}\n\n{body}" if title and body else title
    one.extra["auto_merge"] = {"by": user, "method": str(variables.get("method")).lower(), "message": message}
    return {"pullRequest": {"autoMergeRequest": {"mergeMethod": variables.get("method")}}}


def _no_auto_merge(request: Request, variables: Variables) -> dict[str, Any]:
    one, user = _merge_request(request, variables.get("id")), request.viewer.user
    if user is None or (request.world.level(user, one.repository) < WRITE and not user.bot):
        raise Refusal("FORBIDDEN", "Resource not accessible by personal access token")
    if one.extra.pop("auto_merge", None) is None:
        raise Refusal("UNPROCESSABLE", "Can't disable auto-merge for this pull request.")
    return {"pullRequest": {"autoMergeRequest": None}}


def _repository(request: Request, variables: Variables) -> Repository:
    name = f"{variables.get('owner')}/{variables.get('name')}"
    repository, _ = request.world.repository(name)
    if repository is None or not sees(request, repository):
        raise Refusal("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")
    return repository


def _pull(request: Request, variables: Variables) -> MergeRequest:
    number = variables.get("number")
    found = _repository(request, variables).merge_requests.get(number or 0)
    if found is None:
        raise Refusal("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
    return found


def _own_approvals(request: Request, variables: Variables) -> dict[str, Any]:
    nodes = [
        {"fullDatabaseId": str(each.id), "viewerDidAuthor": each.author is request.user}
        for each in _pull(request, variables).reviews
        if each.state == "APPROVED"
    ]
    return {"pullRequest": {"reviews": {"nodes": nodes}}}


def _merge_commit(request: Request, variables: Variables) -> dict[str, Any]:
    sha = _pull(request, variables).merge_sha
    return {"pullRequest": {"mergeCommit": {"oid": sha} if sha else None}}


def _threads(request: Request, variables: Variables) -> dict[str, Any]:
    one = _pull(request, variables)
    shapes = [threads.thread_shape(request.forge, one, each) for each in threads.threads_of(one)]
    page = threads.connection(shapes, variables.get("after"), threads.THREADS_A_PAGE)
    return {"pullRequest": {"reviewThreads": page}}


def _thread(request: Request, variables: Variables) -> tuple[MergeRequest, list[Comment]]:
    node = variables.get("id")
    for repository in request.world.repositories.values():
        for one in repository.merge_requests.values() if sees(request, repository) else ():
            for each in threads.threads_of(one):
                if node == threads.node_of(each):
                    return one, each
    raise Refusal("NOT_FOUND", f"Could not resolve to a node with the global id of '{node}'")


def _thread_node(request: Request, variables: Variables) -> dict[str, Any]:
    return threads.thread_shape(request.forge, *_thread(request, variables), variables.get("after"))


def _settle(request: Request, variables: Variables, *, done: bool) -> dict[str, Any]:
    one, found = _thread(request, variables)
    user = request.viewer.user
    if user is None or (one.author is not user and request.world.level(user, one.repository) < WRITE and not user.bot):
        raise Refusal("FORBIDDEN", "Resource not accessible by personal access token")
    threads.settle(found, user, done=done)
    return {"thread": threads.thread_shape(request.forge, one, found)}


def _closed_by(request: Request, variables: Variables) -> dict[str, Any]:
    repository = _repository(request, variables)
    number = variables.get("number")
    nodes = [
        {"number": one.number, "repository": {"nameWithOwner": repository.full_name}}
        for one in repository.merge_requests.values()
        if str(number) in _CLOSING.findall(one.body or "")
    ]
    page = threads.connection(nodes, variables.get("after"), 100)
    return {"issue": {"closedByPullRequestsReferences": page}}


def _closes(request: Request, variables: Variables) -> dict[str, Any]:
    name = f"{variables.get('owner')}/{variables.get('name')}"
    repository, _ = request.world.repository(name)
    if repository is None or not sees(request, repository):
        raise Refusal("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")
    one = repository.merge_requests.get(int(variables.get("number") or 0))
    if one is None:
        raise Refusal("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {variables.get('number')}.")
    numbers = [int(number) for number in dict.fromkeys(_CLOSING.findall(one.body or ""))]
    found = [number for number in numbers if number in repository.issues]
    nodes = [{"number": number, "repository": {"nameWithOwner": repository.full_name}} for number in found]
    return {"pullRequest": {"closingIssuesReferences": threads.connection(nodes, variables.get("after"), 100)}}


_OPERATIONS: dict[str, tuple[str, Callable[[Request, Variables], dict[str, Any]]]] = {
    "markPullRequestReadyForReview": (
        "markPullRequestReadyForReview",
        lambda request, variables: _set_draft(request, variables, draft=False),
    ),
    "convertPullRequestToDraft": (
        "convertPullRequestToDraft",
        lambda request, variables: _set_draft(request, variables, draft=True),
    ),
    "enablePullRequestAutoMerge": ("enablePullRequestAutoMerge", _auto_merge),
    "disablePullRequestAutoMerge": ("disablePullRequestAutoMerge", _no_auto_merge),
    "updateSubscription": ("updateSubscription", _subscribe),
    "closedByPullRequestsReferences": ("repository", _closed_by),
    "viewerDidAuthor": ("repository", _own_approvals),
    "mergeCommit": ("repository", _merge_commit),
    "unresolveReviewThread": (
        "unresolveReviewThread",
        lambda request, variables: _settle(request, variables, done=False),
    ),
    "resolveReviewThread": ("resolveReviewThread", lambda request, variables: _settle(request, variables, done=True)),
    "reviewThreads": ("repository", _threads),
    "on PullRequestReviewThread": ("node", _thread_node),
    "closingIssuesReferences": ("repository", _closes),
}


@routes.post("/api/graphql", web=True)
def graphql(request: Request) -> object:
    """One operation, with its variables."""
    if request.viewer.kind == "anonymous":
        raise request.forge.unauthorized()
    body = body_of(request)
    query, variables = body.get("query"), body.get("variables") or {}
    if not isinstance(query, str) or not isinstance(variables, dict):
        return {"errors": [{"message": "A query attribute must be specified and must be a string."}]}
    for field, (root, operation) in _OPERATIONS.items():
        if field in query:
            try:
                return {"data": {root: operation(request, variables)}}
            except Refusal as refusal:
                problem: dict[str, Any] = {"type": refusal.kind, "path": [root], "message": str(refusal)}
                return {"data": {root: None}, "errors": [problem]}
    words = query.replace("{", " { ").split()
    unknown = words[words.index("{") + 1] if "{" in words[:-1] else query
    problem = {
        "path": ["query", unknown],
        "extensions": {"code": "undefinedField", "typeName": "Query", "fieldName": unknown},
        "locations": [{"line": 1, "column": 1}],
        "message": f"Field '{unknown}' doesn't exist on type 'Query'",
    }
    return {"errors": [problem]}
