"""One request on its way: what is asked, what of it the response depends on, and what already happened to it.

Only values and what follows from them; sending and deciding is :mod:`igitt._http.sender`'s.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from igitt._base import json as _json
from igitt._base.bounded import MAX_BYTES
from igitt._base.checks import is_number, is_whole
from igitt._base.credential import ANONYMOUS, Credential
from igitt._base.proof import Named
from igitt._base.token import Token
from igitt._cache.entry import Entry
from igitt._cache.etags import EtagRule
from igitt._http.dialect import Dialect
from igitt._http.refusals import judge
from igitt.cache import ResponseCache
from igitt.errors import InvalidResponseError, ValidationError

__all__ = [
    "PER_PAGE",
    "SAFE",
    "Call",
    "checked_headers",
    "checked_page_size",
    "checked_timeout",
    "checked_total",
    "clean_url",
    "encoded",
    "is_url",
]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_UNCLEAN = re.compile(r"[^!$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]")
_SECRET_PARAMETER = re.compile(r"[?&](access_token|private_token|job_token|client_secret)=", re.IGNORECASE)
#: The most that both forges send at once, and so the fewest requests.
PER_PAGE = 100
#: The methods that change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADER = re.compile(r"[^\0\r\n]*")


class Call:
    """One request: what is asked, and what already happened to it.

    Attributes:
        extra: the headers that are this request's own, the media type that it asks for among them.
        identity: whose response it is.
        credential: the credential as it was sent last.
        validators: the headers that asked whether an entry holds.
        attempts: how often it was repeated after a failure.
        refusals: how often it was refused for the rate limit.
        chances: how often it was sent again after a 401.
        waited: the seconds that it waited for rate limits.
        max_bytes: how many bytes its response may have, unpacked.
        repeatable: whether the forge may have carried it out although no good response came.
        judge: decides what its responses mean, as :func:`igitt._http.refusals.judge`.
        accepted: the statuses that its endpoint documents besides the usual ones.
        reads: whether it changes nothing although its method says so, as a GraphQL query.
        again: whether doing it twice is the same as doing it once.
    """

    __slots__ = (
        "accepted", "again", "attempts", "body", "chances", "credential", "extra", "identity", "judge", "max_bytes",
        "method", "reads", "refusals", "repeatable", "token", "url", "validators", "waited",
    )  # fmt: skip

    def __init__(
        self, method: str, url: str, body: bytes | None, extra: Mapping[str, str], token: Token | None
    ) -> None:
        self.method = method
        self.url = url
        self.body = body
        self.extra = extra
        self.token = token
        self.identity = token.identity if token else ANONYMOUS.identity
        self.credential: Credential = ANONYMOUS
        self.validators: Mapping[str, str] = {}
        self.attempts = self.refusals = self.chances = 0
        self.waited = 0.0
        self.repeatable = self.reads = False
        self.accepted: frozenset[int] = frozenset()
        self.judge = judge
        self.again = method in SAFE
        self.max_bytes = MAX_BYTES

    @property
    def payer(self) -> str:
        """Whose rate limit it is counted in; without a credential, forges count by address."""
        if self.token:
            return self.identity
        import platform  # noqa: PLC0415 - loads when it is first needed

        return f"anonymous at {platform.node()}"

    @property
    def cache_path(self) -> str:
        """The path of :meth:`igitt.cache.ResponseCache.remember`: whose, and where, without the query."""
        return f"{self.identity} {self.url.partition('?')[0]}"

    def cache_key(self, base_url: str, dialect: Dialect) -> Named:
        """The key of its response, made from all that the response depends on."""
        url, _, search = self.url.partition("?")
        normal = f"{url}?{'&'.join(sorted(search.split('&')))}" if search else url
        varying = {**dialect.headers, **self.extra}
        lines = sorted(f"{name.lower()}: {value}" for name, value in varying.items())
        return Named(ResponseCache.key(base_url, self.identity, normal, *lines), self.token)

    @property
    def rotates(self) -> bool:
        """Whether whose response it is stays the same when the credential changes."""
        return self.token is not None and self.identity != self.credential.fingerprint

    @property
    def strayed(self) -> bool:
        """Whether the credential as it was sent is somebody else's than the one that the response is kept for."""
        return self.credential.identity != self.identity

    @property
    def sent(self) -> dict[str, str]:
        """The headers that a response may depend on, names in lower case."""
        return {name.lower(): value for name, value in (*self.extra.items(), *self.credential.headers.items())}

    def validate(self, entry: Entry | None, dialect: Dialect, rule: EtagRule, now: float) -> None:
        """Choose the header that asks whether an entry still holds.

        The ETag covers all of a response, so it goes first: as it came, or as the body has it for another credential. A
        date serves only what has no ETag. Where neither can decide, the whole response is asked for.
        """
        self.validators = {}
        if entry is None or self.strayed:
            return
        if entry.etag is None:
            date = entry.sure_date(now)
            if date is not None:
                self.validators = {"If-Modified-Since": date}
        elif entry.credential == self.credential.fingerprint or not dialect.etag_covers_credential:
            self.validators = {"If-None-Match": entry.etag}
        elif (etag := rule.expected(entry, self.sent)) is not None:
            self.validators = {"If-None-Match": etag}


