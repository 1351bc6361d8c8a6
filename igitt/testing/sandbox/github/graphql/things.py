"""What every type of GitHub's GraphQL stands on here: who asks, how a thing of the model becomes one of the schema.

A subclass of :class:`Thing` is a type of the schema. Its attributes and methods are that type's fields, in snake case;
a method's parameters are the field's arguments, without those of a connection, for which it gives the whole list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from igitt.testing.sandbox import model
from igitt.testing.sandbox.executor import Refusal
from igitt.testing.sandbox.github import context, rights
from igitt.testing.sandbox.wire import ApiError, Reply, Request, dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from igitt.testing.sandbox.model import Repository, User


class Asking:
    """One document's request: who asks, and what stands behind the things that are given."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.world = request.world
        self.forge = context.forge_of(request)
        self.viewer = request.viewer
        self.cost = self.nodes = 1

    @property
    def me(self) -> User | None:
        """The user who asks; an App's bot for its installation."""
        return self.viewer.user

    def thing(self, one: Any, *more: Any) -> Any:
        """A thing of the model as one of the schema; None stays None."""
        return None if one is None else Thing.of[type(one)](self, one, *more)

    def things(self, several: Iterable[Any], *more: Any) -> list[Any]:
        """Several likewise."""
        return [self.thing(one, *more) for one in several]

    def sees(self, repository: Repository) -> bool:
        """Whether the one who asks may know of a repository."""
        return rights.sees(self.request, repository)

    def level(self, repository: Repository) -> int:
        """The level of who asks."""
        return rights.level_for(self.request, repository)

    def need(self, repository: Repository, permission: str) -> None:
        """Refuses a credential that may not read a part of a private repository."""
        try:
            rights.check_read(self.request, repository, permission)
        except ApiError as error:
            raise Refusal("FORBIDDEN", str(error.message)) from None

    def demand(self, repository: Repository, permission: str, need: int, action: str, *, own: bool = False) -> None:
        """Refuses a mutation that REST has no route for: ``own`` is what everybody may do with what they wrote."""
        if repository.archived:
            raise Refusal("FORBIDDEN", "Repository was archived so is read-only.")
        if rights.limited(self.request):
            granted = rights.granted(self.request, permission, "write", repository)
            if not (granted and rights.covered(self.request, repository)):
                raise Refusal("FORBIDDEN", str(rights.forbidden(self.request, permission, "write").message))
            if self.viewer.installation is not None:
                return
        scopes = ("repo", "public_repo") if repository.visibility == "public" else ("repo",)
        if not rights.reaches(self.request, *scopes) or (not own and self.level(repository) < need):
            raise self.forbidden(action)

    def forbidden(self, action: str = "") -> Refusal:
        """What one gets who lacks the right for a mutation."""
        if self.viewer.installation is not None:
            return Refusal("FORBIDDEN", "Resource not accessible by integration")
        name = self.me.login if self.me else "anonymous"
        text = f"{name} does not have the correct permissions to execute `{action}`"
        return Refusal("FORBIDDEN", text if action else "Resource not accessible by personal access token")

    def not_played(self, what: str) -> Refusal:
        """What the forge has and the sandbox does not play."""
        self.forge.note_unserved(f"GraphQL {what}")
        return Refusal("NOT_PLAYED", f"the sandbox does not play {what} of GitHub's GraphQL")

    def send(self, method: str, path: str, data: Any = None, action: str = "") -> Any:
        """Does what REST does, with REST's rights and rules; its refusals in the form of GraphQL's."""
        address, _, query = path.partition("?")
        target = f"{context.routes.prefix}{address}" + (f"?{query}" if query else "")
        body = dump(data) if data is not None else b""
        inner = Request(self.forge, method, target, {**self.request.headers, "content-type": "application/json"}, body)
        inner.headers.pop("accept", None)
        inner.viewer = self.viewer
        try:
            reply: Reply = self.forge.answer_within(inner)
        except ApiError as error:
            raise self._refused(error, action) from None
        return reply.data

    def _refused(self, error: ApiError, action: str) -> Refusal:
        if error.status == 404:
            return Refusal("NOT_FOUND", str(error.message))
        if error.status in {401, 403}:
            message = str(error.message)
            told = message.startswith(("Must have", "Resource not accessible"))
            return self.forbidden(action) if told else Refusal("FORBIDDEN", message)
        parts = [
            one if isinstance(one, str) else one.get("message") or f"{one.get('field')} {_WORDS.get(one['code'])}"
            for one in error.errors or ()
        ]
        return Refusal("UNPROCESSABLE", ", ".join(parts) or str(error.message))


_WORDS = {
    "missing_field": "can't be blank",
    "missing": "can't be blank",
    "already_exists": "has already been taken",
    "invalid": "is invalid",
}


class Thing:
    """A type of the schema: ``kind`` is its name, ``models`` what of the model it stands for."""

    kind: str = ""
    #: What a node's id begins with.
    prefix: ClassVar[str] = ""
    of: ClassVar[dict[type, Callable[..., Thing]]] = {}

    def __init_subclass__(cls, models: Sequence[type] = (), **options: Any) -> None:
        super().__init_subclass__(**options)
        Thing.of |= dict.fromkeys(models, cls)

    def __init__(self, asking: Asking, one: Any) -> None:
        self.asking = asking
        self.one: Any = one

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and other.one is self.one

    def __hash__(self) -> int:
        return id(self.one)

    @property
    def id(self) -> str:
        """The global id."""
        return f"{self.prefix}{self.one.id}"

    @property
    def database_id(self) -> int:
        """The number that REST has for it."""
        return int(self.one.id)

    @property
    def full_database_id(self) -> str:
        """The same as a text."""
        return str(self.database_id)

    @property
    def url(self) -> str:
        """Its web page."""
        raise NotImplementedError

    @property
    def resource_path(self) -> str:
        """The path of its page."""
        return urlsplit(self.url).path

    @property
    def viewer_can_subscribe(self) -> bool:
        """Whether one may hear of it."""
        return False

    @property
    def viewer_subscription(self) -> str | None:
        """Whether one does."""
        return None

    @property
    def created_at(self) -> Any:
        """When it was made."""
        return self.one.created

    @property
    def updated_at(self) -> Any:
        """When it changed."""
        return self.one.updated


def ordered(items: Iterable[Any], order: dict[str, str] | None, keys: Mapping[str, Callable[[Any], Any]]) -> list[Any]:
    """Sorts model things by an ``orderBy``; without one they stay as they are."""
    found = list(items)
    if order is None:
        return found
    return sorted(found, key=keys[order["field"]], reverse=order["direction"] == "DESC")


PERMISSIONS = {
    model.READ: "READ",
    model.PLAN: "READ",
    model.TRIAGE: "TRIAGE",
    model.WRITE: "WRITE",
    model.MAINTAIN: "MAINTAIN",
}


def permission(level: int) -> str | None:
    """``RepositoryPermission`` of a level."""
    return "ADMIN" if level >= model.OWN else PERMISSIONS.get(level)
