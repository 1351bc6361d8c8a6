"""Who may do what on GitHub: the only place of its half of the sandbox that decides on rights.

Three things limit a request. What the user's role allows (read … admin), what the token's scopes allow (a classic
token's and an OAuth application's), and what permissions allow (an installation's, a fine-grained token's, and those
of an App that acts for a user). A thing that may not be seen is 404.

Sources: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps for scopes,
https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens for
permissions and
https://docs.github.com/en/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization
for roles.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from igitt.testing.sandbox import model
from igitt.testing.sandbox.wire import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.credentials import App, Installation, Token
    from igitt.testing.sandbox.model import Repository
    from igitt.testing.sandbox.wire import Request

RANK = {"read": 1, "write": 2, "admin": 3}
REPOSITORY = "/repos/{owner}/{repo}"

#: What a scope has in it.
_INSIDE = {
    "repo": ("repo:status", "repo_deployment", "public_repo", "repo:invite", "security_events", "admin:repo_hook"),
    "admin:repo_hook": ("write:repo_hook",), "write:repo_hook": ("read:repo_hook",), "admin:org": ("write:org",),
    "write:org": ("read:org",), "user": ("read:user", "user:email", "user:follow"),
    "admin:public_key": ("write:public_key",), "write:public_key": ("read:public_key",),
}  # fmt: skip

#: Which scopes do for what lies below a repository, where it is another than ``repo``; the first that fits.
_BELOW: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("GET", r"/hooks", ("read:repo_hook",)),
    ("POST|PUT|PATCH", r"/hooks", ("write:repo_hook",)),
    ("DELETE", r"/hooks", ("admin:repo_hook",)),
    ("GET|POST", r"/(statuses|commits/\{ref\}/status(es)?$)", ("repo:status",)),
    (".*", r"/deployments", ("repo_deployment",)),
    ("PUT|DELETE|GET", r"/(subscription|notifications)$", ("notifications", "repo")),
)
#: The same elsewhere: method, path, the scopes of which one is needed, and what is said without.
_ELSEWHERE: tuple[tuple[str, str, tuple[str, ...], tuple[int, str]], ...] = (
    ("GET", r"/user/emails|/user/public_emails", ("user:email",), (404, "Not Found")),
    ("GET", r"/user/orgs|/user/memberships/orgs.*", ("read:org", "user", "repo"),
     (403, "You need at least read:org scope or user scope to list your organizations.")),
    ("GET", r"/user/keys.*", ("read:public_key",), (404, "Not Found")),
    ("PUT|DELETE", r"/user/starred/.*", ("public_repo",), (404, "Not Found")),
    ("PUT|DELETE", r"/user/following/.*", ("user:follow",), (404, "Not Found")),
    ("POST", r"/user/repos|/orgs/\{org\}/repos", ("public_repo",), (404, "Not Found")),
    ("PATCH", r"/user", ("user",), (404, "Not Found")),
    (".*", r"/notifications.*", ("notifications", "repo"), (403, "Missing the 'notifications' scope.")),
    ("POST|PATCH|DELETE|PUT", r"/gists.*", ("gist",), (404, "Not Found")),
    (".*", r"/orgs/\{org\}/hooks.*", ("admin:org_hook",), (404, "Not Found")),
    ("GET", r"/orgs/\{org\}/(teams|memberships|invitations).*", ("read:org", "repo", "user"), (404, "Not Found")),
    ("PUT|DELETE", r"/orgs/\{org\}/(teams/\{team_slug\}/memberships|memberships|members).*", ("write:org",),
     (404, "Not Found")),
    ("PUT|DELETE", r"/orgs/\{org\}/teams/\{team_slug\}/repos.*", ("write:org", "repo"), (404, "Not Found")),
    ("POST|PATCH|PUT|DELETE", r"/orgs/\{org\}.*", ("admin:org",), (404, "Not Found")),
)  # fmt: skip


# ---- scopes


def scopes_of(request: Request) -> set[str] | None:
    """The scopes of who asks with everything inside them; None for a credential that scopes do not limit."""
    token = request.viewer.token
    if token is None or limited(request):
        return None
    if not token.scopes and not token.unscoped and token.application is None:
        return None
    found, todo = set[str](), list(token.scopes)
    while todo:
        scope = todo.pop()
        found.add(scope)
        todo += _INSIDE.get(scope, ())
    return found


def accepted(request: Request, repository: Repository | None = None) -> tuple[str, ...]:
    """The scopes of which one is needed for a route; none where everybody's token will do."""
    template, method = request.template, request.method
    if not template.startswith(REPOSITORY):
        for methods, path, scopes, _ in _ELSEWHERE:
            if re.fullmatch(methods, method) and re.fullmatch(path, template):
                return scopes
        return ()
    below = template.removeprefix(REPOSITORY)
    if method == "DELETE" and not below:
        return ("delete_repo",)
    for methods, path, scopes in _BELOW:
        if re.fullmatch(methods, method) and re.match(path, below):
            return scopes
    public = repository is not None and repository.visibility == "public"
    if public and method in {"GET", "HEAD"}:
        return ()
    return ("public_repo", "repo") if public else ("repo",)


