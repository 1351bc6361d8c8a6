"""What people do with issues, merge requests, comments, labels and milestones, once for both forges.

Each function changes the state, writes the timeline and publishes the event. Rights and the forge's own validation
are checked by the routes before; nothing here raises an API error.
"""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING, Any, cast

from igitt.testing.sandbox.model import (
    Comment,
    Commit,
    Event,
    Issue,
    Label,
    MergeRequest,
    Milestone,
    Organization,
    Reaction,
    Repository,
    Review,
    TimelineEvent,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.world import World


def note(world: World, issue: Issue, event: str, actor: User, **data: Any) -> TimelineEvent:
    """Writes one line of an issue's history."""
    line = TimelineEvent(world.next_id("event"), event, actor, world.now(), data)
    issue.events.append(line)
    return line


def next_number(world: World, repository: Repository, kind: str) -> int:
    """The next number; GitHub counts issues and pull requests together, GitLab apart."""
    key = "all" if world.shared_numbers else kind
    repository.last_number[key] = repository.last_number.get(key, 0) + 1
    return repository.last_number[key]


def labels_named(world: World, repository: Repository, names: Iterable[str], color: str = "ededed") -> list[Label]:
    """The labels of those names, the repository's or its groups', made where missing; each once."""
    found: dict[str, Label] = {}
    homes: list[Repository | Organization] = [repository]
    if isinstance(repository.owner, Organization):
        homes += repository.owner.lineage
    for name in names:
        key = name.lower()
        known = next((home.labels[key] for home in homes if key in home.labels), None)
        found.setdefault(key, known or world.add_label(repository, name, color))
    return list(found.values())


def create_issue(
    world: World, repository: Repository, author: User, title: str, body: str | None = None, **fields: Any
) -> Issue:
    """Opens an issue.

    ``fields`` are fields of the model: labels, assignees, milestone, confidential, app …
    """
    now = world.now()
    number = next_number(world, repository, "issue")
    issue = Issue(world.next_id("issue"), number, repository, title, body, author, now, now, **fields)
    repository.issues[number] = issue
    opened(world, issue)
    return issue


def opened(world: World, issue: Issue) -> None:
    """Writes the first lines of the history and publishes ``opened``."""
    issue.subscribers.add(issue.author.id)
    for label in issue.labels:
        note(world, issue, "labeled", issue.author, label=label)
    for user in issue.assignees:
        note(world, issue, "assigned", issue.author, assignee=user)
    if issue.milestone:
        note(world, issue, "milestoned", issue.author, milestone=issue.milestone)
    issue.repository.updated = world.now()
    world.publish(Event(issue.kind, "opened", issue.author, issue, issue.repository))


def edit_issue(world: World, issue: Issue, actor: User, **changes: Any) -> dict[str, tuple[Any, Any]]:
    """Changes fields of an issue or merge request in one step and publishes ``updated`` once.

    ``changes`` are fields of the model (labels and assignees as lists of objects).
    Returns what really changed, old and new; the event also has when it was ``updated`` before.
    """
    real = {key: (getattr(issue, key), value) for key, value in changes.items() if getattr(issue, key) != value}
    if not real:
        return real
    for key, (old, new) in real.items():
        setattr(issue, key, new)
        _remember(world, issue, actor, key, old, new)
    before, issue.updated = issue.updated, world.now()
    world.publish(Event(issue.kind, "updated", actor, issue, issue.repository, real, {"updated": before}))
    return real


def _remember(world: World, issue: Issue, actor: User, key: str, old: Any, new: Any) -> None:
    if key == "title":
        note(world, issue, "renamed", actor, rename={"from": old, "to": new})
    elif key == "state":
        issue.closed_at = None if new == "open" else world.now()
        issue.closed_by = None if new == "open" else actor
        note(world, issue, {"open": "reopened"}.get(new, new), actor)
    elif key in {"labels", "assignees", "reviewers"}:
        _remember_list(world, issue, actor, key, old, new)
    elif key == "milestone":
        if old:
            note(world, issue, "demilestoned", actor, milestone=old)
        if new:
            note(world, issue, "milestoned", actor, milestone=new)
    elif key == "locked":
        note(world, issue, "locked" if new else "unlocked", actor, lock_reason=issue.lock_reason)
    elif key == "draft":
        note(world, issue, "convert_to_draft" if new else "ready_for_review", actor)


def _remember_list(world: World, issue: Issue, actor: User, key: str, old: list[Any], new: list[Any]) -> None:
    words, name = {
        "labels": (("labeled", "unlabeled"), "label"),
        "assignees": (("assigned", "unassigned"), "assignee"),
        "reviewers": (("review_requested", "review_request_removed"), "requested_reviewer"),
    }[key]
    for item in new:
        if item not in old:
            note(world, issue, words[0], actor, **{name: item})
    for item in old:
        if item not in new:
            note(world, issue, words[1], actor, **{name: item})


def delete_issue(world: World, issue: Issue, actor: User) -> None:
    """Removes an issue or merge request and publishes ``deleted``."""
    table = cast(
        "dict[int, Issue]",
        issue.repository.merge_requests if isinstance(issue, MergeRequest) else issue.repository.issues,
    )
    table.pop(issue.number, None)
    world.publish(Event(issue.kind, "deleted", actor, issue, issue.repository))


def add_comment(
    world: World, target: Issue | Commit, author: User, body: str, *, repository: Repository, **fields: Any
) -> Comment:
    """Adds a comment to an issue, a merge request or a commit; ``kind="review"`` puts it on the diff."""
    now = world.now()
    number = world.next_id(f"{fields.get('kind', 'issue')} comment")
    comment = Comment(number, repository, target, author, body, now, now, **fields)
    comment.discussion = comment.discussion or sha1(f"discussion {number}".encode(), usedforsecurity=False).hexdigest()
    if comment.kind == "review" and isinstance(target, MergeRequest):
        target.review_comments.append(comment)
    else:
        target.comments.append(comment)
    if isinstance(target, Issue):
        target.updated = now
        target.subscribers.add(author.id)
        if comment.kind == "issue" and not comment.system:
            note(world, target, "commented", author, comment=comment)
    if not comment.system:
        world.publish(Event("comment", "created", author, comment, repository))
    return comment


def edit_comment(world: World, comment: Comment, actor: User, body: str) -> None:
    """Replaces a comment's text and publishes ``edited``."""
    old, comment.body, comment.updated = comment.body, body, world.now()
    if isinstance(comment.target, Issue):
        comment.target.updated = comment.updated
    world.publish(Event("comment", "edited", actor, comment, comment.repository, {"body": (old, body)}))


def delete_comment(world: World, comment: Comment, actor: User) -> None:
    """Removes a comment and publishes ``deleted``."""
    target = comment.target
    if comment.kind == "review" and isinstance(target, MergeRequest):
        target.review_comments.remove(comment)
    else:
        target.comments.remove(comment)
    if isinstance(target, Issue):
        target.updated = world.now()
        target.events = [line for line in target.events if line.data.get("comment") is not comment]
    world.publish(Event("comment", "deleted", actor, comment, comment.repository))


def react(world: World, target: Issue | Comment, user: User, content: str) -> tuple[Reaction, bool]:
    """Adds a reaction; one that the user gave already is returned with False."""
    for known in target.reactions:
        if known.user is user and known.content == content:
            return known, False
    reaction = Reaction(world.next_id("reaction"), content, user, world.now())
    target.reactions.append(reaction)
    target.updated = world.now()
    return reaction, True


def unreact(world: World, target: Issue | Comment, reaction: Reaction) -> None:
    """Takes a reaction away."""
    target.reactions.remove(reaction)
    target.updated = world.now()


def create_label(
    world: World, home: Repository | Organization, actor: User, name: str, color: str, text: str | None
) -> Label:
    """Enters a label and publishes it."""
    label = world.add_label(home, name, color, text)
    world.publish(Event("label", "created", actor, label, home if isinstance(home, Repository) else None))
    return label


def edit_label(world: World, home: Repository | Organization, label: Label, actor: User, **changes: Any) -> None:
    """Renames or repaints a label everywhere."""
    real = {key: (getattr(label, key), value) for key, value in changes.items() if getattr(label, key) != value}
    for key, (_, value) in real.items():
        setattr(label, key, value)
    if "name" in real:
        home.labels = {one.name.lower(): one for one in home.labels.values()}
    label.updated = world.now()
    world.publish(Event("label", "edited", actor, label, home if isinstance(home, Repository) else None, real))


def delete_label(world: World, home: Repository | Organization, label: Label, actor: User) -> None:
    """Removes a label, also from what carries it."""
    del home.labels[label.name.lower()]
    inside = [home] if isinstance(home, Repository) else world.repositories_of(home, nested=True)
    for repository in inside:
        for issue in [*repository.issues.values(), *repository.merge_requests.values()]:
            if label in issue.labels:
                issue.labels = [one for one in issue.labels if one is not label]
                issue.updated = world.now()
    world.publish(Event("label", "deleted", actor, label, home if isinstance(home, Repository) else None))


def create_milestone(
    world: World, home: Repository | Organization, actor: User, title: str, **fields: Any
) -> Milestone:
    """Enters a milestone and publishes it."""
    milestone = world.add_milestone(home, title, actor, **fields)
    world.publish(Event("milestone", "created", actor, milestone, home if isinstance(home, Repository) else None))
    return milestone


def edit_milestone(
    world: World, home: Repository | Organization, milestone: Milestone, actor: User, **changes: Any
) -> None:
    """Changes a milestone; ``state`` keeps ``closed_at`` right."""
    real = {key: (getattr(milestone, key), value) for key, value in changes.items() if getattr(milestone, key) != value}
    for key, (_, value) in real.items():
        setattr(milestone, key, value)
    milestone.updated = world.now()
    if "state" in real:
        milestone.closed_at = world.now() if milestone.state == "closed" else None
    action = {"closed": "closed", "open": "opened"}[milestone.state] if "state" in real else "edited"
    world.publish(Event("milestone", action, actor, milestone, home if isinstance(home, Repository) else None, real))


def delete_milestone(world: World, home: Repository | Organization, milestone: Milestone, actor: User) -> None:
    """Removes a milestone, also from what it holds."""
    home.milestones.pop(milestone.number, None)
    inside = [home] if isinstance(home, Repository) else world.repositories_of(home, nested=True)
    for repository in inside:
        for issue in [*repository.issues.values(), *repository.merge_requests.values()]:
            if issue.milestone is milestone:
                issue.milestone = None
    world.publish(Event("milestone", "deleted", actor, milestone, home if isinstance(home, Repository) else None))


def approve(world: World, request: MergeRequest, user: User) -> None:
    """GitLab's approval."""
    request.approvals.append(user)
    request.updated = world.now()
    world.publish(Event("merge_request", "approved", user, request, request.repository))


def unapprove(world: World, request: MergeRequest, user: User) -> None:
    """Takes an approval back."""
    request.approvals.remove(user)
    request.updated = world.now()
    world.publish(Event("merge_request", "unapproved", user, request, request.repository))


def review(world: World, request: MergeRequest, author: User, state: str, body: str = "", sha: str = "") -> Review:
    """GitHub's review; a finished one takes the author off the list of requested reviewers."""
    submitted = None if state == "PENDING" else world.now()
    made = Review(world.next_id("review"), author, body, state, sha or request.head_sha, submitted)
    request.reviews.append(made)
    if submitted:
        submit_review(world, request, made)
    return made


def submit_review(world: World, request: MergeRequest, made: Review) -> None:
    """Publishes a review that is no longer pending."""
    made.submitted = made.submitted or world.now()
    request.updated = world.now()
    request.reviewers = [user for user in request.reviewers if user is not made.author]
    note(world, request, "reviewed", made.author, review=made)
    world.publish(Event("review", "submitted", made.author, made, request.repository, data={"merge_request": request}))
