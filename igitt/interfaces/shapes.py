"""Answers that have another shape than the forge documents: what Python says of them, as one of igitt's errors.

Whatever makes something of a forge's JSON takes the documented shape for granted; the few places that call it (an
attribute, an item of a list, a method that asks) turn what goes wrong there into
:class:`~igitt.errors.InvalidResponseError`.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from igitt.errors import IGittError, InvalidResponseError

__all__ = ["MISSHAPEN", "misshapen", "shaped"]

#: What Python raises where a datum is of another type than the code expects.
MISSHAPEN = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError)


def misshapen(error: Exception, what: str) -> InvalidResponseError:
    """The error for data that nothing can be made of.

    Args:
        error: what Python said.
        what: what was to be made.
    """
    said = f"{type(error).__name__}: {error}"
    return InvalidResponseError(f"the forge's response has another shape than {what} needs ({said:.120})")


@contextmanager
def shaped(what: str) -> Generator[None, None, None]:
    """Report what goes wrong in the block as a response of another shape; an error of igitt's own stays what it is.

    Args:
        what: what is made of the response.

    Example:
        >>> with shaped("a comparison"):
        ...     {}["ahead_by"]
        Traceback (most recent call last):
        ...
        igitt.errors.InvalidResponseError: the forge's response has another shape than a comparison needs (KeyError:
        ...)
    """
    try:
        yield
    except IGittError:
        raise
    except MISSHAPEN as error:
        raise misshapen(error, what) from error
