"""OAuth as both forges do it: applications, what users answer, codes, device codes, and tokens that are refreshed.

The addresses, names and texts of a forge are its own; a rule that does not hold is told as :class:`RefusedError`, by a
neutral word.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from igitt.testing.sandbox.credentials import Token
    from igitt.testing.sandbox.model import User
    from igitt.testing.sandbox.world import World

__all__ = ["Application", "Authorizing", "RefusedError"]

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


class RefusedError(Exception):
    """What is refused, in one word.

    It is client, code, redirect, refresh, grant_type, device, disabled, pending, slow_down, expired or denied.
    """

    def __init__(self, word: str, **extra: Any) -> None:
        super().__init__(word)
        self.word = word
        self.extra = extra


@dataclass(slots=True, eq=False)
class Application:
    """An OAuth application; its secret stays out of the repr.

    ``token_lifetime`` (seconds, None for ever) is how long its access tokens live, ``device_flow`` whether it may use
    that.
    """

    client_id: str
    client_secret: str = field(repr=False)
    name: str
    redirect_uris: list[str]
    scopes: list[str]
    confidential: bool = True
    device_flow: bool = True
    token_lifetime: float | None = 7200


@dataclass(slots=True, eq=False)
class Grant:
    """What a user is asked, or has said yes to: behind a code, or behind the code of a device."""

    application: Application
    scopes: list[str]
    ends: float
    user: User | None = None
    redirect_uri: str = ""
    challenge: str = field(default="", repr=False)
    device_code: str = field(default="", repr=False)
    denied: bool = False
    interval: float = 5
    asked: float = 0


class Authorizing:
    """The part of a forge that lets users authorize applications."""

    world: World
    url: str
    #: How long, in seconds, a code and a device's code hold.
    code_lifetime: float = 600
    device_lifetime: float = 900
    authorize_path: ClassVar[str]
    denied_text: ClassVar[str]
    device_page: ClassVar[str]

    def __init__(self) -> None:
        self.applications: dict[str, Application] = {}
        self._codes: dict[str, Grant] = {}
        self._devices: dict[str, Grant] = {}

    # ---- setting the scene, and what a user does

    def add_application(
        self,
        name: str = "bot",
        *,
        redirect_uris: Iterable[str] = ("https://bot.example.com/callback",),
        scopes: Iterable[str] = (),
        confidential: bool = True,
        **options: Any,
    ) -> Application:
        """Registers an OAuth application; the answer has ``client_id`` and ``client_secret``."""
        with self.world.transaction():
            made = Application(
                secrets.token_hex(32), f"gloas-{secrets.token_hex(32)}", name, list(redirect_uris), list(scopes),
                confidential, **options,
            )  # fmt: skip
            self.applications[made.client_id] = made
            return made

    def answer_authorization(self, url: str, user: str = "alice", *, approve: bool = True) -> str:
        """Answers as a user (entered when missing) what the page at that URL asks; gives where the browser goes then.

        Raises ValueError for a page that only shows an error.
        """
        with self.world.transaction():
            person = self.world.user(user) or self.world.add_user(user, None, None)
            page, _, search = url.partition("?")
            if page != f"{self.url}/{self.authorize_path}":
                raise ValueError(f"{page} is not where {self.url} asks its users")
            return self.authorize(dict(parse_qsl(search)), person, approve=approve)

    def answer_device(self, user_code: str, user: str = "alice", *, approve: bool = True) -> None:
        """Enters a device's code as a user (entered when missing), and says yes or no. KeyError for an unknown code."""
        with self.world.transaction():
            grant = self._devices[user_code]
            grant.user, grant.denied = self.world.user(user) or self.world.add_user(user, None, None), not approve

    # ---- the rules

    def authorize(self, asked: Mapping[str, str], user: User, *, approve: bool) -> str:
        """Where a user's browser goes after an answer; raises ValueError where the browser goes nowhere."""
        application = self.applications.get(asked.get("client_id", ""))
        if application is None:
            raise ValueError("the client_id is unknown")
        redirect = self.redirect_for(application, asked)
        back = {"state": asked["state"]} if asked.get("state") else {}
        scopes = asked.get("scope", "").split() or application.scopes
        if application.scopes and set(scopes) - set(application.scopes):
            return _joined(redirect, {"error": "invalid_scope", **back})
        if not approve:
            return _joined(redirect, {"error": "access_denied", "error_description": self.denied_text, **back})
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return _joined(redirect, {"error": "invalid_request", **back})
        code = secrets.token_hex(10)
        ends = self.world.clock() + self.code_lifetime
        self._codes[code] = Grant(application, scopes, ends, user, redirect, asked.get("code_challenge", ""))
        return _joined(redirect, {"code": code, **back})

    def redirect_for(self, application: Application, asked: Mapping[str, str]) -> str:
        """The callback that is meant; ValueError for one that was not registered."""
        redirect = asked.get("redirect_uri") or next(iter(application.redirect_uris), "")
        if redirect not in application.redirect_uris:
            raise ValueError("the redirect_uri is not registered")
        return redirect

    def begin_device(self, data: Mapping[str, str]) -> dict[str, Any]:
        """A new code for a device."""
        application = self.applications.get(data.get("client_id", ""))
        if application is None:
            raise RefusedError("client")
        if not application.device_flow:
            raise RefusedError("disabled")
        now = self.world.clock()
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(8))
        user_code = f"{user_code[:4]}-{user_code[4:]}"
        grant = Grant(application, data.get("scope", "").split(), now + self.device_lifetime, asked=now)
        grant.device_code = secrets.token_hex(20)
        self._devices[user_code] = grant
        return {
            "device_code": grant.device_code,
            "user_code": user_code,
            "verification_uri": f"{self.url}/{self.device_page}",
            "expires_in": int(self.device_lifetime),
            "interval": int(grant.interval),
        }

    def grant(self, data: Mapping[str, str]) -> Token:
        """The token for a code, a refresh token or a device's code; raises RefusedError."""
        kind = data.get("grant_type") or "authorization_code"
        application = self.applications.get(data.get("client_id", ""))
        if application is None:
            raise RefusedError("client")
        if kind == DEVICE:
            return self._by_device(application, data.get("device_code", ""))
        if not self._is_known(application, data, kind):
            raise RefusedError("client")
        if kind == "authorization_code":
            return self._by_code(application, data)
        if kind == "refresh_token":
            return self._by_refresh(application, data.get("refresh_token", ""))
        raise RefusedError("grant_type")

    def _is_known(self, application: Application, data: Mapping[str, str], kind: str) -> bool:
        """Whether the secret is right, where one is needed."""
        given = data.get("client_secret")
        if given is None and (not application.confidential or self.needs_no_secret(kind, data)):
            return True
        return given is not None and secrets.compare_digest(given, application.client_secret)

    def needs_no_secret(self, kind: str, data: Mapping[str, str]) -> bool:  # noqa: ARG002 - GitHub looks at them
        """Whether a confidential application may do without its secret here."""
        return False

    def _by_code(self, application: Application, data: Mapping[str, str]) -> Token:
        code = data.get("code", "")
        found = self._codes.get(code)
        known = found is not None and found.application is application and found.ends > self.world.clock()
        if found is None or found.user is None or not known:
            raise RefusedError("code")
        if data.get("redirect_uri", found.redirect_uri) != found.redirect_uri:
            raise RefusedError("redirect")
        if found.challenge and _challenge(data.get("code_verifier", "")) != found.challenge:
            raise RefusedError("code")
        del self._codes[code]
        return self.give_token(application, found.user, found.scopes)

    def _by_device(self, application: Application, device_code: str) -> Token:
        now = self.world.clock()
        user_code, found = next(
            ((code, one) for code, one in self._devices.items() if one.device_code == device_code), ("", None)
        )
        if found is None or found.application is not application:
            raise RefusedError("device")
        if found.ends <= now:
            raise RefusedError("expired")
        if now < found.asked + found.interval:
            found.interval += 5
            raise RefusedError("slow_down", interval=int(found.interval))
        found.asked = now
        if found.user is None:
            raise RefusedError("pending")
        del self._devices[user_code]
        if found.denied:
            raise RefusedError("denied")
        return self.give_token(application, found.user, found.scopes, by_device=True)

    def _by_refresh(self, application: Application, refresh_token: str) -> Token:
        """A new pair; the old one is dead."""
        for value, token in list(self.world.tokens.items()):
            if token.refresh_token and token.refresh_token == refresh_token and token.application is application:
                del self.world.tokens[value]
                return self.give_token(application, token.user, token.scopes, by_device=token.by_device)
        raise RefusedError("refresh")

    def give_token(self, application: Application, user: User, scopes: list[str], *, by_device: bool = False) -> Token:
        """A new pair of tokens, in the forge's format."""
        access, refresh = self.new_pair()
        life = application.token_lifetime
        return self.world.issue_token(
            access, user, "oauth", scopes=scopes, application=application, by_device=by_device,
            refresh_token=None if life is None else refresh, expires=None if life is None else self.after(life),
        )  # fmt: skip

    def after(self, seconds: float) -> datetime:
        """The forge's time so many seconds from now."""
        return self.world.now() + timedelta(seconds=seconds)

    # ---- what only a forge knows

    def new_pair(self) -> tuple[str, str]:
        """The texts of an access token and a refresh token."""
        raise NotImplementedError


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _joined(url: str, parameters: Mapping[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(parameters)}"
