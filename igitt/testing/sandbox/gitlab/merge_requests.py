"""Routes of merge requests: lists, making (on the source project), changing, commits and diffs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model, work
from igitt.testing.sandbox.gitlab import fields, pipelines, quick
from igitt.testing.sandbox.gitlab.context import (
    created,
    flag,
    forbidden,
    forge_of,
    level_of,
    merge_request_of,
    missing,
    need_all,
    need_one,
    paged,
    params_of,
    project_named,
    project_of,
    routes,
)
from igitt.testing.sandbox.gitlab.filters import filtered
from igitt.testing.sandbox.gitlab.shapes import commits, people, projects, tickets
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from igitt.testing.sandbox.model import Issue, MergeRequest, Repository

ONE = "/projects/{id}/merge_requests/{iid}"
EDITS = (
    "assignee_id", "assignee_ids", "reviewer_ids", "description", "labels", "add_labels", "remove_labels",
    "milestone_id", "remove_source_branch", "allow_collaboration", "allow_maintainer_to_push", "squash",
    "target_branch", "title", "state_event", "discussion_locked",
)  # fmt: skip


def listed(request: Request, items: Sequence[Issue], *, relative: bool = False) -> Reply:
    """A page of merge requests; ``with_labels_details`` puts whole labels in place of names."""
    details = request.arg("with_labels_details") == "true"

    def shape(one: MergeRequest) -> dict[str, Any]:
        shaped = tickets.merge_request(request.forge, one, relative=relative)
        return shaped | ({"labels": [projects.label_basic(label) for label in one.labels]} if details else {})

    return paged(request, items, shape)


@routes.get("/projects/{id}/merge_requests")
def merge_requests(request: Request) -> object:
    """The merge requests of a project, all of them unless a state is asked for."""
    return listed(request, filtered(request, project_of(request).merge_requests.values()))


@routes.get("/merge_requests")
def my_merge_requests(request: Request) -> object:
    """Merge requests everywhere; those that one made unless ``scope`` says otherwise."""
    world, me = request.world, request.user
    homes = [one for one in world.repositories.values() if world.may_read(me, one)]
    items = [one for home in homes for one in home.merge_requests.values()]
    return listed(request, filtered(request, items, "created_by_me"), relative=True)


def _target(request: Request, source: Repository, params: dict[str, Any]) -> Repository:
    if params.get("target_project_id") is None:
        return source
    target = project_named(request, str(params["target_project_id"]))
    related = {one.id for one in (source, source.parent) if one is not None}
    if target.id not in related and target.parent is not source:
        raise ApiError(422, ["Source project is not a fork of the target project"])
    return target


def _refuse(source: Repository, target: Repository, head: str, base: str) -> None:
    if source is target and head == base:
        raise ApiError(422, ["You can't use same project/branch for source and target"])
    gone = {}
    if head not in source.branches:
        gone["source_branch"] = ["does not exist"]
    if base not in target.branches:
        gone["target_branch"] = ["does not exist"]
    if gone:
        raise ApiError(400, gone)
    for one in target.merge_requests.values():
        if one.state == "open" and one.source is source and (one.head, one.base) == (head, base):
            text = f"Another open merge request already exists for this source branch: !{one.number}"
            raise ApiError(409, [text])


def _options(one: MergeRequest, params: dict[str, Any]) -> None:
    for name in ("remove_source_branch", "squash"):
        if params.get(name) is not None:
            one.extra[name] = flag(params[name])
    for name in ("allow_collaboration", "allow_maintainer_to_push"):
        if params.get(name) is not None:
            one.extra["allow_collaboration"] = flag(params[name])


@routes.post("/projects/{id}/merge_requests")
def create(request: Request) -> object:
    """Opens a merge request. The project in the path is that of the source branch; it lives in the target."""
    source, params = project_of(request, model.WRITE), params_of(request)
    need_all(params, "title", "source_branch", "target_branch")
    target = _target(request, source, params)
    head, base = str(params["source_branch"]), str(params["target_branch"])
    _refuse(source, target, head, base)
    found = fields.texts(params)
    if level_of(request, target) >= model.READ or target is source:
        found |= fields.metadata(request, target, params, None)
    title, body = found.pop("title"), found.pop("body", None)
    made = gitdata.create_merge_request(
        request.world, target, request.user, title, source=source, head=head, base=base, body=body,
        draft=tickets.is_draft(title), **found,
    )  # fmt: skip
    _options(made, params)
    made.body, _ = quick.run(request, made, body) if body else (body, None)
    return created(tickets.merge_request_full(request.forge, made, request.user))


@routes.get(ONE)
def merge_request(request: Request) -> object:
    """One merge request by its number in the project."""
    one = merge_request_of(request)
    shaped = tickets.merge_request_full(request.forge, one, request.viewer.user)
    if one.mergeable_reads < forge_of(request).compute_mergeable_delay:
        one.mergeable_reads += 1
    if flag(request.arg("include_diverged_commits_count")):
        tip = one.repository.branches.get(one.base)
        mine = set(gitdata.ancestry(one.repository, one.head_sha))
        shaped["diverged_commits_count"] = sum(sha not in mine for sha in gitdata.ancestry(one.repository, tip))
    return shaped


def may_edit(request: Request, one: MergeRequest) -> None:
    """403 for anyone but the author and developers."""
    if request.user is not one.author and level_of(request, one.repository) < model.WRITE:
        raise forbidden()


@routes.put(ONE)
def edit(request: Request) -> object:
    """Changes a merge request; a title that says draft makes it one."""
    one, params = merge_request_of(request), params_of(request)
    may_edit(request, one)
    need_one(params, *EDITS)
    changes = fields.drafted(fields.texts(params)) | fields.state(one, params)
    if fields.may_set(request, one.repository) or request.user is one.author:
        changes |= fields.metadata(request, one.repository, params, one)
    base = params.get("target_branch")
    if base and base != one.base:
        if base not in one.repository.branches:
            raise ApiError(400, {"target_branch": ["does not exist"]})
        changes["base"] = str(base)
        one.base_sha = one.repository.branches[changes["base"]]
    if changes.get("state") == "open" and (one.source is None or one.head not in one.source.branches):
        raise ApiError(422, ["Source branch does not exist"])
    _options(one, params)
    work.edit_issue(request.world, one, request.user, **changes)
    quick.run_in_description(request, one, changes)
    return tickets.merge_request_full(request.forge, one, request.user)


@routes.delete(ONE)
def delete(request: Request) -> None:
    """Deletes a merge request; only owners may."""
    one = merge_request_of(request)
    if level_of(request, one.repository) < model.OWN:
        raise forbidden()
    work.delete_issue(request.world, one, request.user)


# ---- what it is made of


@routes.get(f"{ONE}/commits")
def request_commits(request: Request) -> object:
    """The commits, the newest first."""
    one = merge_request_of(request)
    found = list(reversed(gitdata.request_commits(one)))
    return paged(request, found, lambda each: commits.commit(request.forge, one.repository, each))


@routes.get(f"{ONE}/diffs")
def diffs(request: Request) -> object:
    """The changed files."""
    return paged(request, gitdata.request_changes(merge_request_of(request)), commits.diff)


@routes.get(f"{ONE}/changes")
def changes(request: Request) -> object:
    """The merge request with all its changed files; deprecated, but there."""
    one = merge_request_of(request)
    shaped = tickets.merge_request_full(request.forge, one, request.viewer.user)
    return shaped | {"changes": [commits.diff(file) for file in gitdata.request_changes(one)], "overflow": False}


@routes.get(f"{ONE}/raw_diffs")
def raw_diffs(request: Request) -> object:
    """The diff as text."""
    text = gitdata.unified(gitdata.request_changes(merge_request_of(request)))
    return Reply(text=text, content_type="text/plain")


@routes.get(f"{ONE}/versions")
def versions(request: Request) -> object:
    """The versions of the diff; only today's is kept."""
    one = merge_request_of(request)
    refs = tickets.diff_refs(one)
    shaped = {
        "id": one.merge_request_id,
        "head_commit_sha": refs["head_sha"],
        "base_commit_sha": refs["base_sha"],
        "start_commit_sha": refs["start_sha"],
        "created_at": people.iso(one.created),
        "merge_request_id": one.merge_request_id,
        "state": "collected",
        "real_size": str(len(gitdata.request_changes(one))),
        "patch_id_sha": one.head_sha,
    }
    return paged(request, [shaped], lambda each: each)


@routes.get(f"{ONE}/reviewers")
def reviewers(request: Request) -> object:
    """Who is asked for a review, and how far they are."""
    one = merge_request_of(request)
    return paged(request, one.reviewers, lambda user: {
        "user": people.user_basic(request.forge, user),
        "state": "approved" if user in one.approvals else one.extra.get("opinions", {}).get(user.id, "unreviewed"),
        "created_at": people.iso(one.created),
    })  # fmt: skip


@routes.get(f"{ONE}/pipelines")
def request_pipelines(request: Request) -> object:
    """The pipelines of its commits."""
    one = merge_request_of(request)
    homes = [one.repository] + ([one.source] if one.source and one.source is not one.repository else [])
    shas = {each.sha for each in gitdata.request_commits(one)}
    found = [each for home in homes for each in pipelines.all_of(home) if each.sha in shas]
    return paged(request, list(reversed(found)), lambda each: pipelines.basic(request.forge, each))


def source_of(one: MergeRequest) -> Repository:
    """The project of the source branch; 404 where it is gone."""
    if one.source is None or one.head not in one.source.branches:
        raise missing("Branch")
    return one.source
