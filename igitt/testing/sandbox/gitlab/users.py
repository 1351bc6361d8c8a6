"""Routes of users, of who asks, of personal access tokens and of to-do items."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.gitlab import keys, system
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    flag,
    missing,
    not_modified,
    paged,
    params_of,
    routes,
    ticket_of,
    user_by_id,
)
from igitt.testing.sandbox.gitlab.filters import moment_of
from igitt.testing.sandbox.gitlab.shapes import people, projects, tickets
from igitt.testing.sandbox.model import MergeRequest
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from igitt.testing.sandbox.credentials import Token
    from igitt.testing.sandbox.model import User


@routes.get("/user")
def myself(request: Request) -> object:
    """Who asks."""
    return people.myself(request.forge, request.user)


#: What users are asked for, or excluded by. Source: https://docs.gitlab.com/api/users/#list-users.
TESTS: dict[str, Callable[[User], bool]] = {
    "active": lambda user: user.extra.get("state", "active") == "active",
    "blocked": lambda user: user.extra.get("state") == "blocked",
    "humans": lambda user: not user.bot,
    "external": lambda user: bool(user.extra.get("external")),
    "admins": lambda user: user.admin,
    "without_project_bots": lambda user: not user.bot,
}


@routes.get("/users")
def users(request: Request) -> object:
    """All users; ``username`` finds exactly one whatever the case, ``search`` part of a name."""
    found = request.world.users()
    name, text = request.arg("username").lower(), request.arg("search").lower()
    if request.viewer.user is None and not name:
        raise ApiError(403, "403 Forbidden - Not authorized to access /api/v4/users")
    if name:
        found = [user for user in found if user.login.lower() == name]
    if text:
        found = [user for user in found if text in f"{user.login} {user.name or ''} {user.email or ''}".lower()]
    if request.arg("public_email"):
        found = [user for user in found if user.email == request.arg("public_email")]
    params = params_of(request)
    for word, test in TESTS.items():
        if word in params:
            found = [user for user in found if test(user) is flag(params[word]) or not flag(params[word])]
        if f"exclude_{word}" in params and flag(params[f"exclude_{word}"]):
            found = [user for user in found if not test(user)]
    since, until = moment_of(params, "created_after"), moment_of(params, "created_before")
    found = [user for user in found if (since is None or user.created >= since)
             and (until is None or user.created <= until)]  # fmt: skip
    viewer = request.viewer.user
    if isinstance(params.get("custom_attributes"), dict) and viewer is not None and viewer.admin:
        asked = params["custom_attributes"].items()
        found = [user for user in found if asked <= user.extra.get("custom attributes", {}).items()]
    keys_: dict[str, Any] = {
        "name": lambda user: ((user.name or user.login).lower(), user.id), "username": lambda user: user.login.lower(),
        "created_at": lambda user: (user.created, user.id), "updated_at": lambda user: (user.updated, user.id),
    }  # fmt: skip
    key = keys_.get(str(params.get("order_by")), lambda user: user.id)
    found = sorted(found, key=key, reverse=params.get("sort", "desc") != "asc")
    shape = people.administered if viewer is not None and viewer.admin else people.user_basic
    return paged(request, found, lambda user: shape(request.forge, user))


@routes.get("/users/{user_id}")
def user(request: Request) -> object:
    """A user by id; a name is not taken here."""
    found = user_by_id(request, request.number("user_id"))
    if request.viewer.user is None:
        raise request.forge.unauthorized()
    shape = people.administered if request.viewer.user.admin else people.user_full
    return shape(request.forge, found)


@routes.get("/users/{user_id}/status")
@routes.get("/user/status")
def status(request: Request) -> object:
    """What a user says of the day."""
    return keys.status_of(user_named(request) if "user_id" in request.params else request.user)


def user_named(request: Request) -> User:
    """The user of an id or a name."""
    name = request.params["user_id"]
    found = None if name.isdigit() else request.world.user(name)
    if found is None:
        found = user_by_id(request, request.number("user_id"))
    return found


@routes.get("/users/{user_id}/projects")
def user_projects(request: Request) -> object:
    """The projects in a user's own namespace."""
    owner, world = user_named(request), request.world
    found = [one for one in world.repositories_of(owner) if world.may_read(request.viewer.user, one)]
    found.reverse()
    return paged(request, found, lambda one: projects.with_access(request.forge, one, request.viewer.user))


