"""What every credential is, and the plain ones: a text that goes into a header.

A :class:`Token` never shows its secret: not by ``repr``, ``str``, pickling, copying or logging. Two readings of it
matter elsewhere: the :attr:`~Token.fingerprint` tells two secrets apart without telling either, and the
:attr:`~Token.identity` says whose answers these are, which stays the same when a secret is renewed.

No request is sent from here; tokens that have to ask a forge are in the rooms beside this one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, NoReturn, Protocol

from igitt._base.credential import Credential
from igitt._base.hidden import Hidden
from igitt.errors import ValidationError

__all__ = [
    "BasicAuthorizationToken",
    "GitHubToken",
    "GitLabJobToken",
    "GitLabPrivateToken",
    "Sender",
    "StaticToken",
    "Token",
    "fingerprint_of",
    "key_from",
]


#: How often a token of a foreign kind is read until it is the same before and after.
_READINGS = 3


def fingerprint_of(secret: str) -> str:
    """A keyed digest of a secret: tells secrets apart, and nothing else about them."""
    return hashlib.blake2b(secret.encode(), key=b"igitt.auth.fingerprint", digest_size=16).hexdigest()


def key_from(secret: str) -> bytes:
    """32 bytes that follow from a secret, for proving what is kept in a store; see :attr:`Token.lasting_key`."""
    return hmac.digest(secret.encode(), b"igitt lasting key", hashlib.sha256)


class Sender(Protocol):
    """What a token that renews itself asks its forge through: a client's transport."""

    @property
    @abstractmethod
    def base_url(self) -> str:
        """The API's base URL."""

    @abstractmethod
    def exchange(self, method: str, path: str, *, json: object, token: Token | None) -> Mapping[str, Any]:
        """Send one request with `token` (and none other) and give the decoded answer, an object."""

    @abstractmethod
    def now(self) -> float:
        """Seconds since the epoch."""


class Token(ABC):
    """A credential, for :class:`igitt.GitHub`, :class:`igitt.GitLab` or as the ``auth`` of ``requests``.

    Safe to use from many threads.
    """

    #: The forge whose credential it is, such as ``"github"``; empty if it suits any.
    hoster: ClassVar[str] = ""
    #: What a person can look at when the forge does not accept it.
    advice: ClassVar[str] = "the forge does not accept this token; was it revoked, has it expired?"
    #: Whether it is an App's own, which mints tokens of its installations.
    signs: ClassVar[bool] = False

    @cached_property
    def clients(self) -> dict[type, Any]:
        """The clients of public instances that objects made from this token alone share."""
        return {}

    @property
    @abstractmethod
    def value(self) -> str:
        """The secret itself, valid now; a token that renews itself does so here if it has to."""

    @property
    @abstractmethod
    def headers(self) -> dict[str, str]:
        """The HTTP headers that carry the credential."""

    @property
    def fingerprint(self) -> str:
        """A keyed digest of the secret as it is now (hexadecimal); never the secret, and no way back to it."""
        return fingerprint_of(self.value)

    @property
    def identity(self) -> str:
        """Whose answers these are.

        The same before and after a renewal, different for whoever may see something else.
        """
        return self.fingerprint

    @property
    def lasting_key(self) -> bytes | None:
        """32 bytes that follow from what proves the identity and outlives each renewal; None if there is nothing such.

        What this identity keeps in a store carries a MAC by it; see :mod:`igitt._cache.proof`.
        """
        return None

    @property
    def credential(self) -> Credential:
        """Headers, identity and fingerprint of one and the same secret, whatever other threads renew meanwhile.

        Raises:
            IGittError: as :attr:`headers`, when a renewal that is due fails.
        """
        before, headers, fingerprint = self.fingerprint, self.headers, self.fingerprint
        for _ in range(_READINGS):
            if fingerprint == before:
                return Credential(headers, self.identity, fingerprint)
            before, headers, fingerprint = fingerprint, self.headers, self.fingerprint
        # Another secret at each look: which one the headers carry, they alone can tell.
        return Credential(
            headers,
            self.identity,
            fingerprint_of("\n".join(f"{name}: {value}" for name, value in sorted(headers.items()))),
        )

    @property
    def is_expired(self) -> bool:
        """Whether the forge would refuse it now, as far as is known without asking."""
        return False

    def bind(self, sender: Sender) -> None:  # noqa: B027 - most tokens have nothing to learn
        """Learn through which client to renew; called by the client that the token is given to."""

    def second_chance(
        self,
        sent: Mapping[str, str],  # noqa: ARG002 - for tokens that can renew themselves
        answer_headers: Mapping[str, str],  # noqa: ARG002 - as above
        attempt: int,  # noqa: ARG002 - as above
    ) -> float | None:
        """After a 401: seconds to wait before the same request is worth sending again, None if it is not.

        Args:
            sent: the credential's headers as they were sent.
            answer_headers: the headers of the 401.
            attempt: how many times this was asked for the same request before.
        """
        return None

    def __call__(self, request: Any) -> Any:
        """Sign a prepared request; this is what makes a token a ``requests`` auth."""
        request.headers.update(self.headers)
        return request

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled or copied: a secret must not travel with data; "
            "make it anew where it is needed"
        )


