"""How a user authorizes an application: the web flow, the device flow, and the life of the tokens, on any forge.

The forges' own addresses and words are in their packages. Everything is sent to the instance itself only, a
secret only in a body or a header, and what may have been carried out is never sent again: a code and a refresh token
work once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import EllipsisType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeVar
from urllib.parse import urlencode

from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.hidden import HiddenBytes
from igitt._base.provider import Provider
from igitt._http import error_mapping as failures
from igitt._http.dialect import Dialect
from igitt._http.transport import Transport
from igitt.auth.callback import AuthorizationUrl, checked_redirect, checked_scopes, new_state, read_callback, same
from igitt.auth.device import DeviceLogin
from igitt.auth.oauth import OAuthToken, check_options
from igitt.auth.oauth_answers import content_of, refusal, refusal_name
from igitt.auth.token import checked_secret, key_from
from igitt.errors import AuthenticationError, ValidationError

if TYPE_CHECKING:
    import requests

__all__ = ["OAuth2", "TokenCheck", "scopes_in"]

TokenT = TypeVar("TokenT", bound=OAuthToken)

_REFUSALS = frozenset({400, 401, 403})
#: How many authorizations of this process may be under way; the oldest are given up.
_UNDER_WAY = 100
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """What a forge says about a valid token.

    Attributes:
        user_id: the number of the user whose token it is.
        scopes: what it may do, where the forge has scopes.
        expires_at: when it expires, in UTC; None for never.
        data: the JSON as it came, without the token; on GitHub with the ``user``.
    """

    user_id: int | None
    scopes: frozenset[str]
    expires_at: datetime | None
    data: Mapping[str, Any] = field(repr=False, compare=False)


def scopes_in(found: object) -> frozenset[str]:
    """The scopes in a forge's response."""
    return frozenset(str(one) for one in found) if isinstance(found, list) else frozenset()


