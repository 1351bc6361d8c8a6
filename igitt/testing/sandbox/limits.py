"""Rate-limit state, counted per caller and resource. What it looks like in headers is the forge's affair."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """One limit in force: ``reset`` is in epoch seconds."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        """What is left, never below 0."""
        return max(0, self.limit - self.used)


@dataclass(slots=True)
class Limits:
    """All buckets of a forge, with the overrides that a test has set."""

    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    limit: int | None = None
    used: int = 0
    reset: int = 0
    resource: str = ""
    secondary: int = 0
    retry_after: int | None = None

    def bucket(self, who: str, resource: str, limit: int, window: int, now: float) -> Bucket:
        """The bucket in force for a caller and a resource; a new one once the old has run out."""
        key = (who, resource)
        found = self.buckets.get(key)
        if found is not None and found.reset > now:
            return found
        if self.limit is not None and resource == self.resource:
            early = self.reset > now
            made = Bucket(self.limit, self.used if early else 0, self.reset if early else int(now) + window)
        else:
            made = Bucket(limit, 0, int(now) + window)
        self.buckets[key] = made
        return made
