"""What only GitLab does: its addresses, words, numbers and refusals. The rest is in the contract suite."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter
from support.credentials import FakeClock

from igitt.auth.token import GitLabJobToken
from igitt.cache import ResponseCache
from igitt.errors import (
    AuthenticationError,
    ConflictError,
    ElementDoesntExistError,
    IGittError,
    InvalidResponseError,
    PermissionDeniedError,
    UnsupportedOperationError,
    ValidationError,
)
from igitt.gitlab import (
    GitLab,
    GitLabComment,
    GitLabIssue,
    GitLabLabel,
    GitLabMilestone,
    GitLabOrganization,
    GitLabRepository,
    GitLabTeam,
    GitLabUser,
)
from igitt.interfaces import (
    AccessLevel,
    CommentType,
    CommitStatus,
    MergeRequestStates,
    MilestoneStates,
    Status,
    WebhookEvents,
)

API = "/api/v4/"
PROJECT = "projects/group%2Fsub%2Fproject"


class Turns(list[Any]):
    """Answers that are given one after the other."""


class Forge(BaseAdapter):
    """Answers what a test lays out, a body or a pair of status and body, and keeps what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.headers: dict[str, str] = {}

    def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:
        parts = urlsplit(request.url)
        what = f"{request.method} {parts.path.partition(API)[2] or parts.path}"
        self.asked.append((what, dict(parse_qsl(parts.query)), json.loads(request.body) if request.body else None))
        answer = self.answers.get(what, (404, {"message": "404 Not Found"}))
        if isinstance(answer, Turns):
            answer = answer.pop(0)
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, request.url
        response.raw = BytesIO(body.encode() if isinstance(body, str) else json.dumps(body).encode())
        response.headers.update(self.headers)
        return response

    def close(self) -> None:
        """Nothing is open."""

    @property
    def sent(self) -> list[str]:
        """What was asked, without queries and bodies."""
        return [what for what, _, _ in self.asked]

    @property
    def body(self) -> Any:
        """The last request's body."""
        return self.asked[-1][2]


@pytest.fixture
def forge() -> Forge:
    """A forge that knows nothing yet."""
    return Forge()


@pytest.fixture
def make(forge: Forge) -> Callable[..., GitLab]:
    """A maker of clients of it."""

    def client(token: Any = "glpat-secret", url: str = "https://gitlab.example.com", **options: Any) -> GitLab:
        session = requests.Session()
        session.trust_env = False
        session.mount("https://", forge)
        return GitLab(token, url, session=session, cache=ResponseCache(), clock=FakeClock(), retries=0, **options)

    return client


@pytest.fixture
def gitlab(make: Callable[..., GitLab]) -> GitLab:
    """A client."""
    return make()


@pytest.fixture
def project(gitlab: GitLab) -> GitLabRepository:
    """A project two groups down, of which only the name is known."""
    return gitlab.get_repo("group/sub/project")


# --- where things are ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("group/sub/project", PROJECT),
        (42, "projects/42"),
        ("https://gitlab.example.com/group/sub/project/-/issues/5", PROJECT),
        ("git@gitlab.example.com:group/sub/project.git", PROJECT),
        ("https://gitlab.example.com/api/v4/projects/42/issues", "projects/42"),
    ],
)
def test_a_project_by_name_id_and_url(gitlab: GitLab, forge: Forge, address: Any, path: str) -> None:
    """A project at any depth is addressed in five ways, and none of them asks."""
    assert GitLabIssue(gitlab, address, 5).path == f"{path}/issues/5"
    assert forge.sent == []


def test_an_instance_below_a_path(make: Callable[..., GitLab], forge: Forge) -> None:
    """The instance's own path is no group, and GraphQL lies beside REST."""
    client = make(url="https://example.com/gitlab")
    assert client.get_repo("https://example.com/gitlab/group/project").full_name == "group/project"
    assert client.get_repo("group/project").url == "https://example.com/gitlab/api/v4/projects/group%2Fproject"
    forge.answers["POST /gitlab/api/graphql"] = {"data": {"currentUser": None}}
    assert client.graphql("{ currentUser { id } }") == {"currentUser": None}
    forge.answers["POST /gitlab/api/graphql"] = {"errors": [{"message": "Field 'x' doesn't exist"}]}
    with pytest.raises(ValidationError, match="Field 'x'"):
        client.graphql("{ x }")


@pytest.mark.parametrize("address", ["https://gitlab.example.com/groups/acme", "project", "a/../b", True, b"a/b"])
def test_what_is_no_project(gitlab: GitLab, address: Any) -> None:
    """What names no project is refused before anything is sent."""
    with pytest.raises(ValidationError):
        gitlab.get_repo(address)


def test_an_issue_out_of_a_search_knows_its_project(gitlab: GitLab, forge: Forge) -> None:
    """The project is told by the answer, by name and by number, and is equal to one made either way; nothing is asked."""
    data = {"id": 76, "iid": 5, "project_id": 42, "references": {"full": "group/sub/project#5"}}
    forge.answers["GET issues"] = [data]
    issue = gitlab.search_issues("x").first()
    assert issue is not None
    assert issue.repository == gitlab.get_repo("group/sub/project") == GitLabRepository(gitlab, "Group/Sub/Project")
    assert issue.repository == gitlab.get_repo(42)
    assert issue.url == f"https://gitlab.example.com/api/v4/{PROJECT}/issues/5"
    assert forge.sent == ["GET issues"]


def test_merge_request_and_issue_of_one_number_are_two(gitlab: GitLab) -> None:
    """GitLab counts issues and merge requests apart."""
    both = {"id": 7, "iid": 1, "project_id": 42}
    assert gitlab.Issue.from_data(both, gitlab) != gitlab.MergeRequest.from_data(both, gitlab)


