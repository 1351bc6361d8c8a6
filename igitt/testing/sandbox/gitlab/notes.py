"""Routes of notes and discussions, on issues, merge requests and commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model, work
from igitt.testing.sandbox.gitlab import quick
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    flag,
    forbidden,
    invalid,
    level_of,
    missing,
    need_all,
    note_of,
    paged,
    params_of,
    project_of,
    routes,
    ticket_of,
    wrong,
)
from igitt.testing.sandbox.gitlab.shapes import tickets
from igitt.testing.sandbox.model import Commit, Issue, MergeRequest
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Comment, Repository

TICKETS = ("/projects/{id}/issues/{iid}", "/projects/{id}/merge_requests/{iid}")
COMMIT = "/projects/{id}/repository/commits/{sha}"


def commit_of(request: Request) -> tuple[Repository, Commit]:
    """The commit in the path, by its hash or a branch."""
    home = project_of(request)
    found = gitdata.resolve(home, request.params["sha"])
    if found is None:
        raise missing("Commit")
    return home, found


def target_of(request: Request) -> tuple[Repository, Issue | Commit]:
    """What the notes in the path are on."""
    if "sha" in request.params:
        return commit_of(request)
    one = ticket_of(request)
    return one.repository, one


def _text(params: dict[str, Any]) -> str:
    need_all(params, "body")
    text = str(params["body"])
    if not text.strip():
        raise ApiError(400, '400 Bad request - Note {:note=>["can\'t be blank"]}')
    return text


def write(request: Request, target: Issue | Commit, home: Repository, params: dict[str, Any], **extra: Any) -> Reply:
    """Adds a note. One that was nothing but quick actions is none: 202 and what they did."""
    text = _text(params)
    locked = isinstance(target, Issue) and target.locked
    if locked and level_of(request, home) < model.READ:
        raise forbidden()
    told: dict[str, Any] = {}
    if isinstance(target, Issue):
        text, done = quick.run(request, target, text)
        told = done.told
        if done.found and not text:
            if not done.summary:
                raise ApiError(400, f"400 Bad request - Note {{:commands_only=>{done.failed}}}")
            return Reply({"commands_changes": done.told, "summary": done.summary}, 202)
    else:
        text = quick.run_on_commit(request, home, target, text)
        if not text:
            raise ApiError(400, '400 Bad request - Note {:note=>["can\'t be blank"]}')
    if flag(params.get("internal", params.get("confidential", False))):
        extra["internal"] = True
    discussion = extra.pop("discussion", "")
    kind: Any = "commit" if isinstance(target, Commit) else "issue"
    made = work.add_comment(
        request.world, target, request.user, text, repository=home, kind=kind, discussion=discussion, extra=extra
    )
    return created(tickets.note(request.forge, made) | {"commands_changes": told})


def may_change(request: Request, note: Comment) -> None:
    """403 unless one wrote the note or is a maintainer; nobody changes GitLab's own."""
    mine = request.user is note.author or level_of(request, note.repository) >= model.MAINTAIN
    if note.system or not mine:
        raise forbidden()


def visible(request: Request, home: Repository, target: Issue | Commit) -> list[Comment]:
    """The notes that who asks may read, in the order in which they were made."""
    member = level_of(request, home) >= model.PLAN
    return [one for one in target.comments if member or not one.extra.get("internal")]


def ordered(request: Request, notes: list[Comment]) -> list[Comment]:
    """Sorted as asked, the newest first unless asked otherwise, and without GitLab's own on demand."""
    params = params_of(request)
    kind = choice(params, "activity_filter", "all_notes", "only_comments", "only_activity")
    if kind in {"only_comments", "only_activity"} and "/issues/" in request.path:
        notes = [one for one in notes if one.system is (kind == "only_activity")]
    by_update = choice(params, "order_by", "created_at", "updated_at") == "updated_at"
    down = choice(params, "sort", "asc", "desc") != "asc"
    return sorted(notes, key=lambda one: (one.updated if by_update else one.created, one.id), reverse=down)


def _list(request: Request) -> object:
    home, target = target_of(request)
    return paged(request, ordered(request, visible(request, home, target)),
                 lambda one: tickets.note(request.forge, one))  # fmt: skip


def _create(request: Request) -> object:
    home, target = target_of(request)
    return write(request, target, home, params_of(request))


def _get(request: Request) -> object:
    home, target = target_of(request)
    found = note_of(request, target)
    if found not in visible(request, home, target):
        raise missing("Note")
    return tickets.note(request.forge, found)


def _edit(request: Request) -> object:
    _, target = target_of(request)
    note, params = note_of(request, target), params_of(request)
    if "resolved" in params and "body" not in params:
        return _resolve_notes(request, [note], done=flag(params["resolved"]))[0]
    may_change(request, note)
    text = _text(params)
    if isinstance(target, Issue):
        # Source: gitlab-foss merge request 31136, "Apply quickactions when modifying comments".
        kept, _ = quick.run(request, target, text)
        text = kept or text
    work.edit_comment(request.world, note, request.user, text)
    return tickets.note(request.forge, note)


