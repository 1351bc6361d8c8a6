"""Every recorded exchange of a real Forgejo, sent anew by an operation of igitt's, and read right."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests
from igitt_forgejo import Forgejo
from urllib3 import HTTPResponse

from igitt.errors import ElementDoesntExistError, IGittError, ServerError
from igitt.interfaces import AccessLevel, CommitStatus, MergeRequestStates, Status

HOST = "https://v10.next.forgejo.org"


class Replay(requests.adapters.HTTPAdapter):
    """Answers one request as it was recorded, and what an operation asks besides with what it is told.

    Args:
        exchange: the recorded exchange.
        besides: by method and path below the API, the data of other answers.
    """

    def __init__(self, exchange: Mapping[str, Any], besides: Mapping[str, Any]) -> None:
        super().__init__()
        self.exchange = exchange
        self.besides = besides
        self.answered = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **keywords: Any) -> requests.Response:
        """Answer."""
        sent, wanted = urlsplit(str(request.url)), urlsplit(self.exchange["url"])
        same = unquote(sent.path).rstrip("/") == unquote(wanted.path).rstrip("/")
        headers = {"content-type": "application/json"}
        if request.method == self.exchange["method"] and same and not self.answered:
            self.answered += 1
            asked, told = parse_qs(wanted.query), parse_qs(sent.query)
            assert all(told.get(name) == asked[name] for name in asked.keys() & {"state", "type", "created_by", "ref"})
            status, data, headers = (self.exchange[key] for key in ("status", "response_body", "response_headers"))
        else:
            status, data = 200, self.besides[f"{request.method} {sent.path.partition('/api/v1/')[2]}"]
        body = b"" if data is None and status == 204 else json.dumps(data).encode()
        raw = HTTPResponse(io.BytesIO(body), headers, status, preload_content=False)
        return self.build_response(request, raw)


Check = Callable[[Forgejo, re.Match[str], Any], None]
CHECKS: list[tuple[str, re.Pattern[str], Check, Callable[[re.Match[str], Any], Mapping[str, Any]]]] = []


def _nothing(match: re.Match[str], body: Any) -> Mapping[str, Any]:
    return {}


def check(method: str, path: str, besides: Callable[[re.Match[str], Any], Mapping[str, Any]] = _nothing) -> Any:
    """Say that a function sends and reads the exchanges of that method and path."""

    def note(function: Check) -> Check:
        CHECKS.append((method, re.compile(path), function, besides))
        return function

    return note


REPO = r"repos/(?P<home>[^/]+/[^/]+)"


@check("GET", REPO)
def repository(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A repository is what its JSON says."""
    found = client.get_repo(match["home"]).refresh()
    assert (found.full_name, found.identifier, found.default_branch) == (
        body["full_name"], body["id"], body["default_branch"],
    )  # fmt: skip
    assert (found.is_private, found.is_fork, found.description) == (body["private"], body["fork"], body["description"])
    assert found.created.isoformat().startswith(body["created_at"][:19])
    assert found.visibility == ("private" if body["private"] else "public")
    assert found.topics == set(body["topics"] or ())
    assert (found.parent is None) == (not body["parent"])
    assert found.clone_url == body["clone_url"]


