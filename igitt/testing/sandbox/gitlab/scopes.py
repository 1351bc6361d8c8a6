"""How far a token reaches by its scopes, and what GitLab says to one that does not reach.

Sources: https://docs.gitlab.com/security/tokens/ and https://docs.gitlab.com/user/profile/personal_access_tokens/
("Personal access token scopes"): ``api`` reaches all, ``read_api`` what reads, ``read_user`` what reads under
``/users`` and ``/user``, ``read_repository`` files of a repository besides git, ``create_runner`` and
``manage_runner`` runners,
``k8s_proxy``, ``read_registry`` and the like nothing of what is played. ``write_repository`` is for git alone: "not
possible to use it with the API". ``self_rotate`` lets a token rotate itself; its own record is read with any scope.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from igitt.testing.sandbox.gitlab.context import is_write, routes
from igitt.testing.sandbox.wire import ApiError

if TYPE_CHECKING:
    from igitt.testing.sandbox.wire import Request

__all__ = ["check"]

FILES = re.compile(r"^/projects/[^/]+/repository/(files/|archive)")
USERS = re.compile(r"^/users?(/|$)")
ITSELF = re.compile(r"^/personal_access_tokens/self(/|$)")
#: What the sandbox's OAuth tokens have for signing in, which reaches the user's own record at another address.
TEXT = "The request requires higher privileges than provided by the access token."


def _wanted(request: Request, path: str) -> list[str]:
    """The scopes of which one is needed, as GitLab lists them."""
    if path == "/personal_access_tokens/self" and request.method in {"GET", "HEAD"}:
        return []
    if ITSELF.match(path):
        return ["api", "self_rotate"]
    if is_write(request):
        # GraphQL's door is a POST also for what only reads; what changes asks for more by itself.
        return ["api"] if request.path != "/api/graphql" else ["api", "read_api"]
    wanted = ["api", "read_api"]
    if USERS.match(path):
        wanted.append("read_user")
    if FILES.match(path):
        wanted.append("read_repository")
    return wanted


def check(request: Request) -> None:
    """403 ``insufficient_scope`` for a token whose scopes do not reach the request."""
    token = request.viewer.token
    if token is None or not token.scopes or token.kind == "job" or not request.path.startswith("/api/"):
        return
    if (request.headers.get("sudo") or request.arg("sudo")) and "sudo" not in token.scopes:
        raise _refusal(["sudo"])
    wanted = _wanted(request, request.path.removeprefix(routes.prefix))
    if wanted and set(wanted).isdisjoint(token.scopes):
        raise _refusal(wanted)


def _refusal(wanted: list[str]) -> ApiError:
    return ApiError(403, error="insufficient_scope", error_description=TEXT, scope=" ".join(wanted))
