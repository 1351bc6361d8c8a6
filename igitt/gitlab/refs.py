"""GitLab's branches and tags (source: https://docs.gitlab.com/api/branches/ and …/tags/)."""

from __future__ import annotations

from contextlib import suppress

from igitt._base.paths import join, segment
from igitt._objects.resource import Field, Related
from igitt._objects.shared.refs import CommonRef
from igitt.errors import ElementAlreadyExistsError, ElementDoesntExistError
from igitt.gitlab.base import GitLabPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.branch import Branch
from igitt.interfaces.commit import Commit
from igitt.interfaces.convert import flag, text
from igitt.interfaces.tag import Tag

__all__ = ["GitLabBranch", "GitLabTag"]


class GitLabBranch(CommonRef, GitLabPart, Branch):
    """A branch of a project.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project.
        key: the branch's name.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "repository/branches"

    identifier = Field("name", text)
    name = Field("name", text)
    commit = Related[Commit]("commit", "Commit", scoped=True)
    is_protected = Field("protected", flag)

    def protect(self) -> None:
        """Let only maintainers push and merge; ``POST /projects/:id/protected_branches``."""
        with suppress(ElementAlreadyExistsError):
            self._request("POST", f"{self._owner.api_path}/protected_branches", json={"name": self._key_value})
        self._absorb({"protected": True}, complete=False)

    def unprotect(self) -> None:
        """Take its own protection away; ``DELETE /projects/:id/protected_branches/:name``."""
        try:
            self._request("DELETE", f"{self._owner.api_path}/protected_branches/{segment(self._key_value)}")
        except ElementDoesntExistError:  # no protection, or no branch: reading it shows which
            self.refresh()
        else:
            self._outdate()

    def delete(self) -> None:
        """Remove it; ``DELETE /projects/:id/repository/branches/:branch``."""
        self._request("DELETE", self.api_path)


class GitLabTag(CommonRef, GitLabPart, Tag):
    """A tag of a project.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project.
        key: the tag's name.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "repository/tags"

    identifier = Field("name", text)
    name = Field("name", text)
    commit = Related[Commit]("commit", "Commit", scoped=True)
    message = Field("message", text)

    @computed
    def web_url(self) -> str:
        """Its page; the API gives none."""
        return f"{self._owner.web_url}/-/tags/{join(*str(self._key_value).split('/'))}"

    def delete(self) -> None:
        """Remove it; ``DELETE /projects/:id/repository/tags/:tag_name``."""
        self._request("DELETE", self.api_path)
