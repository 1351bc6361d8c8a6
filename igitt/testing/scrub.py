"""Takes the secrets out of what is recorded: out of texts, URLs, headers and bodies, in both directions.

A secret is known by having been registered, by the name of its field (``access_token``, ``PRIVATE-TOKEN``), or by its
looks (``ghs_…``, a JWT, a private key). It becomes a placeholder, the same one wherever it occurs, also where it is
percent-encoded or in base64. What was found in one place is hidden in all others from then on, so whoever scrubs
everything twice misses nothing that a later answer gave away.

Texts go in and texts come out; nothing here knows files, requests or a forge's meaning.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus, urlsplit

from igitt.errors import ValidationError

__all__ = ["Scrubber", "same_to_all"]

#: Shorter texts occur by chance: one under a secret's name is hidden there, and not searched for elsewhere.
_TELLING = 8
_SHORTEST = 6
_PLACEHOLDER = re.compile(r"REDACTED-\d+")
#: What stands for a secret already: a placeholder, or the asterisks that forges send in its place.
_HIDDEN = re.compile(r"REDACTED-\d+|\*+|\[(?:MASKED|REDACTED|FILTERED)\]")

_WORDS = (
    r"(?:token|secret|password|passwd|passphrase|pem|(?:private|signing|secret|api|encryption)_?key|jwt|t?otp"
    r"|assertion|code_verifier|device_code|authorization)"
)
_NAMES = re.compile(rf"(?:^|_){_WORDS}$")
#: Of queries and forms only: in JSON these names stand for other things as well.
_PAIR_NAMES = re.compile(
    r"^(?:code|sig|signature|x_amz_(?:signature|credential|security_token)|x_goog_(?:signature|credential))$"
)
#: Names within a secret's object that describe it.
_DESCRIBES = re.compile(r"(?:^|_)(?:id|type|name|scope|scopes|active|expires?|created|updated|at|in|url|description)$")
_HEADER_NAMES = re.compile(r"token|secret|password|authorization|cookie|api-?key|signature|session|credential")
_DROPPED_HEADERS = frozenset({"cookie", "set-cookie"})

_PRIVATE_KEY = r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)"
_LOOKS = re.compile(
    rf"{_PRIVATE_KEY}"
    r"|(?<![A-Za-z0-9])(?:"
    r"gh[oprsuv]_[\w.\-]{16,}"
    r"|github_pat_\w{20,}"
    r"|v1\.[0-9a-f]{40}(?![0-9a-f])"
    r"|gl(?:pat|oas|dt|cbt|rtr?|ptt|ft|soat|agent|wt|imt|ffct)-[\w.\-]{10,}"
    r"|GR1348941[\w\-]{10,}"
    r"|(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|xox[abeoprs]-[\w\-]{10,}"
    r"|(?:sk|rk)_(?:live|test)_\w{16,}"
    r"|npm_\w{30,}|pypi-[\w\-]{30,}|AIza[\w\-]{35}"
    r"|whsec_[\w+/\-]{8,}={0,2}"
    r"|eyJ[\w\-]{5,}(?:\.[\w\-]+){2,4}"
    r")",
    re.DOTALL | re.ASCII,
)
_PAIR = re.compile(r"""(?:^|(?<=[?&;])|(?<=u0026))([\w.\-\[\]%]{1,200})=([^&\s"'<>#\\;]+)""")
_QUOTED = re.compile(
    rf"""(\\*")([\w.\-]*(?i:{_WORDS.replace("_", "[-_]")}))\1(\s*:\s*)\1((?:\\.|(?!\1)[^\\])+?)\1""", re.DOTALL
)
#: A credential's header, quoted within a text; with the name of the scheme before it, or within quotes.
_HEADER_LINE = re.compile(
    r"""(?i:\b((?:proxy-)?authorization|[\w-]{0,40}(?:token|secret|api-?key|signature)|(?:set-)?cookie))"""
    r"""(\\*["']?[ \t]{0,8}:[ \t]{0,8}\\*["']?)"""
    r"""((?i:(?:basic|bearer|token|digest|negotiate|aws4-hmac-sha256)[ \t]{1,8})?)([^\s"'<>\\]{4,})"""
)
#: A cookie within a text, and what bears a session's name anywhere.
_COOKIE = re.compile(
    r"""(?i:\b([\w.-]{0,60}(?:session|csrf|xsrf|remember_user|user_credentials|logged_in)[\w.-]{0,30})=)([^\s;"'<>\\&]{4,})"""
)
#: The base64 of ``-----BEGIN``, by where it begins in a group of three bytes; what follows is the key.
_PACKED_KEY = re.compile(r"(?:LS0tLS1CRUdJTi|0tLS0tQkVHSU4g|tLS0tLUJFR0lO)[A-Za-z0-9+/_\-\s\\]{20,}={0,2}")
#: What is long and looks drawn by lot: not said to be a secret, but it may be one.
_DRAWN = re.compile(r"[A-Za-z0-9+/_\-]{20,}")
_PART = re.compile(r"""(name="([^"]+)"(?:\r?\n[^\r\n]+)*(?:\r?\n){2})([^\r\n]+)""")
_USERINFO = re.compile(r"""(://(?:[^/\s:@"'<>\\]{0,200}:)?)([^/\s:@"'<>\\]{1,2000})(?=@)""")
#: User names that are no secret in an address: git's own.
_PUBLIC_USERS = frozenset({"git", "ssh", "oauth2", "x-access-token", "gitlab-ci-token", "user", "x-oauth-basic"})
#: Under one of these keys stands a value that the key beside it names: GitLab's CI variables, headers, form fields.
_NAMED_BY = (("key", "value"), ("name", "value"), ("key", "secret_value"), ("header", "value"))


def same_to_all(text: str) -> str:
    """A scrubbed text with its placeholders made alike: which number a secret has depends on what came before it.

    Example:
        >>> same_to_all("REDACTED-7 and REDACTED-8")
        'REDACTED and REDACTED'
    """
    return _PLACEHOLDER.sub("REDACTED", text)


class Scrubber:
    """Hides secrets, and remembers those that it met.

    Example:
        >>> scrubber = Scrubber()
        >>> scrubber.register("open sesame")
        'REDACTED-1'
        >>> scrubber.text("He said 'open sesame' to https://x.test/?q=open%20sesame&private_token=abc")
        "He said 'REDACTED-1' to https://x.test/?q=REDACTED-1&private_token=REDACTED-2"
    """

    def __init__(self) -> None:
        self._placeholders: dict[str, str] = {}
        # The forms in which secrets are searched for, the longest first: none is cut by a shorter one inside it.
        self._forms: dict[str, str] = {}
        self._renamed: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {len(self._placeholders)} secrets>"

    def register(self, secret: str) -> str:
        """Hide a text wherever it occurs, and give its placeholder.

        Args:
            secret: the text.

        Raises:
            ValidationError: when it is so short that it would be found in innocent words.
        """
        if len(secret) < _SHORTEST:
            raise ValidationError(
                f"a secret of fewer than {_SHORTEST} characters cannot be told from other text; use a longer one"
            )
        self._search_for(secret, placeholder := self._placeholder(secret))
        return placeholder

    def placeholder(self) -> str:
        """A placeholder that stands for a secret which is not there."""
        return self._placeholder(f"\0{len(self._placeholders)}")

    def rename(self, address: str, name: str) -> None:
        """Write the address `name` (without a path) wherever the origin of `address` occurs."""
        parts, named = urlsplit(address), urlsplit(name)
        origin = f"{parts.scheme}://{parts.netloc}"
        self._renamed |= {
            origin: name,
            quote(origin, safe=""): quote(name, safe=""),
            parts.netloc: named.netloc,
        }

    def leaks(self, text: str) -> bool:
        """Whether a text still holds a secret that is known."""
        return any(form in text for form in self._forms)

    # --- what is scrubbed --------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """A text, or a URL, without the secrets in it."""
        for form, placeholder in self._forms.items():
            if form in text:
                text = text.replace(form, placeholder)
        text = _LOOKS.sub(lambda found: self._hide(found[0]), text)
        text = _PACKED_KEY.sub(lambda found: self._hide(found[0]), text)
        if ":" in text:
            text = _HEADER_LINE.sub(self._header_line, text)
        if "=" in text:
            text = _COOKIE.sub(lambda found: f"{found[1]}={self._hide(found[2])}", text)
            text = _PAIR.sub(self._pair, text)
        if '"' in text:
            text = _QUOTED.sub(self._quoted, text)
            text = _PART.sub(lambda found: found[1] + self._named(found[2], found[3]), text)
        if "://" in text:
            text = _USERINFO.sub(self._userinfo, text)
        for real, name in self._renamed.items():
            text = text.replace(real, name)
        return text

    def headers(self, headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Headers without their secrets; cookies are left out altogether."""
        return {
            name: [self._header(name.lower(), value) for value in values]
            for name, values in headers.items()
            if name.lower() not in _DROPPED_HEADERS
        }

    def body(self, body: bytes) -> bytes:
        """A body that is not compressed, without its secrets: JSON, a form, any text, or binary data with text in it.

        What is packed inside an archive is not seen.
        """
        try:
            text = body.decode()
        except UnicodeDecodeError:
            # Latin-1 has a letter for every byte, so that whatever is no secret comes out as it went in.
            return self.text(body.decode("latin-1")).encode("latin-1")
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            return self.text(text).encode()
        try:
            clean = self.data(data)
        except RecursionError:  # deeper than anything that a forge sends
            return self.text(text).encode()
        return body if clean == data else json.dumps(clean, separators=(",", ":")).encode()

    def data(self, data: Any) -> Any:
        """Decoded JSON without the secrets in it."""
        if isinstance(data, dict):
            # A one-time code is called "code", as harmless things are; the names beside it distinguish them.
            codes = {"code"} if {"client_id", "grant_type"} & data.keys() else set[str]()
            codes |= {value for key, value in _NAMED_BY if self._names_secret(data, key, value)}
            return {
                self.text(key): self._hidden(value)
                if key in codes or _is_secret_field(key, value)
                else self.data(value)
                for key, value in data.items()
            }
        if isinstance(data, list):
            return [self.data(item) for item in data]
        return self.text(data) if isinstance(data, str) else data

    def remains(self, text: str) -> list[str]:
        """What is left in a scrubbed text that may be a secret all the same: long, and as if drawn by lot.

        Hashes of commits and the like, which are hexadecimal, and words with marks between them are not told.

        Example:
            >>> Scrubber().remains("sha 4b825dc642cb6eb9a060e54bf8d69288fbee4904, key q8Zr2LxT0vWn5KdY7uHs")
            ['q8Zr2LxT0vWn5KdY7uHs']
        """
        return sorted({one for one in _DRAWN.findall(text) if _is_drawn(one)})

    # --- how ---------------------------------------------------------------------------------------------------------

    def _placeholder(self, secret: str) -> str:
        return self._placeholders.setdefault(secret, f"REDACTED-{len(self._placeholders) + 1}")

    def _hide(self, secret: str) -> str:
        """The placeholder of what was found to be a secret."""
        if not secret or _HIDDEN.fullmatch(secret):
            return secret
        placeholder = self._placeholder(secret)
        if len(secret) >= _TELLING:
            self._search_for(secret, placeholder)
        return placeholder

    def _hidden(self, value: Any) -> Any:
        """What stands under a secret's name: a text, or texts and numbers in a list or an object."""
        if isinstance(value, str):
            return self._hide(value)
        if isinstance(value, list):
            return [self._hidden(item) for item in value]
        if isinstance(value, dict):
            # Its own keys may tell that it is a description of a secret: when it ends, who made it.
            kept = {key: self.data(one) for key, one in value.items() if _DESCRIBES.search(_normal(key))}
            return {self.text(key): kept[key] if key in kept else self._hidden(one) for key, one in value.items()}
        return value

    @staticmethod
    def _names_secret(data: Mapping[str, Any], key: str, value: str) -> bool:
        """Whether an object is a pair of a name and a value that is secret: GitLab sends its CI variables in clear."""
        if not isinstance(data.get(key), str) or not isinstance(data.get(value), str):
            return False
        return _is_secret(data[key]) or bool({"masked", "variable_type", "protected", "hidden"} & data.keys())

    def _header_line(self, found: re.Match[str]) -> str:
        name, between, scheme, credential = found.groups()
        written = _normal(name)
        if scheme.strip().lower() == "basic":
            user, _, password = _from_base64(credential).partition(":")
            self._hide(user if password in {"", "x-oauth-basic"} else password)
        # In code and prose, `token=name` and "token: the word" are no secret: a header's name or a scheme tells.
        sure = scheme or "-" in name or written in {"authorization", "cookie", "set_cookie"}
        if not sure or _HIDDEN.fullmatch(credential) or "cookie" in written:
            return found[0]
        return f"{name}{between}{scheme}{self._hide(credential)}"

    def _userinfo(self, found: re.Match[str]) -> str:
        alone = found[1] == "://"
        if alone and found[2].lower() in _PUBLIC_USERS:
            return found[0]
        return found[1] + self._hide(found[2])

    def _search_for(self, secret: str, placeholder: str) -> None:
        if secret not in self._forms:
            forms = self._forms | dict.fromkeys(_forms_of(secret), placeholder)
            self._forms = dict(sorted(forms.items(), key=lambda pair: -len(pair[0])))

    def _named(self, name: str, value: str) -> str:
        return self._hide(value) if _is_secret(name) else value

    def _pair(self, found: re.Match[str]) -> str:
        name, value = unquote_plus(found[1]), unquote_plus(found[2])
        secret = _is_secret(name) or _PAIR_NAMES.match(_normal(name))
        return f"{found[1]}={self._hide(value)}" if secret and not _HIDDEN.fullmatch(value) else found[0]

    def _quoted(self, found: re.Match[str]) -> str:
        mark, name, between, value = found.groups()
        return f"{mark}{name}{mark}{between}{mark}{self._named(name, value)}{mark}"

    def _header(self, name: str, value: str) -> str:
        if not _HEADER_NAMES.search(name) or name.startswith("access-control-"):
            return self.text(value)
        scheme, _, credential = value.rpartition(" ")
        if scheme.lower() == "basic":
            user, _, password = _from_base64(credential).partition(":")
            self._hide(user if password in {"", "x-oauth-basic"} else password)
        return f"{scheme} {self._hide(credential)}".lstrip()


def _normal(name: str) -> str:
    """A field's name as ``snake_case``, without the brackets of a form's array around it."""
    name = name.rstrip("]").rpartition("[")[2]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-.\s]", "_", name).lower()


def _is_words(text: str) -> bool:
    return bool(text) and text.isprintable()


def _is_drawn(text: str) -> bool:
    """Whether a text of letters and digits looks drawn by lot: no word, no number, no hash, many different signs."""
    if re.fullmatch(r"[0-9a-f]+|[0-9A-F]+|[\d\-]+|[A-Z]{1,6}_[\w-]+", text) or _is_words(_from_base64(text)):
        return False  # the last two are how GitHub writes its node ids, new and old
    kinds = sum(re.search(kind, text) is not None for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    longest = max(map(len, re.split(r"[-_/+]", text)))
    counts = [text.count(sign) / len(text) for sign in set(text)]
    return kinds == 3 and longest >= 12 and -sum(part * math.log2(part) for part in counts) >= 3.5


def _is_secret_field(name: str, value: Any) -> bool:
    """Whether a field of JSON is secret; one in the plural only where it is a list, else it is a permission's name."""
    return _is_secret(name) or (isinstance(value, list) and _is_secret(name.removesuffix("s")))


def _is_secret(name: str) -> bool:
    return _NAMES.search(_normal(name)) is not None


def _forms_of(secret: str) -> set[str]:
    """The ways in which a text may be written inside others."""
    forms = {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        quote_plus(secret, "/"),
        json.dumps(secret)[1:-1],
    }
    raw = secret.encode()
    for before in range(3):
        # In base64 a text looks in three ways, by where it begins; its first and last letter may belong to its
        # neighbours.
        code = base64.b64encode(b"\0" * before + raw).decode()
        inner = code[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(inner) >= _TELLING:
            forms |= {inner, inner.replace("+", "-").replace("/", "_")}
    return forms


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
