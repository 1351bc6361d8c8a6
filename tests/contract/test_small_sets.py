"""The small sets inside of things, as people write with them: what is sent is the difference, on every provider."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Set as AbstractSet
from typing import Any

import pytest
from support.world import World

import igitt.interfaces
from igitt._objects.resource import WritableSet
from igitt.errors import ValidationError
from igitt.interfaces import Element, NamedSet, WebhookEvents
from igitt.interfaces.attributes import Attribute, EditableSet
from igitt.testing.sandbox import model

#: Each set that can be written: a thing twice, as two bots hold it, and three members.
HOOK = "https://bot.example.com/hook"
WRITTEN: dict[str, tuple[Any, tuple[Any, Any, Any]]] = {
    "issue labels": (lambda world: (world.issue, "labels"), ("a", "b", "c")),
    "merge request labels": (lambda world: (world.mr, "labels"), ("a", "b", "c")),
    "issue assignees": (lambda world: (world.issue, "assignees"), ("alice", "bob", "carol")),
    "merge request assignees": (lambda world: (world.mr, "assignees"), ("alice", "bob", "carol")),
    "reviewers": (lambda world: (world.mr, "reviewers"), ("alice", "carol", "dora")),
    "topics": (lambda world: (world.repository, "topics"), ("a", "b", "c")),
    "hook events": (
        lambda world: (next(iter(world.repository.hooks)), "events"),
        (WebhookEvents.PUSH, WebhookEvents.ISSUE, WebhookEvents.PIPELINE),
    ),
}


@pytest.fixture
def place(world: World) -> World:
    """The world with a hook, and with enough people."""
    world.forge.add_user("dora")
    for name in ("carol", "dora"):
        world.forge.repository("acme/widgets").members[name] = model.WRITE
    world.repository.register_hook(HOOK, "s" * 20, {WebhookEvents.PUSH})
    return world


def writable() -> set[tuple[str, str]]:
    """Every kind and attribute of the public surface that is a set and can be assigned."""
    found = set()
    for name in igitt.interfaces.__all__:
        cls = getattr(igitt.interfaces, name)
        if isinstance(cls, type) and issubclass(cls, Element) and cls.kind:
            found |= {(cls.kind, key) for key in dir(cls) if isinstance(getattr(cls, key), EditableSet)}
    return found


def test_every_set_is_tried(place: World) -> None:
    """The table above leaves out no set that can be written."""
    tried = {(make(place)[0].kind, make(place)[1]) for make, _ in WRITTEN.values()}
    assert tried == writable()
    assert all(isinstance(getattr(type(make(place)[0]), make(place)[1]), WritableSet) for make, _ in WRITTEN.values())


@pytest.mark.parametrize("name", WRITTEN)
def test_what_others_did_meanwhile_stays(place: World, name: str) -> None:
    """A set that was read is behind: adding and removing undoes nobody's change."""
    make, (one, two, three) = WRITTEN[name]
    mine, attribute = make(place)
    setattr(mine, attribute, {one})
    assert one in getattr(mine, attribute)
    theirs, _ = make(place)
    setattr(theirs, attribute, {two})
    setattr(mine, attribute, getattr(mine, attribute) | {three})
    assert getattr(make(place)[0], attribute) == {two, three}
    assert getattr(mine, attribute) == {two, three}
    setattr(theirs, attribute, {one, two, three})
    setattr(mine, attribute, getattr(mine, attribute) - {two, three})
    assert getattr(make(place)[0], attribute) == {one}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_name_that_went_is_not_made_anew(place: World, name: str) -> None:
    """Taking off what is not there any more brings nothing back; ``&=`` and ``^=`` are differences as well."""
    make, (one, two, three) = WRITTEN[name]
    mine, attribute = make(place)
    setattr(mine, attribute, {one, two})
    theirs, _ = make(place)
    setattr(theirs, attribute, {three})
    setattr(mine, attribute, getattr(mine, attribute) - {one})
    assert getattr(make(place)[0], attribute) == {three}
    setattr(mine, attribute, [one, three])
    setattr(mine, attribute, getattr(mine, attribute) & {three, two})
    assert getattr(make(place)[0], attribute) == {three}
    setattr(mine, attribute, getattr(mine, attribute) ^ {three, two})
    assert getattr(make(place)[0], attribute) == {two}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_a_frozen_set_refuses(place: World, name: str) -> None:
    """Whatever would change a set of Python's own raises, names the way, and sends nothing."""
    make, (one, *_) = WRITTEN[name]
    thing, attribute = make(place)
    found = getattr(thing, attribute)
    assert isinstance(found, frozenset | AbstractSet)

    def refused() -> None:
        for method in ("add", "remove", "discard", "append", "update", "pop", "clear"):
            with pytest.raises(ValidationError, match=rf"{attribute} \|?-?= "):
                getattr(found, method)(one)
        for wrong in ("text", None, 5):
            with pytest.raises(ValidationError, match="list or set"):
                _ = found | wrong

    assert place.sent(refused) == []
    assert place.sent(lambda: setattr(thing, attribute, found | set())) == []
    for twin in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):  # noqa: S301 - made here
        assert twin == found


