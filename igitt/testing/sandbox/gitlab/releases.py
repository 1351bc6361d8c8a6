"""Routes of releases, of the links to their files, and of files that are uploaded to a project."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata, model, releases
from igitt.testing.sandbox.gitlab.context import (
    Upload,
    created,
    missing,
    need_all,
    need_one,
    paged,
    params_of,
    project_of,
    routes,
    wrong,
)
from igitt.testing.sandbox.gitlab.filters import moment_of
from igitt.testing.sandbox.gitlab.shapes.commits import commit
from igitt.testing.sandbox.gitlab.shapes.people import iso, user_basic
from igitt.testing.sandbox.gitlab.shapes.projects import page_of
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository
    from igitt.testing.sandbox.releases import Asset, Release

PATH = "/projects/{id}/releases"


def _release(request: Request, home: Repository, one: Release) -> dict[str, Any]:
    page, tag, moment = page_of(request.forge, home), quote(one.tag, safe=""), iso(one.created)
    sources = [
        {"format": kind, "url": f"{page}/-/archive/{tag}/{home.name}-{tag}.{kind}"}
        for kind in ("zip", "tar.gz", "tar.bz2", "tar")
    ]
    links = [_link(one_link) for one_link in reversed(one.assets)]
    self_ = f"{page}/-/releases/{tag}"
    return {
        "name": one.name, "tag_name": one.tag, "description": one.body, "created_at": moment,
        "released_at": iso(one.day or one.created), "upcoming_release": bool(one.day and one.day > request.world.now()),
        "author": user_basic(request.forge, one.author),
        "commit": commit(request.forge, home, home.commits[one.sha]),
        "commit_path": f"/{home.full_name}/-/commit/{one.sha}", "tag_path": f"/{home.full_name}/-/tags/{tag}",
        "assets": {"count": len(sources) + len(links), "sources": sources, "links": links}, "evidences": [],
        "_links": {"self": self_, "edit_url": f"{self_}/edit",
                   "opened_issues_url": f"{page}/-/issues?release_tag={tag}&scope=all&state=opened"},
    }  # fmt: skip


def _link(asset: Asset) -> dict[str, Any]:
    return {"id": asset.id, "name": asset.name, "url": asset.url, "direct_asset_url": asset.url,
            "link_type": asset.kind}  # fmt: skip


def _found(request: Request, need: int = model.NONE) -> tuple[Repository, Release]:
    home = project_of(request, need)
    one = releases.of(home).get(request.params["tag_name"])
    if one is None:
        raise missing()
    return home, one


@routes.get(PATH)
def listed(request: Request) -> object:
    """The releases, newest first."""
    home = project_of(request)
    return paged(request, releases.newest(home), lambda one: _release(request, home, one))


@routes.post(PATH)
def create(request: Request) -> object:
    """Makes a release, and its tag at ``ref`` where there is none."""
    home, params = project_of(request, model.WRITE), params_of(request)
    need_all(params, "tag_name")
    tag, ref = str(params["tag_name"]), str(params.get("ref") or "")
    if tag in releases.of(home):
        raise ApiError(409, "Release already exists")
    one = releases.tip_of(home, tag, ref) if ref or tag in home.extra.get("tags", {}) else None
    if one is None:
        raise ApiError(422 if not ref else 400, "Ref is not specified" if not ref else f"Target {ref} is invalid")
    made = releases.create(
        request.world, home, request.user, tag, name=params.get("name") or tag, body=params.get("description") or "",
        target=ref, one=one,
    )  # fmt: skip
    made.day = moment_of(params, "released_at")
    return created(_release(request, home, made))


@routes.get(f"{PATH}/{{tag_name}}")
def release(request: Request) -> object:
    """One release."""
    return _release(request, *_found(request))


@routes.put(f"{PATH}/{{tag_name}}")
def edit(request: Request) -> object:
    """Changes name and description."""
    (home, one), params = _found(request, model.WRITE), params_of(request)
    one.name, one.body = str(params.get("name") or one.name), str(params.get("description", one.body))
    return _release(request, home, one)


@routes.delete(f"{PATH}/{{tag_name}}")
def delete(request: Request) -> None:
    """Removes a release; the tag stays."""
    home, one = _found(request, model.WRITE)
    del releases.of(home)[one.tag]


@routes.get(f"{PATH}/{{tag_name}}/assets/links")
def links(request: Request) -> object:
    """The links to a release's files, newest first."""
    return paged(request, _found(request)[1].assets[::-1], _link)


