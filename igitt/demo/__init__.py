"""The demonstration: one triage bot, two forges, no network.

:mod:`igitt.demo.bot` is the bot, written against the neutral interfaces alone; :mod:`igitt.demo.world` puts something
into the sandbox, and
:mod:`igitt.demo.play` lets people act, hands the deliveries to the bot, and counts what it cost.
"""

from igitt.demo.play import run_demo

__all__ = ["run_demo"]
