"""Routes of approval rules: those of projects, of merge requests and of groups, and what they come to.

Source: https://docs.gitlab.com/api/merge_request_approvals/ and https://docs.gitlab.com/api/merge_request_approval_settings/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab import rules
from igitt.testing.sandbox.gitlab.context import (
    choice,
    created,
    flag,
    forbidden,
    group_of,
    invalid,
    level_of,
    merge_request_of,
    missing,
    need_all,
    numbers,
    paged,
    params_of,
    project_of,
    routes,
    words,
)
from igitt.testing.sandbox.gitlab.merge_requests import ONE
from igitt.testing.sandbox.gitlab.shapes import people

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitlab.records import Record
    from igitt.testing.sandbox.model import MergeRequest, Repository
    from igitt.testing.sandbox.wire import Request

PROJECT, GROUP = "/projects/{id}/approval_rules", "/groups/{id}/approval_rules"
SETTINGS: Record = {
    "approvals_before_merge": 0, "reset_approvals_on_push": True, "selective_code_owner_removals": False,
    "disable_overriding_approvers_per_merge_request": False, "merge_requests_author_approval": False,
    "merge_requests_disable_committers_approval": False, "require_password_to_approve": False,
    "require_reauthentication_to_approve": False,
}  # fmt: skip


def _shape(request: Request, home: Repository | None, rule: Record) -> Record:
    world, forge = request.world, request.forge
    named = [world.by_id(number) for number in rule["users"]]
    groups = [group for number in rule["groups"] if (group := world.by_id(number)) is not None]
    able = rules.approvers(world, home, rule) if home is not None else []
    return {
        "id": rule["id"], "name": rule["name"], "rule_type": rule["kind"],
        "eligible_approvers": [people.user_basic(forge, user) for user in able],
        "approvals_required": rule["required"],
        "users": [people.user_basic(forge, user) for user in named if isinstance(user, model.User)],
        "groups": [people.group(forge, group) for group in groups if isinstance(group, model.Organization)],
        "contains_hidden_groups": False, "report_type": None,
    }  # fmt: skip


def _common(request: Request, home: Repository | None, rule: Record) -> Record:
    """A rule of a project or a group."""
    return _shape(request, home, rule) | {
        "protected_branches": [], "applies_to_all_protected_branches": rule["all protected"],
    }  # fmt: skip


def _own(request: Request, one: MergeRequest, rule: Record) -> Record:
    """A rule as a merge request has it."""
    return _shape(request, one.repository, rule) | {
        "section": None, "source_rule": {"approvals_required": rule["source required"]} if rule.get("source") else None,
        "overridden": bool(rule.get("source")),
    }  # fmt: skip


def _take(request: Request, rule: Record, params: Record) -> None:
    if "name" in params:
        rule["name"] = str(params["name"])
    if "approvals_required" in params:
        rule["required"] = int(params["approvals_required"])
        if not 0 <= rule["required"] <= 100:
            raise invalid(approvals_required="must be less than or equal to 100" if rule["required"] > 100 else
                          "must be greater than or equal to 0")  # fmt: skip
    if params.keys() & {"user_ids", "usernames"}:
        named = [request.world.user(name) for name in words(params.get("usernames"))]
        rule["users"] = list(dict.fromkeys([*numbers(params, "user_ids"), *(user.id for user in named if user)]))
    if "group_ids" in params:
        rule["groups"] = numbers(params, "group_ids")
    if "applies_to_all_protected_branches" in params:
        rule["all protected"] = flag(params["applies_to_all_protected_branches"])


def _make(request: Request, table: dict[int, Record], params: Record) -> Record:
    need_all(params, "name", "approvals_required")
    name = str(params["name"])
    kind = choice(params, "rule_type", "regular", "any_approver", "report_approver") or "regular"
    if any(rule["name"] == name for rule in table.values()):
        raise invalid(name="has already been taken")
    if kind == "any_approver" and any(rule["kind"] == kind for rule in table.values()):
        raise invalid(rule_type="any-approver for the project already exists")
    made: Record = {"id": request.world.next_id("approval rule"), "name": name, "kind": kind, "required": 0,
                    "users": [], "groups": [], "all protected": False}  # fmt: skip
    _take(request, made, params)
    table[made["id"]] = made
    return made


def _table(home: Any) -> dict[int, Record]:
    found: dict[int, Record] = home.extra.setdefault("approval rules", {})
    return found


def _one(request: Request, table: dict[int, Record]) -> Record:
    found = table.get(request.number("rule_id"))
    if found is None:
        raise missing()
    return found


@routes.get(PROJECT)
def project_rules(request: Request) -> object:
    """The rules of a project."""
    home = project_of(request, model.READ)
    return paged(request, list(_table(home).values()), lambda rule: _common(request, home, rule))


@routes.post(PROJECT)
def create(request: Request) -> object:
    """Makes a rule of a project."""
    home = project_of(request, model.MAINTAIN)
    return created(_common(request, home, _make(request, _table(home), params_of(request))))


@routes.get(f"{PROJECT}/{{rule_id}}")
def project_rule(request: Request) -> object:
    """One rule of a project."""
    home = project_of(request, model.READ)
    return _common(request, home, _one(request, _table(home)))


@routes.put(f"{PROJECT}/{{rule_id}}")
def edit(request: Request) -> object:
    """Changes a rule of a project."""
    home = project_of(request, model.MAINTAIN)
    rule = _one(request, _table(home))
    _take(request, rule, params_of(request))
    return _common(request, home, rule)


@routes.delete(f"{PROJECT}/{{rule_id}}")
def delete(request: Request) -> None:
    """Takes a rule of a project away."""
    home = project_of(request, model.MAINTAIN)
    del _table(home)[_one(request, _table(home))["id"]]


@routes.get(GROUP)
def group_rules(request: Request) -> object:
    """The rules of a group."""
    home = group_of(request, model.OWN)
    return paged(request, list(_table(home).values()), lambda rule: _common(request, None, rule))


@routes.post(GROUP)
def create_group_rule(request: Request) -> object:
    """Makes a rule of a group."""
    home = group_of(request, model.OWN)
    return created(_common(request, None, _make(request, _table(home), params_of(request))))


@routes.put(f"{GROUP}/{{rule_id}}")
def edit_group_rule(request: Request) -> object:
    """Changes a rule of a group."""
    rule = _one(request, _table(group_of(request, model.OWN)))
    _take(request, rule, params_of(request))
    return _common(request, None, rule)


# ---- of a project as a whole


def _settings(home: Repository) -> Record:
    changed: Record = home.extra.get("approval settings", {})
    return SETTINGS | changed | {"approvers": [], "approver_groups": []}


@routes.get("/projects/{id}/approvals")
def settings(request: Request) -> object:
    """How approvals go in a project."""
    return _settings(project_of(request, model.READ))


@routes.post("/projects/{id}/approvals")
def set_settings(request: Request) -> object:
    """Changes how approvals go in a project."""
    home, params = project_of(request, model.MAINTAIN), params_of(request)
    home.extra.setdefault("approval settings", {}).update({key: params[key] for key in SETTINGS if key in params})
    return created(_settings(home))


# ---- of merge requests


def _mine(request: Request) -> MergeRequest:
    """The merge request in the path, for one who may change its rules: its author and developers."""
    one = merge_request_of(request)
    if request.user is not one.author and level_of(request, one.repository) < model.WRITE:
        raise forbidden()
    if one.repository.extra.get("approval settings", {}).get("disable_overriding_approvers_per_merge_request"):
        raise forbidden()
    return one


def _overridden(request: Request, one: MergeRequest, rule: Record) -> Record:
    """A project's rule, copied for the merge request."""
    made = rule | {"id": request.world.next_id("approval rule"), "source": rule["id"],
                   "source required": rule["required"]}  # fmt: skip
    _table(one)[made["id"]] = made
    return made


