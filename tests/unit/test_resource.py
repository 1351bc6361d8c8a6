"""Lazy objects: what they cost, what they equal, what they refuse."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from support.wire import SECRET, WEB, Door, Reply

import igitt
from igitt._objects.fields import Field
from igitt.auth import GitHubToken
from igitt.errors import IGittError, IGittWarning, InvalidResponseError, UnsupportedOperationError, ValidationError
from igitt.github import GitHubIssue, GitHubMergeRequest, GitHubRepository, GitHubUser
from igitt.interfaces import Issue
from igitt.interfaces.convert import text

ISSUE = {
    "id": 9,
    "number": 5,
    "title": "It squeaks",
    "body": None,
    "state": "open",
    "user": {"login": "alice", "id": 1},
    "labels": [{"name": "bug"}],
    "assignees": [],
    "milestone": None,
    "created_at": "2025-03-04T05:06:07Z",
}


def test_one_get_for_all_attributes() -> None:
    """Making an object sends nothing, the first unknown attribute one GET, the rest nothing."""
    door = Door(Reply(200, ISSUE))
    issue = door.github().get_repo("a/b").get_issue(5)
    assert (issue.number, repr(issue), issue.url) == (5, "<GitHubIssue a/b 5>", f"{WEB}/api/v3/repos/a/b/issues/5")
    assert door.asked == []
    author = issue.author
    assert author is not None
    assert (issue.title, issue.description, issue.labels, author.username) == ("It squeaks", "", {"bug"}, "alice")
    assert door.told() == ["GET /repos/a/b/issues/5"]


def test_what_the_forge_does_not_send_is_asked_once() -> None:
    """A datum that is missing from a whole answer is not asked for again and again."""
    door = Door(Reply(200, {"number": 5}))
    issue = door.github().get_repo("a/b").get_issue(5)
    assert (issue.title, issue.title, issue.description) == ("", "", "")
    assert len(door.asked) == 1


def test_data_at_hand_sends_nothing() -> None:
    """An object made of JSON knows what is in it, and asks for what is not."""
    door = Door(Reply(200, {**ISSUE, "closed_at": "2025-03-04T05:06:07Z"}))
    client = door.github()
    issue = GitHubIssue.from_data({key: ISSUE[key] for key in ("number", "title")}, client, "a/b")
    assert issue.title == "It squeaks"
    assert door.asked == []
    assert issue.closed_at is not None
    assert len(door.asked) == 1


def test_all_data() -> None:
    """``data`` is the whole JSON, as the forge sent it; ``refresh`` reads it again."""
    door = Door(Reply(200, ISSUE), Reply(200, {**ISSUE, "title": "New"}))
    issue = door.github(cache=False).get_repo("a/b").get_issue(5)
    assert issue.data == ISSUE
    assert issue.data is issue.data
    assert issue.refresh() is issue
    assert issue.title == "New"


def test_assigning_writes_at_once() -> None:
    """An assignment is one PATCH, and the object shows what the forge answered."""
    door = Door(Reply(200, {**ISSUE, "title": "as the forge likes it"}))
    issue = door.github().get_repo("a/b").get_issue(5)
    issue.title = "new"
    assert door.told() == ["PATCH /repos/a/b/issues/5"]
    assert door.asked[0].body == b'{"title":"new"}'
    assert issue.title == "as the forge likes it"


def test_a_write_that_fails_changes_nothing() -> None:
    """After a refused write the object shows what it showed before."""
    door = Door(Reply(422, {"message": "Validation Failed"}))
    issue = GitHubIssue.from_data(ISSUE, door.github(), "a/b")
    with pytest.raises(ValidationError):
        issue.title = "new"
    assert issue.title == "It squeaks"


def test_an_edit_is_one_request() -> None:
    """Several fields are one PATCH, under the forge's names; no field is no request."""
    door = Door(Reply(200, ISSUE))
    issue = GitHubIssue.from_data(ISSUE, door.github(), "a/b")
    issue.edit(title="x", description="y", labels={"b", "a"})
    assert door.asked[0].body == b'{"title":"x","body":"y","labels":["a","b"]}'
    issue.edit()
    assert len(door.asked) == 1


@pytest.mark.parametrize("field", ["titel", "number", "client", "close", "_data"])
def test_an_unknown_field(field: str) -> None:
    """What is no field that can be edited is refused with those that can; nothing is sent."""
    issue: Any = GitHubIssue.from_data(ISSUE, Door().github(), "a/b")
    with pytest.raises(ValidationError, match="title"):
        issue.edit(**{field: "x"})


def test_what_cannot_be_assigned() -> None:
    """A read-only attribute, a misspelled one and an unsupported one are refused, and nothing is sent."""
    issue: Any = GitHubIssue.from_data(ISSUE, Door().github(), "a/b")
    for name in ("number", "titel", "author", "url", "created"):
        with pytest.raises(AttributeError):
            setattr(issue, name, 1)
    with pytest.raises(UnsupportedOperationError, match="have no weight"):
        issue.weight = 5


def test_unsupported() -> None:
    """What a forge cannot do says which forge, what and why; ``supports`` asks first."""
    issue = GitHubIssue.from_data(ISSUE, Door().github(), "a/b")
    with pytest.raises(UnsupportedOperationError, match=r"github does not support issue weight: .+") as caught:
        _ = issue.weight
    assert isinstance(caught.value, NotImplementedError)
    with pytest.raises(UnsupportedOperationError, match="delete"):
        issue.delete()
    assert [issue.supports(name) for name in ("title", "close", "weight", "delete")] == [True, True, False, False]
    with pytest.raises(ValidationError, match="nothing called 'nonsense'"):
        issue.supports("nonsense")


