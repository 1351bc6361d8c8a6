"""Issues, the same on every provider."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from igitt.errors import ElementDoesntExistError, PermissionDeniedError, ValidationError
from igitt.interfaces import IssueStates
from igitt.testing.contract import World


def test_reading(world: World) -> None:
    """Everything about an issue is read with one request, in neutral types."""
    issue = world.issue

    def read() -> None:
        assert issue.title == "It squeaks"
        assert issue.description == "Loudly."
        assert issue.state is IssueStates.OPEN
        assert str(issue.state) == "open"
        assert issue.author is not None
        assert issue.author.username == "bob"
        assert issue.labels == {"bug"}
        assert issue.assignees == set()
        assert issue.milestone is None
        assert issue.created.tzinfo is UTC
        assert issue.updated >= issue.created
        assert issue.closed_at is None
        assert issue.identifier
        assert issue.web_url.startswith(world.forge.url)
        assert issue.url.startswith(world.forge.api_url)

    assert len(world.sent(read)) == 1


def test_making_one_sends_nothing(world: World) -> None:
    """An issue of which only the address is used costs no request."""
    assert (
        world.sent(lambda: (world.issue.number, repr(world.issue), world.issue == world.issue, world.issue.repository))
        == []
    )


def test_assigning_the_title_is_one_request(world: World) -> None:
    """A write is one request, and the object shows what the forge answered."""
    issue = world.issue
    sent = world.sent(lambda: setattr(issue, "title", "It still squeaks"))
    assert len(sent) == 1
    assert world.sent(lambda: issue.title) == []
    assert issue.title == world.issue.title == "It still squeaks"


def test_editing_several_fields_is_one_request(world: World) -> None:
    """Five fields are written with one request."""
    milestone = world.repository.create_milestone("1.0")
    issue = world.issue
    issue.refresh()
    bob = world.client.get_user("bob")
    assert bob.identifier
    sent = world.sent(
        lambda: issue.edit(
            title="New", description="Text", labels={"idea", "bug"}, assignees=[bob], milestone=milestone
        )
    )
    assert len(sent) == world.cost("edit an issue and its labels")
    again = world.issue
    assert (again.title, again.description, again.labels) == ("New", "Text", {"idea", "bug"})
    assert [user.username for user in again.assignees] == ["bob"]
    assert again.milestone is not None
    assert again.milestone.title == "1.0"


def test_adding_a_label_is_one_request(world: World) -> None:
    """Adding needs no reading, leaves the others alone, and creates what does not exist."""
    issue = world.issue
    assert len(world.sent(lambda: issue.add_labels("idea", "brand new"))) == world.cost("add a new label")
    assert issue.labels == world.issue.labels == {"bug", "idea", "brand new"}
    assert "brand new" in world.repository.get_labels()


def test_removing_labels(world: World) -> None:
    """A label goes with one request; one that is not there is ignored; several go too."""
    issue = world.issue
    assert len(world.sent(lambda: issue.remove_labels("bug"))) == world.cost("remove a label")
    assert world.issue.labels == set()
    issue.remove_labels("never there")
    issue.add_labels("bug", "idea", "third")
    issue.remove_labels("bug", "third")
    assert issue.labels == world.issue.labels == {"idea"}


def test_labels_as_a_set(world: World) -> None:
    """``|=`` and ``-=`` write; changing the set that was read does not."""
    issue = world.issue
    issue.labels |= {"idea"}
    assert world.issue.labels == {"bug", "idea"}
    issue.labels -= {"bug"}
    assert world.issue.labels == {"idea"}
    with pytest.raises(ValidationError, match=r"\|= .*add_labels"):
        issue.labels.add("nothing")  # type: ignore[attr-defined]
    assert issue.labels == {"idea"}
    issue.labels = set()
    assert world.issue.labels == set()


@pytest.mark.parametrize("name", ["with space", "type::bug", "a/b", "50% done", "#1", "naïve ☂", "a&b?c=d"])
def test_labels_with_difficult_names(world: World, name: str) -> None:
    """A label's name may hold whatever the forge allows."""
    world.repository.create_label(name, "#123456")
    issue = world.issue
    issue.add_labels(name)
    assert world.issue.labels == {"bug", name}
    assert world.repository.get_label(name).refresh().color == "#123456"
    issue.remove_labels(name)
    assert world.issue.labels == {"bug"}


