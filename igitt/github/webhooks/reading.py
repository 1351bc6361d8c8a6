"""A GitHub payload's surroundings, and its ``changes`` in neutral words.

Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads. What an event means is written in the tables
beside this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

from igitt.interfaces.actions import Action, PipelineActions
from igitt.interfaces.event import Event
from igitt.webhooks.delivery import Changes, Delivery, number, part, word
from igitt.webhooks.lazy import Moment, Surrounding

__all__ = ["GitHubDelivery", "edits", "home", "neutral"]

#: Fields that igitt's objects call otherwise.
_FIELDS = {
    "body": "description",
    "due_on": "due_date",
    "login": "name",
    "new_name": "name",
    "slug": "name",
    "old_permission": "permission",
}


class GitHubDelivery(Delivery):
    """A delivery of GitHub, with what most payloads hold: repository, organization, sender and installation.

    The objects are made with the client that can read them: for an App's client, that of the payload's installation.
    """

    def __init__(self, client: Any, name: str, payload: Mapping[str, Any], identifier: str) -> None:
        super().__init__(client, name, payload, identifier)
        self.action = word(payload, "action")
        installation = part(payload, "installation") if "installation" in payload else None
        if installation and (installed := number(installation, "id")) is not None:
            self.installation = self.make("Installation", installation)
            if client.token is not None and client.token.signs:
                self.client = client.as_installation(installed)
        self._organization = named(payload, "organization", "login")
        self._sender = named(payload, "sender", "login")
        self.repository = self.make("Repository", home(payload))

    @Surrounding
    def organization(self) -> Any:
        """Whose that is."""
        return self.make("Organization", self._organization)

    @Surrounding
    def sender(self) -> Any:
        """The user who did it."""
        return self.make("User", self._sender)

    @property
    def actor(self) -> str:
        """The login name of the user who did it; empty where it is unknown."""
        return word(self._sender, "login")

    def user(self, data: Mapping[str, Any] | None, key: str) -> Any:
        """The user under a key, None where there is none."""
        return self.make("User", named(data, key, "login"))

    def commit(self, sha: str, told: Mapping[str, Any] | None = None) -> Any:
        """The commit of that hash in the payload's repository; None without one.

        Args:
            sha: the whole hash.
            told: what a push or a run tells of it, in the payloads' own shape.
        """
        if not sha or self.repository is None:
            return None
        if told is None or "message" not in told:
            return self.make("Commit", {"sha": sha}, self.repository)
        return self.make("Commit", partial(_commit, sha, told), self.repository)

    def checked(self, commit: Any, at: Moment | None = None) -> Iterator[Event]:
        """That what is said of a commit's checks may have changed; nothing without a commit."""
        if commit is not None:
            yield self.event(PipelineActions.UPDATED, commit, at=at)


def _commit(sha: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """A commit as the REST API has it, from what payloads hold, which is one time and names of accounts."""
    given = told.get("timestamp")
    people = {role: part(told, role) or {} for role in ("author", "committer")}
    signed = {
        role: {"name": who.get("name"), "email": who.get("email"), "date": who.get("date") or given}
        for role, who in people.items()
    }
    # A person without an account has no name of one here, and the API sends null.
    accounts = {role: {"login": name} if (name := word(who, "username")) else None for role, who in people.items()}
    told_page = {"html_url": told["url"]} if word(told, "url") else {}
    return {"sha": sha, "commit": {"message": word(told, "message"), **signed}, **accounts, **told_page}


def named(data: Mapping[str, Any] | None, key: str, name: str) -> dict[str, Any] | None:
    """The object under a key that tells its name; one that does not is nobody, as a deleted account is."""
    found = data.get(key) if data else None
    if found is None:
        return None
    told = found.get(name) if found.__class__ is dict else None
    if told.__class__ is str:  # as it nearly always is; the others are looked at by those who complain
        return found if told else None
    found = part(data, key)
    return found if found and word(found, name) else None


def home(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """The payload's repository, or None; where its full name is missing, it is made from owner and name."""
    found = named(payload, "repository", "full_name")
    data = part(payload, "repository") if found is None else None
    if data is None:
        return found
    owner, name = word(part(data, "owner"), "login"), word(data, "name")
    return {**data, "full_name": f"{owner}/{name}"} if owner and name else None


def neutral(actions: type[Action], action: str, words: Mapping[str, Action]) -> Action:
    """The neutral action: what the table says, otherwise the member of the same word, otherwise ``OTHER``."""
    return words.get(action) or _same_word(actions, action)


@lru_cache(maxsize=1024)
def _same_word(actions: type[Action], action: str) -> Action:
    return actions(action.replace("_", " "))


def edits(payload: Mapping[str, Any], subject: Mapping[str, Any] | None) -> Changes:
    """The payload's ``changes``, with the new value out of the subject where GitHub sends only the old one."""
    found: Changes = {}
    changes = part(payload, "changes") if "changes" in payload else None
    if not changes:
        return found
    for key, change in changes.items():
        if isinstance(change, dict) and ("from" in change or "to" in change):
            new = change["to"] if "to" in change else (subject or {}).get(key)
            found[_FIELDS.get(key, key)] = (change.get("from"), new)
    return found
