"""URLs as people paste them and forges write them, and the addresses of instances."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igitt.addresses import github_addresses, gitlab_addresses
from igitt.errors import ValidationError
from igitt.urls import guess_hoster, parse_url

GH = "https://github.com"
GL = "https://gitlab.com"
MINE = "https://gitlab.example.com"


def told(url: str, **options: Any) -> dict[str, Any]:
    """Return what a URL tells, without what it does not."""
    found = parse_url(url, **options)
    return {name: value for name in found.__slots__ if (value := getattr(found, name)) is not None}


@pytest.mark.parametrize(
    ("url", "base", "full_name"),
    [
        (f"{GH}/org/repo", GH, "org/repo"),
        (f"{GH}/org/repo.git", GH, "org/repo"),
        ("https://www.github.com/org/repo.git/", GH, "org/repo"),
        ("HTTPS://GitHub.com/Org/Repo?tab=readme#about", GH, "Org/Repo"),
        ("git@github.com:org/repo.git", GH, "org/repo"),
        ("github.com:org/repo.git", GH, "org/repo"),
        ("git@host:/group/repo.git", "https://host", "group/repo"),
        ("ssh://git@ssh.github.com:443/org/repo.git", GH, "org/repo"),
        ("ssh://git@altssh.gitlab.com:443/g/p.git", GL, "g/p"),
        ("git+ssh://git@github.com/org/repo.git", GH, "org/repo"),
        ("git://git.example.com/org/repo.git", "https://git.example.com", "org/repo"),
        ("git@gitlab.example.com:a/b/c/d.git", MINE, "a/b/c/d"),
        (f"{MINE}:8443/a/b/c", f"{MINE}:8443", "a/b/c"),
        (f"{MINE}:443/a/b/c", MINE, "a/b/c"),
        ("http://[::1]:8080/org/repo", "http://[::1]:8080", "org/repo"),
        (f"{GL}/g/p/-/tree/main/src", GL, "g/p"),
        (f"{GL}/g/sub/issues", GL, "g/sub/issues"),
        (f"{GL}/gruppe/tür-öffner", GL, "gruppe/tür-öffner"),
        (f"{GL}/g/t%C3%BCr", GL, "g/tür"),
        (f"{GL}/g/tree/-/issues/3", GL, "g/tree"),
        ("https://api.github.com/repos/org/repo", GH, "org/repo"),
        ("https://api.acme.ghe.com/repos/org/repo", "https://acme.ghe.com", "org/repo"),
        ("https://acme.ghe.com/org/repo", "https://acme.ghe.com", "org/repo"),
        ("https://ghe.example.com/api/v3/repos/org/repo", "https://ghe.example.com", "org/repo"),
        (f"{MINE}/api/v4/projects/a%2Fb%2Fc", MINE, "a/b/c"),
        ("https://example.com/gitlab/api/v4/projects/a%2Fb", "https://example.com/gitlab", "a/b"),
    ],
)
def test_every_form_names_instance_and_repository(url: str, base: str, full_name: str) -> None:
    """Addresses for cloning, of pages and of APIs lead to the same two facts."""
    found = parse_url(f"  {url} ")
    assert (found.base, found.full_name) == (base, full_name)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{GH}/o/r/issues/5#issuecomment-1", {"kind": "issue", "number": 5}),
        (f"{GH}/o/r/pull/7/files", {"kind": "merge request", "number": 7}),
        (f"{GH}/o/r/commit/0123abc", {"kind": "commit", "sha": "0123abc"}),
        (f"{GH}/o/r/commits/main", {"kind": "commit", "ref": "main"}),
        (f"{GH}/o/r/blob/main/a/b%20c.py?plain=1#L10", {"kind": "file", "ref": "main", "path": "a/b c.py"}),
        (f"{GH}/o/r/blob/main/api/v3/x", {"kind": "file", "ref": "main", "path": "api/v3/x"}),
        (f"{GH}/o/r/tree/main", {"kind": "tree", "ref": "main"}),
        (f"{GH}/o/r/tree/feature%2Fx/src", {"kind": "tree", "ref": "feature/x", "path": "src"}),
        (f"{GH}/o/r/releases/tag/v1/2", {"kind": "release", "ref": "v1/2"}),
        (f"{GH}/o/r/actions/runs/12", {"kind": "pipeline", "number": 12}),
        (f"{GH}/o/r/milestone/3", {"kind": "milestone", "number": 3}),
        (f"{GH}/o/r/issues", {"kind": "repository"}),
        (f"{GH}/o/r/issues/new", {"kind": "repository"}),
        (f"{GH}/o/r/issues/²", {"kind": "repository"}),
        (f"{GH}/o/r/issues/{'9' * 3000}", {"kind": "repository"}),
        ("https://api.github.com/repos/o/r/pulls/7", {"kind": "merge request", "number": 7}),
        ("https://api.github.com/repos/o/r/contents/a/b?ref=dev", {"kind": "file", "path": "a/b", "ref": "dev"}),
        ("https://api.github.com/repos/o/r/git/commits/0123abc", {"kind": "commit", "sha": "0123abc"}),
        ("https://api.github.com/repos/o/r/releases/9", {"kind": "release", "number": 9}),
    ],
)
def test_github_pages_tell_what_they_are_about(url: str, expected: dict[str, Any]) -> None:
    """The thing on a page or in the API of GitHub is told beside its repository."""
    found = told(url)
    assert (found.pop("full_name"), found.pop("hoster")) == ("o/r", "github")
    assert {name: found[name] for name in found if name not in {"scheme", "host", "base"}} == expected


@pytest.mark.parametrize("between", ["/-", ""])
@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("issues/5#note_1", {"kind": "issue", "number": 5}),
        ("merge_requests/3/diffs", {"kind": "merge request", "number": 3}),
        ("commit/0123abc", {"kind": "commit", "sha": "0123abc"}),
        ("blob/main/api/v4/x.py", {"kind": "file", "ref": "main", "path": "api/v4/x.py"}),
        ("tree/main/src", {"kind": "tree", "ref": "main", "path": "src"}),
        ("pipelines/8", {"kind": "pipeline", "number": 8}),
        ("milestones/2", {"kind": "milestone", "number": 2}),
    ],
)
def test_gitlab_pages_in_both_forms(between: str, page: str, expected: dict[str, Any]) -> None:
    """GitLab's pages are read with ``/-/`` and in the older form, in any depth of groups."""
    found = told(f"{MINE}/a/b/c{between}/{page}")
    assert (found.pop("full_name"), found.pop("hoster")) == ("a/b/c", "gitlab")
    assert {name: found[name] for name in found if name not in {"scheme", "host", "base"}} == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("projects/a%2Fb/merge_requests/3", {"kind": "merge request", "full_name": "a/b", "number": 3}),
        ("projects/12/issues/4", {"kind": "issue", "repository_id": 12, "number": 4}),
        ("projects/12/repository/commits/0123abc", {"kind": "commit", "repository_id": 12, "sha": "0123abc"}),
        (
            "projects/12/repository/files/a%2Fb.py?ref=dev",
            {"kind": "file", "repository_id": 12, "path": "a/b.py", "ref": "dev"},
        ),
        ("projects/12/repository/tree?path=src", {"kind": "tree", "repository_id": 12, "path": "src"}),
        ("projects/12/releases/v1", {"kind": "release", "repository_id": 12, "ref": "v1"}),
        ("groups/a%2Fb", {"kind": "organization", "full_name": "a/b"}),
        ("users/alice", {"kind": "user", "full_name": "alice"}),
        ("", {"kind": "instance"}),
    ],
)
def test_gitlab_api(path: str, expected: dict[str, Any]) -> None:
    """URLs of GitLab's API name projects by number or by encoded path."""
    found = told(f"https://git.example.com/api/v4/{path}")
    assert found.pop("hoster") == "gitlab"
    assert {name: found[name] for name in found if name not in {"scheme", "host", "base"}} == expected


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        (GH, "instance", None),
        (f"{GH}/octocat", "owner", "octocat"),
        (f"{GH}/orgs/acme/teams", "organization", "acme"),
        (f"{GL}/groups/a/b/-/issues", "organization", "a/b"),
        ("https://api.github.com/users/alice", "user", "alice"),
        ("https://api.github.com/orgs/acme", "organization", "acme"),
        ("https://api.github.com/rate_limit", "instance", None),
    ],
)
def test_what_is_no_repository(url: str, kind: str, name: str | None) -> None:
    """Accounts and the instance itself are told as such."""
    found = parse_url(url)
    assert (found.kind, found.full_name) == (kind, name)


