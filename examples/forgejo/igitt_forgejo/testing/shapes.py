"""What things look like in Forgejo's JSON: those of the description's fields that a client may want to read."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.forge import Forge

__all__ = [
    "MERGING", "branch", "comment", "commit", "content", "hook", "iso", "issue", "label", "milestone", "organization",
    "pull", "pushed", "reaction", "release", "repository", "review", "review_comment", "status", "tag", "user",
]  # fmt: skip

JSON = dict[str, Any]
#: A new repository's settings of merging.
MERGING: JSON = {
    "allow_merge_commits": True, "allow_rebase": True, "allow_rebase_explicit": True, "allow_squash_merge": True,
    "default_delete_branch_after_merge": False,
}  # fmt: skip


def iso(moment: datetime | None) -> str | None:
    """A time as Forgejo writes it."""
    return None if moment is None else moment.isoformat()[:19] + "Z"


def _page(forge: Forge, home: model.Repository) -> str:
    return f"{forge.url}/{home.full_name}"


def _api(forge: Forge, home: model.Repository) -> str:
    return f"{forge.api_url}/repos/{home.full_name}"


def user(forge: Forge, one: model.Account) -> JSON:
    """``User``."""
    return {
        "id": one.id, "login": one.login, "username": one.login, "full_name": one.name or "", "email": one.email or "",
        "avatar_url": f"{forge.url}/avatars/{one.id}", "html_url": f"{forge.url}/{one.login}",
        "created": iso(one.created), "is_admin": getattr(one, "admin", False), "visibility": "public",
    }  # fmt: skip


def organization(forge: Forge, one: model.Organization) -> JSON:
    """``Organization``."""
    return {
        "id": one.id, "name": one.login, "username": one.login, "full_name": one.name or "",
        "description": one.description or "", "avatar_url": f"{forge.url}/avatars/{one.id}",
        "visibility": "private" if one.private else "public",
    }  # fmt: skip


def repository(forge: Forge, home: model.Repository, viewer: model.User | None = None) -> JSON:
    """``Repository``."""
    level, page = forge.world.level(viewer, home), _page(forge, home)
    return {
        "id": home.id, "owner": user(forge, home.owner), "name": home.name, "full_name": home.full_name,
        "description": home.description or "", "private": home.visibility != "public", "fork": home.parent is not None,
        "parent": repository(forge, home.parent) if home.parent else None, "archived": home.archived,
        "empty": not home.branches, "default_branch": home.default_branch, "topics": list(home.topics),
        "has_issues": home.has_issues, "html_url": page, "url": _api(forge, home), "clone_url": f"{page}.git",
        "ssh_url": f"ssh://git@{forge.url.partition('://')[2]}/{home.full_name}.git", "created_at": iso(home.created),
        "updated_at": iso(home.updated), "internal": False, **home.extra.get("merging", MERGING),
        "permissions": {"admin": level >= model.OWN, "push": level >= model.WRITE, "pull": True},
    }  # fmt: skip


def label(forge: Forge, home: model.Repository, one: model.Label) -> JSON:
    """``Label``."""
    return {
        "id": one.id, "name": one.name, "color": one.color, "description": one.description or "", "exclusive": False,
        "is_archived": False, "url": f"{_api(forge, home)}/labels/{one.id}",
    }  # fmt: skip


def milestone(one: model.Milestone) -> JSON:
    """``Milestone``."""
    return {
        "id": one.id, "title": one.title, "description": one.description or "", "state": one.state,
        "due_on": iso(one.due), "created_at": iso(one.created), "updated_at": iso(one.updated),
        "closed_at": iso(one.closed_at),
    }  # fmt: skip


def issue(forge: Forge, one: model.Issue, viewer: model.User | None = None) -> JSON:  # noqa: ARG001 - as of a pull request
    """``Issue``, also of a pull request."""
    home = one.repository
    meta: JSON | None = None
    if isinstance(one, model.MergeRequest):
        meta = {"merged": one.merged_at is not None, "merged_at": iso(one.merged_at), "draft": False}
    return {
        **_ticket(forge, one), "pull_request": meta, "assets": [], "original_author": "", "ref": "",
        "html_url": f"{_page(forge, home)}/{'issues' if meta is None else 'pulls'}/{one.number}",
        "url": f"{_api(forge, home)}/issues/{one.number}",
        "repository": {"id": home.id, "name": home.name, "owner": home.owner.login, "full_name": home.full_name},
    }  # fmt: skip


def _ticket(forge: Forge, one: model.Issue) -> JSON:
    home = one.repository
    people = [user(forge, each) for each in one.assignees] or None
    return {
        "id": one.id, "number": one.number, "title": one.title, "body": one.body or "", "user": user(forge, one.author),
        "state": "open" if one.state == "open" else "closed",
        "labels": [label(forge, home, each) for each in one.labels],
        "milestone": milestone(one.milestone) if one.milestone else None, "assignee": people[0] if people else None,
        "assignees": people, "comments": len(one.comments), "created_at": iso(one.created),
        "updated_at": iso(one.updated), "closed_at": iso(one.closed_at), "due_date": one.due, "is_locked": one.locked,
    }  # fmt: skip


def pull(forge: Forge, one: model.MergeRequest, viewer: model.User | None = None) -> JSON:
    """``PullRequest``."""
    home, source, page = one.repository, one.source, _page(forge, one.repository)
    files = gitdata.request_changes(one)
    fits = one.state == "open" and not gitdata.conflicts(one)
    return {
        **_ticket(forge, one), "id": one.merge_request_id, "html_url": f"{page}/pulls/{one.number}",
        "url": f"{page}/pulls/{one.number}", "draft": one.title.upper().startswith(("WIP:", "[WIP]")),
        "mergeable": fits, "merged": one.merged_at is not None, "merged_at": iso(one.merged_at),
        "merged_by": user(forge, one.merged_by) if one.merged_by else None, "merge_commit_sha": one.merge_sha,
        "base": {
            "label": one.base, "ref": one.base, "sha": one.base_sha, "repo_id": home.id,
            "repo": repository(forge, home, viewer),
        },
        "head": {
            "label": one.head, "ref": one.head, "sha": one.head_sha, "repo_id": source.id if source else 0,
            "repo": repository(forge, source, viewer) if source else None,
        },
        "requested_reviewers_teams": None, "requested_reviewers": [user(forge, each) for each in one.reviewers] or None,
        "additions": sum(each.additions for each in files), "deletions": sum(each.deletions for each in files),
        "changed_files": len(files), "review_comments": len(one.review_comments),
    }  # fmt: skip


def comment(forge: Forge, one: model.Comment) -> JSON:
    """``Comment``."""
    target: Any = one.target
    is_pull = isinstance(target, model.MergeRequest)
    where = f"{_page(forge, one.repository)}/{'pulls' if is_pull else 'issues'}/{target.number}"
    return {
        "id": one.id, "body": one.body, "user": user(forge, one.author), "created_at": iso(one.created),
        "updated_at": iso(one.updated), "html_url": f"{where}#issuecomment-{one.id}",
        "issue_url": "" if is_pull else where, "pull_request_url": where if is_pull else "", "assets": [],
    }  # fmt: skip


def reaction(forge: Forge, one: model.Reaction) -> JSON:
    """``Reaction``."""
    return {"content": one.content, "user": user(forge, one.user), "created_at": iso(one.created)}


def review(forge: Forge, one: model.Review, on: model.MergeRequest) -> JSON:
    """``PullReview``."""
    words = {"CHANGES_REQUESTED": "REQUEST_CHANGES", "COMMENTED": "COMMENT"}
    where = f"{_page(forge, on.repository)}/pulls/{on.number}"
    before = one.state if one.state != "DISMISSED" else "APPROVED"
    return {
        "id": one.id, "user": user(forge, one.author), "state": words.get(before, before), "body": one.body,
        "commit_id": one.commit_sha, "submitted_at": iso(one.submitted), "dismissed": one.state == "DISMISSED",
        "stale": one.commit_sha != on.head_sha, "official": True, "pull_request_url": where,
        "html_url": f"{where}#issuecomment-{one.id}",
        "comments_count": sum(each.review is one for each in on.review_comments),
    }  # fmt: skip


def review_comment(forge: Forge, one: model.Comment) -> JSON:
    """``PullReviewComment``."""
    target: Any = one.target
    where = f"{_page(forge, one.repository)}/pulls/{target.number}"
    return {
        "id": one.id, "body": one.body, "user": user(forge, one.author), "path": one.path, "position": one.line,
        "created_at": iso(one.created), "updated_at": iso(one.updated), "commit_id": one.commit_sha,
        "pull_request_review_id": one.review.id if one.review else 0, "pull_request_url": where,
        "html_url": f"{where}#issuecomment-{one.id}", "resolver": None,
    }  # fmt: skip


def _signature() -> JSON:
    return {"verified": False, "reason": "gpg.error.not_signed_commit", "signature": "", "payload": "", "signer": None}


def commit(forge: Forge, home: model.Repository, one: model.Commit) -> JSON:
    """``Commit``."""
    api = f"{_api(forge, home)}/git/commits"
    signed = {"name": one.author_name, "email": one.author_email, "date": iso(one.created)}
    account = one.author and user(forge, one.author)
    changed = gitdata.commit_changes(home, one)
    return {
        "sha": one.sha, "url": f"{api}/{one.sha}", "html_url": f"{_page(forge, home)}/commit/{one.sha}",
        "created": iso(one.created), "author": account, "committer": account,
        "commit": {
            "message": one.message, "author": signed, "committer": signed, "verification": _signature(),
            "tree": {"sha": one.tree, "url": f"{_api(forge, home)}/git/trees/{one.tree}"}, "url": f"{api}/{one.sha}",
        },
        "parents": [{"sha": sha, "url": f"{api}/{sha}"} for sha in one.parents],
        "files": [{"filename": each.path, "status": each.status} for each in changed],
        "stats": {
            "additions": sum(each.additions for each in changed), "deletions": sum(each.deletions for each in changed),
        },
    }  # fmt: skip


def pushed(forge: Forge, home: model.Repository, one: model.Commit) -> JSON:
    """``PayloadCommit``, of branches and pushes."""
    person = {
        "name": one.author_name, "email": one.author_email, "username": one.author.login if one.author else "",
    }  # fmt: skip
    return {
        "id": one.sha, "message": one.message, "url": f"{_page(forge, home)}/commit/{one.sha}", "author": person,
        "committer": person, "timestamp": iso(one.created), "verification": _signature(),
    }  # fmt: skip


def branch(forge: Forge, home: model.Repository, name: str) -> JSON:
    """``Branch``."""
    tip = home.commits[home.branches[name]]
    return {
        "name": name, "commit": pushed(forge, home, tip), "protected": name in home.extra.get("protected", ()),
        "required_approvals": home.extra.get("approvals", {}).get(name, 0), "user_can_push": True,
        "user_can_merge": True,
    }  # fmt: skip


def tag(forge: Forge, home: model.Repository, name: str, known: JSON) -> JSON:
    """``Tag``; one that is nothing but a name tells the commit's message."""
    one = home.commits[known["sha"]]
    return {
        "name": name, "id": known.get("object") or known["sha"], "message": known.get("message") or one.message,
        "commit": {"sha": one.sha, "url": f"{_api(forge, home)}/git/commits/{one.sha}", "created": iso(one.created)},
    }  # fmt: skip


