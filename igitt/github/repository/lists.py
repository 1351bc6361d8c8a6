"""What a repository of GitHub holds: its lists, and its single things by number or name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from igitt._objects.shared.things import CommonRepository
from igitt.errors import ValidationError
from igitt.github.base import GitHubResource, logins
from igitt.interfaces.attributes import computed
from igitt.interfaces.commit import Commit
from igitt.interfaces.convert import as_names, instant, state_word, to_instant
from igitt.interfaces.issue import Issue
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.user import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.interfaces.label import Label

__all__ = ["GitHubRepositoryLists"]

#: GitHub says 409 ("Git Repository is empty") where a list of commits would be empty.
_EMPTY_REPOSITORY = frozenset({409})
_STATES = frozenset({"open", "closed", "all"})
_ISSUE_ORDERS = frozenset({"created", "updated", "comments"})
_PULL_ORDERS = frozenset({"created", "updated", "popularity", "long-running"})


def _logins(people: Any) -> set[str]:
    """The names of some people, in lower case."""
    return {str(person.get("login")).casefold() for person in people or ()}


class GitHubRepositoryLists(GitHubResource, CommonRepository):
    """The reading half of :class:`igitt.github.repository.repository.GitHubRepository`."""

    __slots__ = ()
    kind = ""  # a half, no thing of its own

    @computed
    def languages(self) -> dict[str, float]:
        """Its programming languages in percent; GitHub counts bytes."""
        sizes = self.client.get(f"{self.api_path}/languages")
        whole = sum(sizes.values()) or 1
        return {name: round(100 * size / whole, 2) for name, size in sizes.items()}

    @computed
    def milestones(self) -> PaginatedList[Milestone]:
        """Its milestones, in every state."""
        return self.client.list(f"{self.api_path}/milestones", self.client.Milestone, self, params={"state": "all"})

    @computed
    def collaborators(self) -> PaginatedList[User]:
        """The users with more rights in it than everybody has."""
        return self.client.list(f"{self.api_path}/collaborators", self.client.User)

    @computed
    def contributors(self) -> PaginatedList[User]:
        """Who wrote commits in it and has an account."""
        return self.client.list(f"{self.api_path}/contributors", self.client.User)

    @computed
    def available_assignees(self) -> PaginatedList[User]:
        """The users that its issues can be assigned to."""
        return self.client.list(f"{self.api_path}/assignees", self.client.User)

    def get_milestone(self, number: int) -> Milestone:
        """The milestone of that number; sends nothing."""
        return self.client.Milestone(self.client, self, number)

    def filter_issues(
        self,
        state: str = "open",
        *,
        labels: Iterable[Label | str] = (),
        assignee: User | str | None = None,
        author: User | str | None = None,
        milestone: Milestone | str | None = None,
        since: datetime | str | None = None,
        sort: str = "created",
        ascending: bool = False,
    ) -> PaginatedList[Issue]:
        """``GET /repos/{owner}/{repo}/issues``, without the pull requests that GitHub mixes in."""
        params = {
            "state": _state(state, _STATES),
            "labels": ",".join(as_names(labels, "name", "label")) or None,
            "assignee": logins([assignee])[0] if assignee is not None else None,
            "creator": logins([author])[0] if author is not None else None,
            "milestone": self._milestone_number(milestone),
            "since": to_instant(since),
            **_order(sort, _ISSUE_ORDERS, ascending=ascending),
        }
        return self.client.list(f"{self.api_path}/issues", self.client.Issue, self, params=params, keep=_is_issue)

    def _milestone_number(self, milestone: Any) -> int | None:
        """GitHub filters by a milestone's number; a title is looked up, which is one request."""
        if milestone is None:
            return None
        if isinstance(milestone, Milestone):
            return milestone.number
        for known in self.milestones:
            if known.title == milestone:
                return known.number
        raise ValidationError(f"this repository has no milestone {milestone!r}")

    def filter_merge_requests(
        self,
        state: str = "open",
        *,
        base: str | None = None,
        head: str | None = None,
        author: User | str | None = None,
        assignee: User | str | None = None,
        reviewer: User | str | None = None,
        milestone: Milestone | str | None = None,
        labels: Iterable[Label | str] = (),
        updated_after: datetime | str | None = None,
        sort: str = "created",
        ascending: bool = False,
    ) -> PaginatedList[MergeRequest]:
        """``GET /repos/{owner}/{repo}/pulls``.

        People, labels, milestones, times and "merged" are beyond GitHub's own filters, so igitt looks.
        """
        state = _state(state, _STATES | {"merged"})
        login, assigned, asked = (
            None if one is None else logins([one])[0].casefold() for one in (author, assignee, reviewer)
        )
        planned = None if milestone is None else as_names([milestone], "title", "milestone")[0]
        since = to_instant(updated_after)
        begin = None if since is None else instant(since)
        wanted = {name.casefold() for name in as_names(labels, "name", "label")}

        def belongs(data: Any) -> bool:
            if state in {"merged", "closed"} and bool(data.get("merged_at")) is not (state == "merged"):
                return False
            people = ((login, [data.get("user") or {}]), (assigned, data.get("assignees")),
                      (asked, data.get("requested_reviewers")))  # fmt: skip
            if any(name is not None and name not in _logins(found) for name, found in people):
                return False
            if planned is not None and (data.get("milestone") or {}).get("title") != planned:
                return False
            if begin is not None and instant(data.get("updated_at")) < begin:
                return False
            return wanted <= {str(label.get("name")).casefold() for label in data.get("labels") or ()}

        params = {
            "state": "closed" if state == "merged" else state,
            "base": base,
            "head": head if head is None or ":" in head else f"{self.full_name.partition('/')[0]}:{head}",
            **_order(sort, _PULL_ORDERS, ascending=ascending),
        }
        people = any(one is not None for one in (login, assigned, asked, planned, begin))
        own = state in {"merged", "closed"} or people or wanted
        return self.client.list(
            f"{self.api_path}/pulls", self.client.MergeRequest, self, params=params, keep=belongs if own else None
        )

    def filter_commits(
        self,
        author: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        path: str | None = None,
        ref: str | None = None,
    ) -> PaginatedList[Commit]:
        """``GET /repos/{owner}/{repo}/commits``."""
        params = {"author": author, "since": to_instant(since), "until": to_instant(until), "path": path, "sha": ref}
        return self.client.list(
            f"{self.api_path}/commits", self.client.Commit, self, params=params, empty_on=_EMPTY_REPOSITORY
        )


def _is_issue(data: Any) -> bool:
    return "pull_request" not in data


def _state(state: str, known: frozenset[str]) -> str:
    return state_word(state, known)


def _order(sort: str, known: frozenset[str], *, ascending: bool) -> dict[str, str]:
    if sort not in known:
        raise ValidationError(f"GitHub sorts by {', '.join(sorted(known))}, not by {sort!r}")
    return {"sort": sort, "direction": "asc" if ascending else "desc"}
