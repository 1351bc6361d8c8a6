"""Ready stores for the cache. Each is a pair of ``get`` and ``set`` over something that keeps texts under short keys.

A store knows nothing of HTTP: what is kept, and when it may be used, is decided in :mod:`igitt.cache`.
"""

from igitt.stores.memory import MemoryStore

__all__ = ["MemoryStore"]
