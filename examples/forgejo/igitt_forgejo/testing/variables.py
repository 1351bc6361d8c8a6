"""Routes of the variables and secrets of workflows, which Forgejo calls in capital letters."""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.wire import ApiError, Reply, Request
from igitt_forgejo.testing import shapes
from igitt_forgejo.testing.context import HOME, body_of, paged, repository_of, routes

__all__: list[str] = []

VARIABLES = f"{HOME}/actions/variables"
SECRETS = f"{HOME}/actions/secrets"


def _kept(request: Request, what: str) -> tuple[dict[str, Any], str]:
    known: dict[str, Any] = repository_of(request, model.OWN).extra.setdefault(what, {})
    return known, request.params.get("name", "").upper()


@routes.get(VARIABLES)
def variables(request: Request) -> object:
    """Names and values."""
    known, _ = _kept(request, "variables")
    return paged(request, sorted(known.items()), lambda pair: {"name": pair[0], "data": pair[1]})


@routes.get(f"{VARIABLES}/{{name}}")
def variable(request: Request) -> object:
    """One."""
    known, name = _kept(request, "variables")
    if name not in known:
        raise request.forge.not_found()
    return {"name": name, "data": known[name]}


@routes.post(f"{VARIABLES}/{{name}}")
def create_variable(request: Request) -> object:
    """Makes one: 201."""
    known, name = _kept(request, "variables")
    if name in known:
        raise ApiError(409, f"variable {name} already exists")
    known[name] = body_of(request)["value"]
    return Reply(status=201, text="")


@routes.put(f"{VARIABLES}/{{name}}")
def edit_variable(request: Request) -> None:
    """Changes one: 204."""
    known, name = _kept(request, "variables")
    if name not in known:
        raise request.forge.not_found()
    known[name] = body_of(request)["value"]


@routes.delete(f"{VARIABLES}/{{name}}")
def delete_variable(request: Request) -> None:
    """Removes one."""
    known, name = _kept(request, "variables")
    if known.pop(name, None) is None:
        raise request.forge.not_found()


@routes.get(SECRETS)
def secrets(request: Request) -> object:
    """Names alone."""
    known, _ = _kept(request, "secrets")
    return paged(request, sorted(known.items()), lambda pair: {"name": pair[0], "created_at": pair[1][1]})


@routes.put(f"{SECRETS}/{{name}}")
def set_secret(request: Request) -> object:
    """Writes one: 201, or 204 where it was there."""
    known, name = _kept(request, "secrets")
    was = name in known
    known[name] = (body_of(request)["data"], shapes.iso(request.world.now()))
    return None if was else Reply(status=201, text="")


@routes.delete(f"{SECRETS}/{{name}}")
def delete_secret(request: Request) -> None:
    """Removes one."""
    known, name = _kept(request, "secrets")
    if known.pop(name, None) is None:
        raise request.forge.not_found()
