"""Writes whose answers are lost, and writes that fail before they do anything, the same on every provider.

Afterwards the forge has each of them once or not at all, and what was told is what happened.
"""

from __future__ import annotations

from typing import Any

import pytest
from support.world import PROVIDERS, World, make_world
from support.writing import WRITINGS, Writing

from igitt.errors import IGittError

WRITES = ("POST", "PUT", "PATCH", "DELETE")
#: What happens to the answer; each leaves open whether the forge carried the write out.
LOSSES: dict[str, dict[str, Any]] = {"502": {"status": 502}, "broken": {"reset": True}}
#: Of these nobody can tell afterwards: the sandbox's GitLab forgets a job that is tried again.
UNKNOWABLE = frozenset({("gitlab", "job.retry")})
CASES = [(writing, forge) for writing in WRITINGS for forge in PROVIDERS if forge in writing.forges]
IDS = [f"{forge} {writing.name}" for writing, forge in CASES]


def run(writing: Writing, forge: str, loss: dict[str, Any] | None) -> tuple[object, object, IGittError | None]:
    """What the world shows before and after, and what was raised."""
    with make_world(forge) as world:
        thing = writing.prepare(world)
        before = writing.seen(world, thing)
        error = None
        spoil(world, loss)
        try:
            writing.act(world, thing)
        except IGittError as caught:
            error = caught
        world.forge.faults.rules.clear()
        return before, writing.seen(world, thing), error


def spoil(world: World, loss: dict[str, Any] | None) -> None:
    """Let the first write of each method go wrong; reading goes on."""
    for method in WRITES if loss else ():
        # GraphQL's questions are POSTs too.
        path = r"^(?!/?graphql)" if method == "POST" else None
        world.forge.fail(method=method, path=path, **(loss or {}))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("writing", "forge"), CASES, ids=IDS)
def test_a_lost_answer(writing: Writing, forge: str, loss: str) -> None:
    """What was carried out is there once, and is told as done."""
    _, wanted, refused = run(writing, forge, None)
    assert refused is None
    _, after, error = run(writing, forge, {**LOSSES[loss], "after_effect": True})
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
    before, wanted, refused = run(writing, forge, None)
    assert refused is None
    _, after, error = run(writing, forge, LOSSES[loss])
    if error is None:
        assert after == wanted
    else:
        assert "was not carried out" in error.message
        assert not error.outcome_unknown
        assert after == before
