"""Which issues a pull request closes: GitHub tells that by GraphQL alone."""

from __future__ import annotations

from typing import Any

from igitt.interfaces.issue import Issue

__all__ = ["closing_issues"]


def closing_issues(merge_request: Any) -> set[Issue]:
    """The issues that a pull request closes when it is merged, a hundred a request.

    Those that were linked by hand are among them (source:
    https://docs.github.com/en/graphql/reference/objects#pullrequest, ``closingIssuesReferences``).
    """
    client = merge_request.client
    owner, _, name = merge_request._repository.full_name.partition("/")
    variables: dict[str, Any] = {"owner": owner, "name": name, "number": merge_request.number, "after": None}
    found = set()
    while True:
        answer = client.graphql(_CLOSES, variables)
        pull = (answer.get("repository") or {}).get("pullRequest") or {}
        page = pull.get("closingIssuesReferences") or {}
        for node in page.get("nodes") or ():
            if node:
                found.add(client.Issue(client, node["repository"]["nameWithOwner"], node["number"]))
        end = page.get("pageInfo") or {}
        if not end.get("hasNextPage") or end.get("endCursor") in {None, variables["after"]}:
            return found
        variables["after"] = end["endCursor"]


_CLOSES = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      closingIssuesReferences(first: 100, after: $after) {
        nodes { number repository { nameWithOwner } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
