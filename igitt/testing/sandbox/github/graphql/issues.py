"""Issues, what pull requests share with them, and how lists of both are filtered."""

from __future__ import annotations

import html
from datetime import datetime
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.graphql.remarks import Said
from igitt.testing.sandbox.github.graphql.things import ordered
from igitt.testing.sandbox.github.graphql.timeline import EVENTS, Happened
from igitt.testing.sandbox.github.shapes.issues import page_of
from igitt.testing.sandbox.model import Issue, MergeRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ORDER = {
    "CREATED_AT": lambda one: (one.created, one.number),
    "UPDATED_AT": lambda one: (one.updated, one.number),
    "COMMENTS": lambda one: (len(one.comments), one.number),
}


def state_of(one: Issue) -> str:
    """``IssueState`` or ``PullRequestState``."""
    if isinstance(one, MergeRequest):
        return "MERGED" if one.merged_at else "OPEN" if one.state == "open" else "CLOSED"
    return "OPEN" if one.state == "open" else "CLOSED"


def chosen(
    items: Iterable[Any], states: list[str] | None, labels: list[str] | None, order: dict[str, str] | None
) -> list[Any]:
    """The issues or pull requests of some states, with one of some labels, in an order."""
    wanted = {name.lower() for name in labels or ()}
    found = [
        one
        for one in items
        if (not states or state_of(one) in states)
        and (not wanted or wanted & {label.name.lower() for label in one.labels})
    ]
    return ordered(found, order, _ORDER)


def filtered(items: Iterable[Issue], by: dict[str, Any], me: Any) -> list[Issue]:
    """What an ``IssueFilters`` leaves."""
    found = chosen(items, by.get("states"), by.get("labels"), None)
    if by.get("assignee") is not None:
        name = by["assignee"].lower()
        found = [one for one in found if bool(one.assignees) and (
            name == "*" or name in {user.login.lower() for user in one.assignees})]  # fmt: skip
    elif "assignee" in by:
        found = [one for one in found if not one.assignees]
    if by.get("created_by"):
        found = [one for one in found if one.author.login.lower().removesuffix("[bot]") == by["created_by"].lower()]
    if by.get("mentioned"):
        found = [one for one in found if f"@{by['mentioned'].lower()}" in (one.body or "").lower()]
    found = _by_milestone(found, by)
    if by.get("since"):
        since = datetime.fromisoformat(by["since"])
        found = [one for one in found if one.updated >= since]
    if by.get("viewer_subscribed"):
        found = [one for one in found if me is not None and me.id in one.subscribers]
    return found


def _by_milestone(found: list[Issue], by: dict[str, Any]) -> list[Issue]:
    keys: dict[str, Callable[[Any], int]] = {
        "milestone": lambda one: one.id,
        "milestone_number": lambda one: one.number,
    }
    for key, of in keys.items():
        wanted = by.get(key)
        if wanted == "*":
            found = [one for one in found if one.milestone]
        elif wanted is not None:
            found = [one for one in found if one.milestone and str(of(one.milestone)) == str(wanted)]
        elif key in by:
            found = [one for one in found if one.milestone is None]
    return found


