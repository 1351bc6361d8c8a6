"""Which issues and merge requests a list shows, and in which order: the query of every such list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata
from igitt.testing.sandbox.gitlab.context import choice, flag, numbers, params_of, words, wrong
from igitt.testing.sandbox.gitlab.shapes.tickets import state_of
from igitt.testing.sandbox.model import Issue, MergeRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from igitt.testing.sandbox.model import User
    from igitt.testing.sandbox.wire import Request

Params = dict[str, Any]
DAYS = {"0": "none", "any": "any"}


def moment_of(params: Params, name: str) -> datetime | None:
    """A time in the query; 400 for what is none."""
    text = params.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(str(text).replace(" ", "+"))
    except ValueError:
        raise wrong(f"{name} is invalid") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def filtered(request: Request, items: Iterable[Issue], scope: str = "all", params: Params | None = None) -> list[Issue]:
    """What the query's filters leave, sorted as it asks; ``scope`` is the one that holds unless asked for another."""
    params = params_of(request) if params is None else params
    tests = [*_states(params), *_times(params), *_texts(params), *_people(request, params, scope)]
    tests += [*_labels(params), *_request(params), *_dues(request, params), *_ends(params)]
    forbidden = params.get("not")
    found = [one for one in items if all(test(one) for test in tests)]
    if isinstance(forbidden, dict):
        against = [*_texts(forbidden), *_people(request, forbidden, "all"), *_labels(forbidden)]
        found = [one for one in found if not any(test(one) for test in against)]
    return ordered(params, found)


def _states(params: Params) -> Iterable[Callable[[Issue], bool]]:
    state = choice(params, "state", "opened", "closed", "merged", "locked", "all")
    if state and state != "all":
        yield lambda one: state_of(one) == state
    if "confidential" in params:
        wanted = flag(params["confidential"])
        yield lambda one: one.confidential is wanted
    if "iids" in params:
        iids = set(numbers(params, "iids"))
        yield lambda one: one.number in iids
    kind = params.get("issue_type")
    if kind:
        yield lambda one: one.extra.get("issue_type", "issue") == kind


def _times(params: Params) -> Iterable[Callable[[Issue], bool]]:
    since, until = moment_of(params, "created_after"), moment_of(params, "created_before")
    changed, before = moment_of(params, "updated_after"), moment_of(params, "updated_before")
    if since:
        yield lambda one: one.created >= since
    if until:
        yield lambda one: one.created <= until
    if changed:
        yield lambda one: one.updated >= changed
    if before:
        yield lambda one: one.updated <= before


def _dues(request: Request, params: Params) -> Iterable[Callable[[Issue], bool]]:
    """By due day and by weight. Source: https://docs.gitlab.com/api/issues/#list-issues."""
    word, today = str(params.get("due_date") or ""), request.world.now().date()
    if word in DAYS:
        yield lambda one: (one.due is None) is (word == "0")
    elif word:
        monday = today - timedelta(days=today.weekday())
        first = today.replace(day=1)
        after = (first + timedelta(days=32)).replace(day=1)
        month_after = (after + timedelta(days=32)).replace(day=1)
        start, end = {
            "today": (today, today),
            "tomorrow": (today + timedelta(days=1), today + timedelta(days=1)),
            "overdue": (date.min, today - timedelta(days=1)),
            "week": (monday, monday + timedelta(days=6)),
            "month": (first, after - timedelta(days=1)),
            "next_month_and_previous_two_weeks": (today - timedelta(days=14), month_after - timedelta(days=1)),
        }[word]
        yield lambda one: one.due is not None and start.isoformat() <= one.due <= end.isoformat()
        if word == "overdue":
            yield lambda one: one.state == "open"
    weight = str(params.get("weight") or "").lower()
    if weight in {"any", "none"}:
        yield lambda one: (one.weight is not None) is (weight == "any")
    elif weight:
        yield lambda one: str(one.weight) == weight


def _approvers(one: Issue) -> list[User]:
    return one.approvals if isinstance(one, MergeRequest) else []


def _approved_at_all(wanted: bool, one: Issue) -> bool:
    return bool(_approvers(one)) is wanted


def _approved_by(names: set[str], field: str, one: Issue) -> bool:
    return names <= {str(getattr(user, field)).lower() for user in _approvers(one)}


def _merged_by(name: str, field: str, one: Issue) -> bool:
    user = one.merged_by if isinstance(one, MergeRequest) else None
    return user is not None and str(getattr(user, field)).lower() == name


