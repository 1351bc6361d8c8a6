"""An object stays the thing it is: renamed, moved, its name taken by another; the same on every provider."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from support.world import World

import igitt
from igitt.errors import ConflictError, IGittError
from igitt.interfaces import IssueStates


def _renamed(world: World, *, taken: bool = False) -> None:
    """The repository is called ``gadgets`` from now on, and its old name may be another one's."""
    world.repository.name = "gadgets"
    if taken:
        other = world.client.create_repository("widgets", organization="acme")
        for _ in range(world.mr_number + 1):
            other.create_issue("A stranger's")
    world.forge.reset_log()


WRITES: dict[str, Callable[[Any], object]] = {
    "close": lambda issue: issue.close(),
    "edit": lambda issue: issue.edit(title="T"),
    "comment": lambda issue: issue.add_comment("C"),
    "add_labels": lambda issue: issue.add_labels("idea"),
    "remove_labels": lambda issue: issue.remove_labels("bug"),
    "assign": lambda issue: issue.assign("bob"),
    "lock": lambda issue: issue.lock(),
    "react": lambda issue: issue.add_reaction("+1"),
}


@pytest.mark.parametrize("known", ["issue", "repository", "both", "listed"])
@pytest.mark.parametrize("write", WRITES)
def test_a_name_that_another_took(world: World, write: str, known: str) -> None:
    """What was read is written to, or nothing is: never the stranger that has its name by now."""
    repository = world.repository
    if known in {"repository", "both"}:
        _ = repository.identifier
    issue = repository.get_issue(world.issue_number)
    if known in {"issue", "both"}:
        _ = issue.title
    if known == "listed":
        issue = next(found for found in repository.issues if found.number == world.issue_number)
    _renamed(world, taken=True)
    world.clock.sleep(3600)
    if known in {"repository", "both"} or world.hoster == "gitlab":
        WRITES[write](issue)
    else:
        with pytest.raises(ConflictError, match="another"):
            WRITES[write](issue)
    stranger = world.repository.get_issue(world.issue_number)
    assert (stranger.title, stranger.state, stranger.labels) == ("A stranger's", IssueStates.OPEN, set())
    assert (len(stranger.comments), len(stranger.assignees), len(stranger.reactions)) == (0, 0, 0)


def test_reading_by_a_name_that_another_took(world: World) -> None:
    """A kept repository is itself under its new name; a fresh one of the old name is the new one."""
    repository, issue = world.repository, world.issue
    number, _ = repository.identifier, issue.title
    _renamed(world, taken=True)
    assert repository.refresh().identifier == number
    assert repository.full_name == "acme/gadgets"
    assert world.repository.identifier != number
    if world.hoster == "gitlab":  # which goes by the id
        assert issue.refresh().title == "It squeaks"
    else:
        with pytest.raises(ConflictError, match="another"):
            issue.refresh()


def test_a_renamed_repository(world: World) -> None:
    """An issue read by the old name is in the new one, equals the same by that, and later requests go there at once."""
    repository = world.repository
    issue = repository.get_issue(world.issue_number)
    before = world.client.get_repo("acme/widgets").refresh()
    _renamed(world)
    assert issue.title == "It squeaks"
    assert issue.repository.full_name == "acme/gadgets"
    assert issue == world.client.get_repo("acme/gadgets").get_issue(world.issue_number)
    fresh = world.client.get_repo("acme/gadgets").refresh()
    assert len({before, fresh, repository.refresh()}) == 1
    again = world.sent(lambda: (issue.refresh(), issue.close(), issue.add_comment("x")))
    assert len(again) == 3
    assert repository.get_mr(world.mr_number).title == "Oil"
    assert world.sent(lambda: list(repository.issues))[0].endswith("/issues")


def test_writing_by_the_old_name(world: World) -> None:
    """A write by a name that was never looked at reaches what the name leads to."""
    repository = world.repository
    _renamed(world)
    made = repository.create_issue("New")
    repository.get_issue(world.issue_number).add_comment("x")
    repository.create_label("new", "#123456")
    there = world.client.get_repo("acme/gadgets")
    assert there.get_issue(made.number).title == "New"
    assert len(there.get_issue(world.issue_number).comments) == 1
    assert "new" in there.get_labels()
    assert made.repository == there