def check_scopes(request: Request) -> None:
    """Refuses what a token's scopes do not allow outside of repositories, in the words for it."""
    known = scopes_of(request)
    if known is None or request.template.startswith(REPOSITORY):
        return
    for methods, path, scopes, (status, words) in _ELSEWHERE:
        if re.fullmatch(methods, request.method) and re.fullmatch(path, request.template):
            if known.isdisjoint(scopes):
                raise ApiError(status, words)
            return


def _in_scope(request: Request, repository: Repository) -> bool:
    """Whether a token's scopes reach a repository for what is asked."""
    known = scopes_of(request)
    if known is None:
        return True
    if request.template == REPOSITORY and request.method == "DELETE":
        return "delete_repo" in known
    if "repo" in known:
        return True
    if not request.template.startswith(REPOSITORY):
        return repository.visibility == "public"
    wanted = accepted(request, repository)
    return not wanted or not known.isdisjoint(wanted)


def reaches(request: Request, *scopes: str) -> bool:
    """Whether the scopes of the one who asks have one of these, or do not limit it."""
    known = scopes_of(request)
    return known is None or not known.isdisjoint(scopes)


# ---- permissions


def limited(request: Request) -> bool:
    """Whether permissions limit who asks, beside the role of its user."""
    token = request.viewer.token
    if token is None:
        return False
    return token.kind in {"installation", "fine-grained"} or _app_behind(request, token) is not None


def _app_behind(request: Request, token: Token) -> App | None:
    """The App that asks for a user."""
    if token.application is None:
        return None
    client = token.application.client_id
    return next((app for app in request.world.apps.values() if app.client_id == client), None)


def _installation_on(request: Request, app: App, repository: Repository) -> Installation | None:
    """Where an App that asks for a user is installed on a repository."""
    for one in request.world.installations.values():
        if one.app is app and one.account is repository.owner:
            return one if one.repositories is None or repository.id in one.repositories else None
    return None


def covered(request: Request, repository: Repository) -> bool:
    """Whether a credential that permissions limit reaches a repository."""
    viewer, token = request.viewer, request.viewer.token
    if token is None:
        return False
    app = _app_behind(request, token)
    if app is not None:
        return _installation_on(request, app, repository) is not None
    if token.kind == "fine-grained":
        return token.owner is repository.owner and (token.repositories is None or repository.id in token.repositories)
    installation = viewer.installation
    if installation is None or installation.account is not repository.owner:
        return False
    chosen = [one for one in (installation.repositories, token.repositories) if one is not None]
    return all(repository.id in ids for ids in chosen)


def granted(request: Request, permission: str, level: str, repository: Repository | None = None) -> bool:
    """Whether who asks has a permission; ``a|b`` means one of them. Metadata can always be read."""
    token = request.viewer.token
    names = permission.split("|")
    if token is None:
        return False
    if "metadata" in names and level == "read":
        return True
    permissions = token.permissions
    app = _app_behind(request, token)
    if app is not None and repository is not None:
        installation = _installation_on(request, app, repository)
        permissions = installation.permissions if installation else {}
    return any(RANK.get(permissions.get(name, ""), 0) >= RANK[level] for name in names)


