"""What a response means: the one table of status, headers and body → accepted, wait, repeat, or which error.

The same for REST, GraphQL and OAuth. Data and pure functions: nothing here sends, waits or raises. Rows are tried
from the top, and the first that matches counts:

====================================  =================  =========================================================
answer                                it is              and then
====================================  =================  =========================================================
2xx                                   accepted           to a read only 200 and 203, and what the endpoint documents
other 1xx to 3xx                      no response        InvalidResponseError (redirects are followed before)
401                                   the credential     tried again if the credential has a new secret
429                                   a rate limit       wait as told, within ``max_wait``
403 that names a limit                a rate limit       likewise, whatever else it says
403 that names a permission           a permission       PermissionDeniedError, also on the window's last unit
403 of a size                         a bad value        ValidationError: no permission would help
403 with ``Retry-After``, or          a rate limit       wait
nothing left
422 "submitted too quickly"           a rate limit       wait: content is created too fast
408, 500, 502-504, 520-530            a passing failure  repeat what may be repeated, ``Retry-After`` obeyed
other 4xx, 5xx                        a refusal          the error of the status
200 with GraphQL's or OAuth's errors  by their names     as the same in REST
====================================  =================  =========================================================

Sources: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api,
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api,
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api,
https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/, RFC 9110 (sections 10.2.3 and 15).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from igitt._base import json as _json
from igitt._base.answer import Answer, explain
from igitt._base.forges import built_in
from igitt._base.provider import Provider
from igitt._limits.headers import named_wait, nothing_left, unnamed_wait
from igitt.errors import (
    AuthenticationError,
    ConflictError,
    ConnectionFailedError,
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    IGittError,
    InvalidResponseError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    ValidationError,
)

__all__ = [
    "LOST",
    "PASSING",
    "Meaning",
    "Verdict",
    "graphql_kind",
    "judge",
    "judge_graphql",
    "kind_of_status",
    "oauth_kind",
]

#: Failures of the forge or of a proxy before it, which may be gone the next time; 520 to 530 are Cloudflare's, which
#: stands before gitlab.com. 501 is not one: what is not implemented will not be in a second.
PASSING = frozenset({408, 500, 502, 503, 504, *range(520, 531)})
#: The responses that leave open whether a write was carried out: 408, and all failures of the forge and of what stands
#: before it, except for 501 ("not implemented").
LOST = frozenset({408, *range(500, 600)} - {501})
#: The statuses of a whole response to a read.
_WHOLE = frozenset({200, 203})
#: Those of a write; 206 is a part of something.
_DONE = frozenset(range(200, 300)) - {206}
_BY_STATUS: dict[int, type[IGittError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: ElementDoesntExistError,
    405: ConflictError,
    407: ConnectionFailedError,
    408: RequestTimeoutError,
    409: ConflictError,
    410: ElementDoesntExistError,
    412: ConflictError,
    429: RateLimitError,
    451: PermissionDeniedError,
}
#: GitHub answers 422 for a commit that does not exist, and for the ref of a deployment or a workflow.
_ABSENT = ("no commit found", "no ref found")
_TAKEN = ("already_exists", "already exists", "already been taken")
_LIMIT = re.compile(
    r"\brate[ -]?limit|secondary rate|abuse detection|too many requests|(submitted|requested) too quickly|retry later",
    re.IGNORECASE,
)
_TOO_QUICKLY = "submitted too quickly"
_TOO_LARGE = re.compile(r"\btoo[_ ]large\b", re.IGNORECASE)
#: Words of a 403 that is about permissions.
_PERMISSION = re.compile(
    r"not accessible|permission|privilege|\bmust (be|have)\b|\badmin|\baccess|not allowed|denied|forbidden|protected"
    r"|block|suspend|upgrade|authori[sz]|\bscope|saml|single sign-on|organi[sz]ation|verif|disabled|archived|read.only"
    r"|granted|billing|\bowner\b|\bmember|credential|can(not|'t| not)\b|plan\b",
    re.IGNORECASE,
)
#: What GitHub's kinds of GraphQL errors mean; those that are not here are about the query. The type of the primary
#: limit is documented nowhere and has both spellings in the field.
_GRAPHQL: dict[object, type[IGittError]] = {
    "RATE_LIMITED": RateLimitError,
    "RATE_LIMIT": RateLimitError,
    "NOT_FOUND": ElementDoesntExistError,
    "FORBIDDEN": PermissionDeniedError,
    "INSUFFICIENT_SCOPES": PermissionDeniedError,
    "SERVICE_UNAVAILABLE": ServerError,
    "INTERNAL": ServerError,
}
#: What the names of OAuth's refusals mean (RFC 6749, RFC 8628, and GitHub's own), whatever their status is; those that
#: are not here are about what was asked.
_OAUTH: dict[str, type[IGittError]] = {
    "access_denied": PermissionDeniedError,
    "application_suspended": PermissionDeniedError,
    "bad_refresh_token": AuthenticationError,
    "bad_verification_code": AuthenticationError,
    "device_flow_disabled": ValidationError,
    "expired_token": AuthenticationError,
    "incorrect_client_credentials": AuthenticationError,
    "incorrect_device_code": AuthenticationError,
    "invalid_client": AuthenticationError,
    "invalid_grant": AuthenticationError,
    "invalid_redirect_uri": ValidationError,
    "invalid_scope": ValidationError,
    "redirect_uri_mismatch": ValidationError,
    "server_error": ServerError,
    "temporarily_unavailable": ServerError,
    "token_expired": AuthenticationError,
    "unauthorized_client": AuthenticationError,
    "unsupported_grant_type": ValidationError,
    "unverified_user_email": PermissionDeniedError,
}
#: GitHub's word for a query that ran into its time limit or a fault of its own, and GitLab's.
_WRONG = re.compile(r"^(something went wrong while executing your query|internal server error\b)", re.IGNORECASE)


class Meaning(Enum):
    """What a response is."""

    ACCEPTED = "accepted"
    CREDENTIAL = "the credential is not accepted"
    LIMIT = "a rate limit"
    PASSING = "a failure that may pass"
    REFUSED = "a refusal, or no answer at all"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a response means.

    Attributes:
        meaning: what it is.
        error: what it is raised as, if nothing better comes; None for what is accepted.
        applied: whether the forge may have carried the request out.
        wait: in how many seconds the request is worth sending again; None if the response does not say.
        everything: whether the limit concerns everything that the identity sends, and not one budget.
        message: the response's own words.
    """

    meaning: Meaning
    error: type[IGittError] | None = None
    applied: bool = False
    wait: float | None = None
    everything: bool = False
    message: str = ""


