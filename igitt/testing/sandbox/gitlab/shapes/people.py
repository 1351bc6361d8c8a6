"""The JSON of accounts: users, members, groups, namespaces; and GitLab's way to write times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.model import Organization, User

if TYPE_CHECKING:
    from datetime import datetime

    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.model import Account

#: What is added to a user's id to get the id of the namespace: they differ on GitLab, and a mixed-up one is found.
USER_NAMESPACE = 50_000_000

GROUP_SETTINGS: dict[str, Any] = {
    "share_with_group_lock": False,
    "require_two_factor_authentication": False,
    "two_factor_grace_period": 48,
    "project_creation_level": "developer",
    "auto_devops_enabled": None,
    "subgroup_creation_level": "maintainer",
    "emails_disabled": False,
    "emails_enabled": True,
    "show_diff_preview_in_email": True,
    "mentions_disabled": None,
    "lfs_enabled": True,
    "archived": False,
    "math_rendering_limits_enabled": True,
    "lock_math_rendering_limits_enabled": False,
    "default_branch": None,
    "default_branch_protection": 2,
    "default_branch_protection_defaults": {
        "allowed_to_push": [{"access_level": 40}],
        "allow_force_push": False,
        "allowed_to_merge": [{"access_level": 40}],
    },
    "avatar_url": None,
    "request_access_enabled": True,
    "organization_id": 1,
    "shared_runners_setting": "enabled",
    "max_artifacts_size": None,
    "marked_for_deletion_on": None,
    "ldap_cn": None,
    "ldap_access": None,
    "wiki_access_level": "enabled",
    "crm_enabled": True,
    "resource_access_token_notify_inherited": None,
    "lock_resource_access_token_notify_inherited": False,
    "file_template_project_id": None,
    "duo_core_features_enabled": False,
    "duo_features_enabled": False,
    "lock_duo_features_enabled": False,
    "auto_duo_code_review_enabled": False,
    "web_based_commit_signing_enabled": False,
    "allow_personal_snippets": True,
    "duo_namespace_access_rules": [],
    "built_in_project_templates_enabled": True,
    "lock_built_in_project_templates_enabled": False,
}


def iso(moment: datetime | None) -> str | None:
    """A time as GitLab's REST API writes it, with milliseconds."""
    return None if moment is None else f"{moment.isoformat()[:19]}.000Z"


def user_basic(forge: Forge, user: User) -> dict[str, Any]:
    """A user inside of other things."""
    return {
        "id": user.id,
        "username": user.login,
        "public_email": user.email or "",
        "name": user.name or user.login,
        "state": user.extra.get("state", "active"),
        "locked": False,
        "avatar_url": avatar_url(forge, user),
        "web_url": f"{forge.url}/{user.login}",
    }


def avatar_url(forge: Forge, user: User) -> str:
    """Where a user's picture is."""
    made_up = f"{forge.url}/uploads/-/system/user/avatar/{user.id}/avatar.png"
    return str(user.extra.get("avatar", (made_up,))[0])


def maybe_user(forge: Forge, user: User | None) -> dict[str, Any] | None:
    """A user, or null."""
    return None if user is None else user_basic(forge, user)


def user_full(forge: Forge, user: User) -> dict[str, Any]:
    """A user as others see one."""
    return user_basic(forge, user) | {
        "created_at": iso(user.created),
        "bio": user.description or "",
        "location": user.location or "",
        "linkedin": "",
        "twitter": "",
        "discord": "",
        "website_url": user.website or "",
        "github": "",
        "job_title": "",
        "pronouns": None,
        "organization": user.company or "",
        "bot": user.bot,
        "work_information": user.company or None,
        "followers": 0,
        "following": 0,
        "is_followed": False,
        "local_time": None,
    }


def myself(forge: Forge, user: User) -> dict[str, Any]:
    """A user as the user sees it; an admin also sees being one."""
    email = user.email or f"{user.id}-{user.login}@users.noreply.sandbox"
    return (
        user_full(forge, user)
        | ({"is_admin": True} if user.admin else {})
        | {
            "last_sign_in_at": iso(user.created),
            "confirmed_at": iso(user.created),
            "last_activity_on": user.updated.date().isoformat(),
            "email": email,
            "theme_id": 1,
            "color_scheme_id": 1,
            "projects_limit": 100_000,
            "current_sign_in_at": iso(user.created),
            "identities": [],
            "can_create_group": True,
            "can_create_project": True,
            "two_factor_enabled": True,
            "external": False,
            "private_profile": False,
            "commit_email": email,
            "preferred_language": "en",
            "shared_runners_minutes_limit": None,
            "extra_shared_runners_minutes_limit": None,
            "scim_identities": [],
        }
    )


def administered(forge: Forge, user: User) -> dict[str, Any]:
    """A user as an administrator sees them."""
    kept, by = user.extra, user.extra.get("created by")
    return myself(forge, user) | {
        "is_admin": user.admin,
        "note": kept.get("note"),
        "namespace_id": user.id + USER_NAMESPACE,
        "created_by": maybe_user(forge, by),
        "using_license_seat": False,
        "is_auditor": False,
        "provisioned_by_group_id": None,
        "enterprise_group_id": None,
        "enterprise_group_associated_at": None,
        "identities": list(kept.get("identities", {}).values()),
        "external": bool(kept.get("external", False)),
        "projects_limit": int(kept.get("projects_limit", 100_000)),
    }


def member(forge: Forge, user: User, level: int) -> dict[str, Any]:
    """A user with a level somewhere."""
    return user_basic(forge, user) | {
        "access_level": level,
        "created_at": iso(user.created),
        "created_by": None,
        "expires_at": None,
        "membership_state": "active",
    }


def namespace(forge: Forge, owner: Account) -> dict[str, Any]:
    """Where a project lives."""
    group = isinstance(owner, Organization)
    parent = owner.parent if isinstance(owner, Organization) else None
    web = f"{forge.url}/groups/{owner.login}" if group else f"{forge.url}/{owner.login}"
    return {
        "id": owner.id if group else owner.id + USER_NAMESPACE,
        "name": owner.name or owner.login,
        "path": owner.login.rpartition("/")[2],
        "kind": "group" if group else "user",
        "full_path": owner.login,
        "parent_id": parent.id if parent else None,
        "avatar_url": None if group else f"/uploads/-/system/user/avatar/{owner.id}/avatar.png",
        "web_url": web,
    }


def group_visibility(group: Organization) -> str:
    """The visibility of a group."""
    return "private" if group.private else str(group.extra.get("visibility", "public"))


def group(forge: Forge, one: Organization) -> dict[str, Any]:
    """A group."""
    names = [each.name or each.login for each in reversed(one.lineage)]
    return {
        "id": one.id,
        "web_url": f"{forge.url}/groups/{one.login}",
        "name": one.name or one.login,
        "path": one.login.rpartition("/")[2],
        "description": one.description or "",
        "visibility": group_visibility(one),
        **GROUP_SETTINGS,
        "full_name": " / ".join(names),
        "full_path": one.login,
        "created_at": iso(one.created),
        "parent_id": one.parent.id if one.parent else None,
        **one.extra.get("settings", {}),
        "avatar_url": one.extra.get("avatar", (None,))[0],
    }
