"""Forgejo's commits, files, branches, tags and releases (source: https://codeberg.org/api/swagger, "repository")."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from igitt.errors import (
    ConflictError,
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    InvalidResponseError,
    ValidationError,
)
from igitt.interfaces import (
    Branch,
    Comment,
    Commit,
    CommitStatus,
    Content,
    FileChange,
    LineComment,
    PaginatedList,
    Release,
    ReleaseAsset,
    Status,
    Tag,
    User,
    computed,
)
from igitt.provider import (
    CommonRef,
    Editable,
    Field,
    Raw,
    ReferringCommit,
    Related,
    RemoteFile,
    WholeList,
    as_bytes,
    as_text,
    checked_status,
    combine,
    flag,
    from_words,
    instant,
    integer,
    nonempty,
    optional_instant,
    optional_integer,
    segment,
    text,
    to_text,
    told_as,
    without_none,
)
from igitt_forgejo.base import ForgejoPart

__all__ = [
    "ForgejoBranch", "ForgejoCommit", "ForgejoContent", "ForgejoRelease", "ForgejoTag", "encoded_path", "file_change",
    "pushed_commit",
    "status_of",
    "with_patches",
]  # fmt: skip

_READ = from_words(Status, {"failure": Status.FAILED, "warning": Status.FAILED})
#: Forgejo knows pending, success, error, failure and warning, so the others go to their nearest.
_WRITTEN = {
    Status.SUCCESS: "success",
    Status.SKIPPED: "success",
    Status.FAILED: "failure",
    Status.ERROR: "error",
    Status.CANCELED: "error",
}
_CHANGES = {"deleted": "removed", "changed": "modified"}


def encoded_path(path: str) -> str:
    """A path in a repository as a URL's; no part of it can climb out."""
    return "/".join(segment(part, "part of a path") for part in path.strip("/").split("/"))


def file_change(data: Mapping[str, Any]) -> FileChange:
    """A file of a commit, a comparison or a pull request."""
    path, status = text(data.get("filename")), text(data.get("status"))
    return FileChange(
        path=path,
        old_path=text(data.get("previous_filename") or path),
        status=_CHANGES.get(status, status),
        additions=optional_integer(data.get("additions")),
        deletions=optional_integer(data.get("deletions")),
        patch=None,
    )


def pushed_commit(told: Mapping[str, Any]) -> dict[str, Any]:
    """A commit as the API has it, of what branches and pushes tell of one, which has other names and one time."""
    found: dict[str, Any] = {"sha": told.get("id"), "html_url": told.get("url")}
    inner: dict[str, Any] = {"message": told.get("message"), "verification": told.get("verification")}
    for role in ("author", "committer"):
        person = told.get(role) or {}
        found[role] = {"login": person["username"]} if person.get("username") else None
        inner[role] = {"name": person.get("name"), "email": person.get("email"), "date": told.get("timestamp")}
    return {**found, "commit": inner}


def with_patches(files: list[FileChange], diff: str) -> list[FileChange]:
    """Files with their patches, out of a unified diff of all of them, and the lines that those add and remove."""
    patches: dict[str, str] = {}
    for part in re.split(r"^diff --git ", diff, flags=re.MULTILINE)[1:]:
        head, mark, hunks = part.partition("\n@@")
        names = re.findall(r"^(?:\+\+\+ b|--- a)/(.*)$", head, re.MULTILINE)
        if names and mark:
            patches[names[-1].rstrip("\t")] = f"@@{hunks.rstrip()}"
    return [_patched(file, patches.get(file.path)) for file in files]


def _patched(file: FileChange, patch: str | None) -> FileChange:
    lines = (patch or "").split("\n")
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    if patch is None or file.additions is not None:
        return replace(file, patch=patch)
    return replace(file, patch=patch, additions=added, deletions=removed)


