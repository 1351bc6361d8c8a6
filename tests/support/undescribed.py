"""Where a forge's description is incomplete or wrong, one line each, with the reason and the source.

What a line covers is counted apart from what is as described. A line that no request or answer needs any more goes.
"docs" are the forge's own pages, "entities" GitLab's source in lib/api/entities, "code" its source in lib/api.
"""

from __future__ import annotations

from typing import NamedTuple


class Gap(NamedTuple):
    """Problems at some operations that are the description's: both patterns must be found."""

    hoster: str
    where: str
    what: str
    why: str
    source: str


REQUESTS = (
    Gap("gitlab", "/(trigger/pipeline|admin/ci/variables|artifacts|custom_attributes|identities/ldap)",
        "^is not described$",
        "families of which the description here was cut, or that it leaves out",
        "docs: Pipeline trigger tokens, Instance-level CI/CD variables, Job artifacts, Custom attributes"),
    Gap("github", r"/actions/(jobs|runs)/", "^is not described$",
        "of the actions, three operations were kept", "the README beside the descriptions"),
    Gap("github", "^PATCH .*/milestones/", "^body/due_on is null$",
        "the one way to take a due date away", "octokit/octokit.js#1404, harvester/harvester#11739"),
    Gap("github", "^POST .*/releases/{release_id}/assets$", "^body as .* is not described .application/octet-stream",
        "a file is sent with its own media type", "docs: Release assets"),
    Gap("gitlab", r"/repository/archive\.[a-z0-9.]+$", "^is not described$",
        "the format may stand behind the path", "docs: Repositories, archive"),
    Gap("gitlab", "^(POST|PUT) ", "^body as application/json is not described .multipart/form-data",
        "a form is needed for a picture only", "docs: REST API, request payload"),
    Gap("gitlab", "/repository/(commits|files/{file_path})$",
        "^body/(file is missing"
        "|(branch|commit_message|content|encoding|actions|last_commit_id|author_(name|email)) is not described)",
        "described as the file that GitLab hands on inside", "docs: Commits, Repository files"),
    Gap("gitlab", "^POST .*/commits/{sha}/comments$", "^body/line(_type)? is missing",
        "wanted beside a path only", "docs: Commits; code: commits.rb, `given :path`"),
    Gap("gitlab", "^GET ", "^query i?id is not described$",
        "GitLab puts the names of the path into its link to the next page", "docs: REST API, pagination; recordings"),
    Gap("gitlab", "^GET .*/({merge_request_iid}/pipelines|closed_by)$", "^query (per_)?page is not described$",
        "comes in pages as any list", "docs: REST API, pagination; code: `present paginate(…)`"),
)  # fmt: skip

_UNTYPED = """
    _links access_level allow_merge_on_skipped_pipeline allow_personal_snippets approvals_before_merge assets
    is_admin is_auditor namespace_id using_license_seat
    auto_duo_code_review_enabled compliance_frameworks default_branch_protection_defaults duo_features_enabled
    duo_foundational_flows_enabled duo_namespace_access_rules duo_remote_flows_enabled duo_sast_fp_detection_enabled
    duo_sast_vr_workflow_enabled duo_secret_detection_fp_enabled enabled followers following group_id is_followed keep_n
    lock_duo_features_enabled merge_pipelines_enabled merge_trains_enabled merge_trains_skip_train_allowed mirror
    only_allow_merge_if_all_discussions_are_resolved only_allow_merge_if_all_status_checks_passed
    only_allow_merge_if_pipeline_succeeds parent_id prevent_merge_without_jira_issue project requirements_enabled
    security_and_compliance_enabled web_based_commit_signing_enabled
"""

