"""Routes of repositories, files, commits, branches, tags, releases, keys and hooks."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from igitt.testing.sandbox import gitdata, model, releases
from igitt.testing.sandbox.objects import Person
from igitt.testing.sandbox.wire import ApiError, Reply, Request
from igitt_forgejo.testing import shapes
from igitt_forgejo.testing.context import (
    HOME,
    body_of,
    created,
    organization_of,
    paged,
    repository_of,
    routes,
    user_named,
)

__all__: list[str] = []


# --- the repository --------------------------------------------------------------------------------------------------


@routes.get(HOME)
def repository(request: Request) -> object:
    """One."""
    return shapes.repository(request.forge, repository_of(request), request.viewer.user)


@routes.patch(HOME)
def edit_repository(request: Request) -> object:
    """Changes one."""
    home, data = repository_of(request, model.OWN), body_of(request)
    names = ("name", "description", "default_branch", "archived", "has_issues", "private")
    changes = {key: data[key] for key in names if data.get(key) is not None}
    merging = {key: data[key] for key in shapes.MERGING if data.get(key) is not None}
    if merging:
        home.extra["merging"] = {**home.extra.get("merging", shapes.MERGING), **merging}
    if "private" in changes:
        changes["visibility"] = "private" if changes["private"] else "public"
    request.world.edit_repository(home, request.user, **changes)
    return shapes.repository(request.forge, home, request.user)


@routes.delete(HOME)
def delete_repository(request: Request) -> None:
    """Removes one."""
    request.world.delete_repository(repository_of(request, model.OWN), request.user)


def _made(request: Request, owner: Any) -> object:
    data = body_of(request)
    if request.world.repository(f"{owner.login}/{data['name']}")[0] is not None:
        raise ApiError(409, "The repository with the same name already exists.")
    made = request.world.add_repository(
        owner, data["name"], request.user, private=bool(data.get("private")), description=data.get("description"),
        visibility="private" if data.get("private") else "public",
    )  # fmt: skip
    if data.get("auto_init"):
        files = {"README.md": f"# {made.name}\n"}
        gitdata.commit(request.world, made, "Initial commit", files, branch=made.default_branch, author=request.user)
    return created(shapes.repository(request.forge, made, request.user))


@routes.post("/user/repos")
def create_own(request: Request) -> object:
    """Makes one of the user's."""
    return _made(request, request.user)


@routes.post("/orgs/{org}/repos")
def create_theirs(request: Request) -> object:
    """Makes one of an organization's."""
    return _made(request, organization_of(request, model.OWN))


@routes.put(f"{HOME}/topics")
def topics(request: Request) -> None:
    """Sets the topics."""
    repository_of(request, model.OWN).topics = list(body_of(request).get("topics") or ())


@routes.get(f"{HOME}/languages")
def languages(request: Request) -> object:
    """Bytes by language."""
    home, words = repository_of(request), {"py": "Python", "md": "Markdown", "go": "Go"}
    tip = gitdata.resolve(home, "HEAD")
    sizes: dict[str, int] = {}
    for path, text in tip.files.items() if tip else ():
        name = words.get(path.rpartition(".")[2])
        if name:
            sizes[name] = sizes.get(name, 0) + len(text)
    return sizes


@routes.get(f"{HOME}/forks")
def forks(request: Request) -> object:
    """Its forks."""
    home, viewer = repository_of(request), request.viewer.user
    found = [one for one in request.world.repositories.values() if one.parent is home]
    return paged(request, found, lambda one: shapes.repository(request.forge, one, viewer))


@routes.post(f"{HOME}/forks")
def fork(request: Request) -> object:
    """Makes one: 202."""
    home, data = repository_of(request), body_of(request)
    owner = request.world.organization(data["organization"]) if data.get("organization") else request.user
    if owner is None:
        raise ApiError(422, "org does not exist")
    name = data.get("name") or home.name
    if request.world.repository(f"{owner.login}/{name}")[0] is not None:
        raise ApiError(409, "The repository with the same name already exists.")
    made = gitdata.fork(request.world, home, owner, name, request.user)
    return Reply(shapes.repository(request.forge, made, request.user), 202)


