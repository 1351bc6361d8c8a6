"""GitHub's GraphQL on the sandbox: what is asked is given, and what cannot be is told as GitHub tells it.

Sources of the forms: https://docs.github.com/en/graphql, and errors in public reports, named where they are asserted.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
import requests

from igitt.interfaces import CommitStatus, Status

pytest.importorskip("graphql")

if TYPE_CHECKING:
    from collections.abc import Callable

    from igitt.testing import Sandbox
    from igitt.testing.sandbox.github import GitHubForge


@pytest.fixture
def forge(sandbox: Sandbox) -> GitHubForge:
    """A GitHub with an issue and a pull request that closes it."""
    made = sandbox.github
    made.add_repository("acme/w", members={"alice": "admin", "bob": "write", "carol": "read"})
    made.add_issue("acme/w", "Bug", "It breaks", labels=["bug"], assignees=["alice"])
    made.add_merge_request("acme/w", "Mend it", head="topic", body="Fixes #1", author="bob")
    return made


def session_of(forge: GitHubForge) -> requests.Session:
    """What a client that is not igitt's sends with."""
    session = requests.Session()
    session.mount(forge.url, forge._adapter())  # noqa: SLF001 - the sandbox without a socket
    return session


@pytest.fixture
def ask(forge: GitHubForge) -> Callable[..., dict[str, Any]]:
    """Sends a document, as alice unless told."""

    def send(query: str, who: str = "alice", **variables: Any) -> dict[str, Any]:
        token = who if who.startswith("gh") else forge.token_for(who)
        headers = {"Authorization": f"bearer {token}"}
        body = {"query": query, "variables": variables}
        answer = session_of(forge).post(f"{forge.url}/api/graphql", json=body, headers=headers, timeout=5)
        assert answer.status_code == 200
        data: dict[str, Any] = answer.json()
        return data

    return send


def pull(forge: GitHubForge) -> Any:
    """The pull request."""
    return forge.repository("acme/w").merge_requests[2]


def test_the_selection_is_answered(ask: Callable[..., dict[str, Any]]) -> None:
    """Each field that is asked for is there under its own name or alias, and no other."""
    found = ask(
        """query($owner: String!, $name: String!) {
          viewer { login }
          home: repository(owner: $owner, name: $name) {
            mergeCommitAllowed
            pullRequest(number: 2) { title state mergeCommit { oid } ...ends closingIssuesReferences(first: 1) {
              nodes { number } } }
          }
        }
        fragment ends on PullRequest { headRefName baseRefName author { login __typename } }""",
        owner="acme",
        name="w",
    )
    assert found == {
        "data": {
            "viewer": {"login": "alice"},
            "home": {
                "mergeCommitAllowed": True,
                "pullRequest": {
                    "title": "Mend it",
                    "state": "OPEN",
                    "mergeCommit": None,
                    "headRefName": "topic",
                    "baseRefName": "main",
                    "author": {"login": "bob", "__typename": "User"},
                    "closingIssuesReferences": {"nodes": [{"number": 1}]},
                },
            },
        }
    }


