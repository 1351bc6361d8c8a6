"""Merge requests; GitHub calls them pull requests."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from igitt.interfaces.attributes import Attribute, EditableAttribute, EditableSet, computed, computed_set
from igitt.interfaces.element import unsupported
from igitt.interfaces.enums import MergeRequestStates, MergeStatus, Status
from igitt.interfaces.issue import Issue, renamed
from igitt.interfaces.merge_request_reviews import MergeRequestReviews
from igitt.interfaces.sets import NamedSet

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.commit import Commit, FileChange
    from igitt.interfaces.hoster import Hoster
    from igitt.interfaces.label import Label
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.milestone import Milestone
    from igitt.interfaces.organization import Team
    from igitt.interfaces.pipeline import Pipeline
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["MergeRequest", "MergeRequestFields"]


class MergeRequestFields(TypedDict, total=False):
    """What :meth:`MergeRequest.edit` writes."""

    title: str
    description: str
    body: str
    labels: Iterable[Label | str]
    assignees: Iterable[User | str]
    reviewers: Iterable[User | str]
    milestone: Milestone | None
    base_branch_name: str


class MergeRequest(Issue, MergeRequestReviews):
    """A proposal to merge one branch into another, and the discussion of it. It has everything that an issue has."""

    __slots__ = ()
    kind = "merge request"

    state = Attribute[MergeRequestStates]("Open, closed, merged or locked.")
    is_draft = Attribute[bool]("Whether its author is still working on it; see :meth:`mark_ready`.")
    base: Attribute[Commit] = Attribute(
        "The commit that it starts from, as the forge compares; not the tip of the target branch."
    )
    head: Attribute[Commit] = Attribute("Its newest commit.")
    base_branch_name = EditableAttribute[str]("The branch it is to be merged into.")
    head_branch_name = Attribute[str]("The branch that is to be merged.")
    source_repository: Attribute[Repository | None] = Attribute(
        "Where the head branch is; None when that fork was deleted."
    )
    target_repository: Attribute[Repository] = Attribute("Where it is to be merged.")
    commits: Attribute[PaginatedList[Commit]] = Attribute("Its commits, oldest first.")
    files: Attribute[PaginatedList[FileChange]] = Attribute("What it changes.")
    mergeable = Attribute[bool | None]("Whether it could be merged now; None while the forge is still computing it.")
    merge_status = Attribute[MergeStatus](
        "What stands in the way of merging it; see :class:`MergeStatus`.", optional=True
    )
    approvals_required = Attribute[int](
        "How many approvals the forge's rules require before it is merged; 0 for none.", optional=True
    )
    is_first_contribution = Attribute[bool]("Whether its author has had nothing merged here before.", optional=True)
    reviewer_teams: Attribute[NamedSet[Team]] = Attribute("The teams that were asked to review it.", optional=True)
    merged_at = Attribute[datetime | None]("When it was merged.")
    merged_by: Attribute[User | None] = Attribute("The user who merged it.")
    merge_commit_sha = Attribute[str | None]("The commit that merging made.")
    reviewers: EditableSet[User, User | str] = EditableSet(
        "The users asked to review it; ``|=`` asks more of them, ``-=`` withdraws the request."
    )
    pipelines: Attribute[PaginatedList[Pipeline]] = Attribute(
        "What the forge ran for its newest commit, newest first; on GitLab also those of its earlier commits."
    )
    closes_issues: Attribute[NamedSet[Issue]] = Attribute(
        "The issues that merging it closes, as the forge reports them; those of other repositories too."
    )
    mentioned_issues: Attribute[NamedSet[Issue]] = Attribute(
        "The issues on the same instance that its title, its description and its commits' messages name."
    )

    @classmethod
    @unsupported("it is made of two branches, by repository.create_merge_request(title, base, head)")
    def create(
        cls,
        client: Hoster | Token | str,
        repository: Repository | str,
        title: str,
        body: str = "",
        *,
        description: str | None = None,
    ) -> Issue:
        """Open one."""
        raise NotImplementedError

    will_close_issues: Attribute[NamedSet[Issue]] = Attribute('Those that it closes with a form of "close".')
    will_fix_issues: Attribute[NamedSet[Issue]] = Attribute('Those that it closes with a form of "fix".')
    will_resolve_issues: Attribute[NamedSet[Issue]] = Attribute('Those that it closes with a form of "resolve".')

    def edit(self, **fields: Unpack[MergeRequestFields]) -> None:  # type: ignore[override]  # its own set of fields
        """Write several fields at once, in as few requests as the forge allows.

        Example:
            >>> mr.edit(title="Turn faster, and quieter", base_branch_name="main", labels={"bug"})
            >>> mr.title
            'Turn faster, and quieter'
        """
        self._edit(renamed(fields))

    @computed_set
    def affected_files(self) -> set[str]:
        """The paths of the files that it changes."""
        return {change.path for change in self.files}

    @computed
    def tests_passed(self) -> bool:
        """Whether every check on the head succeeded; False while one is running, and when none reported."""
        return self.head.combined_status is Status.SUCCESS

    diffstat = Attribute[tuple[int, int]]("Lines added and lines removed.")

    @abstractmethod
    def diff(self) -> str:
        """Its unified diff.

        Example:
            >>> print(mr.diff())
            diff --git a/widget.py b/widget.py
            --- a/widget.py
            +++ b/widget.py
            @@ -1,2 +1,2 @@
             def turn():
            -    return 360
            +    return 720
        """

    @abstractmethod
    def merge(
        self,
        message: str | None = None,
        sha: str | None = None,
        method: str = "merge",
        *,
        remove_source_branch: bool | None = None,
        when_pipeline_succeeds: bool = False,
    ) -> None:
        """Merge it.

        Args:
            message: the message of the merge commit; the forge writes one if not given.
            sha: merge only if this is still the head, so that nothing unreviewed slips in.
            method: ``"merge"``, ``"squash"`` or ``"rebase"`` (GitLab's project settings decide between merge and
                rebase).
            remove_source_branch: whether to delete the head branch; None leaves it to the repository's settings.
            when_pipeline_succeeds: whether the forge is to wait for its checks, as :meth:`enable_auto_merge` lets it.

        Raises:
            ConflictError: when it cannot be merged now, or `sha` is no longer its head.
            UnsupportedOperationError: when GitHub is asked both to wait and to delete the branch; a repository's
                setting does that.

        Example:
            >>> mr.merge(sha=mr.head.sha, method="squash")
            >>> str(mr.state)
            'merged'
        """

    @abstractmethod
    def mark_ready(self) -> None:
        """Mark it as ready: no longer a draft.

        Example:
            >>> mr.convert_to_draft()
            >>> mr.mark_ready()
            >>> mr.is_draft
            False
        """

    @abstractmethod
    def convert_to_draft(self) -> None:
        """Turn it into a draft.

        Example:
            >>> mr.convert_to_draft()
            >>> mr.is_draft
            True
        """

    @abstractmethod
    def request_review(self, *users: User | Team | str) -> None:
        """Request a review from users, and where the forge has them from teams, besides those already requested.

        Example:
            >>> mr.request_review("alice")
            >>> "alice" in mr.reviewers
            True
        """

    @abstractmethod
    def remove_reviewers(self, *users: User | Team | str) -> None:
        """Withdraw the request for a review from users and teams.

        Example:
            >>> mr.request_review("alice")
            >>> mr.remove_reviewers("alice")
            >>> len(mr.reviewers)
            0
        """