def _ends(params: Params) -> Iterable[Callable[[Issue], bool]]:
    """By who approved, who merged, and where it was deployed. Source: https://docs.gitlab.com/api/merge_requests/."""
    for word, field in (("approved_by_usernames", "login"), ("approved_by_ids", "id")):
        names = [name.lower() for name in words(params.get(word))]
        if names and names[0] in {"any", "none"}:
            yield partial(_approved_at_all, names[0] == "any")
        elif names:
            yield partial(_approved_by, set(names), field)
    for word, field in (("merge_user_username", "login"), ("merge_user_id", "id")):
        name = str(params.get(word) or "").lower()
        if name:
            yield partial(_merged_by, name, field)
    place = params.get("environment")
    if place:
        yield lambda one: isinstance(one, MergeRequest) and any(
            each["environment"]["name"] == place and each["status"] == "success"
            and one.merge_sha in set(gitdata.ancestry(one.repository, each["sha"]))
            for each in one.repository.extra.get("deployments", {}).values()
        )  # fmt: skip


def _texts(params: Params) -> Iterable[Callable[[Issue], bool]]:
    text = str(params.get("search") or "").lower()
    if text:
        places = words(params.get("in")) or ["title", "description"]

        def holds(one: Issue) -> bool:
            return ("title" in places and text in one.title.lower()) or (
                "description" in places and text in (one.body or "").lower()
            )

        yield holds
    emoji = params.get("my_reaction_emoji")
    if emoji:
        yield lambda one: any(each.content == emoji for each in one.reactions)


def _one(users: Callable[[Issue], list[User]], params: Params, word: str) -> Iterable[Callable[[Issue], bool]]:
    number = str(params.get(f"{word}_id") or "")
    if number.lower() in {"none", "any"}:
        wanted = number.lower() == "any"
        yield lambda one: bool(users(one)) is wanted
    elif number:
        yield lambda one: number in {str(user.id) for user in users(one)}
    names = {name.lower() for name in words(params.get(f"{word}_username"))}
    if names:
        yield lambda one: names <= {user.login.lower() for user in users(one)}


def _reviewers(one: Issue) -> list[User]:
    return one.reviewers if isinstance(one, MergeRequest) else []


def _people(request: Request, params: Params, scope: str) -> Iterable[Callable[[Issue], bool]]:
    yield from _one(lambda one: [one.author], params, "author")
    yield from _one(lambda one: one.assignees, params, "assignee")
    yield from _one(_reviewers, params, "reviewer")
    me = request.viewer.user
    asked = (choice(params, "scope", "created_by_me", "created-by-me", "assigned_to_me", "assigned-to-me",
                    "reviews_for_me", "all") or scope).replace("-", "_")  # fmt: skip
    named = params.get("author_id") or params.get("author_username") or params.get("assignee_id")
    if asked == "created_by_me" and not named:
        yield lambda one: one.author is me
    elif asked == "assigned_to_me":
        yield lambda one: me in one.assignees
    elif asked == "reviews_for_me":
        yield lambda one: me in _reviewers(one)


def _labels(params: Params) -> Iterable[Callable[[Issue], bool]]:
    names = {name.lower() for name in words(params.get("labels"))}
    if names & {"none", "any"}:
        some = "any" in names
        yield lambda one: bool(one.labels) is some
    elif names:
        yield lambda one: names <= {label.name.lower() for label in one.labels}
    title = str(params.get("milestone") or "")
    if title.lower() in {"none", "any"}:
        held = title.lower() == "any"
        yield lambda one: (one.milestone is not None) is held
    elif title:
        yield lambda one: one.milestone is not None and one.milestone.title == title


def _is(field: str, wanted: Any) -> Callable[[Issue], bool]:
    return lambda one: getattr(one, field, None) == wanted


def _request(params: Params) -> Iterable[Callable[[Issue], bool]]:
    for name, field in (("source_branch", "head"), ("target_branch", "base")):
        if params.get(name):
            yield _is(field, params[name])
    draft = params.get("draft", params.get("wip"))
    if draft is not None:
        yield _is("draft", flag(draft))
    source = str(params.get("source_project_id") or "")
    if source:
        yield lambda one: isinstance(one, MergeRequest) and one.source is not None and str(one.source.id) == source


def ordered(params: Params, found: list[Issue]) -> list[Issue]:
    """Sorted by ``order_by`` and ``sort``, the newest first unless asked otherwise."""
    keys: dict[str, Callable[[Issue], Any]] = {
        "updated_at": lambda one: (one.updated, one.id),
        "title": lambda one: (one.title.lower(), one.id),
        "due_date": lambda one: (one.due or "9999", one.id),
        "popularity": lambda one: (sum(each.content == "thumbsup" for each in one.reactions), one.id),
    }
    key = keys.get(str(params.get("order_by")), lambda one: (one.created, one.id))
    down = choice(params, "sort", "asc", "desc") != "asc"
    return sorted(found, key=key, reverse=down)
