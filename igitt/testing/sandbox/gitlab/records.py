"""Plain things that are only kept: made, listed, changed and taken away, each kind by a description of its own.

What a kind needs, who may see and change it and what it looks like stands with the kind; how its five routes behave
stands here once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.gitlab.context import created, missing, need_all, paged, params_of, routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from igitt.testing.sandbox.wire import Request

__all__ = ["Kind", "Record", "enter"]

Record = dict[str, Any]
Table = dict[Any, Record]


def _same(_: Request, one: Record) -> Any:
    return one


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing.

    Attributes:
        name: what the table is called among its owner's extras.
        word: what a 404 calls it.
        home: gives the extras of who owns the things; the second argument says whether it is to be changed.
        make: makes a thing of a request's parameters.
        edit: changes a thing by a request's parameters.
        shape: what is told of a thing; all of it unless given.
        needs: the parameters that have to be there to make one.
        key: the field that names it in a path; ``id`` is a number.
        whole: what is told once, when it is made; as ``shape`` unless given.
        only: whether a list shows a thing.
    """

    name: str
    word: str
    home: Callable[[Request, bool], dict[str, Any]]
    make: Callable[[Request, Record], Record]
    edit: Callable[[Request, Record, Record], None] | None = None
    shape: Callable[[Request, Record], Any] = _same
    needs: tuple[str, ...] = ()
    key: str = "id"
    whole: Callable[[Request, Record], Any] | None = None
    only: Callable[[Request, Record], bool] | None = None

    def table(self, request: Request, *, write: bool = False) -> Table:
        """The things of the owner in the path."""
        found: Table = self.home(request, write).setdefault(self.name, {})
        return found

    def one(self, request: Request, table: Table) -> Record:
        """The thing in the path."""
        wanted = request.params["key"]
        found = next((one for one in table.values() if str(one[self.key]) == wanted), None)
        if found is None:
            raise missing(self.word)
        return found


def enter(kind: Kind, path: str, *, verbs: str = "list get create edit delete") -> None:
    """Enters the routes of a kind below a path."""

    def listed(request: Request) -> object:
        """The things, in the order in which they were made."""
        found = [one for one in kind.table(request).values() if kind.only is None or kind.only(request, one)]
        return paged(request, found, lambda one: kind.shape(request, one))

    def get(request: Request) -> object:
        """One of them."""
        return kind.shape(request, kind.one(request, kind.table(request)))

    def create(request: Request) -> object:
        """Makes one."""
        table, params = kind.table(request, write=True), params_of(request)
        need_all(params, *kind.needs)
        made = kind.make(request, params)
        table[made["id"] if "id" in made else made[kind.key]] = made
        return created((kind.whole or kind.shape)(request, made))

    def edit(request: Request) -> object:
        """Changes one."""
        one = kind.one(request, kind.table(request, write=True))
        if kind.edit is not None:
            kind.edit(request, one, params_of(request))
        return kind.shape(request, one)

    def delete(request: Request) -> None:
        """Takes one away."""
        table = kind.table(request, write=True)
        one = kind.one(request, table)
        del table[next(key for key, each in table.items() if each is one)]

    known = {
        "list": ("GET", path, listed), "create": ("POST", path, create), "get": ("GET", f"{path}/{{key}}", get),
        "edit": ("PUT", f"{path}/{{key}}", edit), "delete": ("DELETE", f"{path}/{{key}}", delete),
    }  # fmt: skip
    for verb in verbs.split():
        method, template, handler = known[verb]
        routes.route(method, template)(handler)
