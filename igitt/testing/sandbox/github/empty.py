"""Lists that are empty, as nothing here makes what would be in them: programs that keep a copy of everything ask.

Source: https://docs.github.com/en/rest (each list by its name).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.github.context import paged, person, repository_of, routes, user_of

if TYPE_CHECKING:
    from igitt.testing.sandbox.wire import Request


def _none(request: Request) -> object:
    nobody: list[Any] = []
    return paged(request, nobody, dict)


@routes.get("/user/keys")
@routes.get("/user/followers")
@routes.get("/user/following")
@routes.get("/gists")
def of_oneself(request: Request) -> object:
    """Keys for git by SSH, which the sandbox does not speak; followers; gists."""
    person(request)
    return _none(request)


@routes.get("/users/{username}/keys")
@routes.get("/users/{username}/followers")
@routes.get("/users/{username}/following")
@routes.get("/users/{username}/gists")
def of_a_user(request: Request) -> object:
    """The same of anybody."""
    user_of(request)
    return _none(request)


@routes.get("/repos/{owner}/{repo}/security-advisories")
def of_a_repository(request: Request) -> object:
    """Security advisories."""
    repository_of(request)
    return _none(request)
