"""GitLab's half of the sandbox: its policy on credentials, headers, ETags, limits and errors.

Routes live in the modules beside it, shapes in ``shapes``, deliveries in ``events``.
"""

from __future__ import annotations

import base64
import re
import secrets
import uuid
from hashlib import md5
from typing import TYPE_CHECKING, Any, ClassVar

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.forge import Forge
from igitt.testing.sandbox.gitlab import activity, events, parameters, pipelines, rules, scopes, system
from igitt.testing.sandbox.gitlab import jobs as job_routes
from igitt.testing.sandbox.gitlab.context import is_write, routes
from igitt.testing.sandbox.gitlab.shapes import commits
from igitt.testing.sandbox.limits import Bucket
from igitt.testing.sandbox.model import Event, Hook, Organization, Repository
from igitt.testing.sandbox.wire import ApiError, Reply, Request, Response, Router, Viewer, http_date
from igitt.testing.sandbox.world import level_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

VERSION = "18.10.1-ee"
PUSHING = {"api", "write_repository"}
PULLING = PUSHING | {"read_repository"}
#: What a CI job's token reaches, git among it. Source: GitLab's documentation, "CI/CD job token access".
JOBS_REACH = re.compile(
    r"^/api/v4/job(/allowed_agents)?$"
    r"|^/api/v4/projects/[^/]+/(packages|releases|environments|deployments|artifacts|terraform|secure_files"
    r"|registry|ml|repository/changelog|trigger/pipeline|jobs/(\d+/)?artifacts)(/|$)"
    r"|^(?!/api/)"
)