_ACCEPTED = Verdict(Meaning.ACCEPTED, applied=True)


def judge(
    answer: Answer,
    method: str,
    *,
    now: float,
    refusals: int = 0,
    accepted: frozenset[int] = frozenset(),
    passing: frozenset[int] = PASSING,
    provider: Provider | None = None,
) -> Verdict:
    """What a response of REST or OAuth means.

    Args:
        answer: the response.
        method: the HTTP method that was sent, in capitals.
        now: this machine's time, in seconds since the epoch; used where the response has no ``Date``.
        refusals: how many times the same request was refused for a rate limit before.
        accepted: the statuses that the endpoint documents besides the usual ones.
        passing: the statuses that are worth a repetition.
        provider: the forge; None where it may be any.
    """
    status = answer.status
    if status in (_WHOLE if method in {"GET", "HEAD"} else _DONE):
        return _ACCEPTED
    message, fields, data = explain(answer)
    kind = kind_of_status(status, message, fields, data)
    # What an endpoint accepts besides is its own refusals; a rate limit is not one of them.
    if _is_limit(answer, message, fields, kind, provider):
        return _limit(answer, message, now, refusals)
    if status in accepted:
        return _ACCEPTED
    if status == 401:
        return Verdict(Meaning.CREDENTIAL, kind, message=message)
    if status in passing:
        return Verdict(Meaning.PASSING, kind, applied=True, wait=named_wait(answer.headers, now), message=message)
    return Verdict(Meaning.REFUSED, kind, applied=not 400 <= status < 500, message=message)


def judge_graphql(
    answer: Answer,
    method: str,
    *,
    now: float,
    refusals: int = 0,
    accepted: frozenset[int] = frozenset(),
    passing: frozenset[int] = PASSING,
    provider: Provider | None = None,
) -> Verdict:
    """What a response of GraphQL means, where refusals come with status 200, too; takes what :func:`judge` takes."""
    verdict = judge(answer, method, now=now, refusals=refusals, accepted=accepted, passing=passing, provider=provider)
    if verdict.meaning is not Meaning.ACCEPTED:
        return verdict
    try:
        data = _json.loads(answer.content) if answer.content else None
    except ValueError:
        return verdict  # reading the data shows it
    if not isinstance(data, dict) or not data.get("errors"):
        return verdict
    kind, texts = graphql_kind(data["errors"])
    message = "; ".join(texts)
    if issubclass(kind, RateLimitError):
        found = _limit(answer, message, now, refusals)
        return Verdict(found.meaning, kind, _has_value(data.get("data")), found.wait, found.everything, message)
    if issubclass(kind, ServerError):
        return Verdict(Meaning.PASSING, kind, applied=True, wait=named_wait(answer.headers, now), message=message)
    return Verdict(Meaning.REFUSED, kind, applied=_has_value(data.get("data")), message=message)


