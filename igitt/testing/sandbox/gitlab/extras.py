"""Routes of what hangs on issues, merge requests and notes: emoji, subscriptions, time, history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model, work
from igitt.testing.sandbox.gitlab import events
from igitt.testing.sandbox.gitlab.context import (
    created,
    forbidden,
    level_of,
    missing,
    need_all,
    not_modified,
    note_of,
    paged,
    params_of,
    routes,
    ticket_of,
)
from igitt.testing.sandbox.gitlab.durations import seconds_of
from igitt.testing.sandbox.gitlab.notes import TICKETS
from igitt.testing.sandbox.gitlab.shapes import tickets
from igitt.testing.sandbox.model import Issue, MergeRequest
from igitt.testing.sandbox.wire import ApiError, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Comment, Reaction, TimelineEvent

EMOJI = re.compile(r"[a-z0-9_+-]+")


# ---- emoji


def _awardable(request: Request) -> Issue | Comment:
    one = ticket_of(request)
    return note_of(request, one) if "note_id" in request.params else one


def _award_of(request: Request, target: Issue | Comment) -> Reaction:
    number = request.number("award_id")
    found = next((one for one in target.reactions if one.id == number), None)
    if found is None:
        raise missing()
    return found


def _awards(request: Request) -> object:
    target = _awardable(request)
    return paged(request, target.reactions, lambda one: tickets.emoji(request.forge, one, target))


def _give(request: Request) -> object:
    target, params = _awardable(request), params_of(request)
    need_all(params, "name")
    name = str(params["name"]).strip(":")
    if not EMOJI.fullmatch(name):
        raise ApiError(404, "404 Award Emoji Name is not a valid emoji name Not Found")
    made, new = work.react(request.world, target, request.user, name)
    if not new:
        raise ApiError(404, "404 Award Emoji Name has already been taken Not Found")
    events.award(request.forge, request.user, made, target, gone=False)
    return created(tickets.emoji(request.forge, made, target))


def _award(request: Request) -> object:
    target = _awardable(request)
    return tickets.emoji(request.forge, _award_of(request, target), target)


def _take(request: Request) -> None:
    target = _awardable(request)
    found = _award_of(request, target)
    if found.user is not request.user and not request.user.admin:
        raise ApiError(401, "401 Unauthorized")
    work.unreact(request.world, target, found)
    events.award(request.forge, request.user, found, target, gone=True)


# ---- subscriptions


def _shaped(request: Request, one: Issue) -> dict[str, Any]:
    if isinstance(one, MergeRequest):
        return tickets.merge_request_full(request.forge, one, request.user)
    return tickets.issue_full(request.forge, one, request.user)


def _subscribe(request: Request) -> object:
    one, number = ticket_of(request), request.user.id
    wanted = request.path.endswith("/subscribe")
    if (number in one.subscribers) is wanted:
        return not_modified()
    (one.subscribers.add if wanted else one.subscribers.discard)(number)
    return created(_shaped(request, one))


# ---- time


def _stats(request: Request) -> object:
    return tickets.time_stats(ticket_of(request))


def _duration(request: Request) -> int:
    params = params_of(request)
    need_all(params, "duration")
    found = seconds_of(str(params["duration"]))
    if found is None:
        raise ApiError(400, {"duration": ["is invalid"]})
    return found


def _timed(request: Request) -> Issue:
    one = ticket_of(request)
    if level_of(request, one.repository) < model.PLAN:
        raise forbidden()
    return one


def _estimate(request: Request) -> object:
    one = _timed(request)
    seconds = _duration(request) if request.path.endswith("/time_estimate") else 0
    if seconds < 0:
        raise ApiError(400, {"time_estimate": ["must have a valid format and be greater than or equal to zero."]})
    work.edit_issue(request.world, one, request.user, time_estimate=seconds)
    return tickets.time_stats(one)


def _spend(request: Request) -> object:
    one = _timed(request)
    total = one.time_spent + _duration(request)
    if total < 0:
        raise ApiError(400, {"base": ["Time to subtract exceeds the total time spent"]})
    work.edit_issue(request.world, one, request.user, time_spent=total)
    return created(tickets.time_stats(one))


def _forget(request: Request) -> object:
    one = _timed(request)
    work.edit_issue(request.world, one, request.user, time_spent=0)
    return tickets.time_stats(one)


# ---- history

HISTORY = {
    "resource_label_events": {"labeled", "unlabeled"},
    "resource_state_events": {"closed", "reopened", "merged"},
    "resource_milestone_events": {"milestoned", "demilestoned"},
}


def _lines(request: Request, one: Issue) -> list[TimelineEvent]:
    kind = next(name for name in HISTORY if name in request.path)
    return [line for line in one.events if line.event in HISTORY[kind]]


def _history(request: Request) -> object:
    one = ticket_of(request)
    return paged(request, _lines(request, one), lambda line: tickets.resource_event(request.forge, line, one))


def _line(request: Request) -> object:
    one, number = ticket_of(request), request.number("event_id")
    found = next((line for line in _lines(request, one) if line.id == number), None)
    if found is None:
        raise missing()
    return tickets.resource_event(request.forge, found, one)


for _home in TICKETS:
    for _place in (_home, f"{_home}/notes/{{note_id}}"):
        routes.get(f"{_place}/award_emoji")(_awards)
        routes.post(f"{_place}/award_emoji")(_give)
        routes.get(f"{_place}/award_emoji/{{award_id}}")(_award)
        routes.delete(f"{_place}/award_emoji/{{award_id}}")(_take)
    routes.post(f"{_home}/subscribe")(_subscribe)
    routes.post(f"{_home}/unsubscribe")(_subscribe)
    routes.get(f"{_home}/time_stats")(_stats)
    routes.post(f"{_home}/time_estimate")(_estimate)
    routes.post(f"{_home}/reset_time_estimate")(_estimate)
    routes.post(f"{_home}/add_spent_time")(_spend)
    routes.post(f"{_home}/reset_spent_time")(_forget)
    for _name in HISTORY:
        routes.get(f"{_home}/{_name}")(_history)
        routes.get(f"{_home}/{_name}/{{event_id}}")(_line)
