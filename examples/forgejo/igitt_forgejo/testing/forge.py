"""The forge: who asks, what a request costs (nothing), what an error looks like, and its deliveries."""

from __future__ import annotations

import hashlib
import hmac
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, ClassVar

from igitt.testing.sandbox import model
from igitt.testing.sandbox.adapter import SandboxAdapter
from igitt.testing.sandbox.deliveries import Delivery
from igitt.testing.sandbox.forge import Forge
from igitt.testing.sandbox.limits import Bucket
from igitt.testing.sandbox.wire import ApiError, Reply, Request, Response, Router, Viewer, dump, http_date
from igitt_forgejo.client import Forgejo
from igitt_forgejo.testing import accounts, code, issues, pulls, shapes, variables
from igitt_forgejo.testing.context import routes

__all__ = ["ForgejoForge", "forgejo"]

#: The modules whose routes are in the table.
_ROUTES = (accounts, code, issues, pulls, variables)
#: By what happened to what, Forgejo's name of the event and its word for the action.
_EVENTS = {
    ("issue", "opened"): ("issues", "opened"),
    ("issue", "updated"): ("issues", "edited"),
    ("merge_request", "opened"): ("pull_request", "opened"),
    ("merge_request", "updated"): ("pull_request", "edited"),
    ("merge_request", "synchronize"): ("pull_request", "synchronized"),
    ("comment", "created"): ("issue_comment", "created"),
    ("comment", "edited"): ("issue_comment", "edited"),
    ("comment", "deleted"): ("issue_comment", "deleted"),
    ("push", "updated"): ("push", ""),
    ("push", "created"): ("push", ""),
}