def test_the_numbers_of_gitlab_decide(gitlab: GitLab) -> None:
    """Two issues with the same id are one, however their projects are known."""
    by_name = gitlab.Issue.from_data({"id": 7, "iid": 1}, gitlab, "group/project")
    by_number = gitlab.Issue.from_data({"id": 7, "iid": 1, "project_id": 42}, gitlab)
    assert by_name == by_number
    assert hash(by_name) == hash(by_number)


def test_a_thing_that_does_not_tell_its_place(gitlab: GitLab) -> None:
    """Where nothing tells the project, the error says what to do."""
    with pytest.raises(IGittError, match="make it with its repository"):
        _ = gitlab.Issue.from_data({"iid": 1}, gitlab).path


def test_writing_to_a_moved_project(project: GitLabRepository, forge: Forge) -> None:
    """GitLab refuses to write by a project's old path; igitt writes by its number then, and once only."""
    forge.answers[f"PUT {PROJECT}/issues/5"] = (
        405,
        {"message": "405 Non GET methods are not allowed for moved projects"},
    )
    forge.answers[f"GET {PROJECT}"] = {"id": 42}
    forge.answers["PUT projects/42/issues/5"] = {"iid": 5, "title": "New"}
    issue = project.get_issue(5)
    issue.title = "New"
    assert issue.title == "New"
    assert forge.sent == [f"PUT {PROJECT}/issues/5", f"GET {PROJECT}", "PUT projects/42/issues/5"]


# --- users and groups ------------------------------------------------------------------------------------------------


def test_a_user_by_name_is_looked_up_once(gitlab: GitLab, forge: Forge) -> None:
    """The search by name tells number, name and picture; the rest is a second request, and the search is not repeated."""
    forge.answers["GET users"] = [{"id": 3, "username": "bob", "name": "Bob", "avatar_url": None}]
    forge.answers["GET users/3"] = {"id": 3, "username": "bob", "name": "Bob", "public_email": "", "bot": False}
    bob = gitlab.get_user("bob")
    assert (bob.identifier, bob.name, bob.avatar_url, bob.path) == (3, "Bob", None, "users/3")
    assert forge.asked == [("GET users", {"username": "bob"}, None)]
    assert (bob.email, bob.is_bot) == (None, False)
    assert forge.sent == ["GET users", "GET users/3"]
    assert gitlab.get_user(3) == bob == GitLabUser(gitlab, "BOB")


def test_nobody(gitlab: GitLab, forge: Forge) -> None:
    """An empty search means that there is no such user; as an assignee that is a wrong value."""
    forge.answers["GET users"] = []
    with pytest.raises(ElementDoesntExistError, match="'nobody'"):
        _ = gitlab.get_user("nobody").name
    with pytest.raises(ValidationError, match="'nobody'"):
        gitlab.get_repo("a/b").create_issue("x", assignees=["nobody"])
    assert not any(what.startswith("POST") for what in forge.sent)


@pytest.mark.parametrize("name", ["project_42_bot_a1b2", "project_42_bot", "project_42_bot3", "group_7_bot_ff"])
def test_a_tokens_own_user_is_a_bot(gitlab: GitLab, forge: Forge, name: str) -> None:
    """A project's or group's token has a user whose name tells it."""
    assert gitlab.get_user(name).is_bot
    assert forge.sent == []


def test_the_groups_of_somebody_else(gitlab: GitLab, forge: Forge) -> None:
    """An administrator sees the groups of another user, as memberships."""
    forge.answers["GET users"] = [{"id": 3, "username": "bob"}]
    forge.answers["GET user"] = {"id": 1, "username": "root"}
    forge.answers["GET users/3/memberships"] = [{"source_id": 9, "source_name": "Acme", "source_type": "Namespace"}]
    (group,) = gitlab.get_user("bob").organizations
    assert group.identifier == 9
    assert group.url.endswith("groups/9")


def test_a_subgroup_is_a_team(gitlab: GitLab, forge: Forge) -> None:
    """A team's organization is the group above, and joining twice changes the level."""
    team = GitLabTeam(gitlab, "acme/core")
    assert team.organization == GitLabOrganization(gitlab, "acme")
    forge.answers["POST groups/acme%2Fcore/members"] = (409, {"message": "Member already exists"})
    forge.answers["PUT groups/acme%2Fcore/members/3"] = {"id": 3, "access_level": 40}
    team.add_member(gitlab.User.from_data({"id": 3, "username": "bob"}, gitlab), AccessLevel.MAINTAINER)
    assert forge.asked[-1] == ("PUT groups/acme%2Fcore/members/3", {}, {"access_level": 40})
    with pytest.raises(ValidationError, match="level"):
        team.add_member("bob", AccessLevel.NONE)


def test_owners_are_told_by_level(gitlab: GitLab, forge: Forge) -> None:
    """Owners and maintainers come from the members, those of the groups above among them."""
    levels = {"owner": 50, "maintainer": 40, "developer": 30, "future": 45}
    forge.answers["GET groups/acme/members/all"] = [
        {"id": number, "username": name, "access_level": level} for number, (name, level) in enumerate(levels.items())
    ]
    acme = gitlab.get_organization("acme")
    assert {user.username for user in acme.owners} == {"owner"}
    assert {user.username for user in acme.masters} == {"owner", "maintainer", "future"}
    assert acme.billable_users == 4


