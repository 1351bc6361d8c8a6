"""What is read out of an answer."""

from __future__ import annotations

import pytest

from igitt._base.answer import Answer, explain


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ("", {}),
        ('<https://x/?page=2>; rel="next", <https://x/?page=9>; rel="last"', {"next": "https://x/?page=2", "last": "https://x/?page=9"}),
        ("<https://x/?a=1,2;3>; rel=next", {"next": "https://x/?a=1,2;3"}),
        ('<a>; title="x, y; rel=z"; rel="next"', {"next": "a"}),
        ('<a>; rel="next prev"', {"next": "a", "prev": "a"}),
        ('<a>;REL="NEXT"', {"next": "a"}),
        ('<a>; rel="next", <b>; rel="next"', {"next": "a"}),
        ('<a>; rel=""', {}),
        ("<a>, b; rel=next", {}),
        ("nonsense", {}),
    ],
)  # fmt: skip
def test_links(header: str, links: dict[str, str]) -> None:
    """A ``Link`` header is read as RFC 8288 writes it."""
    assert Answer(200, {"link": header} if header else {}, b"", "u").links == links


def test_text_that_is_no_utf8() -> None:
    """A text is shown as far as it is one."""
    assert Answer(200, {}, b"a\xff", "u").text == "a\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html>\n<head></head>\n<body>Bad <b>Gateway</b></body>", "Bad  Gateway"),
        (b"Retry later\n", "Retry later"),
        (b'"just a text"', "just a text"),
        (b"x" * 5000, "x" * 200),
        (b"", ""),
        (b"[]", ""),
        (b'{"message": 5}', "5"),
    ],
)
def test_an_errors_words(body: bytes, message: str) -> None:
    """Of a page for people, the first line with something on it is told."""
    assert explain(Answer(502, {}, body, "u"))[0] == message


def test_what_an_answer_says_of_itself() -> None:
    """Its repr is status and URL."""
    assert repr(Answer(200, {}, b"secret", "https://x")) == "<Answer 200 https://x>"
