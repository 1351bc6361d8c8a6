"""How often and how patiently a client tries again: the value of its ``retries=``."""

from igitt._http.retry import RetryPolicy

__all__ = ["RetryPolicy"]
