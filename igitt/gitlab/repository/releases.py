"""A project's releases on GitLab."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from igitt.errors import UnsupportedOperationError, ValidationError
from igitt.gitlab.base import Grouped
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import nonempty, text, to_instant, without_none
from igitt.interfaces.element import partly
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.release import Release
from igitt.interfaces.repository_releases import RepositoryReleases
from igitt.interfaces.shapes import shaped

__all__ = ["GitLabRepositoryReleases"]

#: https://docs.gitlab.com/api/repositories/#generate-changelog-data: a semantic version.
_VERSION = re.compile(r"v?(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)")
_HIDDEN = "as a draft or a pre-release: it can have a day to come, see released_at"


class GitLabRepositoryReleases(Grouped, RepositoryReleases):
    """The part of :class:`igitt.gitlab.repository.repository.GitLabRepository` that is about releases."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own

    @computed
    def releases(self) -> PaginatedList[Release]:
        """Its releases."""
        return self.client.list(f"{self.api_path}/releases", self.client.Release, self)

    def generate_release_notes(self, tag_name: str, previous: str | None = None) -> str:
        """``GET /projects/:id/repository/changelog``: what the commits' trailers say.

        GitLab wants a semantic version, which the tag may have a ``v`` before.
        """
        version = _VERSION.fullmatch(nonempty(tag_name))
        if not version:
            raise ValidationError(f'GitLab writes notes for a version such as "v1.2.0", not for {tag_name!r}')
        home: Any = self
        to = tag_name if home._is_tag(tag_name) else None  # without it, GitLab takes the default branch
        params = without_none(version=version[1], **{"from": previous, "to": to})
        data = self.client.get(f"{self.api_path}/repository/changelog", params=params)
        with shaped("a changelog"):
            return text(data.get("notes"))

    @computed
    def latest_release(self) -> Release | None:
        """The first of ``GET /projects/:id/releases``: ``permalink/latest`` would be a redirect, two requests.

        Upcoming ones come before it; only where there is one, the others are read.
        """
        found = self.client.get(f"{self.api_path}/releases", params={"per_page": 1})
        if found and found[0].get("upcoming_release"):
            return next((one for one in self.releases if not one.is_upcoming), None)
        return self.client.Release.from_data(found[0], self.client, self) if found else None

    def get_release(self, tag_name: str) -> Release:
        """The release of a tag; sends nothing."""
        return self.client.Release(self.client, self, tag_name)

    @partly(_HIDDEN)
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
        """``POST /projects/:id/releases``, which requires where a new tag is to be."""
        if draft or prerelease:
            raise UnsupportedOperationError(f"gitlab does not support a release {_HIDDEN}")
        moment = to_instant(released_at)  # before anything is asked
        home: Any = self  # the whole project, of which this is a part
        content = without_none(
            tag_name=nonempty(tag_name),
            name=name or tag_name,
            description=description,
            ref=home.default_branch if ref is None else ref,
            released_at=moment,
        )
        return self._created(self.client.Release, "releases", content)
