"""What a forge answered: status, headers and data, as :meth:`request` gives it."""

from igitt._base.answer import Answer

__all__ = ["Answer"]
