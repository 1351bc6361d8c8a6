"""GitHub's files: sizes, forms and paths of contents, the readme, releases with their files, and pages for programs."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from igitt.testing import Sandbox
from igitt.testing.sandbox import objects

R = "/repos/acme/widgets"


@pytest.fixture
def forge(sandbox: Sandbox) -> Any:
    """Return a GitHub with files of several kinds."""
    forge = sandbox.github
    forge.add_organization("acme", members={"alice": "owner"})
    files = {"a.py": "x = 1\n", "docs/b.txt": "<hi>\n", "docs/README.md": "docs\n", "Readme.rst": "root\n"}
    forge.add_repository("acme/widgets", members={"bob": "write"}, files=files)
    forge.add_repository("acme/secret", private=True)
    return forge


@pytest.fixture
def send(forge: Any, github_as: Callable[..., Any]) -> Any:
    """Return `send` of who may write."""
    return github_as("bob")


@pytest.mark.parametrize("path", ["a//b", ".git/config", "x/.GIT/y", "x/../y", "./x", "a.py/b", "docs"])
def test_paths_that_git_cannot_have(send: Any, path: str) -> None:
    """What no tree can hold is refused and changes nothing."""
    url = f"https://github.sandbox/api/v3{R}/contents/{path.replace('.', '%2E')}"
    answer = send("PUT", url, json={"message": "m", "content": ""})
    assert answer.status_code == 422
    assert len(send("GET", f"{R}/commits").json()) == 1


@pytest.mark.parametrize("content", ["no base64!", "eA", "eA=é"])
def test_what_is_no_base64(send: Any, content: str) -> None:
    """Content that is no base64 is refused; line breaks within are nothing."""
    path = f"{R}/contents/new"
    answer = send("PUT", path, json={"message": "m", "content": content})
    assert (answer.status_code, answer.json()["message"]) == (422, "content is not valid Base64")
    assert send("PUT", path, json={"message": "m", "content": "eHh4\neHh4\n"}).status_code == 201
    assert base64.b64decode(send("GET", path).json()["content"]) == b"xxxxxx"


def test_large_files(forge: Any, send: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a megabyte the content is not in the JSON and can be had raw; beyond a hundred it cannot be had."""
    forge.add_commit("acme/widgets", "big", {"big.bin": "x" * (1024 * 1024 + 1)})
    path = f"{R}/contents/big.bin"
    shape = send("GET", path).json()
    assert (shape["content"], shape["encoding"], shape["size"]) == ("", "none", 1024 * 1024 + 1)
    assert len(send("GET", path, headers={"Accept": "application/vnd.github.raw+json"}).content) == 1024 * 1024 + 1
    monkeypatch.setattr("igitt.testing.sandbox.github.contents.LARGEST", 1024 * 1024)
    answer = send("GET", path)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "too_large")


def test_forms_of_files(send: Any) -> None:
    """A folder as an object, and a file as HTML."""
    folder = send("GET", f"{R}/contents/docs", headers={"Accept": "application/vnd.github.object+json"}).json()
    assert (folder["type"], [one["name"] for one in folder["entries"]]) == ("dir", ["README.md", "b.txt"])
    page = send("GET", f"{R}/contents/docs/b.txt", headers={"Accept": "application/vnd.github.html+json"})
    assert "&lt;hi&gt;" in page.text
    assert page.headers["Content-Type"].startswith("application/vnd.github.html")


def test_links(forge: Any, send: Any) -> None:
    """A symbolic link is told as one in its folder, and followed where it leads to a file."""
    home = forge.repository("acme/widgets")
    forge.add_commit("acme/widgets", "link", {"docs/link": "../a.py", "docs/lost": "../nothing"})
    tip = home.commits[home.branches["main"]]
    tip.modes |= {"docs/link": objects.LINK, "docs/lost": objects.LINK}
    kinds = {one["name"]: one["type"] for one in send("GET", f"{R}/contents/docs").json()}
    assert kinds == {"README.md": "file", "b.txt": "file", "link": "symlink", "lost": "symlink"}
    assert base64.b64decode(send("GET", f"{R}/contents/docs/link").json()["content"]) == b"x = 1\n"
    assert send("GET", f"{R}/contents/docs/lost").json()["target"] == "../nothing"


def test_author_and_committer(send: Any) -> None:
    """A commit has the author and committer that are given; one without a mail address is refused."""
    person = {"name": "Ann", "email": "ann@example.com", "date": "2026-01-02T03:04:05Z"}
    body = {"message": "m", "content": "", "author": person}
    made = send("PUT", f"{R}/contents/new", json=body).json()["commit"]
    assert (made["author"], made["committer"]["name"]) == (person, "bob")
    body = {"message": "m", "content": "", "committer": {"name": "Ann"}}
    assert send("PUT", f"{R}/contents/other", json=body).status_code == 422


