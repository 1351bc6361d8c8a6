"""What the cache learns from a delivery: the objects in it, as if they had just been read.

GitHub's payloads have the REST API's shape, though not for everything; only what a read would have answered the same
is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from igitt.errors import IGittError
from igitt.github.webhooks.reading import GitHubDelivery
from igitt.webhooks.delivery import moment
from igitt.webhooks.memory import forget, plant

__all__ = ["remember"]

#: Which of the payload's objects are as whole as the API's answer, by kind.
_WHOLE: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "issue": lambda data: "body" in data and "user" in data,
    # Whether an open one can be merged changes without its date: only a closed one stays as it was told.
    "merge request": lambda data: "head" in data and "mergeable" in data and data.get("state") == "closed",
    "comment": lambda data: "body" in data and "user" in data,
    "milestone": lambda data: "open_issues" in data,
    "repository": lambda data: "network_count" in data,
}
#: What is no longer there after an event's ``deleted`` or ``transferred``.
_LOST = {
    "issues": "issue",
    "issue_comment": "comment",
    "pull_request_review_comment": "comment",
    "milestone": "milestone",
    "label": "label",
    "repository": "repository",
}


def remember(reading: GitHubDelivery, raw: bytes) -> None:
    """Keep the delivery's objects in the client's cache, and drop what is gone; sends nothing and never fails.

    Args:
        reading: the delivery.
        raw: its JSON as it came, or nothing.
    """
    transport = reading.client.transport
    if transport.cache is None or not transport.cache.enabled:
        return
    lost = _LOST.get(reading.name) if reading.action in {"deleted", "transferred"} else None
    for found, data in reading.made:
        whole = _WHOLE.get(found.kind)
        try:
            if found.kind == lost:
                forget(transport, found.api_path)
            elif whole is None:
                continue
            elif whole(data) and (modified := moment(data, "updated_at")) is not None:
                key = next((key for key, value in reading.payload.items() if value is data), "") if raw else ""
                plant(transport, found.api_path, data, modified, raw=raw, key=key)
            elif transport.cache.fresh_for and found.kind != "repository":
                forget(transport, found.api_path)
        except (IGittError, ValueError):
            continue  # what does not tell where it is, in letters of an address, has no place in the cache either
