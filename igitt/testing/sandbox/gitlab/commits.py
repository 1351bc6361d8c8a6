"""Routes of commits: lists, making, diffs, comments, statuses, pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model, objects, work
from igitt.testing.sandbox.gitlab import pipelines, quick
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    flag,
    missing,
    need_all,
    paged,
    params_of,
    project_of,
    routes,
)
from igitt.testing.sandbox.gitlab.filters import moment_of
from igitt.testing.sandbox.gitlab.notes import COMMIT, commit_of
from igitt.testing.sandbox.gitlab.repository import check_branch, decoded, may_push
from igitt.testing.sandbox.gitlab.shapes import commits, tickets
from igitt.testing.sandbox.model import Event
from igitt.testing.sandbox.wire import ApiError, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Commit, Repository, Status


@routes.get(f"{COMMIT}/signature")
def signature(request: Request) -> object:
    """Who signed a commit; 404 for one that nobody did. ``signed`` among a project's extras has the hashes."""
    home, one = commit_of(request)
    if one.sha not in home.extra.get("signed", ()):
        raise missing("Signature")
    return {
        "signature_type": "PGP",
        "verification_status": "verified",
        "gpg_key_id": 1,
        "gpg_key_primary_keyid": "8254AAB3FBD54AC9",
        "gpg_key_user_name": one.author_name,
        "gpg_key_user_email": one.author_email,
        "gpg_key_subkey_id": None,
        "commit_source": "gitaly",
    }


@routes.get("/projects/{id}/repository/commits")
def list_commits(request: Request) -> object:
    """The commits of a branch, the newest first; an empty list for an empty project."""
    home, params = project_of(request), params_of(request)
    found = _all(home) if flag(params.get("all", False)) else _branch(home, str(params.get("ref_name") or ""))
    since, until = moment_of(params, "since"), moment_of(params, "until")
    path, author = str(params.get("path") or ""), str(params.get("author") or "").lower()
    found = [
        one for one in found
        if (since is None or one.created >= since) and (until is None or one.created <= until)
        and (not author or author in f"{one.author_name} <{one.author_email}>".lower())
        and (not path or any(_inside(file.path, path) for file in gitdata.commit_changes(home, one)))
    ]  # fmt: skip
    stats = flag(params.get("with_stats", False))

    def shape(one: Commit) -> dict[str, Any]:
        shaped = commits.commit(request.forge, home, one)
        return shaped | {"stats": commits.stats(home, one)} if stats else shaped

    reply = paged(request, found, shape)
    for name in ("X-Total", "X-Total-Pages"):
        reply.headers.pop(name, None)  # GitLab does not count commits
    links = [link for link in reply.headers["Link"].split(", ") if 'rel="last"' not in link]
    reply.headers["Link"] = ", ".join(links)
    return reply


def _inside(file: str, path: str) -> bool:
    return file == path or file.startswith(f"{path.rstrip('/')}/")


def _branch(home: Repository, ref: str) -> list[Commit]:
    first, _, last = ref.partition("..")
    if last:
        gone = gitdata.resolve(home, first)
        known = set(gitdata.ancestry(home, gone.sha)) if gone else set()
        tip = gitdata.resolve(home, last.lstrip("."))
        return [one for one in gitdata.history(home, tip.sha if tip else None) if one.sha not in known]
    if not home.branches:
        return []
    tip = gitdata.resolve(home, ref or home.default_branch) or _tag(home, ref)
    if tip is None:
        raise missing("Reference" if not ref else "")
    return gitdata.history(home, tip.sha)


def _tag(home: Repository, name: str) -> Commit | None:
    found = home.extra.get("tags", {}).get(name)
    return home.commits[found["sha"]] if found else None


def _all(home: Repository) -> list[Commit]:
    found = {one.sha: one for tip in home.branches.values() for one in gitdata.history(home, tip)}
    return sorted(found.values(), key=lambda one: one.created, reverse=True)