ANSWERS = (
    Gap("github", "^GET .*/pulls/{pull_number}$", r"^body as application/vnd\.github\.(diff|patch) is not described$",
        "a media type that the words beside it name", "the description of the operation"),
    Gap("github", r"/(contents|readme)", r"^body as application/vnd\.github\.(raw\+json|html) is not described$",
        "a media type that the words beside it name", "the description of the operation"),
    Gap("github", "/deployments", "(^|/)(target_url|log_url|environment_url) = '' is no uri$",
        "described with an empty text as what they are without one", "the description itself: default"),
    Gap("github", "^POST .*/deployments$", "^/errors is not described in basic-error$",
        "the checks that failed are told", "docs: Deployments, failed commit status checks"),
    Gap("github", "^POST .*/variables$", "^status 409 is not described$",
        "a name is taken once", "nexthink-oss/terraform-provider-github#12"),
    Gap("github", "^GET /user/blocks$", "^status 501 is not described$",
        "the sandbox's own answer for what it does not play", "tests/sandbox/test_unserved.py"),
    Gap("gitlab", r"^GET .*/projects/(remote-import|\{id\})$", "^status 501 is not described$",
        "the sandbox's own answer for what it does not play", "tests/sandbox/test_unserved.py"),
    Gap("github", "/contents", "^/errors is not described in basic-error$",
        "a file that is too large is told with a code", "octokit/core.js#414"),
    Gap("github", "", "^status (301|307|400|401|403|404|422) is not described$",
        "any request may be refused or sent elsewhere", "docs: troubleshooting, best practices, rate limits"),
    Gap("github", "", "^/status is not described in ",
        "every error repeats its status, as the basic one is described", "the basic error; recordings"),
    Gap("github", "/orgs/", "(^|/organization)/((company|location|email) is null|blog = '' is no uri)$",
        "an organization need not have told them", "github/rest-api-description#2507"),
    Gap("github", "/pulls", "/auto_merge/commit_(title|message) is null$",
        "null where none was given", "github/rest-api-description#5564"),
    Gap("github", "/pulls", "/head/(repo|user|label) is null$",
        "null where the fork, or its owner, is gone", "github/rest-api-description#1811, #5562"),
    Gap("github", "^GET .*/pulls$", "/labels/[0-9]+/description is null$",
        "null for a label without one, as in a single pull request", "github/rest-api-description#1812"),
    Gap("github", "/issues/{issue_number}$", "^/assignee is missing in issue$",
        "gone in version 2026-03-10, which the description is not of", "docs: breaking changes"),
    Gap("github", "^GET /meta$", "^/installed_version is not described",
        "an Enterprise Server tells its version", "docs: Enterprise Server, meta"),
    Gap("github", "^GET /app/installations$", "^is described as another entity$",
        "an older copy of what one installation is described as", "the description itself"),
    Gap("gitlab", "", "^status (301|304|400|401|403|405|409|415|422|429) is not described$",
        "any request may be refused or sent elsewhere", "docs: REST API, status codes, redirects"),
    Gap("gitlab", "/(statuses/{sha}|repository/commits|{sha}/(comments|cherry_pick|revert)|{id}/approvals)$",
        "^status 201 is not described$",
        "what is made is answered so unless the code says otherwise", "docs: REST API, status codes"),
    Gap("gitlab", "_(estimate|spent_time)$", "^status (200|400) is not described$",
        "the code says otherwise", "code: time_tracking_endpoints.rb, `status :ok`"),
    Gap("gitlab", "^POST .*/notes$", "^status 202 is not described$",
        "a note of nothing but quick actions", "docs: Notes"),
    Gap("gitlab", "^POST /api/v4/todos/mark_as_done$", "^status 204 is not described$",
        "nothing is left to tell", "docs: To-Do List"),
    Gap("gitlab", "", "^is described as another entity$", "which one stands in OTHERWISE", "code: `present …, with:`"),
    Gap("gitlab", "", rf"/({'|'.join(_UNTYPED.split())}) = .* is no string \(bare\)$",
        "what the code gives no type is described as text", "the README beside the descriptions"),
    Gap("gitlab", "", r"^(/\d+)?"
        r"((/user)?/(approved_by|evidences|(scim_)?identities|(shared_)?projects|protected_branches|approvals"
        r"|approve(rs|r_groups)))? is a list$",
        "a list is described as one of what it holds", "the README beside the descriptions; docs"),
    Gap("gitlab", "/(users?|rotate|keys|access_tokens)(/{[a-z_]+})?$",
        r"^(/\d+)?(/user)?/(last_activity_on|expires_at) = .* is no date-time$",
        "a day is described as a time", "docs: Users, Personal access tokens, Project access tokens"),
    Gap("gitlab", "/emails(/{email_id})?$", r"^(/\d+)?/id = .* is no string \(bare\)$",
        "the code gives it no type", "docs: User email addresses"),
    Gap("gitlab", "/(trace|raw)$", "^body as text/plain is not described$", "a log is text", "docs: Jobs, log file"),
    Gap("gitlab", "/(cherry_pick|revert)$", "^/([a-z_]+ is missing|dry_run is not described) in APIEntitiesCommit$",
        "a dry run makes no commit", "docs: Commits, dry_run"),
    Gap("gitlab", "^DELETE .*/links/{[a-z_]+}$", "^status (200|404) is not described$",
        "the link is answered once more", "docs: Issue links, Release links"),
    Gap("gitlab", "^GET .*/repository/commits$", "^/[0-9]+/stats is not described",
        "told when asked for by with_stats, a parameter that is described", "docs: Commits"),
    Gap("gitlab", "/commits/{sha}/signature$", "^/(gpg_key_[a-z_]+|verification_status) is not|^/signature is missing",
        "each kind of signature has keys of its own", "docs: Commits, signature"),
    Gap("gitlab", "/(approvals|approve|unapprove)$", "is not described in APIEntitiesMergeRequestApprovals$",
        "described as the free tier answers", "docs: Merge request approvals"),
)  # fmt: skip

