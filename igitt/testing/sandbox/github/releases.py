"""Routes of releases and their files."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata, model, objects, releases
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
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository
    from igitt.testing.sandbox.releases import Asset, Release

PATH = "/repos/{owner}/{repo}/releases"
#: For so many seconds a link to the bytes of a file works.
LIFETIME = 300


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
        "id": asset.id, "node_id": f"RA_kwDO{asset.id}", "name": asset.name, "label": asset.label, "state": "uploaded",
        "content_type": asset.kind, "size": len(asset.content), "download_count": asset.downloads,
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
    name, text = data.get("name") or "", data.get("body") or ""
    if data.get("generate_release_notes"):
        notes = generated(request, found, tag, target, None)
        name, text = name or notes["name"], f"{text}\n\n{notes['body']}".strip()
    made = releases.create(
        request.world, found, request.user, tag, name=name, body=text,
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
    _retag(request, found, one, data)
    for name in ("name", "body", "prerelease"):
        if data.get(name) is not None:
            setattr(one, name, data[name])
    if one.draft and data.get("draft") is False:
        releases.publish(request.world, found, one)
    one.draft = bool(data.get("draft", one.draft))
    return _release(request, found, one)


def _retag(request: Request, found: Repository, one: Release, data: dict[str, Any]) -> None:
    """Another tag or target; that of a published release is made where there is none."""
    tag, known = data.get("tag_name") or one.tag, releases.of(found)
    one.target = data.get("target_commitish") or one.target
    if tag != one.tag:
        if tag in known:
            raise invalid("Release", "tag_name", "already_exists")
        tip = releases.tip_of(found, tag, one.target)
        if tip is None:
            raise invalid("Release", "target_commitish")
        found.extra["releases"] = {tag if each is one else key: each for key, each in known.items()}
        one.tag, one.sha = tag, tip.sha
        if not one.draft:
            tags = found.extra.setdefault("tags", {})
            tags.setdefault(tag, gitdata.tag(one.sha, request.world.now()))


def generated(request: Request, found: Repository, tag: str, target: str, before: str | None) -> dict[str, str]:
    """Notes: the merged pull requests since the release before, and who made one for the first time.

    Source: https://docs.github.com/en/repositories/releasing-projects-on-github/automatically-generated-release-notes.
    """
    page = f"{request.forge.url}/{found.full_name}"
    tip = releases.tip_of(found, tag, target)
    older = [one for one in releases.newest(found) if not one.draft and one.tag != tag]
    before = before or (older[0].tag if older else None)
    start = gitdata.resolve(found, before) if before else None
    reached, known = set(gitdata.ancestry(found, tip.sha if tip else None)), set[str]()
    if start is not None:
        known = set(gitdata.ancestry(found, start.sha))
    merged = [one for one in found.merge_requests.values() if one.merge_sha in reached]
    fresh = [one for one in merged if one.merge_sha not in known]
    earlier = {one.author.id for one in merged if one.merge_sha in known}
    lines, first = [], []
    for one in sorted(fresh, key=lambda each: (each.merged_at or each.created, each.number)):
        url = f"{page}/pull/{one.number}"
        lines.append(f"* {one.title} by @{one.author.login} in {url}")
        if one.author.id not in earlier and not one.author.bot:
            first.append(f"* @{one.author.login} made their first contribution in {url}")
            earlier.add(one.author.id)
    parts = ["## What's Changed\n" + "\n".join(lines)] if lines else []
    parts += ["## New Contributors\n" + "\n".join(first)] if first else []
    link = f"compare/{before}...{tag}" if before else f"commits/{tag}"
    parts.append(f"**Full Changelog**: {page}/{link}")
    return {"name": tag, "body": "\n\n".join(parts)}


@routes.post(f"{PATH}/generate-notes")
def generate_notes(request: Request) -> object:
    """Notes for a release that is not made yet."""
    found, data = repository_of(request, "contents", model.WRITE), body_of(request)
    tag, before = text_of(data, "tag_name", "Release"), data.get("previous_tag_name")
    target = data.get("target_commitish") or found.default_branch
    if releases.tip_of(found, tag, target) is None:
        raise invalid("Release", "target_commitish")
    if before and before not in found.extra.get("tags", {}):
        raise invalid("Release", "previous_tag_name")
    return generated(request, found, tag, target, before)


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
    made = releases.Asset(
        world.next_id("asset"), name, "", kind, request.body, request.user, world.now(), request.arg("label")
    )
    one.assets.append(made)
    return created(_asset(request, found, one, made))


# ---- a file


def _found_asset(request: Request, need: int = model.NONE) -> tuple[Repository, Release, Asset]:
    found, number = repository_of(request, "contents", need), request.number("asset_id")
    for one in releases.of(found).values():
        for asset in one.assets:
            if asset.id == number and (not one.draft or level_for(request, found) >= model.WRITE):
                return found, one, asset
    raise request.forge.not_found()


@routes.get(f"{PATH}/assets/{{asset_id}}")
def asset(request: Request) -> object:
    """What is known of a file; for who accepts ``application/octet-stream`` a redirect to its bytes.

    Source: https://docs.github.com/en/rest/releases/assets#get-a-release-asset (clients handle 200 and 302).
    """
    found, one, each = _found_asset(request)
    if "octet-stream" not in request.headers.get("accept", ""):
        return _asset(request, found, one, each)
    word = secrets.token_hex(16)
    found.extra.setdefault("asset links", {})[word] = (each, request.world.clock() + LIFETIME)
    url = f"{request.forge.url}/_storage/{found.full_name}/{word}/{quote(each.name)}"
    return Reply(status=302, headers={"Location": url}, text="")


@routes.get("/_storage/{owner}/{repo}/{word}/{name}", web=True)
def stored(request: Request) -> object:
    """The bytes of a file, for who has a link that has not run out; it needs no other credential."""
    found, _ = request.world.repository(f"{request.params['owner']}/{request.params['repo']}")
    links = found.extra.get("asset links", {}) if found else {}
    each, until = links.get(request.params["word"], (None, 0))
    if each is None or until < request.world.clock():
        raise request.forge.not_found()
    each.downloads += 1
    return Reply(text=objects.text_of(each.content), content_type=each.kind)


@routes.patch(f"{PATH}/assets/{{asset_id}}")
def edit_asset(request: Request) -> object:
    """Another name or label."""
    found, one, each = _found_asset(request, model.WRITE)
    data = body_of(request)
    name = data.get("name") or each.name
    if any(other.name == name for other in one.assets if other is not each):
        raise invalid("ReleaseAsset", "name", "already_exists")
    each.name, each.label = name, str(data.get("label") or "") if "label" in data else each.label
    return _asset(request, found, one, each)


@routes.delete(f"{PATH}/assets/{{asset_id}}")
def delete_asset(request: Request) -> None:
    """Removes a file."""
    _, one, each = _found_asset(request, model.WRITE)
    one.assets.remove(each)
