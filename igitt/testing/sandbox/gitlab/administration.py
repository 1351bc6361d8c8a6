"""Routes for who owns a project, and which keys open it."""

from __future__ import annotations

from hashlib import md5, sha256
from typing import Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab.context import (
    created,
    flag,
    invalid,
    missing,
    need_all,
    paged,
    params_of,
    project_of,
    routes,
)
from igitt.testing.sandbox.gitlab.keys import fingerprint
from igitt.testing.sandbox.gitlab.projects import free, may_use, owner_of
from igitt.testing.sandbox.gitlab.shapes import people, projects
from igitt.testing.sandbox.wire import Request


@routes.put("/projects/{id}/transfer")
def transfer(request: Request) -> object:
    """Gives a project to another namespace, named by path or number; 400 where the path is taken."""
    home, params = project_of(request, model.OWN), params_of(request)
    need_all(params, "namespace")
    name = str(params["namespace"])
    owner = owner_of(request, name) if name.isdigit() else may_use(request, request.world.account(name))
    free(request, owner, home.name)
    request.world.edit_repository(home, request.user, owner=owner)
    return projects.project(request.forge, home, request.user)


# ---- deploy keys

KEYS = "/projects/{id}/deploy_keys"


def _keys(request: Request) -> dict[int, dict[str, Any]]:
    keys: dict[int, dict[str, Any]] = project_of(request, model.MAINTAIN).extra.setdefault("deploy keys", {})
    return keys


def _key(request: Request) -> tuple[dict[int, dict[str, Any]], int]:
    keys, number = _keys(request), request.number("key_id")
    if number not in keys:
        raise missing("Deploy Key")
    return keys, number


@routes.get(KEYS)
def deploy_keys(request: Request) -> object:
    """The keys of a project."""
    return paged(request, list(_keys(request).values()), lambda each: each)


@routes.post(KEYS)
def add_deploy_key(request: Request) -> object:
    """Adds a key; 400 for what is none, and one that is there is given back."""
    keys, params = _keys(request), params_of(request)
    need_all(params, "key", "title")
    text = str(params["key"]).strip()
    if not text.startswith(("ssh-", "ecdsa-", "sk-")) or " " not in text:
        raise invalid(key="must be a supported SSH public key.")
    try:
        mark = fingerprint(text)
    except ValueError:  # what stands for a key in tests is no base64
        mark = f"SHA256:{sha256(text.encode()).hexdigest()[:43]}"
    known = next((each for each in keys.values() if each["key"] == text), None)
    if known is not None:
        return created(known)
    number, digest = request.world.next_id("deploy key"), md5(text.encode(), usedforsecurity=False).hexdigest()
    keys[number] = {
        "id": number,
        "title": str(params["title"]),
        "created_at": people.iso(request.world.now()),
        "expires_at": params.get("expires_at"),
        "last_used_at": None,
        "usage_type": "auth_and_signing",
        "key": text,
        "fingerprint": ":".join(digest[place : place + 2] for place in range(0, 32, 2)),
        "fingerprint_sha256": mark,
        "can_push": flag(params.get("can_push", False)),
    }
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
