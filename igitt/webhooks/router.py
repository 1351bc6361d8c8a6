"""A bot as a set of functions, and the way of a delivery to them.

A delivery is verified and parsed before it is answered, and handled after that, in a few threads. What HTTP looks like
in a framework is the business of :mod:`igitt.webhooks.http_apps`.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from igitt.errors import InvalidPayloadError, InvalidSignatureError, UnknownEventError, ValidationError
from igitt.interfaces.convert import as_level
from igitt.interfaces.enums import AccessLevel
from igitt.interfaces.event import Event
from igitt.interfaces.queued import hoster_of
from igitt.webhooks.clients import Secrets, Source, Sources, forge_of
from igitt.webhooks.deduplicate import Seen, Store
from igitt.webhooks.handlers import UNFILLED, Handler, What, call, patterns
from igitt.webhooks.headers import Headers, normalized
from igitt.webhooks.http_apps import asgi, checked_max, wsgi
from igitt.webhooks.identity import Identity, identity_of
from igitt.webhooks.names import check_names
from igitt.webhooks.signatures import MAX_BODY, TOLERANCE, Key, checked_body, secrets_in

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from wsgiref.types import WSGIApplication

    from igitt.webhooks.http_apps import AsgiApplication

__all__ = ["Outcome", "Result", "Router"]

_log = logging.getLogger("igitt.webhooks")
F = TypeVar("F", bound=Callable[..., Any])
#: The events that have handlers, each with its handlers.
Wanted = list[tuple[Event, tuple[Handler, ...]]]


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one handler for one event.

    Attributes:
        event: the event.
        handler: the function.
        value: what it returned.
        error: why it failed; None if it did not.
    """

    event: Event = field(repr=False)
    handler: Callable[..., Any]
    value: Any = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery.

    Attributes:
        status: the HTTP status to answer with: 202 taken, 200 nothing to do (or all done, without ``background``), 400
            not a delivery of a forge, 403 not signed with the secret, 413 too large, 500 the bot is set up wrongly or
            the queue refused it, 503 too much to do.
        message: the same for people.
        events: the events in the delivery.
        results: what the handlers did; empty while they still have to run.
    """

    status: int
    message: str
    events: tuple[Event, ...] = ()
    results: tuple[Result, ...] = field(default=(), repr=False)

    @property
    def is_ok(self) -> bool:
        """Whether the status reports success to the forge."""
        return self.status < 400


class Router:
    """A bot: functions that run when something happens. Safe to use from many threads.

    Both forges may deliver to the same address; they are recognized by their headers. A handler that fails stops no
    other one. A delivery that comes again is skipped if all of it went well before; one of which anything failed is
    handled again, by all its handlers. What bots do, and what this bot itself does, reaches only handlers that ask
    for it, so that a bot does not answer itself forever.

    Args:
        sources: the clients: for each forge a client or a :class:`~igitt.auth.GitHubApp` (whose deliveries get the
            client of their installation); or a function of headers and body that returns one.
        secret: the hooks' secret, or several; a mapping of them by ``"github"`` and ``"gitlab"``, so that the one that
            GitLab sends in clear signs nothing of GitHub's; or a function of (normalized) headers and raw body that
            returns them, for hooks with a secret each. Nothing is trusted yet when it is called.
        myself: the login names of the bot. If not given, the forge is asked once, when the first handler would run.
        seen: getter and setter of a store for the deliveries that were handled, in the cache's hook form; this
            process's memory if not given. What is noted there carries a MAC by the hook's secret; what fails it is
            treated as missing.
        dispatch: called with each event that a handler wants, in place of the handlers: puts it into a queue, whose
            worker calls :meth:`run` (of a text: ``bot.run(bot.load(text))``).
        on_error: called with event, function and exception when a handler (or ``dispatch``) fails; by default it is
            logged, without the payload.
        background: whether handlers run after the answer, because forges wait for ten seconds only.
        workers: in how many threads.
        backlog: how many deliveries may be in hand; further ones are answered with 503.
        allow_sha1: whether GitHub's old ``X-Hub-Signature`` is enough where there is no other; it is insecure.
        tolerance: how many seconds a signature with a time in it may be old, or ahead of now.

    Raises:
        ValidationError: when an argument is not valid.

    Example:
        >>> import igitt
        >>> from igitt.interfaces import Issue, IssueActions
        >>> secrets = {"github": "s3cret", "gitlab": "an0ther"}
        >>> bot = Router(igitt.GitHub("ghp_x"), igitt.GitLab("glpat-x"), secret=secrets)
        >>> @bot.on(IssueActions.OPENED, IssueActions.REOPENED)
        ... def thank(issue: Issue) -> None:
        ...     issue.add_comment(f"Thank you, @{issue.author}!")
        >>> application = bot.wsgi_app()
    """

    def __init__(
        self,
        *sources: Source,
        secret: Secrets | Mapping[str, Secrets],
        myself: Iterable[str] | None = None,
        seen: Store | None = None,
        dispatch: Callable[[Event], object] | None = None,
        on_error: Callable[[Event, Callable[..., Any], Exception], object] | None = None,
        background: bool = True,
        workers: int = 4,
        backlog: int = 1000,
        allow_sha1: bool = False,
        tolerance: float = TOLERANCE,
    ) -> None:
        if workers < 1 or backlog < 1:
            raise ValidationError(f"workers and backlog are numbers from 1, not {workers!r} and {backlog!r}")
        self._sources = Sources(sources, secret, myself)
        self._verifying: dict[str, Any] = {}  # what is not as usual
        if allow_sha1 or tolerance != TOLERANCE:
            self._verifying = {"allow_sha1": allow_sha1, "tolerance": tolerance}
        self._seen = Seen(seen)
        self._dispatch = dispatch
        self._on_error = on_error or _log_error
        self._background = background
        self._workers = workers
        self._room = threading.BoundedSemaphore(backlog)
        self._own_is_told = False
        self._handlers: list[Handler] = []
        # By action and name, the handlers that want such events; nothing else of an event decides on that.
        self._known: dict[tuple[int, str], tuple[Handler, ...]] = {}
        # By process: threads do not live on in a fork.
        self._pools: dict[int, ThreadPoolExecutor] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._handlers)} handlers>"

    def on(
        self,
        *what: What,
        repository: str | Iterable[str] | None = None,
        label: str | Iterable[str] | None = None,
        bots: bool = False,
        myself: bool = False,
        sender: AccessLevel | None = None,
    ) -> Callable[[F], F]:
        """Have a function run when something happens; it may be decorated several times.

        Each parameter gets what its annotation names (``comment: Comment``); without one, what its own name says
        (``event``, ``issue``, ``mr``, ``comment``, ``label``, ``commits``, ``sender``, ``repository``, …); and under
        any other name the next of the event's objects. The function runs only for events that have all of it; a
        parameter with a default gets that, and one that may be None gets None, where an event has nothing for it. It
        may be ``async``.

        Args:
            what: actions (``IssueActions.OPENED``), classes of them (``IssueActions``), or forges' names of events
                (``"issues"``); everything if there are none.
            repository: full names of repositories, in any case; ``*`` stands for anything (``"acme/*"``).
            label: labels. Of an event that a label came or went, that one; otherwise one that the issue or merge
                request has.
            bots: whether also when a bot did it.
            myself: whether also when this bot did it.
            sender: the access that the sender needs in the event's repository, such as
                ``AccessLevel.CAN_WRITE``: for commands, which anybody can write. The forge is asked each time; a sender
                who may do less, or is not known, is ignored.

        Raises:
            ValidationError: when an argument is not valid, when no event has such a name, or when no event that the
                function is registered for has what it takes.
        """
        repositories = patterns(repository, "repository")
        labels = frozenset(patterns(label, "label"))
        level = None if sender is None else as_level(sender)

        def register(function: F) -> F:
            self._handlers.append(Handler(function, what, repositories, labels, bots, myself, level))
            self._known = {}
            return function

        if len(what) == 1 and callable(what[0]) and not isinstance(what[0], type):
            raise ValidationError("on is called: @bot.on(), also where it wants everything")
        check_names(what, self._sources.clients)
        return register

    def run(self, event: Event) -> tuple[Result, ...]:
        """Run the handlers that want an event, here and now: for events from a queue.

        Where one fails, the others still run, and ``on_error`` is called; then its exception is raised, so that
        the job fails and the queue can try it again.

        Args:
            event: the event.

        Returns:
            What each did.

        Raises:
            Exception: what the first handler that failed raised; what further ones did is in its notes.
        """
        results = self._run([(event, self._wanting(event))], None)
        errors = [result.error for result in results if result.error is not None]
        for other in errors[1:]:
            errors[0].add_note(f"another handler of the same event failed, too: {type(other).__name__}")
        if errors:
            raise errors[0]
        return results

    def load(self, text: str | bytes) -> Event:
        """The event that a queue brought as a text, with the router's client of its forge; sends nothing.

        Args:
            text: what :meth:`~igitt.webhooks.Event.to_json` returned.

        Raises:
            InvalidPayloadError: when it is not the text of an event.
            ValidationError: when it is of a forge or instance that the router has no client of.
        """
        return Event.from_json(text, self._sources.client_of(hoster_of(text)))

    def deliver(self, headers: Headers, body: bytes, *, redelivery: bool = False) -> Outcome:
        """Verify a delivery, and have it handled; nothing is raised for a bad one.

        Args:
            headers: the headers, from any framework.
            body: the body, as it came.
            redelivery: handle it although it was handled before, or is a copy of one that was: for an operator who
                means it, never because a request asks for it. It is verified all the same.
        """
        return self._deliver(headers, body, None, redelivery=redelivery)

    def wsgi_app(self, path: str | None = None, *, max_body: int = MAX_BODY) -> WSGIApplication:
        """The bot as a WSGI application, to serve or to mount (Flask, Django, gunicorn, …).

        What has no signature, or not the right ``X-Gitlab-Token``, is refused before its body is read.

        Args:
            path: the only path that it answers at; it answers everywhere if not given.
            max_body: how many bytes a delivery may have; forges send 25 MB at most, and nearly always less than 1 MB.
        """
        return wsgi(self._deliver, self._admit, path, checked_max(max_body))

    def asgi_app(self, path: str | None = None, *, max_body: int = MAX_BODY) -> AsgiApplication:
        """The bot as an ASGI application, to serve or to mount (FastAPI, Starlette, uvicorn, …).

        ``async`` handlers run in the server's loop, others in threads. What has no signature, or not the right
        ``X-Gitlab-Token``, is refused before its body is read.

        Args:
            path: the only path that it answers at; it answers everywhere if not given.
            max_body: how many bytes a delivery may have; forges send 25 MB at most, and nearly always less than 1 MB.
        """
        return asgi(self._deliver, self._admit, self.close, path, checked_max(max_body))

    def close(self) -> None:
        """Wait until everything accepted is handled. The bot can be used again afterwards."""
        pool = self._pools.pop(os.getpid(), None)
        if pool is not None:
            pool.shutdown()

    # --- the way of a delivery ---------------------------------------------------------------------------------------

    def _admit(self, headers: Headers) -> Outcome | None:
        """Why a delivery is refused of which only the headers are known; None if its body is worth reading."""
        try:
            self._sources.admit(normalized(headers))
        except InvalidSignatureError as error:
            return Outcome(403, str(error))
        except InvalidPayloadError as error:
            return Outcome(400, str(error))
        return None

    def _deliver(  # noqa: PLR0911 - each refusal has its own status
        self, headers: Headers, body: bytes, loop: AbstractEventLoop | None, *, redelivery: bool = False
    ) -> Outcome:
        try:
            plain, raw = normalized(headers), checked_body(body)
            client, secret = self._sources.find(plain, raw)
            secrets = secrets_in(secret)
            known: Any = secret if isinstance(secret, Key) else secrets  # which may be read once only
            events = client.parse_webhook(plain, raw, known, **self._verifying)
        except UnknownEventError:
            return Outcome(200, "ignored: no event that this bot knows")
        except InvalidSignatureError as error:
            return Outcome(403, str(error))
        except InvalidPayloadError as error:
            return Outcome(413 if isinstance(body, bytes | bytearray) and len(body) > MAX_BODY else 400, str(error))
        except Exception as error:  # noqa: BLE001 - a function that returns clients is the user's code
            _log.error("a delivery could not be read", exc_info=error)
            return Outcome(500, "the bot is not set up correctly; its log says more")
        wanted = [(event, handlers) for event in events if (handlers := self._wanting(event))]
        if not wanted:
            return Outcome(200, "ignored: nothing to do", events)
        try:
            identity = identity_of(forge_of(client), events[0].delivery, plain, raw, secrets)
        except InvalidPayloadError as error:
            return Outcome(400, str(error), events)
        now = None if redelivery else self._sources.now(client)
        return self._once(events, wanted, identity, loop, now)

    def _once(
        self, events: tuple[Event, ...], wanted: Wanted, identity: Identity, loop: AbstractEventLoop | None,
        now: float | None,
    ) -> Outcome:  # fmt: skip
        """Have a delivery handled if it was not before; without a time, also if it was."""
        if now is not None and not self._seen.admits(identity, now):
            return Outcome(403, "refused: a copy of a delivery that came before, under another id", events)
        if not self._seen.take(identity, again=now is None):
            return Outcome(200, "ignored: seen before", events)
        try:
            return self._hand_on(events, wanted, identity, loop)
        except BaseException:
            self._let_go(identity)
            raise

    def _wanting(self, event: Event) -> tuple[Handler, ...]:
        """The handlers that want an event, as far as its kind and its repository show."""
        # Members live forever, and their ids are known sooner than their hashes.
        known, kind = self._known, (id(event._action), event._delivery.name)
        found = known.get(kind)
        if found is None:
            found = known[kind] = tuple(handler for handler in self._handlers if handler.is_for(event))
        return tuple([one for one in found if one.is_at(event) and one.fits(event)]) if found else found

    def _hand_on(
        self, events: tuple[Event, ...], wanted: Wanted, identity: Identity | None, loop: AbstractEventLoop | None
    ) -> Outcome:
        """Pass the events to the queue, to the threads, or to the handlers."""
        if self._dispatch is not None:
            queue = partial(call, self._dispatch, loop=loop)
            taken = self._finish(identity, tuple([self._guarded(one, self._dispatch, queue, one) for one, _ in wanted]))
            return Outcome(202, "queued", events) if taken else Outcome(500, "the queue refused it", events)
        if not self._background:
            return Outcome(200, "done", events, self._handle(wanted, identity, loop))
        if not self._room.acquire(blocking=False):
            self._let_go(identity)
            return Outcome(503, "too much to do; send it again later", events)
        try:
            self._pool().submit(self._handle, wanted, identity, loop).add_done_callback(lambda _: self._room.release())
        except RuntimeError:  # the process is ending
            self._room.release()
            self._let_go(identity)
            return Outcome(503, "going down; send it again later", events)
        return Outcome(202, "taken", events)

    def _pool(self) -> ThreadPoolExecutor:
        pool = self._pools.get(os.getpid())
        if pool is None:
            made = ThreadPoolExecutor(self._workers, thread_name_prefix="igitt-bot")
            pool = self._pools.setdefault(os.getpid(), made)
        return pool

    def _handle(self, wanted: Wanted, identity: Identity | None, loop: AbstractEventLoop | None) -> tuple[Result, ...]:
        try:
            results = self._run(wanted, loop)
        except BaseException:  # a handler that ends its thread
            self._let_go(identity)
            raise
        self._finish(identity, results)
        return results

    def _finish(self, identity: Identity | None, results: tuple[Result, ...]) -> bool:
        """Note the delivery if all went well, and return whether it did."""
        failed = [result for result in results if result.error is not None]
        if identity is not None and not failed:
            self._seen.done(identity)
        elif identity is not None:
            self._seen.drop(identity)
        return not failed

    def _let_go(self, identity: Identity | None) -> None:
        if identity is not None:
            self._seen.drop(identity)

    def _run(self, wanted: Wanted, loop: AbstractEventLoop | None) -> tuple[Result, ...]:
        results = [
            self._guarded(event, one.function, self._ask, one, event, loop)
            for event, handlers in wanted
            for one in handlers
        ]
        return tuple([result for result in results if result.value is not UNFILLED])

    def _ask(self, handler: Handler, event: Event, loop: AbstractEventLoop | None) -> Any:
        """What a handler returns, unless a guard or a label says that it does not want the event."""
        name, is_bot = event._delivery.doer
        if name and is_bot and not handler.bots:
            _log.info("%s is not called for what a bot did (%s); on(…, bots=True) wants that, too", handler.name, name)
            return UNFILLED
        if name and not handler.myself and self._sources.is_own(event, name):
            self._tell_own(handler, name)
            return UNFILLED
        if not handler.wants_labels(event):
            return UNFILLED
        if not handler.allows(event):
            needed = handler.sender.name if handler.sender is not None else ""
            _log.info("%s is not called for %s, who has not %s in %s", handler.name, name, needed, event.repository)
            return UNFILLED
        return handler.call(event, loop)

    def _tell_own(self, handler: Handler, name: str) -> None:
        """Log why nothing happens: as a warning the first time, for those who try it with their own account."""
        level, self._own_is_told = logging.INFO if self._own_is_told else logging.WARNING, True
        _log.log(
            level,
            "%s is not called for what the bot's own account did (%s), so that it does not answer itself; try it with "
            "another account, or register it with on(…, myself=True)",
            handler.name,
            name,
        )

    def _guarded(self, event: Event, function: Callable[..., Any], ask: Callable[..., Any], *arguments: Any) -> Result:
        try:
            return Result(event, function, ask(*arguments))
        except Exception as error:  # noqa: BLE001 - a handler is the user's code: whatever it raises stops no other one
            self._report(event, function, error)
            return Result(event, function, error=error)

    def _report(self, event: Event, function: Callable[..., Any], error: Exception) -> None:
        try:
            call(self._on_error, event, function, error)
        except Exception as problem:  # noqa: BLE001 - as above
            _log.error("on_error failed itself", exc_info=problem)


def _log_error(event: Event, handler: Callable[..., Any], error: Exception) -> None:
    name = getattr(handler, "__qualname__", type(handler).__name__)
    _log.error("%s failed on %s %s (%s)", name, event.hoster, event.name, event.delivery, exc_info=error)
