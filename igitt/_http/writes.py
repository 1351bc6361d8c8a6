"""What becomes of a write whose response was lost: by its operation, not by its HTTP method.

A connection that breaks after sending, a time-out or a 5xx leaves open whether the forge carried a write out. Each
provider has a table of its operations (:mod:`igitt.github.writes`, :mod:`igitt.gitlab.writes`) that says for each one
whether it may be sent again (:class:`Again`) and how it is looked up. The caller then learns what happened: it was
done, and the response is what the forge has now; it was not done; or nobody can know, and the error says so
(:attr:`igitt.errors.IGittError.outcome_unknown`).

How a request travels is :mod:`igitt._http.transport`'s; and no path of a forge is known here.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from igitt._base import json as _json
from igitt._base.answer import Answer
from igitt._http.refusals import LOST
from igitt._limits.headers import server_time
from igitt.errors import (
    AuthenticationError,
    ElementDoesntExistError,
    IGittError,
    InvalidResponseError,
    PermissionDeniedError,
)
from igitt.interfaces.convert import instant

if TYPE_CHECKING:
    from igitt._http.retry import RetryPolicy
    from igitt._http.transport import Transport
    from igitt.client import Client

__all__ = ["DONE", "NOT_DONE", "UNKNOWN", "Again", "Made", "Sent", "Write", "Writes", "carry_out"]

_log = logging.getLogger("igitt._http.writes")
#: What a look returns when the forge has no trace of the write.
NOT_DONE: Any = object()
#: What a look returns when it was carried out and its response has no body.
DONE: Any = None
_PLACEHOLDER = re.compile(r"\{(\w+)(\*?)\}")
_MUTATION = re.compile(r"\bmutation\b[^{]*\{\s*(?:\w+\s*:\s*)?(\w+)")
#: How the responses of an API begin, if they have a body at all.
_JSON = frozenset({b"", b"{", b"[", b'"', b"n", b"t", b"f"})
#: How many pages of a list are searched.
_PAGES = 10


class Again(Enum):
    """What sending a write a second time does."""

    #: The same as sending it once: it sets a state, or the forge itself returns what is there.
    SAME = "same"
    #: The forge refuses a second one, or what is there shows whether it is needed: looked up, and repeated if not done.
    LOOK = "look"
    #: There would be two of it, so it is looked up and never repeated.
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Write:
    """One operation of a forge that changes something.

    Args:
        method: the HTTP method.
        path: the path below the API's base URL; ``{name}`` is a part of it, ``{name*}`` may have slashes in it.
        again: what a second one does.
        look: returns what the forge would have answered, or :data:`NOT_DONE`; None where nothing can be looked up.
    """

    method: str
    path: str
    again: Again
    look: Callable[[Sent], Any] | None = None


class Writes:
    """The table of a forge's writes.

    Args:
        home: a regular expression for what ``{home}`` means, such as a repository's path.
        table: the operations; the first that fits counts.
        mutations: the mutations of GraphQL that may be sent twice.
    """

    def __init__(self, home: str, table: Iterable[Write], mutations: Iterable[str] = ()) -> None:
        self.table = tuple(table)
        self._mutations = frozenset(mutations)
        self._compiled = [(write, re.compile(_pattern(write.path, home))) for write in self.table]

    def find(self, method: str, path: str, body: object) -> tuple[Write | None, dict[str, str]]:
        """The operation that a request is, and the parts of its path, decoded; None for an unknown one.

        Args:
            method: the HTTP method.
            path: the path below the API's base URL, without a query.
            body: the body, as data.
        """
        for write, pattern in self._compiled:
            found = pattern.fullmatch(path) if write.method == method else None
            if found is not None:
                parts = {name: part if name == "home" else unquote(part) for name, part in found.groupdict().items()}
                return write, parts
        if path.endswith("graphql") and isinstance(body, Mapping):
            named = _MUTATION.search(str(body.get("query")))
            if named is not None and named[1] in self._mutations:
                return Write("POST", named[1], Again.SAME), {}
        return None, {}


#: The table of an unknown forge.
UNKNOWN = Writes("", ())


class Made:
    """The responses to a client's own latest writes of what may exist twice: what they made is not what was lost."""

    def __init__(self) -> None:
        self._bodies: deque[bytes] = deque(maxlen=50)
        self._lock = threading.Lock()

    def note(self, answer: Answer) -> None:
        """Remember what was made."""
        with self._lock:
            self._bodies.append(answer.content)

    @property
    def identifiers(self) -> set[Any]:
        """The ids of what was made."""
        with self._lock:
            bodies = list(self._bodies)
        return {identifier for body in bodies for identifier in _identifiers(body) if identifier}


