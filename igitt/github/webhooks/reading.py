"""A GitHub payload's surroundings, and its ``changes`` in neutral words.

Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads. What an event means is written in the tables
beside this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from igitt.interfaces.actions import Action
from igitt.webhooks.delivery import Changes, Delivery, number, part, word

__all__ = ["GitHubDelivery", "edits", "home", "named", "neutral"]

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

    __slots__ = ("action",)

    def __init__(self, client: Any, name: str, payload: Mapping[str, Any], identifier: str) -> None:
        super().__init__(client, name, payload, identifier)
        self.action = word(payload, "action")
        installation = part(payload, "installation")
        found = number(installation, "id")
        if found is not None:
            self.installation = self.make("Installation", installation)
            if client.token is not None and client.token.signs:
                self.client = client.as_installation(found)
        self.organization = self.make("Organization", named(part(payload, "organization"), "login"))
        self.repository = self.make("Repository", home(payload))
        self.sender = self.make("User", named(part(payload, "sender"), "login"))

    def user(self, data: Mapping[str, Any] | None, key: str) -> Any:
        """The user under a key, None where there is none."""
        return self.make("User", named(part(data, key), "login"))

    def commit(self, sha: str) -> Any:
        """The commit of that hash in the payload's repository; None without one."""
        return self.make("Commit", {"sha": sha}, self.repository) if sha and self.repository is not None else None


def named(data: dict[str, Any] | None, key: str) -> dict[str, Any] | None:
    """An object that tells its name; one that does not is nobody, as a deleted account is."""
    return data if data is not None and word(data, key) else None


def home(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """The payload's repository, None for none; where its full name is missing, its owner and its name tell it."""
    data = part(payload, "repository")
    if data is None or word(data, "full_name"):
        return data
    owner, name = word(part(data, "owner"), "login"), word(data, "name")
    return {**data, "full_name": f"{owner}/{name}"} if owner and name else None


def neutral(actions: type[Action], action: str, words: Mapping[str, Action]) -> Action:
    """The neutral action: what the table says, otherwise the member of the same word, otherwise ``OTHER``."""
    return words.get(action) or actions(action.replace("_", " "))


def edits(payload: Mapping[str, Any], subject: Mapping[str, Any] | None) -> Changes:
    """The payload's ``changes``, with the new value out of the subject where GitHub tells only the old one."""
    found: Changes = {}
    for key, change in (part(payload, "changes") or {}).items():
        if isinstance(change, dict) and ("from" in change or "to" in change):
            new = change["to"] if "to" in change else (subject or {}).get(key)
            found[_FIELDS.get(key, key)] = (change.get("from"), new)
    return found
