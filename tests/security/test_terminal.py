"""What strangers wrote is printed so that neither a terminal nor a CI runner obeys it."""

from __future__ import annotations

import json
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igitt._text.terminal import shown
from igitt.cli import main
from igitt.testing import Sandbox

EVIL = "x \x1b]52;c;ZXZpbA==\x07 \x1b[2J \x9b31m \u202egpj.exe \r\n::stop-commands::x"


def harmless(text: str) -> bool:
    """Whether a terminal only shows it."""
    marks = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\u061c", "\u200e", "\u200f"}
    return all(letter in "\n\t" or category(letter) not in {"Cc", "Cs"} for letter in text) and not marks & set(text)


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
@pytest.mark.parametrize("what", ["issue", "repository", "missing"])
def test_show(hoster: str, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Titles, descriptions, labels and error messages come through without their control characters."""
    with Sandbox() as sandbox:
        forge = getattr(sandbox, hoster)
        forge.add_repository("acme/widgets", description=EVIL)
        forge.add_issue("acme/widgets", EVIL, body=EVIL)
        number = {"issue": 1, "missing": 99}.get(what)
        page = "/-/issues/" if hoster == "gitlab" else "/issues/"
        main(["show", f"{forge.url}/acme/widgets{page + str(number) if number else ''}", "--forge", hoster])
    out = "".join(capsys.readouterr())
    assert harmless(out)
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())
    assert what == "missing" or "x" in out


def test_webhook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``igitt webhook`` as well."""
    user = {"login": EVIL, "id": 1}
    payload = {
        "action": "opened", "issue": {"number": 1, "id": 1, "title": EVIL, "user": user, "state": "open"},
        "repository": {"id": 1, "full_name": "o/r", "owner": user}, "sender": user,
    }  # fmt: skip
    file = tmp_path / "payload.json"
    file.write_text(json.dumps(payload), encoding="utf-8")
    main(["webhook", str(file), "--event", "issues"])
    assert harmless("".join(capsys.readouterr()))


@given(st.text())
def test_any_text(text: str) -> None:
    """No text makes a terminal or a runner do anything, and printable text stays what it is."""
    for lines in (False, True):
        out = shown(text, lines=lines)
        assert harmless(out)
        assert not any(line.lstrip(" \t").startswith(("::", "##[")) for line in out.split("\n"))
        out.encode()
    assert shown("plain: text") == "plain: text"
