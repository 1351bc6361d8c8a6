"""The JSON of projects and what they own: labels, milestones, hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab.shapes.people import iso, namespace, user_basic
from igitt.testing.sandbox.model import Organization, Repository, User

if TYPE_CHECKING:
    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.model import Hook, Label, Milestone

ENABLED = (
    "repository", "merge_requests", "forking", "builds", "snippets", "analytics", "container_registry", "releases",
    "environments", "feature_flags", "infrastructure", "monitor", "model_experiments", "model_registry",
    "package_registry",
)  # fmt: skip

#: What every project has unless a PUT has changed it.
SETTINGS: dict[str, Any] = {
    "packages_enabled": True,
    "resolve_outdated_diff_discussions": False,
    "container_expiration_policy": {
        "cadence": "1d",
        "enabled": False,
        "keep_n": 10,
        "older_than": "90d",
        "name_regex": ".*",
        "name_regex_keep": None,
        "next_run_at": "2026-01-01T00:00:00.000Z",
    },
    "repository_object_format": "sha1",
    "merge_requests_enabled": True,
    "jobs_enabled": True,
    "snippets_enabled": True,
    "container_registry_enabled": True,
    "service_desk_enabled": False,
    "service_desk_address": None,
    "can_create_merge_request_in": True,
    "pages_access_level": "private",
    "security_and_compliance_access_level": "private",
    "emails_disabled": False,
    "emails_enabled": True,
    "show_diff_preview_in_email": True,
    "shared_runners_enabled": True,
    "lfs_enabled": True,
    "mr_default_target_self": False,
    "import_url": None,
    "import_type": None,
    "import_status": "none",
    "import_error": None,
    "ci_default_git_depth": 20,
    "ci_delete_pipelines_in_seconds": None,
    "ci_forward_deployment_enabled": True,
    "ci_forward_deployment_rollback_allowed": True,
    "ci_job_token_scope_enabled": False,
    "ci_separated_caches": True,
    "ci_allow_fork_pipelines_to_run_in_parent_project": True,
    "ci_id_token_sub_claim_components": ["project_path", "ref_type", "ref"],
    "build_git_strategy": "fetch",
    "keep_latest_artifact": True,
    "restrict_user_defined_variables": True,
    "ci_pipeline_variables_minimum_override_role": "developer",
    "runner_token_expiration_interval": None,
    "group_runners_enabled": True,
    "resource_group_default_process_mode": "unordered",
    "auto_cancel_pending_pipelines": "enabled",
    "build_timeout": 3600,
    "auto_devops_enabled": False,
    "auto_devops_deploy_strategy": "continuous",
    "ci_push_repository_for_job_token_allowed": False,
    "ci_config_path": None,
    "public_jobs": True,
    "shared_with_groups": [],
    "only_allow_merge_if_pipeline_succeeds": False,
    "allow_merge_on_skipped_pipeline": None,
    "request_access_enabled": True,
    "only_allow_merge_if_all_discussions_are_resolved": False,
    "remove_source_branch_after_merge": True,
    "printing_merge_request_link_enabled": True,
    "merge_method": "merge",
    "squash_option": "default_off",
    "enforce_auth_checks_on_uploads": True,
    "suggestion_commit_message": None,
    "merge_commit_template": None,
    "squash_commit_template": None,
    "issue_branch_template": None,
    "warn_about_potentially_unwanted_characters": True,
    "autoclose_referenced_issues": True,
    "max_artifacts_size": None,
    "external_authorization_classification_label": "",
    "requirements_enabled": False,
    "requirements_access_level": "enabled",
    "security_and_compliance_enabled": True,
    "compliance_frameworks": [],
    "marked_for_deletion_at": None,
    "marked_for_deletion_on": None,
    "protect_merge_request_pipelines": True,
    "ci_display_pipeline_variables": False,
    "mr_default_title_template": None,
    # what the paid tiers add
    "approvals_before_merge": 0,
    "mirror": False,
    "secret_push_protection_enabled": False,
    "pre_receive_secret_detection_enabled": False,
    "issues_template": None,
    "merge_requests_template": None,
    "ci_restrict_pipeline_cancellation_role": "developer",
    "merge_pipelines_enabled": False,
    "merge_trains_enabled": False,
    "merge_trains_skip_train_allowed": False,
    "merge_train_enforcement": None,
    "max_pipelines_per_merge_train": None,
    "only_allow_merge_if_all_status_checks_passed": False,
    "allow_pipeline_trigger_approve_deployment": False,
    "prevent_merge_without_jira_issue": False,
    "auto_duo_code_review_enabled": False,
    "reviewer_assignment_strategy": None,
    "duo_remote_flows_enabled": False,
    "duo_foundational_flows_enabled": False,
    "duo_sast_fp_detection_enabled": False,
    "duo_secret_detection_fp_enabled": False,
    "duo_sast_vr_workflow_enabled": False,
    "web_based_commit_signing_enabled": False,
    "spp_repository_pipeline_access": True,
    "security_policy_pipeline_must_succeed": False,
    "merge_request_title_regex": None,
    "merge_request_title_regex_description": None,
} | {f"{name}_access_level": "enabled" for name in ENABLED}

HOOK_WORDS = (
    "push", "tag_push", "merge_requests", "repository_update", "issues", "confidential_issues", "note",
    "confidential_note", "pipeline", "wiki_page", "deployment", "feature_flag", "job", "releases", "milestone",
    "emoji", "resource_access_token", "vulnerability",
)  # fmt: skip
PROJECT_HOOK_WORDS = ("resource_deploy_token",)
GROUP_HOOK_WORDS = ("subgroup", "member", "project")


def page_of(forge: Forge, repository: Repository) -> str:
    """The web address of a project."""
    return f"{forge.url}/{repository.full_name}"


def display(repository: Repository) -> str:
    """A project's name, which is not its path."""
    return repository.title or repository.name


