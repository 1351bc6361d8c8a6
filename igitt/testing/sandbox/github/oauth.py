"""GitHub's OAuth: the web flow, the device flow, refreshing, and what an application may do to its users' tokens.

Refusals come with status 200, as GitHub has it. A user's token may here do what the user may; GitHub also asks whether
the App may.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from igitt.testing.sandbox.github.context import body_of, invalid, iso, routes
from igitt.testing.sandbox.github.shapes import accounts as shapes
from igitt.testing.sandbox.oauth import RefusedError
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from igitt.testing.sandbox.credentials import Token
    from igitt.testing.sandbox.oauth import Application

_REFUSALS = {
    "client": ("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."),
    "code": ("bad_verification_code", "The code passed is incorrect or expired."),
    "redirect": (
        "redirect_uri_mismatch",
        "The redirect_uri MUST match the registered callback URL for this application.",
    ),
    "refresh": ("bad_refresh_token", "The refresh token passed is incorrect or expired."),
    "grant_type": ("unsupported_grant_type", "The grant_type is not supported."),
    "device": ("incorrect_device_code", "The device_code provided is not valid."),
    "disabled": ("device_flow_disabled", "Device Flow must be explicitly enabled for this App"),
    "pending": ("authorization_pending", "The authorization request is still pending."),
    "slow_down": ("slow_down", "Too many requests have been made in the same timeframe."),
    "expired": ("expired_token", "The device_code has expired."),
    "denied": ("access_denied", "The authorization request was denied."),
}


@routes.get("/login/oauth/authorize", web=True)
def authorize(request: Request) -> object:
    """The page that asks the user; here it is taken for answered with yes, by ``login`` or alice."""
    asked = dict(request.args)
    user = request.world.user(asked.get("login", "")) or request.world.add_user("alice", None, None)
    try:
        target = request.forge.authorize(asked, user, approve=True)
    except ValueError as error:
        return Reply(text=f"<html><body>{error}</body></html>", status=404, content_type="text/html")
    return Reply(text="", status=302, headers={"Location": target}, content_type="text/html")


def _answered(request: Request, work: Callable[[dict[str, str]], dict[str, Any]]) -> Reply:
    """What comes of a form; form-encoded itself unless JSON was asked for."""
    data = {name: str(value) for name, value in body_of(request).items()}
    try:
        found = work(data)
    except RefusedError as refusal:
        name, text = _REFUSALS[refusal.word]
        found = {"error": name, "error_description": text, "error_uri": "https://docs.github.com/apps"}
        found |= refusal.extra
    if "json" in request.headers.get("accept", ""):
        return Reply(found)
    return Reply(text=urlencode(found), content_type="application/x-www-form-urlencoded")


@routes.post("/login/device/code", web=True)
def device_code(request: Request) -> object:
    """Begins the device flow."""
    return _answered(request, request.forge.begin_device)


@routes.post("/login/oauth/access_token", web=True)
def access_token(request: Request) -> object:
    """Trades a code, a device's code or a refresh token."""

    def work(data: dict[str, str]) -> dict[str, Any]:
        token = request.forge.grant(data)
        answer: dict[str, Any] = {
            "access_token": token.value, "token_type": "bearer", "scope": ",".join(token.scopes),
        }  # fmt: skip
        if token.expires is not None:
            left = int(token.expires.timestamp() - request.world.now().timestamp())
            answer |= {
                "expires_in": left, "refresh_token": token.refresh_token, "refresh_token_expires_in": 15811200,
            }  # fmt: skip
        return answer

    return _answered(request, work)


# ---- what an application may do to a token


def _application(request: Request) -> Application:
    """The application that asks, by its client id and secret."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    try:
        name, _, word = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name = word = ""
    found = request.forge.applications.get(request.params["client_id"])
    if found is None:
        raise request.forge.not_found()
    if scheme.lower() != "basic" or (name, word) != (found.client_id, found.client_secret):
        raise ApiError(401, "Bad credentials")
    return found


def _token(request: Request) -> Token:
    application = _application(request)
    value = body_of(request).get("access_token")
    found = request.forge.find_token(value) if isinstance(value, str) else None
    if found is None or found.application is not application:
        if request.method == "DELETE":
            raise invalid("OauthAccess", "access_token")
        raise request.forge.not_found()
    return found


@routes.post("/applications/{client_id}/token")
def check_token(request: Request) -> object:
    """What is known of a token; 404 for one that is invalid or another application's."""
    token = _token(request)
    application = token.application
    return {
        "id": 1,
        "url": f"{request.forge.api_url}/authorizations/1",
        "app": {
            "client_id": application.client_id if application else "",
            "name": application.name if application else "",
            "url": request.forge.url,
        },
        "token": token.value,
        "hashed_token": "0" * 64,
        "token_last_eight": token.value[-8:],
        "note": None,
        "note_url": None,
        "created_at": iso(token.created),
        "updated_at": iso(token.created),
        "expires_at": iso(token.expires),
        "scopes": token.scopes,
        "fingerprint": None,
        "user": shapes.simple(request.forge, token.user),
    }


@routes.delete("/applications/{client_id}/token")
def revoke_token(request: Request) -> None:
    """Ends one token."""
    del request.world.tokens[_token(request).value]


@routes.delete("/applications/{client_id}/grant")
def revoke_grant(request: Request) -> None:
    """Ends all tokens of the user for the application."""
    one = _token(request)
    for value, token in list(request.world.tokens.items()):
        if token.application is one.application and token.user is one.user:
            del request.world.tokens[value]
