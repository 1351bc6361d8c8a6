"""What is told of writes whose answers were lost, and of operations of several steps."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.wire import API, Asked, Door, Reply, lost, slept

from igitt._http.writes import Again, Write, Writes
from igitt.errors import (
    ConflictError,
    ConnectionFailedError,
    ElementAlreadyExistsError,
    IGittError,
    PermissionDeniedError,
    ServerError,
    ValidationError,
)
from igitt.github.writes import WRITES as GITHUB
from igitt.gitlab.writes import WRITES as GITLAB
from igitt.interfaces import WebhookEvents

REPOSITORY = {"id": 1, "full_name": "a/b", "name": "b", "owner": {"login": "a", "type": "Organization"}}
ME = {"id": 7, "login": "bot", "type": "User"}


def pull(**more: Any) -> dict[str, Any]:
    """A pull request as GitHub tells it."""
    ends = {
        end: {"ref": name, "sha": "c" * 40, "repo": REPOSITORY} for end, name in (("head", "fix"), ("base", "main"))
    }
    return {"id": 3, "number": 3, "title": "t", "state": "open", **ends, **more}


def scripted(*steps: tuple[str, Reply]) -> Door:
    """A door that expects certain requests, in this order, besides looks at where the repository is."""
    left = list(steps)

    def answer(asked: Asked) -> Reply:
        if (asked.method, asked.path) == ("GET", "/repos/a/b"):
            return Reply(200, REPOSITORY)
        expected, reply = left.pop(0)
        assert f"{asked.method} {asked.path}" == expected
        return reply

    return Door(script=answer)


# --- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [GITHUB, GITLAB], ids=["github", "gitlab"])
def test_what_may_not_be_repeated_is_looked_up(table: Writes) -> None:
    """Each operation is the same done twice or can be looked up; only redeliveries leave no trace."""
    blind = [write.path for write in table.table if write.again is not Again.SAME and write.look is None]
    assert blind in ([], ["app/hook/deliveries/{delivery}/attempts"])


@pytest.mark.parametrize("table", [GITHUB, GITLAB], ids=["github", "gitlab"])
def test_no_row_hides_another(table: Writes) -> None:
    """Each row is found by a path of its own."""
    for write in table.table:
        path = write.path.replace("{home}", "repos/a/b" if table is GITHUB else "projects/1")
        found, _ = table.find(write.method, path.replace("{kind}", "issues"), None)
        assert found is write


def test_a_repository_by_its_id() -> None:
    """The table knows a repository by its id, too, and parts of a path as they are meant."""
    write, names = GITHUB.find("DELETE", "repositories/5/labels/a%2Fb", None)
    assert write is not None
    assert names == {"home": "repositories/5", "name": "a/b"}
    assert GITHUB.find("PUT", "repos/a/b/contents/docs/a%20b.md", None)[1]["path"] == "docs/a b.md"


def test_mutations() -> None:
    """Of GraphQL's mutations those may be repeated that set a state; others are not known."""
    known = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { id } } }"
    assert GITHUB.find("POST", "graphql", {"query": known}) == (Write("POST", "resolveReviewThread", Again.SAME), {})
    assert GITHUB.find("POST", "graphql", {"query": known.replace("resolve", "delete")}) == (None, {})


# --- looking ---------------------------------------------------------------------------------------------------------


def comment(number: int, created: str = "2026-09-21T14:13:21Z", **more: Any) -> dict[str, Any]:
    """A comment as GitHub tells it."""
    return {"id": number, "body": "Hello", "user": ME, "created_at": created, **more}


COMMENTS = "GET /repos/a/b/issues/1/comments"
WHO = ("GET /user", Reply(200, ME))
WRITE = "POST /repos/a/b/issues/1/comments"


