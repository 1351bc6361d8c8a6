"""What asyncio costs: one step of `igitt.aio`, many reads at once, and how long the loop was blocked meanwhile.

    python benchmarks/aio.py

A server answers each GET after 100 ms. `ideal` is what the reads would take if the pool of 32 threads did nothing else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import igitt
from igitt.aio import THREADS, Pool, aio

READS, DELAY, HOPS = 200, 0.1, 5000


class Slow(BaseHTTPRequestHandler):
    """Answers every GET with an issue, after a while."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        time.sleep(DELAY)
        number = self.path.rpartition("/")[2].partition("?")[0]
        body = b'{"id": %d, "number": %d, "title": "Issue"}' % (int(number), int(number))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """With room for all connections at once."""

    request_queue_size = 256
    daemon_threads = True


async def watched(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """The seconds that something takes, and the longest that the loop did not run meanwhile."""
    longest, running = 0.0, True

    async def watch() -> None:
        nonlocal longest
        while running:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before - 0.001)

    watching = asyncio.ensure_future(watch())
    await asyncio.sleep(0.01)
    began = time.perf_counter()
    await work()
    taken = time.perf_counter() - began
    running = False
    await watching
    return taken, longest


async def main(repository: Any) -> None:
    """Print the figures."""
    pool, nothing = Pool(1), int
    await pool.run(nothing)
    began = time.perf_counter()
    for _ in range(HOPS):
        await pool.run(nothing)
    print(f"one step without a request            {(time.perf_counter() - began) / HOPS * 1e6:8.0f} µs")

    issue = repository.get_issue(1).refresh()
    began = time.perf_counter()
    for _ in range(HOPS):
        await aio(issue).title
    print(f"an attribute that is known            {(time.perf_counter() - began) / HOPS * 1e6:8.0f} µs")

    async def read(number: int) -> str:
        title: str = await aio(repository.get_issue(number)).title
        return title

    await asyncio.gather(*(read(number) for number in range(1, THREADS + 1)))  # opens the connections
    taken, blocked = await watched(lambda: asyncio.gather(*(read(1000 + number) for number in range(READS))))
    ideal = -(-READS // THREADS) * DELAY
    told = f"{taken / ideal:.2f} of ideal {ideal:.2f} s"
    print(f"{READS} reads of {DELAY * 1000:.0f} ms at once          {taken:8.2f} s, {told}")
    print(f"  the loop was blocked for at most    {blocked * 1000:8.1f} ms")

    async def plain() -> None:
        for number in range(10):
            _ = repository.get_issue(2000 + number).title

    taken, blocked = await watched(plain)
    print(f"10 reads of the blocking surface      {taken:8.2f} s, the loop was blocked for {blocked:.2f} s")


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Slow)
    Thread(target=server.serve_forever, daemon=True).start()
    client = igitt.GitHub("ghp_x", f"http://127.0.0.1:{server.server_port}", cache=False)
    asyncio.run(main(client.get_repo("acme/widgets")))
    server.shutdown()
