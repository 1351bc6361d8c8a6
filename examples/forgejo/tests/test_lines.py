"""What Forgejo lacks of reviews is refused, and what it tells of wikis is a value."""

from __future__ import annotations

import pytest
from igitt_forgejo import Forgejo
from igitt_forgejo.testing import forgejo

from igitt.errors import ValidationError
from igitt.interfaces import LineComment, WikiPage
from igitt.interfaces.actions import WikiActions


def test_several_lines_are_refused() -> None:
    """A comment's first line would be lost without a word; nothing is sent."""
    with forgejo() as forge:
        forge.add_organization("acme", members={"alice": "owner"})
        forge.add_repository("acme/widgets", members={"bob": "write"}, files={"README.md": "#"})
        forge.add_merge_request("acme/widgets", "Oil", head="oil", author="bob")
        mr = forge.client("alice", cache=False).get_repo("acme/widgets").filter_merge_requests()[0]
        forge.reset_log()
        with pytest.raises(ValidationError, match="one line each"):
            mr.review(comments=[LineComment("oil.txt", 2, "x", start_line=1)])
        assert not list(forge.requests)


def test_a_wiki_page_is_a_value() -> None:
    """Both the page and what was said of its change are told."""
    client = Forgejo("0" * 40, "https://code.example.com", cache=False)
    payload = {"action": "edited", "page": "Home", "comment": "Better", "repository": {"full_name": "acme/widgets"}}
    ((action, (page,)),) = client.handle_webhook("wiki", payload)
    assert action is WikiActions.EDITED
    assert page == WikiPage(title="Home", name="Home", message="Better")
