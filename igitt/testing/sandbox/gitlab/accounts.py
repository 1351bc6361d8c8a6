"""Routes of users as an administrator keeps them: made, changed, blocked, banned, deleted; and their pictures.

Source: https://docs.gitlab.com/api/users/ and https://docs.gitlab.com/api/user_moderation/; that a second block is
answered with ``null`` and a second unblock with ``false``, and what is told where, by python-gitlab's own tests
against a GitLab (``tests/functional/api/test_users.py``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.gitlab.context import (
    Upload,
    administrator,
    created,
    flag,
    forbidden,
    forge_of,
    invalid,
    missing,
    need_all,
    params_of,
    routes,
    user_by_id,
    wrong,
)
from igitt.testing.sandbox.gitlab.pictures import picture
from igitt.testing.sandbox.gitlab.records import Kind, enter
from igitt.testing.sandbox.gitlab.shapes import people
from igitt.testing.sandbox.model import User
from igitt.testing.sandbox.wire import ApiError, Reply

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitlab.records import Record
    from igitt.testing.sandbox.wire import Request

ONE = "/users/{user_id}"
LOGIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
MAIL = re.compile(r"[^@\s]+@[^@\s]+")
#: Fields of the model by GitLab's parameters, and what is only kept.
TEXTS = {"name": "name", "bio": "description", "location": "location", "website_url": "website",
         "organization": "company"}  # fmt: skip
KEPT = (
    "linkedin", "twitter", "discord", "github", "pronouns", "projects_limit", "can_create_group", "external",
    "private_profile", "note", "theme_id", "color_scheme_id", "public_email",
)  # fmt: skip
PASSWORDS = ("password", "reset_password", "force_random_password")


def _free(request: Request, login: str | None, email: str | None, one: User | None) -> None:
    for name, value in (("Email", email), ("Username", login)):
        for user in request.world.users():
            known = user.email if name == "Email" else user.login
            if value and user is not one and known and known.lower() == value.lower():
                raise ApiError(409, f"{name} has already been taken")
    if login and (taken := request.world.account(login)) is not None and taken is not one:
        raise ApiError(409, "Username has already been taken")


def _check(params: Record) -> None:
    login, email = params.get("username"), params.get("email")
    if login is not None and (not LOGIN.fullmatch(str(login)) or str(login).endswith((".git", ".atom", "."))):
        raise invalid(username="can contain only letters, digits, '_', '-' and '.'. Cannot start with '-', end in "
                      "'.git' or end in '.atom'")  # fmt: skip
    if email is not None and not MAIL.fullmatch(str(email)):
        raise invalid(email="is invalid")
    password = params.get("password")
    if password is not None and len(str(password)) < 8:
        raise invalid(password="is too short (minimum is 8 characters)")  # noqa: S106  what is said of one


def _take(request: Request, one: User, params: Record) -> None:
    for name, field in TEXTS.items():
        if name in params:
            setattr(one, field, params[name])
    one.extra |= {name: params[name] for name in KEPT if name in params}
    if params.get("provider") and params.get("extern_uid"):
        known = one.extra.setdefault("identities", {})
        known[str(params["provider"])] = {"provider": params["provider"], "extern_uid": str(params["extern_uid"]),
                                          "saml_provider_id": None}  # fmt: skip
    if "admin" in params:
        one.admin = flag(params["admin"])
    if isinstance(params.get("avatar"), Upload):
        picture(request, one, params["avatar"])
    one.updated = request.world.now()


@routes.get("/uploads/-/system/{kind}/avatar/{owner_id}/{file}", web=True)
def uploaded(request: Request) -> object:
    """A picture that somebody uploaded, at its own address."""
    number, url = request.number("owner_id"), request.forge.url + request.path
    owners = [*request.world.accounts.values(), *request.world.repositories.values()]
    found = next((one for one in owners if one.id == number and one.extra.get("avatar", ("",))[0] == url), None)
    if found is None:
        raise missing()
    return Reply(text=found.extra["avatar"][1].decode("utf-8", "surrogateescape"), content_type="image/png")


@routes.put("/user/avatar")
def own_picture(request: Request) -> object:
    """Puts up a picture of who asks."""
    file = params_of(request).get("avatar")
    if not isinstance(file, Upload):
        raise wrong("avatar is missing, avatar is invalid")
    picture(request, request.user, file)
    return {"avatar_url": request.user.extra["avatar"][0]}


@routes.post("/users")
def create(request: Request) -> object:
    """Makes a user, who may sign in by the password given, or by one that is sent or made up."""
    me, params = administrator(request), params_of(request)
    need_all(params, "email", "name", "username")
    if not any(params.get(name) for name in PASSWORDS):
        raise wrong(f"{', '.join(PASSWORDS)} are missing, at least one parameter must be provided")
    _check(params)
    login, email = str(params["username"]), str(params["email"])
    _free(request, login, email, None)
    made = request.world.add_user(login, str(params["name"]), email)
    made.extra["created by"] = me
    try:
        _take(request, made, params)
    except ApiError:
        del request.world.accounts[login.lower()]
        raise
    return created(people.administered(request.forge, made))


@routes.put(ONE)
def edit(request: Request) -> object:
    """Changes a user."""
    administrator(request)
    one, params = user_by_id(request, request.number("user_id")), params_of(request)
    _check(params)
    login, email = params.get("username"), params.get("email")
    _free(request, login, email, one)
    if email:
        one.email = str(email)
    if login and login != one.login:
        world, old = request.world, one.login.lower()
        del world.accounts[old]
        one.login = str(login)
        world.accounts[one.login.lower()] = one
        for home in world.repositories_of(one):
            world.paths[home.full_name.lower()] = home.id
        for holder in _holders(request):
            if old in holder.members:
                holder.members[one.login.lower()] = holder.members.pop(old)
    _take(request, one, params)
    return people.administered(request.forge, one)


def _holders(request: Request) -> list[Any]:
    """All that has members."""
    return [*request.world.repositories.values(), *request.world.organizations()]


@routes.delete(ONE)
def delete(request: Request) -> None:
    """Deletes a user, whose tokens end with that; with ``hard_delete`` also what belongs to the user.

    Without it, what they wrote is the ghost's from then on.
    """
    me, world = administrator(request), request.world
    one, hard = user_by_id(request, request.number("user_id")), flag(params_of(request).get("hard_delete", False))
    groups = [group for group in world.organizations() if group.members.get(one.login.lower(), 0) >= 50]
    if not hard and any(sum(level >= 50 for level in group.members.values()) == 1 for group in groups):
        raise ApiError(409, "409 Conflict - User cannot be removed if is the sole owner of a group.")
    for home in world.repositories_of(one):
        world.delete_repository(home, me)
    for holder in _holders(request):
        holder.members.pop(one.login.lower(), None)
    for value in [value for value, token in world.tokens.items() if token.user is one]:
        del world.tokens[value]
    del world.accounts[one.login.lower()]


# ---- who may sign in


def _state(request: Request, wanted: str, *, states: tuple[str, ...], text: str) -> object:
    me = administrator(request)
    one = user_by_id(request, request.number("user_id"))
    if one is me:
        raise forbidden()
    if one.extra.get("state", "active") not in states:
        raise ApiError(403, f"403 Forbidden - {text}")
    one.extra["state"] = wanted
    return created(True)


@routes.post(f"{ONE}/block")
def block(request: Request) -> object:
    """Blocks a user; ``null`` where that is so already."""
    me = administrator(request)
    one = user_by_id(request, request.number("user_id"))
    if one.extra.get("state") == "blocked":
        return created(None)
    if one is me:
        raise ApiError(403, "403 Forbidden - The API initiating user cannot be blocked by the API")
    one.extra["state"] = "blocked"
    return created(True)


@routes.post(f"{ONE}/unblock")
def unblock(request: Request) -> object:
    """Lets a blocked user in again; ``false`` where there is nothing to do."""
    administrator(request)
    one = user_by_id(request, request.number("user_id"))
    if one.extra.get("state") == "deactivated":
        raise ApiError(403, "403 Forbidden - Deactivated users cannot be unblocked by the API")
    if one.extra.get("state") != "blocked":
        return created(False)
    one.extra["state"] = "active"
    return created(True)


@routes.post(f"{ONE}/ban")
def ban(request: Request) -> object:
    """Bans a user."""
    return _state(request, "banned", states=("active",), text="You cannot ban users who are not active.")


@routes.post(f"{ONE}/unban")
def unban(request: Request) -> object:
    """Takes a ban back."""
    return _state(request, "active", states=("banned",), text="You cannot unban users who are not banned.")


@routes.post(f"{ONE}/deactivate")
def deactivate(request: Request) -> object:
    """Sends a user to sleep until the next time they sign in."""
    text = "A blocked user cannot be deactivated by the API"
    return _state(request, "deactivated", states=("active", "deactivated"), text=text)


@routes.post(f"{ONE}/activate")
def activate(request: Request) -> object:
    """Wakes a user."""
    text = "A blocked user must be unblocked to be activated"
    return _state(request, "active", states=("active", "deactivated"), text=text)


@routes.delete(f"{ONE}/identities/{{provider}}")
def delete_identity(request: Request) -> None:
    """Cuts a user off from an account elsewhere."""
    administrator(request)
    one = user_by_id(request, request.number("user_id"))
    if one.extra.get("identities", {}).pop(request.params["provider"], None) is None:
        raise missing("Identity")


# ---- attributes that an administrator puts on users, projects and groups


def _attributes(request: Request) -> dict[str, str]:
    administrator(request)
    kind, number, world = request.path.split("/")[3], request.number("id"), request.world
    found = world.repositories.get(number) if kind == "projects" else world.by_id(number)
    if found is None:
        raise missing({"projects": "Project", "groups": "Group"}.get(kind, "User"))
    table: dict[str, str] = found.extra.setdefault("custom attributes", {})
    return table


def _attribute(request: Request) -> object:
    table, key = _attributes(request), request.params["key"]
    if request.method == "PUT":
        params = params_of(request)
        need_all(params, "value")
        table[key] = str(params["value"])
    if key not in table:
        raise missing("Custom Attribute")
    if request.method == "DELETE":
        del table[key]
        return None
    return {"key": key, "value": table[key]}


for _kind in ("users", "projects", "groups"):
    _place = f"/{_kind}/{{id}}/custom_attributes"
    routes.get(_place)(lambda request: [{"key": key, "value": value} for key, value in _attributes(request).items()])
    for _method in ("GET", "PUT", "DELETE"):
        routes.route(_method, f"{_place}/{{key}}")(_attribute)


# ---- topics


def _topics(request: Request, write: bool) -> dict[str, Any]:

    if write:
        administrator(request)
    return forge_of(request).shelf


def _topic(request: Request, params: Record) -> Record:
    made = {"id": request.world.next_id("topic"), "name": "", "title": "", "description": None,
            "total_projects_count": 0, "organization_id": 1, "avatar_url": None}  # fmt: skip
    _edit_topic(request, made, params)
    return made


def _edit_topic(request: Request, one: Record, params: Record) -> None:
    known = _topics(request, False).get("topics", {}).values()
    if any(each is not one and each["name"].lower() == str(params.get("name", "")).lower() for each in known):
        raise invalid(name="has already been taken")
    one |= {name: params[name] for name in ("name", "title", "description") if name in params}
    if "avatar" in params:
        file = params["avatar"]
        one["avatar_url"] = None if not isinstance(file, Upload) else (
            f"{request.forge.url}/uploads/-/system/projects/topic/avatar/{one['id']}/{file.name}"
        )  # fmt: skip


TOPICS = Kind("topics", "Topic", _topics, _topic, _edit_topic, needs=("name", "title"))


@routes.post("/topics/merge")
def merge_topics(request: Request) -> object:
    """Puts one topic into another, which stays."""
    administrator(request)
    table, params = TOPICS.table(request), params_of(request)
    need_all(params, "source_topic_id", "target_topic_id")
    old, new = (table.get(int(params[f"{word}_topic_id"])) for word in ("source", "target"))
    if old is None or new is None or old is new:
        raise ApiError(400, "The source topic and the target topic are identical." if old is new else "not found")
    del table[old["id"]]
    return created(new)


enter(TOPICS, "/topics")
