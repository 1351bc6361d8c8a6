"""Issues that texts name: known forms, what is none, and any mixture of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igitt._text.mentions import TextReference, references_in

FORGES = ("github", "gitlab")


def found(text: str, hoster: str = "gitlab", **options: str) -> list[tuple[str | None, int, str | None]]:
    """Repository, number and verb of what a text names."""
    return [(one.repository, one.number, one.verb) for one in references_in(text, hoster, **options)]


@pytest.mark.parametrize("stem", ["close closes closed", "fix fixes fixed", "resolve resolves resolved"])
@pytest.mark.parametrize("hoster", FORGES)
def test_keywords(hoster: str, stem: str) -> None:
    """GitHub's nine words close, in any letters and with a colon, on both forges."""
    verb = stem.split(maxsplit=1)[0]
    for word in stem.split():
        for written in (word, word.upper(), word.title(), f"{word}:"):
            assert found(f"{written} #7", hoster) == [(None, 7, verb)], written
        assert found(f"{word}#7", hoster) == []
        for no_keyword in (f"un{word}", f"{word}n", f"re-{word}", f"{word}-up", f"#{word}"):
            assert found(f"{no_keyword} #7", hoster) == [(None, 7, None)], no_keyword


def test_gitlab_knows_more_words() -> None:
    """GitLab's own forms close there, and only there."""
    for text, verb in [("Closing #1", "close"), ("fixing issue #1", "fix"), ("Implements #1", "implement")]:
        assert found(text) == [(None, 1, verb)]
        assert found(text, "github") == [(None, 1, None)]


def test_a_list_closes_all_of_it() -> None:
    """A keyword goes before a list, and a repository counts for its own number alone."""
    assert found("closes #1, #2 and group/sub/project#3") == [
        (None, 1, "close"), (None, 2, "close"), ("group/sub/project", 3, "close"),
    ]  # fmt: skip
    assert found("Fixes a/b#1, #2 & #3,\n#4") == [
        ("a/b", 1, "fix"), (None, 2, "fix"), (None, 3, "fix"), (None, 4, "fix"),
    ]  # fmt: skip
    assert found("fix #1, resolves #2") == [(None, 1, "fix"), (None, 2, "resolve")]


@pytest.mark.parametrize("between", [". ", ", see ", " (", "; ", " but not ", "\n", "\n\n", " - ", ": "])
def test_a_list_ends(between: str) -> None:
    """What follows the list is only named."""
    assert found(f"Closes #1{between}#2)") == [(None, 1, "close"), (None, 2, None)]


def test_addresses() -> None:
    """URLs of any host, with a port, below a path, with subgroups, at the end of a sentence."""
    text = (
        "Fixes https://git.example.com:8443/a/b/c/-/issues/5#note_3, (https://github.com/o/r/issues/6) and "
        "https://github.com/o/r/pull/7. See https://github.com/o/r/blob/main/x.py#L1 and http://[ or https://x/#1."
    )
    assert references_in(text, "gitlab") == [
        TextReference(5, "a/b/c", "https://git.example.com:8443", verb="fix"),
        TextReference(6, "o/r", "https://github.com"),
        TextReference(7, "o/r", "https://github.com", is_merge_request=True),
    ]
    base = "https://example.com/gitlab"
    assert references_in(f"Closes {base}/a/b/-/issues/5.", "gitlab", base) == [
        TextReference(5, "a/b", base, verb="close")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "word#5", "bug#5", "#5a", "#0", "#05", "&#39;", "a/b/../c#5", "../b#5", "@a/b#5", "#", "##5", "1#5", "#1.5",
        "`#5`", "``` \nfixes #5\n```", "<!-- closes #5 -->", "<!-- closes #5", "ü#5", "a//b#5", "x=#5", "closes",
        "https://example.com/#5", "#99999999999", "a/b# 5", "a/b #x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("hoster", FORGES)
def test_what_is_none(hoster: str, text: str) -> None:
    """Parts of words, entities, code, comments, anchors and numbers that no forge gives name nothing."""
    assert found(text, hoster) == []


def test_what_only_one_forge_has() -> None:
    """``!5`` and deep paths are GitLab's, ``GH-5`` is GitHub's."""
    assert references_in("see !5 and a/b!6", "gitlab") == [
        TextReference(5, is_merge_request=True), TextReference(6, "a/b", is_merge_request=True),
    ]  # fmt: skip
    assert found("see !5, a/b!6 and a/b/c#7", "github") == []
    assert found("Fixes GH-5", "github") == [(None, 5, "fix")]
    assert found("Fixes GH-5, xGH-6", "gitlab") == []


NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}", fullmatch=True).filter(lambda name: not name.endswith("."))
PATHS = st.none() | st.lists(NAMES, min_size=2, max_size=2).map("/".join)
REFERENCES = st.tuples(PATHS, st.integers(1, 10**9))


