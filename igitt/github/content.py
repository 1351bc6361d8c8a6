"""GitHub's files (source: https://docs.github.com/en/rest/repos/contents)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Self

from igitt._base.paths import segment
from igitt._objects.resource import Field
from igitt.errors import ElementDoesntExistError, InvalidResponseError, ValidationError
from igitt.github.base import GitHubPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.content import Content, Raw, as_bytes, as_text
from igitt.interfaces.convert import integer, nonempty, text, without_none

__all__ = ["GitHubContent", "encoded_path"]

#: Beyond one megabyte GitHub leaves the content out of the JSON, and has to be asked for the bytes themselves.
_RAW = "application/vnd.github.raw+json"


def encoded_path(path: Any) -> str:
    """A path in a repository as a URL's; no part of it can climb out."""
    if not isinstance(path, str):
        raise ValidationError(f"a path is a text such as 'docs/index.md', not {path!r}")
    return "/".join(segment(part, "part of a path") for part in path.strip("/").split("/"))


class GitHubContent(GitHubPart, Content):
    """A file of a repository.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: the path in it.
        ref: a branch, tag or commit; the default branch if not given.
    """

    __slots__ = ()
    _collection = "contents"
    _key = "path"
    _key_type = str
    _further = ("ref",)

    def __init__(self, client: Any, scope: Any, key: str, ref: str | None = None) -> None:
        super().__init__(client, scope, key)
        self._data = without_none(**self._data, ref=ref)

    path = Field("path", text)
    size = Field("size", integer)
    sha = identifier = Field("sha", text)

    @classmethod
    def _checked_key(cls, key: Any) -> str:
        encoded_path(key)
        return str(key).strip("/")

    @property
    def api_path(self) -> str:
        """``{repository}/contents/{path}``; the branch, tag or commit is a parameter."""
        return f"{self._owner.api_path}/contents/{encoded_path(self._key_value)}"

    @property
    def _ref(self) -> str | None:
        ref = self._data.get("ref")
        return None if ref is None else str(ref)

    def _same(self, other: Any) -> bool:
        return bool((self._key_value, self._ref) == (other._key_value, other._ref) and self._owner == other._owner)

    def refresh(self) -> Self:
        """Read it again from the forge, and give it back."""
        data = self._request("GET", self.api_path, params={"ref": self._ref}).data
        if isinstance(data, list) or (isinstance(data, dict) and data.get("type") in {"dir", "submodule"}):
            raise ElementDoesntExistError(f"{self._key_value!r} is a folder or a submodule, no file", 404)
        self._absorb(data)
        return self

    def _absorb(self, data: Any, *, complete: bool = True) -> None:
        super()._absorb({**data, **without_none(ref=self._ref)} if isinstance(data, dict) else data, complete=complete)

    def _known(self) -> Mapping[str, Any]:
        """Its data with the content, as far as GitHub puts that there."""
        if "content" not in self._data:
            self.refresh()
        return self._data

    @computed
    def bytes(self) -> Raw:
        """What is in it; one request more if it has over a megabyte."""
        data = self._known()
        if data.get("encoding") == "base64":
            try:
                return base64.b64decode(data.get("content") or "")
            except binascii.Error as error:
                raise InvalidResponseError(f"the forge sent {self._key_value!r} in no base64") from error
        return self._request("GET", self.api_path, params={"ref": self._ref}, accept=_RAW).content

    @computed
    def text(self) -> str:
        """What is in it, as UTF-8 text."""
        return as_text(self.bytes, str(self._key_value))

    def get_content(self, ref: str | None = None) -> Content:
        """The same path at another place; sends nothing."""
        return self.client.Content(self.client, self._owner, self._key_value, ref)

    def update(self, content: str | Raw, message: str, branch: str | None = None) -> None:
        """``PUT /repos/{owner}/{repo}/contents/{path}``, which wants the hash of what is there now."""
        raw, sha = as_bytes(content), str(self.sha)
        self._put(raw, message, self._ref if branch is None else branch, sha)

    def _put(self, content: Raw, message: str, branch: str | None, sha: str | None = None) -> None:
        written = base64.b64encode(content).decode()
        body = without_none(message=nonempty(message), content=written, branch=branch, sha=sha)
        answer = self._request("PUT", self.api_path, json=body).data
        if not isinstance(answer, dict) or not isinstance(answer.get("content"), dict):
            raise InvalidResponseError(f"the forge did not say what {self._key_value!r} became")
        # The response has everything but what was just sent.
        self._data = {**answer["content"], "content": written, "encoding": "base64", **without_none(ref=branch)}
        self._complete = False

    def delete(self, message: str, branch: str | None = None) -> None:
        """``DELETE /repos/{owner}/{repo}/contents/{path}``, which wants the hash of what is there now."""
        body = without_none(message=nonempty(message), sha=self.sha, branch=self._ref if branch is None else branch)
        self._request("DELETE", self.api_path, json=body)