@check("PATCH", REPO)
def repository_edited(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A new description or privacy is what the forge answers."""
    found = client.get_repo(match["home"])
    found.description = body["description"]
    assert (found.description, found.is_private) == (body["description"], body["private"])


@check("DELETE", REPO)
def repository_gone(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """Removing answers nothing."""
    client.get_repo(match["home"]).delete()


@check("POST", r"(?:user|orgs/(?P<org>[^/]+))/repos")
def repository_made(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A new repository is the user's or the organization's."""
    found = client.create_repository(body["name"], organization=match["org"])
    assert found.full_name == body["full_name"]


def _first(found: Iterable[Any], body: Any) -> list[Any]:
    """The things of the one page that was recorded, of perhaps many."""
    return list(islice(iter(found), len(body or ())))


def _person(user: Any, data: Any) -> None:
    assert (user.username, user.identifier) == (data["login"], data["id"])


def _is_issue(issue: Any, body: Any) -> None:
    assert (issue.number, issue.title, issue.description, str(issue.state)) == (
        body["number"], body["title"], body["body"], body["state"],
    )  # fmt: skip
    assert issue.labels == {label["name"] for label in body["labels"]}
    assert {user.username for user in issue.assignees} == {user["login"] for user in body["assignees"] or ()}
    assert (issue.closed_at is None) == (body["closed_at"] is None)
    _person(issue.author, body["user"])
    assert issue.web_url == body["html_url"]


@check("GET", rf"{REPO}/issues/(?P<number>\d+)")
def issue(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """An issue is what its JSON says, and knows its repository by itself."""
    found = client.get_repo(match["home"]).get_issue(int(match["number"])).refresh()
    _is_issue(found, body)
    assert client.Issue.from_data(body, client).repository.full_name == match["home"]


@check("GET", rf"{REPO}/issues")
def issues(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A list of issues has what the forge gave."""
    asked = parse_qs(urlsplit(match.string).query)
    found = _first(
        client.get_repo(match["home"]).filter_issues(
            asked["state"][0],
            author=asked.get("created_by", [None])[0],
            assignee=asked.get("assigned_by", [None])[0],
            labels=[name for text in asked.get("labels", []) for name in text.split(",")],
        ),
        body,
    )
    assert len(found) == len(body)
    for one, data in zip(found, body, strict=True):
        _is_issue(one, data)


@check("POST", rf"{REPO}/issues", lambda match, body: {f"GET repos/{match['home']}/labels": body["labels"]})
def issue_made(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A new issue carries everything at once."""
    made = client.get_repo(match["home"]).create_issue(
        body["title"],
        body["body"],
        labels=[label["name"] for label in body["labels"]],
        assignees=[user["login"] for user in body["assignees"] or ()],
    )
    _is_issue(made, body)


@check("PATCH", rf"{REPO}/issues/(?P<number>\d+)")
def issue_edited(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """An edited issue is what the forge answers, with 201."""
    found = client.get_repo(match["home"]).get_issue(int(match["number"]))
    found.edit(title=body.get("title", "x"), description=body.get("body", "y"))
    _is_issue(found, body)


@check(
    "POST",
    rf"{REPO}/issues/(?P<number>\d+)/labels",
    lambda match, body: {f"GET repos/{match['home']}/labels": body},
)
def labels_added(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """Labels are written by their numbers, and told by name."""
    found = client.get_repo(match["home"]).get_issue(int(match["number"]))
    found.add_labels(*(label["name"] for label in body))
    assert found.labels == {label["name"] for label in body}


def _is_comment(comment: Any, body: Any) -> None:
    assert (comment.number, comment.body, comment.web_url) == (body["id"], body["body"], body["html_url"])
    assert comment.updated >= comment.created
    _person(comment.author, body["user"])


@check("GET", rf"{REPO}/issues/(?P<number>\d+)/comments")
def comments(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """The comments are in the forge's order."""
    found = _first(client.get_repo(match["home"]).get_issue(int(match["number"])).comments, body)
    assert len(found) == len(body)
    for one, data in zip(found, body, strict=True):
        _is_comment(one, data)


@check("POST", rf"{REPO}/issues/(?P<number>\d+)/comments")
def comment_made(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A new comment is what was said."""
    _is_comment(client.get_repo(match["home"]).get_issue(int(match["number"])).add_comment(body["body"]), body)


@check("GET", rf"{REPO}/issues/comments/(?P<number>\d+)")
def comment(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A single comment, which tells where it belongs."""
    found = client.get_repo(match["home"]).get_issue(1).get_comment(int(match["number"])).refresh()
    _is_comment(found, body)
    assert client.Comment.from_data(body, client).repository.full_name == match["home"]


@check("PATCH", rf"{REPO}/issues/comments/(?P<number>\d+)")
def comment_edited(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A comment is rewritten by assigning its text."""
    found: Any = client.get_repo(match["home"]).get_issue(1).get_comment(int(match["number"]))
    found.body = body["body"]
    _is_comment(found, body)


@check("GET", rf"{REPO}/issues/comments/(?P<number>\d+)/reactions")
def reactions(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """Emoji are told by name and user; none at all is null."""
    found = _first(client.get_repo(match["home"]).get_issue(1).get_comment(int(match["number"])).reactions, body)
    assert [(one.name, one.user and one.user.username) for one in found] == [
        (data["content"], data["user"]["login"]) for data in body or ()
    ]


@check("POST", rf"{REPO}/issues/comments/(?P<number>\d+)/reactions")
def reacted(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A reaction is given back, and equal to the same one of the same user."""
    made = client.get_repo(match["home"]).get_issue(1).get_comment(int(match["number"])).add_reaction(body["content"])
    assert made.name == body["content"]


@check("DELETE", rf"{REPO}/issues/comments/(?P<number>\d+)/reactions")
def reaction_gone(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A reaction is taken away by its name."""
    said = client.get_repo(match["home"]).get_issue(1).get_comment(int(match["number"]))
    client.Reaction(client, said, "+1").delete()


def _is_pull(pull: Any, body: Any) -> None:
    assert (pull.number, pull.title, pull.base_branch_name, pull.head_branch_name) == (
        body["number"], body["title"], body["base"]["ref"], body["head"]["ref"],
    )  # fmt: skip
    state = MergeRequestStates.MERGED if body["merged"] else MergeRequestStates(body["state"])
    assert pull.state is state
    assert pull.head.sha == body["head"]["sha"]
    assert pull.is_draft is body["draft"]
    assert pull.source_repository.full_name == body["head"]["repo"]["full_name"]
    assert (pull.merged_at is not None) is body["merged"]
    assert pull.diffstat == (body.get("additions"), body.get("deletions")) or "additions" not in body


@check("GET", rf"{REPO}/pulls/(?P<number>\d+)")
def pull(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A pull request is what its JSON says."""
    _is_pull(client.get_repo(match["home"]).get_mr(int(match["number"])).refresh(), body)


@check("GET", rf"{REPO}/pulls")
def pulls(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A list of pull requests has what the forge gave."""
    asked = parse_qs(urlsplit(match.string).query)
    found = _first(client.get_repo(match["home"]).filter_merge_requests(asked["state"][0]), body)
    assert [one.number for one in found] == [data["number"] for data in body]
    for one, data in zip(found, body, strict=True):
        _is_pull(one, data)


@check("POST", rf"{REPO}/pulls")
def pull_made(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A new pull request says from where to where."""
    made = client.get_repo(match["home"]).create_merge_request(
        body["title"], body["base"]["ref"], body["head"]["ref"], body["body"]
    )
    _is_pull(made, body)


@check("PATCH", rf"{REPO}/pulls/(?P<number>\d+)")
def pull_edited(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """An edited pull request is what the forge answers."""
    found = client.get_repo(match["home"]).get_mr(int(match["number"]))
    found.edit(title=body["title"], description=body["body"])
    _is_pull(found, body)


@check("GET", rf"{REPO}/statuses/(?P<sha>[0-9a-f]+)")
def statuses(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """All statuses of a commit, which igitt asks for in another place, read alike."""
    found = _first(client.list_of(match.string.partition("?")[0], lambda data: data), body)
    words = {"success": Status.SUCCESS, "failure": Status.FAILED, "error": Status.ERROR, "pending": Status.PENDING}
    from igitt_forgejo.code import status_of  # noqa: PLC0415 - read here alone

    read = [status_of(data) for data in found]
    assert read == [
        CommitStatus(words[data["status"]], data["description"], data["context"], data["target_url"] or None)
        for data in body
    ]


@check("GET", rf"{REPO}/commits")
def commits(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """Commits have their hash, message, parents and files."""
    found = _first(client.get_repo(match["home"]).commits, body)
    assert [one.sha for one in found] == [data["sha"] for data in body]
    for one, data in zip(found, body, strict=True):
        assert one.message == data["commit"]["message"]
        assert [parent.sha for parent in one.parents] == [parent["sha"] for parent in data["parents"]]
        assert one.author is None or one.author.username == data["author"]["login"]
        assert one.verified is False


@check("GET", rf"{REPO}/branches/(?P<name>[^/]+)")
def branch(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A branch knows its commit in whole."""
    found = client.get_repo(match["home"]).get_branch(match["name"]).refresh()
    assert (found.name, found.commit.sha, found.is_protected) == (body["name"], body["commit"]["id"], body["protected"])
    assert found.commit.message == body["commit"]["message"]
    assert found.commit.author is None


@check("GET", rf"{REPO}/tags/(?P<name>[^/]+)")
def tag(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A tag that is nothing but a name has no message of its own."""
    found = client.get_repo(match["home"]).get_tag(match["name"]).refresh()
    assert (found.name, found.commit.sha, found.message) == (body["name"], body["commit"]["sha"], "")


@check("GET", rf"{REPO}/releases")
def releases(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """Releases have tag, title and day."""
    found = _first(client.get_repo(match["home"]).releases, body)
    assert [(one.tag_name, one.name, one.description) for one in found] == [
        (data["tag_name"], data["name"], data["body"]) for data in body
    ]
    assert all(one.released_at is not None and not one.is_draft for one in found)


@check("GET", rf"{REPO}/contents/?(?P<path>.*)")
def contents(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """A file has its content; of a folder the files are listed."""
    ref = parse_qs(urlsplit(match.string).query).get("ref", [None])[0]
    home, path = client.get_repo(match["home"]), urlsplit(match.string).path.partition("/contents")[2].strip("/")
    if isinstance(body, list):
        found = list(home.list_files(path, ref))
        assert [one.path for one in found] == [data["path"] for data in body if data["type"] in {"file", "symlink"}]
        return
    file = home.get_content(path, ref).refresh()
    assert (file.path, file.sha, file.size) == (body["path"], body["sha"], body["size"])
    assert len(file.bytes) == body["size"]


@check("GET", rf"{REPO}/collaborators")
def collaborators(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """Collaborators are users."""
    found = _first(client.get_repo(match["home"]).collaborators, body)
    assert len(found) == len(body)
    for one, data in zip(found, body, strict=True):
        _person(one, data)


@check("GET", rf"{REPO}/collaborators/(?P<name>[^/]+)/permission")
def permission(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """An owner and an administrator may do everything."""
    levels = {"owner": AccessLevel.ADMIN, "admin": AccessLevel.ADMIN, "write": AccessLevel.CAN_WRITE}
    assert client.get_repo(match["home"]).get_permission_level(match["name"]) == levels[body["permission"]]


@check("PUT", rf"{REPO}/collaborators/(?P<name>[^/]+)")
def collaborator_added(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """Adding a collaborator answers nothing."""
    client.get_repo(match["home"]).add_collaborator(match["name"])


@check("DELETE", rf"{REPO}/collaborators/(?P<name>[^/]+)")
def collaborator_gone(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """Nor does taking one out."""
    client.get_repo(match["home"]).remove_collaborator(match["name"])


@check("GET", rf"{REPO}/teams")
def teams(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """What Forgejo refuses with 405 is one of igitt's errors."""
    client.request("GET", match.string)


@check("GET", "user")
def user(client: Forgejo, match: re.Match[str], body: Any) -> None:
    """The credential's own user."""
    me = client.user.refresh()
    _person(me, body)
    assert me.name == body["full_name"]


def test_every_exchange_reads_right(recorded: Path) -> None:
    """All 140 exchanges: what was answered is what the objects say, and a refusal is the error of its kind."""
    exchanges = [json.loads(line) for line in (recorded / "exchanges.jsonl").read_text().splitlines()]
    read: Counter[str] = Counter()
    for exchange in exchanges:
        path = exchange["url"].partition("/api/v1/")[2]
        name, match, function, besides = next(
            (function.__name__, match, function, besides)
            for method, pattern, function, besides in CHECKS
            if method == exchange["method"] and (match := re.match(rf"(?:{pattern.pattern})(?=\?|$)", path)) is not None
        )
        body, status = exchange["response_body"], exchange["status"]
        replay = Replay(exchange, besides(match, body) if status < 400 else {})
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", replay)
            client = Forgejo("0" * 40, HOST, session=session, cache=False, retries=0, read_ahead=1)
            if status < 400:
                function(client, match, body)
            else:
                with pytest.raises(ElementDoesntExistError if status == 404 else IGittError) as caught:
                    function(client, match, body)
                assert caught.value.status == status
                assert isinstance(caught.value, ServerError) == (status >= 500)
        assert replay.answered == 1, exchange["url"]
        read[name] += 1
    assert sum(read.values()) == len(exchanges) >= 140
