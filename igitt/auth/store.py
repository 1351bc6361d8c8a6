"""Where the processes of a bot find each other's tokens: any store that keeps a text under a key.

    >>> shelf = {}
    >>> TokenStore.use(shelf.get, shelf.__setitem__, shelf.pop)
    >>> TokenStore.stop()

Only what a user sets up is here; how the processes share is in :mod:`igitt.auth.sharing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NoReturn, TypeVar

from igitt._base.guarded_store import Read, Write
from igitt.auth.renewal import Secret
from igitt.auth.sharing import Add, Hooks, Renewal, Shareable
from igitt.cache import Store
from igitt.errors import ValidationError

if TYPE_CHECKING:
    from igitt.auth.sealing import Seal

__all__ = ["SharedTokenStore", "TokenStore", "checked_store"]

S = TypeVar("S", bound=Secret)


class SharedTokenStore:
    """A store of tokens, for the processes that use the same one. Safe to use from many threads.

    A process has one for all its tokens, :data:`TokenStore`; an App can be given its own.

    Example:
        >>> shelf = {}
        >>> own = SharedTokenStore()
        >>> own.use(shelf.get, shelf.__setitem__, shelf.pop)
        >>> own
        <SharedTokenStore in use>
    """

    def __init__(self) -> None:
        self._hooks: Hooks | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'in use' if self.in_use else 'not in use'}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError(f"a {type(self).__name__} cannot be pickled: it may hold a key; set one up where it is needed")

    @property
    def in_use(self) -> bool:
        """Whether tokens are shared through it."""
        return self._hooks is not None

    def use(
        self,
        read_from: Read,
        write_to: Write,
        delete: Callable[[str], object] | None = None,
        *,
        add: Add | None = None,
        key: str | bytes | Iterable[str | bytes] | None = None,
    ) -> None:
        """Share tokens through a store of your own.

        Args:
            read_from: called with a key; returns the text under it (``bytes`` are fine), None or a KeyError if there is
                none.
            write_to: called with a key of at most 200 characters out of ``[a-z0-9:]`` and a text.
            delete: called with a key; without it, an empty text is written in its place.
            add: called with a key, a text and a number of seconds after which to forget it; keeps the text if there is
                none, in one step, and returns whether it did. So it is settled which process makes a token. Without it,
                each writes a claim and reads it back a tenth of a second later. If one takes longer than that between
                looking for a claim and writing its own, two processes make a token; nothing else comes of it.
            key: what to encrypt with, as ``Fernet.generate_key()`` makes it; several to change it without a pause: the
                first encrypts, each decrypts. If not given, it is derived from the App's private key.

        Raises:
            ValidationError: when a function cannot be called, or a key is not valid.
        """
        needed, others = {"read_from": read_from, "write_to": write_to}, {"delete": delete, "add": add}
        for name, function in (needed | {name: one for name, one in others.items() if one is not None}).items():
            if not callable(function):
                raise ValidationError(f"use({name}=…) takes a function, such as a dict's get, not {function!r}")
        self._hooks = Hooks(read_from, write_to, delete, add, _seals_of(key))

    def use_store(self, store: Store, *, key: str | bytes | Iterable[str | bytes] | None = None) -> None:
        """Share tokens through a store object, such as one of :mod:`igitt.stores`.

        Args:
            store: has the methods ``get``, ``set`` and ``delete``, and ``add`` if it can.
            key: see :meth:`use`.

        Raises:
            ValidationError: as :meth:`use`.

        Example:
            >>> from igitt.stores import MemoryStore
            >>> TokenStore.use_store(MemoryStore())  # one that other processes see is of more use
            >>> TokenStore.stop()
        """
        missing = [name for name in ("get", "set", "delete") if not hasattr(store, name)]
        if missing:
            raise ValidationError(f"a store has the methods get, set and delete; {store!r} has no {missing[0]}")
        self.use(store.get, store.set, store.delete, add=getattr(store, "add", None), key=key)

    def stop(self) -> None:
        """Stop sharing tokens. What is in the store stays there, and expires."""
        self._hooks = None

    def renew(self, what: Shareable[S], old: S | None) -> S:
        """A token in the place of `old`: another process's, or a new one.

        Args:
            what: the token.
            old: the one at hand, which is about to expire or was refused. It is returned if it is still valid while
                another process is making a new one.

        Raises:
            IGittError: what making one raises.
        """
        hooks = self._hooks
        return what.make() if hooks is None else Renewal(hooks, what, old).run()

    def forget(self, what: Shareable[S], old: S) -> None:
        """Remove `old`, so that no process takes it up again; what has replaced it since then stays."""
        hooks = self._hooks
        if hooks is not None:
            Renewal(hooks, what, old).forget()


def _seals_of(key: object) -> tuple[Seal, ...]:
    """The seals of the keys given, if any."""
    if key is None:
        return ()
    from igitt.auth.sealing import Seal  # noqa: PLC0415 - loads `cryptography`, which only sharing tokens needs

    keys = tuple(key) if isinstance(key, Iterable) and not isinstance(key, str | bytes) else (key,)
    if not keys:
        raise ValidationError("key of a token store is a key or several, not an empty list; None for the App's own")
    return tuple(Seal.of_key(one) for one in keys)


def checked_store(store: object) -> SharedTokenStore | None:
    """Return what was given as a `token_store`, or say what is wrong with it."""
    if store is not None and not isinstance(store, SharedTokenStore):
        raise ValidationError(
            f"token_store is a SharedTokenStore, not {type(store).__name__}; make one and call its use(), as in "
            "use(redis.get, redis.set)"
        )
    return store


#: The process's store of tokens; not in use until :meth:`~SharedTokenStore.use`.
TokenStore = SharedTokenStore()
