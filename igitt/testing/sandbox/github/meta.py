"""Routes about the instance itself: root, versions, meta, rate limit, GraphQL's door."""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox.github.context import forge_of, routes
from igitt.testing.sandbox.github.forge import VERSIONS
from igitt.testing.sandbox.wire import Reply, Request

ROOT = {
    "current_user_url": "/user",
    "current_user_authorizations_html_url": "/settings/connections/applications{/client_id}",
    "authorizations_url": "/authorizations",
    "code_search_url": "/search/code?q={query}{&page,per_page,sort,order}",
    "commit_search_url": "/search/commits?q={query}{&page,per_page,sort,order}",
    "emails_url": "/user/emails",
    "emojis_url": "/emojis",
    "events_url": "/events",
    "feeds_url": "/feeds",
    "followers_url": "/user/followers",
    "following_url": "/user/following{/target}",
    "gists_url": "/gists{/gist_id}",
    "hub_url": "/hub",
    "issue_search_url": "/search/issues?q={query}{&page,per_page,sort,order}",
    "issues_url": "/issues",
    "keys_url": "/user/keys",
    "label_search_url": "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}",
    "notifications_url": "/notifications",
    "organization_url": "/orgs/{org}",
    "organization_repositories_url": "/orgs/{org}/repos{?type,page,per_page,sort}",
    "organization_teams_url": "/orgs/{org}/teams",
    "public_gists_url": "/gists/public",
    "rate_limit_url": "/rate_limit",
    "repository_url": "/repos/{owner}/{repo}",
    "repository_search_url": "/search/repositories?q={query}{&page,per_page,sort,order}",
    "current_user_repositories_url": "/user/repos{?type,page,per_page,sort}",
    "starred_url": "/user/starred{/owner}{/repo}",
    "starred_gists_url": "/gists/starred",
    "topic_search_url": "/search/topics?q={query}{&page,per_page}",
    "user_url": "/users/{user}",
    "user_organizations_url": "/user/orgs",
    "user_repositories_url": "/users/{user}/repos{?type,page,per_page,sort}",
    "user_search_url": "/search/users?q={query}{&page,per_page,sort,order}",
}


@routes.get("")
def root(request: Request) -> object:
    """The list of addresses."""
    return {key: request.forge.api_url + path for key, path in ROOT.items()}


@routes.get("/versions")
def versions(_: Request) -> object:
    """The API versions that can be asked for."""
    return list(VERSIONS)


@routes.get("/meta")
def meta(_: Request) -> object:
    """Facts about the instance, with the version that an Enterprise Server tells."""
    return {
        "verifiable_password_authentication": False,
        "hooks": ["127.0.0.1/32"],
        "web": ["127.0.0.1/32"],
        "api": ["127.0.0.1/32"],
        "git": ["127.0.0.1/32"],
        "installed_version": "3.22.0",
    }


@routes.get("/zen")
def zen(_: Request) -> object:
    """One line of text, for a first try."""
    return Reply(text="Keep it logically awesome.", content_type="text/plain")


@routes.get("/rate_limit")
def rate_limit(request: Request) -> object:
    """What is left for the one who asks; free."""
    forge = forge_of(request)
    resources: dict[str, Any] = {}
    for name in ("core", "search", "graphql"):
        bucket = forge.bucket_for(request.viewer, name)
        used = min(bucket.used, bucket.limit)
        resources[name] = {"limit": bucket.limit, "used": used, "remaining": bucket.remaining, "reset": bucket.reset}
    return Reply({"resources": resources, "rate": resources["core"]}, headers={"Cache-Control": "no-cache"})
