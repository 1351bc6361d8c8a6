"""Webhooks: deliveries that are verified, turned into neutral events, and routed to a bot's functions.

``client.parse_webhook(headers, body, secret)`` returns the events; a :class:`Router` calls functions with them. What an
event of a forge means is written in :mod:`igitt.github.webhooks` and :mod:`igitt.gitlab.webhooks`; this package knows
neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt._base.lazy import lazy_names
from igitt.interfaces.event import Event
from igitt.webhooks.signatures import verify
from igitt.webhooks.told import Told

if TYPE_CHECKING:
    from igitt.webhooks.router import Outcome, Result, Router

__all__ = ["Event", "Outcome", "Result", "Router", "Told", "verify"]

# Every client imports this package, and few have a router, which needs threads and loops.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Outcome": "igitt.webhooks.router",
        "Result": "igitt.webhooks.router",
        "Router": "igitt.webhooks.router",
    },
)
