"""Texts and bytes that are used like any other and never shown: no secret where local variables are printed.

Loggers and error trackers print the variables of each frame that an error came through. What is a secret travels
through frames as one of these.
"""

from __future__ import annotations

from collections.abc import Mapping

from requests.structures import CaseInsensitiveDict

from igitt._base.answer import Answer

__all__ = ["Hidden", "HiddenBytes", "HiddenHeaders", "redacted"]

_SHOWN = "'***'"
#: What is shorter is no token of a forge, and may be a part of any word.
_SHORTEST = 8


class Hidden(str):
    """A text whose ``repr`` shows nothing of it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _SHOWN


class HiddenBytes(bytes):
    """Bytes whose ``repr`` shows nothing of them."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"b{_SHOWN}"


class HiddenHeaders(CaseInsensitiveDict[str]):
    """Headers to be sent, whose ``repr`` shows no credential.

    The values are plain texts: what records requests writes them into files, and can read back no class of igitt's.

    Args:
        headers: the headers besides the credential.
        credential: those that carry it. They stand first, because whoever goes through headers one by one leaves the
            last one in a variable.
    """

    def __init__(self, headers: Mapping[str, str], credential: Mapping[str, str]) -> None:
        self._credential = {name: str(value) for name, value in credential.items()}
        super().__init__({**self._credential, **headers, **self._credential})

    def __repr__(self) -> str:
        secret = {name.lower() for name in self._credential}
        return repr({name: Hidden(value) if name.lower() in secret else value for name, value in self.items()})

    def copy(self) -> HiddenHeaders:
        """Another one of the same headers."""
        return HiddenHeaders(dict(self.items()), {name: self[name] for name in self._credential if name in self})


def redacted(answer: Answer, credential: Mapping[str, str]) -> Answer:
    """A response without the credential where it sends it back, as debug pages of proxies do.

    Args:
        answer: the response.
        credential: the headers that carried the credential.
    """
    content, headers = answer.content, answer.headers
    for value in credential.values():
        secret = value.rpartition(" ")[2]
        if len(secret) < _SHORTEST:
            continue
        content = content.replace(secret.encode(), b"***")
        if any(secret in text for text in headers.values()):
            headers = CaseInsensitiveDict({name: text.replace(secret, "***") for name, text in headers.items()})
    return Answer(answer.status, headers, content, answer.url)
