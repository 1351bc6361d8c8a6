"""From a host or URL to the class that serves it, a client, and a repository."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from igitt import registry
from igitt.auth import GitHubToken, GitLabPrivateToken
from igitt.errors import IGittError, ValidationError
from igitt.github import GitHub
from igitt.gitlab import GitLab
from igitt.registry import get_hoster, get_repo, hoster_class, register_hoster


class Forgejo(GitHub):
    """A third forge, as far as a host is concerned."""


@pytest.fixture(autouse=True)
def as_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no registration of a test be seen by another."""
    monkeypatch.setattr(registry, "_registered", {})
    registry._installed.cache_clear()  # noqa: SLF001 - what packages bring is looked up once a process
    yield
    registry._installed.cache_clear()  # noqa: SLF001 - as above


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
