"""What pull requests and issues close and are closed by: GitHub has that in GraphQL alone.

Those that were linked by hand are among them (source: https://docs.github.com/en/graphql/reference/objects,
``closingIssuesReferences`` of a pull request and ``closedByPullRequestsReferences`` of an issue).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from igitt._http.connection import ConnectionList
from igitt.interfaces.issue import Issue
from igitt.interfaces.merge_request import MergeRequest

__all__ = ["closing_issues", "closing_merge_requests"]


def closing_issues(merge_request: Any) -> set[Issue]:
    """The issues that a pull request closes when it is merged, a hundred a request."""
    return _linked(merge_request, _CLOSES, ("pullRequest", "closingIssuesReferences"), merge_request.client.Issue)


def closing_merge_requests(issue: Any) -> set[MergeRequest]:
    """The pull requests that close an issue when they are merged, a hundred a request."""
    return _linked(issue, _CLOSED_BY, ("issue", "closedByPullRequestsReferences"), issue.client.MergeRequest)


def _linked(thing: Any, query: str, place: tuple[str, ...], cls: Callable[..., Any]) -> set[Any]:
    client = thing.client
    owner, _, name = thing._repository.full_name.partition("/")
    variables = {"owner": owner, "name": name, "number": thing.number}

    def make(node: Any) -> Any:
        return cls(client, node["repository"]["nameWithOwner"], node["number"])

    return set(ConnectionList(client, query, variables, ("repository", *place), make))


_CLOSES = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      closingIssuesReferences(first: 100, after: $after) {
        totalCount
        nodes { number repository { nameWithOwner } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
_CLOSED_BY = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      closedByPullRequestsReferences(first: 100, after: $after, includeClosedPrs: true) {
        totalCount
        nodes { number repository { nameWithOwner } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
