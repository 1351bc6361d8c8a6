"""Webhooks: deliveries that are verified, turned into neutral events, and routed to a bot's functions.

``client.parse_webhook(headers, body, secret)`` gives the events; a :class:`Router` calls functions with them. What an
event of a forge means is written in :mod:`igitt.github.webhooks` and :mod:`igitt.gitlab.webhooks`; this package knows
neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from igitt.webhooks.events import Event
from igitt.webhooks.signatures import verify
from igitt.webhooks.told import Told

if TYPE_CHECKING:
    from igitt.webhooks.router import Outcome, Result, Router

__all__ = ["Event", "Outcome", "Result", "Router", "Told", "verify"]


def __getattr__(name: str) -> Any:
    # Every client imports this package, and few have a router, which needs threads and loops.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.router"), name)
    globals()[name] = found
    return found