def _held(request: Request, one: MergeRequest) -> Record:
    found = next((rule for rule in rules.approval_rules(one) if rule["id"] == request.number("rule_id")), None)
    if found is None:
        raise missing()
    return found


@routes.get(f"{ONE}/approval_rules")
def request_rules(request: Request) -> object:
    """The rules for a merge request."""
    one = merge_request_of(request, model.READ)
    return paged(request, rules.approval_rules(one), lambda rule: _own(request, one, rule))


@routes.post(f"{ONE}/approval_rules")
def create_request_rule(request: Request) -> object:
    """Makes a rule for a merge request, or takes one of its project (``approval_project_rule_id``) and changes it."""
    one, params = _mine(request), params_of(request)
    need_all(params, "name", "approvals_required")
    source = _table(one.repository).get(int(params.get("approval_project_rule_id") or 0))
    if source is None:
        return created(_own(request, one, _make(request, _table(one), params)))
    made = _overridden(request, one, source)
    _take(request, made, params)
    return created(_own(request, one, made))


@routes.get(f"{ONE}/approval_rules/{{rule_id}}")
def request_rule(request: Request) -> object:
    """One rule for a merge request."""
    one = merge_request_of(request, model.READ)
    return _own(request, one, _held(request, one))


@routes.put(f"{ONE}/approval_rules/{{rule_id}}")
def edit_request_rule(request: Request) -> object:
    """Changes a rule for a merge request; its project's stays as it is."""
    one = _mine(request)
    rule = _held(request, one)
    if rule["id"] not in _table(one):
        rule = _overridden(request, one, rule)
    _take(request, rule, params_of(request))
    return _own(request, one, rule)


@routes.delete(f"{ONE}/approval_rules/{{rule_id}}")
def delete_request_rule(request: Request) -> None:
    """Takes a rule for a merge request away; not one that its project demands."""
    one = _mine(request)
    if _held(request, one)["id"] not in _table(one):
        raise forbidden()
    del _table(one)[request.number("rule_id")]


@routes.get(f"{ONE}/approval_state")
def state(request: Request) -> object:
    """The rules for a merge request, each with who has approved and whether that is enough."""
    one, world = merge_request_of(request), request.world
    found = [_own(request, one, rule) | {
        "code_owner": False, "approved": not rules.left(world, one, rule),
        "approved_by": [people.user_basic(request.forge, user) for user in rules.given(world, one, rule)],
    } for rule in rules.approval_rules(one)]  # fmt: skip
    return {"approval_rules_overwritten": any(rule["overridden"] for rule in found), "rules": found}
