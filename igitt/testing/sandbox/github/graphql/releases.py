"""Releases as GitHub's GraphQL has them."""

from __future__ import annotations

import html
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox.github.graphql.refs import ref_of
from igitt.testing.sandbox.github.graphql.things import Thing
from igitt.testing.sandbox.releases import Release

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository


class ReleaseThing(Thing, models=[Release]):
    """A release."""

    kind = "Release"
    prefix = "RE_kwDO"

    def __init__(self, asking: Any, one: Release, home: Repository) -> None:
        super().__init__(asking, one)
        self.home = home

    @property
    def url(self) -> str:
        """Its page."""
        return f"{self.asking.forge.url}/{self.home.full_name}/releases/tag/{quote(self.one.tag, safe='')}"

    @property
    def name(self) -> Any:
        """Its title."""
        return self.one.name

    @property
    def tag_name(self) -> str:
        """Its tag."""
        return str(self.one.tag)

    @property
    def description(self) -> Any:
        """What it says."""
        return self.one.body

    @property
    def description_html(self) -> str | None:
        """The same as a page shows it."""
        return f"<p>{html.escape(self.one.body, quote=False)}</p>" if self.one.body else None

    @property
    def author(self) -> Any:
        """Who made it."""
        return self.asking.thing(self.one.author)

    @property
    def is_draft(self) -> bool:
        """Whether it is a draft."""
        return bool(self.one.draft)

    @property
    def is_prerelease(self) -> bool:
        """Whether it is no final one."""
        return bool(self.one.prerelease)

    @property
    def immutable(self) -> bool:
        """Whether its files are fixed."""
        return False

    @property
    def is_latest(self) -> bool:
        """Whether it is the newest final one."""
        found = self.asking.thing(self.home).latest_release
        return found is not None and found.one is self.one

    @property
    def published_at(self) -> Any:
        """When it was published."""
        return None if self.one.draft else self.one.created

    @property
    def updated_at(self) -> Any:
        """When it changed: that is not kept apart."""
        return self.one.created

    @property
    def repository(self) -> Any:
        """Where it is."""
        return self.asking.thing(self.home)

    @property
    def tag(self) -> Any:
        """Its ref."""
        return ref_of(self.asking, self.home, f"refs/tags/{self.one.tag}")

    @property
    def tag_commit(self) -> Any:
        """What it is of."""
        return self.asking.thing(self.home.commits.get(self.one.sha), self.home)

    def reactions(self, content: str | None = None) -> list[Any]:  # noqa: ARG002  none are kept
        """Reactions are not kept of releases here."""
        return []

    def reaction_groups(self) -> list[Any]:
        """Likewise."""
        return []

    @property
    def viewer_can_react(self) -> bool:
        """Likewise."""
        return False

    def release_assets(self, name: str | None = None) -> list[Any]:
        """Its files."""
        page = f"{self.asking.forge.url}/{self.home.full_name}/releases/download/{quote(self.one.tag, safe='')}"
        return [
            {"kind": "ReleaseAsset", "id": f"RA_kwDO{one.id}", "name": one.name, "content_type": one.kind,
             "size": len(one.content), "download_count": 0, "download_url": f"{page}/{quote(one.name)}",
             "created_at": one.created, "updated_at": one.created, "release": self,
             "url": f"{self.asking.forge.api_url}/repos/{self.home.full_name}/releases/assets/{one.id}",
             "digest": f"sha256:{sha256(one.content).hexdigest()}", "uploaded_by": self.asking.thing(one.uploader)}
            for one in self.one.assets if name in {None, one.name}
        ]  # fmt: skip
