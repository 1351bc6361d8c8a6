"""The sandbox itself: two forges, one clock, and a loopback port for each.

HTTP is spoken here and nowhere else; what is answered comes from ``Forge.handle``.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Self

from igitt.testing.sandbox.adapter import SandboxAdapter

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from igitt.testing.sandbox.github import GitHubForge
    from igitt.testing.sandbox.gitlab import GitLabForge


class SandboxClock:
    """A clock for clients in tests: its time is the sandbox's, and waiting moves that time on in place of waiting."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def time(self) -> float:
        """Seconds since the epoch, UTC."""
        return self._sandbox.now()

    def sleep(self, seconds: float) -> None:
        """Moves the sandbox's time on and returns at once."""
        self._sandbox.advance(seconds)


class Sandbox:
    """A GitHub and a GitLab in this process, for tests of bots and for playing by hand.

    Parameters: ``socket=False`` opens no ports (reach it through :meth:`adapter` or ``forge.client``), ``clock`` gives
    the time in seconds since the epoch, ``ports`` fixes the two ports (0 for free ones). Raises ImportError with
    the name of the extra when ports are wanted and Werkzeug is missing.

    >>> from igitt.testing import Sandbox
    >>> with Sandbox(socket=False) as sandbox:
    ...     repository = sandbox.github.add_repository("acme/widgets")
    ...     issue = sandbox.github.add_issue("acme/widgets", "It broke", labels=["bug"])
    ...     issue.number
    1
    """

    def __init__(
        self, *, socket: bool = True, clock: Callable[[], float] = time.time, ports: tuple[int, int] = (0, 0)
    ) -> None:
        self._clock = clock
        self._offset = 0.0
        self._lock = threading.RLock()
        self._github: GitHubForge | None = None
        self._gitlab: GitLabForge | None = None
        self._servers: list[Any] = []
        self._urls = ["https://github.sandbox", "https://gitlab.sandbox"]
        if socket:
            self._open(ports)

    def _open(self, ports: tuple[int, int]) -> None:
        from igitt.testing.sandbox.listen import listen  # noqa: PLC0415  needs Werkzeug, which a sandbox without ports does not

        self._servers = [listen(ports[0], lambda: self.github), listen(ports[1], lambda: self.gitlab)]
        self._urls = [f"http://127.0.0.1:{server.server_port}" for server in self._servers]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), name="sandbox", daemon=True).start()

    @property
    def github(self) -> GitHubForge:
        """The GitHub of this sandbox."""
        with self._lock:
            if self._github is None:
                from igitt.testing.sandbox.github import GitHubForge  # noqa: PLC0415  each half loads when it is used

                self._github = GitHubForge(self._urls[0], self.now, self.adapter)
                self._github.clock = self.clock
            return self._github

    @property
    def gitlab(self) -> GitLabForge:
        """The GitLab of this sandbox."""
        with self._lock:
            if self._gitlab is None:
                from igitt.testing.sandbox.gitlab import GitLabForge  # noqa: PLC0415  each half loads when it is used

                self._gitlab = GitLabForge(self._urls[1], self.now, self.adapter)
                self._gitlab.clock = self.clock
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
            server.shutdown()
            server.server_close()
        self._servers = []
        for forge in (self._github, self._gitlab):
            if forge is not None:
                forge.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
