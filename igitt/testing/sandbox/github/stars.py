"""Routes of what people follow: stars and subscriptions of repositories, and their mail addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.github.context import (
    body_of,
    find_repository,
    iso,
    missing,
    paged,
    person,
    repository_of,
    routes,
    sees,
    user_of,
)
from igitt.testing.sandbox.github.shapes import accounts
from igitt.testing.sandbox.github.shapes import repositories as shapes
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from datetime import datetime

    from igitt.testing.sandbox.model import Repository, User

STAR = "/user/starred/{owner}/{repo}"
WATCH = "/repos/{owner}/{repo}/subscription"
#: What asks for the times as well.
WITH_TIMES = "star+json"


def _stars(found: Repository) -> dict[int, datetime]:
    """When who gave a star, by the user's id."""
    known: dict[int, datetime] = found.extra.setdefault("stargazers", {})
    return known


def _seen(request: Request) -> Repository:
    found = find_repository(request)
    if not sees(request, found):
        raise missing()
    return found


@routes.get(STAR)
def is_starred(request: Request) -> None:
    """204 for a repository that has one's star, else 404."""
    if person(request).id not in _stars(_seen(request)):
        raise missing()


@routes.put(STAR)
def star(request: Request) -> None:
    """Gives a star."""
    found, me = _seen(request), person(request)
    if me.id not in _stars(found):
        _stars(found)[me.id] = request.world.now()
        found.stars += 1


@routes.delete(STAR)
def unstar(request: Request) -> None:
    """Takes the star back."""
    found = _seen(request)
    if _stars(found).pop(person(request).id, None) is not None:
        found.stars -= 1


def _starred(request: Request, user: User) -> Reply:
    known = [one for one in request.world.repositories.values() if user.id in _stars(one) and sees(request, one)]
    known.sort(key=lambda one: _stars(one)[user.id], reverse=request.arg("direction", "desc") == "desc")

    def shape(one: Repository) -> dict[str, Any]:
        inside = shapes.repository(request.forge, one, request)
        if WITH_TIMES in request.headers.get("accept", ""):
            return {"starred_at": iso(_stars(one)[user.id]), "repo": inside}
        return inside

    return _timed(request, paged(request, known, shape))


def _timed(request: Request, reply: Reply) -> Reply:
    if WITH_TIMES in request.headers.get("accept", ""):
        reply.content_type = "application/vnd.github.v3.star+json"
    return reply


@routes.get("/user/starred")
def my_stars(request: Request) -> object:
    """What has one's star, the last first."""
    return _starred(request, person(request))


@routes.get("/users/{username}/starred")
def stars_of(request: Request) -> object:
    """What has somebody's star."""
    return _starred(request, user_of(request))


@routes.get("/repos/{owner}/{repo}/stargazers")
def stargazers(request: Request) -> object:
    """Who gave a star, the first first."""
    found = repository_of(request)
    people = [(request.world.by_id(number), when) for number, when in _stars(found).items()]

    def shape(pair: tuple[Any, datetime]) -> dict[str, Any]:
        user = accounts.simple(request.forge, pair[0])
        timed = WITH_TIMES in request.headers.get("accept", "")
        return {"starred_at": iso(pair[1]), "user": user} if timed else user

    return _timed(request, paged(request, [pair for pair in people if pair[0] is not None], shape))


# ---- subscriptions


def _watchers(found: Repository) -> dict[int, dict[str, Any]]:
    known: dict[int, dict[str, Any]] = found.extra.setdefault("watchers", {})
    return known


def _subscription(request: Request, found: Repository, one: dict[str, Any]) -> dict[str, Any]:
    api = api_of(request.forge, found)
    return {
        "subscribed": not one["ignored"], "ignored": one["ignored"], "reason": None, "created_at": iso(one["created"]),
        "url": f"{api}/subscription", "repository_url": api,
    }  # fmt: skip


@routes.get(WATCH)
def subscription(request: Request) -> object:
    """Whether one is told of everything; 404 for who never said."""
    found, me = repository_of(request), person(request)
    if me.id not in _watchers(found):
        raise missing()
    return _subscription(request, found, _watchers(found)[me.id])


@routes.put(WATCH)
def subscribe(request: Request) -> object:
    """Asks to be told of everything, or of nothing."""
    found, me = repository_of(request), person(request)
    one = {"ignored": bool(body_of(request).get("ignored")), "created": request.world.now()}
    _watchers(found)[me.id] = one
    return _subscription(request, found, one)


@routes.delete(WATCH)
def unsubscribe(request: Request) -> None:
    """Takes that back."""
    _watchers(repository_of(request)).pop(person(request).id, None)


@routes.get("/user/subscriptions")
def my_subscriptions(request: Request) -> object:
    """The repositories of which one is told of everything."""
    return _subscribed(request, person(request))


@routes.get("/users/{username}/subscriptions")
def subscriptions_of(request: Request) -> object:
    """The same of anybody."""
    return _subscribed(request, user_of(request))


def _subscribed(request: Request, user: User) -> object:
    every = request.world.repositories.values()
    mine = [
        one for one in every if sees(request, one) and not _watchers(one).get(user.id, {"ignored": True})["ignored"]
    ]
    return paged(request, mine, lambda one: shapes.minimal(request.forge, one))


@routes.get("/repos/{owner}/{repo}/subscribers")
def subscribers(request: Request) -> object:
    """Who is told of everything."""
    found = repository_of(request)
    ids = [number for number, one in _watchers(found).items() if not one["ignored"]]
    people = [user for user in map(request.world.by_id, ids) if user is not None]
    return paged(request, people, lambda one: accounts.simple(request.forge, one))


# ---- mail addresses


@routes.get("/user/emails")
def emails(request: Request) -> object:
    """One's own addresses: the one that is known, and the one that hides it."""
    me = person(request)
    found = [me.email] if me.email else []
    found.append(f"{me.id}+{me.login}@users.noreply.github.com")
    return [
        {"email": one, "primary": index == 0, "verified": True, "visibility": "private" if index == 0 else None}
        for index, one in enumerate(found)
    ]