def test_a_number_in_the_names_place() -> None:
    """GitHub's redirects name a renamed repository by number."""
    found = parse_url("https://api.github.com/repositories/1234/issues/7")
    assert (found.repository_id, found.full_name, found.number) == (1234, None, 7)


def test_an_instance_below_a_path() -> None:
    """Only the caller can know that a GitLab lies below a path; told so, it is not taken for a group."""
    page = parse_url("https://example.com/gitlab/g/p/-/issues/1", base="https://example.com/gitlab/")
    assert (page.base, page.full_name) == ("https://example.com/gitlab", "g/p")
    clone = parse_url("git@example.com:g/p.git", base="https://example.com/gitlab")
    assert (clone.base, clone.full_name) == ("https://example.com/gitlab", "g/p")
    with pytest.raises(ValidationError, match="own instance"):
        parse_url("https://other.example/g/p", base="https://example.com/gitlab")


@pytest.mark.parametrize(
    "url", ["https://alice:s3cret@github.com/o/r", "https://s3cret@github.com/o/r", "s3cret@h:o/r"]
)
def test_a_credential_is_dropped(url: str) -> None:
    """What stands before the ``@`` is kept nowhere."""
    assert "s3cret" not in repr(parse_url(url))


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("org/repo", "name alone"),
        ("github.com/org/repo", "write the whole"),
        ("c:/folder/file", "name alone"),
        ("", "empty"),
        ("https://github.com/o/r\nx", "line breaks"),
        ("https:///o/r", "no host"),
        ("https://github.com:99999/o/r", "port"),
        ("https://[::1/o/r", "host or port"),
        ("file:///etc/passwd", "does not lead to a forge"),
        ("https://github.com/o/..", "cannot be a name"),
        ("https://github.com/o/%00", "cannot be a name"),
        ("https://github.com/o/.git", "no repository"),
        ("https://github.com/a%2Fb/c", "no repository"),
    ],
)
def test_what_is_no_url_is_refused_with_the_reason(url: str, hint: str) -> None:
    """One clear line says what is wrong."""
    with pytest.raises(ValidationError, match=hint):
        parse_url(url)