# --- identity --------------------------------------------------------------------------------------------------------


def test_equality() -> None:
    """Two objects are equal when they are the same thing on the same instance, whoever made them."""
    client = Door().github()
    other = igitt.GitHub("ghp_other", WEB)
    elsewhere = igitt.GitHub(SECRET, "https://other.example.com")
    issue = GitHubIssue(client, "a/b", 5)
    same = [GitHubIssue(client, "a/b", 5), GitHubIssue(client, "A/B", "5"), GitHubIssue(other, "a/b", 5)]
    different = [
        GitHubIssue(client, "a/b", 6),
        GitHubIssue(client, "a/c", 5),
        GitHubIssue(elsewhere, "a/b", 5),
        GitHubMergeRequest(client, "a/b", 5),
        GitHubRepository(client, "a/b"),
        None,
    ]
    assert all(issue == found and hash(issue) == hash(found) for found in same)
    assert not any(issue == found for found in different)
    assert len({issue, *same, *different[:4]}) == 5
    for name in (5, "5"):
        with pytest.warns(IGittWarning, match=r"an issue is never equal to .*; compare its .number"):
            assert issue != name


def test_issues_of_two_repositories_out_of_one_search() -> None:
    """What comes without its repository is told apart by what its data says of it."""
    client = Door().github()
    one, two, again = (
        GitHubIssue.from_data({"number": 5, "repository_url": f"{WEB}/api/v3/repos/a/{name}"}, client)
        for name in ("b", "c", "b")
    )
    assert one == again
    assert one != two
    assert one == GitHubIssue(client, "a/b", 5)


def test_users_by_name() -> None:
    """Users need nothing to belong to; names are the same in any case."""
    client = Door().github()
    assert GitHubUser(client, "Alice") == GitHubUser(client, "alice")
    assert len({GitHubUser(client, "Alice"), GitHubUser(client, "alice"), GitHubUser(client, "bob")}) == 2


def test_what_does_not_tell_where_it_belongs() -> None:
    """Comparing never fails; asking for the path of such a thing says what to do."""
    client = Door().github()
    lost, found = GitHubIssue.from_data({"number": 5}, client), GitHubIssue(client, "a/b", 5)
    assert lost != found
    assert lost != GitHubIssue.from_data({"number": 5}, client)
    with pytest.raises(IGittError, match="repository"):
        _ = lost.api_path


def test_no_secret_in_a_repr() -> None:
    """Neither an object nor a list of them shows the credential."""
    client = Door().github()
    shown = [
        client.get_repo("a/b"),
        client.get_repo("a/b").get_issue(5),
        client.get_repo("a/b").issues,
        client.user,
        client,
    ]
    assert SECRET not in repr(shown)


# --- being made ------------------------------------------------------------------------------------------------------


def test_igitts_way() -> None:
    """An object may be made with a token, which means the public instance; one token has one client."""
    token = GitHubToken("ghp_x")
    one, two = GitHubIssue(token, "a/b", 5), GitHubIssue(token, "a/b", 6)
    assert one.url == "https://api.github.com/repos/a/b/issues/5"
    assert one.client is two.client


@pytest.mark.parametrize("client", [5, object(), igitt.Cache])
def test_made_with_something_else(client: Any) -> None:
    """What is neither a client nor a token is refused."""
    with pytest.raises(ValidationError, match="client or a token"):
        GitHubIssue(client, "a/b", 5)


@pytest.mark.parametrize("number", [-1, 1.5, "x", None, True, "1/../2", ""])
def test_no_number(number: Any) -> None:
    """What is no number is refused before anything is sent."""
    with pytest.raises(ValidationError, match="issue"):
        GitHubIssue(Door().github(), "a/b", number)


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_data_of_another_type(data: Any) -> None:
    """What is no JSON object makes no thing."""
    with pytest.raises(InvalidResponseError, match="made of a JSON object"):
        GitHubIssue.from_data(data, Door().github())


@pytest.mark.parametrize(
    "data",
    [
        {"number": "x"},
        {"number": None},
        {"created_at": "never"},
        {"created_at": []},
        {"labels": 5},
        {"labels": [None, 5]},
        {"user": "alice"},
        {"user": []},
        {"assignees": {}},
        {"assignees": [5]},
        {"milestone": 5},
        {"state": 5},
        {"title": 5},
    ],
    ids=str,
)
def test_attributes_of_another_type(data: dict[str, Any]) -> None:
    """Whatever the forge sends in an attribute's place gives a value or one of our errors."""
    door = Door(Reply(200, {**ISSUE, **data}))
    issue: Any = door.github().get_repo("a/b").get_issue(5).refresh()
    for name in ("labels", "author", "milestone", "state", "title"):
        getattr(issue, name)
    for name in ("number", "created", "assignees"):
        with suppress(IGittError):
            getattr(issue, name)


def test_a_provider_that_misses_something() -> None:
    """A provider's class that does not give what its interface promises cannot be defined."""
    with pytest.raises(TypeError, match="title"):

        class Half(GitHubIssue):
            hoster = "half"
            title = Issue.title


def test_a_descriptor_on_its_class() -> None:
    """Looked up on the class, an attribute is its descriptor, with the interface's documentation."""
    assert isinstance(GitHubIssue.title, Field)
    assert GitHubIssue.title.__doc__ == Issue.title.__doc__
    assert Field("a.b", text).__get__(None, object).inner == ["b"]