@routes.post(f"{HOME}/transfer")
def transfer(request: Request) -> object:
    """Gives it to another owner: 202."""
    home = repository_of(request, model.OWN)
    owner = request.world.account(body_of(request)["new_owner"])
    if owner is None:
        raise request.forge.not_found()
    if request.world.repository(f"{owner.login}/{home.name}")[0] not in {None, home}:
        raise ApiError(422, "The repository with the same name already exists.")
    request.world.edit_repository(home, request.user, owner=owner)
    return Reply(shapes.repository(request.forge, home, request.user), 202)


@routes.get("/repos/search")
def search(request: Request) -> object:
    """Repositories by name."""
    words, viewer = request.arg("q").lower(), request.viewer.user
    every = request.world.repositories.values()
    found = [one for one in every if words in one.full_name.lower() and request.world.may_read(viewer, one)]
    return paged(request, found, lambda one: shapes.repository(request.forge, one, viewer), within="data")


# --- people ----------------------------------------------------------------------------------------------------------


@routes.get(f"{HOME}/collaborators")
def collaborators(request: Request) -> object:
    """Those who were let in."""
    home = repository_of(request, model.READ)
    found = [user_named(request, name) for name in home.members]
    return paged(request, found, lambda one: shapes.user(request.forge, one))


@routes.get(f"{HOME}/assignees")
def assignees(request: Request) -> object:
    """Those who may be assigned, in one answer."""
    home = repository_of(request)
    found = [one for one in request.world.members(home) if request.world.level(one, home) >= model.WRITE]
    return [shapes.user(request.forge, one) for one in found]


@routes.get(f"{HOME}/collaborators/{{name}}")
def is_collaborator(request: Request) -> None:
    """204 for one who was let in."""
    home = repository_of(request)
    if not request.world.level(user_named(request, request.params["name"]), home):
        raise request.forge.not_found()


@routes.put(f"{HOME}/collaborators/{{name}}")
def let_in(request: Request) -> None:
    """Lets somebody in."""
    home, person = repository_of(request, model.OWN), user_named(request, request.params["name"], 422)
    home.members[person.login.lower()] = model.LEVELS[body_of(request).get("permission") or "write"]


@routes.delete(f"{HOME}/collaborators/{{name}}")
def let_out(request: Request) -> None:
    """Lets somebody in no more."""
    home = repository_of(request, model.OWN)
    home.members.pop(user_named(request, request.params["name"], 422).login.lower(), None)


@routes.get(f"{HOME}/collaborators/{{name}}/permission")
def permission(request: Request) -> object:
    """What somebody may do."""
    home, person = repository_of(request), user_named(request, request.params["name"])
    level = request.world.level(person, home)
    words = [(model.OWN, "admin"), (model.WRITE, "write"), (model.READ, "read")]
    word = next((word for least, word in words if level >= least), "read" if home.visibility == "public" else "none")
    word = "owner" if home.owner is person else word
    return {"permission": word, "role_name": word, "user": shapes.user(request.forge, person)}


# --- files -----------------------------------------------------------------------------------------------------------


def _tip(home: model.Repository, ref: str = "") -> model.Commit:
    found = gitdata.resolve(home, ref or "HEAD")
    if found is None:
        raise ApiError(404, f"object does not exist [id: {ref}, rel_path: ]")
    return found


@routes.get(f"{HOME}/contents")
def root(request: Request) -> object:
    """The files and folders at the root."""
    return _listed(request, "")


