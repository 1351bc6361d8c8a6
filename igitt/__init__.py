"""igitt: write a bot once, run it on GitHub and GitLab alike.

The front door. :class:`GitHub` and :class:`GitLab` are clients; everything else is reached through them, as neutral objects.
"""

from igitt._version import __version__
from igitt.cache import Cache
from igitt.errors import IGittError

__all__ = ["Cache", "IGittError", "__version__"]
