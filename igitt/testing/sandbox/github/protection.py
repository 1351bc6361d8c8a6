"""What a branch's protection on GitHub allows: the one place that decides on states of branches and pull requests.

Everything that writes to a branch asks here: merging, files by the API, refs and pushes of git. Sources:
https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
for the rules. The words are those of public reports: https://github.com/BobAnkh/auto-generate-changelog/issues/78 (409
of a file), https://github.com/googleapis/repo-automation-bots/issues/5551 (a ref),
https://github.com/claroline/Distribution/issues/479 (405 of a merge),
https://github.com/pascalgn/automerge-action/issues/35 (checks), https://github.com/RakuenSoftware/aimee/pull/2460 (a
branch that is behind has its checks "expected"), https://github.com/ietf-tools/xml2rfc/issues/1251 (git's push).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.github import rights
from igitt.testing.sandbox.model import Organization
from igitt.testing.sandbox.wire import ApiError

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import MergeRequest, Repository
    from igitt.testing.sandbox.wire import Request
    from igitt.testing.sandbox.world import World

DOCS = "https://docs.github.com/articles/about-protected-branches"
UNAUTHORIZED = f"You're not authorized to push to this branch. Visit {DOCS} for more information."
BY_REQUEST = "Changes must be made through a pull request."
_PASSED = {"success", "neutral", "skipped"}
#: What is said of a check that has not succeeded, by its status or conclusion.
_WORDS = {"pending": "pending", "queued": "queued", "in_progress": "in progress"}


@dataclass(slots=True)
class Who:
    """Those whom a rule names: logins, slugs of teams and of Apps."""

    users: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    apps: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Rule:
    """The protection of one branch; what is None is not demanded."""

    contexts: list[str] | None = None
    strict: bool = False
    approvals: int | None = None
    dismiss_stale: bool = False
    code_owners: bool = False
    last_push: bool = False
    bypass: Who = field(default_factory=Who)
    enforce_admins: bool = False
    restrictions: Who | None = None
    signatures: bool = False
    flags: dict[str, bool] = field(default_factory=dict)


def rules_of(repository: Repository) -> dict[str, Rule]:
    """The rules of a repository by branch."""
    found: dict[str, Rule] = repository.extra.setdefault("protected", {})
    return found


def rule_of(repository: Repository, branch: str) -> Rule | None:
    """The rule of a branch."""
    return rules_of(repository).get(branch)


def _is_admin(request: Request, repository: Repository) -> bool:
    return request.viewer.installation is None and rights.level_for(request, repository) >= model.OWN


def _is_named(request: Request, repository: Repository, who: Who) -> bool:
    viewer = request.viewer
    if viewer.installation is not None:
        return viewer.installation.app.slug in who.apps
    if viewer.user is None:
        return False
    login, owner = viewer.user.login.lower(), repository.owner
    teams = owner.teams if isinstance(owner, Organization) else {}
    inside = any(login in teams[slug].members for slug in who.teams if slug in teams)
    return inside or login in {one.lower() for one in who.users}


def _in_force(request: Request, repository: Repository, branch: str) -> Rule | None:
    """The rule that binds who asks: administrators are free unless it includes them."""
    rule = rule_of(repository, branch)
    return None if rule is None or (not rule.enforce_admins and _is_admin(request, repository)) else rule


# ---- checks and reviews


def checks_of(repository: Repository, sha: str) -> dict[str, str]:
    """How the checks of a commit stand, by name: the newest status or check run of each."""
    found: dict[str, str] = {}
    for status in repository.statuses.get(sha, ()):
        found.setdefault(status.context, status.state)
    for run in repository.extra.get("check_runs", ()):
        if run["sha"] == sha:
            found[run["name"]] = run["conclusion"] or run["status"]
    return found


def _open_checks(rule: Rule, repository: Repository, sha: str, *, behind: bool = False) -> str | None:
    """What is said of required checks that have not succeeded."""
    known = {} if behind else checks_of(repository, sha)
    names = rule.contexts or []
    left = {name: known.get(name) for name in names if known.get(name) not in _PASSED}
    if not left:
        return None
    words = [_WORDS.get(state, "failing") if state else "expected" for state in left.values()]
    if len(names) == 1:
        return f'Required status check "{names[0]}" is {words[0]}.'
    if len(set(words)) == 1:
        return f"{len(left)} of {len(names)} required status checks are {words[0]}."
    counts = " and ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
    return f"{len(left)} of {len(names)} required status checks have not succeeded: {counts}."


def _open_reviews(world: World, rule: Rule, one: MergeRequest) -> str | None:
    """What is said of required reviews that are not there."""
    if not rule.approvals:
        return None
    latest: dict[int, Any] = {}
    for review in one.reviews:
        if review.submitted and review.state != "COMMENTED" and review.author is not one.author:
            latest[review.author.id] = review
    counting = [review for review in latest.values() if world.level(review.author, one.repository) >= model.WRITE]
    if any(review.state == "CHANGES_REQUESTED" for review in counting):
        return "Changes have been requested by reviewers with write access."
    approved = [
        review for review in counting
        if review.state == "APPROVED" and not (rule.dismiss_stale and review.commit_sha != one.head_sha)
    ]  # fmt: skip
    if len(approved) >= rule.approvals:
        return None
    plural = "review is" if rule.approvals == 1 else "reviews are"
    return f"At least {rule.approvals} approving {plural} required by reviewers with write access."


def is_behind(one: MergeRequest) -> bool:
    """Whether the base has commits that the head has not."""
    home = one.repository
    return home.branches.get(one.base, one.base_sha) not in set(gitdata.ancestry(home, one.head_sha))


def _open_points(world: World, rule: Rule, one: MergeRequest, method: str = "") -> list[str]:
    found = [_open_reviews(world, rule, one)]
    if rule.contexts is not None:
        found.append(_open_checks(rule, one.repository, one.head_sha, behind=rule.strict and is_behind(one)))
    roots = [each for each in one.review_comments if each.in_reply_to is None]
    if rule.flags.get("required_conversation_resolution") and not all(each.resolved for each in roots):
        found.append("A conversation must be resolved before this pull request can be merged.")
    if rule.flags.get("lock_branch"):
        found.append("Cannot change this locked branch")
    if rule.flags.get("required_linear_history") and method == "merge":
        found.append("Merge commits are not allowed on this branch.")
    return [words for words in found if words]


def refusal_to_merge(request: Request, one: MergeRequest, method: str) -> str | None:
    """Why a pull request may not be merged by who asks."""
    home = one.repository
    settings, word = home.extra.get("merge settings", {}), {"merge": "Merge commits", "squash": "Squash merges"}
    names = {"merge": "allow_merge_commit", "squash": "allow_squash_merge", "rebase": "allow_rebase_merge"}
    if settings.get(names[method]) is False:
        return f"{word.get(method, 'Rebase merges')} are not allowed on this repository."
    rule = _in_force(request, home, one.base)
    if rule is None:
        return None
    if rule.restrictions is not None and not _is_named(request, home, rule.restrictions):
        return UNAUTHORIZED
    points = _open_points(request.world, rule, one, method)
    if _is_named(request, home, rule.bypass):
        points = [words for words in points if "approving" not in words]
    return " ".join(points) or None


def holds_back(world: World, one: MergeRequest) -> bool:
    """Whether a rule keeps a pull request from being merged by itself, whoever asked for that."""
    rule = rule_of(one.repository, one.base)
    return rule is not None and bool(_open_points(world, rule, one))


def mergeable_state(request: Request, one: MergeRequest) -> str:
    """``blocked``, ``behind``, ``unstable`` or ``clean``, for an open pull request without conflicts.

    Source: https://docs.github.com/en/graphql/reference/enums#mergestatestatus.
    """
    rule, checks = rule_of(one.repository, one.base), checks_of(one.repository, one.head_sha)
    if rule is not None:
        if rule.strict and rule.contexts is not None and is_behind(one):
            return "behind"
        if _open_points(request.world, rule, one):
            return "blocked"
    return "clean" if set(checks.values()) <= _PASSED else "unstable"


# ---- states of a pull request


def check_reopening(one: MergeRequest) -> None:
    """422 for a pull request that is merged, has lost its branch, or whose place another one has.

    The words are those of the page of such a pull request, from memory.
    """
    home, source, text = one.repository, one.source, ""
    if one.state == "merged":
        text = "The pull request cannot be reopened."
    elif one.state == "open":
        return
    elif source is None:
        text = "The repository that submitted this pull request has been deleted."
    elif one.head not in source.branches:
        text = f"The {one.head} branch has been deleted."
    elif any(
        each.state == "open" and (each.source, each.head, each.base) == (source, one.head, one.base)
        for each in home.merge_requests.values()
    ):
        text = (
            f"There is already an open pull request from {source.owner.login}:{one.head} to "
            f"{home.owner.login}:{one.base}."
        )
    if text:
        detail = {"resource": "PullRequest", "code": "custom", "field": "state"}
        detail["message"] = f"state cannot be changed. {text}"
        raise ApiError(422, "Validation Failed", errors=[detail])


# ---- writes


def refusals(request: Request, repository: Repository, branch: str, sha: str | None = None) -> list[str]:
    """Why a branch may not be moved by who asks, to a commit if that is known already."""
    rule = _in_force(request, repository, branch)
    if rule is None:
        return []
    found: list[str] = []
    if rule.contexts is not None:
        open_checks = _open_checks(rule, repository, sha or "")
        found += [open_checks] if open_checks else []
    if rule.approvals is not None and not _is_named(request, repository, rule.bypass):
        found.append(BY_REQUEST)
    if rule.restrictions is not None and not _is_named(request, repository, rule.restrictions):
        found.append(UNAUTHORIZED)
    if rule.flags.get("lock_branch"):
        found.append("Cannot change this locked branch")
    return found


def may_force(repository: Repository, branch: str) -> bool:
    """Whether a branch may go back."""
    rule = rule_of(repository, branch)
    return rule is None or rule.flags.get("allow_force_pushes", False)


def may_delete(repository: Repository, branch: str) -> bool:
    """Whether a branch may go away."""
    rule = rule_of(repository, branch)
    return rule is None or rule.flags.get("allow_deletions", False)


def good_commits(repository: Repository, branch: str) -> set[str]:
    """The commits with which a branch that demands checks may be moved."""
    rule = rule_of(repository, branch)
    if rule is None or rule.contexts is None:
        return set()
    return {sha for sha in repository.commits if _open_checks(rule, repository, sha) is None}