def test_closing_and_reopening(world: World) -> None:
    """The state changes with one request each way."""
    issue = world.issue
    assert len(world.sent(issue.close)) == 1
    assert issue.state is world.issue.state is IssueStates.CLOSED
    assert world.issue.closed_at is not None
    issue.reopen()
    assert issue.state is world.issue.state is IssueStates.OPEN


def test_assigning(world: World) -> None:
    """Users are added to and taken from the assignees, by name or as objects."""
    issue = world.issue
    issue.assign("bob")
    assert {user.username for user in world.issue.assignees} == {"bob"}
    issue.assign(world.client.get_user("alice"))
    assert {user.username for user in world.issue.assignees} == {"alice", "bob"}
    issue.unassign("bob")
    assert {user.username for user in issue.assignees} == {user.username for user in world.issue.assignees} == {"alice"}
    issue.unassign("bob")
    issue.assignees = {world.client.get_user("bob")}
    assert {user.username for user in world.issue.assignees} == {"bob"}


def test_planning_for_a_milestone(world: World) -> None:
    """A milestone is set and taken away by assigning it."""
    milestone = world.repository.create_milestone("1.0", "first", (datetime.now(UTC) + timedelta(days=9)).date())
    issue = world.issue
    issue.milestone = milestone
    assert world.issue.milestone == milestone
    issue.milestone = None
    assert world.issue.milestone is None


def test_reactions(world: World) -> None:
    """An emoji is put on an issue once, however often it is asked for, and goes away again."""
    issue = world.issue
    reaction = issue.add_reaction("+1")
    assert issue.add_reaction("+1") == reaction
    assert [(found.name, found.user and found.user.username) for found in issue.reactions] == [("+1", "alice")]
    reaction.delete()
    assert list(issue.reactions) == []


def test_locking(world: World) -> None:
    """A locked issue can be unlocked."""
    world.issue.lock()
    world.issue.unlock()


def test_available_labels_and_assignees(world: World) -> None:
    """What an issue could have is told by the issue."""
    assert {"bug", "idea"} <= {label.name for label in world.issue.available_labels}
    assert {"alice", "bob"} <= {user.username for user in world.issue.available_assignees}


def test_creating(world: World) -> None:
    """A new issue is one request and carries everything at once."""
    bob = world.client.get_user("bob")
    assert bob.identifier
    repository = world.repository
    created = []
    sent = world.sent(
        lambda: created.append(repository.create_issue("Third", "body", labels=["bug", "new"], assignees=[bob]))
    )
    assert len(sent) == world.cost("create an issue with a new label")
    issue = created[0]
    assert (issue.title, issue.description, issue.labels) == ("Third", "body", {"bug", "new"})
    assert {user.username for user in issue.assignees} == {"bob"}
    assert issue in list(world.repository.issues)


def test_listing_leaves_merge_requests_out(world: World) -> None:
    """The issues of a repository are issues, though GitHub's own list mixes."""
    titles = [issue.title for issue in world.repository.issues]
    assert titles == ["It squeaks"]


def test_filtering(world: World) -> None:
    """State, labels, author, assignee and milestone narrow the list."""
    repository = world.repository
    closed = repository.create_issue("closed", labels=["bug", "idea"])
    closed.close()
    mine = repository.create_issue("mine", assignees=["alice"], milestone=repository.create_milestone("1.0"))

    def titles(**filters: object) -> set[str]:
        return {issue.title for issue in repository.filter_issues(**filters)}  # type: ignore[arg-type]

    assert titles(state="closed") == {"closed"}
    assert titles(state="all") == {"closed", "mine", "It squeaks"}
    assert titles(state="all", labels=["bug"]) == {"closed", "It squeaks"}
    assert titles(state="all", labels=["bug", "idea"]) == {"closed"}
    assert titles(author="bob") == {"It squeaks"}
    assert titles(assignee="alice") == {"mine"}
    assert titles(milestone="1.0") == titles(milestone=mine.milestone) == {"mine"}
    assert titles(since=datetime(2099, 1, 1, tzinfo=UTC)) == set()
    oldest = repository.filter_issues("all", sort="created", ascending=True).first()
    assert oldest is not None
    assert oldest.title == "It squeaks"


