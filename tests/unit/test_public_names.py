"""What is public is in ``__all__``, and nothing else is: `help`, editors and ``import *`` show the same."""

from __future__ import annotations

import types
from importlib import import_module

import pytest

#: The modules that users import from; what stands in others is reached through these.
PATHS = """
    addresses aio answer auth cache cli client clock errors github gitlab interfaces provider ratelimit registry retry
    stores testing urls webhooks
"""
PUBLIC = ["igitt", *(f"igitt.{path}" for path in PATHS.split())]
FACADES = ("igitt", "igitt.auth", "igitt.github", "igitt.gitlab", "igitt.interfaces", "igitt.stores", "igitt.webhooks")


def own_names(module: types.ModuleType) -> set[str]:
    """The classes and functions of a module's own that have no underscore."""
    return {
        name
        for name, found in vars(module).items()
        if not name.startswith("_")
        and isinstance(found, type | types.FunctionType)
        and found.__module__ == module.__name__
        and name != "ErrorContext"  # the keywords of errors, for type checkers; no error itself
    }


@pytest.mark.parametrize("name", PUBLIC)
def test_all_is_there(name: str) -> None:
    """Each module is at its place, and each name of its ``__all__`` in it, once, without underscore."""
    module = import_module(name)
    names = list(module.__all__)
    assert names
    assert len(names) == len(set(names))
    assert [one for one in names if not hasattr(module, one)] == []
    assert [one for one in names if one.startswith("_")] in ([], ["__version__"])


@pytest.mark.parametrize("name", PUBLIC)
def test_nothing_public_is_left_out(name: str) -> None:
    """A class or function without an underscore stands in ``__all__`` of its module."""
    module = import_module(name)
    assert own_names(module) - set(getattr(module, "__all__", ())) == set()


@pytest.mark.parametrize("name", FACADES)
def test_a_facade_shows_what_it_has(name: str) -> None:
    """What an editor is shown of a package is ``__all__``, whether it was loaded yet or not."""
    module = import_module(name)
    assert dir(module) == sorted(module.__all__)
