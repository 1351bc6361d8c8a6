"""GitHub's releases (source: https://docs.github.com/en/rest/releases/releases)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from igitt._base.paths import segment
from igitt._http.download import RemoteFile
from igitt._objects.resource import Editable, Field
from igitt.errors import ElementDoesntExistError
from igitt.github.base import GitHubPart
from igitt.github.uploads import upload
from igitt.interfaces.attributes import computed
from igitt.interfaces.content import as_bytes
from igitt.interfaces.convert import flag, instant, integer, nonempty, optional_instant, optional_integer, text, to_text
from igitt.interfaces.release import Release, ReleaseAsset

__all__ = ["GitHubRelease"]


def _asset(release: GitHubRelease, data: Mapping[str, Any]) -> ReleaseAsset:
    number = integer(data.get("id"))
    path = f"{release._owner.api_path}/releases/assets/{number}"
    return ReleaseAsset(
        text(data.get("name")),
        text(data.get("browser_download_url")),
        optional_integer(data.get("size")),
        number,
        lambda: RemoteFile(release.client, path, "application/octet-stream"),
        lambda: release._remove_asset(path, number),
    )


class GitHubRelease(GitHubPart, Release):
    """A release of a repository.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: the tag's name.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "releases"
    _key = "tag_name"
    _key_type = str

    name = Editable("name", text, nonempty)
    tag_name = Field("tag_name", text)
    description = Editable("body", text, to_text)
    is_draft = Editable("draft", flag)
    is_prerelease = Editable("prerelease", flag)
    released_at = Field("published_at", optional_instant)

    @property
    def api_path(self) -> str:
        """``{repository}/releases/{id}``; by its tag as long as the id is not known, which is for reading only."""
        number = self._data.get("id")
        end = f"tags/{segment(self._key_value)}" if number is None else segment(number)
        return f"{self._owner.api_path}/releases/{end}"

    @computed
    def created(self) -> datetime:
        """When it was published; GitHub's own ``created_at`` is the commit's time."""
        published = Field[Any]("published_at", text).__get__(self, type(self))
        return instant(published or self._data.get("created_at"))

    @computed
    def is_upcoming(self) -> bool:
        """Never: a release of GitHub is a draft until it is published."""
        return False

    @computed
    def assets(self) -> list[ReleaseAsset]:
        """The files that were put to it."""
        return [_asset(self, data) for data in Field[Any]("assets", list).__get__(self, type(self)) or ()]

    def _remove_asset(self, path: str, number: int) -> None:
        """``DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}``."""
        self._request("DELETE", path)
        if isinstance(known := self._data.get("assets"), list):
            self._data = {**self._data, "assets": [data for data in known if data.get("id") != number]}

    def refresh(self) -> Self:
        """Read it again. GitHub finds by its tag what is published; a draft igitt looks for among all releases."""
        try:
            return super().refresh()
        except ElementDoesntExistError:
            if self._data.get("id") is not None:
                raise
            tag = self._key_value
            for data in self.client.list_of(f"{self._owner.api_path}/releases", dict):
                if data.get("draft") and data.get("tag_name") == tag:
                    self._absorb(data)
                    return self
            raise

    def _same(self, other: Any) -> bool:
        mine, theirs = self._data.get("id"), other._data.get("id")
        if mine is not None and theirs is not None:
            return bool(mine == theirs)
        return bool(self._key_value == other._key_value and self._owner == other._owner)

    def _by_number(self) -> None:
        """Learn the id, by which alone GitHub lets a release be written."""
        if self._data.get("id") is None:
            self.refresh()

    def _write(self, body: Mapping[str, Any]) -> None:
        self._by_number()
        super()._write(body)

    def upload_asset(
        self, name: str, content: str | bytes, content_type: str = "application/octet-stream"
    ) -> ReleaseAsset:
        """``POST`` to the release's ``upload_url`` (source: https://docs.github.com/en/rest/releases/assets)."""
        raw, address = as_bytes(content), Field[Any]("upload_url", text).__get__(self, type(self))
        data = upload(self.client, address, nonempty(name), raw, content_type)
        if "assets" in self._data:
            self._data = {**self._data, "assets": [*(self._data["assets"] or ()), data]}
        return _asset(self, data)

    def delete(self) -> None:
        """Remove it; its tag stays."""
        self._by_number()
        self._request("DELETE", self.api_path)
