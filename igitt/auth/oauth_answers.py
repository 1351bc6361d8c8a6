"""The responses of a forge's OAuth endpoints: a pair of tokens, or a refusal by name, whatever its HTTP status says.

GitHub refuses with status 200, GitLab with 400 and 401; the names are those of RFC 6749 and RFC 8628, and GitHub's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from igitt._base import json as _json
from igitt._base.answer import Answer
from igitt._base.provider import NEUTRAL, Provider
from igitt._http import error_mapping as failures
from igitt._http.refusals import oauth_kind
from igitt.errors import ErrorContext, IGittError, InvalidResponseError

__all__ = ["content_of", "refusal", "refusal_name"]

_AGAIN = "begin again with authorization_url() or device_login()"
_GRANT = f"it was used before, has expired, or was given to another application or address: {_AGAIN}"


_CLIENT = "do client_id and client_secret belong together, and to this instance?"
_RAN_OUT = f"the user did not answer in time: {_AGAIN}"
#: What a person can do about a refusal of a name; :mod:`igitt._http.refusals` decides which error it is.
_ADVICE = {
    "access_denied": "the user, or the forge in the user's place, said no",
    "application_suspended": "the forge has suspended the application",
    "bad_refresh_token": _GRANT,
    "bad_verification_code": _GRANT,
    "device_flow_disabled": "enable the device flow in the application's settings",
    "expired_token": _RAN_OUT,
    "incorrect_client_credentials": _CLIENT,
    "incorrect_device_code": _GRANT,
    "invalid_client": _CLIENT,
    "invalid_grant": _GRANT,
    "invalid_redirect_uri": "redirect_uri has to be one that the application registered",
    "invalid_scope": "the application has to be registered for each of the scopes",
    "redirect_uri_mismatch": "redirect_uri has to be one that the application registered",
    "server_error": "try again later",
    "temporarily_unavailable": "try again later",
    "token_expired": _RAN_OUT,
    "unauthorized_client": "the application may not do this; look at its settings",
    "unsupported_grant_type": "this instance or application does not offer this flow",
    "unverified_user_email": "the user has to verify the account's email address",
}


def content_of(answer: Answer) -> Mapping[str, Any]:
    """The object in a response, a refusal included.

    Raises:
        InvalidResponseError: when there is none. The error quotes nothing: the response may hold a token.
    """
    try:
        data = _json.loads(answer.content) if answer.content else {}
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise InvalidResponseError(
            "the response is not a JSON object; is the url the forge's?", answer.status, url=answer.url, method="POST"
        )
    return data


def refusal_name(data: Mapping[str, Any]) -> str | None:
    """The name of a refusal; None for anything else."""
    name = data.get("error")
    return name if isinstance(name, str) and name else None


def refusal(data: Mapping[str, Any], answer: Answer | None = None, provider: Provider = NEUTRAL) -> IGittError:
    """The error for a refusal, or for a callback that brings one.

    Args:
        data: what was sent, with ``error`` and perhaps ``error_description``.
        answer: what it was read from; None for a callback.
        provider: the forge.
    """
    name = refusal_name(data)
    if name is None:
        if answer is not None and answer.status >= 300:
            return failures.error_for(answer, "POST", None, provider=provider)
        return InvalidResponseError("the response holds neither a token nor an error")
    context = ErrorContext()
    if answer is not None:
        # Nothing but these: what else is in there may be a secret.
        told = {key: data[key] for key in ("error", "error_description", "error_uri", "interval") if key in data}
        request_id = provider.request_id_of(answer.headers)
        context = ErrorContext(url=answer.url, method="POST", data=told, request_id=request_id)
    parts = (_shown(name), _shown(data.get("error_description")).rstrip("."), _ADVICE.get(name, ""))
    return oauth_kind(name)(": ".join(filter(None, parts)), None if answer is None else answer.status, **context)


def _shown(text: object) -> str:
    """A text that came from outside, cut to one short line."""
    if not isinstance(text, str):
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in text[:300]).strip()
