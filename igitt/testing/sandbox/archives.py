"""The files of a commit in one archive, as both forges pack them. No route and no shape of a forge may enter."""

from __future__ import annotations

import io
import tarfile
import zipfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

from igitt.testing.sandbox import objects

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Commit

__all__ = ["CONTENT_TYPES", "pack"]

CONTENT_TYPES = {
    "tar.gz": "application/x-gzip", "zip": "application/zip", "tar": "application/x-tar",
    "tar.bz2": "application/x-bzip2",
}  # fmt: skip


def pack(one: Commit, folder: str, kind: str) -> str:
    """An archive of the files, all in one folder, as a reply's text; its kind is one of ``CONTENT_TYPES``."""
    made = io.BytesIO()
    files = {path: text for path, text in sorted(one.files.items()) if one.modes.get(path) != objects.SUBMODULE}
    if kind == "zip":
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, text in files.items():
                packed = zipfile.ZipInfo(f"{folder}/{path}", one.created.timetuple()[:6])
                packed.external_attr = int(one.modes.get(path, objects.FILE), 8) << 16  # where zip keeps a file's mode
                archive.writestr(packed, objects.raw(text))
    else:
        with ExitStack() as stack:
            if kind == "tar.gz":
                tar = stack.enter_context(tarfile.open(fileobj=made, mode="w:gz"))
            elif kind == "tar.bz2":
                tar = stack.enter_context(tarfile.open(fileobj=made, mode="w:bz2"))
            else:
                tar = stack.enter_context(tarfile.open(fileobj=made, mode="w"))
            for path, text in files.items():
                entry, data = tarfile.TarInfo(f"{folder}/{path}"), objects.raw(text)
                entry.size, entry.mtime = len(data), int(one.created.timestamp())
                entry.mode = int(one.modes.get(path, objects.FILE), 8) & 0o777
                if one.modes.get(path) == objects.LINK:
                    entry.type, entry.size, entry.linkname = tarfile.SYMTYPE, 0, text
                tar.addfile(entry, io.BytesIO(data))
    return objects.text_of(made.getvalue())
