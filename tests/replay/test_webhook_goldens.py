"""Payloads beside which another library wrote what it read: igitt reads the same wherever both have a field.

The other library is go-scm, whose normalised forms lie beside the payloads as ``.golden``. A field of such a form is
compared, or it is named below with the reason why it cannot be; the zero values with which Go writes "not told"
(``""``, ``null``, the year 1) are none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from igitt import GitHub, GitLab
from igitt.cache import ResponseCache
from igitt.github import webhooks as github
from igitt.gitlab import webhooks as gitlab
from igitt.webhooks import Event

Fields = dict[str, Callable[[], Any]]

#: What go-scm tells and igitt has no word for, by the end of the field's name.
NO_FIELD = {
    "repo.perm": "what the reader may do is no part of a delivery",
    "ref.path": "igitt has the branch's name",
    "baseref": "the branch that a new one began at",
    "pullrequest.ref": "the forge's ref of a merge request",
    "pullrequest.diff": "the address of a page of the diff",
    "release.commitish": "what a release's tag is to be made of",
    "release.created": "the time of the tag's commit, in GitHub's words",
    "checks.[].targeturl": "the page of a check, which whoever reported it chose",
    "issue.locked": "whether comments are closed",
    "base.path": "igitt has the branch's name",
    "head.path": "igitt has the branch's name",
    "labels.[].color": "labels of a merge request are names",
    "commit.author.name": "a commit's author is the account, if there is one",
    "commit.author.email": "a commit's author is the account, if there is one",
    "commit.author.login": "in a push's payload, which igitt leaves as it is",
    "commit.author.date": "in a push's payload, which igitt leaves as it is",
    "commit.committer.name": "a committer is the account, if there is one",
    "commit.committer.email": "a committer is the account, if there is one",
    "commit.committer.login": "in a push's payload, which igitt leaves as it is",
    "commit.committer.date": "in a push's payload, which igitt leaves as it is",
}
#: Fields in which the two mean different things, by payload and beginning of the field's name.
NO_MATCH = {
    ("github/go-scm/comment.json", "issue.pullrequest"): "a comment's merge request tells addresses of pages only",
    ("github/go-scm/check_run.json", "checks.[].pullrequest"): "merge requests of a check stay in its data",
    ("github/go-scm/pipeline_hook.json", "pullrequest"): "merge requests of a pipeline stay in its data",
    ("github/go-scm/pipeline_hook.json", "execution.created"): "the time of the last change, not of the creation",
    ("github/go-scm/push_branch_", "commit.message"): "a branch's event has its hashes only",
    ("github/go-scm/push_branch_", "commit.link"): "a branch's event has its hashes only",
    ("gitlab/", "repo.private"): "it says false of every project; these have the visibility level 0, which is private",
    ("gitlab/", "pullrequest.fork"): "it is put together of two names, igitt's is the path",
    ("gitlab/go-scm/pipeline_hook.json", "pullrequest"): "merge requests of a pipeline stay in its data",
    ("gitlab/go-scm/merge_request_comment_create.json", "issue."): "GitLab's note has no issue: it was put together",
    ("gitlab/go-scm/merge_request_comment_subgroup.json", "issue."): "GitLab's note has no issue: it was put together",
    ("gitlab/go-scm/tag_create.json", "commit"): "a tag's event has its name; the commits are in the payload",
}
#: Deliveries that GitHub sends beside another one of the same change, which is the one that counts.
TWINS = {"github/go-scm/branch_delete.json", "github/go-scm/push_tag.json"}
#: go-scm's words for actions that igitt calls otherwise.
WORDS = {"review_ready": "READY", "submitted": "COMMENTED"}
VISIBILITIES = {1: "public", 2: "internal", 3: "private"}


class NotToldError(Exception):
    """Reading the field would have asked the forge: the payload does not have it."""


class Refusing(requests.Session):
    """A session through which nothing leaves."""

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        """Tell the reader that the payload lacks the field."""
        raise NotToldError(f"{request.method} {request.url}")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the fields of a golden form that tell something, by their names in small letters."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key.lower()}".removeprefix("."))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}.[]")
    elif value not in {None, ""} and not str(value).startswith("0001-01-01"):
        yield path, value


def of_repository(event: Event) -> Fields:
    """Return the fields of the repository."""
    found = event.repository
    assert found is not None
    return {
        "repo.id": lambda: str(found.identifier),
        "repo.namespace": lambda: found.full_name.rpartition("/")[0],
        "repo.name": lambda: found.full_name.rpartition("/")[2],
        "repo.branch": lambda: found.default_branch,
        "repo.private": lambda: found.is_private,
        "repo.archived": lambda: found.is_archived,
        "repo.visibility": lambda: found.visibility,
        "repo.clone": lambda: found.clone_url,
        "repo.clonessh": lambda: found.ssh_url,
        "repo.link": lambda: found.web_url,
        "repo.created": lambda: found.created,
        "repo.updated": lambda: found.updated,
    }


def of_user(place: str, user: Any) -> Fields:
    """Return the fields of a user."""
    return {
        f"{place}.login": lambda: user.username,
        f"{place}.name": lambda: user.name,
        f"{place}.email": lambda: user.email,
        f"{place}.avatar": lambda: user.avatar_url,
    }


def of_ticket(place: str, found: Any) -> Fields:
    """Return the fields of an issue or merge request."""
    return {
        f"{place}.number": lambda: found.number,
        f"{place}.title": lambda: found.title,
        f"{place}.body": lambda: found.description,
        f"{place}.link": lambda: found.web_url,
        f"{place}.closed": lambda: str(found.state) != "open",
        f"{place}.created": lambda: found.created,
        f"{place}.updated": lambda: found.updated,
        f"{place}.merged": lambda: str(found.state) == "merged",
        f"{place}.draft": lambda: found.is_draft,
        f"{place}.sha": lambda: found.head.sha,
        f"{place}.head.sha": lambda: found.head.sha,
        f"{place}.base.sha": lambda: found.base.sha,
        f"{place}.source": lambda: found.head_branch_name,
        f"{place}.head.name": lambda: found.head_branch_name,
        f"{place}.target": lambda: found.base_branch_name,
        f"{place}.base.name": lambda: found.base_branch_name,
        f"{place}.fork": lambda: found.source_repository.full_name,
        f"{place}.labels.[].name": lambda: found.labels,
        **of_user(f"{place}.author", found.author),
    }


def of_code(event: Event) -> Fields:
    """Return the fields of deployments and of what runs."""
    subject: Any = event.subject
    data = event.payload.get("deployment") or {}  # what a deployment has no attribute for
    commit = next((one for one in event.objects if getattr(one, "kind", "") == "commit"), None)
    known: Fields = {
        "number": lambda: subject.identifier,
        "ref.name": lambda: subject.ref,
        "desc": lambda: data["description"],
        "task": lambda: data["task"],
        "target": lambda: subject.environment_name,
        "data.foo": lambda: data["payload"]["foo"],
        "branch": lambda: subject.base_branch_name,
        **of_run(event.subject),
    }
    if commit is not None:
        known |= {"sha": lambda: commit.sha, "ref.sha": lambda: commit.sha, "checks.[].sha": lambda: commit.sha}
        known |= {"commit.sha": lambda: commit.sha, "commit.message": lambda: commit.message}
        known |= {"commit.link": lambda: commit.web_url}
    return known


def of_run(found: Any) -> Fields:
    """Return the fields of pipelines, checks and releases."""
    return {
        "execution.number": lambda: found.number if found.hoster == "github" else found.identifier,
        "execution.status": lambda: str(found.status),
        "execution.created": lambda: found.created,
        "execution.url": lambda: found.url if found.hoster == "github" else found.web_url,
        "release.id": lambda: found.identifier,
        "release.title": lambda: found.name,
        "release.description": lambda: found.description,
        "release.link": lambda: found.web_url,
        "release.tag": lambda: found.tag_name,
        "release.draft": lambda: found.is_draft,
        "release.prerelease": lambda: found.is_prerelease,
        "release.published": lambda: found.released_at,
        "checks.[].name": lambda: found.name,
        "checks.[].started": lambda: found.started,
        "checks.[].completed": lambda: found.finished,
        "checks.[].status": lambda: str(found.status),
        "checks.[].conclusion": lambda: found.conclusion,
    }


def of_status(event: Event) -> Fields:
    """Return the fields of a commit's status."""
    commit, payload = event.subject, event.payload
    return {
        "checks.[].name": lambda: payload["context"],
        "checks.[].targeturl": lambda: payload["target_url"],
        "checks.[].sha": lambda: commit.sha,
        "checks.[].status": lambda: str(event.changes["status"][1]),
        "checks.[].conclusion": lambda: str(event.changes["status"][1]),
        "checks.[].started": lambda: payload["created_at"],
        "checks.[].completed": lambda: event.timestamp,
    }


