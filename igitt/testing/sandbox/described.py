"""What a forge's own description has, so that what the sandbox does not play is told from what is not there.

``github/described.txt`` are the paths of GitHub's OpenAPI description (``@octokit/openapi`` 23.0.2), and
``gitlab/described.txt`` those of GitLab's (its ``openapi_v3.yaml`` of June 2026, without families of no interest to a
bot: these stand there with a ``*``, which means every method and everything below). A line is a path and its methods.
Nothing is answered here.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from igitt.testing.sandbox.wire import Router

__all__ = ["swallowed", "template_of"]

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _nothing(_: Any) -> None:
    """Stands where a route has its function."""


@cache
def _routes(hoster: str) -> Router:
    found = Router("")
    described = files("igitt.testing.sandbox").joinpath(hoster, "described.txt")
    for line in described.read_text("utf-8").splitlines() if described.is_file() else ():  # a forge from outside
        path, *methods = line.split()
        for method in _METHODS if methods == ["*"] else methods:
            found.route(method, path)(_nothing)
            if methods == ["*"]:
                found.route(method, f"{path}/{{rest:path}}")(_nothing)
    return found


def _bare(template: str) -> str:
    """A template without the names in it, which the descriptions and the routes choose for themselves."""
    return "/".join("{}" if part.startswith("{") else part for part in template.strip("/").split("/"))


@cache
def _swallowing(hoster: str, router: Router) -> frozenset[tuple[str, str]]:
    """The routes that would also answer for a path that the description has apart and the sandbox does not play.

    ``/user/{account_id}`` fits ``/user/blocks``, and ``branches/{branch:path}`` whatever stands below a branch.
    """
    found = set()
    for method, path in _routes(hoster).templates:
        route, _, _ = router.match(method, f"{router.prefix}{path}")
        if route is not None and _bare(route.template) != _bare(path):
            found.add((method, route.template))
    return frozenset(found)


def swallowed(hoster: str, router: Router, method: str, path: str, template: str) -> bool:
    """Whether a route fits a path only because it fits so much: the description has that path apart.

    Args:
        hoster: ``"github"`` or ``"gitlab"``.
        router: the routes that are played.
        method: the HTTP method.
        path: the path below the API's prefix.
        template: the route's.
    """
    if (method, template) not in _swallowing(hoster, router):
        return False
    described = template_of(hoster, method, path)
    return described is not None and _bare(described) != _bare(template)


def template_of(hoster: str, method: str, path: str) -> str | None:
    """The path of the forge's description that a request is for, such as ``/repos/{owner}/{repo}/readme``, or None.

    Args:
        hoster: ``"github"`` or ``"gitlab"``.
        method: the HTTP method.
        path: the path below the API's prefix.
    """
    route, _, _ = _routes(hoster).match(method, path)
    return None if route is None else route.template.removesuffix("/{rest:path}")