def is_url(path: str) -> bool:
    """Whether it is a whole URL and no path."""
    return _SCHEME.match(path) is not None


def clean_url(url: str) -> str:
    """The URL with everything encoded that must not stand in one.

    Raises:
        ValidationError: when a parameter of its query would carry a credential.
    """
    secret = _SECRET_PARAMETER.search(url)
    if secret:
        raise ValidationError(
            f"the parameter {secret[1]!r} would put a credential into the URL; give the client a token instead"
        )
    return quote(url, safe="!$%&'()*+,-./:;=?@[]_~") if _UNCLEAN.search(url) else url


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, if they can be sent.

    Raises:
        ValidationError: when one cannot; its value is not shown, as it may be a secret.
    """
    for name, value in headers.items():
        fits = isinstance(name, str) and isinstance(value, str) and name.isascii() and _HEADER.fullmatch(value)
        if not fits or not value.isascii() or not name or any(letter in " :\r\n\0" for letter in name):
            raise ValidationError(f"the header {name!r} cannot be sent: name and value are texts of one line, in ASCII")
    return dict(headers)


def checked_timeout(timeout: object) -> float | tuple[float, float]:
    """The timeout, if it is one; raises ValidationError."""
    parts = timeout if isinstance(timeout, tuple) and len(timeout) == 2 else (timeout,)
    if all(is_number(part) and part > 0 for part in parts):
        return timeout  # type: ignore[return-value]  # every part was just looked at
    raise ValidationError(
        f"timeout is a positive number of seconds, or a pair of them (connect, read), not {timeout!r}"
    )


def checked_total(total: object) -> float:
    """The total time of a response, if it is one; raises ValidationError."""
    if is_number(total) and 0 < total < math.inf:
        return total
    raise ValidationError(f"total_timeout is a positive number of seconds for a whole answer, not {total!r}")


def checked_page_size(size: object) -> int:
    """How many things to ask for at once, if it is one; raises ValidationError."""
    if not is_whole(size) or not 1 <= size <= PER_PAGE:
        raise ValidationError(f"page_size is how many things a page has, from 1 to {PER_PAGE}, not {size!r}")
    return size


def encoded(json: object) -> bytes:
    """A request's body as JSON.

    Raises:
        ValidationError: when it holds what JSON does not have.
    """
    try:
        return _json.dumps(json)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValidationError(f"the body cannot be written as JSON: {error}") from error


def rebased(url: str, base_url: str, origin: str) -> str:
    """A link of a response, as a URL of the client's own origin.

    Proxies make forges write their links with another scheme or host than clients use; following such a link as it
    stands would send the credential there.

    Raises:
        InvalidResponseError: when the link does not lead into the API at all.
    """
    if url.startswith(base_url + "/"):
        return url
    try:
        parts, base = urlsplit(url), urlsplit(base_url)
    except ValueError as error:
        raise InvalidResponseError(f"the forge's link {url.partition('?')[0]!r} is not a URL") from error
    path = parts.path
    if parts.scheme and not path.startswith(base.path + "/"):
        # A proxy may have put a folder before the API's path, or removed one, without the forge knowing.
        root = "/" + "/".join(base.path.strip("/").split("/")[-2:])
        inside = re.match(rf"(?:/[^/]+)?{re.escape(root)}(/.*)", path) if base.path else None
        path = base.path + inside[1] if inside else ""
    if not path:
        raise InvalidResponseError(
            f"the forge's link {url.split('?', maxsplit=1)[0]!r} does not lead into its API at {base_url}"
        )
    return f"{origin}{path}{'?' if parts.query else ''}{parts.query}"
