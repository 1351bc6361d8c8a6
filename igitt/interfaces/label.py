"""Labels."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypedDict, Unpack

from igitt.interfaces.attributes import EditableAttribute
from igitt.interfaces.element import Element

__all__ = ["Label", "LabelFields"]


class LabelFields(TypedDict, total=False):
    """What :meth:`Label.edit` writes."""

    name: str
    color: str
    description: str


class Label(Element):
    """A label that issues and merge requests can have."""

    __slots__ = ()
    kind = "label"
    named_by = ("name",)

    name = EditableAttribute[str]("The name; assigning renames it wherever it is used.")
    color = EditableAttribute[str]("The colour as ``#rrggbb``, in lower case.")
    description = EditableAttribute[str]("What it means.")

    def edit(self, **fields: Unpack[LabelFields]) -> None:
        """Write several fields in one request.

        Example:
            >>> label.edit(name="defect", color="#ff0000")
            >>> label.name, label.color
            ('defect', '#ff0000')
        """
        self._edit(fields)

    @abstractmethod
    def delete(self) -> None:
        """Remove it, also from everything that has it.

        Example:
            >>> label.delete()
            >>> repository.get_labels()
            {'question'}
        """

    def __str__(self) -> str:
        return self.name
