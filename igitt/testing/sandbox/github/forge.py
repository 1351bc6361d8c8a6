"""GitHub's half of the sandbox: its policy on headers, ETags, limits and errors, and its Apps.

Routes live in the modules beside it, shapes in ``shapes``, deliveries in ``events``.
"""

from __future__ import annotations

import secrets
import uuid
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from igitt.testing.sandbox import gitdata
from igitt.testing.sandbox.credentials import App, Installation
from igitt.testing.sandbox.forge import Forge
from igitt.testing.sandbox.github import ci, events, notifications, protection, rights, tokens
from igitt.testing.sandbox.github.context import routes
from igitt.testing.sandbox.github.media import in_form
from igitt.testing.sandbox.limits import Bucket
from igitt.testing.sandbox.model import Event, Repository, User
from igitt.testing.sandbox.oauth import Application
from igitt.testing.sandbox.wire import ApiError, Reply, Request, Response, Router, Viewer, from_http_date, http_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

VERSIONS = ("2022-11-28", "2026-03-10")
DOCS = "https://docs.github.com/rest"
EXPOSED = (
    "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, "
    "X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval, "
    "X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset"
)
#: What a browser is told before it asks from another site's page.
PREFLIGHT = {
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, X-Requested-With"
    ),
    "Access-Control-Allow-Methods": "GET, POST, PATCH, PUT, DELETE",
    "Access-Control-Max-Age": "86400",
}
#: The scopes of a token that was made without naming any.
EVERYTHING = ["admin:org", "admin:org_hook", "admin:repo_hook", "delete_repo", "gist", "notifications", "repo", "user",
              "workflow"]  # fmt: skip
SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID."
)


