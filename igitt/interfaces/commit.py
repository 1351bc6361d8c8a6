"""Commits, and what belongs to them: statuses and file changes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from igitt.errors import ValidationError
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element
from igitt.interfaces.enums import Status
from igitt.interfaces.sets import NamedSet

if TYPE_CHECKING:
    from igitt.interfaces.check_run import CheckRun
    from igitt.interfaces.comment import Comment
    from igitt.interfaces.issue import Issue
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.merge_request import MergeRequest
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["Commit", "CommitStatus", "FileChange", "checked_status", "combine"]


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """What a check reports about a commit.

    Attributes:
        status: the result.
        description: a sentence for people; it is cut for a forge that limits its length.
        context: the name of the check. A later status of the same name replaces the earlier one.
        url: where to read more.
    """

    named_by: ClassVar[tuple[str, ...]] = ("context",)

    status: Status
    description: str = ""
    context: str = "default"
    url: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no forge takes."""
        if not isinstance(self.status, Status):
            raise ValidationError(f"a status is a member of igitt.interfaces.Status, not {self.status!r}")
        if not self.context:
            raise ValidationError("a status needs a context: the name of the check it comes from")
        if self.url is not None and not self.url.startswith(("http://", "https://")):
            raise ValidationError(f"the url of a status is a web address, not {self.url!r}")


def checked_status(status: object) -> CommitStatus:
    """The status itself; ValidationError for anything else."""
    if not isinstance(status, CommitStatus):
        raise ValidationError(f"a status to be set is an igitt.interfaces.CommitStatus, not {status!r}")
    return status


@dataclass(frozen=True, slots=True)
class FileChange:
    """What happened to one file.

    Attributes:
        path: where it is now (for a removed one: where it was).
        old_path: where it was before.
        status: ``added``, ``removed``, ``modified`` or ``renamed``.
        additions: lines added; None where the forge does not count.
        deletions: lines removed.
        patch: the unified diff without its header; None for binary and very large files.
    """

    named_by: ClassVar[tuple[str, ...]] = ("path",)

    path: str
    old_path: str
    status: str
    additions: int | None
    deletions: int | None
    patch: str | None


def combine(statuses: Iterable[Status]) -> Status:
    """One status for many checks: the worst of them; ``PENDING`` while any is unfinished, and without any."""
    found = set(statuses)
    waiting = {Status.PENDING, Status.RUNNING, Status.CREATED, Status.MANUAL, Status.UNKNOWN}
    for worst in (Status.ERROR, Status.FAILED, Status.CANCELED):
        if worst in found:
            return worst
    if not found or found & waiting:
        return Status.PENDING
    return Status.SUCCESS if Status.SUCCESS in found else Status.SKIPPED


