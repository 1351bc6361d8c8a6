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
    body: bytes | None
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    delay: float = 0.0
    truncate: bool = False
    drip: float = 0.0
    page_size: int | None = None
    cut: int | None = None

    @property
    def before(self) -> bool:
        """Whether the request never reaches the forge."""
        return not self.after_effect and (self.refuses or self.reset)

    @property
    def refuses(self) -> bool:
        """Whether it answers something else than the forge; a status of success alone lets the answer be."""
        return self.status is not None and (self.body is not None or self.status >= 300)

    def prepare(self, request: Request) -> None:
        """Changes how the forge answers the request."""
        request.largest, request.cut_at = self.page_size, self.cut

    def spoil(self, response: Response) -> Response:
        """Changes a good response into what the rule says."""
        if self.refuses:
            body = PAGE if self.body is None else self.body
            response.status, response.body = self.status or response.status, body
            for name in ("ETag", "Last-Modified", "Link", "Location"):
                response.headers.pop(name, None)
            is_json = body.startswith((b"{", b"["))
            response.headers["Content-Type"] = "application/json" if is_json else "text/html"
        response.headers.update(self.headers)
        response.delay, response.drip = self.delay, self.drip
        response.abort = "reset" if self.reset else "truncate" if self.truncate else None
        return response


#: What a proxy in front of a forge says where nothing else is told.
PAGE = b"<html><body><h1>Sandbox fault</h1></body></html>"


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
