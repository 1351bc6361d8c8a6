"""GitLab's files (source: https://docs.gitlab.com/api/repository_files/)."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Self

from igitt._base.paths import segment
from igitt._http.error_mapping import told_as
from igitt._objects.resource import Field
from igitt.errors import (
    ConflictError,
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    IGittError,
    InvalidResponseError,
    ValidationError,
)
from igitt.gitlab.base import GitLabPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.content import Content, Raw, as_bytes, as_text
from igitt.interfaces.convert import integer, nonempty, text, without_none

__all__ = ["GitLabContent", "checked_path", "refusal"]

#: What GitLab's 400 says, and what it means.
_REFUSALS: tuple[tuple[str, type[IGittError]], ...] = (
    ("name already exists", ElementAlreadyExistsError),
    ("doesn't exist", ElementDoesntExistError),
    ("when you are on a branch", ElementDoesntExistError),
    ("has changed since you started", ConflictError),
    ("has been changed", ConflictError),
)


def refusal(error: ValidationError) -> IGittError:
    """GitLab's 400 on a file as the error that it means."""
    kind = next((kind for words, kind in _REFUSALS if words in error.message), None)
    return error if kind is None else told_as(kind, error, error.message)


def checked_path(path: Any) -> str:
    """A path in a repository without slashes at its ends; no part of it can climb out."""
    if not isinstance(path, str):
        raise ValidationError(f"a path is a text such as 'docs/index.md', not {path!r}")
    for part in path.strip("/").split("/"):
        segment(part, "part of a path")
    return path.strip("/")


class GitLabContent(GitLabPart, Content):
    """A file of a project.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project.
        key: the path in it.
        ref: a branch, tag or commit; the default branch if not given.
    """

    __slots__ = ()
    _collection = "repository/files"
    _key = "file_path"
    _key_type = str
    _further = ("ref",)

    def __init__(self, client: Any, scope: Any, key: str, ref: str | None = None) -> None:
        super().__init__(client, scope, key)
        self._data = without_none(**self._data, ref=ref)

    path = Field("file_path", text)
    size = Field("size", integer)
    sha = identifier = Field("blob_id", text)

    @computed
    def web_url(self) -> str:
        """Its page; the API gives none."""
        path = "/".join(segment(part) for part in str(self._key_value).split("/"))
        return f"{self._owner.web_url}/-/blob/{segment(self._ref or 'HEAD').replace('%2F', '/')}/{path}"

    @classmethod
    def _checked_key(cls, key: Any) -> str:
        return checked_path(key)

    @property
    def _ref(self) -> str | None:
        ref = self._data.get("ref")
        return None if ref in {None, "HEAD"} else str(ref)

    def _same(self, other: Any) -> bool:
        return bool((self._key_value, self._ref) == (other._key_value, other._ref) and self._owner == other._owner)

    def refresh(self) -> Self:
        """Read it again from the forge, and give it back."""
        self._absorb(self._request("GET", self.api_path, params={"ref": self._ref or "HEAD"}).data)
        return self

    @computed
    def bytes(self) -> Raw:
        """What is in it."""
        if "content" not in self._data:
            self.refresh()
        content = text(self._data.get("content"))
        if self._data.get("encoding") != "base64":
            return content.encode()
        try:
            return base64.b64decode(content)
        except binascii.Error as error:
            raise InvalidResponseError(f"the forge sent {self._key_value!r} in no base64") from error

    @computed
    def text(self) -> str:
        """What is in it, as UTF-8 text."""
        return as_text(self.bytes, str(self._key_value))

    def get_content(self, ref: str | None = None) -> Content:
        """The same path at another place; sends nothing."""
        return self.client.Content(self.client, self._owner, self._key_value, ref)

    def _branch(self, branch: str | None) -> str:
        """Where to write: GitLab requires a name, which for the default branch comes from the project."""
        found = self._ref if branch is None else branch
        return text(self._owner.default_branch if found is None else found)

    def update(self, content: str | Raw, message: str, branch: str | None = None) -> None:
        """``PUT /projects/:id/repository/files/:file_path``."""
        self._put("PUT", as_bytes(content), message, branch)

    def _put(self, method: str, content: Raw, message: str, branch: str | None) -> None:
        written, where = base64.b64encode(content).decode(), self._branch(branch)
        body = without_none(
            branch=where,
            commit_message=nonempty(message),
            content=written,
            encoding="base64",
            last_commit_id=self._data.get("last_commit_id"),
        )
        try:
            self._request(method, self.api_path, json=body)
        except ValidationError as error:
            raise refusal(error) from error
        # GitLab answers with no more than path and branch; the rest is what was just sent.
        ref = self._ref if branch is None else branch
        told = {"content": written, "encoding": "base64", "size": len(content), **without_none(ref=ref)}
        self._data = {"file_path": self._key_value, **told}
        self._complete = False

    def delete(self, message: str, branch: str | None = None) -> None:
        """``DELETE /projects/:id/repository/files/:file_path``."""
        params = without_none(
            branch=self._branch(branch),
            commit_message=nonempty(message),
            last_commit_id=self._data.get("last_commit_id"),
        )
        try:
            self._request("DELETE", self.api_path, params=params)
        except ValidationError as error:
            raise refusal(error) from error