def _delete(request: Request) -> None:
    _, target = target_of(request)
    note = note_of(request, target)
    may_change(request, note)
    work.delete_comment(request.world, note, request.user)


# ---- discussions


def thread_of(request: Request, target: Issue | Commit) -> list[Comment]:
    """The notes of the discussion in the path."""
    number = request.params["discussion_id"]
    found = [one for one in target.comments if one.discussion == number]
    if not found:
        raise missing("Discussion")
    return found


def _discussions(request: Request) -> object:
    home, target = target_of(request)
    found = tickets.discussions(request.forge, visible(request, home, target))
    return paged(request, found, lambda one: one)


def position_of(params: dict[str, Any]) -> dict[str, Any] | None:
    """The place on a diff that is asked for, made whole; 400 for one that lacks something."""
    position = params.get("position")
    if position is None:
        return None
    needed = ("base_sha", "start_sha", "head_sha", "position_type")
    gone = [f"position[{name}] is missing" for name in needed if not position.get(name)]
    if gone:
        raise wrong(", ".join(gone))
    line: dict[str, Any] = {"new_line": None, "old_line": None, "line_range": None}
    if position["position_type"] == "text" and not (position.get("new_line") or position.get("old_line")):
        raise ApiError(400, '400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"]}')
    lines = position.get("line_range") or {}
    gone = [
        f"position[line_range][{end}][line_code] is missing" for end, at in lines.items() if not at.get("line_code")
    ]
    if gone:
        raise wrong(", ".join(gone))
    found = line | dict(position)
    found.setdefault("old_path", found.get("new_path"))
    found.setdefault("new_path", found.get("old_path"))
    return found


def _start(request: Request) -> object:
    home, target = target_of(request)
    return start(request, home, target, params_of(request))


def start(request: Request, home: Repository, target: Issue | Commit, params: dict[str, Any]) -> Reply:
    """Begins a thread, on a line of the diff where a position is given."""
    position = position_of(params)
    extra: dict[str, Any] = {"type": "DiffNote" if position else "DiscussionNote"}
    if position:
        extra |= {"position": position, "commit_id": None}
    reply = write(request, target, home, params, **extra)
    if reply.status != 201:
        return reply
    number = reply.data["id"]
    made = next(one for one in target.comments if one.id == number)
    if position and isinstance(target, MergeRequest):
        made.path, made.line = position["new_path"], position["new_line"]
    return created(tickets.discussions(request.forge, [made])[0])


def _discussion(request: Request) -> object:
    _, target = target_of(request)
    return tickets.discussions(request.forge, thread_of(request, target))[0]


def _reply(request: Request) -> object:
    home, target = target_of(request)
    thread = thread_of(request, target)
    kind = thread[0].extra.get("type")
    if kind is None:
        for one in thread:
            one.extra["type"] = "DiscussionNote"
    extra: dict[str, Any] = {"type": kind or "DiscussionNote", "discussion": thread[0].discussion}
    if thread[0].extra.get("position"):
        extra["position"] = thread[0].extra["position"]
    return write(request, target, home, params_of(request), **extra)


def _resolve_notes(request: Request, notes: list[Comment], *, done: bool) -> list[dict[str, Any]]:
    now, me = request.world.now(), request.user
    if not all(tickets.resolvable(one) for one in notes):
        raise invalid(resolvable="is not allowed on this discussion")
    if level_of(request, notes[0].repository) < model.WRITE and me is not notes[0].author:
        raise forbidden()
    for one in notes:
        one.resolved = done
        one.extra |= {"resolved_by": me if done else None, "resolved_at": now if done else None}
        one.updated = now
    return [tickets.note(request.forge, one) for one in notes]


def _resolve(request: Request) -> object:
    _, target = target_of(request)
    thread, params = thread_of(request, target), params_of(request)
    need_all(params, "resolved")
    _resolve_notes(request, thread, done=flag(params["resolved"]))
    return tickets.discussions(request.forge, thread)[0]


for _home in TICKETS:
    routes.get(f"{_home}/notes")(_list)
    routes.post(f"{_home}/notes")(_create)
    routes.get(f"{_home}/notes/{{note_id}}")(_get)
    routes.put(f"{_home}/notes/{{note_id}}")(_edit)
    routes.delete(f"{_home}/notes/{{note_id}}")(_delete)

for _home in (*TICKETS, COMMIT):
    routes.get(f"{_home}/discussions")(_discussions)
    routes.post(f"{_home}/discussions")(_start)
    routes.get(f"{_home}/discussions/{{discussion_id}}")(_discussion)
    routes.put(f"{_home}/discussions/{{discussion_id}}")(_resolve)
    routes.post(f"{_home}/discussions/{{discussion_id}}/notes")(_reply)
    routes.get(f"{_home}/discussions/{{discussion_id}}/notes/{{note_id}}")(_get)
    routes.put(f"{_home}/discussions/{{discussion_id}}/notes/{{note_id}}")(_edit)
    routes.delete(f"{_home}/discussions/{{discussion_id}}/notes/{{note_id}}")(_delete)
