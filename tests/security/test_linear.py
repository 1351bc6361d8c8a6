"""Every function that meets a stranger's text takes time in proportion to it: doubled input, doubled time."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable

import pytest

import igitt
from igitt._base.answer import Answer, explain
from igitt._base.bounded import unpacked
from igitt._cache.entry import Entry
from igitt._http.graphql import _writes
from igitt._objects.reference import load
from igitt._text import git
from igitt._text.mentions import references_in
from igitt._text.patches import position_in_patch
from igitt._text.terminal import shown
from igitt.errors import IGittError
from igitt.gitlab.timeline import _is_told_elsewhere, _new_title
from igitt.testing.scrub import Scrubber
from igitt.urls import parse_url
from igitt.webhooks.receive import decode

CLIENT = igitt.GitHub("ghp_x", cache=False)

FUNCTIONS: dict[str, Callable[[str], object]] = {
    "references_in (GitHub)": lambda text: references_in(text, "github"),
    "references_in (GitLab)": lambda text: references_in(text, "gitlab"),
    "parse_url": parse_url,
    "parse_url, a path": lambda text: parse_url(f"https://git.example.com/{text}"),
    "an error page": lambda text: explain(Answer(502, {}, text.encode(), "u")),
    "an error of JSON": lambda text: explain(Answer(422, {}, json.dumps({"message": text}).encode(), "u")),
    "the Link header": lambda text: Answer(200, {"link": text}, b"", "u").links,
    "what git says": lambda text: git._failure(text, "u", {}),  # noqa: SLF001 - the one way in needs a remote
    "a note of GitLab's": lambda text: (
        _new_title(f"changed title from **{text}**"),
        _is_told_elsewhere(f"added {text}"),
    ),
    "a GraphQL document": _writes,
    "a patch": lambda text: position_in_patch(text, 5),
    "a recording": lambda text: Scrubber().body(text.encode()),
    "a webhook's body": lambda text: decode(text.encode()),
    "a webhook's form": lambda text: decode(f"payload={text}".encode()),
    "a reference": lambda text: load(CLIENT, text),
    "a cache entry": Entry.loads,
    "what is printed": lambda text: shown(text, lines=True),
    "gzip": lambda text: unpacked(text.encode(), 10**7),
}
SEEDS = [
    "a",
    "<",
    "`",
    "```\n",
    "<!--",
    "https://a.b/",
    "a/",
    "issues/1/",
    "-/",
    "@a ",
    "#",
    "#1,",
    "GH-1 ",
    "closes ",
    "closes #1, ",
    "closes #1,    ",
    " ",
    "\t",
    "\n",
    " \n",
    '"',
    '"""',
    '\\"',
    "{",
    "{}",
    "[",
    "%41",
    "&",
    "a=b&",
    "payload=",
    "=",
    ";",
    '; rel="',
    "<>; a=b",
    "<a>;a= ",
    ", ",
    "://",
    "https://a:",
    "https://a:b@",
    'name="a"\n\n',
    "token=",
    "-----BEGIN A KEY-----\n",
    "eyJ",
    "eyJa.",
    "Authorization: ",
    "u0026",
    "~~~\n",
    "\\u0026a",
    "** to **",
    "{+",
    "+}",
    "~ label",
    "\x1b",
    "::",
    "repository '",
    "' not found\n",
    "&#",
    "password: ",
    "PRIVATE-TOKEN: ",
    "Cookie: a=",
    "ghp_",
    "LS0tLS1CRUdJTi",
    "a.",
    "a-",
    "a@",
    "_",
    "'key': '",
    '"key": "',
    "\x1f\x8b\x08",
]
SIZE = 2000


def seconds(function: Callable[[str], object], text: str) -> float:
    """How long it takes; what it refuses is fine."""
    began = time.process_time()
    with contextlib.suppress(IGittError, ValueError):
        function(text)
    return time.process_time() - began


def texts(seed: str, size: int) -> list[str]:
    """Texts of about that size, with and without something at the end that spoils a match."""
    many = (seed * size)[:size]
    return [many, f"{many}!\x00x", f"a {many}\n#1"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_twice_the_text_takes_twice_the_time(name: str) -> None:
    """Sixteen times the text takes about sixteen times the time; the square would be 256 times."""
    function = FUNCTIONS[name]
    slow = []
    for seed in SEEDS:
        for kind in range(3):
            large = seconds(function, texts(seed, 16 * SIZE)[kind])
            if large < 0.03:
                continue  # too quick to be a square of anything
            small = min(seconds(function, texts(seed, SIZE)[kind]) for _ in range(3))
            if large > 80 * max(small, 0.0005):  # once may be the machine
                large = min(seconds(function, texts(seed, 16 * SIZE)[kind]) for _ in range(3))
            if large > 80 * max(small, 0.0005):
                slow.append((seed, kind, small, large))
    assert not slow


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_largest_text_of_a_forge(name: str) -> None:
    """GitLab takes a description of a megabyte; no function needs more than seconds for one."""
    if name == "a recording":
        pytest.skip("recordings are made by a developer, of what his own tests ask for")
    for seed in ("a/", "closes #1, ", "<", "https://a.b/", '"', "` ", "{+"):
        assert seconds(FUNCTIONS[name], (seed * 2**20)[: 2**20]) < 5
