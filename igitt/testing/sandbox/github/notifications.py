"""Notifications: who is told of what, and the routes of the threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.github.context import body_of, iso, missing, paged, person, routes
from igitt.testing.sandbox.github.shapes import repositories
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.model import Issue, MergeRequest
from igitt.testing.sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Event, User
    from igitt.testing.sandbox.world import World

Thread = dict[str, Any]


def write(world: World, event: Event) -> None:
    """Tells whoever was assigned or asked for a review, except who did it."""
    one = event.subject
    if not isinstance(one, Issue):
        return
    for key, reason in (("assignees", "assign"), ("reviewers", "review_requested")):
        first = getattr(one, key, []) if event.action == "opened" else []
        old, new = event.changes.get(key, ([], first))
        for user in new:
            if user not in old and user is not event.actor:
                _tell(world, user, one, reason)


def _tell(world: World, user: User, one: Issue, reason: str) -> None:
    """One thread for each thing: it becomes unread again, unless the user ignores it."""
    known = next((each for each in user.todos if each["target"] is one), None)
    if known is None:
        known = {"id": world.next_id("thread"), "target": one, "ignored": False, "subscribed": world.now()}
    elif known["ignored"] and reason != "mention":
        return
    else:
        user.todos.remove(known)
    user.todos.insert(0, known | {"reason": reason, "unread": True, "done": False, "updated": world.now()})


def _shape(request: Request, one: Thread) -> dict[str, Any]:
    forge, target = request.forge, one["target"]
    url = f"{forge.api_url}/notifications/threads/{one['id']}"
    pull = isinstance(target, MergeRequest)
    address = f"{api_of(forge, target.repository)}/{'pulls' if pull else 'issues'}/{target.number}"
    return {
        "id": str(one["id"]),
        "unread": one["unread"],
        "reason": one["reason"],
        "updated_at": iso(one["updated"]),
        "last_read_at": None,
        "subject": {
            "title": target.title,
            "url": address,
            "latest_comment_url": address,
            "type": "PullRequest" if pull else "Issue",
        },
        "repository": repositories.repository(forge, target.repository, request),
        "url": url,
        "subscription_url": f"{url}/subscription",
    }


def _thread(request: Request) -> Thread:
    number = request.number("thread_id")
    found = next((one for one in person(request).todos if one["id"] == number), None)
    if found is None:
        raise missing()
    return found


@routes.get("/notifications")
def notifications(request: Request) -> object:
    """One's own notifications, those that were read only if asked for; never those that are done."""
    everything = request.arg("all") == "true"
    found = [one for one in person(request).todos if not one["done"] and (everything or one["unread"])]
    return paged(request, found, lambda one: _shape(request, one))


@routes.get("/notifications/threads/{thread_id}")
def thread(request: Request) -> object:
    """One of them."""
    return _shape(request, _thread(request))


@routes.patch("/notifications/threads/{thread_id}")
def read(request: Request) -> object:
    """Marks one as read."""
    _thread(request)["unread"] = False
    return Reply(status=205, text="")


@routes.delete("/notifications/threads/{thread_id}")
def done(request: Request) -> None:
    """Marks one as done."""
    _thread(request).update(unread=False, done=True)


@routes.put("/notifications/threads/{thread_id}/subscription")
def ignore(request: Request) -> object:
    """Ignores a thread from now on, or no longer."""
    one = _thread(request)
    one["ignored"] = bool(body_of(request).get("ignored")) if request.body.strip() else False
    url = f"{request.forge.api_url}/notifications/threads/{one['id']}"
    return {
        "subscribed": not one["ignored"],
        "ignored": one["ignored"],
        "reason": None,
        "created_at": iso(one["subscribed"]),
        "url": f"{url}/subscription",
        "thread_url": url,
    }
