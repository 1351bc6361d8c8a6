"""Clients that a user derives: they read and write like the forge's own, and take no token to another host."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from support.world import World

import igitt
from igitt.client import Client


def own(cls: Any) -> Any:
    """A client class as a user derives one, with an issue class of the user's and one of the forge's named again."""

    class MyIssue(cls.Issue):  # type: ignore[misc]  # made for the test
        @property
        def shout(self) -> str:
            return f"{self.title}!"

    class Mine(cls):  # type: ignore[misc]  # made for the test
        Issue = MyIssue
        Label = cls.Label

    return Mine


@pytest.fixture
def mine(world: World) -> Any:
    """A derived client with the world's token and connections."""
    client: Any = world.client
    return own(type(client))(client.token, client.web_url, session=client.transport.sender.wire.session, cache=False)


def test_it_reads_and_writes(world: World, mine: Any) -> None:
    """Its issues are of its own class, however they are reached, and everything else works as ever."""
    made = mine.get_repo(world.repository.full_name).create_issue("Loud", "body")
    (listed,) = [issue for issue in mine.get_repo(world.repository.full_name).issues if issue.title == "Loud"]
    for issue in (made, listed, mine.load(made.reference)):
        assert issue.shout == "Loud!"
        assert issue == made
    made.description = "changed"
    assert world.repository.get_issue(made.number).description == "changed"


def test_naming_a_class_again_takes_nothing_over(world: World, mine: Any) -> None:
    """The forge's own classes go on making the forge's own client of a token, which must not go to another host."""
    forge: Any = getattr(igitt, type(world.client).__name__)
    assert type(mine).Label is forge.Label
    assert forge.Label._client_class is forge  # noqa: SLF001 - what decides where a token goes
    assert type(mine).Issue._client_class is type(mine)  # noqa: SLF001 - as above
    assert forge.Issue._client_class is forge  # noqa: SLF001 - as above


def test_a_class_of_objects_finds_its_client(world: World) -> None:
    """A class that was imported by itself makes its objects of a token alone, with the forge's public instance."""
    forge: Any = getattr(igitt, type(world.client).__name__)
    issue = forge.Issue(world.client.token, "org/repo", 1)  # type: ignore[attr-defined]
    assert type(issue.client) is forge
    assert issue.client.web_url == forge.provider.public_url


def test_every_late_class_is_there(world: World) -> None:
    """Each class that a client names loads, is the one that it says, and gives all that its interface promises."""
    forge: Any = getattr(igitt, type(world.client).__name__)
    names = [name for name in Client.__annotations__ if name[0].isupper()]
    for name in names:
        cls = getattr(forge, name)
        assert cls.__name__ == f"{forge.__name__}{name}"
        assert getattr(igitt.interfaces, name) in cls.__mro__
    assert len(names) == 24


def test_what_is_missing_is_said_at_once(world: World) -> None:
    """A client without a class or an operation cannot be defined, nor a class of objects that lacks a promise."""
    provided = type(world.client).provider  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match=r"Half does not supply .*Branch, .*User.*get_repo"):

        class Half(Client):
            provider: ClassVar[Any] = provided

    base: Any = next(cls for cls in type(world.client).Label.__mro__ if cls.__name__.endswith("Resource"))  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match=r"HalfLabel does not give what label promises: .*name"):
        type("HalfLabel", (base, igitt.interfaces.Label), {"kind": "label"})
