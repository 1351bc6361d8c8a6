"""The tables of what the sandbox plays, against what it answers."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from igitt.testing import Sandbox

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "_ext" / "played.py"


def load_page() -> ModuleType:
    """What makes the tables; the documentation is no package that could be imported."""
    pytest.importorskip("docutils")
    pytest.importorskip("sphinx")
    spec = importlib.util.spec_from_file_location("docs_played", PAGE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_what_is_told_as_not_played_is_501(hoster: str) -> None:
    """Every read that the tables leave out is answered 501, and none that they count."""
    page = load_page()
    with Sandbox(socket=False) as sandbox:
        forge = getattr(sandbox, hoster)
        sandbox.github.anonymous_limit = 10_000
        for method, path, played in page.operations(hoster):
            if method == "GET":
                status = forge.handle(method, f"{forge.router.prefix}{path}", {"user-agent": "test"}).status
                assert (status == 501) is not played, path


@pytest.mark.parametrize("hoster", ["github", "gitlab"])
def test_the_families_have_every_operation(hoster: str) -> None:
    """The tables count each operation once."""
    page = load_page()
    every = [(played, path) for _, path, played in page.operations(hoster)]
    families = page.families(hoster)
    assert sum(one.described for one in families) == len(every)
    assert sum(one.played for one in families) == sum(played for played, _ in every) > 200