def test_the_owner_of_a_project(gitlab: GitLab) -> None:
    """A namespace is a group or a user, whose own number the namespace's is not."""
    group = {"id": 9, "kind": "group", "full_path": "acme/tools", "path": "tools", "name": "Tools"}
    owner = gitlab.Repository.from_data({"id": 1, "namespace": group}, gitlab).owner
    assert (owner.kind, owner.identifier, owner.name) == ("organization", 9, "acme/tools")
    user = {"id": 77, "kind": "user", "full_path": "bob", "path": "bob", "name": "Bob"}
    owner = gitlab.Repository.from_data({"id": 1, "namespace": user}, gitlab).owner
    assert owner == gitlab.get_user("bob")
    assert "id" not in owner._data  # type: ignore[attr-defined]  # noqa: SLF001


def test_contributors_are_found_by_their_mail(project: GitLabRepository, forge: Forge) -> None:
    """GitLab counts mail addresses; those of nobody are left out, and two of one user are one."""
    mails = [{"name": name, "email": f"{name}@example.com"} for name in ("bob", "gone", "bobby")]
    forge.answers[f"GET {PROJECT}/repository/contributors"] = mails
    bob = {"id": 3, "username": "bob"}
    forge.answers["GET users"] = Turns([[bob], [], [bob]])
    assert [user.username for user in project.contributors] == ["bob"]


# --- issues ----------------------------------------------------------------------------------------------------------


def test_assigning_reads_and_writes_the_whole_set(project: GitLabRepository, forge: Forge) -> None:
    """GitLab takes only numbers and only all of them."""
    issue = f"{PROJECT}/issues/5"
    forge.answers["GET users"] = [{"id": 3, "username": "bob"}]
    forge.answers[f"GET {issue}"] = {"iid": 5, "assignees": [{"id": 1, "username": "alice"}]}
    forge.answers[f"PUT {issue}"] = {"iid": 5, "assignees": []}
    project.get_issue(5).assign("bob")
    assert forge.body == {"assignee_ids": [1, 3]}
    project.get_issue(5).unassign("Alice", "carol")
    assert forge.body == {"assignee_ids": []}
    count = len(forge.asked)
    project.get_issue(5).unassign("carol")
    assert forge.sent[count:] == [f"GET {issue}"]


def test_labels_and_milestone_as_gitlab_reads_them(project: GitLabRepository, forge: Forge) -> None:
    """Labels are separated by commas, no milestone is number 0, and all fields go in one request."""
    forge.answers[f"PUT {PROJECT}/issues/5"] = {"iid": 5, "labels": []}
    issue = project.get_issue(5)
    issue.edit(labels={"b", "a"}, milestone=None, due_date=None, weight=3, confidential=True)
    assert forge.body == {"labels": "a,b", "milestone_id": 0, "due_date": None, "weight": 3, "confidential": True}
    issue.labels = set()
    assert forge.body == {"labels": ""}
    issue.remove_labels("x", "y")
    assert forge.body == {"remove_labels": "x,y"}
    assert len(forge.asked) == 3


@pytest.mark.parametrize(
    ("time", "duration"),
    [(timedelta(days=1, minutes=5), "24h5m0s"), (timedelta(seconds=-90), "-0h1m30s"), (timedelta(hours=2), "2h0m0s")],
)
def test_booking_time(project: GitLabRepository, forge: Forge, time: timedelta, duration: str) -> None:
    """Time is booked in hours, because a day of GitLab's has eight of them."""
    forge.answers[f"POST {PROJECT}/issues/5/add_spent_time"] = (201, {"time_estimate": 0, "total_time_spent": 90})
    issue = project.get_issue(5)
    issue.add_to_total_time_spent(time)
    assert forge.body == {"duration": duration}
    assert issue.total_time_spent == timedelta(seconds=90)
    with pytest.raises(ValidationError, match="no time"):
        issue.add_to_total_time_spent(timedelta())


def test_subscribing_twice(project: GitLabRepository, forge: Forge) -> None:
    """GitLab's 304 for what is so already is no error and no answer."""
    forge.answers[f"POST {PROJECT}/issues/5/subscribe"] = Turns([(201, {"iid": 5, "title": "T"}), (304, "")])
    issue = project.get_issue(5)
    issue.subscribe()
    issue.subscribe()
    assert issue.title == "T"


def test_an_emoji_twice(project: GitLabRepository, forge: Forge) -> None:
    """GitLab refuses the second one as not found; igitt gives the first, by its neutral name."""
    path = f"{PROJECT}/issues/5/award_emoji"
    forge.answers["GET user"] = {"id": 1, "username": "me"}
    forge.answers[f"POST {path}"] = (404, {"message": "404 Award Emoji Name has already been taken Not Found"})
    forge.answers[f"GET {path}"] = [
        {"id": number, "name": "thumbsup", "user": {"id": number, "username": name}}
        for number, name in ((1, "me"), (2, "you"))
    ]
    reaction = project.get_issue(5).add_reaction("+1")
    assert (reaction.identifier, reaction.name) == (1, "+1")
    assert ("POST " + path, {}, {"name": "thumbsup"}) in forge.asked
    assert reaction.url.endswith("issues/5/award_emoji/1")


def test_an_issue_that_is_not_there_is_told_so(project: GitLabRepository) -> None:
    """Only the refusal of a second emoji is looked up, not every 404."""
    with pytest.raises(ElementDoesntExistError):
        project.get_issue(5).add_reaction("heart")


# --- comments --------------------------------------------------------------------------------------------------------


def test_the_forges_own_notes_are_no_comments(project: GitLabRepository, forge: Forge) -> None:
    """System notes are left out, and a comment on a diff is a review's."""
    forge.answers[f"GET {PROJECT}/merge_requests/5/notes"] = [
        {"id": 1, "body": "changed the title", "system": True, "noteable_type": "MergeRequest", "type": None},
        {"id": 2, "body": "Nice", "system": False, "noteable_type": "MergeRequest", "type": None},
        {"id": 3, "body": "Why?", "noteable_type": "MergeRequest", "type": "DiffNote"},
    ]
    found = [(note.number, note.type) for note in project.get_mr(5).comments]
    assert found == [(2, CommentType.MERGE_REQUEST), (3, CommentType.REVIEW)]


