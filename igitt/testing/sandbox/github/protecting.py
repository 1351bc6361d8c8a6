"""Routes of branch protection. What the rules mean is :mod:`.protection`'s."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.context import body_of, repository_of, routes
from igitt.testing.sandbox.github.protection import Rule, Who, rules_of
from igitt.testing.sandbox.github.shapes import accounts
from igitt.testing.sandbox.github.shapes.repositories import api_of
from igitt.testing.sandbox.model import Organization
from igitt.testing.sandbox.wire import ApiError, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository

PATH = "/repos/{owner}/{repo}/branches/{branch}/protection"
CHECKS, REVIEWS, RESTRICTIONS = (f"{PATH}/{name}" for name in (
    "required_status_checks", "required_pull_request_reviews", "restrictions"))  # fmt: skip
DEMANDS = ("required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions")
FLAGS = ("required_linear_history", "allow_force_pushes", "allow_deletions", "block_creations",
         "required_conversation_resolution", "lock_branch", "allow_fork_syncing")  # fmt: skip


def _branch(request: Request) -> tuple[Repository, str]:
    found, name = repository_of(request, "administration", model.OWN), request.params["branch"]
    if name not in found.branches:
        raise ApiError(404, "Branch not found")
    return found, name


def _found(request: Request) -> tuple[Repository, str, Rule]:
    found, name = _branch(request)
    rule = rules_of(found).get(name)
    if rule is None:
        raise ApiError(404, "Branch not protected")
    return found, name, rule


# ---- shapes


def _url(request: Request, found: Repository, name: str) -> str:
    return f"{api_of(request.forge, found)}/branches/{quote(name, safe='')}/protection"


def _checks(url: str, rule: Rule) -> dict[str, Any]:
    names = rule.contexts or []
    return {
        "url": f"{url}/required_status_checks", "strict": rule.strict, "contexts": names,
        "contexts_url": f"{url}/required_status_checks/contexts",
        "checks": [{"context": name, "app_id": None} for name in names],
    }  # fmt: skip


def _people(request: Request, found: Repository, who: Who) -> dict[str, Any]:
    owner = found.owner
    teams = owner.teams if isinstance(owner, Organization) else {}
    users = [user for user in map(request.world.user, who.users) if user]
    return {
        "users": [accounts.simple(request.forge, user) for user in users],
        "teams": [accounts.team(request.forge, teams[slug]) for slug in who.teams if slug in teams],
        "apps": [accounts.app(request.forge, app) for app in request.world.apps.values() if app.slug in who.apps],
    }


def _reviews(request: Request, found: Repository, url: str, rule: Rule) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "url": f"{url}/required_pull_request_reviews", "dismiss_stale_reviews": rule.dismiss_stale,
        "require_code_owner_reviews": rule.code_owners, "require_last_push_approval": rule.last_push,
        "required_approving_review_count": rule.approvals or 0,
    }  # fmt: skip
    if rule.bypass != Who():
        shape["bypass_pull_request_allowances"] = _people(request, found, rule.bypass)
    return shape


def _restrictions(request: Request, found: Repository, url: str, who: Who) -> dict[str, Any]:
    url = f"{url}/restrictions"
    links = {"url": url} | {f"{kind}_url": f"{url}/{kind}" for kind in ("users", "teams", "apps")}
    return links | _people(request, found, who)


def _protection(request: Request, found: Repository, name: str, rule: Rule) -> dict[str, Any]:
    url = _url(request, found, name)
    shape: dict[str, Any] = {"url": url}
    if rule.contexts is not None:
        shape["required_status_checks"] = _checks(url, rule)
    if rule.approvals is not None:
        shape["required_pull_request_reviews"] = _reviews(request, found, url, rule)
    if rule.restrictions is not None:
        shape["restrictions"] = _restrictions(request, found, url, rule.restrictions)
    return shape | {
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": rule.enforce_admins},
        "required_signatures": {"url": f"{url}/required_signatures", "enabled": rule.signatures},
        **{flag: {"enabled": rule.flags.get(flag, False)} for flag in FLAGS},
    }


# ---- bodies


def _take_checks(rule: Rule, data: dict[str, Any]) -> None:
    names = data.get("contexts")
    if data.get("checks") is not None:
        names = [one.get("context") for one in data["checks"] if isinstance(one, dict)]
    if names is not None:
        rule.contexts = [str(name) for name in names]
    rule.contexts = rule.contexts or []
    rule.strict = bool(data.get("strict", rule.strict))


def _who(data: Any) -> Who:
    data = data if isinstance(data, dict) else {}
    return Who(*([str(one) for one in data.get(kind) or []] for kind in ("users", "teams", "apps")))


def _take_reviews(rule: Rule, data: dict[str, Any]) -> None:
    count = data.get("required_approving_review_count", 1 if rule.approvals is None else rule.approvals)
    if not isinstance(count, int) or not 0 <= count <= 6:
        raise ApiError(422, f"Invalid request.\n\nFor 'properties/required_approving_review_count', {count!r} is not"
                            " between 0 and 6.")  # fmt: skip
    rule.approvals = count
    rule.dismiss_stale = bool(data.get("dismiss_stale_reviews", rule.dismiss_stale))
    rule.code_owners = bool(data.get("require_code_owner_reviews", rule.code_owners))
    rule.last_push = bool(data.get("require_last_push_approval", rule.last_push))
    if "bypass_pull_request_allowances" in data:
        rule.bypass = _who(data["bypass_pull_request_allowances"])


# ---- routes


@routes.get(PATH)
def protection(request: Request) -> object:
    """The rule of a branch; 404 without one."""
    return _protection(request, *_found(request))


@routes.put(PATH)
def protect(request: Request) -> object:
    """Protects a branch; GitHub wants four demands named, if only to say that there is none."""
    found, name = _branch(request)
    data, rule = body_of(request), Rule()
    for demand in DEMANDS:
        if demand not in data:
            raise ApiError(422, f'Invalid request.\n\n"{demand}" wasn\'t supplied.')
    if data["required_status_checks"] is not None:
        _take_checks(rule, data["required_status_checks"])
    if data["required_pull_request_reviews"] is not None:
        _take_reviews(rule, data["required_pull_request_reviews"])
    if data["restrictions"] is not None:
        rule.restrictions = _who(data["restrictions"])
    rule.enforce_admins = bool(data["enforce_admins"])
    rule.flags = {flag: bool(data.get(flag)) for flag in FLAGS}
    rules_of(found)[name] = rule
    return _protection(request, found, name, rule)


@routes.delete(PATH)
def unprotect(request: Request) -> None:
    """Takes the rule away."""
    found, name, _ = _found(request)
    del rules_of(found)[name]


@routes.get(f"{PATH}/enforce_admins")
def admins(request: Request) -> object:
    """Whether administrators are bound."""
    found, name, rule = _found(request)
    return _protection(request, found, name, rule)["enforce_admins"]


@routes.post(f"{PATH}/enforce_admins")
def bind_admins(request: Request) -> object:
    """Binds administrators."""
    found, name, rule = _found(request)
    rule.enforce_admins = True
    return _protection(request, found, name, rule)["enforce_admins"]


@routes.delete(f"{PATH}/enforce_admins")
def free_admins(request: Request) -> None:
    """Leaves administrators free."""
    _found(request)[2].enforce_admins = False


def _with_checks(request: Request) -> tuple[str, Rule]:
    found, name, rule = _found(request)
    if rule.contexts is None:
        raise ApiError(404, "Required status checks not enabled")
    return _url(request, found, name), rule


@routes.get(CHECKS)
def checks(request: Request) -> object:
    """The required checks."""
    return _checks(*_with_checks(request))


@routes.patch(CHECKS)
def edit_checks(request: Request) -> object:
    """Changes them."""
    url, rule = _with_checks(request)
    _take_checks(rule, body_of(request))
    return _checks(url, rule)


@routes.delete(CHECKS)
def demand_no_checks(request: Request) -> None:
    """Demands none any more."""
    _with_checks(request)[1].contexts = None


@routes.get(f"{CHECKS}/contexts")
def contexts(request: Request) -> object:
    """The names of the required checks."""
    return _with_checks(request)[1].contexts


@routes.post(f"{CHECKS}/contexts")
@routes.put(f"{CHECKS}/contexts")
@routes.delete(f"{CHECKS}/contexts")
def change_contexts(request: Request) -> object:
    """Adds names, sets them, takes them away; the body is a list or has one."""
    _, rule = _with_checks(request)
    data = request.json
    names = [str(one) for one in (data.get("contexts", []) if isinstance(data, dict) else data)]
    known = rule.contexts or []
    if request.method == "DELETE":
        rule.contexts = [one for one in known if one not in names]
    else:
        rule.contexts = list(dict.fromkeys([*(known if request.method == "POST" else []), *names]))
    return rule.contexts


def _with_reviews(request: Request) -> tuple[Repository, str, Rule]:
    found, name, rule = _found(request)
    if rule.approvals is None:
        raise ApiError(404, "Required pull request reviews not enabled")
    return found, _url(request, found, name), rule


@routes.get(REVIEWS)
def reviews(request: Request) -> object:
    """What reviews are required."""
    return _reviews(request, *_with_reviews(request))


@routes.patch(REVIEWS)
def edit_reviews(request: Request) -> object:
    """Changes that; it also begins to demand them."""
    found, name, rule = _found(request)
    _take_reviews(rule, body_of(request))
    return _reviews(request, found, _url(request, found, name), rule)


@routes.delete(REVIEWS)
def demand_no_reviews(request: Request) -> None:
    """Demands none any more."""
    _with_reviews(request)[2].approvals = None


@routes.get(RESTRICTIONS)
def restrictions(request: Request) -> object:
    """Who may push."""
    found, name, rule = _found(request)
    if rule.restrictions is None:
        raise ApiError(404, "Push restrictions not enabled")
    return _restrictions(request, found, _url(request, found, name), rule.restrictions)


@routes.delete(RESTRICTIONS)
def restrict_nobody(request: Request) -> None:
    """Lets everybody push who may write."""
    _found(request)[2].restrictions = None


@routes.get("/repos/{owner}/{repo}/rules/branches/{branch:path}")
def rules(request: Request) -> object:
    """The rules of rulesets for a branch: there are none here, protection is the older kind."""
    repository_of(request)
    return []
