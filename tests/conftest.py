"""What every test shares: no way out of this machine, the reference data, and the servers some tests need."""

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from support.watching import Watch

PROJECT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"
LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname"}
SENDS = {"socket.connect", "socket.sendto"}


def _is_local(host: object) -> bool:
    """Tell whether a host is this machine; None and the empty host are."""
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _keep_inside(event: str, args: tuple[Any, ...]) -> None:
    """Fail the test that looks up or connects to a host other than the loopback.

    An audit hook sees every thread and every library. `pytest.fail` raises what no `except Exception` swallows.
    """
    if event in LOOKUPS:
        host = args[0]
    elif event in SENDS and args[0].family in {socket.AF_INET, socket.AF_INET6}:
        host = args[1][0]
    else:
        return
    if not _is_local(host):
        pytest.fail(f"a test reached for the network ({host}); only the loopback is allowed")


# Recording anew against a real forge is the one reason to leave the machine, and has to be asked for.
if not os.environ.get("IGITT_RECORD"):
    sys.addaudithook(_keep_inside)


SHARED = Path(os.environ.get("IGITT_SHARED") or PROJECT.parent / "shared")


def pytest_configure(config: pytest.Config) -> None:
    """Hold what goes over the sandbox's wire against the forges' descriptions."""
    watch = Watch(SHARED if (SHARED / "spec").is_dir() else None)
    watch.listen()
    config.pluginmanager.register(watch, "conformance")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of recorded exchanges, payloads and API descriptions, or skip where there is none."""
    if not SHARED.is_dir():
        pytest.skip(f"no reference data at {SHARED}: name its folder in IGITT_SHARED")
    return SHARED


def _service(variable: str, default: str) -> str:
    """Return a server's URL when it listens; otherwise skip, in CI fail."""
    url = os.environ.get(variable) or default
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 0), timeout=2).close()
    except OSError as error:
        reason = f"nothing listens at {parts.hostname}:{parts.port} ({error}): start it or set {variable}"
        if IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    return url


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Return the URL of a Redis server for tests marked `service`; each parallel worker has a database of its own."""
    parts = urlsplit(_service("REDIS_URL", "redis://127.0.0.1:6379/0"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + worker}").geturl()


@pytest.fixture(scope="session")
def database_url() -> str:
    """Return the URL of a PostgreSQL database for tests marked `service`."""
    return _service("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
