"""GitHub's branches and tags (source: https://docs.github.com/en/rest/branches and …/rest/git/refs)."""

from __future__ import annotations

from typing import Any

from igitt._base.paths import join, segment
from igitt._http.error_mapping import told_as
from igitt._objects.resource import Field, Related
from igitt._objects.shared.refs import CommonRef
from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.github.base import GitHubPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.branch import Branch
from igitt.interfaces.commit import Commit
from igitt.interfaces.convert import flag, text
from igitt.interfaces.tag import Tag

__all__ = ["GitHubBranch", "GitHubTag", "is_sha", "ref_path"]

#: The weakest rule there is: GitHub wants each of these named, and null is "no such demand".
_RULE = {
    "required_status_checks": None,
    "enforce_admins": None,
    "required_pull_request_reviews": None,
    "restrictions": None,
}


def ref_path(kind: str, name: str) -> str:
    """The part of a path that names a ref; its slashes stay, as in git.

    Args:
        kind: ``"heads"`` or ``"tags"``.
        name: the branch's or the tag's name.
    """
    return join(kind, *name.split("/"))


class GitHubBranch(CommonRef, GitHubPart, Branch):
    """A branch of a repository.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: the branch's name.
    """

    __slots__ = ()
    _collection = "branches"

    identifier = Field("name", text)
    name = Field("name", text)
    commit = Related[Commit]("commit", "Commit", scoped=True)
    is_protected = Field("protected", flag)

    @computed
    def web_url(self) -> str:
        """The page of its files; GitHub's lists give none."""
        return f"{self._owner.web_url}/tree/{join(*str(self._key_value).split('/'))}"

    def protect(self) -> None:
        """Keep it from being deleted or rewritten; ``PUT /repos/{owner}/{repo}/branches/{branch}/protection``."""
        self._request("PUT", f"{self.api_path}/protection", json=_RULE)
        self._absorb({"protected": True}, complete=False)

    def unprotect(self) -> None:
        """Take its own protection away; ``DELETE /repos/{owner}/{repo}/branches/{branch}/protection``."""
        try:
            self._request("DELETE", f"{self.api_path}/protection")
        except ElementDoesntExistError:  # no protection, or no branch: reading it shows which
            self.refresh()
        else:
            self._outdate()

    def delete(self) -> None:
        """Remove it; ``DELETE /repos/{owner}/{repo}/git/refs/heads/{branch}``."""
        _delete(self, "heads")


class GitHubTag(CommonRef, GitHubPart, Tag):
    """A tag of a repository.

    GitHub's lists tell the commit and nothing of the message; git's ref tells what the tag points at, which is the
    commit, or an object with a message that points at the commit.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: the tag's name.
    """

    __slots__ = ()
    _collection = "tags"

    identifier = Field("name", text)
    name = Field("name", text)

    @property
    def api_path(self) -> str:
        """``repos/{owner}/{repo}/git/ref/tags/{tag}``."""
        return f"{self._owner.api_path}/git/ref/{ref_path('tags', str(self._key_value))}"

    def _absorb(self, data: Any, *, complete: bool = True) -> None:
        # A ref names itself "refs/tags/…".
        super()._absorb({**data, "name": self._key_value} if isinstance(data, dict) else data, complete=complete)

    def _target(self) -> tuple[str, str]:
        """The hash of the commit, and the message of the first object on the way there."""
        found, message = Field[Any]("object", dict).__get__(self, type(self)), ""
        while found.get("type") == "tag":
            data = self.client.get(f"{self._owner.api_path}/git/tags/{segment(found.get('sha'))}")
            message, found = message or text(data.get("message")), data.get("object") or {}
        return text(found.get("sha")), message

    @computed
    def commit(self) -> Commit:
        """The commit that it marks; known in lists, else asked for: two requests for a tag with a message."""
        known = self._data.get("commit")
        data = known if isinstance(known, dict) else {"sha": self._target()[0]}
        return self.client.Commit.from_data(data, self.client, self._owner)

    @computed
    def message(self) -> str:
        """What was written to it; ``GET /repos/{owner}/{repo}/git/tags/{tag_sha}``."""
        return self._target()[1].rstrip("\n")

    @computed
    def web_url(self) -> str:
        """Its page; the API gives none."""
        return f"{self._owner.web_url}/releases/tag/{join(*str(self._key_value).split('/'))}"

    def delete(self) -> None:
        """Remove it; ``DELETE /repos/{owner}/{repo}/git/refs/tags/{tag}``."""
        _delete(self, "tags")


def _delete(ref: Any, kind: str) -> None:
    path = f"{ref._owner.api_path}/git/refs/{ref_path(kind, str(ref._key_value))}"
    try:
        ref._request("DELETE", path)
    except ValidationError as error:
        if "does not exist" not in error.message:
            raise
        raise told_as(ElementDoesntExistError, error, f"there is no {ref.kind} {ref._key_value!r}") from error


def is_sha(ref: Any) -> bool:
    """Whether a ref is a whole hash, which needs no looking up."""
    return isinstance(ref, str) and len(ref) in {40, 64} and all(sign in "0123456789abcdef" for sign in ref)
