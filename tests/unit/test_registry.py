"""From a host or URL to the class that serves it, a client, and a repository."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from igitt import registry
from igitt._base import forges
from igitt.auth import GitHubToken, GitLabPrivateToken
from igitt.errors import IGittError, ValidationError
from igitt.github import GitHub
from igitt.gitlab import GitLab
from igitt.provider import provider_of
from igitt.registry import get_hoster, get_repo, hoster_class, register_hoster
from igitt.urls import parse_url


class Forgejo(GitHub):
    """A third forge, as far as a host is concerned."""


@pytest.fixture(autouse=True)
def as_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no registration of a test be seen by another."""
    monkeypatch.setattr(registry, "_registered", {})
    forges.installed.cache_clear()
    forges.outside.cache_clear()
    yield
    forges.installed.cache_clear()
    forges.outside.cache_clear()


@pytest.mark.parametrize(
    ("host", "cls"),
    [
        ("github.com", GitHub), ("GitHub.com", GitHub), ("acme.ghe.com", GitHub), ("github.example.com", GitHub),
        ("gitlab.com", GitLab), ("gitlab.example.com:8443", GitLab), ("https://my-gitlab.example.com/a/b", GitLab),
    ],
)  # fmt: skip
def test_hosts_that_tell(host: str, cls: type) -> None:
    """The public instances, and hosts that have the forge in their name."""
    assert hoster_class(host) is cls


@pytest.mark.parametrize("host", ["git.example.com", "https://docs.github.com/x", "127.0.0.1:8080", "[::1]"])
def test_hosts_that_do_not_tell(host: str) -> None:
    """An unknown host is not guessed at: the error says how to make it known."""
    for ask in (hoster_class, get_hoster):
        with pytest.raises(ValidationError, match=r"igitt\.register_hoster"):
            ask(host)


def test_what_is_registered_comes_first() -> None:
    """A registration beats the host's name; with a port or a path it holds for that only."""
    register_hoster("gitlab.example.com", Forgejo)
    register_hoster("http://localhost:8080/", GitHub)
    register_hoster("example.com/gitlab", GitLab)
    assert hoster_class("gitlab.example.com") is Forgejo
    assert hoster_class("localhost:8080") is GitHub
    assert hoster_class("example.com/gitlab/group/project") is GitLab
    for unknown in ("localhost:9090", "example.com", "example.com/gitlabs"):
        with pytest.raises(ValidationError, match="nothing is known"):
            hoster_class(unknown)
    register_hoster("gitlab.example.com", GitLab)
    assert hoster_class("gitlab.example.com") is GitLab


@pytest.mark.parametrize(
    ("host", "cls"), [("git.example.com", str), ("git.example.com", None), ("", GitHub), (5, GitHub)]
)
def test_wrong_registrations(host: Any, cls: Any) -> None:
    """A host and a class of clients are wanted."""
    with pytest.raises(ValidationError, match="a host is"):
        register_hoster(host, cls)


def install(folder: Path, value: str) -> None:
    """Put a package into a folder that serves a host by its entry points."""
    metadata = folder / "forgejo_igitt-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: forgejo-igitt\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(f"[igitt.hosters]\ncodeberg.example = {value}\n")
    (folder / "forgejo_igitt.py").write_text("from igitt.github import GitHub\nclass Forgejo(GitHub): pass\n")


def test_a_package_brings_a_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point of the group serves its host, and is loaded when that is asked for."""
    install(tmp_path, "forgejo_igitt:Forgejo")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "forgejo_igitt", raising=False)
    assert hoster_class("github.com") is GitHub
    assert "forgejo_igitt" not in sys.modules
    assert get_repo("https://codeberg.example/org/repo").full_name == "org/repo"
    assert hoster_class("codeberg.example").__name__ == "Forgejo"
    register_hoster("codeberg.example", GitLab)
    assert hoster_class("codeberg.example") is GitLab


@pytest.mark.parametrize(
    ("value", "hint"), [("no_such_module:X", "cannot be loaded"), ("pathlib:Path", "no class of clients")]
)
def test_a_package_that_is_broken(value: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named when its host is asked for, and hurts no other host."""
    install(tmp_path, value)
    monkeypatch.syspath_prepend(tmp_path)
    assert hoster_class("github.com") is GitHub
    with pytest.raises(IGittError, match=f"{value}.*{hint}"):
        hoster_class("codeberg.example")


