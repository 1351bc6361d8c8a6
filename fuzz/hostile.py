"""Coverage-guided fuzzing of everything that a stranger's bytes reach first.

Run it by hand, for a bounded time (``pip install atheris``)::

    python fuzz/hostile.py -max_total_time=300 fuzz/corpus

The first byte of an input chooses the function, the rest is what the function is given. What is refused is refused by
the errors that each function promises; anything else ends the run, and the input that did it is written to a file.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["igitt"]):
    import igitt
    from igitt._base.answer import Answer, explain
    from igitt._base.bounded import unpacked
    from igitt._base.proof import Proof
    from igitt._base.trust import belongs, is_private
    from igitt._cache.entry import Entry
    from igitt._text.mentions import references_in
    from igitt._text.quoting import defused, quote
    from igitt._text.terminal import shown
    from igitt.errors import IGittError, WebhookError
    from igitt.testing.scrub import Scrubber
    from igitt.urls import parse_url
    from igitt.webhooks import verify
    from igitt.webhooks.receive import decode

    # Within the context, because a provider is loaded when it is first asked for.
    GITHUB, GITLAB = igitt.GitHub("ghp_x", cache=False), igitt.GitLab("glpat-x", cache=False)
EVENTS = ["issues", "issue_comment", "push", "pull_request", "installation", "public", "star", "member", "repository"]


def text_of(data: bytes) -> str:
    """The bytes as a text."""
    return data.decode("utf-8", "replace")


def url(data: bytes) -> None:
    """An address that somebody wrote."""
    text = text_of(data)
    is_private(text)
    belongs("github.com", text)
    parse_url(text)


def link(data: bytes) -> None:
    """A header that leads to the next page."""
    _ = Answer(200, {"link": text_of(data)}, b"", "u").links


def reference(data: bytes) -> None:
    """A reference out of a queue."""
    GITHUB.load(text_of(data))


def issue(data: bytes) -> None:
    """The text of an issue, a comment, a title."""
    text = text_of(data)
    references_in(text, "github")
    references_in(text, "gitlab")
    assert all(line.startswith(">") for line in quote(text).splitlines())
    defused(text)
    assert "\x1b" not in shown(text, lines=True)


def github_body(data: bytes) -> None:
    """A delivery that was signed, of any event."""
    event = EVENTS[data[0] % len(EVENTS)] if data else "push"
    list(GITHUB.handle_webhook(event, decode(data[1:])))


def gitlab_body(data: bytes) -> None:
    """As above, of the other forge."""
    list(GITLAB.handle_webhook("Push Hook", decode(data)))


def headers(data: bytes) -> None:
    """A delivery that nobody signed."""
    parts = text_of(data).split("\n")
    names = ["X-Hub-Signature-256", "X-Gitlab-Token", "webhook-signature", "webhook-id", "webhook-timestamp"]
    try:
        verify(dict(zip(names, parts, strict=False)), data, "a secret that the fuzzer does not know")
    except WebhookError:
        return
    raise AssertionError("a delivery was forged")


def entry(data: bytes) -> None:
    """What a store gives back."""
    assert Proof("a key that the fuzzer does not know").open("igitt:2:abc", data) is None
    Entry.loads(data)


def packed(data: bytes) -> None:
    """A body that is unpacked."""
    assert len(unpacked(data, 100_000)) <= 100_000


def page(data: bytes) -> None:
    """An answer of failure."""
    explain(Answer(502, {}, data, "u"))


def recording(data: bytes) -> None:
    """What is scrubbed; a token in it stays hidden whatever is around it."""
    scrubber = Scrubber()
    scrubber.register("correct-horse-battery")
    assert b"correct-horse-battery" not in scrubber.body(data + b" correct-horse-battery ")


TARGETS = [url, link, reference, issue, github_body, gitlab_body, headers, entry, packed, page, recording]


def one(data: bytes) -> None:
    """Give one input to the function that its first byte chooses."""
    if data:
        try:
            TARGETS[data[0] % len(TARGETS)](data[1:])
        except (IGittError, ValueError) as error:
            if isinstance(error, UnicodeError):
                raise


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
