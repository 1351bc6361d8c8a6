"""Routes of reviews: notes that are drafts until they are all published together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.gitlab import notes
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    merge_request_of,
    missing,
    need_all,
    paged,
    params_of,
    routes,
)
from igitt.testing.sandbox.gitlab.merge_requests import ONE

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import MergeRequest
    from igitt.testing.sandbox.wire import Request

DRAFTS = f"{ONE}/draft_notes"


def _own(request: Request, one: MergeRequest) -> list[dict[str, Any]]:
    """The drafts of who asks; nobody sees another's."""
    found: list[dict[str, Any]] = one.extra.setdefault("drafts", {}).setdefault(request.user.id, [])
    return found


def _draft_of(request: Request, one: MergeRequest) -> dict[str, Any]:
    number = request.number("draft_note_id")
    found = next((each for each in _own(request, one) if each["id"] == number), None)
    if found is None:
        raise missing("DraftNote")
    return found


@routes.get(DRAFTS)
def drafts(request: Request) -> object:
    """One's own drafts."""
    return paged(request, _own(request, merge_request_of(request)), lambda each: each)


@routes.post(DRAFTS)
def create(request: Request) -> object:
    """Writes a draft, on a line of the diff where a position is given."""
    one, params = merge_request_of(request), params_of(request)
    need_all(params, "note")
    draft = {
        "id": request.world.next_id("draft note"),
        "author_id": request.user.id,
        "merge_request_id": one.merge_request_id,
        "resolve_discussion": False,
        "discussion_id": None,
        "note": str(params["note"]),
        "commit_id": None,
        "line_code": None,
        "position": notes.position_of(params),
    }
    _own(request, one).append(draft)
    return created(draft)


@routes.get(f"{DRAFTS}/{{draft_note_id}}")
def draft(request: Request) -> object:
    """One of one's own drafts."""
    return _draft_of(request, merge_request_of(request))


@routes.delete(f"{DRAFTS}/{{draft_note_id}}")
def delete(request: Request) -> None:
    """Throws a draft away."""
    one = merge_request_of(request)
    _own(request, one).remove(_draft_of(request, one))


@routes.post(f"{DRAFTS}/bulk_publish")
def publish(request: Request) -> None:
    """Turns all of one's drafts into notes, and notes a reviewer's opinion; only a reviewer has one."""
    one, params = merge_request_of(request), params_of(request)
    opinion = choice(params, "reviewer_state", "", "requested_changes", "reviewed")
    for each in _own(request, one):
        said = {"body": each["note"]}
        if each["position"]:
            notes.start(request, one.repository, one, said | {"position": each["position"]})
        else:
            notes.write(request, one, one.repository, said)
    _own(request, one).clear()
    if params.get("note"):
        notes.write(request, one, one.repository, {"body": params["note"]})
    if opinion and request.user in one.reviewers:
        one.extra.setdefault("opinions", {})[request.user.id] = opinion