def add_comment(door: Door) -> Any:
    """Comment on an issue, at a time that is known."""
    client = door.github(cache=False)
    client.transport.clock.now = 1_790_000_000.0  # type: ignore[attr-defined]  # 2026-09-21T14:13:20Z
    return client.get_repo("a/b").get_issue(1).add_comment("Hello")


@pytest.mark.parametrize("failure", [lambda: Reply(502), lambda: Reply(408), lost], ids=["502", "408", "lost"])
def test_a_lost_comment_is_found(failure: Any) -> None:
    """The comment that was made is given, by its text, its author and its time."""
    others = [
        comment(1, "2026-09-21T14:13:10Z"),
        comment(2, body="Hello!"),
        comment(3, user={"id": 8, "login": "eve", "type": "User"}),
        comment(4),
    ]
    door = scripted((WRITE, failure()), (COMMENTS, Reply(200, others)), WHO, WHO)
    assert add_comment(door).number == 4


def test_a_comment_that_is_not_there_is_not_repeated() -> None:
    """Asked twice, with a pause, and told: a second comment would be worse than none."""
    door = scripted((WRITE, Reply(502)), (COMMENTS, Reply(200, [])), (COMMENTS, Reply(200, [])))
    with pytest.raises(ServerError, match="was not carried out") as caught:
        add_comment(door)
    assert not caught.value.outcome_unknown


def test_a_comment_that_cannot_be_looked_up() -> None:
    """Then nobody knows, and the error says so; the failure of the look is told, too."""
    door = scripted((WRITE, lost()), (COMMENTS, Reply(403, {"message": "Resource not accessible"})))
    with pytest.raises(ConnectionFailedError, match=r"not known whether it was carried out.*not accessible") as caught:
        add_comment(door)
    assert caught.value.outcome_unknown


def test_an_earlier_comment_of_the_same_words() -> None:
    """What this client had said before, in the same second, is not what was lost."""
    script = [
        (WRITE, Reply(201, comment(4, "2026-09-21T14:13:20Z"))),
        (WRITE, Reply(502)),
        (COMMENTS, Reply(200, [comment(4, "2026-09-21T14:13:20Z")])),
        (COMMENTS, Reply(200, [comment(4, "2026-09-21T14:13:20Z")])),
    ]
    door = scripted(*script)
    client = door.github(cache=False)
    client.transport.clock.now = 1_790_000_000.0  # type: ignore[attr-defined]
    issue = client.get_repo("a/b").get_issue(1)
    issue.add_comment("Hello")
    with pytest.raises(ServerError, match="was not carried out"):
        issue.add_comment("Hello")


def test_the_forges_clock_counts() -> None:
    """A machine whose clock is an hour ahead finds its comment all the same."""
    door = scripted(
        (WRITE, Reply(502, headers={"Date": "Mon, 21 Sep 2026 13:13:20 GMT"})),
        (COMMENTS, Reply(200, [comment(4, "2026-09-21T13:13:20Z")], {"Date": "Mon, 21 Sep 2026 13:13:20 GMT"})),
        WHO,
    )
    assert add_comment(door).number == 4


