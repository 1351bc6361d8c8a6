"""Routes of issues, comments, labels, milestones and reactions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from igitt.testing.sandbox import model, work
from igitt.testing.sandbox.wire import ApiError, Reply, Request
from igitt_forgejo.testing import shapes
from igitt_forgejo.testing.context import (
    HOME,
    body_of,
    created,
    issue_of,
    moment,
    paged,
    repository_of,
    routes,
    user_named,
)

__all__ = ["changes_of", "labels_of", "ordered"]

ISSUE = f"{HOME}/issues/{{index}}"
COMMENT = f"{HOME}/issues/comments/{{id}}"
_ORDERS = {
    "": ("created", True), "latest": ("created", True), "oldest": ("created", False),
    "recentupdate": ("updated", True), "leastupdate": ("updated", False),
}  # fmt: skip


def ordered(request: Request, items: Iterable[Any]) -> list[Any]:
    """By the word in ``sort``."""
    word = request.arg("sort")
    if word in {"mostcomment", "leastcomment"}:
        return sorted(items, key=lambda one: len(one.comments), reverse=word == "mostcomment")
    key, newest = _ORDERS.get(word, ("created", True))
    return sorted(items, key=lambda one: (getattr(one, key), one.id), reverse=newest)


def _chosen(request: Request, items: Iterable[model.Issue]) -> list[model.Issue]:
    """Those that the query asks for."""
    state, kind = request.arg("state", "open"), request.arg("type")
    found = [one for one in items if state == "all" or (one.state == "open") is (state == "open")]
    if kind:
        found = [one for one in found if isinstance(one, model.MergeRequest) is (kind == "pulls")]
    for name in filter(None, request.arg("labels").split(",")):
        found = [one for one in found if any(each.name == name for each in one.labels)]
    for name in filter(None, request.arg("milestones").split(",")):
        found = [one for one in found if one.milestone and one.milestone.title == name]
    if request.arg("created_by"):
        author = user_named(request, request.arg("created_by"))
        found = [one for one in found if one.author is author]
    if request.arg("assigned_by"):
        person = user_named(request, request.arg("assigned_by"))
        found = [one for one in found if person in one.assignees]
    since, before = moment(request.arg("since")), moment(request.arg("before"))
    found = [one for one in found if (not since or one.updated >= since) and (not before or one.updated <= before)]
    words = request.arg("q").lower()
    return ordered(request, [one for one in found if words in f"{one.title} {one.body}".lower()])


@routes.get(f"{HOME}/issues")
def issues(request: Request) -> object:
    """Issues and pull requests."""
    home = repository_of(request)
    found = _chosen(request, [*home.issues.values(), *home.merge_requests.values()])
    return paged(request, found, lambda one: shapes.issue(request.forge, one))


@routes.get("/repos/issues/search")
def search(request: Request) -> object:
    """Those of all repositories that may be seen."""
    owner = request.arg("owner").lower()
    homes = [
        home
        for home in request.world.repositories.values()
        if request.world.may_read(request.viewer.user, home) and owner in {"", home.owner.login.lower()}
    ]
    every = [one for home in homes for one in (*home.issues.values(), *home.merge_requests.values())]
    return paged(request, _chosen(request, every), lambda one: shapes.issue(request.forge, one))


def labels_of(home: model.Repository, given: Any) -> list[model.Label]:
    """Labels by number or name; what is not there is left out, as Forgejo does."""
    found = []
    for one in given or ():
        found += [each for each in home.labels.values() if one in {each.id, each.name} and each not in found]
    return found


def _milestone_of(request: Request, home: model.Repository, number: int) -> model.Milestone:
    found = next((one for one in home.milestones.values() if one.id == number), None)
    if found is None:
        raise request.forge.not_found()
    return found


def changes_of(request: Request, home: model.Repository, data: dict[str, Any]) -> dict[str, Any]:
    """The changes of an issue or pull request that a body asks for, in the model's words."""
    found: dict[str, Any] = {key: data[key] for key in ("title", "body", "state") if data.get(key) is not None}
    if data.get("assignees") is not None:
        found["assignees"] = [user_named(request, name, 422) for name in data["assignees"]]
    if data.get("milestone") is not None:
        found["milestone"] = _milestone_of(request, home, data["milestone"]) if data["milestone"] else None
    if data.get("due_date"):
        found["due"] = data["due_date"]
    if data.get("unset_due_date"):
        found["due"] = None
    return found