@given(st.lists(REFERENCES, min_size=1, max_size=6), st.sampled_from(FORGES), st.data())
def test_any_list(references: list[tuple[str | None, int]], hoster: str, data: st.DataObject) -> None:
    """Whatever a list is made of, each reference keeps its own repository; GitLab closes all, GitHub the first."""
    text = "Closes "
    for place, (path, number) in enumerate(references):
        text += data.draw(st.sampled_from([", ", " and ", ", and ", ","])) if place else ""
        text += f"{path or ''}#{number}"
    verbs = ["close", *[None if hoster == "github" else "close"] * (len(references) - 1)]
    expected = [(path, number, verb) for (path, number), verb in zip(references, verbs, strict=True)]
    assert found(f"So. {text}.", hoster) == expected
    named = text.removeprefix("Closes ")
    assert found(f"So: {named}.", hoster) == [(path, number, None) for path, number in references]


@given(st.text(), st.sampled_from(FORGES))
def test_any_text(text: str, hoster: str) -> None:
    """No text fails, and whatever is found stands in it."""
    for one in references_in(text, hoster):
        assert str(one.number) in text
        assert one.repository is None or one.base is not None or one.repository in text


PIECES = [
    "#1", "!2", "a/b", "/", "fix ", "closes", " ", ",", "`", "<!--", "-->", "```\n", "https://x.org/a/b/issues/3",
    "GH-4", ".", "\n", "ü", "and ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_mixture(text: str) -> None:
    """Pieces in any order never fail, and a number that no piece has never appears."""
    for hoster in FORGES:
        for one in references_in(text, hoster):
            assert one.number in {1, 2, 3, 4} or str(one.number) in text


@pytest.mark.parametrize(
    "between", [", ", ",", " and ", ", and ", ",\n", ",\r\n", "\nand ", "\r\nand ", " and\n", ",\n  and "]
)
def test_a_keyword_and_a_list(between: str) -> None:
    """On GitLab a keyword is for the whole list, over the end of a line; on GitHub each number wants its own."""
    text = f"Fixes #18{between}#19{between}a/b#20. See #21"
    assert found(text, "gitlab") == [(None, 18, "fix"), (None, 19, "fix"), ("a/b", 20, "fix"), (None, 21, None)]
    assert found(text, "github") == [(None, 18, "fix"), (None, 19, None), ("a/b", 20, None), (None, 21, None)]
    each = f"Closes #18{between}closes #19{between}resolves a/b#20"
    for hoster in FORGES:
        assert found(each, hoster) == [(None, 18, "close"), (None, 19, "close"), ("a/b", 20, "resolve")]


def test_the_example_of_gitlabs_documentation() -> None:
    """Three in one list, of which the last is an address on another line."""
    text = "Fix #20, Fixes #21 and Closes group/other#22.\nRelated to #17 and fixes #18, #19\nand {url}.".format(
        url="https://gitlab.example.com/group/other/-/issues/23"
    )
    closed = {number for _, number, verb in found(text, "gitlab") if verb}
    assert closed == {18, 19, 20, 21, 22, 23}


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\nand ", ",\n\n", "\n\n"])
def test_a_list_ends_with_its_line_or_paragraph(between: str) -> None:
    """A new line alone ends a list, and an empty one ends it whatever follows."""
    assert found(f"Closes #1{between}#2") == [(None, 1, "close"), (None, 2, None)]