def long_name(repository: Repository) -> str:
    """``Acme / Widgets``."""
    owner = repository.owner
    names = [each.name for each in reversed(owner.lineage)] if isinstance(owner, Organization) else [owner.name]
    return " / ".join([*(name or owner.login for name in names), display(repository)])


def clone_urls(forge: Forge, repository: Repository) -> dict[str, str]:
    """Where to clone from."""
    return {
        "ssh_url_to_repo": f"git@{urlsplit(forge.url).hostname}:{repository.full_name}.git",
        "http_url_to_repo": f"{page_of(forge, repository)}.git",
    }


def basic(forge: Forge, repository: Repository) -> dict[str, Any]:
    """A project as an anonymous caller sees it, or inside of other things."""
    web = page_of(forge, repository)
    branch = repository.default_branch
    tip = repository.branches.get(branch)
    readme = tip is not None and "README.md" in repository.commits[tip].files
    return {
        "id": repository.id,
        "description": repository.description,
        "name": display(repository),
        "name_with_namespace": long_name(repository),
        "path": repository.name,
        "path_with_namespace": repository.full_name,
        "created_at": iso(repository.created),
        "default_branch": branch,
        "tag_list": repository.topics,
        "topics": repository.topics,
        **clone_urls(forge, repository),
        "web_url": web,
        "readme_url": f"{web}/-/blob/{branch}/README.md" if readme else None,
        "forks_count": sum(one.parent is repository for one in forge.world.repositories.values()),
        "avatar_url": repository.extra.get("avatar", (None,))[0],
        "star_count": repository.stars,
        "last_activity_at": iso(max(repository.updated, repository.pushed)),
        "visibility": repository.visibility,
        "namespace": namespace(forge, repository.owner),
    }


def identity(repository: Repository) -> dict[str, Any]:
    """The few fields of a project in a todo."""
    return {
        "id": repository.id,
        "description": repository.description,
        "name": display(repository),
        "name_with_namespace": long_name(repository),
        "path": repository.name,
        "path_with_namespace": repository.full_name,
        "created_at": iso(repository.created),
    }


def project(forge: Forge, repository: Repository, viewer: User | None) -> dict[str, Any]:
    """A project; without a viewer only the basic part."""
    if viewer is None:
        return basic(forge, repository)
    api = f"{forge.api_url}/projects/{repository.id}"
    links = {
        "self": api,
        "issues": f"{api}/issues",
        "merge_requests": f"{api}/merge_requests",
        "repo_branches": f"{api}/repository/branches",
        "labels": f"{api}/labels",
        "events": f"{api}/events",
        "members": f"{api}/members",
        "cluster_agents": f"{api}/cluster_agents",
    }
    found = basic(forge, repository) | {
        "container_registry_image_prefix": f"registry.{urlsplit(forge.url).hostname}/{repository.full_name.lower()}",
        "_links": links,
        "empty_repo": not repository.branches,
        "archived": repository.archived,
        **SETTINGS,
        "issues_enabled": repository.has_issues,
        "issues_access_level": "enabled" if repository.has_issues else "disabled",
        "wiki_enabled": repository.has_wiki,
        "wiki_access_level": "enabled" if repository.has_wiki else "disabled",
        "creator_id": (repository.creator or viewer).id,
        "open_issues_count": sum(one.state == "open" for one in repository.issues.values()),
        "description_html": f"<p>{repository.description}</p>" if repository.description else "",
        "updated_at": iso(repository.updated),
        **repository.extra.get("settings", {}),
    }
    if isinstance(repository.owner, User):
        found["owner"] = user_basic(forge, repository.owner)
    if repository.parent is not None and forge.world.may_read(viewer, repository.parent):
        found["forked_from_project"] = basic(forge, repository.parent)
    return found