def test_a_comment_of_quick_actions_alone(project: GitLabRepository, forge: Forge) -> None:
    """GitLab carries them out and keeps no comment, which is told."""
    answer = {"commands_changes": {"state_event": "close"}, "summary": ["Closed this issue."]}
    forge.answers[f"POST {PROJECT}/issues/5/notes"] = (202, answer)
    with pytest.raises(ValidationError, match="quick actions"):
        project.get_issue(5).add_comment("/close")


def test_replying_in_a_thread(project: GitLabRepository, forge: Forge) -> None:
    """A note on a diff is answered in its thread, which is found; another one below the issue."""
    mr = f"{PROJECT}/merge_requests/5"
    forge.answers[f"GET {mr}/notes/3"] = {"id": 3, "type": "DiffNote", "noteable_type": "MergeRequest"}
    forge.answers[f"GET {mr}/discussions"] = [{"id": "aa", "notes": [{"id": 1}]}, {"id": "bb", "notes": [{"id": 3}]}]
    forge.answers[f"POST {mr}/discussions/bb/notes"] = (201, {"id": 4, "body": "Because"})
    answer = project.get_mr(5).get_comment(3).reply("Because")
    assert (answer.number, answer.url.rpartition("/merge_requests/")[2]) == (4, "5/notes/4")
    forge.answers[f"GET {mr}/notes/9"] = {"id": 9, "type": None, "noteable_type": "MergeRequest"}
    forge.answers[f"POST {mr}/notes"] = (201, {"id": 10, "body": "Yes"})
    assert project.get_mr(5).get_comment(9).reply("Yes").number == 10


def test_a_comment_on_a_commit_finds_its_number(project: GitLabRepository, forge: Forge) -> None:
    """GitLab lists it without one; the threads know it, and there it is changed."""
    commit = f"{PROJECT}/repository/commits/{'a' * 40}"
    author = {"id": 1, "username": "me"}
    listed = {"note": "Hm", "author": author, "created_at": "2026-01-02T03:04:05.678Z", "path": None}
    note = {
        "id": 8,
        "body": "Hm",
        "author": author,
        "created_at": "2026-01-02T03:04:05.000Z",
        "noteable_type": "Commit",
    }
    forge.answers[f"GET {commit}/comments"] = [listed]
    forge.answers[f"GET {commit}/discussions"] = [
        {"id": "aa", "notes": [{**note, "id": 7, "body": "?"}]},
        {"id": "bb", "notes": [note]},
    ]
    forge.answers[f"PUT {commit}/discussions/bb/notes/8"] = {**note, "body": "Ha"}
    (comment,) = project.get_commit("a" * 40).comments
    assert (comment.type, comment.body, len(forge.asked)) == (CommentType.COMMIT, "Hm", 1)
    assert comment.number == 8
    comment.body = "Ha"
    assert comment.body == "Ha"
    with pytest.raises(UnsupportedOperationError, match="gitlab"):
        comment.add_reaction("heart")


def test_a_comment_needs_what_it_is_on(gitlab: GitLab) -> None:
    """A project is not enough to find a comment of GitLab's."""
    with pytest.raises(ValidationError, match="what it is on"):
        GitLabComment(gitlab, "group/project", 5)


def test_a_note_that_tells_what_it_is_on(gitlab: GitLab, project: GitLabRepository) -> None:
    """A note out of a webhook finds its issue, merge request or commit by itself."""
    note = {"id": 1, "noteable_type": "MergeRequest", "noteable_iid": 5, "project_id": 42}
    assert gitlab.Comment.from_data(note, gitlab).path == "projects/42/merge_requests/5/notes/1"
    issue = {"id": 1, "noteable_type": "Issue", "noteable_iid": 5}
    assert gitlab.Comment.from_data(issue, gitlab, project).path == f"{PROJECT}/issues/5/notes/1"
    commit = {"id": 1, "noteable_type": "Commit", "noteable_id": "abc1234", "discussion_id": "dd", "project_id": 42}
    assert (
        gitlab.Comment.from_data(commit, gitlab).path == "projects/42/repository/commits/abc1234/discussions/dd/notes/1"
    )
    snippet = {"id": 1, "noteable_type": "Snippet", "noteable_id": 6, "project_id": 42}
    assert gitlab.Comment.from_data(snippet, gitlab).path == "projects/42/snippets/6/notes/1"
    assert gitlab.Comment.from_data(snippet, gitlab).type is CommentType.SNIPPET


# --- merge requests --------------------------------------------------------------------------------------------------


def mr_path(forge: Forge, **data: Any) -> str:
    """Lay out merge request 5, and return its path."""
    path = f"{PROJECT}/merge_requests/5"
    forge.answers[f"GET {path}"] = {"iid": 5, "state": "opened", **data}
    return path


def test_mergeable_is_asked_again(project: GitLabRepository, forge: Forge) -> None:
    """While GitLab is checking, igitt asks again; what it never makes up its mind about stays None."""
    path = mr_path(forge)
    states = ["unchecked", "checking", "mergeable"]
    forge.answers[f"GET {path}"] = Turns(
        {"iid": 5, "state": "opened", "detailed_merge_status": state} for state in states
    )
    assert project.get_mr(5).mergeable is True
    assert len(forge.asked) == 3
    mr_path(forge, detailed_merge_status="approvals_syncing")
    assert project.get_mr(5).mergeable is None
    mr_path(forge, detailed_merge_status="a_new_word")
    assert project.get_mr(5).mergeable is False
    mr_path(forge, merge_status="can_be_merged")
    assert project.get_mr(5).mergeable is True


