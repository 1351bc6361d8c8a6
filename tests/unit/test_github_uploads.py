"""Where the credential goes when a file is sent to GitHub's upload host, and where it never goes."""

from __future__ import annotations

from typing import Any

import pytest
from support.wire import SECRET, Door, Reply

import igitt
from igitt.errors import IGittError, InvalidResponseError, ReadOnlyError
from igitt.github.uploads import upload_origin
from igitt.interfaces import Release

ASSET = {
    "id": 7,
    "name": "a.bin",
    "size": 3,
    "browser_download_url": "https://github.com/o/r/releases/download/v1/a.bin",
}
PUBLIC = "https://uploads.github.com/repos/o/r/releases/1/assets{?name,label}"


def _release(door: Door, url: str, address: Any, **options: Any) -> Release:
    client = igitt.GitHub(SECRET, url, session=door.session(), cache=False, **options)
    data = {"id": 1, "tag_name": "v1", "upload_url": address, "assets": []}
    return client.Release.from_data(data, client, client.Repository(client, "o/r"))


def test_the_documented_host() -> None:
    """On github.com the file goes to the upload host by one request, with the credential, name and type."""
    door = Door(Reply(201, ASSET))
    release = _release(door, "https://github.com", PUBLIC)
    made = release.upload_asset("a.bin", b"\x00\x01\x02", "application/x-a")
    assert (made.name, made.size, made.identifier) == ("a.bin", 3, 7)
    assert release.assets == [made]
    (asked,) = door.asked
    assert asked.url == "https://uploads.github.com/repos/o/r/releases/1/assets?name=a.bin"
    assert (asked.method, asked.body) == ("POST", b"\x00\x01\x02")
    assert asked.headers["content-type"] == "application/x-a"
    assert SECRET in asked.headers["authorization"]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com", "https://evil.example/repos/o/r/releases/1/assets{?name}"),
        ("https://github.com", "http://uploads.github.com/repos/o/r/releases/1/assets{?name}"),
        ("https://github.com", "https://uploads.github.com.evil.example/assets{?name}"),
        ("https://github.com", "https://uploads.github.com:8443/assets{?name}"),
        ("https://github.com", "https://uploads.github.com@evil.example/assets{?name}"),
        ("https://github.com", "//evil.example/assets"),
        ("https://github.com", None),
        ("https://ghe.example.com", PUBLIC),
        ("https://acme.ghe.com", PUBLIC),
        ("https://acme.ghe.com", "https://uploads.other.ghe.com/assets{?name}"),
    ],
)
def test_another_host(url: str, address: Any) -> None:
    """An address on any other host is refused before anything is sent, whatever the answer says."""
    door = Door()
    with pytest.raises(InvalidResponseError):
        _release(door, url, address).upload_asset("a.bin", b"x")
    assert door.asked == []


def test_a_redirect_from_the_upload_host() -> None:
    """The credential does not follow a redirect from there, not even to the API."""
    door = Door(Reply(307, headers={"Location": "https://api.github.com/x"}))
    with pytest.raises(InvalidResponseError):
        _release(door, "https://github.com", PUBLIC).upload_asset("a.bin", b"x")
    assert len(door.asked) == 1


def test_a_server_of_ones_own() -> None:
    """An Enterprise Server takes files at its own host."""
    door = Door(Reply(201, ASSET))
    address = "https://ghe.example.com/api/uploads/repos/o/r/releases/1/assets{?name,label}"
    _release(door, "https://ghe.example.com", address).upload_asset("a.bin", "x")
    assert door.asked[0].url == "https://ghe.example.com/api/uploads/repos/o/r/releases/1/assets?name=a.bin"


def test_reading_only() -> None:
    """A client that only reads sends nothing to the upload host either."""
    door = Door()
    with pytest.raises(ReadOnlyError):
        _release(door, "https://github.com", PUBLIC, read_only=True).upload_asset("a.bin", b"x")
    assert door.asked == []


def test_the_secret_in_errors() -> None:
    """An upload that is refused tells why, without the credential."""
    door = Door(Reply(422, {"message": "Validation Failed", "errors": [{"field": "name", "code": "already_exists"}]}))
    with pytest.raises(IGittError) as caught:
        _release(door, "https://github.com", PUBLIC).upload_asset("a.bin", b"x")
    assert SECRET not in f"{caught.value!r} {caught.value}"


def test_the_hosts() -> None:
    """The upload host follows from the client's address alone."""
    assert upload_origin("https://acme.ghe.com", "https://api.acme.ghe.com") == "https://uploads.acme.ghe.com"
    assert upload_origin("https://evilghe.com", "https://evilghe.com/api/v3") == "https://evilghe.com"