class ForgejoForge(Forge):
    """A Forgejo; its methods are those of igitt's sandbox."""

    hoster: ClassVar[str] = "forgejo"
    router: ClassVar[Router] = routes
    token_prefix: ClassVar[str] = ""
    shared_numbers: ClassVar[bool] = True
    request_ref: ClassVar[str] = "refs/pull/{}/head"

    def client_class(self) -> Any:
        """The class of its clients."""
        return Forgejo

    # --- who may what ------------------------------------------------------------------------------------------------

    def authenticate(self, request: Request) -> Viewer:
        """Who asks: ``Authorization: token …`` or ``Bearer …``."""
        value = request.headers.get("authorization", "")
        if not value:
            return Viewer()
        token = self.find_token(value.partition(" ")[2])
        if token is None:
            raise ApiError(401, "invalid username, password or token")
        return Viewer("user", token.user, token)

    def authenticate_git(self, request: Request) -> Viewer:
        """Nobody: git is not served."""
        raise ApiError(404, "The target couldn't be found.")

    def may_pull(self, request: Request, repository: model.Repository) -> bool:
        """As everybody may see it."""
        return self.world.may_read(request.viewer.user, repository)

    def may_push(self, request: Request, repository: model.Repository) -> bool:
        """Whoever may write."""
        return self.world.level(request.viewer.user, repository) >= model.WRITE

    def protected_branches(self, repository: model.Repository) -> set[str]:
        """Those that have a rule."""
        return set(repository.extra.get("protected", ()))

    def closed_branches(self, request: Request, repository: model.Repository) -> set[str]:
        """None."""
        return set()

    # --- a request ---------------------------------------------------------------------------------------------------

    def check(self, request: Request) -> None:
        """Nothing is refused before the path is known."""

    def bucket(self, request: Request) -> Bucket:
        """One that is never empty: Forgejo has no limits of its own."""
        return Bucket(1_000_000, 0, int(self.world.clock()) + 3600)

    def cost(self, request: Request) -> int:
        """Nothing."""
        return 0

    def charge(self, request: Request, response: Response) -> None:
        """Nothing is told of limits."""

    def finish(self, request: Request, reply: Reply) -> Response:
        """JSON; Forgejo sends no ETag with it."""
        headers = {"Date": http_date(self.world.now()), **reply.headers}
        if reply.data is None and reply.text is None:
            return Response(reply.status, headers)
        kind = reply.content_type or ("application/json" if reply.text is None else "text/plain")
        body = dump(reply.data) if reply.text is None else reply.text.encode(errors="surrogateescape")
        return Response(reply.status, {**headers, "Content-Type": f"{kind};charset=utf-8"}, body)

    def render_error(self, request: Request, error: ApiError) -> Response:
        """``{message, url, errors?}``."""
        data = {"message": error.message or "", "url": f"{self.url}/api/swagger", **error.extra}
        headers = {"Content-Type": "application/json;charset=utf-8", "Date": http_date(self.world.now())}
        return Response(error.status, headers | error.headers, dump(data))

    def unauthorized(self) -> ApiError:
        """401."""
        return ApiError(401, "token is required")

    def not_found(self) -> ApiError:
        """404, in Forgejo's words."""
        return ApiError(404, "The target couldn't be found.", errors=None)

    def bad_json(self) -> ApiError:
        """422, as of what cannot be bound."""
        return ApiError(422, "[]: invalid JSON")

    def no_route(self, request: Request, *, other_method: bool) -> ApiError:
        """404, or 405 where only the method is wrong."""
        return ApiError(405, "Method Not Allowed") if other_method else self.not_found()

    def limit_error(self, bucket: Bucket) -> ApiError:
        """Never."""
        return ApiError(429, "Too Many Requests")

    def secondary_error(self, retry_after: int | None) -> ApiError:
        """What a proxy before it may say."""
        return ApiError(429, "Too Many Requests", headers={"Retry-After": str(retry_after or 60)})

    # --- deliveries --------------------------------------------------------------------------------------------------

    def deliver(self, event: model.Event) -> None:
        """Send what happened to the hooks that want it, signed."""
        name, action = _EVENTS.get((event.kind, event.action), ("", ""))
        home = event.repository
        if not name or home is None:
            return
        payload = self._payload(name, action, event, home)
        for hook in home.hooks.values():
            if hook.active and name in hook.events:
                self.send(self._signed(hook, name, payload["action"] if action else None, dump(payload)))

    def _payload(self, name: str, action: str, event: model.Event, home: model.Repository) -> dict[str, Any]:
        told: dict[str, Any] = {
            "repository": shapes.repository(self, home, event.actor), "sender": shapes.user(self, event.actor),
        }  # fmt: skip
        state = event.changes.get("state")
        if state is not None:
            action = "reopened" if state[1] == "open" else "closed"
        if name == "push":
            commits = [shapes.pushed(self, home, one) for one in event.data["commits"]]
            return {**told, **{key: event.data[key] for key in ("ref", "before", "after")}, "commits": commits}
        told["action"] = action
        subject = event.subject
        if isinstance(subject, model.Comment):
            told["comment"], told["is_pull"] = (
                shapes.comment(self, subject),
                isinstance(subject.target, model.MergeRequest),
            )
            subject = subject.target
        key = "pull_request" if name == "pull_request" else "issue"
        told[key] = (shapes.pull if name == "pull_request" else shapes.issue)(self, subject, event.actor)
        told["number"] = subject.number
        old = {key: {"from": event.changes[key][0]} for key in ("title", "body") if key in event.changes}
        return {**told, "changes": old} if old else told

    def _signed(self, hook: model.Hook, name: str, action: str | None, body: bytes) -> Delivery:
        guid = str(uuid.uuid4())
        headers = {"Content-Type": "application/json"}
        for brand in ("GitHub", "Gogs", "Gitea", "Forgejo"):
            headers |= {f"X-{brand}-Delivery": guid, f"X-{brand}-Event": name}
        if hook.secret:
            digest = hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
            headers |= {"X-Gitea-Signature": digest, "X-Forgejo-Signature": digest}
            headers["X-Hub-Signature-256"] = f"sha256={digest}"
        return Delivery(name, action, headers, body, hook.url, guid, at=self.world.now(), hook=hook)


@contextmanager
def forgejo(url: str = "https://forgejo.sandbox", *, clock: Callable[[], float] = time.time) -> Generator[ForgejoForge]:
    """A Forgejo in memory, reached by ``forge.client(login)``.

    Args:
        url: its web address, as its answers tell it.
        clock: gives the seconds since the epoch.
    """
    forge = ForgejoForge(url, clock, lambda: SandboxAdapter({url: lambda: forge}))
    try:
        yield forge
    finally:
        forge.close()
