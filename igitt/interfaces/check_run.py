"""Check runs: what GitHub's Apps report about a commit, in more detail than a status. GitLab has none."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from igitt.errors import ValidationError
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element
from igitt.interfaces.enums import Status

if TYPE_CHECKING:
    from igitt.interfaces.lists import PaginatedList

__all__ = ["Annotation", "CheckRun", "CheckRunFields"]

_LEVELS = frozenset({"notice", "warning", "failure"})


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation of lines of a file.

    Attributes:
        path: the file.
        start_line: its first line, from 1.
        message: what is to be said.
        level: ``notice``, ``warning`` or ``failure``.
        end_line: its last line; the first one if not given.
        title: a heading.
        details: more, shown when asked for.
    """

    path: str
    start_line: int
    message: str
    level: str = "warning"
    end_line: int | None = None
    title: str | None = None
    details: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no forge takes."""
        if self.level not in _LEVELS:
            raise ValidationError(f"an annotation's level is {', '.join(sorted(_LEVELS))}, not {self.level!r}")


class CheckRunFields(TypedDict, total=False):
    """What :meth:`CheckRun.edit` writes."""

    status: Status
    conclusion: str
    title: str
    summary: str
    text: str
    details_url: str
    annotations: Iterable[Annotation]


class CheckRun(Element):
    """A check that an App ran on a commit."""

    __slots__ = ()
    kind = "check run"
    named_by = ("name",)

    name = Attribute[str]("What the check is called.")
    sha = Attribute[str]("The hash of the commit.")
    status = Attribute[Status]("Its status, in neutral words.")
    conclusion = Attribute[str | None]("How it ended, in the forge's word; None before that.")
    title = Attribute[str]("The heading of its output.")
    summary = Attribute[str]("The output, in Markdown.")
    started = Attribute[datetime | None]("When it began.")
    finished = Attribute[datetime | None]("When it ended; None before.")
    annotations: Attribute[PaginatedList[Annotation]] = Attribute("Its remarks on lines, all pages.")

    def edit(self, **fields: Unpack[CheckRunFields]) -> None:
        """Write several fields at once; annotations are added to those that are there, fifty a request.

        Raises:
            ValidationError: when there is no such field, or a status that a check run cannot have.

        Example:
            >>> found = [Annotation("widget.py", 2, "This line is long")]
            >>> check_run.edit(status=Status.FAILED, summary="One line is long.", annotations=found)
            >>> check_run.conclusion, len(check_run.annotations)
            ('failure', 1)
        """
        self._edit(fields)

    @abstractmethod
    def rerequest(self) -> None:
        """Ask the App to run it again.

        Example:
            >>> check_run.rerequest()
        """
