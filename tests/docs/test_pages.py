"""What holds for every page. That their examples run is checked where the pages are made, by ``tox -e docs``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from igitt import cli, errors

PROJECT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted((PROJECT / "docs").rglob("*.rst"))
EVERYTHING = [*PAGES, *PROJECT.glob("*.rst"), *(PROJECT / "changelog.d").glob("*.rst")]


def name_of(path: Path) -> str:
    """What pytest calls a page."""
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_says_for_whom_it_is(page: Path) -> None:
    """A page says in its first lines whom it is for."""
    assert re.search(r"\bfor (you|everybody)\b", page.read_text(encoding="utf-8")[:700], re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_its_python_runs(page: Path) -> None:
    """Python on a page is a doctest or a testcode, which run when the pages are made; nothing is left unrun."""
    text = page.read_text(encoding="utf-8")
    kinds = re.findall(r"^ *\.\. code-block:: *(.*)$", text, re.MULTILINE)
    assert set(kinds) <= {"console", "text"}
    assert re.findall(r"^(?! *\.\. ).*::$", text, re.MULTILINE) == []


@pytest.mark.parametrize("page", EVERYTHING, ids=name_of)
def test_installs_nothing_by_igitts_name(page: Path) -> None:
    """On the package index, the name is another library's: what is installed is a checkout, or another tool."""
    commands = re.findall(r"pip install ([^`\n&]+)", page.read_text(encoding="utf-8"))
    for command in commands:
        assert re.match(r'(-e )?"?\.(\[|$|")|(tox|pre-commit)\b|--upgrade pip\b', command.strip()), command


def test_the_errors_are_all_told() -> None:
    """The page about errors has each of them in its tree and, by name, what to do about it."""
    text = (PROJECT / "docs" / "errors.rst").read_text(encoding="utf-8")
    tree, advice = text.split("What to do\n", maxsplit=1)
    assert [name for name in errors.__all__ if not re.search(rf"\b{name}\b", tree)] == []
    below_webhooks = {"InvalidSignatureError", "InvalidPayloadError", "UnknownEventError"}
    told = {name for name in errors.__all__ if re.search(rf"\* - .*``{name}``", advice)}
    assert set(errors.__all__) - told == {"IGittError"} | below_webhooks


def test_the_commands_are_all_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The page about the command line has a section for each subcommand, and for no other."""
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    offered = re.findall(r"^    (\w+)  ", capsys.readouterr().out, re.MULTILINE)
    text = (PROJECT / "docs" / "cli.rst").read_text(encoding="utf-8")
    assert offered
    assert sorted(re.findall(r"^igitt (\w+)\n-+$", text, re.MULTILINE)) == sorted(offered)


def test_the_benchmarks_are_all_told() -> None:
    """The page about performance has the command of each benchmark, and of no other."""
    scripts = (PROJECT / "benchmarks").glob("*.py")
    runnable = [path.name for path in scripts if '__name__ == "__main__"' in path.read_text(encoding="utf-8")]
    text = (PROJECT / "docs" / "performance.rst").read_text(encoding="utf-8")
    assert runnable
    assert sorted(set(re.findall(r"python benchmarks/(\w+\.py)", text))) == sorted(runnable)
