"""What strangers wrote, as it may be printed: the one place that says so.

A terminal obeys what it is shown: escape sequences move the cursor, hide what follows, set the window's title or the
clipboard. A CI runner obeys lines that begin with ``::`` (source: GitHub, "Workflow commands for GitHub Actions") and
Unicode's direction marks make a line read as another one.
"""

from __future__ import annotations

import re

__all__ = ["shown"]

#: The controls C0 (but tab and line feed), DEL and C1; the marks and overrides of direction; separators of lines that a
#: terminal or a log viewer may break at; half characters, which cannot be written out.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
#: ``::set-env name=…`` and the older ``##[command]``, at the beginning of a line.
_COMMAND = re.compile(r"^([ \t]*)(::|##\[)", re.MULTILINE)


def shown(text: object, *, lines: bool = False) -> str:
    r"""A text that does nothing but be read.

    Args:
        text: what is to be printed.
        lines: whether it may have several lines; otherwise line feeds and tabs are shown, too.

    Example:
        >>> shown("title\x1b[2J\nnext")
        'title\\x1b[2J\\nnext'
        >>> print(shown("::stop-commands::x", lines=True))
        \::stop-commands::x
    """
    kept = str(text).replace("\r\n", "\n")
    kept = _UNSEEN.sub(lambda found: _escaped(found[0]), kept)
    if not lines:
        kept = kept.replace("\n", "\\n").replace("\t", "\\t")
    return _COMMAND.sub(r"\1\\\2", kept)


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
