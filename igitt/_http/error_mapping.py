"""How a refusal or a broken connection becomes one of igitt's own errors, with a sentence that says what to do."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import requests

from igitt._base.answer import Answer, explain
from igitt._base.hidden import redacted
from igitt._base.provider import NEUTRAL, Provider
from igitt._base.token import Token
from igitt._base.trust import origin_of, printable
from igitt._base.urllib3 import urllib3
from igitt._http.refusals import kind_of_status
from igitt._limits.headers import LONGEST_WAIT
from igitt.errors import (
    ConnectionFailedError,
    ErrorContext,
    IGittError,
    InvalidResponseError,
    RateLimitError,
    RequestTimeoutError,
    ValidationError,
)

__all__ = [
    "bare",
    "connection_error",
    "error_for",
    "may_have_arrived",
    "never_sent",
    "passing",
    "rate_limit_error",
    "redirect_error",
    "told_as",
]

E = TypeVar("E", bound=IGittError)


def error_for(
    answer: Answer,
    method: str,
    token: Token | None,
    credential: Mapping[str, str] | None = None,
    provider: Provider = NEUTRAL,
) -> IGittError:
    """The error that a response which is not accepted means; :mod:`igitt._http.refusals` decides on its kind.

    Args:
        answer: the response.
        method: the HTTP method that was sent.
        token: the credential that was sent.
        credential: the headers that carried it: pages that show what was sent are not to show these.
        provider: the forge.
    """
    if credential:
        answer = redacted(answer, credential)
    message, fields, data = explain(answer)
    status = answer.status
    context = _context(answer, method, data, provider)
    kind = kind_of_status(status, message, fields, data)
    if kind is InvalidResponseError:
        return kind(_unexpected(status), status, **context)
    message = _with_advice(message or f"status {status}", answer, token, provider)
    if kind is ValidationError:
        return ValidationError(message, status, errors=fields, **context)
    return kind(message, status, **context)


def _unexpected(status: int) -> str:
    if 200 <= status < 300:
        return f"status {status} is not a complete response of this endpoint; ask again later"
    return f"an unexpected response with status {status}"


def _with_advice(message: str, answer: Answer, token: Token | None, provider: Provider) -> str:
    """The forge's words, and what a person can do about it."""
    advice = provider.advice(answer.status, answer.headers)
    if advice:
        pass
    elif answer.status == 401:
        advice = "give the client a token" if token is None else token.advice
    elif answer.status == 404:
        advice = "the name may be wrong" + (
            ", or it is private and needs a token" if token is None else ", or this token may not see it"
        )
    elif answer.status == 407:
        advice = "a proxy on the way requires a login; put it into its address (HTTPS_PROXY, HTTP_PROXY)"
    elif answer.status in {408, 503} and answer.headers.get("retry-after"):
        advice = f"ask again after {answer.headers['retry-after']} (Retry-After)"
    return f"{message}: {advice}" if advice else message


def told_as(kind: type[E], error: IGittError, message: str) -> E:
    """The same refusal as an error of another kind, where a forge's status says less than is known."""
    return kind(
        message,
        error.status,
        url=error.url,
        method=error.method,
        request_id=error.request_id,
        data=error.data,
        response_headers=error.response_headers,
    )


