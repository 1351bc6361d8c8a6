"""One page of a list: its items, and what a response's headers and body say about the other pages.

The names of the parameters and of the header of a total are the forge's own (:class:`igitt.provider.Provider`).
Source: RFC 8288 (the ``Link`` header).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from igitt._base.answer import Answer
from igitt._base.provider import NEUTRAL, Provider
from igitt.errors import InvalidResponseError

__all__ = ["Page", "integer", "key_of", "query_number", "read_page", "with_query"]

_RELATIONS = ("next", "prev", "first", "last")
#: The parameters of a link to the next page that name a place which stays when the list shifts.
_CURSORS = frozenset({"after", "before", "cursor", "id_after", "id_before", "since", "page_token"})


class Page:
    """One page.

    Attributes:
        url: what was asked for.
        items: the data of the things on it.
        forge: whose list it is, which knows what the query's parameters are called.
        next_url: where the next page is; None on the last one.
        last: the number of the last page, where it is known.
        total: how many things there are on all pages, where it is known.
        told_number: the number that the forge says this page has.
        told_size: how many things a full page has, according to the forge.
        waited: seconds from the request to the response.
        began: when it was asked for.
        ended: when it had arrived.
        before: the :func:`igitt._http.changes.mark` when it was asked for.
        after: that mark when it had arrived.
        date: the forge's own time for it.
        gave_up: whether the forge says that it did not look at everything.
    """

    __slots__ = (
        "after", "before", "began", "date", "ended", "forge", "gave_up", "items", "last", "next_url", "told_number",
        "told_size", "total", "url", "waited",
    )  # fmt: skip

    def __init__(self, url: str, items: list[Any], forge: Provider = NEUTRAL) -> None:
        self.url = url
        self.forge = forge
        self.items = items
        self.next_url: str | None = None
        self.last: int | None = None
        self.total: int | None = None
        self.told_number: int | None = None
        self.told_size: int | None = None
        self.waited = self.began = self.ended = 0.0
        self.before: object = None
        self.after: object = None
        self.date = ""
        self.gave_up = False

    @property
    def number(self) -> int:
        """Its number, from 1, as it was asked for."""
        return self.number_in(self.url) or 1

    def number_in(self, url: str | None) -> int | None:
        """The page number in a URL's query; None without one."""
        return query_number(url, self.forge.page) if url else None

    def at(self, number: int, url: str | None = None) -> str:
        """The URL of the page of a number, made from another page's."""
        return with_query(url or self.url, {self.forge.page: number})

    @property
    def has_fixed_place(self) -> bool:
        """Whether the next page begins at a place that stays when things come or go before it."""
        if self.next_url is None:
            return False
        following, here = _query(self.next_url), _query(self.url)
        moved = any(following[name] != here.get(name) for name in _CURSORS.intersection(following))
        return moved or self.forge.page not in following

    def keys(self) -> list[Any]:
        """What distinguishes its things; None for those that have nothing of the kind."""
        return [key_of(item) for item in self.items]


#: Where items are if nobody named the place: in the response's only list.
ANY = "*"


def _only_list(data: dict[str, Any]) -> str | None:
    """The name of the only list in an object."""
    found = [name for name, value in data.items() if isinstance(value, list)]
    return found[0] if len(found) == 1 else None


