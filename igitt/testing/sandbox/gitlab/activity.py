"""Routes of what people did: events of a project, of a user, and one's own.

Source: https://docs.gitlab.com/api/events/ (actions, target types, and that ``before`` and ``after`` are days that are
themselves left out).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata
from igitt.testing.sandbox.gitlab.context import choice, forge_of, paged, params_of, project_of, routes
from igitt.testing.sandbox.gitlab.shapes import tickets
from igitt.testing.sandbox.gitlab.shapes.commits import title_of
from igitt.testing.sandbox.gitlab.shapes.people import iso, user_basic
from igitt.testing.sandbox.gitlab.users import user_named
from igitt.testing.sandbox.model import Comment, Issue, MergeRequest, Milestone

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitlab.forge import GitLabForge
    from igitt.testing.sandbox.gitlab.records import Record
    from igitt.testing.sandbox.model import Event
    from igitt.testing.sandbox.wire import Request

#: How many events are remembered.
MOST = 5_000
STATES = {"closed": "closed", "open": "reopened", "merged": "accepted"}
MILESTONES = {"created": "opened", "closed": "closed", "opened": "opened", "deleted": "destroyed"}
PUSHES = {"created": "pushed new", "updated": "pushed to", "deleted": "deleted"}
#: The words of an action in the query, with those of the answer.
ACTIONS = {
    "approved": {"approved"}, "closed": {"closed"}, "commented": {"commented on"}, "created": {"opened", "created"},
    "destroyed": {"destroyed"}, "expired": set(), "joined": {"joined"}, "left": {"left"}, "merged": {"accepted"},
    "pushed": {"pushed new", "pushed to", "deleted"}, "reopened": {"reopened"}, "updated": {"updated"},
}  # fmt: skip
KINDS = {
    "issue": {"Issue"}, "milestone": {"Milestone"}, "merge_request": {"MergeRequest"},
    "note": {"Note", "DiffNote", "DiscussionNote"}, "project": {"Project"}, "snippet": set(), "user": set(),
    "epic": set(), "work_item": {"WorkItem"}, "wiki": set(), "design": set(),
}  # fmt: skip


def _action(event: Event) -> str:
    """What GitLab calls it; empty for what it keeps no event of."""
    if event.kind in {"issue", "merge_request"}:
        if event.action in {"opened", "approved"}:
            return event.action
        change = event.changes.get("state")
        return STATES.get(str(change[1]), "") if change else ""
    if event.kind == "milestone":
        return MILESTONES.get(event.action, "")
    return {
        ("comment", "created"): "commented on",
        ("repository", "created"): "created",
    }.get((event.kind, event.action), PUSHES.get(event.action, "") if event.kind == "push" else "")


def note(forge: GitLabForge, event: Event) -> None:
    """Remembers what happened, as far as GitLab does."""
    action = _action(event)
    if not action or event.repository is None:
        return
    kept: list[Record] = forge.shelf.setdefault("events", [])
    kept.append({"id": forge.world.next_id("user event"), "action": action, "event": event, "at": forge.world.now()})
    if len(kept) > MOST:
        del kept[: len(kept) - MOST // 2]


def _target(subject: Any) -> tuple[Any, Any, str | None, str | None]:
    """The id, number, type and title of what an event is about."""
    if isinstance(subject, MergeRequest):
        return subject.merge_request_id, subject.number, "MergeRequest", subject.title
    if isinstance(subject, Issue):
        return subject.id, subject.number, "Issue", subject.title
    if isinstance(subject, Milestone):
        return subject.id, subject.number, "Milestone", subject.title
    if isinstance(subject, Comment):
        about = subject.target
        title = about.title if isinstance(about, Issue) else title_of(about)
        return subject.id, subject.id, subject.extra.get("type") or "Note", title
    return None, None, None, None


def _shape(request: Request, one: Record) -> Record:
    event: Event = one["event"]
    number, place, kind, title = _target(event.subject)
    by = event.actor
    shaped: Record = {
        "id": one["id"], "project_id": event.repository.id if event.repository else None, "action_name": one["action"],
        "target_id": number, "target_iid": place, "target_type": kind, "author_id": by.id, "target_title": title,
        "created_at": iso(one["at"]), "author": user_basic(request.forge, by), "imported": False,
        "imported_from": "none", "author_username": by.login,
    }  # fmt: skip
    if isinstance(event.subject, Comment):
        shaped["note"] = tickets.note(request.forge, event.subject)
    if event.kind == "push":
        shaped["push_data"] = _push(event)
    return shaped


def _push(event: Event) -> Record:
    data, made = event.data, event.data.get("commits") or []
    first, last = data["before"], data["after"]
    return {
        "commit_count": len(made), "action": {"created": "created", "deleted": "removed"}.get(event.action, "pushed"),
        "ref_type": "tag" if data["ref"].startswith("refs/tags/") else "branch",
        "commit_from": None if first == gitdata.ZERO else first, "commit_to": None if last == gitdata.ZERO else last,
        "ref": data["branch"], "commit_title": title_of(made[-1]) if made else None, "ref_count": None,
    }  # fmt: skip


def _listed(request: Request, found: list[Record]) -> object:
    params, world, me = params_of(request), request.world, request.viewer.user
    action, kind = choice(params, "action", *ACTIONS), choice(params, "target_type", *KINDS)
    found = [one for one in found if world.may_read(me, one["event"].repository)]
    if action:
        found = [one for one in found if one["action"] in ACTIONS[action]]
    if kind:
        found = [one for one in found if _target(one["event"].subject)[2] in KINDS[kind]]
    day = {word: str(params[word])[:10] for word in ("before", "after") if params.get(word)}
    found = [one for one in found if one["at"].date().isoformat() < day.get("before", "9999")
             and one["at"].date().isoformat() > day.get("after", "")]  # fmt: skip
    if choice(params, "sort", "asc", "desc") != "asc":
        found.reverse()
    return paged(request, found, lambda one: _shape(request, one))


def _kept(request: Request) -> list[Record]:
    found: list[Record] = forge_of(request).shelf.get("events", [])
    return list(found)


@routes.get("/events")
def own(request: Request) -> object:
    """What one did oneself, the newest first."""
    return _listed(request, [one for one in _kept(request) if one["event"].actor is request.user])


@routes.get("/users/{user_id}/events")
def of_user(request: Request) -> object:
    """What a user did where one may look."""
    user = user_named(request)
    return _listed(request, [one for one in _kept(request) if one["event"].actor is user])


@routes.get("/projects/{id}/events")
def of_project(request: Request) -> object:
    """What happened in a project."""
    home = project_of(request)
    return _listed(request, [one for one in _kept(request) if one["event"].repository is home])
