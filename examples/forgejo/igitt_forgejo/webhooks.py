"""What Forgejo's webhooks tell, as neutral events (source: https://forgejo.org/docs/latest/user/webhooks/).

A delivery has Forgejo's headers, and for the sake of what was made for them Gitea's, Gogs' and GitHub's too. Its
objects have the shape of the API's. Nothing here sends a request.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from igitt.errors import InvalidPayloadError, UnknownEventError
from igitt.interfaces import (
    IssueActions,
    MergeRequestActions,
    PushActions,
    ReleaseActions,
    RepositoryActions,
    ReviewActions,
    WikiPage,
)
from igitt.provider import (
    STATES,
    Action,
    Changes,
    CommentActions,
    Delivery,
    Event,
    WikiActions,
    bodies,
    names,
    part,
    parts,
    required,
    when,
    word,
)
from igitt_forgejo.code import pushed_commit
from igitt_forgejo.provider import FORGEJO

__all__ = ["claim", "delivery_id", "event_name", "event_names", "homes", "parse", "repo_name"]

#: Fields that igitt's objects call otherwise.
_FIELDS = {"body": "description", "ref": "base_branch_name"}
_WORDS: dict[str, tuple[Action, Action]] = {
    # Forgejo's word: of an issue, of a pull request.
    "edited": (IssueActions.ATTRIBUTES_CHANGED, MergeRequestActions.ATTRIBUTES_CHANGED),
    "label_updated": (IssueActions.LABELED, MergeRequestActions.LABELED),
    "label_cleared": (IssueActions.UNLABELED, MergeRequestActions.UNLABELED),
    "synchronized": (IssueActions.OTHER, MergeRequestActions.SYNCHRONIZED),
    "review_requested": (IssueActions.OTHER, MergeRequestActions.REVIEW_REQUESTED),
    "review_request_removed": (IssueActions.OTHER, MergeRequestActions.REVIEW_REQUEST_REMOVED),
}
_VERDICTS: dict[str, Action] = {
    "pull_request_review_approved": ReviewActions.APPROVED,
    "pull_request_review_rejected": ReviewActions.CHANGES_REQUESTED,
    "pull_request_review_comment": ReviewActions.COMMENTED,
}
#: What the headers call a review; the fine name is in the payload.
_REVIEWS = {
    "pull_request_approved": "pull_request_review_approved",
    "pull_request_rejected": "pull_request_review_rejected",
    "pull_request_comment": "pull_request_review_comment",
}
_RELEASES: dict[str, Action] = {"updated": ReleaseActions.EDITED}


class _Reading(Delivery):
    """A delivery of Forgejo, with what most payloads hold."""

    def __init__(self, client: Any, name: str, payload: Mapping[str, Any], identifier: str) -> None:
        super().__init__(client, name, payload, identifier)
        self.action = word(payload, "action")
        self.repository = self.make("Repository", part(payload, "repository"))
        self.organization = self.make("Organization", part(payload, "organization"))
        self.sender = self.make("User", part(payload, "sender"))

    def commit(self, told: Mapping[str, Any]) -> Any:
        """A commit of a push."""
        return self.make("Commit", pushed_commit(told), self.repository)


def _edits(reading: _Reading, subject: Mapping[str, Any]) -> Changes:
    """The payload's ``changes``, with the new value out of the subject: Forgejo tells only the old one."""
    found: Changes = {}
    for key, change in (part(reading.payload, "changes") or {}).items():
        if isinstance(change, dict) and "from" in change:
            now = (part(subject, "base") or {}).get("ref") if key == "ref" else subject.get(key)
            found[_FIELDS.get(key, key)] = (change["from"], now)
    return found


def _ticket(reading: _Reading, key: str, cls: str, place: int) -> Iterator[Event]:
    """An issue or a pull request, which are told alike."""
    data = required(reading.payload, key)
    thing = reading.make(cls, data, reading.repository)
    actions: type[Action] = (IssueActions, MergeRequestActions)[place]
    known = _WORDS.get(reading.action)
    action = actions(reading.action.replace("_", " ")) if known is None else known[place]
    if action is MergeRequestActions.CLOSED and data.get("merged"):
        action = MergeRequestActions.MERGED
    changes = _edits(reading, data)
    if action in STATES:
        changes["state"] = STATES[action]
    further: list[Any] = []
    if reading.action == "assigned" and (user := part(data, "assignee")) is not None:
        further = [reading.make("User", user)]
    elif reading.action == "milestoned":
        further = [reading.make("Milestone", part(data, "milestone"), reading.repository)]
    elif reading.action in {"review_requested", "review_request_removed"}:
        further = [reading.make("User", part(reading.payload, "requested_reviewer"))]
    elif reading.action == "label_updated":  # which one it was is not told
        changes.setdefault("labels", (None, names(data.get("labels"))))
    if "base_branch_name" in changes:
        action = MergeRequestActions.TARGET_CHANGED
    yield reading.event(action, thing, *further, changes=changes, at=when(data, "updated_at", "created_at"))


