"""The notes that GitLab writes by itself when something changes, and the to-do items it gives to people.

Called for every event before its deliveries; writes notes with ``system`` set and changes nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, work
from igitt.testing.sandbox.gitlab.shapes.tickets import human_time
from igitt.testing.sandbox.model import Issue, MergeRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from igitt.testing.sandbox.model import Event, User
    from igitt.testing.sandbox.world import World

STATES = {"open": "reopened"}


def write(world: World, event: Event) -> None:
    """Writes what GitLab notes about an event."""
    one = event.subject
    if not isinstance(one, Issue):
        return
    for text in _texts(event, one):
        work.add_comment(world, one, event.actor, text, repository=one.repository, system=True)
    for user, action in _asked(event, one):
        give_todo(world, user, event.actor, one, action)


def _texts(event: Event, one: Issue) -> Iterator[str]:
    if event.action == "synchronize" and isinstance(one, MergeRequest):
        yield _commits(event, one)
    elif event.action in {"approved", "unapproved"}:
        yield f"{event.action} this merge request"
    elif event.action == "updated":
        kind = "merge request" if isinstance(one, MergeRequest) else "issue"
        for key, (old, new) in event.changes.items():
            text = _text(key, old, new, kind)
            if text:
                yield text


def _commits(event: Event, one: MergeRequest) -> str:
    home = one.repository
    known = set(gitdata.ancestry(home, event.data["before"]))
    fresh = [each for each in gitdata.history(home, event.data["after"]) if each.sha not in known]
    lines = "".join(f"<li>{each.sha[:8]} - {each.message.partition(chr(10))[0]}</li>" for each in reversed(fresh))
    count = f"{len(fresh)} commit" + ("" if len(fresh) == 1 else "s")
    return f"added {count}\n\n<ul>{lines}</ul>"


def _list(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]]:
    return [one for one in new if one not in old], [one for one in old if one not in new]


def _labels(old: list[Any], new: list[Any]) -> str:
    parts = []
    for word, items in zip(("added", "removed"), _list(old, new), strict=True):
        if items:
            parts.append(f"{word} {' '.join(f'~{label.id}' for label in items)}")
    plural = sum(map(len, _list(old, new))) > 1
    return f"{' and '.join(parts)} {'labels' if plural else 'label'}"


def _people(old: list[User], new: list[User], came: str, went: str) -> str:
    parts = []
    for word, users in zip((came, went), _list(old, new), strict=True):
        if users:
            parts.append(f"{word} {' '.join(f'@{user.login}' for user in users)}")
    return " and ".join(parts)


def _text(key: str, old: Any, new: Any, kind: str) -> str:  # noqa: PLR0911  one line a field
    if key == "state":
        return STATES.get(new, str(new))
    if key == "title":
        return f"changed title from **{{-{old}-}}** to **{{+{new}+}}**"
    if key == "labels":
        return _labels(old, new)
    if key == "assignees":
        return _people(old, new, "assigned to", "unassigned")
    if key == "reviewers":
        return _people(old, new, "requested review from", "removed review request for")
    if key == "time_spent":
        change = human_time(abs(new - old))
        return f"{'added' if new > old else 'subtracted'} {change} of time spent" if new else "removed time spent"
    return _plain(key, old, new, kind)


def _plain(key: str, old: Any, new: Any, kind: str) -> str:  # noqa: PLR0911 - a table, of which one line is made
    match key:
        case "body":
            return "changed the description"
        case "milestone":
            return f'changed milestone to %"{new.title}"' if new else "removed milestone"
        case "locked":
            return f"{'locked' if new else 'unlocked'} the discussion in this {kind}"
        case "confidential":
            return "made the issue confidential" if new else "made the issue visible to everyone"
        case "due":
            return f"changed due date to {new}" if new else "removed due date"
        case "weight":
            return f"changed weight to **{new}**" if new is not None else "removed the weight"
        case "time_estimate":
            return f"changed time estimate to {human_time(new)}" if new else "removed time estimate"
        case "draft":
            return f"marked this merge request as **{'draft' if new else 'ready'}**"
        case "base":
            return f"changed target branch from `{old}` to `{new}`"
        case _:
            return ""


def _asked(event: Event, one: Issue) -> Iterator[tuple[User, str]]:
    for key, action in (("assignees", "assigned"), ("reviewers", "review_requested")):
        old, new = event.changes.get(key, ([], getattr(one, key, []) if event.action == "opened" else []))
        for user in new:
            if user not in old and user is not event.actor:
                yield user, action


def give_todo(world: World, user: User, author: User, one: Issue, action: str) -> dict[str, Any] | None:
    """Puts an issue or merge request on a user's list; None where it waits there already."""
    if any(each["target"] is one and each["state"] == "pending" for each in user.todos):
        return None
    now = world.now()
    made = {
        "id": world.next_id("todo"), "author": author, "action": action, "target": one, "state": "pending",
        "created": now, "updated": now,
    }  # fmt: skip
    user.todos.insert(0, made)
    return made