@pytest.mark.parametrize(
    ("status", "message", "kind", "words"),
    [
        (401, "401 Unauthorized", PermissionDeniedError, "may not merge"),
        (405, "405 Method Not Allowed", ConflictError, "cannot be merged now"),
        (406, "Branch cannot be merged", ConflictError, "cannot be merged now"),
        (422, "Branch cannot be merged", ConflictError, "Branch cannot be merged"),
        (409, "SHA does not match HEAD of source branch: abc", ConflictError, "SHA does not match"),
    ],
)
def test_refusals_to_merge(
    project: GitLabRepository, forge: Forge, status: int, message: str, kind: type[IGittError], words: str
) -> None:
    """Each refusal is told as what it means for the merge, with GitLab's own status kept."""
    forge.answers[f"PUT {mr_path(forge)}/merge"] = (status, {"message": message})
    with pytest.raises(kind, match=words) as caught:
        project.get_mr(5).merge(sha="abc")
    assert type(caught.value) is kind
    assert caught.value.status == status


def test_a_refused_token_stays_one(make: Callable[..., GitLab], forge: Forge) -> None:
    """Without a token, or with an expired one, 401 is about the token and not about the merge."""
    forge.answers[f"PUT {mr_path(forge)}/merge"] = (401, {"message": "401 Unauthorized"})
    with pytest.raises(AuthenticationError):
        make(None).get_repo("group/sub/project").get_mr(5).merge()
    forge.answers[f"PUT {mr_path(forge)}/merge"] = (
        401,
        {"error": "invalid_token", "error_description": "Token is expired."},
    )
    with pytest.raises(AuthenticationError, match="expired"):
        make().get_repo("group/sub/project").get_mr(5).merge()


def test_merging_says_what_is_wanted(project: GitLabRepository, forge: Forge) -> None:
    """Squashing has a message of its own, and what is not said is left to the project."""
    path = mr_path(forge)
    forge.answers[f"PUT {path}/merge"] = {
        "iid": 5,
        "state": "merged",
        "merge_commit_sha": None,
        "squash_commit_sha": "5" * 40,
    }
    mr = project.get_mr(5)
    mr.merge("All of it", method="squash", remove_source_branch=True)
    assert forge.body == {"squash": True, "squash_commit_message": "All of it", "should_remove_source_branch": True}
    assert (mr.state, mr.merge_commit_sha) == (MergeRequestStates.MERGED, "5" * 40)
    mr.merge("Merge", "abc")
    assert forge.body == {"squash": False, "merge_commit_message": "Merge", "sha": "abc"}


def test_base_and_head_are_the_merge_requests_own(project: GitLabRepository, forge: Forge) -> None:
    """The base is what GitLab compares with, waited for; the head is in the project of its branch, a fork."""
    known = {"iid": 5, "state": "opened", "sha": "b" * 40, "source_project_id": 99, "target_project_id": 42}
    path = f"{PROJECT}/merge_requests/5"
    forge.answers[f"GET {path}"] = Turns([{**known, "diff_refs": None}, {**known, "diff_refs": {"base_sha": "a" * 40}}])
    mr = project.get_mr(5)
    assert (mr.base.sha, mr.base.repository) == ("a" * 40, project)
    assert mr.head.url.endswith(f"projects/99/repository/commits/{'b' * 40}")
    assert len(forge.asked) == 2
    forge.answers[f"GET {path}"] = {**known, "diff_refs": None}
    with pytest.raises(InvalidResponseError, match="not compared"):
        _ = project.get_mr(5).base


def test_a_deleted_fork(project: GitLabRepository, forge: Forge) -> None:
    """Without the fork there is no source, and the head is looked for in the target."""
    mr_path(forge, source_project_id=None, target_project_id=42, sha="b" * 40)
    mr = project.get_mr(5)
    assert mr.source_repository is None
    assert mr.head.repository == project


def test_commits_come_oldest_first(project: GitLabRepository, forge: Forge) -> None:
    """GitLab gives the newest first; igitt turns them round, and asks once for list() of them."""
    path = mr_path(forge)
    forge.answers[f"GET {path}/commits"] = [{"id": sha * 40} for sha in "cba"]
    commits = project.get_mr(5).commits
    assert forge.asked == []
    assert [commit.sha[0] for commit in list(commits)] == ["a", "b", "c"]
    assert len(forge.asked) == 1
    assert (commits[0].sha[0], commits[-1].sha[0], len(commits)) == ("a", "c", 3)


@pytest.mark.parametrize("title", ["Draft: Oil", "draft: Oil", "[Draft] Oil", "(Draft) Oil", "Draft: [draft] Oil"])
def test_a_draft_is_made_by_its_title(project: GitLabRepository, forge: Forge, title: str) -> None:
    """Whatever GitLab takes for a draft's title goes away when it is ready, and comes back once."""
    path = mr_path(forge, title=title, draft=True)
    forge.answers[f"PUT {path}"] = {"iid": 5, "title": "Oil", "draft": False}
    mr = project.get_mr(5)
    mr.mark_ready()
    assert forge.body == {"title": "Oil"}
    mr.convert_to_draft()
    assert forge.body == {"title": "Draft: Oil"}