def _issues(reading: _Reading) -> Iterator[Event]:
    yield from _ticket(reading, "issue", "Issue", 0)


def _pulls(reading: _Reading) -> Iterator[Event]:
    if "review" in reading.payload and reading.action == "reviewed":
        yield from _review(reading)
    else:
        yield from _ticket(reading, "pull_request", "MergeRequest", 1)


def _review(reading: _Reading) -> Iterator[Event]:
    """A review, of which only the verdict and the text are told, and no number."""
    data = required(reading.payload, "pull_request")
    told = required(reading.payload, "review")
    pull = reading.make("MergeRequest", data, reading.repository)
    action = _VERDICTS.get(word(told, "type"), ReviewActions.OTHER)
    yield reading.event(action, pull, told, at=when(data, "updated_at"))


def _comment(reading: _Reading) -> Iterator[Event]:
    data, said = required(reading.payload, "issue"), required(reading.payload, "comment")
    is_pull = bool(reading.payload.get("is_pull")) or part(data, "pull_request") is not None
    thing = reading.make("MergeRequest" if is_pull else "Issue", data, reading.repository)
    comment = reading.make("Comment", said, thing)
    changes = bodies(_edits(reading, said))
    action = CommentActions(reading.action)
    yield reading.event(action, thing, comment, changes=changes, at=when(said, "updated_at", "created_at"))


def _push(reading: _Reading) -> Iterator[Event]:
    payload = reading.payload
    ref, before, after = (word(payload, key) for key in ("ref", "before", "after"))
    if not ref.startswith("refs/heads/"):
        return  # tags are told by create and delete
    branch, changes = ref.removeprefix("refs/heads/"), {"head": (before, after)}
    commits = [reading.commit(commit) for commit in parts(payload, "commits")]
    at = when(part(payload, "head_commit"), "timestamp")
    if before and not before.strip("0"):
        yield reading.event(PushActions.BRANCH_CREATED, reading.repository, branch, changes=changes, at=at)
        if not commits:
            return
    yield reading.event(PushActions.PUSHED, reading.repository, branch, commits, changes=changes, at=at)


def _ref(reading: _Reading) -> Iterator[Event]:
    """A tag that comes or goes, and a branch that goes: of one that comes, its push tells, with the hashes."""
    made = reading.name == "create"
    kinds = {"tag": PushActions.TAG_CREATED if made else PushActions.TAG_DELETED, "branch": PushActions.BRANCH_DELETED}
    if made and word(reading.payload, "ref_type") == "branch":
        return
    action = kinds.get(word(reading.payload, "ref_type"), PushActions.OTHER)
    ref = word(reading.payload, "ref").removeprefix("refs/heads/").removeprefix("refs/tags/")
    yield reading.event(action, reading.repository, ref)


def _release(reading: _Reading) -> Iterator[Event]:
    data = required(reading.payload, "release")
    action = _RELEASES.get(reading.action) or ReleaseActions(reading.action)
    yield reading.event(action, reading.make("Release", data, reading.repository), at=when(data, "published_at"))


def _repository(reading: _Reading) -> Iterator[Event]:
    at = when(part(reading.payload, "repository"), "updated_at")
    yield reading.event(RepositoryActions(reading.action), reading.repository, at=at)


def _fork(reading: _Reading) -> Iterator[Event]:
    source = reading.make("Repository", part(reading.payload, "forkee"))
    yield reading.event(RepositoryActions.FORKED, source, reading.repository)


def _wiki(reading: _Reading) -> Iterator[Event]:
    name, message = word(reading.payload, "page"), word(reading.payload, "comment")
    page = WikiPage(title=name, name=name, message=message, data=reading.payload)
    yield reading.event(WikiActions(reading.action), page)


