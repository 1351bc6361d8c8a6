"""The plain credentials: a text that goes into a header. What every credential is, is in :mod:`igitt._base.token`.

No request is sent from here; tokens that have to ask a forge are in the modules beside this one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from abc import abstractmethod
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar

from igitt._base.credential import Credential
from igitt._base.hidden import Hidden
from igitt._base.token import Sender, Token, fingerprint_of
from igitt._base.trust import login_for
from igitt.errors import IGittError, ValidationError

__all__ = [
    "BasicAuthorizationToken",
    "GitHubToken",
    "GitLabJobToken",
    "GitLabPrivateToken",
    "Sender",
    "StaticToken",
    "Token",
    "checked_secret",
    "fingerprint_of",
    "key_from",
    "netrc_token",
]


def key_from(secret: str) -> bytes:
    """32 bytes derived from a secret, for proving what is kept in a store; see :attr:`Token.lasting_key`."""
    return hmac.digest(secret.encode(), b"igitt lasting key", hashlib.sha256)


class StaticToken(Token):
    """A secret that is made and renewed elsewhere.

    Args:
        token: the secret.

    Raises:
        ValidationError: when it cannot be a token: empty, not a text, or with white space inside.
    """

    _plain: ClassVar[bool] = True

    def __init__(self, token: str) -> None:
        self._value = checked_secret(token, type(self).__name__)
        self._fingerprint = fingerprint_of(self._value)
        self._headers = {name: Hidden(text) for name, text in self._carry(self._value).items()}
        self._credential = Credential(MappingProxyType(self._headers), self._fingerprint, self._fingerprint)

    @staticmethod
    @abstractmethod
    def _carry(value: str) -> dict[str, str]:
        """The headers for a value."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Note whether a user's subclass derives something else from its secret than this class does."""
        super().__init_subclass__(**keywords)
        told = ("value", "headers", "fingerprint", "identity")
        cls._plain = all(getattr(cls, name) is getattr(StaticToken, name) for name in told)

    @property
    def value(self) -> str:
        """The secret itself."""
        return str(self._value)

    @property
    def credential(self) -> Credential:
        """Headers, identity and fingerprint, which stay what they are."""
        return self._credential if self._plain else super().credential

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers that carry the credential."""
        return {**self._headers}

    @property
    def fingerprint(self) -> str:
        """A keyed digest of the secret."""
        return self._fingerprint

    @cached_property
    def lasting_key(self) -> bytes:  # pyright: ignore[reportIncompatibleMethodOverride]  # a property that remembers
        """32 bytes derived from the secret."""
        return key_from(self._value)


def checked_secret(secret: str, what: str) -> str:
    """Return `secret` without surrounding white space, or say what is wrong with it without showing it."""
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
    def lasting_key(self) -> bytes:  # pyright: ignore[reportIncompatibleMethodOverride]  # a property that remembers
        """32 bytes derived from name and password."""
        return key_from(f"{self.username}:{self._password}")


def netrc_token(url: str) -> Token | None:
    """The login that the user's netrc file has for the host of a URL; see :func:`igitt._base.trust.login_for`."""
    login = login_for(url)
    try:
        return BasicAuthorizationToken(*login) if login else None
    except IGittError:
        return None