@pytest.mark.parametrize(
    ("place", "cls", "web_url"),
    [
        ("github.com", GitHub, "https://github.com"),
        ("https://api.github.com/repos/org/repo", GitHub, "https://github.com"),
        ("git@acme.ghe.com:org/repo.git", GitHub, "https://acme.ghe.com"),
        ("gitlab.example.com", GitLab, "https://gitlab.example.com"),
        ("https://gitlab.example.com:8443/group/sub/project", GitLab, "https://gitlab.example.com:8443"),
        ("ssh://git@gitlab.example.com:2222/group/project.git", GitLab, "https://gitlab.example.com"),
        ("https://git.example.com/group/project/-/issues/4", GitLab, "https://git.example.com"),
        ("https://example.com/gitlab/api/v4/projects/5", GitLab, "https://example.com/gitlab"),
    ],
)
def test_a_client_for_the_instance(place: str, cls: type, web_url: str) -> None:
    """Hosts and all kinds of URLs lead to a client for their instance."""
    client = get_hoster(place)
    assert (type(client), client.web_url) == (cls, web_url)


def test_an_instance_below_a_path() -> None:
    """Once it is registered, its path is no group any more."""
    register_hoster("example.com/gitlab", GitLab)
    repository = get_repo("https://example.com/gitlab/group/project/-/merge_requests/3")
    assert (repository.full_name, repository.client.web_url) == ("group/project", "https://example.com/gitlab")
    assert get_hoster("example.com/gitlab").web_url == "https://example.com/gitlab"
    assert get_hoster("https://example.com/gitlab/").web_url == "https://example.com/gitlab"


@pytest.mark.parametrize(
    ("url", "full_name"),
    [
        ("https://github.com/org/repo/pull/5#discussion_r1", "org/repo"),
        ("git@github.com:org/repo.git", "org/repo"),
        ("https://gitlab.com/a/b/c/-/blob/main/x.py", "a/b/c"),
        ("https://gitlab.com/api/v4/projects/a%2Fb/issues/1", "a/b"),
    ],
)
def test_a_repository_for_any_url(url: str, full_name: str) -> None:
    """Whatever the URL is about, its repository is found without a request."""
    assert get_repo(url).full_name == full_name


def test_a_repository_by_number() -> None:
    """URLs of APIs name repositories by number; nothing is sent to make the object."""
    assert get_repo("https://api.github.com/repositories/1296269").client.web_url == "https://github.com"


@pytest.mark.parametrize("url", ["https://github.com", "https://github.com/octocat", "https://gitlab.com/groups/a/b"])
def test_urls_of_no_repository(url: str) -> None:
    """An account or an instance is no repository."""
    with pytest.raises(ValidationError, match="no repository"):
        get_repo(url)


def test_a_bare_name_does_not_say_where() -> None:
    """``org/repo`` could be on any forge."""
    with pytest.raises(ValidationError, match="name alone"):
        get_repo("org/repo")


def test_a_token_for_all() -> None:
    """A token, or its text, is used wherever the URL leads; on the public instance, one token has one client."""
    token = GitHubToken("ghp_x")
    one, two = get_repo("https://github.com/a/b", token), get_repo("https://github.com/c/d", token)
    assert one.client is two.client
    assert one.client.token is token  # type: ignore[attr-defined]
    assert get_hoster("github.com", "ghp_y").token.value == "ghp_y"  # type: ignore[attr-defined]
    assert isinstance(get_hoster("gitlab.com", "glpat-x").token, GitLabPrivateToken)  # type: ignore[attr-defined]


def held(url: str, wallet: Any) -> str | None:
    """Return the secret that a wallet gave for a URL."""
    token = get_hoster(url, wallet).token  # type: ignore[attr-defined]
    return None if token is None else str(token.value)


def test_a_wallet_is_a_mapping() -> None:
    """Each host gets its own credential and no other; a host with another port is another host."""
    wallet = {
        "github.com": "ghp_x",
        "gitlab.example.com": GitLabPrivateToken("glpat-y"),
        "gitlab.example.com:8443": "z",
    }
    assert held("git@github.com:a/b.git", wallet) == "ghp_x"
    assert held("https://api.github.com/repos/a/b", wallet) == "ghp_x"
    assert held("https://gitlab.example.com/a/b", wallet) == "glpat-y"
    assert held("https://gitlab.example.com:8443/a/b", wallet) == "z"
    assert held("https://gitlab.example.com:9000/a/b", wallet) is None
    assert held("https://github.example.com/a/b", wallet) is None
    register_hoster("example.com/gitlab", GitLab)
    assert held("https://example.com/gitlab/a/b", {"example.com/gitlab": "w"}) == "w"
    assert held("https://example.com/gitlab/a/b", {"example.com": "v"}) is None


def test_a_wallet_is_a_function() -> None:
    """It is given the host and gives a credential or None."""
    asked: list[str] = []

    def wallet(host: str) -> str | None:
        asked.append(host)
        return {"github.com": "ghp_x"}.get(host)

    assert (held("git@github.com:a/b.git", wallet), held("https://gitlab.com:8443/a", wallet)) == ("ghp_x", None)
    assert asked == ["github.com", "gitlab.com:8443"]


