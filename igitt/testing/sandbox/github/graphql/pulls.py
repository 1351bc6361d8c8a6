"""Pull requests and their reviews as GitHub's GraphQL has them."""

from __future__ import annotations

import re
from typing import Any

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.github import protection
from igitt.testing.sandbox.github.graphql.commits import PullCommit
from igitt.testing.sandbox.github.graphql.issues import Ticket
from igitt.testing.sandbox.github.graphql.refs import ref_of
from igitt.testing.sandbox.github.graphql.remarks import Said
from igitt.testing.sandbox.github.graphql.threads import ReviewThread, threads_of
from igitt.testing.sandbox.github.shapes import commits as shapes
from igitt.testing.sandbox.github.shapes.accounts import association
from igitt.testing.sandbox.github.shapes.issues import page_of
from igitt.testing.sandbox.model import Issue, MergeRequest, Review, User

_CLOSING = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b", re.IGNORECASE)
_OPINIONS = {"APPROVED", "CHANGES_REQUESTED", "DISMISSED"}


def closes(one: MergeRequest) -> list[Issue]:
    """The issues that a pull request's text says it closes."""
    numbers = [int(number) for number in dict.fromkeys(_CLOSING.findall(one.body or ""))]
    return [one.repository.issues[number] for number in numbers if number in one.repository.issues]


def latest(one: MergeRequest, *, opinions: bool) -> list[Review]:
    """The newest review of each person; with ``opinions`` the newest that says yes or no."""
    found: dict[User, Review] = {}
    for each in one.reviews:
        if each.submitted and (not opinions or each.state in _OPINIONS):
            found.pop(each.author, None)
            found[each.author] = each
    return list(found.values())


