"""Webhooks: deliveries that are verified, and turned into neutral events.

``client.parse_webhook(headers, body, secret)`` gives them. What an event of a forge means is written in
:mod:`igitt.github.webhooks` and :mod:`igitt.gitlab.webhooks`; this package knows neither.
"""

from igitt.webhooks.events import Event
from igitt.webhooks.signatures import verify

__all__ = ["Event", "verify"]
