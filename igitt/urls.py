"""URLs that people and forges write, taken apart: for cloning, of pages, of the API.

Text in, values out: nothing is sent, and no client is known here. Which class serves a host is :mod:`igitt.registry`'s
business; here is only what a URL itself tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

from igitt.errors import ValidationError

__all__ = ["ParsedUrl", "guess_hoster", "is_public", "is_url", "parse_url"]

#: What a URL of a forge may have: the longest that servers take, and more folders than anybody makes.
_LONGEST, _MOST_PARTS = 4000, 64
_SCHEMES = {"http", "https", "ssh", "git", "git+ssh", "git+https"}
#: ``git@host:group/repo.git``; without a user, the host needs a dot: ``c:/folder`` and ``word:word`` are no URLs.
_SCP = re.compile(r"(?:[^@/:\s]+@(?P<host>[^@/:\s]+|\[[^]\s]+\])|(?P<bare>[\w-]+(?:\.[\w-]+)+)):(?P<path>[^\s].*)")
_HOST = re.compile(r"[\w.-]+|[0-9a-fA-F:.]+")
_SHA = re.compile(r"[0-9a-fA-F]{7,64}")
#: Hosts that only stand in for another: SSH through the HTTPS port, and the optional ``www``.
_SAME_HOST = {
    "www.github.com": "github.com", "ssh.github.com": "github.com",
    "www.gitlab.com": "gitlab.com", "altssh.gitlab.com": "gitlab.com",
}  # fmt: skip
_FILE_WORDS = {"blob", "raw", "blame", "edit"}
_NUMBERED = {
    "issues": "issue", "work_items": "issue",
    "pull": "merge request", "pulls": "merge request", "merge_requests": "merge request",
    "milestone": "milestone", "milestones": "milestone", "pipelines": "pipeline",
}  # fmt: skip
_COLLECTIONS = {"groups", "orgs", "projects", "repos", "repositories", "users"}


@dataclass(frozen=True, slots=True)
class ParsedUrl:
    """What a URL tells. A user name or password in it is never kept.

    Attributes:
        scheme: as written; ``"ssh"`` for ``git@host:path``.
        host: the host in small letters.
        port: the port if one was written.
        base: the web address of the instance, as far as the URL tells it.
        kind: ``"repository"``, ``"issue"``, ``"merge request"``, ``"commit"``, ``"file"``, ``"tree"``, ``"release"``,
            ``"milestone"``, ``"pipeline"``, ``"user"``, ``"organization"``, ``"owner"`` (one of the two) or
            ``"instance"``.
        full_name: the repository's full name; for a user, an organization or an owner, its name.
        repository_id: the repository's number, where an API's URL has it in the name's place.
        number: of an issue, merge request, milestone, pipeline, or of a release in GitHub's API.
        sha: of a commit, full or shortened.
        ref: the branch or tag of a file, tree, commit or release. A branch with a slash in its name cannot be told
            from a folder: it ends at the first slash.
        path: the path of a file or folder.
        hoster: ``"github"`` or ``"gitlab"`` where host or path tell, else None.
    """

    scheme: str
    host: str
    port: int | None
    base: str
    kind: str
    full_name: str | None = None
    repository_id: int | None = None
    number: int | None = None
    sha: str | None = None
    ref: str | None = None
    path: str | None = None
    hoster: str | None = None


def guess_hoster(host: str) -> str | None:
    """``"github"`` or ``"gitlab"`` where a host's name tells it, else None.

    Example:
        >>> guess_hoster("gitlab.example.com"), guess_hoster("acme.ghe.com"), guess_hoster("docs.github.com")
        ('gitlab', 'github', None)
    """
    host = host.lower()
    host = _SAME_HOST.get(host, host)
    if host in {"github.com", "api.github.com"} or host.endswith(".ghe.com"):
        return "github"
    label = host.partition(".")[0]
    if host.endswith((".github.com", ".gitlab.com", "github.io", "gitlab.io")):
        return None
    return "gitlab" if "gitlab" in label else "github" if "github" in label else None


def is_public(host: str) -> bool:
    """Whether a host is one of GitHub's or GitLab's own, and no instance that somebody runs.

    Example:
        >>> is_public("github.com"), is_public("acme.ghe.com"), is_public("gitlab.example.com")
        (True, True, False)
    """
    return f".{host.lower()}".endswith((".github.com", ".ghe.com", ".gitlab.com"))


def is_url(text: str) -> bool:
    """Whether a text is meant as an address, rather than as a name.

    Example:
        >>> is_url("git@github.com:org/repo.git"), is_url("org/repo")
        (True, False)
    """
    return "://" in text or _SCP.fullmatch(text) is not None


def parse_url(url: str, *, base: str | None = None) -> ParsedUrl:
    """Take a URL of a forge apart; sends nothing.

    Args:
        url: an HTTP(S), SSH, ``git://`` or scp-like address for cloning, of a page, or of the API; with any query and
            fragment.
        base: the web address of its instance, needed only where that has a path (``https://example.com/gitlab``).

    Raises:
        ValidationError: when it is no URL of a forge; the message says why.

    Example:
        >>> found = parse_url("https://gitlab.com/group/sub/project/-/issues/5#note_1")
        >>> found.hoster, found.full_name, found.kind, found.number
        ('gitlab', 'group/sub/project', 'issue', 5)
    """
    scheme, host, port, path, query = _split(url)
    parts = [unquote(part) for part in path.split("/") if part]
    if len(parts) > _MOST_PARTS:
        _refuse(url, f"it has more than {_MOST_PARTS} parts")
    if any(part in {".", ".."} or not part.strip() or any(ord(letter) < 32 for letter in part) for part in parts):
        _refuse(url, "it has a part that cannot be a name")
    found: dict[str, Any]
    web = _web_address(scheme, host, port)
    if base is not None:
        web, parts = _below(base, host, parts)
    hoster = guess_hoster(host)
    at = _api_at(host, parts) if scheme in {"http", "https"} else None
    if at is not None:
        if not host.startswith("api.") or hoster != "github":
            hoster = "github" if parts[at + 1] == "v3" else "gitlab"
            web, parts = "/".join([web, *parts[:at]]), parts[at + 2 :]
        read = _github_api if hoster == "github" else _gitlab_api
        found = read(parts, {key: values[0] for key, values in parse_qs(query).items()})
    else:
        found = _page(parts, hoster)
    name = found.get("full_name")
    if name is not None and (not name or (hoster == "github" and name.count("/") > 1)):
        _refuse(url, "it names no repository")
    return ParsedUrl(scheme, host, port, web, **{"hoster": hoster, **found})


# --- from text to parts ----------------------------------------------------------------------------------------------


def _split(url: str) -> tuple[str, str, int | None, str, str]:
    """Scheme, host, port, path and query; user name and password are left behind."""
    if not isinstance(url, str):
        raise ValidationError(f"a URL is a text, not {type(url).__name__}")
    text = url.strip() if len(url) <= 2 * _LONGEST else url
    if len(text) > _LONGEST:
        # Nothing of it is shown: where its credential ends, if it has one, is not looked for.
        raise ValidationError(f"a text of {len(url)} characters is no URL of a forge, which has {_LONGEST} at most")
    if not text.isascii():
        text = text.encode(errors="replace").decode()
    if not text or any(ord(letter) < 32 for letter in text):
        _refuse(url, "it is empty or has line breaks or control characters")
    scheme, mark, _ = text.partition("://")
    if not mark or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        short = _SCP.fullmatch(text)
        if short is None:
            _refuse(url, "a name alone does not say where; write the whole of it, such as https://github.com/org/repo")
        text = f"ssh://{short['host'] or short['bare']}/{short['path']}"
    try:
        parts = urlsplit(text)
        port, host = parts.port, (parts.hostname or "").lower()
    except ValueError:
        _refuse(url, "its host or port makes no sense")
    if parts.scheme not in _SCHEMES:
        _refuse(url, f"{parts.scheme}:// does not lead to a forge; https://, ssh:// and git@host:path do")
    if not _HOST.fullmatch(host):
        _refuse(url, "it has no host")
    return parts.scheme, _SAME_HOST.get(host, host), port, parts.path, parts.query


def _refuse(url: object, why: str) -> NoReturn:
    """Refuse, and show the URL without what may be secret in it."""
    shown = re.split(r"[?#]", str(url)[: 2 * _LONGEST], maxsplit=1)[0]
    scheme = re.match(r"[A-Za-z+]{1,20}://", shown)
    if "@" in shown:
        shown = f"{scheme[0] if scheme else ''}{shown.rpartition('@')[2]}"
    raise ValidationError(f"{shown[:100]!r} is no URL of a forge: {why}")


def _web_address(scheme: str, host: str, port: int | None) -> str:
    """The address of an instance's pages; an SSH port tells nothing about it."""
    if host == "api.github.com" or (host.startswith("api.") and host.endswith(".ghe.com")):
        host = host.removeprefix("api.")
    shown = f"[{host}]" if ":" in host else host
    if scheme not in {"http", "https"}:
        return f"https://{shown}"
    usual = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{shown}{f':{port}' if port is not None and port != usual else ''}"


def _below(base: str, host: str, parts: list[str]) -> tuple[str, list[str]]:
    """The instance's address with its path, and what of `parts` comes after that path."""
    scheme, base_host, port, path, _ = _split(base)
    if base_host != host:
        raise ValidationError(
            f"base is the address of the URL's own instance: the URL is on {host}, not on {base_host}"
        )
    prefix = [unquote(part) for part in path.split("/") if part]
    inside = parts[len(prefix) :] if parts[: len(prefix)] == prefix else parts
    return "/".join([_web_address(scheme, base_host, port), *prefix]), inside


def _api_at(host: str, parts: list[str]) -> int | None:
    """Where ``api/v3`` or ``api/v4`` stands, None if this is no API's URL: files may lie in a folder of that name."""
    if host == "api.github.com" or (host.startswith("api.") and host.endswith(".ghe.com")):
        return 0
    if host == "github.com":
        return None
    for at in range(min(3, len(parts) - 1)):
        word, version, *inner = parts[at:]
        if word == "api" and version in {"v3", "v4"} and (not inner or inner[0] in _COLLECTIONS):
            return at
    return None


# --- from parts to meaning -------------------------------------------------------------------------------------------


def _page(parts: list[str], hoster: str | None) -> dict[str, Any]:
    """What a page, or an address for cloning, is about."""
    if not parts:
        return {"kind": "instance"}
    if any("/" in name for name in parts[:2]):
        return {"kind": "repository", "full_name": ""}
    if parts[0] in {"groups", "orgs"} and len(parts) > 1:
        end = parts.index("-") if "-" in parts else len(parts) if parts[0] == "groups" else 2
        return {"kind": "organization", "full_name": "/".join(parts[1:end])}
    if parts[0] == "users" and len(parts) == 2 and hoster != "github":
        return {"kind": "user", "full_name": parts[1]}
    names, rest, told = _divide(parts, hoster)
    if len(names) < 2:
        return {"kind": "owner", "full_name": "/".join(names), **told}
    names[-1] = names[-1].removesuffix(".git")
    full_name = "/".join(names) if names[-1] else ""
    return {"full_name": full_name, **_thing(rest, told.get("hoster", hoster)), **told}


def _divide(parts: list[str], hoster: str | None) -> tuple[list[str], list[str], dict[str, str]]:
    """The repository's names, the words after them, and the forge if the words tell it."""
    if hoster == "github":
        return parts[:2], parts[2:], {}
    if "-" in parts[1:]:
        at = parts.index("-", 1)
        return parts[:at], parts[at + 1 :], {"hoster": "gitlab"}
    for at in range(2, len(parts) - 1):
        rest = parts[at:]
        if rest[0] == "commit" and not _SHA.fullmatch(rest[1]):
            continue  # a project may be called so
        if _thing(rest, hoster)["kind"] != "repository":
            word = {"merge_requests": "gitlab", "pull": "github"}.get(rest[0])
            return parts[:at], rest, {"hoster": word} if word and hoster is None else {}
    return parts, [], {}


def _thing(rest: list[str], hoster: str | None) -> dict[str, Any]:
    """What the words after a repository's name mean; the same words mean the same on pages and in APIs."""
    found: dict[str, Any] = {"kind": "repository"}
    match rest:
        case ["actions", "runs", number, *_] if _number(number) is not None:
            found = {"kind": "pipeline", "number": _number(number)}
        case [word, number, *_] if word in _NUMBERED and _number(number) is not None:
            found = {"kind": _NUMBERED[word], "number": _number(number)}
        case ["commit" | "commits", name, *_]:
            found = {"kind": "commit", "sha" if _SHA.fullmatch(name) else "ref": name}
        case [word, ref, first, *path] if word in _FILE_WORDS:
            found = {"kind": "file", "ref": ref, "path": "/".join([first, *path])}
        case ["tree", ref, *path]:
            found = {"kind": "tree", "ref": ref, "path": "/".join(path) or None}
        case ["releases", "tag" | "tags", first, *more]:
            found = {"kind": "release", "ref": "/".join([first, *more])}
        case ["releases", tag] if hoster == "gitlab":
            found = {"kind": "release", "ref": tag}
    return found


def _github_api(parts: list[str], query: Mapping[str, str]) -> dict[str, Any]:
    match parts:
        case ["repos", owner, name, *rest] if "/" not in owner + name:
            found: dict[str, Any] = {"full_name": f"{owner}/{name}"}
        case ["repositories", number, *rest] if _number(number) is not None:
            found = {"repository_id": _number(number)}
        case ["orgs" | "users" as word, name, *_]:
            return {"kind": "organization" if word == "orgs" else "user", "full_name": name}
        case _:
            return {"kind": "instance"}
    match rest:
        case ["contents", *path] if path:
            thing: dict[str, Any] = {"kind": "file", "path": "/".join(path), "ref": query.get("ref")}
        case ["git", "commits", sha, *_]:
            thing = {"kind": "commit", "sha": sha}
        case ["releases", number, *_] if _number(number) is not None:
            thing = {"kind": "release", "number": _number(number)}
        case _:
            thing = _thing(rest, "github")
    return {**found, **thing}


def _gitlab_api(parts: list[str], query: Mapping[str, str]) -> dict[str, Any]:
    match parts:
        case ["projects", name, *rest]:
            number = _number(name)
            found: dict[str, Any] = {"full_name": name} if number is None else {"repository_id": number}
        case ["groups" | "users" as word, name, *_]:
            return {"kind": "organization" if word == "groups" else "user", "full_name": name}
        case _:
            return {"kind": "instance"}
    match rest:
        case ["repository", "files", path, *_]:
            thing: dict[str, Any] = {"kind": "file", "path": path, "ref": query.get("ref")}
        case ["repository", "tree", *_]:
            thing = {"kind": "tree", "path": query.get("path"), "ref": query.get("ref")}
        case ["repository", *inner]:
            thing = _thing(inner, "gitlab")
        case _:
            thing = _thing(rest, "gitlab")
    return {**found, **thing}


def _number(text: str) -> int | None:
    """A number as forges count: plain digits, few enough for a database."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None