def of_push(event: Event) -> Fields:
    """Return the fields of branches and tags."""
    name, head = event.objects[1], event.changes.get("head", (None, None))
    prefix = "refs/tags/" if "TAG" in event.action.name else "refs/heads/"
    return {
        "ref": lambda: prefix + name,
        "ref.name": lambda: name,
        "ref.sha": lambda: head[0],
        "before": lambda: head[0],
        "after": lambda: head[1],
        "commit.sha": lambda: head[1],
    }


def ours(event: Event, golden: dict[str, Any]) -> Fields:
    """Return how each of go-scm's fields is read from an event."""
    known: Fields = {"action": lambda: event.action.name, **of_repository(event), **of_user("sender", event.sender)}
    readers = {"push": of_push, "create": of_push, "delete": of_push, "tag_push": of_push, "status": of_status}
    known |= readers.get(event.name, of_code)(event)
    kind = getattr(event.subject, "kind", "")
    if kind in {"issue", "merge request"}:
        known |= of_ticket("pullrequest" if "PullRequest" in golden else "issue", event.subject)
        known |= of_ticket("issue.pullrequest", event.subject)
        comment = event.objects[1] if len(event.objects) > 1 else None
        if "Comment" in golden and comment is not None:
            known |= {
                "comment.id": lambda: comment.number,
                "comment.body": lambda: comment.body,
                "comment.created": lambda: comment.created,
                "comment.updated": lambda: comment.updated,
                **of_user("comment.author", comment.author),
            }
    return known