class ForgejoCommit(ForgejoPart, ReferringCommit):
    """A commit.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository.
        key: the hash, or a branch or tag.
    """

    __slots__ = ()
    _collection = "git/commits"
    _key = "sha"
    _key_type = str
    _parents = "parents"
    _lacks = {
        "check_runs": "Forgejo has statuses alone",
        "comments": "Forgejo has no comments on commits",
        "merge_requests": "Forgejo tells of a commit no more than the one pull request whose merging made it",
    }

    message = Field("commit.message", text)
    author = Related[User | None]("author", "User")
    committer = Related[User | None]("committer", "User")
    author_name = Field("commit.author.name", text)
    author_email = Field("commit.author.email", text)
    committer_name = Field("commit.committer.name", text)
    committer_email = Field("commit.committer.email", text)
    authored_at = Field("commit.author.date", instant)
    committed_at = Field("commit.committer.date", instant)
    verified = Field("commit.verification.verified", flag)

    @computed
    def identifier(self) -> int | str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """The whole hash."""
        return self.sha

    @computed
    def files(self) -> PaginatedList[FileChange]:
        """What it changed; the patches are cut out of its diff, which is a second request."""

        def read() -> list[FileChange]:
            found = self.data.get("files") or ()
            return with_patches([file_change(data) for data in found], self.unified_diff if found else "")

        return WholeList(f"{self._label()}/files", read)

    @computed
    def unified_diff(self) -> str:
        """Its unified diff: ``GET …/git/commits/{sha}.diff``."""
        return self._request("GET", f"{self.api_path}.diff", accept="text/plain").text

    def get_statuses(self) -> PaginatedList[CommitStatus]:
        """The newest status of each context: ``GET …/commits/{ref}/status``."""
        path = f"{self._owner.api_path}/commits/{segment(self._key_value)}/status"
        return self.client.list_of(path, status_of, items="statuses")

    @computed
    def combined_status(self) -> Status:
        """One status out of all."""
        return combine(status.status for status in self.get_statuses())

    def set_status(self, status: CommitStatus) -> None:
        """Report a check's result: ``POST …/statuses/{sha}``."""
        status = checked_status(status)
        body = {
            "state": _WRITTEN.get(status.status, "pending"),
            "context": status.context,
            "description": status.description,
            "target_url": status.url or "",
        }
        self._send("POST", f"{self._owner.api_path}/statuses/{segment(self.sha)}", body)

    def comment(
        self,
        message: str,
        file: str | None = None,
        line: int | None = None,
        mr_number: int | None = None,
        *,
        quick_actions: bool = False,
    ) -> Comment:
        """Say something of it in a pull request; Forgejo has no comments on commits alone."""
        if mr_number is None:
            raise self._cannot("comment", "Forgejo has no comments on commits alone; name a merge request")
        merge_request = self._owner.get_mr(mr_number)
        if file is None or line is None:
            where = "" if file is None else f"`{file}`:\n\n"
            made: Comment = merge_request.add_comment(f"{where}{message}")
            return made
        review = merge_request.review("", "comment", [LineComment(file, line, message)])
        said: Comment | None = review.comments.first()
        if said is None:
            raise InvalidResponseError("the forge did not say what became of the comment", 201)
        return said


def status_of(data: Mapping[str, Any]) -> CommitStatus:
    """A status of a commit."""
    url = text(data.get("target_url"))
    return CommitStatus(
        _READ(data.get("status") or data.get("state")),
        text(data.get("description")),
        text(data.get("context")) or "default",
        url if url.startswith(("http://", "https://")) else None,
    )