def test_pages_follow_cursors(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """All issues come once, in the order that is asked for, forwards and backwards."""
    for number in range(5):
        forge.add_issue("acme/w", f"Issue {number}")
    query = """query($after: String) { repository(owner: "acme", name: "w") {
      issues(first: 2, after: $after, orderBy: {field: CREATED_AT, direction: DESC}, states: OPEN) {
        totalCount nodes { number } pageInfo { hasNextPage endCursor } } } }"""
    seen: list[int] = []
    after = None
    while True:
        page = ask(query, after=after)["data"]["repository"]["issues"]
        assert page["totalCount"] == 6
        seen += [node["number"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [7, 6, 5, 4, 3, 1]
    last = ask('{ repository(owner: "acme", name: "w") { issues(last: 2) { nodes { number } edges { cursor } } } }')
    assert [node["number"] for node in last["data"]["repository"]["issues"]["nodes"]] == [6, 7]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ('repository(owner: "acme", name: "x") { id }', "Could not resolve to a Repository with the name 'acme/x'."),
        ('user(login: "nobody") { id }', "Could not resolve to a User with the login of 'nobody'."),
        ('node(id: "I_kwDO1") { id }', "Could not resolve to a node with the global id of 'I_kwDO1'"),
        # https://github.com/octokit/graphql.js/pull/314
        (
            'repository(owner: "acme", name: "w") { pullRequest(number: 999) { id } }',
            "Could not resolve to a PullRequest with the number of 999.",
        ),
    ],
)
def test_what_is_not_there(ask: Callable[..., dict[str, Any]], field: str, message: str) -> None:
    """NOT_FOUND with a path, and null in its place; the rest is answered."""
    found = ask(f"{{ viewer {{ login }} {field} }}")
    (error,) = found["errors"]
    assert (error["type"], error["message"]) == ("NOT_FOUND", message)
    assert error["locations"]
    place: Any = found["data"]
    for name in error["path"]:
        place = place[name]
    assert place is None
    assert found["data"]["viewer"] == {"login": "alice"}


def test_what_is_private_is_not_there(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """A stranger neither finds a private repository nor what is in it by its global id."""
    forge.add_repository("acme/secret", private=True, members={"alice": "admin"})
    one = forge.add_issue("acme/secret", "Hidden")
    query = 'query($id: ID!) { node(id: $id) { id } repository(owner: "acme", name: "secret") { name } }'
    assert ask(query, "mallory", id=f"I_kwDO{one.id}")["data"] == {"node": None, "repository": None}
    assert ask(query, id=f"I_kwDO{one.id}")["data"]["repository"] == {"name": "secret"}


@pytest.mark.parametrize(
    ("query", "message", "code"),
    [
        # https://github.com/shurcooL/githubv4/issues/98
        ("{ viewer { nothing } }", "Field 'nothing' doesn't exist on type 'User'", "undefinedField"),
        # https://github.com/raycast/extensions/issues/29995
        ("{ viewer { login(x: 1) } }", "Field 'login' doesn't accept argument 'x'", "argumentNotAccepted"),
        (
            "query q($x: Int) { viewer { login } }",
            "Variable $x is declared by q but not used",
            "variableNotUsed",
        ),
        ("{ repository { id } }", "Field 'repository' is missing required arguments: name, owner", None),
    ],
)
def test_wrong_documents(ask: Callable[..., dict[str, Any]], query: str, message: str, code: str | None) -> None:
    """A document with a fault is not executed: there is no data, and the fault is told in GitHub's words."""
    found = ask(query)
    assert "data" not in found
    assert found["errors"][0]["message"] == message
    assert code in {None, found["errors"][0]["extensions"]["code"]}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ('{ repository(owner: "acme", name: "w") { vulnerabilityAlerts(first: 1) { totalCount } } }',
         "Repository.vulnerabilityAlerts"),
        ('mutation { transferIssue(input: {issueId: "x", repositoryId: "y"}) { clientMutationId } }',
         "Mutation.transferIssue"),
        ('{ search(first: 1, type: DISCUSSION, query: "x") { discussionCount } }', "search(type: DISCUSSION)"),
    ],
)  # fmt: skip
def test_what_is_not_played(forge: GitHubForge, ask: Callable[..., dict[str, Any]], query: str, name: str) -> None:
    """What GitHub has and the sandbox has not is told apart from what is not there, and remembered."""
    (error,) = ask(query)["errors"]
    assert error["message"] == f"the sandbox does not play {name} of GitHub's GraphQL"
    assert f"GraphQL {name}" in forge.unserved


@pytest.mark.parametrize(
    ("piece", "kind"),
    [
        ("issues { nodes { id } }", "MISSING_PAGINATION_BOUNDARIES"),
        ("issues(first: 101) { nodes { id } }", "EXCESSIVE_PAGINATION"),
        ("issues(first: 100) { nodes { comments(first: 100) { nodes { reactions(first: 100) { nodes { id } } } } } }",
         "MAX_NODE_LIMIT_EXCEEDED"),
    ],
)  # fmt: skip
def test_pages_have_bounds(ask: Callable[..., dict[str, Any]], piece: str, kind: str) -> None:
    """Pages without a size or of more than a hundred are refused, and documents of more than 500,000 nodes."""
    found = ask(f'{{ repository(owner: "acme", name: "w") {{ {piece} }} }}')
    assert [error["type"] for error in found["errors"]] == [kind]