def status(forge: Forge, one: model.Status) -> JSON:
    """``CommitStatus``."""
    return {
        "id": one.id, "status": one.state, "context": one.context, "description": one.description or "",
        "target_url": one.url or "", "creator": user(forge, one.creator), "created_at": iso(one.created),
        "updated_at": iso(one.updated),
    }  # fmt: skip


def content(forge: Forge, home: model.Repository, tip: model.Commit, path: str, *, whole: bool) -> JSON:
    """``ContentsResponse`` of a file; lists leave the content out."""
    text = tip.files[path]
    data = gitdata.raw(text)
    page = f"{_page(forge, home)}/src/commit/{tip.sha}/{quote(path)}"
    return {
        "name": path.rpartition("/")[2], "path": path, "sha": gitdata.blob_sha(text), "type": "file",
        "size": len(data), "encoding": "base64" if whole else None,
        "content": base64.b64encode(data).decode() if whole else None, "html_url": page,
        "url": f"{_api(forge, home)}/contents/{quote(path)}", "last_commit_sha": tip.sha,
    }  # fmt: skip


def release(forge: Forge, home: model.Repository, one: Any) -> JSON:
    """``Release``."""
    page, tag_name = _page(forge, home), quote(one.tag, safe="")
    return {
        "id": one.id, "tag_name": one.tag, "target_commitish": one.target, "name": one.name, "body": one.body,
        "draft": one.draft, "prerelease": one.prerelease, "created_at": iso(one.created),
        "published_at": iso(one.created), "author": user(forge, one.author),
        "html_url": f"{page}/releases/tag/{tag_name}", "url": f"{_api(forge, home)}/releases/{one.id}",
        "assets": [
            {
                "id": each.id, "name": each.name, "size": len(each.content), "uuid": str(each.id),
                "browser_download_url": f"{page}/releases/download/{tag_name}/{quote(each.name)}", "type": "attachment",
            }
            for each in one.assets
        ],
    }  # fmt: skip


def hook(one: model.Hook) -> JSON:
    """``Hook``; the secret is never told."""
    return {
        "id": one.id, "type": "forgejo", "config": {"url": one.url, "content_type": "json"}, "events": list(one.events),
        "active": one.active, "created_at": iso(one.created), "updated_at": iso(one.updated),
    }  # fmt: skip
