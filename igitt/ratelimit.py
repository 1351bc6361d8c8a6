"""What a forge says of its rate limits."""

from igitt.interfaces.rate_limit import RateLimit

__all__ = ["RateLimit"]