def test_a_merge_request_from_a_fork(gitlab: GitLab, forge: Forge) -> None:
    """It is sent to the fork, and names the target by number."""
    target = gitlab.Repository.from_data({"id": 42, "path_with_namespace": "group/project"}, gitlab)
    fork = gitlab.Repository.from_data({"id": 99, "path_with_namespace": "me/project"}, gitlab)
    forge.answers["POST projects/me%2Fproject/merge_requests"] = (201, {"iid": 5})
    mr = target.create_merge_request(
        "Oil", "main", "oil", "text", draft=True, source_repository=fork, labels=["b", "a"]
    )
    assert forge.body == {
        "title": "Draft: Oil", "source_branch": "oil", "target_branch": "main", "description": "text", "target_project_id": 42,
        "labels": "a,b",
    }  # fmt: skip
    assert mr.url.endswith("projects/group%2Fproject/merge_requests/5")


def test_what_only_issues_have(project: GitLabRepository) -> None:
    """Due date, weight and confidentiality are an issue's, and a merge request says so."""
    mr, issue = project.get_mr(5), project.get_issue(5)
    for name in ("due_date", "weight", "confidential"):
        assert issue.supports(name)
        assert not mr.supports(name)
        with pytest.raises(UnsupportedOperationError, match="gitlab"):
            getattr(mr, name)


def test_old_names_of_fields(project: GitLabRepository, gitlab: GitLab) -> None:
    """What older releases call otherwise is read without asking."""
    data = {"iid": 5, "work_in_progress": True, "merged_by": {"id": 1, "username": "bob"}}
    mr = gitlab.MergeRequest.from_data(data, gitlab, project)
    assert mr.is_draft is True
    assert mr.merged_by == gitlab.get_user("bob")


# --- commits ---------------------------------------------------------------------------------------------------------


def test_a_state_twice_is_no_error(project: GitLabRepository, forge: Forge) -> None:
    """GitLab refuses to repeat a state, which is no error; going back from running is one."""
    refusal = 'Cannot transition status via :enqueue from :{} (Reason(s): Status cannot transition via "enqueue")'
    path = f"POST {PROJECT}/statuses/abc"
    forge.answers[path] = (400, {"message": refusal.format("pending")})
    commit = project.get_commit("abc")
    commit.set_status(CommitStatus(Status.PENDING, "x" * 300, "ci"))
    assert (forge.body["state"], forge.body["name"], len(forge.body["description"])) == ("pending", "ci", 255)
    forge.answers[path] = (400, {"message": refusal.format("running")})
    with pytest.raises(ValidationError, match="from :running"):
        commit.set_status(CommitStatus(Status.PENDING))
    forge.answers[path] = (400, {"message": "name is too long"})
    with pytest.raises(ValidationError, match="too long"):
        commit.set_status(CommitStatus(Status.SUCCESS))


@pytest.mark.parametrize(
    ("neutral", "theirs"),
    [(Status.ERROR, "failed"), (Status.CANCELED, "canceled"), (Status.RUNNING, "running"), (Status.CREATED, "pending")],
)
def test_statuses_in_gitlabs_words(project: GitLabRepository, forge: Forge, neutral: Status, theirs: str) -> None:
    """What GitLab lacks goes to its nearest."""
    forge.answers[f"POST {PROJECT}/statuses/abc"] = (201, {})
    project.get_commit("abc").set_status(CommitStatus(neutral))
    assert forge.body["state"] == theirs


def test_the_newest_status_of_each_name(project: GitLabRepository, forge: Forge) -> None:
    """A name counts once, on however many branches; a job that may fail does not stop the commit."""
    forge.answers[f"GET {PROJECT}/repository/commits/abc/statuses"] = [
        {"id": 1, "name": "build", "status": "failed", "ref": "a"},
        {"id": 3, "name": "build", "status": "success", "ref": "b"},
        {"id": 2, "name": "lint", "status": "failed", "allow_failure": True, "target_url": "/relative"},
    ]
    commit = project.get_commit("abc")
    assert list(commit.get_statuses()) == [
        CommitStatus(Status.SUCCESS, context="build"),
        CommitStatus(Status.FAILED, context="lint"),
    ]
    assert commit.combined_status is Status.SUCCESS


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("scheduled", Status.PENDING),
        ("canceling", Status.CANCELED),
        ("manual", Status.MANUAL),
        ("new-word", Status.UNKNOWN),
    ],
)
def test_gitlabs_words_for_statuses(project: GitLabRepository, forge: Forge, word: str, status: Status) -> None:
    """Every word has a neutral one, unknown ones too."""
    forge.answers[f"GET {PROJECT}/repository/commits/abc/statuses"] = [{"id": 1, "name": "x", "status": word}]
    assert [found.status for found in project.get_commit("abc").get_statuses()] == [status]


def test_the_author_of_a_commit(project: GitLabRepository, forge: Forge) -> None:
    """The account is found by the mail address, or there is none."""
    forge.answers[f"GET {PROJECT}/repository/commits/abc"] = {
        "id": "a" * 40,
        "author_email": "b@example.com",
        "committer_email": "",
    }
    forge.answers["GET users"] = [{"id": 3, "username": "bob"}]
    commit = project.get_commit("abc")
    assert commit.author is not None
    assert commit.author.username == "bob"
    assert forge.asked[-1] == ("GET users", {"search": "b@example.com"}, None)
    assert commit.committer is None


DIFF = [
    {"old_path": "a.txt", "new_path": "a.txt", "diff": "@@ -1,2 +1,2 @@\n-old\n+new\n same\n", "a_mode": "100644"},
    {"old_path": "b.txt", "new_path": "c.txt", "diff": "", "renamed_file": True},
    {"old_path": "d.txt", "new_path": "d.txt", "diff": "@@ -0,0 +1 @@\n+first\n", "new_file": True, "b_mode": "100644"},
    {"old_path": "e.bin", "new_path": "e.bin", "diff": "Binary files a/e.bin and b/e.bin differ\n"},
    {"old_path": "f.txt", "new_path": "f.txt", "diff": "", "too_large": True},
]


