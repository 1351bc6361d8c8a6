"""Faults on demand: what goes wrong with the next matching request. Knows requests and responses, no forge."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from igitt.testing.sandbox.wire import Request, Response


@dataclass(slots=True)
class Fault:
    """One rule; see ``Forge.fail`` for what the fields mean."""

    status: int | None
    method: str | None
    pattern: re.Pattern[str] | None
    left: int
    after_effect: bool
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    delay: float = 0.0
    truncate: bool = False

    def spoil(self, response: Response) -> Response:
        """Changes a good response into what the rule says."""
        if self.status is not None:
            response.status = self.status
            response.body = self.body
            for name in ("ETag", "Last-Modified", "Link", "Location"):
                response.headers.pop(name, None)
            response.headers["Content-Type"] = (
                "text/html" if not self.body.startswith((b"{", b"[")) else "application/json"
            )
        response.headers.update(self.headers)
        response.delay = self.delay
        response.abort = "reset" if self.reset else "truncate" if self.truncate else None
        return response


class Faults:
    """The rules that wait, oldest first."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def take(self, request: Request, path: str) -> Fault | None:
        """The first rule that matches, counted down."""
        for rule in self.rules:
            if rule.method and rule.method.upper() != request.method:
                continue
            if rule.pattern and not rule.pattern.search(path):
                continue
            rule.left -= 1
            if rule.left <= 0:
                self.rules.remove(rule)
            return rule
        return None
