"""What strangers wrote, put into a text of one's own: it is shown, and nothing of it is carried out.

A bot acts with its own rights. GitLab carries out lines such as ``/close`` in whatever the bot says; both forges tell
everybody whom a text mentions, and close the issues that it says it closes. Text in, text out.
"""

from __future__ import annotations

import re

from igitt.errors import ValidationError

__all__ = ["defused", "quote"]

#: A space without width: nobody sees it, and no forge reads past it.
_BREAK = "\u200b"
#: Where a mention begins; forges look at the letters before it in their own ways, so that only ASCII counts here.
_MENTION = re.compile(r"(?<![A-Za-z0-9_])@(?=\w)")
#: Words that close issues, in any of their forms (see :mod:`igitt._text.mentions`).
_CLOSING = re.compile(r"(?<![A-Za-z0-9_])(c(?=los)|f(?=ix)|r(?=esolv)|i(?=mplement))", re.IGNORECASE)
#: A letter may be written as a character reference, and is read as the letter.
_REFERENCE = re.compile(r"&(?=#|[A-Za-z]{2,31};)")
_COMMAND = re.compile(r"([^\S\r\n]*)/(?=[A-Za-z_])")


def quote(text: str) -> str:
    r"""What somebody wrote, as a quotation that does nothing: commands, mentions and closing words are only shown.

    For GitHub and GitLab alike, in comments, descriptions and wherever they take Markdown.

    Args:
        text: what strangers wrote: a comment, a title, a name.

    Raises:
        ValidationError: when it is no text.

    Example:
        >>> import igitt
        >>> print(igitt.quote("/merge @bob\nCloses #1").replace("\u200b", "|"))
        > /merge @|bob
        > C|loses #1
        <BLANKLINE>
    """
    if not isinstance(text, str):
        raise ValidationError(f"what is quoted is a text, not {type(text).__name__}")
    # Every letter that may end a line begins a new line of the quotation.
    lines = [_harmless(line) for line in text.splitlines()] or [""]
    return "".join(f"> {line}\n" if line.strip() else ">\n" for line in lines)


def _harmless(line: str) -> str:
    line = _REFERENCE.sub(f"&{_BREAK}", line)
    line = _MENTION.sub(f"@{_BREAK}", line)
    return _CLOSING.sub(rf"\1{_BREAK}", line)


def defused(text: str) -> str:
    r"""A text whose lines GitLab does not carry out as commands: they are shown as they are.

    Within a code block, where GitLab carries out nothing and a backslash would be shown, lines stay what they are.

    Example:
        >>> defused("/close\nsee /etc")
        '\\/close\nsee /etc'
    """
    found, fenced = [], False
    lines = text.splitlines(keepends=True)
    # Only a block that ends is one, and only by a line of three backticks alone.
    last = max((number for number, line in enumerate(lines) if line.rstrip("\r\n") == "```"), default=-1)
    for number, line in enumerate(lines):
        if fenced:
            fenced = line.rstrip("\r\n") != "```"
        elif line.startswith("```") and number < last:
            fenced = True
        else:
            line = _COMMAND.sub(r"\1\/", line, count=1) if _COMMAND.match(line) else line  # noqa: PLW2901 - the same one
        found.append(line)
    return "".join(found)
