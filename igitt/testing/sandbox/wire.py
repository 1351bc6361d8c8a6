"""The plumbing of one exchange: request, reply, response, errors and the route table.

Shared by both forges and free of their shapes; what a header or an error body looks like is decided by
the forge (``Forge.finish``, ``Forge.render_error``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from igitt.testing.sandbox.credentials import App, Installation, Token
    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.model import User
    from igitt.testing.sandbox.world import World
Handler = TypeVar("Handler", bound="Callable[[Request], Any]")


@dataclass(slots=True)
class Viewer:
    """Who is asking: ``kind`` is anonymous, user, app or installation (free for more)."""

    kind: str = "anonymous"
    user: User | None = None
    token: Token | None = field(default=None, repr=False)
    app: App | None = None
    installation: Installation | None = None

    @property
    def key(self) -> str:
        """Whose rate limit this viewer uses."""
        if self.installation is not None:
            return f"installation:{self.installation.id}"
        if self.app is not None:
            return f"app:{self.app.id}"
        return f"user:{self.user.id}" if self.user is not None else "anonymous"


class ApiError(Exception):
    """Ends a handler with an error answer; the forge gives it its shape.

    Parameters: ``status``, ``message`` (text or what the forge puts there), ``errors`` (validation details),
    ``headers`` to add, and ``extra`` keys for the body.
    """

    def __init__(
        self,
        status: int,
        message: Any = None,
        *,
        errors: Any = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = headers or {}
        self.extra = extra


@dataclass(slots=True)
class Reply:
    """What a handler returns when plain data (meaning 200 and JSON) is not enough.

    ``text`` sends that text in place of JSON, with ``content_type``; ``modified`` becomes Last-Modified where the
    forge has it.
    """

    data: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    modified: datetime | None = None
    text: str | None = None
    content_type: str | None = None


@dataclass(slots=True)
class Response:
    """The finished answer; ``abort`` is "reset" or "truncate" when a fault breaks the connection."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    abort: str | None = None
    delay: float = 0.0
    drip: float = 0.0


class Request:
    """One request as the forge sees it; ``path`` is raw (still percent-encoded), header names are lower case."""

    __slots__ = (
        "_args", "_json", "body", "cut_at", "forge", "headers", "largest", "method", "params", "path", "query",
        "template", "units", "viewer",
    )  # fmt: skip

    def __init__(self, forge: Forge, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> None:
        self.forge = forge
        self.method = method
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self.body = body
        self.params: dict[str, str] = {}
        #: The route that it is for, as it stands in the table.
        self.template = ""
        self.viewer = Viewer()
        self.units = 0
        #: What a fault makes of lists: the largest page, and after how many items they end.
        self.largest: int | None = None
        self.cut_at: int | None = None
        self._args: list[tuple[str, str]] | None = None
        self._json: Any = None

    @property
    def world(self) -> World:
        """The state behind the forge."""
        return self.forge.world

    @property
    def user(self) -> User:
        """Who is asking; 401 in the forge's shape for an anonymous request."""
        if self.viewer.user is None:
            raise self.forge.unauthorized()
        return self.viewer.user

    @property
    def args(self) -> list[tuple[str, str]]:
        """The query as decoded pairs, in order."""
        if self._args is None:
            self._args = parse_qsl(self.query, keep_blank_values=True) if self.query else []
        return self._args

    def arg(self, name: str, default: str = "") -> str:
        """The last query value of that name."""
        for key, value in reversed(self.args):
            if key == name:
                return value
        return default

    def args_of(self, name: str) -> list[str]:
        """All query values of that name (``name`` and ``name[]``)."""
        return [value for key, value in self.args if key in {name, f"{name}[]"}]

    def number(self, name: str) -> int:
        """A path parameter as an integer; a value that is none becomes the forge's 404."""
        value = self.params[name]
        if not value.isascii() or not value.isdigit():
            raise self.forge.not_found()
        return int(value)

    @property
    def json(self) -> Any:
        """The body: JSON, or a form as a dict of its last values. Bad JSON is the forge's 400; no body is ``{}``."""
        if self._json is None:
            self._json = self._parse()
        return self._json

    def _parse(self) -> Any:
        if not self.body.strip():
            return {}
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        try:
            return json.loads(self.body)
        except ValueError:
            raise self.forge.bad_json() from None


@dataclass(slots=True)
class _Node:
    static: dict[str, _Node] = field(default_factory=dict)
    param: _Node | None = None
    rest: dict[str, Route] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)


@dataclass(slots=True)
class Route:
    """One entry of the table: its template, the names in it, and the function."""

    template: str
    names: tuple[str, ...]
    handler: Callable[[Request], Any]


