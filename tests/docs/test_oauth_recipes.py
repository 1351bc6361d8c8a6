"""The recipes on the page about users who log in: the web application runs on both forges, and lets no stranger in."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

import igitt

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "oauth.rst"


def recipe(title: str) -> str:
    """Return the Python of the section with that title, up to the next one."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n{title}\n", 1)[1].split("\n", 1)[1]
    section = re.split(r"^.+\n[-~=]{3,}$", text, maxsplit=1, flags=re.MULTILINE)[0]
    blocks = re.findall(r"^\.\. testcode::\n(?:   :.*\n)*\n((?:(?:   .*)?\n)+)", section, re.MULTILINE)
    assert blocks, title
    return "\n".join(textwrap.dedent(block) for block in blocks)


def application(hoster: str) -> dict[str, Any]:
    """Return what the page's Python defines, for one of the forges."""
    pytest.importorskip("flask")
    names: dict[str, Any] = {"igitt": igitt}
    pages = ["A web application", *(["GitLab"] if hoster == "gitlab" else []), "Flask"]
    exec("import os\n" + "\n".join(map(recipe, pages)), names)  # noqa: S102 - the page's own words
    return names


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_a_user_logs_in(hoster: str, forges: Any) -> None:
    """A user goes to the forge and back, and sees what is hers; later, after the token's end, still."""
    names, forge = application(hoster), getattr(forges.sandbox, hoster)
    forge.add_repository("alice/notes", private=True)
    browser = names["app"].test_client()
    assert browser.get("/").headers["Location"] == "/login"
    asked = browser.get("/login").headers["Location"]
    callback = forge.answer_authorization(asked, "alice")
    answer = browser.get(callback.removeprefix("https://bot.example.com"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "alice/notes" in browser.get("/").json
    [user] = names["rows"]
    before = names["rows"][user]
    # The access token dies as it does when it has run out; the refresh token holds.
    forge.world.tokens[before[0]].expires = forge.world.now()
    assert "alice/notes" in browser.get("/").json
    assert names["rows"][user] != before


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_a_stranger_does_not(hoster: str, forges: Any) -> None:
    """A callback of somebody else's login, one without a session, a no, and a second use are refused."""
    names, forge = application(hoster), getattr(forges.sandbox, hoster)
    attacker, victim, late = (names["app"].test_client() for _ in range(3))

    def callback(browser: Any, **answer: Any) -> str:
        asked = browser.get("/login").headers["Location"]
        return str(forge.answer_authorization(asked, "alice", **answer)).removeprefix("https://bot.example.com")

    theirs, own = callback(attacker), callback(victim)
    assert victim.get(theirs).status_code == 403
    assert late.get(own).status_code == 403
    assert late.get(callback(late, approve=False)).status_code == 403
    assert names["rows"] == {}
    assert attacker.get(theirs).status_code == 302
    assert attacker.get(theirs).status_code == 403
    assert victim.get("/").headers["Location"] == "/login"