def permissions(repository: Repository, viewer: User) -> dict[str, Any]:
    """A viewer's own rights in a project, by where they come from."""
    owner = repository.owner
    mine = model.OWN if owner is viewer else repository.members.get(viewer.login.lower(), model.NONE)
    group = 0
    if isinstance(owner, Organization):
        login = viewer.login.lower()
        group = max(each.members.get(login, model.NONE) for each in owner.lineage)

    def access(level: int) -> dict[str, int] | None:
        return {"access_level": level, "notification_level": 3} if level else None

    return {"project_access": access(mine), "group_access": access(group)}


def with_access(forge: Forge, repository: Repository, viewer: User | None) -> dict[str, Any]:
    """A project with the viewer's permissions."""
    if viewer is None:
        return basic(forge, repository)
    return project(forge, repository, viewer) | {"permissions": permissions(repository, viewer)}


# ---- what a project owns


def text_color(color: str) -> str:
    """White on dark, dark on light."""
    dark = sum(int(color[start : start + 2], 16) for start in (0, 2, 4)) < 3 * 170 if len(color) == 6 else True
    return "#FFFFFF" if dark else "#1F1E24"


def label_basic(label: Label) -> dict[str, Any]:
    """A label inside of other things."""
    return {
        "id": label.id,
        "name": label.name,
        "description": label.description,
        "description_html": label.description or "",
        "text_color": text_color(label.color),
        "color": f"#{label.color}",
        "archived": False,
    }


def label(home: Repository | Organization, one: Label, viewer: User | None, *, counts: bool = False) -> dict[str, Any]:
    """A label of a project or a group."""
    subscribed = viewer is not None and viewer.id in home.extra.get("label_subscribers", {}).get(one.id, ())
    found = label_basic(one) | {"subscribed": subscribed}
    if isinstance(home, Repository):
        found |= {
            "priority": home.extra.get("label_priorities", {}).get(one.id),
            "is_project_label": one in home.labels.values(),
        }
    if counts and isinstance(home, Repository):
        states = [issue.state for issue in home.issues.values() if one in issue.labels]
        requests = [each.state for each in home.merge_requests.values() if one in each.labels]
        found |= {
            "open_issues_count": states.count("open"),
            "closed_issues_count": states.count("closed"),
            "open_merge_requests_count": requests.count("open"),
        }
    return found


def milestone(forge: Forge, one: Milestone, home: Repository | Organization) -> dict[str, Any]:
    """A milestone; one of a group has ``group_id`` in place of ``project_id``."""
    group = one.organization
    web = f"{forge.url}/groups/{group.login}" if group else page_of(forge, home) if isinstance(home, Repository) else ""
    due = one.due.date() if one.due else None
    return {
        "id": one.id,
        "iid": one.number,
        **({"group_id": group.id} if group else {"project_id": home.id}),
        "title": one.title,
        "description": one.description or "",
        "state": "active" if one.state == "open" else "closed",
        "created_at": iso(one.created),
        "updated_at": iso(one.updated),
        "due_date": due.isoformat() if due else None,
        "start_date": one.start.date().isoformat() if one.start else None,
        "expired": due is not None and due < forge.world.now().date(),
        "web_url": f"{web}/-/milestones/{one.number}",
    }


def wants(hook: Hook, word: str) -> bool:
    """Whether a hook is sent events of a kind."""
    return "*" in hook.events or word in hook.events


def hook(home: Repository | Organization, one: Hook) -> dict[str, Any]:
    """A hook; its secrets are never shown, only that they are there."""
    project_hook = isinstance(home, Repository)
    kinds = HOOK_WORDS + (PROJECT_HOOK_WORDS if project_hook else GROUP_HOOK_WORDS)
    extra = one.extra
    return {
        "id": one.id,
        "url": one.url,
        "name": extra.get("name"),
        "description": extra.get("description"),
        "created_at": iso(one.created),
        **{f"{word}_events": wants(one, word) for word in kinds},
        "enable_ssl_verification": one.insecure_ssl == "0",
        "organization_id": 1 if project_hook else None,
        "alert_status": "executable",
        "disabled_until": None,
        "url_variables": [],
        "push_events_branch_filter": extra.get("push_events_branch_filter"),
        "branch_filter_strategy": extra.get("branch_filter_strategy", "wildcard"),
        "custom_webhook_template": extra.get("custom_webhook_template"),
        "custom_headers": [{"key": key} for key in extra.get("custom_headers", {})],
        "token_present": one.secret is not None,
        "signing_token_present": extra.get("signing_token") is not None,
        "project_id" if project_hook else "group_id": home.id,
    }
