"""urllib3, as requests brings it: igitt does not depend on it by itself, and takes the one that requests works with."""

from __future__ import annotations

from typing import Any

from requests import packages

__all__ = ["urllib3"]

urllib3: Any = packages.urllib3  # type: ignore[attr-defined]  # requests puts it there when it is imported
