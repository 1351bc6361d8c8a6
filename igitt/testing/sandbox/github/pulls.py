"""Routes of pull requests: lists, edits, merging, files and reviewers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, merging, model, work
from igitt.testing.sandbox.github import protection
from igitt.testing.sandbox.github.context import (
    body_of,
    created,
    forge_of,
    invalid,
    may_triage,
    missing,
    paged,
    pull_of,
    repository_of,
    routes,
    text_of,
)
from igitt.testing.sandbox.github.issues import ordered
from igitt.testing.sandbox.github.shapes import accounts as account_shapes
from igitt.testing.sandbox.github.shapes import commits as shapes
from igitt.testing.sandbox.model import MergeRequest, Organization, Repository
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import User

BASE = "/repos/{owner}/{repo}/pulls/{number}"
#: Lists end after so many, whatever a pull request has: https://docs.github.com/en/rest/pulls/pulls.
MOST_COMMITS, MOST_FILES = 250, 3000


@routes.get("/repos/{owner}/{repo}/pulls")
def pulls(request: Request) -> object:
    """Pull requests, with ``state``, ``head``, ``base`` and sorting."""
    found, state = repository_of(request, "pull_requests"), request.arg("state", "open")
    items: list[Any] = [
        one for one in found.merge_requests.values() if state == "all" or (one.state == "open") is (state == "open")
    ]
    if request.arg("base"):
        items = [one for one in items if one.base == request.arg("base")]
    if request.arg("head"):
        owner, _, name = request.arg("head").rpartition(":")
        items = [one for one in items if one.head == name and (not owner or _owner(one) == owner.lower())]
    default = "asc" if request.arg("sort", "created") != "created" else "desc"
    items = ordered(request, items, default)
    return paged(request, items, lambda one: shapes.pull_simple(request.forge, one, request))


def _owner(one: MergeRequest) -> str:
    return one.source.owner.login.lower() if one.source else ""


def _source(request: Request, found: Repository, head: str, data: dict[str, Any]) -> tuple[Repository, str]:
    owner, _, name = head.rpartition(":")
    if not owner or owner.lower() == found.owner.login.lower():
        return found, name
    for one in request.world.repositories.values():
        named = not data.get("head_repo") or one.name == data["head_repo"].rpartition("/")[2]
        if one.owner.login.lower() == owner.lower() and one.parent is found and named:
            return one, name
    raise invalid("PullRequest", "head")


@routes.post("/repos/{owner}/{repo}/pulls")
def create_pull(request: Request) -> object:
    """Opens a pull request from a branch here or in a fork (``head`` as ``owner:branch``)."""
    found, data = repository_of(request, "pull_requests"), body_of(request)
    head, base = text_of(data, "head", "PullRequest"), text_of(data, "base", "PullRequest")
    title = text_of(data, "title", "PullRequest")
    if base not in found.branches:
        raise invalid("PullRequest", "base")
    source, name = _source(request, found, head, data)
    if name not in source.branches:
        raise invalid("PullRequest", "head")
    for one in found.merge_requests.values():
        if one.state == "open" and (one.source, one.head, one.base) == (source, name, base):
            text = f"A pull request already exists for {source.owner.login}:{name}."
            raise ApiError(422, "Validation Failed", errors=[
                {"resource": "PullRequest", "code": "custom", "message": text}])  # fmt: skip
    ours = set(gitdata.ancestry(found, found.branches[base]))
    if source.branches[name] in ours:
        text = f"No commits between {base} and {name}"
        raise ApiError(422, "Validation Failed", errors=[
            {"resource": "PullRequest", "code": "custom", "message": text}])  # fmt: skip
    app = request.viewer.installation.app if request.viewer.installation else None
    made = gitdata.create_merge_request(
        request.world, found, request.user, title, source=source, head=name, base=base,
        body=data.get("body"), draft=bool(data.get("draft")), app=app,
    )  # fmt: skip
    return created(shapes.pull(request.forge, made, request))


@routes.get(BASE)
def pull(request: Request) -> object:
    """One pull request: as JSON, or as a diff or patch by media type."""
    one, accept = pull_of(request), request.headers.get("accept", "")
    if "diff" in accept:
        return Reply(text=gitdata.unified(gitdata.request_changes(one)), content_type="application/vnd.github.diff")
    if "patch" in accept:
        text = gitdata.mailbox(one.repository, gitdata.request_commits(one))
        return Reply(text=text, content_type="application/vnd.github.patch")
    computing = one.mergeable_reads < forge_of(request).compute_mergeable_delay
    one.mergeable_reads += 1
    data = shapes.pull(request.forge, one, request, computing=computing)
    return Reply(data, modified=None if computing else one.updated)


@routes.patch(BASE)
def edit_pull(request: Request) -> object:
    """Changes title, text, state or base."""
    one, data = pull_of(request), body_of(request)
    if not may_triage(request, one) and request.user is not one.author:
        raise ApiError(403, "Must have admin rights to Repository.")
    changes: dict[str, Any] = {key: data[key] for key in ("title", "body", "state") if key in data}
    if changes.get("state", "open") not in {"open", "closed"}:
        raise invalid("PullRequest", "state")
    if changes.get("state") == "open":
        protection.check_reopening(one)
    if one.state == "merged":
        changes.pop("state", None)
    if "base" in data:
        if data["base"] not in one.repository.branches:
            raise invalid("PullRequest", "base")
        changes["base"] = data["base"]
        one.base_sha = one.repository.branches[data["base"]]
    work.edit_issue(request.world, one, request.user, **changes)
    return shapes.pull(request.forge, one, request)


@routes.get(f"{BASE}/merge")
def is_merged(request: Request) -> None:
    """204 when merged, else 404."""
    if pull_of(request).merged_at is None:
        raise missing()


@routes.put(f"{BASE}/merge")
def merge(request: Request) -> object:
    """Merges: 405 when it cannot be merged, 409 when ``sha`` is not the head."""
    one, data = pull_of(request, model.WRITE, "contents"), body_of(request)
    if data.get("sha") and data["sha"] != one.head_sha:
        raise ApiError(409, "Head branch was modified. Review and try the merge again.")
    if one.state != "open" or one.draft or gitdata.conflicts(one):
        raise ApiError(405, "Pull Request is still a draft" if one.draft else "Pull Request is not mergeable")
    method = data.get("merge_method", "merge")
    if method not in {"merge", "squash", "rebase"}:
        raise invalid("PullRequest", "merge_method")
    refusal = protection.refusal_to_merge(request, one, method)
    if refusal is not None:
        raise ApiError(405, refusal, documentation_url=protection.DOCS)
    title = data.get("commit_title") or f"Merge pull request #{one.number} from {_owner(one)}/{one.head}"
    message = f"{title}\n\n{data.get('commit_message') or one.title}"
    made = gitdata.merge(request.world, one, request.user, message, way=method)
    if one.repository.extra.get("merge settings", {}).get("delete_branch_on_merge") and one.source is one.repository:
        gitdata.move(request.world, one.repository, one.head, None, request.user)
    return {"sha": made.sha, "merged": True, "message": "Pull Request successfully merged"}


@routes.put(f"{BASE}/update-branch")
def update_branch(request: Request) -> object:
    """Merges the base into the head: 202."""
    one, expected = pull_of(request, model.WRITE), body_of(request).get("expected_head_sha")
    if (expected and expected != one.head_sha) or one.source is None:
        raise ApiError(422, "expected head sha didn't match current head ref.")
    home = one.repository
    tip = home.branches[one.base]
    if tip in set(gitdata.ancestry(home, one.head_sha)):
        raise ApiError(422, "There are no new commits on the base branch.")
    merged = merging.merge_commits(home, tip, one.head_sha)
    if merged.conflicts:
        raise ApiError(422, "merge conflict between base and head")
    for sha in gitdata.ancestry(home, tip):
        one.source.commits.setdefault(sha, home.commits[sha])
    text = f"Merge branch '{one.base}' into {one.head}"
    parents, me = [one.head_sha, tip], request.user
    made = gitdata.store(request.world, one.source, text, merged.files, parents, me, modes=merged.modes)
    gitdata.move(request.world, one.source, one.head, made.sha, me)
    one.base_sha = tip
    return Reply({"message": "Updating pull request branch.", "url": f"{request.forge.url}/{home.full_name}"}, 202)


@routes.get(f"{BASE}/files")
def files(request: Request) -> object:
    """The files that it changes."""
    one = pull_of(request)
    changes = gitdata.request_changes(one)[:MOST_FILES]
    return paged(request, changes, lambda file: shapes.file_change(request.forge, one.repository, one.head_sha, file))


@routes.get(f"{BASE}/commits")
def commits(request: Request) -> object:
    """Its commits, oldest first."""
    one = pull_of(request)
    found = gitdata.request_commits(one)[:MOST_COMMITS]
    return paged(request, found, lambda commit: shapes.commit(request.forge, one.repository, commit))


# ---- reviewers


@routes.get(f"{BASE}/requested_reviewers")
def requested_reviewers(request: Request) -> object:
    """Who has been asked for a review."""
    one = pull_of(request)
    return {
        "users": [account_shapes.simple(request.forge, user) for user in one.reviewers],
        "teams": [account_shapes.team(request.forge, team) for team in one.team_reviewers],
    }


def _asked(request: Request, one: MergeRequest) -> tuple[list[User], list[Any]]:
    data, people = body_of(request), []
    for name in data.get("reviewers") or []:
        user = request.world.user(str(name))
        if user is None or (not request.world.level(user, one.repository) and request.method == "POST"):
            text = "Reviews may only be requested from collaborators. One or more of the users or teams you specified"
            raise ApiError(422, f"{text} is not a collaborator of the {one.repository.full_name} repository.")
        people.append(user)
    owner = one.repository.owner
    known = owner.teams if isinstance(owner, Organization) else {}
    return people, [known[slug] for slug in data.get("team_reviewers") or [] if slug in known]


@routes.post(f"{BASE}/requested_reviewers")
def request_review(request: Request) -> object:
    """Asks people and teams for a review; not the author."""
    one = pull_of(request, model.TRIAGE)
    people, teams = _asked(request, one)
    if one.author in people:
        raise ApiError(422, "Review cannot be requested from pull request author.")
    one.team_reviewers = list(dict.fromkeys([*one.team_reviewers, *teams]))
    work.edit_issue(request.world, one, request.user, reviewers=list(dict.fromkeys([*one.reviewers, *people])))
    return created(shapes.pull_simple(request.forge, one, request))


@routes.delete(f"{BASE}/requested_reviewers")
def unrequest_review(request: Request) -> object:
    """Takes the question back."""
    one = pull_of(request, model.TRIAGE)
    people, teams = _asked(request, one)
    one.team_reviewers = [team for team in one.team_reviewers if team not in teams]
    rest = [user for user in one.reviewers if user not in people]
    work.edit_issue(request.world, one, request.user, reviewers=rest)
    return shapes.pull_simple(request.forge, one, request)