class PullThing(Ticket, models=[MergeRequest]):
    """A pull request."""

    kind = "PullRequest"
    prefix = "PR_kwDO"
    _state: tuple[str, str] | None = None
    _lines: list[gitdata.FileChange] | None = None

    @property
    def database_id(self) -> int:
        """The number that REST has for it, which is another than that of its issue."""
        return int(self.one.merge_request_id)

    @property
    def permalink(self) -> str:
        """Its page."""
        return self.url

    @property
    def is_draft(self) -> bool:
        """Whether it is a draft."""
        return bool(self.one.draft)

    @property
    def merged(self) -> bool:
        """Whether it is merged."""
        return self.one.merged_at is not None

    @property
    def merged_at(self) -> Any:
        """When."""
        return self.one.merged_at

    @property
    def merged_by(self) -> Any:
        """Who merged it."""
        return self.asking.thing(self.one.merged_by)

    @property
    def merge_commit(self) -> Any:
        """What it was merged as."""
        home = self.one.repository
        return self.asking.thing(home.commits.get(self.one.merge_sha or ""), home)

    @property
    def potential_merge_commit(self) -> Any:
        """What it would be merged as: no commit is made for that here."""
        return None

    # ---- its ends

    @property
    def base_ref_name(self) -> str:
        """The branch that it goes into."""
        return str(self.one.base)

    @property
    def base_ref_oid(self) -> str:
        """That branch's tip, when it was last looked at."""
        return str(self.one.base_sha)

    @property
    def base_ref(self) -> Any:
        """That branch, while it is there."""
        return ref_of(self.asking, self.one.repository, f"refs/heads/{self.one.base}")

    @property
    def base_repository(self) -> Any:
        """Where that is."""
        return self.asking.thing(self.one.repository)

    @property
    def head_ref_name(self) -> str:
        """The branch that it comes from."""
        return str(self.one.head)

    @property
    def head_ref_oid(self) -> str:
        """Its tip."""
        return str(self.one.head_sha)

    @property
    def _source(self) -> Any:
        source = self.one.source
        return source if source is not None and self.asking.sees(source) else None

    @property
    def head_ref(self) -> Any:
        """That branch, while it is there."""
        return ref_of(self.asking, self._source, f"refs/heads/{self.one.head}") if self._source else None

    @property
    def head_repository(self) -> Any:
        """Where that is, while it is there."""
        return self.asking.thing(self._source)

    @property
    def head_repository_owner(self) -> Any:
        """Whose that is."""
        return self.asking.thing(self._source.owner) if self._source else None

    @property
    def is_cross_repository(self) -> bool:
        """Whether it comes from another repository."""
        return self.one.source is not self.one.repository

    @property
    def maintainer_can_modify(self) -> bool:
        """Whether those who may write may write to the branch of a fork."""
        return False

    # ---- what it changes

    @property
    def _changes(self) -> list[gitdata.FileChange]:
        if self._lines is None:
            self._lines = gitdata.request_changes(self.one)
        return self._lines

    @property
    def additions(self) -> int:
        """Lines that come."""
        return sum(one.additions for one in self._changes)

    @property
    def deletions(self) -> int:
        """Lines that go."""
        return sum(one.deletions for one in self._changes)

    @property
    def changed_files(self) -> int:
        """Files that change."""
        return len(self._changes)

    def files(self) -> list[Any]:
        """Those files."""
        words = {"removed": "DELETED"}
        return [
            {"kind": "PullRequestChangedFile", "path": one.path, "additions": one.additions,
             "deletions": one.deletions, "change_type": words.get(one.status, one.status.upper())}
            for one in self._changes
        ]  # fmt: skip

    def commits(self) -> list[Any]:
        """Its commits, oldest first."""
        return [PullCommit(self, one) for one in gitdata.request_commits(self.one)]

    @property
    def status_check_rollup(self) -> Any:
        """How its newest commit stands."""
        home = self.one.repository
        found = self.asking.thing(home.commits.get(self.one.head_sha), home)
        return found and found.status_check_rollup

    # ---- whether it can be merged

    def _mergeability(self) -> tuple[str, str]:
        if self._state is None:
            one, forge = self.one, self.asking.forge
            computing = one.mergeable_reads < forge.compute_mergeable_delay
            one.mergeable_reads += 1
            shape = shapes.pull(forge, one, self.asking.request, computing=computing)
            word = {None: "UNKNOWN", True: "MERGEABLE", False: "CONFLICTING"}[shape["mergeable"]]
            self._state = word, shape["mergeable_state"].upper()
        return self._state

    @property
    def mergeable(self) -> str:
        """Whether it fits; unknown until GitHub has found out."""
        return self._mergeability()[0]

    @property
    def merge_state_status(self) -> str:
        """What stands against it."""
        return self._mergeability()[1]

    @property
    def can_be_rebased(self) -> bool:
        """Whether its commits fit one after the other."""
        return self.mergeable == "MERGEABLE"

    @property
    def auto_merge_request(self) -> Any:
        """What it waits with for its checks."""
        waiting = self.one.extra.get("auto_merge")
        if waiting is None:
            return None
        title, _, body = (waiting["message"] or "").partition("\n")
        return {
            "kind": "AutoMergeRequest", "merge_method": waiting["method"].upper(), "pull_request": self,
            "commit_headline": title or None, "commit_body": body.strip() or None, "author_email": None,
            "enabled_by": self.asking.thing(waiting["by"]), "enabled_at": self.one.updated,
        }  # fmt: skip

    @property
    def _writes(self) -> bool:
        return self.asking.level(self.one.repository) >= model.WRITE

    @property
    def _may_wait(self) -> bool:
        return bool(self.one.repository.extra.get("merge settings", {}).get("allow_auto_merge"))

    @property
    def viewer_can_enable_auto_merge(self) -> bool:
        """Whether the one who asks may let it wait."""
        return self._writes and self._may_wait and self.one.state == "open" and not self.one.extra.get("auto_merge")

    @property
    def viewer_can_disable_auto_merge(self) -> bool:
        """Whether the one who asks may end that."""
        return self._writes and "auto_merge" in self.one.extra

    @property
    def viewer_can_update_branch(self) -> bool:
        """Whether the one who asks may bring the branch up to date."""
        return self._writes and self.merge_state_status == "BEHIND"

    @property
    def viewer_can_delete_head_ref(self) -> bool:
        """Whether the one who asks may remove the branch."""
        source = self._source
        return source is not None and self.asking.level(source) >= model.WRITE and self.one.state != "open"

    @property
    def is_in_merge_queue(self) -> bool:
        """There are no merge queues here."""
        return False

    is_merge_queue_enabled = is_in_merge_queue

    def viewer_merge_headline_text(self, merge_type: str | None = None) -> str:
        """The title of the commit that would be made."""
        if merge_type == "SQUASH":
            return f"{self.one.title} (#{self.one.number})"
        owner = self.one.source.owner.login if self.one.source else "unknown"
        return f"Merge pull request #{self.one.number} from {owner}/{self.one.head}"

    def viewer_merge_body_text(self, merge_type: str | None = None) -> str:
        """The rest of its message."""
        return "" if merge_type == "SQUASH" else self.title

    # ---- reviews

    @property
    def review_decision(self) -> str | None:
        """What the reviews say together; null where none is needed and nobody said anything."""
        states = {each.state for each in latest(self.one, opinions=True)}
        if "CHANGES_REQUESTED" in states:
            return "CHANGES_REQUESTED"
        rule = protection.rule_of(self.one.repository, self.one.base)
        need = (rule.approvals if rule else 0) or 0
        approved = sum(each.state == "APPROVED" for each in latest(self.one, opinions=True))
        if need and approved < need:
            return "REVIEW_REQUIRED"
        return "APPROVED" if approved else None

    def _shown(self, found: list[Review]) -> list[Any]:
        me = self.asking.me
        return self.asking.things((one for one in found if one.submitted or one.author is me), self.one)

    def reviews(self, states: list[str] | None = None, author: str | None = None) -> list[Any]:
        """The reviews; a pending one shows to its author only."""
        found = [one for one in self.one.reviews if not states or one.state in states]
        return self._shown([one for one in found if one.author.login.lower() == (author or one.author.login).lower()])

    def latest_reviews(self) -> list[Any]:
        """The newest of each person whose answer is not asked for again."""
        return self._shown([one for one in latest(self.one, opinions=False) if one.author not in self.one.reviewers])

    def latest_opinionated_reviews(self, writers_only: bool = False) -> list[Any]:
        """The newest of each person that says yes or no."""
        found = latest(self.one, opinions=True)
        return self._shown(self._by_writers(found) if writers_only else found)

    def _by_writers(self, found: list[Review]) -> list[Review]:
        world, home = self.asking.world, self.one.repository
        return [one for one in found if world.level(one.author, home) >= model.WRITE]

    @property
    def viewer_latest_review(self) -> Any:
        """One's own newest."""
        mine = [one for one in self.one.reviews if one.author is self.asking.me]
        return self.asking.thing(mine[-1], self.one) if mine else None

    def review_requests(self) -> list[Any]:
        """Who has been asked."""
        return [
            {"kind": "ReviewRequest", "id": f"RR_kwDO{self.one.id}:{one.id}", "pull_request": self,
             "database_id": one.id, "as_code_owner": False, "requested_reviewer": self.asking.thing(one)}
            for one in [*self.one.reviewers, *self.one.team_reviewers]
        ]  # fmt: skip

    def review_threads(self) -> list[Any]:
        """What was said of the diff, by threads."""
        return [ReviewThread(self, one) for one in threads_of(self.one)]

    def closing_issues_references(self) -> list[Any]:
        """The issues that it closes."""
        return self.asking.things(closes(self.one))

    @property
    def total_comments_count(self) -> int:
        """All that was said."""
        return len(self.one.comments) + len(self.one.review_comments)


