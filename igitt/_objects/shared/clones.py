"""What git does with a repository of any forge: cloning it, and working in the clone.

The forges differ in the user name that goes with a token. How git is run is :mod:`igitt._text.git`'s.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from igitt._base.paths import segment
from igitt._base.trust import origin_of
from igitt._objects.resource import Resource
from igitt._text import git
from igitt.auth.token import BasicAuthorizationToken, Token
from igitt.errors import ValidationError
from igitt.interfaces.repository_git import RepositoryGit

__all__ = ["CommonClones"]


class CommonClones(Resource, RepositoryGit):
    """The part of a repository's git that no forge does in its own way."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own

    @abstractmethod
    def _git_user(self, token: Token) -> str:
        """The user name that the forge wants beside a token."""

    def _git_login(self) -> tuple[str, str] | None:
        """User name and password for git; None for an anonymous client."""
        token: Token | None = self.client.token
        if token is None:
            return None
        if token.signs:
            raise ValidationError(
                "an App's own credential opens no repository; use app.client_for(repository), an installation's"
            )
        if isinstance(token, BasicAuthorizationToken):
            return token.username, token.value
        return self._git_user(token), token.value

    def authenticated_clone_url(self) -> str:
        """The HTTPS address with the credential in it."""
        login = self._git_login()
        if login is None:
            raise ValidationError("there is no token to put into the clone URL: this client is anonymous")
        scheme, _, rest = self._git_url().partition("://")
        return f"{scheme}://{segment(login[0])}:{segment(login[1])}@{rest}"

    def _git_url(self) -> str:
        """Where git finds it: what a forge, a payload or a cache says must not choose where the credential goes."""
        home: Any = self  # the whole repository, of which this is a part
        return f"{self.client.web_url}/{quote(home.full_name)}.git"

    def git_environment(self) -> dict[str, str]:
        """What ``git`` has to run with to get at it."""
        return git.environment(
            origin_of(self.client.web_url), self._git_login(), read_only=self.client.transport.read_only
        )

    def get_clone(
        self,
        path: str | os.PathLike[str] | None = None,
        depth: int | None = None,
        *,
        timeout: float | None = None,
        hosts: Iterable[str] | None = None,
    ) -> Path:
        """Run ``git clone``."""
        return git.clone(self._git_url(), path, depth, timeout, self.git_environment(), hosts)
