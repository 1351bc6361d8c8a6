"""Every exception that igitt raises.

One tree, so that a bot can catch errors as broadly or as narrowly as it likes:

* :class:`IGittError` (a :class:`RuntimeError`)

  * :class:`AuthenticationError`: the credential is missing or not valid (401)
  * :class:`ReadOnlyError`: a write through a client made with ``read_only=True``
  * :class:`PermissionDeniedError`: the credential does not allow this (403)
  * :class:`ElementDoesntExistError`: no such thing, or none that the credential may see (404, 410)
  * :class:`ConflictError`: the thing is not in the state that the request needs (405, 409, 412)

    * :class:`ElementAlreadyExistsError`

  * :class:`ValidationError`: the forge, or igitt before sending, rejects a value (400, 422)
  * :class:`RateLimitError`: too many requests, and waiting would exceed ``max_wait`` (403, 429)
  * :class:`ServerError`: the forge failed (5xx)
  * :class:`ConnectionFailedError`: no response came

    * :class:`RequestTimeoutError`: no response came in time (408)

  * :class:`InvalidResponseError`: a response that no API of this kind sends
  * :class:`IncompleteListError`: the forge sends only a part of a list
  * :class:`StoreError`: a store of the cache or of tokens failed; no request fails because of it
  * :class:`UnsupportedOperationError`: this forge cannot do that at all
  * :class:`WebhookError`

    * :class:`InvalidSignatureError`, :class:`InvalidPayloadError`, :class:`UnknownEventError`

Nothing but names and data belongs here: how a response becomes an exception is decided in :mod:`igitt._http.refusals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict, Unpack

__all__ = [
    "AuthenticationError",
    "ConflictError",
    "ConnectionFailedError",
    "ElementAlreadyExistsError",
    "ElementDoesntExistError",
    "IGittError",
    "IGittWarning",
    "IncompleteListError",
    "InvalidPayloadError",
    "InvalidResponseError",
    "InvalidSignatureError",
    "PermissionDeniedError",
    "RateLimitError",
    "ReadOnlyError",
    "RequestTimeoutError",
    "ServerError",
    "StoreError",
    "UnknownEventError",
    "UnknownOptionError",
    "UnsupportedOperationError",
    "ValidationError",
    "WebhookError",
]


class ErrorContext(TypedDict, total=False):
    """The keywords that every error takes beside its message and status."""

    url: str | None
    method: str | None
    request_id: str | None
    data: object
    response_headers: Mapping[str, str] | None


class IGittError(RuntimeError):
    """The base of all igitt errors.

    Args:
        message: one sentence for a person.
        status: the HTTP status, or None without a response.
        url: the URL of the request, without its query's secrets.
        method: the HTTP method.
        request_id: the forge's id of the request, which its support asks for.
        data: the decoded body of the response.
        response_headers: the headers of the response.

    Attributes:
        outcome_unknown: whether the forge may have carried the request out although this error is raised: its response
            was lost, and it cannot be looked up. False when it is certain that nothing was done.
        partial: what an operation of several steps had made before the step that failed, such as the merge request
            whose labels were refused; None when nothing was made.

    ``args[:2]`` is ``(message, status)``, and the error pickles.
    """

    def __init__(
        self,
        message: str = "",
        status: int | None = None,
        **context: Unpack[ErrorContext],
    ) -> None:
        super().__init__(message, status)
        self.message = message
        self.status = status
        self.url = context.get("url")
        self.method = context.get("method")
        self.request_id = context.get("request_id")
        self.data = context.get("data")
        self.response_headers: dict[str, str] = dict(context.get("response_headers") or {})
        self.outcome_unknown = False
        self.partial: object = None

    def __str__(self) -> str:
        """The message, then the request and its response."""
        if self.method is None:
            return self.message
        status = f", status {self.status}" if self.status else ""
        request_id = f", request {self.request_id}" if self.request_id else ""
        return f"{self.message} ({self.method} {self.url}{status}{request_id})"


class IGittWarning(UserWarning):
    """Code does not do what it looks like; ``warnings.simplefilter("error", IGittWarning)`` raises it."""


class AuthenticationError(IGittError):
    """The credential is missing, wrong, expired or revoked (401)."""


class ReadOnlyError(IGittError):
    """A write was refused before it was sent, because the client is ``read_only``."""


class PermissionDeniedError(IGittError):
    """The credential is good, but does not allow this (403, 451)."""


class ElementDoesntExistError(IGittError, LookupError):
    """The thing does not exist, or the credential may not see it (404, 410).

    Forges respond with the same to both, so that a stranger learns nothing.
    """


class ConflictError(IGittError):
    """The thing is not in the state that the request needs (405, 409, 412)."""


class ElementAlreadyExistsError(ConflictError):
    """Something of that name exists already."""


class ValidationError(IGittError, ValueError):
    """A value is not acceptable: to the forge (400, 422), or to igitt before anything was sent (status None).

    Args:
        message: one sentence for a person.
        status: the HTTP status, or None when nothing was sent.
        errors: the messages by field; those that name no field are under ``""``.
        context: the keywords of :class:`IGittError`.
    """

    def __init__(
        self,
        message: str = "",
        status: int | None = None,
        *,
        errors: Mapping[str, list[str]] | None = None,
        **context: Unpack[ErrorContext],
    ) -> None:
        super().__init__(message, status, **context)
        self.errors: dict[str, list[str]] = dict(errors or {})


class UnknownOptionError(ValidationError, TypeError):
    """There is no option of that name; the message says which there are."""


class RateLimitError(IGittError):
    """The forge refuses further requests for now (403 or 429), for longer than ``max_wait`` allows.

    Args:
        message: one sentence for a person.
        status: the HTTP status.
        reset_at: when requests are accepted again, in UTC.
        retry_after: seconds from the response until then.
    """

    def __init__(
        self,
        message: str = "",
        status: int | None = None,
        *,
        reset_at: datetime | None = None,
        retry_after: float | None = None,
        **context: Unpack[ErrorContext],
    ) -> None:
        super().__init__(message, status, **context)
        self.reset_at = reset_at
        self.retry_after = retry_after


class ServerError(IGittError):
    """The forge failed (5xx), and still failed when the retry policy gave up."""


class ConnectionFailedError(IGittError):
    """No complete response came: name, route, TLS, proxy (407), or a broken connection."""


class RequestTimeoutError(ConnectionFailedError, TimeoutError):
    """No response came within the client's ``timeout`` or ``total_timeout``, or the forge gave up waiting (408)."""