class GitHubForge(Forge):
    """A GitHub in memory, spoken to as a GitHub Enterprise Server: REST at ``{url}/api/v3``.

    ``token_lifetime`` (seconds) is how long an installation token lives; one younger than ``new_token_delay``
    seconds answers 401, as if it had not reached every replica. ``compute_mergeable_delay`` is the number of reads
    of a pull request that see ``mergeable: null``, ``tree_limit`` that of the entries of a tree in one answer.
    Of a search's results only ``search_limit`` are given; with ``search_gives_up`` it tells that it took too long.
    ``anonymous_limit`` is the hourly limit without a token.
    """

    hoster: ClassVar[str] = "github"
    router: ClassVar[Router] = routes
    token_prefix: ClassVar[str] = "ghp_"  # noqa: S105  what tokens begin with, no token
    shared_numbers: ClassVar[bool] = True
    authorize_path: ClassVar[str] = "login/oauth/authorize"
    device_page: ClassVar[str] = "login/device"
    denied_text: ClassVar[str] = "The user has denied your application access."
    request_ref: ClassVar[str] = "refs/pull/{}/head"

    def __init__(self, url: str, clock: Callable[[], float], adapter: Callable[[], Any]) -> None:
        super().__init__(url, clock, adapter)
        self.world.holds_back = protection.holds_back
        self.token_lifetime: float = 3600
        self.new_token_delay: float = 0
        self.compute_mergeable_delay = 0
        self.tree_limit = 100_000
        self.search_limit = 1000
        self.search_gives_up = False
        self.anonymous_limit = 60
        #: What goes into every ETag besides what GitHub is known to reckon it from: with it, nobody can reckon one.
        self.etag_salt = ""
        self.manifests: dict[str, tuple[dict[str, Any], str, float]] = {}

    def token_for(
        self,
        login: str,
        *,
        scopes: Iterable[str] | None = None,
        permissions: Mapping[str, str] | None = None,
        owner: str | None = None,
        repositories: Iterable[str] | None = None,
        **options: Any,
    ) -> str:
        """A token that acts as that user (entered when missing).

        Without more it is a classic one that may do everything that its user may; ``scopes`` limit it, an empty list
        to reading what is public. With ``permissions`` (``{"issues": "write"}``) it is a fine-grained one, for what
        ``owner`` has (the user, unless told), of which ``repositories`` are chosen, all unless told.
        """
        with self.world.transaction():
            if permissions is None:
                named = list(scopes or ())
                return super().token_for(login, scopes=named, unscoped=scopes is not None and not named, **options)
            user = self.add_user(login)
            home = user if owner is None else self.world.account(owner) or self.world.add_organization(owner)
            chosen = None
            if repositories is not None:
                chosen = {self.repository(f"{home.login}/{name.rpartition('/')[2]}").id for name in repositories}
            value = f"github_pat_{secrets.token_hex(11)}_{secrets.token_hex(29)}"
            self.world.issue_token(
                value, user, "fine-grained", permissions={"metadata": "read"} | dict(permissions), owner=home,
                repositories=chosen, **options,
            )  # fmt: skip
            return value

    # ---- Apps

    def add_pipeline(
        self,
        repository: str,
        ref: str,
        jobs: Mapping[str, str],
        *,
        user: str = "alice",
        artifacts: Mapping[str, Mapping[str, str]] | None = None,
        logs: Mapping[str, str] | None = None,
    ) -> ci.Run:
        """Enters a workflow run of a branch: names of jobs, each with success, failed, running, pending … .

        ``artifacts`` are files by names (``{"report": {"out.txt": "fine"}}``), ``logs`` texts by names of jobs.
        """
        with self.world.transaction():
            made = ci.add(self.world, self.repository(repository), ref, jobs, self.add_user(user))
            for name, files in (artifacts or {}).items():
                ci.keep(self.world, made, name, files)
            for job in made.jobs:
                job.log = (logs or {}).get(job.name, "")
            return made

    def add_app(
        self,
        slug: str,
        *,
        permissions: Mapping[str, str] | None = None,
        events: Iterable[str] = (),
        webhook_secret: str | None = None,
        webhook_url: str | None = None,
        owner: str = "acme",
        callback_urls: Iterable[str] = ("https://bot.example.com/callback",),
    ) -> App:
        """Registers a GitHub App.

        The answer has ``id``, ``slug``, ``private_key`` (PEM text), and for users' logins ``client_id`` and
        ``client_secret``; its tokens of users live eight hours.

        >>> app = sandbox.github.add_app("triage", permissions={"issues": "write"}, events=["issues"])  # doctest: +SKIP
        """
        with self.world.transaction():
            home = self.world.account(owner) or self.world.add_organization(owner)
            bot = self.world.add_user(f"{slug}[bot]", None, None, bot=True)
            keys = partial(tokens.key_pair, len(self.world.apps))
            now = self.world.now()
            number = self.world.next_id("app")
            name = slug.replace("-", " ").title()
            client = f"Iv23li{secrets.token_hex(7)}"
            wanted = {"metadata": "read"} | dict(permissions or {})
            app = App(
                number, slug, name, client, home, bot, wanted, list(events), now, now, keys,
                webhook_secret, webhook_url or f"https://{slug}.example.com/webhook",
            )  # fmt: skip
            self.world.apps[number] = app
            app.client_secret = secrets.token_hex(20)
            self.applications[client] = Application(
                client, app.client_secret, name, list(callback_urls), [], token_lifetime=28800
            )
            return app

    def answer_manifest(self, url: str, manifest: str) -> str:
        """Posts an App's manifest as a user's browser does, and says yes; gives where the browser goes then.

        The owner is the organization in the URL, or alice. Raises ValueError where the browser stays.
        """
        answer = self.handle(
            "POST",
            url.removeprefix(self.url),
            {"user-agent": "browser", "content-type": "application/x-www-form-urlencoded"},
            urlencode({"manifest": manifest}).encode(),
        )
        if answer.status != 302:
            raise ValueError(answer.body.decode())
        return answer.headers["Location"]

    def install(self, app: App, account: str, repositories: Iterable[str] | None = None) -> Installation:
        """Installs an App on an account, on all repositories or on those named (without the owner).

        Sends ``installation`` created to the App. Raises KeyError for a repository that does not exist.
        """
        with self.world.transaction():
            home = self.world.account(account) or self.world.add_organization(account)
            chosen = None
            if repositories is not None:
                chosen = {self.repository(f"{home.login}/{name.rpartition('/')[2]}").id for name in repositories}
            now = self.world.now()
            number = self.world.next_id("installation")
            made = Installation(number, app, home, dict(app.permissions), list(app.events), now, now, chosen)
            self.world.installations[number] = made
            actor = home if isinstance(home, User) else self._someone(home)
            self.world.publish(Event("installation", "created", actor, made))
            return made

    def new_pair(self) -> tuple[str, str]:
        """The texts of a user's token and its refresh token."""
        return f"ghu_{secrets.token_hex(18)}", f"ghr_{secrets.token_hex(38)}"

    def redirect_for(self, application: Application, asked: Mapping[str, str]) -> str:
        """The callback that is meant; GitHub also takes what is below a registered one."""
        redirect = asked.get("redirect_uri", "")
        if any(redirect.startswith(f"{known}/") for known in application.redirect_uris):
            return redirect
        return super().redirect_for(application, asked)

    def needs_no_secret(self, kind: str, data: Mapping[str, str]) -> bool:
        """Tokens of the device flow are refreshed without."""
        given = data.get("refresh_token")
        return kind == "refresh_token" and any(
            token.by_device and token.refresh_token == given for token in self.world.tokens.values()
        )

    # ---- policy

    def authenticate(self, request: Request) -> Viewer:
        """Who asks."""
        return tokens.authenticate(self, request)

    def authenticate_git(self, request: Request) -> Viewer:
        """As for the API, but for an App's JWT, which is nothing to git."""
        viewer = self.authenticate(request)
        if viewer.app is not None:
            raise tokens.bad_credentials()
        return viewer

    def may_pull(self, request: Request, repository: Repository) -> bool:
        """Whether who asks may clone and fetch."""
        return rights.may_pull(request, repository)

    def may_push(self, request: Request, repository: Repository) -> bool:
        """Whether who asks may push."""
        return rights.may_push(request, repository)

    def permit(self, request: Request) -> None:
        """Refuses what a token's scopes do not allow."""
        rights.check_scopes(request)

    def protected_branches(self, repository: Repository) -> set[str]:
        """Those whose rule lets them neither go back nor away."""
        return {
            name for name in protection.rules_of(repository)
            if not (protection.may_force(repository, name) and protection.may_delete(repository, name))
        }  # fmt: skip

    def closed_branches(self, request: Request, repository: Repository) -> dict[str, str]:
        """Those whose rule keeps who asks away, with GitHub's words for it."""
        found = {}
        for name in protection.rules_of(repository):
            words = protection.refusals(request, repository, name)
            if words:
                lines = "\n".join(f"- {one}" for one in words)
                found[name] = f"error: GH006: Protected branch update failed for refs/heads/{name}.\n\n{lines}"
        return found

    def good_commits(self, repository: Repository) -> dict[str, set[str]]:
        """The commits with which a branch that demands only checks may be pushed."""
        rules = protection.rules_of(repository)
        return {
            name: protection.good_commits(repository, name) for name, rule in rules.items()
            if rule.contexts is not None and rule.approvals is None and rule.restrictions is None
        }  # fmt: skip

    def protect_branch(
        self,
        repository: str,
        branch: str = "main",
        *,
        checks: Iterable[str] | None = None,
        strict: bool = False,
        approvals: int | None = None,
        pushers: Iterable[str] | None = None,
        enforce_admins: bool = False,
    ) -> None:
        """Protects a branch: required checks, approvals, and who alone may push (logins); None demands nothing.

        Administrators are free of it unless ``enforce_admins``. ``strict``: the branch must be up to date, too.
        """
        with self.world.transaction():
            who = None if pushers is None else protection.Who(users=list(pushers))
            protection.rules_of(self.repository(repository))[branch] = protection.Rule(
                None if checks is None else list(checks), strict, approvals, restrictions=who,
                enforce_admins=enforce_admins,
            )  # fmt: skip

    def check(self, request: Request) -> None:
        """The User-Agent must be there, the API version known, and a path has no slash at its end."""
        if not request.headers.get("user-agent"):
            text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
            raise ApiError(403, f"{text} (https://docs.github.com/en/rest/overview/resources-in-the-rest-api).")
        version = request.headers.get("x-github-api-version")
        if version and version not in VERSIONS:
            raise ApiError(400, f"API version {version!r} is not supported. Supported versions: {', '.join(VERSIONS)}")

    def resource(self, request: Request) -> str:
        """The rate-limit resource that a path belongs to."""
        path = request.path
        if path.endswith("/graphql"):
            return "graphql"
        return "search" if path.startswith(f"{routes.prefix}/search/") else "core"

    def quota(self, viewer: Viewer, resource: str) -> tuple[int, int]:
        """The limit and its window in seconds for a caller."""
        anonymous = viewer.kind == "anonymous"
        if resource == "search":
            return (10 if anonymous else 30), 60
        return (self.anonymous_limit if anonymous else 5000), 3600

    def bucket_for(self, viewer: Viewer, resource: str) -> Bucket:
        """The bucket in force for a caller and a resource."""
        limit, window = self.quota(viewer, resource)
        return self.limits.bucket(viewer.key, resource, limit, window, self.world.clock())

    def bucket(self, request: Request) -> Bucket:
        """The bucket of this request."""
        return self.bucket_for(request.viewer, self.resource(request))

    def cost(self, request: Request) -> int:
        """One unit; reading the limits is free, and so is what is no part of the API."""
        return 0 if request.path == f"{routes.prefix}/rate_limit" or not request.path.startswith("/api/") else 1

    def charge(self, request: Request, response: Response) -> None:
        """A 304 to an authorised request is free."""
        if response.status == 304 and request.viewer.kind != "anonymous":
            request.units = 0
        if not request.path.startswith("/api/"):
            return
        bucket = self.bucket(request)
        bucket.used += request.units
        response.headers |= {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.remaining),
            "X-RateLimit-Reset": str(bucket.reset),
            "X-RateLimit-Used": str(min(bucket.used, bucket.limit)),
            "X-RateLimit-Resource": self.resource(request),
        }

    def finish(self, request: Request, reply: Reply) -> Response:
        """Serialises, with the ETag over Accept, Authorization and body, and Last-Modified where there is one."""
        headers = self._headers(request) | reply.headers
        if reply.status in {202, 204} and reply.data is None and reply.text is None:
            return Response(reply.status, headers)
        if reply.text is not None:
            body = gitdata.raw(reply.text)
        else:
            data = in_form(request, reply.data)
            if headers.get("X-GitHub-Api-Version-Selected") == VERSIONS[1]:
                data = newer(data)
            body = self.encode(data)
        kind = reply.content_type or "application/json"
        is_text = kind.startswith(("text/", "application/json", "application/vnd.github", "application/x-www-form"))
        headers["Content-Type"] = f"{kind}; charset=utf-8" if is_text and ";" not in kind else kind
        if request.method not in {"GET", "HEAD"} or reply.status != 200:
            return Response(reply.status, headers, body)
        headers["ETag"] = etag(request, body, self.etag_salt)
        if reply.modified is not None:
            headers["Last-Modified"] = http_date(reply.modified)
        if unchanged(request, headers["ETag"], reply.modified):
            del headers["Content-Type"]
            return Response(304, headers)
        return Response(200, headers, body)

    def _answer(self, request: Request) -> Response:
        """Answers a browser that asks whether it may ask, and anything else as ever.

        Source: https://docs.github.com/en/rest/using-the-rest-api/using-cors-and-jsonp-to-make-cross-origin-requests.
        """
        if request.method == "OPTIONS" and request.path.startswith("/api/"):
            return Response(204, self._headers(request) | PREFLIGHT)
        return super()._answer(request)

    def _headers(self, request: Request) -> dict[str, str]:
        anonymous = request.viewer.kind == "anonymous"
        headers = {
            "Server": "GitHub.com",
            "Date": http_date(self.world.now()),
            "Cache-Control": f"{'public' if anonymous else 'private'}, max-age=60, s-maxage=60",
            "Vary": ("" if anonymous else "Accept, Authorization, Cookie, X-GitHub-OTP,")
            + "Accept-Encoding, Accept, X-Requested-With",
            "X-GitHub-Media-Type": media_type(request),
            "X-GitHub-Request-Id": uuid.uuid4().hex[:20].upper(),
            "X-GitHub-Api-Version-Selected": request.headers.get("x-github-api-version") or VERSIONS[0],
            "Access-Control-Expose-Headers": EXPOSED,
            "Access-Control-Allow-Origin": "*",
            "X-Content-Type-Options": "nosniff",
        }
        token = request.viewer.token
        if token is not None and token.kind == "user" and token.application is None:
            everything = [] if token.unscoped else EVERYTHING
            headers["X-OAuth-Scopes"] = ", ".join(sorted(token.scopes or everything))
            headers["X-Accepted-OAuth-Scopes"] = ", ".join(rights.accepted(request))
        personal = token is not None and token.application is None and token.installation is None
        if token is not None and personal and token.expires is not None:
            headers["github-authentication-token-expiration"] = token.expires.strftime("%Y-%m-%d %H:%M:%S UTC")
        return headers

    def render_error(self, request: Request, error: ApiError) -> Response:
        """``{message, errors?, documentation_url, status}``."""
        if request.path.endswith("/graphql") and str(error.message).startswith("API rate limit exceeded"):
            # https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api: 200 here
            body = self.encode({"errors": [{"type": "RATE_LIMITED", "message": error.message}]})
            return Response(200, self._headers(request) | {"Content-Type": "application/json; charset=utf-8"}, body)
        data: dict[str, Any] = {"message": error.message}
        if error.errors is not None:
            data["errors"] = error.errors
        data |= {"documentation_url": DOCS, **error.extra, "status": str(error.status)}
        headers = self._headers(request) | {"Content-Type": "application/json; charset=utf-8"} | error.headers
        headers["Cache-Control"] = "no-cache"
        return Response(error.status, headers, self.encode(data))

    def deliver(self, event: Event) -> None:
        """Turns what happened into signed deliveries."""
        notifications.write(self.world, event)
        events.deliver(self, event)

    def unauthorized(self) -> ApiError:
        """401 "Requires authentication"; an App's JWT is nobody's token."""
        return ApiError(401, "Requires authentication")

    def not_found(self) -> ApiError:
        """404 "Not Found"."""
        return ApiError(404, "Not Found")

    def bad_json(self) -> ApiError:
        """400 "Problems parsing JSON"."""
        return ApiError(400, "Problems parsing JSON")

    def no_route(self, request: Request, *, other_method: bool) -> ApiError:  # noqa: ARG002  GitHub tells no difference
        """404 for any path or method that is not there."""
        return ApiError(404, "Not Found")

    def limit_error(self, bucket: Bucket) -> ApiError:
        """403 with the message that GitHub has for an exhausted limit."""
        return ApiError(403, f"API rate limit exceeded for this caller (limit {bucket.limit}).")

    def secondary_error(self, retry_after: int | None) -> ApiError:
        """403 with the message of the secondary limit, ``Retry-After`` only when asked for."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return ApiError(403, SECONDARY, headers=headers)


def etag(request: Request, body: bytes, salt: str = "") -> str:
    """GitHub's weak ETag: SHA-256 over Accept, Authorization, Cookie (each followed by a colon) and the body."""
    parts = [request.headers[name] + ":" for name in ("accept", "authorization", "cookie") if name in request.headers]
    return f'W/"{sha256("".join((salt, *parts)).encode() + body).hexdigest()}"'