class OAuth2(ABC, Generic[TokenT]):
    """An OAuth application; what it is on both forges. Safe to use from many threads.

    Args:
        client_id: the application's client id.
        client_secret: its secret; None where it has none.
        url: the web address of the instance.
        redirect_uri: where browsers come back to, as it was registered.
        scopes: what to ask users for: names, or a text with spaces between them.
        timeout: seconds to wait for a connection and for each part of a response; or a pair of the two.
        session: a ``requests`` session whose adapters, proxies and TLS settings are to be used.
        clock: the source of time; for tests.

    Raises:
        ValidationError: when an argument is not valid.
    """

    #: Where browsers are sent, where tokens come from, and where the device flow begins: below the web address.
    _authorize: ClassVar[str]
    _token: ClassVar[str]
    _device: ClassVar[str]
    #: What the forge looks like from outside.
    provider: ClassVar[Provider]
    #: Further parameters of the page where users are asked, and of the exchange of a code.
    _asking: ClassVar[Mapping[str, str]] = {}
    _trading: ClassVar[Mapping[str, str]] = {}
    _code_needs_secret: ClassVar[bool] = False
    _refresh_needs_redirect: ClassVar[bool] = False
    #: The media type to ask the API for.
    _accept: ClassVar[str] = "application/json"
    _made: type[TokenT]

    def __init__(
        self,
        client_id: str,
        client_secret: str | None = None,
        *,
        url: str | None = None,
        redirect_uri: str | None = None,
        scopes: Iterable[str] | str = (),
        timeout: float | tuple[float, float] = (10.0, 30.0),
        session: requests.Session | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        #: The application's client id, which is not a secret.
        self.client_id = checked_secret(client_id, "client_id")
        self._secret = None if client_secret is None else checked_secret(client_secret, "client_secret")
        #: Where browsers come back to.
        self.redirect_uri = None if redirect_uri is None else checked_redirect(redirect_uri)
        #: What users are asked for, separated by spaces.
        self.scopes = checked_scopes(scopes)
        self._clock = clock
        #: The web address of the instance, and the base URL of its API.
        self.web_url, self.api_url = self.provider.addresses(url or self.provider.public_url)
        self._web, self._api = (
            Transport(
                base, None, Dialect(accept, provider=self.provider), session=session, timeout=timeout, clock=clock
            )
            for base, accept in ((self.web_url, "application/json"), (self.api_url, self._accept))
        )
        # States and verifiers of this process. Appending and removing are atomic, so that no lock can stay behind a
        # fork.
        self._under_way: deque[tuple[str, str]] = deque(maxlen=_UNDER_WAY)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.client_id} {self.web_url}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled or copied: it holds the application's secret; "
            "make it again where it is needed"
        )

    # --- the web flow ------------------------------------------------------------------------------------------------

    def _authorization_url(self, scopes: Iterable[str] | str | None, **more: object) -> AuthorizationUrl:
        state = new_state()
        asked = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self._asked(scopes),
            **self._asking,
            **more,
        }
        told = {name: str(value) for name, value in asked.items() if value not in {None, ""}}
        made = AuthorizationUrl.make(f"{self.web_url}/{self._authorize}", state, told)
        self._under_way.append((made.state, made.verifier))
        return made

    def _asked(self, scopes: Iterable[str] | str | None) -> str:
        """The scopes to request."""
        return self.scopes if scopes is None else checked_scopes(scopes)

    def fetch_token(
        self,
        callback_url: str,
        *,
        state: str | EllipsisType | None = ...,
        verifier: str | None = None,
        user: str | None = None,
        on_renewal: Callable[[Any], object] | None = None,
    ) -> TokenT:
        """Exchange what a callback brings for the user's token.

        Args:
            callback_url: the address that the browser came back to, whole or from its path on.
            state: the ``state`` of :meth:`authorization_url` as the user's session kept it; None, when the session has
                none, is refused. Leave it out only in a program with a single user: any callback for a state that this
                object gave out counts then.
            verifier: the ``verifier`` that belongs to the state.
            user: whose token it is, as the token takes it.
            on_renewal: what is called with each new pair, as the token takes it.

        Raises:
            AuthenticationError: when the state is not the expected one, or the forge does not accept the code.
            PermissionDeniedError: when the user declined.
            ValidationError: when the callback holds no code, or an argument makes no sense.
        """
        check_options(self._made.__name__, user, on_renewal)
        if self._code_needs_secret:
            self._needed_secret()
        told = read_callback(callback_url)
        verifier = self._verifier_for(told["state"], state, verifier)
        if "error" in told:
            raise refusal(told)
        if "code" not in told:
            raise ValidationError("the callback holds neither a code nor an error")
        fields = {
            **self._trading,
            "code": told["code"],
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        return self._token_of(self._grant(fields), user=user, on_renewal=on_renewal)

    def _verifier_for(self, told: str, state: str | EllipsisType | None, verifier: str | None) -> str:
        """The verifier that belongs to a callback's state, once; raises if the state is not the expected one."""
        if isinstance(state, EllipsisType):
            if verifier is not None:
                raise ValidationError("a verifier comes with its state: give both as they were kept")
            for known in tuple(self._under_way):
                if same(told, known[0]):
                    try:
                        self._under_way.remove(known)
                    except ValueError:
                        break  # another thread has just used it
                    return known[1]
        elif state is None:
            raise AuthenticationError(
                "there is no state to compare the callback's with: did the session expire, or did its cookie not "
                "come along? Send the user to authorization_url() again"
            )
        elif not isinstance(state, str) or not isinstance(verifier, str) or not state or not verifier:
            raise ValidationError("state and verifier are the texts that authorization_url() gave; keep both")
        elif same(told, state):
            return verifier
        raise AuthenticationError(
            "the callback's state is not one that was given out here, or was used before: somebody else may have made "
            "it; send the user to authorization_url() again"
        )

    # --- the device flow ---------------------------------------------------------------------------------------------

    def device_login(
        self,
        *,
        scopes: Iterable[str] | str | None = None,
        user: str | None = None,
        on_renewal: Callable[[Any], object] | None = None,
    ) -> DeviceLogin[TokenT]:
        """Begin a login without a callback: the user enters a code at the forge, in a browser on any machine.

        Args:
            scopes: what to ask for, in place of the application's usual scopes.
            user: whose token it is, as the token takes it.
            on_renewal: what is called with each new pair, as the token takes it.

        Raises:
            ValidationError: when the application or the instance has no device flow.
        """
        check_options(self._made.__name__, user, on_renewal)
        begun = self._post(self._device, {"client_id": self.client_id, "scope": self._asked(scopes) or None})

        def ask(device_code: str) -> Mapping[str, Any]:
            return self._post(
                self._token,
                {
                    "client_id": self.client_id,
                    "device_code": device_code,
                    "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
                },
            )

        def make(data: Mapping[str, Any]) -> TokenT:
            return self._token_of(data, user=user, on_renewal=on_renewal)

        return DeviceLogin(begun, ask, make, self._clock)

    # --- tokens ------------------------------------------------------------------------------------------------------

    @property
    def lasting_key(self) -> bytes | None:
        """32 bytes that follow from the application's secret, for proving whose a user's token is; None without one."""
        return None if self._secret is None else key_from(self._secret)

    def refresh(self, refresh_token: str) -> Mapping[str, Any]:
        """Exchange a refresh token for a new pair; what the tokens call when they renew themselves.

        It is sent once: if the response is lost, the pair may be too.

        Args:
            refresh_token: the refresh token. It is invalid afterwards, and the access token with it.

        Returns:
            The forge's response: ``access_token``, ``refresh_token``, ``expires_in`` (seconds) and more.

        Raises:
            AuthenticationError: when the forge does not accept it: the user has to log in again.
        """
        fields = {"grant_type": "refresh_token", "refresh_token": checked_secret(refresh_token, "refresh token")}
        if self._refresh_needs_redirect and self.redirect_uri is not None:
            fields["redirect_uri"] = self.redirect_uri
        return self._grant(fields)

    @abstractmethod
    def revoke(self, token: TokenT | str) -> None:
        """Make a token invalid at the forge, and the refresh token that came with it.

        A token object never renews itself again afterwards, even if the forge could not be reached. It is renewed
        first if it has expired: forges forget expired tokens, but not their refresh tokens.

        Args:
            token: the token, or its text. One that is invalid already is ignored.
        """

    @abstractmethod
    def check(self, token: TokenT | str) -> TokenCheck:
        """Ask the forge about a token: whether it is valid, and whether it is this application's.

        Args:
            token: the token, or its text.

        Raises:
            AuthenticationError: when it is not valid, or is another application's.
        """

    def _value_of(self, token: TokenT | str) -> str:
        if isinstance(token, OAuthToken):
            return token.value
        return checked_secret(token, self._made.__name__)

    def _last_value_of(self, token: TokenT | str) -> str | None:
        """The value to revoke of a token that will not be renewed again; None without a valid one."""
        try:
            return self._value_of(token)
        except AuthenticationError:
            return None
        finally:
            if isinstance(token, OAuthToken):
                token.retire()

    def _token_of(
        self, data: Mapping[str, Any], *, user: str | None, on_renewal: Callable[[Any], object] | None
    ) -> TokenT:
        return self._made.from_answer(data, self, user=user, on_renewal=on_renewal, clock=self._clock)

    def _needed_secret(self) -> str:
        """The application's secret, for what does not work without it."""
        if self._secret is None:
            raise ValidationError(
                f"that needs the client_secret: make the {type(self).__name__} with it; device_login() does without"
            )
        return self._secret

    # --- the wire ----------------------------------------------------------------------------------------------------

    def _grant(self, fields: Mapping[str, str | None]) -> Mapping[str, Any]:
        """Ask for a token, as the application."""
        return self._post(self._token, {"client_id": self.client_id, "client_secret": self._secret, **fields})

    def _post(self, path: str, fields: Mapping[str, str | None]) -> Mapping[str, Any]:
        """Send a form and give the response's object; raises the error of a refusal."""
        form = HiddenBytes(urlencode({name: value for name, value in fields.items() if value is not None}).encode())
        answer = self._web.request(
            "POST", path, content=form, headers=_FORM, token=None, cached=False, writes=False, accepted=_REFUSALS
        )
        if answer.status in _REFUSALS and not answer.content.lstrip().startswith(b"{"):
            raise failures.error_for(answer, "POST", None, {"client_secret": self._secret or ""}, self.provider)
        data = content_of(answer)
        if answer.status >= 300 or refusal_name(data) is not None:
            raise refusal(data, answer, self.provider)
        return data

    def close(self) -> None:
        """Close its connections. It can be used again afterwards, which opens new ones."""
        self._web.close()
        self._api.close()
