"""Deploy keys."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element

__all__ = ["DeployKey"]


class DeployKey(Element):
    """An SSH key with access to one repository by ``git``, without a user; it cannot be changed, only removed."""

    __slots__ = ()
    kind = "deploy key"
    named_by = ("title",)

    title = Attribute[str]("What it is for, in words.")
    key = Attribute[str]("The public key, as in ``authorized_keys``.")
    is_read_only = Attribute[bool]("Whether it only permits reading.")
    created = Attribute[datetime]("When it was added.")

    @abstractmethod
    def delete(self) -> None:
        """Remove it from the repository.

        Example:
            >>> key = repository.add_deploy_key("deploy", public_key)
            >>> key.delete()
            >>> len(repository.deploy_keys)
            0
        """

    def __str__(self) -> str:
        return self.title