def same(path: str, theirs: Any, mine: Any) -> bool:
    """Whether two values are the same thing."""
    if path == "action":
        return bool(mine == WORDS.get(theirs, theirs.upper()) or mine.endswith("_" + theirs.upper()))
    if path == "repo.visibility":
        return VISIBILITIES.get(theirs, mine) == mine
    if isinstance(mine, set | frozenset):
        return theirs in mine
    if isinstance(mine, datetime):
        return mine == datetime.fromisoformat(theirs)
    return bool(mine == theirs)


@pytest.fixture(scope="module")
def goldens(shared_data: Path) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Return the entries of the index with a golden form: entry, payload, form."""
    folder = shared_data / "data" / "webhooks"
    if not folder.is_dir():
        pytest.skip(f"no payloads at {folder}")
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return [
        (entry, *(json.loads((folder / entry[key]).read_text(encoding="utf-8")) for key in ("path", "golden")))
        for entry in index
        if entry["golden"]
    ]


def read(entry: dict[str, Any], payload: dict[str, Any]) -> list[Event]:
    """Return the events of a payload on a client that cannot send."""
    cls, reader = {"github": (GitHub, github), "gitlab": (GitLab, gitlab)}[entry["provider"]]
    return list(reader.parse(cls("token", session=Refusing(), cache=ResponseCache()), entry["event"], payload))


def compare(path: str, event: Event, golden: dict[str, Any]) -> tuple[int, list[object]]:
    """Return how many fields were compared, and which differ or were left out without a reason."""
    known, wrong, compared = ours(event, golden), [], 0
    for name, theirs in leaves(golden):
        if any(path.startswith(one) and name.startswith(start) for one, start in NO_MATCH):
            continue
        if name not in known:
            wrong += [] if any(name.endswith(end) for end in NO_FIELD) else [(path, name, "not compared")]
            continue
        try:
            mine = known[name]()
        except NotToldError:
            continue
        compared += 1
        wrong += [] if same(name, theirs, mine) else [(path, name, theirs, mine)]
    return compared, wrong


def test_every_field_is_read_the_same(goldens: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]) -> None:
    """Each field that both tell is the same, and none is left out without a reason."""
    wrong, compared = [], 0
    for entry, payload, golden in goldens:
        path = entry["path"]
        events = read(entry, payload)
        assert bool(events) is (path not in TWINS), path
        for event in events[:1]:
            count, found = compare(path, event, golden)
            compared += count
            wrong += found
    assert len(goldens) == 29
    assert not wrong
    assert compared >= 500
