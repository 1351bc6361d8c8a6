"""What runs for a repository, as a part of its interface: pipelines, variables, environments, deployments.

Only what :class:`~igitt.interfaces.repository.Repository` inherits belongs here, and the small values that it gives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from igitt.errors import ValidationError
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element, optional
from igitt.interfaces.enums import Status

if TYPE_CHECKING:
    from igitt.interfaces.deployment import Deployment, Environment
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.pipeline import Pipeline

__all__ = ["RepositoryCI", "Variable", "checked_variable"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that pipelines get.

    Attributes:
        name: what it is called.
        value: what it holds; None for a secret, which no forge gives back. It is not in the repr.
        is_secret: whether logs do not show it.
        updated: when it was written last; None on GitLab, which does not send it.
    """

    named_by: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    value: str | None = field(repr=False)
    is_secret: bool
    updated: datetime | None = None


def checked_variable(name: object) -> str:
    """The name of a variable, if it can be one; raises ValidationError."""
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise ValidationError(f"a variable's name is of letters, digits and underscores, with no digit first, not {name!r}")


class RepositoryCI(Element):
    """The part of a repository that is about what runs for it."""

    __slots__ = ()

    pipelines: Attribute[PaginatedList[Pipeline]] = Attribute("What the forge ran for its commits, newest first.")
    variables: Attribute[PaginatedList[Variable]] = Attribute(
        "What its pipelines get; of secrets, no more than the name.", optional=True
    )
    environments: Attribute[PaginatedList[Environment]] = Attribute("Where its code runs.", optional=True)
    deployments: Attribute[PaginatedList[Deployment]] = Attribute(
        "What was put into its environments, newest first.", optional=True
    )

    @optional
    def filter_pipelines(
        self, ref: str | None = None, sha: str | None = None, status: Status | None = None
    ) -> PaginatedList[Pipeline]:
        """What the forge ran for its commits, newest first.

        Args:
            ref: only for this branch.
            sha: only for this commit, by its whole hash.
            status: only those that stand so.

        Example:
            >>> pipeline in repository.filter_pipelines(ref="main", status=Status.FAILED)
            True
        """
        raise NotImplementedError

    @optional
    def get_pipeline(self, number: int) -> Pipeline:
        """The pipeline of that :attr:`~igitt.interfaces.Element.identifier`; sends nothing.

        Example:
            >>> repository.get_pipeline(pipeline.identifier).ref
            'main'
        """
        raise NotImplementedError

    @optional
    def run_pipeline(
        self, ref: str | None = None, variables: Mapping[str, str] | None = None, workflow: str | None = None
    ) -> Pipeline:
        """Start a pipeline.

        Args:
            ref: the branch or tag to run for; the default branch if not given.
            variables: what it gets: on GitHub the inputs of the workflow.
            workflow: the file's name, such as ``"test.yml"``; GitHub needs it, GitLab has one configuration.

        Raises:
            ValidationError: when no workflow is named on GitHub, or the forge cannot start it.

        Example:
            >>> from igitt.testing import Sandbox
            >>> with Sandbox(socket=False) as sandbox:
            ...     files = {".gitlab-ci.yml": "test: {script: make test}"}
            ...     _ = sandbox.gitlab.add_repository("acme/widgets", members={"bot": "maintainer"}, files=files)
            ...     repository = sandbox.gitlab.client("bot").get_repo("acme/widgets")
            ...     repository.run_pipeline("main", {"DEBUG": "1"}).ref
            'main'
        """
        raise NotImplementedError

    @optional
    def set_variable(self, name: str, value: str, *, secret: bool = False) -> None:
        """Write a variable, whether it is there or not.

        Args:
            name: letters, digits and underscores.
            value: what it is to hold.
            secret: whether nobody is to see it. GitHub takes a secret encrypted, which needs PyNaCl
                (``pip install "igitt[secrets]"``); GitLab masks it in logs, and wants eight characters at least.

        Raises:
            ValidationError: when the name or the value is refused.
            UnsupportedOperationError: when PyNaCl is not installed; nothing was sent.

        Example:
            >>> repository.set_variable("COLOR", "red")
            >>> [(variable.name, variable.value) for variable in repository.variables]
            [('COLOR', 'red')]
        """

    @optional
    def delete_variable(self, name: str) -> None:
        """Remove a variable or a secret.

        Raises:
            ElementDoesntExistError: when there is none of that name.

        Example:
            >>> repository.set_variable("COLOR", "red")
            >>> repository.delete_variable("COLOR")
            >>> len(repository.variables)
            0
        """

    @optional
    def create_deployment(self, ref: str, environment: str, description: str = "") -> Deployment:
        """Say that a version is put into an environment, which is made if it is not there.

        Args:
            ref: the branch, tag or commit.
            environment: the environment's name.
            description: what there is to say (GitHub).

        Raises:
            ConflictError: when GitHub's rules want checks to succeed before.
            ElementDoesntExistError: when there is no such ref.

        Example:
            >>> repository.create_deployment("main", "production").environment_name
            'production'
        """
        raise NotImplementedError