class ForgejoContent(ForgejoPart, Content):
    """A file of a repository.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository.
        key: the path in it.
        ref: a branch, tag or commit; the default branch if not given.
    """

    __slots__ = ()
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
        encoded_path(nonempty(key, "a path"))
        return text(key).strip("/")

    @property
    def api_path(self) -> str:
        """``{repository}/contents/{path}``; the branch, tag or commit is a parameter."""
        return f"{self._owner.api_path}/contents/{encoded_path(text(self._key_value))}"

    @property
    def _ref(self) -> str | None:
        ref = self._data.get("ref")
        return None if ref is None else text(ref)

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

    @computed
    def bytes(self) -> Raw:
        """What is in it; one request more where Forgejo leaves the content of a large file out."""
        if self._data.get("content") is None:
            self.refresh()
        if self._data.get("encoding") != "base64":
            path = f"{self._owner.api_path}/raw/{encoded_path(text(self._key_value))}"
            raw: Raw = self._request("GET", path, params={"ref": self._ref}, accept="*/*").content
            return raw
        try:
            return base64.b64decode(self._data.get("content") or "")
        except binascii.Error as error:
            raise InvalidResponseError(f"the forge sent {self._key_value!r} in no base64") from error

    @computed
    def text(self) -> str:
        """What is in it, as UTF-8 text."""
        return as_text(self.bytes, str(self._key_value))

    def get_content(self, ref: str | None = None) -> Content:
        """The same path at another place; sends nothing."""
        return self.client.Content(self.client, self._owner, self._key_value, ref)

    def update(self, content: str | Raw, message: str, branch: str | None = None) -> None:
        """``PUT …/contents/{path}``, which wants the hash of what is there now."""
        self._put("PUT", as_bytes(content), message, self._ref if branch is None else branch, self.sha)

    def _put(self, method: Any, content: Raw, message: str, branch: str | None, sha: str | None = None) -> None:
        written = base64.b64encode(content).decode()
        body = without_none(message=nonempty(message), content=written, branch=branch, sha=sha)
        try:
            answer = self._send(method, self.api_path, body)
        except ValidationError as error:
            if "sha does not match" not in error.message:
                raise
            raise told_as(
                ConflictError, error, f"the hash does not match: {self._key_value!r} was changed meanwhile"
            ) from error
        if not isinstance(answer, dict) or not isinstance(answer.get("content"), dict):
            raise InvalidResponseError(f"the forge did not say what {self._key_value!r} became")
        self._data = {**answer["content"], "content": written, "encoding": "base64", **without_none(ref=branch)}
        self._complete = False

    def delete(self, message: str, branch: str | None = None) -> None:  # type: ignore[override]  # a commit has a message
        """``DELETE …/contents/{path}``, which wants the hash of what is there now."""
        body = without_none(message=nonempty(message), sha=self.sha, branch=self._ref if branch is None else branch)
        self._send("DELETE", self.api_path, body)