def forbidden(request: Request, permission: str = "metadata", level: str = "read") -> ApiError:
    """What a credential gets that lacks a permission."""
    token = request.viewer.token
    what = "personal access token" if token is not None and token.kind == "fine-grained" else "integration"
    wanted = "; ".join(f"{name}={level}" for name in permission.split("|"))
    return ApiError(403, f"Resource not accessible by {what}", headers={"X-Accepted-GitHub-Permissions": wanted})


# ---- a repository


def sees(request: Request, repository: Repository) -> bool:
    """Whether the one who asks may know of a repository."""
    if repository.visibility == "public":
        return True
    viewer = request.viewer
    if viewer.installation is not None:
        return covered(request, repository)
    if limited(request) and not covered(request, repository):
        return False
    return request.world.may_read(viewer.user, repository) and _in_scope(request, repository)


def level_for(request: Request, repository: Repository) -> int:
    """The level of who asks; an installation has what its permissions give."""
    viewer = request.viewer
    if viewer.installation is not None:
        if not covered(request, repository):
            return model.NONE
        if granted(request, "administration", "write"):
            return model.OWN
        return model.WRITE if granted(request, "contents|issues|pull_requests", "write") else model.READ
    return request.world.level(viewer.user, repository)


def demand(request: Request, repository: Repository, permission: str, need: int) -> None:
    """Refuses what who asks may not do with a repository that it sees."""
    viewer = request.viewer
    level = "read" if request.method in {"GET", "HEAD"} else "write"
    if viewer.kind == "anonymous":
        raise ApiError(401, "Requires authentication")
    if limited(request) and not (covered(request, repository) and granted(request, permission, level, repository)):
        raise forbidden(request, permission, level)
    if viewer.installation is not None:
        return
    if viewer.user is None:
        raise forbidden(request, permission, "write")
    if not _in_scope(request, repository):
        if request.method == "DELETE" and request.template == REPOSITORY:
            raise ApiError(403, "Must have admin rights to Repository.")
        raise ApiError(404, "Not Found")
    if request.world.level(viewer.user, repository) < need:
        admin = need >= model.MAINTAIN
        raise ApiError(403, "Must have admin rights to Repository." if admin else "Must have push access")


def check_read(request: Request, repository: Repository, permission: str) -> None:
    """Refuses a read of a private repository's things for which a credential has no permission."""
    if repository.private and limited(request) and not granted(request, permission, "read", repository):
        raise forbidden(request, permission, "read")


def may_pull(request: Request, repository: Repository) -> bool:
    """Git's reads: a permission for contents, or the scope ``repo``, where not everybody may read."""
    if repository.visibility == "public":
        return True
    if not sees(request, repository):
        return False
    if limited(request):
        return granted(request, "contents", "read", repository)
    return reaches(request, "repo")


def may_push(request: Request, repository: Repository) -> bool:
    """Git's writes: a permission for contents or the scope, and the user's role."""
    if repository.archived:
        return False
    if limited(request) and not (covered(request, repository) and granted(request, "contents", "write", repository)):
        return False
    if request.viewer.installation is not None:
        return True
    scopes = ("repo", "public_repo") if repository.visibility == "public" else ("repo",)
    return reaches(request, *scopes) and request.world.level(request.viewer.user, repository) >= model.WRITE


def check_workflows(request: Request, repository: Repository, paths: Iterable[str]) -> None:
    """Files of workflows need the scope ``workflow``, or the permission ``workflows``.

    Source: https://github.com/octokit/octokit.rb/issues/1184 (404 without the scope).
    """
    path = next((one for one in paths if one.startswith(".github/workflows/")), None)
    if path is None:
        return
    if limited(request):
        if not granted(request, "workflows", "write", repository):
            raise forbidden(request, "workflows", "write")
    elif not reaches(request, "workflow"):
        raise ApiError(404, "Not Found")


def may_edit(level: int, fields: Iterable[str]) -> bool:
    """Whether a level is enough to change settings of a repository: ``maintain`` may change some."""
    return level >= model.OWN or set(fields) <= MAINTAINED


#: What ``maintain`` may change of a repository.
MAINTAINED = {
    "description", "homepage", "topics", "has_wiki", "has_projects", "allow_squash_merge", "allow_merge_commit",
    "allow_rebase_merge", "allow_auto_merge", "delete_branch_on_merge", "allow_update_branch",
}  # fmt: skip
