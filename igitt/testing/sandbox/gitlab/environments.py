"""Routes of environments and of deployments to them.

Sources: https://docs.gitlab.com/api/environments/ (one that is not stopped is not deleted) and
https://docs.gitlab.com/api/deployments/ (the words of a status).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    flag,
    forbidden,
    invalid,
    missing,
    need_all,
    paged,
    params_of,
    project_of,
    routes,
)
from igitt.testing.sandbox.gitlab.filters import moment_of
from igitt.testing.sandbox.gitlab.shapes.people import iso, user_basic
from igitt.testing.sandbox.gitlab.shapes.projects import basic
from igitt.testing.sandbox.gitlab.shapes.tickets import merge_request
from igitt.testing.sandbox.wire import ApiError

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitlab.records import Record
    from igitt.testing.sandbox.model import Repository, User
    from igitt.testing.sandbox.wire import Request

ENVIRONMENTS, DEPLOYMENTS = "/projects/{id}/environments", "/projects/{id}/deployments"
NAME = re.compile(r"[A-Za-z0-9_/\\$\{\}. -]+")
TIERS = {"prod": "production", "live": "production", "stag": "staging", "test": "testing", "dev": "development"}
SETTINGS = ("external_url", "tier", "description", "auto_stop_setting", "kubernetes_namespace", "flux_resource_path")
STATUSES = ("created", "running", "success", "failed", "canceled")


def _environments(home: Repository) -> dict[int, Record]:
    found: dict[int, Record] = home.extra.setdefault("environments", {})
    return found


def _deployments(home: Repository) -> dict[int, Record]:
    found: dict[int, Record] = home.extra.setdefault("deployments", {})
    return found


def _basic(one: Record) -> Record:
    shaped = {name: one[name] for name in ("id", "name", "slug", "external_url")}
    return shaped | {"created_at": iso(one["created"]), "updated_at": iso(one["updated"])}


def _environment(request: Request, home: Repository, one: Record, *, listed: bool = False) -> Record:
    last = [each for each in _deployments(home).values() if each["environment"] is one and each["status"] == "success"]
    shaped = _basic(one) | {
        "tier": one["tier"], "state": one["state"], "auto_stop_at": None, "cluster_agent": None,
        "kubernetes_namespace": one["kubernetes_namespace"], "flux_resource_path": one["flux_resource_path"],
        "description": one["description"], "auto_stop_setting": one["auto_stop_setting"],
        "project": basic(request.forge, home),
    }  # fmt: skip
    if not listed:
        shaped["last_deployment"] = _deployment(request, last[-1]) if last else None
    return shaped


def _deployment(request: Request, one: Record) -> Record:
    by: User = one["user"]
    return {
        "id": one["id"], "iid": one["iid"], "ref": one["ref"], "sha": one["sha"], "created_at": iso(one["created"]),
        "updated_at": iso(one["updated"]), "user": user_basic(request.forge, by),
        "environment": _basic(one["environment"]), "deployable": None, "status": one["status"],
    }  # fmt: skip


def _extended(request: Request, one: Record) -> Record:
    return _deployment(request, one) | {"pending_approval_count": 0, "approvals": [], "approval_summary": None}


def _add(request: Request, home: Repository, name: str) -> Record:
    """A new environment of that name."""
    if not NAME.fullmatch(name) or name[0] == "/" or name[-1] == "/":
        text = ("can contain only letters, digits, '-', '_', '/', '$', '{', '}', '.', and spaces, but it cannot start "
                "or end with '/'")  # fmt: skip
        raise invalid(name=text)
    now = request.world.now()
    tier = next((tier for word, tier in TIERS.items() if word in name.lower()), "other")
    made: Record = {
        "id": request.world.next_id("environment"), "name": name, "state": "available", "created": now, "updated": now,
        "slug": re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24], "external_url": None, "tier": tier,
        "description": None, "auto_stop_setting": "always", "kubernetes_namespace": None, "flux_resource_path": None,
    }  # fmt: skip
    _environments(home)[made["id"]] = made
    return made


def _of(request: Request, home: Repository) -> Record:
    found = _environments(home).get(request.number("environment_id"))
    if found is None:
        raise missing("Environment")
    return found


@routes.get(ENVIRONMENTS)
def environments(request: Request) -> object:
    """The environments, the newest first, by ``name``, ``search`` or ``states``."""
    home, params = project_of(request), params_of(request)
    found = list(reversed(_environments(home).values()))
    if params.get("name"):
        found = [one for one in found if one["name"] == params["name"]]
    if params.get("search"):
        found = [one for one in found if str(params["search"]).lower() in one["name"].lower()]
    state = choice(params, "states", "available", "stopping", "stopped")
    if state:
        found = [one for one in found if one["state"] == state]
    return paged(request, found, lambda one: _environment(request, home, one, listed=True))


@routes.post(ENVIRONMENTS)
def create_environment(request: Request) -> object:
    """Makes an environment; names are unique."""
    home, params = project_of(request, model.WRITE), params_of(request)
    need_all(params, "name")
    name = str(params["name"])
    if any(one["name"] == name for one in _environments(home).values()):
        raise invalid(name="has already been taken")
    made = _add(request, home, name)
    made |= {key: params[key] for key in SETTINGS if params.get(key) is not None}
    return created(_environment(request, home, made))


@routes.get(f"{ENVIRONMENTS}/{{environment_id}}")
def environment(request: Request) -> object:
    """One environment, with its last deployment."""
    home = project_of(request)
    return _environment(request, home, _of(request, home))


@routes.put(f"{ENVIRONMENTS}/{{environment_id}}")
def edit_environment(request: Request) -> object:
    """Changes an environment; its name stays."""
    home, params = project_of(request, model.WRITE), params_of(request)
    one = _of(request, home)
    one |= {key: params[key] for key in SETTINGS if key in params}
    one["updated"] = request.world.now()
    return _environment(request, home, one)


@routes.post(f"{ENVIRONMENTS}/{{environment_id}}/stop")
def stop(request: Request) -> object:
    """Stops an environment."""
    home = project_of(request, model.WRITE)
    one = _of(request, home)
    one["state"], one["updated"] = "stopped", request.world.now()
    return created(_environment(request, home, one))


@routes.delete(f"{ENVIRONMENTS}/{{environment_id}}")
def delete_environment(request: Request) -> None:
    """Deletes a stopped environment with its deployments; 403 for one that is not."""
    home = project_of(request, model.WRITE)
    one = _of(request, home)
    if one["state"] != "stopped":
        raise forbidden()
    del _environments(home)[one["id"]]
    for number in [number for number, each in _deployments(home).items() if each["environment"] is one]:
        del _deployments(home)[number]


# ---- deployments


def _known(request: Request, home: Repository) -> Record:
    found = _deployments(home).get(request.number("deployment_id"))
    if found is None:
        raise missing("Deployment")
    return found


@routes.get(DEPLOYMENTS)
def deployments(request: Request) -> object:
    """The deployments, oldest first unless asked otherwise."""
    home, params = project_of(request), params_of(request)
    found = list(_deployments(home).values())
    if params.get("environment"):
        found = [one for one in found if one["environment"]["name"] == params["environment"]]
    status = choice(params, "status", *STATUSES, "blocked")
    if status:
        found = [one for one in found if one["status"] == status]
    since, until = moment_of(params, "updated_after"), moment_of(params, "updated_before")
    found = [one for one in found if (since is None or one["updated"] >= since)
             and (until is None or one["updated"] <= until)]  # fmt: skip
    order = choice(params, "order_by", "id", "iid", "created_at", "updated_at", "finished_at", "ref") or "id"
    keys = {"created_at": "created", "updated_at": "updated", "finished_at": "updated"}
    found.sort(key=lambda one: (one[keys.get(order, order)], one["id"]))
    if choice(params, "sort", "asc", "desc") == "desc":
        found.reverse()
    return paged(request, found, lambda one: _deployment(request, one))


def _publish(request: Request, home: Repository, one: Record) -> None:
    """A hook is told that one starts, and how it ends."""
    request.world.publish(model.Event("deployment", one["status"], request.user, one, home))


@routes.post(DEPLOYMENTS)
def create_deployment(request: Request) -> object:
    """Tells of a deployment of a commit; its environment is made when missing."""
    home, params = project_of(request, model.WRITE), params_of(request)
    need_all(params, "environment", "sha", "ref", "tag", "status")
    status, sha = choice(params, "status", *STATUSES), str(params["sha"])
    if gitdata.resolve(home, sha) is None:
        raise ApiError(400, {"ref": ["The branch or tag does not exist"]})
    name, now = str(params["environment"]), request.world.now()
    place = next((one for one in _environments(home).values() if one["name"] == name), None)
    place = place or _add(request, home, name)
    place["state"] = "available"
    made: Record = {
        "id": request.world.next_id("deployment"), "iid": len(_deployments(home)) + 1, "ref": str(params["ref"]),
        "sha": sha, "created": now, "updated": now, "user": request.user, "environment": place, "status": status,
        "tag": flag(params["tag"]),
    }  # fmt: skip
    _deployments(home)[made["id"]] = made
    _publish(request, home, made)
    return created(_extended(request, made))


@routes.get(f"{DEPLOYMENTS}/{{deployment_id}}")
def deployment(request: Request) -> object:
    """One deployment."""
    return _extended(request, _known(request, project_of(request)))


@routes.put(f"{DEPLOYMENTS}/{{deployment_id}}")
def edit_deployment(request: Request) -> object:
    """Moves a deployment on to another status; one that has ended stays as it is."""
    home, params = project_of(request, model.WRITE), params_of(request)
    need_all(params, "status")
    one, status = _known(request, home), choice(params, "status", *STATUSES)
    if one["status"] in {"success", "failed", "canceled"} and status != one["status"]:
        raise ApiError(400, {"status": [f'cannot transition via "{status}"']})
    moved = one["status"] != status
    one["status"], one["updated"] = status, request.world.now()
    if moved:
        _publish(request, home, one)
    return _extended(request, one)


@routes.delete(f"{DEPLOYMENTS}/{{deployment_id}}")
def delete_deployment(request: Request) -> None:
    """Deletes a deployment; 400 for one that runs, or the last one of its environment."""
    home = project_of(request, model.WRITE)
    one = _known(request, home)
    last: Any = [each for each in _deployments(home).values() if each["environment"] is one["environment"]][-1]
    if one["status"] == "running":
        raise ApiError(400, "Cannot destroy running deployment")
    if one is last and one["status"] == "success":
        raise ApiError(400, "Deployment currently deployed to environment")
    del _deployments(home)[one["id"]]


@routes.get(f"{DEPLOYMENTS}/{{deployment_id}}/merge_requests")
def deployed_merge_requests(request: Request) -> object:
    """The merge requests whose merge commit a deployment holds."""
    home = project_of(request)
    held = set(gitdata.ancestry(home, _known(request, home)["sha"]))
    found = [one for one in home.merge_requests.values() if one.merge_sha in held]
    return paged(request, found, lambda one: merge_request(request.forge, one))
