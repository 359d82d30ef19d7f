"""The service's speed, over loopback: first byte of sound, cached articles a second, many listeners.

    python benchmarks/serve.py [--listeners 500] [--seconds 5]

The service is ``docreader serve`` in a process of its own; beside it, in the same run, starlette behind the same uvicorn with the
same body and nothing else is the floor. Clients are asyncio sockets in this process, which shares the machine with both.
"""

import argparse
import asyncio
import json
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

SEED = Path(__file__).parents[1] / "tests" / "pages" / "drupal-seed.html"
FLOOR = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
body = open(sys.argv[1], "rb").read()
async def article(request):
    return Response(body, media_type="application/json")
uvicorn.run(Starlette(routes=[Route("/v1/article", article)]), port=int(sys.argv[2]), access_log=False, log_level="error")
"""


class Pages(BaseHTTPRequestHandler):
    """/seed/N: the seed page, no sentence of which was said before; /long/N: one of eight times its length."""

    def do_GET(self) -> None:
        _, kind, number = self.path.split("/")
        page = SEED.read_bytes().decode()
        page = re.sub(r"(\w)\.(\s|<)", rf"\1 lần {number}.\2", page)
        page = page.replace("Hội nghị tổng kết", f"Hội nghị {number} tổng kết")
        if kind == "long":
            paragraphs = re.findall(r"<p\b.*?</p>", page, re.S)
            middle = max(paragraphs, key=len)
            page = page.replace(middle, "".join(middle.replace("Đề án", f"Đề án {n}") for n in range(8)))
        body = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


async def head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return int(lines[0].split()[1]), headers


def request(path: str, host: str = "bench") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


async def get(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(path))
    status, headers = await head(reader)
    body = await reader.readexactly(int(headers["content-length"]))
    writer.close()
    assert status == 200, body
    return body


async def chunks(reader: asyncio.StreamReader, pause: float = 0.0) -> tuple[float, int, bool]:
    """Moment of the first sound, bytes, and whether the body came to its end."""
    first, size = 0.0, 0
    try:
        while length := int(await reader.readline(), 16):
            await reader.readexactly(length + 2)
            size += length
            first = first or (time.perf_counter() if size > 1000 else 0.0)
            if pause:
                await asyncio.sleep(pause * length)
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        return first, size, False
    return first, size, True


async def first_bytes(port: int, site: str, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds to the first sound of an article nobody asked for before: from its own request, and from the page's."""
    own, all_of_it = [], []
    for number in range(rounds):
        begun = time.perf_counter()
        told = json.loads(await get(port, "/v1/article?url=" + quote(f"{site}/seed/{number}", safe="")))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        asked = time.perf_counter()
        writer.write(request(told["audio"]))
        await head(reader)
        first, _, whole = await chunks(reader)
        assert whole
        writer.close()
        own.append(first - asked)
        all_of_it.append(first - begun)
    return own, all_of_it


async def rate(port: int, path: str, seconds: float, connections: int = 32) -> float:
    """Answers a second over connections that are kept."""
    end = time.perf_counter() + seconds
    count = 0

    async def client() -> None:
        nonlocal count
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        asking = request(path)
        while time.perf_counter() < end:
            writer.write(asking)
            status, headers = await head(reader)
            await reader.readexactly(int(headers["content-length"]))
            assert status == 200
            count += 1
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    return count / (time.perf_counter() - begun)


async def listeners(port: int, site: str, number: int, tracks: int, process: "subprocess.Popen[bytes]") -> None:
    told = [json.loads(await get(port, "/v1/article?url=" + quote(f"{site}/long/{n}", safe=""))) for n in range(tracks)]
    length = sum(t["estimate"] for t in told) / tracks * 8000  # bytes, at 64 kb/s
    before = memory(process.pid)
    samples: list[float] = []

    async def listen(n: int) -> tuple[int, int, bool]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 16)
        writer.write(request(told[n % tracks]["audio"]))
        status, _ = await head(reader)
        assert status == 200
        _, size, whole = await chunks(reader, 20 / length)  # in about twenty seconds
        writer.close()
        return n % tracks, size, whole

    async def watch() -> None:
        while True:
            samples.append(memory(process.pid))
            await asyncio.sleep(0.5)

    watching = asyncio.create_task(watch())
    begun = time.perf_counter()
    heard = await asyncio.gather(*(listen(n) for n in range(number)))
    took = time.perf_counter() - begun
    watching.cancel()
    cut = sum(not whole for _, _, whole in heard)
    sizes = [len({size for track, size, _ in heard if track == n}) for n in range(tracks)]
    total = sum(size for _, size, _ in heard)
    print(f"{number} listeners of {tracks} tracks in the making ({length / 8000 / 60:.0f} min each): {took:.1f} s, {total / 1e9:.2f} GB, {cut} cut, {'the same bytes for all' if max(sizes) == 1 else 'different bytes'}")  # fmt: skip
    quarters = [f"{samples[len(samples) * n // 4]:.0f}" for n in (1, 2, 3)]
    print(f"    memory of the service and its workers: {before:.0f} MB before, {', '.join(quarters)} MB after each quarter, {max(samples):.0f} MB at most, {memory(process.pid):.0f} MB after")  # fmt: skip


def memory(pid: int) -> float:
    """MB of a process and its children (proportional, so that what they share counts once)."""
    total = 0
    for process in (pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())):
        total += int(re.search(r"Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text())[1])  # type: ignore[index]
    return total / 1000


@contextmanager
def running(*command: str, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        import socket

        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 0.1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    import socket

    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    pages = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    site, port, floor = f"http://127.0.0.1:{pages.server_address[1]}", free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        limits = {"private": "127.0.0.0/8", "requests_per_second": "1000000", "works_per_minute": "1000000", "streams_per_client": str(given.listeners)}  # fmt: skip
        more = [part for name, value in limits.items() for part in ("--set", f"{name}={value}")]
        serve = (sys.executable, "-m", "docreader", "serve", "--port", str(port), "--allow", site, "--cache", folder)
        with running(*serve, *more, port=port) as process:
            while True:
                try:
                    await get(port, "/healthz")
                    break
                except (OSError, asyncio.IncompleteReadError):
                    await asyncio.sleep(0.05)
            own, all_of_it = await first_bytes(port, site, given.rounds + 1)
            for what, times in (
                ("the sound's own request", own[1:]),
                ("the page's request, fetched anew", all_of_it[1:]),
            ):
                ms = sorted(t * 1000 for t in times)
                print(
                    f"first sound of the seed article from {what}: median {statistics.median(ms):.0f} ms, worst {ms[-1]:.0f} ms"
                )
            path = "/v1/article?url=" + quote(f"{site}/seed/0", safe="")
            body = await get(port, path)
            Path(folder, "body").write_bytes(body)
            with running(sys.executable, "-c", FLOOR, str(Path(folder, "body")), str(floor), port=floor):
                rates: dict[str, list[float]] = {"service": [], "floor": []}
                for _ in range(3):
                    rates["service"].append(await rate(port, path, given.seconds / 3))
                    rates["floor"].append(await rate(floor, "/v1/article", given.seconds / 3))
            ours, theirs = (statistics.median(found) for found in rates.values())
            print(
                f"cached article ({len(body)} bytes): {ours:.0f} a second; bare starlette {theirs:.0f}; ratio {ours / theirs:.2f}"
            )
            await listeners(port, site, given.listeners, 10, process)
    pages.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
