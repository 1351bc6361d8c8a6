"""What loops over lists cost, counted on both forges; the documentation shows the table."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.loops import LISTS, REASONS, costs, furnish, is_each, table
from support.world import PROVIDERS, make_world

from igitt._objects.fields import Field

FIGURE = Path(__file__).parents[2] / "docs" / "figures" / "loops.txt"


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, tuple[int, int]]]:
    """Requests and things, by forge and attribute."""
    counted: dict[str, dict[str, tuple[int, int]]] = {}
    for hoster in PROVIDERS:
        with make_world(hoster) as world:
            furnish(world)
            counted[hoster] = {
                f"{kind}.{name}": (cost, things) for kind in LISTS for name, cost, things in costs(world, kind)
            }
    return counted


def test_nothing_costs_a_request_for_each_thing_without_a_reason(found: dict[str, dict[str, tuple[int, int]]]) -> None:
    """What a forge tells in no other way is written down with the reason; everything else is known from the list."""
    each = {name for counted in found.values() for name, pair in counted.items() if is_each(*pair)}
    assert {name for name in each if not name.endswith(".data")} == set(REASONS)
    whole = ("Comment", "DeployKey", "Hook", "Label", "Milestone", "Reaction", "Release")
    assert not [name for name in each for kind in whole if name == f"{kind}.data"]


def test_the_table_in_the_documentation(found: dict[str, dict[str, tuple[int, int]]]) -> None:
    """The table is what was counted; the environment variable IGITT_LOOPS=write makes it anew."""
    if os.environ.get("IGITT_LOOPS") == "write":
        FIGURE.write_text(table(found))
    assert FIGURE.read_text() == table(found)


@pytest.mark.parametrize("hoster", PROVIDERS)
def test_what_is_listed_whole_is_whole(hoster: str) -> None:
    """Where a list is taken for all there is, it has every key that an attribute reads and its own address gives."""
    with make_world(hoster) as world:
        furnish(world)
        for kind, read in LISTS.items():
            thing = next(iter(read(world)), None)
            if thing is None:  # a kind that this forge has none of
                continue
            if kind == "Reaction" or not type(thing)._listed_whole:  # noqa: SLF001 - reactions have no address
                continue
            world.clock.sleep(120)
            listed = dict(thing.data)
            missing = [key for key in thing.refresh().data if key not in listed]
            keys = {field.key for name in dir(type(thing)) if isinstance(field := getattr(type(thing), name), Field)}
            assert not keys.intersection(missing), (kind, missing)
