"""Running git with a client's credential, so that nobody else learns it.

Git learns from its environment, and from nothing else, where to ask for a credential: a helper for one origin, which
prints what stands in two variables of that environment. So the credential is in no address, no file and no list of
processes, and a redirect to another host finds none. What a repository is, and which credential belongs to it, is not
known here.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from igitt._base.checks import is_number, is_whole
from igitt._text.git_hosts import Hosts
from igitt.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ElementDoesntExistError,
    IGittError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    ValidationError,
)

__all__ = ["clone", "environment"]

_USER, _PASSWORD = "IGITT_GIT_USERNAME", "IGITT_GIT_PASSWORD"
#: Git runs it in its shell, whose printf is built in: the values get into no process's arguments.
_TELL = f"""printf 'username=%s\\npassword=%s\\n' "${_USER}" "${_PASSWORD}" """
_HELPER = f'!f() {{ if test "$1" = get; then {_TELL}; fi; }}; f'
#: Where another repository is meant, such as the one whose hook the bot runs in (source: `git rev-parse
#: --local-env-vars`).
_ELSEWHERE = frozenset(
    f"GIT_{name}"
    for name in (
        "ALTERNATE_OBJECT_DIRECTORIES", "COMMON_DIR", "DIR", "INDEX_FILE", "NAMESPACE", "OBJECT_DIRECTORY", "PREFIX",
        "WORK_TREE",
    )
)  # fmt: skip
#: A push that is led here by its configuration ends before anything is sent.
_NOWHERE = "igitt-read-only://"
#: How much of what git and the remote say is read into an error, in characters, from the end.
_WORDS = 16 * 1024
_STATUS = re.compile(r"returned error: (\d{3})")
_KINDS: dict[int, type[IGittError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: ElementDoesntExistError,
    410: ElementDoesntExistError,
    429: RateLimitError,
}
_ADVICE = {
    401: "the forge wants another credential than this client's; was the token revoked, has it expired, may it read?",
    403: "this client's credential does not allow it",
    404: "the name may be wrong, or this client's credential may not see it",
}


def environment(origin: str, login: tuple[str, str] | None, *, read_only: bool = False) -> dict[str, str]:
    """What git has to run with: this process's environment, and the credential for one origin.

    Args:
        origin: scheme, host and port that the credential is for.
        login: user name and password; None for none, whatever the machine's own helpers know.
        read_only: whether pushes there are to fail.

    Raises:
        ValidationError: when the credential is one that cannot be given to git.
    """
    found = {name: value for name, value in os.environ.items() if name not in {_USER, _PASSWORD, *_ELSEWHERE}}
    # The empty one makes git forget the helpers of the machine and of the user.
    settings = [("credential.helper", ""), (f"credential.{origin}.helper", "")]
    if login is not None:
        if any(ord(sign) < 32 for part in login for sign in part):
            raise ValidationError("git takes no credential with line breaks or control characters in it")
        found[_USER], found[_PASSWORD] = login
        settings.append((f"credential.{origin}.helper", _HELPER))
        # With this, and the user's name in the address, git asks the helper at once: else ~/.netrc has its say first.
        scheme, _, host = origin.partition("://")
        settings.append((f"http.{origin}.emptyAuth", "true"))
        settings.append((f"url.{scheme}://{quote(login[0], safe='')}@{host}/.insteadOf", f"{origin}/"))
    if read_only:
        settings.append((f"url.{_NOWHERE}.pushInsteadOf", f"{origin}/"))
    first = int(count) if (count := found.get("GIT_CONFIG_COUNT", "")).isdecimal() else 0
    for number, (name, value) in enumerate(settings, first):
        found[f"GIT_CONFIG_KEY_{number}"], found[f"GIT_CONFIG_VALUE_{number}"] = name, value
    found["GIT_CONFIG_COUNT"] = str(first + len(settings))
    # Nobody is there to be asked, and a trace is for other eyes.
    found |= {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "GIT_TRACE_REDACT": "1"}
    return found


def clone(
    url: str,
    path: str | os.PathLike[str] | None,
    depth: int | None,
    timeout: float | None,
    variables: dict[str, str],
    hosts: Iterable[str] | None = None,
) -> Path:
    """Run ``git clone``.

    Args:
        url: what to clone, without a credential.
        path: where to; a new folder for temporary files if not given.
        depth: how many commits of each branch's history; all if not given.
        timeout: how many seconds it may take.
        variables: the environment; see :func:`environment`.
        hosts: the only hosts that git may ask; any if not given. See :mod:`igitt._text.git_hosts`.

    Returns:
        Where the clone is.

    Raises:
        ValidationError: when a value makes no sense or something is at `path` already; git was not run.
        IGittError: when git is not there or fails, of the kind that its status shows. Nothing is left behind.
    """
    _check(depth, timeout)
    allowed = Hosts(url, hosts)
    git = shutil.which("git", path=variables.get("PATH"))
    if git is None:
        raise IGittError("there is no git on the PATH of this process; install git 2.31 or newer to clone with it")
    target, made = _place(path)
    options = ["--quiet", *([] if depth is None else [f"--depth={depth}"])]
    done = False
    try:
        _clone([git, "clone", *options, "--", url, str(target)], url, timeout, variables, allowed)
        done = True
    finally:
        if not done:
            _clear(target, made)
    return target


def _clone(command: list[str], url: str, timeout: float | None, variables: dict[str, str], allowed: Hosts) -> None:
    """Run git, and again where a redirect to a host that may be asked leads."""
    end = None if timeout is None else time.monotonic() + timeout
    for _ in range(allowed.most):
        with allowed.watched(variables) as (found, trace):
            try:
                _run(command, url, timeout, found, None if end is None else end - time.monotonic())
            except IGittError as error:
                allowed.led_on(error, trace)
            else:
                return
    raise IGittError(f"this redirects more than {allowed.most} times", method="git clone", url=url)


def _check(depth: object, timeout: object) -> None:
    if depth is not None and (not is_whole(depth) or depth < 1):
        raise ValidationError(f"depth is a number of commits from 1, or None for all, not {depth!r}")
    if timeout is not None and (not is_number(timeout) or not timeout > 0):
        raise ValidationError(f"timeout is a number of seconds over 0, or None, not {timeout!r}")


def _place(path: object) -> tuple[Path, Path | None]:
    """Where to clone to, and the outermost folder that has to be made for it (None if all are there)."""
    if path is None:
        try:
            folder = Path(tempfile.mkdtemp(prefix="igitt-"))
        except OSError as error:
            raise IGittError(f"no folder for temporary files could be made: {error}") from error
        return folder, folder
    if not isinstance(path, str | os.PathLike) or not os.fspath(path) or "\0" in str(path):
        raise ValidationError(f"path is where to clone to, not {path!r}")
    target = Path(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100 - resolve() would follow a link
    try:
        if target.is_dir():
            if any(target.iterdir()):
                raise ValidationError(f"{str(target)!r} is not empty; clone to a folder that is empty or not there")
            return target, None
        if target.exists() or target.is_symlink():
            raise ValidationError(f"{str(target)!r} is no folder; clone to one that is empty or not there")
        missing = [folder for folder in (target, *target.parents) if not folder.exists()]
    except OSError as error:
        raise ValidationError(f"{str(target)!r} cannot be cloned to: {error}") from error
    if not missing[-1].parent.is_dir():
        raise ValidationError(f"{str(target)!r} cannot be cloned to: {str(missing[-1].parent)!r} is no folder")
    return target, missing[-1]


def _clear(target: Path, made: Path | None) -> None:
    """Take away what a clone that failed has left."""
    for leftover in [made] if made else list(target.iterdir()):
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def _run(command: list[str], url: str, timeout: float | None, variables: dict[str, str], left: float | None) -> None:
    # Its words are read, so that they must not be translated.
    variables = {**variables, "LC_ALL": "C", "LANGUAGE": "C"}
    try:
        process = subprocess.Popen(  # noqa: S603 - git itself; every word is checked
            command,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that it ends together with what it starts
        )
    except (OSError, ValueError) as error:
        raise IGittError(f"git could not be started: {error}") from error
    try:
        _, said = process.communicate(timeout=left)
    except subprocess.TimeoutExpired as error:
        message = f"git was not done within {timeout:g} s, and was stopped"
        raise RequestTimeoutError(message, method="git clone", url=url) from error
    finally:
        _stop(process)
    if process.returncode:
        raise _failure(said.decode(errors="replace"), url, variables)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End git, and the processes that it started, if it still runs."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
    if process.stderr is not None:
        process.stderr.close()


def _failure(said: str, url: str, variables: dict[str, str]) -> IGittError:
    """What git's words mean; a credential in them, which git does not put there, is taken out."""
    secret = variables.get(_PASSWORD)
    said = (said.replace(secret, "***") if secret else said)[-_WORDS:]
    lines = [line.removeprefix("fatal: ").removeprefix("error: ") for line in said.strip().splitlines()]
    reason = "; ".join(lines[-4:]) or "it did not say why"
    status = _status(said)
    if status is not None:
        kind = _KINDS.get(status, ServerError if status >= 500 else IGittError)
        advice = _ADVICE.get(status)
        if status == 401 and secret is None:
            advice = "give the client a token; the name may also be wrong"
        return kind(f"{reason}: {advice}" if advice else reason, status, method="git clone", url=url)
    kind = ConnectionFailedError if "unable to access" in said else IGittError
    return kind(f"git failed: {reason}", method="git clone", url=url)


def _status(said: str) -> int | None:
    """The HTTP status that git ended with; some it states in words."""
    told = _STATUS.search(said)
    if told:
        return int(told[1])
    if "Authentication failed" in said or "could not read Username" in said or "could not read Password" in said:
        return 401
    lines = said.splitlines()
    return 404 if any("repository '" in line and line.rstrip().endswith("' not found") for line in lines) else None
