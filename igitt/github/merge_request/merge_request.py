"""GitHub's pull requests.

Each is an issue too: labels, assignees, milestone, comments and reactions are kept with the issue of the same number.
Source: https://docs.github.com/en/rest/pulls/pulls
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from igitt._base.paths import segment
from igitt._objects.resource import Editable, EditableRelatedSet, Field, Related, RelatedSet
from igitt._objects.shared.mentions import ReferringMergeRequest
from igitt._objects.steps import Patience, following
from igitt.errors import (
    ConflictError,
    ElementDoesntExistError,
    PermissionDeniedError,
    UnsupportedOperationError,
    ValidationError,
)
from igitt.github.base import logins
from igitt.github.closing import closing_issues
from igitt.github.commit import file_change
from igitt.github.cut import MOST_COMMITS, MOST_FILES, CutList, changed_files, compared_commits, told
from igitt.github.issue import ASSIGNABLE, GitHubIssue, left_out
from igitt.github.merge_request.reviews import GitHubMergeRequestReviews, commit_words
from igitt.interfaces.attributes import computed, computed_set
from igitt.interfaces.commit import Commit, FileChange
from igitt.interfaces.convert import flag, integer, optional_instant, optional_text, text, without_none
from igitt.interfaces.element import Unsupported, partly
from igitt.interfaces.enums import CommentType, MergeRequestStates, MergeStatus, Status
from igitt.interfaces.issue import Issue
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.organization import Team
from igitt.interfaces.pipeline import Pipeline
from igitt.interfaces.repository import Repository
from igitt.interfaces.user import User

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.element import Element
    from igitt.interfaces.hoster import Hoster

__all__ = ["GitHubMergeRequest"]

#: What only the pull request's own address changes; everything else the issue's takes too.
_PULL_FIELDS = frozenset({"base", "maintainer_can_modify"})
#: What a response about the issue says about the pull request with the same meaning.
_SHARED = frozenset({
    "number", "title", "body", "state", "user", "labels", "assignees", "milestone", "created_at", "updated_at",
    "closed_at", "html_url", "locked", "active_lock_reason", "author_association", "draft",
})  # fmt: skip
_REMOVE_LATER = "deleting the branch of what is merged later: the repository's setting does that, or delete_branch()"
_MERGE_COMMIT = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { mergeCommit { oid } } }
}
"""
_METHODS = frozenset({"merge", "squash", "rebase"})


#: https://docs.github.com/en/graphql/reference/enums#commentauthorassociation
_NEWCOMERS = frozenset({"FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR"})
_MERGE_STATES = {
    "clean": MergeStatus.MERGEABLE,
    "has_hooks": MergeStatus.MERGEABLE,
    "unstable": MergeStatus.MERGEABLE,
    "dirty": MergeStatus.CONFLICT,
    "behind": MergeStatus.BEHIND,
    "draft": MergeStatus.DRAFT,
    "blocked": MergeStatus.BLOCKED,
    "unknown": MergeStatus.CHECKING,
}


def _approvals_of(rule: Mapping[str, Any]) -> int:
    """How many approvals a branch's rule wants."""
    if rule.get("type") != "pull_request":
        return 0
    return integer((rule.get("parameters") or {}).get("required_approving_review_count") or 0)