def read_page(
    url: str, answer: Answer, path: str, within: str | None, rebase: Callable[[str], str], forge: Provider = NEUTRAL
) -> Page:
    """The page in a response.

    Args:
        url: what was asked for.
        answer: the response.
        path: the list's API path, for errors.
        within: where the items are, when the response is an object around them.
        rebase: makes a link one of the client's own origin.
        forge: whose list it is.

    Raises:
        InvalidResponseError: when there is none.
    """
    data, headers = answer.data, answer.headers
    if within == ANY:
        within = _only_list(data) if isinstance(data, dict) else None
    totals = (integer(headers.get(name)) for name in forge.total_headers)
    total = next((found for found in totals if found is not None), None)
    if isinstance(data, dict) and within is not None:
        total = integer(data.get("total_count"))
        data = data[within] or [] if within in data else None
    elif data is None and (answer.status in {202, 204, 205} or answer.content):
        data = []  # "null" is how some servers write an empty list
    if not isinstance(data, list):
        raise InvalidResponseError(
            f"{path} was answered with {type(data).__name__} instead of a list", answer.status, url=answer.url
        )
    links = {name: link for name, link in answer.links.items() if name in _RELATIONS}
    page = Page(url, data, forge)
    page.date = headers.get("date", "")
    page.told_size = integer(headers.get("x-per-page"))
    if page.told_size is None:
        page.told_size = next(filter(None, (query_number(link, forge.page_size) for link in links.values())), None)
    page.total = total
    page.last = page.number_in(links["last"]) if "last" in links else integer(headers.get("x-total-pages"))
    if "next" in links:
        page.next_url = rebase(links["next"])
    else:
        page.next_url = _counted_on(page, integer(headers.get("x-next-page")), linked=bool(links))
    if page.total is None and not links and page.next_url is None and "x-page" not in headers:
        page.total = len(data)  # the forge gives no links when everything fits on one page
    following = page.number_in(page.next_url)
    before = page.number_in(links.get("prev"))
    page.told_number = following - 1 if following else before + 1 if before else integer(headers.get("x-page"))
    return page


def _counted_on(page: Page, following: int | None, *, linked: bool) -> str | None:
    """The next page without a link, as a proxy may have removed the header: by its number, or by the total."""
    asked = query_number(page.url, page.forge.page_size)
    if following is None and asked and page.total is not None and not linked and len(page.items) == asked:
        following = page.number + 1 if page.number * asked < page.total else None
    return page.at(following) if following is not None and following > page.number else None


def key_of(item: Any) -> Any:
    """What distinguishes a thing of a list from the others; None where nothing is certain to.

    Example:
        >>> key_of({"id": 7, "title": "a"}), key_of({"path": "a.txt", "id": "e69de29"}), key_of({"line": 3})
        (7, ('e69de29', None, 'a.txt'), None)
    """
    if not isinstance(item, dict):
        return None
    number = item.get("id")
    if isinstance(number, int) and "event" not in item:
        return number
    if number is not None:  # a file of a tree has the hash of its content; events and comments count each on their own
        event, path = item.get("event"), item.get("path")
        return (str(number), event, path) if all(isinstance(one, str | None) for one in (event, path)) else None
    for names in (
        ("filename", "status"),
        ("new_path", "old_path"),
        ("sha",),
        ("tag_name",),
        ("name", "email"),
        ("number",),
    ):
        found = tuple(item.get(name) for name in names)
        if isinstance(found[0], str | int) and all(part is None or isinstance(part, str | int) for part in found):
            return found if "event" not in item else None
    return None


def integer(value: object) -> int | None:
    """A count in a header or a body; None for anything else, and for what no list can be as long as."""
    try:
        number = int(value) if isinstance(value, int | str) else -1
    except ValueError:
        return None
    return number if 0 <= number <= sys.maxsize else None


def _query(url: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(url).query)
    except ValueError:  # no URL at all
        return {}


def query_number(url: str, name: str) -> int | None:
    """A number in a URL's query; None without one."""
    return integer(_query(url).get(name, [None])[0])


def with_query(url: str, changed: Mapping[str, int]) -> str:
    """A URL with other values in its query.

    Example:
        >>> with_query("https://api.example/x?per_page=100&page=2", {"page": 3})
        'https://api.example/x?per_page=100&page=3'
    """
    parts = urlsplit(url)
    parameters = parse_qs(parts.query, keep_blank_values=True)
    parameters.update({name: [str(value)] for name, value in changed.items()})
    return parts._replace(query=urlencode(parameters, doseq=True)).geturl()
