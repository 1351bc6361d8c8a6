"""The history of an issue or pull request in the types of GitHub's GraphQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import TimelineEvent

EVENTS = {
    "labeled": "LabeledEvent", "unlabeled": "UnlabeledEvent", "assigned": "AssignedEvent",
    "unassigned": "UnassignedEvent", "closed": "ClosedEvent", "reopened": "ReopenedEvent",
    "renamed": "RenamedTitleEvent", "milestoned": "MilestonedEvent", "demilestoned": "DemilestonedEvent",
    "locked": "LockedEvent", "unlocked": "UnlockedEvent", "merged": "MergedEvent", "commented": "IssueComment",
    "reviewed": "PullRequestReview", "review_requested": "ReviewRequestedEvent",
    "ready_for_review": "ReadyForReviewEvent", "convert_to_draft": "ConvertToDraftEvent",
}  # fmt: skip


class Happened:
    """One line of a timeline."""

    def __init__(self, asking: Any, home: Any, one: TimelineEvent) -> None:
        self.asking = asking
        self.home = home
        self.one = one
        self.kind = EVENTS[one.event]
        self.word = "".join(f"_{letter}" if letter.isupper() else letter for letter in self.kind).strip("_").upper()
        self.id = f"EV_lADO{one.id}"
        self.created_at = one.created

    @property
    def shown(self) -> Any:
        """Comments and reviews stand there themselves."""
        if self.one.event == "commented":
            return self.asking.thing(self.one.data["comment"])
        if self.one.event == "reviewed":
            return self.asking.thing(self.one.data["review"], self.home.one)
        return self

    @property
    def url(self) -> str:
        """Its place on the page."""
        return f"{self.home.url}#event-{self.one.id}"

    @property
    def resource_path(self) -> str:
        """The same without the host."""
        return self.url.removeprefix(self.asking.forge.url)

    @property
    def actor(self) -> Any:
        """Who did it."""
        return self.asking.thing(self.one.actor)

    @property
    def label(self) -> Any:
        """The label."""
        return self.asking.thing(self.one.data.get("label"), self.home.one.repository)

    @property
    def assignee(self) -> Any:
        """The assignee."""
        return self.asking.thing(self.one.data.get("assignee"))

    user = assignee

    @property
    def requested_reviewer(self) -> Any:
        """Who was asked."""
        return self.asking.thing(self.one.data.get("requested_reviewer"))

    @property
    def milestone_title(self) -> str:
        """The milestone's name."""
        return str(self.one.data["milestone"].title)

    @property
    def previous_title(self) -> str:
        """The title before."""
        return str(self.one.data["rename"]["from"])

    @property
    def current_title(self) -> str:
        """The title since."""
        return str(self.one.data["rename"]["to"])

    @property
    def lock_reason(self) -> str | None:
        """Why it was locked."""
        reason = self.one.data.get("lock_reason")
        return reason and reason.upper().replace("-", "_").replace(" ", "_")

    @property
    def state_reason(self) -> str | None:
        """Why it was closed."""
        return getattr(self.home, "state_reason", None)

    @property
    def commit(self) -> Any:
        """What it was merged as."""
        return getattr(self.home, "merge_commit", None)

    @property
    def pull_request(self) -> Any:
        """The pull request that it happened to."""
        return self.home

    @property
    def issue(self) -> Any:
        """The issue that it happened to."""
        return self.home

    closable = assignable = labelable = lockable = issue
