"""Lists over several pages: as Python's own behave, with as few requests as can be, in order."""

from __future__ import annotations

import threading
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest
from support.credentials import FakeClock
from support.wire import API, Asked, Door, Reply, slept

import igitt
from igitt._http.pagination import StaticList
from igitt.cache import ResponseCache
from igitt.errors import IGittWarning, InvalidResponseError, ServerError


class Numbered:
    """A list of so many things, paged by number as GitHub pages; each answer takes `latency` of the client's time."""

    def __init__(self, count: int, *, latency: float = 0.0, last: bool = True, total: bool = False) -> None:
        self.count = count
        self.latency = latency
        self.last = last
        self.total = total
        self.clock = FakeClock()
        self.pages: list[int] = []
        self.lock = threading.Lock()
        self.door = Door(script=self)

    def __call__(self, asked: Asked) -> Reply:
        """Answer with one page."""
        size, page = int(asked.query["per_page"]), int(asked.query.get("page", 1))
        with self.lock:
            self.pages.append(page)
            self.clock.now += self.latency
        numbers = range((page - 1) * size + 1, min(page * size, self.count) + 1)
        items: Any = [{"number": number, "title": str(number)} for number in numbers]
        if self.total:
            items = {"total_count": self.count, "items": items}
        last = max(1, -(-self.count // size))
        relations = {"prev": page - 1, "next": page + 1 if page < last else 0, "last": last if page < last else 0}
        if not self.last:
            relations.pop("last")
        links = [
            f'<{API}{asked.path}?per_page={size}&page={number}>; rel="{name}"'
            for name, number in relations.items()
            if number
        ]
        headers = {"Link": ", ".join(links)} if last > 1 else {}
        return Reply(200, items, headers)

    def issues(self, **options: Any) -> Any:
        """The list, as issues of a repository or, with a total, of a search."""
        client = self.door.github(clock=self.clock, **{"cache": False, **options})
        if self.total:
            return client.search_issues("x")
        return client.list("repos/a/b/issues", "Issue", client.get_repo("a/b"))


def numbers(issues: Any) -> list[int]:
    """The issues' numbers."""
    return [issue.number for issue in issues]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250, 300])
