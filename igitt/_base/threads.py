"""Threads that blocking code runs on while an event loop goes on."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from igitt._base.checks import is_whole
from igitt.errors import ValidationError

__all__ = ["THREADS", "Pool"]

#: How many requests are under way at once, unless :func:`igitt.aio.use_threads` says otherwise.
THREADS = 32


class Pool:
    """Threads of our own, which nothing waits for: not the end of the loop, nor of the interpreter.

    The loop's own executor is shared with whatever else uses it, and the interpreter waits for its threads.

    Args:
        size: how many threads there are at most; they are started when they are needed.
    """

    def __init__(self, size: int = THREADS) -> None:
        if not is_whole(size) or size < 1:
            raise ValidationError(f"the number of threads is a positive whole number, not {size!r}")
        self.size = size
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._condition = threading.Condition(threading.Lock())
        self._jobs: deque[Callable[[], None]] = deque()
        self._idle = self._threads = 0

    async def run(self, function: Callable[[], Any]) -> Any:
        """What a function gives, run in one of the threads within the caller's context."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        context = contextvars.copy_context()

        def settle(result: Any, error: BaseException | None) -> None:
            if not future.done():
                if error is None:
                    future.set_result(result)
                else:
                    future.set_exception(error)

        def job() -> None:
            if future.cancelled():
                return
            result: Any = None
            error: BaseException | None = None
            try:
                result = context.run(function)
            except StopIteration as stop:  # a future cannot hold one
                error = RuntimeError("a function ended an iteration that it has not begun")
                error.__cause__ = stop
            except BaseException as raised:  # noqa: BLE001 - whatever it is, it belongs to whoever awaits
                error = raised
            with suppress(RuntimeError):  # the loop has ended: nobody waits for it any more
                loop.call_soon_threadsafe(settle, result, error)

        self._submit(job)
        return await future

    def _submit(self, job: Callable[[], None]) -> None:
        if self._pid != os.getpid():  # threads do not survive a fork
            self._reset()
        with self._condition:
            self._jobs.append(job)
            if self._idle >= len(self._jobs):
                self._condition.notify()
                return
            starts = self._threads < self.size
            self._threads += starts
        if starts:
            threading.Thread(target=self._work, name="igitt-aio", daemon=True).start()

    def _work(self) -> None:
        condition = self._condition
        while True:
            with condition:
                self._idle += 1
                while not self._jobs:
                    if not condition.wait(timeout=30) and not self._jobs:
                        self._idle -= 1
                        self._threads -= 1
                        return
                self._idle -= 1
                job = self._jobs.popleft()
            job()
            del job  # a thread that waits must not keep what it did last