@routes.post("/projects/{id}/repository/commits")
def create(request: Request) -> object:
    """Makes a commit from a list of actions."""
    home, params = project_of(request, model.WRITE), params_of(request)
    need_all(params, "branch", "commit_message", "actions")
    branch, start = str(params["branch"]), params.get("start_branch") or params.get("start_sha")
    may_push(request, home, branch, status=403)
    if home.branches and branch not in home.branches and start is None:
        raise ApiError(400, "You can only create or edit files when you are on a branch")
    if branch not in home.branches:
        check_branch(home, branch)
    base = gitdata.resolve(home, str(start)) if start else gitdata.resolve(home, branch)
    have = dict(base.files) if base else {}
    files: dict[str, str | None] = {}
    for action in params["actions"]:
        files |= _action(action, have | files)
    written = None
    if params.get("author_name") or params.get("author_email"):
        me = gitdata.person(request.user, request.world.now())
        name, email = str(params.get("author_name") or me.name), str(params.get("author_email") or me.email)
        written = (request.world.by_email(email), objects.Person(name, email, me.when))
    made = gitdata.commit(
        request.world, home, str(params["commit_message"]), files, branch=branch, author=request.user,
        start=base.sha if base else None, written=written,
    )  # fmt: skip
    return created(commits.commit_full(request.forge, home, made))


def _action(action: dict[str, Any], have: dict[str, Any]) -> dict[str, str | None]:
    kind, path = action.get("action"), str(action.get("file_path"))
    there = have.get(path) is not None
    if kind == "create" and there:
        raise ApiError(400, "A file with this name already exists")
    if kind in {"update", "delete"} and not there:
        raise ApiError(400, "A file with this name doesn't exist")
    if kind == "delete":
        return {path: None}
    if kind == "move":
        old = str(action.get("previous_path"))
        return {old: None, path: action.get("content") or have.get(old) or ""}
    if kind in {"create", "update"}:
        content = str(action.get("content") or "")
        return {path: decoded(content) if action.get("encoding") == "base64" else content}
    raise ApiError(400, error="actions[0][action] does not have a valid value")


@routes.get(COMMIT)
def commit(request: Request) -> object:
    """A commit by hash or branch."""
    home, one = commit_of(request)
    return commits.commit_full(request.forge, home, one)


@routes.get(f"{COMMIT}/diff")
def diff(request: Request) -> object:
    """The files that a commit changed."""
    home, one = commit_of(request)
    return paged(request, gitdata.commit_changes(home, one), commits.diff)


@routes.get(f"{COMMIT}/refs")
def refs(request: Request) -> object:
    """The branches and tags that hold a commit."""
    home, one = commit_of(request)
    kind = choice(params_of(request), "type", "branch", "tag", "all") or "all"
    found = [{"type": "branch", "name": name} for name in holding(home, one.sha)] if kind != "tag" else []
    if kind != "branch":
        tags = home.extra.get("tags", {})
        found += [{"type": "tag", "name": name} for name, tag in tags.items() if tag["sha"] == one.sha]
    return paged(request, found, lambda each: each)


def holding(home: Repository, sha: str) -> list[str]:
    """The branches that hold a commit, those whose tip it is first."""
    tips = [name for name, tip in home.branches.items() if tip == sha]
    return tips + [
        name for name, tip in home.branches.items() if name not in tips and sha in set(gitdata.ancestry(home, tip))
    ]


@routes.get(f"{COMMIT}/merge_requests")
def commit_merge_requests(request: Request) -> object:
    """The merge requests with a commit in them."""
    home, one = commit_of(request)
    state = choice(params_of(request), "state", "opened", "closed", "merged", "locked", "all")
    found = [
        each for each in home.merge_requests.values()
        if (one.sha in {part.sha for part in gitdata.request_commits(each)} or each.merge_sha == one.sha)
        and (state in {"", "all"} or tickets.state_of(each) == state)
    ]  # fmt: skip
    return paged(request, found, lambda each: tickets.merge_request(request.forge, each))


# ---- comments