@pytest.mark.parametrize(
    "url", ["https://alice:s3/cret@github.com/o/r", "ftp://alice:s3cret@h/o/r?private_token=s3cret"]
)
def test_a_refusal_shows_no_credential(url: str) -> None:
    """The error quotes the URL without user name, password and query."""
    with pytest.raises(ValidationError) as caught:
        parse_url(url)
    assert "s3" not in str(caught.value)


def test_a_url_is_a_text() -> None:
    """Something else is refused by its type."""
    with pytest.raises(ValidationError, match="not int"):
        parse_url(5)  # type: ignore[arg-type]


words = st.sampled_from(
    ["https:/", "http:", "", "git@", "github.com", "api.github.com", "gitlab.com", "[::1]", ":22", "a", "-", "..",
     "%2F", "%", "api", "v3", "v4", "projects", "repos", "issues", "5", "blob", "commit", "groups", "?", "#", "@",
     "\ud800", "releases"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(words, max_size=12).map("/".join), st.from_regex(r"https?://[^\s]{0,40}")))
def test_whatever_comes_in_only_a_validation_error_comes_out(text: str) -> None:
    """No text makes the parser raise anything foreign; what it accepts has a host and a base without a credential."""
    try:
        found = parse_url(text)
    except ValidationError:
        return
    assert found.host
    assert "@" not in found.base
    assert found.base.startswith(("https://", "http://"))


@pytest.mark.parametrize(
    ("host", "hoster"),
    [
        ("github.com", "github"), ("GitHub.com", "github"), ("acme.ghe.com", "github"),
        ("github.example.com", "github"),
        ("my-gitlab.example.com", "gitlab"), ("gitlab", "gitlab"), ("docs.github.com", None), ("gist.github.com", None),
        ("acme.github.io", None), ("git.example.com", None), ("example.gitlab.net", None),
    ],
)  # fmt: skip
def test_a_host_tells_its_forge_or_not(host: str, hoster: str | None) -> None:
    """Known hosts and telling first labels; pages and documentation of the forges are no forges."""
    assert guess_hoster(host) == hoster


@pytest.mark.parametrize(
    ("url", "web", "api"),
    [
        ("https://github.com", GH, "https://api.github.com"),
        ("https://api.github.com/", GH, "https://api.github.com"),
        ("http://www.github.com", GH, "https://api.github.com"),
        ("https://acme.ghe.com", "https://acme.ghe.com", "https://api.acme.ghe.com"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com", "https://api.acme.ghe.com"),
        ("https://ghe.example.com:443", "https://ghe.example.com", "https://ghe.example.com/api/v3"),
        ("http://127.0.0.1:8080/api/v3/", "http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v3"),
        ("ghe.example.com", "https://ghe.example.com", "https://ghe.example.com/api/v3"),
    ],
)
def test_github_addresses(url: str, web: str, api: str) -> None:
    """Either address of a GitHub leads to both."""
    assert github_addresses(url) == (web, api)
    assert github_addresses(api) == (web, api)


@pytest.mark.parametrize(
    ("url", "web"),
    [
        ("https://gitlab.com/", GL),
        ("https://www.gitlab.com/api/v4", GL),
        ("https://example.com/gitlab/", "https://example.com/gitlab"),
        ("https://example.com/gitlab/api/v4", "https://example.com/gitlab"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_gitlab_addresses(url: str, web: str) -> None:
    """Either address of a GitLab, also below a path, leads to both."""
    assert gitlab_addresses(url) == (web, f"{web}/api/v4")


@pytest.mark.parametrize("url", ["", "ssh://host", "https://", "https://h:x", 5])
def test_an_address_that_is_none(url: Any) -> None:
    """One clear line, without the text, which may hold a credential."""
    with pytest.raises(ValidationError, match="web address of an instance"):
        github_addresses(url)