@routes.get(f"{HOME}/contents/{{path:path}}")
def contents(request: Request) -> object:
    """A file, or what is in a folder."""
    home, path = repository_of(request), request.params["path"].strip("/")
    tip = _tip(home, request.arg("ref"))
    if path in tip.files:
        return shapes.content(request.forge, home, tip, path, whole=True)
    return _listed(request, path)


def _listed(request: Request, path: str) -> object:
    home = repository_of(request)
    if not home.branches and not path:
        return []
    tip = _tip(home, request.arg("ref"))
    inside = f"{path}/" if path else ""
    found: dict[str, Any] = {}
    for name in sorted(tip.files):
        if name.startswith(inside):
            first, more, _ = name.removeprefix(inside).partition("/")
            here = f"{inside}{first}"
            if more:
                found.setdefault(here, {"name": first, "path": here, "type": "dir", "size": 0, "content": None})
            else:
                found[here] = shapes.content(request.forge, home, tip, here, whole=False)
    if path and not found:
        raise ApiError(404, "GetContentsOrList", errors=None)
    return list(found.values())


@routes.get(f"{HOME}/raw/{{path:path}}")
def raw(request: Request) -> object:
    """A file's bytes."""
    home, path = repository_of(request), request.params["path"]
    tip = _tip(home, request.arg("ref"))
    if path not in tip.files:
        raise request.forge.not_found()
    return Reply(text=tip.files[path], content_type="application/octet-stream")


@routes.get(f"{HOME}/git/trees/{{sha:path}}")
def tree(request: Request) -> object:
    """All files below a commit."""
    home = repository_of(request)
    tip = _tip(home, request.params["sha"])
    every = [
        {"path": path, "type": "blob", "sha": gitdata.blob_sha(text), "size": len(gitdata.raw(text)), "mode": "100644"}
        for path, text in sorted(tip.files.items())
    ]
    return {"sha": tip.tree, "tree": every, "truncated": False, "page": 1, "total_count": len(every)}


def _decoded(data: dict[str, Any]) -> str:
    try:
        return gitdata.text_of(base64.b64decode(data.get("content") or "", validate=True))
    except binascii.Error:
        raise ApiError(422, "illegal base64 data") from None


def _write(request: Request, operations: list[dict[str, Any]]) -> tuple[model.Repository, model.Commit]:
    """Makes one commit of what is to be done with files."""
    home, data = repository_of(request, model.WRITE), body_of(request)
    branch = data.get("branch") or home.default_branch
    if home.branches and branch not in home.branches:
        raise ApiError(404, f"branch does not exist [name: {branch}]")
    tip = home.commits.get(home.branches.get(branch, ""))
    files: dict[str, str | None] = {}
    for one in operations:
        path, known = one["path"], tip.files.get(one["path"]) if tip else None
        if one["operation"] == "create" and known is not None:
            raise ApiError(422, f"repository file already exists [path: {path}]")
        if one["operation"] != "create":
            if known is None:
                raise ApiError(404, f"repository file does not exist [path: {path}]")
            if one.get("sha") != gitdata.blob_sha(known):
                raise ApiError(422, f"sha does not match [given: {one.get('sha')}]")
        files[path] = None if one["operation"] == "delete" else _decoded(one)
    message = data.get("message") or f"Update {', '.join(files)}"
    if "author" not in data:
        return home, gitdata.commit(request.world, home, message, files, branch=branch, author=request.user)
    tree = {path: text for path, text in {**(tip.files if tip else {}), **files}.items() if text is not None}
    who = Person(data["author"]["name"], data["author"]["email"], request.world.now())
    written = (request.world.by_email(who.email), who)
    parents = [tip.sha] if tip else []
    made = gitdata.store(request.world, home, message, tree, parents, request.user, written=written)
    gitdata.move(request.world, home, branch, made.sha, request.user)
    return home, made


def _written(request: Request, operation: str) -> Reply:
    path = request.params["path"]
    home, made = _write(request, [{**body_of(request), "operation": operation, "path": path}])
    shown = shapes.content(request.forge, home, made, path, whole=True) if path in made.files else None
    told = {"content": shown, "commit": shapes.commit(request.forge, home, made)}
    return Reply(told, 201 if operation == "create" else 200)


