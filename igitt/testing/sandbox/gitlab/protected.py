"""Routes of protected branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab.context import created, missing, need_all, paged, params_of, project_of, routes
from igitt.testing.sandbox.gitlab.shapes import commits
from igitt.testing.sandbox.wire import ApiError, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository

BRANCHES = "/projects/{id}/repository/branches/{branch}"
RULES = "/projects/{id}/protected_branches"


def _set(home: Repository, name: str, *, protected: bool) -> None:
    names: set[str] = home.extra.setdefault("protected", set())
    (names.add if protected else names.discard)(name)
    if name == home.default_branch:
        home.extra["default unprotected"] = not protected


def _rule(home: Repository, name: str) -> dict[str, Any]:
    level = {
        "id": home.id,
        "access_level": model.MAINTAIN,
        "access_level_description": "Maintainers",
        "user_id": None,
        "group_id": None,
        "deploy_key_id": None,
    }
    number = home.id * 1000 + sorted({*home.branches, name}).index(name)
    return {"id": number, "name": name, "push_access_levels": [level], "merge_access_levels": [level],
            "unprotect_access_levels": [], "allow_force_push": False, "code_owner_approval_required": False,
            "inherited": False}  # fmt: skip


def _names(home: Repository) -> list[str]:
    rules = set(home.extra.get("protected", ()))
    return sorted(rules | {name for name in home.branches if commits.is_protected(home, name)})


def _named(request: Request, need: int) -> tuple[Repository, str]:
    home, name = project_of(request, need), request.params["name"]
    if name not in _names(home):
        raise missing()
    return home, name


@routes.put(f"{BRANCHES}/protect")
@routes.put(f"{BRANCHES}/unprotect")
def protect(request: Request) -> object:
    """Protects a branch, or no longer: the old way, which answers with the branch."""
    home, name = project_of(request, model.MAINTAIN), request.params["branch"]
    if name not in home.branches:
        raise missing("Branch")
    _set(home, name, protected=request.path.endswith("/protect"))
    return commits.branch(request.forge, home, name, request.user)


@routes.get(RULES)
def rules(request: Request) -> object:
    """The rules by name."""
    home = project_of(request, model.READ)
    return paged(request, _names(home), lambda name: _rule(home, name))


@routes.post(RULES)
def create_rule(request: Request) -> object:
    """Makes a rule for a branch; 409 for a second one."""
    home, params = project_of(request, model.MAINTAIN), params_of(request)
    need_all(params, "name")
    name = str(params["name"])
    if name in _names(home):
        raise ApiError(409, f"Protected branch '{name}' already exists")
    _set(home, name, protected=True)
    return created(_rule(home, name))


@routes.get(f"{RULES}/{{name}}")
def rule(request: Request) -> object:
    """One rule."""
    home, name = _named(request, model.READ)
    return _rule(home, name)


@routes.delete(f"{RULES}/{{name}}")
def delete_rule(request: Request) -> None:
    """Takes a rule away."""
    home, name = _named(request, model.MAINTAIN)
    _set(home, name, protected=False)
