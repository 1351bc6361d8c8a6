"""What a branch's protection on GitHub stops: merging, files by the API, refs, and git's pushes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.git import Folder, need_git

from igitt.testing import Sandbox

R = "/repos/acme/widgets"
NO_REVIEW = "At least 1 approving review is required by reviewers with write access."
BY_REQUEST = "Changes must be made through a pull request."
EXPECTED = 'Required status check "ci" is expected.'


@pytest.fixture
def forge(sandbox: Sandbox) -> Any:
    """Return a GitHub whose alice owns and whose bob and carol write, with a pull request that is ready."""
    forge = sandbox.github
    forge.add_organization("acme", members={"alice": "owner"})
    forge.add_repository("acme/widgets", members={"bob": "write", "carol": "write", "dave": "read"})
    forge.add_merge_request("acme/widgets", "Fix it", head="fix", author="bob")
    return forge


def _merge(send: Callable[..., Any], method: str = "merge") -> tuple[int, str]:
    answer = send("PUT", f"{R}/pulls/1/merge", json={"merge_method": method})
    return answer.status_code, answer.json()["message"]


def test_required_checks(forge: Any, github_as: Callable[..., Any]) -> None:
    """Checks that are missing, pending or failing stop a merge; one that succeeded lets it through."""
    forge.protect_branch("acme/widgets", checks=["ci"])
    send, sha = github_as("bob"), forge.repository("acme/widgets").branches["fix"]
    assert _merge(send) == (405, EXPECTED)
    for state, word in (("pending", "pending"), ("failure", "failing"), ("error", "failing")):
        send("POST", f"{R}/statuses/{sha}", json={"state": state, "context": "ci"})
        assert send("GET", f"{R}/pulls/1").json()["mergeable_state"] == "blocked"
        assert _merge(send) == (405, f'Required status check "ci" is {word}.')
    send("POST", f"{R}/statuses/{sha}", json={"state": "success", "context": "ci"})
    assert send("GET", f"{R}/pulls/1").json()["mergeable_state"] == "clean"
    assert _merge(send)[0] == 200


def test_several_checks(forge: Any, github_as: Callable[..., Any]) -> None:
    """Several are counted."""
    forge.protect_branch("acme/widgets", checks=["ci", "lint"])
    assert _merge(github_as("bob")) == (405, "2 of 2 required status checks are expected.")


def test_strict_checks(forge: Any, github_as: Callable[..., Any]) -> None:
    """A branch that is behind has its checks expected, until it is brought up to date and checked again."""
    forge.protect_branch("acme/widgets", checks=["ci"], strict=True)
    send, home = github_as("bob"), forge.repository("acme/widgets")
    body = {"state": "success", "context": "ci"}
    send("POST", f"{R}/statuses/{home.branches['fix']}", json=body)
    forge.add_commit("acme/widgets", "more", {"other.txt": "x"})
    assert send("GET", f"{R}/pulls/1").json()["mergeable_state"] == "behind"
    assert _merge(send) == (405, EXPECTED)
    send("PUT", f"{R}/pulls/1/update-branch", json={})
    send("POST", f"{R}/statuses/{home.branches['fix']}", json=body)
    assert _merge(send)[0] == 200


def test_checks_that_nobody_demands(forge: Any, github_as: Callable[..., Any]) -> None:
    """A check that fails without being required makes it unstable, and it can be merged."""
    send, sha = github_as("bob"), forge.repository("acme/widgets").branches["fix"]
    send("POST", f"{R}/statuses/{sha}", json={"state": "failure", "context": "ci"})
    assert send("GET", f"{R}/pulls/1").json()["mergeable_state"] == "unstable"
    assert _merge(send)[0] == 200


def test_required_reviews(forge: Any, github_as: Callable[..., Any]) -> None:
    """An approval counts from who may write and is not the author, and the newest word of each counts."""
    forge.protect_branch("acme/widgets", approvals=1)
    send = github_as("bob")
    assert _merge(send) == (405, NO_REVIEW)
    github_as("dave")("POST", f"{R}/pulls/1/reviews", json={"event": "APPROVE"})
    assert _merge(send) == (405, NO_REVIEW)
    carol = github_as("carol")
    carol("POST", f"{R}/pulls/1/reviews", json={"event": "REQUEST_CHANGES", "body": "no"})
    assert _merge(send)[0] == 405
    carol("POST", f"{R}/pulls/1/reviews", json={"event": "APPROVE"})
    carol("POST", f"{R}/pulls/1/reviews", json={"event": "COMMENT", "body": "nice"})
    assert _merge(send)[0] == 200


def test_administrators(forge: Any, github_as: Callable[..., Any]) -> None:
    """Administrators are free of the rules, unless these include them."""
    forge.protect_branch("acme/widgets", approvals=1)
    send = github_as("alice")
    assert send("POST", f"{R}/branches/main/protection/enforce_admins").json()["enabled"] is True
    assert _merge(send) == (405, NO_REVIEW)
    assert send("DELETE", f"{R}/branches/main/protection/enforce_admins").status_code == 204
    assert _merge(send)[0] == 200


def test_restrictions(forge: Any, github_as: Callable[..., Any]) -> None:
    """Only those who are named may push or merge, Apps by their slug."""
    forge.protect_branch("acme/widgets", pushers=["carol"])
    status, words = _merge(github_as("bob"))
    assert (status, words.partition(".")[0]) == (405, "You're not authorized to push to this branch")
    assert _merge(github_as("carol"))[0] == 200


def test_merge_methods(forge: Any, github_as: Callable[..., Any]) -> None:
    """What the repository does not allow is refused."""
    github_as("alice")("PATCH", R, json={"allow_merge_commit": False, "allow_rebase_merge": False})
    send = github_as("bob")
    assert _merge(send) == (405, "Merge commits are not allowed on this repository.")
    assert _merge(send, "rebase") == (405, "Rebase merges are not allowed on this repository.")
    assert _merge(send, "squash")[0] == 200


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"approvals": 1}, BY_REQUEST),
        ({"checks": ["ci"]}, EXPECTED),
        ({"checks": ["ci"], "approvals": 1}, f"{EXPECTED} {BY_REQUEST}"),
        ({"pushers": ["carol"]}, "You're not authorized to push to this branch."),
    ],
)
def test_files_and_refs(forge: Any, github_as: Callable[..., Any], rule: Any, words: str) -> None:
    """Files and refs are refused for the same reasons, each in its way; other branches stay free."""
    forge.protect_branch("acme/widgets", **rule)
    send, home = github_as("bob"), forge.repository("acme/widgets")
    readme = send("GET", f"{R}/contents/README.md").json()["sha"]
    body = {"message": "m", "content": "eA=="}
    for method, path, more, word in (
        ("PUT", "new.txt", {}, "create"), ("PUT", "README.md", {"sha": readme}, "update"),
        ("DELETE", "README.md", {"sha": readme}, "delete"),
    ):  # fmt: skip
        answer = send(method, f"{R}/contents/{path}", json=body | more)
        assert answer.status_code == 409
        assert answer.json()["message"].startswith(f"Could not {word} file: {words}")
    answer = send("PATCH", f"{R}/git/refs/heads/main", json={"sha": home.branches["fix"]})
    assert answer.status_code == 422
    assert answer.json()["message"].startswith(words)
    assert send("PUT", f"{R}/contents/new.txt", json=body | {"branch": "fix"}).status_code == 201
    assert github_as("alice")("PUT", f"{R}/contents/new.txt", json=body).status_code == 201


def test_going_back_and_away(forge: Any, github_as: Callable[..., Any]) -> None:
    """A protected branch goes neither back nor away, unless its rule allows it."""
    forge.protect_branch("acme/widgets", "fix")
    send, home = github_as("alice"), forge.repository("acme/widgets")
    back = {"sha": home.branches["main"], "force": True}
    answer = send("PATCH", f"{R}/git/refs/heads/fix", json=back)
    assert (answer.status_code, answer.json()["message"]) == (422, "Cannot force-push to this branch")
    assert send("DELETE", f"{R}/git/refs/heads/fix").status_code == 422
    nothing = dict.fromkeys(("required_status_checks", "required_pull_request_reviews", "restrictions"))
    rule = nothing | {"enforce_admins": False, "allow_force_pushes": True, "allow_deletions": True}
    assert send("PUT", f"{R}/branches/fix/protection", json=rule).status_code == 200
    assert send("PATCH", f"{R}/git/refs/heads/fix", json=back).status_code == 200
    assert send("DELETE", f"{R}/git/refs/heads/fix").status_code == 204


def test_the_rule_reads_back(forge: Any, github_as: Callable[..., Any]) -> None:
    """What was demanded is told again, and changes part by part."""
    send, path = github_as("alice"), f"{R}/branches/main/protection"
    rule = {
        "required_status_checks": {"strict": True, "checks": [{"context": "ci"}]}, "enforce_admins": True,
        "required_pull_request_reviews": {"required_approving_review_count": 2, "dismiss_stale_reviews": True},
        "restrictions": {"users": ["bob"], "teams": [], "apps": []}, "required_linear_history": True,
    }  # fmt: skip
    made = send("PUT", path, json=rule).json()
    assert made["required_status_checks"]["contexts"] == ["ci"]
    assert made["required_pull_request_reviews"]["required_approving_review_count"] == 2
    assert [one["login"] for one in made["restrictions"]["users"]] == ["bob"]
    assert made == send("GET", path).json()
    branch = send("GET", f"{R}/branches/main").json()
    assert branch["protection"]["required_status_checks"]["enforcement_level"] == "everyone"
    assert send("POST", f"{path}/required_status_checks/contexts", json={"contexts": ["lint"]}).json() == ["ci", "lint"]
    assert send("DELETE", f"{path}/required_status_checks/contexts", json=["ci"]).json() == ["lint"]
    changed = send("PATCH", f"{path}/required_pull_request_reviews", json={"required_approving_review_count": 3}).json()
    assert (changed["required_approving_review_count"], changed["dismiss_stale_reviews"]) == (3, True)
    for part in ("required_status_checks", "required_pull_request_reviews", "restrictions"):
        assert send("DELETE", f"{path}/{part}").status_code == 204
        assert send("GET", f"{path}/{part}").status_code == 404
    assert (
        send("PATCH", f"{path}/required_pull_request_reviews", json={"required_approving_review_count": 7}).status_code
        == 422
    )


def test_protected_filter(forge: Any, github_as: Callable[..., Any]) -> None:
    """Branches are listed by whether they are protected."""
    forge.protect_branch("acme/widgets")
    send = github_as("bob")
    for wanted, names in (("true", ["main"]), ("false", ["fix"])):
        assert [one["name"] for one in send("GET", f"{R}/branches?protected={wanted}").json()] == names


def test_pushes(tmp_path: Path) -> None:
    """Git's pushes are refused in GitHub's words, and a commit whose checks succeeded goes through."""
    need_git()
    with Sandbox() as sandbox:
        forge = sandbox.github
        forge.add_organization("acme", members={"alice": "owner"})
        home = forge.add_repository("acme/widgets", members={"bob": "write"})
        url = f"http://x-access-token:{forge.token_for('bob')}@{forge.url.removeprefix('http://')}/acme/widgets.git"
        git = Folder(tmp_path)
        git("clone", url, ".")
        git.commit("new", new="x")
        forge.protect_branch("acme/widgets", approvals=1)
        refused = git.run("push", "origin", "main").stderr
        assert "GH006: Protected branch update failed for refs/heads/main." in refused
        assert f"- {BY_REQUEST}" in refused
        forge.protect_branch("acme/widgets", checks=["ci"])
        assert EXPECTED in git.run("push", "origin", "main").stderr
        git("push", "origin", "main:other")
        sandbox.github.client("bob").request(
            "POST", f"repos/acme/widgets/statuses/{home.branches['other']}", json={"state": "success", "context": "ci"}
        )
        git("push", "origin", "main")
        assert home.branches["main"] == home.branches["other"]


def test_merging_by_itself(forge: Any, github_as: Callable[..., Any]) -> None:
    """What is to be merged when its checks succeed waits for the rest of the rule, too."""
    forge.protect_branch("acme/widgets", checks=["ci"], approvals=1)
    home, send = forge.repository("acme/widgets"), github_as("bob")
    one = home.merge_requests[1]
    one.extra["auto_merge"] = {"by": one.author, "message": None, "method": "merge"}
    body = {"state": "success", "context": "ci"}
    send("POST", f"{R}/statuses/{one.head_sha}", json=body)
    assert one.state == "open"
    github_as("carol")("POST", f"{R}/pulls/1/reviews", json={"event": "APPROVE"})
    send("POST", f"{R}/statuses/{one.head_sha}", json=body)
    assert one.state == "merged"
