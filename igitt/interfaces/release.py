"""Releases, and the files that belong to them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict, Unpack

from igitt.errors import ValidationError
from igitt.interfaces.attributes import Attribute, EditableAttribute
from igitt.interfaces.download import Download
from igitt.interfaces.element import Element

__all__ = ["Release", "ReleaseAsset", "ReleaseFields"]


@dataclass(frozen=True, slots=True)
class ReleaseAsset:
    """A file of a release.

    Attributes:
        name: what it is called.
        url: where people download it.
        size: how many bytes it has; None on GitLab, which does not send it.
        identifier: the forge's own id of it.
    """

    name: str
    url: str
    size: int | None
    identifier: int
    _source: Callable[[], Download] | None = field(default=None, repr=False, compare=False)
    _remove: Callable[[], object] | None = field(default=None, repr=False, compare=False)

    def download(self) -> Download:
        """The file, to be read or saved; sends nothing yet.

        Raises:
            ValidationError: when it was not read from a release.

        Example:
            >>> release.upload_asset("notes.txt", "what changed").download().text()
            'what changed'
        """
        if self._source is None:
            raise ValidationError(f"the file {self.name!r} was not read from a release: there is nothing to ask for")
        return self._source()

    def delete(self) -> None:
        """Remove it from its release.

        Raises:
            ValidationError: when it was not read from a release.
            ElementDoesntExistError: when it is gone already.

        Example:
            >>> release.upload_asset("notes.txt", "what changed").delete()
            >>> len(release.assets)
            0
        """
        if self._remove is None:
            raise ValidationError(f"the file {self.name!r} was not read from a release: there is nothing to remove")
        self._remove()


class ReleaseFields(TypedDict, total=False):
    """What :meth:`Release.edit` writes."""

    name: str
    description: str
    is_draft: bool
    is_prerelease: bool


class Release(Element):
    """A published version: a tag with a description and files."""

    __slots__ = ()
    kind = "release"
    named_by = ("tag_name", "name")

    name = EditableAttribute[str]("Its title.")
    tag_name = Attribute[str]("The tag that it is made from.")
    description = EditableAttribute[str]("What is new in it.")
    created = Attribute[datetime]("When it was published; when it was created, as long as it is a draft.")
    is_draft = EditableAttribute[bool](
        "Whether only users who may write see it (GitHub); assigning False publishes it, which creates its tag.",
        optional=True,
    )
    is_prerelease = EditableAttribute[bool](
        "Whether it is not for everybody yet, and so never the latest (GitHub).", optional=True
    )
    is_upcoming = Attribute[bool]("Whether its day is still to come; never on GitHub.")
    released_at = Attribute[datetime | None]("The day it is for; None on GitHub as long as it is a draft.")
    assets: Attribute[list[ReleaseAsset]] = Attribute(
        "The files attached to it, without the archives of the source that every release has."
    )

    def edit(self, **fields: Unpack[ReleaseFields]) -> None:
        """Write several fields in one request.

        Example:
            >>> release.edit(name="The first", description="It turns.")
            >>> release.name
            'The first'
        """
        self._edit(fields)

    @abstractmethod
    def upload_asset(
        self, name: str, content: str | bytes, content_type: str = "application/octet-stream"
    ) -> ReleaseAsset:
        """Attach a file to it.

        Args:
            name: what it is to be called; GitHub replaces characters that it does not allow in names.
            content: what is in it; a text is written as UTF-8.
            content_type: its media type.

        Raises:
            ElementAlreadyExistsError: when it has a file of that name.

        Example:
            >>> asset = release.upload_asset("widget.txt", "turn", "text/plain")
            >>> asset.name, asset.size
            ('widget.txt', 4)
        """

    @abstractmethod
    def delete(self) -> None:
        """Remove it; its tag stays.

        Example:
            >>> release.delete()
            >>> len(repository.releases), "v1.0" in repository.tags
            (0, True)
        """

    def __str__(self) -> str:
        return self.name or self.tag_name
