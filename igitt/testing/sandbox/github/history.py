"""Routes of an issue's history: events and the timeline."""

from __future__ import annotations

from igitt.testing.sandbox.github.context import issue_of, paged, repository_of, routes
from igitt.testing.sandbox.github.shapes import issues as shapes
from igitt.testing.sandbox.wire import Request


@routes.get("/repos/{owner}/{repo}/issues/{number}/events")
def issue_events(request: Request) -> object:
    """The history without comments and reviews."""
    one = issue_of(request)
    lines = [line for line in one.events if line.event not in {"commented", "reviewed"}]
    return paged(request, lines, lambda line: shapes.event(request.forge, one, line))


@routes.get("/repos/{owner}/{repo}/issues/{number}/timeline")
def timeline(request: Request) -> object:
    """The whole history."""
    one = issue_of(request)
    return paged(request, one.events, lambda line: shapes.timeline(request.forge, one, line))


@routes.get("/repos/{owner}/{repo}/issues/events")
def repository_events(request: Request) -> object:
    """The history of every issue, newest first, each with its issue."""
    found = repository_of(request, "issues|pull_requests")
    lines = [
        (line, one)
        for one in [*found.issues.values(), *found.merge_requests.values()]
        for line in one.events
        if line.event not in {"commented", "reviewed"}
    ]
    lines.sort(key=lambda pair: -pair[0].id)
    return paged(
        request,
        lines,
        lambda pair: (
            shapes.event(request.forge, pair[1], pair[0])
            | {"issue": shapes.issue(request.forge, pair[1], list_item=True)}
        ),
    )


@routes.get("/repos/{owner}/{repo}/issues/events/{event_id}")
def repository_event(request: Request) -> object:
    """One line of the history."""
    found, number = repository_of(request, "issues|pull_requests"), request.number("event_id")
    for one in [*found.issues.values(), *found.merge_requests.values()]:
        for line in one.events:
            if line.id == number:
                inside = {"issue": shapes.issue(request.forge, one, list_item=True)}
                return shapes.event(request.forge, one, line) | inside
    raise request.forge.not_found()


@routes.get("/repos/{owner}/{repo}/issues/{number}/assignees/{username}")
def is_assignable(request: Request) -> None:
    """204 for someone who can be assigned, else 404."""
    one = issue_of(request)
    if not request.world.level(request.world.user(request.params["username"]), one.repository):
        raise request.forge.not_found()