@routes.get(f"{COMMIT}/comments")
def comments(request: Request) -> object:
    """The comments on a commit, oldest first, without ids."""
    _, one = commit_of(request)
    return paged(request, one.comments, lambda each: commits.comment(request.forge, each))


@routes.post(f"{COMMIT}/comments")
def create_comment(request: Request) -> object:
    """Comments on a commit (``note``), with ``path`` and ``line`` on a line of its diff."""
    home, one = commit_of(request)
    params = params_of(request)
    need_all(params, "note")
    if params.get("path"):
        need_all(params, "line", "line_type")
    options: dict[str, Any] = {}
    if params.get("path"):
        side = "LEFT" if choice(params, "line_type", "new", "old") == "old" else "RIGHT"
        if _in_diff(home, one, str(params["path"]), int(params["line"]), side):
            options = {"path": str(params["path"]), "line": int(params["line"]), "side": side}
            options["extra"] = {"type": "DiffNote"}
    text = quick.run_on_commit(request, home, one, str(params["note"]))
    if not text.strip():
        raise ApiError(400, 'Failed to save note {:note=>["can\'t be blank"]}')
    made = work.add_comment(request.world, one, request.user, text, repository=home, kind="commit", **options)
    return created(commits.comment(request.forge, made))


def _in_diff(home: Repository, one: Commit, path: str, line: int, side: str) -> bool:
    file = next((each for each in gitdata.commit_changes(home, one) if each.path == path), None)
    if file is None:
        return False
    old = new = 0
    for text in file.patch.splitlines():
        if text.startswith("@@"):
            _, before, after, *_ = text.split()
            old, new = (abs(int(part.split(",")[0])) for part in (before, after))
            continue
        here = {"+": (None, new), "-": (old, None)}.get(text[:1], (old, new))
        if here[1 if side == "RIGHT" else 0] == line:
            return True
        old, new = old + (text[:1] != "+"), new + (text[:1] != "-")
    return False


# ---- statuses

WORDS = {
    "pending": ("enqueue", {"created", "skipped"}),
    "running": ("run", {"created", "pending"}),
    "success": ("success", {"created", "pending", "running"}),
    "failed": ("drop", {"created", "pending", "running"}),
    "canceled": ("cancel", {"created", "pending", "running"}),
    "skipped": ("skip", {"created", "pending"}),
}


@routes.get(f"{COMMIT}/statuses")
def statuses(request: Request) -> object:
    """The newest status of each name, or with ``all`` every one."""
    home, one = commit_of(request)
    params = params_of(request)
    found = sorted(home.statuses.get(one.sha, []), key=lambda each: each.id)
    if not flag(params.get("all", False)):
        newest = {(each.context, each.ref): each for each in found}
        found = [each for each in found if newest[each.context, each.ref] is each]
    for name, field in (("ref", "ref"), ("name", "context")):
        if params.get(name):
            found = [each for each in found if getattr(each, field) == params[name]]
    if params.get("pipeline_id"):
        found = [each for each in found if str(each.extra.get("pipeline")) == str(params["pipeline_id"])]
    if choice(params, "sort", "asc", "desc") == "desc":
        found.reverse()
    return paged(request, found, lambda each: commits.status(request.forge, each))


def _ref(home: Repository, sha: str, ref: Any) -> str:
    if ref:
        return str(ref).removeprefix("refs/heads/")
    names = holding(home, sha)
    for one in home.merge_requests.values():
        if not names and one.head_sha == sha:
            return one.head
    if not names:
        raise missing("References for commit")
    return home.default_branch if home.branches.get(home.default_branch) == sha else names[0]


def _check(params: dict[str, Any]) -> None:
    text = str(params.get("description") or "")
    if len(text) > 255:
        raise ApiError(400, {"description": ["is too long (maximum is 255 characters)"]})
    url = params.get("target_url")
    if url and not str(url).startswith(("http://", "https://")):
        raise ApiError(400, {"target_url": ["is blocked: Only allowed schemes are http, https"]})


