"""Forgejo for bots that are written with igitt: codeberg.org, and any instance.

Once it is installed, ``igitt.get_repo("https://codeberg.org/org/repo", token)`` works; an instance whose name does not
tell what it is wants ``igitt.register_hoster("git.example.com", FORGEJO)``.

The client is loaded when it is first asked for, so that telling whose URL it is stays cheap.
"""

from typing import TYPE_CHECKING, Any

from igitt_forgejo.provider import FORGEJO

if TYPE_CHECKING:
    from igitt_forgejo.client import Forgejo, ForgejoToken

__all__ = ["FORGEJO", "Forgejo", "ForgejoToken"]


def __getattr__(name: str) -> Any:
    """Load the client."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from igitt_forgejo import client  # noqa: PLC0415 - see the module's docstring

    return getattr(client, name)