@routes.post(f"{HOME}/contents/{{path:path}}")
def create_file(request: Request) -> object:
    """Makes a file."""
    return _written(request, "create")


@routes.put(f"{HOME}/contents/{{path:path}}")
def update_file(request: Request) -> object:
    """Writes a file anew."""
    return _written(request, "update")


@routes.delete(f"{HOME}/contents/{{path:path}}")
def delete_file(request: Request) -> object:
    """Removes a file."""
    return _written(request, "delete")


@routes.post(f"{HOME}/contents")
def change_files(request: Request) -> object:
    """Changes many files at once."""
    home, made = _write(request, body_of(request)["files"])
    return created({"files": [], "commit": shapes.commit(request.forge, home, made)})


# --- commits and statuses --------------------------------------------------------------------------------------------


@routes.get(f"{HOME}/commits")
def commits(request: Request) -> object:
    """Commits, newest first."""
    home, path = repository_of(request), request.arg("path")
    if not home.branches:
        raise ApiError(409, "Git Repository is empty.")
    tip = _tip(home, request.arg("sha"))
    found = gitdata.history(home, tip.sha)
    if path:
        found = [one for one in found if any(each.path == path for each in gitdata.commit_changes(home, one))]
    return paged(request, found, lambda one: shapes.commit(request.forge, home, one))


@routes.get(f"{HOME}/git/commits/{{sha:path}}")
def commit(request: Request) -> object:
    """One; with ``.diff`` behind it as a text."""
    home, name = repository_of(request), request.params["sha"]
    one = _tip(home, name.removesuffix(".diff"))
    if name.endswith(".diff"):
        return Reply(text=gitdata.unified(gitdata.commit_changes(home, one)))
    return shapes.commit(request.forge, home, one)


@routes.post(f"{HOME}/statuses/{{sha}}")
def set_status(request: Request) -> object:
    """Reports a check."""
    home, data = repository_of(request, model.WRITE), body_of(request)
    one = _tip(home, request.params["sha"])
    made = gitdata.set_status(
        request.world, home, one.sha, data["state"], data.get("context") or "default", request.user,
        description=data.get("description"), url=data.get("target_url"),
    )  # fmt: skip
    return created(shapes.status(request.forge, made))


@routes.get(f"{HOME}/commits/{{ref}}/status")
def combined(request: Request) -> object:
    """The newest status of each context."""
    home = repository_of(request)
    one = _tip(home, request.params["ref"])
    newest: dict[str, Any] = {}
    for each in home.statuses.get(one.sha, ()):
        newest.setdefault(each.context, shapes.status(request.forge, each))
    return {"sha": one.sha, "statuses": list(newest.values()), "total_count": len(newest)}


@routes.get(f"{HOME}/compare/{{basehead:path}}")
def compare(request: Request) -> object:
    """What the head has that the base has not."""
    home = repository_of(request)
    base, _, head = request.params["basehead"].partition("...")
    old, new = _tip(home, base), _tip(home, head)
    known = set(gitdata.ancestry(home, old.sha))
    found = [one for one in gitdata.history(home, new.sha) if one.sha not in known]
    start = next((sha for sha in gitdata.ancestry(home, new.sha) if sha in known), None)
    before = home.commits[start].files if start else {}
    changed = gitdata.changes(before, new.files) if found else []
    return {
        "total_commits": len(found), "commits": [shapes.commit(request.forge, home, one) for one in found],
        "files": [{"filename": each.path, "status": each.status} for each in changed],
    }  # fmt: skip


# --- branches and tags -----------------------------------------------------------------------------------------------


@routes.get(f"{HOME}/branches")
def branches(request: Request) -> object:
    """All branches."""
    home = repository_of(request)
    return paged(request, sorted(home.branches), lambda name: shapes.branch(request.forge, home, name))