def _step(known: Status, state: str) -> None:
    word, allowed = WORDS[state]
    if known.state not in allowed:
        text = f"Cannot transition status via :{word} from :{known.state} (Reason(s): Status cannot transition via"
        raise ApiError(400, f'{text} "{word}")')


@routes.post("/projects/{id}/statuses/{sha}")
def set_status(request: Request) -> object:
    """Reports a status. One that runs is moved on, one that has ended is followed by a new one.

    A step that is none (from a state to itself, or back while it runs) is the 400 of GitLab's state machine.
    """
    repository = project_of(request, model.WRITE)
    one = gitdata.resolve(repository, request.params["sha"])
    if one is None or len(request.params["sha"]) < 40:
        raise missing("Commit")
    params = params_of(request)
    need_all(params, "state")
    state = choice(params, "state", *WORDS)
    _check(params)
    name = str(params.get("name") or params.get("context") or "default")
    ref = _ref(repository, one.sha, params.get("ref"))
    made = _report(request, repository, one.sha, ref, name, state)
    for field, key in (("url", "target_url"), ("description", "description")):
        if key in params:
            setattr(made, field, params[key])
    if params.get("coverage") is not None:
        made.extra["coverage"] = float(params["coverage"])
    request.world.publish(Event("status", "created", request.user, made, repository))
    gitdata.merge_when_ready(request.world, repository, one.sha)
    return created(commits.status(request.forge, made))


def _report(request: Request, home: Repository, sha: str, ref: str, name: str, state: str) -> Status:
    world, me = request.world, request.user
    pipeline = pipelines.pipeline_for(world, home, sha, ref, me)
    known = pipeline.statuses.get(name)
    if known is not None and (known.state == state or known.state not in commits.FINISHED):
        _step(known, state)
        known.state, known.updated = state, world.now()
        made = known
    else:
        now = world.now()
        made = model.Status(world.next_id("status"), sha, state, name, me, now, now, ref=ref)
        made.extra["pipeline"] = pipeline.id
        home.statuses.setdefault(sha, []).insert(0, made)
        pipeline.statuses[name] = made
    if state == "running":
        made.extra["started"] = world.now()
    pipeline.updated = world.now()
    return made


# ---- pipelines


@routes.get("/projects/{id}/pipelines")
def list_pipelines(request: Request) -> object:
    """The pipelines of a project, the newest first."""
    home, params = project_of(request), params_of(request)
    names = ("sha", "ref", "status", "source", "name")
    found = [one for one in reversed(pipelines.all_of(home))
             if all(not params.get(name) or pipelines.basic(request.forge, one).get(name, one.name) == params[name]
                    for name in names)]  # fmt: skip
    if params.get("username"):
        found = [one for one in found if one.user.login == params["username"]]
    scope = choice(params, "scope", "running", "pending", "finished", "branches", "tags")
    if scope in {"running", "pending", "finished"}:
        found = [one for one in found if (one.finished is not None if scope == "finished" else one.status == scope)]
    for field in ("updated", "created"):
        since, until = moment_of(params, f"{field}_after"), moment_of(params, f"{field}_before")
        found = [one for one in found if (since is None or getattr(one, field) >= since)
                 and (until is None or getattr(one, field) <= until)]  # fmt: skip
    order = choice(params, "order_by", "id", "status", "ref", "updated_at", "user_id") or "id"
    if order != "id" or params.get("sort") == "asc":
        found.sort(key=lambda one: (getattr(one, order.removesuffix("_at"), one.user.id), one.id),
                   reverse=choice(params, "sort", "asc", "desc") != "asc")  # fmt: skip
    return paged(request, found, lambda one: pipelines.basic(request.forge, one))


@routes.get("/projects/{id}/pipelines/{pipeline_id}")
def one_pipeline(request: Request) -> object:
    """A pipeline by its id."""
    home, number = project_of(request), request.number("pipeline_id")
    found = next((one for one in pipelines.all_of(home) if one.id == number), None)
    if found is None:
        raise missing()
    return pipelines.full(request.forge, found) | {"name": found.name}
