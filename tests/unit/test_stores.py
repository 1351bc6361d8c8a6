"""What holds for each store that comes with igitt, against the real thing: one suite, every store."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support.credentials import FakeClock
from support.stores import (
    ALONE,
    SERVED,
    SHARED,
    Place,
    drop_table,
    end_connections,
    end_thread,
    let_go,
    make,
    new_place,
    plain,
    start,
    told,
    walk,
    walk_as_app,
)

from igitt.errors import StoreError, ValidationError
from igitt.testing import Sandbox

#: What takes the time from a clock that it is given.
CLOCKED = {"memory", "sqlite", "sqlalchemy-sqlite", "sqlalchemy-postgresql"}
#: What asks for the time in Python.
PYTHON = {"flask-simple", "flask-files", "django-locmem", "diskcache"}

#: Whose backend looks first and writes then, so that two may both have a lock.
TWO_STEPS = {"flask-files"}

served = [pytest.param(kind, marks=pytest.mark.service) for kind in SERVED]
every = pytest.mark.parametrize("kind", [*ALONE, *SHARED, *served])
shared = pytest.mark.parametrize("kind", [*SHARED, *served])

Make = Callable[..., Any]


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """A place for the stores of one test."""
    return new_place(request.node.callspec.params["kind"], tmp_path, request)


@pytest.fixture
def new(kind: str, place: Place) -> Iterator[Make]:
    """Makes stores of the kind in the place."""
    made: list[Any] = []

    def build(**options: Any) -> Any:
        made.append(make(kind, place, **options))
        return made[-1]

    yield build
    for store in made:
        store.clear()
        let_go(store)
    if kind.endswith("postgresql"):
        drop_table(place)


@pytest.fixture
def store(new: Make) -> Any:
    """A store."""
    return new()


def raw(value: Any) -> Any:
    """A value as bytes, whether it came as them or as a text."""
    return value.encode() if isinstance(value, str) else value


@every
@pytest.mark.parametrize("value", ["x", '{"a": "☂ ü"}', "a\nb\x00c", b"\x00\xff\n\n", "☂" * 350_000], ids=len)
def test_what_was_put_in_comes_out(store: Any, value: Any) -> None:
    """Texts and bytes come back as they were; a text may come back as its bytes."""
    store.set("igitt:1:abc", value)
    assert raw(store.get("igitt:1:abc")) == raw(value)


@every
def test_absent_replaced_deleted(store: Any) -> None:
    """A key that is not there is None, whether it never was or is no more; the last value holds."""
    assert store.get("a") is None
    store.set("a", "1")
    store.set("a", "2")
    store.set("b", "3")
    assert plain(store.get("a")) == "2"
    store.delete("a")
    store.delete("a")
    assert (store.get("a"), plain(store.get("b"))) == (None, "3")


@every
def test_the_longest_key(store: Any) -> None:
    """A key of 200 characters is fine."""
    store.set("a:" + "b" * 198, "1")
    assert plain(store.get("a:" + "b" * 198)) == "1"


@every
def test_to_add_is_to_set_once(store: Any) -> None:
    """What is there stays, and the one who asks hears of it; once it is gone, there is room again."""
    assert store.add("lock", "1", 60)
    assert not store.add("lock", "2", 60)
    assert plain(store.get("lock")) == "1"
    store.delete("lock")
    assert store.add("lock", "3", 60)
    store.set("kept", "4")
    assert not store.add("kept", "5", 60)


@every
def test_time_goes_by(kind: str, new: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was added ends when it said, and what was set at the store's age; then both can be had again."""
    clock = FakeClock(time.time())
    age = 0.1 if kind == "redis" else 1
    store = new(max_age=age, clock=clock)
    store.set("a", "1")
    store.add("b", "1", age)
    if kind in PYTHON:
        later = time.time() + 5
        for name in ("time.time", "cachelib.simple.time", "cachelib.file.time"):
            monkeypatch.setattr(name, lambda: later)
    elif kind in CLOCKED:
        clock.now += 5
    else:
        time.sleep(age + 0.1)  # the server has the time, most of them in whole seconds
    assert store.get("b") is None
    assert store.get("a") is None or kind == "memory"
    assert store.add("b", "2", 60)
    assert plain(store.get("b")) == "2"


@every
def test_what_does_not_end(new: Make) -> None:
    """A store without an age keeps its values."""
    store = new(max_age=None)
    store.set("a", "1")
    assert plain(store.get("a")) == "1"


@every
def test_clearing(store: Any) -> None:
    """Clearing forgets everything, and what comes after is kept."""
    store.set("a", "1")
    store.set("b", b"2")
    store.clear()
    assert (store.get("a"), store.get("b")) == (None, None)
    store.set("a", "3")
    assert plain(store.get("a")) == "3"


