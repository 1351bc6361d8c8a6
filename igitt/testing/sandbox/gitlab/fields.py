"""What a body says about an issue or merge request, as fields of the model: people, labels, milestones and the rest.

Shared by creating and changing, and by issues and merge requests; nothing is changed here but that unknown
labels come into being, as they do on GitLab.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model, work
from igitt.testing.sandbox.gitlab.context import choice, flag, invalid, numbers, words, wrong
from igitt.testing.sandbox.gitlab.shapes.tickets import is_draft
from igitt.testing.sandbox.model import Issue, MergeRequest, Organization, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.model import Label, Milestone, Repository
    from igitt.testing.sandbox.wire import Request

#: The colour of a label that came into being because somebody named it.
COLOR = "6699cc"
LONGEST = 1_048_576


def labels_named(request: Request, repository: Repository, names: list[str]) -> list[Label]:
    """The labels of those names; an unknown one is made without a word."""
    return exclusive(work.labels_named(request.world, repository, names, COLOR))


def exclusive(labels: Iterable[Label]) -> list[Label]:
    """Of scoped labels (``priority::low``, ``priority::high``) the last one of each scope, beside all others.

    Source: GitLab's documentation of labels, "Scoped labels" (``a::b::c`` is of the scope ``a::b``).
    """
    found: dict[str, Label] = {}
    for label in labels:
        scope = label.name.lower().rpartition("::")[0]
        key = f"{scope}::" if scope else label.name.lower()
        found.pop(key, None)
        found[key] = label
    return list(found.values())


def milestone_of(repository: Repository, number: Any) -> Milestone | None:
    """The milestone of an id, the project's or its groups'; None for 0 and, as on GitLab, for an unknown one."""
    homes: list[Repository | Organization] = [repository]
    if isinstance(repository.owner, Organization):
        homes += repository.owner.lineage
    found = (one for home in homes for one in home.milestones.values())
    return next((one for one in found if str(one.id) == str(number)), None)


def people(request: Request, repository: Repository, ids: list[int]) -> list[User]:
    """The users of those ids who may see the project; others are left out in silence."""
    found = [request.world.by_id(number) for number in ids]
    good = [one for one in found if isinstance(one, User) and request.world.may_read(one, repository)]
    return list(dict.fromkeys(good))


def title_of(params: dict[str, Any]) -> str:
    """The title; 400 for a blank or too long one."""
    title = str(params["title"] or "").strip()
    if not title:
        raise invalid(title="can't be blank")
    if len(title) > 255:
        raise invalid(title="is too long (maximum is 255 characters)")
    return title


def day_of(params: dict[str, Any], name: str) -> str | None:
    """A date; 400 for what is none."""
    value = params.get(name)
    if not value:
        return None
    text = str(value)[:10]
    if len(text) != 10 or text[4] + text[7] != "--" or not text.replace("-", "").isdigit():
        raise wrong(f"{name} is invalid")
    return text


def texts(params: dict[str, Any]) -> dict[str, Any]:
    """What an author may always change: title and description."""
    found: dict[str, Any] = {}
    if "title" in params:
        found["title"] = title_of(params)
    if "description" in params:
        found["body"] = params["description"]
        if len(found["body"] or "") > LONGEST:
            raise invalid(description=f"is too long (maximum is {LONGEST} characters)")
    return found


def state(one: Issue, params: dict[str, Any]) -> dict[str, Any]:
    """What ``state_event`` says; one that changes nothing is passed over."""
    event = choice(params, "state_event", "close", "reopen")
    if one.state in {"merged", "locked"}:
        return {}
    if event == "close" and one.state == "open":
        return {"state": "closed"}
    return {"state": "open"} if event == "reopen" and one.state == "closed" else {}


def metadata(request: Request, repository: Repository, params: dict[str, Any], one: Issue | None) -> dict[str, Any]:
    """Labels, people, milestone and flags: what a role in the project is needed for."""
    found: dict[str, Any] = _labels(request, repository, params, one)
    for name, single, field in (("assignee_ids", "assignee_id", "assignees"), ("reviewer_ids", "", "reviewers")):
        if name in params:
            found[field] = people(request, repository, numbers(params, name))
        elif single and single in params:
            found[field] = people(request, repository, numbers(params, single))
    if "milestone_id" in params:
        found["milestone"] = milestone_of(repository, params["milestone_id"])
    if "discussion_locked" in params:
        found["locked"] = flag(params["discussion_locked"])
    if one is not None and not isinstance(one, MergeRequest):
        found.pop("reviewers", None)
    return found


def issue_only(params: dict[str, Any]) -> dict[str, Any]:
    """What only issues have."""
    found: dict[str, Any] = {}
    if "confidential" in params:
        found["confidential"] = flag(params["confidential"])
    if "due_date" in params:
        found["due"] = day_of(params, "due_date")
    if "weight" in params:
        weight = params["weight"]
        if weight is not None and (not str(weight).isdigit()):
            raise wrong("weight is invalid")
        found["weight"] = None if weight is None else int(weight)
    return found


def _labels(request: Request, repository: Repository, params: dict[str, Any], one: Issue | None) -> dict[str, Any]:
    if not params.keys() & {"labels", "add_labels", "remove_labels"}:
        return {}
    found = list(one.labels) if one is not None else []
    if "labels" in params:
        found = labels_named(request, repository, words(params["labels"]))
    gone = {name.lower() for name in words(params.get("remove_labels"))}
    found += labels_named(request, repository, words(params.get("add_labels")))
    return {"labels": exclusive(label for label in dict.fromkeys(found) if label.name.lower() not in gone)}


def drafted(changes: dict[str, Any]) -> dict[str, Any]:
    """Adds ``draft``, which follows from the title."""
    return changes | {"draft": is_draft(changes["title"])} if "title" in changes else changes


def may_set(request: Request, repository: Repository) -> bool:
    """Whether who asks may set more than the text."""
    return request.world.level(request.viewer.user, repository) >= model.PLAN