def test_a_page_of_a_proxy_is_no_success() -> None:
    """A 200 with a page in it says nothing of the comment, which is looked up."""
    page = Reply(200, body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"})
    door = scripted((WRITE, page), (COMMENTS, Reply(200, [comment(4)])), WHO)
    assert add_comment(door).number == 4


def test_a_refusal_after_a_lost_answer() -> None:
    """A label that the lost request made is given; one of another colour was there before, and that is told."""
    for color, fits in (("112233", True), ("445566", False)):
        there = Reply(200, {"id": 1, "name": "new", "color": color, "description": ""})
        taken = Reply(422, {"message": "Validation Failed", "errors": [{"field": "name", "code": "already_exists"}]})
        steps = [("POST /repos/a/b/labels", lost()), ("GET /repos/a/b/labels/new", there)]
        if not fits:
            steps += [(steps[1]), ("POST /repos/a/b/labels", taken), (steps[1])]
        repository = scripted(*steps).github(cache=False).get_repo("a/b")
        if fits:
            assert repository.create_label("new", "#112233").color == "#112233"
        else:
            with pytest.raises(ElementAlreadyExistsError):
                repository.create_label("new", "#112233")


def test_a_refusal_of_what_may_be_repeated() -> None:
    """Nobody knows what became of a first try when the second one is refused."""
    door = Door(Reply(502), Reply(403, {"message": "Must have admin rights"}))
    with pytest.raises(PermissionDeniedError, match="not known whether it was carried out") as caught:
        door.github(cache=False).get_repo("a/b").get_issue(1).close()
    assert caught.value.outcome_unknown


# --- merging ---------------------------------------------------------------------------------------------------------

MERGE = "PUT /repos/a/b/pulls/3/merge"
PULL = "GET /repos/a/b/pulls/3"


def test_github_computes_still() -> None:
    """A refusal is not final while GitHub has not worked out whether it can be merged, or its base has just moved."""
    steps = [
        (MERGE, Reply(405, {"message": "Pull Request is not mergeable"})),
        (PULL, Reply(200, pull(mergeable=None))),
        (MERGE, Reply(405, {"message": "Base branch was modified. Review and try the merge again."})),
        (MERGE, Reply(200, {"merged": True, "sha": "c" * 40, "message": "ok"})),
    ]
    client = scripted(*steps).github(cache=False)
    client.get_repo("a/b").get_mr(3).merge()
    assert slept(client) == [0.5, 1.0]


@pytest.mark.parametrize("mergeable", [False, True])
def test_github_will_not(mergeable: bool) -> None:
    """A refusal of what was worked out is told at once."""
    steps = [(MERGE, Reply(405, {"message": "not allowed"})), (PULL, Reply(200, pull(mergeable=mergeable)))]
    with pytest.raises(ConflictError, match="not allowed"):
        scripted(*steps).github(cache=False).get_repo("a/b").get_mr(3).merge()


def test_a_success_that_denies_itself() -> None:
    """A 200 that says that nothing was merged is no success."""
    door = scripted((MERGE, Reply(200, {"merged": False, "message": "Head was modified"})))
    with pytest.raises(ConflictError, match="Head was modified"):
        door.github(cache=False).get_repo("a/b").get_mr(3).merge()


def test_a_branch_that_cannot_be_removed() -> None:
    """The merge is done, and the error about its branch says so."""
    steps = [
        (PULL, Reply(200, pull())),
        (MERGE, Reply(200, {"merged": True})),
        ("DELETE /repos/a/b/git/refs/heads/fix", Reply(403, {"message": "protected branch"})),
    ]
    mr = scripted(*steps).github(cache=False).get_repo("a/b").get_mr(3)
    with pytest.raises(PermissionDeniedError, match="it was merged") as caught:
        mr.merge(remove_source_branch=True)
    assert caught.value.partial is mr


# --- several steps ---------------------------------------------------------------------------------------------------


def test_labels_that_are_refused() -> None:
    """The pull request that was made is in the error."""
    steps = [
        ("POST /repos/a/b/pulls", Reply(201, pull())),
        ("PATCH /repos/a/b/issues/3", Reply(422, {"message": "Validation Failed"})),
    ]
    with pytest.raises(ValidationError, match="pull request 3 was made") as caught:
        scripted(*steps).github(cache=False).get_repo("a/b").create_merge_request("t", "main", "fix", labels=["x"])
    made: Any = caught.value.partial
    assert (made.number, made.title) == (3, "t")


def test_an_error_has_no_part_without_one() -> None:
    """Where nothing was made, nothing is told of it."""
    error = IGittError("no")
    assert (error.partial, error.outcome_unknown) == (None, False)


def test_a_fork_of_the_same_owner() -> None:
    """The owner does not tell the two repositories apart, so the fork is named."""
    door = Door(*[Reply(201, pull())] * 2)
    github = door.github(cache=False)
    base = github.get_repo("a/b")
    base.create_merge_request("t", "main", "fix", source_repository=github.get_repo("A/fork"))
    base.create_merge_request("t", "main", "fix", source_repository=github.get_repo("bob/b"))
    sent = [json.loads(asked.body or b"") for asked in door.asked]
    assert (sent[0]["head"], sent[0]["head_repo"]) == ("A:fix", "A/fork")
    assert (sent[1]["head"], "head_repo" in sent[1]) == ("bob:fix", False)


def test_a_hook_keeps_its_secret() -> None:
    """Without a secret the configuration is not sent, only what in it is wrong, by an address that keeps the rest."""
    known = {"url": "https://bot.example.com/", "content_type": "form", "insecure_ssl": "0", "secret": "********"}
    hook = {"id": 1, "active": True, "events": ["push"], "config": known}
    door = Door(Reply(200, [hook]), Reply(200, known), Reply(200, hook))
    events = {WebhookEvents.PUSH, WebhookEvents.ISSUE}
    door.github(cache=False).get_repo("a/b").register_hook("https://bot.example.com/", events=events)
    assert door.told()[1:] == ["PATCH /repos/a/b/hooks/1/config", "PATCH /repos/a/b/hooks/1"]
    config, whole = (json.loads(asked.body or b"") for asked in door.asked[1:])
    assert config == {"content_type": "json", "insecure_ssl": "0"}
    assert "config" not in whole


def test_a_line_outside_of_a_pull_requests_diff() -> None:
    """The text is not lost: it names the line, in an ordinary comment."""
    told = {
        "message": "Validation Failed",
        "errors": [
            {
                "resource": "PullRequestReviewComment",
                "message": "pull_request_review_thread.line must be part of the diff",
            }
        ],
    }
    door = Door(Reply(422, told), Reply(201, comment(4)))
    commit = door.github(cache=False).get_repo("a/b").get_commit("c" * 40)
    commit.comment("Oh", "a.txt", 9, 3)
    assert door.told()[-1] == "POST /repos/a/b/issues/3/comments"
    assert json.loads(door.asked[-1].body or b"") == {"body": "`a.txt`, line 9:\n\nOh"}


def test_another_refusal_of_a_line_comment() -> None:
    """What has nothing to do with the place is told."""
    door = Door(Reply(422, {"message": "body is too long"}))
    with pytest.raises(ValidationError, match="too long"):
        door.github(cache=False).get_repo("a/b").get_commit("c" * 40).comment("Oh", "a.txt", 9, 3)


def test_uploads_are_looked_up() -> None:
    """The other host of files makes no difference: what a broken upload left is taken away, and it is sent again."""
    release = {
        "id": 9,
        "tag_name": "v1",
        "upload_url": f"{API}/repos/a/b/releases/9/assets{{?name,label}}",
        "assets": [],
    }
    half = {"id": 5, "name": "x.txt", "state": "starter", "size": 0}
    whole = {"id": 6, "name": "x.txt", "state": "uploaded", "size": 1, "browser_download_url": "https://x"}
    door = scripted(
        ("GET /repos/a/b/releases/tags/v1", Reply(200, release)),
        ("POST /repos/a/b/releases/9/assets", lost()),
        ("GET /repos/a/b/releases/9/assets", Reply(200, [half])),
        ("DELETE /repos/a/b/releases/assets/5", Reply(204)),
        ("GET /repos/a/b/releases/9/assets", Reply(200, [])),
        ("POST /repos/a/b/releases/9/assets", lost()),
        ("GET /repos/a/b/releases/9/assets", Reply(200, [whole])),
    )
    release_ = door.github(cache=False).get_repo("a/b").get_release("v1")
    assert release_.upload_asset("x.txt", "x").identifier == 6
