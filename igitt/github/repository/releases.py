"""A repository's releases on GitHub."""

from __future__ import annotations

from datetime import datetime

from igitt._objects.identity import RECENT
from igitt.errors import ElementDoesntExistError, UnsupportedOperationError
from igitt.github.base import GitHubResource
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import nonempty, text, without_none
from igitt.interfaces.element import partly
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.release import Release
from igitt.interfaces.repository_releases import RepositoryReleases
from igitt.interfaces.shapes import shaped

__all__ = ["GitHubRepositoryReleases"]

_OTHER_DAY = "for another day than now: make a draft, and publish it when the day has come"


class GitHubRepositoryReleases(GitHubResource, RepositoryReleases):
    """The part of :class:`igitt.github.repository.repository.GitHubRepository` that is about releases."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own

    @computed
    def releases(self) -> PaginatedList[Release]:
        """Its releases; drafts only for users who may write."""
        return self.client.list(f"{self.api_path}/releases", self.client.Release, self)

    def generate_release_notes(self, tag_name: str, previous: str | None = None) -> str:
        """``POST /repos/{owner}/{repo}/releases/generate-notes``, which makes nothing."""
        body = without_none(tag_name=nonempty(tag_name), previous_tag_name=previous)
        data = self._request("POST", f"{self.api_path}/releases/generate-notes", json=body, writes=False).data
        with shaped("notes of a release"):
            return text(data.get("body"))

    @computed
    def latest_release(self) -> Release | None:
        """``GET /repos/{owner}/{repo}/releases/latest``."""
        try:
            data = self.client.get(f"{self.api_path}/releases/latest")
        except ElementDoesntExistError:
            if self.client.transport.now() - self._seen >= RECENT:
                self.refresh()  # or is there no such repository?
            return None
        return self.client.Release.from_data(data, self.client, self)

    def get_release(self, tag_name: str) -> Release:
        """The release of a tag; sends nothing."""
        return self.client.Release(self.client, self, tag_name)

    @partly(_OTHER_DAY)
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
        """``POST /repos/{owner}/{repo}/releases``."""
        if released_at is not None:
            raise UnsupportedOperationError(f"github does not support a release {_OTHER_DAY}")
        states = {key: True for key, wanted in (("draft", draft), ("prerelease", prerelease)) if wanted}
        body = without_none(
            tag_name=nonempty(tag_name), name=name or tag_name, body=description, target_commitish=ref, **states
        )
        return self._created(self.client.Release, "releases", body)