class Commit(Element):
    """A commit of a repository."""

    __slots__ = ()
    kind = "commit"
    named_by = ("sha",)
    shortest_prefix = 7

    sha = Attribute[str](
        "The whole hash, also of a commit that was named by a branch, a tag or the beginning of its hash."
    )
    message = Attribute[str]("The whole message.")
    author: Attribute[User | None] = Attribute("The account of its author; None when no account has the email address.")
    committer: Attribute[User | None] = Attribute("The account of its committer.")
    author_name = Attribute[str]("The name of its author, as git keeps it.", optional=True)
    author_email = Attribute[str]("The mail address of its author, as git keeps it.", optional=True)
    committer_name = Attribute[str]("The name of whoever put it where it is, as git keeps it.", optional=True)
    committer_email = Attribute[str]("The mail address of whoever put it where it is, as git keeps it.", optional=True)
    authored_at = Attribute[datetime]("When it was written.")
    committed_at = Attribute[datetime](
        "When it was put where it is: later than it was written, after a rebase.", optional=True
    )
    merge_requests: Attribute[PaginatedList[MergeRequest]] = Attribute(
        "The merge requests that it is in, or that it was merged by; in every state.", optional=True
    )
    parent: Attribute[Commit | None] = Attribute("The first parent, None for a first commit.")
    parents: Attribute[list[Commit]] = Attribute("All parents, in order.")
    repository: Attribute[Repository] = Attribute("The repository that it was read from.")
    files: Attribute[PaginatedList[FileChange]] = Attribute("What it changed.")
    unified_diff = Attribute[str]("Its unified diff.")
    comments: Attribute[PaginatedList[Comment]] = Attribute("The comments on it.")
    verified = Attribute[bool]("Whether it is signed, and the forge found the signature to be its committer's.")
    mentioned_issues: Attribute[NamedSet[Issue]] = Attribute("The issues on the same instance that its message names.")
    closes_issues: Attribute[NamedSet[Issue]] = Attribute(
        "The issues that its message closes, by any keyword of the forge: ``Closes #1, #2 and group/project#3``."
    )
    will_close_issues: Attribute[NamedSet[Issue]] = Attribute('Those that it closes with a form of "close".')
    will_fix_issues: Attribute[NamedSet[Issue]] = Attribute('Those that it closes with a form of "fix".')
    will_resolve_issues: Attribute[NamedSet[Issue]] = Attribute('Those that it closes with a form of "resolve".')
    check_runs: Attribute[PaginatedList[CheckRun]] = Attribute(
        "What Apps said of it in more words than a status has, the newest run of each check (GitHub).", optional=True
    )
    combined_status = Attribute[Status](
        "One status for all its checks; ``PENDING`` while any is unfinished, and without any."
    )

    @abstractmethod
    def get_statuses(self) -> PaginatedList[CommitStatus]:
        """The newest status of each check.

        Example:
            >>> commit.set_status(CommitStatus(Status.SUCCESS, "Fine.", "lint"))
            >>> [(status.context, str(status.status)) for status in commit.get_statuses()]
            [('lint', 'success')]
        """

    @abstractmethod
    def set_status(self, status: CommitStatus) -> None:
        """Report a check's result. Reporting the same one twice is harmless.

        Example:
            >>> commit.set_status(CommitStatus(Status.FAILED, "Two lines are too long.", "lint"))
            >>> str(commit.combined_status)
            'failed'
        """

    @abstractmethod
    def comment(
        self,
        message: str,
        file: str | None = None,
        line: int | None = None,
        mr_number: int | None = None,
        *,
        quick_actions: bool = False,
    ) -> Comment:
        """Comment on it.

        Args:
            message: the text.
            file: the path of the file that the comment is about, at this commit.
            line: the line of that file, from 1.
            mr_number: the merge request to comment in, rather than only at the commit.
            quick_actions: whether GitLab is to carry out its commands; see :meth:`igitt.interfaces.Issue.add_comment`.

        Example:
            >>> commit.comment("Well done.").body
            'Well done.'
        """

    def get_patch_for_file(self, path: str) -> str | None:
        """The part of the unified diff that is about the file at `path`; None for a binary file.

        Raises:
            ValidationError: when the commit does not touch that file.

        Example:
            >>> print(mr.head.get_patch_for_file("widget.py"))
            @@ -1,2 +1,2 @@
             def turn():
            -    return 360
            +    return 720
        """
        for change in self.files:
            if path in {change.path, change.old_path}:
                return change.patch
        raise ValidationError(f"commit {self.sha} does not change {path!r}")

    def ack(self, context: str = "review/igitt/manual") -> None:
        """Report that it passed review.

        Example:
            >>> commit.ack()
            >>> str(commit.combined_status)
            'success'
        """
        self.set_status(CommitStatus(Status.SUCCESS, "This commit was acknowledged.", context))

    def unack(self, context: str = "review/igitt/manual") -> None:
        """Report that it did not pass review.

        Example:
            >>> commit.unack()
            >>> str(commit.combined_status)
            'failed'
        """
        self.set_status(CommitStatus(Status.FAILED, "This commit needs work.", context))

    def pending(self, context: str = "review/igitt/manual") -> None:
        """Report that a review is still to be done, unless one has been reported already.

        Example:
            >>> commit.pending()
            >>> str(commit.combined_status)
            'pending'
        """
        if all(status.context != context for status in self.get_statuses()):
            self.set_status(CommitStatus(Status.PENDING, "This commit needs review.", context))

    def __str__(self) -> str:
        return self.sha