class Router:
    """A route table over raw path segments, so that an encoded slash stays inside its segment.

    ``{name}`` takes one segment, a final ``{name:path}`` takes the rest. A word wins over a name. Paths are
    relative to ``prefix`` unless ``web=True``::

        routes = Router("/api/v4")

        @routes.get("/projects/{id}/issues/{iid}")
        def issue(request: Request) -> object:
            return render(...)            # data -> 200 JSON, None -> 204, Reply(...) for more
    """

    def __init__(self, prefix: str, alias: tuple[str, str] | None = None) -> None:
        self.prefix = prefix
        self.alias = alias
        self.templates: list[tuple[str, str]] = []
        self._root = _Node()

    def route(self, method: str, template: str, *, web: bool = False) -> Callable[[Handler], Handler]:
        """A decorator that enters a function for a method and a template."""

        def enter(handler: Handler) -> Handler:
            self.templates.append((method, template))
            self._add(method, template, handler, web=web)
            if self.alias and template.startswith(self.alias[0]):
                self._add(method, self.alias[1] + template[len(self.alias[0]) :], handler, web=web)
            return handler

        return enter

    def get(self, template: str, **options: bool) -> Callable[[Handler], Handler]:
        """``route("GET", …)``."""
        return self.route("GET", template, **options)

    def post(self, template: str, **options: bool) -> Callable[[Handler], Handler]:
        """``route("POST", …)``."""
        return self.route("POST", template, **options)

    def put(self, template: str, **options: bool) -> Callable[[Handler], Handler]:
        """``route("PUT", …)``."""
        return self.route("PUT", template, **options)

    def patch(self, template: str, **options: bool) -> Callable[[Handler], Handler]:
        """``route("PATCH", …)``."""
        return self.route("PATCH", template, **options)

    def delete(self, template: str, **options: bool) -> Callable[[Handler], Handler]:
        """``route("DELETE", …)``."""
        return self.route("DELETE", template, **options)

    def _add(self, method: str, template: str, handler: Callable[[Request], Any], *, web: bool) -> None:
        node = self._root
        names: list[str] = []
        for segment in ((template if web else self.prefix + template).strip("/")).split("/"):
            if segment.endswith(":path}"):
                names.append(segment[1:-6])
                node.rest[method] = Route(template, tuple(names), handler)
                return
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.param = node = node.param or _Node()
            else:
                node = node.static.setdefault(segment, _Node())
        node.routes[method] = Route(template, tuple(names), handler)

    def match(self, method: str, path: str) -> tuple[Route | None, dict[str, str], bool]:
        """The route for a path, its decoded parameters, and whether another method would have matched."""
        # The root answers with and without a slash at its end (clients ask there what their token may).
        parts = (path.removesuffix("/") if path == f"{self.prefix}/" else path)[1:].split("/")
        values: list[str] = []
        other = False

        def walk(node: _Node, index: int) -> Route | None:
            nonlocal other
            if index == len(parts):
                other = other or bool(node.routes)
                return node.routes.get(method)
            part = parts[index]
            child = node.static.get(part)
            if child is not None and (found := walk(child, index + 1)) is not None:
                return found
            if node.param is not None and part:
                values.append(unquote(part))
                if (found := walk(node.param, index + 1)) is not None:
                    return found
                values.pop()
            if method in node.rest:
                values.append(unquote("/".join(parts[index:])))
                return node.rest[method]
            return None

        route = walk(self._root, 0)
        if route is None:
            return None, {}, other
        return route, dict(zip(route.names, values, strict=True)), False


@dataclass(slots=True)
class Page:
    """One page cut from a list: the items, its number and size, and how many pages there are."""

    items: Sequence[Any]
    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def cut(request: Request, items: Sequence[Any], default: int, largest: int = 100) -> Page:
    """Cuts the page that ``page`` and ``per_page`` ask for."""
    items, largest = items[: request.cut_at], min(largest, request.largest or largest)

    def whole(name: str, fallback: int) -> int:
        text = request.arg(name)
        return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else fallback

    size = min(whole("per_page", default), largest)
    number = whole("page", 1)
    return Page(items[(number - 1) * size : number * size], number, size, len(items))


def with_query(request: Request, url: str, **changes: str) -> str:
    """The URL with the request's own query and some values replaced (what ``Link`` needs)."""
    pairs = [(key, value) for key, value in request.args if key not in changes]
    return f"{url}?{urlencode([*pairs, *changes.items()], safe='[]')}"


def http_date(moment: datetime) -> str:
    """A time as an HTTP date, independent of the locale."""
    return format_datetime(moment, usegmt=True)


def from_http_date(text: str) -> datetime | None:
    """An HTTP date as a time, or None where it is not one (which a server must then ignore)."""
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None


def dump(data: Any) -> bytes:
    """Compact JSON, as both forges send it."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request that the forge has answered; ``units`` is what it cost, ``credential`` its kind, never its value."""

    method: str
    path: str
    query: str
    status: int
    units: int
    credential: str
    user: str | None