def test_files_and_the_diff_of_a_commit(project: GitLabRepository, forge: Forge) -> None:
    """Lines are counted, kinds told, and the parts put together; what GitLab left out has no counts."""
    forge.answers[f"GET {PROJECT}/repository/commits/abc/diff"] = DIFF
    commit = project.get_commit("abc")
    files = list(commit.files)
    assert [(file.path, file.status, file.additions, file.deletions) for file in files] == [
        ("a.txt", "modified", 1, 1), ("c.txt", "renamed", 0, 0), ("d.txt", "added", 1, 0), ("e.bin", "modified", 0, 0),
        ("f.txt", "modified", None, None),
    ]  # fmt: skip
    assert [file.patch is None for file in files] == [False, True, False, True, True]
    assert commit.unified_diff.startswith(
        "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n-old\n+new\n same\n"
    )
    assert "rename from b.txt\nrename to c.txt\n" in commit.unified_diff
    assert "new file mode 100644\n--- /dev/null\n+++ b/d.txt\n" in commit.unified_diff


def test_diffstat_of_very_large_files(project: GitLabRepository, forge: Forge) -> None:
    """Where GitLab leaves a file out, the raw diff is counted instead."""
    path = mr_path(forge)
    forge.answers[f"GET {path}/diffs"] = DIFF[:3]
    assert project.get_mr(5).diffstat == (2, 1)
    forge.answers[f"GET {path}/diffs"] = DIFF
    forge.answers[f"GET {path}/raw_diffs"] = (
        "diff --git a/f.txt b/f.txt\n--- a/f.txt\n+++ b/f.txt\n@@ -1 +1,2 @@\n-x\n+y\n+z\n"
    )
    assert project.get_mr(5).diffstat == (2, 1)


def test_commenting_on_lines(project: GitLabRepository, forge: Forge) -> None:
    """An added line carries the comment, anything else is named in the text."""
    path = f"{PROJECT}/repository/commits/abc"
    forge.answers[f"GET {path}/diff"] = DIFF
    forge.answers[f"POST {path}/comments"] = (201, {"note": "x"})
    commit = project.get_commit("abc")
    commit.comment("x", "a.txt", 1)
    assert forge.body == {"note": "x", "path": "a.txt", "line": 1, "line_type": "new"}
    commit.comment("x", "a.txt")
    assert forge.body["line"] == 1
    commit.comment("x", "a.txt", 2)
    assert forge.body == {"note": "`a.txt`, line 2:\n\nx"}
    commit.comment("x", "f.txt")
    assert forge.body == {"note": "`f.txt`:\n\nx"}


def test_commenting_on_a_merge_requests_diff(project: GitLabRepository, forge: Forge) -> None:
    """The place is told by the three hashes of the merge request, and by both numbers of a line that did not change."""
    refs = {"base_sha": "1", "start_sha": "2", "head_sha": "3"}
    path = mr_path(forge, diff_refs=refs)
    forge.answers[f"GET {path}/diffs"] = DIFF
    forge.answers[f"POST {path}/discussions"] = (
        201,
        {"id": "dd", "notes": [{"id": 6, "type": "DiffNote", "body": "x"}]},
    )
    comment = project.get_commit("abc").comment("x", "a.txt", 2, mr_number=5)
    place = {**refs, "position_type": "text", "old_path": "a.txt", "new_path": "a.txt", "new_line": 2, "old_line": 2}
    assert forge.body == {"body": "x", "position": place}
    assert (comment.number, comment.type) == (6, CommentType.REVIEW)
    forge.answers[f"POST {path}/discussions/dd/notes"] = (201, {"id": 7, "body": "y"})
    assert comment.reply("y").number == 7
    project.get_commit("abc").comment("x", "a.txt", 1, mr_number=5)
    assert "old_line" not in forge.body["position"]
    forge.answers[f"POST {path}/notes"] = (201, {"id": 8, "body": "x"})
    project.get_commit("abc").comment("x", "a.txt", 70, mr_number=5)
    assert forge.body == {"body": "`a.txt`, line 70:\n\nx"}


# --- labels, milestones, hooks ---------------------------------------------------------------------------------------


def test_labels_of_a_group(gitlab: GitLab, forge: Forge) -> None:
    """A group has labels too, and a new name has a key of its own."""
    label = GitLabLabel(gitlab, gitlab.get_organization("acme/tools"), "type::bug")
    assert label.path == "groups/acme%2Ftools/labels/type%3A%3Abug"
    forge.answers[f"PUT {label.path}"] = {"id": 1, "name": "bug", "color": "#FF0000"}
    label.name = "bug"
    assert forge.body == {"new_name": "bug"}
    assert (label.path, label.color) == ("groups/acme%2Ftools/labels/bug", "#ff0000")


def test_a_milestone_by_number(project: GitLabRepository, forge: Forge) -> None:
    """GitLab's paths want the id, so the number is looked up."""
    forge.answers[f"GET {PROJECT}/milestones"] = [{"id": 70, "iid": 2, "title": "1.0", "state": "active"}]
    milestone = project.get_milestone(2)
    assert forge.asked[0][1]["iids[]"] == "2"
    assert (milestone.path, milestone.state) == (f"{PROJECT}/milestones/70", MilestoneStates.OPEN)
    assert milestone == GitLabMilestone(project.client, project, 70)
    forge.answers[f"PUT {PROJECT}/milestones/70"] = {"id": 70, "iid": 2, "state": "closed"}
    milestone.reopen()
    assert forge.body == {"state_event": "activate"}
    forge.answers[f"GET {PROJECT}/milestones"] = []
    with pytest.raises(ElementDoesntExistError, match="no milestone 3"):
        project.get_milestone(3)


