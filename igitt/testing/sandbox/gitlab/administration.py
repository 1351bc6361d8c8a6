"""Routes for who owns a project."""

from __future__ import annotations

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab.context import need_all, params_of, project_of, routes
from igitt.testing.sandbox.gitlab.projects import free, may_use, owner_of
from igitt.testing.sandbox.gitlab.shapes import projects
from igitt.testing.sandbox.wire import Request


@routes.put("/projects/{id}/transfer")
def transfer(request: Request) -> object:
    """Gives a project to another namespace, named by path or number; 400 where the path is taken."""
    home, params = project_of(request, model.OWN), params_of(request)
    need_all(params, "namespace")
    name = str(params["namespace"])
    owner = owner_of(request, name) if name.isdigit() else may_use(request, request.world.account(name))
    free(request, owner, home.name)
    request.world.edit_repository(home, request.user, owner=owner)
    return projects.with_access(request.forge, home, request.user)
