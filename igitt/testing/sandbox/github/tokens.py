"""GitHub's credentials: user tokens, App JWTs and installation tokens, checked as GitHub checks them.

The only place of the sandbox that knows about keys and signatures of credentials.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from functools import cache
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.wire import ApiError, Request, Viewer

if TYPE_CHECKING:
    from igitt.testing.sandbox.credentials import App, Installation, Token
    from igitt.testing.sandbox.github.forge import GitHubForge

NOT_DECODED = "A JSON web token could not be decoded"
TOO_FAR = "'Expiration time' claim ('exp') is too far in the future"
NO_EXP = (
    "'Expiration time' claim ('exp') must be a numeric value representing the future time "
    "at which the assertion expires"
)
NO_IAT = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"


@cache
def key_pair(number: int) -> tuple[str, str]:  # noqa: ARG001  the cache keeps a pair for each
    """An RSA key for the App of that number in its forge, private (PKCS#1) and public, as PEM text.

    It serves every forge of this process, because making one is slow.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  loads only where an App is used
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def authenticate(forge: GitHubForge, request: Request) -> Viewer:
    """Who the ``Authorization`` header says; 401 "Bad credentials" for one that is wrong."""
    header = request.headers.get("authorization")
    if not header:
        return Viewer()
    scheme, _, value = header.partition(" ")
    value = value.strip()
    if request.path.startswith("/api/v3/applications/"):
        return Viewer()  # the application itself: the routes look at it
    if scheme.lower() == "basic":
        return _basic(forge, value)
    if scheme.lower() not in {"bearer", "token"}:
        raise bad_credentials()
    if scheme.lower() == "bearer" and value.startswith("ey") and value.count(".") == 2:
        return Viewer("app", app=check_jwt(forge, value))
    return _viewer(forge, value)


def bad_credentials() -> ApiError:
    """The answer to a wrong, expired or too young token."""
    return ApiError(401, "Bad credentials")


def _basic(forge: GitHubForge, value: str) -> Viewer:
    try:
        name, _, word = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise bad_credentials() from None
    return _viewer(forge, word if word in forge.world.tokens else name)


def _viewer(forge: GitHubForge, value: str) -> Viewer:
    token = forge.find_token(value)
    if token is None or token.usable_from > forge.world.clock():
        raise bad_credentials()
    if token.installation is None:
        return Viewer("user", token.user, token)
    if token.installation.id not in forge.world.installations:
        raise bad_credentials()
    if token.installation.suspended is not None:
        raise ApiError(403, "This installation has been suspended")
    return Viewer("installation", token.user, token, installation=token.installation)


def check_jwt(forge: GitHubForge, value: str) -> App:
    """The App that signed a JWT; GitHub's 401 texts for one that does not hold."""
    import jwt  # noqa: PLC0415  loads only where an App is used

    off: Any = {f"verify_{name}": False for name in ("signature", "exp", "iat", "nbf", "aud", "iss", "sub", "jti")}
    try:
        claims: dict[str, Any] = jwt.decode(value, options=off)
        app = find_app(forge, claims.get("iss"))
        if app is None:
            raise ApiError(404, "Integration not found")
        jwt.decode(value, app.public_key, algorithms=["RS256"], options=off | {"verify_signature": True})
    except jwt.PyJWTError:
        raise ApiError(401, NOT_DECODED) from None
    now = forge.world.clock()
    begin, end = claims.get("iat"), claims.get("exp")
    if not isinstance(end, int) or isinstance(end, bool) or end <= now:
        raise ApiError(401, NO_EXP)
    if end > now + 600:
        raise ApiError(401, TOO_FAR)
    if not isinstance(begin, int) or isinstance(begin, bool) or begin > now + 1:
        raise ApiError(401, NO_IAT)
    return app


def find_app(forge: GitHubForge, issuer: Any) -> App | None:
    """The App of an id (number or text) or a client id."""
    return next((app for app in forge.world.apps.values() if str(issuer) in {str(app.id), app.client_id}), None)


def mint(
    forge: GitHubForge, installation: Installation, permissions: dict[str, str], repositories: set[int] | None
) -> Token:
    """A new installation token in today's long format, ``ghs_APPID_`` and a text like a JWT of some 500 characters."""
    tail = ".".join(secrets.token_urlsafe(size) for size in (45, 180, 152))
    value = f"ghs_{installation.app.id}_ey{tail}"
    token = forge.world.issue_token(
        value, installation.app.bot, "installation", installation=installation, permissions=permissions,
        repositories=repositories, usable_from=forge.world.clock() + forge.new_token_delay,
    )  # fmt: skip
    token.expires = forge.after(forge.token_lifetime)
    return token