class Ticket(Said):
    """What issues and pull requests share."""

    @property
    def url(self) -> str:
        """The page."""
        return page_of(self.asking.forge, self.one)

    @property
    def number(self) -> int:
        """The number in the repository."""
        return int(self.one.number)

    @property
    def title(self) -> str:
        """The title."""
        return str(self.one.title)

    @property
    def title_html(self) -> str:
        """The title as a page shows it."""
        return html.escape(self.title, quote=False)

    @property
    def state(self) -> str:
        """The state."""
        return state_of(self.one)

    @property
    def closed(self) -> Any:
        """Whether it is no longer open."""
        return self.one.state != "open"

    @property
    def closed_at(self) -> Any:
        """When it was closed."""
        return self.one.closed_at

    @property
    def locked(self) -> bool:
        """Whether the conversation is locked."""
        return bool(self.one.locked)

    @property
    def active_lock_reason(self) -> Any:
        """Why."""
        return self.one.lock_reason and self.one.lock_reason.upper().replace("-", "_").replace(" ", "_")

    def assignees(self) -> list[Any]:
        """Who shall do it."""
        return self.asking.things(self.one.assignees)

    def labels(self, order_by: dict[str, str] | None = None) -> list[Any]:
        """The labels."""
        keys = {"NAME": lambda one: one.name.lower(), "CREATED_AT": lambda one: one.created}
        return self.asking.things(ordered(self.one.labels, order_by, keys), self.one.repository)

    @property
    def milestone(self) -> Any:
        """The milestone."""
        return self.asking.thing(self.one.milestone, self.one.repository) if self.one.milestone else None

    def comments(self, order_by: dict[str, str] | None = None) -> list[Any]:
        """What was said below."""
        return self.asking.things(ordered(self.one.comments, order_by, _ORDER))

    def project_items(self) -> list[Any]:
        """Its places in projects: there are no projects here."""
        return []

    def project_cards(self) -> list[Any]:
        """Its cards of classic projects, for which ``gh`` asks: there are none here."""
        return []

    def participants(self) -> list[Any]:
        """Who had a part in it."""
        people = [self.one.author, *self.one.assignees, *(each.author for each in self.one.comments)]
        return self.asking.things(dict.fromkeys(people))

    @property
    def viewer_subscription(self) -> str:
        """Whether the one who asks hears of it."""
        me = self.asking.me
        return "SUBSCRIBED" if me is not None and me.id in self.one.subscribers else "UNSUBSCRIBED"

    @property
    def viewer_can_subscribe(self) -> bool:
        """Whether the one who asks may hear of it."""
        return self.asking.me is not None

    @property
    def viewer_can_label(self) -> bool:
        """Whether the one who asks may label it."""
        return self.asking.level(self.one.repository) >= model.TRIAGE

    @property
    def viewer_can_close(self) -> bool:
        """Whether the one who asks may close it."""
        return self.one.state == "open" and self.viewer_can_update

    @property
    def viewer_can_reopen(self) -> bool:
        """Whether the one who asks may open it again."""
        return self.one.state == "closed" and self.viewer_can_update

    def timeline_items(self, item_types: list[str] | None = None, since: str | None = None) -> list[Any]:
        """What happened, as far as it is remembered in the types of the schema."""
        found = [Happened(self.asking, self, one) for one in self.one.events if one.event in EVENTS]
        if item_types:
            found = [one for one in found if one.word in item_types]
        if since:
            moment = datetime.fromisoformat(since)
            found = [one for one in found if one.created_at >= moment]
        return [one.shown for one in found]


class IssueThing(Ticket, models=[Issue]):
    """An issue."""

    kind = "Issue"
    prefix = "I_kwDO"

    @property
    def state_reason(self) -> Any:
        """Why it is in its state."""
        return self.one.state_reason and self.one.state_reason.upper()

    @property
    def is_pinned(self) -> bool:
        """Whether the list of issues shows it at its head."""
        return self.one.id in self.one.repository.extra.get("pinned", ())

    @property
    def issue_type(self) -> Any:
        """Its type: an organization's types are not kept here, nor what an issue is part of."""
        return None

    parent = issue_type

    def sub_issues(self) -> list[Any]:
        """The issues that are part of it: none."""
        return []

    @property
    def sub_issues_summary(self) -> Any:
        """How many of them are done."""
        return {"kind": "SubIssuesSummary", "total": 0, "completed": 0, "percent_completed": 0}

    @property
    def viewer_can_delete(self) -> bool:
        """Whether the one who asks may remove it."""
        return self.asking.level(self.one.repository) >= model.OWN

    def closed_by_pull_requests_references(self, include_closed_prs: bool = False) -> list[Any]:
        """The pull requests that close it."""
        from igitt.testing.sandbox.github.graphql.pulls import closes  # noqa: PLC0415  pulls are issues

        found = [one for one in self.one.repository.merge_requests.values() if self.one in closes(one)]
        return self.asking.things(one for one in found if include_closed_prs or one.state in {"open", "merged"})
