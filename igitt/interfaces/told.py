"""What webhooks tell of things that no class of igitt's has: small values, alike on both forges.

Nothing can be asked of a forge about them; ``data`` has the forge's own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from igitt.interfaces.enums import Status

__all__ = [
    "CheckSuite",
    "DeploymentStatus",
    "FeatureFlag",
    "MergeGroup",
    "Package",
    "PagesBuild",
    "ToldValue",
    "WikiPage",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldValue:
    """What all of these have.

    Attributes:
        data: what the forge told, in its own words.
    """

    data: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSuite(ToldValue):
    """The checks that one app runs for a commit (GitHub).

    Attributes:
        identifier: its id.
        status: how it stands as a whole.
        sha: the hash of the commit.
        branch: the branch; empty where GitHub knows none.
        app: the name in addresses of the app that runs it.
    """

    identifier: int | None
    status: Status
    sha: str
    branch: str = ""
    app: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentStatus(ToldValue):
    """How a deployment stands since something changed.

    Attributes:
        status: how it stands; ``SKIPPED`` once another one took its place (GitHub).
        environment_name: the name of the environment.
        description: what was said of it (GitHub).
        url: where its log is; empty for nowhere.
        created: when it came to stand so; None where that is not told.
    """

    status: Status
    environment_name: str = ""
    description: str = ""
    url: str = ""
    created: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureFlag(ToldValue):
    """A switch of a project's program (GitLab).

    Attributes:
        identifier: its id.
        name: what it is called.
        description: what it is for.
        is_active: whether it is on.
    """

    identifier: int | None
    name: str
    description: str = ""
    is_active: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeGroup(ToldValue):
    """What a merge queue is about to merge (GitHub).

    Attributes:
        sha: the hash of the commit that would be the base branch's head.
        ref: the temporary branch.
        base_sha: the hash of what it comes on top of.
        base_branch_name: the branch that it is for.
    """

    sha: str
    ref: str
    base_sha: str
    base_branch_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(ToldValue):
    """A package in the forge's registry (GitHub).

    Attributes:
        identifier: its id.
        name: what it is called.
        type: what kind it is, in small letters: ``"npm"``, ``"container"``, …
        version: the version that the event is about; empty where none is told.
        web_url: its page.
    """

    identifier: int | None
    name: str
    type: str
    version: str = ""
    web_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesBuild(ToldValue):
    """A build of a repository's web site (GitHub).

    Attributes:
        status: how it ended.
        sha: the hash of the commit that it was made of.
        error: why it failed; empty where it did not.
    """

    status: Status
    sha: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPage(ToldValue):
    """A page of a wiki.

    Attributes:
        title: its title.
        name: its name in addresses.
        sha: the hash of its version; empty where it is gone.
        message: what was said of the change.
        web_url: its page.
    """

    title: str
    name: str
    sha: str = ""
    message: str = ""
    web_url: str = ""
