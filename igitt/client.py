"""What a client of any forge is: options, transport, lists, and the classes of its objects.

A provider's client (``igitt.github.GitHub``) adds the forge's addresses, its operations and its table of classes.
Resources reach each other through the client (``self.client.Issue``), so that no resource imports a sibling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypedDict, TypeVar, overload
from urllib.parse import urlsplit

from igitt._base.addresses import checked_url
from igitt._base.answer import Answer
from igitt._base.bounded import MAX_BYTES
from igitt._base.checks import is_whole
from igitt._base.client_class import check_complete, claim, late
from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.provider import Provider
from igitt._http.dialect import Dialect
from igitt._http.paging import Paging
from igitt._http.request import PER_PAGE, checked_page_size
from igitt._http.retry import RetryPolicy
from igitt._http.transport import Transport
from igitt._objects.people import People
from igitt.auth.token import StaticToken, Token, netrc_token
from igitt.cache import Cache, ResponseCache
from igitt.errors import ElementDoesntExistError, UnknownOptionError, ValidationError
from igitt.interfaces.naming import near

if TYPE_CHECKING:
    import requests

    from igitt import interfaces
    from igitt._http.pagination import Pages, RemoteList
    from igitt._http.writes import Made, Writes
    from igitt._objects.resource import Resource
    from igitt.interfaces.event import Event
    from igitt.urls import ParsedUrl
    from igitt.webhooks.headers import Headers
    from igitt.webhooks.signatures import Secret

__all__ = ["Client", "ClientOptions", "late"]

T = TypeVar("T")
E = TypeVar("E", bound="interfaces.Element")
#: Within the class, `list` is a method.
_Objects = list[Any]


class ClientOptions(TypedDict, total=False):
    """The keywords of :class:`Client`, for code that passes them on."""

    timeout: float | tuple[float, float]
    total_timeout: float
    retries: RetryPolicy | int
    max_wait: float
    cache: ResponseCache | bool
    read_only: bool
    read_ahead: int
    page_size: int
    api_version: str | None
    pace_writes: bool | None
    max_bytes: int
    session: requests.Session | None
    clock: Clock


class Client(Paging):
    """A connection to one instance of a forge as one user.

    Safe to use from many threads. As a context manager, it closes its connections at the end.

    Args:
        token: the credential: a :class:`~igitt.auth.Token`, the text of a plain one, or None to stay anonymous.
        url: the web address of the instance, or its API's.
        timeout: seconds to wait for a connection and for each part of a response; or a pair of the two.
        total_timeout: how many seconds one response may take as a whole, from the request's end to the last byte of the
            body; a longer one is :class:`~igitt.errors.RequestTimeoutError`, and is not asked for again.
        retries: how often to repeat what failed temporarily and is safe to repeat, or a
            :class:`~igitt._http.retry.RetryPolicy`.
        max_wait: how many seconds one request may wait for rate limits; beyond it,
            :class:`~igitt.errors.RateLimitError` says until when.
        cache: where responses are kept: True for the process-wide :data:`igitt.Cache`, False for nowhere, or a
            :class:`~igitt.cache.ResponseCache` of its own.
        read_only: refuse every write before it is sent.
        read_ahead: how many pages of a list are in flight at once; 1 for none ahead.
        page_size: how many things of a list to ask for at once, from 1 to 100; less where the forge cannot produce so
            many together in time. igitt asks for fewer by itself after a timeout.
        api_version: the API's version, where the forge has dated ones; None for the one that igitt was tested with.
        pace_writes: whether to leave a second between writes after many of them, and to stay below GitHub's limits of
            80 writes a minute and 500 an hour; None for where the forge asks for it (github.com and GHE.com).
        max_bytes: how many bytes one response may have when it is unpacked; beyond it,
            :class:`~igitt.errors.InvalidResponseError`. Of a response of failure only the beginning is read.
        session: a ``requests`` session whose adapters, proxies and TLS settings are to be used.
        clock: the source of time; for tests.

    Raises:
        ValidationError: when an option is not valid; the message says which, and what would be.
    """

    #: The classes of its objects; each provider names its own.
    Branch: ClassVar[type[interfaces.Branch]]
    Comment: ClassVar[type[interfaces.Comment]]
    Commit: ClassVar[type[interfaces.Commit]]
    Content: ClassVar[type[interfaces.Content]]
    Discussion: ClassVar[type[interfaces.Discussion]]
    DeployKey: ClassVar[type[interfaces.DeployKey]]
    Deployment: ClassVar[type[interfaces.Deployment]]
    Environment: ClassVar[type[interfaces.Environment]]
    Hook: ClassVar[type[interfaces.Hook]]
    Issue: ClassVar[type[interfaces.Issue]]
    Job: ClassVar[type[interfaces.Job]]
    Label: ClassVar[type[interfaces.Label]]
    MergeRequest: ClassVar[type[interfaces.MergeRequest]]
    Milestone: ClassVar[type[interfaces.Milestone]]
    Notification: ClassVar[type[interfaces.Notification]]
    Organization: ClassVar[type[interfaces.Organization]]
    Pipeline: ClassVar[type[interfaces.Pipeline]]
    Reaction: ClassVar[type[interfaces.Reaction]]
    Release: ClassVar[type[interfaces.Release]]
    Repository: ClassVar[type[interfaces.Repository]]
    Review: ClassVar[type[interfaces.Review]]
    Tag: ClassVar[type[interfaces.Tag]]
    Team: ClassVar[type[interfaces.Team]]
    User: ClassVar[type[interfaces.User]]

    #: What the forge looks like from outside.
    provider: ClassVar[Provider]
    #: What a plain text given as the token means.
    _plain_token: ClassVar[type[StaticToken]]
    #: The table of the forge's writes.
    _writes: ClassVar[Writes] = late("igitt._http.writes:UNKNOWN")
    #: The provider's webhooks.
    _reader: ClassVar[Any]

    def __init__(
        self,
        token: Token | str | None = None,
        url: str | None = None,
        *,
        timeout: float | tuple[float, float] = (10.0, 30.0),
        total_timeout: float = 300.0,
        retries: RetryPolicy | int = 3,
        max_wait: float = 60.0,
        cache: ResponseCache | bool = True,
        read_only: bool = False,
        read_ahead: int = 8,
        page_size: int = PER_PAGE,
        api_version: str | None = None,
        pace_writes: bool | None = None,
        max_bytes: int = MAX_BYTES,
        session: requests.Session | None = None,
        clock: Clock = SYSTEM_CLOCK,
        **unknown: Any,
    ) -> None:
        _refuse_unknown(unknown)
        if isinstance(token, str):
            token = type(self)._plain_token(token)
        if token is not None and not isinstance(token, Token):
            raise ValidationError(f"a client takes a token, its text or None, not {type(token).__name__}")
        if token is not None and token.hoster not in {"", self.hoster, type(self)._plain_token.hoster}:
            raise ValidationError(
                f"a {type(token).__name__} is {token.hoster}'s, and must not be sent to {self.hoster}"
            )
        if not is_whole(read_ahead) or read_ahead < 1:
            raise ValidationError(f"read_ahead is a number of pages from 1, not {read_ahead!r}")
        if session is not None and not hasattr(session, "merge_environment_settings"):
            raise ValidationError(f"session is a requests.Session, not {session!r}")
        if session is not None and any(hasattr(part, "cache") for part in (session, *session.adapters.values())):
            raise ValidationError(
                f"session is a {type(session).__name__} with a cache of its own, whose responses may be old; "
                "give a plain requests.Session: igitt caches responses itself, see cache="
            )
        if api_version is not None and not isinstance(api_version, str):
            raise ValidationError(f"api_version is a text such as '2022-11-28', not {api_version!r}")
        if pace_writes is not None and not isinstance(pace_writes, bool):
            raise ValidationError(f"pace_writes is True, False, or None for what the forge asks, not {pace_writes!r}")
        if not isinstance(cache, bool | ResponseCache):
            raise ValidationError(f"cache is True, False or a ResponseCache, not {cache!r}")
        self.web_url, api_url = self._addresses(checked_url(url or self.provider.public_url))
        token = token or _login_of_machine(self.web_url, api_url, session)
        self._options: ClientOptions = {
            "timeout": timeout, "total_timeout": total_timeout,
            "retries": retries, "max_wait": max_wait, "cache": cache, "read_only": read_only,
            "read_ahead": read_ahead, "page_size": page_size, "api_version": api_version, "pace_writes": pace_writes,
            "session": session, "clock": clock, "max_bytes": max_bytes,
        }  # fmt: skip
        self.transport = Transport(
            api_url,
            token,
            replace(self._dialect(api_version), provider=self.provider),
            session=session,
            timeout=timeout,
            total_timeout=total_timeout,
            retries=retries,
            max_wait=max_wait,
            cache=cache if isinstance(cache, ResponseCache) else Cache if cache else None,
            read_only=read_only,
            pace_writes=pace_writes,
            max_bytes=max_bytes,
            clock=clock,
        )
        self._page_size = checked_page_size(page_size)
        self._read_ahead = read_ahead
        self.people = People(self.transport.now)
        self._start()

    def _start(self) -> None:
        """What a provider's client has besides."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Refuse a client that lacks what every forge has, at once; bind the classes of its objects to it."""
        super().__init_subclass__(**keywords)
        if "provider" in vars(cls):
            cls.hoster = cls.provider.name
        if cls.hoster:
            check_complete(cls)
        for found in vars(cls).values():
            claim(cls, found)

    @classmethod
    def _addresses(cls, url: str) -> tuple[str, str]:
        """The web address and the API's base URL of the instance at `url`, which may be either."""
        return cls.provider.addresses(url)

    def _dialect(self, api_version: str | None) -> Dialect:
        """What differs in HTTP at this forge."""
        raise NotImplementedError

    @classmethod
    def for_token(cls, token: object) -> Self:
        """The client of the public instance for a token (or its text).

        One and the same for the same :class:`~igitt.auth.Token`.
        """
        if not isinstance(token, Token):
            if token is not None and not isinstance(token, str):
                raise ValidationError(
                    f"an object is made with a {cls.__name__} client or a token, not with {type(token).__name__}"
                )
            return cls(token)
        found = token.clients.get(cls)
        if found is None:
            found = token.clients.setdefault(cls, cls(token))
        client: Self = found
        return client

    def with_token(self, token: Token | str | None) -> Self:
        """Another client of the same instance, with the same options and another credential."""
        return type(self)(token, self.web_url, **self._options)

    @property
    def token(self) -> Token | None:
        """The credential."""
        return self.transport.token

    @property
    def url(self) -> str:
        """The API's base URL."""
        return self.transport.base_url

    @cached_property
    def page_source(self) -> Pages:
        """The pages of its lists, and the threads that read them ahead."""
        from igitt._http.pagination import Pages  # noqa: PLC0415 - loads when it is first needed

        return Pages(self.transport, self._read_ahead, self._page_size)

    @cached_property
    def made(self) -> Made:
        """What its own latest writes made."""
        from igitt._http.writes import Made  # noqa: PLC0415 - loads when it is first needed

        return Made()

    # --- what resources need -----------------------------------------------------------------------------------------

    def request(self, method: str, path: str, **options: Any) -> Answer:
        """Send any request of the API, through the same credential, cache, retries and errors as everything else.

        Args:
            method: the HTTP method.
            path: the path below the API's base URL (``"repos/org/repo/issues"``), percent-encoded; a URL of the same
                origin also works.
            options: ``params`` (the query), ``json`` (the body, as data), ``content`` (the body, as bytes), ``accept``
                (the media type), ``headers``, ``cached`` (False goes past the cache), ``max_bytes`` (for an
                response that is longer than the client takes).

        Returns:
            The response, with ``status``, ``headers``, ``data`` (the decoded JSON), ``text`` and ``content``.

        Raises:
            IGittError: its class says what went wrong. A write whose response was lost is looked up, or repeated, where
                igitt knows its operation; ``outcome_unknown`` says that it may have been carried out.
        """
        if method in {"GET", "HEAD"}:
            return self.transport.request(method, path, **options)
        from igitt._http.writes import carry_out  # noqa: PLC0415 - loads when it is first needed

        return carry_out(self, method, path, options)

    def get(self, path: str, **options: Any) -> Any:
        """The decoded JSON of a GET."""
        return self.transport.request("GET", path, **options).data

    @overload
    def list(
        self,
        path: str,
        cls: type[E],
        scope: Resource | None = None,
        /,
        *,
        form: type[RemoteList[Any]] | None = None,
        **options: Any,
    ) -> RemoteList[E]: ...
    @overload
    def list(
        self,
        path: str,
        cls: str,
        scope: Resource | None = None,
        /,
        *,
        form: type[RemoteList[Any]] | None = None,
        **options: Any,
    ) -> RemoteList[Any]: ...
    def list(
        self,
        path: str,
        cls: Any,
        scope: Resource | None = None,
        /,
        *,
        form: type[RemoteList[Any]] | None = None,
        **options: Any,
    ) -> RemoteList[Any]:
        """The list at a path, of objects of a class.

        Args:
            path: the API path.
            cls: the class, such as ``self.client.Issue``; or its name on the client.
            scope: what they belong to.
            form: the class of the list, if not the usual one.
            options: the keywords of :class:`~igitt._http.pagination.RemoteList`.
        """
        from igitt._http.pagination import RemoteList  # noqa: PLC0415 - loads when it is first needed

        made: Any = getattr(self, cls) if isinstance(cls, str) else cls
        make, whole = made.from_data, made._listed_whole

        def item(data: Any) -> Any:
            found = make(data, self, scope)
            found._complete = whole
            return found

        return (form or RemoteList)(self.page_source, path, item, **options)

    def list_of(self, path: str, make: Callable[[Any], T], **options: Any) -> RemoteList[T]:
        """The list at a path, of whatever `make` makes of each item."""
        from igitt._http.pagination import RemoteList  # noqa: PLC0415 - loads when it is first needed

        return RemoteList(self.page_source, path, make, **options)

    def wrote(self, comment: interfaces.Comment) -> bool:
        """Whether a comment is by the account that this client's credential belongs to."""
        author = comment.author
        return author is not None and bool(author.identifier == self.user.identifier)

    def exists(self, path: str) -> bool:
        """Whether there is something at a path that this credential may see."""
        try:
            self.transport.request("GET", path)
        except ElementDoesntExistError:
            return False
        return True

    def place_of(self, url: str) -> ParsedUrl:
        """What a URL of this instance refers to.

        Raises:
            ValidationError: when it is not a URL of a forge, or is one of another instance than this client's.
        """
        from igitt.urls import parse_url  # noqa: PLC0415 - loads when it is first needed

        base = self.web_url if url.startswith(self.web_url) else None
        place = parse_url(url, base=base, provider=self.provider if base else None)
        ours, theirs = urlsplit(self.web_url), urlsplit(place.base)
        # An address for cloning over SSH has a port of its own.
        same = ours.hostname == theirs.hostname if place.scheme in {"ssh", "git"} else ours.netloc == theirs.netloc
        if not same:
            raise ValidationError(f"that address is on {place.base}, and this client talks to {self.web_url}")
        return place

    def read_payload(self, event: str, data: Mapping[str, Any], delivery: str = "") -> tuple[Event, ...]:
        """The events of an (already verified) delivery; see :meth:`igitt.interfaces.Hoster.read_payload`."""
        events: tuple[Event, ...] = self._reader.parse(self, event, data, delivery)
        return events

    def parse_webhook(
        self,
        headers: Headers,
        body: bytes,
        secret: Secret | None,
        *,
        allow_sha1: bool = False,
        tolerance: float = 300.0,
    ) -> tuple[Event, ...]:
        """Verify a delivery and return its events; see :meth:`igitt.interfaces.Hoster.parse_webhook`."""
        from igitt.webhooks.receive import receive  # noqa: PLC0415 - loads when it is first needed

        given = () if secret is None else secret
        return receive(self, self._reader, headers, body, given, allow_sha1=allow_sha1, tolerance=tolerance)

    def handle_webhook(self, event: str, data: Mapping[str, Any]) -> Iterator[tuple[Any, _Objects]]:
        """The events of a delivery, in IGitt's form."""
        for found in self.read_payload(event, data):
            yield found.action, list(found.objects)

    def get_repo_name(self, payload: Mapping[str, Any]) -> str | None:
        """The full name of the repository that a payload is about."""
        name: str | None = self._reader.repo_name(payload)
        return name

    def load(self, reference: str) -> Any:
        """The thing that a reference names; see :meth:`igitt.interfaces.Hoster.load`."""
        from igitt._objects.reference import load  # noqa: PLC0415 - loads when it is first needed

        return load(self, reference)

    # --- life --------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close its connections. It can be used again afterwards, which opens new ones."""
        pages: Pages | None = vars(self).get("page_source")
        if pages is not None:
            pages.close()
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        who = repr(self.token) if self.token else "anonymous"
        return f"<{type(self).__name__} {self.web_url} {who}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError(
            f"a {type(self).__name__} client cannot be pickled: it holds connections and a credential; "
            "objects can, and find a client again by bind() or igitt.use_clients()"
        )


def _refuse_unknown(options: Mapping[str, Any]) -> None:
    for name in options:
        raise UnknownOptionError(f"a client has no option {name!r}; {near(name, ClientOptions.__annotations__)}")


def _login_of_machine(web_url: str, api_url: str, session: requests.Session | None) -> Token | None:
    """What the user's netrc file has for the instance: by its web host, otherwise by its API's host."""
    if session is not None and not session.trust_env:
        return None
    return netrc_token(web_url) or netrc_token(api_url)