class GitLabForge(Forge):
    """A GitLab in memory: REST at ``{url}/api/v4``.

    ``compute_mergeable_delay`` is the number of reads of a merge request that see ``detailed_merge_status: checking``,
    ``user_limit`` and ``anonymous_limit`` are the requests a minute with a token and without.
    """

    hoster: ClassVar[str] = "gitlab"
    router: ClassVar[Router] = routes
    token_prefix: ClassVar[str] = "glpat-"  # noqa: S105  what tokens begin with, no token
    authorize_path: ClassVar[str] = "oauth/authorize"
    device_page: ClassVar[str] = "oauth/device"
    device_lifetime = 300
    denied_text: ClassVar[str] = "The resource owner or authorization server denied the request."
    request_ref: ClassVar[str] = "refs/merge-requests/{}/head"

    def __init__(self, url: str, clock: Callable[[], float], adapter: Callable[[], Any]) -> None:
        super().__init__(url, clock, adapter)
        self.compute_mergeable_delay = 0
        self.user_limit = 2000
        self.anonymous_limit = 500
        #: What belongs to the instance and to nobody in particular.
        self.shelf: dict[str, Any] = {}

    # ---- setting the scene, where GitLab differs

    def add_pipeline(
        self,
        repository: str,
        ref: str,
        jobs: Mapping[str, str],
        *,
        user: str = "alice",
        logs: Mapping[str, str] | None = None,
        artifacts: Mapping[str, Mapping[str, str]] | None = None,
    ) -> pipelines.Pipeline:
        """Enters a pipeline of a branch: names of jobs, each with success, failed, running, pending … .

        ``logs`` are texts by the names of jobs, ``artifacts`` the files that jobs leave behind, by their paths.
        """
        with self.world.transaction():
            made = job_routes.add(self.world, self.repository(repository), ref, jobs, self.add_user(user))
            for word, given in (("log", logs), ("artifacts", artifacts)):
                for name, value in (given or {}).items():
                    made.statuses[name].extra[word] = value if isinstance(value, str) else dict(value)
            return made

    def add_team(
        self, organization: str, name: str, *, members: Iterable[str] | Mapping[str, str] = (), **options: Any
    ) -> Organization:
        """Enters a subgroup, GitLab's kind of team; the members are developers unless a mapping names their roles."""
        with self.world.transaction():
            path = f"{organization}/{'-'.join(name.lower().split())}"
            group = self.world.add_organization(path, name=name, **options)
            roles = members if isinstance(members, dict) else dict.fromkeys(members, "developer")
            for login, role in roles.items():
                self.add_user(login)
                group.members[login.lower()] = level_of(role)
            return group

    def add_hook(
        self, path: str, url: str, secret: str | None, events: Iterable[str], *, signing_token: str | None = None
    ) -> Hook:
        """Registers a webhook of a project or group.

        ``events`` are GitLab's words (``issues`` or ``issues_events``, … ``*`` for all), ``secret`` becomes
        X-Gitlab-Token; with a ``signing_token`` (``whsec_…``) each delivery is signed.
        """
        hook = super().add_hook(path, url, secret, [name.removesuffix("_events") for name in events])
        hook.extra["signing_token"] = signing_token
        return hook

    def job_token(self, login: str) -> str:
        """The ``CI_JOB_TOKEN`` of a running job that a user started (entered when missing).

        It reaches few endpoints; to all others who shows it is nobody.
        """
        with self.world.transaction():
            value = f"glcbt-64_{secrets.token_hex(10)}"
            self.world.issue_token(value, self.add_user(login), "job")
            return value

    def new_pair(self) -> tuple[str, str]:
        """The texts of an access token and a refresh token."""
        return secrets.token_hex(32), secrets.token_hex(32)

    # ---- policy

    def authenticate(self, request: Request) -> Viewer:
        """Who the ``PRIVATE-TOKEN``, ``Authorization`` or ``JOB-TOKEN`` header (or the query) says, or ``Sudo``."""
        value, kind = _credential(request)
        if not value:
            return Viewer()
        token = self.world.tokens.get(value)
        if token is None or (kind == "job" and token.kind != "job"):
            raise self.unauthorized()
        if token.kind == "job" and not JOBS_REACH.search(request.path):
            return Viewer("job")
        if token.expires is not None and token.expires.timestamp() <= self.world.clock():
            text = "Token is expired. You can either do re-authorization or token refresh."
            raise ApiError(401, error="invalid_token", error_description=text)
        state = token.user.extra.get("state", "active")
        if state in {"blocked", "banned"}:
            raise ApiError(403, f"403 Forbidden - Your account has been {state}.")
        viewer = Viewer(kind, token.user, token)
        sudo = request.headers.get("sudo") or request.arg("sudo")
        return self._play(viewer, sudo) if sudo else viewer

    def _play(self, viewer: Viewer, name: str) -> Viewer:
        if viewer.user is None or not viewer.user.admin:
            raise ApiError(403, "403 Forbidden - Must be admin to use sudo")
        found = self.world.by_id(int(name)) if name.isdigit() else self.world.user(name)
        if not isinstance(found, model.User):
            raise ApiError(404, f"404 User with ID or username '{name}' Not Found")
        return Viewer(viewer.kind, found, viewer.token)

    def authenticate_git(self, request: Request) -> Viewer:
        """The password is the token; a job's wants the user name ``gitlab-ci-token``."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return self.authenticate(request)
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:
            raise self.unauthorized() from None
        # Whatever the user name is, a personal token is one; a job's token has a name of its own.
        token = self.world.tokens.get(password)
        header = "job-token" if token is not None and token.kind == "job" else "private-token"
        if header == "job-token" and name != "gitlab-ci-token":
            raise self.unauthorized()
        return self.authenticate(Request(self, request.method, request.path, {header: password}))

    def may_pull(self, request: Request, repository: Repository) -> bool:
        """Whoever sees the project, by a token that may read code."""
        return self.world.may_read(request.viewer.user if _reaches(request, PULLING) else None, repository)

    def may_push(self, request: Request, repository: Repository) -> bool:
        """Developers, by a token that may write code; a job's may not."""
        if repository.archived or request.viewer.kind == "job" or not _reaches(request, PUSHING):
            return False
        return self.world.level(request.viewer.user, repository) >= model.WRITE

    def protected_branches(self, repository: Repository) -> set[str]:
        """The default branch and those with a rule."""
        return {name for name in repository.branches if commits.is_protected(repository, name)}

    def closed_branches(self, request: Request, repository: Repository) -> set[str]:
        """The protected branches whose rules want another role for a push."""
        level = self.world.level(request.viewer.user, repository)
        return {name for name in self.protected_branches(repository) if level < rules.needed(repository, name, "push")}

    def check(self, request: Request) -> None:
        """A token whose scopes do not reach so far is refused, and then a parameter that cannot be."""
        scopes.check(request)
        parameters.check(request)

    def bucket(self, request: Request) -> Bucket:
        """The caller's bucket of one minute."""
        anonymous = request.viewer.user is None
        limit = self.anonymous_limit if anonymous else self.user_limit
        return self.limits.bucket(request.viewer.key, self.main_resource, limit, 60, self.world.clock())

    def cost(self, request: Request) -> int:  # noqa: ARG002  everything costs the same
        """One unit, also for what ends as a 304."""
        return 1

    def charge(self, request: Request, response: Response) -> None:
        """Counts, and tells the limit on every answer."""
        bucket = self.bucket(request)
        bucket.used += request.units
        name = "throttle_unauthenticated_api" if request.viewer.user is None else "throttle_authenticated_api"
        response.headers |= {
            "RateLimit-Limit": str(bucket.limit),
            "RateLimit-Name": name,
            "RateLimit-Observed": str(bucket.used),
            "RateLimit-Remaining": str(bucket.remaining),
            "RateLimit-Reset": str(bucket.reset),
        }

    def _headers(self) -> dict[str, str]:
        number = uuid.uuid4().hex[:26].upper()
        return {
            "Server": "nginx",
            "Date": http_date(self.world.now()),
            "Cache-Control": "no-cache",
            "Vary": "Origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
            "X-Gitlab-Meta": f'{{"correlation_id":"{number}","version":"1"}}',
            "X-Request-Id": number,
            "X-Runtime": "0.042",
        }

    def finish(self, request: Request, reply: Reply) -> Response:
        """Serialises; a 200 or 201 has an ETag that is nothing but a digest of the body."""
        headers = self._headers() | reply.headers
        if reply.status in {204, 304}:
            return Response(reply.status, headers)
        body = gitdata.raw(reply.text) if reply.text is not None else self.encode(reply.data)
        headers["Content-Type"] = reply.content_type or "application/json"
        if reply.status in {200, 201}:
            tag = f'W/"{md5(body, usedforsecurity=False).hexdigest()}"'
            headers |= {"ETag": tag, "Cache-Control": "max-age=0, private, must-revalidate"}
            if not is_write(request) and unchanged(request, tag):
                del headers["Content-Type"]
                return Response(304, headers)
        return Response(reply.status, headers, body)

    def render_error(self, request: Request, error: ApiError) -> Response:  # noqa: ARG002  all get the same
        """``{"message": …}`` or what the error brings in its place, or plain text."""
        extra = dict(error.extra)
        headers = self._headers() | error.headers
        if extra.pop("text", False):
            headers["Content-Type"] = "text/plain"
            return Response(error.status, headers, f"{error.message}\n".encode())
        headers["Content-Type"] = "application/json"
        data = extra if error.message is None else {"message": error.message, **extra}
        return Response(error.status, headers, self.encode(data))

    def deliver(self, event: Event) -> None:
        """Writes the notes that GitLab writes itself, then turns what happened into deliveries."""
        system.write(self.world, event)
        activity.note(self, event)
        events.deliver(self, event)

    def unauthorized(self) -> ApiError:
        """401 "401 Unauthorized"."""
        return ApiError(401, "401 Unauthorized")

    def not_found(self) -> ApiError:
        """404 "404 Not found"."""
        return ApiError(404, "404 Not found")

    def bad_json(self) -> ApiError:
        """The 400 of a body that is no JSON object."""
        return ApiError(400, error="message body does not match declared format")

    def no_route(self, request: Request, *, other_method: bool) -> ApiError:  # noqa: ARG002  the path does not matter
        """404 for a path, 405 for a method that is not there."""
        return ApiError(405, error="405 Not Allowed") if other_method else ApiError(404, error="404 Not Found")

    def limit_error(self, bucket: Bucket) -> ApiError:
        """429 in plain text, with ``Retry-After`` and ``RateLimit-ResetTime``."""
        left = max(0, int(bucket.reset - self.world.clock()) + 1)
        headers = {"Retry-After": str(left), "RateLimit-ResetTime": http_date(self._moment(bucket.reset))}
        return ApiError(429, "Retry later", headers=headers, text=True)

    def secondary_error(self, retry_after: int | None) -> ApiError:
        """429 of an application limit, in JSON."""
        text = "This endpoint has been requested too many times. Try again later."
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return ApiError(429, {"error": text}, headers=headers)

    def _moment(self, seconds: float) -> datetime:
        now = self.world.now()
        return now.fromtimestamp(seconds, now.tzinfo)


def _reaches(request: Request, scopes: set[str]) -> bool:
    """Whether the token has one of these scopes, or has none named."""
    token = request.viewer.token
    return token is None or not token.scopes or not scopes.isdisjoint(token.scopes)


def _credential(request: Request) -> tuple[str, str]:
    headers = request.headers
    if headers.get("private-token"):
        return headers["private-token"], "user"
    if headers.get("job-token"):
        return headers["job-token"], "job"
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip(), "user"
    if request.query:
        for name, kind in (("private_token", "user"), ("access_token", "user"), ("job_token", "job")):
            if request.arg(name):
                return request.arg(name), kind
    return "", ""


def unchanged(request: Request, tag: str) -> bool:
    """Whether If-None-Match holds by weak comparison."""
    known = request.headers.get("if-none-match")
    if known is None:
        return False
    bare = tag.removeprefix("W/")
    return known.strip() == "*" or bare in {one.strip().removeprefix("W/") for one in known.split(",")}