@dataclass(slots=True)
class Sent:
    """A write that was sent, for finding out whether it was carried out.

    Attributes:
        client: the client that sent it.
        method: its HTTP method.
        path: its path, without a query.
        names: the parts of the path that the operation names.
        body: what was sent.
        began: when it was sent first, by the client's clock.
        earlier: the ids of what this client made before.
    """

    client: Client
    method: str
    path: str
    names: Mapping[str, str]
    body: Mapping[str, Any]
    began: float
    earlier: frozenset[Any] = field(default_factory=frozenset)

    @property
    def home(self) -> str:
        """The path of the repository."""
        return self.names["home"]

    def get(self, path: str, /, **params: Any) -> Any:
        """The data at a path as it is now; NOT_DONE where there is nothing."""
        try:
            return self.client.transport.request("GET", path, params=params or None, cached=False).data
        except ElementDoesntExistError:
            return NOT_DONE

    def each(self, path: str, /, *, items: str | None = None, **params: Any) -> Iterator[dict[str, Any]]:
        """The items of a list, page by page, as they are now; `items` is the key that holds them, where one does."""
        transport = self.client.transport
        forge = self.client.provider
        url, params = path, {forge.page_size: forge.most_per_page, **params}
        for _ in range(_PAGES):
            answer = transport.request("GET", url, params=params or None, cached=False)
            data = answer.data
            found = data.get(items) if items is not None and isinstance(data, dict) else data
            if not isinstance(found, list):
                raise InvalidResponseError(f"a list was answered with {type(found).__name__}", url=answer.url)
            yield from (item for item in found if isinstance(item, dict))
            following = answer.links.get("next")
            if not following:
                return
            url, params = transport.rebase(following), {}

    @property
    def since(self) -> datetime:
        """When it was sent, by the forge's clock, which the responses since have shown; to the second, as forges do."""
        date, seen = self.client.transport.dated
        behind = server_time({"date": date}, seen) - seen if date else 0.0
        return datetime.fromtimestamp(int(self.began + behind), UTC)

    def fresh(self, data: Mapping[str, Any], key: str = "created_at") -> bool:
        """Whether something was made since then, as far as it shows, and not by an earlier write of this client."""
        made = data.get(key)
        return data.get("id") not in self.earlier and (not made or instant(made) >= self.since)

    def own(self, user: Any) -> bool:
        """Whether something is by the credential's own user, as far as that is known.

        An App's installation has none: what a person wrote is not its own.
        """
        try:
            me = self.client.transport.request("GET", "user").data
        except PermissionDeniedError:
            return not (isinstance(user, Mapping) and user.get("type") == "User")
        except (AuthenticationError, ElementDoesntExistError):
            return True
        known = isinstance(user, Mapping) and isinstance(me, dict) and ("login" in me or "username" in me)
        return bool(me.get("id") == user.get("id")) if known else True

    def says(self, data: Mapping[str, Any], theirs: str, ours: str) -> bool:
        """Whether a text is the one that was sent, except for what forges do to line ends."""
        return _plain(data.get(theirs)) == _plain(self.body.get(ours))


def carry_out(
    client: Client,
    method: str,
    path: str,
    options: Mapping[str, Any],
    *,
    transport: Transport | None = None,
    place: str | None = None,
) -> Answer:
    """Send a write; where its response is lost, repeat it or look it up, as its operation allows.

    Args:
        client: sends it.
        method: the HTTP method.
        path: the API path or URL.
        options: the keywords of :meth:`igitt._http.transport.Transport.request`.
        transport: what sends it, if not the client's own.
        place: the path that the table knows it by, if it is not `path`.

    Raises:
        IGittError: when it was refused or not carried out, or when nobody can know: then ``outcome_unknown`` is set.
    """
    transport, body, method = transport or client.transport, options.get("json"), method.upper()
    if options.get("writes") is False:  # a reading query of GraphQL
        return transport.request(method, path, **{"again": True, **options})
    place, _, search = (place or path.removeprefix(f"{transport.base_url}/")).partition("?")
    write, names = client._writes.find(method, place.strip("/"), body)
    if write is None:
        return _once(transport.request, method, path, options)
    given = body if isinstance(body, Mapping) else {**dict(parse_qsl(search)), **(options.get("params") or {})}
    sent = Sent(client, write.method, place.strip("/"), names, given, transport.now())
    keywords, attempts = {"again": write.again is Again.SAME, **options}, 0
    while True:
        try:
            answer = _readable(transport.request(method, path, **keywords), write)
        except IGittError as error:
            if not error.outcome_unknown and not attempts:
                raise
            attempts += 1
            data = _look(write, sent, error)
            if data is not NOT_DONE:
                _log.info("%s %s was carried out, its response was lost", method, place)
                return _answer(data, transport.url_for(place))
            error.outcome_unknown = False
            if not _worth_repeating(write, error, attempts, transport.retries):
                raise
            transport.clock.sleep(transport.retries.pause(attempts))
        else:
            if write.again is Again.NEVER:
                client.made.note(answer)
            return answer


