"""GitLab's OAuth: the web flow, the device flow, refreshing, revoking; refusals in Doorkeeper's shape and status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.gitlab.context import params_of, routes
from igitt.testing.sandbox.oauth import RefusedError
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.credentials import Token

_CLIENT = (
    "Client authentication failed due to unknown client, no client authentication included, "
    "or unsupported authentication method."
)
_GRANT = (
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI "
    "used in the authorization request, or was issued to another client."
)
_REFUSALS = {
    "client": (401, "invalid_client", _CLIENT),
    "code": (400, "invalid_grant", _GRANT),
    "redirect": (400, "invalid_grant", _GRANT),
    "refresh": (400, "invalid_grant", _GRANT),
    "grant_type": (
        400,
        "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server.",
    ),
    "device": (400, "invalid_grant", _GRANT),
    "disabled": (401, "unauthorized_client", "The client is not authorized to perform this request using this method."),
    "pending": (
        400,
        "authorization_pending",
        "The authorization request is still pending as the user has not decided.",
    ),
    "slow_down": (400, "slow_down", "The authorization request is still pending and polling should be slower."),
    "expired": (400, "expired_token", "The device_code has expired."),
    "denied": (400, "access_denied", "The resource owner or authorization server denied the request."),
}


def _refused(refusal: RefusedError) -> ApiError:
    status, name, text = _REFUSALS[refusal.word]
    return ApiError(status, error=name, error_description=text)


def _form(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in params_of(request).items()}


@routes.get("/oauth/authorize", web=True)
def authorize(request: Request) -> object:
    """The page that asks the user; here it is taken for answered with yes, by alice."""
    user = request.world.add_user("alice", None, None)
    try:
        target = request.forge.authorize(dict(request.args), user, approve=True)
    except ValueError as error:
        return Reply(text=f"<html><body>{error}</body></html>", status=401, content_type="text/html")
    return Reply(text="", status=302, headers={"Location": target}, content_type="text/html")


@routes.post("/oauth/authorize_device", web=True)
def authorize_device(request: Request) -> object:
    """Begins the device flow."""
    try:
        begun = request.forge.begin_device(_form(request))
    except RefusedError as refusal:
        raise _refused(refusal) from None
    return begun | {"verification_uri_complete": f"{begun['verification_uri']}?user_code={begun['user_code']}"}


@routes.post("/oauth/token", web=True)
def token(request: Request) -> object:
    """Trades a code, a device's code or a refresh token; a code's redirect_uri has to be told again."""
    data = _form(request)
    if data.get("grant_type") is None:
        text = "Missing required parameter: grant_type."
        raise ApiError(400, error="invalid_request", error_description=text)
    if data["grant_type"] == "authorization_code":
        data.setdefault("redirect_uri", "")
    try:
        made = request.forge.grant(data)
    except RefusedError as refusal:
        raise _refused(refusal) from None
    answer: dict[str, Any] = {"access_token": made.value, "token_type": "Bearer"}
    if made.expires is not None:
        answer["expires_in"] = int(made.expires.timestamp() - made.created.timestamp())
    answer |= {"refresh_token": made.refresh_token} if made.refresh_token else {}
    return answer | {"scope": " ".join(made.scopes), "created_at": int(made.created.timestamp())}


@routes.post("/oauth/revoke", web=True)
def revoke(request: Request) -> object:
    """Ends a token that holds, by either of its texts; any other is answered the same."""
    data = _form(request)
    application = request.forge.applications.get(data.get("client_id", ""))
    secret = data.get("client_secret")
    known = application is not None and (
        secret == application.client_secret or (secret is None and not application.confidential)
    )
    given = data.get("token", "")
    for value, one in list(request.world.tokens.items()):
        if given in {value, one.refresh_token} and one.application is not None:
            if not known or one.application is not application:
                text = "You are not authorized to revoke this token"
                raise ApiError(403, error="unauthorized_client", error_description=text)
            if request.forge.find_token(value) is not None:
                del request.world.tokens[value]
    return {}


def _own(request: Request) -> Token:
    found = request.viewer.token
    if found is None or found.application is None:
        text = "The access token is invalid"
        raise ApiError(401, error="invalid_token", error_description=text)
    return found


@routes.get("/oauth/token/info", web=True)
def info(request: Request) -> object:
    """What is known of the token that asks."""
    one = _own(request)
    left = None if one.expires is None else int(one.expires.timestamp() - request.world.now().timestamp())
    return {
        "resource_owner_id": one.user.id,
        "scope": one.scopes,
        "expires_in": left,
        "application": {"uid": one.application.client_id if one.application else None},
        "created_at": int(one.created.timestamp()),
        "scopes": one.scopes,
        "expires_in_seconds": left,
    }
