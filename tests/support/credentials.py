"""A clock, a forge's door and keys for tests of credentials."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from igitt.auth.token import Token

T = TypeVar("T")


class FakeClock:
    """A clock that moves when it is told to, and when somebody sleeps."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def time(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.slept.append(seconds)
        self.now += seconds


class FakeSender:
    """Mints a new token at each exchange; `failures` are raised first, one an exchange."""

    def __init__(self, clock: FakeClock, *, life: float = 3600.0, base_url: str = "https://api.github.com") -> None:
        self.clock = clock
        self.life = life
        self.base_url = base_url
        self.exchanges: list[tuple[str, str, object, Token | None]] = []
        self.failures: list[BaseException] = []
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def now(self) -> float:
        """Return the time."""
        return self.clock.time()

    def exchange(self, method: str, path: str, *, json: object, token: Token | None) -> Mapping[str, Any]:
        """Answer as GitHub does, once the gate is open."""
        self.exchanges.append((method, path, json, token))
        self.entered.set()
        assert self.gate.wait(10)
        if self.failures:
            raise self.failures.pop(0)
        if method == "DELETE":
            return {}
        ends = datetime.fromtimestamp(int(self.clock.time() + self.life), UTC)
        return {
            "token": f"ghs_{len(self.exchanges)}_" + "x" * 512,
            "expires_at": ends.isoformat(),
            "permissions": {"issues": "write", "metadata": "read"},
        }


@cache
def rsa_key(number: int = 0) -> RSAPrivateKey:
    """Return an RSA key, the same for the same number."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem_of(key: Any, form: PrivateFormat = PrivateFormat.TraditionalOpenSSL) -> str:
    """Return a private key as PEM text, by default in the form in which GitHub gives it."""
    text: str = key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()
    return text


def at_once(work: Callable[[], T], threads: int = 64) -> list[T]:
    """Do something in many threads that all start together, and return what each got."""
    start = threading.Barrier(threads)

    def run(_: int) -> T:
        start.wait(10)
        return work()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))