@routes.post(f"{HOME}/issues")
def create_issue(request: Request) -> object:
    """Opens one."""
    home, data = repository_of(request), body_of(request)
    fields = changes_of(request, home, data)
    title = fields.pop("title", "")
    if not title:
        raise ApiError(422, "[Title]: Required")
    if request.world.level(request.user, home) < model.WRITE:
        fields = {"body": fields.get("body", "")}
    fields["labels"] = labels_of(home, data.get("labels"))
    made = work.create_issue(request.world, home, request.user, title, fields.pop("body", ""), **fields)
    return created(shapes.issue(request.forge, made))


@routes.get(ISSUE)
def issue(request: Request) -> object:
    """One."""
    return shapes.issue(request.forge, issue_of(request))


@routes.patch(ISSUE)
def edit_issue(request: Request) -> object:
    """Changes one: 201."""
    one = issue_of(request, model.WRITE)
    work.edit_issue(request.world, one, request.user, **changes_of(request, one.repository, body_of(request)))
    return created(shapes.issue(request.forge, one))


@routes.delete(ISSUE)
def delete_issue(request: Request) -> None:
    """Removes one for good."""
    repository_of(request, model.OWN)
    work.delete_issue(request.world, issue_of(request), request.user)


# --- an issue's labels, watchers, times and history ------------------------------------------------------------------


def _relabeled(request: Request, one: model.Issue, labels: list[model.Label]) -> object:
    work.edit_issue(request.world, one, request.user, labels=labels)
    return [shapes.label(request.forge, one.repository, each) for each in one.labels]


@routes.post(f"{ISSUE}/labels")
def add_labels(request: Request) -> object:
    """Adds labels."""
    one = issue_of(request, model.WRITE)
    new = labels_of(one.repository, body_of(request).get("labels"))
    return _relabeled(request, one, [*one.labels, *(each for each in new if each not in one.labels)])


@routes.put(f"{ISSUE}/labels")
def set_labels(request: Request) -> object:
    """Sets labels."""
    one = issue_of(request, model.WRITE)
    return _relabeled(request, one, labels_of(one.repository, body_of(request).get("labels")))


@routes.delete(f"{ISSUE}/labels/{{id}}")
def remove_label(request: Request) -> None:
    """Takes one off; one that is not on it is no error."""
    one, number = issue_of(request, model.WRITE), request.number("id")
    if not any(each.id == number for each in one.repository.labels.values()):
        raise ApiError(422, "label does not exist")
    _relabeled(request, one, [each for each in one.labels if each.id != number])


@routes.put(f"{ISSUE}/subscriptions/{{user}}")
def subscribe(request: Request) -> object:
    """201, or 200 where it was so before."""
    one, person = issue_of(request), user_named(request, request.params["user"])
    if person is not request.user:
        raise ApiError(403, "user can only subscribe itself")
    known = person.id in one.subscribers
    one.subscribers.add(person.id)
    return Reply(status=200 if known else 201)


@routes.delete(f"{ISSUE}/subscriptions/{{user}}")
def unsubscribe(request: Request) -> object:
    """Likewise."""
    one, person = issue_of(request), user_named(request, request.params["user"])
    known = person.id in one.subscribers
    one.subscribers.discard(person.id)
    return Reply(status=201 if known else 200)


@routes.get(f"{ISSUE}/times")
def times(request: Request) -> object:
    """What was booked."""
    booked = issue_of(request).extra.get("times", [])
    return paged(request, booked, lambda one: one)


@routes.post(f"{ISSUE}/times")
def book(request: Request) -> object:
    """Books seconds."""
    one = issue_of(request, model.WRITE)
    entry = {"id": request.world.next_id("time"), "time": body_of(request)["time"], "user_name": request.user.login}
    one.extra.setdefault("times", []).append(entry)
    return entry


#: The model's words for what happened, and Forgejo's; whether it was taken away.
_HAPPENED = {
    "labeled": ("label", False), "unlabeled": ("label", True), "assigned": ("assignees", False),
    "unassigned": ("assignees", True), "milestoned": ("milestone", False), "demilestoned": ("milestone", True),
    "closed": ("close", False), "reopened": ("reopen", False), "renamed": ("change_title", False),
    "merged": ("merge_pull", False), "review_requested": ("review_request", False),
    "review_request_removed": ("review_request", True),
}  # fmt: skip