def _branch(request: Request, need: int = model.NONE) -> tuple[model.Repository, str]:
    home, name = repository_of(request, need), request.params["name"]
    if name not in home.branches:
        raise request.forge.not_found()
    return home, name


@routes.get(f"{HOME}/branches/{{name:path}}")
def branch(request: Request) -> object:
    """One."""
    return shapes.branch(request.forge, *_branch(request))


@routes.post(f"{HOME}/branches")
def create_branch(request: Request) -> object:
    """Makes one."""
    home, data = repository_of(request, model.WRITE), body_of(request)
    name = data["new_branch_name"]
    if name in home.branches:
        raise ApiError(409, "The branch already exists.")
    start = _tip(home, data.get("old_ref_name") or data.get("old_branch_name") or "")
    gitdata.move(request.world, home, name, start.sha, request.user)
    return created(shapes.branch(request.forge, home, name))


@routes.delete(f"{HOME}/branches/{{name:path}}")
def delete_branch(request: Request) -> None:
    """Removes one."""
    home, name = _branch(request, model.WRITE)
    if name == home.default_branch or name in home.extra.get("protected", ()):
        raise ApiError(403, "branch protected")
    gitdata.move(request.world, home, name, None, request.user)


@routes.post(f"{HOME}/branch_protections")
def protect(request: Request) -> object:
    """Protects one."""
    home, name = repository_of(request, model.OWN), body_of(request)["rule_name"]
    if name not in home.branches:
        raise request.forge.not_found()
    home.extra.setdefault("protected", set()).add(name)
    home.extra.setdefault("approvals", {})[name] = body_of(request).get("required_approvals") or 0
    return created({"rule_name": name})


@routes.delete(f"{HOME}/branch_protections/{{name:path}}")
def unprotect(request: Request) -> None:
    """Protects it no more."""
    known = repository_of(request, model.OWN).extra.get("protected", set())
    if request.params["name"] not in known:
        raise request.forge.not_found()
    known.discard(request.params["name"])


def _tags(home: model.Repository) -> dict[str, Any]:
    found: dict[str, Any] = home.extra.setdefault("tags", {})
    return found


@routes.get(f"{HOME}/tags")
def tags(request: Request) -> object:
    """All tags."""
    home = repository_of(request)
    return paged(request, sorted(_tags(home).items()), lambda pair: shapes.tag(request.forge, home, *pair))


@routes.get(f"{HOME}/tags/{{name:path}}")
def tag(request: Request) -> object:
    """One."""
    home, name = repository_of(request), request.params["name"]
    if name not in _tags(home):
        raise ApiError(404, name)
    return shapes.tag(request.forge, home, name, _tags(home)[name])


@routes.post(f"{HOME}/tags")
def create_tag(request: Request) -> object:
    """Makes one."""
    home, data = repository_of(request, model.WRITE), body_of(request)
    name, one = data["tag_name"], _tip(home, data.get("target") or "")
    if name in _tags(home):
        raise ApiError(409, f"tag already exists [name: {name}]")
    message, made = data.get("message") or "", None
    if message:
        made = gitdata.tag_object(home, name, one.sha, gitdata.person(request.user, request.world.now()), message)
    gitdata.set_tag(request.world, home, name, gitdata.tag(one.sha, request.world.now(), message, made), request.user)
    return created(shapes.tag(request.forge, home, name, _tags(home)[name]))


@routes.delete(f"{HOME}/tags/{{name:path}}")
def delete_tag(request: Request) -> None:
    """Removes one."""
    home, name = repository_of(request, model.WRITE), request.params["name"]
    if name not in _tags(home):
        raise request.forge.not_found()
    if name in releases.of(home):
        raise ApiError(409, "a tag attached to a release cannot be deleted directly")
    gitdata.set_tag(request.world, home, name, None, request.user)


