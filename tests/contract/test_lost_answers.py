"""Writes whose answers are lost, and writes that fail before they do anything, the same on every provider.

Afterwards the forge has each of them once or not at all, and what was told is what happened. Operations of several
steps are tried with each step going wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from support.world import PROVIDERS, World, make_world
from support.writing import WRITINGS, Writing

from igitt._http.writes import Again, Writes
from igitt.errors import IGittError
from igitt.github.writes import WRITES as GITHUB
from igitt.gitlab.writes import WRITES as GITLAB

#: What happens to the answer; each leaves open whether the forge carried the write out.
LOSSES: dict[str, dict[str, Any]] = {"502": {"status": 502}, "broken": {"reset": True}}
#: An answer that ends in the middle comes only after something was done; an empty one has no middle.
CUT: dict[str, dict[str, Any]] = {"cut": {"truncate": True}}
#: Of these nobody can tell afterwards: the sandbox's GitLab forgets a job that is tried again.
UNKNOWABLE = frozenset({("gitlab", "job.retry")})
CASES = [(writing, forge) for writing in WRITINGS for forge in PROVIDERS if forge in writing.forges]
IDS = [f"{forge} {writing.name}" for writing, forge in CASES]

Step = tuple[str, str]


def run(
    writing: Writing, forge: str, step: Step | None = None, loss: dict[str, Any] | None = None
) -> tuple[object, object, IGittError | None, list[Step]]:
    """What the world shows before and after, what was raised, and the writes that were sent."""
    with make_world(forge) as world:
        thing = writing.prepare(world)
        before = writing.seen(world, thing)
        error = None
        if step is not None:
            world.forge.fail(method=step[0], path=f"^{re.escape(step[1])}$", **(loss or {}))
        world.forge.reset_log()
        try:
            writing.act(world, thing)
        except IGittError as caught:
            error = caught
        sent = list(dict.fromkeys(writes(world)))
        world.forge.faults.rules.clear()
        return before, writing.seen(world, thing), error, sent


def writes(world: World) -> Iterator[Step]:
    """The writes that the world's forge saw; GraphQL's questions are among them."""
    for record in world.forge.requests:
        if record.method not in {"GET", "HEAD"}:
            yield record.method, record.path.partition("?")[0]


@pytest.mark.parametrize("loss", [*LOSSES, *CUT])
@pytest.mark.parametrize(("writing", "forge"), CASES, ids=IDS)
def test_a_lost_answer(writing: Writing, forge: str, loss: str) -> None:
    """What was carried out is there once, and is told as done."""
    _, wanted, refused, steps = run(writing, forge)
    assert refused is None
    for step in steps:
        _, after, error, _ = run(writing, forge, step, {**(LOSSES | CUT)[loss], "after_effect": True})
        if (forge, writing.name) in UNKNOWABLE:
            assert error is not None
            assert error.outcome_unknown
            assert "not known" in error.message
        else:
            assert error is None
        assert after == wanted


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("writing", "forge"), CASES, ids=IDS)
def test_a_failure_before_anything_was_done(writing: Writing, forge: str, loss: str) -> None:
    """It is repeated, or told as not done; never told as done, and never done twice."""
    before, wanted, refused, steps = run(writing, forge)
    assert refused is None
    for step in steps:
        _, after, error, _ = run(writing, forge, step, LOSSES[loss])
        if error is None:
            assert after == wanted
        else:
            assert "was not carried out" in error.message
            assert not error.outcome_unknown
            assert after == before


#: What igitt looks up for those who send it by ``client.request``, and has no operation for.
NOT_OURS = {"POST {home}/actions/runs/{run}/rerun"}
#: What leaves no trace that could be looked up.
BLIND = {"POST app/hook/deliveries/{delivery}/attempts"}


@pytest.mark.parametrize(("forge", "table"), [("github", GITHUB), ("gitlab", GITLAB)])
def test_everything_that_is_looked_up_is_tried(forge: str, table: Writes) -> None:
    """The writings above send each kind of request that is more than to set a state, and none that is not known."""
    used: set[str] = set()
    unknown: set[str] = set()
    for writing, where in CASES:
        for method, path in run(writing, forge)[3] if where == forge else ():
            place = path.removeprefix("/api/uploads").lstrip("/")
            found, _ = table.find(method, place, None)
            if found is not None:
                used.add(f"{found.method} {found.path}")
            elif not place.endswith(("graphql", "access_tokens")):
                unknown.add(f"{method} {path}")
    assert unknown == set()
    looked_up = {f"{row.method} {row.path}" for row in table.table if row.again is not Again.SAME or row.look}
    assert looked_up - used - BLIND - NOT_OURS == set()