def test_readme(send: Any) -> None:
    """The readme of the root and of a folder; 404 without one."""
    assert send("GET", f"{R}/readme").json()["path"] == "Readme.rst"
    assert send("GET", f"{R}/readme/docs").json()["path"] == "docs/README.md"
    assert send("GET", f"{R}/readme", headers={"Accept": "application/vnd.github.raw+json"}).text == "root\n"
    assert send("GET", f"{R}/readme/nothing").status_code == 404


# ---- releases


def _upload(send: Any, release: int, name: str, data: bytes) -> Any:
    url = f"https://github.sandbox/api/uploads{R}/releases/{release}/assets?name={name}&label=L"
    return send("POST", url, data=data, headers={"Content-Type": "application/zip"}).json()


def test_files_of_a_release(send: Any, github_as: Callable[..., Any]) -> None:
    """They are read back as bytes, renamed, and deleted; a draft's are nobody's who may not write."""
    release = send("POST", f"{R}/releases", json={"tag_name": "v1"}).json()
    asset = _upload(send, release["id"], "a.zip", b"PK\x00\xff")
    path = f"{R}/releases/assets/{asset['id']}"
    assert send("GET", path).json()["label"] == "L"
    found = send("GET", path, headers={"Accept": "application/octet-stream"})
    assert found.status_code == 302
    bytes_ = github_as()("GET", found.headers["Location"])
    assert (bytes_.content, bytes_.headers["Content-Type"]) == (b"PK\x00\xff", "application/zip")
    assert github_as()("GET", asset["browser_download_url"]).content == b"PK\x00\xff"
    assert send("GET", path).json()["download_count"] == 2
    assert send("PATCH", path, json={"name": "b.zip"}).json()["name"] == "b.zip"
    _upload(send, release["id"], "c.zip", b"")
    assert send("PATCH", path, json={"name": "c.zip"}).status_code == 422
    send("PATCH", f"{R}/releases/{release['id']}", json={"draft": True})
    assert github_as("eve")("GET", path).status_code == 404
    assert send("DELETE", path).status_code == 204
    assert send("GET", path).status_code == 404


def test_links_to_files_run_out(sandbox: Sandbox, send: Any) -> None:
    """A link to the bytes works for some minutes."""
    release = send("POST", f"{R}/releases", json={"tag_name": "v1"}).json()
    asset = _upload(send, release["id"], "a.zip", b"x")
    link = send("GET", f"{R}/releases/assets/{asset['id']}", headers={"Accept": "application/octet-stream"})
    sandbox.advance(301)
    assert send("GET", link.headers["Location"]).status_code == 404


def test_another_tag(send: Any) -> None:
    """A release takes another tag, which is made; not one that another release has."""
    one = send("POST", f"{R}/releases", json={"tag_name": "v1"}).json()
    send("POST", f"{R}/releases", json={"tag_name": "v2"})
    path = f"{R}/releases/{one['id']}"
    assert send("PATCH", path, json={"tag_name": "v2"}).status_code == 422
    assert send("PATCH", path, json={"tag_name": "v1.1"}).json()["tag_name"] == "v1.1"
    assert send("GET", f"{R}/releases/tags/v1").status_code == 404
    assert send("GET", f"{R}/releases/tags/v1.1").json()["id"] == one["id"]
    assert {tag["name"] for tag in send("GET", f"{R}/tags").json()} == {"v1", "v1.1", "v2"}


def test_generated_notes(forge: Any, send: Any) -> None:
    """Notes name what was merged since the release before, and who was new."""
    page = f"{forge.url}/acme/widgets"
    for number, (title, author) in enumerate([("One", "ann"), ("Two", "ann"), ("Three", "ben")], 1):
        forge.add_merge_request("acme/widgets", title, head=f"b{number}", author=author)
        send("PUT", f"{R}/pulls/{number}/merge", json={})
        if number == 1:
            first = send("POST", f"{R}/releases", json={"tag_name": "v1", "generate_release_notes": True}).json()
    assert f"* One by @ann in {page}/pull/1" in first["body"]
    assert first["body"].endswith(f"**Full Changelog**: {page}/commits/v1")
    notes = send("POST", f"{R}/releases/generate-notes", json={"tag_name": "v2"}).json()
    assert notes["body"] == (
        f"## What's Changed\n* Two by @ann in {page}/pull/2\n* Three by @ben in {page}/pull/3\n\n"
        f"## New Contributors\n* @ben made their first contribution in {page}/pull/3\n\n"
        f"**Full Changelog**: {page}/compare/v1...v2"
    )