@every
def test_many_threads(kind: str, store: Any) -> None:
    """Eight threads read and write; nobody gets what is another's, and one of them gets each lock."""

    def work(number: int) -> list[int]:
        wrong = 0
        won = []
        for turn in range(10):
            store.set(f"own{number}", f"{number}:{turn}" * 500)
            store.set("common", "c" * (1000 + number))
            wrong += plain(store.get(f"own{number}")) != f"{number}:{turn}" * 500
            wrong += set(plain(store.get("common"))) != {"c"}
            if store.add(f"lock{turn}", "mine", 60):
                won.append(turn)
        end_thread(store)
        assert wrong == 0
        return won

    with ThreadPoolExecutor(8) as pool:
        won = [turn for turns in pool.map(work, range(8)) for turn in turns]
    assert kind in TWO_STEPS or sorted(won) == list(range(10))


@shared
def test_many_processes(kind: str, store: Any, place: Place) -> None:
    """What one process keeps the others have, a lock is one process's, and an answer that one read costs no other."""
    with Sandbox() as sandbox:
        sandbox.github.add_repository("acme/widgets")
        sandbox.github.add_issue("acme/widgets", "It squeaks ☂")
        token = sandbox.github.token_for("alice")
        first = walk(store, sandbox.github.url, token)
        assert first == {"title": "It squeaks ☂", "revalidated": 0, "errors": 0}
        units = sandbox.github.units
        assert walk(store, sandbox.github.url, token)["revalidated"] == 1
        store.set("ours", "ü")
        locks = [f"lock{number}" for number in range(20)]
        process = start(
            kind, place, read=["ours"], write={"theirs": "ä"}, add=locks, url=sandbox.github.url, token=token
        )
        while store.get("theirs") is None:
            time.sleep(0.01)  # until the other process is there
        won = [lock for lock in reversed(locks) if store.add(lock, "ours", 60)]
        found = told(process)
        assert sandbox.github.units == units
    assert (found["read"], plain(store.get("theirs"))) == (["ü"], "ä")
    assert (found["title"], found["revalidated"], found["errors"]) == ("It squeaks ☂", 1, 0)
    assert kind in TWO_STEPS or sorted(won + found["added"]) == sorted(locks)


@pytest.mark.parametrize("kind", ["sqlite", "django-database", *served[0::4]])
def test_a_token_is_shared(kind: str, store: Any, place: Place) -> None:
    """An App's token that one process has minted is another's, too, and is in the store in no readable form."""
    with Sandbox() as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/widgets")
        forge.add_issue("acme/widgets", "It squeaks ☂")
        app = forge.add_app("helper", permissions={"issues": "read"})
        known = (app.id, app.private_key, forge.install(app, "acme").id)
        assert walk_as_app(store, forge.url, *known) == "It squeaks ☂"
        assert told(start(kind, place, url=forge.url, app=known))["title"] == "It squeaks ☂"
        mints = [record for record in forge.requests if record.path.endswith("/access_tokens")]
    assert len(mints) == 1
    found = [path.read_bytes() for path in Path(place.folder).rglob("*") if path.is_file()]
    assert not any(b"ghs_" in held for held in found)


@shared
def test_forking(kind: str, new: Make, place: Place) -> None:
    """A process that has used a store may fork: the children and the parent go on to use it."""
    if kind in {"django-database", "django-postgresql"}:
        pytest.skip("Django's database connections do not survive a fork, whoever uses them")
    found = told(start(kind, place, write={"a": "1"}, forks=3, read=["a"]))
    assert (found["forks"], found["after"]) == ([0, 0, 0], ["ü", "ü", "ü"])
    assert plain(new().get("a")) == "1"


@pytest.mark.service
@pytest.mark.parametrize("kind", ["django-postgresql", "sqlalchemy-postgresql"])
def test_a_connection_that_broke(store: Any, place: Place) -> None:
    """A connection that the server has ended costs one call at most, also where no request begins or ends."""
    store.set("a", "1")
    assert plain(store.get("a")) == "1"
    end_connections(place)
    with contextlib.suppress(StoreError):
        store.get("a")
    assert plain(store.get("a")) == "1"


@every
@pytest.mark.parametrize("wrong", [0, -1, True, "5"])
def test_a_wrong_age(kind: str, place: Place, wrong: Any) -> None:
    """An age is a positive number of seconds."""
    if kind != "memory":
        with pytest.raises(ValidationError, match="max_age"):
            make(kind, place, max_age=wrong)
