"""Deploy keys, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import IGittError, ValidationError
from igitt.testing.contract import World

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqT7rZQx0d5Zt3"


def test_adding_and_removing(world: World) -> None:
    """A key is added with one request, found again, and goes."""
    repository = world.repository
    assert list(repository.deploy_keys) == []
    assert len(world.sent(lambda: repository.add_deploy_key("server", KEY))) == 1
    (found,) = repository.deploy_keys
    assert (found.title, found.key, found.is_read_only, str(found)) == ("server", KEY, True, "server")
    assert found.created.tzinfo is not None
    assert world.client.load(found.reference).title == "server"
    assert found.web_url.startswith(repository.web_url)
    found.delete()
    assert list(world.repository.deploy_keys) == []


def test_one_that_may_write(world: World) -> None:
    """A key opens a repository for writing only if that is said."""
    made = world.repository.add_deploy_key("server", KEY, read_only=False)
    assert made.is_read_only is False
    assert made.refresh().is_read_only is False


def test_what_is_refused(world: World) -> None:
    """What is no key, a key without a name, and who may not."""
    with pytest.raises(ValidationError):
        world.repository.add_deploy_key("server", "no key")
    with pytest.raises(ValidationError):
        world.repository.add_deploy_key("", KEY)
    with pytest.raises(IGittError):
        world.as_user("bob").get_repo("acme/widgets").add_deploy_key("server", KEY)
    assert list(world.repository.deploy_keys) == []
