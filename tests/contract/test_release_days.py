"""Releases where GitHub and GitLab differ: their days, drafts, and how files are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from support.world import World

from igitt.errors import UnsupportedOperationError


def test_what_is_kept_of_files(world: World) -> None:
    """The bytes of files arrive as they are."""
    release = world.repository.create_release("v1")
    release.upload_asset("tool-1.0.bin", b"\x00\xff\r\n--x", "application/x-tool")
    release.upload_asset("notes.txt", "grüße")
    home = world.forge.repository("acme/widgets")
    kept = (
        [one.content for one in home.extra["releases"]["v1"].assets]
        if world.hoster == "github"
        else list(home.extra["uploads"].values())
    )
    assert kept == [b"\x00\xff\r\n--x", "grüße".encode()]


def test_releases_to_come(world: World) -> None:
    """On GitLab a release may be for another day, and is not the latest before."""
    repository = world.repository
    if world.hoster == "github":
        return
    first = repository.create_release("v1")
    day = datetime.fromtimestamp(int(world.clock.now) + 86400, UTC)
    second = repository.create_release("v2", released_at=day)
    assert (second.is_upcoming, second.released_at) == (True, day)
    assert (first.is_upcoming, first.released_at) == (False, first.created)
    assert [one.tag_name for one in repository.releases] == ["v2", "v1"]
    assert repository.latest_release == first
    world.clock.sleep(90000)
    assert repository.latest_release == second
    assert not second.refresh().is_upcoming


def test_releases_that_a_forge_lacks(world: World) -> None:
    """What a forge does not have is refused before anything is sent, and nothing is given out too early instead."""
    day = datetime.fromtimestamp(world.clock.now + 86400, UTC)
    options: list[dict[str, Any]] = (
        [{"released_at": day}] if world.hoster == "github" else [{"draft": True}, {"prerelease": True}]
    )

    def create() -> None:
        for each in options:
            with pytest.raises(UnsupportedOperationError, match=world.hoster):
                world.repository.create_release("v1", **each)

    assert world.sent(create) == []