class InvalidResponseError(IGittError):
    """The response is not one that the API sends: not JSON, a wrong type, a redirect to somewhere else."""


class IncompleteListError(IGittError):
    """The forge sends only a part of a list. It is raised after the last thing that came.

    ``list.partial()`` yields what comes and does not raise.

    Args:
        message: one sentence for a person.
        status: the HTTP status, or None.
        received: how many things came.
        expected: how many there are; None where the forge does not say.
        reason: what cut the list.
    """

    def __init__(
        self,
        message: str = "",
        status: int | None = None,
        *,
        received: int = 0,
        expected: int | None = None,
        reason: str = "",
        **context: Unpack[ErrorContext],
    ) -> None:
        if reason and not message:
            of = "" if expected is None else f" of {expected}"
            message = f"only {received}{of} came, {reason}; the list's .partial() gives them without an error"
        super().__init__(message, status, **context)
        self.received = received
        self.expected = expected
        self.reason = reason


class StoreError(IGittError):
    """A store did not answer, or is damaged. The cache goes on without it; direct users of a store see this."""


class UnsupportedOperationError(IGittError, NotImplementedError):
    """This forge cannot do that; the message says which one and why. ``obj.supports(name)`` asks first."""


class WebhookError(IGittError):
    """A webhook delivery cannot be used."""


class InvalidSignatureError(WebhookError):
    """The delivery was not signed with the secret."""


class InvalidPayloadError(WebhookError, ValueError):
    """The delivery is not a payload of this forge: not JSON, not an object, or a part has the wrong type."""


class UnknownEventError(WebhookError, NotImplementedError):
    """The delivery is of an event that igitt has no handler for; a bot may ignore it."""
