"""What a forge looks like from outside, as one value: :class:`Provider`.

Registry, URLs, texts, webhooks, errors, lists, limits, cache and command line ask it. A value holds data and pure
functions and loads nothing else, so that telling which forge a URL is of costs no client. :mod:`igitt.provider` is the
public way here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from igitt._base.checks import is_whole
from igitt._base.pages import Words, read_page
from igitt.errors import ValidationError

__all__ = ["API", "NEUTRAL", "Advice", "Marks", "Provider", "Rates", "Scheme", "Verb", "WebhookHeaders"]

#: The version of what a provider gives. An operation that came with a later one is Unsupported for it.
API = 1

Verb = Literal["close", "fix", "resolve", "implement"]
#: Given the status and the headers of a refusal: what a person can do about it, empty for nothing in particular.
Advice: TypeAlias = Callable[[int, Mapping[str, str]], str]
Fields: TypeAlias = Mapping[str, Any]

_CLOSING: Mapping[str, Verb] = {
    "close": "close", "closes": "close", "closed": "close", "fix": "fix", "fixes": "fix", "fixed": "fix",
    "resolve": "resolve", "resolves": "resolve", "resolved": "resolve",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Marks:
    """How the texts of a forge name issues and merge requests, and say what they close.

    Attributes:
        issue: what stands before the number of an issue.
        merge_request: what stands before the number of a merge request, where that differs.
        bare: those of the two before which no repository's name may stand.
        depth: how many parts a repository's name has; None for two or more.
        closing: the words that close, in lower case, and what each of them says.
        after: a regular expression of what may stand between such a word and what it closes.
        between: the same for what may stand between that and the next thing that the same word closes; None where
            each wants its own word.
    """

    issue: tuple[str, ...] = ("#",)
    merge_request: tuple[str, ...] = ()
    bare: frozenset[str] = frozenset()
    depth: int | None = 2
    closing: Mapping[str, Verb] = field(default_factory=lambda: dict(_CLOSING))
    after: str = r":?[ \t]+"
    between: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A way in which a forge signs its deliveries.

    Attributes:
        header: the header, in lower case, that shows that a delivery is signed so.
        kind: ``"hmac"`` for the hexadecimal HMAC of the body, ``"token"`` for the secret itself, ``"standard"`` for the
            Standard Webhooks specification, whose keys begin with ``whsec_``.
        digest: the hash of an HMAC.
        prefix: what stands before its digits.
        weak: whether anybody could forge it, so that it counts only where the caller allows that.
    """

    header: str
    kind: Literal["hmac", "token", "standard"] = "hmac"
    digest: str = "sha256"
    prefix: str = ""
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookHeaders:
    """The headers by which a forge's deliveries are known; all names in lower case.

    Attributes:
        event: the header that names the event.
        delivery: those that may hold the delivery's id, the best first.
        sure: headers that only this forge sends, so that it claims the delivery before others do.
        likely: headers that this forge sends, and others for the sake of what was made for it.
        required: headers without which nothing is a delivery of this forge.
        others: headers of forges that send this one's besides their own.
        event_ending: how the names of its events end, where that is its own.
    """

    event: str
    delivery: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    event_ending: str = ""

    def claim(self, headers: Mapping[str, str]) -> int:
        """How surely a delivery with these (normalized) headers is this forge's: 2, 1, or 0 for not at all."""
        # Asked of each forge for each delivery: loops cost a third of what any() does.
        for name in self.required:
            if name not in headers:
                return 0
        for name in self.others:
            if name in headers:
                return 0
        for name in self.sure:
            if name in headers:
                return 2
        for name in self.likely:
            if name in headers:
                return 1
        return 0

    def is_others(self, headers: Mapping[str, str]) -> bool:
        """Whether a forge sent it that sends this one's headers besides its own."""
        for name in self.others:  # noqa: SIM110 - as above
            if name in headers:
                return True
        return False

    def names(self) -> frozenset[str]:
        """All headers that are known of."""
        return frozenset((self.event, *self.sure, *self.likely, *self.others))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The headers of a rate limit: a prefix, to which ``limit``, ``remaining`` and ``reset`` are added.

    Attributes:
        prefix: such as ``"x-ratelimit-"``.
        name: what is added for the budget's name.
    """

    prefix: str
    name: str


def _no_advice(_status: int, _headers: Mapping[str, str]) -> str:
    return ""


def _no_api(_parts: Sequence[str], _query: Mapping[str, str]) -> Fields:
    return {"kind": "instance"}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Provider:
    """A forge, as a value.

    Attributes:
        name: its name in lower case, such as ``"github"``: the `hoster` of its clients, tokens and events.
        title: its name for people.
        client: where the class of its clients is, as ``"module:Class"``.
        public_url: the web address of the instance that a client without a URL talks to.
        addresses: gives the web address and the API's base URL for either of the two; raises ValidationError for what
            is none. No address ends with a slash.
        hosts: the hosts that are known to be it; one that begins with a dot stands for all below it.
        domains: domains that are the forge's own, so that nobody else runs an instance there.
        sites: domains in which a host's name means nothing, such as those of people's pages.
        host_words: words in the first part of a host's name that identify an instance (``git.example.com`` does not).
        aliases: hosts that only stand in for another one, such as for SSH through the HTTPS port.
        api_prefix: what stands before a host in the name of its API's host; empty where the API lies at a path.
        api_path: where the API lies on an instance, such as ``("api", "v3")``.
        api_collections: the words that an API's path may begin with.
        api_page: reads the path below the API's base, and the query.
        words: the words in the paths of its pages.
        marks: how its texts name things.
        webhooks: the headers of its deliveries.
        signatures: how it signs them, the best first.
        request_id: the headers that may name the request in the forge's logs.
        advice: returns what a person can do about a refusal.
        kept_headers: further headers that belong to a response's meaning, so that the cache keeps them.
        total_headers: the headers with the number of things in a list.
        rates: the headers of rate limits.
        page: the query parameter that counts pages.
        page_size: the query parameter for how many things a page is to have.
        most_per_page: how many it may have.
        token_variable: the environment variable that holds a token, for the command line.
        instance_variables: those that name the instance that the token is for, the user's word first.
        permission_headers: the headers of a refusal that are about permissions, and not about a limit.
        api: the version of :mod:`igitt.provider` that it was written for.
    """

    name: str
    title: str
    client: str
    public_url: str
    addresses: Callable[[str], tuple[str, str]]
    hosts: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    host_words: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    api_prefix: str = ""
    api_path: tuple[str, ...] = ()
    api_collections: frozenset[str] = frozenset()
    api_page: Callable[[Sequence[str], Mapping[str, str]], Fields] = _no_api
    words: Words = field(default_factory=Words)
    marks: Marks = field(default_factory=Marks)
    webhooks: WebhookHeaders | None = None
    signatures: tuple[Scheme, ...] = ()
    request_id: tuple[str, ...] = ("x-request-id",)
    advice: Advice = _no_advice
    kept_headers: frozenset[str] = frozenset()
    total_headers: tuple[str, ...] = ()
    rates: tuple[Rates, ...] = ()
    page: str = "page"
    page_size: str = "per_page"
    most_per_page: int = 100
    token_variable: str = ""
    instance_variables: tuple[str, ...] = ()
    permission_headers: tuple[str, ...] = ()
    api: int = API

    def __post_init__(self) -> None:
        """Refuse a value with which nothing would be found."""
        module, mark, cls = self.client.partition(":") if isinstance(self.client, str) else ("", "", "")
        if not (isinstance(self.name, str) and self.name.isidentifier() and self.name == self.name.lower()):
            raise ValidationError(f"a provider's name is a word in lower case, not {self.name!r}")
        if not (mark and module and cls):
            raise ValidationError(f"a provider's client is 'module:Class', not {self.client!r}")
        if not is_whole(self.api) or not 1 <= self.api <= API:
            raise ValidationError(f"this igitt knows providers of the versions 1 to {API}, not of {self.api!r}")

    def is_at(self, host: str) -> bool:
        """Whether a host is known to be this forge, as nobody else's can be of that name.

        Example:
            >>> from igitt.provider import provider_of
            >>> provider_of("github").is_at("acme.ghe.com"), provider_of("github").is_at("git.example.com")
            (True, False)
        """
        host = self.aliases.get(host.lower(), host.lower())
        return any(host.endswith(one) if one.startswith(".") else host == one for one in self.hosts)

    def owns(self, host: str) -> bool:
        """Whether a host lies in one of the forge's own domains."""
        return f".{host.lower()}".endswith(tuple(f".{one}" for one in self.domains))

    def api_host(self, host: str) -> bool:
        """Whether a host is an API's, and nothing else."""
        return bool(self.api_prefix) and host.startswith(self.api_prefix) and self.is_at(host)

    def api_at(self, host: str, parts: Sequence[str]) -> int | None:
        """Where in the path of a page's host the API begins, None if this is no API's URL."""
        length = len(self.api_path)
        if not length or (self.api_prefix and host == self.public_host):
            return None
        for at in range(min(3, len(parts) - length + 1)):
            inner = parts[at + length :]
            if tuple(parts[at : at + length]) == self.api_path and (not inner or inner[0] in self.api_collections):
                return at
        return None

    def request_id_of(self, headers: Mapping[str, str]) -> str | None:
        """What the forge's logs call a request, out of the (case-insensitive) headers of its response."""
        return next(filter(None, map(headers.get, self.request_id)), None)

    def keeps(self, header: str) -> bool:
        """Whether a header, in lower case, belongs to a response's meaning at this forge in particular."""
        return header in self.kept_headers or header in self.total_headers

    @property
    def public_host(self) -> str:
        """The host of the public instance."""
        return self.public_url.partition("://")[2].partition("/")[0]

    def parse_path(self, parts: Sequence[str], query: Mapping[str, str], *, api: bool = False) -> Fields:
        """What the path of a page, or of the API below its base, is about.

        Args:
            parts: the path's parts, decoded.
            query: the query, of each name the first value.
            api: whether it is the API's path.

        Returns:
            Fields of :class:`igitt.urls.ParsedUrl`, ``kind`` among them.
        """
        return self.api_page(parts, query) if api else read_page(parts, self.words)


#: What is said of a forge of which nothing is known.
NEUTRAL = Provider(
    name="forge",
    title="a forge",
    client="igitt.client:Client",
    public_url="https://forge.invalid",
    addresses=lambda url: (url, url),
    total_headers=("x-total-count", "x-total"),
    rates=(Rates(prefix="x-ratelimit-", name="resource"), Rates(prefix="ratelimit-", name="name")),
)
