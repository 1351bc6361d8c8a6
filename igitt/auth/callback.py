"""What a browser is sent to the forge with, and what it brings back: addresses, states, and proofs of origin (PKCE).

No request is sent from here. Both forges' sign-in and GitHub's App manifests come back to the bot's own address with
``code`` and ``state``; that a callback answers a question of this bot, and of this user, is decided here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from urllib.parse import parse_qs, urlencode, urlsplit

from igitt.errors import AuthenticationError, ValidationError

__all__ = ["AuthorizationUrl", "checked_redirect", "checked_scopes", "new_state", "read_callback", "same"]

_SCOPE = re.compile(r"[!#-\[\]-~]+")  # RFC 6749, section 3.3
#: The parameters of a callback that are read; each may be there once (RFC 6749, section 3.1).
_READ = ("state", "code", "error", "error_description")


class AuthorizationUrl(str):
    """The address to send a user's browser to. It is a text, and carries what belongs to it.

    A web application keeps :attr:`state` and :attr:`verifier` in the user's session until the callback comes, and
    passes them to ``fetch_token``.
    """

    __slots__ = ("state", "verifier")

    #: What the callback has to bring back.
    state: str
    #: Proves that the callback's code is redeemed by whoever asked for it (PKCE); for this user's session alone.
    verifier: str

    @classmethod
    def make(cls, page: str, state: str, parameters: dict[str, str]) -> AuthorizationUrl:
        """The address of a forge's page, with a new PKCE verifier.

        Args:
            page: the page where the forge asks its user.
            state: the text that the callback has to bring back.
            parameters: further parameters of the page.
        """
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        told = parameters | {"state": state, "code_challenge": challenge, "code_challenge_method": "S256"}
        made = cls(f"{page}?{urlencode(told)}")
        made.state, made.verifier = state, verifier
        return made

    @property
    def url(self) -> str:
        """The address as a plain text."""
        return str(self)


def new_state() -> str:
    """A text that nobody can guess."""
    return secrets.token_urlsafe(32)


def same(given: str, expected: str) -> bool:
    """Compare two texts in constant time."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode(errors="replace"))


def read_callback(callback_url: str) -> dict[str, str]:
    """What a callback brings: ``state`` and ``code``, or ``state``, ``error`` and ``error_description``.

    Args:
        callback_url: the address that the browser came back to, whole or from its path on.

    Raises:
        ValidationError: when it is not such an address, or has a parameter twice.
        AuthenticationError: when it has no ``state``.
    """
    if not isinstance(callback_url, str):
        raise ValidationError(
            f"callback_url is the address that the browser came to, not {type(callback_url).__name__}"
        )
    try:
        found = parse_qs(urlsplit(callback_url.strip()).query, max_num_fields=100)
    except ValueError:
        raise ValidationError("callback_url is not a web address") from None
    twice = [name for name in _READ if len(found.get(name, [])) > 1]
    if twice:
        raise ValidationError(f"the callback says {twice[0]} more than once, which no forge does")
    told = {name: found[name][0] for name in _READ if name in found}
    if "state" not in told:
        raise AuthenticationError(
            "the callback has no state, so it is unknown who asked for it: send the user to authorization_url() first"
        )
    return told


def checked_redirect(address: object, what: str = "redirect_uri") -> str:
    """An address that browsers are sent to, if it can be one; raises ValidationError."""
    if isinstance(address, str):
        try:
            parts = urlsplit(address)
        except ValueError:
            parts = urlsplit("")
        printable = address.isascii() and address.isprintable() and " " not in address
        if parts.scheme and (parts.netloc or parts.path) and not parts.fragment and printable:
            return address
    raise ValidationError(
        f"{what} is a whole address without a fragment, such as 'https://bot.example.com/callback', not {address!r}"
    )


def checked_scopes(scopes: Iterable[str] | str) -> str:
    """Scopes as they are sent, separated by spaces; raises ValidationError."""
    if not isinstance(scopes, Iterable):
        raise ValidationError(f"scopes is a list of texts such as ['read_user'], not {scopes!r}")
    chosen = scopes.split() if isinstance(scopes, str) else list(scopes)
    for one in chosen:
        if not isinstance(one, str) or not _SCOPE.fullmatch(one):
            raise ValidationError(f"{one!r} is not a scope; give names such as 'read_user'")
    return " ".join(dict.fromkeys(chosen))
