"""The contract suite: what igitt promises of every forge, as tests that run against any provider.

A provider's test module names the suite and gives its world; everything else is here::

    # tests/test_contract.py
    import pytest
    from igitt.testing.contract import Clock, Contract, people_world

    contract = Contract()

    @pytest.fixture
    def world():
        clock = Clock()
        with a_double_of_the_forge(clock=clock.time) as forge:
            yield people_world("forgejo", forge, clock)

``pytest tests/test_contract.py -k "test_issues and closing"`` chooses among them. What the forge cannot do
(``supports()`` says so) is skipped with the reason; how many requests something may cost, the world tells
(:attr:`World.costs`).
"""

from igitt.testing.contract.suite import Contract
from igitt.testing.contract.world import Clock, World, people_world

__all__ = ["Clock", "Contract", "World", "people_world"]