# --- releases --------------------------------------------------------------------------------------------------------


@routes.get(f"{HOME}/releases")
def listed(request: Request) -> object:
    """Releases, newest first; drafts for those who may write."""
    home = repository_of(request)
    writes = request.world.level(request.viewer.user, home) >= model.WRITE
    found = [one for one in releases.newest(home) if writes or not one.draft]
    return paged(request, found, lambda one: shapes.release(request.forge, home, one))


@routes.post(f"{HOME}/releases")
def create_release(request: Request) -> object:
    """Makes one, and its tag where there is none."""
    home, data = repository_of(request, model.WRITE), body_of(request)
    name, target = data["tag_name"], data.get("target_commitish") or home.default_branch
    one = releases.tip_of(home, name, target)
    if one is None:
        raise request.forge.not_found()
    if name in releases.of(home):
        raise ApiError(409, "Release is has no Tag" if not name else "Release already exists")
    made = releases.create(
        request.world, home, request.user, name, name=data.get("name") or "", body=data.get("body") or "",
        target=target, one=one, draft=bool(data.get("draft")),
    )  # fmt: skip
    made.prerelease = bool(data.get("prerelease"))
    return created(shapes.release(request.forge, home, made))


def _release(request: Request, need: int = model.NONE) -> tuple[model.Repository, releases.Release]:
    home, number = repository_of(request, need), request.number("id")
    found = next((one for one in releases.of(home).values() if one.id == number), None)
    if found is None:
        raise request.forge.not_found()
    return home, found


@routes.get(f"{HOME}/releases/latest")
def latest(request: Request) -> object:
    """The newest for everybody."""
    home = repository_of(request)
    found = next((one for one in releases.newest(home) if not one.draft and not one.prerelease), None)
    if found is None:
        raise request.forge.not_found()
    return shapes.release(request.forge, home, found)


@routes.get(f"{HOME}/releases/tags/{{tag:path}}")
def by_tag(request: Request) -> object:
    """That of a tag."""
    home = repository_of(request)
    found = releases.of(home).get(request.params["tag"])
    if found is None or (found.draft and request.world.level(request.viewer.user, home) < model.WRITE):
        raise request.forge.not_found()
    return shapes.release(request.forge, home, found)


@routes.get(f"{HOME}/releases/{{id}}")
def release(request: Request) -> object:
    """One."""
    return shapes.release(request.forge, *_release(request))


@routes.patch(f"{HOME}/releases/{{id}}")
def edit_release(request: Request) -> object:
    """Changes one, or publishes a draft."""
    home, one = _release(request, model.WRITE)
    data = body_of(request)
    for key in ("name", "body", "prerelease"):
        if data.get(key) is not None:
            setattr(one, key, data[key])
    if data.get("draft") is False and one.draft:
        releases.publish(request.world, home, one)
    elif data.get("draft") is not None:
        one.draft = data["draft"]
    return shapes.release(request.forge, home, one)


@routes.delete(f"{HOME}/releases/{{id}}")
def delete_release(request: Request) -> None:
    """Removes one; its tag stays."""
    home, one = _release(request, model.WRITE)
    del releases.of(home)[one.tag]


@routes.post(f"{HOME}/releases/{{id}}/assets")
def upload(request: Request) -> object:
    """Puts a file to one."""
    home, one = _release(request, model.WRITE)
    number, name = request.world.next_id("asset"), request.arg("name")
    one.assets.append(
        releases.Asset(number, name, "", "application/octet-stream", request.body, request.user, request.world.now())
    )
    return created(shapes.release(request.forge, home, one)["assets"][-1])


def _asset(request: Request, need: int = model.NONE) -> tuple[releases.Release, releases.Asset]:
    _, one = _release(request, need)
    found = next((each for each in one.assets if each.id == request.number("asset")), None)
    if found is None:
        raise request.forge.not_found()
    return one, found