@pytest.mark.parametrize("shape", [{}, {"last": False}, {"total": True}, {"latency": 0.05}])
def test_all_of_it(count: int, shape: dict[str, Any]) -> None:
    """Iterating gives everything in order; each page is asked for once, and everything is asked anew the next time."""
    forge = Numbered(count, **shape)
    issues = forge.issues()
    assert forge.pages == []
    pages = list(range(1, max(1, -(-count // 100)) + 1))
    for _ in range(2):
        forge.pages.clear()
        assert numbers(list(issues)) == list(range(1, count + 1))
        assert sorted(forge.pages) == pages
        forge.pages.clear()
        assert numbers(issue for issue in issues) == list(range(1, count + 1))
        assert sorted(forge.pages) == pages


@pytest.mark.parametrize("count", [0, 1, 100, 101, 250, 300])
@pytest.mark.parametrize("shape", [{}, {"last": False}, {"total": True}])
def test_length(count: int, shape: dict[str, Any]) -> None:
    """The length is exact, however the forge counts."""
    assert len(Numbered(count, **shape).issues()) == count


def test_what_a_length_costs() -> None:
    """One request where everything is on one page or a total is told, two where pages are numbered, else all."""
    for forge, pages in (
        (Numbered(50), [1]),
        (Numbered(950, total=True), [1]),
        (Numbered(950), [1, 10]),
        (Numbered(350, last=False), [1, 2, 3, 4]),
    ):
        len(forge.issues())
        assert forge.pages == pages


def test_a_filtered_list() -> None:
    """What a forge cannot filter itself is filtered here: then only reading it all tells how many there are."""
    forge = Numbered(250)
    client = forge.door.github(cache=False)
    even = client.list("repos/a/b/issues", "Issue", client.get_repo("a/b"), keep=lambda data: data["number"] % 2 == 0)
    assert (len(even), len(list(even)), even.total_count) == (125, 125, None)
    assert (even[60].number, even[-1].number) == (122, 250)
    assert numbers(even[100:102]) == [202, 204]


def test_total_count() -> None:
    """A total is told where the forge tells it, or everything is at hand; otherwise it is None."""
    assert Numbered(950, total=True).issues().total_count == 950
    assert Numbered(42).issues().total_count == 42
    assert Numbered(950).issues().total_count is None


@pytest.mark.parametrize(
    ("index", "pages"),
    [(0, [1]), (99, [1]), (100, [2]), (199, [2]), (249, [3, 1]), (-1, [1, 3]), (-250, [1, 3, 1])],
)
def test_one_by_its_place(index: int, pages: list[int]) -> None:
    """An item is found with the page that it is on; a short last page does not tell how long the others are."""
    forge = Numbered(250)
    assert forge.issues()[index].number == range(1, 251)[index]
    assert forge.pages == pages


@pytest.mark.parametrize("index", [250, 299, 300, 1000, -251])
def test_one_that_is_not_there(index: int) -> None:
    """Beyond the list there is an IndexError, as of a list."""
    with pytest.raises(IndexError, match="there is no item"):
        _ = Numbered(250).issues()[index]


@pytest.mark.parametrize("bad", ["1", 1.0, None])
def test_no_index(bad: Any) -> None:
    """What is no number is no index."""
    with pytest.raises(TypeError, match="indexed by numbers and slices"):
        _ = Numbered(5).issues()[bad]


@pytest.mark.parametrize("shape", [{}, {"last": False}, {"total": True}, {"latency": 0.05}])
@pytest.mark.parametrize(
    "part",
    [
        slice(None),
        slice(0, 5),
        slice(98, 103),
        slice(120, 125),
        slice(240, 400),
        slice(5, 5),
        slice(9, 3),
        slice(300, None),
        slice(-5, None),
        slice(None, -245),
        slice(-3, -1),
        slice(0, 250, 60),
        slice(None, None, -50),
        slice(10, 2, -3),
    ],
    ids=str,
)
def test_slices(part: slice, shape: dict[str, Any]) -> None:
    """Slices give what a list's would."""
    assert numbers(Numbered(250, **shape).issues()[part]) == list(range(1, 251))[part]


def test_what_a_slice_costs() -> None:
    """A slice asks for the pages that it lies on."""
    for part, pages in ((slice(0, 100), [1]), (slice(120, 180), [2]), (slice(150, 250), [2, 3]), (slice(5, 5), [])):
        forge = Numbered(950)
        _ = forge.issues()[part]
        assert forge.pages == pages


def test_the_first() -> None:
    """The first costs one page; of nothing there is none."""
    forge = Numbered(950, latency=0.05)
    assert forge.issues().first().number == 1
    assert forge.pages == [1]
    assert Numbered(0).issues().first() is None


def test_truth() -> None:
    """A list is true when there is something in it, which one page tells."""
    forge = Numbered(950)
    assert forge.issues()
    assert forge.pages == [1]
    assert not Numbered(0).issues()


def test_membership() -> None:
    """Looking for something stops where it is found."""
    forge = Numbered(950)
    issues = forge.issues()
    assert issues[3] in issues
    assert forge.pages == [1, 1]
    with pytest.warns(IGittWarning, match=r"never the name of an issue; compare with .number"):
        assert "something else" not in issues
    assert issues[3].number in issues


# --- reading ahead ---------------------------------------------------------------------------------------------------


def test_order_is_kept_whoever_is_first() -> None:
    """Several pages are in flight at once, and later ones that arrive first wait for their turn."""
    forge = Numbered(900, latency=0.05)
    last_has_come = threading.Event()
    answer = forge.__call__

    def slowly(asked: Asked) -> Reply:
        page = asked.query.get("page")
        if page == "3":
            last_has_come.set()
        if page == "2":
            assert last_has_come.wait(10), "the third page was not asked for while the second was under way"
        return answer(asked)

    forge.door.script = slowly
    assert numbers(forge.issues()) == list(range(1, 901))


@pytest.mark.parametrize("options", [{"read_ahead": 1}, {"read_ahead": 4}, {}])
def test_never_more_in_flight_than_allowed(options: dict[str, int]) -> None:
    """``read_ahead`` bounds how many pages are in flight."""
    forge = Numbered(3000, latency=0.05)
    flying, most, lock = 0, 0, threading.Lock()
    answer = forge.__call__

    def counted(asked: Asked) -> Reply:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        try:
            return answer(asked)
        finally:
            with lock:
                flying -= 1

    forge.door.script = counted
    assert len(numbers(forge.issues(**options))) == 3000
    assert most <= options.get("read_ahead", 8)


@pytest.mark.parametrize(("read", "most"), [(1, 1), (101, 3), (201, 6)])
def test_who_stops_early_has_wasted_little(read: int, most: int) -> None:
    """Reading ahead begins carefully: who stops early has asked for a few pages too many at most."""
    forge = Numbered(5000, latency=0.05)
    iterator = iter(forge.issues())
    for _ in range(read):
        next(iterator)
    iterator.close()  # type: ignore[attr-defined]
    assert len(forge.pages) <= most


def test_no_threads_where_nothing_is_waited_for() -> None:
    """Where answers come at once, pages are fetched as they are wanted: threads would only be in the way."""
    forge = Numbered(500)
    iterator = iter(forge.issues())
    for wanted in (1, 101, 201):
        while next(iterator).number < wanted:
            pass
        assert forge.pages == list(range(1, wanted // 100 + 2))


def test_one_slow_answer_starts_no_threads() -> None:
    """A single hiccup in the middle does not make it worth reading ahead."""
    forge = Numbered(900)
    iterator = iter(forge.issues())
    assert numbers(islice(iterator, 100)) == list(range(1, 101))
    forge.latency = 0.05
    assert numbers(islice(iterator, 100)) == list(range(101, 201))
    forge.latency = 0.0
    assert numbers(islice(iterator, 1)) == [201]
    assert forge.pages == [1, 2, 3]
    assert numbers(iterator) == list(range(202, 901))


def test_a_failure_ahead_arrives_in_its_turn() -> None:
    """A page that fails raises where it would have come; what comes before it is read."""
    forge = Numbered(900, latency=0.05)
    answer = forge.__call__
    forge.door.script = lambda asked: Reply(501) if asked.query.get("page") == "4" else answer(asked)
    issues = iter(forge.issues())
    assert numbers(islice(issues, 300)) == list(range(1, 301))
    with pytest.raises(ServerError):
        next(issues)


def test_a_closed_client_reads_on() -> None:
    """Closing a client in the middle of a list does not break the list."""
    forge = Numbered(900, latency=0.05)
    client = forge.door.github(clock=forge.clock, cache=False)
    seen = []
    for issue in client.get_repo("a/b").filter_issues(state="all"):
        if issue.number in {1, 150, 450}:
            client.close()
        seen.append(issue.number)
    assert seen == list(range(1, 901))


def test_a_client_closed_by_another_thread_reads_on() -> None:
    """Whenever another thread closes the client, even between two steps of reading ahead, the list is whole."""
    forge = Numbered(4_000, latency=0.05)
    client = forge.door.github(clock=forge.clock, cache=False)
    done = threading.Event()

    def close() -> None:
        while not done.is_set():
            client.close()

    closing = threading.Thread(target=close)
    closing.start()
    try:
        assert numbers(client.get_repo("a/b").filter_issues(state="all")) == list(range(1, 4_001))
    finally:
        done.set()
        closing.join()


def test_a_cache_that_is_off_stays_off_ahead() -> None:
    """Pages that are read ahead, in other threads, respect the caller's context."""
    cache = ResponseCache()
    forge = Numbered(900, latency=0.05)
    answer = forge.__call__

    def tagged(asked: Asked) -> Reply:
        reply = answer(asked)
        return Reply(200, reply.data, {**reply.headers, "ETag": '"1"'})

    forge.door.script = tagged
    with cache.disabled():
        assert len(numbers(forge.issues(cache=cache))) == 900
    assert cache.stats.misses == 0


def test_all_pages_are_answered_from_the_cache() -> None:
    """Reading a list again costs a 304 a page, and it is whole: the links are kept with the pages."""
    forge = Numbered(450)
    answer = forge.__call__

    def tagged(asked: Asked) -> Reply:
        if "if-none-match" in asked.headers:
            return Reply(304)
        reply = answer(asked)
        return Reply(200, reply.data, {**reply.headers, "ETag": '"1"'})

    forge.door.script = tagged
    cache = ResponseCache()
    issues = forge.issues(cache=cache)
    assert numbers(issues) == numbers(issues) == list(range(1, 451))
    assert (cache.stats.misses, cache.stats.revalidated) == (5, 5)


# --- other forms -----------------------------------------------------------------------------------------------------


def cursor(pages: list[list[int]]) -> Door:
    """A list whose links hold a cursor and no number, and which ignores a page's number."""

    def answer(asked: Asked) -> Reply:
        place = int(asked.query.get("after", 0))
        more = (
            {"Link": f'<{API}{asked.path}?per_page=100&after={place + 1}>; rel="next"'}
            if place + 1 < len(pages)
            else {}
        )
        return Reply(200, [{"number": number} for number in pages[place]], more)

    return Door(script=answer)


def test_a_list_by_cursor() -> None:
    """Links are followed as they are given: such a list is whole, its length exact, its places those of a list."""
    pages = [list(range(1, 101)), list(range(101, 201)), [201, 202]]
    client = cursor(pages).github()
    issues = client.list("repos/a/b/issues", "Issue", client.get_repo("a/b"))
    assert numbers(list(issues)) == list(range(1, 203))
    assert len(issues) == 202
    assert issues[150].number == 151
    assert issues[-1].number == 202
    assert numbers(issues[99:102]) == [100, 101, 102]
    assert issues.total_count is None


def test_beyond_a_list_by_cursor() -> None:
    """A forge that ignores the page's number gives its only page: that is not the page that was wanted."""
    client = cursor([[1, 2, 3]]).github()
    issues = client.list("repos/a/b/issues", "Issue", client.get_repo("a/b"))
    with pytest.raises(IndexError, match="no item 101"):
        _ = issues[101]


def test_a_list_inside_an_object() -> None:
    """An enveloped list is read to its end, not only its first page."""
    first = Reply(
        200, {"total_count": 2, "repositories": [{"full_name": "a/b"}]}, {"Link": f'<{API}/x?page=2>; rel="next"'}
    )
    second = Reply(200, {"total_count": 2, "repositories": [{"full_name": "a/c"}]})
    client = Door(first, second).github()
    names = [found["full_name"] for found in client.list_of("x", lambda data: data, items="repositories")]
    assert names == ["a/b", "a/c"]


@pytest.mark.parametrize("data", [{"message": "x"}, "text", 5])
def test_no_list(data: Any) -> None:
    """What is no list where one belongs is one of our errors."""
    with pytest.raises(InvalidResponseError, match="instead of a list"):
        list(Door(Reply(200, data)).github().get_repo("a/b").issues)


@pytest.mark.parametrize("data", [[5], [None], ["text"], [[]]])
def test_a_list_of_something_else(data: Any) -> None:
    """Items that are no objects are one of our errors."""
    with pytest.raises(InvalidResponseError, match="made of a JSON object"):
        list(Door(Reply(200, data)).github().repositories)


@pytest.mark.parametrize(
    "link",
    [
        "rubbish",
        "<",
        '<>; rel="next"',
        '<x>; rel=""',
        "<y>; title=a",
        '<?page=2>; rel="prev"',
        '<http://[::1>; rel="next"',
    ],
)
def test_strange_links(link: str) -> None:
    """A ``Link`` header that is none ends the list, or is one of our errors."""
    door = Door(script=lambda _: Reply(200, [{"full_name": "a/b"}], {"Link": link} if len(door.asked) == 1 else {}))
    with suppress(igitt.IGittError):
        assert len(list(door.github().repositories)) in {1, 2}
    assert len(door.asked) <= 3


def test_a_list_that_shrinks_while_it_is_read() -> None:
    """Pages that became empty are no error."""
    forge = Numbered(900, latency=0.05)
    answer = forge.__call__

    def shrinking(asked: Asked) -> Reply:
        if int(asked.query.get("page", 1)) >= 3:
            return Reply(200, [], {"Link": f'<{API}{asked.path}?per_page=100&page=1>; rel="first"'})
        return answer(asked)

    forge.door.script = shrinking
    assert numbers(list(forge.issues())) == list(range(1, 201))


def test_a_rate_limit_inside_a_list_is_waited_for() -> None:
    """A refusal in the middle of a list costs time and nothing else."""
    forge = Numbered(250)
    answer, refusals = forge.__call__, [Reply(429, headers={"Retry-After": "5"})]
    forge.door.script = lambda asked: refusals.pop() if asked.query.get("page") == "2" and refusals else answer(asked)
    issues = forge.issues()
    assert numbers(issues) == list(range(1, 251))
    assert forge.clock.slept == [5]


def test_at_hand() -> None:
    """A list that is at hand behaves as one that is not."""
    things = StaticList([1, 2, 3])
    assert (list(things), len(things), things[1], things[-1], things[1:], things.first(), things.total_count) == (
        [1, 2, 3],
        3,
        2,
        3,
        [2, 3],
        1,
        3,
    )
    assert not StaticList()
    assert 2 in things


def test_what_a_list_says_of_itself() -> None:
    """Looking at a list asks for nothing."""
    forge = Numbered(950)
    assert "repos/a/b/issues" in repr(forge.issues())
    assert forge.pages == []
    assert slept(forge.door.github()) == []


def test_a_slice_without_a_step() -> None:
    """A step of zero is refused as a list refuses it."""
    with pytest.raises(ValueError, match="zero"):
        _ = Door().github().get_repo("a/b").issues[::0]


def test_a_page_that_names_itself_as_the_next_one() -> None:
    """A forge, or a proxy before it, that links in a circle does not keep a bot for ever."""
    link = f'<{API}/repos/a/b/issues?per_page=100&page=2>; rel="next"'
    door = Door(script=lambda _: Reply(200, [{"number": 1}], {"Link": link}))
    with pytest.raises(InvalidResponseError, match="names itself"):
        list(door.github().get_repo("a/b").issues)
    assert len(door.asked) == 2


@pytest.mark.parametrize("told", [-1, 10**30, "many", [2]])
def test_a_total_that_no_list_has(told: object) -> None:
    """What cannot be a total is none: the list is as long as what came."""
    client = Door(Reply(200, {"total_count": told, "variables": [{"name": "A"}]})).github()
    things = client.list_of("repos/a/b/actions/variables", dict, items="variables")
    assert [*things] == [{"name": "A"}]