def _worth_repeating(write: Write, error: IGittError, attempts: int, retries: RetryPolicy) -> bool:
    """Whether what was not carried out is to be sent again; if not, the error says so."""
    if not _is_lost(error):  # the refusal of a second one
        return False
    if write.again is Again.LOOK and retries.allows(write.method, attempts, maybe_applied=True):
        return True
    _say(error, "it was looked up, and was not carried out")
    return False


def _answer(data: Any, url: str) -> Answer:
    """What the forge would have answered."""
    return Answer(204, {}, b"", url) if data is DONE else Answer(200, {}, _json.dumps(data), url)


def _is_lost(error: IGittError) -> bool:
    """Whether an error is not a refusal, and leaves open what became of the request."""
    return error.status is None or error.status < 400 or error.status in LOST


def _once(send: Callable[..., Answer], method: str, path: str, options: Mapping[str, Any]) -> Answer:
    """Send what is in no table: once, and a lost response stays unknown."""
    try:
        return send(method, path, **options)
    except IGittError as error:
        if error.outcome_unknown:
            _say(error, "it is not known whether it was carried out")
        raise


def _look(write: Write, sent: Sent, error: IGittError) -> Any:
    """What the forge has of a write whose response was lost, asked twice, as it may still be working on it."""
    if write.look is None:
        if sent.method == "DELETE" and isinstance(error, ElementDoesntExistError):
            return DONE  # the first one was carried out
        _say(
            error,
            "it is not known whether it was carried out"
            + ("; to do it again is the same as doing it once" if write.again is Again.SAME else ""),
        )
        raise error
    transport = sent.client.transport
    sent.earlier = frozenset(sent.client.made.identifiers)
    try:
        data = write.look(sent)
        if data is NOT_DONE and _is_lost(error):
            transport.clock.sleep(transport.retries.pause(1))
            data = write.look(sent)
    except (IGittError, LookupError, TypeError, ValueError, AttributeError) as second:
        error.outcome_unknown = True
        _say(error, f"it is not known whether it was carried out, as looking it up failed too ({second})")
        raise error from second
    return data


def _say(error: IGittError, sentence: str) -> None:
    """Add a sentence to an error's message."""
    error.message = f"{error.message}; {sentence}" if error.message else sentence
    error.args = (error.message, *error.args[1:])


def _readable(answer: Answer, write: Write) -> Answer:
    """The response, unless it is none of the API's own: a proxy's page with a 200 says nothing about the write."""
    if write.look is None or answer.status not in {200, 201, 202} or answer.content.lstrip()[:1] in _JSON:
        return answer
    error = InvalidResponseError("the response is not JSON", answer.status, url=answer.url, method=write.method)
    error.outcome_unknown = True
    raise error


def _pattern(path: str, home: str) -> str:
    parts, last = [], 0
    for found in _PLACEHOLDER.finditer(path):
        inner = home if found[1] == "home" else ".+" if found[2] else "[^/]+"
        parts += [re.escape(path[last : found.start()]), f"(?P<{found[1]}>{inner})"]
        last = found.end()
    return "".join([*parts, re.escape(path[last:])])


def _identifiers(body: bytes) -> Iterator[Any]:
    try:
        data = _json.loads(body)
    except ValueError:
        return
    if isinstance(data, dict):
        yield data.get("id")
        yield from (note.get("id") for note in data.get("notes") or () if isinstance(note, dict))


def _plain(text: Any) -> str:
    return str(text or "").replace("\r\n", "\n").strip()
