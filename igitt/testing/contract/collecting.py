"""How pytest finds the suite: a node for the :class:`Contract`, and below it one for each module.

The modules lie below the user's own module, so that they find its fixture ``world``.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from igitt.errors import UnsupportedOperationError
from igitt.testing.contract.suite import Contract

__all__ = ["ContractModule", "ContractNode"]


class ContractNode(pytest.Collector):
    """The suite as it stands in a user's test module."""

    def __init__(self, contract: Contract, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.contract = contract

    def collect(self) -> Iterator[pytest.Collector]:
        """A node for each module."""
        for name in self.contract.modules():
            path = Path(__file__).with_name(f"{name}.py")
            node = ContractModule.from_parent(self, path=path, nodeid=f"{self.nodeid}::{name}")
            node.name = name
            yield node


class ContractModule(pytest.Module):
    """One module of the suite."""

    def _getobj(self) -> ModuleType:
        return import_module(f"igitt.testing.contract.{self.path.stem}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Skip a test of the suite for what the forge does not support, unless it is to do everything."""
    try:
        return (yield)
    except UnsupportedOperationError as error:
        node = item.getparent(ContractNode)
        if node is not None and not node.contract.strict:
            pytest.skip(str(error))
        raise
