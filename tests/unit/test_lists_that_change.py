"""Lists that change under their reader, by any sequence of changes: what was there throughout is met exactly once."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.credentials import FakeClock
from support.wire import API, Asked, Door, Reply

from igitt._http.retry import RetryPolicy
from igitt.errors import IncompleteListError

CHANGES = st.sampled_from(["close", "close another", "insert", "append", "to front", "to end", "nothing"])


class Changing:
    """A list at a forge: DELETE takes a thing out, POST does something else to it.

    Args:
        count: how many things are in it at first.
        most: how many things it gives at once, whatever is asked for.
        slow: from how many at once on it takes too long; 0 for never.
        counted: whether headers tell numbers, as GitLab's do, and a proxy has taken the links; else links, as GitHub's.
    """

    def __init__(self, count: int, most: int, slow: int, *, counted: bool) -> None:
        self.things = list(range(1, count + 1))
        self.most = most
        self.slow = slow
        self.counted = counted
        self.made = count
        self.door = Door(script=self)

    def __call__(self, asked: Asked) -> Reply:
        """Answer with a page, or change the list."""
        if asked.method != "GET":
            word, _, number = asked.path.rpartition("/things/")[2].partition("-")
            self.change(word, int(number))
            return Reply(204)
        wanted, page = int(asked.query["per_page"]), int(asked.query.get("page", 1))
        if self.slow and wanted >= self.slow:
            return Reply(504)
        size = min(self.most, wanted)
        last = max(1, -(-len(self.things) // size))
        items = [{"id": number} for number in self.things[(page - 1) * size : page * size]]
        if self.counted:
            more = {"X-Total": str(len(self.things)), "X-Page": str(page), "X-Per-Page": str(size)}
            return Reply(200, items, {**more, "X-Next-Page": str(page + 1) if page < last else ""})
        places = {"prev": page - 1, "next": page + 1 if page < last else 0, "last": last if page < last else 0}
        links = [f'<{API}/things?per_page={size}&page={at}>; rel="{word}"' for word, at in places.items() if at > 0]
        return Reply(200, items, {"Link": ", ".join(links)} if links else {})

    def change(self, word: str, number: int) -> None:
        """Do something to the list."""
        if number in self.things and word in {"close", "front", "end"}:
            self.things.remove(number)
        if word in {"insert", "append"}:
            self.made += 1
        number = self.made if word in {"insert", "append"} else number
        if word in {"insert", "front"}:
            self.things.insert(0, number)
        elif word in {"append", "end"}:
            self.things.append(number)


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(0, 60),
    most=st.sampled_from([4, 7, 10]),
    slow=st.sampled_from([0, 0, 10]),
    counted=st.booleans(),
    changes=st.lists(st.tuples(CHANGES, st.integers(0, 200)), max_size=80),
)
def test_each_is_met_once(count: int, most: int, slow: int, changes: list[tuple[str, int]], *, counted: bool) -> None:
    """Nothing that was there from the beginning to the end is left out or met twice, unless an error says so."""
    forge = Changing(count, most, slow, counted=counted)
    client = forge.door.github(
        cache=False, page_size=10, clock=FakeClock(), retries=RetryPolicy(total=0), pace_writes=False
    )
    throughout = set(forge.things)
    things = client.list_of("things", lambda data: data["id"])
    plan, met = iter(changes), list[int]()
    whole = True
    try:
        for number in things:
            met.append(number)
            word, chosen = next(plan, ("nothing", 0))
            target = number if word == "close" or not forge.things else forge.things[chosen % len(forge.things)]
            if word in {"close", "close another"}:
                throughout.discard(target)
                client.request("DELETE", f"things/close-{target}")
            elif word != "nothing":
                client.request("POST", f"things/{word.removeprefix('to ')}-{target}", json={})
    except IncompleteListError:
        whole = False
    assert len(met) == len(set(met))
    assert not whole or throughout <= set(met)


def test_counting_what_came() -> None:
    """Length, places and totals are right, whatever the size of the pages and whoever tells them."""
    for counted in (True, False):
        for most, slow in ((4, 0), (10, 0), (7, 10), (10, 10)):
            forge = Changing(47, most, slow, counted=counted)
            client: Any = forge.door.github(cache=False, page_size=10, retries=0)
            things = client.list_of("things", lambda data: data["id"])
            assert list(things) == list(range(1, 48))
            assert len(things) == 47
            assert [things[place] for place in (0, 9, 10, 33, 46, -1, -47)] == [1, 10, 11, 34, 47, 47, 1]
            assert things[20:25] == [21, 22, 23, 24, 25]
            assert things[-3:] == [45, 46, 47]
            assert things.is_complete
