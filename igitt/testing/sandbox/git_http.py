"""Git over HTTP: a forge's repositories at their web addresses, spoken by git's own ``http-backend``.

Who may read and write is the forge's affair (``Policy``); what git finds on the disk is :mod:`.gitstore`'s.
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import unquote

from igitt.testing.sandbox.gitstore import environment, find_git
from igitt.testing.sandbox.wire import ApiError, Request, Response

if TYPE_CHECKING:
    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.model import Repository

__all__ = ["answer", "asked"]

_PATH = re.compile(r"/(?P<name>.+?)(?:\.git)?/(?P<what>info/refs|git-upload-pack|git-receive-pack)")
_WORDS = {
    401: "Who are you? Give a token as the password.",
    403: "You are not allowed to do this here.",
    404: "The repository could not be found, or you may not see it.",
}


def asked(request: Request) -> re.Match[str] | None:
    """What of git a request is about, if it is about that."""
    return None if request.path.startswith(request.forge.router.prefix) else _PATH.fullmatch(request.path)


def answer(forge: Forge, request: Request, about: re.Match[str]) -> Response:
    """Answers a request of git."""
    name, what = unquote(about["name"]), about["what"]
    service = request.arg("service") if what == "info/refs" else what
    if service not in {"git-upload-pack", "git-receive-pack"}:
        return _plain(403, "Please use a git that speaks its smart protocol.")
    pushes = service == "git-receive-pack"
    with forge.world.transaction():
        try:
            request.viewer = forge.authenticate_git(request)
        except ApiError as error:
            return _refusal(forge, error.status)
        found, _ = forge.world.repository(name)  # also by an old name, which git may have to push to
        status = _allowed(forge, request, found, pushes=pushes)
    if status != 200 or found is None:
        return _refusal(forge, status)
    git = find_git()
    if git is None:
        return _plain(501, "This sandbox needs git on the PATH to serve git: install it.")
    with forge.git.lock_of(found):  # while git works in a repository, the rest of the forge goes on
        with forge.world.transaction():
            closed = forge.closed_branches(request, found)
            known = forge.git.write(found, forge.protected_branches(found), closed, forge.good_commits(found))
        response = run_backend(git, forge, request, found, what)
        who = request.viewer.user
        if (
            request.method == "POST"
            and pushes
            and who is not None
            and not forge.git.read(forge.world, found, known, who)
        ):
            return _plain(409, "The repository changed while it was pushed to: fetch, and push again.")
    return response


def _allowed(forge: Forge, request: Request, found: Repository | None, *, pushes: bool) -> int:
    """The status for this sender: a stranger is asked for a credential before anything else is revealed."""
    stranger = request.viewer.user is None
    if found is None or not forge.may_pull(request, found):
        return 401 if stranger else 404
    if pushes and not forge.may_push(request, found):
        return 401 if stranger else 403
    return 200


def _refusal(forge: Forge, status: int) -> Response:
    response = _plain(status, _WORDS.get(status, "This is refused."))
    if status == 401:
        response.headers["WWW-Authenticate"] = f'Basic realm="{type(forge).__name__}"'
    return response


def _plain(status: int, text: str) -> Response:
    return Response(status, {"Content-Type": "text/plain; charset=utf-8"}, f"{text}\n".encode())


def run_backend(git: str, forge: Forge, request: Request, found: Repository, what: str) -> Response:
    """What git's CGI program answers."""
    headers, place = request.headers, forge.git.place_of(found)
    variables = environment(str(forge.git.root)) | {
        "GIT_PROJECT_ROOT": str(place.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{place.name}/{what}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
        "GIT_PROTOCOL": headers.get("git-protocol", ""),
    }
    if request.viewer.user is not None:
        variables["REMOTE_USER"] = request.viewer.user.login  # without one, git takes no push
    done = subprocess.run(  # noqa: S603  git itself
        [git, "http-backend"], input=request.body, env=variables, capture_output=True, check=False
    )
    head, found_end, body = done.stdout.partition(b"\r\n\r\n")
    if not found_end:
        return _plain(500, f"git http-backend failed: {done.stderr.decode(errors='replace')}")
    told = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n"))
    return Response(int(told.pop("Status", "200").split()[0]), told, body)
