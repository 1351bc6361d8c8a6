"""Archives of a repository's files, the same on every provider."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from support.world import World

from igitt.errors import ElementDoesntExistError, IGittError, ValidationError

REFS = [None, "feature", "a/b", "grün&100%"]


def fetched(world: World, link: str, *, private: bool = False) -> bytes:
    """What is at an address, asked for as the documentation says."""
    if private and world.hoster == "gitlab":
        return bytes(world.client.request("GET", link, cached=False).content)
    session = requests.Session()
    session.mount(world.forge.url, world.forge.client().transport.sender.wire.session.get_adapter(world.forge.url))
    return session.get(link).content


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files in an archive, without the folder that they are all in."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}
    found = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for entry in archive:
            held: Any = archive.extractfile(entry)
            found[entry.name.partition("/")[2]] = held.read()
    return found


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
@pytest.mark.parametrize("ref", REFS)
def test_what_is_in_an_archive(world: World, ref: str | None, kind: str) -> None:
    """An archive has the files that the API has at that ref, byte by byte, and its address no credential."""
    binary = b"\x89PNG\r\n\xff\x00\xfe"
    world.repository.create_file("dir/x.bin", content=binary, message="Put it there")
    if ref is not None and ref != "feature":
        world.repository.create_branch(ref)
    link = world.repository.archive_link(ref, kind)
    assert world.client.token is not None
    assert world.client.token.value not in link
    expected = {file.path: file.bytes for file in world.repository.list_files(ref=ref, recursive=True)}
    assert unpacked(fetched(world, link)) == expected
    assert (expected.get("dir/x.bin") == binary) is (ref != "feature")


def test_requests(world: World) -> None:
    """GitHub is asked once and its redirect not followed; GitLab's address is known."""
    sent = world.sent(lambda: world.repository.archive_link("feature"))
    github = ["GET /repos/acme/widgets/tarball/feature"]
    assert sent == (github if world.hoster == "github" else [])


def test_private(world: World) -> None:
    """A private repository's link works without the credential for a while on GitHub, and with it on GitLab."""
    world.forge.add_repository("acme/secret", private=True, files={"a": "1"})
    link = world.client.get_repo("acme/secret").archive_link()
    assert unpacked(fetched(world, link, private=True)) == {"a": b"1"}
    stripped = fetched(world, link.partition("?")[0])
    assert b"Not Found" in stripped
    if world.hoster == "github":
        world.clock.now += 301
        assert b"Not Found" in fetched(world, link)
        with pytest.raises(ElementDoesntExistError):
            world.as_user("carol").get_repo("acme/secret").archive_link()


def test_a_renamed_repository(world: World) -> None:
    """An old name leads to the archive of the new one, with the credential on the way."""
    world.forge.add_repository("acme/secret", private=True, files={"a": "1"})
    repository = world.client.get_repo("acme/secret")
    repository.name = "hidden"
    link = world.client.get_repo("acme/secret").archive_link()
    assert urlsplit(link).netloc == urlsplit(world.forge.url).netloc
    assert unpacked(fetched(world, link, private=True)) == {"a": b"1"}


@pytest.mark.parametrize(("ref", "kind"), [(None, "rar"), (None, ""), ("", "zip"), (" ", "zip"), (5, "zip")])
def test_what_cannot_be_packed(world: World, ref: Any, kind: str) -> None:
    """A format that only one forge knows, and a ref that is none, are refused before anything is sent."""
    repository = world.repository

    def ask() -> None:
        with pytest.raises(ValidationError):
            repository.archive_link(ref, kind)

    assert world.sent(ask) == []


def test_nothing_there(world: World) -> None:
    """What is not there is told when it is fetched, or before."""
    with pytest.raises(IGittError):
        world.client.request("GET", world.repository.archive_link("nowhere"), cached=False)
