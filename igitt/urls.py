"""URLs that people and forges write, taken apart: for cloning, of pages, of the API.

Text in, values out: nothing is sent, and no client is known here. Which class serves a host is :mod:`igitt.registry`'s
business; here is only what a URL itself says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

from igitt._base.forges import built_in, is_owned, provider_at, providers
from igitt._base.pages import merged, read_page
from igitt._base.provider import Provider
from igitt.errors import ValidationError

__all__ = ["ParsedUrl", "guess_hoster", "is_public", "is_url", "parse_url"]

#: What a URL of a forge may have: the longest that servers take, and more folders than anybody makes.
_LONGEST, _MOST_PARTS = 4000, 64
_SCHEMES = {"http", "https", "ssh", "git", "git+ssh", "git+https"}
#: ``git@host:group/repo.git``; without a user, the host needs a dot: ``c:/folder`` and ``word:word`` are no URLs.
_SCP = re.compile(r"(?:[^@/:\s]+@(?P<host>[^@/:\s]+|\[[^]\s]+\])|(?P<bare>[\w-]+(?:\.[\w-]+)+)):(?P<path>[^\s].*)")
_HOST = re.compile(r"[\w.-]+|[0-9a-fA-F:.]+")


@dataclass(frozen=True, slots=True)
class ParsedUrl:
    """What a URL refers to. A user name or password in it is never kept.

    Attributes:
        scheme: as written; ``"ssh"`` for ``git@host:path``.
        host: the host in lower case.
        port: the port if one was written.
        base: the web address of the instance, as far as the URL shows it.
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
        hoster: the forge's name (``"github"``, ``"gitlab"``, …) where host or path show it, else None.
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


_FIELDS = frozenset(one.name for one in fields(ParsedUrl))


def guess_hoster(host: str) -> str | None:
    """The forge's name where a host's name shows it, else None.

    Example:
        >>> guess_hoster("gitlab.example.com"), guess_hoster("acme.ghe.com"), guess_hoster("docs.github.com")
        ('gitlab', 'github', None)
    """
    found = provider_at(host)
    return None if found is None else found.name


def is_public(host: str) -> bool:
    """Whether a host is a forge's own, and no instance that somebody runs.

    Example:
        >>> is_public("github.com"), is_public("acme.ghe.com"), is_public("gitlab.example.com")
        (True, True, False)
    """
    return is_owned(host)


def is_url(text: str) -> bool:
    """Whether a text is meant as an address, rather than as a name.

    Example:
        >>> is_url("git@github.com:org/repo.git"), is_url("org/repo")
        (True, False)
    """
    return "://" in text or _SCP.fullmatch(text) is not None


def parse_url(url: str, *, base: str | None = None, provider: Provider | None = None) -> ParsedUrl:
    """Take a URL of a forge apart; sends nothing.

    Args:
        url: an HTTP(S), SSH, ``git://`` or scp-like address for cloning, of a page, or of the API; with any query and
            fragment.
        base: the web address of its instance, needed only where that has a path (``https://example.com/gitlab``).
        provider: the forge of the instance, where that is known and the host's name does not show it.

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
    forge = provider or provider_at(host)
    web = _web_address(forge, scheme, host, port)
    if base is not None:
        web, parts = _below(base, forge, host, parts)
    values = {key: several[0] for key, several in parse_qs(query).items()}
    api = _api_of(forge, host, parts) if scheme in {"http", "https"} else None
    if api is not None:
        forge, at, length = api
        web, parts = "/".join([web, *parts[:at]]), parts[at + length :]
        found = dict(forge.parse_path(parts, values, api=True))
    elif forge is not None:
        found = dict(forge.parse_path(parts, values))
    else:
        found = read_page(parts, merged(one.words for one in providers()))
        forge = _told(found)
    name = found.get("full_name")
    deepest = None if forge is None else forge.words.depth
    if name is not None and (
        not name or (found["kind"] != "organization" and deepest is not None and name.count("/") >= deepest)
    ):
        _refuse(url, "it names no repository")
    found.setdefault("hoster", None if forge is None else forge.name)
    return ParsedUrl(scheme, host, port, web, **{key: found[key] for key in _FIELDS.intersection(found)})


def _told(found: dict[str, Any]) -> Provider | None:
    """The forge of an unknown host, where the words of the path show it."""
    divided, word = found.get("divided"), found.get("word")
    return next((one for one in providers() if (divided and one.words.divider) or word in one.words.telling), None)


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
            _refuse(
                url,
                f"a name alone does not say where; write the whole of it, such as {built_in()[-1].public_url}/org/repo",
            )
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
    return parts.scheme, _same_host(host), port, parts.path, parts.query


def _refuse(url: object, why: str) -> NoReturn:
    """Refuse, and show the URL without what may be secret in it."""
    shown = re.split(r"[?#]", str(url)[: 2 * _LONGEST], maxsplit=1)[0]
    scheme = re.match(r"[A-Za-z+]{1,20}://", shown)
    if "@" in shown:
        shown = f"{scheme[0] if scheme else ''}{shown.rpartition('@')[2]}"
    raise ValidationError(f"{shown[:100]!r} is no URL of a forge: {why}")


def _web_address(forge: Provider | None, scheme: str, host: str, port: int | None) -> str:
    """The address of an instance's pages; an SSH port says nothing about it."""
    if forge is not None and forge.api_host(host):
        host = host.removeprefix(forge.api_prefix)
    shown = f"[{host}]" if ":" in host else host
    if scheme not in {"http", "https"}:
        return f"https://{shown}"
    usual = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{shown}{f':{port}' if port is not None and port != usual else ''}"


def _below(base: str, forge: Provider | None, host: str, parts: list[str]) -> tuple[str, list[str]]:
    """The instance's address with its path, and what of `parts` comes after that path."""
    scheme, base_host, port, path, _ = _split(base)
    if base_host != host:
        raise ValidationError(
            f"base is the address of the URL's own instance: the URL is on {host}, not on {base_host}"
        )
    prefix = [unquote(part) for part in path.split("/") if part]
    inside = parts[len(prefix) :] if parts[: len(prefix)] == prefix else parts
    return "/".join([_web_address(forge, scheme, base_host, port), *prefix]), inside


def _api_of(forge: Provider | None, host: str, parts: list[str]) -> tuple[Provider, int, int] | None:
    """Whose API it is, where its base ends in the path, and how long that is; None for a page.

    Files may lie in a folder of such a name.
    """
    if forge is not None and forge.api_host(host):
        return forge, 0, 0
    for one in providers() if forge is None else (forge,):
        at = one.api_at(host, parts)
        if at is not None:
            return one, at, len(one.api_path)
    return None


def _same_host(host: str) -> str:
    """The host that another name of it stands for."""
    forge = provider_at(host)
    return host if forge is None else forge.aliases.get(host, host)
