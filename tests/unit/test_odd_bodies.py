"""Whatever a forge answers, every attribute of every kind of thing gives a value or raises one of igitt's errors."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import pytest
from support.calls import CALLS, MAKERS, READS
from support.odd import BODIES, OddSession, read_all, replaced
from support.world import PROVIDERS, make_world

from igitt.errors import IGittError

#: Those that only GitHub has, and are read with an App's credential.
_OF_APPS = {"CheckRun", "Installation"}
#: What reads nothing of the forge, or is given its answer by the caller.
_NOT_ASKED = {
    "bind", "supports", "kind_with_article", "from_data", "get_repo_name", "handle_webhook", "parse_webhook",
    "read_payload", "load",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(set(MAKERS) - _OF_APPS))
@pytest.mark.parametrize("hoster", PROVIDERS)
def test_no_foreign_exception(hoster: str, kind: str) -> None:
    """Other bodies, and other values at one place inside of true ones, are at most InvalidResponseError."""
    with make_world(hoster) as world:
        thing = MAKERS[kind](world)
        session = OddSession()
        odd: Any = world.as_user("alice", session=session, cache=False, retries=0, max_wait=0)
        changes = [lambda _, body=body: body for body in BODIES]
        changes += [replaced(random.Random(seed)) for seed in range(8)]  # noqa: S311 - the same ones each time
        for change in changes:
            world.clock.now += 4000  # a new window for the rate limit
            session.change = None
            it = odd if kind == "Hoster" else odd.load(thing.reference)
            session.change = change
            for _, read in read_all(it):
                with suppress(IGittError):
                    read()
            for name in sorted(READS.get(kind, set()) - _NOT_ASKED):
                with suppress(IGittError):
                    CALLS[kind][name](it, world)
