"""The rules of GitLab that every request meets: credentials, rights, ETags, pages, limits, errors."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from igitt.testing import Sandbox

P = "/projects/acme%2Fwidgets"
Send = Callable[..., Any]


# ---- who asks


@pytest.mark.parametrize("header", ["PRIVATE-TOKEN", "Authorization"])
def test_credentials(gitlab: Any, gitlab_as: Callable[..., Send], header: str) -> None:
    """Either header tells who asks, and a wrong value is 401 everywhere."""
    send, good = gitlab_as(None), gitlab.token_for("alice")
    prefix = "Bearer " if header == "Authorization" else ""
    assert send("GET", "/user", headers={header: prefix + good}).json()["username"] == "alice"
    answer = send("GET", P, headers={header: prefix + "glpat-wrong"})
    assert (answer.status_code, answer.json()) == (401, {"message": "401 Unauthorized"})


def test_query_credential(gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """A token in the query works, as on the real one."""
    token = gitlab.token_for("alice")
    assert gitlab_as(None)("GET", f"/user?private_token={token}").json()["username"] == "alice"


def test_expired_token(sandbox: Sandbox, gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """A token that has run out says so in the words of OAuth."""
    end = datetime.fromtimestamp(sandbox.now() + 60, UTC)
    send = gitlab_as(gitlab.token_for("alice", expires=end))
    assert send("GET", "/user").ok
    sandbox.advance(61)
    answer = send("GET", "/user")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_scope(gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """A token that may only read gets 403 with the scope that it lacks."""
    send = gitlab_as(gitlab.token_for("alice", scopes=["read_api"]))
    assert send("GET", P).ok
    answer = send("POST", f"{P}/issues", json={"title": "x"})
    assert answer.status_code == 403
    assert (answer.json()["error"], answer.json()["scope"]) == ("insufficient_scope", "api")


def test_sudo(gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """An admin acts as somebody else; nobody else does."""
    gitlab.add_user("root", admin=True)
    assert gitlab_as("root")("GET", "/user", headers={"Sudo": "bob"}).json()["username"] == "bob"
    assert gitlab_as("bob")("GET", "/user", headers={"Sudo": "alice"}).status_code == 403


def test_rotation_kills_the_old_token(gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """Rotating answers 200 with the new token; the old one is dead at once."""
    send = gitlab_as("alice")
    answer = send("POST", "/personal_access_tokens/self/rotate")
    assert answer.status_code == 200
    assert send("GET", "/user").status_code == 401
    assert gitlab_as(answer.json()["token"])("GET", "/user").ok


# ---- who may


def test_anonymous(gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """Without a token public things can be read, with less in them, and nothing can be written."""
    send = gitlab_as(None)
    assert "permissions" not in send("GET", P).json()
    assert "permissions" in gitlab_as("carol")("GET", P).json()
    assert send("GET", f"{P}/issues/1").ok
    for answer in (send("POST", f"{P}/issues", json={"title": "x"}), send("GET", "/user"), send("GET", "/version")):
        assert (answer.status_code, answer.json()) == (401, {"message": "401 Unauthorized"})


def test_private_looks_like_nothing(gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """A private project is 404 for strangers, with or without a token."""
    gitlab.add_repository("acme/secret", private=True)
    for who in (None, "carol"):
        answer = gitlab_as(who)("GET", "/projects/acme%2Fsecret")
        assert (answer.status_code, answer.json()) == (404, {"message": "404 Project Not Found"})
    assert gitlab_as("alice")("GET", "/projects/acme%2Fsecret").ok


def test_unencoded_path_is_404(alice: Send) -> None:
    """A path whose slash is not encoded names no route."""
    assert alice("GET", "/projects/acme/widgets").status_code == 404


def test_roles(gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """A stranger may write issues but neither labels nor hooks; a developer may not see hooks."""
    stranger, bob = gitlab_as("carol"), gitlab_as("bob")
    made = stranger("POST", f"{P}/issues", json={"title": "x", "labels": "bug"})
    assert (made.status_code, made.json()["labels"]) == (201, [])
    assert stranger("PUT", f"{P}/issues/1", json={"title": "y"}).status_code == 403
    assert stranger("POST", f"{P}/labels", json={"name": "x", "color": "#fff"}).status_code == 403
    assert bob("GET", f"{P}/hooks").status_code == 403
    assert bob("PUT", f"{P}/issues/1", json={"title": "y"}).ok


def test_confidential(gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """A confidential issue is 404 for strangers, and in no list of theirs."""
    gitlab.add_issue("acme/widgets", "Hush", author="bob", confidential=True)
    stranger = gitlab_as("carol")
    assert stranger("GET", f"{P}/issues/2").status_code == 404
    assert [one["iid"] for one in stranger("GET", f"{P}/issues").json()] == [1]
    assert gitlab_as("bob")("GET", f"{P}/issues/2").ok


def test_archived(alice: Send) -> None:
    """What is archived can only be read, until it is taken out again."""
    alice("POST", f"{P}/archive")
    assert alice("POST", f"{P}/issues", json={"title": "x"}).status_code == 403
    assert alice("POST", f"{P}/unarchive").json()["archived"] is False


def test_inherited_members(gitlab: Any, alice: Send, gitlab_as: Callable[..., Send]) -> None:
    """Members of a group count in its subgroups' projects, but only `/all` lists them."""
    gitlab.add_repository("acme/tools/deep/saw", private=True, members={"bob": "guest"})
    path = "/projects/acme%2Ftools%2Fdeep%2Fsaw"

    def names(part: str) -> set[str]:
        return {one["username"] for one in alice("GET", path + part).json()}

    assert names("/members") == {"bob"}
    assert names("/members/all") == {"alice", "bob"}
    assert alice("GET", path).json()["permissions"]["group_access"]["access_level"] == 50
    groups = [one["full_path"] for one in alice("GET", "/groups/acme/descendant_groups").json()]
    assert groups == ["acme/tools/deep", "acme/tools"]
    assert [one["path"] for one in alice("GET", "/groups/acme/subgroups").json()] == ["tools"]


