"""What only GitLab does: its addresses, users, groups, hooks and refusals. The rest is in the contract suite."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from support.gitlab_forge import PROJECT, Forge, Turns, client_of

from igitt.auth.token import GitLabJobToken
from igitt.errors import (
    ElementDoesntExistError,
    IGittError,
    UnsupportedOperationError,
    ValidationError,
)
from igitt.gitlab import (
    GitLab,
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
    MilestoneStates,
    WebhookEvents,
)


@pytest.fixture
def forge() -> Forge:
    """A forge that knows nothing yet."""
    return Forge()


@pytest.fixture
def make(forge: Forge) -> Callable[..., GitLab]:
    """A maker of clients of it."""
    return partial(client_of, forge)


@pytest.fixture
def gitlab(make: Callable[..., GitLab]) -> GitLab:
    """A client."""
    return make()


@pytest.fixture
def project(gitlab: GitLab) -> GitLabRepository:
    """A project two groups down, of which only the name is known."""
    return gitlab.get_repo("group/sub/project")


# --- where things are -------------------------------------------------------------------------------------------------


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
    assert GitLabIssue(gitlab, address, 5).api_path == f"{path}/issues/5"
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
    """The answer tells the project by name and by number; it equals one made either way, and nothing is asked."""
    data = {"id": 76, "iid": 5, "project_id": 42, "references": {"full": "group/sub/project#5"}}
    forge.answers["GET issues"] = [data]
    issue = gitlab.search_issues("x").first()
    assert issue is not None
    assert issue.repository == gitlab.get_repo("group/sub/project") == GitLabRepository(gitlab, "Group/Sub/Project")
    assert issue.repository == gitlab.get_repo(42)
    assert issue.url == "https://gitlab.example.com/api/v4/projects/42/issues/5"
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
        _ = gitlab.Issue.from_data({"iid": 1}, gitlab).api_path


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


# --- users and groups -------------------------------------------------------------------------------------------------


def test_a_user_by_name_is_looked_up_once(gitlab: GitLab, forge: Forge) -> None:
    """The search by name tells number, name and picture; the rest is a second request."""
    forge.answers["GET users"] = [{"id": 3, "username": "bob", "name": "Bob", "avatar_url": None}]
    forge.answers["GET users/3"] = {"id": 3, "username": "bob", "name": "Bob", "public_email": "", "bot": False}
    bob = gitlab.get_user("bob")
    assert (bob.identifier, bob.name, bob.avatar_url, bob.api_path) == (3, "Bob", None, "users/3")
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


# --- labels, milestones, hooks ----------------------------------------------------------------------------------------


def test_labels_of_a_group(gitlab: GitLab, forge: Forge) -> None:
    """A group has labels too, and a new name has a key of its own."""
    label = GitLabLabel(gitlab, gitlab.get_organization("acme/tools"), "type::bug")
    assert label.api_path == "groups/acme%2Ftools/labels/type%3A%3Abug"
    forge.answers[f"PUT {label.api_path}"] = {"id": 1, "name": "bug", "color": "#FF0000"}
    label.name = "bug"
    assert forge.body == {"new_name": "bug"}
    assert (label.api_path, label.color) == ("groups/acme%2Ftools/labels/bug", "#ff0000")


def test_a_milestone_by_number(project: GitLabRepository, forge: Forge) -> None:
    """GitLab's paths want the id, so the number is looked up."""
    forge.answers[f"GET {PROJECT}/milestones"] = [{"id": 70, "iid": 2, "title": "1.0", "state": "active"}]
    milestone = project.get_milestone(2)
    assert forge.asked[0][1]["iids[]"] == "2"
    assert (milestone.api_path, milestone.state) == (f"{PROJECT}/milestones/70", MilestoneStates.OPEN)
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
    assert milestone.api_path == "groups/9/milestones/70"  # type: ignore[attr-defined]
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


# --- the instance -----------------------------------------------------------------------------------------------------


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
    data = {"id": 1, "path_with_namespace": "a/b", "http_url_to_repo": "https://elsewhere.example.com/a/b.git"}
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
