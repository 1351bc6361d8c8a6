"""The releases of a repository."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element

if TYPE_CHECKING:
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.release import Release

__all__ = ["RepositoryReleases"]


class RepositoryReleases(Element):
    """What a repository does with its releases."""

    __slots__ = ()

    releases: Attribute[PaginatedList[Release]] = Attribute("Its releases, newest first.")
    latest_release: Attribute[Release | None] = Attribute(
        "The newest one, on GitHub without drafts and pre-releases; None where there is none. Asks."
    )

    @abstractmethod
    def get_release(self, tag_name: str) -> Release:
        """The release of a tag; sends nothing."""

    @abstractmethod
    def create_release(
        self, tag_name: str, name: str = "", description: str = "", *, ref: str | None = None
    ) -> Release:
        """Give out a version.

        Args:
            tag_name: the tag; it is made if there is none of that name.
            name: the title; the tag's name if not given.
            description: what it brings.
            ref: the branch or commit that a new tag is made at; the default branch if not given.

        Raises:
            ElementAlreadyExistsError: when the tag has a release.
            ValidationError: when there is nothing at `ref`.
        """
