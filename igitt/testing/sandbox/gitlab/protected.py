"""Routes of protected branches and protected tags.

Sources: https://docs.gitlab.com/api/protected_branches/ and https://docs.gitlab.com/api/protected_tags/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab import rules
from igitt.testing.sandbox.gitlab.context import (
    created,
    flag,
    missing,
    need_all,
    paged,
    params_of,
    project_of,
    routes,
    wrong,
)
from igitt.testing.sandbox.gitlab.shapes import commits
from igitt.testing.sandbox.wire import ApiError, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository

BRANCHES = "/projects/{id}/repository/branches/{branch}"
RULES, TAGS = "/projects/{id}/protected_branches", "/projects/{id}/protected_tags"
#: Who may, by their level; 0 is nobody.
LEVELS = {0: "No one", model.WRITE: "Developers + Maintainers", model.MAINTAIN: "Maintainers", model.ADMIN: "Admins"}


def _set(home: Repository, name: str, *, protected: bool) -> None:
    names: set[str] = home.extra.setdefault("protected", set())
    (names.add if protected else names.discard)(name)
    home.extra.setdefault("branch rules", {}).pop(name, None)
    if name == home.default_branch:
        home.extra["default unprotected"] = not protected


def _level(home: Repository, level: int, place: int = 0) -> dict[str, Any]:
    return {
        "id": home.id * 10 + place,
        "access_level": level,
        "access_level_description": LEVELS[level],
        "user_id": None,
        "group_id": None,
        "deploy_key_id": None,
    }


def _rule(home: Repository, name: str) -> dict[str, Any]:
    one = rules.branch_rule(home, name)
    number = home.id * 1000 + sorted({*home.branches, *rules.names_of(home), name}).index(name)
    return {"id": number, "name": name, "push_access_levels": [_level(home, one["push"])],
            "merge_access_levels": [_level(home, one["merge"], 1)], "unprotect_access_levels": [],
            "allow_force_push": one["force"], "code_owner_approval_required": one["owners"],
            "inherited": False}  # fmt: skip


def _named(request: Request, need: int) -> tuple[Repository, str]:
    home, name = project_of(request, need), request.params["name"]
    if name not in rules.names_of(home):
        raise missing()
    return home, name


def _asked(params: dict[str, Any], single: str, several: str, otherwise: int) -> int:
    """The level that a body asks for, as one number or as a list of who is allowed."""
    value = params.get(single)
    given = params.get(several)
    if value is None and isinstance(given, list) and given and isinstance(given[0], dict):
        value = given[0].get("access_level")
    if value is None:
        return otherwise
    if not str(value).isdigit() or int(value) not in LEVELS:
        raise wrong(f"{single} does not have a valid value")
    return int(value)


def _take(home: Repository, name: str, params: dict[str, Any]) -> None:
    one = rules.branch_rule(home, name)
    one["push"] = _asked(params, "push_access_level", "allowed_to_push", one["push"])
    one["merge"] = _asked(params, "merge_access_level", "allowed_to_merge", one["merge"])
    for key, word in (("force", "allow_force_push"), ("owners", "code_owner_approval_required")):
        if word in params:
            one[key] = flag(params[word])


@routes.put(f"{BRANCHES}/protect")
@routes.put(f"{BRANCHES}/unprotect")
def protect(request: Request) -> object:
    """Protects a branch, or no longer: the old way, which answers with the branch."""
    home, name, params = project_of(request, model.MAINTAIN), request.params["branch"], params_of(request)
    if name not in home.branches:
        raise missing("Branch")
    _set(home, name, protected=request.path.endswith("/protect"))
    one = rules.branch_rule(home, name)
    for key, word in (("push", "developers_can_push"), ("merge", "developers_can_merge")):
        one[key] = model.WRITE if flag(params.get(word, False)) else model.MAINTAIN
    return commits.branch(request.forge, home, name, request.user)


@routes.get(RULES)
def branch_rules(request: Request) -> object:
    """The rules by name."""
    home, text = project_of(request, model.READ), request.arg("search").lower()
    found = [name for name in sorted(rules.names_of(home)) if text in name.lower()]
    return paged(request, found, lambda name: _rule(home, name))


@routes.post(RULES)
def create_rule(request: Request) -> object:
    """Makes a rule for a branch, or for all that a name with stars fits; 409 for a second one."""
    home, params = project_of(request, model.MAINTAIN), params_of(request)
    need_all(params, "name")
    name = str(params["name"])
    if name in rules.names_of(home):
        raise ApiError(409, f"Protected branch '{name}' already exists")
    _set(home, name, protected=True)
    _take(home, name, params)
    return created(_rule(home, name))


@routes.get(f"{RULES}/{{name}}")
def rule(request: Request) -> object:
    """One rule."""
    home, name = _named(request, model.READ)
    return _rule(home, name)


@routes.patch(f"{RULES}/{{name}}")
def edit_rule(request: Request) -> object:
    """Changes a rule."""
    home, name = _named(request, model.MAINTAIN)
    _take(home, name, params_of(request))
    return _rule(home, name)


@routes.delete(f"{RULES}/{{name}}")
def delete_rule(request: Request) -> None:
    """Takes a rule away."""
    home, name = _named(request, model.MAINTAIN)
    _set(home, name, protected=False)


# ---- tags


def _tags(home: Repository) -> dict[str, int]:
    found: dict[str, int] = home.extra.setdefault("tag rules", {})
    return found


def _tag(home: Repository, name: str) -> dict[str, Any]:
    return {"name": name, "create_access_levels": [_level(home, _tags(home)[name])]}


def _tag_of(request: Request, need: int) -> tuple[Repository, str]:
    home, name = project_of(request, need), request.params["name"]
    if name not in _tags(home):
        raise missing()
    return home, name


@routes.get(TAGS)
def tag_rules(request: Request) -> object:
    """The rules for tags."""
    home = project_of(request, model.READ)
    return paged(request, sorted(_tags(home)), lambda name: _tag(home, name))


@routes.post(TAGS)
def create_tag_rule(request: Request) -> object:
    """Makes a rule for tags; a name may have stars."""
    home, params = project_of(request, model.MAINTAIN), params_of(request)
    need_all(params, "name")
    name = str(params["name"])
    if name in _tags(home):
        raise ApiError(409, f"Protected tag '{name}' already exists")
    _tags(home)[name] = _asked(params, "create_access_level", "allowed_to_create", model.MAINTAIN)
    return created(_tag(home, name))


@routes.get(f"{TAGS}/{{name}}")
def tag_rule(request: Request) -> object:
    """One rule for tags."""
    return _tag(*_tag_of(request, model.READ))


@routes.delete(f"{TAGS}/{{name}}")
def delete_tag_rule(request: Request) -> None:
    """Takes a rule for tags away."""
    home, name = _tag_of(request, model.MAINTAIN)
    del _tags(home)[name]