_PROJECT = """
    custom_attributes forked_from_project license license_url mirror_overwrites_diverged_branches mirror_trigger_builds
    mirror_user_id only_mirror_protected_branches owner repository_storage runners_token statistics
"""
#: Described, and there on a condition only: what is asked for, who asks, a tier, the state of the thing (source:
#: entities, `expose …, if:`). The description marks no key of an answer as required; every other one is expected.
ON_CONDITION = {
    "APIEntitiesUserBasic": "avatar_path custom_attributes",
    "APIEntitiesUser": "avatar_path custom_attributes",
    "APIEntitiesUserPublic": "avatar_path custom_attributes",
    "APIEntitiesUserWithAdmin": "avatar_path custom_attributes",
    "APIEntitiesEnvironment": "last_deployment",
    "APIEntitiesCiLintResult": "jobs",
    "APIEntitiesMember": """
        avatar_path custom_attributes email group_saml_identity group_scim_identity is_using_seat
        member_role override
    """,
    "APIEntitiesBasicProjectDetails": "custom_attributes license license_url repository_storage",
    "APIEntitiesProject": _PROJECT,
    "APIEntitiesProjectWithAccess": _PROJECT,
    "APIEntitiesGroup": """
        custom_attributes ldap_group_links repository_storage root_storage_statistics saml_group_links
        statistics
    """,
    "APIEntitiesGroupDetail": """
        ai_settings allowed_email_domains_list auto_ban_user_on_excessive_projects_download
        custom_attributes enabled_git_access_protocol experiment_features_enabled
        extra_shared_runners_minutes_limit ip_restriction_ranges ldap_group_links membership_lock
        prevent_forking_outside_group repository_storage root_storage_statistics runners_token
        saml_group_links service_access_tokens_expiration_enforced shared_runners_minutes_limit statistics
        step_up_auth_required_oauth_provider unique_project_download_limit
        unique_project_download_limit_alertlist unique_project_download_limit_allowlist
        unique_project_download_limit_interval_in_seconds
    """,
    "APIEntitiesNamespace": """
        additional_purchased_storage_ends_on additional_purchased_storage_size billable_members_count
        end_date extra_shared_runners_minutes_limit max_seats_used max_seats_used_changed_at
        members_count_with_descendants projects_count root_repository_size seats_in_use
        shared_runners_minutes_limit
    """,
    "APIEntitiesMilestone": "group_id project_id",
    "APIEntitiesNote": "position resolved resolved_at resolved_by",
    "APIEntitiesIssue": "subscribed",
    "APIEntitiesRelatedIssue": "subscribed",
    "APIEntitiesEvent": "note push_data wiki_page",
    "APIEntitiesTodo": "group",
    "APIEntitiesProjectLabel": "closed_issues_count open_issues_count open_merge_requests_count",
    "APIEntitiesGroupLabel": "closed_issues_count open_issues_count open_merge_requests_count",
    "APIEntitiesMergeRequestBasic": "description_html title_html",
    "APIEntitiesMergeRequest": "description_html diverged_commits_count title_html",
    "APIEntitiesMergeRequestChanges": "description_html diverged_commits_count title_html",
    "APIEntitiesRelease": "description_html milestones",
    "APIEntitiesCiJob": "artifacts_file",
    "APIEntitiesDeployKeysProject": "projects_with_readonly_access projects_with_write_access",
    "DetailedStatusEntity": "action",
}

#: Answers that are described as another entity than is sent; one of these it is (source: code, `present …, with:`).
OTHERWISE = {
    "GET /app/installations": ("installation",),
    "GET /api/v4/users": ("APIEntitiesUserBasic", "APIEntitiesUserWithAdmin"),
    "GET /api/v4/users/{id}": ("APIEntitiesUser", "APIEntitiesUserWithAdmin"),
    "GET /api/v4/projects": ("APIEntitiesProjectWithAccess", "APIEntitiesBasicProjectDetails"),
    "GET /api/v4/projects/{id}": ("APIEntitiesProjectWithAccess", "APIEntitiesBasicProjectDetails"),
    "GET /api/v4/projects/{id}/forks": ("APIEntitiesProjectWithAccess", "APIEntitiesBasicProjectDetails"),
    "GET /api/v4/users/{user_id}/projects": ("APIEntitiesProjectWithAccess", "APIEntitiesBasicProjectDetails"),
    "GET /api/v4/projects/{id}/merge_requests/{merge_request_iid}/closes_issues": ("APIEntitiesIssue",),
}