def test_an_issue_planned_for_a_groups_milestone(gitlab: GitLab, project: GitLabRepository) -> None:
    """Such a milestone belongs to the group, and lies there."""
    data = {"iid": 5, "milestone": {"id": 70, "iid": 2, "group_id": 9, "title": "1.0"}}
    milestone = gitlab.Issue.from_data(data, gitlab, project).milestone
    assert milestone is not None
    assert milestone.path == "groups/9/milestones/70"  # type: ignore[attr-defined]
    assert milestone.project.kind == "organization"


def test_a_hook_says_all_that_it_wants(project: GitLabRepository, forge: Forge) -> None:
    """What is not asked for is turned off, pushes too, and TLS is checked."""
    forge.answers[f"GET {PROJECT}/hooks"] = []
    forge.answers[f"POST {PROJECT}/hooks"] = (201, {"id": 1, "url": "https://bot.example.com", "push_events": False})
    project.register_hook("https://bot.example.com", "s3cret", {WebhookEvents.ISSUE})
    body = forge.body
    assert {key for key, value in body.items() if value is True} == {
        "issues_events", "confidential_issues_events", "enable_ssl_verification",
    }  # fmt: skip
    assert (body["push_events"], body["token"]) == (False, "s3cret")
    assert "member_events" not in body


def test_an_existing_hook_is_brought_up_to_date(project: GitLabRepository, forge: Forge) -> None:
    """The same address is not registered twice."""
    forge.answers[f"GET {PROJECT}/hooks"] = [{"id": 4, "url": "https://bot.example.com"}]
    forge.answers[f"PUT {PROJECT}/hooks/4"] = {"id": 4, "url": "https://bot.example.com", "push_events": True}
    hook = project.register_hook("https://bot.example.com")
    assert hook.events == {WebhookEvents.PUSH}
    assert forge.sent == [f"GET {PROJECT}/hooks", f"PUT {PROJECT}/hooks/4"]


def test_what_gitlab_does_not_report(gitlab: GitLab, project: GitLabRepository, forge: Forge) -> None:
    """Labels are reported to nobody, members only to groups; both is said before anything is sent."""
    with pytest.raises(ValidationError, match="label to no hook"):
        project.register_hook("https://bot.example.com", events={WebhookEvents.LABEL})
    with pytest.raises(ValidationError, match="only to the hooks of a group"):
        project.register_hook("https://bot.example.com", events={WebhookEvents.MEMBER})
    assert forge.asked == []
    forge.answers["PUT groups/acme/hooks/4"] = {
        "id": 4,
        "url": "https://x",
        "push_events": False,
        "member_events": True,
    }
    hook = gitlab.Hook.from_data({"id": 4, "url": "https://x"}, gitlab, gitlab.get_organization("acme"))
    hook.events = {WebhookEvents.MEMBER}
    assert (hook.events, forge.body["url"]) == ({WebhookEvents.MEMBER}, "https://x")


def test_a_hook_that_gitlab_paused(gitlab: GitLab, project: GitLabRepository) -> None:
    """GitLab pauses a failing hook by itself; nobody else can."""
    data = {"id": 4, "url": "https://x", "alert_status": "temporarily_disabled"}
    hook = gitlab.Hook.from_data(data, gitlab, project)
    assert hook.is_active is False
    with pytest.raises(UnsupportedOperationError, match="GitLab pauses"):
        hook.edit(is_active=True)
    with pytest.raises(ValidationError, match="no field colour"):
        hook.edit(colour="red")  # type: ignore[call-arg]


# --- the instance ----------------------------------------------------------------------------------------------------


def test_rate_limits_come_with_answers(gitlab: GitLab, forge: Forge) -> None:
    """GitLab tells them with every answer, so one is asked for when none came yet; without limits there are none."""
    forge.answers["GET version"] = {"version": "18.6.1-ee", "revision": "abc"}
    assert gitlab.rate_limit == {}
    forge.headers = {
        "RateLimit-Limit": "2000",
        "RateLimit-Remaining": "1999",
        "RateLimit-Name": "throttle_authenticated_api",
    }
    assert gitlab.rate_limit["throttle_authenticated_api"].remaining == 1999
    assert gitlab.version == "18.6.1-ee"


def test_one_version_of_the_api(make: Callable[..., GitLab]) -> None:
    """GitLab has no dated versions, and says so."""
    with pytest.raises(ValidationError, match="one version"):
        make(api_version="2022-11-28")


def test_clone_url_with_a_job_token(make: Callable[..., GitLab]) -> None:
    """A job's token has a user name of its own."""
    data = {"id": 1, "http_url_to_repo": "https://gitlab.example.com/a/b.git"}
    for token, name in ((GitLabJobToken("job"), "gitlab-ci-token"), ("glpat-x", "oauth2")):
        client = make(token)
        repository = client.Repository.from_data(data, client)
        value = repository.token.value if repository.token else ""
        assert repository.authenticated_clone_url() == f"https://{name}:{value}@gitlab.example.com/a/b.git"


def test_a_project_of_a_list_that_is_no_fork(gitlab: GitLab, forge: Forge) -> None:
    """GitLab leaves the fork's origin out where there is none, which costs no request to find out."""
    repository = gitlab.Repository.from_data({"id": 1, "path_with_namespace": "a/b", "archived": False}, gitlab)
    assert (repository.is_fork, repository.parent) == (False, None)
    assert forge.asked == []


def test_pickling(gitlab: GitLab, project: GitLabRepository) -> None:
    """Identity and data travel, the credential stays."""
    text = pickle.dumps(project.get_mr(5))
    assert b"glpat-secret" not in text
    again = pickle.loads(text).bind(gitlab)  # noqa: S301 - our own text
    assert again == project.get_mr(5)