def test_moved_project(gitlab: Any, alice: Send) -> None:
    """The old path is a 301 with plain text for reads, and refused for writes."""
    number = alice("PUT", P, json={"path": "gears"}).json()["id"]
    answer = alice("GET", f"{P}/issues/1?x=1")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{gitlab.api_url}/projects/{number}/issues/1?x=1"
    assert answer.headers["Content-Type"] == "text/plain"
    assert alice("PUT", f"{P}/issues/1", json={"title": "x"}).status_code == 405
    assert alice("GET", P, allow_redirects=True).json()["path"] == "gears"


# ---- HTTP


def test_etag_is_a_digest_of_the_body(sandbox: Sandbox, gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """The ETag holds for anyone who sees the same bytes, a 304 costs as much, and there is no Last-Modified."""
    one, other = gitlab_as("bob"), gitlab_as("carol")
    answer = one("GET", f"{P}/labels")
    tag = answer.headers["ETag"]
    assert tag == f'W/"{hashlib.md5(answer.content, usedforsecurity=False).hexdigest()}"'
    assert "Last-Modified" not in answer.headers
    assert answer.headers["Cache-Control"] == "max-age=0, private, must-revalidate"
    gitlab.reset_log()
    again = other("GET", f"{P}/labels", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert gitlab.units == 1
    gitlab.world.add_label(gitlab.repository("acme/widgets"), "new")
    assert one("GET", f"{P}/labels", headers={"If-None-Match": tag}).status_code == 200
    assert one("GET", f"{P}/labels", headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}).status_code == 200


def test_pages(gitlab: Any, alice: Send) -> None:
    """All counters and links are there, on one page too; the last one has an empty X-Next-Page."""
    for number in range(44):
        gitlab.add_issue("acme/widgets", f"issue {number}")
    answer = alice("GET", f"{P}/issues?page=2&per_page=20&sort=asc")
    assert [one["iid"] for one in answer.json()] == list(range(21, 41))
    wanted = {"X-Page": "2", "X-Per-Page": "20", "X-Next-Page": "3", "X-Prev-Page": "1", "X-Total": "45",
              "X-Total-Pages": "3"}  # fmt: skip
    assert {name: answer.headers[name] for name in wanted} == wanted
    assert list(answer.links) == ["prev", "next", "first", "last"]
    query = parse_qs(urlsplit(answer.links["next"]["url"]).query)
    assert (query["page"], query["per_page"], query["sort"], query["id"]) == (["3"], ["20"], ["asc"], ["acme/widgets"])
    last = alice("GET", answer.links["last"]["url"])
    assert (len(last.json()), last.headers["X-Next-Page"]) == (5, "")
    assert set(alice("GET", f"{P}/labels").links) == {"first", "last"}
    assert len(alice("GET", f"{P}/issues").json()) == 20
    assert len(alice("GET", f"{P}/issues?per_page=1000").json()) == 45


def test_keyset_pages(gitlab: Any, alice: Send) -> None:
    """Keyset pages have only a next link, no counters, and end without a link."""
    for number in range(3):
        gitlab.add_repository(f"acme/p{number}")
    seen, url = [], "/projects?pagination=keyset&order_by=id&sort=asc&per_page=2"
    while url:
        answer = alice("GET", url)
        assert "X-Total" not in answer.headers
        seen += [one["path"] for one in answer.json()]
        url = answer.links.get("next", {}).get("url", "")
    assert seen == ["widgets", "p0", "p1", "p2"]
    assert "Link" not in answer.headers


def test_deep_offset_is_refused(alice: Send) -> None:
    """Too large an offset is 405 with `error`."""
    answer = alice("GET", f"{P}/issues?page=502&per_page=100")
    assert answer.status_code == 405
    assert answer.json()["error"].startswith("Offset pagination has a maximum allowed offset of 50000")


def test_rate_limit(sandbox: Sandbox, gitlab: Any, alice: Send) -> None:
    """Every answer tells the limit; the end of it is 429 in plain text, over after a while."""
    gitlab.limit(2, reset_in=30)
    answer = alice("GET", "/user")
    assert (answer.headers["RateLimit-Limit"], answer.headers["RateLimit-Remaining"]) == ("2", "1")
    assert answer.headers["RateLimit-Reset"] == str(int(sandbox.now()) + 30)
    alice("GET", "/user")
    answer = alice("GET", "/user")
    assert (answer.status_code, answer.text, answer.headers["Content-Type"]) == (429, "Retry later\n", "text/plain")
    assert answer.headers["RateLimit-ResetTime"]
    sandbox.advance(int(answer.headers["Retry-After"]))
    assert alice("GET", "/user").ok


def test_application_limit(gitlab: Any, alice: Send) -> None:
    """An application limit is 429 in JSON although much was left."""
    gitlab.limit_secondary(retry_after=5)
    answer = alice("POST", f"{P}/issues/1/notes", json={"body": "x"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert "too many times" in answer.json()["message"]["error"]
    assert int(answer.headers["RateLimit-Remaining"]) > 0


ERRORS: list[tuple[str, str, Any, int, Any]] = [
    ("GET", "/nothing", None, 404, {"error": "404 Not Found"}),
    ("PATCH", P, {}, 405, {"error": "405 Not Allowed"}),
    ("GET", f"{P}/issues/99", None, 404, {"message": "404 Not found"}),
    ("GET", f"{P}/labels/none", None, 404, {"message": "404 Label Not Found"}),
    ("GET", "/users/99", None, 404, {"message": "404 User Not Found"}),
    ("GET", "/groups/none", None, 404, {"message": "404 Group Not Found"}),
    ("POST", f"{P}/issues", {}, 400, {"error": "title is missing"}),
    ("POST", f"{P}/issues", {"title": " "}, 400, {"message": {"title": ["can't be blank"]}}),
    ("PUT", f"{P}/issues/1", {"state_event": "merge"}, 400, {"error": "state_event does not have a valid value"}),
    ("POST", f"{P}/labels", {"name": "bug", "color": "#fff"}, 409, {"message": "Label already exists"}),
    ("POST", f"{P}/labels", {"name": "x", "color": "fff"}, 400, {"message": {"color": ["must be a valid color code"]}}),
    ("POST", f"{P}/members", {"user_id": "bob", "access_level": 30}, 409, {"message": "Member already exists"}),
    ("POST", f"{P}/merge_requests", {"title": "x", "source_branch": "feature", "target_branch": "main"}, 409,
     {"message": ["Another open merge request already exists for this source branch: !1"]}),
    ("POST", f"{P}/merge_requests", {"title": "x", "source_branch": "main", "target_branch": "main"}, 422,
     {"message": ["You can't use same project/branch for source and target"]}),
    ("PUT", f"{P}/merge_requests/1/merge", {"sha": "0" * 40}, 409, None),
    ("POST", f"{P}/hooks", {"url": "ftp://x"}, 422, {"message": "Invalid url given"}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status", "data"), ERRORS)
def test_errors(alice: Send, gitlab: Any, method: str, path: str, body: Any, status: int, data: Any) -> None:
    """Each error has GitLab's own form."""
    if body and body.get("user_id") == "bob":
        body = body | {"user_id": gitlab.add_user("bob").id}
    answer = alice(method, path, json=body)
    assert answer.status_code == status
    assert data is None or answer.json() == data


def test_bad_json(alice: Send) -> None:
    """A body that is no JSON object is a 400."""
    for text in ("{", "[]"):
        answer = alice("POST", f"{P}/issues", data=text, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400


def test_fork_conflict(alice: Send) -> None:
    """Forking twice is 409 with GitLab's long form."""
    assert alice("POST", f"{P}/fork").status_code == 201
    answer = alice("POST", f"{P}/fork")
    assert answer.status_code == 409
    assert answer.json()["message"]["path"] == ["has already been taken"]


def test_forms_and_arrays(alice: Send) -> None:
    """A form and arrays in the query are understood as JSON is."""
    made = alice("POST", f"{P}/issues", data={"title": "x", "labels": "a,b"}).json()
    assert made["labels"] == ["a", "b"]
    found = alice("GET", f"{P}/issues?iids[]=1&iids[]={made['iid']}&sort=asc").json()
    assert [one["iid"] for one in found] == [1, made["iid"]]


# ---- the rest


def test_group_is_deleted_with_what_is_inside(gitlab: Any, alice: Send) -> None:
    """Deleting a group is 202 and takes subgroups and projects along."""
    gitlab.add_repository("acme/tools/saw")
    answer = alice("DELETE", "/groups/acme")
    assert (answer.status_code, answer.json()) == (202, {"message": "202 Accepted"})
    assert alice("GET", "/groups/acme%2Ftools").status_code == 404
    assert alice("GET", P).status_code == 404


def test_team_is_a_subgroup(gitlab: Any, alice: Send) -> None:
    """`add_team` makes a subgroup with its members."""
    gitlab.add_team("acme", "Core Team", members=["bob"])
    shaped = alice("GET", "/groups/acme%2Fcore-team").json()
    assert (shaped["full_name"], shaped["parent_id"]) == ("acme / Core Team", alice("GET", "/groups/acme").json()["id"])
    assert [one["username"] for one in alice("GET", "/groups/acme%2Fcore-team/members").json()] == ["bob"]


def test_namespaces(gitlab: Any, alice: Send) -> None:
    """A user's namespace has an id of its own, and a project is made in a namespace by its id."""
    me = alice("GET", "/user").json()["id"]
    kinds = {one["kind"]: one["id"] for one in alice("GET", "/namespaces").json()}
    assert kinds["user"] != me
    made = alice("POST", "/projects", json={"name": "Gears", "namespace_id": kinds["group"]}).json()
    assert (made["path_with_namespace"], made["visibility"], made["empty_repo"]) == ("acme/gears", "private", True)
    assert alice("GET", "/projects/acme%2Fgears/repository/commits").json() == []


def test_commit_by_actions(alice: Send) -> None:
    """A commit is made of actions, and moves and deletes files."""
    actions = [{"action": "create", "file_path": "a", "content": "1"},
               {"action": "move", "previous_path": "README.md", "file_path": "docs/README.md"}]  # fmt: skip
    body = {"branch": "main", "commit_message": "Move", "actions": actions}
    made = alice("POST", f"{P}/repository/commits", json=body).json()
    paths = {one["path"] for one in alice("GET", f"{P}/repository/tree?recursive=true").json()}
    assert paths == {"a", "docs", "docs/README.md"}
    assert made["stats"]["total"] > 0
    assert alice("POST", f"{P}/repository/commits", json=body).status_code == 400


def test_graphql(alice: Send, gitlab: Any) -> None:
    """GraphQL knows who asks, and answers errors with 200 as GitLab does."""
    url = f"{gitlab.url}/api/graphql"
    answer = alice("POST", url, json={"query": "{ currentUser { username } }"})
    assert answer.json()["data"]["currentUser"]["username"] == "alice"
    assert alice("POST", url, json={"query": "{ nothing }"}).json()["errors"]


# ---- quick actions


def test_commands_in_edited_texts(gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """A description and a note carry out their commands when they are edited, too."""
    send = gitlab_as("alice")
    number = send("POST", f"{P}/issues", json={"title": "x"}).json()["iid"]
    issue = f"{P}/issues/{number}"
    answer = send("PUT", issue, json={"description": "so be it\n/close"}).json()
    assert (answer["state"], answer["description"]) == ("closed", "so be it")
    note = send("POST", f"{issue}/notes", json={"body": "well"}).json()["id"]
    assert send("PUT", f"{issue}/notes/{note}", json={"body": "no\n/reopen"}).json()["body"] == "no"
    assert send("GET", issue).json()["state"] == "opened"


def test_a_command_on_a_commit(gitlab: Any, gitlab_as: Callable[..., Send]) -> None:
    """`/tag` tags the commit; a comment of nothing else is refused, and the tag is made all the same."""
    send = gitlab_as("alice")
    commit = f"{P}/repository/commits/main"
    assert send("POST", f"{commit}/comments", json={"note": "there\n/tag v7 Seven"}).json()["note"] == "there"
    assert send("POST", f"{commit}/comments", json={"note": "/tag v8"}).status_code == 400
    names = {one["name"] for one in send("GET", f"{P}/repository/tags").json()}
    assert names >= {"v7", "v8"}