class ReviewThing(Said, models=[Review]):
    """A review."""

    kind = "PullRequestReview"
    prefix = "PRR_kwDO"

    def __init__(self, asking: Any, one: Review, home: MergeRequest) -> None:
        super().__init__(asking, one)
        self.home = home

    @property
    def url(self) -> str:
        """Its place on the page."""
        return f"{page_of(self.asking.forge, self.home)}#pullrequestreview-{self.one.id}"

    @property
    def author_association(self) -> str:
        """What the author is to the repository."""
        return str(association(self.home.repository, self.one.author))

    @property
    def repository(self) -> Any:
        """Where it stands."""
        return self.asking.thing(self.home.repository)

    @property
    def viewer_can_update(self) -> bool:
        """Whether the one who asks may change it."""
        return self.viewer_did_author

    @property
    def pull_request(self) -> Any:
        """What it is of."""
        return self.asking.thing(self.home)

    @property
    def state(self) -> str:
        """What it says."""
        return str(self.one.state)

    @property
    def created_at(self) -> Any:
        """When it was made, which is not remembered for one that is pending."""
        return self.one.submitted or self.home.updated

    @property
    def published_at(self) -> Any:
        """Likewise."""
        return self.created_at

    @property
    def updated_at(self) -> Any:
        """Likewise."""
        return self.created_at

    @property
    def submitted_at(self) -> Any:
        """When it was sent off."""
        return self.one.submitted

    @property
    def commit(self) -> Any:
        """What was looked at."""
        return self.asking.thing(self.home.repository.commits.get(self.one.commit_sha), self.home.repository)

    @property
    def is_minimized(self) -> bool:
        """Reviews are not hidden here."""
        return False

    viewer_can_minimize = is_minimized

    @property
    def minimized_reason(self) -> None:
        """Likewise."""

    @property
    def viewer_can_delete(self) -> bool:
        """Whether the one who asks may remove it, which only who wrote it may while it is pending."""
        return self.viewer_did_author and self.one.submitted is None

    @property
    def author_can_push_to_repository(self) -> bool:
        """Whether the author's word counts for the rules."""
        return self.asking.world.level(self.one.author, self.home.repository) >= model.WRITE

    def comments(self) -> list[Any]:
        """Those on the diff that came with it."""
        return self.asking.things(one for one in self.home.review_comments if one.review is self.one)

    def reactions(self, content: str | None = None) -> list[Any]:  # noqa: ARG002  none are kept of reviews
        """None: they are not kept of reviews here."""
        return []

    def reaction_groups(self) -> list[Any]:
        """Likewise."""
        return []


__all__ = ["PullThing", "ReviewThing", "closes", "latest"]
