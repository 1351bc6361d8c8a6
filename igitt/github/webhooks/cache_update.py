"""What the cache learns from a delivery: the objects in it, as if they had just been read.

GitHub's payloads have the REST API's shape, though not for everything; only what a read would have answered the same
is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from igitt.errors import IGittError
from igitt.github.webhooks.reading import GitHubDelivery
from igitt.webhooks.cache_update import forget, plant, uproot
from igitt.webhooks.delivery import moment

__all__ = ["remember"]

#: Which of the payload's objects are as whole as the API's answer, by kind, and of those the ones that their date
#: covers. A label's new name or colour, a milestone's new title or counts, a repository's new name and whether
#: something can be merged change the answer and not its date: with the delivery lost, that would never be noticed.
_WHOLE: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "Issue": lambda data: "body" in data and "user" in data and _is_alone(data),
    "MergeRequest": lambda data: (
        "head" in data and "mergeable" in data and data.get("state") == "closed" and _is_alone(data)
    ),
    "Comment": lambda data: "body" in data and "user" in data,
    **dict.fromkeys(("CheckRun", "Job", "Milestone", "Pipeline", "Release", "Repository", "Review"), lambda _: False),
}
#: The kinds that some deliveries bring as a whole.
_PLANTED = frozenset({"Issue", "MergeRequest", "Comment"})
#: What is no longer there after an event's ``deleted`` or ``transferred``.
_LOST = {
    "issues": "Issue",
    "issue_comment": "Comment",
    "pull_request_review_comment": "Comment",
    "milestone": "Milestone",
    "deploy_key": "DeployKey",
    "release": "Release",
    "label": "Label",
    "repository": "Repository",
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
    ours = _is_ours(reading)
    lost = _LOST.get(reading.name) if reading.action in {"deleted", "transferred"} else None
    for thing in reading.things:
        whole, data = _WHOLE.get(thing.cls), thing.data
        try:
            if thing.cls == lost:
                forget(transport, thing.get().api_path)
            elif whole is None or not isinstance(data, dict):
                continue
            elif ours and whole(data) and (modified := moment(data, "updated_at")) is not None:
                key = next((key for key, value in reading.payload.items() if value is data), "") if raw else ""
                plant(transport, thing.get().api_path, data, modified, raw=raw, key=key)
            elif transport.cache.fresh_for and thing.cls != "Repository":
                forget(transport, thing.get().api_path)
            elif thing.cls in _PLANTED:
                uproot(transport, thing.get().api_path)
        except (IGittError, ValueError):
            continue  # what does not tell where it is, in letters of an address, has no place in the cache either


def _is_alone(data: Mapping[str, Any]) -> bool:
    """Whether there is nothing in it that has a name or title of its own, but people."""
    return not data.get("labels") and not data.get("milestone")


def _is_ours(reading: GitHubDelivery) -> bool:
    """Whether no address of a thing in the delivery, its repository's among them, is another instance's."""
    homes = _homes(reading.client.url, reading.client.web_url)
    for thing in (reading.payload.get("repository"), *[thing.data for thing in reading.things]):
        url = thing.get("url") if isinstance(thing, dict) else None
        # As it is written nearly always, and else in lower case.
        if isinstance(url, str) and not url.startswith(homes) and not url.lower().startswith(homes):
            return False
    return True


@lru_cache(maxsize=64)
def _homes(*homes: str) -> tuple[str, ...]:
    return tuple(f"{home.lower()}/" for home in homes)
