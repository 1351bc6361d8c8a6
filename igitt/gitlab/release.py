"""GitLab's releases (source: https://docs.gitlab.com/api/releases/)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from igitt._base.trust import origin_of
from igitt._http.download import RemoteFile
from igitt._http.error_mapping import told_as
from igitt._objects.resource import Editable, Field
from igitt.errors import ElementAlreadyExistsError, InvalidResponseError, ValidationError
from igitt.gitlab.base import GitLabPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.content import as_bytes
from igitt.interfaces.convert import flag, instant, integer, nonempty, optional_instant, text, to_text
from igitt.interfaces.download import Download
from igitt.interfaces.element import Unsupported
from igitt.interfaces.release import Release, ReleaseAsset

__all__ = ["GitLabRelease"]

_UPLOAD = re.compile(r"/uploads/(?P<secret>[0-9a-f]{32})/(?P<name>[^/?#]+)$")


def _asset(release: GitLabRelease, data: Mapping[str, Any]) -> ReleaseAsset:
    url = text(data.get("direct_asset_url") or data.get("url"))
    number = integer(data.get("id"))
    return ReleaseAsset(
        text(data.get("name")), url, None, number, lambda: _file(release, url), lambda: release._remove_link(number)
    )


def _file(release: GitLabRelease, url: str) -> Download:
    """The file behind a link: of the project's own uploads by the API, of anything else without a credential."""
    upload = _UPLOAD.search(url)
    if upload and origin_of(url) == release.client.transport.origin:
        return RemoteFile(release.client, f"{release._owner.api_path}/uploads/{upload['secret']}/{upload['name']}")
    return RemoteFile(release.client, url)


class GitLabRelease(GitLabPart, Release):
    """A release of a project.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project.
        key: the tag's name.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "releases"
    _key = "tag_name"
    _key_type = str

    # GitLab gives releases no number: the tag's name is all there is.
    tag_name = identifier = Field("tag_name", text)
    web_url = Field("_links.self", text)
    name = Editable("name", text, nonempty)
    description = Editable("description", text, to_text)
    created = Field("created_at", instant)
    is_draft = Unsupported[bool]("a release of GitLab is seen by everybody at once; see released_at")
    is_prerelease = Unsupported[bool]("GitLab does not distinguish pre-releases")
    is_upcoming = Field("upcoming_release", flag)
    released_at = Field("released_at", optional_instant)

    @computed
    def assets(self) -> list[ReleaseAsset]:
        """The links of the release, which lead to its files."""
        return [_asset(self, data) for data in Field[Any]("assets.links", list).__get__(self, type(self)) or ()]

    def _remove_link(self, number: int) -> None:
        """``DELETE /projects/:id/releases/:tag_name/assets/links/:link_id``; the file itself stays with the project."""
        self._request("DELETE", f"{self.api_path}/assets/links/{number}")
        known = self._data.get("assets")
        if isinstance(known, dict):
            left = [data for data in known.get("links") or () if data.get("id") != number]
            self._data = {**self._data, "assets": {**known, "links": left}}

    def _same(self, other: Any) -> bool:
        return bool(self._key_value == other._key_value and self._owner == other._owner)

    def upload_asset(
        self, name: str, content: str | bytes, content_type: str = "application/octet-stream"
    ) -> ReleaseAsset:
        """Two requests: GitLab keeps the file with the project, and the release links to it.

        Source: https://docs.gitlab.com/api/project_markdown_uploads/ and https://docs.gitlab.com/api/releases/links/
        """
        body, kind = _form(nonempty(name), as_bytes(content), content_type)
        headers = {"Content-Type": kind}
        kept = self._request("POST", f"{self._owner.api_path}/uploads", content=body, headers=headers).data
        if not isinstance(kept, dict) or not kept.get("full_path"):
            raise InvalidResponseError("the forge did not say where it keeps the file")
        link = {"name": name, "url": self._address_of(text(kept["full_path"])), "link_type": "other"}
        try:
            data = self._request("POST", f"{self.api_path}/assets/links", json=link).data
        except ValidationError as error:
            if "taken" not in error.message:
                raise
            raise told_as(ElementAlreadyExistsError, error, error.message) from error
        known = self._data.get("assets")
        if isinstance(known, dict):
            self._data = {**self._data, "assets": {**known, "links": [*(known.get("links") or ()), data]}}
        return _asset(self, data)

    def _address_of(self, path: str) -> str:
        """The whole address of a path that GitLab sends, which has the instance's own path in it or not."""
        parts = urlsplit(self.client.web_url)
        base = f"{parts.scheme}://{parts.netloc}"
        return f"{base}{path}" if parts.path and path.startswith(f"{parts.path}/") else f"{base}{parts.path}{path}"

    def delete(self) -> None:
        """Remove it; its tag stays."""
        self._request("DELETE", self.api_path)


def _form(name: str, content: bytes, content_type: str) -> tuple[bytes, str]:
    """A form with a file in it, and its media type (RFC 7578)."""
    if any(letter in text_ for text_ in (name, content_type) for letter in "\r\n\0"):
        raise ValidationError(f"{name!r} cannot be the name of a file with the media type {content_type!r}")
    border = secrets.token_hex(16)
    quoted = name.replace("\\", "%5C").replace('"', "%22")
    head = f'Content-Disposition: form-data; name="file"; filename="{quoted}"\r\nContent-Type: {content_type}\r\n\r\n'
    body = f"--{border}\r\n{head}".encode() + content + f"\r\n--{border}--\r\n".encode()
    return body, f"multipart/form-data; boundary={border}"
