"""No file outside of a forge's own names it in its code: what differs is asked of the forge's value."""

import ast
import re
from pathlib import Path

import pytest

import igitt

ROOT = Path(igitt.__file__).parent
NAMED = re.compile(r"git_?(?:hub|lab)|\bgh[a-z]?_|\bglpat|forgejo|gitea|\bghe\b", re.IGNORECASE)
#: Files whose code may name a forge, and why.
EXCEPTIONS = {
    "__init__.py": "the public names of the clients",
    "_base/forges.py": "the one table of the forges that igitt brings",
    "addresses.py": "the public names of two functions",
    "auth/__init__.py": "the public names of credentials",
    "auth/oauth.py": "credentials of users, whose classes are public names of this package",
    "auth/token.py": "credentials, whose classes are public names of this package",
    "cli.py": "commands about GitHub Apps and about the sandbox's two forges",
    "testing/recorder.py": "an example that shows an attribute of the sandbox",
    "testing/scrub.py": "what secrets look like, whoever's they are",
}
#: Rooms that are about certain forges.
ROOMS = ("github/", "gitlab/", "demo/", "testing/sandbox/")
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in ROOT.rglob("*.py")
    if not path.relative_to(ROOT).as_posix().startswith(ROOMS)
)


def lines_of(source: str) -> list[int]:
    """Lines of code that name a forge; what is documentation is none."""
    tree = ast.parse(source)
    documentation = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    }
    # An attribute's only positional argument is its documentation.
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and re.search(r"Attribute|EditableSet", ast.unparse(node.func)):
            documentation |= {id(part) for part in node.args}
    found = set()
    for node in ast.walk(tree):
        words = [getattr(node, name, None) for name in ("id", "attr", "name", "arg", "module", "asname")]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            words.append(node.value)
        if any(isinstance(word, str) and NAMED.search(word) for word in words):
            found.add(getattr(node, "lineno", 0))
    return sorted(found)


@pytest.mark.parametrize("module", MODULES)
def test_no_forge_is_named(module: str) -> None:
    """Neither in a name nor in a text, but in documentation and in the few files that are about it."""
    found = lines_of((ROOT / module).read_text(encoding="utf-8"))
    if module in EXCEPTIONS:
        assert found, f"{module} is an exception no more: take it off the list"
    else:
        assert found == []


def test_what_would_be_found() -> None:
    """The search sees names, texts and imports, and passes documentation over."""
    assert lines_of('"""GitHub."""\nx = 5\n') == []
    assert lines_of('x = "https://gitlab.com"\n') == [1]
    assert lines_of("from igitt.github import X\n") == [1]
    assert lines_of('x = {}\nx["x-github-event"]\n') == [2]