@routes.get(f"{ISSUE}/timeline")
def timeline(request: Request) -> object:
    """What happened, comments among it."""
    one = issue_of(request)
    lines = [(line.created, line.id, _line(request, one, line)) for line in one.events if line.event in _HAPPENED]
    lines += [
        (said.created, said.id, {**shapes.comment(request.forge, said), "type": "comment"}) for said in one.comments
    ]
    return paged(request, sorted(lines, key=lambda line: line[:2]), lambda line: line[2])


def _line(request: Request, one: model.Issue, line: model.TimelineEvent) -> dict[str, Any]:
    word, gone = _HAPPENED[line.event]
    told: dict[str, Any] = {
        "id": line.id, "type": word, "user": shapes.user(request.forge, line.actor), "body": "",
        "created_at": shapes.iso(line.created),
    }  # fmt: skip
    if word == "label":
        told |= {"label": shapes.label(request.forge, one.repository, line.data["label"]), "body": "" if gone else "1"}
    elif word in {"assignees", "review_request"}:
        told |= {"assignee": shapes.user(request.forge, line.data["assignee"]), "removed_assignee": gone}
    elif word == "milestone":
        found = line.data.get("milestone")
        told["old_milestone" if gone else "milestone"] = shapes.milestone(found) if found else None
    elif word == "change_title":
        told |= {"old_title": line.data["rename"]["from"], "new_title": line.data["rename"]["to"]}
    return told


def _bound(request: Request, way: str) -> Reply:
    one = issue_of(request)
    found = [one.repository.issues[number] for number in one.extra.get(way, ())]
    return paged(request, found, lambda each: shapes.issue(request.forge, each))


@routes.get(f"{ISSUE}/blocks")
def blocks(request: Request) -> object:
    """The issues that wait for it."""
    return _bound(request, "blocks")


@routes.get(f"{ISSUE}/dependencies")
def dependencies(request: Request) -> object:
    """The issues that it waits for."""
    return _bound(request, "dependencies")


@routes.post(f"{ISSUE}/blocks")
def block(request: Request) -> object:
    """Makes another one wait for it: 201."""
    one = issue_of(request, model.WRITE)
    other = one.repository.issues.get(body_of(request)["index"])
    if other is None:
        raise request.forge.not_found()
    one.extra.setdefault("blocks", []).append(other.number)
    other.extra.setdefault("dependencies", []).append(one.number)
    return created(shapes.issue(request.forge, other))


# --- comments and reactions ------------------------------------------------------------------------------------------


@routes.get(f"{ISSUE}/comments")
def comments(request: Request) -> object:
    """What was said, oldest first; Forgejo gives all of it in one answer."""
    since = moment(request.arg("since"))
    found = [one for one in issue_of(request).comments if since is None or one.updated >= since]
    return [shapes.comment(request.forge, one) for one in found]


@routes.post(f"{ISSUE}/comments")
def add_comment(request: Request) -> object:
    """Says something."""
    one, body = issue_of(request), body_of(request).get("body")
    if not body:
        raise ApiError(422, "[Body]: Required")
    made = work.add_comment(request.world, one, request.user, body, repository=one.repository)
    return created(shapes.comment(request.forge, made))


def _comment(request: Request, *, write: bool = False) -> model.Comment:
    home, number = repository_of(request), request.number("id")
    every = (said for one in (*home.issues.values(), *home.merge_requests.values()) for said in one.comments)
    found = next((said for said in every if said.id == number), None)
    if found is None:
        raise request.forge.not_found()
    if write and request.user is not found.author and request.world.level(request.user, home) < model.WRITE:
        raise ApiError(403, "user should have a permission to write to a repo")
    return found


@routes.get(COMMENT)
def comment(request: Request) -> object:
    """One."""
    return shapes.comment(request.forge, _comment(request))


@routes.patch(COMMENT)
def edit_comment(request: Request) -> object:
    """Writes it anew."""
    one = _comment(request, write=True)
    work.edit_comment(request.world, one, request.user, body_of(request)["body"])
    return shapes.comment(request.forge, one)


@routes.delete(COMMENT)
def delete_comment(request: Request) -> None:
    """Removes it."""
    work.delete_comment(request.world, _comment(request, write=True), request.user)


