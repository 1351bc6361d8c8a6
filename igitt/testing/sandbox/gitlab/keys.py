"""Routes of what a user is known by: SSH keys, GPG keys, mail addresses, the status of the day.

Sources: https://docs.gitlab.com/api/user_keys/, https://docs.gitlab.com/api/user_email_addresses/,
https://docs.gitlab.com/api/keys/ and https://docs.gitlab.com/api/users/ ("Get your user status").
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.gitlab.context import (
    administrator,
    choice,
    invalid,
    missing,
    need_all,
    params_of,
    routes,
    user_by_id,
)
from igitt.testing.sandbox.gitlab.records import Kind, enter
from igitt.testing.sandbox.gitlab.shapes import people, projects
from igitt.testing.sandbox.wire import ApiError

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitlab.records import Record
    from igitt.testing.sandbox.model import User
    from igitt.testing.sandbox.wire import Request

SSH = re.compile(r"(ssh-(rsa|ed25519|dss)|ecdsa-sha2-nistp\d+|sk-\S+) (\S+)( .*)?")
MAIL = re.compile(r"[^@\s]+@[^@\s.]+\.[^@\s]+")


def fingerprint(text: str) -> str:
    """The fingerprint of an SSH key, as ``ssh-keygen -l`` tells it."""
    digest = sha256(b64decode(text.split()[1])).digest()
    return f"SHA256:{b64encode(digest).decode().rstrip('=')}"


def _mine(request: Request, _: bool) -> dict[str, Any]:
    return _addresses(request, request.user.extra)


def _theirs(request: Request, write: bool) -> dict[str, Any]:
    """Another's, for an administrator; everyone may read keys."""
    one = user_by_id(request, request.number("user_id"))
    if write or "emails" in request.path:
        administrator(request)
    return _addresses(request, one.extra)


def _ssh_key(request: Request, params: Record) -> Record:
    text = str(params["key"]).strip()
    if not SSH.fullmatch(text):
        raise invalid(key="must be a supported SSH public key.")
    try:
        mark = fingerprint(text)
    except ValueError:
        raise invalid(key="must be a supported SSH public key.") from None
    everything = (one for user in request.world.users() for one in user.extra.get("ssh keys", {}).values())
    if any(fingerprint(one["key"]) == mark for one in everything):
        raise ApiError(400, {"fingerprint_sha256": ["has already been taken"]})
    usage = choice(params, "usage_type", "auth", "signing", "auth_and_signing") or "auth_and_signing"
    return {
        "id": request.world.next_id("ssh key"), "title": str(params["title"]),
        "created_at": people.iso(request.world.now()), "expires_at": params.get("expires_at"), "last_used_at": None,
        "key": text, "usage_type": usage,
    }  # fmt: skip


def _gpg_key(request: Request, params: Record) -> Record:
    text = str(params["key"]).strip()
    if not text.startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----") or not text.endswith(
        "-----END PGP PUBLIC KEY BLOCK-----"
    ):
        raise invalid(key="is invalid. A valid public GPG key begins with '-----BEGIN PGP PUBLIC KEY BLOCK-----' and "
                      "ends with '-----END PGP PUBLIC KEY BLOCK-----'")  # fmt: skip
    return {"id": request.world.next_id("gpg key"), "key": text, "created_at": people.iso(request.world.now())}


def _email(request: Request, params: Record) -> Record:
    text = str(params["email"]).strip()
    if not MAIL.fullmatch(text):
        raise invalid(email="is invalid")
    for user in request.world.users():
        known = [one["email"] for one in user.extra.get("mail addresses", {}).values()]
        if text.lower() in [each.lower() for each in (*known, user.email or "")]:
            raise invalid(email="has already been taken")
    return {"id": request.world.next_id("email"), "email": text, "confirmed_at": people.iso(request.world.now())}


