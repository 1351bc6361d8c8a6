"""The releases of a repository."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element, optional

if TYPE_CHECKING:
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.release import Release

__all__ = ["RepositoryReleases"]


class RepositoryReleases(Element):
    """What a repository does with its releases."""

    __slots__ = ()

    releases: Attribute[PaginatedList[Release]] = Attribute("Its releases, newest first.")
    latest_release: Attribute[Release | None] = Attribute(
        "The newest one, without drafts, pre-releases and upcoming ones; None without any. Sends a request."
    )

    @optional
    def generate_release_notes(self, tag_name: str, previous: str | None = None) -> str:
        """What a release would bring, as the forge writes it out of merge requests or commits; nothing is made.

        Args:
            tag_name: the tag of the release, which need not be there yet.
            previous: the tag that it is compared with; the forge finds the last one if not given.

        Raises:
            ValidationError: when there is nothing to compare.

        Example:
            >>> "Full Changelog" in repository.generate_release_notes("v1.0")
            True
        """
        raise NotImplementedError

    @abstractmethod
    def get_release(self, tag_name: str) -> Release:
        """The release of a tag; sends nothing.

        Example:
            >>> repository.get_release(release.tag_name).is_draft
            False
        """

    @abstractmethod
    def create_release(
        self,
        tag_name: str,
        name: str = "",
        description: str = "",
        *,
        ref: str | None = None,
        draft: bool = False,
        prerelease: bool = False,
        released_at: datetime | None = None,
    ) -> Release:
        """Publish a version.

        Args:
            tag_name: the tag; it is created if it does not exist.
            name: the title; the tag's name if not given.
            description: what is new in it.
            ref: the branch or commit that a new tag is made at; the default branch if not given.
            draft: whether only users who may write see it for now, and its tag is not created yet (GitHub).
            prerelease: whether it is not for everybody yet (GitHub).
            released_at: the day it is for, if that is not now (GitLab).

        Raises:
            ElementAlreadyExistsError: when the tag has a release.
            ValidationError: when there is nothing at `ref`.
            UnsupportedOperationError: when the forge has no such releases.

        Example:
            >>> release = repository.create_release("v2.0", "The second", "It turns back.")
            >>> repository.latest_release == release
            True
        """
