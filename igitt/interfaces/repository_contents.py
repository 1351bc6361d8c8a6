"""The files of a repository: reading them, and writing one or many in a commit."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from igitt.errors import ValidationError
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element

if TYPE_CHECKING:
    from igitt.interfaces.commit import Commit
    from igitt.interfaces.content import Content
    from igitt.interfaces.lists import PaginatedList

__all__ = ["ARCHIVE_FORMATS", "RepositoryContents", "checked_format", "checked_person"]

#: The formats of archive that both forges make.
ARCHIVE_FORMATS = ("tar.gz", "zip")


class RepositoryContents(Element):
    """What a repository does with its files."""

    __slots__ = ()

    readme: Attribute[Content | None] = Attribute(
        "The README, as the forge shows it on the repository's page; None where there is none.",
        optional=True,
    )

    @abstractmethod
    def get_content(self, path: str, ref: str | None = None) -> Content:
        """The file at a path; sends nothing.

        Args:
            path: where it is in the repository, with slashes.
            ref: a branch, tag or commit; the default branch if not given.

        Example:
            >>> repository.get_content("README.md").text.strip()
            '# Widgets'
        """

    @abstractmethod
    def list_files(self, path: str = "", ref: str | None = None, *, recursive: bool = False) -> PaginatedList[Content]:
        """The files in a folder, symbolic links too, but neither folders nor submodules; none in an empty repository.

        Args:
            path: the folder; the whole repository if not given.
            ref: a branch, tag or commit; the default branch if not given.
            recursive: whether to go into the folders inside it.

        Raises:
            ElementDoesntExistError: when there is no such folder, or no such branch, tag or commit; raised when the
                list is read.

        Example:
            >>> [file.path for file in repository.list_files(recursive=True)]
            ['README.md', 'widget.py']
        """

    @abstractmethod
    def create_file(self, path: str, *, content: str | bytes, message: str, branch: str | None = None) -> Content:
        """Create a file on a branch, as a commit.

        Args:
            path: where it is to be, with slashes; folders are created as needed.
            content: what it is to hold; a text is written as UTF-8.
            message: the commit's message.
            branch: the default branch if not given.

        Raises:
            ElementAlreadyExistsError: when there is a file of that path.
            ElementDoesntExistError: when there is no such branch.

        Example:
            >>> repository.create_file("docs/NEWS.md", content="It turns.", message="Tell the news").path
            'docs/NEWS.md'
        """

    def update_file(self, path: str, *, content: str | bytes, message: str, branch: str | None = None) -> Content:
        """Write new content to a file, as a commit.

        Args:
            path: where it is, with slashes.
            content: what it is to hold; a text is written as UTF-8.
            message: the commit's message.
            branch: the default branch if not given.

        Raises:
            ElementDoesntExistError: when there is no such file or branch.

        Example:
            >>> repository.update_file("README.md", content="# The widgets", message="Say it better").text
            '# The widgets'
        """
        found = self.get_content(path, branch)
        found.update(content, message, branch)
        return found

    def delete_file(self, path: str, *, message: str, branch: str | None = None) -> None:
        """Remove a file from a branch, as a commit.

        Args:
            path: where it is, with slashes.
            message: the commit's message.
            branch: the default branch if not given.

        Raises:
            ElementDoesntExistError: when there is no such file or branch.

        Example:
            >>> repository.delete_file("README.md", message="Nobody reads it")
            >>> [file.path for file in repository.list_files()]
            ['widget.py']
        """
        self.get_content(path, branch).delete(message, branch)

    @abstractmethod
    def commit_files(
        self,
        changes: Mapping[str, str | bytes | None],
        message: str,
        branch: str | None = None,
        *,
        author: tuple[str, str] | None = None,
        committer: tuple[str, str] | None = None,
    ) -> Commit:
        """Write, change and remove many files in one commit.

        An existing file keeps its mode, such as being executable. In a repository that has no commit yet, GitHub lets
        only the first file be its first commit; the others are a second one.

        Args:
            changes: what each path is to hold; None removes the file.
            message: the commit's message.
            branch: the default branch if not given.
            author: the name and the email address of its author; the credential's own user if not given.
            committer: the same for its committer (GitHub); the author if not given.

        Raises:
            UnsupportedOperationError: when the forge does not let the caller name the committer; nothing was sent.
            ConflictError: when the branch has moved in the meantime.
            ElementDoesntExistError: when there is no such branch, or a file to remove is not there.

        Example:
            >>> from igitt.testing import Sandbox
            >>> with Sandbox(socket=False) as sandbox:
            ...     _ = sandbox.gitlab.add_user("alice")
            ...     _ = sandbox.gitlab.add_repository("alice/tools", files={"old.txt": "1"})
            ...     repository = sandbox.gitlab.client("alice").get_repo("alice/tools")
            ...     commit = repository.commit_files({"new.txt": "2", "old.txt": None}, "Move it")
            ...     [file.path for file in repository.list_files()]
            ['new.txt']
        """

    @abstractmethod
    def archive_link(self, ref: str | None = None, archive_format: str = "tar.gz") -> str:
        """The address of all its files in one archive; the credential is not in it.

        GitHub returns a link that needs no credential, for a private repository one that expires in five minutes: keep
        it as you would a secret. GitLab's address does not expire, and what is private there needs the credential:
        ``client.request("GET", link, cached=False).content``.

        Args:
            ref: a branch, tag or commit; the default branch if not given.
            archive_format: ``"tar.gz"`` or ``"zip"``.

        Raises:
            ValidationError: when it is another format; nothing was sent.
            ElementDoesntExistError: when there is no such repository; only on GitHub, as GitLab is not asked.

        Example:
            >>> from igitt.testing import Sandbox
            >>> with Sandbox(socket=False) as sandbox:
            ...     _ = sandbox.gitlab.add_repository("alice/tools")
            ...     sandbox.gitlab.client("alice").get_repo("alice/tools").archive_link("v1.0", "zip")
            'https://gitlab.sandbox/api/v4/projects/alice%2Ftools/repository/archive.zip?sha=v1.0'
        """


def checked_person(person: object, what: str) -> tuple[str, str] | None:
    """Name and mail address of a commit's author or committer, None for nobody; ValidationError for anything else."""
    if person is None:
        return None
    if (
        isinstance(person, tuple)
        and len(person) == 2
        and all(isinstance(part, str) and part.strip() and not set(part) & set("<>\n\0") for part in person)
        and "@" in person[1]
    ):
        return person
    raise ValidationError(f'{what} is a name and a mail address, ("Bob", "bob@example.com"), not {person!r}')


def checked_format(name: str) -> str:
    """The name of a kind of archive, or an error that says which there are."""
    if name not in ARCHIVE_FORMATS:
        raise ValidationError(f"an archive is one of {', '.join(ARCHIVE_FORMATS)}, not {name!r}")
    return name
