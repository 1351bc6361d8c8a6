"""The files of a commit in one archive, as both forges pack them. No route and no shape of a forge may enter."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

from igitt.testing.sandbox import gitdata

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Commit

__all__ = ["CONTENT_TYPES", "pack"]

CONTENT_TYPES = {"tar.gz": "application/x-gzip", "zip": "application/zip"}


def pack(one: Commit, folder: str, kind: str) -> str:
    """An archive (``"tar.gz"`` or ``"zip"``) of the files, all in one folder, as a reply's text."""
    made = io.BytesIO()
    files = {f"{folder}/{path}": gitdata.raw(text) for path, text in sorted(one.files.items())}
    if kind == "zip":
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, data in files.items():
                archive.writestr(zipfile.ZipInfo(path, one.created.timetuple()[:6]), data)
    else:
        with tarfile.open(fileobj=made, mode="w:gz") as packed:
            for path, data in files.items():
                entry = tarfile.TarInfo(path)
                entry.size, entry.mtime = len(data), int(one.created.timestamp())
                packed.addfile(entry, io.BytesIO(data))
    return gitdata.text_of(made.getvalue())
