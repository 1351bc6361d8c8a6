"""A project's branches and tags on GitLab."""

from __future__ import annotations

from typing import Any

from igitt.gitlab.repository_lists import GitLabRepositoryLists
from igitt.interfaces.branch import Branch
from igitt.interfaces.convert import nonempty
from igitt.interfaces.tag import Tag

__all__ = ["GitLabRepositoryRefs"]


class GitLabRepositoryRefs(GitLabRepositoryLists):
    """The part of :class:`igitt.gitlab.repository.GitLabRepository` that is about branches and tags."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own
    _refs_place = "repository/"

    def _start(self, ref: str | None) -> str:
        """Where something new starts; GitLab wants it told, and the default branch is one request if not known."""
        home: Any = self
        return ref or str(home.default_branch)

    def create_branch(self, name: str, ref: str | None = None) -> Branch:
        """Make a branch; ``POST /projects/:id/repository/branches``."""
        body = {"branch": nonempty(name), "ref": self._start(ref)}
        data = self.client.request("POST", f"{self.api_path}/repository/branches", json=body).data
        return self.client.Branch.from_data(data, self.client, self)

    def create_tag(self, name: str, ref: str | None = None, message: str = "") -> Tag:
        """Make a tag; ``POST /projects/:id/repository/tags``."""
        body = {"tag_name": nonempty(name), "ref": self._start(ref), **({"message": message} if message else {})}
        data = self.client.request("POST", f"{self.api_path}/repository/tags", json=body).data
        return self.client.Tag.from_data(data, self.client, self)
