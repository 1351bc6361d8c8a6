"""The contract suite that igitt ships, run against the sandbox's two forges, which are to do all of it."""

from igitt.testing.contract import Contract

contract = Contract(strict=True)
