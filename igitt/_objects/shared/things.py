"""What is the same on every forge: written once, above the providers, who add what is their own.

Only what follows from an interface and from an address that all forges build alike (``{repository}/labels``) belongs
here. Nothing in this room knows a forge.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, ClassVar

from igitt._objects.resource import Resource
from igitt._objects.shared.refs import CommonRefs
from igitt.auth.token import Token
from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.interfaces.attributes import computed
from igitt.interfaces.comment import Comment
from igitt.interfaces.commit import Commit
from igitt.interfaces.convert import nonempty, text
from igitt.interfaces.hook import Hook
from igitt.interfaces.issue import Issue
from igitt.interfaces.label import Label
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.organization import Organization
from igitt.interfaces.repository import Repository
from igitt.interfaces.user import User

__all__ = ["CommonCommit", "CommonIssue", "CommonRepository"]

#: What may stand in a comment of HTML.
_MARKER = re.compile(r"(?:[A-Za-z0-9.:/_]|-(?!-))*[A-Za-z0-9.:/_]")
_SHORT = re.compile(r"[0-9a-f]{7,64}")
_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class CommonRepository(CommonRefs):
    """The part of a repository that no forge does in its own way."""

    __slots__ = ()

    @property
    def _repository(self) -> Any:
        return self

    @computed
    def token(self) -> Token | None:
        """The credential of its client."""
        return self.client.token

    @computed
    def top_level_org(self) -> Organization:
        """The organization (or user, seen as one) at the root of its path; sends nothing when the name is known."""
        return self.client.Organization(self.client, self.full_name.partition("/")[0])

    @computed
    def forks(self) -> PaginatedList[Repository]:
        """The repositories that were made from it."""
        return self.client.list(f"{self.api_path}/forks", self.client.Repository)

    @computed
    def labels(self) -> PaginatedList[Label]:
        """The labels that its issues can have, on GitLab those of the groups above too."""
        return self.client.list(f"{self.api_path}/labels", self.client.Label, self)

    @computed
    def hooks(self) -> PaginatedList[Hook]:
        """Its webhooks."""
        return self.client.list(f"{self.api_path}/hooks", self.client.Hook, self)

    @computed
    def issues(self) -> PaginatedList[Issue]:
        """Its open issues, newest first."""
        return self.filter_issues()

    @computed
    def merge_requests(self) -> PaginatedList[MergeRequest]:
        """Its open merge requests, newest first."""
        return self.filter_merge_requests()

    @computed
    def commits(self) -> PaginatedList[Commit]:
        """The commits of its default branch, newest first."""
        return self.filter_commits()

    def get_issue(self, number: int) -> Issue:
        """The issue of that number; sends nothing."""
        return self.client.Issue(self.client, self, number)

    def get_mr(self, number: int) -> MergeRequest:
        """The merge request of that number; sends nothing."""
        return self.client.MergeRequest(self.client, self, number)

    def get_commit(self, sha: str) -> Commit:
        """The commit of that hash, branch or tag; sends nothing."""
        return self.client.Commit(self.client, self, sha)

    def get_label(self, name: str) -> Label:
        """The label of that name; sends nothing."""
        return self.client.Label(self.client, self, name)


class CommonIssue(Resource, Issue):
    """The part of an issue that no forge does in its own way."""

    __slots__ = ()

    @computed
    def repository(self) -> Repository:
        """The repository that it belongs to."""
        found: Repository = self._owner
        return found

    def get_comment(self, number: int) -> Comment:
        """The comment of that number; sends nothing."""
        return self.client.Comment(self.client, self, number)

    def upsert_comment(self, body: str, marker: str) -> Comment:
        """Write or edit the bot's one comment with a marker; see :meth:`igitt.interfaces.Issue.upsert_comment`."""
        if not isinstance(marker, str) or not _MARKER.fullmatch(marker):
            raise ValidationError(
                f"a marker is a word of letters, digits and .:/_-, without two - in a row, not {marker!r}"
            )
        sign = f"<!-- {marker} -->"
        said = f"{nonempty(body, 'a comment')}\n\n{sign}"
        known = self._own_comments(sign)
        if not known:
            made = self.add_comment(said)
            known = self._own_comments(sign) or [made]
        comment: Comment
        comment, *others = sorted(known, key=lambda one: one.number)
        if comment.body != self._as_written(said):
            comment.body = said
        for other in others:
            with suppress(ElementDoesntExistError):  # the other worker took it away already
                other.delete()
        return comment

    def _own_comments(self, sign: str) -> list[Any]:
        return [one for one in self.comments if sign in one.body and self.client.wrote(one)]

    @staticmethod
    def _as_written(text: str) -> str:
        """A text as the forge will give it back."""
        return text

    @computed
    def available_labels(self) -> PaginatedList[Label]:
        """The labels of its repository."""
        return self.repository.labels

    @computed
    def available_assignees(self) -> PaginatedList[User]:
        """The users that can be assigned in its repository."""
        return self.repository.available_assignees


class CommonCommit(Resource, Commit):
    """The part of a commit that no forge does in its own way."""

    __slots__ = ()
    #: The datum that lists its parents: hashes, or objects with a ``sha``.
    _parents: ClassVar[str]

    @computed
    def sha(self) -> str:
        """The whole hash; asks once for a commit that was named by a branch, a tag or the beginning of its hash."""
        if not self._complete and not _HASH.fullmatch(text(self._key_value)):
            self.refresh()
        return text(self._key_value)

    @property
    def _identity(self) -> str:
        """The hash, or what it was named by: only a request would show which hash a branch means now."""
        name = self._data.get(self._key)
        return name if isinstance(name, str) else ""

    def _same(self, other: Any) -> bool:
        """A hash's beginning is that commit; only a request would show which one a branch or tag means."""
        short, long = sorted((self._identity, other._identity), key=len)
        if short != long and not (_SHORT.fullmatch(short) and long.startswith(short)):
            return False
        return bool(self._owner == other._owner)

    def _new_hash(self) -> int:
        name = self._identity
        return hash((self._base_url, self.kind, name[:7] if _SHORT.fullmatch(name) else name))

    @computed
    def parents(self) -> list[Commit]:
        """All parents, in order."""
        key = self._parents
        found = self._data[key] if key in self._data else self._lookup(key)
        hashes = (
            [item.get("sha") if isinstance(item, dict) else item for item in found] if isinstance(found, list) else []
        )
        return [type(self).from_data({self._key: sha}, self.client, self._owner) for sha in hashes]

    @computed
    def parent(self) -> Commit | None:
        """The first parent."""
        return next(iter(self.parents), None)

    @computed
    def repository(self) -> Repository:
        """The repository that it was read from."""
        found: Repository = self._owner
        return found
