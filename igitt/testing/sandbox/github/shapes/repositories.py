"""Repositories, collaborators, hooks, labels and milestones as GitHub writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.context import iso, level_for
from igitt.testing.sandbox.github.shapes.accounts import organization_simple, simple
from igitt.testing.sandbox.model import Hook, Label, Milestone, Organization, Repository, User

if TYPE_CHECKING:
    from igitt.testing.sandbox.deliveries import Delivery
    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.wire import Request

TAILS = {
    "archive_url": "/{archive_format}{/ref}", "assignees_url": "/assignees{/user}", "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}", "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}", "commits_url": "/commits{/sha}", "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}", "contributors_url": "/contributors", "deployments_url": "/deployments",
    "downloads_url": "/downloads", "events_url": "/events", "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}", "git_tags_url": "/git/tags{/sha}", "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}", "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}", "keys_url": "/keys{/key_id}", "labels_url": "/labels{/name}",
    "languages_url": "/languages", "merges_url": "/merges", "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}", "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}", "stargazers_url": "/stargazers", "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers", "subscription_url": "/subscription", "tags_url": "/tags", "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}  # fmt: skip

ROLES = {
    model.READ: "read",
    model.PLAN: "read",
    model.TRIAGE: "triage",
    model.WRITE: "write",
    model.MAINTAIN: "maintain",
}
LANGUAGES = {"py": "Python", "js": "JavaScript", "ts": "TypeScript", "go": "Go", "rs": "Rust", "c": "C", "rb": "Ruby",
             "java": "Java", "sh": "Shell", "html": "HTML", "css": "CSS"}  # fmt: skip


def api_of(forge: Forge, repository: Repository) -> str:
    """The API address of a repository."""
    return f"{forge.api_url}/repos/{repository.full_name}"


def _fixed(forge: Forge, one: Repository) -> dict[str, Any]:
    known: dict[str, Any] | None = one.extra.get("github fixed")
    if known is not None and known["full_name"] == one.full_name:
        return known
    api, page = api_of(forge, one), f"{forge.url}/{one.full_name}"
    host = forge.url.partition("://")[2]
    made = {
        "id": one.id,
        "node_id": f"R_kgDO{one.id}",
        "name": one.name,
        "full_name": one.full_name,
        "owner": simple(forge, one.owner),
        "html_url": page,
        "url": api,
        **{key: api + tail for key, tail in TAILS.items()},
        "git_url": f"git://{host}/{one.full_name}.git",
        "ssh_url": f"git@{host}:{one.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
    }
    one.extra["github fixed"] = made
    return made


def permissions(level: int) -> dict[str, bool]:
    """The five flags of a level."""
    return {
        "admin": level >= model.OWN,
        "maintain": level >= model.MAINTAIN,
        "push": level >= model.WRITE,
        "triage": level >= model.TRIAGE,
        "pull": level >= model.READ,
    }


def role(level: int) -> str:
    """``role_name`` of a level."""
    return "admin" if level >= model.OWN else ROLES.get(level, "none")


def languages(one: Repository) -> dict[str, int]:
    """Bytes a language, told from file names on the default branch."""
    sizes: dict[str, int] = {}
    tip = one.branches.get(one.default_branch)
    for path, text in (one.commits[tip].files if tip else {}).items():
        language = LANGUAGES.get(path.rpartition(".")[2])
        if language:
            sizes[language] = sizes.get(language, 0) + len(text.encode())
    return dict(sorted(sizes.items(), key=lambda pair: -pair[1]))


def open_count(one: Repository) -> int:
    """GitHub counts open pull requests as open issues."""
    everything = [*one.issues.values(), *one.merge_requests.values()]
    return sum(item.state == "open" for item in everything)


def minimal(forge: Forge, one: Repository) -> dict[str, Any]:
    """``minimal-repository`` with what it must have."""
    more = {"private": one.private, "description": one.description, "fork": one.parent is not None}
    return _fixed(forge, one) | more


def repository(forge: Forge, one: Repository, request: Request | None = None) -> dict[str, Any]:
    """``repository``; with ``request`` also what the one who asks may do."""
    opened = open_count(one)
    forks = sum(other.parent is one for other in forge.world.repositories.values())
    data = {
        **_fixed(forge, one),
        "private": one.private,
        "description": one.description,
        "fork": one.parent is not None,
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "pushed_at": iso(one.pushed),
        "homepage": one.homepage,
        "size": len(one.commits),
        "stargazers_count": one.stars,
        "watchers_count": one.stars,
        "language": next(iter(languages(one)), None),
        "has_issues": one.has_issues,
        "has_projects": one.has_projects,
        "has_downloads": True,
        "has_wiki": one.has_wiki,
        "has_pages": False,
        "has_discussions": one.has_discussions,
        "forks_count": forks,
        "mirror_url": None,
        "archived": one.archived,
        "disabled": False,
        "open_issues_count": opened,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": one.topics,
        "visibility": one.visibility,
        "forks": forks,
        "open_issues": opened,
        "watchers": one.stars,
        "default_branch": one.default_branch,
    }
    if request is not None:
        level = level_for(request, one)
        flags = permissions(level) | ({"pull": True} if not one.private else {})
        if request.viewer.kind != "anonymous":
            data["permissions"] = flags
    return data


def full_repository(forge: Forge, one: Repository, request: Request) -> dict[str, Any]:
    """``full-repository``: a single repository."""
    data = repository(forge, one, request)
    data |= {
        "temp_clone_token": None if request.viewer.kind == "anonymous" else "",
        "network_count": data["forks_count"],
        "subscribers_count": 0,
        **MERGE_SETTINGS,
        **one.extra.get("merge settings", {}),
    }
    if data["temp_clone_token"] is None:
        del data["temp_clone_token"]
    if isinstance(one.owner, Organization):
        data["organization"] = simple(forge, one.owner)
    if one.parent is not None:
        data["parent"] = repository(forge, one.parent, request)
        source = one.parent
        while source.parent is not None:
            source = source.parent
        data["source"] = repository(forge, source, request)
    return data


MERGE_SETTINGS: dict[str, Any] = {
    "allow_squash_merge": True, "allow_merge_commit": True, "allow_rebase_merge": True, "allow_auto_merge": False,
    "delete_branch_on_merge": False, "allow_update_branch": False,
}  # fmt: skip


def short_repository(one: Repository) -> dict[str, Any]:
    """The five keys of a repository in an installation's payloads."""
    return {
        "id": one.id,
        "node_id": f"R_kgDO{one.id}",
        "name": one.name,
        "full_name": one.full_name,
        "private": one.private,
    }


