"""Routes of archives: a redirect from the API, and the address it leads to, where an Enterprise Server has it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote

from igitt.testing.sandbox import archives, gitdata
from igitt.testing.sandbox.github.context import repository_of, routes
from igitt.testing.sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository

#: For so many seconds a link to a private repository's archive works.
LIFETIME = 300


def _redirect(request: Request, kind: str) -> Reply:
    found = repository_of(request, "contents")
    # `archive_url` says that the ref may be left out: "{archive_format}{/ref}".
    ref = request.params.get("ref") or found.default_branch
    url = f"{request.forge.url}/_codeload/{found.full_name}/legacy.{kind}/{quote(ref)}"
    if found.private:
        word = secrets.token_hex(16)
        found.extra.setdefault("archive links", {})[word] = request.world.clock() + LIFETIME
        url += f"?token={word}"
    return Reply(status=302, headers={"Location": url, "Cache-Control": "public, must-revalidate, max-age=0"}, text="")


@routes.get("/repos/{owner}/{repo}/tarball")
@routes.get("/repos/{owner}/{repo}/tarball/{ref:path}")
def tarball(request: Request) -> object:
    """Where the files are, packed by tar."""
    return _redirect(request, "tar.gz")


@routes.get("/repos/{owner}/{repo}/zipball")
@routes.get("/repos/{owner}/{repo}/zipball/{ref:path}")
def zipball(request: Request) -> object:
    """Where the files are, packed by zip."""
    return _redirect(request, "zip")


def _packed(request: Request, kind: str) -> Reply:
    found, _old = request.world.repository(f"{request.params['owner']}/{request.params['repo']}")
    if found is None or not _let_in(request, found):
        raise request.forge.not_found()
    one = gitdata.resolve(found, request.params["ref"])
    if one is None:
        raise request.forge.not_found()
    folder = f"{found.full_name.replace('/', '-')}-{one.sha[:7]}"
    return Reply(text=archives.pack(one, folder, kind), content_type=archives.CONTENT_TYPES[kind])


def _let_in(request: Request, found: Repository) -> bool:
    until: float = found.extra.get("archive links", {}).get(request.arg("token"), 0)
    return not found.private or until > request.world.clock()


@routes.get("/_codeload/{owner}/{repo}/legacy.tar.gz/{ref:path}", web=True)
def packed_by_tar(request: Request) -> object:
    """The files; a private repository's for who has a link that has not run out."""
    return _packed(request, "tar.gz")


@routes.get("/_codeload/{owner}/{repo}/legacy.zip/{ref:path}", web=True)
def packed_by_zip(request: Request) -> object:
    """As above, packed by zip."""
    return _packed(request, "zip")
