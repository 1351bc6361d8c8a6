"""Routes that bring a merge request to its end: approvals, merging, rebasing."""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox import gitdata, merging, model, work
from igitt.testing.sandbox.gitlab import rules
from igitt.testing.sandbox.gitlab.context import (
    created,
    flag,
    forbidden,
    level_of,
    merge_request_of,
    params_of,
    routes,
    sees_issue,
)
from igitt.testing.sandbox.gitlab.issues import closed_by
from igitt.testing.sandbox.gitlab.merge_requests import ONE, source_of
from igitt.testing.sandbox.gitlab.shapes import people, tickets
from igitt.testing.sandbox.model import MergeRequest
from igitt.testing.sandbox.wire import ApiError, Reply, Request

#: What a merge message ends with, and what keeps a merge request from being merged at all.
BLOCKED = {
    "not_open", "draft_status", "need_rebase", "ci_must_pass", "ci_still_running", "discussions_not_resolved",
    "checking", "not_approved",
}  # fmt: skip
REBASE_FAILED = "Rebase failed: Rebase locally, resolve all conflicts, then push the branch."
#: What does not keep a merge request from being merged later.
LATER = {"ci_must_pass", "ci_still_running"}


def approvals_shape(request: Request, one: MergeRequest) -> dict[str, Any]:
    """Who has approved; without rules one approval is enough and none is needed."""
    me, forge = request.viewer.user, request.forge
    mine = me in one.approvals
    can = me is not None and not mine and level_of(request, one.repository) >= model.WRITE
    held = rules.approval_rules(one)
    left = {rule["id"]: rules.left(request.world, one, rule) for rule in held}
    people_ = [{"user": people.user_basic(forge, user), "approved_at": people.iso(one.updated)}
               for user in one.approvals]  # fmt: skip
    return {
        "id": one.merge_request_id,
        "iid": one.number,
        "project_id": one.repository.id,
        "title": one.title,
        "description": one.body,
        "state": tickets.state_of(one),
        "created_at": people.iso(one.created),
        "updated_at": people.iso(one.updated),
        "merge_status": tickets.merge_request(forge, one)["merge_status"],
        "approved": not sum(left.values()),
        "approvals_required": sum(rule["required"] for rule in held),
        "approvals_left": sum(left.values()),
        "require_password_to_approve": False,
        "approved_by": people_,
        "suggested_approvers": [],
        "approvers": [],
        "approver_groups": [],
        "user_has_approved": mine,
        "user_can_approve": can,
        "approval_rules_left": [
            {"id": rule["id"], "name": rule["name"], "rule_type": rule["kind"]} for rule in held if left[rule["id"]]
        ],
        "has_approval_rules": bool(held),
        "merge_request_approvers_available": True,
        "multiple_approval_rules_available": True,
        "invalid_approvers_rules": [],
    }


@routes.get(f"{ONE}/approvals")
def approvals(request: Request) -> object:
    """Who has approved."""
    return approvals_shape(request, merge_request_of(request))


def _same_head(one: MergeRequest, params: dict[str, Any]) -> None:
    if params.get("sha") and params["sha"] != one.head_sha:
        raise ApiError(409, f"SHA does not match HEAD of source branch: {one.head_sha}")


@routes.post(f"{ONE}/approve")
def approve(request: Request) -> object:
    """Approves; 401 for who may not or has done so already, 409 for another ``sha`` than the head."""
    one, me = merge_request_of(request), request.user
    _same_head(one, params_of(request))
    if level_of(request, one.repository) < model.WRITE or me in one.approvals:
        raise request.forge.unauthorized()
    work.approve(request.world, one, me)
    return created(approvals_shape(request, one))


@routes.post(f"{ONE}/unapprove")
def unapprove(request: Request) -> object:
    """Takes an approval back; 404 for who has not approved."""
    one, me = merge_request_of(request), request.user
    if me not in one.approvals:
        raise ApiError(404, "404 Not Found")
    work.unapprove(request.world, one, me)
    one.extra.setdefault("opinions", {})[me.id] = "unapproved"
    return created(approvals_shape(request, one))


@routes.put(f"{ONE}/reset_approvals")
def reset_approvals(request: Request) -> Reply:
    """Forgets all approvals; for bots only."""
    one = merge_request_of(request)
    if not request.user.bot:
        raise request.forge.unauthorized()
    one.approvals.clear()
    return Reply(status=202, data=None, text="")


def _check(request: Request, one: MergeRequest, params: dict[str, Any], blocked: set[str]) -> None:
    if level_of(request, one.repository) < rules.needed(one.repository, one.base, "merge"):
        raise request.forge.unauthorized()
    state = tickets.merge_state(request.forge, one)
    if state in blocked:
        raise ApiError(405, "405 Method Not Allowed")
    _same_head(one, params)
    if state == "conflict":
        raise ApiError(422, "Branch cannot be merged")


