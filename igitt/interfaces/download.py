"""A file that a forge serves: read whole, in pieces, or into a file. How it is fetched is a provider's business."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["Download"]


class Download(ABC):
    """A file at a forge, such as a job's log. Making one sends nothing; each use asks for it again.

    Example:
        >>> from igitt.testing import Sandbox
        >>> with Sandbox(socket=False) as sandbox:
        ...     _ = sandbox.gitlab.add_repository("acme/widgets", members={"bot": "write"})
        ...     _ = sandbox.gitlab.add_pipeline("acme/widgets", "main", {"test": "success"})
        ...     (pipeline,) = sandbox.gitlab.client("bot").get_repo("acme/widgets").pipelines
        ...     (job,) = pipeline.jobs
        ...     type(job.log.text())
        <class 'str'>
    """

    __slots__ = ()

    @abstractmethod
    def __iter__(self) -> Iterator[bytes]:
        """The content in pieces, as they come."""

    @property
    @abstractmethod
    def size(self) -> int | None:
        """How many bytes it has, as far as the forge said when it was read last."""

    def read(self) -> bytes:
        """The whole content.

        Example:
            >>> len(job.log.read())
            0
        """
        return b"".join(self)

    def text(self) -> str:
        """The whole content as text; what is not UTF-8 is replaced.

        Example:
            >>> job.log.text()
            ''
        """
        return self.read().decode("utf-8", "replace")

    def save(self, path: str | os.PathLike[str], progress: Callable[[int, int | None], object] | None = None) -> Path:
        """Write it into a file, piece by piece. The file is there only once it is whole.

        Args:
            path: the file's name; one that is there is replaced.
            progress: called after each piece with the bytes that came, and all that there are or None.

        Returns:
            The path.

        Raises:
            IGittError: when it cannot be had, or does not come whole.
            OSError: when it cannot be written.

        Example:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     job.log.save(f"{folder}/test.log", lambda came, whole: None).name
            'test.log'
        """
        target = Path(path)
        half = target.with_name(f"{target.name}.part")
        came = 0
        try:
            with half.open("wb") as file:
                for piece in self:
                    file.write(piece)
                    came += len(piece)
                    if progress is not None:
                        progress(came, self.size)
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)
        return target