def test_sets_that_are_only_read(place: World) -> None:
    """They are frozen as well."""
    found = place.mr.affected_files
    with pytest.raises(ValidationError, match="cannot be written"):
        found.add("x")  # type: ignore[attr-defined]
    with pytest.raises(ValidationError):
        place.mr.approvals.add("bob")  # type: ignore[attr-defined]


def test_people_by_name(place: World) -> None:
    """A name is found in any case and from either side, and compares as its user does."""
    issue = place.issue
    issue.assignees = {"alice", place.client.get_user("bob")}
    people = issue.assignees
    assert "Alice" in people
    assert "carol" not in people
    assert people == {"alice", "bob"}
    assert {"alice", "bob"} == people
    assert people != {"alice"}
    assert {"bob", "carol"} & people == {"bob"}
    assert {"bob", "carol"} - people == {"carol"}
    assert {"bob"} <= people
    assert people >= {"bob"}
    assert not people.isdisjoint(["bob"])
    assert people == {place.client.get_user("alice"), place.client.get_user("bob")}
    with pytest.raises(TypeError, match="frozenset"):
        hash(people)
    assert hash(issue.labels) == hash(frozenset(issue.labels))


def test_restoring_a_set(world: World) -> None:
    """A set as it was read is assigned whole, also to another thing."""
    issue, other = world.issue, world.repository.create_issue("Another")
    before = issue.labels
    issue.labels |= {"working"}
    issue.labels = before
    assert world.issue.labels == {"bug"}
    other.labels = issue.labels | {"more"}
    assert other.refresh().labels == {"bug", "more"}
    issue.edit(title="New", labels=issue.labels | {"new"})
    assert (world.issue.title, world.issue.labels) == ("New", {"bug", "new"})


def test_who_cannot_be_assigned(world: World) -> None:
    """Nobody is left out in silence."""
    for act in (
        lambda: world.issue.assign("nosuch"),
        lambda: setattr(world.issue, "assignees", {"nosuch"}),
        lambda: world.mr.assign("nosuch"),
    ):
        with pytest.raises(ValidationError, match=r"nosuch|assignees: invalid"):
            act()


def test_every_small_set_is_a_named_set() -> None:
    """No attribute of the public surface promises a set that could be changed in vain."""
    for name in igitt.interfaces.__all__:
        cls = getattr(igitt.interfaces, name)
        if isinstance(cls, type) and issubclass(cls, Element):
            for key, told in getattr(cls, "__annotations__", {}).items():
                assert "[set[" not in str(told), f"{name}.{key}"
            for key in vars(cls):
                assert not (isinstance(vars(cls)[key], Attribute) and "[set[" in repr(vars(cls)[key])), f"{name}.{key}"
    assert NamedSet(["a"]) == {"a"}
