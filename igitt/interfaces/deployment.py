"""Where a repository's code runs (environments), and what was put there (deployments)."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element
from igitt.interfaces.enums import Status

if TYPE_CHECKING:
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["Deployment", "Environment"]


class Environment(Element):
    """A place where code runs, such as ``production``."""

    __slots__ = ()
    kind = "environment"
    named_by = ("name",)

    name = Attribute[str]("What it is called.")
    created = Attribute[datetime]("When it was made.")
    repository: Attribute[Repository] = Attribute("Whose code runs there.")

    def __str__(self) -> str:
        return self.name


class Deployment(Element):
    """A version that was put into an environment."""

    __slots__ = ()
    kind = "deployment"
    named_by = ("identifier",)

    ref = Attribute[str]("The branch, tag or commit that was asked for.")
    sha = Attribute[str]("The hash of the commit that it was.")
    environment_name = Attribute[str]("The name of the environment.")
    status = Attribute[Status]("How it stands; ``SKIPPED`` once another one took its place (GitHub).")
    author: Attribute[User | None] = Attribute("Who put it there.")
    created = Attribute[datetime]("When it was made.")
    updated = Attribute[datetime]("When it last changed.")
    repository: Attribute[Repository] = Attribute("The repository that it belongs to.")

    @abstractmethod
    def set_status(self, status: Status, description: str = "", url: str | None = None) -> None:
        """Say how it stands.

        Args:
            status: ``PENDING``, ``RUNNING``, ``SUCCESS``, ``FAILED``, ``ERROR`` or ``CANCELED``; what a forge lacks
                goes to its nearest.
            description: what there is to say (GitHub).
            url: where its log is (GitHub).

        Raises:
            ValidationError: when it is no :class:`~igitt.interfaces.Status`.

        Example:
            >>> made = repository.create_deployment("main", "production")
            >>> made.set_status(Status.SUCCESS, "every machine answers")
            >>> str(repository.deployments[0].status)
            'success'
        """
