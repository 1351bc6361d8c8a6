"""Operations of several steps: waiting for a forge between them, and saying what was done before one failed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from igitt.errors import IGittError

if TYPE_CHECKING:
    from igitt._http.transport import Transport

__all__ = ["Patience", "following"]


class Patience:
    """Waiting for what a forge does on its own, within the client's ``max_wait``, in pauses that grow.

    Args:
        transport: whose clock and ``max_wait``, in seconds, count.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._pause = 0.5
        self.waited = 0.0

    def wait(self) -> bool:
        """Wait for a while, and give True; False, at once, when that would exceed ``max_wait``."""
        if self.waited + self._pause > self._transport.max_wait:
            return False
        self._transport.clock.sleep(self._pause)
        self.waited, self._pause = self.waited + self._pause, min(self._pause * 2, 8.0)
        return True


@contextmanager
def following(made: object, sentence: str) -> Generator[None]:
    """A later step: when it fails, the error says what the steps before it made (``error.partial``).

    Args:
        made: what they made; None when this is the first step after all.
        sentence: says so.
    """
    try:
        yield
    except IGittError as error:
        if made is not None:
            error.partial = made
            error.message = f"{error.message}; {sentence}"
            error.args = (error.message, *error.args[1:])
        raise