@routes.put(f"{ONE}/merge")
def merge(request: Request) -> object:
    """Merges: 401 without the right, 405 in a state that forbids it, 409 for another head, 422 for a conflict."""
    one, params, me = merge_request_of(request), params_of(request), request.user
    later = flag(params.get("auto_merge", params.get("merge_when_pipeline_succeeds", False)))
    _check(request, one, params, BLOCKED - {"checking"} - (LATER if later else set()))
    squash = flag(params.get("squash", one.extra.get("squash", False)))
    method = one.repository.extra.get("settings", {}).get("merge_method", "merge")
    message, way = _message(one, params, method, squash=squash), _way(method, squash=squash)
    if later and gitdata.states_of(one.repository, one.head_sha) & {"created", "pending", "running"}:
        remove = flag(params.get("should_remove_source_branch", False))
        one.extra["auto_merge"] = {"by": me, "method": way, "message": message, "remove": remove}
        return tickets.merge_request_full(request.forge, one, me)
    issues = closed_by(one) if one.base == one.repository.default_branch else []
    made = gitdata.merge(request.world, one, me, message, way=way)
    one.extra["squash"] = squash
    if way == "squash":
        one.extra["squash_sha"] = made.sha
    for issue in issues:
        if issue.state == "open" and sees_issue(request, issue):
            work.edit_issue(request.world, issue, me, state="closed")
    _clean(request, one, params)
    return tickets.merge_request_full(request.forge, one, me)


def _way(method: str, *, squash: bool) -> str:
    """How a project's merge method makes its commits; a squashed one is merged as others are."""
    if method == "ff":
        return "squash" if squash else "fast-forward"
    return "squash and merge" if squash else "merge"


def _message(one: MergeRequest, params: dict[str, Any], method: str, *, squash: bool) -> str:
    if squash:
        one.extra["squash_message"] = said = str(params.get("squash_commit_message") or f"{one.title}\n")
        if method == "ff":
            return said
    given = params.get("merge_commit_message")
    if given:
        return str(given)
    end = f"See merge request {one.repository.full_name}!{one.number}"
    return f"Merge branch '{one.head}' into '{one.base}'\n\n{one.title}\n\n{end}"


def _clean(request: Request, one: MergeRequest, params: dict[str, Any]) -> None:
    wanted = params.get("should_remove_source_branch")
    one.extra["should_remove_source_branch"] = None if wanted is None else flag(wanted)
    gone = flag(wanted) if wanted is not None else one.extra.get("remove_source_branch", False)
    source = one.source
    if gone and source is not None and one.head in source.branches and one.head != source.default_branch:
        gitdata.move(request.world, source, one.head, None, request.user)


@routes.post(f"{ONE}/cancel_merge_when_pipeline_succeeds")
def cancel(request: Request) -> object:
    """Takes back that it is merged later: 401 without the right, 406 where it is not."""
    one = merge_request_of(request)
    if level_of(request, one.repository) < model.WRITE:
        raise request.forge.unauthorized()
    if one.extra.pop("auto_merge", None):
        return created(tickets.merge_request_full(request.forge, one, request.user))
    raise ApiError(406, "Can't cancel the automatic merge")


@routes.put(f"{ONE}/rebase")
def rebase(request: Request) -> object:
    """Puts the source branch on top of the target; 202, for GitLab does it later and tells of a conflict then.

    Source: GitLab's API documentation, "Rebase a merge request": ``merge_error`` beside ``rebase_in_progress``.
    """
    one, me = merge_request_of(request), request.user
    source = source_of(one)
    if level_of(request, source) < model.WRITE:
        raise forbidden()
    home = one.repository
    tip = home.branches[one.base]
    one.extra["merge_error"] = None
    if tip not in set(gitdata.ancestry(home, one.head_sha)):
        for sha in gitdata.ancestry(home, tip):
            source.commits.setdefault(sha, home.commits[sha])
        try:
            made = merging.replay(request.world, source, gitdata.request_commits(one), tip, me)
        except merging.ConflictError:
            one.extra["merge_error"] = REBASE_FAILED
        else:
            gitdata.move(request.world, source, one.head, made, me)
            one.base_sha = tip
    return Reply({"rebase_in_progress": True}, 202)


@routes.get(f"{ONE}/merge_ref")
def merge_ref(request: Request) -> object:
    """The commit that a merge would make; 400 where it does not fit."""
    one = merge_request_of(request)
    if one.state == "open" and gitdata.conflicts(one):
        raise ApiError(400, "Merge request is not mergeable")
    return {"commit_id": one.head_sha}
