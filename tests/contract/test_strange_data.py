"""Data as no forge should send it: a key that is null, or holds something else, never leads to a foreign error."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from support.world import World

from igitt._objects.resource import Field, Related
from igitt.errors import IGittError
from igitt.interfaces import Element, WebhookEvents

STRANGE: tuple[Any, ...] = (None, "x", 5, 10**30, [], {}, [5], [{}])


@pytest.fixture
def things(world: World) -> list[Element]:
    """One of each kind, with all that the forge says of it."""
    repository, issue = world.repository, world.issue
    comment = issue.add_comment("Hello")
    reaction = comment.add_reaction("heart")
    hook = repository.register_hook("https://bot.example.com/", "secret", {WebhookEvents.ISSUE})
    commit = repository.get_commit(world.mr.head.sha)
    milestone = repository.create_milestone("v1")
    whole = (issue, world.mr, repository, comment, hook, commit, milestone, repository.labels[0], world.client.user)
    for thing in whole:
        assert thing.data
    return [*whole, reaction]


def test_whatever_a_forge_sends(things: list[Element]) -> None:
    """Every attribute of every kind gives a value or one of igitt's own errors, whatever one key of its data holds."""
    for thing in things:
        kind: Any = type(thing)
        data, scope = getattr(thing, "_data"), getattr(thing, "_scope")  # noqa: B009 - a look behind the curtain
        told = [name for name in dir(kind) if isinstance(getattr(kind, name, None), Field | Related)]
        told += [name for name in ("parents", "is_bot", "mergeable") if hasattr(kind, name)]
        for key in data:
            for value in STRANGE:
                strange = kind.from_data({**data, key: value}, thing.client, scope)
                setattr(strange, "_complete", True)  # noqa: B010 - so that nothing is asked for
                for look in (repr, hash, *(lambda one, name=name: getattr(one, name) for name in told)):
                    with suppress(IGittError):
                        look(strange)
