"""What the programs that drive a client have in common: trying an operation, and telling what became of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

__all__ = ["command", "each", "expect", "find", "tell", "tried"]

GITHUB, GITHUB_API = os.environ["GITHUB"], os.environ["GITHUB_API"]
GITLAB, GITLAB_API = os.environ["GITLAB"], os.environ["GITLAB_API"]
GITHUB_TOKEN, GITLAB_TOKEN = os.environ["GITHUB_TOKEN_OF_ALICE"], os.environ["GITLAB_TOKEN_OF_ALICE"]
#: What may not be in a reason that is printed.
_SECRETS = (GITHUB_TOKEN, GITLAB_TOKEN, os.environ["APP_KEY"])


def tell(name: str, reason: str | None = None) -> None:
    """Print what became of an operation, in one line."""
    line = " ".join((reason or "").split())[:300]
    for secret in _SECRETS:
        line = line.replace(secret, "***")
    for address, shown in ((GITHUB, "GITHUB"), (GITLAB, "GITLAB")):
        line = line.replace(address, shown).replace(address.partition("://")[2], shown)
    print(f"ok\t{name}" if reason is None else f"no\t{name}\t{line or '?'}", flush=True)


def tried(name: str, call: Callable[[], Any], wanted: Any = None) -> Any:
    """Do something; what comes of it is given back, and has to hold what is wanted."""
    try:
        found = call()
        if wanted is not None:
            expect(found, wanted)
    except Exception as error:  # noqa: BLE001 - whatever a client raises is the outcome
        tell(name, f"{type(error).__name__}: {error}")
        return None
    tell(name)
    return found


def expect(found: Any, wanted: Any) -> None:
    """Refuse what is not as wanted: a value, or a function that judges."""
    fits = wanted(found) if callable(wanted) else found == wanted
    if not fits:
        raise AssertionError(f"{str(found)[:150]} is not what the forge answers")


def each(operations: Iterable[tuple[Any, ...]]) -> None:
    """Try several: name, function and what is wanted."""
    for operation in operations:
        tried(*operation)


def command(name: str, *words: str, wanted: str = "", told: str | None = None, **options: Any) -> str:
    """Run a program; it has to succeed, and to say what is wanted."""

    def call() -> str:
        done = subprocess.run(  # noqa: S603 - words of our own
            words, input=told, capture_output=True, text=True, timeout=60, check=False, **options
        )
        said = done.stdout + done.stderr
        if done.returncode:
            raise RuntimeError(f"exit {done.returncode}: {' '.join(said.split()[-60:])}")
        if wanted not in said:
            raise AssertionError(f"{said[:150]!r} lacks {wanted!r}")
        return done.stdout.strip()

    return tried(name, call) or ""


def find(path: str) -> Path:
    """A folder of one's own for a client."""
    made = Path(path).resolve()
    made.mkdir(parents=True, exist_ok=True)
    return made