class GitHubMergeRequest(ReferringMergeRequest, GitHubIssue, GitHubMergeRequestReviews, MergeRequest):  # pyright: ignore[reportIncompatibleVariableOverride, reportIncompatibleMethodOverride]  # a computed is an Attribute; edit() as MergeRequest has it
    """A pull request of a repository.

    Args:
        client: the client, or a token for github.com.
        scope: the repository: an object, its full name, id or URL.
        key: its number.
    """

    __slots__ = ()
    _collection = "pulls"
    _is_transferable = False
    _comment_type = CommentType.MERGE_REQUEST

    is_draft = Field("draft", flag)
    base_branch_name = Editable("base.ref", text, write="base")
    head_branch_name = Field("head.ref", text)
    merged_at = Field("merged_at", optional_instant)
    merged_by = Related[User | None]("merged_by", "User")
    reviewers = EditableRelatedSet[User](
        "requested_reviewers",
        "User",
        logins,
        write="reviewers",
        ways=("request_review", "remove_reviewers"),
        whole=False,
    )
    source_repository = Related[Repository | None]("head.repo", "Repository")
    reviewer_teams = RelatedSet[Team]("requested_teams", "Team")
    is_first_contribution = Field("author_association", lambda value: value in _NEWCOMERS)
    close_reason = Unsupported[str | None]("GitHub's pull requests are closed without a reason")
    type = Unsupported[str | None]("GitHub's pull requests have no type")
    blocks = Unsupported[PaginatedList[Issue]]("GitHub's pull requests block nothing")  # pyright: ignore[reportAssignmentType]  # Unsupported is an Attribute too
    blocked_by = Unsupported[PaginatedList[Issue]]("GitHub's pull requests wait for no issue")  # pyright: ignore[reportAssignmentType]  # Unsupported is an Attribute too
    parent_issue = Unsupported[Issue | None]("GitHub's pull requests are no part of an issue")  # pyright: ignore[reportAssignmentType]  # Unsupported is an Attribute too
    sub_issues = Unsupported[PaginatedList[Issue]]("GitHub's pull requests have no parts")  # pyright: ignore[reportAssignmentType]  # Unsupported is an Attribute too

    @classmethod
    def from_data(
        cls, data: Mapping[str, Any], client: Hoster | Token | str, scope: Element | str | int | None = None
    ) -> Self:
        """Make one of JSON that is at hand, also of an issue's: lists of issues and webhooks give pull requests so.

        Of an issue's only what means the same is taken; its id is not the pull request's.
        """
        if isinstance(data, dict) and "pull_request" in data and "head" not in data:
            merged = data["pull_request"].get("merged_at", False) if isinstance(data["pull_request"], dict) else False
            where = {key: data[key] for key in ("repository_url",) if key in data}
            shared = {key: value for key, value in data.items() if key in _SHARED}
            data = {**shared, **where, **({} if merged is False else {"merged_at": merged})}
        return super().from_data(data, client, scope)

    def _lookup(self, key: str) -> Any:
        # Lists leave it out, also of what nobody merged.
        if key == "merged_by" and self._data.get("merged_at", key) is None:
            return None
        return super()._lookup(key)

    def _tells_home(self) -> Mapping[str, Any] | None:
        base = self._data.get("base")
        repository = base.get("repo") if isinstance(base, dict) else None
        return {key: repository.get(key) for key in ("id", "full_name")} if isinstance(repository, dict) else None

    @computed
    def state(self) -> MergeRequestStates:  # pyright: ignore[reportIncompatibleVariableOverride]  # its own set of words
        """Open, closed or merged."""
        if Field("state", text).__get__(self, type(self)) == "open":
            return MergeRequestStates.OPEN
        return MergeRequestStates.MERGED if self.merged_at else MergeRequestStates.CLOSED

    @computed
    def target_repository(self) -> Repository:
        """Where it is to be merged."""
        return self._owner

    @computed
    def base(self) -> Commit:
        """The commit that it is compared with."""
        return self._commit("base")

    @computed
    def head(self) -> Commit:
        """Its newest commit; its statuses are the target repository's."""
        return self._commit("head")

    def _commit(self, end: str) -> Commit:
        return self.client.Commit(self.client, self._owner, Field(f"{end}.sha", text).__get__(self, type(self)))

    @computed
    def commits(self) -> PaginatedList[Commit]:
        """Its commits, oldest first; beyond the 250 that GitHub's list gives, those of the comparison of its ends."""
        make = self.client.Commit.from_data

        def others(came: list[Any]) -> Iterator[Any]:
            return compared_commits(self._owner, self.base.sha, self.head.sha, came)

        return CutList(
            self.client,
            f"{self.api_path}/commits",
            lambda data: make(data, self.client, self._owner),
            most=MOST_COMMITS,
            number=lambda: told(self, "commits"),
            others=others,
        )

    @computed
    def files(self) -> PaginatedList[FileChange]:
        """What it changes; beyond GitHub's 3,000 files, those that differ in the trees, without patches."""

        def others(came: list[Any]) -> Iterator[Any]:
            return changed_files(self._owner, self.base.sha, self.head.sha, came)

        return CutList(
            self.client,
            f"{self.api_path}/files",
            file_change,
            most=MOST_FILES,
            number=lambda: told(self, "changed_files"),
            others=others,
        )

    @computed
    def diffstat(self) -> tuple[int, int]:
        """Lines added and lines removed."""
        data = self._data if "additions" in self._data else self.data
        return integer(data.get("additions", 0)), integer(data.get("deletions", 0))

    @computed
    def merge_commit_sha(self) -> str | None:
        """The commit that merging made.

        While it is not merged, GitHub's word for it means a trial. From version 2026-03-10 on, REST does not have it at
        all, so GraphQL is asked.
        """
        if self.merged_at is None:
            return None
        data = self._data if "merge_commit_sha" in self._data else self.data
        if "merge_commit_sha" in data:
            return optional_text(data["merge_commit_sha"])
        return optional_text((self._ask(_MERGE_COMMIT).get("mergeCommit") or {}).get("oid"))

    @computed
    def mergeable(self) -> bool | None:
        """Whether it could be merged now.

        GitHub computes that when it is asked, so igitt asks again, within ``max_wait``.
        """

        def read() -> bool | None:
            known = self._data
            if known.get("state") == "closed":
                return False
            # A delivery has it too, where GitHub knew it.
            value = known["mergeable"] if isinstance(known.get("mergeable"), bool) else self.data.get("mergeable")
            return value if isinstance(value, bool) else None if self.state is MergeRequestStates.OPEN else False

        return self._until_known(read)

    @computed
    def merge_status(self) -> MergeStatus:
        """What GitHub's ``mergeable_state`` says; "blocked" is asked for more closely, at two to six requests.

        Source: https://docs.github.com/en/graphql/reference/enums#mergestatestatus
        """
        if self.state is not MergeRequestStates.OPEN:
            return MergeStatus.CLOSED
        if self.mergeable is None:
            return MergeStatus.CHECKING
        found = _MERGE_STATES.get(text(self.data.get("mergeable_state")), MergeStatus.UNKNOWN)
        if found is not MergeStatus.BLOCKED:
            return found
        rules, classic = self._rules(), self._classic()
        wanted = max(
            [_approvals_of(rule) for rule in rules] + ([self._classic_approvals()] if classic else []), default=0
        )
        if wanted and wanted > len(self.approvals):
            return MergeStatus.APPROVALS
        checks = any(rule.get("type") == "required_status_checks" for rule in rules)
        checks = checks or bool((classic.get("required_status_checks") or {}).get("contexts"))
        if checks and self.head.combined_status is not Status.SUCCESS:
            return MergeStatus.CHECKS
        return MergeStatus.BLOCKED

    @computed
    def approvals_required(self) -> int:
        """What the rules of its target branch want; ``GET /repos/{owner}/{repo}/rules/branches/{branch}``.

        Classic protection is looked at too, where this credential may read it.
        """
        return max([_approvals_of(rule) for rule in self._rules()] + [self._classic_approvals()])

    def _rules(self) -> list[dict[str, Any]]:
        """What the rulesets want of its target branch."""
        branch = segment(self.base_branch_name, "branch")
        return list(self.client.list_of(f"{self._owner.api_path}/rules/branches/{branch}", dict))

    def _classic(self) -> dict[str, Any]:
        """The protection of its target branch, as everybody sees it: the checks; empty where there is none.

        ``GET /repos/{owner}/{repo}/branches/{branch}``.
        """
        path = f"{self._owner.api_path}/branches/{segment(self.base_branch_name, 'branch')}"
        found = self.client.get(path).get("protection")
        return found if isinstance(found, dict) and found.get("enabled") else {}

    def _classic_approvals(self) -> int:
        """How many approvals the protection of its target branch wants; 0 where this credential may not read it."""
        path = f"{self._owner.api_path}/branches/{segment(self.base_branch_name, 'branch')}/protection"
        try:
            found = self.client.get(f"{path}/required_pull_request_reviews")
        except (ElementDoesntExistError, PermissionDeniedError):
            return 0  # there is none, or only administrators see it
        return integer(found.get("required_approving_review_count", 0))

    def close(self, reason: str | None = None) -> None:
        """Close it without merging; GitHub keeps no reason."""
        if reason is not None:
            raise UnsupportedOperationError(
                "github does not support close(reason) of a merge request: it is closed without one"
            )
        super().close()

    def diff(self) -> str:
        """Its unified diff."""
        return self._request("GET", self.api_path, accept="application/vnd.github.diff").text

    @computed
    def pipelines(self) -> PaginatedList[Pipeline]:
        """The workflow runs of its newest commit, newest first."""
        params = {"head_sha": self.head.sha}
        path = f"{self._owner.api_path}/actions/runs"
        return self.client.list(path, self.client.Pipeline, self._owner, items="workflow_runs", params=params)

    @computed_set
    def mrs_closed_by(self) -> set[MergeRequest]:
        """None: nothing closes a pull request but itself; sends nothing."""
        return set()

    @computed_set
    def closes_issues(self) -> set[Issue]:
        """The issues that merging it closes, asked for by GraphQL: REST does not have them."""
        return closing_issues(self)

    def _write(self, body: Mapping[str, Any]) -> None:
        """One request to the issue, or to the pull request; both only if fields of both kinds are written."""
        own = {key: value for key, value in body.items() if key in _PULL_FIELDS}
        shared = {key: value for key, value in body.items() if key not in _PULL_FIELDS}
        if own and not {"labels", "assignees", "milestone"} & shared.keys():
            own, shared = {**own, **shared}, {}
        if own:
            self._absorb(self._request("PATCH", self.api_path, json=own).data)
        if shared:
            with following(self if own else None, f"{', '.join(sorted(own))} was written before"):
                data = self._request("PATCH", self._issue_path, json=shared).data
            self._absorb({key: value for key, value in data.items() if key in _SHARED}, complete=False)
            if missing := left_out(body.get("assignees") or (), data):
                raise ValidationError(f"GitHub did not assign {missing}: {ASSIGNABLE}", url=self.url)

    @partly(_REMOVE_LATER)
    def merge(
        self,
        message: str | None = None,
        sha: str | None = None,
        method: str = "merge",
        *,
        remove_source_branch: bool | None = None,
        when_pipeline_succeeds: bool = False,
    ) -> None:
        """Merge it: ``PUT /repos/{owner}/{repo}/pulls/{number}/merge``; removing the branch is a second request."""
        if method not in _METHODS:
            raise ValidationError(f"GitHub cannot merge by {method!r}; there are {', '.join(sorted(_METHODS))}")
        if when_pipeline_succeeds:
            if remove_source_branch:
                raise UnsupportedOperationError(f"github does not support {_REMOVE_LATER}")
            self.enable_auto_merge(method, sha, message)
            return
        title, rest = commit_words(message)
        body = without_none(merge_method=method, sha=sha, commit_title=title, commit_message=rest)
        branch = self._data.get("head") if remove_source_branch else None
        branch = branch or (self.data.get("head") if remove_source_branch else None)
        self._merge(body)
        self._outdate()
        if isinstance(branch, dict) and branch.get("repo"):
            source: Any = self.client.Repository.from_data(branch["repo"], self.client)
            # The repository's setting may have removed it already.
            with following(self, "it was merged, but its branch was not removed"), suppress(ElementDoesntExistError):
                self.client.Branch(self.client, source, branch["ref"]).delete()

    def _merge(self, body: Mapping[str, Any]) -> None:
        """Merge it; while GitHub still computes whether it can, or its base has just moved, ask again.

        GitHub refuses both with 405; "Base branch was modified. Review and try the merge again." is over at once.
        """
        patience = Patience(self.client.transport)
        while True:
            try:
                data = self._request("PUT", f"{self.api_path}/merge", json=body).data
            except ConflictError as error:
                if error.status != 405 or not self._passing(error) or not patience.wait():
                    raise
            else:
                if isinstance(data, dict) and data.get("merged") is False:
                    reason = text(data.get("message")) or "GitHub does not say why"
                    raise ConflictError(f"it was not merged: {reason}", data=data, url=self.url)
                return

    def _passing(self, error: ConflictError) -> bool:
        """Whether a refusal to merge may be over in a moment."""
        if "base branch was modified" in error.message.lower():
            return True
        data = self.refresh().data
        return data.get("state") == "open" and data.get("mergeable", False) is None

    def mark_ready(self) -> None:
        """Say that it is no draft any more; GitHub can only by GraphQL."""
        self._set_draft("markPullRequestReadyForReview", draft=False)

    def convert_to_draft(self) -> None:
        """Say that it is a draft; GitHub can only by GraphQL."""
        self._set_draft("convertPullRequestToDraft", draft=True)

    def _set_draft(self, mutation: str, *, draft: bool) -> None:
        if self.is_draft is draft:
            return
        query = f"mutation($id: ID!) {{ {mutation}(input: {{pullRequestId: $id}}) {{ pullRequest {{ isDraft }} }} }}"
        found = (self.client.graphql(query, {"id": self._node}).get(mutation) or {}).get("pullRequest") or {}
        if found.get("isDraft") is not draft:
            raise ConflictError(f"GitHub did not {'make it' if draft else 'let it cease to be'} a draft", data=found)
        self._absorb({"draft": draft}, complete=False)

    def request_review(self, *users: User | Team | str) -> None:
        """Ask users and teams to review it."""
        self._change_reviewers("POST", users)

    def remove_reviewers(self, *users: User | Team | str) -> None:
        """Ask users and teams no longer to review it."""
        self._change_reviewers("DELETE", users)

    def _change_reviewers(self, method: str, users: tuple[Any, ...]) -> None:
        if users:
            teams = [one for one in users if isinstance(one, Team)]
            body: dict[str, Any] = {"reviewers": logins([one for one in users if not isinstance(one, Team)])}
            if teams:
                body["team_reviewers"] = [text(team.data.get("slug")) for team in teams]
            data = self._request(method, f"{self.api_path}/requested_reviewers", json=body).data
            found = {key: data.get(key, []) for key in ("requested_reviewers", "requested_teams")}
            self._absorb(found, complete=False)