# ---- pages


def test_links_lead_somewhere(forge: Any, send: Any) -> None:
    """What the answers link to for programs is there."""
    forge.add_merge_request("acme/widgets", "One", head="one")
    pull = send("GET", f"{R}/pulls/1").json()
    assert send("GET", pull["diff_url"]).text.startswith("diff --git a/one.txt b/one.txt")
    assert send("GET", pull["patch_url"]).text.startswith("From ")
    compared = send("GET", f"{R}/compare/main...one").json()
    assert "one.txt" in send("GET", compared["diff_url"]).text
    assert "one.txt" in send("GET", compared["patch_url"]).text
    commit = send("GET", f"{R}/commits/one").json()
    assert "one.txt" in send("GET", f"{commit['html_url']}.diff").text
    assert send("GET", send("GET", f"{R}/contents/a.py").json()["download_url"]).text == "x = 1\n"
    assert send("GET", send("GET", f"{R}/contents/one.txt?ref=one").json()["download_url"]).text == "One\n"


def test_pages_of_what_is_private(forge: Any, send: Any, github_as: Callable[..., Any]) -> None:
    """A page of a private repository is not there for strangers."""
    url = f"{forge.url}/acme/secret/raw/main/README.md"
    assert send("GET", url).status_code == 404
    assert github_as("alice")("GET", url).status_code == 200


def test_what_is_no_api_is_free(forge: Any, send: Any) -> None:
    """Archives and pages cost no unit, and an archive says what it is."""
    link = send("GET", f"{R}/tarball/main").headers["Location"]
    forge.reset_log()
    archive = send("GET", link)
    assert (archive.headers["Content-Type"], forge.units) == ("application/x-gzip", 0)


def test_preflight(send: Any) -> None:
    """A browser is told that it may ask."""
    answer = send("OPTIONS", R)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]


def test_lists_of_a_pull_request_end(forge: Any, send: Any) -> None:
    """No more than 250 commits of a pull request are listed, while its own number tells of all."""
    for number in range(252):
        forge.add_commit("acme/widgets", f"c{number}", {"many.txt": f"{number}\n"}, branch="many")
    forge.add_merge_request("acme/widgets", "Many", head="many")
    assert send("GET", f"{R}/pulls/1").json()["commits"] == 252
    pages = [send("GET", f"{R}/pulls/1/commits?per_page=100&page={page}").json() for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [100, 100, 50, 0]


@pytest.mark.parametrize("word", ["full", "html", "text"])
def test_texts_in_other_forms(forge: Any, send: Any, word: str) -> None:
    """Whatever has a text gives it in the form that the media type asks for, alone and in lists."""
    accept = {"Accept": f"application/vnd.github.{word}+json"}
    send("POST", f"{R}/issues", json={"title": "x", "body": "a < b"})
    comment = send("POST", f"{R}/issues/1/comments", json={"body": "a < b"}).json()
    release = send("POST", f"{R}/releases", json={"tag_name": "v1", "body": "a < b"}).json()
    one = f"{R}/releases/{release['id']}"
    for path in (f"{R}/issues/1", f"{R}/issues", comment["url"], f"{R}/issues/1/comments", one, "/search/issues?q=x"):
        data = send("GET", path, headers=accept).json()
        found = data["items"][0] if "items" in data else data[0] if isinstance(data, list) else data
        assert ("body" in found) is (word == "full"), path
        assert ("a &lt; b" in found.get("body_html", "")) is (word != "text"), path
        assert (found.get("body_text") == "a < b") is (word != "html"), path


def test_refs_whose_slash_is_encoded(send: Any) -> None:
    """Octokit encodes the slash in a ref's name; it is the same ref, to change and to delete."""
    tip = send("GET", f"{R}/git/ref/heads%2Fmain").json()["object"]["sha"]
    for name in ("heads/made", "tags/made"):
        assert send("POST", f"{R}/git/refs", json={"ref": f"refs/{name}", "sha": tip}).status_code == 201
    assert send("PATCH", f"{R}/git/refs/heads%2Fmade", json={"sha": tip}).status_code == 200
    for name in ("heads%2Fmade", "tags%2Fmade"):
        assert send("DELETE", f"{R}/git/refs/{name}").status_code == 204
        assert send("DELETE", f"{R}/git/refs/{name}").status_code == 422


def test_an_archive_of_no_ref(send: Any) -> None:
    """Without a ref, an archive is of the default branch."""
    assert send("GET", f"{R}/tarball").headers["Location"].endswith("/legacy.tar.gz/main")
    assert send("GET", f"{R}/zipball").status_code == 302
