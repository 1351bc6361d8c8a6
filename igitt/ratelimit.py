"""What a forge says of its rate limits."""

from igitt._limits.headers import RateLimit

__all__ = ["RateLimit"]
