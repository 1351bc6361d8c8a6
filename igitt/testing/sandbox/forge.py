"""One forge of the sandbox: what is the same on both. The public set-up methods and the walk of one request.

A half (``github``, ``gitlab``) subclasses :class:`Forge` and fills in the abstract methods at its end;
its routes, shapes and policies stay in its own package.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import TYPE_CHECKING, Any

import requests

from igitt._base.hashes import forget_hashes
from igitt.testing.sandbox import git_http, gitdata, work
from igitt.testing.sandbox.credentials import Token
from igitt.testing.sandbox.deliveries import Delivery, Postman, is_loopback
from igitt.testing.sandbox.described import swallowed, template_of
from igitt.testing.sandbox.faults import Fault, Faults
from igitt.testing.sandbox.gitstore import GitStore
from igitt.testing.sandbox.limits import Limits
from igitt.testing.sandbox.model import Comment, Commit, Hook, Issue, MergeRequest, Organization, Repository, Team, User
from igitt.testing.sandbox.oauth import Authorizing
from igitt.testing.sandbox.policy import Policy
from igitt.testing.sandbox.wire import ApiError, Reply, Request, RequestRecord, Response, Router, dump
from igitt.testing.sandbox.world import World, level_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime


_log = logging.getLogger("igitt.testing.sandbox")
#: What the text of a token begins with, so that a wrong one is not taken for a login.
TOKEN = re.compile(r"gh[a-z]_|github_pat_|gl[a-z]+-")


class Forge(Authorizing, Policy):
    """A GitHub or a GitLab in memory. ``url`` is its web address, ``api_url`` that of its REST API."""

    def __init__(self, url: str, clock: Callable[[], float], adapter: Callable[[], Any]) -> None:
        super().__init__()
        forget_hashes()
        self.url = url
        self.world = World(clock, shared_numbers=self.shared_numbers)
        self.world.listeners.append(self.deliver)
        self.limits = Limits()
        self.faults = Faults()
        self.deliveries: list[Delivery] = []
        self.requests: list[RequestRecord] = []
        #: What was asked for and is not played, such as ``"GET /repos/{owner}/{repo}/pages"``, each once.
        self.unserved: list[str] = []
        self._own = Router(self.router.prefix)
        self._units = 0
        #: How many requests and deliveries are remembered at least; None for all.
        self.log_limit: int | None = None
        self.clock: Any = None
        self._adapter = adapter
        self._callbacks: list[Callable[[Delivery], Any]] = []
        self._postman = Postman()
        self.git = GitStore(self.request_ref)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    @property
    def api_url(self) -> str:
        """Where the REST API begins."""
        return self.url + self.router.prefix

    # ---- setting the scene

    def add_user(self, login: str, name: str | None = None, email: str | None = None, *, admin: bool = False) -> User:
        """Enters a user, e.g. ``forge.add_user("alice", "Alice Doe")``."""
        with self.world.transaction():
            return self.world.add_user(login, name, email, admin=admin)

    def token_for(self, login: str, **options: Any) -> str:
        """A token that acts as that user (entered when missing); ``expires`` may be a datetime, ``scopes`` a list."""
        with self.world.transaction():
            user = self.world.user(login) or self.world.add_user(login, None, None)
            value = self.token_prefix + secrets.token_hex(24)[: 36 if self.hoster == "github" else 20]
            self.world.issue_token(value, user, "user", **options)
            return value

    def add_organization(self, path: str, *, members: Mapping[str, str] | None = None, **options: Any) -> Organization:
        """Enters an organization or group; ``"acme/tools"`` is a subgroup, ``members`` maps logins to roles."""
        with self.world.transaction():
            organization = self.world.add_organization(path, **options)
            for login, role in (members or {}).items():
                self.add_user(login)
                organization.members[login.lower()] = level_of(role)
            return organization

    def add_team(
        self, organization: str, name: str, *, members: Iterable[str] = (), **options: Any
    ) -> Team | Organization:
        """Enters a team of an organization with its members (entered when missing); on GitLab a subgroup."""
        with self.world.transaction():
            home = self.world.add_organization(organization)
            team = self.world.add_team(home, name, **options)
            for login in members:
                self.add_user(login)
                team.members[login.lower()] = "member"
                home.members.setdefault(login.lower(), level_of("member"))
            return team

    def add_repository(
        self,
        full_name: str,
        *,
        private: bool = False,
        description: str | None = None,
        members: Mapping[str, str] | None = None,
        labels: Iterable[str] = (),
        files: Mapping[str, str] | None = None,
        created: datetime | None = None,
        **options: Any,
    ) -> Repository:
        """Enters a repository with a first commit on ``main``; the owner is an organization unless a user has the name.

        Pass ``files={}`` for an empty one. More fields of the model go into ``options`` (topics, visibility …).
        """
        path, _, name = full_name.rpartition("/")
        if not path or not name:
            raise ValueError(f"{full_name!r} is no full name; write it as 'owner/name'")
        with self.world.as_of(created):
            owner = self.world.account(path) or self.world.add_organization(path)
            creator = owner if isinstance(owner, User) else self._someone(owner)
            made = self.world.add_repository(owner, name, creator, private=private, description=description, **options)
            for login, role in (members or {}).items():
                self.add_user(login)
                made.members[login.lower()] = level_of(role)
            for label in labels:
                self.world.add_label(made, label)
            if files is None:
                files = {"README.md": f"# {name}\n"}
            if files:
                gitdata.commit(
                    self.world, made, "Initial commit", dict(files), branch=made.default_branch, author=creator
                )
            return made

    def add_issue(
        self,
        repository: str,
        title: str,
        body: str | None = "",
        *,
        author: str = "alice",
        labels: Iterable[str] = (),
        assignees: Iterable[str] = (),
        created: datetime | None = None,
        **options: Any,
    ) -> Issue:
        """Opens an issue, as ``author`` (entered when missing), and sends its deliveries.

        ``created`` dates it to an earlier time, here as with everything else that is entered.
        """
        with self.world.as_of(created):
            home = self.repository(repository)
            found = work.labels_named(self.world, home, labels)
            people = [self.add_user(login) for login in assignees]
            options |= {"labels": found, "assignees": people}
            return work.create_issue(self.world, home, self.add_user(author), title, body, **options)

    def add_commit(
        self,
        repository: str,
        message: str,
        files: Mapping[str, str | None],
        *,
        branch: str = "main",
        author: str = "alice",
        created: datetime | None = None,
    ) -> Commit:
        """Puts a commit on a branch (made when missing) and sends the push; a file of None is removed."""
        with self.world.as_of(created):
            home = self.repository(repository)
            return gitdata.commit(self.world, home, message, files, branch=branch, author=self.add_user(author))

    def add_merge_request(
        self,
        repository: str,
        title: str,
        *,
        head: str,
        base: str = "main",
        author: str = "alice",
        body: str | None = "",
        labels: Iterable[str] = (),
        source: str | None = None,
        created: datetime | None = None,
        **options: Any,
    ) -> MergeRequest:
        """Opens a merge request; a missing ``head`` branch is made with one commit. ``source`` names a fork."""
        with self.world.as_of(created):
            home = self.repository(repository)
            origin = self.repository(source) if source else home
            person = self.add_user(author)
            if head not in origin.branches:
                files = {f"{head.replace('/', '-')}.txt": f"{title}\n"}
                gitdata.commit(self.world, origin, title, files, branch=head, author=person)
            options |= {"body": body, "labels": work.labels_named(self.world, home, labels)}
            return gitdata.create_merge_request(
                self.world, home, person, title, source=origin, head=head, base=base, **options
            )

    def add_comment(
        self,
        target: Issue,
        body: str,
        *,
        author: str = "alice",
        created: datetime | None = None,
    ) -> Comment:
        """Comments on what ``add_issue`` or ``add_merge_request`` gave, and sends its deliveries."""
        with self.world.as_of(created):
            return work.add_comment(self.world, target, self.add_user(author), body, repository=target.repository)

    def add_hook(self, path: str, url: str, secret: str | None, events: Iterable[str]) -> Hook:
        """Registers a webhook for a repository or an organization; events are the forge's own words."""
        with self.world.transaction():
            home = self.world.repository(path)[0] or self.world.organization(path)
            if home is None:
                raise KeyError(f"there is no repository or organization {path!r} in the sandbox")
            return self.world.add_hook(home, url, secret, events)

    def repository(self, full_name: str) -> Repository:
        """The model of a repository, for a look inside; KeyError when there is none of that name."""
        found = self.world.repository(full_name)[0]
        if found is None:
            raise KeyError(f"there is no repository {full_name!r} in the sandbox; add_repository makes one")
        return found

    def _someone(self, owner: Organization) -> User:
        best = max(owner.members.items(), key=lambda pair: pair[1], default=None)
        return self.add_user(best[0] if best else "alice")

    def client(self, who: Any = None, **options: Any) -> Any:
        """An igitt client bound to this forge: for a login (entered when missing), a token, or anonymous.

        ``who`` is a login, the text of a token, or one of ``igitt.auth``'s tokens. ``options`` go to the client.
        Its clock is the sandbox's unless given: where it would wait, time moves on.
        """
        if self.clock is not None:
            options.setdefault("clock", self.clock)
        session = options.pop("session", None) or requests.Session()
        session.mount(self.url, self._adapter())
        login = isinstance(who, str) and who not in self.world.tokens and not TOKEN.match(who)
        token = self.token_for(who) if login else who
        return self.client_class()(token, self.url, session=session, **options)

    def client_class(self) -> Any:
        """The class of this forge's clients."""
        # The sandbox stands for the forge, and loads the SDK only for this convenience.
        from igitt.provider import provider_of  # noqa: PLC0415
        from igitt.registry import client_class  # noqa: PLC0415

        return client_class(provider_of(self.hoster))

    # ---- what happened, and what shall go wrong

    @property
    def units(self) -> int:
        """The rate-limit units that all logged requests cost together."""
        return self._units

    def reset_log(self) -> None:
        """Forgets the logged requests and deliveries."""
        self.requests.clear()
        self._units = 0
        self.deliveries.clear()

    def on_delivery(self, callback: Callable[[Delivery], Any]) -> None:
        """Calls a function with each delivery, after the change is done and outside the lock."""
        self._callbacks.append(callback)

    def wait_for_deliveries(self) -> None:
        """Returns once everything for loopback addresses has been posted."""
        self._postman.wait()

    def fail(
        self,
        status: int | None = None,
        *,
        method: str | None = None,
        path: str | None = None,
        times: int = 1,
        after_effect: bool = False,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        reset: bool = False,
        delay: float = 0.0,
        truncate: bool = False,
        drip: float = 0.0,
        page_size: int | None = None,
        cut: int | None = None,
        moved_to: str | None = None,
        graphql: str | None = None,
    ) -> None:
        """Spoils the next ``times`` requests that match ``method`` and the regular expression ``path``.

        ``path`` is searched in the path below the API prefix (``"/issues/5$"``). Without anything else the
        answer is a 502.
        ``after_effect``: the change happens, only the answer is lost. ``reset``: the connection breaks before an
        answer; ``truncate``: in the middle of it. ``delay``: seconds before it, ``drip``: seconds over which it comes
        in pieces (both in real time).
        ``page_size``: pages have so many items at most, whatever is asked for; ``cut``: lists end after so many,
        without a word. ``moved_to``: 301 to another path below the API prefix, as for what was transferred or renamed.
        ``graphql``: a 200 that holds an error of that type, such as ``"RATE_LIMITED"``, in place of data.
        """
        headers = dict(headers or {})
        if moved_to is not None:
            status, headers["Location"] = status or 301, f"{self.api_url}/{moved_to.lstrip('/')}"
            body = body or dump({"message": "Moved Permanently", "url": headers["Location"]})
        if graphql is not None:
            message = "API rate limit exceeded" if "RATE" in graphql else "Something went wrong"
            status, body = 200, dump({"errors": [{"type": graphql, "message": message}]})
        if status is None and not (reset or delay or truncate or drip or headers or page_size or cut is not None):
            status = 502
        data = body.encode() if isinstance(body, str) else body
        pattern = re.compile(path) if path else None
        self.faults.rules.append(
            Fault(
                status,
                method,
                pattern,
                times,
                after_effect,
                data,
                headers,
                reset=reset,
                delay=delay,
                truncate=truncate,
                drip=drip,
                page_size=page_size,
                cut=cut,
            )
        )

    def route(self, method: str, template: str) -> Callable[[Callable[[Request], Any]], Callable[[Request], Any]]:
        """A decorator that adds a route which the sandbox does not play, or takes the place of one that it does.

        The function gets the request (``params``, ``arg(name)``, ``json``, ``user``, ``world``) and gives data for a
        200, None for a 204, or a :class:`~igitt.testing.sandbox.Reply`.

        >>> from igitt.testing import Sandbox
        >>> with Sandbox(socket=False) as sandbox:
        ...     @sandbox.github.route("GET", "/repos/{owner}/{repo}/pages")
        ...     def pages(request):
        ...         return {"html_url": f"https://{request.params['owner']}.github.io"}
        ...     sandbox.github.client("bot").request("GET", "repos/acme/widgets/pages").data
        {'html_url': 'https://acme.github.io'}
        """
        return self._own.route(method.upper(), f"/{template.lstrip('/')}")

    def limit(self, limit: int = 5000, remaining: int | None = None, reset_in: float = 3600) -> None:
        """Sets the primary rate limit for everyone: so much, so much left, and a reset after ``reset_in`` seconds."""
        with self.world.transaction():
            left = limit if remaining is None else remaining
            self.limits.buckets.clear()
            self.limits.resource = self.main_resource
            self.limits.limit, self.limits.used = limit, limit - left
            self.limits.reset = int(self.world.clock() + reset_in)

    def limit_secondary(self, times: int = 1, retry_after: int | None = None) -> None:
        """Refuses the next ``times`` requests for the secondary limit (GitLab: an application limit)."""
        self.limits.secondary, self.limits.retry_after = times, retry_after

    # ---- the walk of one request

    def handle(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Response:
        """Answers one request. ``target`` is the raw path with its query, header names are lower case."""
        request = Request(self, method, target, headers, body)
        path, about = request.path.removeprefix(self.router.prefix), git_http.asked(request)
        response: Response | None = None
        fault: Fault | None = None
        if about is not None:  # git works for long, and takes the lock only where it needs it
            with self.world.transaction():
                fault = self.faults.take(request, path)
            response = Response(200, {}) if fault and fault.before else git_http.answer(self, request, about)
        with self.world.transaction():
            if response is None:
                fault = self.faults.take(request, path)
                if fault is not None:
                    fault.prepare(request)
                response = Response(200, {}) if fault is not None and fault.before else self._answer(request)
            if fault is not None:
                response = fault.spoil(response)
            viewer = request.viewer
            name = viewer.user.login if viewer.user else None
            self._units += request.units
            self.requests.append(
                RequestRecord(method, path, request.query, response.status, request.units, viewer.kind, name)
            )
            if self.log_limit is not None and len(self.requests) > 2 * self.log_limit:
                del self.requests[: -self.log_limit], self.deliveries[: -self.log_limit]
        if response.delay:
            time.sleep(response.delay)
        return response

    def _answer(self, request: Request) -> Response:
        try:
            request.viewer = self.authenticate(request)
            if self.limits.secondary > 0:
                self.limits.secondary -= 1
                raise self.secondary_error(self.limits.retry_after)
            bucket, cost = self.bucket(request), self.cost(request)
            if cost and bucket.remaining < cost:
                raise self.limit_error(bucket)
            request.units = cost
            reply = self._call(request)
            response = self.finish(request, reply)
        except ApiError as error:
            response = self.render_error(request, error)
        self.charge(request, response)
        if request.method == "HEAD":
            response.body = b""
        return response

    def _call(self, request: Request) -> Reply:
        self.check(request)
        method = "GET" if request.method == "HEAD" else request.method
        route, request.params, other = self._own.match(method, request.path)
        if route is None:
            route, request.params, other = self.router.match(method, request.path)
            below = request.path.removeprefix(self.router.prefix)
            if route is not None and swallowed(self.hoster, self.router, method, below, route.template):
                route = None
        if route is None:
            self._refuse(method, request.path)
            raise self.no_route(request, other_method=other)
        request.template = route.template
        self.permit(request)
        result = route.handler(request)
        if isinstance(result, Reply):
            return result
        return Reply(status=204) if result is None else Reply(result)

    def answer_within(self, request: Request) -> Reply:
        """What a route answers to a request that another one makes, for the sender of that one."""
        return self._call(request)

    def _refuse(self, method: str, path: str) -> None:
        """501 for what the forge has and the sandbox does not play, so that nobody takes it for what is not there."""
        template = template_of(self.hoster, method, path.removeprefix(self.router.prefix))
        if template is not None and path.startswith(self.router.prefix):
            self.note_unserved(f"{method} {template}")
            raise ApiError(
                501,
                f"the sandbox does not play {method} {template}; a test can add it by forge.route()",
                headers={"X-Igitt-Sandbox": "no such route"},
            )

    def note_unserved(self, what: str) -> None:
        """Remembers what was asked for and is not played, for ``unserved`` and for the end of a strict sandbox."""
        if what not in self.unserved:
            _log.warning("the sandbox does not play %s of %s", what, self.hoster)
            self.unserved.append(what)

    # ---- deliveries

    def send(self, delivery: Delivery) -> None:
        """Keeps a finished delivery; callbacks and posting follow once the change is done."""
        self.deliveries.append(delivery)
        self.world.after.append(lambda: self._hand_over(delivery))

    def _hand_over(self, delivery: Delivery) -> None:
        if is_loopback(delivery.url):
            self._postman.send(delivery)
        for callback in list(self._callbacks):
            callback(delivery)

    def close(self) -> None:
        """Ends the thread that posts deliveries, and removes what git was served from."""
        self._postman.close()
        self.git.close()

    def encode(self, data: Any) -> bytes:
        """Data as the bytes of a JSON answer."""
        return dump(data)

    def find_token(self, value: str) -> Token | None:
        """The token of that value, unless it has run out."""
        token = self.world.tokens.get(value)
        if token is None or (token.expires is not None and token.expires.timestamp() <= self.world.clock()):
            return None
        return token
