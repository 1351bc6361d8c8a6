"""Routes for who owns a repository."""

from __future__ import annotations

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.context import body_of, invalid, repository_of, routes, text_of
from igitt.testing.sandbox.github.shapes import repositories as shapes
from igitt.testing.sandbox.wire import Reply, Request


@routes.post("/repos/{owner}/{repo}/transfer")
def transfer(request: Request) -> object:
    """Gives a repository to another account, at once and without asking it: 202."""
    found = repository_of(request, "administration", model.OWN)
    owner = request.world.account(text_of(body_of(request), "new_owner", "Repository"))
    if owner is None:
        raise invalid("Repository", "new_owner")
    taken = request.world.repository(f"{owner.login}/{found.name}")[0]
    if taken not in {None, found}:
        raise invalid("Repository", "name", "custom", "name already exists on this account")
    before = shapes.repository(request.forge, found, request)
    request.world.edit_repository(found, request.user, owner=owner)
    return Reply(before, 202)
