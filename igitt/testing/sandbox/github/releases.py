"""Routes of releases and their files."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import model, releases
from igitt.testing.sandbox.github.context import (
    body_of,
    created,
    invalid,
    iso,
    level_for,
    paged,
    repository_of,
    routes,
    text_of,
)
from igitt.testing.sandbox.github.shapes.accounts import simple
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.wire import ApiError, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository
    from igitt.testing.sandbox.releases import Asset, Release

PATH = "/repos/{owner}/{repo}/releases"


def _release(request: Request, found: Repository, one: Release) -> dict[str, Any]:
    """``release``."""
    api, page = api_of(request.forge, found), f"{request.forge.url}/{found.full_name}"
    url, tag = f"{api}/releases/{one.id}", quote(one.tag, safe="")
    uploads = url.replace("/api/v3/", "/api/uploads/", 1)
    moment = iso(one.created)
    return {
        "url": url, "html_url": f"{page}/releases/tag/{tag}", "assets_url": f"{url}/assets",
        "upload_url": f"{uploads}/assets{{?name,label}}", "tarball_url": f"{api}/tarball/{tag}",
        "zipball_url": f"{api}/zipball/{tag}", "id": one.id, "node_id": f"RE_kwDO{one.id}", "tag_name": one.tag,
        "target_commitish": one.target, "name": one.name, "body": one.body, "draft": one.draft, "immutable": False,
        "prerelease": one.prerelease, "created_at": iso(found.commits[one.sha].created), "updated_at": moment,
        "published_at": None if one.draft else moment, "author": simple(request.forge, one.author),
        "assets": [_asset(request, found, one, each) for each in one.assets],
    }  # fmt: skip


def _asset(request: Request, found: Repository, one: Release, asset: Asset) -> dict[str, Any]:
    """``release-asset``."""
    return {
        "url": f"{api_of(request.forge, found)}/releases/assets/{asset.id}", "browser_download_url":
        f"{request.forge.url}/{found.full_name}/releases/download/{quote(one.tag, safe='')}/{quote(asset.name)}",
        "id": asset.id, "node_id": f"RA_kwDO{asset.id}", "name": asset.name, "label": "", "state": "uploaded",
        "content_type": asset.kind, "size": len(asset.content), "download_count": 0,
        "digest": f"sha256:{sha256(asset.content).hexdigest()}", "created_at": iso(asset.created),
        "updated_at": iso(asset.created), "uploader": simple(request.forge, asset.uploader),
    }  # fmt: skip


def _by_id(request: Request, found: Repository) -> Release:
    number = request.number("release_id")
    one = next((each for each in releases.of(found).values() if each.id == number), None)
    if one is None:
        raise request.forge.not_found()
    return one


@routes.get(PATH)
def listed(request: Request) -> object:
    """The releases, newest first; drafts only for who may write."""
    found = repository_of(request, "contents")
    known = [one for one in releases.newest(found) if not one.draft or level_for(request, found) >= model.WRITE]
    return paged(request, known, lambda one: _release(request, found, one))


@routes.post(PATH)
def create(request: Request) -> object:
    """Makes a release, and its tag at ``target_commitish`` where there is none."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    tag = text_of(data, "tag_name", "Release")
    if tag in releases.of(found):
        raise invalid("Release", "tag_name", "already_exists")
    target = data.get("target_commitish") or found.default_branch
    one = releases.tip_of(found, tag, target)
    if one is None:
        raise invalid("Release", "target_commitish") if found.commits else ApiError(422, "Repository is empty.")
    made = releases.create(
        request.world, found, request.user, tag, name=data.get("name") or "", body=data.get("body") or "",
        target=target, one=one, draft=bool(data.get("draft")),
    )  # fmt: skip
    made.prerelease = bool(data.get("prerelease"))
    return created(_release(request, found, made))


@routes.get(f"{PATH}/latest")
def latest(request: Request) -> object:
    """The newest release that is neither draft nor pre-release."""
    found = repository_of(request, "contents")
    one = next((each for each in releases.newest(found) if not each.draft and not each.prerelease), None)
    if one is None:
        raise request.forge.not_found()
    return _release(request, found, one)


@routes.get(f"{PATH}/tags/{{tag:path}}")
def by_tag(request: Request) -> object:
    """The published release of a tag."""
    found = repository_of(request, "contents")
    one = releases.of(found).get(request.params["tag"])
    if one is None or one.draft:
        raise request.forge.not_found()
    return _release(request, found, one)


@routes.get(f"{PATH}/{{release_id}}")
def release(request: Request) -> object:
    """One release."""
    found = repository_of(request, "contents")
    return _release(request, found, _by_id(request, found))


@routes.patch(f"{PATH}/{{release_id}}")
def edit(request: Request) -> object:
    """Changes words and states; what was a draft gets its tag."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    one = _by_id(request, found)
    for name in ("name", "body", "prerelease"):
        if data.get(name) is not None:
            setattr(one, name, data[name])
    if one.draft and data.get("draft") is False:
        releases.publish(request.world, found, one)
    one.draft = bool(data.get("draft", one.draft))
    return _release(request, found, one)


@routes.delete(f"{PATH}/{{release_id}}")
def delete(request: Request) -> None:
    """Removes a release; the tag stays."""
    found = repository_of(request, "contents", model.WRITE)
    del releases.of(found)[_by_id(request, found).tag]


@routes.get(f"{PATH}/{{release_id}}/assets")
def assets(request: Request) -> object:
    """The files of a release."""
    found = repository_of(request, "contents")
    one = _by_id(request, found)
    return paged(request, one.assets, lambda each: _asset(request, found, one, each))


@routes.route("POST", f"/api/uploads{PATH}/{{release_id}}/assets", web=True)
def upload(request: Request) -> object:
    """Takes the bytes of a file; its name stands in the query, and loses what GitHub does not like."""
    found = repository_of(request, "contents", model.WRITE)
    one, name = _by_id(request, found), request.arg("name").replace(" ", ".")
    if not name:
        raise invalid("ReleaseAsset", "name", "missing_field")
    if any(each.name == name for each in one.assets):
        raise invalid("ReleaseAsset", "name", "already_exists")
    world, kind = request.world, request.headers.get("content-type", "application/octet-stream")
    made = releases.Asset(world.next_id("asset"), name, "", kind, request.body, request.user, world.now())
    one.assets.append(made)
    return created(_asset(request, found, one, made))
