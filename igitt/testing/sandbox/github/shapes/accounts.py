"""Users, organizations, teams, memberships and Apps as GitHub writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.credentials import App, Installation
from igitt.testing.sandbox.github.context import iso
from igitt.testing.sandbox.model import OWN, Organization, Repository, Team, User

if TYPE_CHECKING:
    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.model import Account


def simple(forge: Forge, account: User | Organization) -> dict[str, Any]:
    """``simple-user``, for organizations too."""
    known: dict[str, Any] | None = account.extra.get("github simple")
    if known is not None and known["login"] == account.login:
        return known
    api, name = f"{forge.api_url}/users/{account.login}", account.login
    kind = "Organization" if isinstance(account, Organization) else "Bot" if account.bot else "User"
    page = f"{forge.url}/apps/{name.removesuffix('[bot]')}" if kind == "Bot" else f"{forge.url}/{name}"
    made = {
        "login": name,
        "id": account.id,
        "node_id": f"{kind[0]}_kgDO{account.id}",
        "avatar_url": f"{forge.url}/avatars/u/{account.id}?v=4",
        "gravatar_id": "",
        "url": api,
        "html_url": page,
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": kind,
        "user_view_type": "public",
        "site_admin": isinstance(account, User) and account.admin,
    }
    account.extra["github simple"] = made
    return made


def _public(forge: Forge, account: User | Organization) -> dict[str, Any]:
    own = forge.world.repositories_of(account)
    return {
        "name": account.name,
        "company": account.company,
        "blog": account.website or "",
        "location": account.location,
        "email": account.email,
        "twitter_username": None,
        "public_repos": sum(not one.private for one in own),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": iso(account.created),
        "updated_at": iso(account.updated),
    }


def public_user(forge: Forge, user: User | Organization) -> dict[str, Any]:
    """``public-user``."""
    return simple(forge, user) | _public(forge, user) | {"hireable": None, "bio": user.description}


def private_user(forge: Forge, user: User) -> dict[str, Any]:
    """``private-user``: what one reads about oneself."""
    private = sum(one.private for one in forge.world.repositories_of(user))
    return public_user(forge, user) | {
        "user_view_type": "private",
        "notification_email": user.email,
        "private_gists": 0,
        "total_private_repos": private,
        "owned_private_repos": private,
        "disk_usage": 0,
        "collaborators": 0,
        "two_factor_authentication": True,
        "plan": {"name": "free", "space": 976562499, "collaborators": 0, "private_repos": 10000},
    }


def organization_simple(forge: Forge, organization: Organization) -> dict[str, Any]:
    """``organization-simple``."""
    api = f"{forge.api_url}/orgs/{organization.login}"
    return {
        "login": organization.login,
        "id": organization.id,
        "node_id": f"O_kgDO{organization.id}",
        "url": api,
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events",
        "hooks_url": f"{api}/hooks",
        "issues_url": f"{api}/issues",
        "members_url": f"{api}/members{{/member}}",
        "public_members_url": f"{api}/public_members{{/member}}",
        "avatar_url": f"{forge.url}/avatars/u/{organization.id}?v=4",
        "description": organization.description,
    }


def organization_full(forge: Forge, organization: Organization) -> dict[str, Any]:
    """``organization-full``."""
    private = sum(one.private for one in forge.world.repositories_of(organization))
    return organization_simple(forge, organization) | _public(forge, organization) | {
        "is_verified": False,
        "has_organization_projects": True,
        "has_repository_projects": True,
        "html_url": f"{forge.url}/{organization.login}",
        "archived_at": None,
        "type": "Organization",
        "total_private_repos": private,
        "owned_private_repos": private,
        "private_gists": 0,
        "disk_usage": 0,
        "collaborators": 0,
        "billing_email": None,
        "default_repository_permission": "read",
        "members_can_create_repositories": True,
        "two_factor_requirement_enabled": False,
        "plan": {"name": "team", "space": 976562499, "private_repos": 999999, "filled_seats": 1, "seats": 5},
    }  # fmt: skip


def role_in(organization: Organization, login: str) -> str:
    """A member's role as GitHub words it."""
    return "admin" if organization.members.get(login.lower(), 0) >= OWN else "member"