def test_neither_equality_nor_hash_asks(world: World) -> None:
    """Comparing, hashing and showing send nothing, whatever little is known; equal things have equal hashes, always."""
    client, number = world.client, world.repository.identifier
    by_id, by_name = client.get_repo(int(number)), world.repository
    things: list[Any] = [
        by_id, by_name, by_id.get_issue(1), by_name.get_issue(1), by_id.get_mr(world.mr_number),
        by_name.get_label("bug"),
        by_name.get_commit("main"), by_name.get_branch("main"), client.get_user("bob"), client.get_organization("acme"),
        by_name.get_content("README.md"), client.Team.from_data({"id": 7, "name": "Core"}, client),
        client.Team.from_data({"id": 7, "name": "Core"}, client), client.User.from_data({"id": 5}, client),
    ]  # fmt: skip

    def look() -> list[int]:
        return [hash(thing) for thing in things if [thing == other for other in things] and repr(thing)]

    found: list[list[int]] = []
    assert world.sent(lambda: found.append(look())) == []
    for thing in things[:6]:
        thing.refresh()
    assert look() == found[0]
    for one in things:
        for other in things:
            assert one != other or hash(one) == hash(other)


def test_sets_of_many_things(world: World) -> None:
    """Things of other names have other hashes, or a set of many would compare each with each; ids meet names."""
    client, repository = world.client, world.repository
    names = [f"acme/made-{number}" for number in range(500)]
    made: dict[str, list[Any]] = {
        "repository": [client.get_repo(name) for name in names],
        "organization": [client.get_organization(name.partition("/")[2]) for name in names],
        "user": [client.get_user(name.partition("/")[2]) for name in names],
        "label": [repository.get_label(name) for name in names],
    }
    for kind, things in made.items():
        assert len({hash(thing) for thing in things}) == len(things), kind
    by_id, by_name = client.get_repo(int(repository.identifier)), client.get_repo("Acme/WIDGETS").refresh()
    assert by_id == by_name
    assert len({by_name, by_id, repository}) == len({repository, by_id, by_name}) == 1
    assert len({client.get_repo("acme/widgets"), by_name}) == 1
    _renamed(world)
    again = client.get_repo("acme/gadgets").refresh()
    assert len({by_name, again, client.get_repo(int(repository.identifier))}) == 1


def test_a_label_that_was_renamed(world: World) -> None:
    """A label stays in the sets that it is in, whatever it is called by now."""
    label = next(found for found in world.repository.labels if found.name == "bug")
    kept = {label}
    world.repository.get_label("bug").name = "beetle"
    found = next(found for found in world.repository.labels if found.name == "beetle")
    assert (found.name, label in kept, world.repository.get_label("idea") in kept) == ("beetle", True, False)
    if world.hoster == "github":  # whose labels have ids of their own
        assert found in kept


def test_what_travelled_is_the_same(world: World) -> None:
    """A pickled or named thing that comes back an hour later is checked before it is written to."""
    repository = world.repository.refresh()
    issue = repository.get_issue(world.issue_number).refresh()
    letter, reference = pickle.dumps(issue), issue.reference
    _renamed(world, taken=True)
    world.clock.sleep(3600)
    for back in (pickle.loads(letter).bind(world.client), world.client.load(reference)):  # noqa: S301 - made here
        assert back == issue
        assert hash(back) == hash(issue)
        back.add_comment("Still here")
    assert len(world.client.get_repo("acme/gadgets").get_issue(world.issue_number).comments) == 2
    assert len(world.issue.comments) == 0


def test_a_subclass_of_the_client(world: World) -> None:
    """Its classes are the ones that it makes, and whoever uses the plain client does not notice."""
    base: Any = type(world.client)

    class MyRepository(base.Repository):  # type: ignore[misc]
        __slots__ = ()

    class Mine(base):  # type: ignore[misc]
        Repository = MyRepository
        Issue = base.Issue

    session = world.client.transport.sender.wire.session  # type: ignore[attr-defined]
    mine = Mine(world.client.token, world.client.web_url, session=session, clock=world.clock)  # type: ignore[attr-defined]
    made = [mine.get_repo("acme/widgets"), mine.repositories[0], mine.get_organization("acme").repositories[0]]
    made += [mine.search_repositories("widgets")[0], mine.get_repo("acme/widgets").get_issue(1).repository]
    made.append(mine.create_repository("another"))
    assert {type(found) for found in made} == {MyRepository}
    assert type(base.Issue("x", "a/b", 5).client) is base
    assert type(world.client.get_repo("acme/widgets")) is base.Repository
    assert MyRepository(world.client, "acme/widgets") == world.repository


def test_another_organization_of_that_name_in_a_reference(world: World) -> None:
    """A reference of another instance is refused, whatever it names."""
    with pytest.raises(IGittError):
        igitt.GitHub("x").load(world.issue.reference)
