"""A project's files on GitLab."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from igitt._http.pagination import RemoteList
from igitt._objects.resource import Field
from igitt.errors import ElementDoesntExistError, UnsupportedOperationError, ValidationError
from igitt.gitlab.base import Grouped
from igitt.gitlab.content import checked_path, refusal
from igitt.interfaces.attributes import computed
from igitt.interfaces.commit import Commit
from igitt.interfaces.content import Content, as_bytes
from igitt.interfaces.convert import nonempty, optional_text, without_none
from igitt.interfaces.element import partly
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.repository_contents import RepositoryContents, checked_format, checked_person

__all__ = ["GitLabRepositoryContents"]

#: Which of some paths are files (source: https://docs.gitlab.com/api/graphql/reference/#repositoryblobs).
_THERE = """
query($project: ID!, $ref: String!, $paths: [String!]!) {
  project(fullPath: $project) { repository { blobs(ref: $ref, paths: $paths) { nodes { path } } } }
}
"""
#: So many things GraphQL gives at once.
_AT_ONCE = 100


class GitLabRepositoryContents(Grouped, RepositoryContents):
    """The part of :class:`igitt.gitlab.repository.repository.GitLabRepository` that is about files."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own

    @computed
    def readme(self) -> Content | None:
        """The file that the project's ``readme_url`` names; on its default branch."""
        address = Field("readme_url", optional_text).__get__(self, type(self))
        if address is None:
            return None
        home: Any = self  # the whole repository, of which this is a part
        mark = f"/-/blob/{quote(home.default_branch)}/"
        _, _, path = address.partition(mark)
        return self.get_content(unquote(path)) if path else None

    def get_content(self, path: str, ref: str | None = None) -> Content:
        """The file at a path; sends nothing."""
        return self.client.Content(self.client, self, path, ref)

    def list_files(self, path: str = "", ref: str | None = None, *, recursive: bool = False) -> PaginatedList[Content]:
        """``GET /projects/:id/repository/tree``, which has no sizes: those are one request for each file."""
        params = without_none(
            path=checked_path(path) if path.strip("/") else None,
            ref=ref,
            recursive=recursive or None,
            pagination="keyset",
        )
        where = f"{self.api_path}/repository/tree"
        if path.strip("/") or ref is not None:
            return self.client.list_of(where, self._entry(ref), params=params, keep=_is_file)
        return _Root(self, where, self._entry(None), params)

    def _is_empty(self) -> bool:
        """Whether there is no commit in it; asks."""
        return bool(self.refresh().data.get("empty_repo"))

    def _entry(self, ref: str | None) -> Any:
        def make(data: Mapping[str, Any]) -> Content:
            told = {"file_path": data["path"], "blob_id": data["id"], "mode": data.get("mode")}
            return self.client.Content.from_data({**told, **without_none(ref=ref)}, self.client, self)

        return make

    def create_file(self, path: str, *, content: str | bytes, message: str, branch: str | None = None) -> Content:
        """``POST /projects/:id/repository/files/:file_path``."""
        found: Any = self.get_content(path, branch)
        found._put("POST", as_bytes(content), message, branch)
        made: Content = found
        return made

    @partly("by another committer than its author: GitLab names the credential's own user")
    def commit_files(
        self,
        changes: Mapping[str, str | bytes | None],
        message: str,
        branch: str | None = None,
        *,
        author: tuple[str, str] | None = None,
        committer: tuple[str, str] | None = None,
    ) -> Commit:
        """``POST /projects/:id/repository/commits``; GitLab requires to know which files are new.

        That is asked by GraphQL before, in one request for a hundred files.
        """
        if committer is not None:
            raise UnsupportedOperationError(
                "gitlab does not support commit_files(committer=…): GitLab names the credential's own user"
            )
        by = checked_person(author, "an author")
        wanted = {
            checked_path(path): None if content is None else as_bytes(content) for path, content in changes.items()
        }
        if not wanted:
            raise ValidationError("there is nothing to commit")
        home: Any = self  # the whole repository, of which this is a part
        name: str = home.default_branch if branch is None else branch
        known = self._known_among([path for path, content in wanted.items() if content is not None], name)
        actions = [_action(path, content, there=path in known) for path, content in wanted.items()]
        body = {"branch": name, "commit_message": nonempty(message), "actions": actions}
        if by is not None:
            body |= {"author_name": by[0], "author_email": by[1]}
        try:
            data = self._request("POST", f"{self.api_path}/repository/commits", json=body).data
        except ValidationError as error:
            raise refusal(error) from error
        return self.client.Commit.from_data(data, self.client, self)

    def archive_link(self, ref: str | None = None, archive_format: str = "tar.gz") -> str:
        """``GET /projects/:id/repository/archive[.format]``; sends nothing."""
        # What GitLab packs by default.
        suffix = "" if checked_format(archive_format) == "tar.gz" else f".{archive_format}"
        params = {"sha": None if ref is None else nonempty(ref)}
        link: str = self.client.transport.url_for(f"{self.api_path}/repository/archive{suffix}", params)
        return link

    def _known_among(self, paths: list[str], branch: str) -> set[str]:
        """Those of some paths that are files on a branch."""
        found: set[str] = set()
        for start in range(0, len(paths), _AT_ONCE):
            variables = {"project": self._key_value, "ref": branch, "paths": paths[start : start + _AT_ONCE]}
            data: Any = self.client.graphql(_THERE, variables)
            if data.get("project") is None:
                # GraphQL knows a moved project by its new path only; REST leads there.
                variables["project"] = self.client.get(self.api_path)["path_with_namespace"]
                data = self.client.graphql(_THERE, variables)
            for key in ("project", "repository", "blobs"):
                data = (data or {}).get(key)
            found.update(node["path"] for node in (data or {}).get("nodes") or ())
        return found


class _Root(RemoteList[Content]):
    """The tree of a default branch: an empty project has none, of which GitLab says 404."""

    __slots__ = ("_project",)

    def __init__(
        self, project: GitLabRepositoryContents, path: str, make: Callable[[Any], Content], params: Mapping[str, Any]
    ) -> None:
        super().__init__(project.client.page_source, path, make, params, keep=_is_file)
        self._project = project

    def _fetch(self, url: str) -> Any:
        try:
            return super()._fetch(url)
        except ElementDoesntExistError:
            if not self._project._is_empty():
                raise
            return self._empty_page(url)


def _action(path: str, content: bytes | None, *, there: bool) -> dict[str, str]:
    if content is None:
        return {"action": "delete", "file_path": path}
    written = base64.b64encode(content).decode()
    return {"action": "update" if there else "create", "file_path": path, "content": written, "encoding": "base64"}


def _is_file(data: Mapping[str, Any]) -> bool:
    return data.get("type") == "blob"
