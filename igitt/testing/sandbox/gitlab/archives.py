"""Routes of archives of a project's files."""

from __future__ import annotations

from igitt.testing.sandbox import archives
from igitt.testing.sandbox.gitlab.context import missing, project_of, routes
from igitt.testing.sandbox.gitlab.repository import tip_of
from igitt.testing.sandbox.wire import Reply, Request

ARCHIVE = "/projects/{id}/repository/archive"
#: Ways to pack by what GitLab calls them. Source: https://docs.gitlab.com/api/repositories/#get-file-archive.
FORMS = {
    "tar.gz": "tar.gz", "tgz": "tar.gz", "gz": "tar.gz", "tar": "tar", "zip": "zip",
    **dict.fromkeys(("tar.bz2", "tbz", "tbz2", "tb2", "bz2"), "tar.bz2"),
}  # fmt: skip


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
def packed(request: Request) -> object:
    """The files of a commit, packed by tar unless ``format`` wants another way."""
    kind = FORMS.get(request.arg("format") or "tar.gz")
    if kind is None:
        raise missing()
    return _packed(request, kind)


def _enter(ending: str, kind: str) -> None:
    @routes.get(f"{ARCHIVE}.{ending}")
    def packed_so(request: Request) -> object:
        """The files of a commit, packed as the end of the path says."""
        return _packed(request, kind)


for _ending, _kind in FORMS.items():
    _enter(_ending, _kind)