def graphql_kind(errors: object) -> tuple[type[IGittError], list[str]]:
    """What GraphQL's ``errors`` are raised as, and the words of each."""
    told = [error if isinstance(error, dict) else {"message": error} for error in _each(errors)]
    kinds = [kind for kind in map(_kind_of_error, told) if kind is not None]
    texts = [str(error.get("message")) for error in told]
    # A limit first: whatever else is said, it is worth asking again.
    if RateLimitError in kinds:
        return RateLimitError, texts
    return (kinds[0] if kinds else ValidationError), texts


def oauth_kind(name: str) -> type[IGittError]:
    """What a refusal of OAuth is raised as, by its name."""
    return _OAUTH.get(name, ValidationError)


def kind_of_status(status: int, message: str, fields: Mapping[str, list[str]], data: object) -> type[IGittError]:
    """What a response that is not accepted is raised as, rate limits that come as a 403 or 422 apart.

    Args:
        status: the HTTP status.
        message: what the body says, as :func:`igitt._base.answer.explain` reads it.
        fields: its complaints by field, likewise.
        data: the decoded body, likewise.
    """
    if not 400 <= status < 600:
        return InvalidResponseError
    if status >= 500:
        return ServerError
    complaints = [message.lower(), *(text.lower() for texts in fields.values() for text in texts)]
    if status == 403 and (_TOO_LARGE.search(message) or any(_TOO_LARGE.search(f"{code}") for code in _codes(data))):
        return ValidationError
    # What needs another credential, or a pause, needs that first.
    if status not in {401, 403, 407, 408, 429} and any(word in text for word in _TAKEN for text in complaints):
        return ElementAlreadyExistsError
    if status == 422 and complaints[0].startswith(_ABSENT):
        return ElementDoesntExistError
    return _BY_STATUS.get(status, ValidationError)


# --- rate limits -----------------------------------------------------------------------------------------------------


def _is_limit(
    answer: Answer, message: str, fields: Mapping[str, list[str]], kind: type[IGittError], provider: Provider | None
) -> bool:
    """Whether it is refused for how much is asked, and not for what is asked or by whom."""
    if answer.status == 429:
        return True
    if answer.status == 422:
        return any(_TOO_QUICKLY in text.lower() for texts in ([message], *fields.values()) for text in texts)
    if answer.status != 403:
        return False
    if _LIMIT.search(message):
        return True
    if kind is not PermissionDeniedError or _is_permission(answer.headers, message, provider):
        return False
    return bool(answer.headers.get("retry-after", "").strip()) or nothing_left(answer.headers)


def _is_permission(headers: Mapping[str, str], message: str, provider: Provider | None) -> bool:
    """Whether a 403 is about permissions.

    A forge may name the permission that an endpoint needs in a header of its own; a window's last unit may be spent on
    such a refusal as on anything else.
    """
    forges = built_in() if provider is None else (provider,)
    told = any(headers.get(name) for one in forges for name in one.permission_headers)
    return bool(told) or _PERMISSION.search(message) is not None


def _limit(answer: Answer, message: str, now: float, refusals: int) -> Verdict:
    """A limit: wait as ``Retry-After`` says, else to the window's end if nothing is left, else for a growing time."""
    wait = named_wait(answer.headers, now)
    if wait is None:
        wait = unnamed_wait(answer.headers, now, refusals)
    return Verdict(
        Meaning.LIMIT, RateLimitError, wait=wait, everything=not nothing_left(answer.headers), message=message
    )


# --- bodies ----------------------------------------------------------------------------------------------------------


def _kind_of_error(error: Mapping[str, Any]) -> type[IGittError] | None:
    kind = error.get("type")
    found = _GRAPHQL.get(kind) if isinstance(kind, str) else None
    if found is not None:
        return found
    text = str(error.get("message"))
    if kind in {None, "UNPROCESSABLE"} and (_LIMIT.search(text) or error.get("code") == "graphql_rate_limit"):
        return RateLimitError
    return ServerError if kind is None and _WRONG.match(text) else None


def _each(errors: object) -> list[Any]:
    return errors if isinstance(errors, list) else [errors]


def _codes(data: object) -> Iterator[object]:
    errors = data.get("errors") if isinstance(data, dict) else None
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            yield error.get("code")


def _has_value(data: object) -> bool:
    """Whether any field of GraphQL's ``data`` came: a mutation may have been carried out in part."""
    return isinstance(data, dict) and any(value is not None for value in data.values())
