"""Keeping git to the hosts that it may ask.

Git follows the first redirect of a clone to any host, without a credential; so a stranger's repository could have it
ask machines that only this one reaches. Where hosts are named, git follows no redirect by itself: where one leads is
read from git's own trace, looked at here, and git is run again. LFS files, which another server may have, are not
fetched.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from igitt._base.trust import is_among, is_private
from igitt.errors import IGittError, ValidationError

__all__ = ["Hosts"]

#: What git asks first, below the repository's address; a redirect of anything else leads to no repository.
_ASKED = "/info/refs?service=git-upload-pack"
_LOCATION = re.compile(rb"^[^\r\n]*?<= recv header: location: *([^\r\n]{1,4096})", re.IGNORECASE | re.MULTILINE)
#: How much of the end of git's trace is read, in bytes: the answer to its last request.
_TRACE = 256 * 1024


class Hosts:
    """The only hosts that git may ask.

    Args:
        url: what is cloned.
        names: hosts, with a port where it is not the usual one; None for any.

    Raises:
        ValidationError: when the address itself is on none of them.
    """

    #: How often a clone is led on.
    most = 5

    def __init__(self, url: str, names: Iterable[str] | None) -> None:
        self._names = None if names is None else (names,) if isinstance(names, str) else tuple(names)
        self._asked = url
        self._url = url
        if self._names is not None and not is_among(url, self._names):
            raise ValidationError(f"{urlsplit(url).netloc} {self._none()}")

    def _none(self) -> str:
        return f"is none of the hosts that may be asked ({', '.join(self._names or ()) or 'none'})"

    @contextmanager
    def watched(self, variables: dict[str, str]) -> Generator[tuple[dict[str, str], Path | None]]:
        """Git's environment so that it is led nowhere, and the file that names where it would have been led."""
        if self._names is None:
            yield variables, None
            return
        settings = {"http.followRedirects": "false"}
        if self._url != self._asked:
            # The clone keeps the address that was asked for, as with git's own redirects.
            settings[f"url.{self._url}.insteadOf"] = self._asked
        handle, name = tempfile.mkstemp(prefix="igitt-")
        os.close(handle)
        trace = Path(name)
        more = {"GIT_TRACE_CURL": name, "GIT_TRACE_CURL_NO_DATA": "1", "GIT_LFS_SKIP_SMUDGE": "1"}
        try:
            yield _with(variables, settings) | more, trace
        finally:
            trace.unlink(missing_ok=True)

    def led_on(self, error: IGittError, trace: Path | None) -> None:
        """Go on where a redirect leads; raises what git's end means if it is none, or leads to another host."""
        if trace is None or error.status is None or not 300 <= error.status < 400:
            raise error
        told = b""
        with suppress(OSError), trace.open("rb") as file:
            file.seek(max(0, trace.stat().st_size - _TRACE))
            told = next(reversed(_LOCATION.findall(file.read())), b"")
        try:
            target = urljoin(self._url + _ASKED, told.decode("latin-1").strip())
        except ValueError:
            raise error from None
        if not told or not target.endswith(_ASKED):
            raise error
        found = target.removesuffix(_ASKED)
        if not is_among(found, self._names or ()):
            raise IGittError(f"git was led to a host that {self._none()}", method="git clone", url=self._asked)
        if self._asked.startswith("https:") and not is_private(found):
            reason = "git was led from HTTPS to where everybody on the way reads"
            raise IGittError(reason, method="git clone", url=self._asked)
        self._url = found


def _with(variables: dict[str, str], settings: dict[str, str]) -> dict[str, str]:
    """Git's environment with settings more."""
    first, found = int(variables["GIT_CONFIG_COUNT"]), dict(variables)
    for number, (name, value) in enumerate(settings.items(), first):
        found[f"GIT_CONFIG_KEY_{number}"], found[f"GIT_CONFIG_VALUE_{number}"] = name, value
    found["GIT_CONFIG_COUNT"] = str(first + len(settings))
    return found