def _addresses(request: Request, extra: dict[str, Any]) -> dict[str, Any]:
    """The same extras, with what a test put into ``user.extra["emails"]`` (whether each is confirmed) as records."""
    table = extra.setdefault("mail addresses", {})
    now = people.iso(request.world.now())
    for address, confirmed in extra.pop("emails", {}).items():
        number = request.world.next_id("email")
        table[number] = {"id": number, "email": address, "confirmed_at": now if confirmed else None}
    return extra


KINDS = (
    Kind("ssh keys", "Key", _mine, _ssh_key, needs=("title", "key")),
    Kind("gpg keys", "GPG Key", _mine, _gpg_key, needs=("key",)),
    Kind("mail addresses", "Email", _mine, _email, needs=("email",)),
)
for _kind, _word in zip(KINDS, ("keys", "gpg_keys", "emails"), strict=True):
    enter(_kind, f"/user/{_word}", verbs="list get create delete")
    enter(
        Kind(_kind.name, _kind.word, _theirs, _kind.make, needs=_kind.needs), f"/users/{{user_id}}/{_word}",
        verbs="list create delete" if _word == "emails" else "list get create delete",
    )  # fmt: skip


def _keys(request: Request) -> list[tuple[User, Record]]:
    return [(user, one) for user in request.world.users() for one in user.extra.get("ssh keys", {}).values()]


@routes.get("/keys/{key_id}")
def key(request: Request) -> object:
    """An SSH key and whose it is; for administrators."""
    administrator(request)
    number = request.number("key_id")
    found = next(((user, one) for user, one in _keys(request) if one["id"] == number), None)
    if found is None:
        raise missing()
    return found[1] | {"user": people.myself(request.forge, found[0])}


@routes.get("/keys")
def key_by_fingerprint(request: Request) -> object:
    """A user's SSH key, or a project's deploy key, by its fingerprint; for administrators."""
    administrator(request)
    params = params_of(request)
    need_all(params, "fingerprint")
    mark = str(params["fingerprint"])
    for user, one in _keys(request):
        if fingerprint(one["key"]) == mark:
            return one | {"user": people.myself(request.forge, user)}
    for home in request.world.repositories.values():
        for one in home.extra.get("deploy keys", {}).values():
            if one["fingerprint_sha256"] == mark:
                shaped = {name: one[name] for name in ("id", "title", "created_at", "expires_at", "last_used_at", "key",
                                                       "usage_type")}  # fmt: skip
                holds = {"project_id": home.id, "deploy_key_id": one["id"], "can_push": one["can_push"],
                         "project": projects.identity(home)}  # fmt: skip
                return shaped | {"user": None, "deploy_keys_projects": [holds]}
    raise missing("Key")


# ---- the status of the day

CLEARED = {"30_minutes": 30, "3_hours": 180, "8_hours": 480, "1_day": 1440, "3_days": 4320, "7_days": 10_080,
           "30_days": 43_200}  # fmt: skip


def status_of(one: User) -> Record:
    """What a user says of the day."""
    known: Record = one.extra.get("status") or {
        "emoji": "", "message": None, "availability": "not_set", "message_html": "", "clear_status_at": None,
    }  # fmt: skip
    return known


@routes.put("/user/status")
@routes.patch("/user/status")
def set_status(request: Request) -> object:
    """Says something of the day; a PUT forgets what is not named, a PATCH keeps it."""
    me, params = request.user, params_of(request)
    keeps = request.method == "PATCH"
    old = status_of(me)
    message = params.get("message", old["message"] if keeps else None)
    if len(str(message or "")) > 100:
        raise invalid(message="is too long (maximum is 100 characters)")
    word = params.get("clear_status_after")
    until = people.iso(request.world.now() + timedelta(minutes=CLEARED.get(str(word), 1440))) if word else None
    me.extra["status"] = {
        "emoji": params.get("emoji") or (old["emoji"] if keeps else "") or "speech_balloon", "message": message,
        "availability": choice(params, "availability", "not_set", "busy") or "not_set", "message_html": message or "",
        "clear_status_at": until,
    }  # fmt: skip
    return me.extra["status"]
