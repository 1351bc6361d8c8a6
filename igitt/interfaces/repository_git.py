"""A repository for git: cloning it, and the environment that git needs for more."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterable
from pathlib import Path

from igitt.interfaces.element import Element

__all__ = ["RepositoryGit"]


class RepositoryGit(Element):
    """What a repository does with git itself."""

    __slots__ = ()

    @abstractmethod
    def authenticated_clone_url(self) -> str:
        """The HTTPS address with the credential in it, for tools that take no other; treat it as a secret.

        Raises:
            ValidationError: when the client is anonymous.

        Example:
            >>> repository.authenticated_clone_url()
            'https://x-access-token:...@github.sandbox/acme/widgets.git'
        """

    @abstractmethod
    def get_clone(
        self,
        path: str | os.PathLike[str] | None = None,
        depth: int | None = None,
        *,
        timeout: float | None = None,
        hosts: Iterable[str] | None = None,
    ) -> Path:
        """Clone it with ``git`` (2.31 or newer), over HTTPS and with the client's credential.

        The credential is in git's environment only: neither in the address nor in the clone, and no other host gets it.
        Git follows its own settings for proxies and certificates.

        Args:
            path: where to, a folder that is empty or not there; if not given, a new one among the temporary files,
                which is yours to remove.
            depth: how many commits of the default branch's history; all of every branch's if not given.
            timeout: how many seconds it may take; no limit if not given.
            hosts: the only hosts that git may ask, as for :func:`igitt.get_repo`: for the repositories of strangers,
                whose redirect could lead to machines that only this one reaches. If not given, git follows a first
                redirect to any host, without the credential. LFS files stay pointers if given, as their server may be
                another one.

        Returns:
            Where the clone is.

        Raises:
            ValidationError: when a value makes no sense or something is at `path`; git was not run.
            AuthenticationError: when the forge rejects the credential, or requires one.
            ElementDoesntExistError: when there is no such repository, or none that the credential may see.
            ConnectionFailedError: when the forge was not reached, and
                :class:`~igitt.errors.RequestTimeoutError` when the time was up.
            IGittError: when git is not there, or fails otherwise. After a failure, nothing is left at `path`.

        Example:
            >>> import shutil
            >>> from igitt.testing import Sandbox
            >>> with Sandbox() as sandbox:  # git itself needs a port to talk to
            ...     _ = sandbox.github.add_repository("acme/widgets", files={"README.md": "# Widgets"})
            ...     folder = sandbox.github.client("alice").get_repo("acme/widgets").get_clone(depth=1)
            ...     (folder / "README.md").read_text()
            ...     shutil.rmtree(folder)
            '# Widgets'
        """

    @abstractmethod
    def git_environment(self) -> dict[str, str]:
        """The environment in which ``git`` has this client's credential, to fetch and push in a clone.

        It is this process's environment and more, made to be the ``env`` of a ``subprocess``; treat it as a secret. It
        holds the credential of this moment: ask for it each time, as some are renewed. The credential helpers that git
        is set up with are not asked, nor is anybody for a password. With a client that is ``read_only``, git refuses to
        push.

        Raises:
            ValidationError: when the credential is one that git cannot use.

        Example:
            >>> import subprocess
            >>> def push(repository, folder):
            ...     subprocess.run(["git", "push"], cwd=folder, env=repository.git_environment(), check=True)
        """
