"""The pages that the API's answers lead to and that programs read: diffs, patches, raw files, files of releases.

They answer as the web site does for who has a token, and 404 for what may not be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt.testing.sandbox import gitdata, objects, releases
from igitt.testing.sandbox.github.context import find_repository, missing, routes, sees
from igitt.testing.sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitdata import FileChange
    from igitt.testing.sandbox.model import Commit, Repository

WEB = "/{owner}/{repo}"


def _found(request: Request) -> Repository:
    found = find_repository(request)
    if not sees(request, found):
        raise missing()
    return found


def _told(request: Request, found: Repository, name: str, files: list[FileChange], commits: list[Commit]) -> Reply:
    """A diff or a patch, by the end of the address."""
    text = gitdata.unified(files) if request.params[name].endswith(".diff") else gitdata.mailbox(found, commits)
    return Reply(text=text, content_type="text/plain")


def _bare(request: Request, name: str) -> str:
    """What stands before ``.diff`` or ``.patch``; 404 for a page that is for people."""
    value = request.params[name]
    for end in (".diff", ".patch"):
        if value.endswith(end):
            return value.removesuffix(end)
    raise missing()


@routes.get(f"{WEB}/pull/{{number}}", web=True)
def pull(request: Request) -> object:
    """A pull request as a diff or as patches."""
    found, number = _found(request), _bare(request, "number")
    one = found.merge_requests.get(int(number)) if number.isdecimal() else None
    if one is None:
        raise missing()
    return _told(request, found, "number", gitdata.request_changes(one), gitdata.request_commits(one))


@routes.get(f"{WEB}/commit/{{sha}}", web=True)
def commit(request: Request) -> object:
    """A commit as a diff or as a patch."""
    found = _found(request)
    one = gitdata.resolve(found, _bare(request, "sha"))
    if one is None:
        raise missing()
    return _told(request, found, "sha", gitdata.commit_changes(found, one), [one])


@routes.get(f"{WEB}/compare/{{basehead:path}}", web=True)
def compare(request: Request) -> object:
    """What a branch has that another has not."""
    found = _found(request)
    names = _bare(request, "basehead").split("...")
    ends = [gitdata.resolve(found, name) for name in names]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        raise missing()
    known = set(gitdata.ancestry(found, ends[0].sha))
    fork = next((sha for sha in gitdata.ancestry(found, ends[1].sha) if sha in known), ends[0].sha)
    fresh = [one for one in reversed(gitdata.history(found, ends[1].sha)) if one.sha not in known]
    return _told(request, found, "basehead", gitdata.changes(found.commits[fork].files, ends[1].files), fresh)


@routes.get(f"{WEB}/raw/{{rest:path}}", web=True)
def raw(request: Request) -> object:
    """A file as it is; the ref may have slashes."""
    found, parts = _found(request), request.params["rest"].split("/")
    for count in range(1, len(parts)):
        one, path = gitdata.resolve(found, "/".join(parts[:count])), "/".join(parts[count:])
        if one is not None and path in one.files and one.modes.get(path) != objects.SUBMODULE:
            return Reply(text=one.files[path], content_type="text/plain")
    raise missing()


@routes.get(f"{WEB}/releases/download/{{tag}}/{{name}}", web=True)
def download(request: Request) -> object:
    """A file of a published release."""
    found = _found(request)
    release = releases.of(found).get(request.params["tag"])
    assets = [] if release is None or release.draft else release.assets
    asset = next((one for one in assets if one.name == request.params["name"]), None)
    if asset is None:
        raise missing()
    asset.downloads += 1
    return Reply(text=objects.text_of(asset.content), content_type="application/octet-stream")