def redirect_error(answer: Answer, method: str, target: str, provider: Provider = NEUTRAL) -> InvalidResponseError:
    """The error for a redirect out of the API."""
    origin = origin_of(target)
    here, there = urlsplit(answer.url), urlsplit(target)
    if (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname and here.path == there.path:
        return InvalidResponseError(
            f"{origin_of(answer.url)} redirects everything to {origin}: make the client with that as its url",
            answer.status,
            **_context(answer, method, None, provider),
        )
    return InvalidResponseError(
        f"this redirects to {origin}, where the credential must not go; fetch it from there without one",
        answer.status,
        **_context(answer, method, None, provider),
    )


def rate_limit_error(
    method: str, url: str, message: str, *, wait: float, max_wait: float, now: float, answer: Answer | None
) -> RateLimitError:
    """The error for a limit that asks for a longer wait than the client may take.

    Args:
        method: the request's method.
        url: its URL.
        message: what the forge said.
        wait: how long nothing is accepted, in seconds from now.
        max_wait: how long the client may wait, in seconds.
        now: the time.
        answer: the refusal; None if the request was not sent.
    """
    shown = printable(url)
    # A year is as good as never, and dates end in the year 9999.
    wait = min(wait, LONGEST_WAIT)
    context = ErrorContext(url=shown, method=method) if answer is None else _context(answer, method, None)
    return RateLimitError(
        f"{message or 'rate limit reached'}: requests are accepted again in {wait:.0f} s, "
        f"and this client waits {max_wait:.0f} s at most (max_wait)",
        None if answer is None else answer.status,
        reset_at=datetime.fromtimestamp(now, UTC) + timedelta(seconds=wait),
        retry_after=wait,
        **context,
    )


def connection_error(
    error: Exception, method: str, url: str, proxy: str | None = None, total: float | None = None
) -> IGittError:
    """The error for a response that never came.

    Args:
        error: what `requests` raised.
        method: the request's method.
        url: its URL.
        proxy: the proxy that it was sent through.
        total: the seconds that the whole response had, if they are over.
    """
    shown = printable(url)
    if total is not None:
        sentence = f"no complete response within {total:g} s (total_timeout)"
        return RequestTimeoutError(sentence, method=method, url=shown)
    if isinstance(error, requests.exceptions.SSLError):
        sentence = "the TLS connection failed; is the certificate one that this machine trusts (REQUESTS_CA_BUNDLE)?"
        return ConnectionFailedError(f"{sentence} {_reason(error)}", method=method, url=shown)
    slow = urllib3.exceptions.ReadTimeoutError
    if isinstance(error, requests.Timeout | slow) or isinstance(_wrapped(error), slow):
        return RequestTimeoutError("no response within the client's timeout", method=method, url=shown)
    if isinstance(
        error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema | requests.exceptions.InvalidHeader
    ):
        return ValidationError(f"this cannot be asked: {error}", method=method, url=shown)
    if isinstance(error, requests.exceptions.ProxyError):
        where = urlsplit(proxy or "").hostname or "the environment or the session names"
        sentence = f"no connection through the proxy {where} ({_reason(error)}); is the proxy up, is its address right?"
    elif never_sent(error):
        host = urlsplit(url).netloc
        sentence = f"no connection to {host} ({_reason(error)}); is the client's url right, is the forge up?"
    elif isinstance(error, requests.RequestException | urllib3.exceptions.HTTPError):
        sentence = f"no complete response came ({_reason(error)})"
    elif isinstance(error, ValueError):
        # `requests` looks at where a redirect leads although it is not to follow it.
        return InvalidResponseError(f"the forge's redirect leads nowhere: {error}", method=method, url=shown)
    else:
        sentence = f"the request could not be sent: {error}"
    return ConnectionFailedError(sentence, method=method, url=shown)


def never_sent(error: Exception) -> bool:
    """Whether it is certain that the forge saw nothing of the request."""
    # A proxy that cannot be reached, or makes no tunnel, has passed nothing on.
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def passing(error: Exception) -> bool:
    """Whether the failure may be gone the next time."""
    lasting = (
        requests.exceptions.SSLError,
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidHeader,
    )
    ours = isinstance(error, requests.RequestException | urllib3.exceptions.HTTPError)
    return ours and not isinstance(error, lasting)


def bare(error: Exception) -> Exception:
    """The innermost cause of a failed request, to be kept as the cause of igitt's own error.

    Without the request, and without the frames that it came through: both hold the credential, and error trackers print
    them.
    """
    cause: BaseException = error
    while isinstance(following := getattr(cause, "reason", None) or _wrapped(cause), BaseException):
        cause = following
    cause.__cause__ = cause.__context__ = None
    for name in ("request", "response"):
        if getattr(cause, name, None) is not None:
            setattr(cause, name, None)
    return cause.with_traceback(None) if isinstance(cause, Exception) else error.with_traceback(None)


def _reason(error: BaseException) -> str:
    """The innermost cause's kind; its text may quote a URL with a query."""
    cause: BaseException = error
    while isinstance(following := getattr(cause, "reason", None) or _wrapped(cause), BaseException):
        cause = following
    return type(cause).__name__


def _wrapped(error: BaseException) -> BaseException | None:
    return next((part for part in error.args if isinstance(part, BaseException)), None)


def _context(answer: Answer, method: str, data: object, provider: Provider = NEUTRAL) -> ErrorContext:
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "set-cookie"}
    request_id = provider.request_id_of(answer.headers)
    return ErrorContext(
        url=printable(answer.url), method=method, request_id=request_id, data=data, response_headers=headers
    )


def may_have_arrived(error: BaseException) -> bool:
    """Whether the forge may have seen a request that no response came to."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return False
        inner = getattr(seen, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((part for part in seen.args if isinstance(part, BaseException)), None)
        seen = inner
    return isinstance(error, Exception) and not never_sent(error)
