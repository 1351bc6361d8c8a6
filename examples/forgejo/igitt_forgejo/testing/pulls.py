"""Routes of pull requests and their reviews."""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox import gitdata, merging, model, work
from igitt.testing.sandbox.wire import ApiError, Reply, Request
from igitt_forgejo.testing import shapes
from igitt_forgejo.testing.context import HOME, body_of, created, paged, pull_of, repository_of, routes, user_named
from igitt_forgejo.testing.issues import changes_of, labels_of, ordered

__all__: list[str] = []

PULL = f"{HOME}/pulls/{{index}}"
_WAYS = {"merge": "merge", "squash": "squash", "rebase": "rebase", "fast-forward-only": "fast-forward"}


@routes.get(f"{HOME}/pulls")
def pulls(request: Request) -> object:
    """Pull requests, by state and author."""
    home, state = repository_of(request), request.arg("state", "open")
    found = [
        one for one in home.merge_requests.values() if state == "all" or (one.state == "open") is (state == "open")
    ]
    if request.arg("poster"):
        author = user_named(request, request.arg("poster"))
        found = [one for one in found if one.author is author]
    viewer = request.viewer.user
    return paged(request, ordered(request, found), lambda one: shapes.pull(request.forge, one, viewer))


def _source(request: Request, home: model.Repository, head: str) -> tuple[model.Repository, str]:
    place, _, name = head.rpartition(":")
    if not place:
        return home, name
    for one in request.world.repositories.values():
        if place.lower() in {one.full_name.lower(), one.owner.login.lower()} and home in {one, one.parent}:
            return one, name
    raise request.forge.not_found()


@routes.post(f"{HOME}/pulls")
def create_pull(request: Request) -> object:
    """Opens one."""
    home, data = repository_of(request), body_of(request)
    source, name = _source(request, home, data["head"])
    if data["base"] not in home.branches or name not in source.branches:
        raise request.forge.not_found()
    for one in home.merge_requests.values():
        if one.state == "open" and (one.source, one.head, one.base) == (source, name, data["base"]):
            raise ApiError(409, f"pull request already exists for these targets [id: {one.id}]")
    if source.branches[name] in set(gitdata.ancestry(home, home.branches[data["base"]])):
        raise ApiError(422, "no changes between the base and the head")
    fields = changes_of(request, home, data)
    fields["labels"] = labels_of(home, data.get("labels"))
    made = gitdata.create_merge_request(
        request.world, home, request.user, fields.pop("title"), source=source, head=name, base=data["base"], **fields
    )
    return created(shapes.pull(request.forge, made, request.user))


@routes.get(PULL)
def pull(request: Request) -> object:
    """One; with ``.diff`` or ``.patch`` behind the number as a text."""
    number, _, kind = request.params["index"].partition(".")
    request.params["index"] = number
    one = pull_of(request)
    if kind == "diff":
        return Reply(text=gitdata.unified(gitdata.request_changes(one)))
    if kind == "patch":
        return Reply(text=gitdata.mailbox(one.repository, gitdata.request_commits(one)))
    return shapes.pull(request.forge, one, request.viewer.user)


@routes.patch(PULL)
def edit_pull(request: Request) -> object:
    """Changes one: 201."""
    one, data = pull_of(request, model.WRITE), body_of(request)
    changes = changes_of(request, one.repository, data)
    if one.state == "merged" and changes.get("state"):
        raise ApiError(412, "cannot change state of this pull request, it was already merged")
    if data.get("base"):
        if data["base"] not in one.repository.branches:
            raise request.forge.not_found()
        changes["base"] = data["base"]
        one.base_sha = one.repository.branches[data["base"]]
    work.edit_issue(request.world, one, request.user, **changes)
    return created(shapes.pull(request.forge, one, request.user))


@routes.get(f"{PULL}/commits")
def commits(request: Request) -> object:
    """Its commits, newest first."""
    one = pull_of(request)
    found = gitdata.request_commits(one)[::-1]
    return paged(request, found, lambda each: shapes.commit(request.forge, one.repository, each))


@routes.get(f"{PULL}/files")
def files(request: Request) -> object:
    """What it changes."""
    words = {"modified": "changed", "removed": "deleted"}
    return paged(
        request,
        gitdata.request_changes(pull_of(request)),
        lambda each: {
            "filename": each.path, "status": words.get(each.status, each.status), "additions": each.additions,
            "deletions": each.deletions, "changes": each.additions + each.deletions,
        },
    )  # fmt: skip


@routes.post(f"{PULL}/merge")
def merge(request: Request) -> object:
    """Merges, or waits for the checks."""
    one, data = pull_of(request, model.WRITE), body_of(request)
    if one.state != "open" or one.title.upper().startswith(("WIP:", "[WIP]")):
        raise ApiError(405, "The PR is already merged" if one.merged_at else "Work in progress PRs cannot be merged")
    if data.get("head_commit_id") and data["head_commit_id"] != one.head_sha:
        raise ApiError(409, "head out of date")
    if gitdata.conflicts(one):
        raise ApiError(405, "Please try again later")
    title = (
        data.get("MergeTitleField")
        or f"Merge pull request '{one.title}' (#{one.number}) from {one.head} into {one.base}"
    )
    message = f"{title}\n\n{data.get('MergeMessageField', '')}".rstrip()
    states = gitdata.states_of(one.repository, one.head_sha)
    if data.get("merge_when_checks_succeed") and states - {"success"}:
        one.extra["auto_merge"] = {"by": request.user, "message": message, "method": _WAYS[data["Do"]]}
        return Reply(status=201)
    gitdata.merge(request.world, one, request.user, message, way=_WAYS[data["Do"]])
    if data.get("delete_branch_after_merge") and one.source is not None:
        gitdata.move(request.world, one.source, one.head, None, request.user)
    return Reply(status=200)


