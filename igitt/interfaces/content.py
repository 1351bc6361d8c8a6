"""Files in a repository."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeAlias

from igitt.errors import ValidationError
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element

__all__ = ["Content", "Raw", "as_bytes", "as_text"]

#: The built-in type, by a name that the attribute ``bytes`` does not hide.
Raw: TypeAlias = bytes


class Content(Element):
    """A file of a repository as it is at a branch, tag or commit.

    Two are equal when they are the same path at the same place, whatever is in them.
    """

    __slots__ = ()
    kind = "content"
    named_by = ("path",)

    path = Attribute[str]("Where it is in the repository, with slashes.")
    size = Attribute[int]("How many bytes it has.")
    sha = Attribute[str]("Git's hash of what is in it.")
    text = Attribute[str]("What is in it, as UTF-8 text; raises ValidationError where it is not.")
    bytes = Attribute[Raw]("What is in it.")

    @abstractmethod
    def get_content(self, ref: str | None = None) -> Content:
        """The same path at another place; sends nothing.

        Args:
            ref: a branch, tag or commit; the default branch if not given.

        Example:
            >>> file.get_content("faster").path
            'README.md'
        """

    @abstractmethod
    def update(self, content: str | Raw, message: str, branch: str | None = None) -> None:
        """Write new content to it, as a commit; from then on, it shows what was written.

        Args:
            content: what it is to hold; a text is written as UTF-8.
            message: the commit's message.
            branch: where; the branch that it was read from if not given.

        Raises:
            ConflictError: when it was changed since it was read.
            ElementDoesntExistError: when it is not there, or the branch is not.

        Example:
            >>> file.update("# The widgets", "Say it better")
            >>> file.text
            '# The widgets'
        """

    @abstractmethod
    def delete(self, message: str, branch: str | None = None) -> None:
        """Remove it, as a commit.

        Args:
            message: the commit's message.
            branch: where; the branch that it was read from if not given.

        Raises:
            ConflictError: when it was changed since it was read.
            ElementDoesntExistError: when it is not there, or the branch is not.

        Example:
            >>> file.delete("Nobody reads it")
            >>> [one.path for one in repository.list_files()]
            ['widget.py']
        """

    def __str__(self) -> str:
        return self.path


def as_bytes(content: object) -> bytes:
    """What is to be written into a file; a text becomes UTF-8.

    Raises:
        ValidationError: when it is neither text nor bytes, or a text that cannot be encoded.
    """
    if isinstance(content, bytes | bytearray):
        return bytes(content)
    if not isinstance(content, str):
        raise ValidationError(f"a file holds a text or bytes, not {type(content).__name__}")
    try:
        return content.encode()
    except UnicodeEncodeError as error:
        raise ValidationError("that text cannot be written as UTF-8; give its bytes instead") from error


def as_text(content: bytes, path: str) -> str:
    """What is in a file, as a text.

    Raises:
        ValidationError: when it is not UTF-8.
    """
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ValidationError(f"{path} is not text in UTF-8; read its bytes instead") from error
