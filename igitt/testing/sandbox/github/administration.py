"""Routes for who owns a repository, and which keys open it."""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.context import body_of, created, invalid, iso, paged, repository_of, routes, text_of
from igitt.testing.sandbox.github.shapes import repositories as shapes
from igitt.testing.sandbox.model import Repository
from igitt.testing.sandbox.wire import Reply, Request


@routes.post("/repos/{owner}/{repo}/transfer")
def transfer(request: Request) -> object:
    """Gives a repository to another account, at once and without asking it: 202."""
    found = repository_of(request, "administration", model.OWN)
    owner = request.world.account(text_of(body_of(request), "new_owner", "Repository"))
    if owner is None:
        raise invalid("Repository", "new_owner")
    taken = request.world.holder(f"{owner.login}/{found.name}")
    if taken not in {None, found}:
        raise invalid("Repository", "name", "custom", "name already exists on this account")
    before = shapes.repository(request.forge, found, request)
    request.world.edit_repository(found, request.user, owner=owner)
    return Reply(before, 202)


# ---- deploy keys

KEYS = "/repos/{owner}/{repo}/keys"


def _keys(request: Request) -> tuple[Repository, dict[int, dict[str, Any]]]:
    found = repository_of(request, "administration", model.OWN)
    return found, found.extra.setdefault("deploy keys", {})


def _key(request: Request) -> tuple[dict[int, dict[str, Any]], int]:
    keys, number = _keys(request)[1], request.number("key_id")
    if number not in keys:
        raise request.forge.not_found()
    return keys, number


@routes.get(KEYS)
def deploy_keys(request: Request) -> object:
    """The keys of a repository."""
    return paged(request, list(_keys(request)[1].values()), lambda each: each)


@routes.post(KEYS)
def add_deploy_key(request: Request) -> object:
    """Adds a key; 422 for what is none, and for one that is in use."""
    found, keys = _keys(request)
    data = body_of(request)
    text, title = text_of(data, "key", "PublicKey"), text_of(data, "title", "PublicKey", required=False)
    if not text.startswith(("ssh-", "ecdsa-", "sk-")) or " " not in text:
        raise invalid(
            "PublicKey", "key", "custom", "key is invalid. You must supply a key in OpenSSH public key format"
        )
    if any(text == each["key"] for each in keys.values()):
        raise invalid("PublicKey", "key", "custom", "key is already in use")
    number = request.world.next_id("deploy key")
    keys[number] = {
        "id": number, "key": text, "url": f"{shapes.api_of(request.forge, found)}/keys/{number}", "title": title,
        "verified": True, "created_at": iso(request.world.now()), "read_only": bool(data.get("read_only")),
        "added_by": request.viewer.user.login if request.viewer.user else None, "last_used": None, "enabled": True,
    }  # fmt: skip
    return created(keys[number])


@routes.get(f"{KEYS}/{{key_id}}")
def deploy_key(request: Request) -> object:
    """One key."""
    keys, number = _key(request)
    return keys[number]


@routes.delete(f"{KEYS}/{{key_id}}")
def delete_deploy_key(request: Request) -> None:
    """Takes a key away."""
    keys, number = _key(request)
    del keys[number]
