"""Where the time comes from, for whoever tests a bot: a :class:`Clock` of one's own goes to a client's ``clock=``."""

from igitt._base.clock import SYSTEM_CLOCK, Clock

__all__ = ["SYSTEM_CLOCK", "Clock"]
