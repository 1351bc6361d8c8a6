"""The sandbox itself: two forges, one clock, and a loopback port for each.

HTTP is spoken here and nowhere else; what is answered comes from ``Forge.handle``.
"""

from __future__ import annotations

import contextlib
import socket as socket_module
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from igitt.testing.sandbox.adapter import SandboxAdapter

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from igitt.testing.sandbox.certificates import Authority
    from igitt.testing.sandbox.github import GitHubForge
    from igitt.testing.sandbox.gitlab import GitLabForge


class SandboxClock:
    """A clock for clients in tests: its time is the sandbox's, and waiting moves that time on in place of waiting."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def time(self) -> float:
        """Seconds since the epoch, UTC."""
        return self._sandbox.now()

    def now(self) -> datetime:
        """The sandbox's time as a datetime in UTC, for a bot that asks what is old."""
        return datetime.fromtimestamp(self._sandbox.now(), UTC)

    def sleep(self, seconds: float) -> None:
        """Moves the sandbox's time on and returns at once."""
        self._sandbox.advance(seconds)


def _stop(server: Any) -> None:
    """Closes a port at once: its loop looks whether to end when somebody connects, or else after half a second."""
    ending = threading.Thread(target=server.shutdown, daemon=True)
    ending.start()
    while ending.is_alive():
        with contextlib.suppress(OSError):
            socket_module.create_connection(server.server_address[:2], timeout=1).close()
        ending.join(0.01)
    server.server_close()


class UnservedError(AssertionError):
    """A strict sandbox was asked for what it does not play."""


class Sandbox:
    """A GitHub and a GitLab in this process, for tests of bots and for playing by hand.

    Parameters: ``socket=False`` opens no ports (reach it through :meth:`adapter` or ``forge.client``), ``clock`` gives
    the time in seconds since the epoch, ``ports`` fixes the two ports (0 for free ones). With ``strict=True`` the
    ``with`` block ends with :class:`UnservedError` when something was asked for that the forge has and the sandbox
    does not play. ``tls=True`` speaks https with a certificate of a throw-away authority, whose own certificate is the
    file ``ca_file``. ``urls`` are the web addresses of the two forges as their answers tell them, for a sandbox behind
    a proxy or a name of your own. ``log_limit`` bounds what is remembered of requests and deliveries.
    Raises ImportError with the name of the extra when ports are wanted and Werkzeug is missing.

    >>> from igitt.testing import Sandbox
    >>> with Sandbox(socket=False) as sandbox:
    ...     repository = sandbox.github.add_repository("acme/widgets")
    ...     issue = sandbox.github.add_issue("acme/widgets", "It broke", labels=["bug"])
    ...     issue.number
    1
    """

    def __init__(
        self,
        *,
        socket: bool = True,
        clock: Callable[[], float] = time.time,
        ports: tuple[int, int] = (0, 0),
        strict: bool = False,
        tls: bool = False,
        urls: tuple[str, str] | None = None,
        log_limit: int | None = None,
    ) -> None:
        self.strict = strict
        self._log_limit = log_limit
        self._authority: Authority | None = None
        self._clock = clock
        self._offset = 0.0
        self._lock = threading.RLock()
        self._github: GitHubForge | None = None
        self._gitlab: GitLabForge | None = None
        self._servers: list[Any] = []
        self._urls = ["https://github.sandbox", "https://gitlab.sandbox"]
        if socket:
            self._open(ports, tls=tls)
        if urls is not None:
            self._urls = [url.rstrip("/") for url in urls]

    def _open(self, ports: tuple[int, int], *, tls: bool) -> None:
        from igitt.testing.sandbox.listen import listen  # noqa: PLC0415  needs Werkzeug, which a sandbox without ports does not

        context, scheme = None, "http"
        if tls:
            from igitt.testing.sandbox.certificates import Authority  # noqa: PLC0415  most sandboxes need no certificate

            self._authority = Authority()
            context, scheme = self._authority.context(), "https"
        self._servers = [
            listen(ports[0], lambda: self.github, context),
            listen(ports[1], lambda: self.gitlab, context),
        ]
        self._urls = [f"{scheme}://127.0.0.1:{server.server_port}" for server in self._servers]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, name="sandbox", daemon=True).start()

    @property
    def ca_file(self) -> str | None:
        """The file with the certificate that clients of a sandbox with ``tls=True`` have to trust; None without."""
        return None if self._authority is None else self._authority.ca_file

    @property
    def github(self) -> GitHubForge:
        """The GitHub of this sandbox."""
        with self._lock:
            if self._github is None:
                from igitt.testing.sandbox.github import GitHubForge  # noqa: PLC0415  each half loads when it is used

                self._github = GitHubForge(self._urls[0], self.now, self.adapter)
                self._github.clock = self.clock
                self._github.log_limit = self._log_limit
            return self._github

    @property
    def gitlab(self) -> GitLabForge:
        """The GitLab of this sandbox."""
        with self._lock:
            if self._gitlab is None:
                from igitt.testing.sandbox.gitlab import GitLabForge  # noqa: PLC0415  each half loads when it is used

                self._gitlab = GitLabForge(self._urls[1], self.now, self.adapter)
                self._gitlab.clock = self.clock
                self._gitlab.log_limit = self._log_limit
            return self._gitlab

    @property
    def clock(self) -> SandboxClock:
        """The sandbox's time as igitt's clients take it; ``forge.client`` passes it on."""
        return SandboxClock(self)

    def now(self) -> float:
        """The sandbox's time in seconds since the epoch."""
        return self._clock() + self._offset

    def advance(self, seconds: float) -> None:
        """Moves the sandbox's time on: tokens run out, rate limits reset."""
        self._offset += seconds

    def adapter(self) -> SandboxAdapter:
        """A ``requests`` adapter for both forges: ``session.mount(sandbox.github.url, sandbox.adapter())``."""
        return SandboxAdapter({self._urls[0]: lambda: self.github, self._urls[1]: lambda: self.gitlab})

    def close(self) -> None:
        """Closes the ports and ends the threads."""
        for server in self._servers:
            _stop(server)
        self._servers = []
        if self._authority is not None:
            self._authority.close()
        for forge in (self._github, self._gitlab):
            if forge is not None:
                forge.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if self.strict and error is None:
            self.check()

    def check(self) -> None:
        """Raise UnservedError when something was asked for that the sandbox does not play."""
        forges = [forge for forge in (self._github, self._gitlab) if forge is not None]
        unserved = [f"{forge.hoster}: {what}" for forge in forges for what in forge.unserved]
        if unserved:
            raise UnservedError(f"the sandbox does not play {', '.join(unserved)}; add it by forge.route()")