def org_membership(forge: Forge, organization: Organization, user: User) -> dict[str, Any]:
    """``org-membership``."""
    api = f"{forge.api_url}/orgs/{organization.login}"
    return {
        "url": f"{api}/memberships/{user.login}",
        "state": "active",
        "role": role_in(organization, user.login),
        "organization_url": api,
        "organization": organization_simple(forge, organization),
        "user": simple(forge, user),
    }


def team(forge: Forge, one: Team) -> dict[str, Any]:
    """``team``."""
    api = f"{forge.api_url}/organizations/{one.organization.id}/team/{one.id}"
    return {
        "id": one.id,
        "node_id": f"T_kwDO{one.id}",
        "name": one.name,
        "slug": one.slug,
        "description": one.description,
        "privacy": one.privacy,
        "notification_setting": "notifications_enabled",
        "permission": "pull",
        "type": "organization",
        "organization_id": one.organization.id,
        "url": api,
        "html_url": f"{forge.url}/orgs/{one.organization.login}/teams/{one.slug}",
        "members_url": f"{api}/members{{/member}}",
        "repositories_url": f"{api}/repos",
        "parent": team(forge, one.parent) if one.parent else None,
    }


def team_full(forge: Forge, one: Team) -> dict[str, Any]:
    """``team-full``."""
    return team(forge, one) | {
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "members_count": len(one.members),
        "repos_count": len(one.repositories),
        "organization": organization_full(forge, one.organization),
    }


def team_membership(forge: Forge, one: Team, login: str) -> dict[str, Any]:
    """``team-membership``."""
    api = f"{forge.api_url}/organizations/{one.organization.id}/team/{one.id}"
    return {"url": f"{api}/memberships/{login}", "role": one.members[login.lower()], "state": "active"}


def app(forge: Forge, one: App) -> dict[str, Any]:
    """``integration``: an App as anyone sees it."""
    return {
        "id": one.id,
        "slug": one.slug,
        "client_id": one.client_id,
        "node_id": f"A_kwHO{one.id}",
        "owner": simple(forge, one.owner),
        "name": one.name,
        "description": None,
        "external_url": f"https://{one.slug}.example.com",
        "html_url": f"{forge.url}/apps/{one.slug}",
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "permissions": one.permissions,
        "events": one.events,
    }


def installation(forge: Forge, one: Installation) -> dict[str, Any]:
    """``installation``."""
    organization = isinstance(one.account, Organization)
    page = f"organizations/{one.account.login}/settings" if organization else "settings"
    return {
        "id": one.id,
        "client_id": one.app.client_id,
        "account": simple(forge, one.account),
        "repository_selection": "all" if one.repositories is None else "selected",
        "access_tokens_url": f"{forge.api_url}/app/installations/{one.id}/access_tokens",
        "repositories_url": f"{forge.api_url}/installation/repositories",
        "html_url": f"{forge.url}/{page}/installations/{one.id}",
        "app_id": one.app.id,
        "app_slug": one.app.slug,
        "target_id": one.account.id,
        "target_type": "Organization" if organization else "User",
        "permissions": one.permissions,
        "events": one.events,
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": simple(forge, one.suspended_by) if one.suspended_by else None,
        "suspended_at": iso(one.suspended),
    }


def association(repository: Repository, author: Account) -> str:
    """``author_association`` of someone with a repository."""
    if repository.owner is author:
        return "OWNER"
    login = author.login.lower()
    if isinstance(repository.owner, Organization) and login in repository.owner.members:
        return "MEMBER"
    if login in repository.members:
        return "COLLABORATOR"
    wrote = any(one.author is author for one in repository.commits.values())
    return "CONTRIBUTOR" if wrote else "NONE"
