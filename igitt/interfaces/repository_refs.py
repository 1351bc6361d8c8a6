"""What names a commit in a repository: its branches and tags, and how two of them compare."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element

if TYPE_CHECKING:
    from igitt.interfaces.branch import Branch
    from igitt.interfaces.comparison import Comparison
    from igitt.interfaces.deploy_key import DeployKey
    from igitt.interfaces.issue import Issue
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.merge_request import MergeRequest
    from igitt.interfaces.organization import Organization
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.tag import Tag
    from igitt.interfaces.user import User

__all__ = ["RepositoryRefs"]


class RepositoryRefs(Element):
    """What a repository does with its branches and tags."""

    __slots__ = ()

    branches: Attribute[PaginatedList[Branch]] = Attribute("Its branches, by name; none in an empty repository.")
    deploy_keys: Attribute[PaginatedList[DeployKey]] = Attribute("The SSH keys that have access to it by ``git``.")
    tags: Attribute[PaginatedList[Tag]] = Attribute("Its tags, in the order of the forge.")

    @abstractmethod
    def get_branch(self, name: str) -> Branch:
        """The branch of that name; sends nothing.

        Example:
            >>> repository.get_branch("faster").commit.message
            'Turn faster'
        """

    @abstractmethod
    def create_branch(self, name: str, ref: str | None = None) -> Branch:
        """Make a branch.

        Args:
            name: its name, without ``refs/heads/``.
            ref: the branch, tag or commit that it starts from; the default branch if not given. On GitHub, which
                requires a whole hash, everything else is looked up, one request.

        Raises:
            ElementAlreadyExistsError: when there is one of that name.
            ElementDoesntExistError: when there is no such `ref`.

        Example:
            >>> repository.create_branch("slower", "main").name
            'slower'
        """

    def delete_branch(self, name: str) -> None:
        """Remove the branch of that name; see :meth:`igitt.interfaces.Branch.delete`.

        Example:
            >>> repository.delete_branch("faster")
            >>> [branch.name for branch in repository.branches]
            ['main']
        """
        self.get_branch(name).delete()

    @abstractmethod
    def get_tag(self, name: str) -> Tag:
        """The tag of that name; sends nothing.

        Example:
            >>> repository.get_tag(tag.name).commit.message
            'Initial commit'
        """

    @abstractmethod
    def create_tag(self, name: str, ref: str | None = None, message: str = "") -> Tag:
        """Make a tag.

        Args:
            name: its name, without ``refs/tags/``.
            ref: the branch, tag or commit that it marks; the default branch if not given. On GitHub, which requires a
                whole hash, everything else is looked up, one request.
            message: what to write to it; without one, the tag is a lightweight one. On GitHub it costs one more
                request.

        Raises:
            ElementAlreadyExistsError: when there is one of that name.
            ElementDoesntExistError: when there is no such `ref`.

        Example:
            >>> repository.create_tag("v2.0", "main", "The second").message
            'The second'
        """

    def delete_tag(self, name: str) -> None:
        """Remove the tag of that name; see :meth:`igitt.interfaces.Tag.delete`.

        Example:
            >>> repository.delete_tag(tag.name)
            >>> len(repository.tags)
            0
        """
        self.get_tag(name).delete()

    @abstractmethod
    def compare(self, base: str, head: str) -> Comparison:
        """What `head` has and `base` does not have.

        One request on GitHub, more beyond 250 commits; three on GitLab, which counts one direction at a time.

        Args:
            base: the branch, tag or commit to compare with.
            head: the branch, tag or commit that is compared.

        Raises:
            ElementDoesntExistError: when there is no such branch, tag or commit.

        Example:
            >>> found = repository.compare("main", "faster")
            >>> found.ahead, found.behind, [change.path for change in found.files]
            (1, 0, ['widget.py'])
        """

    @abstractmethod
    def transfer(self, to: User | Organization | str) -> None:
        """Transfer it to another owner; this object follows it there.

        GitHub does so over the next minutes, and asks another user for consent first; until then it stays where it was.

        Args:
            to: the user or the organization, or its name; on GitLab a group's full path.

        Raises:
            PermissionDeniedError: when this credential may not administer the repository.
            IGittError: when there is no such owner, or it has a repository of that name.

        Example:
            >>> own = client.create_repository("gears")
            >>> own.transfer("acme")
            >>> own.full_name
            'acme/gears'
        """

    @abstractmethod
    def get_fork(self, owner: User | Organization | str | None = None) -> Repository | None:
        """The fork of it that an account owns; None if there is none.

        Args:
            owner: whose; the credential's own user if not given.

        Example:
            >>> repository.get_fork() is None
            True
            >>> fork = repository.create_fork()
            >>> repository.get_fork() == fork
            True
        """

    @abstractmethod
    def search_issues(
        self,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        updated_after: datetime | str | None = None,
        updated_before: datetime | str | None = None,
        state: str = "all",
    ) -> PaginatedList[Issue]:
        """Its issues between points in time, newest first; GitHub's search returns 1,000 at most.

        Args:
            created_after: only those opened at or after this time.
            created_before: only those opened at or before this time.
            updated_after: only those that changed last at or after this time.
            updated_before: only those that changed last at or before this time.
            state: ``"open"``, ``"closed"`` or ``"all"``.

        Example:
            >>> len(repository.search_issues(created_after="2020-01-01T00:00:00Z", state="open"))
            2
        """

    @abstractmethod
    def search_mrs(
        self,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        updated_after: datetime | str | None = None,
        updated_before: datetime | str | None = None,
        state: str = "all",
    ) -> PaginatedList[MergeRequest]:
        """Its merge requests between points in time, newest first; GitHub's search returns 1,000 at most.

        Args:
            created_after: only those opened at or after this time.
            created_before: only those opened at or before this time.
            updated_after: only those that changed last at or after this time.
            updated_before: only those that changed last at or before this time.
            state: ``"open"``, ``"closed"`` (not merged), ``"merged"`` or ``"all"``.

        Example:
            >>> [mr.title for mr in repository.search_mrs(updated_after="2020-01-01T00:00:00Z")]
            ['Turn faster']
        """

    def search_merge_requests(
        self,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        updated_after: datetime | str | None = None,
        updated_before: datetime | str | None = None,
        state: str = "all",
    ) -> PaginatedList[MergeRequest]:
        """Another spelling of :meth:`search_mrs`.

        Example:
            >>> [mr.title for mr in repository.search_merge_requests(state="open")]
            ['Turn faster']
        """
        return self.search_mrs(created_after, created_before, updated_after, updated_before, state)

    @abstractmethod
    def add_deploy_key(self, title: str, key: str, *, read_only: bool = True) -> DeployKey:
        """Give an SSH key access to it by ``git``.

        Args:
            title: what the key is for, in words.
            key: the public key, as in ``authorized_keys``.
            read_only: whether for reading only; otherwise ``git push`` works too.

        Raises:
            ValidationError: when that is not a public key, or one that may not be added here.
            PermissionDeniedError: when this credential may not administer the repository.

        Example:
            >>> key = repository.add_deploy_key("deployment", public_key)
            >>> key.title, key.is_read_only
            ('deployment', True)
        """
