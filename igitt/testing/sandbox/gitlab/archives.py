"""Routes of archives of a project's files."""

from __future__ import annotations

from igitt.testing.sandbox import archives
from igitt.testing.sandbox.gitlab.context import missing, project_of, routes
from igitt.testing.sandbox.gitlab.repository import tip_of
from igitt.testing.sandbox.wire import Reply, Request

ARCHIVE = "/projects/{id}/repository/archive"


def _packed(request: Request, kind: str) -> Reply:
    home = project_of(request)
    ref = request.arg("sha") or home.default_branch
    one = tip_of(home, ref)
    if one is None:
        raise missing("File")
    name = f"{home.name}-{ref.replace('/', '-')}-{one.sha}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Reply(text=archives.pack(one, name, kind), content_type=archives.CONTENT_TYPES[kind], headers=headers)


@routes.get(ARCHIVE)
@routes.get(f"{ARCHIVE}.tar.gz")
def packed_by_tar(request: Request) -> object:
    """The files of a commit, packed by tar unless ``format`` wants another way."""
    return _packed(request, "zip" if request.arg("format") == "zip" else "tar.gz")


@routes.get(f"{ARCHIVE}.zip")
def packed_by_zip(request: Request) -> object:
    """The files of a commit, packed by zip."""
    return _packed(request, "zip")
