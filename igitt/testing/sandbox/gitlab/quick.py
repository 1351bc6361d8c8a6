"""Quick actions: the lines of a text that begin with a slash and do something in place of being said."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model, names, work
from igitt.testing.sandbox.gitlab import system
from igitt.testing.sandbox.gitlab.durations import seconds_of
from igitt.testing.sandbox.gitlab.fields import labels_named
from igitt.testing.sandbox.gitlab.shapes.tickets import DRAFT
from igitt.testing.sandbox.model import Issue, MergeRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from igitt.testing.sandbox.model import Commit, Repository, User
    from igitt.testing.sandbox.wire import Request

LINE = re.compile(r"^/([a-z_]+)(?:[ \t]+(.*?))?[ \t]*$")
NAMES = re.compile(r'~"([^"]+)"|~(\S+)|"([^"]+)"|(\S+)')
TAG = re.compile(r"^/tag[ \t]+(\S+)(?:[ \t]+(.*?))?[ \t]*$")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(slots=True)
class Done:
    """What the commands of one text come to: ``changes`` of the model, and what the API tells of them."""

    request: Request
    ticket: Issue
    changes: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    summary: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    found: bool = False

    @property
    def kind(self) -> str:
        """The word for what is commanded."""
        return "merge request" if isinstance(self.ticket, MergeRequest) else "issue"

    def now(self, name: str) -> Any:
        """A field of the model with the changes so far."""
        return self.changes.get(name, getattr(self.ticket, name))

    def users(self, text: str) -> list[User]:
        """The users that a command names."""
        me, world = self.request.user, self.request.world
        names = [name.lstrip("@").rstrip(",") for name in text.split()]
        found = [me if name == "me" else world.user(name) for name in names]
        return [user for user in found if user is not None]


def run(request: Request, ticket: Issue, text: str) -> tuple[str, Done]:
    """Carries out the commands in a text; returns the text without them and what they did.

    A command that who asks may not use is taken out all the same and counts as failed.
    """
    done = Done(request, ticket)
    kept, fenced = [], False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        found = None if fenced else LINE.match(line)
        if found is None or found[1] not in COMMANDS:
            kept.append(line)
            continue
        done.found = True
        allowed = request.world.level(request.user, ticket.repository) >= model.PLAN or request.user is ticket.author
        if not allowed or COMMANDS[found[1]](done, found[1], found[2] or "") is False:
            done.failed.append(f"Could not apply {found[1]} command.")
    if not done.found:
        return text, done
    work.edit_issue(request.world, ticket, request.user, **done.changes)
    return "\n".join(kept).strip(), done


def run_in_description(request: Request, ticket: Issue, changes: dict[str, Any]) -> None:
    """Carries out the commands of a description that was edited.

    Source: https://docs.gitlab.com/user/project/quick_actions/ ("when you save descriptions or comments").
    """
    if changes.get("body"):
        ticket.body, _ = run(request, ticket, changes["body"])


def run_on_commit(request: Request, home: Repository, commit: Commit, text: str) -> str:
    """Carries out ``/tag NAME MESSAGE`` in a comment on a commit, its only command; returns the text without it.

    Sources: https://docs.gitlab.com/user/project/quick_actions/ (commits) and gitlab issue 505099: the API carries it
    out, and refuses a text of nothing else all the same.
    """
    kept = []
    for line in text.splitlines():
        found = TAG.match(line)
        if found is None or request.world.level(request.user, home) < model.WRITE:
            kept.append(line)
        elif names.is_ref(found[1]) and found[1] not in home.extra.get("tags", {}):
            now, message = request.world.now(), found[2] or ""
            made = None
            if message:
                made = gitdata.tag_object(home, found[1], commit.sha, gitdata.person(request.user, now), message)
            gitdata.set_tag(request.world, home, found[1], gitdata.tag(commit.sha, now, message, made), request.user)
    return text if len(kept) == len(text.splitlines()) else "\n".join(kept).strip()


def _state(done: Done, name: str, _: str) -> bool | None:
    wanted = "closed" if name == "close" else "open"
    if done.ticket.state in {wanted, "merged"}:
        return False
    done.changes["state"] = wanted
    done.told["state_event"] = name
    done.summary.append(f"{'Closed' if name == 'close' else 'Reopened'} this {done.kind}.")
    return None


def _title(done: Done, name: str, text: str) -> bool | None:
    bare = DRAFT.sub("", done.now("title"))
    if name in {"draft", "ready"}:
        text = f"Draft: {bare}" if name == "draft" else bare
        done.changes["draft"] = name == "draft"
        if not isinstance(done.ticket, MergeRequest):
            return False
    if not text:
        return False
    done.changes["title"] = done.told["title"] = text
    done.summary.append(f'Changed the title to "{text}".')
    return None


def _label(done: Done, name: str, text: str) -> bool | None:
    names = [next(filter(None, parts)) for parts in NAMES.findall(text)]
    have = list(done.now("labels"))
    named = labels_named(done.request, done.ticket.repository, names) if name != "unlabel" else []
    if name in {"label", "labels"}:
        result, key = list(dict.fromkeys([*have, *named])), "add_label_ids"
    elif name == "relabel":
        result, key = named, "label_ids"
    else:
        gone = {each.lower() for each in names}
        result, key = [label for label in have if gone and label.name.lower() not in gone], "remove_label_ids"
        named = [label for label in have if label not in result]
    if name != "unlabel" and not names:
        return False
    done.changes["labels"] = result
    done.told[key] = [label.id for label in named]
    verb = {"add_label_ids": "Added", "label_ids": "Replaced all labels with", "remove_label_ids": "Removed"}[key]
    done.summary.append(f"{verb} {' '.join(f'~{label.name}' for label in named)} label(s).")
    return None


def _assign(done: Done, name: str, text: str) -> bool | None:
    have, named = list(done.now("assignees")), done.users(text)
    if name in {"assign", "reassign"} and not named:
        return False
    if name == "unassign":
        result = [user for user in have if named and user not in named]
    else:
        result = list(dict.fromkeys([*have, *named])) if name == "assign" else named
    done.changes["assignees"] = result
    done.told["assignee_ids"] = [user.id for user in result]
    done.summary.append("Changed the assignees.")
    return None


def _milestone(done: Done, name: str, text: str) -> bool | None:
    title = text.lstrip("%").strip('"')
    home = done.ticket.repository
    found = None if name != "milestone" else next((m for m in home.milestones.values() if m.title == title), None)
    if name == "milestone" and found is None:
        return False
    done.changes["milestone"] = found
    done.told["milestone_id"] = found.id if found else None
    done.summary.append(f"Set the milestone to %{title}." if found else "Removed the milestone.")
    return None


def _flag(done: Done, name: str, _: str) -> bool | None:
    key = "confidential" if name == "confidential" else "locked"
    done.changes[key] = name != "unlock"
    done.told["confidential" if key == "confidential" else "discussion_locked"] = name != "unlock"
    done.summary.append(f"Made this {done.kind} {name}." if key == "confidential" else "Changed the lock.")
    return None


def _due(done: Done, name: str, text: str) -> bool | None:
    day = DAY.search(text)
    if name == "due" and day is None:
        return False
    done.changes["due"] = done.told["due_date"] = day[0] if day and name == "due" else None
    done.summary.append("Changed the due date.")
    return None


def _time(done: Done, name: str, text: str) -> bool | None:
    seconds = 0 if name.startswith("remove") else seconds_of(text)
    if seconds is None:
        return False
    if name in {"estimate", "remove_estimate"}:
        done.changes["time_estimate"] = done.told["time_estimate"] = seconds
    else:
        done.changes["time_spent"] = 0 if name == "remove_time_spent" else max(0, done.now("time_spent") + seconds)
        done.told["spend_time"] = {"duration": seconds, "user_id": done.request.user.id}
    done.summary.append("Changed the time tracking.")
    return None


def _subscribe(done: Done, name: str, _: str) -> bool | None:
    people, me = done.ticket.subscribers, done.request.user.id
    if name == "subscribe":
        people.add(me)
    else:
        people.discard(me)
    done.told["subscription_event"] = name
    done.summary.append(f"{name.title()}d.")
    return None


def _todo(done: Done, name: str, _: str) -> bool | None:
    me = done.request.user
    if name == "todo":
        system.give_todo(done.request.world, me, me, done.ticket, "marked")
    for one in me.todos if name == "done" else []:
        if one["target"] is done.ticket:
            one["state"] = "done"
    done.told["todo_event"] = {"todo": "add", "done": "done"}[name]
    done.summary.append("Changed the to-do list.")
    return None


def _approve(done: Done, name: str, _: str) -> bool | None:
    ticket, me = done.ticket, done.request.user
    if not isinstance(ticket, MergeRequest) or (me in ticket.approvals) is (name == "approve"):
        return False
    (work.approve if name == "approve" else work.unapprove)(done.request.world, ticket, me)
    done.summary.append("Approved." if name == "approve" else "Unapproved.")
    return None


COMMANDS: dict[str, Callable[[Done, str, str], bool | None]] = {
    "close": _state, "reopen": _state, "title": _title, "draft": _title, "ready": _title, "label": _label,
    "labels": _label, "unlabel": _label, "relabel": _label, "assign": _assign, "reassign": _assign,
    "unassign": _assign, "milestone": _milestone, "remove_milestone": _milestone, "confidential": _flag,
    "lock": _flag, "unlock": _flag, "due": _due, "remove_due_date": _due, "estimate": _time, "spend": _time,
    "remove_estimate": _time, "remove_time_spent": _time, "subscribe": _subscribe, "unsubscribe": _subscribe,
    "todo": _todo, "done": _todo, "approve": _approve, "unapprove": _approve,
}  # fmt: skip
