"""A store in a framework's cache, beside what others keep in the same one. Which framework is a subclass's matter."""

from __future__ import annotations

import contextlib
import secrets
from abc import ABC, abstractmethod
from collections.abc import Generator
from typing import Any

from igitt.stores.base import MONTH, Value, failing, seconds

__all__ = ["StoreBeside"]


class StoreBeside(ABC):
    """Keeps texts or bytes in a framework's cache, which cannot say which of its keys are ours.

    So each value is kept with a mark, and what has another mark than the current one is not there: to clear is to
    change the mark, and touches nothing of others.

    Args:
        max_age: for how long a value is kept, in seconds from its writing; None for no end.
        prefix: put before each key.
    """

    #: What an error's message calls the cache.
    name: str

    def __init__(self, *, max_age: float | None = MONTH, prefix: str = "igitt:") -> None:
        self._age = seconds("max_age", max_age)
        self._prefix = prefix
        self._mark = ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._prefix}>"

    def get(self, key: str) -> Value | None:
        """The value under `key`; None if there is none or its time is over. Raises StoreError."""
        with self._failing():
            mark, held = self._read([f"{self._prefix}mark", self._prefix + key])
        if mark is not None:
            self._mark = str(mark)
        elif self._mark:
            # The framework has dropped it, as it may drop anything.
            self._note(self._mark)
        if isinstance(held, bytes):
            marked = self._mark.encode() + b"\n"
            return held[len(marked) :] if held.startswith(marked) else None
        text = f"{self._mark}\n"
        return held[len(text) :] if isinstance(held, str) and held.startswith(text) else None

    def set(self, key: str, value: Value) -> None:
        """Keep `value` under `key`. Raises StoreError."""
        with self._failing():
            self._write(self._prefix + key, self._marked(value), self._age)

    def add(self, key: str, value: Value, seconds: float) -> bool:
        """Keep `value` for `seconds` if there is none, in one step as far as the framework's cache can.

        Returns:
            Whether there was none. Raises StoreError.
        """
        with self._failing():
            return self._write_new(self._prefix + key, self._marked(value), seconds)

    def delete(self, key: str) -> None:
        """Forget `key`; it need not be there. Raises StoreError."""
        with self._failing():
            self._drop(self._prefix + key)

    def clear(self) -> None:
        """Forget everything that was kept here, for every process; what others keep stays. Raises StoreError."""
        self._note(secrets.token_hex(4))

    def _note(self, mark: str) -> None:
        with self._failing():
            self._write(f"{self._prefix}mark", mark, None)
        self._mark = mark

    def _marked(self, value: Value) -> Value:
        return f"{self._mark}\n{value}" if isinstance(value, str) else self._mark.encode() + b"\n" + value

    @contextlib.contextmanager
    def _failing(self) -> Generator[None]:
        """A backend may raise anything; all of it is StoreError."""
        with failing(self.name, Exception):
            yield

    @abstractmethod
    def _read(self, keys: list[str]) -> list[Any]:
        """The values under several keys, None where there is none."""

    @abstractmethod
    def _write(self, key: str, value: Value, seconds: float | None) -> object:
        """Keep a value; without `seconds`, for ever."""

    @abstractmethod
    def _write_new(self, key: str, value: Value, seconds: float) -> bool:
        """Keep a value if there is none; return whether that was so."""

    @abstractmethod
    def _drop(self, key: str) -> object:
        """Forget a key."""
