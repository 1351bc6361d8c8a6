"""Making a GitHub App out of a description: what a browser brings to GitHub, and the credentials that come back.

The user agrees in a browser, GitHub sends the browser back with a code, and the code is traded once for the App's
private key and secrets, within an hour. Beside :mod:`igitt.github.auth.app` the one room that makes Apps.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, Self, Unpack
from urllib.parse import urlencode

from igitt._base import json as _json
from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.paths import segment
from igitt._http.dialect import Dialect
from igitt._http.error_mapping import told_as
from igitt._http.transport import Transport
from igitt.auth.callback import checked_redirect, new_state, read_callback, same
from igitt.client import ClientOptions
from igitt.errors import (
    AuthenticationError,
    ElementDoesntExistError,
    IGittError,
    InvalidResponseError,
    ValidationError,
)
from igitt.github.auth.app import GitHubApp
from igitt.github.auth.oauth2 import GitHubAppOAuth2
from igitt.github.provider import github_addresses
from igitt.interfaces.convert import integer, optional_text, text

if TYPE_CHECKING:
    import requests

__all__ = ["AppForm", "GitHubAppManifest", "NewGitHubApp"]

_MOST_CALLBACKS = 10


@dataclass(frozen=True, slots=True)
class AppForm:
    """What a user's browser sends to GitHub.

    Attributes:
        url: where it is posted to.
        state: what the callback has to bring back: keep it in the user's session.
        manifest: the one field's text, as JSON.
    """

    url: str
    state: str
    manifest: str = field(repr=False)

    @property
    def html(self) -> str:
        """A form with a button, to put into a page."""
        target, value = html.escape(self.url), html.escape(self.manifest)
        return (
            f'<form method="post" action="{target}"><input type="hidden" name="manifest" value="{value}">'
            "<button>Create the GitHub App</button></form>"
        )


@dataclass(frozen=True, slots=True)
class NewGitHubApp:
    """An App that was just made. GitHub sends its secrets this once: store them.

    Attributes:
        id: the App's id.
        slug: its name in addresses.
        name: its name.
        owner: whose it is.
        web_url: its page.
        client_id: its client id.
        client_secret: the secret for users' logins.
        webhook_secret: the secret that its deliveries are signed with; None if it has no webhook.
        private_key: the key that it signs with, as PEM text.
        url: the web address of the instance.
    """

    id: int
    slug: str
    name: str
    owner: str
    web_url: str
    client_id: str
    client_secret: str = field(repr=False)
    webhook_secret: str | None = field(repr=False)
    private_key: str = field(repr=False)
    url: str

    @classmethod
    def from_data(cls, data: Mapping[str, Any], url: str) -> Self:
        """Make one of what GitHub sends; raises InvalidResponseError without quoting it."""
        secrets = [data.get(name) for name in ("client_id", "client_secret", "pem")]
        if not all(isinstance(one, str) and one for one in secrets):
            raise InvalidResponseError("GitHub made an App and did not send its credentials", method="POST")
        client_id, client_secret, private_key = map(str, secrets)
        owner = data.get("owner")
        return cls(
            integer(data.get("id")),
            text(data.get("slug")),
            text(data.get("name")),
            text(owner.get("login") or owner.get("slug")) if isinstance(owner, dict) else "",
            text(data.get("html_url")),
            client_id,
            client_secret,
            optional_text(data.get("webhook_secret")),
            private_key,
            url,
        )

    def app(self, **options: Unpack[ClientOptions]) -> GitHubApp:
        """The App, ready to be used; `options` as :class:`GitHubApp` takes them."""
        return GitHubApp(self.id, self.private_key, self.url, **options)

    def oauth(self, **options: Any) -> GitHubAppOAuth2:
        """The App as its users log in to it; `options` as :class:`GitHubAppOAuth2` takes them."""
        return GitHubAppOAuth2(self.client_id, self.client_secret, url=self.url, **options)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError(
            "a NewGitHubApp cannot be pickled or copied: it holds the App's secrets; store each where secrets are kept"
        )


class GitHubAppManifest:
    """A description of an App, which a user makes into one with a click.

    Args:
        name: the App's name; None lets the user choose.
        homepage: the App's homepage.
        redirect_url: where browsers come back to after the click.
        webhook_url: where deliveries are sent; None for an App without a webhook.
        permissions: what it may do, such as ``{"issues": "write"}``.
        events: what it hears of, such as ``["issues"]``.
        callback_urls: where users' logins come back to, ten at most.
        description: what it is for.
        public: whether others may install it.
        settings: further keys of a manifest, such as ``setup_url`` or ``request_oauth_on_install``.
        url: the web address of the instance.
        timeout: seconds to wait for a connection and for each part of an answer; or a pair of the two.
        session: a ``requests`` session whose adapters, proxies and TLS settings are to be used.
        clock: where the time comes from; for tests.

    Raises:
        ValidationError: when an argument makes no sense.

    Source: https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest

    Example:
        >>> manifest = GitHubAppManifest(
        ...     "triage", "https://bot.example.com", "https://bot.example.com/made", permissions={"issues": "write"}
        ... )
        >>> form = manifest.form(organization="acme")
        >>> form.url
        'https://github.com/organizations/acme/settings/apps/new?state=...'
    """

    def __init__(
        self,
        name: str | None,
        homepage: str,
        redirect_url: str,
        *,
        webhook_url: str | None = None,
        permissions: Mapping[str, str] | None = None,
        events: Iterable[str] = (),
        callback_urls: Iterable[str] = (),
        description: str | None = None,
        public: bool = False,
        settings: Mapping[str, Any] | None = None,
        url: str = "https://github.com",
        timeout: float | tuple[float, float] = (10.0, 30.0),
        session: requests.Session | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        if isinstance(callback_urls, str) or isinstance(events, str):
            raise ValidationError("callback_urls and events are lists of texts")
        if not all(isinstance(one, Mapping | None) for one in (permissions, settings)):
            raise ValidationError("permissions and settings are mappings, such as {'issues': 'write'}")
        callbacks = [checked_redirect(one, "one of callback_urls") for one in callback_urls]
        if len(callbacks) > _MOST_CALLBACKS:
            raise ValidationError(f"an App has {_MOST_CALLBACKS} callback_urls at most, not {len(callbacks)}")
        told = {
            "name": name,
            "url": checked_redirect(homepage, "homepage"),
            "redirect_url": checked_redirect(redirect_url, "redirect_url"),
            "hook_attributes": None if webhook_url is None else {"url": checked_redirect(webhook_url, "webhook_url")},
            "default_permissions": dict(permissions or {}) or None,
            "default_events": list(events) or None,
            "callback_urls": callbacks or None,
            "description": description,
            "public": public,
            **(settings or {}),
        }
        #: The description, as GitHub takes it.
        self.data: dict[str, Any] = {key: value for key, value in told.items() if value is not None}
        try:
            self._text = _json.dumps(self.data).decode()
        except (TypeError, ValueError, RecursionError) as error:
            raise ValidationError(f"the manifest cannot be written as JSON: {error}") from error
        self.web_url, api_url = github_addresses(url)
        dialect = Dialect("application/vnd.github+json")
        self._api = Transport(api_url, None, dialect, session=session, timeout=timeout, clock=clock)

    def form(self, *, organization: str | None = None) -> AppForm:
        """What a user's browser sends to GitHub, with a new state; sends nothing.

        Args:
            organization: whose App it becomes; the user's own if not given.
        """
        place = "settings/apps/new"
        if organization is not None:
            place = f"organizations/{segment(organization, 'organization')}/{place}"
        state = new_state()
        return AppForm(f"{self.web_url}/{place}?{urlencode({'state': state})}", state, self._text)

    def fetch_app(self, callback_url: str, *, state: str | None) -> NewGitHubApp:
        """Trade what the callback brings for the App's credentials; ``POST /app-manifests/{code}/conversions``.

        It is sent once: where the answer is lost, so are the App's secrets, and new ones can be made on its page.

        Args:
            callback_url: the address that the browser came back to, whole or from its path on.
            state: the ``state`` of the form, as the user's session kept it.

        Raises:
            AuthenticationError: when the state is not the one, or GitHub does not know the code.
            ValidationError: when the callback holds no code.
        """
        told = read_callback(callback_url)
        if not isinstance(state, str) or not state or not same(told["state"], state):
            raise AuthenticationError(
                "the callback's state is not that of the form: somebody else may have made it, or the session ran out; "
                "show the form again"
            )
        if "code" not in told:
            raise ValidationError("the callback holds no code")
        try:
            path = f"app-manifests/{segment(told['code'], 'code')}/conversions"
            data = self._api.exchange("POST", path, json=None, token=None)
        except IGittError as error:
            # The code is as good as the App's key for an hour, and the address has it.
            error.url = f"{self._api.base_url}/app-manifests/…/conversions" if error.url else None
            if not isinstance(error, ElementDoesntExistError):
                raise
            why = "GitHub knows no such code: it was used before, or is more than an hour old; show the form again"
            raise told_as(AuthenticationError, error, why) from error
        return NewGitHubApp.from_data(data, self.web_url)

    def close(self) -> None:
        """Close its connections. It can be used again afterwards, which opens new ones."""
        self._api.close()
