"""Releases as both forges keep them: a tag, words, and files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from igitt.testing.sandbox import gitdata

if TYPE_CHECKING:
    from datetime import datetime

    from igitt.testing.sandbox.model import Commit, Repository, User
    from igitt.testing.sandbox.world import World


@dataclass(slots=True, eq=False)
class Asset:
    """A file of a release, or (GitLab) the link to one; ``url`` is where it is, ``label`` what GitHub shows for it."""

    id: int
    name: str
    url: str
    kind: str
    content: bytes
    uploader: User
    created: datetime
    label: str = ""
    downloads: int = 0


@dataclass(slots=True, eq=False)
class Release:
    """A release; ``target`` is what its tag was to be made at, ``day`` (GitLab) when it is for, if not at once."""

    id: int
    tag: str
    name: str
    body: str
    target: str
    author: User
    created: datetime
    sha: str
    draft: bool = False
    prerelease: bool = False
    day: datetime | None = None
    assets: list[Asset] = field(default_factory=list)


def of(repository: Repository) -> dict[str, Release]:
    """The releases of a repository by tag, oldest first."""
    found: dict[str, Release] = repository.extra.setdefault("releases", {})
    return found


def tip_of(repository: Repository, tag: str, target: str) -> Commit | None:
    """The commit that a release is of: its tag's, or else its target's."""
    known = repository.extra.get("tags", {}).get(tag)
    return repository.commits[known["sha"]] if known else gitdata.resolve(repository, target)


def create(
    world: World,
    repository: Repository,
    author: User,
    tag: str,
    *,
    name: str,
    body: str,
    target: str,
    one: Commit,
    draft: bool = False,
) -> Release:
    """Makes a release, and its tag where there is none; that of a draft is made when it is published."""
    made = Release(world.next_id("release"), tag, name, body, target, author, world.now(), one.sha, draft)
    of(repository)[tag] = made
    if not draft:
        publish(world, repository, made)
    return made


def publish(world: World, repository: Repository, made: Release) -> None:
    """A release is seen by everybody from now on, and has its tag."""
    made.draft, made.created = False, world.now()
    tags = repository.extra.setdefault("tags", {})
    made.sha = tags.setdefault(made.tag, gitdata.tag(made.sha, made.created))["sha"]


def newest(repository: Repository) -> list[Release]:
    """The releases, newest first."""
    return sorted(of(repository).values(), key=lambda each: (each.day or each.created, each.id), reverse=True)
