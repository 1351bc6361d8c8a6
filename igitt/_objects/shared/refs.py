"""Branches and tags as far as they are alike on every forge: both are known by their exact names.

Nothing in this room knows a forge, and nothing sends a request.
"""

from __future__ import annotations

from typing import Any

from igitt._objects.part import Part
from igitt._objects.resource import Resource
from igitt.interfaces.attributes import computed
from igitt.interfaces.branch import Branch
from igitt.interfaces.deploy_key import DeployKey
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.organization import Organization
from igitt.interfaces.repository import Repository
from igitt.interfaces.tag import Tag
from igitt.interfaces.user import User

__all__ = ["CommonRef", "CommonRefs", "owner_name"]


class CommonRef(Part):
    """What a name in git and its repository make up."""

    __slots__ = ()
    _key = "name"
    _key_type = str

    def _same(self, other: Any) -> bool:
        """Git distinguishes ``Fix`` and ``fix``, unlike other names at a forge."""
        return bool(self._data.get("name") == other._data.get("name")) and super()._same(other)


class CommonRefs(Resource, Repository):
    """The part of a repository's branches and tags that no forge does in its own way."""

    __slots__ = ()

    #: Where the lists are, below the repository: ``"repository/"`` on GitLab.
    _refs_place = ""
    #: What the list of deploy keys is called.
    _keys_place = "deploy_keys"

    @computed
    def branches(self) -> PaginatedList[Branch]:
        """Its branches, by name."""
        return self.client.list(f"{self.api_path}/{self._refs_place}branches", self.client.Branch, self)

    def get_branch(self, name: str) -> Branch:
        """The branch of that name; sends nothing."""
        return self.client.Branch(self.client, self, name)

    @computed
    def tags(self) -> PaginatedList[Tag]:
        """Its tags."""
        return self.client.list(f"{self.api_path}/{self._refs_place}tags", self.client.Tag, self)

    @computed
    def deploy_keys(self) -> PaginatedList[DeployKey]:
        """The SSH keys that open it to ``git``."""
        return self.client.list(f"{self.api_path}/{self._keys_place}", self.client.DeployKey, self)

    def get_tag(self, name: str) -> Tag:
        """The tag of that name; sends nothing."""
        return self.client.Tag(self.client, self, name)


def owner_name(owner: User | Organization | str) -> str:
    """The name that a repository's path begins with, of its owner given as an object or by name."""
    if isinstance(owner, User):
        return owner.username
    return owner.name if isinstance(owner, Organization) else owner