#: By event: what reads it, and what its payloads always have. No signature covers the header that names it.
_EVENTS: dict[str, tuple[Callable[[_Reading], Iterator[Event]], frozenset[str]]] = {
    "issues": (_issues, frozenset({"action", "issue"})),
    "issue_comment": (_comment, frozenset({"action", "comment", "issue"})),
    "pull_request": (_pulls, frozenset({"action", "pull_request"})),
    "pull_request_review": (_review, frozenset({"pull_request", "review"})),
    "push": (_push, frozenset({"ref", "commits"})),
    "create": (_ref, frozenset({"ref", "ref_type"})),
    "delete": (_ref, frozenset({"ref", "ref_type"})),
    "release": (_release, frozenset({"action", "release"})),
    "repository": (_repository, frozenset({"action", "repository"})),
    "fork": (_fork, frozenset({"forkee", "repository"})),
    "wiki": (_wiki, frozenset({"action", "page"})),
}
#: What tells one event from another.
_TELLING = frozenset().union(*(keys for _, keys in _EVENTS.values())) - {"action", "repository", "ref", "comment"}
#: What payloads of an event may have besides.
_ALSO = {"pull_request": {"review"}, "issue_comment": {"pull_request"}}


def claim(headers: Mapping[str, str]) -> int:
    """How surely a delivery is Forgejo's (or Gitea's, which is the same)."""
    return 0 if FORGEJO.webhooks is None else FORGEJO.webhooks.claim(headers)


def homes(headers: Mapping[str, str], payload: Mapping[str, Any]) -> tuple[Any, ...]:  # noqa: ARG001 - they do not tell it
    """Where it is from: the page of the repository, or of the user who did it."""
    for key in ("repository", "organization", "sender"):
        told = payload.get(key)
        if isinstance(told, dict) and told.get("html_url"):
            return (told["html_url"],)
    return ()


def event_name(headers: Mapping[str, str]) -> str:
    """The event's name, out of normalized headers; InvalidPayloadError where there is none."""
    name = headers.get("x-forgejo-event") or headers.get("x-gitea-event")
    if not name:
        raise InvalidPayloadError("the delivery has no X-Forgejo-Event header; is it from Forgejo?")
    return "pull_request_review" if name in _REVIEWS else name


def event_names() -> Collection[str]:
    """The names of the events that are known, in small letters."""
    return _EVENTS.keys()


def delivery_id(headers: Mapping[str, str]) -> str:
    """The delivery's id, which a redelivery keeps."""
    return headers.get("x-forgejo-delivery") or headers.get("x-gitea-delivery", "")


def parse(
    client: Any,
    event: str,
    payload: Mapping[str, Any],
    delivery: str = "",
    raw: bytes = b"",  # noqa: ARG001 - Forgejo's payloads are not as whole as the API's answers, so none is kept
    *,
    delivered: bool = False,
) -> tuple[Event, ...]:
    """What a delivery tells, one event a change; sends nothing.

    Args:
        client: the client that the objects are made with.
        event: the event's name, as in ``X-Forgejo-Event``.
        payload: the decoded payload.
        delivery: the delivery's id.
        raw: its JSON as it came.
        delivered: whether only a header names the event, so that the payload has to be seen to be of it.

    Raises:
        UnknownEventError: when the event is not known.
        InvalidPayloadError: when a part of the payload is missing, of a wrong type, or of another event.
    """
    known = _EVENTS.get(_REVIEWS.get(event, event) if isinstance(event, str) else "")
    if known is None and isinstance(event, str) and event in {*_REVIEWS, *_VERDICTS}:
        known = _EVENTS["pull_request_review"]
    if known is None:
        raise UnknownEventError(f"igitt knows no event {event!r} of Forgejo's; a bot may ignore it")
    if not isinstance(payload, dict):
        raise InvalidPayloadError(f"a payload is a JSON object, not {type(payload).__name__}")
    read, keys = known
    missing = keys - payload.keys()
    strange = _TELLING.intersection(payload) - keys - _ALSO.get(event, set())
    if delivered and (missing or strange):
        wrong = f"has no {min(missing)!r}" if missing else f"has {min(strange)!r}, which no such event has"
        raise InvalidPayloadError(f"the payload {wrong}: it is not of the event {event!r} that its header names")
    return tuple(read(_Reading(client, event, payload, delivery)))


def repo_name(payload: Mapping[str, Any]) -> str | None:
    """The full name of the repository that a payload is about, None when it is about none."""
    if not isinstance(payload, dict):
        raise InvalidPayloadError(f"a payload is a JSON object, not {type(payload).__name__}")
    return word(part(payload, "repository"), "full_name") or None