def collaborator(forge: Forge, user: User, level: int) -> dict[str, Any]:
    """``collaborator``."""
    return simple(forge, user) | {"permissions": permissions(level), "role_name": role(level)}


def permission(forge: Forge, user: User, level: int) -> dict[str, Any]:
    """``repository-collaborator-permission``; triage and maintain show as read and write."""
    word = "admin" if level >= model.OWN else "write" if level >= model.WRITE else "read" if level else "none"
    return {"permission": word, "user": collaborator(forge, user, level), "role_name": role(level)}


def label(forge: Forge, repository: Repository, one: Label) -> dict[str, Any]:
    """``label``."""
    return {
        "id": one.id,
        "node_id": f"LA_kwDO{one.id}",
        "url": f"{api_of(forge, repository)}/labels/{quote(one.name, safe='')}",
        "name": one.name,
        "color": one.color,
        "default": one.default,
        "description": one.description,
    }


def milestone(forge: Forge, repository: Repository, one: Milestone) -> dict[str, Any]:
    """``milestone``."""
    url = f"{api_of(forge, repository)}/milestones/{one.number}"
    inside = [
        item for item in [*repository.issues.values(), *repository.merge_requests.values()] if item.milestone is one
    ]
    opened = sum(item.state == "open" for item in inside)
    return {
        "url": url,
        "html_url": f"{forge.url}/{repository.full_name}/milestone/{one.number}",
        "labels_url": f"{url}/labels",
        "id": one.id,
        "node_id": f"MI_kwDO{one.id}",
        "number": one.number,
        "title": one.title,
        "description": one.description,
        "creator": simple(forge, one.creator),
        "open_issues": opened,
        "closed_issues": len(inside) - opened,
        "state": one.state,
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "due_on": iso(one.due),
        "closed_at": iso(one.closed_at),
    }


def hook_config(one: Hook) -> dict[str, Any]:
    """A hook's configuration; the secret is masked."""
    config = {"url": one.url, "content_type": one.content_type, "insecure_ssl": one.insecure_ssl}
    return config | ({"secret": "********"} if one.secret else {})


def hook(forge: Forge, home: Repository | Organization, one: Hook) -> dict[str, Any]:
    """``hook`` of a repository or ``org-hook``."""
    inside = isinstance(home, Repository)
    base = api_of(forge, home) if isinstance(home, Repository) else f"{forge.api_url}/orgs/{home.login}"
    url = f"{base}/hooks/{one.id}"
    data: dict[str, Any] = {
        "type": "Repository" if inside else "Organization",
        "id": one.id,
        "name": "web",
        "active": one.active,
        "events": one.events,
        "config": hook_config(one),
        "updated_at": iso(one.updated),
        "created_at": iso(one.created),
        "url": url,
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
    }
    if inside:
        data |= {"test_url": f"{url}/test", "last_response": {"code": None, "status": "unused", "message": None}}
    return data


def delivery_item(one: Delivery) -> dict[str, Any]:
    """``hook-delivery-item``."""
    # What was kept only, because its URL is not loopback, counts as received.
    code = one.status or 200
    return {
        "id": one.id,
        "guid": one.guid,
        "delivered_at": iso(one.at),
        "redelivery": one.redelivery,
        "duration": 0.01,
        "status": "OK" if code < 400 else f"Invalid HTTP Response: {code}",
        "status_code": code,
        "event": one.event,
        "action": one.action,
        "installation_id": one.installation,
        "repository_id": one.repository,
        "throttled_at": None,
    }


def delivery(one: Delivery) -> dict[str, Any]:
    """``hook-delivery``."""
    return delivery_item(one) | {
        "url": one.url,
        "request": {"headers": one.headers, "payload": one.payload},
        "response": {"headers": {}, "payload": one.answer},
    }


def organization_of(forge: Forge, repository: Repository) -> dict[str, Any] | None:
    """``organization-simple`` of a repository's owner, None for a user's."""
    return organization_simple(forge, repository.owner) if isinstance(repository.owner, Organization) else None