class StaticToken(Token):
    """A secret that somebody else made and renews.

    Args:
        token: the secret.

    Raises:
        ValidationError: when it cannot be a token: empty, no text, or with white space inside.
    """

    def __init__(self, token: str) -> None:
        self._value = checked_secret(token, type(self).__name__)
        self._fingerprint = fingerprint_of(self._value)
        self._headers = {name: Hidden(text) for name, text in self._carry(self._value).items()}

    @staticmethod
    @abstractmethod
    def _carry(value: str) -> dict[str, str]:
        """The headers for a value."""

    @property
    def value(self) -> str:
        """The secret itself."""
        return str(self._value)

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers that carry the credential."""
        return {**self._headers}

    @property
    def fingerprint(self) -> str:
        """A keyed digest of the secret."""
        return self._fingerprint

    @cached_property
    def lasting_key(self) -> bytes:
        """32 bytes that follow from the secret."""
        return key_from(self._value)


def checked_secret(secret: str, what: str) -> str:
    """Give `secret` back without surrounding white space, or say what is wrong with it without showing it."""
    if not isinstance(secret, str):
        raise ValidationError(f"a {what} is made from a text, not from {type(secret).__name__}")
    secret = secret.strip()
    if not secret:
        raise ValidationError(f"the text given for a {what} is empty; is the environment variable or file with it set?")
    if not secret.isascii() or any(character.isspace() or not character.isprintable() for character in secret):
        raise ValidationError(
            f"the text given for a {what} has spaces, line breaks or letters that no token has; "
            "was more pasted than the token?"
        )
    return Hidden(secret)


class GitHubToken(StaticToken):
    """A GitHub token that acts for a user: classic, fine-grained or from OAuth.

    Source: https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api

    Example:
        >>> GitHubToken("ghp_" + "0" * 36)
        <GitHubToken>
    """

    hoster = "github"

    @staticmethod
    def _carry(value: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {value}"}


class GitLabPrivateToken(StaticToken):
    """A GitLab personal, project, group or impersonation token. It travels in a header, never in a query.

    Source: https://docs.gitlab.com/api/rest/authentication/
    """

    hoster = "gitlab"

    @staticmethod
    def _carry(value: str) -> dict[str, str]:
        return {"PRIVATE-TOKEN": value}


class GitLabJobToken(StaticToken):
    """The token of a running GitLab CI job (``CI_JOB_TOKEN``), which a few endpoints accept.

    Source: https://docs.gitlab.com/ci/jobs/ci_job_token/
    """

    hoster = "gitlab"
    advice = (
        "a CI job's token reaches only a few endpoints, and only while the job runs; give the client a personal, "
        "project or group access token for everything else"
    )

    @staticmethod
    def _carry(value: str) -> dict[str, str]:
        return {"JOB-TOKEN": value}


class BasicAuthorizationToken(Token):
    """A user name and a password or token, sent as HTTP basic authentication.

    github.com refuses passwords, GitHub Enterprise Server may take them; both take a token in the password's place.

    Args:
        username: the login.
        password: the password or token.
    """

    def __init__(self, username: str, password: str) -> None:
        if not isinstance(username, str) or not username or ":" in username:
            raise ValidationError(f"a user name for basic authentication is a text without a colon, not {username!r}")
        if not isinstance(password, str) or not password:
            raise ValidationError("the password for basic authentication is a text that is not empty")
        self.username = username
        self._password = Hidden(password)
        self._fingerprint = fingerprint_of(f"{username}:{password}")

    @property
    def value(self) -> str:
        """The password."""
        return str(self._password)

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers that carry the credential."""
        pair = base64.b64encode(f"{self.username}:{self._password}".encode()).decode()
        return {"Authorization": Hidden(f"Basic {pair}")}

    @property
    def fingerprint(self) -> str:
        """A keyed digest of name and password."""
        return self._fingerprint

    @cached_property
    def lasting_key(self) -> bytes:
        """32 bytes that follow from name and password."""
        return key_from(f"{self.username}:{self._password}")
