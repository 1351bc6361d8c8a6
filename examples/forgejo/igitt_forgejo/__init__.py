"""Forgejo for bots that are written with igitt: codeberg.org, and any instance.

Once it is installed, ``igitt.get_repo("https://codeberg.org/org/repo", token)`` works; an instance whose name does not
tell what it is wants ``igitt.register_hoster("git.example.com", Forgejo)``.
"""

from igitt_forgejo.client import Forgejo, ForgejoToken
from igitt_forgejo.provider import FORGEJO

__all__ = ["FORGEJO", "Forgejo", "ForgejoToken"]