@pytest.mark.parametrize("wallet", [5, object(), {"github.com": 5}, lambda _: b"ghp_x"])
def test_what_is_no_wallet(wallet: Any) -> None:
    """What gives no token is told by its type."""
    with pytest.raises(ValidationError, match="wallet"):
        get_repo("https://github.com/a/b", wallet)


def test_options_go_to_the_client() -> None:
    """Further keywords are the client's."""
    client: Any = get_hoster("github.com", GitHubToken("ghp_x"), read_only=True)
    assert client.transport.read_only
    with pytest.raises(ValidationError, match="max_wait"):
        get_repo("https://github.com/a/b", max_wait=-1)


# --- forges as values, from installed packages -----------------------------------------------------------------------

VALUE = """
from igitt.provider import Provider, Words, base_of

FORGE = Provider(
    name="forgery", title="Forgery", client="a_forge.client:Forgery", public_url="https://forgery.example",
    addresses=lambda url: (base_of(url)[0], base_of(url)[0] + "/api/v1"),
    hosts=("forgery.example",), host_words=("forgery",), api_path=("api", "v1"), api_collections=frozenset({"repos"}),
    api_page=lambda parts, query: {"full_name": "/".join(parts[1:3]), "kind": "repository"},
    words=Words(numbered={"issues": "issue", "tickets": "issue"}, telling=frozenset({"tickets"})),
)
"""
CLIENT = """
from igitt.github import GitHub
from a_forge.provider import FORGE

class Forgery(GitHub):
    provider = FORGE
"""


def bring(folder: Path, monkeypatch: pytest.MonkeyPatch, value: str = VALUE, *, name: str = "forgery") -> None:
    """Have a package installed that brings a forge as a value."""
    metadata = folder / "a_forge-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: a-forge\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(f"[igitt.hosters]\n{name} = a_forge.provider:FORGE\n")
    package = folder / "a_forge"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "provider.py").write_text(value)
    (package / "client.py").write_text(CLIENT)
    monkeypatch.syspath_prepend(folder)
    for module in ("a_forge", "a_forge.provider", "a_forge.client"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    forges.load.cache_clear()


def test_a_package_brings_a_forge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its value tells its hosts and the words of its pages; its client is loaded when one is made."""
    bring(tmp_path, monkeypatch)
    assert hoster_class("github.com") is GitHub
    assert "a_forge.provider" not in sys.modules
    found = parse_url("https://forgery.example/org/repo/tickets/5")
    assert (found.hoster, found.full_name, found.kind, found.number) == ("forgery", "org/repo", "issue", 5)
    assert parse_url("https://git.example.com/org/repo/tickets/5").hoster == "forgery"
    assert parse_url("https://forgery.example/api/v1/repos/org/repo").base == "https://forgery.example"
    assert "a_forge.client" not in sys.modules
    assert hoster_class("forgery.example.com").__name__ == hoster_class("forgery.example").__name__ == "Forgery"
    repository = get_repo("https://forgery.example/org/repo/tickets/5", {"forgery.example": "secret"})
    assert repository.full_name == "org/repo"
    assert repository.client.url == "https://forgery.example/api/v1"


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("raise RuntimeError('no')", "cannot be loaded"),
        ("FORGE = 5", r"no igitt\.provider\.Provider"),
        (VALUE.replace('("forgery.example",)', '("github.com",)'), r"claims github\.com"),
        (VALUE.replace('("forgery.example",)', '(".ghe.com",)'), r"claims \.ghe\.com"),
        (VALUE.replace('name="forgery"', 'name="github"'), "a forge called github, which there is already"),
        (VALUE.replace('name="forgery"', 'name="forgery", api=99'), "cannot be loaded"),
    ],
)
def test_a_forge_that_cannot_be(
    value: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be loaded, or would take another's place, is skipped with a warning that names the package."""
    bring(tmp_path, monkeypatch, value)
    with pytest.raises(ValidationError, match="nothing is known"):
        get_hoster("git.example.com")
    assert hoster_class("github.com") is GitHub
    assert hoster_class("acme.ghe.com") is GitHub
    (record,) = caplog.records
    assert "the installed package a-forge" in record.getMessage()
    assert re.search(hint, record.getMessage())


def test_a_forge_for_a_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value can be registered for a host, whose pages are read with its words from then on."""
    bring(tmp_path, monkeypatch)
    register_hoster("git.example.com", provider_of("forgery"))
    repository = get_repo("https://git.example.com/org/repo/issues/5")
    assert type(repository.client).__name__ == "Forgery"
    assert repository.client.place_of("https://git.example.com/org/repo/tickets/5").number == 5