@routes.post(f"{PATH}/{{tag_name}}/assets/links")
def create_link(request: Request) -> object:
    """Makes a link; names and addresses are unique in a release."""
    (_, one), params, world = _found(request, model.WRITE), params_of(request), request.world
    need_all(params, "name", "url")
    name, url = str(params["name"]), str(params["url"])
    taken = [word for word, known in (("url", "url"), ("name", "name"))
             if any(getattr(each, known) == params[word] for each in one.assets)]  # fmt: skip
    if taken:
        raise ApiError(400, {word: ["has already been taken"] for word in taken})
    kind = str(params.get("link_type") or "other")
    made = releases.Asset(world.next_id("asset"), name, url, kind, b"", request.user, world.now())
    one.assets.append(made)
    return created(_link(made))


def _link_of(request: Request, need: int = model.NONE) -> tuple[Release, Asset]:
    _, one = _found(request, need)
    found = next((each for each in one.assets if each.id == request.number("link_id")), None)
    if found is None:
        raise missing()
    return one, found


@routes.get(f"{PATH}/{{tag_name}}/assets/links/{{link_id}}")
def one_link(request: Request) -> object:
    """One link."""
    return _link(_link_of(request)[1])


@routes.put(f"{PATH}/{{tag_name}}/assets/links/{{link_id}}")
def edit_link(request: Request) -> object:
    """Changes a link."""
    (_, one), params = _link_of(request, model.WRITE), params_of(request)
    need_one(params, "name", "url")
    one.name, one.url = str(params.get("name") or one.name), str(params.get("url") or one.url)
    one.kind = str(params.get("link_type") or one.kind)
    return _link(one)


@routes.delete(f"{PATH}/{{tag_name}}/assets/links/{{link_id}}")
def delete_link(request: Request) -> object:
    """Takes a link away; 200, with the link."""
    one, found = _link_of(request, model.WRITE)
    one.assets.remove(found)
    return _link(found)


@routes.post("/projects/{id}/uploads")
def upload(request: Request) -> object:
    """Keeps the ``file`` of a form."""
    home = project_of(request, model.READ)
    file = params_of(request).get("file")
    if not isinstance(file, Upload):
        raise wrong("file is missing, file is invalid")
    name, secret = file.name, secrets.token_hex(16)
    home.extra.setdefault("uploads", {})[f"{secret}/{name}"] = file.content
    url = f"/uploads/{secret}/{quote(name)}"
    full = f"/-/project/{home.id}{url}"
    return created({"id": request.world.next_id("upload"), "alt": name, "url": url, "full_path": full,
                    "markdown": f"[{name}]({url})"})  # fmt: skip


@routes.get("/projects/{id}/uploads/{secret}/{filename}")
def uploaded(request: Request) -> Reply:
    """A file that the project keeps (https://docs.gitlab.com/api/project_markdown_uploads/)."""
    home = project_of(request)
    content = home.extra.get("uploads", {}).get(f"{request.params['secret']}/{request.params['filename']}")
    if content is None:
        raise missing()
    return Reply(text=gitdata.text_of(content), content_type="application/octet-stream")


@routes.get("/projects/{id}/repository/changelog")
def changelog(request: Request) -> object:
    """The notes of a version out of the trailers ``Changelog: …`` of commits (https://docs.gitlab.com/api/repositories/)."""
    home = project_of(request)
    version = request.arg("version")
    if not version:
        raise wrong("version is missing")
    if not re.search(r"\d+\.\d+\.\d+", version):
        raise wrong("version is invalid")
    tags = home.extra.get("tags", {})
    start = gitdata.resolve(home, request.arg("from")) if request.arg("from") else None
    if start is None and tags:
        start = home.commits[next(reversed(tags.values()))["sha"]]
    if start is None:
        raise ApiError(422, "Failed to generate the changelog: The commit start range is unspecified, and no previous "
                       "tag could be found to use instead")  # fmt: skip
    tip = gitdata.resolve(home, request.arg("to") or home.default_branch)
    known = set(gitdata.ancestry(home, start.sha))
    parts: dict[str, list[str]] = {}
    for one in gitdata.history(home, tip.sha if tip else None):
        trailer = re.search(r"^Changelog: (\w+)\s*$", one.message, re.MULTILINE)
        if one.sha not in known and trailer:
            parts.setdefault(trailer[1], []).append(f"- [{one.message.partition(chr(10))[0]}]({one.sha})")
    body = "\n".join(f"### {kind} ({len(lines)})\n\n" + "\n".join(lines) for kind, lines in parts.items())
    return {"notes": f"## {version} ({request.world.now():%Y-%m-%d})\n\n{body or 'No changes.'}"}
