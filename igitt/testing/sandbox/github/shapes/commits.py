"""Commits, files, branches, statuses and pull requests as GitHub writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata, objects
from igitt.testing.sandbox.github import protection
from igitt.testing.sandbox.github.context import iso
from igitt.testing.sandbox.github.shapes import issues, repositories
from igitt.testing.sandbox.github.shapes.accounts import association, simple, team
from igitt.testing.sandbox.github.shapes.repositories import api_of, label, milestone

if TYPE_CHECKING:
    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.gitdata import FileChange
    from igitt.testing.sandbox.model import Commit, MergeRequest, Repository, Status
    from igitt.testing.sandbox.wire import Request

UNSIGNED = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
SIGNED = {
    "verified": True,
    "reason": "valid",
    "signature": "-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----",
    "payload": "tree",
    "verified_at": "2026-01-01T00:00:00Z",
}


def commit(forge: Forge, repository: Repository, one: Commit) -> dict[str, Any]:
    """``commit`` as it stands in lists."""
    api = api_of(forge, repository)
    page = f"{forge.url}/{repository.full_name}/commit"
    person = {"name": one.author_name, "email": one.author_email, "date": iso(one.created)}
    account = simple(forge, one.author) if one.author else None
    by = one.committer
    user = forge.world.by_email(by.email) if by else None
    return {
        "sha": one.sha,
        "node_id": f"C_kwDO{one.sha[:12]}",
        "commit": {
            "author": person,
            "committer": {"name": by.name, "email": by.email, "date": iso(by.when)} if by else person,
            "message": one.message,
            "tree": {"sha": one.tree, "url": f"{api}/git/trees/{one.tree}"},
            "url": f"{api}/git/commits/{one.sha}",
            "comment_count": len(one.comments),
            "verification": SIGNED if one.sha in repository.extra.get("signed", ()) else UNSIGNED,
        },
        "url": f"{api}/commits/{one.sha}",
        "html_url": f"{page}/{one.sha}",
        "comments_url": f"{api}/commits/{one.sha}/comments",
        "author": account,
        "committer": (simple(forge, user) if user else None) if by else account,
        "parents": [{"sha": sha, "url": f"{api}/commits/{sha}", "html_url": f"{page}/{sha}"} for sha in one.parents],
    }


def full_commit(forge: Forge, repository: Repository, one: Commit) -> dict[str, Any]:
    """``commit`` with ``stats`` and ``files``."""
    files = gitdata.commit_changes(repository, one)
    plus, minus = sum(file.additions for file in files), sum(file.deletions for file in files)
    return commit(forge, repository, one) | {
        "stats": {"total": plus + minus, "additions": plus, "deletions": minus},
        "files": [file_change(forge, repository, one.sha, file) for file in files],
    }


def file_change(forge: Forge, repository: Repository, sha: str, one: FileChange) -> dict[str, Any]:
    """``diff-entry``."""
    page, path = f"{forge.url}/{repository.full_name}", quote(one.path)
    data = {
        "sha": one.blob,
        "filename": one.path,
        "status": one.status,
        "additions": one.additions,
        "deletions": one.deletions,
        "changes": one.additions + one.deletions,
        "blob_url": f"{page}/blob/{sha}/{path}",
        "raw_url": f"{page}/raw/{sha}/{path}",
        "contents_url": f"{api_of(forge, repository)}/contents/{path}?ref={sha}",
    }
    return data | ({"patch": one.patch} if one.patch else {})


def short_branch(forge: Forge, repository: Repository, name: str) -> dict[str, Any]:
    """``short-branch``."""
    sha, api = repository.branches[name], api_of(forge, repository)
    return {"name": name, "commit": {"sha": sha, "url": f"{api}/commits/{sha}"},
            "protected": name in repository.extra.get("protected", ())}  # fmt: skip


def branch(forge: Forge, repository: Repository, name: str) -> dict[str, Any]:
    """``branch-with-protection``."""
    url = f"{api_of(forge, repository)}/branches/{quote(name, safe='')}"
    rule = repository.extra.get("protected", {}).get(name)
    protected, names = rule is not None, (rule.contexts or []) if rule else []
    level = "off" if not names else "everyone" if rule.enforce_admins else "non_admins"
    return {
        "name": name,
        "commit": commit(forge, repository, repository.commits[repository.branches[name]]),
        "_links": {"self": url, "html": f"{forge.url}/{repository.full_name}/tree/{name}"},
        "protected": protected,
        "protection": {
            "enabled": protected,
            "required_status_checks": {
                "enforcement_level": level,
                "contexts": names,
                "checks": [{"context": one, "app_id": None} for one in names],
            },
        },
        "protection_url": f"{url}/protection",
    }


def tag_object(forge: Forge, repository: Repository, sha: str) -> dict[str, Any]:
    """``git-tag``: the object of a tag with a message."""
    api = api_of(forge, repository)
    headers, message = objects.headers_of(repository.extra["objects"][sha])
    tagger, target = objects.Person.read(headers["tagger"][0]), headers["object"][0].decode()
    return {
        "node_id": f"TA_kwDO{sha[:12]}",
        "sha": sha,
        "url": f"{api}/git/tags/{sha}",
        "tagger": {"name": tagger.name, "email": tagger.email, "date": iso(tagger.when)},
        "object": {"sha": target, "type": "commit", "url": f"{api}/git/commits/{target}"},
        "tag": objects.text_of(headers["tag"][0]),
        "message": message.removesuffix("\n"),
        "verification": UNSIGNED,
    }


def status(forge: Forge, repository: Repository, one: Status) -> dict[str, Any]:
    """``status``."""
    return _status(forge, repository, one) | {"creator": simple(forge, one.creator)}


def _status(forge: Forge, repository: Repository, one: Status) -> dict[str, Any]:
    return {
        "url": f"{api_of(forge, repository)}/statuses/{one.sha}",
        "avatar_url": f"{forge.url}/avatars/u/{one.creator.id}?v=4",
        "id": one.id,
        "node_id": f"SC_kwDO{one.id}",
        "state": one.state,
        "description": one.description,
        "target_url": one.url,
        "context": one.context,
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
    }


def combined(states: list[str]) -> str:
    """One word for all contexts: failure wins, then pending, and nothing at all is pending."""
    if any(state in {"failure", "error"} for state in states):
        return "failure"
    return "success" if states and all(state == "success" for state in states) else "pending"


def combined_status(forge: Forge, repository: Repository, sha: str) -> dict[str, Any]:
    """``combined-commit-status``: the newest status of each context."""
    newest: dict[str, Status] = {}
    for one in repository.statuses.get(sha, []):
        newest.setdefault(one.context, one)
    api = api_of(forge, repository)
    return {
        "state": combined([one.state for one in newest.values()]),
        "statuses": [_status(forge, repository, one) for one in newest.values()],
        "sha": sha,
        "total_count": len(newest),
        "repository": repositories.repository(forge, repository),
        "commit_url": f"{api}/commits/{sha}",
        "url": f"{api}/commits/{sha}/status",
    }


def _end(
    forge: Forge, repository: Repository | None, branch_name: str, sha: str, request: Request | None
) -> dict[str, Any]:
    owner = repository.owner if repository else None
    return {
        "label": f"{owner.login if owner else 'unknown'}:{branch_name}",
        "ref": branch_name,
        "sha": sha,
        "user": simple(forge, owner) if owner else None,
        "repo": repositories.repository(forge, repository, request) if repository else None,
    }


def pull_simple(forge: Forge, one: MergeRequest, request: Request | None = None) -> dict[str, Any]:
    """``pull-request-simple``: a pull request as it stands in lists."""
    repository = one.repository
    api, page = api_of(forge, repository), issues.page_of(forge, one)
    url, issue_url = f"{api}/pulls/{one.number}", f"{api}/issues/{one.number}"
    addresses = {
        "html_url": page,
        "issue_url": issue_url,
        "comments_url": f"{issue_url}/comments",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{api}/pulls/comments{{/number}}",
        "commits_url": f"{url}/commits",
        "statuses_url": f"{api}/statuses/{one.head_sha}",
    }
    return {
        "url": url,
        "id": one.merge_request_id,
        "node_id": f"PR_kwDO{one.id}",
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        **addresses,
        "number": one.number,
        "state": "open" if one.state == "open" else "closed",
        "locked": one.locked,
        "title": one.title,
        "user": simple(forge, one.author),
        "body": one.body,
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "closed_at": iso(one.closed_at),
        "merged_at": iso(one.merged_at),
        "merge_commit_sha": one.merge_sha or (one.head_sha if one.state == "open" else None),
        "assignee": simple(forge, one.assignees[0]) if one.assignees else None,
        "assignees": [simple(forge, user) for user in one.assignees],
        "requested_reviewers": [simple(forge, user) for user in one.reviewers],
        "requested_teams": [team(forge, each) for each in one.team_reviewers],
        "labels": [label(forge, repository, each) for each in one.labels],
        "milestone": milestone(forge, repository, one.milestone) if one.milestone else None,
        "draft": one.draft,
        "head": _end(forge, one.source, one.head, one.head_sha, request),
        "base": _end(forge, repository, one.base, one.base_sha, request),
        "_links": {"self": {"href": url}, **_links(addresses)},
        "author_association": association(repository, one.author),
        "auto_merge": _auto_merge(forge, one),
        "active_lock_reason": one.lock_reason,
    }


def _auto_merge(forge: Forge, one: MergeRequest) -> dict[str, Any] | None:
    waiting = one.extra.get("auto_merge")
    return waiting and {
        "enabled_by": simple(forge, waiting["by"]),
        "merge_method": waiting["method"],
        "commit_title": (waiting["message"] or "").partition("\n")[0] or None,
        "commit_message": (waiting["message"] or "").partition("\n")[2].strip() or None,
    }


def _links(addresses: dict[str, str]) -> dict[str, dict[str, str]]:
    return {key.removesuffix("_url"): {"href": value} for key, value in addresses.items()}


def pull(forge: Forge, one: MergeRequest, request: Request | None = None, *, computing: bool = False) -> dict[str, Any]:
    """``pull-request``: a single one. ``computing``: GitHub does not know yet whether it can be merged."""
    files = gitdata.request_changes(one)
    mergeable, state = _mergeable(one, request, computing=computing)
    shape = pull_simple(forge, one, request)
    # The whole has its teams as ``team-simple``, without what they are within.
    teams = [{key: value for key, value in each.items() if key != "parent"} for each in shape["requested_teams"]]
    return shape | {
        "requested_teams": teams,
        "merged": one.merged_at is not None,
        "mergeable": mergeable,
        "rebaseable": mergeable,
        "mergeable_state": state,
        "merged_by": simple(forge, one.merged_by) if one.merged_by else None,
        "comments": len(one.comments),
        "review_comments": len(one.review_comments),
        "maintainer_can_modify": False,
        "commits": len(gitdata.request_commits(one)),
        "additions": sum(file.additions for file in files),
        "deletions": sum(file.deletions for file in files),
        "changed_files": len(files),
    }


def _mergeable(one: MergeRequest, request: Request | None, *, computing: bool) -> tuple[bool | None, str]:
    if one.state != "open" or computing:
        return None, "unknown"
    if gitdata.conflicts(one):
        return False, "dirty"
    if one.draft:
        return True, "draft"
    return True, "clean" if request is None else protection.mergeable_state(request, one)
