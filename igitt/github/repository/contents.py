"""A repository's files on GitHub: by its contents, and by git's own objects where many are meant."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from igitt._base.paths import segment
from igitt._http.error_mapping import told_as
from igitt._http.pagination import WholeList
from igitt._objects.steps import following
from igitt.errors import (
    ConflictError,
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    InvalidResponseError,
    ValidationError,
)
from igitt.github.base import GitHubResource
from igitt.github.content import encoded_path
from igitt.interfaces.attributes import computed
from igitt.interfaces.commit import Commit
from igitt.interfaces.content import Content, as_bytes
from igitt.interfaces.convert import nonempty, without_none
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.repository_contents import RepositoryContents, checked_format, checked_person
from igitt.interfaces.shapes import shaped

__all__ = ["GitHubRepositoryContents"]

#: GitHub's contents list no more files of a folder than this.
_MOST = 1000
_EMPTY = frozenset({409})
_FOUND = frozenset({302})
_FILE = "100644"
_FILES = frozenset({"file", "symlink", "blob"})


class GitHubRepositoryContents(GitHubResource, RepositoryContents):
    """The part of :class:`igitt.github.repository.repository.GitHubRepository` that is about files."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own

    @computed
    def readme(self) -> Content | None:
        """``GET /repos/{owner}/{repo}/readme``."""
        try:
            data = self.client.get(f"{self.api_path}/readme")
        except ElementDoesntExistError:
            return None
        return self.client.Content.from_data(data, self.client, self)

    def get_content(self, path: str, ref: str | None = None) -> Content:
        """The file at a path; sends nothing."""
        return self.client.Content(self.client, self, path, ref)

    def list_files(self, path: str = "", ref: str | None = None, *, recursive: bool = False) -> PaginatedList[Content]:
        """One request, however many files; more only where GitHub cuts a tree of over 100,000 entries short."""
        folder = path.strip("/")
        if folder:
            encoded_path(folder)

        def read() -> list[Content]:
            known = without_none(ref=ref)
            found = self._files(folder, ref, recursive=recursive)
            return [self.client.Content.from_data({**data, **known}, self.client, self) for data in found]

        return WholeList(f"{self._label()}/{folder}", read)

    def _files(self, folder: str, ref: str | None, *, recursive: bool) -> list[Mapping[str, Any]]:
        if folder and not recursive:
            where = f"{self.api_path}/contents/{encoded_path(folder)}"
            listed = self.client.get(where, params={"ref": ref})
            if not isinstance(listed, list):
                raise ElementDoesntExistError(f"{folder!r} is no folder", 404)
            if len(listed) < _MOST:
                with shaped("a list of files"):
                    return [data for data in listed if data.get("type") in _FILES and not _is_submodule(data)]
        inside = f"{folder}/" if folder else ""
        with shaped("a list of files"):
            whole = list(self._entries(ref or "HEAD", deep=recursive or bool(folder)))
            below = [data for data in whole if data["path"].startswith(inside)]
            if folder and not below:
                raise ElementDoesntExistError(f"there is no folder {folder!r}", 404)
            files = [data for data in below if data["type"] == "blob"]
            return files if recursive else [data for data in files if "/" not in data["path"].removeprefix(inside)]

    def _tree(self, tree: str, *, deep: bool) -> Mapping[str, Any]:
        """``GET /repos/{owner}/{repo}/git/trees/{tree_sha}``; an empty repository has an empty one."""
        where = f"{self.api_path}/git/trees/{segment(tree, 'branch, tag or commit')}"
        answer = self._request("GET", where, params={"recursive": 1 if deep else None}, accepted=_EMPTY)
        data: Mapping[str, Any] = {"tree": []} if answer.status in _EMPTY else answer.data
        return data

    def _entries(self, tree: str, *, deep: bool) -> Iterator[Mapping[str, Any]]:
        """What is in a tree; one that is too large for one answer is read folder by folder."""
        data = self._tree(tree, deep=deep)
        if not deep or not data.get("truncated"):
            yield from data["tree"]
            return
        todo = [(tree, "")]
        while todo:
            one, inside = todo.pop()
            for entry in self._tree(one, deep=False)["tree"]:
                found = {**entry, "path": inside + entry["path"]}
                yield found
                if entry["type"] == "tree":
                    todo.append((entry["sha"], f"{found['path']}/"))

    def create_file(self, path: str, *, content: str | bytes, message: str, branch: str | None = None) -> Content:
        """``PUT /repos/{owner}/{repo}/contents/{path}`` without the hash of a file: GitHub refuses if there is one."""
        found: Any = self.get_content(path, branch)
        try:
            found._put(as_bytes(content), message, branch)
        except ValidationError as error:
            if "sha" in error.message and "supplied" in error.message:
                raise told_as(ElementAlreadyExistsError, error, f"there is a file {path!r} already") from error
            raise
        content_: Content = found
        return content_

    def commit_files(
        self,
        changes: Mapping[str, str | bytes | None],
        message: str,
        branch: str | None = None,
        *,
        author: tuple[str, str] | None = None,
        committer: tuple[str, str] | None = None,
    ) -> Commit:
        """Tree, commit and branch are one request each, and two before that show what is there.

        What is no text in UTF-8 is one request more for each file (source:
        https://docs.github.com/en/rest/git/trees). In an empty repository, where git's objects cannot be written, the
        first file is a commit of its own, by the contents; that and finding it empty are three requests, the other
        files three more, and the second commit is given back.
        """
        people = {
            key: {"name": found[0], "email": found[1]}
            for key, one in (("author", author), ("committer", committer or author))
            if (found := checked_person(one, f"an {key}" if key == "author" else f"a {key}")) is not None
        }
        wanted = {_checked(path): None if content is None else as_bytes(content) for path, content in changes.items()}
        if not wanted:
            raise ValidationError("there is nothing to commit")
        home: Any = self  # the whole repository, of which this is a part
        name: str = home.default_branch if branch is None else branch
        tip = self._tip(name)
        modes: dict[str, str] = {}
        if tip is not None:
            modes = {data["path"]: data["mode"] for data in self._entries(tip["commit"]["tree"]["sha"], deep=True)}
        gone = sorted(path for path, content in wanted.items() if content is None and path not in modes)
        if gone:
            raise ElementDoesntExistError(f"there is no file {gone[0]!r} to remove", 404)
        made: Mapping[str, Any] = {}
        if tip is None:
            first, content = next(iter(wanted.items()))
            made = self._begin(first, content or b"", nonempty(message), name, people)
            del wanted[first]
            tip = {"sha": made["sha"], "commit": made}
        if wanted:
            first_commit = self._made(made) if made else None
            with following(first_commit, "the first file was committed before, as an empty repository wants it"):
                entries = [self._entry(path, content, modes.get(path, _FILE)) for path, content in wanted.items()]
                made = self._commit(tip, entries, nonempty(message), people)
                self._forward(name, made["sha"])
        return self._made(made)

    def _made(self, made: Mapping[str, Any]) -> Commit:
        """A commit out of git's words for one."""
        inner = {key: made[key] for key in ("author", "committer", "message", "tree", "verification") if key in made}
        outer = {key: made[key] for key in ("sha", "node_id", "html_url", "parents") if key in made}
        return self.client.Commit.from_data({**outer, "commit": inner}, self.client, self)

    def _tip(self, branch: str) -> Mapping[str, Any] | None:
        """The newest commit of a branch; None in a repository that has none yet."""
        try:
            data = self.client.get(f"{self.api_path}/branches/{segment(branch, 'branch')}")
        except ElementDoesntExistError:
            if self._tree("HEAD", deep=False).get("sha") is not None:
                raise
            return None
        tip: Mapping[str, Any] = data["commit"]
        return tip

    def _begin(
        self, path: str, content: bytes, message: str, branch: str, people: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The first commit of all: ``PUT /repos/{owner}/{repo}/contents/{path}``."""
        body = {"message": message, "content": base64.b64encode(content).decode(), "branch": branch, **people}
        try:
            data = self._request("PUT", f"{self.api_path}/contents/{encoded_path(path)}", json=body).data
        except ValidationError as error:
            if "sha" in error.message and "supplied" in error.message:
                raise told_as(ConflictError, error, "somebody made the first commit meanwhile; try again") from error
            raise
        made: Mapping[str, Any] = data["commit"]
        return made

    def _commit(
        self, tip: Mapping[str, Any], entries: list[dict[str, Any]], message: str, people: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """A commit on top of another, which no branch has yet."""
        git = f"{self.api_path}/git"
        body: dict[str, Any] = {"base_tree": tip["commit"]["tree"]["sha"], "tree": entries}
        tree = self._request("POST", f"{git}/trees", json=body).data["sha"]
        body = {"message": message, "tree": tree, "parents": [tip["sha"]], **people}
        made: Mapping[str, Any] = self._request("POST", f"{git}/commits", json=body).data
        return made

    def _entry(self, path: str, content: bytes | None, mode: str) -> dict[str, Any]:
        """A line of a tree; what is no text GitHub takes only as a blob of its own."""
        entry: dict[str, Any] = {"path": path, "mode": mode, "type": "blob"}
        if content is None:
            return {**entry, "sha": None}
        try:
            return {**entry, "content": content.decode()}
        except UnicodeDecodeError:
            body = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
            return {**entry, "sha": self._request("POST", f"{self.api_path}/git/blobs", json=body).data["sha"]}

    def archive_link(self, ref: str | None = None, archive_format: str = "tar.gz") -> str:
        """``GET /repos/{owner}/{repo}/tarball/{ref}`` or ``…/zipball/{ref}``: where it redirects to."""
        kind = {"tar.gz": "tarball", "zip": "zipball"}[checked_format(archive_format)]
        where = f"{self.api_path}/{kind}/{encoded_path('HEAD' if ref is None else ref)}"
        answer = self._request("GET", where, cached=False, accepted=_FOUND)
        if answer.status not in _FOUND or "location" not in answer.headers:
            raise InvalidResponseError(f"GitHub answered {answer.status} instead of the link to an archive")
        return urljoin(answer.url, answer.headers["location"])

    def _forward(self, branch: str, sha: str) -> None:
        """Move a branch to a commit that follows what was its tip."""
        where = f"{self.api_path}/git/refs/heads/{encoded_path(branch)}"
        try:
            self._request("PATCH", where, json={"sha": sha, "force": False})
        except ValidationError as error:
            if "fast forward" not in error.message.lower():
                raise
            raise told_as(ConflictError, error, f"{branch!r} moved on meanwhile; nothing was written to it") from error


def _is_submodule(data: Mapping[str, Any]) -> bool:
    """Whether an entry of a folder is another repository, which GitHub calls a file in the list of a folder."""
    return data.get("download_url") is None and "/git/trees/" in str(data.get("git_url"))


def _checked(path: Any) -> str:
    encoded_path(path)
    return str(path).strip("/")
