"""Routes of search: issues, repositories, users, code. Qualifiers that a bot uses, joined with "and"."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata
from igitt.testing.sandbox.github import protection
from igitt.testing.sandbox.github.context import forge_of, invalid, iso, paged, routes, sees
from igitt.testing.sandbox.github.issues import ordered
from igitt.testing.sandbox.github.shapes import accounts as account_shapes
from igitt.testing.sandbox.github.shapes import issues as shapes
from igitt.testing.sandbox.github.shapes import repositories as repository_shapes
from igitt.testing.sandbox.model import MergeRequest, Organization, User
from igitt.testing.sandbox.wire import ApiError, Reply, Request, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from igitt.testing.sandbox.model import Issue, Repository


def parse(request: Request) -> tuple[list[str], list[tuple[str, str, bool]]]:
    """The words and the qualifiers (name, value, wanted) of ``q``; 422 for an empty one."""
    text = request.arg("q").strip()
    if not text:
        raise invalid("Search", "q", "missing")
    try:
        parts = shlex.split(text)
    except ValueError:
        parts = text.split()
    words, found = [], []
    if "OR" in parts or "NOT" in parts:
        request.forge.note_unserved("OR and NOT in a search")
        raise ApiError(501, "the sandbox does not play OR and NOT in a search")
    # Groups are joined by "and", which is what stands between all the rest (gh puts its words into one).
    for part in (one.strip("()") for one in parts):
        if part in {"", "AND"}:
            continue
        name, colon, value = part.lstrip("-").partition(":")
        if colon and name.replace("-", "").isalpha():
            found.append((name.lower(), value, not part.startswith("-")))
        else:
            words.append(part.lower())
    return words, found


def _results(request: Request, items: Sequence[Any], shape: Callable[[Any], Any], **extra: Any) -> Reply:
    """One page of what was found, of which only the first thousand are given: 422 beyond."""
    forge = forge_of(request)
    page = cut(request, items, 30)
    if page.number > 1 and (page.number - 1) * page.size >= forge.search_limit:
        raise ApiError(422, f"Only the first {forge.search_limit} search results are available")
    told = {"total_count": len(items), "incomplete_results": forge.search_gives_up}
    reply = paged(request, items[: forge.search_limit], shape, envelope="items", **told)
    reply.data |= extra  # behind the items: octokit's paging takes the first list that it finds
    return reply


def moment_in(value: str, moment: datetime | None) -> bool:
    """Whether a time is within what a query says: ``>=2026-01-01``, ``2026-01-01..2026-02-01``."""
    text = iso(moment) or ""
    if not text:
        return False
    for sign, good in ((">=", text.__ge__), ("<=", text.__le__), (">", text.__gt__), ("<", text.__lt__)):
        if value.startswith(sign):
            return bool(good(value[len(sign) :]))
    begin, dots, end = value.partition("..")
    if dots:
        return (begin in {"*", ""} or text >= begin) and (end in {"*", ""} or text[: len(end)] <= end)
    return text.startswith(value)


def _number(value: str, count: int) -> bool:
    """Whether a count is within what a query says: ``3``, ``>=3``, ``1..5``."""
    begin, dots, end = value.partition("..")
    try:
        if dots:
            return (begin == "*" or count >= int(begin)) and (end == "*" or count <= int(end))
        bare = int(value.lstrip("<>="))
    except ValueError:
        return False
    signs = {">=": count >= bare, "<=": count <= bare, ">": count > bare, "<": count < bare}
    return signs.get(value[: len(value) - len(str(bare))], count == bare)


def _review(one: Issue, value: str) -> bool:
    """How the reviews of a pull request stand: none, required, approved or changes_requested."""
    if not isinstance(one, MergeRequest):
        return False
    latest = {each.author.id: each.state for each in one.reviews if each.submitted and each.state != "COMMENTED"}
    rule = protection.rule_of(one.repository, one.base)
    changed, approved = "CHANGES_REQUESTED" in latest.values(), "APPROVED" in latest.values()
    wanted = rule is not None and bool(rule.approvals)
    return {
        "none": not latest, "changes_requested": changed, "approved": approved and not changed,
        "required": wanted and not approved and not changed,
    }.get(value, False)  # fmt: skip


def _status(one: MergeRequest) -> str:
    """How the checks of a pull request's head stand, in search's words."""
    states = set(protection.checks_of(one.repository, one.head_sha).values())
    if states & {"failure", "error", "cancelled", "timed_out"}:
        return "failure"
    return "pending" if states & {"pending", "queued", "in_progress"} else "success" if states else ""


def _is(one: Issue, value: str) -> bool:
    pull = isinstance(one, MergeRequest)
    table = {
        "issue": not pull,
        "pr": pull,
        "open": one.state == "open",
        "closed": one.state != "open",
        "merged": one.state == "merged",
        "unmerged": pull and one.state != "merged",
        "draft": isinstance(one, MergeRequest) and one.draft,
        "locked": one.locked,
        "unlocked": not one.locked,
        "public": not one.repository.private,
        "private": one.repository.private,
    }
    return table.get(value, False)


def _tests(request: Request) -> dict[str, Callable[[Issue, str], bool]]:
    def login(value: str) -> str:
        me = request.viewer.user.login if request.viewer.user else ""
        return (me if value == "@me" else value).lower()

    def missing(one: Issue, value: str) -> bool:
        return {"label": not one.labels, "assignee": not one.assignees, "milestone": one.milestone is None}.get(
            value, False
        )

    return {
        "repo": lambda one, value: one.repository.full_name.lower() == value.lower(),
        "org": lambda one, value: one.repository.owner.login.lower() == value.lower(),
        "user": lambda one, value: one.repository.owner.login.lower() == login(value),
        "is": _is,
        "type": _is,
        "state": _is,
        "author": lambda one, value: one.author.login.lower() == login(value),
        "assignee": lambda one, value: login(value) in {user.login.lower() for user in one.assignees},
        "commenter": lambda one, value: login(value) in {each.author.login.lower() for each in one.comments},
        "involves": lambda one, value: (
            login(value)
            in {user.login.lower() for user in [one.author, *one.assignees, *(each.author for each in one.comments)]}
        ),
        "mentions": lambda one, value: f"@{login(value)}" in (one.body or "").lower(),
        "label": lambda one, value: any(
            each.lower() in {label.name.lower() for label in one.labels} for each in value.split(",")
        ),
        "milestone": lambda one, value: one.milestone is not None and one.milestone.title.lower() == value.lower(),
        "no": missing,
        "draft": lambda one, value: (isinstance(one, MergeRequest) and one.draft) is (value == "true"),
        "head": lambda one, value: isinstance(one, MergeRequest) and one.head == value,
        "base": lambda one, value: isinstance(one, MergeRequest) and one.base == value,
        "created": lambda one, value: moment_in(value, one.created),
        "updated": lambda one, value: moment_in(value, one.updated),
        "closed": lambda one, value: moment_in(value, one.closed_at),
        "merged": lambda one, value: isinstance(one, MergeRequest) and moment_in(value, one.merged_at),
        "comments": lambda one, value: _number(value, len(one.comments)),
        "reactions": lambda one, value: _number(value, len(one.reactions)),
        "interactions": lambda one, value: _number(value, len(one.comments) + len(one.reactions)),
        "reason": lambda one, value: (one.state_reason or "") == value.strip('"').replace(" ", "_"),
        "review": _review,
        "review-requested": lambda one, value: (
            isinstance(one, MergeRequest) and login(value) in {user.login.lower() for user in one.reviewers}
        ),
        "reviewed-by": lambda one, value: (
            isinstance(one, MergeRequest)
            and login(value) in {each.author.login.lower() for each in one.reviews if each.submitted}
        ),
        "team": lambda one, value: f"@{value.lower()}" in (one.body or "").lower(),
        "team-review-requested": lambda one, value: (
            isinstance(one, MergeRequest)
            and value.lower() in {f"{team.organization.login}/{team.slug}".lower() for team in one.team_reviewers}
        ),
        "status": lambda one, value: isinstance(one, MergeRequest) and _status(one) == value,
        "in": lambda _, __: True,
        "sort": lambda _, __: True,
        "archived": lambda one, value: one.repository.archived is (value == "true"),
    }


@routes.get("/search/issues")
def search_issues(request: Request) -> object:
    """Issues and pull requests; 422 when a repository or user of the query cannot be seen."""
    words, qualifiers = parse(request)
    for name, value, _ in qualifiers:
        if name == "repo":
            found = request.world.repository(value)[0]
            if found is None or not sees(request, found):
                text = "The listed users and repositories cannot be searched either because the resources do not exist"
                raise ApiError(422, "Validation Failed", errors=[
                    {"message": f"{text} or you do not have permission to view them.", "resource": "Search",
                     "field": "q", "code": "invalid"}])  # fmt: skip
    tests = _tests(request)
    items = []
    for repository in request.world.repositories.values():
        if not sees(request, repository):
            continue
        for one in [*repository.issues.values(), *repository.merge_requests.values()]:
            text = f"{one.title}\n{one.body or ''}\n{one.number}".lower()
            good = all(tests[name](one, value) is wanted for name, value, wanted in qualifiers if name in tests)
            if good and all(word in text for word in words):
                items.append(one)
    items = ordered(request, items, request.arg("order", "desc"))

    def shape(one: Issue) -> dict[str, Any]:
        return shapes.issue(request.forge, one, list_item=True) | {"score": 1.0}

    return _results(request, items, shape, search_type="lexical")


@routes.get("/search/repositories")
def search_repositories(request: Request) -> object:
    """Repositories by words in name and description, ``user:``, ``org:``, ``topic:``, ``language:``, ``is:``."""
    words, qualifiers = parse(request)

    tests: dict[str, Callable[[Repository, str], bool]] = {
        "user": lambda one, value: one.owner.login.lower() == value.lower(),
        "org": lambda one, value: one.owner.login.lower() == value.lower(),
        "repo": lambda one, value: one.full_name.lower() == value.lower(),
        "topic": lambda one, value: value.lower() in one.topics,
        "language": lambda one, value: value.lower() in {each.lower() for each in repository_shapes.languages(one)},
        "is": lambda one, value: value in ({"private"} if one.private else {"public"}),
        "created": lambda one, value: moment_in(value, one.created),
        "fork": lambda one, value: value in {"true", "only"} or one.parent is None,
    }
    items = [
        one
        for one in request.world.repositories.values()
        if sees(request, one)
        and all(tests[name](one, value) is wanted for name, value, wanted in qualifiers if name in tests)
        and all(word in f"{one.full_name} {one.description or ''}".lower() for word in words)
    ]
    shape = repository_shapes.repository
    return _results(request, items, lambda one: shape(request.forge, one, request) | {"score": 1.0})


@routes.get("/search/users")
def search_users(request: Request) -> object:
    """Users and organizations by login and name, with ``type:``."""
    words, qualifiers = parse(request)
    kinds = {value.lower() for name, value, _ in qualifiers if name == "type"}
    items: list[User | Organization] = []
    for one in request.world.accounts.values():
        kind = "org" if isinstance(one, Organization) else "user"
        text = f"{one.login} {one.name or ''} {one.email or ''}".lower()
        if (not kinds or kind in kinds) and all(word in text for word in words):
            items.append(one)
    return _results(request, items, lambda one: account_shapes.simple(request.forge, one) | {"score": 1.0})


@routes.get("/search/code")
def search_code(request: Request) -> object:
    """Files of the default branches by words in them, ``repo:``, ``org:``, ``user:``, ``path:``, ``filename:``.

    A word is needed, and files above 384 KB are not searched. Source: https://docs.github.com/en/rest/search/search.
    """
    words, qualifiers = parse(request)
    if not words:
        raise invalid("Search", "q", "missing")
    if request.viewer.kind == "anonymous":
        raise request.forge.unauthorized()
    found: list[tuple[Repository, str, str]] = []
    for one in request.world.repositories.values():
        tip = one.branches.get(one.default_branch)
        if tip is None or not sees(request, one):
            continue
        for path, text in one.commits[tip].files.items():
            good = all(_of_file(one, path, name, value.lower()) is wanted for name, value, wanted in qualifiers)
            if good and len(text) < 384 * 1024 and all(word in text.lower() for word in words):
                found.append((one, path, text))

    def shape(item: tuple[Repository, str, str]) -> dict[str, Any]:
        one, path, text = item
        api, page, tip = (
            f"{request.forge.api_url}/repositories/{one.id}",
            request.forge.url,
            one.branches[one.default_branch],
        )
        sha = gitdata.blob_sha(text)
        inside = repository_shapes.minimal(request.forge, one)
        return {
            "name": path.rpartition("/")[2], "path": path, "sha": sha, "url": f"{api}/contents/{quote(path)}?ref={tip}",
            "git_url": f"{api}/git/blobs/{sha}", "html_url": f"{page}/{one.full_name}/blob/{tip}/{quote(path)}",
            "repository": inside, "score": 1.0,
        }  # fmt: skip

    return _results(request, found, shape)


def _of_file(one: Repository, path: str, name: str, value: str) -> bool:
    """Whether a qualifier fits a file; one that is not known fits every file."""
    lower = path.lower()
    return {
        "repo": one.full_name.lower() == value,
        "org": one.owner.login.lower() == value,
        "user": one.owner.login.lower() == value,
        "path": lower.startswith(value.strip("/")),
        "filename": lower.rpartition("/")[2] == value,
        "extension": lower.endswith(f".{value}"),
    }.get(name, True)