@routes.delete(f"{PULL}/merge")
def wait_no_more(request: Request) -> None:
    """Waits for the checks no more."""
    if pull_of(request, model.WRITE).extra.pop("auto_merge", None) is None:
        raise request.forge.not_found()


@routes.post(f"{PULL}/update")
def update(request: Request) -> object:
    """Merges the base into the head, or puts the head on top of the base."""
    one = pull_of(request, model.WRITE)
    home, source = one.repository, one.source
    tip = home.branches[one.base]
    if source is None or tip in set(gitdata.ancestry(home, one.head_sha)):
        return Reply(status=200)
    merged = merging.merge_commits(home, tip, one.head_sha)
    if merged.conflicts:
        raise ApiError(409, "merge failed because of conflict")
    if request.arg("style") == "rebase":
        sha = merging.replay(request.world, home, gitdata.request_commits(one), tip, request.user)
    else:
        text = f"Merge branch '{one.base}' into {one.head}"
        parents = [one.head_sha, tip]
        sha = gitdata.store(request.world, home, text, merged.files, parents, request.user, modes=merged.modes).sha
    for known in gitdata.ancestry(home, sha):
        source.commits.setdefault(known, home.commits[known])
    gitdata.move(request.world, source, one.head, sha, request.user)
    return Reply(status=200)


@routes.post(f"{PULL}/requested_reviewers")
def ask(request: Request) -> object:
    """Asks for reviews."""
    one = pull_of(request, model.WRITE)
    for name in body_of(request).get("reviewers") or ():
        person = user_named(request, name)
        if person not in one.reviewers:
            one.reviewers.append(person)
            work.note(request.world, one, "review_requested", request.user, assignee=person)
    return created([])


@routes.delete(f"{PULL}/requested_reviewers")
def ask_no_more(request: Request) -> None:
    """Asks no more."""
    one, names = pull_of(request, model.WRITE), body_of(request).get("reviewers") or ()
    gone = [user_named(request, name) for name in names]
    for person in (each for each in gone if each in one.reviewers):
        one.reviewers.remove(person)
        work.note(request.world, one, "review_request_removed", request.user, assignee=person)


# --- reviews ---------------------------------------------------------------------------------------------------------


@routes.get(f"{PULL}/reviews")
def reviews(request: Request) -> object:
    """What was said, oldest first."""
    one = pull_of(request)
    return paged(request, one.reviews, lambda each: shapes.review(request.forge, each, one))


@routes.post(f"{PULL}/reviews")
def review(request: Request) -> object:
    """Reviews it, with comments on lines."""
    one, data = pull_of(request), body_of(request)
    words = {"APPROVED": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}
    state = words.get(data.get("event", ""), "PENDING")
    if one.author is request.user and state in {"APPROVED", "CHANGES_REQUESTED"}:
        raise ApiError(422, "approve your own pull is not allowed")
    made = work.review(request.world, one, request.user, state, data.get("body") or "", data.get("commit_id") or "")
    for line in data.get("comments") or ():
        right = line.get("new_position") or 0
        fields: dict[str, Any] = {
            "kind": "review", "path": line["path"], "line": right or line.get("old_position"), "review": made,
            "side": "RIGHT" if right else "LEFT", "commit_sha": made.commit_sha,
        }  # fmt: skip
        work.add_comment(request.world, one, request.user, line["body"], repository=one.repository, **fields)
    return Reply(shapes.review(request.forge, made, one))


def _review(request: Request) -> tuple[model.MergeRequest, model.Review]:
    one, number = pull_of(request), request.number("id")
    found = next((each for each in one.reviews if each.id == number), None)
    if found is None:
        raise request.forge.not_found()
    return one, found


@routes.get(f"{PULL}/reviews/{{id}}")
def one_review(request: Request) -> object:
    """One."""
    one, found = _review(request)
    return shapes.review(request.forge, found, one)


@routes.post(f"{PULL}/reviews/{{id}}/dismissals")
def dismiss(request: Request) -> object:
    """Makes a verdict void."""
    repository_of(request, model.WRITE)
    one, found = _review(request)
    found.state = "DISMISSED"
    return shapes.review(request.forge, found, one)


@routes.get(f"{PULL}/reviews/{{id}}/comments")
def review_comments(request: Request) -> object:
    """The comments on lines that came with it."""
    one, found = _review(request)
    return [shapes.review_comment(request.forge, each) for each in one.review_comments if each.review is found]


@routes.get(f"{PULL}/reviews/{{id}}/comments/{{comment}}")
def review_comment(request: Request) -> object:
    """One of them."""
    one, number = pull_of(request), request.number("comment")
    found = next((each for each in one.review_comments if each.id == number), None)
    if found is None:
        raise request.forge.not_found()
    return shapes.review_comment(request.forge, found)


@routes.delete(f"{PULL}/reviews/{{id}}/comments/{{comment}}")
def delete_review_comment(request: Request) -> None:
    """Removes one of them."""
    one, number = pull_of(request, model.WRITE), request.number("comment")
    for each in list(one.review_comments):
        if each.id == number:
            work.delete_comment(request.world, each, request.user)
