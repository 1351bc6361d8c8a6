"""Routes of environments and deployments.

Sources: https://docs.github.com/en/rest/deployments/deployments (checks that are awaited, merging by itself, what may
be deleted), https://docs.github.com/en/rest/deployments/statuses (what becomes inactive).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata, merging, model
from igitt.testing.sandbox.github import protection
from igitt.testing.sandbox.github.context import body_of, created, invalid, iso, missing, paged, repository_of, routes
from igitt.testing.sandbox.github.context import text_of as text_in
from igitt.testing.sandbox.github.shapes import accounts
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository

__all__ = ["environment_of"]

HOME = "/repos/{owner}/{repo}"
ENVIRONMENTS, ENVIRONMENT = f"{HOME}/environments", f"{HOME}/environments/{{environment_name}}"
DEPLOYMENTS, DEPLOYMENT = f"{HOME}/deployments", f"{HOME}/deployments/{{deployment_id}}"
STATES = {"error", "failure", "inactive", "in_progress", "queued", "pending", "success"}
Entry = dict[str, Any]


# ---- environments


def _environments(found: Repository) -> dict[str, Entry]:
    known: dict[str, Entry] = found.extra.setdefault("environments", {})
    return known


def environment_of(request: Request, found: Repository) -> Entry:
    """The environment in the path."""
    one = _environments(found).get(request.params["environment_name"].lower())
    if one is None:
        raise missing()
    return one


def _made(request: Request, found: Repository, name: str) -> Entry:
    now = request.world.now()
    fresh = {"id": request.world.next_id("environment"), "name": name, "created": now, "updated": now, "rules": {}}
    return _environments(found).setdefault(name.lower(), fresh)


def _environment(request: Request, found: Repository, one: Entry) -> dict[str, Any]:
    """``environment``."""
    rules, number = [], one["id"] * 10
    if one["rules"].get("wait_timer"):
        rules.append({"id": number, "node_id": f"GA_{number}", "type": "wait_timer",
                      "wait_timer": one["rules"]["wait_timer"]})  # fmt: skip
    name = quote(one["name"], safe="")
    return {
        "id": one["id"], "node_id": f"EN_kwDO{one['id']}", "name": one["name"],
        "url": f"{api_of(request.forge, found)}/environments/{name}",
        "html_url": f"{request.forge.url}/{found.full_name}/deployments/activity_log?environments_filter={name}",
        "created_at": iso(one["created"]), "updated_at": iso(one["updated"]), "protection_rules": rules,
        "deployment_branch_policy": one["rules"].get("deployment_branch_policy"),
    }  # fmt: skip


@routes.get(ENVIRONMENTS)
def environments(request: Request) -> object:
    """The environments by name."""
    found = repository_of(request, "actions")
    known = [one for _, one in sorted(_environments(found).items())]
    return paged(request, known, lambda one: _environment(request, found, one), envelope="environments")


@routes.get(ENVIRONMENT)
def environment(request: Request) -> object:
    """One of them."""
    found = repository_of(request, "actions")
    return _environment(request, found, environment_of(request, found))


@routes.put(ENVIRONMENT)
def put_environment(request: Request) -> object:
    """Makes an environment, or changes its rules."""
    found, data = repository_of(request, "administration", model.OWN), body_of(request)
    wait = data.get("wait_timer") or 0
    if not isinstance(wait, int) or not 0 <= wait <= 43_200:
        raise ApiError(422, "Invalid request.\n\nFor 'properties/wait_timer', a number from 0 to 43200 is wanted.")
    one = _made(request, found, request.params["environment_name"])
    one["rules"] = {"wait_timer": wait, "deployment_branch_policy": data.get("deployment_branch_policy")}
    one["updated"] = request.world.now()
    return _environment(request, found, one)


@routes.delete(ENVIRONMENT)
def delete_environment(request: Request) -> None:
    """Removes an environment."""
    found = repository_of(request, "administration", model.OWN)
    environment_of(request, found)
    del _environments(found)[request.params["environment_name"].lower()]


# ---- deployments


def _deployments(found: Repository) -> list[Entry]:
    known: list[Entry] = found.extra.setdefault("deployments", [])
    return known


def _deployment(request: Request, found: Repository, one: Entry) -> dict[str, Any]:
    """``deployment``."""
    url = f"{api_of(request.forge, found)}/deployments/{one['id']}"
    told = ("id", "sha", "ref", "task", "payload", "environment", "description", "transient_environment",
            "production_environment")  # fmt: skip
    return {
        "url": url, "node_id": f"DE_kwDO{one['id']}", **{name: one[name] for name in told},
        "original_environment": one["original"], "creator": accounts.simple(request.forge, one["creator"]),
        "created_at": iso(one["created"]), "updated_at": iso(one["updated"]), "statuses_url": f"{url}/statuses",
        "repository_url": api_of(request.forge, found), "performed_via_github_app": None,
    }  # fmt: skip


def _found(request: Request, need: int = model.NONE) -> tuple[Repository, Entry]:
    found, number = repository_of(request, "deployments", need), request.number("deployment_id")
    one = next((each for each in _deployments(found) if each["id"] == number), None)
    if one is None:
        raise missing()
    return found, one


@routes.get(DEPLOYMENTS)
def deployments(request: Request) -> object:
    """The deployments, newest first, with ``sha``, ``ref``, ``task`` and ``environment``."""
    found = repository_of(request, "deployments")
    known = list(reversed(_deployments(found)))
    for name in ("sha", "ref", "task", "environment"):
        wanted = request.arg(name)
        if wanted and wanted != "none":
            known = [one for one in known if one[name] == wanted]
    return paged(request, known, lambda one: _deployment(request, found, one))


def _check_contexts(found: Repository, ref: str, sha: str, wanted: Any) -> None:
    """409 where checks have not succeeded: those that are named, or else all."""
    known = protection.checks_of(found, sha)
    names = list(known) if wanted is None else [str(name) for name in wanted]
    if any(known.get(name) not in {"success", "neutral", "skipped"} for name in names):
        contexts = [{"context": name, "state": known.get(name, "expected")} for name in names]
        errors = [{"contexts": contexts, "resource": "Deployment", "field": "required_contexts", "code": "invalid"}]
        raise ApiError(409, f"Conflict: Commit status checks failed for {ref}.", errors=errors)


def _merged(request: Request, found: Repository, ref: str) -> Reply | None:
    """A branch that is behind has the default branch merged into it in place of being deployed."""
    tip, base = found.branches.get(ref), found.branches.get(found.default_branch)
    if tip is None or base is None or base in set(gitdata.ancestry(found, tip)):
        return None
    merged = merging.merge_commits(found, base, tip)
    if merged.conflicts:
        raise ApiError(409, f"Conflict merging {found.default_branch} into {ref}.")
    text = f"Merge {found.default_branch} into {ref}"
    made = gitdata.store(request.world, found, text, merged.files, [tip, base], request.user, modes=merged.modes)
    gitdata.move(request.world, found, ref, made.sha, request.user)
    return Reply({"message": f"Auto-merged {found.default_branch} into {ref} on deployment."}, 202)


@routes.post(DEPLOYMENTS)
def create(request: Request) -> object:
    """Asks for a deployment of a ref, and makes the environment where there is none."""
    found, data = repository_of(request, "deployments", model.WRITE), body_of(request)
    ref = text_in(data, "ref", "Deployment")
    tip = gitdata.resolve(found, ref)
    if tip is None:
        raise ApiError(422, f"No ref found for: {ref}")
    if data.get("auto_merge", True):
        answer = _merged(request, found, ref)
        if answer is not None:
            return answer
    _check_contexts(found, ref, tip.sha, data.get("required_contexts"))
    name, now = data.get("environment") or "production", request.world.now()
    _made(request, found, name)
    one: Entry = {
        "id": request.world.next_id("deployment"), "sha": tip.sha, "ref": ref, "task": data.get("task") or "deploy",
        "payload": data.get("payload") or {}, "environment": name, "original": name, "creator": request.user,
        "description": data.get("description"), "created": now, "updated": now, "statuses": [],
        "transient_environment": bool(data.get("transient_environment")),
        "production_environment": bool(data.get("production_environment", name == "production")),
    }  # fmt: skip
    _deployments(found).append(one)
    shaped = _deployment(request, found, one)
    request.world.publish(model.Event("deployment", "created", request.user, one, found, data={"deployment": shaped}))
    return created(shaped)


@routes.get(DEPLOYMENT)
def deployment(request: Request) -> object:
    """One of them."""
    return _deployment(request, *_found(request))


@routes.delete(DEPLOYMENT)
def delete(request: Request) -> None:
    """Removes one that is inactive, or the only one."""
    found, one = _found(request, model.WRITE)
    active = not one["statuses"] or one["statuses"][-1]["state"] != "inactive"
    if active and len(_deployments(found)) > 1:
        text = "We cannot delete an active deployment unless it is the only deployment in a given environment."
        raise ApiError(422, text)
    _deployments(found).remove(one)


# ---- their statuses


def _status(request: Request, found: Repository, one: Entry, status: Entry) -> dict[str, Any]:
    """``deployment-status``."""
    url = f"{api_of(request.forge, found)}/deployments/{one['id']}"
    told = ("id", "state", "description", "environment", "target_url", "log_url", "environment_url")
    return {
        "url": f"{url}/statuses/{status['id']}", "node_id": f"DES_kwDO{status['id']}",
        **{name: status[name] for name in told}, "creator": accounts.simple(request.forge, status["creator"]),
        "created_at": iso(status["created"]), "updated_at": iso(status["created"]), "deployment_url": url,
        "repository_url": api_of(request.forge, found), "performed_via_github_app": None,
    }  # fmt: skip


@routes.get(f"{DEPLOYMENT}/statuses")
def statuses(request: Request) -> object:
    """Its statuses, newest first."""
    found, one = _found(request)
    return paged(request, one["statuses"][::-1], lambda each: _status(request, found, one, each))


@routes.get(f"{DEPLOYMENT}/statuses/{{status_id}}")
def status(request: Request) -> object:
    """One of them."""
    found, one = _found(request)
    known = next((each for each in one["statuses"] if each["id"] == request.number("status_id")), None)
    if known is None:
        raise missing()
    return _status(request, found, one, known)


def _entry(request: Request, one: Entry, state: str, data: dict[str, Any]) -> Entry:
    target = data.get("log_url") or data.get("target_url") or ""
    return {
        "id": request.world.next_id("deployment status"), "state": state, "creator": request.user,
        "description": data.get("description") or "", "environment": data.get("environment") or one["environment"],
        "target_url": target, "log_url": target, "environment_url": data.get("environment_url") or "",
        "created": request.world.now(),
    }  # fmt: skip


@routes.post(f"{DEPLOYMENT}/statuses")
def create_status(request: Request) -> object:
    """Tells how a deployment stands; one that succeeded makes those before it in its environment inactive."""
    found, one = _found(request, model.WRITE)
    data = body_of(request)
    state = text_in(data, "state", "DeploymentStatus")
    if state not in STATES:
        raise invalid("DeploymentStatus", "state", "custom", "state is not included in the list")
    made = _entry(request, one, state, data)
    one["statuses"].append(made)
    one["updated"], one["environment"] = made["created"], made["environment"]
    if state == "success" and data.get("auto_inactive", True):
        for other in _deployments(found):
            before = other is not one and other["environment"] == one["environment"] and other["id"] < one["id"]
            kept = other["transient_environment"] or other["production_environment"]
            if before and not kept and other["statuses"] and other["statuses"][-1]["state"] == "success":
                other["statuses"].append(_entry(request, other, "inactive", {}))
    shaped = _status(request, found, one, made)
    told = {"deployment_status": shaped, "deployment": _deployment(request, found, one)}
    request.world.publish(model.Event("deployment_status", "created", request.user, made, found, data=told))
    return created(shaped)
