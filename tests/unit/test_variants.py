"""The table of paths finds the same as a look at every one of them, however many there are."""

from __future__ import annotations

import random

from igitt._base.single_flight import related
from igitt._cache.path_index import Variants


def test_what_is_related_is_found() -> None:
    """A path, what lies below it and what it lies below are forgotten; their neighbours stay."""
    chance = random.Random(7)  # noqa: S311 - the same paths each time
    words = ["a", "a-", "a.b", "a/", "b", "0", "issues", "issues0", "5", "55", "é"]
    paths = sorted({"x https://h/" + "/".join(chance.choices(words, k=chance.randint(1, 5))) for _ in range(600)})
    for path in (*chance.sample(paths, 60), "x https://h", "x https://h/none", "", "x https:/"):
        table = Variants(1000)
        for one in paths:
            table.note(one, f"1 {one}")
            table.note(one, f"2 {one}")
        expected = {f"{number} {one}" for one in paths if related(one, path) for number in (1, 2)}
        assert set(table.pop_related(path)) == expected
        assert len(table) == len(paths) - len(expected) // 2
        assert table.pop_related(path) == []
        assert len(table.pop_all()) == 2 * len(paths) - len(expected)
        assert (len(table), table.pop_all()) == (0, [])


def test_it_is_bounded() -> None:
    """The path that was used longest ago is forgotten first."""
    table = Variants(2)
    for path in ("a", "b", "a", "c"):
        table.note(path, f"key of {path}")
    assert table.pop_related("b") == []
    assert sorted(table.pop_all()) == ["key of a", "key of c"]
