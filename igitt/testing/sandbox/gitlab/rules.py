"""What a project's rules come to: who may push and merge where, and whose approvals a merge request needs.

No route and no shape. A rule's name may have stars; of several that fit a branch the most permissive holds. Sources:
https://docs.gitlab.com/user/project/repository/branches/protected/ (the default branch is protected from the beginning,
for maintainers to push and to merge) and https://docs.gitlab.com/user/project/merge_requests/approvals/rules/.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.model import Organization, Repository, User

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import MergeRequest
    from igitt.testing.sandbox.world import World

Rule = dict[str, Any]
#: The level that nobody has, for what is allowed to nobody.
NOBODY = model.ADMIN + 1


def branch_rule(home: Repository, name: str) -> Rule:
    """The rule of that name, made when missing."""
    table: dict[str, Rule] = home.extra.setdefault("branch rules", {})
    made = {"push": model.MAINTAIN, "merge": model.MAINTAIN, "force": False, "owners": False}
    return table.setdefault(name, made)


def names_of(home: Repository) -> set[str]:
    """The names of a project's rules, that of the default branch included."""
    names = set(home.extra.get("protected", ()))
    if home.default_branch in home.branches and not home.extra.get("default unprotected"):
        names.add(home.default_branch)
    return names


def fitting(home: Repository, branch: str) -> list[Rule]:
    """The rules for a branch; none where it is not protected."""
    names = set(home.extra.get("protected", ()))
    if not home.extra.get("default unprotected"):
        names.add(home.default_branch)
    return [branch_rule(home, name) for name in sorted(names) if fnmatchcase(branch, name)]


def needed(home: Repository, branch: str, what: str) -> int:
    """The level that pushing to a branch (``"push"``) or merging into it (``"merge"``) needs."""
    return min((one[what] or NOBODY for one in fitting(home, branch)), default=model.WRITE)


def tag_level(home: Repository, tag: str) -> int:
    """The level that making or removing a tag needs."""
    found: dict[str, int] = home.extra.get("tag rules", {})
    return min((level or NOBODY for name, level in found.items() if fnmatchcase(tag, name)), default=model.WRITE)


# ---- approvals


def approval_rules(one: MergeRequest) -> list[Rule]:
    """The rules for a merge request: the project's, in the place of each the one that was changed for it, and its own.

    A project's rule for protected branches holds for merge requests into these only.
    """
    own: dict[int, Rule] = one.extra.get("approval rules", {})
    over = {rule["source"]: rule for rule in own.values() if rule.get("source")}
    common: dict[int, Rule] = one.repository.extra.get("approval rules", {})
    held = [rule for rule in common.values() if not rule["all protected"] or fitting(one.repository, one.base)]
    return [over.get(rule["id"], rule) for rule in held] + [rule for rule in own.values() if not rule.get("source")]


def approvers(world: World, home: Repository, rule: Rule) -> list[User]:
    """Whose approval counts for a rule: its people and those of its groups; of a rule without any, all developers."""
    if rule["kind"] == "any_approver":
        return [user for user in world.members(home) if world.level(user, home) >= model.WRITE]
    found = [world.by_id(number) for number in rule["users"]]
    for number in rule["groups"]:
        group = world.by_id(number)
        if isinstance(group, Organization):
            found += [world.user(login) for login in group.members]
    return list(dict.fromkeys(user for user in found if isinstance(user, User)))


def given(world: World, one: MergeRequest, rule: Rule) -> list[User]:
    """The approvals that count for a rule."""
    may = approvers(world, one.repository, rule)
    return [user for user in one.approvals if rule["kind"] == "any_approver" or user in may]


def left(world: World, one: MergeRequest, rule: Rule) -> int:
    """How many approvals a rule still needs; it cannot need more than there are people for it."""
    required: int = rule["required"]
    return max(0, required - len(given(world, one, rule)))


def is_approved(world: World, one: MergeRequest) -> bool:
    """Whether no rule needs an approval any more."""
    return not any(left(world, one, rule) for rule in approval_rules(one))