def test_a_wrong_state_is_refused_before_sending(world: World) -> None:
    """A filter that no forge knows is an error that names the known ones."""
    with pytest.raises(ValidationError, match=r"all.*closed.*open.*'reopened'"):
        world.repository.filter_issues("reopened")


def test_an_empty_title_is_refused_before_sending(world: World) -> None:
    """Nothing is sent for a title without a letter."""

    def create() -> None:
        with pytest.raises(ValidationError, match="not empty"):
            world.repository.create_issue("  ")

    assert world.sent(create) == []


def test_an_unknown_field_is_refused_before_sending(world: World) -> None:
    """A typo in edit() says which fields there are."""

    def edit() -> None:
        with pytest.raises(ValidationError, match=r"'titel'.*title"):
            world.issue.edit(titel="x")  # type: ignore[call-arg]

    assert world.sent(edit) == []


def test_an_issue_that_does_not_exist(world: World) -> None:
    """A wrong number is an error that says what may be wrong."""
    with pytest.raises(ElementDoesntExistError, match="name may be wrong") as caught:
        _ = world.repository.get_issue(999).title
    assert caught.value.status == 404


def test_a_stranger_may_not_write(world: World) -> None:
    """A stranger's write is refused by the forge and told as such."""
    stranger = world.as_user("carol").get_repo("acme/widgets").get_issue(world.issue_number)
    with pytest.raises((PermissionDeniedError, ElementDoesntExistError)):
        stranger.title = "mine"
    assert world.issue.title == "It squeaks"


@pytest.mark.parametrize("wrong", [["bug", "idea"], ("bug",), {"bug"}, frozenset({"bug"})])
def test_a_list_in_a_names_place(world: World, wrong: Any) -> None:
    """A list where its items belong is refused, and the message says how they are given."""
    issue = world.issue
    for take in (issue.add_labels, issue.remove_labels, issue.assign, issue.unassign):
        refused = pytest.raises(ValidationError, match="each on its own")
        with refused:
            take(wrong)
    assert world.sent(lambda: None) == []


@pytest.mark.parametrize("empty", ["", " \n", None])
def test_a_comment_that_says_nothing(world: World, empty: Any) -> None:
    """An empty comment is refused before it is sent, as what it is."""
    with pytest.raises(ValidationError, match="a comment is a text that is not empty"):
        world.issue.add_comment(empty)


def test_a_label_with_a_comma(world: World) -> None:
    """A comma belongs to the label's name, or is refused: it never makes two labels of one."""
    issue = world.issue
    with suppress(ValidationError):
        issue.add_labels("a,b")
    assert issue.refresh().labels <= {"a,b", "bug"}


def test_following(world: World) -> None:
    """Who follows an issue or a merge request is kept by the forge; doing so again is harmless, by one request each."""
    alice = world.forge.world.accounts["alice"].id
    home = world.forge.repository("acme/widgets")
    assert world.client.user.username == "alice"
    issue, mr = home.issues[world.issue_number], home.merge_requests[world.mr_number]
    for thing, kept in ((world.issue, issue), (world.mr, mr)):
        _ = thing.title
        for _ in range(2):
            assert len(world.sent(thing.subscribe)) == 1
            assert alice in kept.subscribers
        for _ in range(2):
            assert len(world.sent(thing.unsubscribe)) == 1
            assert alice not in kept.subscribers
    with pytest.raises(ElementDoesntExistError):
        world.repository.get_issue(99).subscribe()