class ForgejoBranch(CommonRef, ForgejoPart, Branch):
    """A branch of a repository.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository.
        key: the branch's name.
    """

    __slots__ = ()
    _collection = "branches"

    identifier = Field("name", text)
    name = Field("name", text)
    is_protected = Field("protected", flag)

    @computed
    def commit(self) -> Commit:
        """Its newest commit."""
        told = Field[Any]("commit", dict).__get__(self, type(self))
        return self.client.Commit.from_data(pushed_commit(told), self.client, self._owner)

    @computed
    def web_url(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """The page of its files; the API gives none."""
        return f"{self._owner.web_url}/src/branch/{encoded_path(text(self._key_value))}"

    def protect(self) -> None:
        """Keep it from being rewritten and deleted: ``POST …/branch_protections``."""
        body = {"rule_name": self._key_value, "enable_push": True}
        self._send("POST", f"{self._owner.api_path}/branch_protections", body)
        self._absorb({"protected": True}, complete=False)

    def unprotect(self) -> None:
        """Take its own protection away: ``DELETE …/branch_protections/{name}``."""
        try:
            self._send("DELETE", f"{self._owner.api_path}/branch_protections/{segment(self._key_value)}")
        except ElementDoesntExistError:  # no protection, or no branch: reading it tells
            self.refresh()
        else:
            self._outdate()


class ForgejoTag(CommonRef, ForgejoPart, Tag):
    """A tag of a repository.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository.
        key: the tag's name.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "tags"

    identifier = Field("name", text)
    name = Field("name", text)
    commit = Related[Commit]("commit", "Commit", scoped=True)

    @computed
    def message(self) -> str:
        """What was written to it; Forgejo shows the commit's message for a tag that is nothing but a name."""
        data = self._data if {"id", "message", "commit"} <= self._data.keys() else self.data
        is_name_alone = data.get("id") == (data.get("commit") or {}).get("sha")
        return "" if is_name_alone else text(data.get("message")).rstrip("\n")

    @computed
    def web_url(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """Its page; the API gives none."""
        return f"{self._owner.web_url}/src/tag/{encoded_path(text(self._key_value))}"


class ForgejoRelease(ForgejoPart, Release):
    """A release of a repository.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository.
        key: the tag's name.
    """

    __slots__ = ()
    _listed_whole = True
    _key = "tag_name"
    _key_type = str

    name = Editable("name", text, nonempty)
    tag_name = Field("tag_name", text)
    description = Editable("body", text, to_text)
    is_draft = Editable("draft", flag)
    is_prerelease = Editable("prerelease", flag)
    created = Field("created_at", instant)

    @property
    def api_path(self) -> str:
        """``{repository}/releases/{id}``; by its tag as long as the id is not known, which is for reading only."""
        number = self._data.get("id")
        end = f"tags/{segment(self._key_value)}" if number is None else segment(number)
        return f"{self._owner.api_path}/releases/{end}"

    @computed
    def released_at(self) -> datetime | None:
        """When it was published; None as long as it is a draft."""
        return None if self.is_draft else Field("published_at", optional_instant).__get__(self, type(self))

    @computed
    def is_upcoming(self) -> bool:
        """Never: a release of Forgejo is a draft until it is published."""
        return False

    def _write(self, body: Mapping[str, Any]) -> None:
        self._by_number()
        super()._write(body)

    def _by_number(self) -> None:
        """Learn the id, by which alone Forgejo lets a release be written."""
        if self._data.get("id") is None:
            self.refresh()

    @computed
    def assets(self) -> list[ReleaseAsset]:
        """The files attached to it."""
        found = Field[Any]("assets", lambda value: value or ()).__get__(self, type(self))
        return [_asset(self, data) for data in found]

    def _remove_asset(self, number: int) -> None:
        """``DELETE …/releases/{id}/assets/{attachment_id}``."""
        self._by_number()
        self._send("DELETE", f"{self.api_path}/assets/{number}")
        if isinstance(known := self._data.get("assets"), list):
            self._data = {**self._data, "assets": [data for data in known if data.get("id") != number]}

    def upload_asset(
        self, name: str, content: str | bytes, content_type: str = "application/octet-stream"
    ) -> ReleaseAsset:
        """``POST …/releases/{id}/assets``; the media type is told by Forgejo itself, which looks at the content."""
        raw = as_bytes(content)
        nonempty(name, "a file's name")
        if any(known.name == name for known in self.refresh().assets):  # Forgejo would take a second one
            raise ElementAlreadyExistsError(f"the name {name!r} has already been taken in this release", 409)
        data = self._request(
            "POST",
            f"{self.api_path}/assets",
            params={"name": name},
            content=raw,
            headers={"Content-Type": "application/octet-stream"},
        ).data
        if "assets" in self._data:
            self._data = {**self._data, "assets": [*(self._data["assets"] or ()), data]}
        return _asset(self, data)

    def delete(self) -> None:
        """Remove it; its tag stays."""
        self._by_number()
        super().delete()


def _asset(release: ForgejoRelease, data: Mapping[str, Any]) -> ReleaseAsset:
    number, url = integer(data.get("id")), text(data.get("browser_download_url"))
    return ReleaseAsset(
        text(data.get("name")),
        url,
        optional_integer(data.get("size")),
        number,
        lambda: RemoteFile(release.client, url, "*/*"),
        lambda: release._remove_asset(number),
    )