def _reactions(request: Request, target: Any) -> object:
    if request.method == "GET":
        return [shapes.reaction(request.forge, one) for one in target.reactions] or Reply(
            text="null", content_type="application/json"
        )
    name = body_of(request).get("content")
    if request.method == "POST":
        made, new = work.react(request.world, target, request.user, str(name))
        return Reply(shapes.reaction(request.forge, made), 201 if new else 200)
    for one in list(target.reactions):
        if one.user is request.user and one.content == name:
            work.unreact(request.world, target, one)
    return Reply(status=200)


for _method in ("GET", "POST", "DELETE"):
    routes.route(_method, f"{ISSUE}/reactions")(lambda request: _reactions(request, issue_of(request)))
    routes.route(_method, f"{COMMENT}/reactions")(lambda request: _reactions(request, _comment(request)))


# --- labels and milestones -------------------------------------------------------------------------------------------


@routes.get(f"{HOME}/labels")
def labels(request: Request) -> object:
    """All labels."""
    home = repository_of(request)
    return paged(request, list(home.labels.values()), lambda one: shapes.label(request.forge, home, one))


@routes.post(f"{HOME}/labels")
def create_label(request: Request) -> object:
    """Makes one."""
    home, data = repository_of(request, model.WRITE), body_of(request)
    text = data.get("description") or ""
    made = work.create_label(request.world, home, request.user, data["name"], data["color"].lstrip("#"), text)
    return created(shapes.label(request.forge, home, made))


def _label(request: Request, need: int = model.NONE) -> tuple[model.Repository, model.Label]:
    home, number = repository_of(request, need), request.number("id")
    found = next((one for one in home.labels.values() if one.id == number), None)
    if found is None:
        raise request.forge.not_found()
    return home, found


@routes.get(f"{HOME}/labels/{{id}}")
def label(request: Request) -> object:
    """One."""
    return shapes.label(request.forge, *_label(request))


@routes.patch(f"{HOME}/labels/{{id}}")
def edit_label(request: Request) -> object:
    """Changes one."""
    home, one = _label(request, model.WRITE)
    data = {key: value for key, value in body_of(request).items() if key in {"name", "color", "description"}}
    if "color" in data:
        data["color"] = data["color"].lstrip("#")
    work.edit_label(request.world, home, one, request.user, **data)
    return shapes.label(request.forge, home, one)


@routes.delete(f"{HOME}/labels/{{id}}")
def delete_label(request: Request) -> None:
    """Removes one everywhere."""
    home, one = _label(request, model.WRITE)
    work.delete_label(request.world, home, one, request.user)


@routes.get(f"{HOME}/milestones")
def milestones(request: Request) -> object:
    """Milestones, by state."""
    home, state = repository_of(request), request.arg("state", "open")
    found = [one for one in home.milestones.values() if state in {"all", one.state}]
    return paged(request, found, shapes.milestone)


def _milestone_fields(data: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {key: data[key] for key in ("title", "description", "state") if data.get(key) is not None}
    return {**fields, "due": moment(data["due_on"])} if "due_on" in data else fields


@routes.post(f"{HOME}/milestones")
def create_milestone(request: Request) -> object:
    """Makes one."""
    home, fields = repository_of(request, model.WRITE), _milestone_fields(body_of(request))
    made = work.create_milestone(request.world, home, request.user, fields.pop("title"), **fields)
    return created(shapes.milestone(made))


@routes.get(f"{HOME}/milestones/{{id}}")
def milestone(request: Request) -> object:
    """One."""
    return shapes.milestone(_milestone_of(request, repository_of(request), request.number("id")))


@routes.patch(f"{HOME}/milestones/{{id}}")
def edit_milestone(request: Request) -> object:
    """Changes one."""
    home = repository_of(request, model.WRITE)
    one = _milestone_of(request, home, request.number("id"))
    work.edit_milestone(request.world, home, one, request.user, **_milestone_fields(body_of(request)))
    return shapes.milestone(one)


@routes.delete(f"{HOME}/milestones/{{id}}")
def delete_milestone(request: Request) -> None:
    """Removes one."""
    home = repository_of(request, model.WRITE)
    work.delete_milestone(request.world, home, _milestone_of(request, home, request.number("id")), request.user)