# ---- personal access tokens


def _token(request: Request) -> Token:
    found = request.viewer.token
    if found is None:
        raise request.forge.unauthorized()
    return found


def token_shape(request: Request, one: Token) -> dict[str, Any]:
    """What GitLab tells of a token, never the token itself."""
    return {
        "id": int(one.created.timestamp()) % 1_000_000,
        "name": "sandbox",
        "revoked": one.value not in request.world.tokens,
        "created_at": people.iso(one.created),
        "description": None,
        "scopes": one.scopes or ["api"],
        "user_id": one.user.id,
        "last_used_at": people.iso(request.world.now()),
        "granular": False,
        "active": one.value in request.world.tokens,
        "expires_at": one.expires.date().isoformat() if one.expires else None,
    }


@routes.get("/personal_access_tokens/self")
def token_self(request: Request) -> object:
    """The token that asks."""
    return token_shape(request, _token(request)) | {"last_used_ips": ["127.0.0.1"]}


@routes.post("/personal_access_tokens/self/rotate")
def rotate(request: Request) -> object:
    """A new token for the one that asks, which dies at once; 200, not 201."""
    old, world = _token(request), request.world
    day = params_of(request).get("expires_at")
    until = datetime.fromisoformat(str(day)).replace(tzinfo=UTC) if day else world.now() + timedelta(days=7)
    value = request.forge.token_prefix + secrets.token_hex(10)
    del world.tokens[old.value]
    made = world.issue_token(value, old.user, old.kind, scopes=list(old.scopes))
    made.expires = until.replace(hour=0, minute=0, second=0, microsecond=0)
    return token_shape(request, made) | {"token": value}


@routes.delete("/personal_access_tokens/self")
def revoke(request: Request) -> None:
    """Ends the token that asks."""
    del request.world.tokens[_token(request).value]


# ---- to-do items


def todo_shape(request: Request, one: dict[str, Any]) -> dict[str, Any]:
    """A to-do item with what it is about."""
    target, forge = one["target"], request.forge
    merge_request = isinstance(target, MergeRequest)
    shaped = tickets.merge_request(forge, target) if merge_request else tickets.issue(forge, target)
    return {
        "id": one["id"],
        "project": projects.identity(target.repository),
        "author": people.user_basic(forge, one["author"]),
        "action_name": one["action"],
        "target_type": tickets.target_type(target),
        "target": shaped,
        "target_url": tickets.web_url(forge, target),
        "body": target.title,
        "state": one["state"],
        "created_at": people.iso(one["created"]),
        "updated_at": people.iso(one["updated"]),
    }


@routes.get("/todos")
def todos(request: Request) -> object:
    """One's own to-do items, those that are not done unless asked for."""
    params = params_of(request)
    state = choice(params, "state", "pending", "done", "all") or "pending"
    found = [one for one in request.user.todos if state in {one["state"], "all"}]
    if request.arg("action"):
        found = [one for one in found if one["action"] == request.arg("action")]
    if request.arg("type"):
        found = [one for one in found if tickets.target_type(one["target"]) == request.arg("type")]
    if request.arg("project_id"):
        found = [one for one in found if str(one["target"].repository.id) == request.arg("project_id")]
    return paged(request, found, lambda one: todo_shape(request, one))


@routes.post("/todos/{todo_id}/mark_as_done")
def done(request: Request) -> object:
    """Marks one as done."""
    number = request.number("todo_id")
    found = next((one for one in request.user.todos if one["id"] == number), None)
    if found is None:
        raise missing()
    found["state"] = "done"
    return created(todo_shape(request, found))


@routes.post("/todos/mark_as_done")
def all_done(request: Request) -> object:
    """Marks all as done."""
    for one in request.user.todos:
        one["state"] = "done"
    return Reply(status=204)


@routes.post("/projects/{id}/issues/{iid}/todo")
@routes.post("/projects/{id}/merge_requests/{iid}/todo")
def add_todo(request: Request) -> object:
    """Puts an issue or merge request on one's list; 304 when it is there."""
    one, me = ticket_of(request), request.user
    made = system.give_todo(request.world, me, me, one, "marked")
    return not_modified() if made is None else created(todo_shape(request, made))
