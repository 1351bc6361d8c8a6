"""The lowest layer: one request out, one response in, over a session's pooled connections.

What is sent and whether to send it again is decided above. Here are the session, its proxies and certificates, and what
a process that was forked needs: connections of its own.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.cookies import RequestsCookieJar

from igitt._base.answer import Answer
from igitt._base.bounded import read_body
from igitt._base.hidden import HiddenHeaders
from igitt._base.trust import printable
from igitt._http.deadline import BoundedAdapter, bound
from igitt._http.request import SAFE, Call
from igitt._version import __version__

__all__ = ["Wire"]

_log = logging.getLogger("igitt._http.transport")


class Wire:
    """A client's connections to one instance. Safe to use from many threads, and after a fork.

    Args:
        base_url: the API's base URL, for which proxies and certificates are looked up.
        headers: what every request carries besides its own headers.
        session: a session of the caller's; the default has pooled connections.
        timeout: seconds to wait for a connection and for each part of a response; or a pair of the two.
        total_timeout: seconds that one response may take as a whole.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        session: requests.Session | None,
        timeout: float | tuple[float, float],
        total_timeout: float,
    ) -> None:
        self.total_timeout = total_timeout
        self._base_url = base_url
        self._timeout = timeout
        self._headers = {"User-Agent": f"igitt/{__version__}", "Accept-Encoding": "gzip, deflate", **headers}
        self._given_session = session
        self._lock = threading.Lock()
        self._open()

    @property
    def session(self) -> requests.Session:
        """What requests are sent through at the moment."""
        return self._session

    def proxy_for(self, url: str) -> str | None:
        """The proxy between this machine and a URL, if there is one."""
        return requests.utils.select_proxy(url, self.settings["proxies"])

    def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        if self._given_session is None:
            self._session.close()

    def _open(self) -> None:
        """Make the session, and look up proxies and certificates once: `requests` would do it again for every call."""
        if self._given_session is not None:
            self._session = self._given_session
        else:
            self._session = requests.Session()
            for scheme in ("https://", "http://"):
                self._session.mount(scheme, BoundedAdapter(self.total_timeout, pool_maxsize=32))
            self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        settings = self._session.merge_environment_settings(self._base_url, {}, None, None, None)
        if self._given_session is not None:
            # What the session says counts more than the environment, which `requests` has the other way round.
            own = self._given_session
            settings["proxies"] = dict(own.proxies) or settings["proxies"]
            settings["verify"] = settings["verify"] if own.verify is True else own.verify
        self.settings: dict[str, Any] = dict(settings, stream=True, allow_redirects=False, timeout=self._timeout)
        self._cookies = RequestsCookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._process = os.getpid()

    def send(self, call: Call) -> Answer:
        """Send a request once, with the credential and the validators that it has now.

        Raises:
            OSError: when no response comes, as an error of requests, of urllib3 or of the system.
        """
        if self._process != os.getpid():
            with self._lock:
                if self._process != os.getpid():
                    # Connections must not be shared with the process that this one was forked from.
                    if self._given_session is not None:
                        self._given_session.close()
                    self._open()
        prepared = requests.PreparedRequest()
        prepared.method = call.method
        prepared.url = call.url
        prepared.headers = HiddenHeaders({**self._headers, **call.extra, **call.validators}, call.credential.headers)
        prepared.body = call.body
        if call.body is not None:
            prepared.headers["Content-Length"] = str(len(call.body))
        elif call.method not in SAFE:
            prepared.headers["Content-Length"] = "0"
        setattr(prepared, "_cookies", self._cookies)  # noqa: B010 - neither type checker knows what Session.send reads
        began = time.monotonic()
        with self._session.send(prepared, **self.settings) as response:
            if self._given_session is not None:
                bound(response, began + self.total_timeout)
            content, packed = read_body(response, call.max_bytes)
        answer = Answer(response.status_code, response.headers, content, call.url, packed=packed)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s %s %s", call.method, printable(call.url), answer.status)
        return answer