def test_a_number_alone_needs_no_bounds(ask: Callable[..., dict[str, Any]]) -> None:
    """``totalCount`` asks for no page."""
    found = ask('{ repository(owner: "acme", name: "w") { issues { totalCount } } }')
    assert found["data"]["repository"]["issues"]["totalCount"] == 1


def test_documents_cost_points(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """The documentation's example: 1 + 100 + 100 * 50 pages are 51 points of the bucket of GraphQL."""
    query = """{ rateLimit { cost nodeCount remaining } viewer { repositories(first: 100) { edges { node {
      issues(first: 50) { edges { node { labels(first: 60) { edges { node { name } } } } } } } } } } }"""
    before = ask("{ rateLimit { remaining } }")["data"]["rateLimit"]["remaining"]
    forge.reset_log()
    found = ask(query)["data"]["rateLimit"]
    assert (found["cost"], found["nodeCount"], before - found["remaining"]) == (51, 305100, 51)
    assert forge.units == 51


def test_the_limit_refuses_within_a_200(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """What is used up is an error of the answer here."""
    forge.limit(remaining=0)
    forge.limits.resource = "graphql"
    assert ask("{ viewer { login } }")["errors"][0]["type"] == "RATE_LIMITED"


def test_introspection_tells_what_is_played(ask: Callable[..., dict[str, Any]]) -> None:
    """What ``gh`` asks before it asks."""
    found = ask(
        '{ __type(name: "Issue") { fields(includeDeprecated: true) { name } } __schema { queryType { name } } }'
    )
    names = {one["name"] for one in found["data"]["__type"]["fields"]}
    assert {"number", "stateReason", "closedByPullRequestsReferences"} <= names
    assert found["data"]["__schema"]["queryType"]["name"] == "Query"


# ---- mutations


def issue_id(forge: GitHubForge) -> str:
    """The issue's global id, as REST tells it."""
    return str(forge.client("alice").request("GET", "repos/acme/w/issues/1").data["node_id"])


def test_an_issues_life(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """Made, labelled, commented, locked, closed and opened again, with deliveries as by REST."""
    forge.add_hook("acme/w", "https://bot.example.com", None, ["issues", "issue_comment"])
    home = ask('{ repository(owner: "acme", name: "w") { id label(name: "bug") { id } } }')["data"]["repository"]
    made = ask(
        "mutation($i: CreateIssueInput!) { createIssue(input: $i) { clientMutationId issue { id number } } }",
        i={"repositoryId": home["id"], "title": "New", "labelIds": [home["label"]["id"]], "clientMutationId": "m1"},
    )["data"]["createIssue"]
    assert (made["clientMutationId"], made["issue"]["number"]) == ("m1", 3)
    number = made["issue"]["id"]
    found = ask(
        """mutation($id: ID!) {
          addComment(input: {subjectId: $id, body: "Hello"}) { commentEdge { node { body url } } }
          lockLockable(input: {lockableId: $id, lockReason: SPAM}) { lockedRecord { locked activeLockReason } }
          closeIssue(input: {issueId: $id, stateReason: NOT_PLANNED}) { issue { state stateReason } }
          reopenIssue(input: {issueId: $id}) { issue { state } }
          updateIssue(input: {id: $id, title: "Newer"}) { issue { title labels(first: 5) { nodes { name } } } }
        }""",
        id=number,
    )
    assert "errors" not in found
    data = found["data"]
    assert data["addComment"]["commentEdge"]["node"]["body"] == "Hello"
    assert data["lockLockable"]["lockedRecord"] == {"locked": True, "activeLockReason": "SPAM"}
    assert data["closeIssue"]["issue"] == {"state": "CLOSED", "stateReason": "NOT_PLANNED"}
    assert data["reopenIssue"]["issue"] == {"state": "OPEN"}
    assert data["updateIssue"]["issue"] == {"title": "Newer", "labels": {"nodes": [{"name": "bug"}]}}
    assert forge.client("bob").get_repo("acme/w").get_issue(3).title == "Newer"
    actions = [delivery.payload["action"] for delivery in forge.deliveries]
    assert {"opened", "created", "locked", "closed", "reopened", "edited"} <= set(actions)


def test_mutations_need_rights(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """Who may only read is refused, in GitHub's words for a mutation, and nothing is changed."""
    issue, request = issue_id(forge), f"PR_kwDO{pull(forge).id}"
    for name, field, number in (
        ("closeIssue", "issueId", issue),
        ("lockLockable", "lockableId", issue),
        ("mergePullRequest", "pullRequestId", request),
        ("convertPullRequestToDraft", "pullRequestId", request),
    ):
        found = ask(f'mutation {{ {name}(input: {{{field}: "{number}"}}) {{ clientMutationId }} }}', "carol")
        assert found["data"] == {name: None}
        action = name[0].upper() + name[1:]
        text = f"carol does not have the correct permissions to execute `{action}`"
        assert [(one["type"], one["message"]) for one in found["errors"]] == [("FORBIDDEN", text)]
    assert pull(forge).state == forge.repository("acme/w").issues[1].state == "open"


def test_an_app_needs_the_permission(
    forge: GitHubForge, ask: Callable[..., dict[str, Any]], app_jwt: Callable[..., str]
) -> None:
    """An installation without it is refused, by REST's rules and in words of GraphQL."""
    app = forge.add_app("triage", permissions={"contents": "read"})
    installation = forge.install(app, "acme")
    headers = {"Authorization": f"Bearer {app_jwt(app)}", "User-Agent": "test"}
    url = f"{forge.api_url}/app/installations/{installation.id}/access_tokens"
    token = session_of(forge).post(url, headers=headers, timeout=5).json()["token"]
    found = ask(f'mutation {{ closeIssue(input: {{issueId: "{issue_id(forge)}"}}) {{ clientMutationId }} }}', token)
    assert found["errors"][0]["type"] == "FORBIDDEN"
    assert found["errors"][0]["message"] == "Resource not accessible by integration"


def test_a_pull_requests_life(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """Reviewed, threads settled, merged; what stands against it is told."""
    number = f"PR_kwDO{pull(forge).id}"
    made = ask(
        """mutation($id: ID!) { addPullRequestReview(input: {pullRequestId: $id, event: REQUEST_CHANGES, body: "No",
          threads: [{path: "topic.txt", line: 1, body: "Here"}]}) { pullRequestReview { state comments(first: 5) {
          nodes { body path } } } } }""",
        id=number,
    )
    assert made["data"]["addPullRequestReview"]["pullRequestReview"] == {
        "state": "CHANGES_REQUESTED",
        "comments": {"nodes": [{"body": "Here", "path": "topic.txt"}]},
    }
    query = """query($id: ID!) { node(id: $id) { ... on PullRequest { reviewDecision mergeable mergeStateStatus
      reviewThreads(first: 5) { nodes { id isResolved viewerCanResolve } } } } }"""
    found = ask(query, id=number)["data"]["node"]
    assert (found["reviewDecision"], found["mergeable"]) == ("CHANGES_REQUESTED", "MERGEABLE")
    (thread,) = found["reviewThreads"]["nodes"]
    assert (thread["isResolved"], thread["viewerCanResolve"]) == (False, True)
    settle = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"
    assert ask(settle, id=thread["id"])["data"]["resolveReviewThread"]["thread"]["isResolved"] is True
    merge = """mutation($id: ID!) { mergePullRequest(input: {pullRequestId: $id, mergeMethod: SQUASH,
      commitHeadline: "Mended"}) { pullRequest { merged state mergeCommit { messageHeadline } } } }"""
    assert ask(merge, id=number)["data"]["mergePullRequest"]["pullRequest"] == {
        "merged": True,
        "state": "MERGED",
        "mergeCommit": {"messageHeadline": "Mended"},
    }
    again = ask(merge, id=number)
    assert again["errors"][0]["type"] == "UNPROCESSABLE"


def test_a_commit_on_a_branch(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """It is put there when the branch is where it is expected, is signed, and refused otherwise."""
    tip = forge.repository("acme/w").branches["topic"]
    query = """mutation($i: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $i) {
      commit { oid message signature { isValid } } } }"""
    given = {
        "branch": {"repositoryNameWithOwner": "acme/w", "branchName": "topic"},
        "message": {"headline": "Add", "body": "More"},
        "expectedHeadOid": tip,
        "fileChanges": {"additions": [{"path": "new.txt", "contents": b64encode(b"hello").decode()}]},
    }
    made = ask(query, i=given)["data"]["createCommitOnBranch"]["commit"]
    assert (made["message"], made["signature"]) == ("Add\n\nMore", {"isValid": True})
    assert forge.repository("acme/w").commits[made["oid"]].files["new.txt"] == "hello"
    assert ask(query, i=given)["errors"][0]["type"] == "STALE_DATA"


def test_checks_of_a_commit(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """Statuses and jobs of the newest commit, together and each for itself."""
    forge.add_pipeline("acme/w", "topic", {"build": "success", "test": "failed"})
    commit = forge.client("bob").get_repo("acme/w").get_commit(pull(forge).head_sha)
    commit.set_status(CommitStatus(Status.SUCCESS, context="ci"))
    query = """{ repository(owner: "acme", name: "w") { pullRequest(number: 2) { commits(last: 1) { nodes { commit {
      statusCheckRollup { state contexts(first: 10) { totalCount nodes { __typename ... on CheckRun { name conclusion }
      ... on StatusContext { context state } } } } associatedPullRequests(first: 1) { nodes { number } } } } } } } }"""
    found = ask(query)["data"]["repository"]["pullRequest"]["commits"]["nodes"][0]["commit"]
    assert found["associatedPullRequests"]["nodes"] == [{"number": 2}]
    assert found["statusCheckRollup"]["state"] == "FAILURE"
    assert found["statusCheckRollup"]["contexts"]["nodes"] == [
        {"__typename": "CheckRun", "name": "build", "conclusion": "SUCCESS"},
        {"__typename": "CheckRun", "name": "test", "conclusion": "FAILURE"},
        {"__typename": "StatusContext", "context": "ci", "state": "SUCCESS"},
    ]


def test_search(ask: Callable[..., dict[str, Any]]) -> None:
    """Issues and pull requests, by REST's qualifiers, also in the groups that ``gh`` makes."""
    query = """query($q: String!) { search(type: ISSUE, first: 5, query: $q) { issueCount nodes { __typename
      ... on Issue { number state } ... on PullRequest { number state } } } }"""
    found = ask(query, q="( bug ) repo:acme/w type:issue state:open")["data"]["search"]
    assert found == {"issueCount": 1, "nodes": [{"__typename": "Issue", "number": 1, "state": "OPEN"}]}


def test_templates(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """Those of issues with what their heads tell, those of pull requests as they are."""
    head = "---\nname: Bug\nabout: It breaks\ntitle: '[bug] '\n---\n\nWhat happened?\n"
    files = {".github/ISSUE_TEMPLATE/bug.md": head, ".github/PULL_REQUEST_TEMPLATE.md": "Why?\n"}
    forge.add_commit("acme/w", "Ask", files)
    query = """{ repository(owner: "acme", name: "w") { issueTemplates { name about title body filename }
      pullRequestTemplates { filename body } } }"""
    assert ask(query)["data"]["repository"] == {
        "issueTemplates": [
            {
                "name": "Bug",
                "about": "It breaks",
                "title": "[bug] ",
                "body": "What happened?\n",
                "filename": "bug.md",
            }
        ],
        "pullRequestTemplates": [{"filename": "PULL_REQUEST_TEMPLATE.md", "body": "Why?\n"}],
    }


def test_every_field_has_a_resolver(forge: GitHubForge, ask: Callable[..., dict[str, Any]]) -> None:
    """What the schema says is played is: all fields without arguments of what is reached in two steps."""
    fields = ask("""{ __schema { types { kind name fields { name type { kind ofType { kind } } args { name } } } } }""")
    known = {one["name"]: one for one in fields["data"]["__schema"]["types"]}
    leaves = {"SCALAR", "ENUM"}

    def plain(kind: str) -> str:
        fields = [one for one in known[kind]["fields"] if not one["args"]]
        kinds = [{one["type"]["kind"], (one["type"]["ofType"] or {}).get("kind")} for one in fields]
        return " ".join(one["name"] for one, each in zip(fields, kinds, strict=True) if each & leaves)

    home = ask(f'{{ repository(owner: "acme", name: "w") {{ {plain("Repository")} }} }}')
    assert "errors" not in home
    query = f"""{{ viewer {{ {plain("User")} }} repository(owner: "acme", name: "w") {{
      issue(number: 1) {{ {plain("Issue")} }} pullRequest(number: 2) {{ {plain("PullRequest")}
      headRef {{ {plain("Ref")} target {{ ... on Commit {{ {plain("Commit")} }} }} }} }} }} }}"""
    assert "errors" not in ask(query)
