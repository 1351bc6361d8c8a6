"""A client that may only read writes nothing, whatever it is asked to do: every operation of every interface."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.calls import MAKERS, Operation, operations
from support.world import PROVIDERS, World, make_world

from igitt.errors import IGittError, ReadOnlyError, UnsupportedOperationError

OPERATIONS = [one for one in operations() if one.kind != "Element"]


class Stage:
    """One of each kind of thing, with a client that may only read."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.things: dict[str, Any] = {}
        made = {kind: make(world) for kind, make in MAKERS.items()}
        client = world.as_user("alice", read_only=True)
        for kind, thing in made.items():
            self.things[kind] = client if kind == "Hoster" else thing and thing.bind(client)
        world.client = client


@pytest.fixture(scope="module", params=PROVIDERS)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A stage for all operations, which none of them may change."""
    with make_world(request.param) as world:
        yield Stage(world)


def changes(world: World) -> list[str]:
    """What the forge was sent that is no reading.

    What GraphQL is asked is told by its text, and refused by that; the notes of a release are written down nowhere
    (https://docs.github.com/en/rest/releases/releases#generate-release-notes-content-for-a-release).
    """
    sent = [record for record in world.forge.requests if record.method not in {"GET", "HEAD"}]
    return [record.path for record in sent if not record.path.endswith(("/graphql", "/releases/generate-notes"))]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_operation(stage: Stage, operation: Operation) -> None:
    """What writes is refused before it is sent, and what reads is not refused."""
    thing = stage.things[operation.kind]
    if thing is None:
        assert stage.world.hoster == "gitlab"
        return
    if operation.kind != "Hoster" and not thing.supports(operation.name):
        with pytest.raises(UnsupportedOperationError):
            operation.act(thing, stage.world)
        return
    stage.world.forge.reset_log()
    if operation.writes:
        with pytest.raises(ReadOnlyError, match="read_only"):
            operation.act(thing, stage.world)
    else:
        try:
            operation.act(thing, stage.world)
        except ReadOnlyError:
            raise
        except IGittError:  # what is not there, or not this token's to read
            pass
    assert changes(stage.world) == []
