"""igitt's contract suite against the double: what every forge can do, and what is said of what this one cannot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from igitt_forgejo.testing import forgejo

from igitt.testing.contract import Clock, Contract, World, people_world

contract = Contract()
#: What costs another number of requests than on most forges, and why.
COSTS = {
    "compare": 2,  # each direction is told for itself
    "a comment's author": 0,  # comes whole with the comment
    "103 comments": 1,  # all of them are one answer
    "commit into nothing": 3,  # whether there is nothing is asked for, too
    "delete a label": 2,  # a label's address is its number, which the list tells
    "edit an issue and its labels": 2,  # labels have an address of their own
    "add a new label": 4,  # is left out, so it is looked for, made, and added again
    "remove a label": 2,  # by its number, which the issue tells
    "create an issue with a new label": 3,  # by the labels' numbers, and the new one is made
}
WORDS = {
    "Not Found": "GetContentsOrList|be found|^v2",
    "Branch [Nn]ot [Ff]ound": "be found",
    "nowhere not found|on a branch": r"branch does not exist \[name: nowhere\]",
    "not mergeable|cannot be merged now": "already merged",
    "(?i)commit (not )?found": "object does not exist",
    "Not Found|doesn't exist": "GetContentsOrList",
    "Branch not found|on a branch": "object does not exist",
    "no tag 'v2'|Tag Not Found": "be found",
    "modified|does not match HEAD": "head out of date",
}
DIFFERS = frozenset({"no maintainers", "owners are no collaborators", "comparisons count no lines"})


@pytest.fixture
def world() -> Iterator[World]:
    """A small world on a Forgejo in memory."""
    clock = Clock()
    with forgejo(clock=clock.time) as forge:
        yield people_world("forgejo", forge, clock, costs=COSTS, differs=DIFFERS, words=WORDS)
