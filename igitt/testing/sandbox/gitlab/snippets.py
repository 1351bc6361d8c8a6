"""Routes of snippets, of one's own and of projects; without their git.

Source: https://docs.gitlab.com/api/snippets/ and https://docs.gitlab.com/api/project_snippets/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    forbidden,
    forge_of,
    level_of,
    missing,
    need_all,
    paged,
    params_of,
    project_of,
    routes,
    wrong,
)
from igitt.testing.sandbox.gitlab.shapes.people import iso, user_basic
from igitt.testing.sandbox.gitlab.shapes.projects import page_of
from igitt.testing.sandbox.wire import Reply

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitlab.records import Record
    from igitt.testing.sandbox.model import Repository
    from igitt.testing.sandbox.wire import Request

HOMES = ("/snippets", "/projects/{id}/snippets")


def _home(request: Request, need: int = model.NONE) -> Repository | None:
    return project_of(request, need) if "/projects/" in request.path else None


def _table(request: Request, home: Repository | None) -> dict[int, Record]:
    holder: dict[str, Any] = forge_of(request).shelf if home is None else home.extra
    found: dict[int, Record] = holder.setdefault("snippets", {})
    return found


def _sees(request: Request, one: Record) -> bool:
    me = request.viewer.user
    return one["visibility"] == "public" or me is one["author"] or (me is not None and (
        me.admin or one["visibility"] == "internal" or (one["home"] is not None and level_of(request, one["home"]) > 0)
    ))  # fmt: skip


def _one(request: Request) -> Record:
    found = _table(request, _home(request)).get(request.number("snippet_id"))
    if found is None or not _sees(request, found):
        raise missing("Snippet")
    return found


def _mine(request: Request) -> Record:
    one = _one(request)
    if request.user is not one["author"] and not request.user.admin:
        raise forbidden()
    return one


def _shape(request: Request, one: Record) -> Record:
    home, forge = one["home"], request.forge
    page = f"{forge.url if home is None else page_of(forge, home)}/-/snippets/{one['id']}"
    clone = f"{forge.url.partition('://')[2]}:{'' if home is None else home.full_name + '/'}snippets/{one['id']}.git"
    files = [{"path": path, "raw_url": f"{page}/raw/main/{path}"} for path in one["files"]]
    return {
        "id": one["id"], "title": one["title"], "description": one["description"], "visibility": one["visibility"],
        "author": user_basic(forge, one["author"]), "created_at": iso(one["created"]),
        "updated_at": iso(one["updated"]), "project_id": home.id if home else None, "web_url": page,
        "raw_url": f"{page}/raw", "ssh_url_to_repo": f"git@{clone}", "http_url_to_repo": f"{page}.git",
        "file_name": next(iter(one["files"]), ""), "files": files, "imported": False, "imported_from": "none",
        "repository_storage": "default",
    }  # fmt: skip


def _files(params: Record, have: dict[str, str]) -> dict[str, str]:
    """The files after what a body asks for: one by ``file_name`` and ``content``, or a list of actions."""
    found = dict(have)
    for each in params.get("files") or []:
        action, path = each.get("action", "create"), str(each.get("file_path") or each.get("previous_path") or "")
        if action == "delete":
            found.pop(path, None)
        elif action == "move":
            found[path] = str(each.get("content") or found.pop(str(each.get("previous_path")), ""))
        else:
            found[path] = str(each.get("content") or "")
    first = next(iter(found), None)
    if "file_name" in params or ("content" in params and first is not None):
        text = params.get("content", found.pop(first, "") if first is not None else "")
        found.pop(first or "", None)
        found = {str(params.get("file_name") or first): str(text)} | found
    return found


def _listed(request: Request) -> object:
    home, me = _home(request), request.viewer.user
    found = [one for one in _table(request, home).values() if _sees(request, one)]
    if home is None and request.path.endswith("/public"):
        found = [one for one in found if one["visibility"] == "public"]
    elif home is None and not request.path.endswith("/all"):
        found = [one for one in found if one["author"] is (me or request.user)]
    return paged(request, found[::-1], lambda one: _shape(request, one))


def _create(request: Request) -> object:
    home, params, now = _home(request, model.READ), params_of(request), request.world.now()
    need_all(params, "title")
    if "files" not in params and "content" not in params:
        raise wrong("files, content are missing, exactly one parameter must be provided")
    number = request.world.next_id("snippet")
    one: Record = {
        "id": number, "title": str(params["title"]), "description": params.get("description"), "home": home,
        "visibility": choice(params, "visibility", "private", "internal", "public") or "private",
        "author": request.user, "created": now, "updated": now, "files": _files(params, {}),
    }  # fmt: skip
    _table(request, home)[number] = one
    return created(_shape(request, one))


def _get(request: Request) -> object:
    return _shape(request, _one(request))


def _edit(request: Request) -> object:
    one, params = _mine(request), params_of(request)
    one |= {name: params[name] for name in ("title", "description", "visibility") if name in params}
    one["files"], one["updated"] = _files(params, one["files"]), request.world.now()
    return _shape(request, one)


def _delete(request: Request) -> None:
    one = _mine(request)
    del _table(request, one["home"])[one["id"]]


def _raw(request: Request) -> object:
    text: str = next(iter(_one(request)["files"].values()), "")
    return Reply(text=text, content_type="text/plain")


for _path in HOMES:
    routes.get(_path)(_listed)
    routes.post(_path)(_create)
    routes.get(f"{_path}/{{snippet_id}}")(_get)
    routes.put(f"{_path}/{{snippet_id}}")(_edit)
    routes.delete(f"{_path}/{{snippet_id}}")(_delete)
    routes.get(f"{_path}/{{snippet_id}}/raw")(_raw)
routes.get("/snippets/public")(_listed)
routes.get("/snippets/all")(_listed)
