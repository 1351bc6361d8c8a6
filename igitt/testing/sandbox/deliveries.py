"""Webhook deliveries: what was sent, to whom, and the thread that really posts to loopback addresses.

Signing and payloads belong to the forges; this module only carries finished bytes.
"""

from __future__ import annotations

import json
import queue
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import requests

if TYPE_CHECKING:
    from datetime import datetime

    from igitt.testing.sandbox.credentials import App
    from igitt.testing.sandbox.model import Hook


@dataclass(slots=True)
class Delivery:
    """One POST to a webhook: ``body`` is the raw bytes that the signature in ``headers`` covers.

    ``action`` is None for events without one. ``status`` is what the receiver answered, 0 while nothing was sent.
    """

    event: str
    action: str | None
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str
    guid: str
    id: int = 0
    at: datetime | None = None
    redelivery: bool = False
    status: int = 0
    answer: str = ""
    hook: Hook | App | None = field(default=None, repr=False)
    installation: int | None = None
    repository: int | None = None

    @property
    def payload(self) -> Any:
        """The body as data, also of a form-encoded delivery."""
        if self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            return json.loads(parse_qs(self.body.decode())["payload"][0])
        return json.loads(self.body)


def is_loopback(url: str) -> bool:
    """Whether a delivery may really be posted there."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}


class Postman:
    """Posts deliveries in order, in one background thread that starts with the first of them."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Delivery | None] = queue.Queue()
        self._thread: threading.Thread | None = None

    def send(self, delivery: Delivery) -> None:
        """Queues a delivery for its URL."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sandbox deliveries", daemon=True)
            self._thread.start()
        self._queue.put(delivery)

    def wait(self) -> None:
        """Returns once everything queued has been posted."""
        self._queue.join()

    def close(self) -> None:
        """Ends the thread after what is queued."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout=10)
            self._thread = None

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (delivery := self._queue.get()) is not None:
                try:
                    answer = session.post(
                        delivery.url, delivery.body, headers=delivery.headers, timeout=10, allow_redirects=False
                    )
                    delivery.status, delivery.answer = answer.status_code, answer.text
                except requests.RequestException as problem:
                    delivery.status, delivery.answer = 502, type(problem).__name__
                finally:
                    self._queue.task_done()
            self._queue.task_done()
