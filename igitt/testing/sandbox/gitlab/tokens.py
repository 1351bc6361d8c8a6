"""Routes of what opens a project or group to machines: access tokens (with their bots), deploy tokens, triggers.

Sources: https://docs.gitlab.com/api/project_access_tokens/, https://docs.gitlab.com/api/deploy_tokens/,
https://docs.gitlab.com/api/pipeline_triggers/ and https://docs.gitlab.com/user/project/settings/project_access_tokens/
("Bot users for projects": ``project_{id}_bot_{random}``).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab.context import (
    administrator,
    choice,
    created,
    home_of,
    invalid,
    missing,
    need_all,
    paged,
    params_of,
    project_of,
    routes,
    words,
)
from igitt.testing.sandbox.gitlab.records import Kind, enter
from igitt.testing.sandbox.gitlab.shapes.people import iso, user_basic
from igitt.testing.sandbox.model import Repository
from igitt.testing.sandbox.wire import Reply

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitlab.records import Record
    from igitt.testing.sandbox.model import Organization
    from igitt.testing.sandbox.wire import Request

SCOPES = {
    "api", "read_api", "read_repository", "write_repository", "read_registry", "write_registry", "create_runner",
    "manage_runner", "ai_features", "k8s_proxy", "self_rotate", "read_virtual_registry", "write_virtual_registry",
}  # fmt: skip
DEPLOY_SCOPES = {
    "read_repository", "read_registry", "write_registry", "read_package_registry", "write_package_registry",
    "read_virtual_registry", "write_virtual_registry",
}  # fmt: skip
LONGEST = timedelta(days=365)


def _until(request: Request, params: Record) -> datetime:
    """When a token ends: as asked, at most a year from now."""
    last = request.world.now() + LONGEST
    if not params.get("expires_at"):
        return last.replace(hour=0, minute=0, second=0, microsecond=0)
    day = datetime.fromisoformat(str(params["expires_at"])[:10]).replace(tzinfo=UTC)
    if day > last:
        raise invalid(expires_at=f"must be before {(last + timedelta(days=1)).date().isoformat()}")
    if day.date() < request.world.now().date():
        raise invalid(expires_at="cannot be a date in the past")
    return day


# ---- access tokens of projects and groups


def _owner(request: Request) -> Repository | Organization:
    return home_of(request, model.OWN if "/groups/" in request.path[:16] else model.MAINTAIN)


def _token(request: Request, one: Record, *, whole: bool = False) -> Record:
    token, home = one["token"], _owner(request)
    active = token.value in request.world.tokens
    shaped = {
        "id": one["id"], "name": one["name"], "revoked": not active, "created_at": iso(token.created),
        "description": one["description"], "scopes": token.scopes, "user_id": token.user.id, "last_used_at": None,
        "active": active, "granular": False,
        "expires_at": token.expires.date().isoformat() if token.expires else None,
        "access_level": one["access_level"], "resource_id": home.id,
        "resource_type": "project" if isinstance(home, Repository) else "group",
    }  # fmt: skip
    return shaped | ({"token": token.value} if whole else {})


def _rows(request: Request) -> dict[int, Record]:
    found: dict[int, Record] = _owner(request).extra.setdefault("access tokens", {})
    return found


def _one(request: Request) -> Record:
    found = _rows(request).get(request.number("token_id"))
    if found is None:
        raise missing(f"Could not find {'project' if '/projects/' in request.path else 'group'} access token with "
                      f"token_id: {request.params['token_id']}")  # fmt: skip
    return found


def _listed(request: Request) -> object:
    found, params = list(_rows(request).values()), params_of(request)
    state = choice(params, "state", "active", "inactive")
    alive = request.world.tokens
    if state:
        found = [one for one in found if (one["token"].value in alive) is (state == "active")]
    if params.get("search"):
        found = [one for one in found if str(params["search"]).lower() in one["name"].lower()]
    return paged(request, found, lambda one: _token(request, one))


def _create(request: Request) -> object:
    home, params, world = _owner(request), params_of(request), request.world
    need_all(params, "name", "scopes")
    scopes = words(params["scopes"])
    if not scopes or not set(scopes) <= SCOPES:
        raise invalid(scopes="can only contain available scopes")
    level = int(params.get("access_level") or model.MAINTAIN)
    kind = "project" if isinstance(home, Repository) else "group"
    login = f"{kind}_{home.id}_bot_{secrets.token_hex(16)}"
    until = _until(request, params)
    bot = world.add_user(login, str(params["name"]), f"{login}@noreply.sandbox", bot=True)
    home.members[login] = level
    token = world.issue_token(request.forge.token_prefix + secrets.token_hex(10), bot, "user", scopes=scopes)
    token.expires = until
    made: Record = {"id": world.next_id("access token"), "name": str(params["name"]), "token": token,
                    "access_level": level, "description": params.get("description")}  # fmt: skip
    _rows(request)[made["id"]] = made
    return created(_token(request, made, whole=True))


def _get(request: Request) -> object:
    return _token(request, _one(request))


def _revoke(request: Request) -> None:
    one = _one(request)
    request.world.tokens.pop(one["token"].value, None)
    _owner(request).members.pop(one["token"].user.login.lower(), None)


def _rotate(request: Request) -> object:
    one, world = _one(request), request.world
    old = one["token"]
    if world.tokens.pop(old.value, None) is None:
        raise missing()
    until = _until(request, {"expires_at": None} | params_of(request))
    if not params_of(request).get("expires_at"):
        until = (world.now() + timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)
    made = world.issue_token(request.forge.token_prefix + secrets.token_hex(10), old.user, "user", scopes=old.scopes)
    made.expires = until
    new = one | {"id": world.next_id("access token"), "token": made}
    _rows(request)[new["id"]] = new
    return Reply(_token(request, new, whole=True))


for _place in ("/projects/{id}/access_tokens", "/groups/{id}/access_tokens"):
    routes.get(_place)(_listed)
    routes.post(_place)(_create)
    routes.get(f"{_place}/{{token_id}}")(_get)
    routes.delete(f"{_place}/{{token_id}}")(_revoke)
    routes.post(f"{_place}/{{token_id}}/rotate")(_rotate)


# ---- deploy tokens


def _deploy_home(request: Request, _: bool) -> dict[str, Any]:
    return home_of(request, model.OWN if "/groups/" in request.path[:16] else model.MAINTAIN).extra


def _deploy_token(request: Request, params: Record) -> Record:
    scopes = words(params["scopes"])
    if not scopes or not set(scopes) <= DEPLOY_SCOPES:
        raise invalid(base="Scopes can't be blank" if not scopes else "Scopes is not included in the list")
    number = request.world.next_id("deploy token")
    until = params.get("expires_at")
    return {
        "id": number, "name": str(params["name"]),
        "username": params.get("username") or f"gitlab+deploy-token-{number}",
        "expires_at": f"{str(until)[:10]}T00:00:00.000Z" if until else None, "scopes": scopes, "revoked": False,
        "expired": False, "token": f"gldt-{secrets.token_hex(10)}",
    }  # fmt: skip


def _without(_: Request, one: Record) -> Record:
    return {key: value for key, value in one.items() if key != "token"}


DEPLOY_TOKENS = Kind(
    "deploy tokens", "Deploy Token", _deploy_home, _deploy_token, shape=_without, needs=("name", "scopes"),
    whole=lambda _, one: one,
)  # fmt: skip
for _place in ("/projects/{id}/deploy_tokens", "/groups/{id}/deploy_tokens"):
    enter(DEPLOY_TOKENS, _place, verbs="list get create delete")


@routes.get("/deploy_tokens")
def all_deploy_tokens(request: Request) -> object:
    """All deploy tokens of the instance; for administrators."""
    administrator(request)
    homes: list[Any] = [*request.world.repositories.values(), *request.world.organizations()]
    found = [one for home in homes for one in home.extra.get("deploy tokens", {}).values()]
    return paged(request, found, lambda one: _without(request, one))


# ---- triggers of pipelines


def _trigger_home(request: Request, _: bool) -> dict[str, Any]:
    return project_of(request, model.MAINTAIN).extra


def _trigger(request: Request, params: Record) -> Record:
    now = request.world.now()
    return {
        "id": request.world.next_id("trigger"), "token": f"glptt-{secrets.token_hex(20)}", "owner": request.user,
        "description": str(params["description"]), "created": now, "updated": now, "last": None,
    }  # fmt: skip


def _edit_trigger(request: Request, one: Record, params: Record) -> None:
    one["description"], one["updated"] = params.get("description", one["description"]), request.world.now()


def _trigger_shape(request: Request, one: Record) -> Record:
    """A trigger; only its owner is told the whole token."""
    whole = one["owner"] is request.user
    return {
        "id": one["id"], "token": one["token"] if whole else one["token"][:4], "description": one["description"],
        "created_at": iso(one["created"]), "updated_at": iso(one["updated"]), "last_used": iso(one["last"]),
        "expires_at": None, "owner": user_basic(request.forge, one["owner"]),
    }  # fmt: skip


enter(
    Kind("triggers", "Trigger", _trigger_home, _trigger, _edit_trigger, _trigger_shape, ("description",)),
    "/projects/{id}/triggers",
)