def unchanged(request: Request, tag: str, modified: datetime | None) -> bool:
    """Whether the request's validators hold; If-Modified-Since counts only without If-None-Match."""
    known = request.headers.get("if-none-match")
    if known is not None:
        bare = tag.removeprefix("W/")
        return known.strip() == "*" or bare in {one.strip().removeprefix("W/") for one in known.split(",")}
    since = from_http_date(request.headers.get("if-modified-since", ""))
    return since is not None and modified is not None and modified <= since


def media_type(request: Request) -> str:
    """The value of ``X-GitHub-Media-Type`` for an Accept header."""
    for one in request.headers.get("accept", "").split(","):
        name = one.partition(";")[0].strip()
        if not name.startswith("application/vnd.github"):
            continue
        words = name.removeprefix("application/vnd.github").partition("+")
        parts = [word for word in words[0].strip(".").split(".") if word and word != "v3"]
        form = "; format=json" if words[2] == "json" else ""
        return "github.v3" + (f"; param={parts[0]}" if parts else "") + form
    return "github.v3; format=json"


GONE = {"merge_commit_sha", "has_downloads", "master_branch", "use_squash_pr_title_as_default"}


def newer(data: Any) -> Any:
    """Takes out what API version 2026-03-10 no longer has."""
    if isinstance(data, list):
        return [newer(one) for one in data]
    if not isinstance(data, dict):
        return data
    gone = GONE | ({"assignee"} if "assignees" in data else set()) | ({"rate"} if "resources" in data else set())
    return {key: newer(value) for key, value in data.items() if key not in gone}
