"""GitLab's releases (source: https://docs.gitlab.com/api/releases/)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from igitt._http.error_mapping import told_as
from igitt._objects.resource import Editable, Field
from igitt.errors import ElementAlreadyExistsError, InvalidResponseError, ValidationError
from igitt.gitlab.base import GitLabPart
from igitt.interfaces.content import as_bytes
from igitt.interfaces.convert import flag, instant, integer, nonempty, optional_instant, text, to_text
from igitt.interfaces.element import Unsupported
from igitt.interfaces.release import Release, ReleaseAsset

__all__ = ["GitLabRelease"]


def _asset(data: Mapping[str, Any]) -> ReleaseAsset:
    url = data.get("direct_asset_url") or data.get("url")
    return ReleaseAsset(text(data.get("name")), text(url), None, integer(data.get("id")))


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
    is_prerelease = Unsupported[bool]("GitLab does not tell pre-releases from others")
    is_upcoming = Field("upcoming_release", flag)
    released_at = Field("released_at", optional_instant)
    assets = Field("assets.links", lambda found: [_asset(data) for data in found or ()])

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
        return _asset(data)

    def _address_of(self, path: str) -> str:
        """The whole address of a path that GitLab tells, which has the instance's own path in it or not."""
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