@routes.delete(f"{HOME}/releases/{{id}}/assets/{{asset}}")
def delete_asset(request: Request) -> None:
    """Removes a file."""
    one, found = _asset(request, model.WRITE)
    one.assets.remove(found)


@routes.get("/{owner}/{repo}/releases/download/{tag}/{name}", web=True)
def download(request: Request) -> object:
    """The bytes of a file, for who may read the repository."""
    one = releases.of(repository_of(request)).get(request.params["tag"])
    for each in one.assets if one else ():
        if each.name == request.params["name"]:
            return Reply(text=each.content.decode(errors="surrogateescape"), content_type="application/octet-stream")
    raise request.forge.not_found()


# --- keys and hooks --------------------------------------------------------------------------------------------------


@routes.get(f"{HOME}/keys")
def keys(request: Request) -> object:
    """The deploy keys."""
    return paged(request, list(repository_of(request, model.OWN).extra.get("keys", {}).values()), lambda one: one)


@routes.post(f"{HOME}/keys")
def add_key(request: Request) -> object:
    """Adds one."""
    home, data = repository_of(request, model.OWN), body_of(request)
    known = home.extra.setdefault("keys", {})
    if not data["key"].startswith(("ssh-", "ecdsa-")):
        raise ApiError(422, "Invalid key content: invalid public key")
    if any(one["key"] == data["key"] for one in known.values()):
        raise ApiError(422, "Key content has been used as non-deploy key")
    number = request.world.next_id("key")
    known[number] = {
        "id": number, "title": data["title"], "key": data["key"], "read_only": bool(data.get("read_only")),
        "created_at": shapes.iso(request.world.now()),
    }  # fmt: skip
    return created(known[number])


@routes.get(f"{HOME}/keys/{{id}}")
def key(request: Request) -> object:
    """One."""
    found = repository_of(request, model.OWN).extra.get("keys", {}).get(request.number("id"))
    if found is None:
        raise request.forge.not_found()
    return found


@routes.delete(f"{HOME}/keys/{{id}}")
def delete_key(request: Request) -> None:
    """Removes one."""
    if repository_of(request, model.OWN).extra.get("keys", {}).pop(request.number("id"), None) is None:
        raise request.forge.not_found()


@routes.get(f"{HOME}/hooks")
def hooks(request: Request) -> object:
    """The webhooks."""
    return paged(request, list(repository_of(request, model.OWN).hooks.values()), shapes.hook)


@routes.post(f"{HOME}/hooks")
def add_hook(request: Request) -> object:
    """Adds one."""
    home, data = repository_of(request, model.OWN), body_of(request)
    config = data["config"]
    made = request.world.add_hook(home, config["url"], config.get("secret"), data.get("events") or ["push"])
    made.active = bool(data.get("active"))
    return created(shapes.hook(made))


def _hook(request: Request) -> tuple[model.Repository, model.Hook]:
    home = repository_of(request, model.OWN)
    found = home.hooks.get(request.number("id"))
    if found is None:
        raise request.forge.not_found()
    return home, found


@routes.get(f"{HOME}/hooks/{{id}}")
def hook(request: Request) -> object:
    """One."""
    return shapes.hook(_hook(request)[1])


@routes.patch(f"{HOME}/hooks/{{id}}")
def edit_hook(request: Request) -> object:
    """Changes one."""
    _, one = _hook(request)
    data = body_of(request)
    config = data.get("config") or {}
    one.url, one.secret = config.get("url", one.url), config.get("secret", one.secret)
    if data.get("events") is not None:
        one.events = list(data["events"])
    if data.get("active") is not None:
        one.active = data["active"]
    one.updated = request.world.now()
    return shapes.hook(one)


@routes.delete(f"{HOME}/hooks/{{id}}")
def delete_hook(request: Request) -> None:
    """Removes one."""
    home, one = _hook(request)
    del home.hooks[one.id]
